"""The risk report: before a period is locked, what could be wrong with it, on one page with links.

Sent once when the due day comes near, to whom the policy names, and whenever somebody asks for it.  Without
the policy's word it bears no amounts, neither in figures nor in the findings' own titles.
"""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import format_amount

from ..kernel.sod import CONTROLLER, REVIEWER
from .close_finding import SEVERITIES
from .close_readiness import BLOCKING_SEVERITIES, FINDING_UNDECIDED, TASK_DONE

MOST_CAUSES = 20
MOST_TASKS = 10
# Their names say nothing about the finding.
OWN_MODELS = ("ai.close", "res.company")
LISTS = {
    "ai.close.finding": "ai-close-open-findings",
    "ai.close.task": "ai-close-open-tasks",
    "ai.close.entry": "ai-close-open-entries",
}


class AiClose(models.Model):
    _inherit = "ai.close"

    def action_risk_report(self):
        """Send the risk report now, to whom the policy names (else the controllers) and to the caller."""
        self.ensure_one()
        action = "notice.risk"
        self._need_role(REVIEWER, CONTROLLER, action=action)
        self.check_access("read")
        close = self.sudo()
        today = fields.Date.context_today(close.with_context(tz=close.company_id.ai_close_tz or "UTC"))
        notice = close._send_risk_report(today, asked_by=self.env.user)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Risk report"),
            "res_model": "ai.close.notice",
            "res_id": notice.id,
            "views": [[False, "form"]],
        }

    @api.private
    def _send_risk_report(self, today, asked_by=None):
        """Compose, mail and keep the report; return its notice, or none when there is nobody to tell."""
        close = self.with_user(SUPERUSER_ID).sudo()
        box = self.env["ai.close.notice"].sudo()
        says = box._says(close.company_id)
        users = box._readers(close, says.to or (CONTROLLER,)) | (asked_by or self.env["res.users"])
        if not users:
            return box.browse()

        def compose(env):
            facts = close.with_env(env)._risk_facts(today, says.amounts)
            body = env["ir.qweb"]._render("ai_close.risk_report", {"report": facts})
            return facts["subject"], body

        return box._mail(close, "risk", today, users, compose, asked_by=asked_by)

    # -- what it says

    @api.private
    def _risk_facts(self, today, amounts):
        """Return what the report shows, as texts of this environment's language."""
        env, readiness = self.env, self._readiness()
        blockers = [self._risk_blocker(blocker, amounts) for blocker in readiness["blockers"]]
        return {
            "subject": env._(
                "%(company)s %(period)s: risk report, %(count)s blockers, due %(due)s",
                company=self.company_id.name,
                period=self.name,
                count=len(blockers),
                due=self._due_words(env, today),
            ),
            "title": env._("%(company)s, %(period)s", company=self.company_id.name, period=self.name),
            "due": self._due_words(env, today),
            "pct": readiness["pct"],
            "formula": readiness["formula"],
            "state": dict(self._fields["state"]._description_selection(env))[self.state],
            "run": self._risk_run(),
            "blockers": blockers,
            "severities": self._risk_severities(amounts),
            "findings": self._risk_findings(amounts),
            "more_findings": max(
                0, self.env["ai.close.finding.cause"].search_count(self._open_domain()) - MOST_CAUSES
            ),
            "waivers": self._risk_waivers(),
            "unjudged": self._risk_unjudged(),
            "tasks": self._risk_tasks(today),
            "amounts": amounts,
            "links": {
                "close": self._link(),
                "findings": self._link(LISTS["ai.close.finding"]),
                "tasks": self._link(LISTS["ai.close.task"]),
            },
        }

    def _open_domain(self):
        return [*self._asked_of("ai.close.finding.cause"), ("state", "in", FINDING_UNDECIDED)]

    def _risk_blocker(self, blocker, amounts):
        model = blocker["action"].get("res_model")
        return {
            "label": blocker["label"],
            "count": blocker["count"],
            "amount": (blocker["amount_text"] or "") if amounts else "",
            "owner": blocker["owner"] or "",
            "due": blocker["due"] or "",
            "url": self._link(LISTS.get(model, "")),
        }

    def _risk_severities(self, amounts):
        """Return a row a severity: still to decide, of these blocking, decided, and the open sum."""
        groups = self.env["ai.close.finding"]._read_group(
            self._asked_of("ai.close.finding"), ["severity", "state"], ["__count", "amount:sum"]
        )
        labels = dict(self.env["ai.close.finding"]._fields["severity"]._description_selection(self.env))
        rows = []
        for severity, _label in SEVERITIES:
            states = {state: (count, amount) for level, state, count, amount in groups if level == severity}
            still_open = [states[state] for state in FINDING_UNDECIDED if state in states]
            if not states:
                continue
            total = self.currency_id.round(sum(amount or 0.0 for _count, amount in still_open))
            rows.append(
                {
                    "label": labels[severity],
                    "open": sum(count for count, _amount in still_open),
                    "waived": states.get("waived", (0, 0))[0],
                    "closed": states.get("closed", (0, 0))[0],
                    "blocks": severity in BLOCKING_SEVERITIES,
                    "amount": format_amount(self.env, total, self.currency_id) if amounts else "",
                }
            )
        return rows

    def _risk_findings(self, amounts):
        """Return the gravest causes that are still to decide, the dearest of each severity first."""
        causes = self.env["ai.close.finding.cause"].search(self._open_domain(), limit=MOST_CAUSES)
        severities = dict(causes._fields["severity"]._description_selection(self.env))
        return [
            {
                "severity": severities[cause.severity],
                "rule": cause.rule,
                "title": cause.title if amounts else cause._without_amounts(),
                "count": cause.count,
                "amount": format_amount(self.env, cause.amount, cause.currency_id) if amounts else "",
                "owner": cause.owner_id.name or self.env._("nobody"),
                "due": str(cause.date_due or ""),
                "state": self._risk_state(cause),
                "url": cause._address(),
            }
            for cause in causes
        ]

    def _risk_state(self, cause):
        if any(each.waive_requested_by_id for each in cause.finding_ids if each.state in FINDING_UNDECIDED):
            return self.env._("Waiver waits for a second person")
        return dict(cause._fields["state"]._description_selection(self.env))[cause.state]

    def _risk_waivers(self):
        """Return how many findings were waived, and how many wait for the second person."""
        asked = self._asked_of("ai.close.finding")
        findings = self.env["ai.close.finding"]
        return {
            "waived": findings.search_count([*asked, ("state", "=", "waived")]),
            "waiting": findings.search_count(
                [*asked, ("waive_requested_by_id", "!=", False), ("state", "in", FINDING_UNDECIDED)]
            ),
        }

    def _risk_run(self):
        run = self.last_run_id
        if not run:
            return self.env._("The agent has not run for this period.")
        return self.env._(
            "%(run)s, %(when)s: %(state)s",
            run=run.display_name,
            when=self._moment_words(self.env, run.date_end or run.date_start),
            state=dict(run._fields["state"]._description_selection(self.env))[run.state],
        )

    def _risk_unjudged(self):
        """Return what the last run did not judge, and the rules that the policy switches off: not clean."""
        words = {
            "no_data": self.env._("no data"),
            "raised": self.env._("stopped with an error"),
        }
        by_kind = {}
        for failure in self.last_run_id.failures or []:
            kind = words.get(failure.get("kind"), failure.get("kind") or "")
            by_kind.setdefault(kind, []).append(failure.get("code") or failure.get("scope") or "?")
        rules = (self.env["ai.close.policy"]._in_force_above(self.company_id).params or {}).get("rules") or {}
        off = sorted(code for code, values in rules.items() if values.get("enabled") is False)
        if off:
            by_kind[self.env._("switched off by the policy")] = off
        return [{"why": why, "codes": ", ".join(sorted(set(codes)))} for why, codes in by_kind.items()]

    def _risk_tasks(self, today):
        """Return the tasks that are overdue or whose sign-off went stale."""
        late = self.task_ids.filtered(
            lambda task: (
                task.state == "stale"
                or (task.state not in TASK_DONE and task.date_due and task.date_due < today)
            )
        )
        states = dict(late._fields["state"]._description_selection(self.env))
        return [
            {
                "name": task.name,
                "owner": task.owner_id.name or task._owner_label() or "",
                "due": str(task.date_due or ""),
                "state": states[task.state],
                "url": f"{task.get_base_url()}/odoo/ai-close-checklist/{task.id}",
            }
            for task in late[:MOST_TASKS]
        ]


class CloseFindingCause(models.Model):
    _inherit = "ai.close.finding.cause"

    @api.private
    def _address(self):
        """Return the address of its finding, or of the list of its findings."""
        self.ensure_one()
        if len(self.finding_ids) == 1:
            return f"{self.get_base_url()}/odoo/ai-close-findings/{self.finding_ids.id}"
        return f"{self.get_base_url()}/odoo/ai-close-causes/{self.id}/ai-close-cause-findings"

    @api.private
    def _without_amounts(self):
        """Return what it is about without titles, which may bear amounts: rule and record, or a number."""
        self.ensure_one()
        cause = self.rule_title or self.rule
        if len(self.finding_ids) > 1:
            return self.env._("%(cause)s: %(count)s findings of one cause", cause=cause, count=self.count)
        finding = self.finding_ids
        if finding.anchor_model not in self.env or finding.anchor_model.startswith(OWN_MODELS):
            return cause
        record = self.env[finding.anchor_model].sudo().browse(finding.anchor_id).exists()
        return f"{cause}: {record.display_name}" if record else cause
