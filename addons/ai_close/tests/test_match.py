"""Bank matches: what is proposed, accepted, undone, superseded and refused."""

from odoo.tests import tagged

from .close_common import CloseCase
from .locks import lock_by_hand


@tagged("post_install", "-at_install")
class TestMatch(CloseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_1 = cls.run_of_agent()

    def propose(self, line, *items, **changes):
        answer = self.submit("ai.close.match", self.run_1, self.match_row(line, *items, **changes))[0]
        self.assertEqual(answer["status"], "created", answer)
        return self.env["ai.close.match"].sudo().search([("key", "=", answer["key"])])

    def test_one_to_one_exact(self):
        item, line = self.invoice(1190), self.bank_line(1190, "ACME INV")
        match = self.propose(line, item)
        self.assertEqual(
            (match.confidence_text, match.line_amount, match.state), ("98.7 %", 1190, "proposed")
        )
        self.be(match, self.anna).action_accept()
        self.assertEqual((match.state, match.accepted_by_id), ("accepted", self.anna))
        self.assertTrue(line.is_reconciled)
        self.assertTrue(item.reconciled)
        self.assertEqual(item.move_id.payment_state, "paid")
        self.assertEqual(line.partner_id, self.partner_a)
        self.assertTrue(item.matching_number)
        self.assertEqual(
            line.move_id.line_ids.filtered(lambda each: each.account_id == item.account_id).balance, -1190
        )

    def test_confidence_is_never_certain(self):
        text = self.env["ai.close.match"]._confidence_text
        self.assertEqual(
            [text(1.0), text(0.9999), text(0.987), text(0.29)], ["99.9 %", "99.9 %", "98.7 %", "29.0 %"]
        )

    def test_undo_restores_line_item_and_partner(self):
        item, line = self.invoice(1190), self.bank_line(1190, "ACME INV")
        before = sorted((each.account_id.id, each.balance) for each in line.move_id.line_ids)
        match = self.propose(line, item)
        self.be(match, self.anna).action_accept()
        self.be(match, self.anna).action_undo()
        self.assertEqual(match.state, "undone")
        self.assertFalse(line.is_reconciled)
        self.assertFalse(line.partner_id)
        self.assertEqual(item.amount_residual, 1190)
        self.assertEqual(sorted((each.account_id.id, each.balance) for each in line.move_id.line_ids), before)

    def test_undo_in_odoos_own_screen_is_noticed(self):
        item, line = self.invoice(50), self.bank_line(50)
        match = self.propose(line, item)
        self.be(match, self.anna).action_accept()
        self.be(line, self.anna).action_undo_reconciliation()
        self.assertEqual(match.state, "undone")

    def test_one_to_many_and_partial_item(self):
        first, second = self.invoice(100), self.invoice(300)
        line = self.bank_line(250)
        match = self.propose(line, first, second, amounts=[(100, 100), (150, 150)], kind="1-n")
        self.be(match, self.anna).action_accept()
        self.assertTrue(line.is_reconciled)
        self.assertTrue(first.reconciled)
        self.assertEqual(second.amount_residual, 150)

    def test_remainder_goes_back_to_suspense(self):
        item, line = self.invoice(100), self.bank_line(120)
        self.be(self.propose(line, item), self.anna).action_accept()
        self.assertTrue(item.reconciled)
        self.assertFalse(line.is_reconciled)
        suspense = line._seek_for_lines()[1]
        self.assertEqual((suspense.balance, suspense.account_id), (-20, self.bank.suspense_account_id))

    def test_items_beyond_the_line_are_refused(self):
        item, line = self.invoice(100), self.bank_line(80)
        match = self.propose(line, item)
        self.assert_refused("ENT003", self.be(match, self.anna).action_accept)
        self.assertEqual(item.amount_residual, 100)

    def test_vendor_bill_and_credit_note_in_one_payment(self):
        bill = self.invoice(500, move_type="in_invoice")
        refund = self.invoice(120, move_type="in_refund")
        line = self.bank_line(-380)
        self.be(self.propose(line, bill, refund), self.anna).action_accept()
        self.assertTrue(line.is_reconciled and bill.reconciled and refund.reconciled)

    def test_foreign_invoice_on_a_dollar_line_posts_the_difference(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-10-01", 0.5), ("2026-10-15", 0.8)])
        item = self.invoice(100, currency=euro)  # 200 USD when invoiced
        line = self.bank_line(125, foreign_currency_id=euro.id, amount_currency=100)
        self.be(self.propose(line, item), self.anna).action_accept()
        self.assertTrue(line.is_reconciled and item.reconciled)
        exchange = (item.matched_debit_ids | item.matched_credit_ids).exchange_move_id
        self.assertEqual(
            sum(
                exchange.line_ids.filtered(lambda each: each.account_id == item.account_id).mapped("balance")
            ),
            -75,
        )

    def test_locked_period_is_refused_and_nothing_moves(self):
        item, line = self.invoice(1190), self.bank_line(1190)
        match = self.propose(line, item)
        done = self.propose(self.bank_line(70), self.invoice(70))
        self.be(done, self.anna).action_accept()
        lock_by_hand(self.company, fiscalyear_lock_date="2026-10-31")
        self.assert_refused("LCK001", self.be(match, self.anna).action_accept)
        self.assert_refused("LCK001", self.be(done, self.anna).action_undo)
        self.assertEqual((match.state, item.amount_residual, line.is_reconciled), ("proposed", 1190, False))
        self.assertEqual(done.state, "accepted")

    def test_settled_otherwise_is_superseded(self):
        item, line = self.invoice(1190), self.bank_line(1190)
        match = self.propose(line, item)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=item.move_id.ids
        ).create({})._create_payments()
        self.assertTrue(item.reconciled)
        answer = self.be(match, self.anna).action_accept()
        self.assertEqual(match.state, "superseded")
        self.assertEqual([each["code"] for each in answer["infos"]["failures"]], ["ENT007"])
        self.assertFalse(line.is_reconciled)

    def test_refresh_supersedes_what_was_settled(self):
        item, line = self.invoice(1190), self.bank_line(1190)
        match = self.propose(line, item)
        line._ai_close_settle([(item,)])
        self.be(self.close, self.anna).action_refresh()
        self.assertEqual(match.state, "superseded")

    def test_smaller_residual_is_refused(self):
        item, line = self.invoice(1190), self.bank_line(1190)
        match = self.propose(line, item)
        self.bank_line(190, "part")._ai_close_settle([(item,)])
        self.assertEqual(item.amount_residual, 1000)
        self.assert_refused("ENT007", self.be(match, self.anna).action_accept)

    def test_one_open_match_a_line(self):
        line, first, second = self.bank_line(100), self.invoice(100), self.invoice(100)
        one = self.propose(line, first)
        other = self.propose(line, second)
        self.assertEqual((one.state, other.state), ("superseded", "proposed"))
        self.be(other, self.anna).action_accept()
        answer = self.submit("ai.close.match", self.run_1, self.match_row(line, first))[0]
        self.assertEqual((answer["status"], answer["code"]), ("superseded", "ENT007"))

    def test_same_row_twice_changes_nothing(self):
        line, item = self.bank_line(100), self.invoice(100)
        match = self.propose(line, item)
        row = self.match_row(line, item)
        self.assertEqual(self.submit("ai.close.match", self.run_1, row)[0]["status"], "unchanged")
        row = self.match_row(line, item, confidence="0.8000", band="review")
        self.assertEqual(self.submit("ai.close.match", self.run_1, row)[0]["status"], "updated")
        self.assertEqual((match.band, match.confidence_text, len(match.item_ids)), ("review", "80.0 %", 1))

    def test_decided_is_not_proposed_again(self):
        line, item = self.bank_line(100), self.invoice(100)
        match = self.propose(line, item)
        self.assert_refused("ENT006", self.be(match, self.anna).action_reject, "")
        self.be(match, self.anna).action_reject("another customer")
        self.assertEqual((match.state, match.reject_reason), ("rejected", "another customer"))
        self.assertEqual(
            self.submit("ai.close.match", self.run_1, self.match_row(line, item))[0]["status"], "unchanged"
        )
        self.assertEqual(match.state, "rejected")
        self.assertIn(
            {"kind": "match", "key": match.key, "state": "rejected"},
            self.env["ai.close.match"]._decisions(self.close),
        )

    def test_finish_supersedes_only_completed_matchers(self):
        keep = self.propose(self.bank_line(10), self.invoice(10), matcher="label")
        gone = self.propose(self.bank_line(20), self.invoice(20))
        self.finish(self.run_1)
        run = self.run_of_agent("run-2")
        answers = self.finish(run, rules=[], matchers=["bank"], proposers=[])
        self.assertIn({"superseded": 1}, answers)
        self.assertEqual((keep.state, gone.state), ("proposed", "superseded"))

    def test_above_the_limit_a_reviewer_accepts(self):
        line, item = self.bank_line(12000), self.invoice(12000)
        match = self.propose(line, item)
        self.assert_refused("SOD005", self.be(match, self.anna).action_accept)
        self.be(match, self.ben).action_accept()
        self.assertEqual((match.accepted_by_id, item.reconciled), (self.ben, True))

    def test_who_has_no_part_is_refused(self):
        match = self.propose(self.bank_line(100), self.invoice(100))
        for user, code in ((self.audrey, "SOD003"), (self.robot, "SOD002")):
            self.assert_refused(code, self.be(match, user).action_accept)
        self.assert_refused("AUD002", self.be(match, self.anna).write, {"state": "accepted"})
        self.assertEqual(match.state, "proposed")

    def test_batch_tells_failures_and_accepts_the_rest(self):
        good = self.propose(self.bank_line(100), self.invoice(100))
        bad = self.propose(self.bank_line(80), self.invoice(100, partner=self.partner_b))
        late = self.propose(self.bank_line(60), self.invoice(60))
        late.statement_line_id._ai_close_settle([(late.item_ids.move_line_id,)])
        infos = self.be(good | bad | late, self.anna).action_accept()["infos"]
        self.assertEqual(infos["done"], good.ids)
        self.assertEqual(
            {each["id"]: each["code"] for each in infos["failures"]}, {bad.id: "ENT003", late.id: "ENT007"}
        )
        self.assertEqual((good.state, bad.state, late.state), ("accepted", "proposed", "superseded"))

    def test_context_steers_nothing(self):
        match = self.propose(self.bank_line(100), self.invoice(100))
        as_anna = match.with_user(self.anna).with_context(
            allowed_company_ids=self.company.ids,
            check_move_validity=False,
            skip_account_move_synchronization=True,
            no_exchange_difference=True,
            bypass_lock_check=True,
            ai_close_pass=True,
            default_state="accepted",
        )
        as_anna.action_accept()
        self.assertTrue(match.statement_line_id.is_reconciled)

    def test_manual_match_with_a_bank_fee(self):
        line, item = self.bank_line(95, "ACME"), self.invoice(100)
        wizard = self.be(self.env["ai.close.match.manual"], self.anna).create(
            {
                "statement_line_id": line.id,
                "item_ids": [(6, 0, item.ids)],
                "account_id": self.expense.id,
                "label": "bank fee",
            }
        )
        wizard.action_match()
        match = self.env["ai.close.match"].sudo().search([("statement_line_id", "=", line.id)])
        self.assertEqual((match.origin, match.state, match.accepted_by_id), ("person", "accepted", self.anna))
        self.assertTrue(line.is_reconciled and item.reconciled)
        fee = line.move_id.line_ids.filtered(lambda each: each.account_id == self.expense)
        self.assertEqual((fee.balance, fee.name), (5, "bank fee"))

    def test_manual_match_above_the_limit_waits_for_another_person(self):
        line, item = self.bank_line(12000), self.invoice(12000)
        wizard = self.be(self.env["ai.close.match.manual"], self.anna).create(
            {"statement_line_id": line.id, "item_ids": [(6, 0, item.ids)]}
        )
        self.assertEqual(wizard.action_match()["tag"], "display_notification")
        match = self.env["ai.close.match"].sudo().search([("statement_line_id", "=", line.id)])
        self.assertEqual((match.state, match.proposed_by_id), ("proposed", self.anna))
        self.be(match, self.ben).action_accept()
        self.assertTrue(item.reconciled)

    def test_items_of_another_company_are_refused(self):
        other = self.setup_other_company()
        foreign = (
            self.env["account.bank.statement.line"]
            .with_company(other["company"])
            .create(
                {
                    "journal_id": other["default_journal_bank"].id,
                    "date": "2026-10-20",
                    "payment_ref": "x",
                    "amount": 10,
                }
            )
        )
        row = self.match_row(foreign, self.invoice(10))
        self.assertEqual(self.submit("ai.close.match", self.run_1, row)[0]["code"], "ENT010")
