"""Tables of the trail: read by those who may, written by our own SQL only, changed by nobody."""

from odoo import api, models

from .refusal import refuse


class CloseAppendOnly(models.AbstractModel):
    _name = "ai.close.append.only"
    _inherit = ["ai.close.access.mixin"]
    _description = "Rows of the trail, never changed"

    # pylint: disable=method-required-super,no-raise-unlink

    @api.model_create_multi
    def create(self, vals_list):
        raise refuse(
            self,
            "AUD001",
            self.env._("Rows of the audit trail are written by the acts themselves."),
            action="audit.create",
        )

    def _insert_rows(self, vals_list):
        # pylint: disable-next=super-method-mismatch
        return super().create(vals_list)

    def write(self, vals):
        raise refuse(self, "AUD001", action="audit.write")

    def unlink(self):
        raise refuse(self, "AUD001", action="audit.unlink")
