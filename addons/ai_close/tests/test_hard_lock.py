"""Below the hard lock the database itself refuses; drafts, settling and upgrades go on."""

from odoo import Command
from odoo.tests import tagged

from .close_common import END
from .locks import lock_by_hand
from .test_lock_dates import LockDateCase


@tagged("post_install", "-at_install")
class TestHardLock(LockDateCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = cls.invoice(100.0)
        cls.paid = cls.invoice(40.0)
        cls.refund = cls.invoice(40.0, move_type="out_refund")
        (cls.paid | cls.refund).reconcile()
        cls.draft = cls.entry_of("2026-10-14")
        cls.late = cls.entry_of("2026-11-14")
        cls.late.action_post()
        cls.env.flush_all()
        cls.draft_before = cls.draft
        lock_by_hand(cls.company, hard_lock_date=END)

    @classmethod
    def entry_of(cls, date):
        return cls.env["account.move"].create(
            {
                "date": date,
                "journal_id": cls.general.id,
                "line_ids": [
                    Command.create({"account_id": cls.expense.id, "balance": 1, "name": "x"}),
                    Command.create({"account_id": cls.grni.id, "balance": -1, "name": "x"}),
                ],
            }
        )

    def test_what_a_line_says_stays(self):
        line = self.old
        for change in (
            "date = '2026-11-30'",
            "parent_state = 'draft'",
            f"move_id = {self.late.id}",
            f"account_id = {self.grni.id}",
            f"company_id = {self.env.ref('base.main_company').id}",
            f"currency_id = {self.env.ref('base.CHF').id}",
            "balance = balance + 0.01",
            "amount_currency = amount_currency + 0.01",
        ):
            with self.subTest(change):
                diag = self.assert_raises(
                    "LCK009", f"UPDATE account_move_line SET {change} WHERE id = %s", line.id
                )
                self.assertEqual(diag.table_name, "account_move_line")
        self.assert_raises("LCK009", "DELETE FROM account_move_line WHERE id = %s", line.id)

    def test_nothing_slips_in(self):
        columns = "move_id, company_id, currency_id, account_id, display_type, balance, parent_state, date"
        copied = "move_id, company_id, currency_id, account_id, display_type, 0, 'posted', date"
        statement = (
            f"INSERT INTO account_move_line ({columns}) SELECT {copied} FROM account_move_line WHERE id = %s"
        )
        self.assert_raises("LCK009", statement, self.old.id)
        self.sql(statement, self.late.line_ids[0].id)
        line = self.late.line_ids[0].id
        self.assert_raises("LCK009", "UPDATE account_move_line SET date = '2026-10-31' WHERE id = %s", line)
        self.assert_raises(
            "LCK009",
            "UPDATE account_move_line SET parent_state = 'posted' WHERE id = %s",
            self.draft.line_ids[0].id,
        )
        # one locked row among many
        self.assert_raises(
            "LCK009",
            "UPDATE account_move_line SET balance = balance * 2 WHERE id = ANY(%s)",
            [*self.late.line_ids.ids, self.old.id],
        )

    def test_a_renumbered_row_is_noticed(self):
        self.assert_raises(
            "LCK009",
            "UPDATE account_move SET name = 'FAKE/1' WHERE id = %s",
            self.old.move_id.id,
        )

    def test_an_entry_stays(self):
        move = self.old.move_id
        for change in (
            "state = 'draft'",
            "state = 'cancel'",
            "date = '2026-11-30'",
            f"journal_id = {self.general.id}",
            "move_type = 'entry'",
            f"company_id = {self.env.ref('base.main_company').id}",
        ):
            with self.subTest(change):
                self.assert_raises("LCK009", f"UPDATE account_move SET {change} WHERE id = %s", move.id)
        self.assert_raises("LCK009", "UPDATE account_move SET state = 'posted' WHERE id = %s", self.draft.id)
        self.assert_raises(
            "LCK009", "UPDATE account_move SET date = '2026-10-01' WHERE id = %s", self.late.id
        )

    def test_what_was_settled_stays_settled(self):
        partial = self.paid.matched_credit_ids | self.paid.matched_debit_ids
        self.assertEqual(len(partial), 1)
        self.assert_raises("LCK009", "DELETE FROM account_partial_reconcile WHERE id = %s", partial.id)
        self.assert_raises(
            "LCK009", "UPDATE account_partial_reconcile SET amount = 1 WHERE id = %s", partial.id
        )
        self.assert_raises(
            "LCK009", "UPDATE account_partial_reconcile SET max_date = '2026-11-30' WHERE id = %s", partial.id
        )

    def test_drafts_live_on(self):
        self.draft.line_ids[0].name = "other words"
        self.draft.with_context(check_move_validity=False).line_ids[0].balance = 7
        self.draft.with_context(check_move_validity=False).line_ids[1].balance = -7
        fresh = self.entry_of("2026-10-15")
        self.env.flush_all()
        fresh.unlink()
        self.draft.date = "2026-11-02"
        self.draft.action_post()
        self.env.flush_all()
        self.assertEqual(self.draft.state, "posted")

    def test_a_locked_invoice_is_paid_later(self):
        payment = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.old.move_id.ids
        )
        payment.create({"payment_date": "2026-11-05"}).action_create_payments()
        self.env.flush_all()
        self.assertEqual((self.old.amount_residual, self.old.reconciled), (0.0, True))
        self.assertTrue(self.old.full_reconcile_id and self.old.matching_number)
        # and what was settled after the lock may be undone
        self.old.remove_move_reconcile()
        self.env.flush_all()
        self.assertEqual(self.old.amount_residual, 100.0)

    def test_items_of_the_period_are_settled_with_each_other(self):
        other = self.invoice(100.0, move_type="out_refund", date="2026-11-03")
        (self.old | other).reconcile()
        self.env.flush_all()
        self.assertTrue(self.old.reconciled)

    def test_words_and_due_dates_are_no_balance(self):
        self.sql(
            "UPDATE account_move_line SET name = 'x', date_maturity = '2026-12-31', partner_id = %s"
            " WHERE id = %s",
            self.partner_b.id,
            self.old.id,
        )
        self.sql(
            "UPDATE account_move SET ref = 'x', payment_state = payment_state WHERE id = %s",
            self.old.move_id.id,
        )

    def test_later_entries_are_free(self):
        self.sql("UPDATE account_move_line SET date = '2026-11-20' WHERE move_id = %s", self.late.id)
        self.late.button_draft()
        self.late.unlink()
        self.env.flush_all()

    def test_other_companies_are_free(self):
        other = self.setup_other_company()
        move = self.init_invoice(
            "out_invoice",
            partner=self.partner_a,
            invoice_date="2026-10-05",
            post=True,
            amounts=[50.0],
            company=other["company"],
        )
        other["company"].hard_lock_date = END
        self.env.flush_all()
        self.sql("UPDATE account_move_line SET balance = 0 WHERE move_id = %s", move.id)

    def test_the_lock_of_a_parent_binds_its_branch(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env.flush_all()
        self.env.cr.execute("SELECT ai_close_hard_lock(%s)", [branch.id])
        self.assertEqual(self.env.cr.fetchone()[0], END)
        self.assert_raises(
            "LCK009",
            "UPDATE account_move_line SET company_id = %s, date = '2026-10-05' WHERE id = %s",
            branch.id,
            self.late.line_ids[0].id,
        )

    def test_tables_can_still_be_upgraded(self):
        for table, column, kind in (
            ("account_move_line", "balance", "numeric(20, 4)"),
            ("account_move_line", "parent_state", "text"),
            ("account_move", "narration", "text"),
            ("account_partial_reconcile", "amount", "numeric(20, 4)"),
            ("res_company", "tax_lock_date", "date"),
            ("account_lock_exception", "reason", "text"),
        ):
            self.sql(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind}")
            self.sql(f"ALTER TABLE {table} ADD COLUMN x_new integer DEFAULT 7")
            self.sql(f"UPDATE {table} SET x_new = 8")
            self.sql(f"ALTER TABLE {table} DROP COLUMN x_new")
        self.sql("ALTER TABLE account_move_line DROP COLUMN amount_currency CASCADE")
