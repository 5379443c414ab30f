"""What was open before the first close: read as of that day, signed once by two people, aged apart."""

from datetime import date

from odoo import Command
from odoo.tests import tagged

from .close_common import CloseCase

START = date(2026, 10, 1)


@tagged("post_install", "-at_install")
class TestInherited(CloseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.close.sudo().task_ids.flush_recordset()
        cls.paid_later = cls.invoice(700, date="2026-08-10")
        cls.half_paid = cls.invoice(300, date="2026-09-10")
        cls.settled = cls.invoice(90, date="2026-07-10")
        cls.bill = cls.invoice(250, date="2026-06-01", move_type="in_invoice")
        cls.bill.date_maturity = "2026-06-30"
        cls.paid_later.date_maturity, cls.half_paid.date_maturity = "2026-08-10", "2026-09-10"
        cls.pay(cls.settled, 90, "2026-09-12")
        cls.pay(cls.half_paid, 100, "2026-09-20")
        cls.pay(cls.paid_later, 700, "2026-10-03")
        cls.october = cls.invoice(50, date="2026-10-02")
        cls.open_bank = cls.bank_line(-12, "COMMISSION", date="2026-09-28")
        cls.draft = cls.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": cls.partner_b.id,
                "invoice_date": "2026-09-29",
                "date": "2026-09-29",
                "invoice_line_ids": [Command.create({"name": "late", "price_unit": 40, "tax_ids": []})],
            }
        )
        cls.accrual = cls.post_entry(-60, "2026-09-30")
        cls.company._ai_close_enable("UTC", START)
        cls.list = cls.env["ai.close.inherited"]._for_close(cls.close).sudo()

    @classmethod
    def post_entry(cls, amount, day):
        move = cls.env["account.move"].create(
            {
                "date": day,
                "journal_id": cls.general.id,
                "line_ids": [
                    Command.create({"account_id": cls.expense.id, "balance": -amount, "name": "accrual"}),
                    Command.create({"account_id": cls.grni.id, "balance": amount, "name": "accrual"}),
                ],
            }
        )
        move.action_post()
        return move

    @classmethod
    def pay(cls, item, amount, day):
        """Settle ``item`` by an entry of ``day``."""
        move = cls.env["account.move"].create(
            {
                "date": day,
                "journal_id": cls.general.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": item.account_id.id,
                            "partner_id": item.partner_id.id,
                            "balance": -amount,
                        }
                    ),
                    Command.create({"account_id": cls.expense.id, "balance": amount}),
                ],
            }
        )
        move.action_post()
        (item + move.line_ids.filtered(lambda line: line.account_id == item.account_id)).reconcile()

    def items(self, kind):
        return self.list.item_ids.filtered(lambda item: item.kind == kind)

    def sign(self):
        self.be(self.list, self.anna).action_prepare()
        self.be(self.list, self.ben).action_sign()

    def blockers(self):
        return {each["code"]: each for each in self.close._readiness()["blockers"]}

    # -- what is on it

    def test_residuals_are_of_the_day_before(self):
        amounts = {item.source_id: item.amount for item in self.items("receivable")}
        self.assertEqual(amounts, {self.paid_later.id: 700, self.half_paid.id: 200})
        (bill,) = self.items("payable")
        self.assertEqual((bill.source_id, bill.amount, bill.bucket), (self.bill.id, -250, "older"))
        self.assertEqual(self.items("receivable").mapped("bucket"), ["d60", "d30"])
        # paid in October: inherited, and gone since
        later = self.items("receivable").filtered(lambda item: item.source_id == self.paid_later.id)
        self.assertEqual((later.open_now, later.is_open), (0, False))
        self.assertTrue((self.items("receivable") - later).is_open)

    def test_bank_lines_drafts_and_clearing_accounts(self):
        self.assertEqual(
            [(item.source_id, item.amount) for item in self.items("bank")], [(self.open_bank.id, -12)]
        )
        self.assertEqual([item.source_id for item in self.items("draft")], self.draft.ids)
        grni = self.items("clearing").filtered(lambda item: item.account_id == self.grni)
        self.assertEqual(grni.amount, -60)
        (suspense,) = self.items("balance")
        self.assertEqual((suspense.account_id, suspense.amount), (self.bank.suspense_account_id, 12))
        self.assertEqual(self.list.count, len(self.list.item_ids))
        self.assertFalse(self.list.item_ids.filtered(lambda item: item.date >= START))

    def test_currency_items_as_of_the_day(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 0.5)])
        item = self.invoice(100, date="2026-09-01", currency=euro)
        move = self.env["account.move"].create(
            {
                "date": "2026-10-05",
                "journal_id": self.general.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": item.account_id.id,
                            "partner_id": item.partner_id.id,
                            "currency_id": euro.id,
                            "amount_currency": -100,
                            "balance": -210,
                        }
                    ),
                    Command.create({"account_id": self.expense.id, "balance": 210}),
                ],
            }
        )
        move.action_post()
        (item + move.line_ids[0]).reconcile()
        self.assertFalse(item.amount_residual)
        self.list._take()
        mine = self.items("receivable").filtered(lambda each: each.source_id == item.id)
        self.assertEqual((mine.amount, mine.amount_currency, mine.item_currency_id), (200, 100, euro))
        self.assertFalse(mine.is_open)

    def test_what_is_left_can_be_searched(self):
        found = self.list.item_ids.search([("list_id", "=", self.list.id), ("is_open", "=", True)])
        self.assertNotIn(self.paid_later.id, found.mapped("source_id"))
        self.assertIn(self.half_paid.id, found.mapped("source_id"))
        gone = self.list.item_ids.search([("list_id", "=", self.list.id), ("is_open", "=", False)])
        self.assertEqual(gone | found, self.list.item_ids)
        self.assertEqual(self.list.open_count, len(found))
        self.draft.unlink()
        self.list.invalidate_recordset()
        self.assertEqual(self.list.open_count, len(found) - 1)

    # -- two signatures

    def test_the_first_close_waits_for_two_people(self):
        self.assertEqual(self.blockers()["INHERITED"]["count"], self.list.count)
        self.assert_refused("AUD004", self.be(self.list, self.ben).action_sign)
        self.be(self.list, self.carla).action_prepare()
        self.assert_refused("SOD001", self.be(self.list, self.carla).action_sign)
        self.assert_refused("SOD003", self.be(self.list, self.anna).action_sign)
        self.assert_refused("SOD002", self.be(self.list, self.robot).sudo().action_sign)
        self.be(self.list, self.ben).action_sign()
        self.assertEqual((self.list.state, self.list.signed_digest), ("signed", self.list.items_digest))
        self.assertNotIn("INHERITED", self.blockers())
        self.assert_refused("AUD004", self.be(self.list, self.dirk).action_sign)
        rows = self.env["ai.close.audit"].sudo().search([("model", "=", "ai.close.inherited")], order="id")
        self.assertEqual(
            [row.action for row in rows if row.res_id == self.list.id][-2:],
            ["inherited.prepare", "inherited.sign"],
        )

    def test_a_list_that_changed_meanwhile_is_not_signed(self):
        self.be(self.list, self.anna).action_prepare()
        self.post_entry(-5, "2026-09-30")
        said = self.assert_refused("POL014", self.be(self.list, self.ben).action_sign)
        self.assertIn("Prepare it again", said)
        self.sign()
        self.assertEqual(self.list.state, "signed")

    def test_another_screen_than_the_signed_one(self):
        self.be(self.list, self.anna).action_prepare()
        seen = self.be(self.list, self.ben).with_context(ai_close_seen="another")
        self.assert_refused("ENT015", seen.action_sign)

    def test_older_entries_after_the_signature_ask_for_it_again(self):
        self.sign()
        self.close._refresh()
        self.assertEqual(self.list.state, "signed")
        self.pay(self.october, 50, "2026-10-20")
        self.close._refresh()
        self.assertEqual(self.list.state, "signed", "October's entries are no news to it")
        self.post_entry(-5, "2026-09-30")
        self.close._refresh()
        self.assertEqual(self.list.state, "stale")
        self.assertIn("INHERITED", self.blockers())
        self.sign()
        self.assertNotIn("INHERITED", self.blockers())

    def test_nobody_writes_the_list(self):
        for values in ({"state": "signed"}, {"signed_by_id": self.ben.id}, {"as_of": "2020-01-01"}):
            with self.subTest(values=values):
                self.assert_refused(
                    "AUD002", self.list.with_user(self.env.ref("base.user_admin")).sudo().write, values
                )
        self.assert_refused("AUD002", self.list.item_ids[0].write, {"amount": 0})
        self.assert_refused("AUD003", self.list.item_ids[0].unlink)
        for record in (self.list, self.list.item_ids[0]):
            for right in ("create", "write", "unlink"):
                self.assertFalse(self.be(record, self.carla).has_access(right))

    # -- shape

    def test_later_closes_show_what_is_left(self):
        november = self.env["ai.close"]._for_period(self.company, "2026-11-10").sudo()
        self.assertFalse(november._is_first())
        self.assertNotIn("INHERITED", {each["code"] for each in november._readiness()["blockers"]})
        action = self.be(november, self.anna).action_inherited()
        self.assertEqual(action["res_model"], "ai.close.inherited.item")
        self.assertEqual(action["context"]["search_default_still_open"], 1)
        first = self.be(self.close, self.anna).action_inherited()
        self.assertEqual(first["res_id"], self.list.id)

    def test_an_empty_list_needs_nobody(self):
        self.env.cr.execute("DELETE FROM ai_close_inherited_item")
        self.env.invalidate_all()
        self.assertNotIn("INHERITED", self.blockers())

    def test_the_document_behind_an_item(self):
        item = self.items("receivable")[0]
        self.assertEqual(self.be(item, self.anna).action_open_record()["res_model"], "account.move")
        draft = self.items("draft")
        self.draft.unlink()
        self.assert_refused("ENT001", self.be(draft, self.anna).action_open_record)

    def test_thousands_of_items_in_a_few_statements(self):
        columns = ", ".join(
            name
            for name in self.env["account.move.line"]._fields
            if self.env["account.move.line"]._fields[name].column_type
            and self.env["account.move.line"]._fields[name].store
            and name != "id"
        )
        self.env.flush_all()
        self.env.cr.execute(
            f"INSERT INTO account_move_line ({columns}) SELECT {columns} FROM account_move_line,"
            " generate_series(1, 5000) WHERE id = %s",
            [self.bill.id],
        )
        self.env.invalidate_all()
        with self.assertQueryCount(60):
            self.list._take()
        self.assertGreaterEqual(self.list.count, 5000)
