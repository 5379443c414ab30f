"""Tax facts: the fiscal position of a document, the one that its partner calls for, and the taxes it allows.

Both are told for documents of the run's period, which are the ones judged by them.
"""

import json

from odoo import api, models
from odoo.tools import SQL

from .columns_path import reach

NONE_EXPECTED = "-"


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.private
    def _move_facts(self, run, table):
        table.add("fiscal_position", reach(table, "fiscal_position_id.name"))
        expected = self._expected_positions(run, table)
        table.add(
            "expected_position",
            SQL(
                "CASE WHEN %s BETWEEN %s AND %s THEN %s::jsonb ->> concat_ws('/', %s, %s) END",
                table.field("date"),
                run.close_id.period_start,
                run.close_id.period_end,
                json.dumps(expected),
                table.field("partner_id"),
                table.field("partner_shipping_id"),
            ),
        )
        table.add(
            "journal_company_ok",
            SQL("(%s IN %s)", reach(table, "journal_id.company_id"), self._companies_above(run)),
        )
        return super()._move_facts(run, table)

    @api.private
    def _expected_positions(self, run, table):
        """Return by "partner/delivery partner" the name of the position that Odoo would choose now."""
        pairs = self.env.execute_query(
            SQL(
                "SELECT DISTINCT partner_id, partner_shipping_id FROM account_move"
                " WHERE id IN %s AND move_type <> 'entry' AND partner_id IS NOT NULL"
                " AND date BETWEEN %s AND %s",
                table.query.subselect(),
                run.close_id.period_start,
                run.close_id.period_end,
            )
        )
        Position = self.env["account.fiscal.position"].sudo().with_company(run.company_id)
        Partner = self.env["res.partner"].sudo().with_company(run.company_id)
        found = {}
        for partner, delivery in pairs:
            position = Position._get_fiscal_position(Partner.browse(partner), Partner.browse(delivery or ()))
            name = f"{partner}/{delivery}" if delivery else str(partner)
            found[name] = position.name or NONE_EXPECTED
        return found

    @api.private
    def _line_facts(self, run, table):
        table.add(
            "position_taxes",
            SQL(
                "CASE WHEN %s BETWEEN %s AND %s THEN %s::jsonb ->> %s::text END",
                table.field("date"),
                run.close_id.period_start,
                run.close_id.period_end,
                json.dumps(self._allowed_taxes(run)),
                reach(table, "move_id.fiscal_position_id"),
            ),
        )
        # an account may serve several companies: one of them is this one or stands above it
        own = self.env["account.account"].sudo().with_context(active_test=False)
        own = own.search([("company_ids", "in", list(self._companies_above(run)))])
        table.add(
            "account_company_ok",
            SQL(
                "(%(account)s IS NULL OR %(account)s = ANY(%(own)s))",
                account=table.field("account_id"),
                own=own.ids,
            ),
        )
        return super()._line_facts(run, table)

    @api.private
    def _allowed_taxes(self, run):
        """Return by fiscal position the codes of its taxes: those that name it, and those for all."""
        Tax = self.env["account.tax"].sudo()
        taxes = Tax.with_context(active_test=False).search(Tax._check_company_domain(run.company_id))
        parts = {tax: tax.children_tax_ids or tax for tax in taxes}
        everywhere = taxes.filtered(lambda tax: not tax.fiscal_position_ids)
        return {
            str(position.id): ";".join(
                str(one)
                for one in sorted(
                    {
                        part.id
                        for tax in everywhere
                        | taxes.filtered(lambda t, p=position: p in t.fiscal_position_ids)
                        for part in parts[tax]
                    }
                )
            )
            for position in taxes.fiscal_position_ids
        }

    @api.private
    def _companies_above(self, run):
        """The run's company and those above it: what belongs to them serves its entries."""
        return tuple(run.company_id.sudo().parent_ids.ids)
