"""Matches without items, of lines or items among themselves, and what is refused."""

from odoo.tests import tagged

from .match_case import MatchCase


@tagged("post_install", "-at_install")
class TestMatchLines(MatchCase):
    # -- lines without an item

    def test_lines_without_an_item_go_to_their_role(self):
        for kind, amount, role in (
            ("bank_fee", -12, "bank_fees"),
            ("interest", 7, "interest_income"),
            ("interest", -9, "interest_expense"),
            ("payroll", -5000, "payroll_clearing"),
            ("tax", -800, "tax_payable"),
        ):
            with self.subTest(kind):
                line = self.bank_line(amount, kind)
                self.accept(self.propose([line], kind=kind))
                self.assertEqual(self.role(role), -amount)
                self.assertEqual(line.move_id.line_ids.tax_ids, self.env["account.tax"])

    def test_a_learned_account_is_one_that_people_chose(self):
        line, account = self.bank_line(-12), self.expense
        match = self.propose([line], kind="bank_fee", account_id=account.id)
        self.assertFalse(match.account_id, "nobody ever chose it")
        chosen = (
            self.env["ai.close.match"]
            .with_user(self.anna)
            ._propose_by_person(self.bank_line(-5), self.env["account.move.line"], account, "fee")
        )
        self.be(chosen, self.anna).action_accept()
        match = self.propose([self.bank_line(-13)], kind="bank_fee", account_id=account.id)
        self.assertEqual(match.account_id, account)
        before = self.balances().get(account.id, 0)
        self.accept(match)
        self.assertEqual(self.balances().get(account.id, 0) - before, 13)

    def test_nothing_proposed_is_a_row_that_nobody_accepts(self):
        match = self.propose([self.bank_line(77)], kind="none", band="ask", confidence="0.5000")
        self.assert_refused("ENT008", self.be(match, self.anna).action_accept)

    # -- between

    def test_a_transfer_between_two_journals(self):
        other = self.env["account.journal"].create({"name": "Second bank", "type": "bank", "code": "BNK9"})
        lines = [self.bank_line(-400), self.bank_line(400, journal=other, date="2026-10-21")]

        def check():
            self.assertEqual(self.role("transfer"), 0)
            met = self.env["account.move.line"].search(
                [("account_id", "=", self.role_accounts["transfer"].id)]
            )
            self.assertTrue(all(met.mapped("reconciled")))

        self.accept_and_undo(self.propose(lines, kind="internal_transfer"), check=check)

    def test_a_transfer_from_euro_to_dollar(self):
        lines = [self.bank_line(-100, journal=self.euro_bank()), self.bank_line(120)]  # 125 USD left
        match = self.propose(lines, kind="internal_transfer", write_offs=[("fx", 5)])

        def check():
            self.assertEqual((self.role("transfer"), self.role("fx_loss")), (0, 5))

        self.accept_and_undo(match, check=check)

    def test_lines_that_cancel_each_other(self):
        lines = [self.bank_line(-60), self.bank_line(60, "RETURNED")]
        self.accept_and_undo(
            self.propose(lines, kind="offset"), check=lambda: self.assertEqual(self.role("transfer"), 0)
        )

    def test_items_that_cancel_each_other(self):
        invoice, refund = self.invoice(90), self.invoice(90, move_type="out_refund")
        self.accept_and_undo(self.propose([], [invoice, refund], kind="offset"), invoice, refund)

    def test_undoing_in_odoos_own_screen_undoes_all_lines_of_the_match(self):
        lines = [self.bank_line(-60), self.bank_line(60)]
        match = self.propose(lines, kind="offset")
        self.accept(match)
        self.be(lines[1], self.anna).action_undo_reconciliation()
        self.assertEqual(match.state, "undone")
        self.assertEqual([line.is_reconciled for line in lines], [False, False])

    # -- what is refused, and who decides

    def test_rows_that_do_not_hold_are_refused(self):
        item, line, other = self.invoice(100), self.bank_line(98), self.bank_line(2)
        refund = self.invoice(5, move_type="out_refund")
        for code, args, changes in (
            ("ENT028", ([line], [item]), {"write_offs": [("bank_fee", 3)]}),
            ("ENT028", ([line, other], [item]), {"write_offs": [("bank_fee", 1)]}),
            ("ENT028", ([], [item, refund]), {"kind": "offset"}),
            ("ENT031", ([line], [item]), {"kind": "bank_fee"}),
            ("ENT031", ([line, other], [item, refund]), {}),
            ("ENT031", ([line, other],), {"kind": "internal_transfer"}),
            ("ENT031", ([line],), {"kind": "none", "band": "review"}),
            ("ENT010", ([line, line], [item]), {}),
            ("RUN010", ([line], [item]), {"key": "M:1:1:1"}),
        ):
            with self.subTest(code, **changes):
                answer = self.answer(*args, **changes)
                self.assertEqual((answer["status"], answer["code"]), ("refused", code))

    def test_a_role_without_account_is_named(self):
        match = self.propose([self.bank_line(-12)], kind="bank_fee")
        self.role_accounts["bank_fees"].active = False
        said = self.assert_refused("ENT029", self.be(match, self.anna).action_accept)
        self.assertIn("Bank fees", said)

    def test_a_write_off_above_its_limit_needs_a_reviewer(self):
        policy = self.env["ai.close.policy"].sudo()._in_force(self.company)
        params = {**policy.params, "limits": {**policy.params["limits"], "write_off": "4.00"}}
        policy._guarded().write({"params": params})
        item, line = self.invoice(100), self.bank_line(95)
        match = self.propose([line], [item], write_offs=[("bank_fee", 5)])
        self.assert_refused("SOD005", self.be(match, self.anna).action_accept)
        self.accept(match, self.ben)

    def test_a_second_line_stands_in_one_open_match_too(self):
        item, other = self.invoice(300), self.invoice(180)
        lines = [self.bank_line(120), self.bank_line(180)]
        match = self.propose(lines, [item])
        later = self.propose(lines[1:], [other])
        self.assertEqual((match.state, later.state), ("superseded", "proposed"))
        self.accept(later)
        self.assertEqual(self.answer(lines, [item])["code"], "ENT007")

    def test_an_alternative_is_the_persons_own_proposal(self):
        first, second, line = self.invoice(100), self.invoice(103), self.bank_line(100)
        alternative = {
            "items": [{"line_id": second.id, "amount": "103.00", "amount_currency": "103.00"}],
            "write_offs": [{"kind": "bank_fee", "amount": "3.00"}],
            "confidence": "0.2000",
            "reason": "less a fee",
        }
        match = self.propose([line], [first], alternatives=[alternative])
        for index in (1, -1, "0", True):
            self.assert_refused("ENT032", self.be(match, self.anna).action_take, index)
        infos = self.be(match, self.anna).action_take(0)["infos"]
        mine = match.browse(infos["match"])
        self.assertEqual((match.state, mine.state, mine.origin), ("superseded", "accepted", "person"))
        self.assertEqual((mine.proposed_by_id, infos["done"]), (self.anna, mine.ids))
        self.assertTrue(second.reconciled and not first.reconciled)
        self.assertEqual(self.role("bank_fees"), 3)
        self.be(mine, self.anna).action_undo()
        self.assertEqual(second.amount_residual, 103)
