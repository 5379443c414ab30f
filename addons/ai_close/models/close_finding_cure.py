"""Findings that a run no longer shows: closed, or fixed and waiting for a confirmation where they are grave.

The run only says that its rule is silent.  That a critical or high finding is gone is confirmed by the
server's own look at the books (close_finding_recheck.py) or by a person who did not put it right himself.
"""

from odoo import api, fields, models

from ..kernel.sod import CONTROLLER, REVIEWER, SERVER
from .close_finding import LIVE_STATES
from .refusal import refuse

CONFIRMED_SEVERITIES = ("critical", "high")
WAITS = [("state", "=", "fixed"), ("cured_run_id", "!=", False)]
MOST_FACTS = 20


class CloseFinding(models.Model):
    _inherit = "ai.close.finding"

    cured_run_id = fields.Many2one("ai.close.run", "Not shown since", readonly=True)
    cure = fields.Json("Evidence of the cure", readonly=True)
    fixed_by_id = fields.Many2one("res.users", "Fixed by", readonly=True)
    confirmed_by_id = fields.Many2one("res.users", "Cure confirmed by", readonly=True)
    confirmed_by_server = fields.Boolean("Cure confirmed by the server", readonly=True)

    @api.model
    @api.private
    def _protected(self):
        own = {"cured_run_id", "cure", "fixed_by_id", "confirmed_by_id", "confirmed_by_server"}
        return super()._protected() | own

    def _reopened_vals(self, vals):
        return super()._reopened_vals(vals) | {
            "cured_run_id": False,
            "cure": False,
            "fixed_by_id": False,
            "confirmed_by_id": False,
            "confirmed_by_server": False,
        }

    # -- what people do

    def action_confirm_cure(self):
        """Confirm that the books were put right: by a reviewer or controller who did not mark it as fixed."""
        action = "finding.confirm"
        for finding in self:
            finding._need_open_period(action)
            finding._lock_rows()
            if not finding._waits():
                raise refuse(finding, "ENT022", action=action)
            finding._need_role(REVIEWER, CONTROLLER, action=action)
            finding._need_other_than({self.env._("marked as fixed"): finding.fixed_by_id}, action=action)
            vals = {"confirmed_by_id": self.env.uid} | finding._pinned_files()
            finding._transition("closed", vals=vals, action=action)
        self._close_activities("")
        return True

    def action_doubt_cure(self, reason):
        """Open a finding again whose cure convinces nobody."""
        action = "finding.doubt"
        reason = self._need_text(reason, action)
        for finding in self:
            finding._need_open_period(action)
            finding._lock_rows()
            if not finding._waits():
                raise refuse(finding, "ENT022", action=action)
            # who said that he fixed it stays named: a doubt must not let him confirm it himself
            vals = finding._reopened_vals({}) | {"fixed_by_id": finding.fixed_by_id.id}
            finding._transition("open", reason=reason, vals=vals, action=action)
        return True

    @api.private
    def _waits(self):
        """Does this finding wait for somebody to confirm that it is gone?"""
        return self.state == "fixed" and bool(self.cured_run_id)

    # -- what a run no longer shows

    @api.model
    @api.private
    def _finish_run(self, run, scopes):
        """Close the findings that a completed rule did not show again, and those that the run took back."""
        gone = self.sudo().search(
            [
                ("close_id", "=", run.close_id.id),
                ("by_server", "=", False),
                ("state", "in", LIVE_STATES),
                "|",
                "&",
                ("rule", "in", scopes.get("rules", [])),
                ("last_run_id", "!=", run.id),
                ("key", "in", scopes.get("withdrawn", [])),
            ]
        )
        grave = gone.filtered(lambda finding: finding.severity in CONFIRMED_SEVERITIES)
        if run.company_id.sudo()._ai_close_phase() == "observe":
            # nobody is asked anything, hence nobody to confirm
            grave = self.browse()
        closed = gone - grave
        closed._transition(
            "closed",
            role=SERVER,
            reason=self.env._("Not shown by %(run)s.", run=run.display_name),
            action="finding.close",
        )
        for finding in grave:
            if finding._take_cure(run):
                closed |= finding
        closed._close_activities("")
        return {"closed": len(closed), "unconfirmed": len(gone - closed)}

    def _take_cure(self, run):
        """Close this finding when the server sees for itself that it is gone; else leave it to a person."""
        holds, check = self._recheck()
        reason = self.env._("Not shown by %(run)s.", run=run.display_name)
        first = not self.cured_run_id
        vals = {}
        if first or holds:
            facts = {"run": run.id, "check": check, "records": self._cure_facts()}
            vals = {"cure": facts, "cured_run_id": self.cured_run_id.id or run.id}
        if holds:
            vals["confirmed_by_server"] = True
            self._transition("closed", role=SERVER, reason=reason, vals=vals, action="finding.confirm")
        elif self.state != "fixed":
            self._transition("fixed", role=SERVER, reason=reason, vals=vals, action="finding.gone")
        elif first:
            self._guarded().write(vals)
            self.env["ai.close.audit"]._append("finding.gone", self, after=vals, reason=reason, role=SERVER)
        return holds

    def _cure_facts(self):
        """Return how the records stand now that the finding was about."""
        links = [{"model": self.anchor_model, "id": self.anchor_id}, *(self.records or [])]
        seen = dict.fromkeys((link["model"], link["id"]) for link in links if link["model"] in self.env)
        facts = []
        for model, res_id in list(seen)[:MOST_FACTS]:
            record = self.env[model].sudo().browse(res_id).exists()
            fact = {"model": model, "id": res_id, "exists": bool(record)}
            if record and model == "account.move":
                fact |= {"state": record.state, "date": str(record.date or ""), "name": record.name or ""}
                fact["reversed_by"] = record.reversal_move_ids.filtered(
                    lambda move: move.state == "posted"
                ).ids
            facts.append(fact)
        return facts


class CloseFindingCause(models.Model):
    _inherit = "ai.close.finding.cause"

    def action_confirm_cure(self):
        """Confirm the cure of every finding of these causes that a run no longer shows."""
        self.check_access("read")
        waiting = self.finding_ids.filtered(lambda finding: finding._waits())
        if not waiting:
            raise refuse(self[:1], "ENT022", action="cause.confirm_cure")
        return waiting.action_confirm_cure()


class AiClose(models.Model):
    _inherit = "ai.close"

    def _count_findings(self):
        """Say of the blockers how many of their findings only wait for a confirmation."""
        name, done, total, blockers = super()._count_findings()
        waiting = dict(
            self.env["ai.close.finding"]._read_group(
                [*self._asked_of("ai.close.finding"), *WAITS, ("severity", "in", CONFIRMED_SEVERITIES)],
                ["severity"],
                ["__count"],
            )
        )
        for blocker in blockers:
            if waiting.get(blocker["severity"]):
                blocker["label"] = self.env._(
                    "%(label)s (%(count)s gone, to be confirmed)",
                    label=blocker["label"],
                    count=waiting[blocker["severity"]],
                )
        return name, done, total, blockers
