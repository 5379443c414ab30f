"""What the agent reads of what people gave: contracts, loans, pay runs, holiday balances, once they count."""

from odoo import api, models
from odoo.tools import SQL

from ..models.close_given import COUNTS
from .columns import Table
from .columns_path import reach


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.private
    def _dataset_names(self):
        return [
            *super()._dataset_names(),
            "contracts",
            "loans",
            "loan_movements",
            "pay_runs",
            "holiday_balances",
        ]

    @api.private
    def _given_table(self, model, run, after, limit):
        """A page of what counts: what waits for its second signature is not read."""
        domain = [("company_id", "=", run.company_id.id), ("state", "=", COUNTS)]
        return Table(self.env[model], domain, after, limit)

    @api.private
    def _dataset_contracts(self, run, after, limit):
        table = self._given_table("ai.close.contract", run, after, limit)
        table.plain("id", "account_id", currency="currency_id")
        table.add("partner_id", reach(table, "partner_id.commercial_partner_id"), "int")
        table.text("name")
        # none named is 0: the bills before tell it
        table.money_in("currency_id", self._company_decimals(run), "amount")
        table.add("step_months", SQL("%s::int", table.field("rhythm")), "int")
        table.day("start_date", "end_date")
        return table.reply()

    @api.private
    def _dataset_loans(self, run, after, limit):
        table = self._given_table("ai.close.loan", run, after, limit)
        table.plain("id", currency="currency_id")
        table.add("partner_id", reach(table, "partner_id.commercial_partner_id"), "int")
        table.text("name", "day_count")
        table.money_in("currency_id", self._company_decimals(run), "principal")
        table.number("rate")
        self._named_days(table)
        self._shares(table)
        return table.reply()

    @api.private
    def _dataset_loan_movements(self, run, after, limit):
        table = self._given_table("ai.close.loan.movement", run, after, limit)
        table.plain("id", "loan_id", currency="currency_id")
        table.text("kind")
        table.day("date")
        table.money_in("currency_id", self._company_decimals(run), "amount")
        table.number("rate")
        return table.reply()

    @api.private
    def _dataset_pay_runs(self, run, after, limit):
        table = self._given_table("ai.close.pay.run", run, after, limit)
        table.plain("id")
        table.text("name", "basis")
        table.money(self._company_decimals(run), "amount")
        table.number("social_pct")
        self._named_days(table)
        self._shares(table)
        # an entry that was taken back by the end of the period books nothing
        table.add(
            "booked",
            SQL(
                "(SELECT move.date::text FROM account_move move WHERE move.id = %s AND move.state = 'posted'"
                " AND NOT EXISTS (SELECT 1 FROM account_move back WHERE back.reversed_entry_id = move.id"
                " AND back.state = 'posted' AND back.date <= %s))",
                table.field("move_id"),
                run.close_id.period_end,
            ),
            "text",
        )
        return table.reply()

    @api.private
    def _dataset_holiday_balances(self, run, after, limit):
        table = self._given_table("ai.close.holiday.balance", run, after, limit)
        table.plain("id")
        table.text("key")
        table.day("as_of")
        table.number("days", "social_pct")
        table.money(self._company_decimals(run), "day_rate")
        return table.reply()

    def _named_days(self, table):
        for name in ("start", "end"):
            table.add(name, SQL("%s::text", table.field(f"{name}_date")), "text")

    def _shares(self, table):
        table.add("analytic", SQL("NULLIF(%s::text, '{}')", table.field("analytic_distribution")), "words")
