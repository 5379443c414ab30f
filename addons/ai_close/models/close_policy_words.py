"""The changes of a version in words: which parameter, from what to what."""

from odoo import api, fields, models
from odoo.tools import format_amount

from ..kernel.money import MoneyError, parse
from ..kernel.policy_diff import changes
from ..kernel.tie_out import KINDS

AMOUNTS = {("materiality",), ("manual", "amount"), ("automatic", "max_amount"), ("auto_post", "limit")}


class ClosePolicy(models.Model):
    _inherit = "ai.close.policy"

    changes = fields.Json("Difference", compute="_compute_changes")
    change_count = fields.Integer("Number of changes", compute="_compute_changes")

    @api.depends("params", "base_id.params")
    def _compute_changes(self):
        for policy in self:
            rows = policy._change_rows() if policy.base_id else []
            policy.changes = rows
            policy.change_count = len(rows)

    @api.private
    def _change_rows(self):
        """Return ``[{path, label, old, new}]``: what this version changes, in words."""
        policy = self.sudo()
        return [
            {
                "path": change.name,
                "label": self._parameter_label(change.path),
                "old": self._parameter_text(change.path, change.old),
                "new": self._parameter_text(change.path, change.new),
            }
            for change in changes(policy.base_id.params, policy.params)
        ]

    @api.model
    def _parameter_words(self):
        """Return the names of the parameters as people say them."""
        return {
            ("materiality",): self.env._("Materiality"),
            ("tolerance_units",): self.env._("Tolerance (rounding units a line)"),
            ("adjustment_journal_id",): self.env._("Journal of adjustments"),
            ("bands", "auto"): self.env._("Match is sure from"),
            ("bands", "review"): self.env._("Match is to be checked from"),
            ("limits", "match"): self.env._("Preparer's limit for a match"),
            ("limits", "write_off"): self.env._("Preparer's limit for what a match writes off"),
            ("limits", "entry_controller"): self.env._("Reviewer's limit for an entry"),
            ("manual", "journals"): self.env._("Journals of manual entries"),
            ("manual", "amount"): self.env._("Manual entries are approved from"),
            ("audit_retention_years",): self.env._("Audit trail is kept (years)"),
            ("seal_mail_to",): self.env._("Proof codes are mailed to"),
            ("phase",): self.env._("Phase"),
            ("automatic", "max_amount"): self.env._("Automatic up to"),
            ("automatic", "kinds"): self.env._("Automatic for"),
            ("automatic", "unattended"): self.env._("Sure bank matches are accepted unattended"),
            ("match_sample", "size"): self.env._("Rows to open before a band is accepted"),
            ("auto_post", "journals"): self.env._("Post drafts by itself in"),
            ("auto_post", "limit"): self.env._("Only drafts below"),
            ("duties", "profile"): self.env._("Duties"),
            ("duties", "password"): self.env._("Password again for"),
            ("roles", "grni"): self.env._("Account: goods received, not invoiced"),
            ("roles", "billed_not_received"): self.env._("Account: billed, not received"),
            ("roles", "suspense"): self.env._("Accounts: suspense"),
            ("tie_outs", "high_risk"): self.env._("Tie-outs of every month"),
            ("tie_outs", "rotation_months"): self.env._("Other tie-outs once in (months)"),
            ("tie_outs", "blocks"): self.env._("The lock waits for tie-outs"),
            ("tie_outs", "outstanding_days"): self.env._("Payments may be outstanding (days)"),
            ("tie_outs", "transfer_days"): self.env._("Transfers may be under way (bank days)"),
            ("tie_outs", "payroll_days"): self.env._("Pay may be outstanding (days)"),
            ("language", "is_on"): self.env._("A language model may be asked"),
            ("language", "tasks"): self.env._("A language model is asked for"),
            ("language", "month_limit"): self.env._("A language model may cost in a month"),
        }

    @api.model
    def _parameter_label(self, path):
        known = self._parameter_words().get(path)
        if known:
            return known
        words = [part.replace("_", " ") for part in path]
        if path[0] == "rules" and len(path) > 1:
            name = self.env._("on") if path[2:] == ("enabled",) else " ".join(words[2:])
            return self.env._("Rule %(code)s: %(name)s", code=path[1], name=name)
        return " › ".join(words).capitalize()

    def _parameter_text(self, path, value):
        """Return one value as text: names instead of ids, amounts as the company writes them."""
        if value is None:
            return "–"
        if isinstance(value, bool):
            return self.env._("yes") if value else self.env._("no")
        if path == ("phase",):
            return self._phase_labels().get(value, value)
        if path[0] == "roles":
            return self._names("account.account", value)
        if path in (("adjustment_journal_id",), ("manual", "journals"), ("auto_post", "journals")):
            return self._names("account.journal", value)
        if path == ("tie_outs", "high_risk"):
            return ", ".join(KINDS[kind][1] for kind in value if kind in KINDS) or "–"
        if path in AMOUNTS or path[0] == "limits":
            try:
                return format_amount(self.env, float(parse(value)), self.company_id.sudo().currency_id)
            except MoneyError:
                return str(value)
        if path[0] == "bands":
            return f"{float(parse(value)) * 100:g} %"
        if isinstance(value, (list, tuple)):
            return ", ".join(str(each) for each in value) or "–"
        return str(value)

    def _names(self, model, value):
        ids = value if isinstance(value, (list, tuple)) else [value]
        found = self.env[model].sudo().with_company(self.company_id).browse(ids).exists()
        return ", ".join(found.mapped("display_name")) or "–"
