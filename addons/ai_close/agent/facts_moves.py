"""Facts of entries and journal items beside their plain fields: origin, taxes, analytic shares, quantities.

Which rule must spare which origin is the agent's; here an origin is told from Odoo's own fields alone, never
from a user, a journal's name, a label or an amount.  A bridge adds the origins and links of its application.
"""

from odoo import api, models
from odoo.tools import SQL

from .columns_path import reach

NARRATION_CHARS = 1000
# An entry's note is HTML; rules read its words.
_TAG = "<[^>]*>|&nbsp;"
_NO_TAX = ("payment_term", "cogs", "line_section", "line_subsection", "line_note")


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    # -- entries ---

    @api.private
    def _move_facts(self, run, table):
        """Add what rules ask of an entry beyond its plain columns."""
        table.add("due_date", SQL("%s::text", table.field("invoice_date_due")), "text")
        table.add(
            "narration",
            SQL(
                "NULLIF(btrim(left(regexp_replace(%s, %s, ' ', 'g'), %s)), '')",
                table.field("narration"),
                _TAG,
                NARRATION_CHARS,
            ),
            "words",
        )
        origins = self._move_origins(run, table)
        # OFFSET 0 keeps it one expression, worked out once for both columns
        table.query.add_join(
            "LEFT JOIN",
            "ai_close_origin",
            SQL("LATERAL (SELECT COALESCE(%s) AS told OFFSET 0)", SQL(", ").join(origins)),
            SQL("true"),
        )
        told = SQL.identifier("ai_close_origin", "told")
        table.add("origin_kind", SQL("NULLIF(split_part(%s, ':', 1), '')", told), "text")
        table.add("origin_id", SQL("NULLIF(split_part(%s, ':', 2), '')::bigint", told), "int")

    @api.private
    def _move_origins(self, run, table):
        """Return SQL of texts ``kind:id``, null where an entry has another origin; the first one tells."""
        field, entry = table.field, SQL("%s = 'entry'", table.field("move_type"))
        company = run.company_id
        origins = [
            SQL(
                "CASE WHEN %s = %s THEN 'opening:' || %s END",
                field("id"),
                company.account_opening_move_id.id or 0,
                field("id"),
            ),
            self._origin("statement_line", field("statement_line_id")),
            self._origin("payment", field("origin_payment_id")),
            self._origin("cash_basis", field("tax_cash_basis_rec_id")),
            self._origin("cash_basis", field("tax_cash_basis_origin_move_id")),
            self._origin("staged", field("ai_close_entry_id")),
            self._origin("recurring", field("auto_post_origin_id")),
            *(
                self._origin(kind, field(name))
                for kind, name in (("asset", "asset_id"), ("tax_closing", "closing_return_id"))
                if (found := table.model._fields.get(name)) and found.store and found.type == "many2one"
            ),
            # the rest is made as plain entries only
            self._origin(
                "exchange",
                SQL(
                    "(SELECT min(id) FROM account_partial_reconcile WHERE exchange_move_id = %s)", field("id")
                ),
                entry,
            ),
            # the automatic entry wizard names the entries that it moves to another period; so do the
            # deferrals of Enterprise, and a reversal of either is one as well
            self._origin(
                "accrual",
                SQL(
                    "(SELECT min(adjusting_entry_move_id) FROM adjusting_entries__account_move"
                    " WHERE move_id IN (%s, %s))",
                    field("id"),
                    field("reversed_entry_id"),
                ),
                entry,
            ),
            self._origin(
                "reconcile_model",
                SQL(
                    "(SELECT min(item.reconcile_model_id) FROM account_move_line item"
                    " WHERE item.move_id = %s)",
                    field("id"),
                ),
                entry,
            ),
        ]
        live = self._live_since(company)
        if live:
            origins.append(
                self._origin(
                    "import",
                    SQL(
                        "(SELECT min(id) FROM ir_model_data WHERE model = 'account.move' AND res_id = %s"
                        " AND module = '__import__')",
                        field("id"),
                    ),
                    SQL("%s < %s", field("create_date"), live),
                )
            )
        if company.account_opening_date:
            # balances that were carried over; documents from before are documents
            origins.append(
                self._origin(
                    "opening",
                    field("id"),
                    SQL("%s AND %s <= %s", entry, field("date"), company.account_opening_date),
                )
            )
        return origins

    @api.private
    def _origin(self, kind, record, only_if=None):
        """SQL of ``kind:id`` where ``record`` is not null (and the condition holds)."""
        if only_if is not None:
            record = SQL("CASE WHEN %s THEN %s END", only_if, record)
        return SQL("%s || %s", kind + ":", record)

    @api.private
    def _live_since(self, company):
        """When the company's first policy was made: what was imported before is inherited history."""
        first = (
            self.env["ai.close.policy"].sudo().search([("company_id", "=", company.id)], order="id", limit=1)
        )
        return first.create_date or None

    # -- journal items ---

    @api.private
    def _line_facts(self, run, table):
        """Add what rules ask of a journal item beyond its plain columns."""
        field = table.field
        table.add("quantity", SQL("trim_scale(%s::numeric)::text", self._line_quantity(table)), "text")
        # a group of taxes stands for its members: tax lines name those
        table.gathered(
            "ai_close_taxed",
            "line_id",
            SQL(
                "SELECT used.account_move_line_id AS line_id,"
                " string_agg(COALESCE(part.child_tax, used.account_tax_id)::text, ';'"
                " ORDER BY COALESCE(part.child_tax, used.account_tax_id)) AS codes"
                " FROM account_move_line_account_tax_rel used"
                " LEFT JOIN account_tax_filiation_rel part ON part.parent_tax = used.account_tax_id"
                " WHERE %s GROUP BY used.account_move_line_id",
                table.within(SQL.identifier("used", "account_move_line_id")),
            ),
        )
        table.add(
            "tax_codes",
            SQL(
                "CASE WHEN %s IN %s THEN NULL ELSE %s END",
                field("display_type"),
                _NO_TAX,
                SQL.identifier("ai_close_taxed", "codes"),
            ),
            "text",
        )
        table.add("tax_line_of", SQL("%s::text", field("tax_line_id")), "text")
        table.add("analytic", SQL("NULLIF(%s::text, '{}')", field("analytic_distribution")), "words")
        table.text("matching_number")
        self._line_reclassified(run, table)
        # the service's span, where OCA's account_invoice_start_end_dates is installed
        table.day(*(name for name in ("start_date", "end_date") if name in table.model._fields))

    @api.private
    def _line_reclassified(self, run, table):
        """Add the item whose amount a line moves to another account: of a reclassification, or its reversal.

        The staged entry cites that item, and people signed it so.
        """
        table.gathered(
            "ai_close_reclassified",
            "line_id",
            SQL(
                "SELECT item.id AS line_id, min(source.res_id) AS moves FROM ai_close_entry entry"
                " JOIN ai_close_entry_source source"
                " ON source.entry_id = entry.id AND source.model = 'account.move.line'"
                " JOIN account_move made ON made.ai_close_entry_id = entry.id"
                " JOIN account_move_line item ON item.move_id IN ("
                " SELECT made.id UNION ALL"
                " SELECT undone.id FROM account_move undone WHERE undone.reversed_entry_id = made.id)"
                " WHERE entry.proposer = 'RC' AND entry.company_id = %s GROUP BY item.id",
                run.company_id.id,
            ),
        )
        table.add("reclassifies_id", SQL.identifier("ai_close_reclassified", "moves"), "int")

    @api.private
    def _line_quantity(self, table):
        """SQL of a line's quantity; a bridge turns it into the unit of the order line that it bills."""
        return SQL("%s::numeric", table.field("quantity"))

    @api.private
    def _in_unit_of(self, table, quantity, factor):
        """SQL of a quantity in the unit of this factor; as it is where there is none, or the same one."""
        own = reach(table, "product_uom_id.factor")
        return SQL(
            "CASE WHEN %(factor)s <> %(own)s THEN round((%(quantity)s * %(own)s / %(factor)s)::numeric, 6)"
            " ELSE %(quantity)s END",
            factor=factor,
            own=own,
            quantity=quantity,
        )

    # -- orders ---

    @api.private
    def _confirmed_by(self, table, model, *subtypes):
        """SQL of who confirmed or approved an order last: the maker of the chatter's own note about it."""
        known = [self.env.ref(one, raise_if_not_found=False) for one in subtypes]
        ids = tuple(one.id for one in known if one)
        return SQL(
            "(SELECT note.create_uid FROM mail_message note WHERE note.model = %s AND note.res_id = %s"
            " AND note.subtype_id IN %s ORDER BY note.id DESC LIMIT 1)",
            model,
            table.field("order_id"),
            ids or (0,),
        )
