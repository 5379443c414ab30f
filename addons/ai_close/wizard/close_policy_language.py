"""The policy's section of the language model in the form that edits a draft."""

from odoo import api, fields, models

from ..kernel.language import TASKS
from ..kernel.money import fmt


class AiClosePolicyEdit(models.TransientModel):
    _inherit = "ai.close.policy.edit"

    language_is_on = fields.Boolean("A language model may be asked")
    language_month_limit = fields.Float(
        "Cost in a month at most",
        digits=(16, 2),
        help="In the currency of the model's price; 0: no limit here.",
    )
    language_variance = fields.Boolean("Why a balance moved")
    language_finding = fields.Boolean("Explaining findings")
    language_entry = fields.Boolean("Summaries of entries")
    language_account = fields.Boolean("Suggesting an account")
    language_payer = fields.Boolean("Suggesting a payer")
    language_period = fields.Boolean("Suggesting a period")

    @api.model
    def _shown_sections(self):
        return super()._shown_sections() | {"language"}

    @api.model
    def _from_params(self, params):
        said = params.get("language") or {}
        return super()._from_params(params) | {
            "language_is_on": said.get("is_on", True),
            "language_month_limit": float(said.get("month_limit") or 0),
            **{f"language_{task}": task in said.get("tasks", TASKS) for task in TASKS},
        }

    def _to_params(self):
        params = super()._to_params()
        former = params.get("language") or {}
        limit = self.language_month_limit
        kept = former.get("month_limit")
        said = {
            "is_on": self.language_is_on,
            "tasks": [task for task in TASKS if self[f"language_{task}"]],
            # what the form leaves as it was stays as it was written
            "month_limit": kept if float(kept or 0) == limit else fmt(limit, 2) if limit > 0 else None,
        }
        if set(said["tasks"]) == set(former.get("tasks", ())):
            said["tasks"] = former["tasks"]
        if "language" in params or said != {"is_on": True, "tasks": list(TASKS), "month_limit": None}:
            params["language"] = said
        return params
