"""Matches of items: accepted by Odoo's own mechanism, and undone to the balances from before."""

from datetime import date

from odoo import Command
from odoo.tests import tagged

from .match_case import MatchCase


@tagged("post_install", "-at_install")
class TestMatchCases(MatchCase):
    # -- items

    def test_one_payment_for_many_with_a_credit_note(self):
        items = [self.invoice(100), self.invoice(250), self.invoice(40, move_type="out_refund")]
        line = self.bank_line(310)
        self.accept_and_undo(self.propose([line], items), *items)

    def test_several_lines_for_one_item_with_a_fee_on_the_last(self):
        item = self.invoice(300)
        lines = [self.bank_line(120), self.bank_line(100, date="2026-10-22"), self.bank_line(75)]
        self.accept_and_undo(
            self.propose(lines, [item], write_offs=[("bank_fee", 5)]),
            item,
            check=lambda: self.assertEqual(self.role("bank_fees"), 5),
        )

    def test_several_lines_for_one_foreign_item(self):
        item = self.invoice(100, currency=self.euro)  # 200 USD when invoiced, 125 USD at the payment
        lines = [
            self.bank_line(50, foreign_currency_id=self.euro.id, amount_currency=40),
            self.bank_line(75, foreign_currency_id=self.euro.id, amount_currency=60),
        ]
        self.accept_and_undo(self.propose(lines, [item], write_offs=[("fx", 75)]), item)

    def test_partial_payment_leaves_the_rest_open(self):
        item, line = self.invoice(100), self.bank_line(30)
        match = self.propose([line], [(item, 30, 30)])
        self.accept(match)
        self.assertEqual(item.amount_residual, 70)
        self.be(match, self.anna).action_undo()
        self.assertEqual(item.amount_residual, 100)

    def test_each_write_off_goes_to_the_account_of_its_role(self):
        for kind, role in (
            ("bank_fee", "bank_fees"),
            ("discount", "discount_given"),
            ("rounding", "rounding"),
            ("withholding", "withholding"),
        ):
            with self.subTest(kind):
                item, line = self.invoice(100), self.bank_line(98)
                self.accept(self.propose([line], [item], write_offs=[(kind, 2)]))
                self.assertTrue(item.reconciled)
                self.assertEqual(self.role(role), 2)

    def test_a_vendors_discount_is_income(self):
        item, line = self.invoice(100, move_type="in_invoice"), self.bank_line(-97)
        self.accept_and_undo(
            self.propose([line], [item], write_offs=[("discount", -3)]),
            item,
            check=lambda: self.assertEqual(self.role("discount_taken"), -3),
        )

    def test_a_processors_payout_is_net_of_its_fee(self):
        items = [self.invoice(amount) for amount in (20, 30, 50)]
        line = self.bank_line(96.5, "PAYOUT")
        self.accept(self.propose([line], items, write_offs=[("bank_fee", 3.5)]))
        self.assertTrue(all(item.reconciled for item in items))

    def test_a_refund_to_a_customer_and_one_of_a_vendor(self):
        for amount, kind in ((-70, "out_refund"), (70, "in_refund")):
            item, line = self.invoice(70, move_type=kind), self.bank_line(amount)
            self.accept(self.propose([line], [item]))
            self.assertTrue(item.reconciled)

    def test_an_outstanding_payment_is_cleared(self):
        invoice = self.invoice(150)
        payment = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.move_id.ids)
            .create({"payment_date": "2026-10-12"})
            ._create_payments()
        )
        item = payment.move_id.line_ids.filtered(
            lambda each: each.account_id == payment.outstanding_account_id
        )
        self.assertTrue(item, "this company keeps payments on an outstanding account")
        self.accept_and_undo(
            self.propose([self.bank_line(150)], [item]),
            item,
            check=lambda: self.assertTrue(payment.is_matched),
        )
        self.assertTrue(invoice.reconciled)

    def test_early_payment_discount_is_booked_as_odoo_does(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2/10 net 30",
                "early_discount": True,
                "discount_days": 10,
                "discount_percentage": 2,
                "early_pay_discount_computation": "included",
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})],
            }
        )
        tax = self.company_data["default_tax_sale"]
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-10-12",
                "date": "2026-10-12",
                "invoice_payment_term_id": term.id,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "x", "quantity": 1, "price_unit": 1000, "tax_ids": [Command.set(tax.ids)]}
                    )
                ],
            }
        )
        invoice.action_post()
        item = invoice.line_ids.filtered(lambda each: each.display_type == "payment_term")
        due = item.discount_amount_currency
        gap = round(item.amount_residual - due, 2)
        line = self.bank_line(due)
        tax_before = sum(
            self.env["account.move.line"].search([("tax_line_id", "=", tax.id)]).mapped("balance")
        )

        def check():
            booked = line.move_id.line_ids.filtered("tax_line_id")
            self.assertEqual(len(booked), 1)
            self.assertAlmostEqual(booked.balance, round(-tax_before * 0.02, 2))
            self.assertEqual(self.role("discount_given"), 0)

        self.accept_and_undo(self.propose([line], [item], write_offs=[("discount", gap)]), item, check=check)

    # -- currencies

    def test_foreign_line_and_item_with_the_exchange_difference(self):
        item = self.invoice(100, currency=self.euro)
        line = self.bank_line(125, foreign_currency_id=self.euro.id, amount_currency=100)
        self.accept_and_undo(self.propose([line], [item], write_offs=[("fx", 75)]), item)

    def test_company_currency_line_for_a_foreign_item(self):
        item = self.invoice(100, currency=self.euro)
        line = self.bank_line(123)
        self.accept_and_undo(self.propose([line], [item], write_offs=[("fx", 77)]), item)

    def test_euro_journal_and_euro_item(self):
        item = self.invoice(100, currency=self.euro)
        line = self.bank_line(100, journal=self.euro_bank())  # 125 USD
        self.accept_and_undo(self.propose([line], [item], write_offs=[("fx", 75)]), item)

    def test_euro_journal_and_dollar_item(self):
        item = self.invoice(127)
        line = self.bank_line(100, journal=self.euro_bank())  # 125 USD
        self.accept_and_undo(
            self.propose([line], [item], write_offs=[("fx", 2)]),
            item,
            check=lambda: self.assertEqual(self.role("fx_loss"), 2),
        )

    def test_euro_journal_with_a_fee(self):
        item = self.invoice(100, currency=self.euro)
        line = self.bank_line(98, journal=self.euro_bank())  # 122.50 USD
        self.accept_and_undo(
            self.propose([line], [item], write_offs=[("bank_fee", 2.5), ("fx", 75)]),
            item,
            check=lambda: self.assertEqual(self.role("bank_fees"), 2.5),
        )

    def test_odoo_287229_and_126665_the_exchange_difference_is_dated_at_the_payment(self):
        item = self.invoice(100, currency=self.euro)
        line = self.bank_line(125, foreign_currency_id=self.euro.id, amount_currency=100)
        self.accept(self.propose([line], [item], write_offs=[("fx", 75)]))
        exchange = (item.matched_debit_ids | item.matched_credit_ids).exchange_move_id
        self.assertEqual((exchange.date, exchange.state), (date(2026, 10, 20), "posted"))
        self.be(line, self.anna).action_undo_reconciliation()
        self.assertEqual(exchange.reversal_move_ids.mapped("date"), [date(2026, 10, 20)])
