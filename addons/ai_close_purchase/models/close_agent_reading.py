"""The dataset of readings: services received, as people signed them."""

from odoo import api, models


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.private
    def _dataset_names(self):
        return [*super()._dataset_names(), "readings"]

    @api.private
    def _dataset_readings(self, run, after, limit):
        table = self._given_table("ai.close.reading", run, after, limit)
        table.plain("id", "purchase_line_id")
        table.day("taken_on")
        table.number("quantity")
        return table.reply()
