"""Many matches in one call: written together, and to the same books as one call each."""

from odoo.tests import tagged

from ..models.account_settle_together import Together
from ..models.memo import exists, remembering
from .match_case import MatchCase


@tagged("post_install", "-at_install")
class TestMatchTogether(MatchCase):
    def mixed(self):
        """Propose a match of each way to settle; return them."""
        line, invoice = self.bank_line, self.invoice
        mine, theirs = {"partner": self.partner_a}, {"partner": self.partner_b}
        made = [
            self.propose([line(100)], [invoice(100, **mine)]),
            self.propose([line(195)], [invoice(200, **theirs)], write_offs=[("bank_fee", 5)]),
            self.propose([line(170)], [invoice(120, **mine), invoice(50, **mine)]),
            self.propose([line(60), line(40)], [invoice(100, **theirs)]),
            self.propose([line(120)], [invoice(100, **mine)]),
            self.propose([line(-7)], kind="bank_fee"),
            self.propose([line(30), line(-30)], kind="offset"),
            self.propose([line(-80)], [invoice(80, move_type="in_invoice", **theirs)]),
            self.propose([line(125, foreign_currency_id=self.euro.id, amount_currency=100)],
                         [invoice(100, currency=self.euro, **mine)], write_offs=[("fx", 75)]),
        ]  # fmt: skip
        return self.env["ai.close.match"].sudo().concat(*made)

    def written(self, match):
        """Return what stands in the books, the chatter and the trail of a match, without its records."""
        lines, items = match.line_ids.statement_line_id, match.item_ids.move_line_id
        events = self.env["ai.close.audit"].sudo().search(
            [("model", "=", match._name), ("res_id", "=", match.id), ("action", "=", "match.accept")]
        )  # fmt: skip
        partials = (lines.move_id.line_ids | items).matched_debit_ids
        logged = lines.move_id.message_ids.tracking_value_ids
        return {
            "state": (match.state, match.accepted_by_id, match.line_ids.partner_before_id),
            "lines": [(line.partner_id, line.is_reconciled, line.amount) for line in lines],
            "entries": [(move.partner_id, move.state, move.is_manually_modified) for move in lines.move_id],
            "journal items": sorted(
                (
                    each.account_id.id,
                    each.balance,
                    each.amount_currency,
                    each.currency_id.name,
                    each.partner_id.id,
                    each.name,
                    each.amount_residual,
                    each.tax_ids.ids,
                )
                for each in lines.move_id.line_ids
            ),
            "items": [(item.amount_residual, item.reconciled, item.move_id.payment_state) for item in items],
            "settled": sorted(partials.mapped(lambda each: (each.amount, str(each.max_date)))),
            "chatter": sorted((each.field_id.name, each.new_value_char or "") for each in logged),
            "events": [(each.user_id, each.role, each.company_id, each.close_id) for each in events],
        }

    def test_the_books_are_those_of_one_call_each(self):
        alone, together = self.mixed(), self.mixed()
        for match in alone:
            self.be(match, self.ben).action_accept()
        infos = self.be(together, self.ben).action_accept()["infos"]
        self.assertEqual((infos["done"], infos["failures"]), (together.ids, []))
        self.env.flush_all()
        for one, many in zip(alone, together, strict=True):
            expected, found = self.written(one), self.written(many)
            self.assertEqual(len(found["events"]), 1)
            for name, facts in expected.items():
                self.assertEqual(found[name], facts, f"{one.kind}: {name}")

    def test_undone_they_leave_nothing(self):
        matches = self.mixed()
        before = self.balances()
        self.be(matches, self.ben).action_accept()
        self.assertNotEqual(self.balances(), before)
        self.be(matches, self.ben).action_undo()
        self.assertEqual(self.balances(), before)
        self.assertFalse(matches.line_ids.statement_line_id.partner_id)

    def test_a_counterpart_that_went_astray_is_refused(self):
        line, item = self.bank_line(10), self.invoice(10)
        wrong = [{"name": "x", "account_id": self.expense.id, "balance": -10, "amount_currency": -10}]
        plan = Together(self.env)
        plan.book(line.sudo(), line._seek_for_lines()[1].sudo(), wrong, [item])
        self.assert_refused("ENT010", plan.carry_out)

    def test_what_is_remembered_is_forgotten_afterwards(self):
        match = self.propose([self.bank_line(10)], [self.invoice(10)])
        policy = self.env["ai.close.policy"]
        with remembering(match):
            held = policy._in_force(self.company)
            self.env.flush_all()
            self.env.cr.execute("UPDATE ai_close_policy SET state = 'retired' WHERE id = %s", [held.id])
            self.env.invalidate_all()
            self.assertEqual(policy._in_force(self.company), held)
            self.assertFalse(exists(match.browse(2**30)))
        self.assertFalse(policy._in_force(self.company))
