"""Datasets of products and of what stands in stock, for the rules that compare it with the ledger."""

import json
from collections import defaultdict
from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.addons.ai_close.agent.columns import Table, as_columns
from odoo.addons.ai_close.agent.columns_path import reach
from odoo.addons.ai_close.kernel import money
from odoo.tools import SQL

# The value at a past day is worked out product by product; with more of them it is told for today only.
PRODUCTS_AT_A_PAST_DAY = 2000


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.private
    def _dataset_names(self):
        return [*super()._dataset_names(), "products", "stock_values"]

    @api.private
    def _dataset_products(self, run, after, limit):
        """Products that the company may use, archived ones too."""
        table = Table(
            self.env["product.product"],
            [("product_tmpl_id.company_id", "in", [False, run.company_id.id])],
            after,
            limit,
        )
        category = reach(table, "product_tmpl_id.categ_id")
        table.plain("id")
        table.add("name", reach(table, "product_tmpl_id.name"))
        table.add("category", reach(table, "product_tmpl_id.categ_id.complete_name"))
        table.add("category_id", category)
        categories = self.env["product.category"].sudo().with_company(run.company_id)
        categories = categories.search([("property_valuation", "!=", False)])
        table.add(
            "valuation",
            SQL(
                "COALESCE(%s::jsonb ->> %s::text, %s)",
                json.dumps({one.id: one.property_valuation for one in categories if one.property_valuation}),
                category,
                run.company_id.sudo().inventory_valuation or None,
            ),
        )
        table.add(
            "is_storable", SQL("COALESCE(%s, false)", reach(table, "product_tmpl_id.is_storable")), "bool"
        )
        table.add(
            "list_price",
            SQL("trim_scale(round(%s::numeric, 6))::text", reach(table, "product_tmpl_id.list_price")),
        )
        return table.page()

    @api.private
    def _dataset_stock_values(self, run, after, limit):
        """What stands in stock by valuation account at the period's end, as the stock itself says.

        The sums are worked out by Odoo for all products; the agent gets them by account.
        """
        names = ("id", "account_id", "as_of", "stock_value", "accounting_value", "valuation", "closing_date")
        company = run.company_id.sudo().with_company(run.company_id)
        as_of = min(run.close_id.period_end, self._today_of(company))
        by_product = company._get_accounts_by_product()
        values = self._stock_values_at(company, as_of, by_product)
        if values is None:
            return as_columns(names, ()), None
        booked = company.stock_accounting_value(by_product, as_of)
        kinds = defaultdict(set)
        for product, accounts in by_product.items():
            kinds[accounts["valuation"]].add(product.valuation)
        closed = self._stock_closings(company)
        places = self._company_decimals(run)
        rows = [
            (
                account.id,
                account.id,
                as_of.isoformat(),
                money.fmt(values.get(account, 0.0), places),
                money.fmt(booked.get(account, 0.0), places),
                "periodic" if kinds[account] == {"periodic"} else "real_time",
                closed.get(account.id),
            )
            for account in sorted(values, key=lambda one: one.id)
            if account
        ]
        return as_columns(names, rows), None

    @api.private
    def _today_of(self, company):
        return fields.Date.context_today(company.with_context(tz=company.ai_close_tz or "UTC"))

    @api.private
    def _stock_values_at(self, company, as_of, by_product):
        """Return what stands in stock by valuation account at the end of ``as_of``; None: too many products.

        Asked for the end of the day as a moment: a bare date would take what stood there at midnight before.
        """
        at = None
        if as_of < self._today_of(company):
            at = self._end_of_day(company, as_of)
            later = (
                self.env["stock.move"]
                .sudo()
                .search_count(
                    [("state", "=", "done"), ("company_id", "=", company.id), ("date", ">", at)], limit=1
                )
            )
            if not later:
                at = None
            elif len(by_product) > PRODUCTS_AT_A_PAST_DAY:
                return None
        return company.stock_value(by_product, at)

    @api.private
    def _end_of_day(self, company, day):
        """The last moment of a day of the company, in UTC."""
        zone = pytz.timezone(company.ai_close_tz or "UTC")
        return zone.localize(datetime.combine(day, time.max)).astimezone(pytz.UTC).replace(tzinfo=None)

    @api.private
    def _stock_closings(self, company):
        """By account the day of the last posted closing of the stock."""
        told = (
            self.env["ir.config_parameter"].sudo().get_param(f"{company.id}.stock_valuation_closing_ids", "")
        )
        ids = [int(one) for one in (told or "").split(",") if one.isdigit()]
        lines = (
            self.env["account.move.line"]
            .sudo()
            .search([("move_id", "in", ids), ("parent_state", "=", "posted")])
        )
        found = {}
        for line in lines.sorted("date"):
            found[line.account_id.id] = line.date.isoformat()
        return found
