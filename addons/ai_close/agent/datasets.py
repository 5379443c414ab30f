"""What the agent reads: one private method a dataset, each giving a page of columns and the next key.

Everything here runs with the rights of the agent's user, company by company.  Amounts are decimal strings
with their currency's decimals; a page is ordered by id.
"""

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from .columns import STAMP, Table, as_columns, keyed
from .columns_path import reach

HISTORY_MONTHS = 24
# A rate older than this before the history can't be the rate of a day in it.
RATE_DAYS = 40
CORE = (
    "accounts",
    "journals",
    "partners",
    "currencies",
    "rates",
    "moves",
    "lines",
    "partials",
    "statement_lines",
    "changes",
)


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.private
    def _dataset_names(self):
        return list(CORE)

    @api.private
    def _history_start(self, run):
        return run.close_id.period_start - relativedelta(months=HISTORY_MONTHS)

    @api.private
    def _company_decimals(self, run):
        return run.company_id.currency_id.decimal_places

    # -- masters: few rows, read through the ORM ---

    @api.private
    def _dataset_accounts(self, run, after, limit):
        """The company's chart, archived accounts too: people post to them until they are archived."""
        company = run.company_id
        accounts = (
            self.env["account.account"]
            .with_company(company.root_id)
            .search_fetch(
                [*self.env["account.account"]._check_company_domain(company), *keyed(after)],
                ["code", "name", "account_type", "active", "reconcile", "currency_id"],
                order="id",
                limit=limit,
            )
        )
        names = (
            "id",
            "code",
            "name",
            "account_type",
            "active",
            "reconcile",
            "currency",
            "include_initial_balance",
        )
        return self._page(
            names,
            accounts,
            limit,
            lambda account: (
                account.id,
                account.code or None,
                account.name or None,
                account.account_type,
                account.active,
                account.reconcile,
                account.currency_id.id or None,
                account.include_initial_balance,
            ),
        )

    @api.private
    def _dataset_journals(self, run, after, limit):
        journals = self.env["account.journal"].search(
            [*self.env["account.journal"]._check_company_domain(run.company_id), *keyed(after)],
            order="id",
            limit=limit,
        )
        names = (
            "id",
            "code",
            "name",
            "type",
            "active",
            "default_account_id",
            "suspense_account_id",
            "is_self_billing",
            "bank_account",
        )
        return self._page(
            names,
            journals,
            limit,
            lambda journal: (
                journal.id,
                journal.code,
                journal.name,
                journal.type,
                journal.active,
                journal.default_account_id.id or None,
                journal.suspense_account_id.id or None,
                journal.is_self_billing,
                journal.sudo().bank_account_id.acc_number or None,
            ),
        )

    @api.private
    def _dataset_currencies(self, run, after, limit):
        currencies = self.env["res.currency"].search(keyed(after), order="id", limit=limit)
        return self._page(
            ("id", "name", "decimals", "rounding"),
            currencies,
            limit,
            lambda currency: (currency.id, currency.name, currency.decimal_places, repr(currency.rounding)),
        )

    @api.private
    def _dataset_rates(self, run, after, limit):
        """Rates as they are stored: units of the currency for one unit of the base."""
        rates = self.env["res.currency.rate"].search(
            [
                *keyed(after),
                ("company_id", "in", [False, run.company_id.root_id.id]),
                ("name", ">=", self._history_start(run) - relativedelta(days=RATE_DAYS)),
            ],
            order="id",
            limit=limit,
        )
        return self._page(
            ("id", "currency", "company_id", "date", "rate"),
            rates,
            limit,
            lambda rate: (
                rate.id,
                rate.currency_id.id,
                rate.company_id.id or None,
                rate.name.isoformat(),
                repr(rate.rate),
            ),
        )

    @api.private
    def _dataset_partners(self, run, after, limit):
        """Partners that stand on entries of the company, and the commercial partners behind them."""
        table = Table(self.env["res.partner"], [("id", "in", self._partners_used(run))], after, limit)
        table.plain("id", "commercial_partner_id")
        table.text("name", "ref", "vat")
        table.add("country", reach(table, "country_id.code"))
        table.truth("is_company", "active")
        return table.reply()

    @api.private
    def _partners_used(self, run):
        """SQL of the partners on entries of the company, and the commercial partners behind them."""
        return SQL(
            "(WITH used AS (SELECT partner_id AS id FROM account_move_line WHERE company_id = %(company)s"
            " UNION SELECT partner_id FROM account_move WHERE company_id = %(company)s)"
            " SELECT id FROM used WHERE id IS NOT NULL UNION"
            " SELECT partner.commercial_partner_id FROM used"
            " JOIN res_partner partner ON partner.id = used.id)",
            company=run.company_id.id,
        )

    # -- entries: many rows, read as columns ---

    @api.private
    def _dataset_moves(self, run, after, limit):
        decimals = self._company_decimals(run)
        table = Table(
            self.env["account.move"],
            [
                ("company_id", "=", run.company_id.id),
                ("state", "in", ("draft", "posted")),
                "|",
                "|",
                ("date", ">=", self._history_start(run)),
                # What a proposer posted counts as long as it stands: a depreciation runs for years.
                ("ai_close_entry_id", "!=", False),
                ("ai_close_adoption_id", "!=", False),
            ],
            after,
            limit,
        )
        table.plain(
            "id",
            "journal_id",
            "partner_id",
            "commercial_partner_id",
            "reversed_entry_id",
            "statement_line_id",
            "origin_payment_id",
            "create_uid",
            "ai_close_entry_id",
            currency="currency_id",
            posted_by="ai_close_posted_by",
        )
        table.text("name", "ref", "move_type", "state", "payment_state", "auto_post", "payment_reference")
        table.day("date", "invoice_date")
        table.money_in("currency_id", decimals, "amount_total")
        table.money(decimals, "amount_total_signed")
        table.moment("create_date", "create_date")
        # who posted and when: ours, null for entries from before the add-on
        table.moment("posted_at", "ai_close_posted_at")
        table.add(
            "ai_close_proposer",
            SQL(
                "COALESCE((SELECT proposer FROM ai_close_adoption WHERE id = %s),"
                " (SELECT proposer FROM ai_close_entry WHERE id = %s))",
                table.field("ai_close_adoption_id"),
                table.field("ai_close_entry_id"),
            ),
            "words",
        )
        # whether there is a document, not which
        table.add(
            "has_attachment",
            SQL(
                "(%s IS NOT NULL OR EXISTS (SELECT 1 FROM ir_attachment document"
                " WHERE document.res_model = 'account.move' AND document.res_id = %s"
                " AND document.res_field IS NULL))",
                table.field("message_main_attachment_id"),
                table.field("id"),
            ),
            "bool",
        )
        self._move_facts(run, table)
        return table.reply()

    @api.private
    def _dataset_lines(self, run, after, limit):
        """All lines since the books began: a balance needs every one of them.

        ``parent_state`` is the move's own state where the line says another: a line can be made to lie.
        """
        decimals = self._company_decimals(run)
        model = self.env["account.move.line"]
        table = Table(
            model,
            [("company_id", "=", run.company_id.id), ("parent_state", "in", ("draft", "posted"))],
            after,
            limit,
        )
        table.plain("id", "move_id", "account_id", "journal_id", "product_id", currency="currency_id")
        table.add(
            "partner_id",
            SQL(
                "COALESCE(%s, %s)",
                reach(table, "partner_id.commercial_partner_id"),
                table.field("partner_id"),
            ),
            "int",
        )
        table.add(
            "parent_state",
            SQL(
                "CASE WHEN %(state)s = %(said)s THEN %(state)s ELSE 'draft' END",
                said=table.field("parent_state"),
                state=reach(table, "move_id.state"),
            ),
            "text",
        )
        table.text("name", "ref", "display_type")
        table.day("date", "date_maturity")
        table.truth("reconciled")
        table.money(decimals, "balance", "amount_residual")
        table.money_in("currency_id", decimals, "amount_currency", "amount_residual_currency")
        if "purchase_line_id" in model._fields:
            table.plain("purchase_line_id")
        if all(name in model._fields and model._fields[name].store for name in ("start_date", "end_date")):
            table.day("start_date", "end_date")  # of OCA's account_invoice_start_end_dates
        self._line_facts(run, table)
        return table.reply()

    @api.private
    def _dataset_partials(self, run, after, limit):
        decimals = self._company_decimals(run)
        table = Table(
            self.env["account.partial.reconcile"], [("company_id", "=", run.company_id.id)], after, limit
        )
        table.plain("id", "debit_move_id", "credit_move_id", "exchange_move_id")
        table.day("max_date")
        table.money(decimals, "amount")
        table.money_in("debit_currency_id", decimals, "debit_amount_currency")
        table.money_in("credit_currency_id", decimals, "credit_amount_currency")
        return table.reply()

    @api.private
    def _dataset_statement_lines(self, run, after, limit):
        """Bank lines of posted entries: those of the history, and older ones that are still open."""
        decimals = self._company_decimals(run)
        table = Table(
            self.env["account.bank.statement.line"],
            [
                ("company_id", "=", run.company_id.id),
                ("move_id.state", "=", "posted"),
                "|",
                ("is_reconciled", "=", False),
                ("move_id.date", ">=", self._history_start(run)),
            ],
            after,
            limit,
        )
        table.plain(
            "id",
            "move_id",
            "journal_id",
            "statement_id",
            currency="currency_id",
            foreign_currency="foreign_currency_id",
        )
        table.add("partner_id", reach(table, "partner_id.commercial_partner_id"))
        table.text("payment_ref", "partner_name", "account_number", "transaction_type")
        # lines of one import came in one transaction; a statement is an import of its own
        table.add(
            "import_batch",
            SQL(
                "COALESCE('statement ' || %s, to_char(%s, %s))",
                table.field("statement_id"),
                table.field("create_date"),
                STAMP,
            ),
        )
        table.add(
            "ref", SQL("(SELECT NULLIF(ref, '') FROM account_move WHERE id = %s)", table.field("move_id"))
        )
        table.add("date", SQL("(SELECT date::text FROM account_move WHERE id = %s)", table.field("move_id")))
        table.truth("is_reconciled")
        table.money_in("currency_id", decimals, "amount")
        table.add(
            "amount_currency",
            SQL(
                "CASE WHEN %s IS NOT NULL THEN %s END",
                table.field("foreign_currency_id"),
                self._foreign_amount(table, decimals),
            ),
        )
        return table.reply()

    @api.private
    def _dataset_changes(self, run, after, limit):
        """What was touched by transactions from ``after`` on, which is a watermark here, and ended."""
        rows, watermark = self.env["ai.close.gate"]._changes(run.company_id, after)
        return as_columns(("id", "model", "res_id"), rows), None, {"watermark": watermark}

    # -- helpers ---

    def _foreign_amount(self, table, decimals):
        return SQL(
            "round(%s::numeric, COALESCE((SELECT decimal_places FROM res_currency WHERE id = %s), %s))::text",
            table.field("amount_currency"),
            table.field("foreign_currency_id"),
            decimals,
        )

    @api.private
    def _page(self, names, records, limit, row_of):
        """Turn records into ``(columns, next key or None)``."""
        following = records[-1].id if len(records) == limit else None
        return as_columns(names, map(row_of, records)), following
