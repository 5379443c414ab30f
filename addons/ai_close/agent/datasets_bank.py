"""What the agent reads about money that moves: statements, payments, the bank accounts of partners."""

from odoo import api, models
from odoo.tools import SQL

from .columns import STAMP, Table
from .columns_path import reach

# Letters and digits count; a change of blanks or of the bank's name moves no money.
_BARE = r"[^0-9A-Za-z]"


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.private
    def _dataset_names(self):
        return [*super()._dataset_names(), "statements", "payments", "partner_banks", "discounts"]

    @api.private
    def _dataset_statements(self, run, after, limit):
        """Bank statements of the history with the balances that they claim."""
        table = Table(
            self.env["account.bank.statement"],
            [("company_id", "=", run.company_id.id), ("date", ">=", self._history_start(run))],
            after,
            limit,
        )
        table.plain("id", "journal_id", currency="currency_id")
        table.text("name", "first_line_index")
        table.day("date")
        table.money_in(
            "currency_id", self._company_decimals(run), "balance_start", "balance_end", "balance_end_real"
        )
        return table.page()

    @api.private
    def _dataset_payments(self, run, after, limit):
        """Payments of the history.

        When and by whom the account that they go to was made or its number changed is a fact of the
        chatter's tracking, which the agent may not read itself: only the moment and the user are told.
        """
        decimals = self._company_decimals(run)
        table = Table(
            self.env["account.payment"],
            [("company_id", "=", run.company_id.id), ("date", ">=", self._history_start(run))],
            after,
            limit,
        )
        table.plain("id", "move_id", "journal_id", "outstanding_account_id", currency="currency_id")
        table.add("partner_id", reach(table, "partner_id.commercial_partner_id"))
        table.text("payment_type", "partner_type", "state")
        table.day("date")
        table.money_in("currency_id", decimals, "amount")
        table.query.add_join(
            "LEFT JOIN",
            "ai_close_method",
            SQL(
                "(SELECT line.id, method.code FROM account_payment_method_line line"
                " JOIN account_payment_method method ON method.id = line.payment_method_id)"
            ),
            SQL("ai_close_method.id = %s", table.field("payment_method_line_id")),
        )
        table.query.add_join(
            "LEFT JOIN",
            "ai_close_bank",
            SQL.identifier("res_partner_bank"),
            SQL("ai_close_bank.id = %s", table.field("partner_bank_id")),
        )
        table.query.add_join(
            "LEFT JOIN",
            "ai_close_moved",
            self._number_changes(),
            SQL("ai_close_moved.bank_id = ai_close_bank.id"),
        )
        table.add("method", SQL("ai_close_method.code"))
        table.add("bank_account", SQL("NULLIF(ai_close_bank.acc_number, '')"))
        table.add("bank_account_created_at", SQL("to_char(ai_close_bank.create_date, %s)", STAMP))
        table.add("bank_account_changed_at", SQL("to_char(ai_close_moved.changed_at, %s)", STAMP))
        table.add("bank_account_changed_by", SQL("ai_close_moved.changed_by"))
        return table.page()

    @api.private
    def _number_changes(self):
        """SQL of the last change of each bank account's number, or of whose it is: bank, moment, user."""
        tracked = self.env["ir.model.fields"].sudo()
        ids = [
            tracked._get("res.partner.bank", name).id
            for name in ("acc_number", "partner_id")
            if getattr(self.env["res.partner.bank"]._fields[name], "tracking", None)
        ]
        return SQL(
            "(SELECT DISTINCT ON (message.res_id) message.res_id AS bank_id, message.date AS changed_at,"
            " message.create_uid AS changed_by"
            " FROM mail_tracking_value value JOIN mail_message message ON message.id = value.mail_message_id"
            " WHERE message.model = 'res.partner.bank' AND value.field_id IN %(fields)s"
            " AND (COALESCE(value.old_value_integer, 0) <> COALESCE(value.new_value_integer, 0)"
            " OR upper(regexp_replace(COALESCE(value.old_value_char, ''), %(bare)s, '', 'g'))"
            " <> upper(regexp_replace(COALESCE(value.new_value_char, ''), %(bare)s, '', 'g')))"
            " ORDER BY message.res_id, message.id DESC)",
            fields=tuple(ids) or (0,),
            bare=_BARE,
        )

    @api.private
    def _dataset_partner_banks(self, run, after, limit):
        """The bank accounts of the partners that stand in the books, archived ones too."""
        table = Table(
            self.env["res.partner.bank"],
            [
                ("company_id", "in", [False, run.company_id.id]),
                ("partner_id.commercial_partner_id", "in", self._partners_used(run)),
            ],
            after,
            limit,
        )
        table.plain("id")
        table.add("partner_id", reach(table, "partner_id.commercial_partner_id"))
        table.text(number="acc_number")
        return table.page()

    @api.private
    def _dataset_discounts(self, run, after, limit):
        """Open items that less is paid for until a day, and what is paid then, in their own currency."""
        table = Table(
            self.env["account.move.line"],
            [
                ("company_id", "=", run.company_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("discount_date", "!=", False),
            ],
            after,
            limit,
        )
        table.plain("id", currency="currency_id")
        table.day("discount_date")
        table.money_in("currency_id", self._company_decimals(run), "discount_amount_currency")
        return table.page()
