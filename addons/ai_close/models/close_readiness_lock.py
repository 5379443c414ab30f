"""Readiness judged for one lock: what that lock binds has to be done, in every branch; the rest may wait."""

from functools import partial

from odoo import models
from odoo.fields import Domain

from .close_readiness import TASK_DONE

GLOBAL, HARD = "fiscalyear_lock_date", "hard_lock_date"
# The locks that bind one kind of document, and the journals that they bind; the tax lock goes by the taxes.
JOURNALS = {"sale_lock_date": "sale", "purchase_lock_date": "purchase"}
PARTIAL = (*JOURNALS, "tax_lock_date")
# What is never left open, whichever lock is asked for.
ALWAYS = ("FINDING:critical", "GAP")


class AiClose(models.Model):
    _inherit = "ai.close"

    def _readiness_counts_for(self, field):
        """Return the methods that count for this lock.

        The global and the hard lock need everything.  The sales, purchases and tax locks need what they bind:
        the tasks that gate them, the drafts that could not be posted any more, and no critical finding.
        """
        counts = [self._count_always]
        if field == HARD:
            # the close was locked before, with everything; Odoo itself wants no draft and no open bank line
            counts += [self._count_drafts, self._count_bank]
        elif field in PARTIAL and self.state != "locked":
            counts += [partial(self._count_bound_drafts, field), partial(self._count_gating_tasks, field)]
        elif field in PARTIAL:
            # A locked month takes no draft any more; one that was locked by hand never had a checklist.
            if self.lock_ids.filtered(lambda lock: lock.kind == "lock" and lock.state == "applied"):
                counts.append(partial(self._count_gating_tasks, field))
        else:
            return self._readiness_counts()
        return [*counts, partial(self._count_branches, field)] if self._branches() else counts

    def _readiness_counts(self):
        counts = super()._readiness_counts()
        return [*counts, partial(self._count_branches, GLOBAL)] if self._branches() else counts

    def _count_always(self):
        """What no lock goes past: critical findings, and a trail that is older than what was proved of it."""
        found = [*self._count_run()[3], *self._count_findings()[3]]
        found = [blocker for blocker in found if blocker["code"] in ALWAYS]
        return "critical", 0, sum(blocker["count"] for blocker in found), found

    def _count_bound_drafts(self, field):
        """Drafts that this lock would keep from being posted on their date."""
        domain = self._draft_domain(field)
        count, amount = self.env["account.move"]._read_group(
            domain, aggregates=["__count", "amount_total_signed:sum"]
        )[0]
        if not count:
            return "drafts", 0, 0, []
        labels = {
            "sale_lock_date": self.env._("Drafts of sales journals dated in the period"),
            "purchase_lock_date": self.env._("Drafts of purchases journals dated in the period"),
            "tax_lock_date": self.env._("Drafts with taxes dated in the period"),
        }
        blocker = self._blocker(
            "DRAFT",
            labels[field],
            count,
            amount=abs(amount or 0.0),
            rank=2,
            severity="medium",
            task="DRAFT",
            action=self._window("account.move", self.env._("Drafts"), domain),
        )
        return "drafts", 0, count, [blocker]

    def _draft_domain(self, field):
        """Return the domain of the drafts of this period that the lock binds, in all branches."""
        domain = Domain(
            [
                ("company_id", "in", list(self._family_ids())),
                ("state", "=", "draft"),
                ("date", ">=", str(self.period_start)),
                ("date", "<=", str(self.period_end)),
            ]
        )
        if field in JOURNALS:
            domain &= Domain("journal_id.type", "=", JOURNALS[field])
        else:
            taxed = Domain("line_ids.tax_ids", "!=", False) | Domain("line_ids.tax_line_id", "!=", False)
            domain &= taxed | Domain("line_ids.tax_tag_ids.applicability", "=", "taxes")
        return list(domain)

    def _count_gating_tasks(self, field):
        """Tasks of the checklist that gate this lock."""
        tasks = self.task_ids.filtered(lambda task: task.gates == field)
        still_open = tasks.filtered(lambda task: task.state not in TASK_DONE)
        found = []
        if still_open:
            found.append(
                self._blocker(
                    "TASK",
                    self.env._("Tasks not signed"),
                    len(still_open),
                    rank=1,
                    severity="medium",
                    due=min((task.date_due for task in still_open if task.date_due), default=None),
                    owner=still_open.owner_id.name if len(still_open.owner_id) == 1 else None,
                    action=self._window(
                        "ai.close.task", self.env._("Checklist"), [("id", "in", still_open.ids)]
                    ),
                )
            )
        return "tasks", len(tasks) - len(still_open), len(tasks), found

    # -- branches

    def _branches(self):
        """Return the branches that close by themselves: those whose nearest guarded company above is ours."""
        family = self.env["res.company"].sudo().browse(self._family_ids()).exists() - self.company_id
        return family.filtered(
            lambda branch: (
                branch.ai_close_enabled
                and (branch.parent_ids - branch)
                .filtered("ai_close_enabled")
                .sorted(lambda company: len(company.parent_path or ""))[-1:]
                == self.company_id
            )
        )

    def _count_branches(self, field):
        """Branches that close by themselves: their closes up to this period have to be done.

        A branch that is locked already is done; one that closed before its parent keeps its own lock.
        """
        branches = self._branches()
        found = []
        for branch in branches:
            why = self._branch_open(branch, field)
            if why:
                found.append(
                    self._blocker(
                        f"BRANCH:{branch.id}",
                        self.env._("%(branch)s: %(why)s", branch=branch.name, why=why),
                        1,
                        rank=3,
                        severity="high",
                        action=self._window(
                            "ai.close",
                            branch.name,
                            [("company_id", "=", branch.id), ("period_end", "<=", str(self.period_end))],
                        ),
                    )
                )
        return "branches", len(branches) - len(found), len(branches), found

    def _branch_open(self, branch, field):
        """Say why the parent's lock can't cover this branch yet, or None."""
        domain = [
            ("company_id", "=", branch.id),
            ("period_end", "<=", self.period_end),
            ("kind", "!=", "adjustment"),
        ]
        closes = self.search(domain, order="period_start")
        reopened = closes.filtered(lambda close: close.state == "reopened" and close._is_open_now())[:1]
        if reopened:
            return self.env._("%s is reopened", reopened.name)
        names = {field, GLOBAL, HARD} if field in PARTIAL else {field, HARD}
        locked = max((branch[name] for name in names if branch[name]), default=None)
        start = branch.ai_close_start
        if (locked and locked >= self.period_end) or (start and self.period_end < start):
            return None
        if self.period_end not in closes.mapped("period_end"):
            return self.env._("its close of %s was not begun", self.name)
        for close in closes:
            if close._is_locked_now() or (locked and locked >= close.period_end):
                continue
            still_open = len(close._readiness(field)["blockers"])
            if still_open:
                return self.env._(
                    "%(close)s is not ready (%(count)s open)", close=close.name, count=still_open
                )
        return None
