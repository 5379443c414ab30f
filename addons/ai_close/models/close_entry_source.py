"""ai.close.entry.source: a record that a staged entry rests on, as it stood when the entry was proposed."""

from odoo import api, fields, models


class AiCloseEntrySource(models.Model):
    _name = "ai.close.entry.source"
    _inherit = ["ai.close.state.mixin"]
    _description = "Source of a staged entry"
    _order = "entry_id, id"
    _rec_name = "label"
    _ai_close_protected = frozenset({"entry_id", "model", "res_id", "label", "facts", "digest"})

    entry_id = fields.Many2one("ai.close.entry", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="entry_id.company_id", store=True, index=True)
    model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="model", required=True, readonly=True)
    label = fields.Char(readonly=True)
    facts = fields.Json(readonly=True)
    digest = fields.Char("Proof code", readonly=True)

    @api.private
    def _changed(self):
        """Return the sources whose facts are no longer those that the entry was computed from."""
        changed = self.browse()
        for (model, entry), sources in self.sudo().grouped(lambda each: (each.model, each.entry_id)).items():
            cited = self.env["ai.close.source"]._cited(
                model, sources.mapped("res_id"), entry.date, entry.company_id
            )
            changed |= sources.filtered(lambda each, cited=cited: cited[each.res_id][1] != each.digest)
        return changed
