"""ai.close.entry.source: a record that a staged entry rests on, as it stood when the entry was proposed."""

from odoo import api, fields, models

from .memo import gathered


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
        now = gathered(self, "facts", self._facts_now)
        return self.filtered(lambda each: now[each.id][1] != each.digest)

    @api.model
    @api.private
    def _facts_now(self, ids):
        """Return ``{id: (facts, digest)}`` as the cited records stand now for their entries' dates."""
        found = {}
        for (model, date, company), sources in (
            self.sudo()
            .browse(ids)
            .grouped(lambda each: (each.model, each.entry_id.date, each.entry_id.company_id))
            .items()
        ):
            cited = self.env["ai.close.source"]._cited(model, sources.mapped("res_id"), date, company)
            found.update({each.id: cited[each.res_id] for each in sources})
        return found
