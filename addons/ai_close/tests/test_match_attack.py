"""A row that names the wrong sums: what the agent says about money is looked at again."""

from odoo.tests import tagged

from .match_case import MatchCase


@tagged("post_install", "-at_install")
class TestMatchAttack(MatchCase):
    def refuses(self, *args, code="ENT028", **changes):
        answer = self.answer(*args, **changes)
        self.assertEqual((answer["status"], answer["code"]), ("refused", code), answer)

    def test_an_exchange_difference_needs_foreign_money(self):
        """900 of 1,000 called an exchange difference: no limit of write-offs would see it."""
        self.refuses([self.bank_line(100)], [self.invoice(1000)], write_offs=[("fx", 900)])
        self.refuses(
            [self.bank_line(70), self.bank_line(-60)], kind="offset", write_offs=[("fx", -10)], band="ask"
        )

    def test_a_share_takes_as_much_of_both_amounts(self):
        """All the euros of an invoice for few of its dollars: the rest would be lost as exchange."""
        for amount, euros in ((100, 1000), (2000, 1)):
            item = self.invoice(1000, currency=self.euro)
            self.refuses([self.bank_line(amount)], [(item, amount, euros)])

    def test_a_stored_share_is_weighed_again_when_it_is_accepted(self):
        item = self.invoice(1000, currency=self.euro)
        match = self.propose([self.bank_line(2000)], [item])
        match.item_ids._guarded().write({"amount": 100})
        self.assert_refused("ENT007", self.be(match, self.anna).action_accept)
        self.assertFalse(item.reconciled)

    def test_a_fee_is_never_a_gain(self):
        self.refuses([self.bank_line(1000)], [self.invoice(100)], write_offs=[("bank_fee", -900)])

    def test_an_exchange_difference_that_no_rate_explains_is_a_write_off(self):
        policy = self.env["ai.close.policy"].sudo()._in_force(self.company)
        params = {**policy.params, "limits": {**policy.params["limits"], "write_off": "50.00"}}
        policy._guarded().write({"params": params})
        for paid, written_off in ((0.1, 0.8), (0.95, 0)):
            item = self.invoice(1000, currency=self.euro)
            whole = item.amount_residual
            match = self.propose(
                [self.bank_line(whole * paid)], [item], write_offs=[("fx", whole * (1 - paid))]
            )
            self.assertAlmostEqual(float(match._written_off()), whole * written_off)
            if written_off:
                self.assert_refused("SOD005", self.be(match, self.anna).action_accept)

    def test_an_alternative_is_looked_at_like_a_row(self):
        first, second, line = self.invoice(100), self.invoice(1000), self.bank_line(100)
        for write_offs in ([("bank_fee", "-900.00")], [("fx", "900.00")], [("bank_fee", "3.00")]):
            alternative = {
                "items": [{"line_id": second.id, "amount": "1000.00", "amount_currency": "1000.00"}],
                "write_offs": [{"kind": kind, "amount": amount} for kind, amount in write_offs],
                "confidence": "0.2000",
                "reason": "another",
            }
            answer = self.answer([line], [first], alternatives=[alternative])
            match = self.env["ai.close.match"].sudo().search([("key", "=", answer["key"])])
            self.assert_refused("ENT028", self.be(match, self.anna).action_take, 0)
