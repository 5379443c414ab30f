"""Bank lines below a lock: held, then booked later with the bank's date kept, or on their own day."""

import json

from odoo.tests import tagged

from .close_common import CloseCase
from .locks import lock_by_hand


@tagged("post_install", "-at_install")
class TestHeldLine(CloseCase):
    def setUp(self):
        super().setUp()
        lock_by_hand(self.company, fiscalyear_lock_date="2026-10-31")

    def told(self, line, action):
        return (
            self.env["ai.close.audit"]
            .sudo()
            .search([("model", "=", line._name), ("res_id", "=", line.id), ("action", "=", action)])
        )

    def test_odoo_154762_a_line_before_the_lock_is_held_and_never_re_dated(self):
        late, fresh = self.env["account.bank.statement.line"].create(
            [
                {"journal_id": self.bank.id, "date": "2026-10-20", "payment_ref": "late", "amount": 70},
                {"journal_id": self.bank.id, "date": "2026-11-03", "payment_ref": "fresh", "amount": 30},
            ]
        )
        self.assertEqual((late.state, str(late.date)), ("draft", "2026-10-20"))
        self.assertEqual((fresh.state, str(fresh.date)), ("posted", "2026-11-03"))
        self.assertEqual(str(late.ai_close_first_open), "2026-11-01")
        self.assertTrue(self.told(late, "statement_line.hold"))
        # posted otherwise it would go to another day
        self.assert_refused("LCK002", late.move_id.action_post)
        for record in (late, late.move_id):
            self.assert_refused("LCK010", record.write, {"date": "2026-11-02"})
            self.assert_refused(
                "LCK010", record.with_context(ai_close_held=True).write, {"date": "2026-11-02"}
            )
        self.assertEqual(str(late.date), "2026-10-20")

    def test_a_whole_statement_is_imported_with_its_held_lines(self):
        statement = self.env["account.bank.statement"].create(
            {
                "name": "S1",
                "journal_id": self.bank.id,
                "balance_start": 0,
                "balance_end_real": 100,
                "line_ids": [
                    (
                        0,
                        0,
                        {"date": "2026-10-30", "payment_ref": "a", "amount": 70, "journal_id": self.bank.id},
                    ),
                    (
                        0,
                        0,
                        {"date": "2026-11-02", "payment_ref": "b", "amount": 30, "journal_id": self.bank.id},
                    ),
                ],
            }
        )
        self.assertEqual(statement.line_ids.sorted("date").mapped("state"), ["draft", "posted"])
        self.be(statement.line_ids.sorted("date")[0], self.anna).action_ai_close_book_later()
        self.assertEqual(set(statement.line_ids.mapped("state")), {"posted"})
        self.assertTrue(statement.is_complete)

    def test_booked_on_the_first_open_day_with_the_banks_date_kept(self):
        line = self.bank_line(70, "late")
        self.assert_refused("SOD003", self.be(line, self.audrey).sudo().action_ai_close_book_later)
        self.be(line, self.anna).action_ai_close_book_later()
        self.assertEqual(
            (line.state, str(line.date), str(line.ai_close_bank_date)), ("posted", "2026-11-01", "2026-10-20")
        )
        self.assertEqual(line.move_id.line_ids.mapped("date")[0], line.date)
        row = self.told(line, "statement_line.book_later")
        self.assertEqual((row.user_id, json.loads(row.after)["bank_date"]), (self.anna.id, "2026-10-20"))
        self.assert_refused("ENT001", self.be(line, self.anna).action_ai_close_book_later)
        self.assert_refused("AUD002", line.write, {"ai_close_bank_date": "2026-11-01"})

    def test_on_its_own_day_only_when_that_is_open(self):
        line = self.bank_line(70, "late")
        self.assert_refused("LCK002", self.be(line, self.anna).action_ai_close_book)
        lock_by_hand(self.company, fiscalyear_lock_date="2026-09-30")
        self.assert_refused("ENT001", self.be(line, self.anna).action_ai_close_book_later)
        self.be(line, self.anna).action_ai_close_book()
        self.assertEqual(
            (line.state, str(line.date), line.ai_close_bank_date), ("posted", "2026-10-20", False)
        )

    def test_a_held_line_stands_in_the_way_of_the_next_lock(self):
        self.bank_line(70, "late")
        close = self.env["ai.close"]._for_period(self.company, "2026-11-30").sudo()
        _name, done, total, found = close._count_bank()
        self.assertEqual((done, total, len(found)), (0, 1, 1))
