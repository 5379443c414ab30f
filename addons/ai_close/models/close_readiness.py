"""What still keeps a close open: one list of blockers, counted the same for cockpit, checklist and lock."""

from odoo import api, models
from odoo.tools import SQL, format_amount

from .close_run import LATE_H

# Findings of these severities keep the books open until they are gone or waived.
BLOCKING_SEVERITIES = ("critical", "high")
FINDING_UNDECIDED = ("open", "assigned", "explained", "fixed")
ENTRY_UNDECIDED = ("proposed", "prepared", "reviewed", "approved", "stale")
TASK_DONE = ("signed", "not_applicable")


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.private
    def _readiness(self, field=None):
        """Return ``{pct, blockers, counters, formula}`` of this close, read now.

        It counts items: the run, tasks, critical and high findings, staged entries, bank lines, drafts and
        the list of manual entries.
        ``pct`` is rounded down and below 100 as long as a blocker is open.

        :param field: the lock date that it is judged for; None means the global one, which needs all of it
        """
        self.ensure_one()
        close = self.sudo()
        blockers, counters = [], {}
        for count in close._readiness_counts_for(field):
            name, done, total, found = count()
            counters[name] = {"done": done, "total": total}
            blockers += found
        done = sum(each["done"] for each in counters.values())
        total = sum(each["total"] for each in counters.values())
        pct = 100 * done // total if total else 0
        blockers.sort(
            key=lambda blocker: (-blocker["rank"], -abs(blocker["amount"] or 0.0), blocker["label"])
        )
        return {
            "pct": min(pct, 99) if blockers else pct,
            "blockers": blockers,
            "counters": counters,
            "formula": self.env._(
                "%(done)s of %(total)s items: %(parts)s",
                done=done,
                total=total,
                parts=", ".join(f"{name} {each['done']}/{each['total']}" for name, each in counters.items()),
            ),
        }

    def _readiness_counts(self):
        """Return the methods that count, one an area; other files add theirs."""
        return [
            self._count_run,
            self._count_bank,
            self._count_drafts,
            self._count_findings,
            self._count_entries,
            self._count_tasks,
        ]

    @api.private
    def _asked_of(self, model):
        """Return the domain of this close's proposals of ``model`` that ask people for something."""
        return [("close_id", "=", self.id)]

    # -- one method an area: (name, done, total, blockers)

    def _count_run(self):
        run = self.last_run_id
        hours = run._hours_ago() if run.state == "done" else 0
        # what was locked was looked at then
        if run.state == "done" and (hours < LATE_H or self.state == "locked"):
            return "run", 1, 1, []
        return (
            "run",
            0,
            1,
            [
                self._blocker(
                    "RUN",
                    self.env._("No run of the agent for %s hours", hours)
                    if run.state == "done"
                    else self.env._("No finished run of the agent"),
                    1,
                    rank=4,
                    severity="high",
                    task="RUN",
                    action=self._window("ai.close.run", self.env._("Runs"), [("close_id", "=", self.id)]),
                )
            ],
        )

    def _count_bank(self):
        """Bank lines of the period, and older ones that are still open: Odoo locks with none of them open."""
        self.env["account.bank.statement.line"].flush_model(
            ["journal_id", "company_id", "amount", "is_reconciled"]
        )
        self.env["account.move"].flush_model(["state", "date"])
        rows = self.env.execute_query(
            SQL(
                """
            SELECT line.journal_id,
                   count(*) FILTER (WHERE NOT line.is_reconciled),
                   sum(abs(line.amount)) FILTER (WHERE NOT line.is_reconciled),
                   count(*)
              FROM account_bank_statement_line line
              JOIN account_move move ON move.id = line.move_id
             WHERE line.company_id IN %s AND move.state IN ('draft', 'posted') AND move.date <= %s
               AND (NOT line.is_reconciled OR move.date >= %s)
             GROUP BY line.journal_id ORDER BY line.journal_id
            """,
                self._family_ids(),
                self.period_end,
                self.period_start,
            )
        )
        done = total = 0
        found = []
        for journal_id, still_open, amount, count in rows:
            total += count
            done += count - still_open
            if still_open:
                journal = self.env["account.journal"].browse(journal_id)
                found.append(
                    self._blocker(
                        f"BANK:{journal.code}",
                        self.env._("%s not reconciled", journal.name),
                        still_open,
                        amount=float(amount),
                        currency=journal.currency_id,
                        rank=3,
                        severity="high",
                        task="BANK",
                        action=self._window(
                            "account.bank.statement.line",
                            journal.name,
                            [
                                ("journal_id", "=", journal_id),
                                ("is_reconciled", "=", False),
                                ("date", "<=", str(self.period_end)),
                            ],
                        ),
                    )
                )
        return "bank lines", done, total, found

    def _count_drafts(self):
        # A draft that waits for approval counts as the staged entry that it was sent as.
        waiting = self.entry_ids.filtered(
            lambda entry: entry.proposer == "MAN" and entry.state in ENTRY_UNDECIDED
        )
        domain = [
            ("company_id", "in", list(self._family_ids())),
            ("state", "=", "draft"),
            ("date", ">=", str(self.period_start)),
            ("date", "<=", str(self.period_end)),
            ("id", "not in", waiting.origin_move_id.ids),
        ]
        count, amount = self.env["account.move"]._read_group(
            domain, aggregates=["__count", "amount_total_signed:sum"]
        )[0]
        found = (
            [
                self._blocker(
                    "DRAFT",
                    self.env._("Drafts dated in the period"),
                    count,
                    amount=abs(amount or 0.0),
                    rank=2,
                    severity="medium",
                    task="DRAFT",
                    action=self._window("account.move", self.env._("Drafts"), domain),
                )
            ]
            if count
            else []
        )
        return "drafts", 0, count, found

    def _count_findings(self):
        groups = self.env["ai.close.finding"]._read_group(
            [*self._asked_of("ai.close.finding"), ("severity", "in", BLOCKING_SEVERITIES)],
            ["severity", "state"],
            ["__count", "amount:sum"],
        )
        done = total = 0
        still_open = {}
        for severity, state, count, amount in groups:
            total += count
            if state in FINDING_UNDECIDED:
                before = still_open.get(severity, (0, 0.0))
                still_open[severity] = (
                    before[0] + count,
                    self.currency_id.round(before[1] + (amount or 0.0)),
                )
            else:
                done += count
        labels = {"critical": self.env._("Critical findings open"), "high": self.env._("High findings open")}
        found = [
            self._blocker(
                f"FINDING:{severity}",
                labels[severity],
                count,
                amount=amount,
                rank=5 if severity == "critical" else 3,
                severity=severity,
                task="FINDING",
                action=self._window(
                    "ai.close.finding",
                    labels[severity],
                    [
                        *self._asked_of("ai.close.finding"),
                        ("severity", "=", severity),
                        ("state", "in", list(FINDING_UNDECIDED)),
                    ],
                ),
            )
            for severity, (count, amount) in still_open.items()
        ]
        return "findings", done, total, found

    def _count_entries(self):
        groups = self.env["ai.close.entry"]._read_group(
            [*self._asked_of("ai.close.entry"), ("state", "!=", "superseded")],
            ["state"],
            ["__count", "amount_total:sum"],
        )
        total = sum(count for _state, count, _amount in groups)
        found = []
        labels = {
            "proposed": self.env._("Entries wait to be prepared"),
            "prepared": self.env._("Entries wait for review"),
            "reviewed": self.env._("Entries wait for approval"),
            "approved": self.env._("Entries wait to be posted"),
            "stale": self.env._("Entries with changed sources"),
        }
        waiting = 0
        for state, count, amount in groups:
            if state in ENTRY_UNDECIDED:
                waiting += count
                found.append(
                    self._blocker(
                        f"ENTRY:{state}",
                        labels[state],
                        count,
                        amount=amount or 0.0,
                        rank=2,
                        severity="medium",
                        task="ACCRUAL",
                        action=self._window(
                            "ai.close.entry",
                            labels[state],
                            [*self._asked_of("ai.close.entry"), ("state", "=", state)],
                        ),
                    )
                )
        return "entries", total - waiting, total, found

    def _count_tasks(self):
        tasks = self.task_ids
        still_open = tasks.filtered(lambda task: task.state not in TASK_DONE)
        found = []
        if still_open:
            owners = still_open.owner_id
            due = min((task.date_due for task in still_open if task.date_due), default=None)
            found.append(
                self._blocker(
                    "TASK",
                    self.env._("Tasks not signed"),
                    len(still_open),
                    rank=1,
                    severity="medium",
                    due=due,
                    owner=owners.name if len(owners) == 1 else None,
                    action=self._window(
                        "ai.close.task",
                        self.env._("Checklist"),
                        [("close_id", "=", self.id), ("state", "not in", list(TASK_DONE))],
                    ),
                )
            )
        return "tasks", len(tasks) - len(still_open), len(tasks), found

    # -- shapes

    def _family_ids(self):
        """Return the ids of the company and its branches: a lock binds all of them."""
        family = self.env["res.company"].sudo().search([("id", "child_of", self.company_id.id)])
        return tuple(family.ids) or (0,)

    def _blocker(
        self,
        code,
        label,
        count,
        action,
        rank,
        severity,
        amount=None,
        currency=None,
        task=None,
        owner=None,
        due=None,
    ):
        currency = currency or self.currency_id
        related = self.task_ids.filtered(lambda each: each.code == task)[:1]
        return {
            "code": code,
            "label": label,
            "count": count,
            "rank": rank,
            "severity": severity,
            "amount": amount,
            "amount_text": None if amount is None else format_amount(self.env, amount, currency),
            "owner": owner or related.owner_id.name or related._owner_label() or None,
            "due": str(due or related.date_due or "") or None,
            "action": action,
        }

    @api.model
    def _window(self, model, name, domain):
        views = [[False, "list"], [False, "form"]]
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "domain": domain,
            "view_mode": "list,form",
            "views": views,
            "target": "current",
        }
