"""The policy's form: which drafts the server may post by itself in the automatic phase."""

from odoo import api, fields, models
from odoo.fields import Command

from ..kernel.money import fmt


class AiClosePolicyEdit(models.TransientModel):
    _inherit = "ai.close.policy.edit"

    auto_post_journal_ids = fields.Many2many(
        "account.journal",
        "ai_close_policy_edit_auto_post_rel",
        string="Post drafts by itself in",
        help="After each run the server posts drafts of these journals that pass all rules. None: people do.",
    )
    auto_post_limit = fields.Monetary("Only drafts below")

    @api.model
    def _shown_sections(self):
        return super()._shown_sections() | {"auto_post"}

    @api.model
    def _from_params(self, params):
        said = params.get("auto_post") or {}
        return super()._from_params(params) | {
            "auto_post_journal_ids": [Command.set(said.get("journals", []))],
            "auto_post_limit": float(said.get("limit", 0)),
        }

    def _to_params(self):
        params = super()._to_params()
        # In another phase people post everything, whatever was said here.
        if self.phase == "automatic" and self.auto_post_journal_ids:
            params["auto_post"] = {
                "journals": sorted(self.auto_post_journal_ids.ids),
                "limit": fmt(self.auto_post_limit, self.currency_id.decimal_places),
            }
        else:
            params.pop("auto_post", None)
        return params
