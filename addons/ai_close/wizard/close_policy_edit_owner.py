"""Owners and due days of findings in the form that edits a draft of the policy."""

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

from ..kernel import owners


class AiClosePolicyEdit(models.TransientModel):
    _inherit = "ai.close.policy.edit"

    due_critical = fields.Integer("Critical: decided within (working days)")
    due_high = fields.Integer("High: within")
    due_medium = fields.Integer("Medium: within")
    due_low = fields.Integer("Low: within")
    finding_owner_ids = fields.One2many("ai.close.policy.edit.owner", "edit_id", string="Owners of findings")

    def _shown_sections(self):
        return super()._shown_sections() | {"owners", "due_days"}

    def _from_params(self, params):
        lines = [
            Command.create(
                {
                    "sequence": number,
                    "user_id": line["user"],
                    "rules": " ".join(line.get("rules", ())),
                    "journal_ids": [Command.set(line.get("journals", ()))],
                    "accounts": " ".join(line.get("accounts", ())),
                    "partner_ids": [Command.set(line.get("partners", ()))],
                }
            )
            for number, line in enumerate(params.get("owners") or ())
        ]
        return super()._from_params(params) | {
            **{f"due_{severity}": owners.due_days(params, severity) for severity in owners.SEVERITIES},
            "finding_owner_ids": lines,
        }

    def _to_params(self):
        params = super()._to_params()
        section = dict(params.get("due_days") or {})
        for severity in owners.SEVERITIES:
            # what the form leaves as it was stays as it was written, or unwritten
            if self[f"due_{severity}"] != owners.due_days(params, severity):
                section[severity] = self[f"due_{severity}"]
        if section or "due_days" in params:
            params["due_days"] = section
        lines = [line._as_params() for line in self.finding_owner_ids.sorted("sequence")]
        if lines or "owners" in params:
            params["owners"] = lines
        return params


class AiClosePolicyEditOwner(models.TransientModel):
    _name = "ai.close.policy.edit.owner"
    _description = "Owner of findings in a draft policy"
    _order = "sequence, id"

    edit_id = fields.Many2one("ai.close.policy.edit", required=True, ondelete="cascade")
    sequence = fields.Integer()
    user_id = fields.Many2one("res.users", "Owner", required=True)
    rules = fields.Char(help="Codes or their beginnings, with spaces: ACC EXF001. Empty: every rule.")
    journal_ids = fields.Many2many("account.journal", string="Journals")
    accounts = fields.Char(help="Beginnings of account codes, with spaces. Empty: every account.")
    partner_ids = fields.Many2many("res.partner", string="Partners")

    @api.constrains("rules", "accounts", "user_id")
    def _check_shape(self):
        for line in self:
            try:
                owners.OWNERS.check([line._as_params()])
            except owners.PayloadError as error:
                raise ValidationError(str(error)) from error

    @api.private
    def _as_params(self):
        said = {
            "rules": (self.rules or "").split(),
            "journals": sorted(self.journal_ids.ids),
            "accounts": (self.accounts or "").split(),
            "partners": sorted(self.partner_ids.ids),
        }
        return {"user": self.user_id.id} | {name: value for name, value in said.items() if value}
