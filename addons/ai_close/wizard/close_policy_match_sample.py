"""The policy's form: rows to open before a band is accepted, and whether sure ones go unattended."""

from odoo import api, fields, models

from ..kernel.match_sample import LARGEST_SIZE, size_of
from ..models.refusal import refuse


class AiClosePolicyEdit(models.TransientModel):
    _inherit = "ai.close.policy.edit"

    match_sample_size = fields.Integer(
        "Rows to open before a band is accepted",
        help="Of a whole band that somebody accepts; the largest amounts are among them.",
    )
    automatic_unattended = fields.Boolean(
        "Accept sure bank matches unattended",
        help="After a run the server accepts sure matches up to the amount, in its own name; people undo them"
        " like any other. Off unless a version says so.",
    )

    @api.model
    def _shown_sections(self):
        return super()._shown_sections() | {"match_sample"}

    @api.model
    def _from_params(self, params):
        automatic = params.get("automatic") or {}
        return super()._from_params(params) | {
            "match_sample_size": size_of(params),
            "automatic_unattended": automatic.get("unattended", False),
        }

    def _to_params(self):
        params = super()._to_params()
        # what the form leaves as it was stays as it was written, or unwritten
        if self.match_sample_size != size_of(params):
            if not 1 <= self.match_sample_size <= LARGEST_SIZE:
                raise refuse(
                    self,
                    "POL002",
                    self.env._("Between 1 and %s rows of a band are opened.", LARGEST_SIZE),
                    action="policy.edit",
                )
            params["match_sample"] = {"size": self.match_sample_size}
        said = "unattended" in (self.policy_id.params.get("automatic") or {})
        unattended = self.automatic_unattended and self.automatic_match
        if "automatic" in params and (said or unattended):
            params["automatic"]["unattended"] = unattended
        return params
