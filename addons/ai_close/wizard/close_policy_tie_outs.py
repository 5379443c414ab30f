"""Tie-outs in the form of a draft: which kinds are due every month, whose turn comes how often, whether the
lock waits, and how long an item may lie between both sides."""

from odoo import Command, api, fields, models

from ..kernel.tie_out import DEFAULTS, KINDS, is_high_risk


class AiClosePolicyEdit(models.TransientModel):
    _inherit = "ai.close.policy.edit"

    tie_out_kind_ids = fields.One2many("ai.close.policy.edit.tie.out", "edit_id", "Kinds of tie-outs")
    tie_out_rotation_months = fields.Integer(
        "Others once in (months)", help="Every account has its turn; at the end of a fiscal year all are due."
    )
    tie_out_blocks = fields.Boolean(
        "The lock waits for them", help="The global lock waits until what is due is signed."
    )
    tie_out_outstanding_days = fields.Integer(
        "Payments may be outstanding (days)", help="So long a payment may wait for its bank line."
    )
    tie_out_transfer_days = fields.Integer("Transfers may be under way (bank days)")
    tie_out_payroll_days = fields.Integer("Pay may be outstanding (days)")

    @api.model
    def _shown_sections(self):
        return super()._shown_sections() | {"tie_outs"}

    @api.model
    def _from_params(self, params):
        said = params.get("tie_outs") or {}
        kinds = [
            Command.create({"kind": kind, "title": title, "high_risk": is_high_risk(params, kind)})
            for kind, (_area, title) in KINDS.items()
        ]
        return (
            super()._from_params(params)
            | {f"tie_out_{name}": said.get(name, usual) for name, usual in DEFAULTS.items()}
            | {"tie_out_kind_ids": kinds}
        )

    def _to_params(self):
        params = super()._to_params()
        section = dict(params.get("tie_outs") or {})
        # what the form leaves as it was stays as it was written, or unwritten
        for name, usual in DEFAULTS.items():
            if self[f"tie_out_{name}"] != section.get(name, usual):
                section[name] = self[f"tie_out_{name}"]
        risky = {line.kind for line in self.tie_out_kind_ids if line.high_risk}
        if risky != {kind for kind in KINDS if is_high_risk(params, kind)}:
            section["high_risk"] = sorted(risky)
        if section or "tie_outs" in params:
            params["tie_outs"] = section
        return params


class AiClosePolicyEditTieOut(models.TransientModel):
    _name = "ai.close.policy.edit.tie.out"
    _description = "A kind of tie-outs of the policy"

    edit_id = fields.Many2one("ai.close.policy.edit", required=True, ondelete="cascade")
    kind = fields.Char(required=True)
    title = fields.Char("Tie-outs of")
    high_risk = fields.Boolean("Every month")
