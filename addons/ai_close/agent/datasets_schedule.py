"""What the agent reads of schedules: those of the company in any state, and the changes that count."""

from odoo import api, models
from odoo.tools import SQL

from .columns import Table


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.private
    def _dataset_names(self):
        return [*super()._dataset_names(), "schedules", "schedule_changes"]

    @api.private
    def _dataset_schedules(self, run, after, limit):
        """Schedules of any state: of a draft or cancelled one the agent leaves the document's line alone."""
        decimals = self._company_decimals(run)
        table = Table(self.env["ai.close.schedule"], [("company_id", "=", run.company_id.id)], after, limit)
        table.plain(
            "id",
            "booked_account_id",
            "balance_account_id",
            "result_account_id",
            "partner_id",
            "source_line_id",
            currency="currency_id",
        )
        table.text("name", "kind", "method")
        # one that waits for its review does not count yet
        state = table.field("state")
        table.add("state", SQL("CASE WHEN %s = 'prepared' THEN 'draft' ELSE %s END", state, state), "text")
        table.day("start_date", "end_date")
        table.add(
            "booked_on",
            SQL("COALESCE(%s, %s)::text", table.field("booked_on"), table.field("start_date")),
            "text",
        )
        table.money(decimals, "total", "residual")
        table.money_in("currency_id", decimals, "total_currency")
        table.add("analytic", SQL("NULLIF(%s::text, '{}')", table.field("analytic_distribution")), "words")
        return table.reply()

    @api.private
    def _dataset_schedule_changes(self, run, after, limit):
        decimals = self._company_decimals(run)
        table = Table(
            self.env["ai.close.schedule.change"],
            [("company_id", "=", run.company_id.id), ("state", "=", "reviewed")],
            after,
            limit,
        )
        table.plain("id", "schedule_id", "account_id", "move_line_id", currency="currency_id")
        table.text("kind", "label")
        table.day("date", "from_date", "new_end")
        table.money(decimals, "amount")
        table.money_in("currency_id", decimals, "amount_currency")
        return table.reply()
