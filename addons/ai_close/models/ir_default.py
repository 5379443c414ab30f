"""Defaults of the database: none for records of the close, whose values are the server's own."""

from odoo import api, models

from .refusal import refuse


class IrDefault(models.Model):
    _inherit = "ir.default"

    @api.model_create_multi
    def create(self, vals_list):
        defaults = super().create(vals_list)
        defaults._ai_close_refuse()
        return defaults

    def write(self, vals):
        result = super().write(vals)
        self._ai_close_refuse()
        return result

    @api.private
    def _ai_close_refuse(self):
        """Refuse a default that would fill a field which only the steps of the close write."""
        for default in self.sudo():
            if default.field_id.model.startswith("ai.close") or default.field_id.name.startswith("ai_close_"):
                raise refuse(self, "AUD002", action="ir_default.write")
