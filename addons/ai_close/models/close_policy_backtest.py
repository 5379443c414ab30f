"""A version that changes rules is approved after a backtest of exactly this version."""

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..kernel.rule_book import judges_otherwise
from ..kernel.sod import CONTROLLER, REVIEWER
from .refusal import refuse


class ClosePolicy(models.Model):
    _inherit = "ai.close.policy"

    backtest_id = fields.Many2one("ai.close.backtest", compute="_compute_backtest")
    backtest_needed = fields.Boolean(compute="_compute_backtest")
    backtest_text = fields.Char("Backtest says", compute="_compute_backtest")
    backtest_state = fields.Char(compute="_compute_backtest")

    @api.depends("params", "digest", "base_id", "state")
    def _compute_backtest(self):
        for policy in self:
            test = policy._backtest()
            policy.backtest_id = test
            policy.backtest_needed = policy._needs_backtest()
            policy.backtest_state = test.state or ""
            policy.backtest_text = policy._backtest_words(test)

    @api.private
    def _needs_backtest(self):
        policy = self.sudo()
        return bool(policy.base_id) and judges_otherwise(policy.base_id.params, policy.params)

    @api.private
    def _backtest(self):
        """Return the last backtest of this version as it stands now, or none."""
        policy = self.sudo()
        return (
            self.env["ai.close.backtest"]
            .sudo()
            .search(
                [
                    ("policy_id", "=", policy.id),
                    ("base_id", "=", policy.base_id.id),
                    ("params_digest", "=", policy.digest),
                    ("state", "!=", "dropped"),
                ],
                limit=1,
            )
            if policy.id and policy.base_id
            else self.env["ai.close.backtest"]
        )

    @api.private
    def _backtest_words(self, test):
        """Say in a line what the backtest came to."""
        if not test:
            needed = self.env._("None of this version yet; it is needed before the approval.")
            return needed if self._needs_backtest() else ""
        if test.state == "requested":
            return self.env._(
                "Asked for on %s; the agent fetches it within minutes.",
                format_datetime(self.env, test.requested_at),
            )
        if test.state == "failed" or not test.month_count:
            return test.note or ""
        return self.env._(
            "%(months)s months: flagged %(fb)s → %(fa)s, missed %(mb)s → %(ma)s, false %(xb)s → %(xa)s",
            months=test.month_count,
            fb=test.flagged_before,
            fa=test.flagged_after,
            mb=test.missed_before,
            ma=test.missed_after,
            xb=test.false_before,
            xa=test.false_after,
        )

    def action_backtest(self):
        """Ask for a backtest of this version over the past months; return its form."""
        self.ensure_one()
        action = "policy.backtest"
        self._need_role(REVIEWER, CONTROLLER, action=action)
        self.check_access("read")
        self._of_company()
        if self.state not in ("draft", "proposed"):
            self._need_state("proposed", action)
        if not self.sudo().base_id or self.sudo().params == self.sudo().base_id.params:
            raise refuse(self, "POL008", action=action)
        self._need_base(action)
        test = self.env["ai.close.backtest"]._ask(self)
        return {
            "type": "ir.actions.act_window",
            "res_model": "ai.close.backtest",
            "res_id": test.id,
            "views": [[False, "form"]],
        }

    def action_propose(self, reason, valid_from):
        """Propose the draft, and have its backtest made where it needs one and has none."""
        result = super().action_propose(reason, valid_from)
        if self._needs_backtest() and self._backtest().state not in ("requested", "done"):
            self.env["ai.close.backtest"]._ask(self)
        return result

    def _need_sound(self, action):
        result = super()._need_sound(action)
        if action == "policy.approve":
            self._need_backtest(action)
        return result

    def _need_backtest(self, action):
        """Refuse to approve other rules without knowing what they would have found."""
        if not self._needs_backtest():
            return
        test = self._backtest()
        if test.state == "done":
            return
        why = {
            "requested": self.env._(
                "The backtest was asked for on %s and is not back yet: the agent fetches it within minutes"
                " while it serves.",
                format_datetime(self.env, test.requested_at) if test else "",
            ),
            "failed": self.env._("The backtest failed: %s Ask for it again.", test.note or ""),
        }.get(test.state)
        raise refuse(
            self,
            "POL016",
            why or self.env._("This version changes rules and has no backtest: ask for it first."),
            action=action,
        )

    @api.private
    def _audit_evidence(self):
        """Beside an approval stands what its backtest said."""
        found = super()._audit_evidence()
        for policy in self:
            test = policy._backtest()
            if test:
                found.setdefault(policy.id, {})["backtest"] = {
                    "id": test.id,
                    "state": test.state,
                    "version": test.params_digest,
                    "said": policy._backtest_words(test),
                }
        return found
