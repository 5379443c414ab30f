"""A person corrects a match of several bank lines: all of them are corrected, or those that he leaves in."""

from odoo import Command
from odoo.tests import tagged

from .match_case import MatchCase


@tagged("post_install", "-at_install")
class TestMatchByHand(MatchCase):
    def several(self, *amounts):
        """Return bank lines and the agent's match of all of them with one item."""
        lines = self.env["account.bank.statement.line"].concat(*map(self.bank_line, amounts))
        kind = "in_invoice" if sum(amounts) < 0 else "out_invoice"
        return lines, self.propose(list(lines), [self.invoice(abs(sum(amounts)), move_type=kind)])

    def choose(self, match, items, user=None, **more):
        answer = self.be(match, user or self.anna).review_choose([item.id for item in items], **more)
        return match.browse(answer["id"]), answer

    def test_all_lines_are_corrected_and_undone(self):
        lines, match = self.several(120, 100, 80)
        better = self.invoice(300, partner=self.partner_b)
        before = self.balances()
        made, answer = self.choose(match, [better])
        self.assertEqual((answer["state"], match.state), ("accepted", "superseded"))
        self.assertEqual(made.line_ids.statement_line_id, lines)
        self.assertEqual(lines.mapped("is_reconciled"), [True] * 3)
        self.assertTrue(better.reconciled)
        self.assertFalse(match.item_ids.move_line_id.reconciled)
        self.assertEqual(lines.partner_id, self.partner_b)
        self.be(made, self.anna).action_undo()
        self.assertEqual(self.balances(), before)
        self.assertEqual(better.amount_residual, 300)

    def test_items_go_from_line_to_line(self):
        lines, match = self.several(-120, -100, -80)
        bills = [self.invoice(amount, move_type="in_invoice") for amount in (50, 150, 90)]
        self.choose(match, bills)
        self.assertTrue(all(bill.reconciled for bill in bills))
        # Ten are left of the last line, as with a single one.
        self.assertEqual(lines.mapped("is_reconciled"), [True, True, False])
        self.assertEqual(lines[2]._seek_for_lines()[1].balance, 10)

    def test_the_account_takes_what_is_left_or_missing(self):
        for owed, booked in ((290, -10), (305, 5), (300, 0), (110, -190)):
            lines, match = self.several(120, 100, 80)
            before = self.balances().get(self.expense.id, 0)
            self.choose(match, [self.invoice(owed)], account_id=self.expense.id, label="rest")
            self.assertEqual(self.balances().get(self.expense.id, 0) - before, booked, owed)
            self.assertEqual(lines.mapped("is_reconciled"), [True] * 3, owed)
        self.assertFalse(lines.move_id.line_ids.filtered(lambda each: not each.balance))

    def test_lines_that_are_taken_out_are_free_for_the_agent(self):
        lines, match = self.several(120, 100, 80)
        better = self.invoice(220)
        made, _answer = self.choose(match, [better], line_ids=lines[:2].ids)
        self.assertEqual((made.line_ids.statement_line_id, match.state), (lines[:2], "superseded"))
        self.assertTrue(better.reconciled)
        self.assertEqual(self.propose([lines[2]], [self.invoice(80)]).state, "proposed")

    def test_the_rest_is_told_for_the_lines_that_are_meant(self):
        lines, match = self.several(120, 100, 80)
        item, mine = self.invoice(250), self.be(match, self.anna)
        self.assertEqual(mine.review_items("", [item.id])["rest"], 50)
        answer = mine.review_items("", [item.id], lines[1:].ids)
        self.assertEqual(([line["id"] for line in answer["lines"]], answer["rest"]), (lines[1:].ids, 0))

    def test_a_foreign_item_over_two_lines(self):
        item = self.invoice(100, currency=self.euro)
        lines = self.bank_line(50, foreign_currency_id=self.euro.id, amount_currency=40)
        lines |= self.bank_line(75, foreign_currency_id=self.euro.id, amount_currency=60)
        match = self.propose(list(lines), [self.invoice(125)])
        self.choose(match, [item])
        self.assertTrue(item.reconciled)
        self.assertEqual(lines.mapped("is_reconciled"), [True, True])

    def test_what_cannot_be_settled_is_refused_and_nothing_moves(self):
        lines, match = self.several(120, 100, 80)
        refund = self.invoice(20, move_type="out_refund")
        for code, items in (
            ("ENT028", [self.invoice(220)]),
            ("ENT003", [self.invoice(300), self.invoice(5)]),
            ("ENT031", [self.invoice(320), refund]),
            ("ENT008", []),
        ):
            with self.subTest(code):
                ids = [item.id for item in items]
                self.assert_refused(code, self.be(match, self.anna).review_choose, ids)
        self.assertEqual((match.state, lines.mapped("is_reconciled")), ("proposed", [False] * 3))
        self.assert_refused("ENT008", self.be(match, self.anna).review_choose, [refund.id], None, None, [])

    def test_a_line_that_goes_the_other_way_is_left_out(self):
        lines = self.bank_line(-60) | self.bank_line(60, "RETURNED")
        match = self.propose(list(lines), kind="offset")
        made, _answer = self.choose(match, [self.invoice(60, move_type="in_invoice")])
        self.assertEqual(made.line_ids.statement_line_id, lines[:1])
        self.assertFalse(lines[1].is_reconciled)

    def test_above_the_limit_somebody_else_accepts_all_of_it(self):
        lines, match = self.several(6000, 5000)
        better = self.invoice(10500)
        made, answer = self.choose(match, [better])
        self.assertEqual(answer["state"], "proposed")
        self.assertIn("SOD005", answer["message"])
        said = self.be(made, self.ben).review_detail(made.ids)[str(made.id)]["then"]
        self.assertIn("500.00", said[-1], "what stays on the last line is told for all of them")
        self.be(made, self.ben).action_accept()
        self.assertEqual(lines.mapped("is_reconciled"), [True, False])
        self.assertTrue(better.reconciled)

    def test_accepted_together_with_others(self):
        lines, match = self.several(6000, 5000)
        other = self.propose([self.bank_line(70)], [self.invoice(70)])
        made, _answer = self.choose(match, [self.invoice(11000, partner=self.partner_b)])
        infos = self.be(made | other, self.ben).action_accept()["infos"]
        self.assertEqual((infos["done"], infos["failures"]), ([made.id, other.id], []))
        self.assertEqual((lines.mapped("is_reconciled"), lines.partner_id), ([True, True], self.partner_b))

    def test_odoos_own_dialog_corrects_all_lines_too(self):
        lines, match = self.several(120, 100, 80)
        better = self.invoice(300)
        wizard = self.be(self.env["ai.close.match.manual"], self.anna).create(
            {"statement_line_id": lines[1].id, "item_ids": [Command.set(better.ids)]}
        )
        self.assertEqual(wizard.more_line_ids, lines[0] | lines[2])
        wizard.action_match()
        self.assertEqual((match.state, lines.mapped("is_reconciled")), ("superseded", [True] * 3))
