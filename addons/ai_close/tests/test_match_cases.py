"""Every case of a match: accepted by Odoo's own mechanism, and undone to the balances from before."""

from datetime import date

from odoo import Command
from odoo.tests import tagged

from ..kernel.match_kinds import key_of
from .close_common import CloseCase


class MatchCase(CloseCase):
    """A company whose policy names an account for each role of bank matching."""

    @classmethod
    def setUpClass(cls):
        cls.role_accounts = {}
        super().setUpClass()
        cls.run_1 = cls.run_of_agent()
        cls.euro = cls.setup_other_currency(
            "EUR", rates=[("2026-09-01", 0.5), ("2026-10-15", 0.8), ("2026-11-10", 0.4)]
        )

    @classmethod
    def params(cls, **changes):
        params = super().params(**changes)
        return {**params, "roles": {**params["roles"], **cls.roles()}}

    @classmethod
    def roles(cls):
        """Make an account for each role and return the policy's ``roles`` of them."""
        types = {
            "bank_fees": "expense",
            "discount_given": "expense",
            "discount_taken": "income_other",
            "rounding": "expense",
            "withholding": "asset_current",
            "interest_income": "income_other",
            "interest_expense": "expense",
            "payroll_clearing": "liability_current",
            "tax_payable": "liability_current",
            "transfer": "asset_current",
            "fx_gain": "income_other",
            "fx_loss": "expense",
        }
        for number, (role, kind) in enumerate(types.items()):
            cls.role_accounts[role] = cls.env["account.account"].create(
                {
                    "name": role,
                    "code": f"99{number:04}",
                    "account_type": kind,
                    "reconcile": kind not in ("expense", "income_other"),
                }
            )
        return {role: account.id for role, account in cls.role_accounts.items()}

    def row(self, lines, items=(), kind="items", write_offs=(), **changes):
        """Return a row of the agent: ``items`` are items taken in full or (item, share, foreign share)."""
        shares = [
            each if isinstance(each, tuple) else (each, each.amount_residual, each.amount_residual_currency)
            for each in items
        ]
        return {
            "key": key_of(
                self.company.id, [line.id for line in lines], [each[0].id for each in shares], kind
            ),
            "statement_line_id": lines[0].id if lines else None,
            "line_ids": [line.id for line in lines],
            "kind": kind,
            "items": [
                {"line_id": item.id, "amount": f"{amount:.2f}", "amount_currency": f"{foreign:.2f}"}
                for item, amount, foreign in shares
            ],
            "write_offs": [{"kind": name, "amount": f"{amount:.2f}"} for name, amount in write_offs],
            "confidence": "0.9000",
            "band": "review",
            "matcher": "exact",
            "alternatives": [],
            "reasons": [],
            "account_id": None,
            "model": None,
            **changes,
        }

    def answer(self, *args, **changes):
        (answer,) = self.submit("ai.close.match", self.run_1, self.row(*args, **changes))
        return answer

    def propose(self, *args, **changes):
        answer = self.answer(*args, **changes)
        self.assertEqual(answer["status"], "created", answer)
        return self.env["ai.close.match"].sudo().search([("key", "=", answer["key"])])

    def balances(self):
        """Return the posted balance of each account, zeros left out."""
        self.env.flush_all()
        groups = self.env["account.move.line"]._read_group(
            [("company_id", "=", self.company.id), ("parent_state", "=", "posted")],
            ["account_id"],
            ["balance:sum"],
        )
        currency = self.company.currency_id
        return {account.id: currency.round(total) for account, total in groups if not currency.is_zero(total)}

    def role(self, name):
        return self.balances().get(self.role_accounts[name].id, 0)

    def accept(self, match, user=None):
        self.be(match, user or self.anna).action_accept()
        self.assertEqual(match.state, "accepted")
        for line in match.line_ids.statement_line_id:
            self.assertTrue(line.is_reconciled)
            self.assertFalse(line._seek_for_lines()[1], "something stayed on suspense")

    def accept_and_undo(self, match, *items, check=lambda: None, user=None):
        """Accept, see the items settled, call ``check``, undo, and see all as before."""
        lines = match.line_ids.statement_line_id
        facts = lambda: (  # noqa: E731
            self.balances(),
            [(item.amount_residual, item.amount_residual_currency, item.reconciled) for item in items],
            [(line.is_reconciled, line.partner_id, len(line.move_id.line_ids)) for line in lines],
            [item.move_id.payment_state for item in items],
        )
        before = facts()
        self.accept(match, user)
        for item in items:
            self.assertTrue(item.reconciled, item.display_name)
        check()
        self.be(match, user or self.anna).action_undo()
        self.assertEqual(match.state, "undone")
        self.assertEqual(facts(), before)

    def euro_bank(self):
        return self.env["account.journal"].create(
            {"name": "Euro bank", "type": "bank", "code": "BNKE", "currency_id": self.euro.id}
        )


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
