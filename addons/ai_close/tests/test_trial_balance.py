"""Trial balance and ageing as of any day, against a recomputation line by line and Odoo's own sums."""

import random
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..kernel.periods import month_end
from ..kernel.trial_balance import PRIOR_EARNINGS
from .brute_balances import Books, differences
from .close_common import CloseCase

MONTH_ENDS = [month_end(date(2025 + (at + 10) // 12, (at + 10) % 12 + 1, 1)) for at in range(12)]
DAY = date(2026, 10, 31)


@tagged("post_install", "-at_install")
class TestTrialBalance(CloseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dice = random.Random(8)
        cls.euro = cls.setup_other_currency("EUR", rates=[("2025-01-01", 0.5), ("2026-03-01", 0.8)])
        cls.income = cls.company_data["default_account_revenue"]
        for month in range(10, 24):
            day = date(2025 + (month - 1) // 12, (month - 1) % 12 + 1, cls.dice.randint(1, 28))
            cls.invoice(cls.dice.randint(100, 99999) / 100, date=str(day))
            cls.invoice(cls.dice.randint(100, 99999) / 100, cls.partner_b, str(day), "in_invoice", cls.euro)
            cls.entry(cls.dice.randint(1, 9999) / 100, str(day))
        cls.ledger = cls.env["ai.close.ledger"].sudo()

    @classmethod
    def entry(cls, amount, day, post=True):
        lines = [(cls.expense, amount), (cls.grni, -amount)]
        move = cls.env["account.move"].create(
            {
                "date": day,
                "journal_id": cls.general.id,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": each, "name": "b"})
                    for account, each in lines
                ],
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def pay(cls, item, share, day):
        """Settle a part of ``item`` by an entry of ``day`` in the item's currency."""
        amount = item.currency_id.round(-item.amount_currency * share)
        balance = cls.company.currency_id.round(-item.balance * share)
        own = {
            "currency_id": item.currency_id.id,
            "amount_currency": amount,
            "partner_id": item.partner_id.id,
        }
        move = cls.env["account.move"].create(
            {
                "date": day,
                "journal_id": cls.general.id,
                "line_ids": [
                    Command.create({"account_id": item.account_id.id, "balance": balance, **own}),
                    Command.create({"account_id": cls.expense.id, "balance": -balance}),
                ],
            }
        )
        move.action_post()
        (item + move.line_ids.filtered(lambda line: line.account_id == item.account_id)).reconcile()
        return move

    def owed(self):
        domain = [("company_id", "=", self.company.id), ("parent_state", "=", "posted")]
        types = ("asset_receivable", "liability_payable")
        return self.env["account.move.line"].search([*domain, ("account_type", "in", types)], order="id")

    def agree(self):
        for day in MONTH_ENDS:
            self.assertEqual(differences(self.ledger.env, self.company, day), [], day)

    # -- any day, whatever came later

    def test_every_month_end_agrees_with_a_recomputation(self):
        self.agree()

    def test_later_payments_undone_reconciliations_and_late_entries(self):
        items = self.owed()
        paid = [
            self.pay(item, share, str(day))
            for item, share, day in zip(
                items[:12], [1, 0.5, 0.25] * 4, [date(2026, 1 + at % 10, 15) for at in range(12)], strict=True
            )
        ]
        self.agree()
        before = {day: len(Books(self.env, self.company).residuals(day)) for day in MONTH_ENDS}
        for move in paid[::3]:
            move.line_ids.remove_move_reconcile()
        self.agree()
        after = {day: len(Books(self.env, self.company).residuals(day)) for day in MONTH_ENDS}
        self.assertGreater(after[DAY], before[DAY])
        # booked today for a month long gone, taken back to draft, and cancelled
        self.entry(77.77, "2025-12-20")
        paid[1].button_draft()
        paid[2].button_draft()
        paid[2].button_cancel()
        self.entry(5, "2026-02-02", post=False)
        self.agree()

    def test_what_was_paid_in_november_was_open_in_october(self):
        item = self.invoice(400, date="2026-09-10")
        item.date_maturity = "2026-09-10"
        self.pay(item, 1, "2026-11-04")
        self.assertEqual(item.amount_residual, 0)
        (found,) = [one for one in self.ledger._open_items(self.company, DAY) if one.line_id == item.id]
        self.assertEqual((found.residual, found.bucket), (40000, "d60"))
        later = self.ledger._open_items(self.company, date(2026, 11, 4))
        self.assertNotIn(item.id, [one.line_id for one in later])

    # -- tied to Odoo's own sums

    def test_it_ties_to_odoos_own_sums(self):
        found = self.ledger._trial_balance(self.company, DAY)
        lines = self.env["account.move.line"].sudo()
        begin = self.company.compute_fiscalyear_dates(DAY)["date_from"]
        posted = [("company_id", "=", self.company.id), ("parent_state", "=", "posted"), ("date", "<=", DAY)]
        carried = ("account_id.include_initial_balance", "=", True)
        result = ("account_id.include_initial_balance", "=", False)
        for domain in ([carried], [result, ("date", ">=", begin)]):
            for account, balance in lines._read_group([*posted, *domain], ["account_id"], ["balance:sum"]):
                self.assertEqual(found.row(account.id).closing, round(balance * 100), account.code)
        ((earlier,),) = lines._read_group([*posted, result, ("date", "<", begin)], [], ["balance:sum"])
        self.assertEqual(found.prior_earnings, round(earlier * 100))
        self.assertNotEqual(found.prior_earnings, 0)
        self.assertEqual((found.total, found.year_start), (0, begin))

    def test_income_and_expenses_restart_and_what_they_gathered_stays(self):
        december = self.ledger._trial_balance(self.company, date(2025, 12, 31))
        january = self.ledger._trial_balance(self.company, date(2026, 1, 31), date(2026, 1, 1))
        self.assertNotEqual(december.result, 0)
        self.assertEqual(january.prior_earnings, december.result + december.prior_earnings)
        self.assertEqual(january.row(self.income.id).opening, 0)
        self.assertEqual(january.row(PRIOR_EARNINGS).compared["prior_month"], december.prior_earnings)
        for row in january.rows:
            self.assertEqual(row.compared["prior_month"], december.row(row.account_id).closing)

    def test_an_account_of_a_foreign_currency_shows_its_own_balance(self):
        account = self.grni.copy({"currency_id": self.euro.id, "name": "In euro"})
        own = {"currency_id": self.euro.id, "amount_currency": -10.0}
        move = self.env["account.move"].create(
            {
                "date": "2026-10-05",
                "journal_id": self.general.id,
                "line_ids": [
                    Command.create({"account_id": self.expense.id, "balance": 12.34}),
                    Command.create({"account_id": account.id, "balance": -12.34, **own}),
                ],
            }
        )
        move.action_post()
        row = self.ledger._trial_balance(self.company, DAY).row(account.id)
        self.assertEqual((row.closing, row.foreign), (-1234, -1000))
        self.assertIsNone(self.ledger._trial_balance(self.company, DAY).row(self.grni.id).foreign)

    def test_an_item_that_says_posted_of_an_entry_that_is_not_does_not_count(self):
        move = self.entry(33, "2026-10-07", post=False)
        before = self.ledger._trial_balance(self.company, DAY).row(self.expense.id)
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE account_move_line DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE account_move_line SET parent_state = 'posted' WHERE move_id = %s", [move.id]
        )
        self.env.cr.execute("ALTER TABLE account_move_line ENABLE TRIGGER USER")
        self.env.invalidate_all()
        self.assertEqual(self.ledger._trial_balance(self.company, DAY).row(self.expense.id), before)

    # -- who may read

    def test_readers_of_the_books_read_and_nobody_of_another_company(self):
        expected = self.ledger._trial_balance(self.company, DAY)
        for person in (self.anna, self.ben, self.carla, self.audrey, self.robot):
            ledger = self.be(self.env["ai.close.ledger"], person)
            self.assertEqual(ledger._trial_balance(self.company, DAY), expected, person.name)
            self.assertTrue(ledger._ageing(self.company, DAY))
        other = self.env.ref("base.main_company")
        self.assertNotIn(other, self.audrey.company_ids)
        with self.assertRaises(AccessError):
            self.be(self.env["ai.close.ledger"], self.audrey)._trial_balance(other, DAY)
        nobody = self.env["res.users"].create(
            {"name": "N", "login": "n", "group_ids": [Command.set(self.env.ref("base.group_user").ids)],
             "company_id": self.company.id, "company_ids": [Command.set(self.company.ids)]}
        )  # fmt: skip
        with self.assertRaises(AccessError):
            self.be(self.env["ai.close.ledger"], nobody)._open_items(self.company, DAY)

    def test_the_movement_lies_in_one_fiscal_year(self):
        with self.assertRaises(ValueError):
            self.ledger._trial_balance(self.company, DAY, date(2025, 12, 1))

    # -- the screens

    def test_the_auditor_reads_the_screens_and_opens_what_is_behind_a_row(self):
        asked = self.be(self.env["ai.close.trial.balance"], self.audrey).create(
            {"company_id": self.company.id, "date": DAY}
        )
        self.assertEqual(asked.action_show()["res_id"], asked.id)
        found = self.ledger._trial_balance(self.company, DAY)
        shown = {line.account_id.id or 0: line for line in asked.line_ids}
        self.assertEqual(
            {account: round(line.closing * 100) for account, line in shown.items()},
            {row.account_id: row.closing for row in found.rows},
        )
        self.assertEqual((asked.total, round(asked.result * 100)), (0, -found.result))
        lines = self.env["account.move.line"].sudo()
        for account in (0, self.expense.id, self.grni.id):
            behind = lines.search(shown[account].action_items()["domain"])
            self.assertEqual(round(sum(behind.mapped("balance")) * 100), found.row(account).closing)
        ageing = self.be(self.env["ai.close.ageing"], self.audrey).create(
            {"company_id": self.company.id, "date": DAY, "kind": "liability_payable"}
        )
        ageing.action_show()
        items = self.ledger._open_items(self.company, DAY, ("liability_payable",))
        self.assertEqual(round(ageing.total * 100), sum(item.residual for item in items))
        row = ageing.line_ids.filtered(lambda line: line.partner_id == self.partner_b)
        behind = lines.search(row.action_items()["domain"])
        own = {one.line_id for one in items if one.partner_id == self.partner_b.id}
        self.assertEqual(set(behind.ids), own)

    def test_nobody_sends_an_answer_and_nobody_reads_anothers(self):
        asked = self.be(self.env["ai.close.trial.balance"], self.anna)
        self.assert_refused("AUD002", asked.create, {"date": DAY, "total": 5.0})
        made = asked.create({"company_id": self.company.id, "date": DAY})
        made.action_show()
        with self.assertRaises(AccessError):
            made.write({"total": 7.0})
        with self.assertRaises(AccessError):
            made.line_ids.write({"closing": 7.0})
        with self.assertRaises(AccessError):
            self.be(made, self.ben).read(["total"])
        with self.assertRaises(UserError):
            asked.create({"date": DAY, "date_from": "2025-12-01"}).action_show()
