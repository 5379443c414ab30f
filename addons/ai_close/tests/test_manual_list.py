"""The list of manual entries: complete, signed by a stranger to it, pinned; unsigned it blocks the lock."""

from odoo import Command
from odoo.tests import tagged

from .test_manual_entry import ManualCase


@tagged("post_install", "-at_install")
class TestManualList(ManualCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.list = cls.env["ai.close.manual.list"]._for_close(cls.close).sudo()

    def post(self, amount=10.0, user=None, **vals):
        move = self.draft(amount, user or self.anna, **vals)
        move.with_user(user or self.anna).action_post()
        return move

    def ids(self):
        self.env.invalidate_all()
        return {row["id"] for row in self.list._read_rows()}

    def blocker(self):
        found = [each for each in self.close._readiness()["blockers"] if each["code"] == "MANUAL"]
        return found[0] if found else None

    # -- what it lists

    def test_it_lists_what_people_made_and_nothing_else(self):
        listed = self.post(10.0) | self.post(20.0, self.carla)
        at_once = self.draft(4000.0, earlier=False)
        at_once.action_post()
        self.post(30.0, date="2026-09-30")
        self.draft(40.0)
        item = self.invoice(500.0)
        self.bank_line(500.0)._ai_close_settle([(item,)])
        self.env["account.payment"].create(
            {"amount": 7, "date": "2026-10-07", "partner_id": self.partner_a.id, "journal_id": self.bank.id}
        ).action_post()
        entry = self.send(self.draft())
        self.be(entry, self.ben).action_review()
        self.be(entry, self.carla).action_approve()
        self.assertEqual(self.ids(), set((listed | at_once).ids))
        rows = {row["id"]: row for row in self.list._read_rows()}
        row = rows[listed[1].id]
        self.assertEqual((row["prepared"], row["posted"], float(row["amount"])), ("Carla", "Carla", 20.0))
        self.assertEqual((self.list.count, self.list.amount), (3, 4030.0))

    def test_exchange_differences_are_not_listed(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-10-01", 0.01), ("2026-10-10", 0.005)])
        item = self.invoice(1000.0, date="2026-10-05", currency=euro)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=item.move_id.ids
        ).create(
            {"payment_date": "2026-10-12", "journal_id": self.bank.id, "currency_id": euro.id}
        )._create_payments()
        self.assertTrue((item.matched_credit_ids | item.matched_debit_ids).exchange_move_id)
        self.assertFalse(self.ids())

    def test_one_query_whatever_the_number(self):
        self.post()
        self.list._read_rows()
        with self.assertQueryCount(3):  # the family's companies, the stock's closings, the list
            self.list._read_rows()
        self.post(11.0), self.post(12.0), self.post(13.0)
        self.list._read_rows()
        with self.assertQueryCount(3):
            self.list._read_rows()

    # -- who signs

    def test_a_stranger_to_all_entries_signs(self):
        self.post(10.0, self.anna)
        self.post(20.0, self.carla)
        by_ben = self.env["account.move"].with_user(self.anna).browse(self.draft(30.0).id)
        by_ben.sudo().with_user(self.dirk).action_post()
        for user, code in (
            (self.anna, "SOD003"),
            (self.carla, "SOD001"),
            (self.dirk, "SOD001"),
            (self.audrey, "SOD003"),
            (self.robot, "SOD002"),
        ):
            with self.subTest(user=user.login):
                self.assert_refused(code, self.be(self.list, user).action_sign)
        self.be(self.list, self.ben).action_sign()
        self.assertEqual((self.list.state, self.list.signed_by_id), ("signed", self.ben))
        self.assertEqual(len(self.list.signed_rows), 3)
        self.assert_refused("ENT016", self.be(self.list, self.ben).action_sign)
        events = self.env["ai.close.audit"].sudo().search([("action", "=", "list.sign")])
        self.assertEqual(events.user_id, self.ben.id)

    def test_an_empty_list_is_not_signed_and_blocks_nothing(self):
        self.assert_refused("ENT016", self.be(self.list, self.ben).action_sign)
        self.assertIsNone(self.blocker())

    def test_a_stale_screen_signs_nothing(self):
        self.post()
        seen = self.list.digest_now
        self.post(11.0)
        self.env.invalidate_all()
        self.assert_refused(
            "ENT015", self.be(self.list, self.ben).with_context(ai_close_seen=seen).action_sign
        )
        self.env.invalidate_all()
        self.be(self.list, self.ben).with_context(ai_close_seen=self.list.digest_now).action_sign()
        self.assertEqual(self.list.state, "signed")

    def test_fields_of_the_signature_are_not_written(self):
        for vals in ({"state": "signed"}, {"signed_by_id": self.ben.id}, {"signed_digest": "x"}):
            self.assert_refused("AUD002", self.list._unguarded().with_user(self.env.user).sudo().write, vals)

    def test_a_locked_month_is_not_signed(self):
        self.post()
        self.close._guarded().write({"state": "locked"})
        self.assert_refused("LCK001", self.be(self.list, self.ben).action_sign)

    # -- readiness

    def test_unsigned_it_blocks_and_changed_it_is_stale(self):
        move = self.post()
        blocker = self.blocker()
        self.assertEqual((blocker["severity"], blocker["count"], blocker["amount"]), ("medium", 1, 10.0))
        self.assertEqual(blocker["action"]["res_id"], self.list.id)
        self.be(self.list, self.ben).action_sign()
        self.assertIsNone(self.blocker())
        self.post(6.0)
        self.be(self.list, self.ben).action_sign()
        for change in (
            lambda: self.post(5.0),
            lambda: self._swap_account(move),
            lambda: move.button_draft(),
        ):
            with self.env.cr.savepoint() as savepoint:
                change()
                self.env.invalidate_all()
                self.assertIn("changed", self.blocker()["label"])
                self.assertTrue(self.list.is_stale)
                self.be(self.close, self.anna).action_refresh()
                self.assertEqual(self.list.state, "stale")
                savepoint.rollback()
            self.env.invalidate_all()
            self.assertEqual((self.list.state, self.list.is_stale), ("signed", False))

    def _swap_account(self, move):
        move.button_draft()
        move.write({"line_ids": [Command.update(move.line_ids[0].id, {"account_id": self.grni.id})]})
        move.action_post()

    def test_signed_again_after_a_change(self):
        self.post()
        self.be(self.list, self.ben).action_sign()
        self.post(11.0)
        self.env.invalidate_all()
        self.be(self.list, self.dirk).action_sign()
        self.assertEqual(
            (self.list.state, self.list.signed_by_id, self.blocker()), ("signed", self.dirk, None)
        )

    def test_the_close_opens_its_list(self):
        action = self.be(self.close, self.ben).action_manual_list()
        self.assertEqual((action["res_model"], action["res_id"]), (self.list._name, self.list.id))
        self.assertEqual(self.be(self.list, self.ben).action_open_entries()["domain"], [("id", "in", [])])

    def test_it_is_stale_in_the_transaction_of_the_change(self):
        self.post(10.0)
        self.be(self.list, self.ben).action_sign()
        self.env.cr.precommit.run()
        self.assertEqual(self.list.state, "signed")
        self.post(30.0, date="2026-09-30")
        self.env.cr.precommit.run()
        self.assertEqual(self.list.state, "signed", "another month's entry is on another list")
        self.post(20.0)
        self.env.cr.precommit.run()
        self.assertEqual(self.list.state, "stale")
