"""The policy's form: how many rows of a band somebody opens before the whole band is accepted."""

from odoo import api, fields, models

from ..kernel.match_sample import LARGEST_SIZE, size_of
from ..models.refusal import refuse


class AiClosePolicyEdit(models.TransientModel):
    _inherit = "ai.close.policy.edit"

    match_sample_size = fields.Integer(
        "Rows to open before a band is accepted",
        help="Of a whole band that somebody accepts; the largest amounts are among them.",
    )

    @api.model
    def _shown_sections(self):
        return super()._shown_sections() | {"match_sample"}

    @api.model
    def _from_params(self, params):
        return super()._from_params(params) | {"match_sample_size": size_of(params)}

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
        return params
