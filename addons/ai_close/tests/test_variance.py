"""Balances that moved: taken where they are the books', explained by one, signed by another."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..kernel.money import fmt
from .close_common import CloseCase

DAY = "2026-10-31"


@tagged("post_install", "-at_install")
class TestVariance(CloseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.income = cls.company_data["default_account_revenue"]
        for amount, day in ((750, "2025-10-08"), (800, "2026-09-08"), (1200, "2026-10-08")):
            cls.invoice(amount, date=day)
        cls.policy_of_flux(min_amount="100.00", against="month")
        cls.run_1 = cls.run_of_agent()

    @classmethod
    def policy_of_flux(cls, **values):
        policy = cls.env["ai.close.policy"]._in_force(cls.company).sudo()
        rules = policy.params.get("rules") or {}
        own = (rules.get("FL") or {}) | values
        policy._guarded().write({"params": policy.params | {"rules": rules | {"FL": own}}})

    def amounts(self, account):
        ledger = self.env["ai.close.ledger"].sudo()
        found = ledger._compared(self.company, self.close.period_end, account.ids)
        return [fmt(each / 100, 2) for each in found[account.id]]

    def row(self, account=None, **changes):
        account = account or self.income
        actual, month, year = self.amounts(account)
        drivers = [
            {
                "base": base,
                "dimension": dimension,
                "id": self.partner_a.id if dimension == "partner" else None,
                "count": 1,
                "amount": fmt(float(actual) - float(before), 2),
            }
            for base, before in (("month", month), ("year", year))
            for dimension in ("partner", "product", "journal")
        ]
        return {
            "key": f"FL:{self.company.id}:{DAY}:{account.id}",
            "account_id": account.id,
            "date": DAY,
            "actual": actual,
            "month": month,
            "year": year,
            "expected": "-750.00",
            "method": "seasonal",
            "against": "month",
            "min_amount": "100.00",
            "min_percent": 10,
            "explanation": "400.00 more than a month before.",
            "drivers": drivers,
            **changes,
        }

    def take(self, *rows, run=None):
        model = self.env["ai.close.variance"].with_user(self.robot).sudo()
        answers = model._submit_rows((run or self.run_1).with_user(self.robot).sudo(), list(rows))
        self.env.flush_all()
        return answers

    def one(self):
        self.assertEqual([each["status"] for each in self.take(self.row())], ["created"])
        return self.env["ai.close.variance"].sudo().search([("company_id", "=", self.company.id)])

    def signed(self):
        one = self.one()
        self.be(one, self.anna).write({"explanation": "A new customer."})
        self.be(one, self.anna).action_prepare()
        self.be(one, self.ben).action_sign()
        self.assertEqual((one.state, one.signed_by_id), ("signed", self.ben))
        return one

    # -- what is taken

    def test_a_row_is_taken_once_and_brought_up_to_date(self):
        one = self.one()
        self.assertEqual((one.actual, one.month, one.year), (-1200, -800, -750))
        self.assertEqual((one.change, one.change_pct, one.is_over, one.area), (-400, 50.0, True, "income"))
        self.assertEqual((one.author, one.state), ("template", "open"))
        (answer,) = self.take(self.row())
        self.assertEqual(answer["status"], "unchanged")
        self.policy_of_flux(min_amount="401.00")
        (answer,) = self.take(self.row(min_amount="401.00"))
        self.assertEqual((answer["status"], one.is_over), ("updated", False))
        first = one.steps[0]
        self.assertEqual((first["base"], first["dimension"], len(one.steps)), ("month", "partner", 9))
        self.assertEqual((first["start"], first["change"], first["end"]), ("-800.00", "-400.00", "-1200.00"))
        (row,) = first["rows"]
        self.assertEqual((row["before"], row["amount"], row["after"]), ("-800.00", "-400.00", "-1200.00"))
        self.assertEqual(row["name"], self.partner_a.display_name)

    def test_steps_add_up_to_the_change_they_are_said_to_explain(self):
        """Whatever the change is against: the first steps end in it, and each says what it begins with."""
        one = self.one()
        for against, change in (("month", "-400.00"), ("year", "-450.00"), ("expected", "-450.00")):
            self.policy_of_flux(against=against)
            self.take(self.row(against=against))
            self.assertEqual(fmt(one.change, 2), change)
            self.assertEqual({step["base"] for step in one.steps[:3]}, {against})
            self.assertEqual({step["change"] for step in one.steps[:3]}, {change})
            self.assertIn("the change above", one.steps[0]["says"])
            for step in one.steps:
                moved = sum(float(row["amount"]) for row in step["rows"])
                self.assertEqual(fmt(moved, 2), step["change"], step)
                self.assertEqual(step["rows"][-1]["after"], step["end"])
                self.assertEqual(step["end"], "-1200.00")
                self.assertEqual("another one" in step["says"], step["base"] != against)

    def test_what_lay_between_an_expectation_and_the_month_before_is_a_step(self):
        receivable = self.company_data["default_account_receivable"]
        self.policy_of_flux(against="expected")
        (answer,) = self.take(self.row(receivable, against="expected", expected="2300.00"))
        self.assertEqual(answer["status"], "created", answer)
        one = self.env["ai.close.variance"].sudo().search([("account_id", "=", receivable.id)])
        first = one.steps[0]
        amounts = [(row["name"], row["amount"]) for row in first["rows"]]
        self.assertEqual(
            amounts,
            [("Month before less Expected", "-750.00"), (self.partner_a.display_name, "1200.00")],
        )
        self.assertEqual((first["start"], first["change"], first["end"]), ("2300.00", "450.00", "2750.00"))
        self.assertIn("the month before lay from the expectation", first["says"])

    def test_percentages_go_by_the_accounts_own_direction(self):
        """Fewer sales and less debt are a fall, whatever the sign; from nothing there is no percentage."""
        one = self.one()
        for area, actual, month, want in (
            ("income", -600, -800, -25.0),
            ("income", 50, -800, -106.3),
            ("expenses", 600, 800, -25.0),
            ("liabilities", -900, -800, 12.5),
            ("equity", -700, -800, -12.5),
            ("assets", 900, -800, 212.5),
            ("assets", 900, 0, 0.0),
        ):
            one._guarded().write({"area": area, "actual": actual, "month": month, "change": actual - month})
            self.assertEqual(one.change_pct, want, (area, actual, month))
            word = "rise" if want > 0 else "fall"
            self.assertEqual(word in one.compared, bool(want), one.compared)
        self.assertIn("now less", one.compared)

    def test_balances_of_the_balance_sheet_are_closing_balances(self):
        receivable = self.company_data["default_account_receivable"]
        self.assertEqual(self.amounts(receivable), ["2750.00", "1550.00", "750.00"])

    def test_other_amounts_or_drivers_that_dont_add_up_are_refused(self):
        row = self.row()
        bad = [
            row | {"actual": "-1200.01"},
            row | {"month": "-799.00"},
            row | {"drivers": row["drivers"][:-1]},
            row | {"drivers": [row["drivers"][0] | {"amount": "-399.99"}, *row["drivers"][1:]]},
            row | {"key": f"FL:{self.company.id}:{DAY}:{self.expense.id}"},
            row | {"date": "2026-09-30"},
            row | {"against": "expected"},
            row | {"expected": "5.00"},
            row | {"method": "median"},
            row | {"expected": None, "method": None},
            row | {"min_amount": "100.01"},
            row | {"min_percent": 11},
        ]
        for each in bad:
            (answer,) = self.take(each)
            self.assertEqual((answer["status"], answer["code"]), ("refused", "RUN010"), each)
        self.assertFalse(self.env["ai.close.variance"].sudo().search([("company_id", "=", self.company.id)]))

    def test_what_a_finished_run_does_not_tell_is_archived(self):
        one = self.one()
        self.run_1._guarded().write({"state": "done"})
        self.env.flush_all()
        run = self.run_of_agent("run-2")
        model = self.env["ai.close.variance"].with_user(self.robot).sudo()
        model._finish_run(run, {"proposers": ["GR"]})
        self.assertTrue(one.active, "another proposer says nothing of it")
        self.assertEqual(model._finish_run(run, {"proposers": ["FL"]}), {"superseded": 1})
        self.assertFalse(one.active)
        self.take(self.row(), run=run)
        self.assertTrue(one.active)

    # -- explained and signed

    def test_one_explains_another_signs(self):
        one = self.one()
        self.assert_refused("SOD003", self.be(one, self.audrey).action_prepare)
        self.be(one, self.ben).write({"explanation": "A new customer.", "owner_id": self.ben.id})
        self.assertEqual((one.author, one.explanation, one.owner_id), ("person", "A new customer.", self.ben))
        self.be(one, self.ben).action_prepare()
        self.assert_refused("SOD001", self.be(one, self.ben).action_sign)
        self.assert_refused("SOD003", self.be(one, self.anna).action_sign)
        stale = self.be(one, self.carla).with_context(ai_close_seen="0" * 64)
        self.assert_refused("ENT015", stale.action_sign)
        digest = one.payload_digest
        self.be(one, self.carla).with_context(ai_close_seen=digest).action_sign()
        self.assertEqual((one.state, one.signed_digest), ("signed", digest))
        self.assert_refused("SOD003", self.be(one, self.audrey).write, {"explanation": "x"})
        with self.assertRaises(AccessError):
            self.be(one, self.audrey).write({"owner_id": self.audrey.id})
        self.assert_refused("AUD002", self.be(one, self.carla).write, {"actual": 1})
        self.assert_refused("AUD002", self.be(one, self.carla).write, {"author": "template"})

    def test_who_wrote_the_text_does_not_sign_it(self):
        one = self.one()
        self.be(one, self.ben).write({"explanation": "A new customer."})
        self.be(one, self.anna).action_prepare()
        self.assert_refused("SOD001", self.be(one, self.ben).action_sign)
        self.be(one, self.carla).action_sign()
        self.assertEqual(one.signed_by_id, self.carla)

    def test_nobody_signs_without_a_text(self):
        one = self.one()
        self.be(one, self.anna).write({"explanation": "  "})
        self.assert_refused("ENT009", self.be(one, self.anna).action_prepare)

    def test_an_edit_after_the_signature_opens_it_again(self):
        one = self.signed()
        self.be(one, self.anna).write({"explanation": "Two new customers."})
        self.assertEqual(one.state, "stale")
        self.be(one, self.anna).action_prepare()
        self.assertEqual((one.state, one.signed_by_id.id, one.stale_reason), ("prepared", False, False))
        self.be(one, self.anna).write({"explanation": "Three."})
        self.assertEqual(one.state, "open")

    def test_a_posting_after_the_signature_opens_it_again(self):
        one = self.signed()
        self.invoice(5, date="2026-11-02")
        self.env["ai.close.dirty"].sudo()._judge_transaction()
        self.assertEqual(one.state, "signed", "November says nothing of October")
        self.invoice(5, date="2026-10-20")
        self.env["ai.close.dirty"].sudo()._judge_transaction()
        self.assertEqual(one.state, "stale")
        self.assert_refused("ENT004", self.be(one, self.anna).action_prepare)
        self.take(self.row())
        self.assertEqual((one.actual, one.explanation), (-1205, "A new customer."))
        self.be(one, self.anna).action_prepare()
        self.assertEqual(one.state, "prepared")

    def posted(self, *lines, day="2026-10-20"):
        move = self.env["account.move"].create(
            {
                "date": day,
                "journal_id": self.general.id,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": amount, "name": "x"})
                    for account, amount in lines
                ],
            }
        )
        move.action_post()
        self.env.flush_all()
        return move

    def test_a_posting_has_only_its_own_accounts_judged(self):
        one = self.signed()
        # what was booked up to here is of another transaction, in the world outside of a test
        self.env.cr.execute("DELETE FROM ai_close_dirty")
        model = type(self.env["ai.close.ledger"])
        looked, real = [], model._compared

        def compared(ledger, company, day, accounts=None):
            looked.append(set(accounts))
            return real(ledger, company, day, accounts)

        self.patch(model, "_compared", compared)
        judge = self.env["ai.close.dirty"].sudo()._judge_transaction
        move = self.posted((self.expense, 5.0), (self.grni, -5.0))
        judge()
        self.assertEqual((looked, one.state), ([], "signed"))
        self.posted((self.expense, 5.0), (self.grni, -5.0), day="2026-11-20")
        self.posted((self.income, 5.0), (self.grni, -5.0), day="2026-11-20")
        judge()
        self.assertEqual((looked, one.state), ([], "signed"), "November says nothing of October")
        move.line_ids[0].account_id = self.income
        judge()
        self.assertEqual((looked, one.state), ([{self.income.id}], "stale"))

    def test_what_goes_from_an_account_touches_it_too(self):
        move = self.posted((self.income, 5.0), (self.grni, -5.0))
        one = self.signed()
        self.env.cr.execute("DELETE FROM ai_close_dirty")
        move.line_ids[0].account_id = self.expense
        self.env["ai.close.dirty"].sudo()._judge_transaction()
        self.assertEqual(one.state, "stale")

    def test_two_signatures_and_a_posting_meet(self):
        """Each signature is one at the row's meeting place, which who posts to the account has to pass."""
        one = self.signed()
        self.env.cr.execute(
            "SELECT signatures FROM ai_close_variance_sign_off WHERE variance_id = %s", [one.id]
        )
        self.assertEqual(self.env.cr.fetchone(), (2,))

    def test_a_new_amount_of_a_run_opens_it_again(self):
        one = self.signed()
        self.policy_of_flux(against="expected")
        self.take(self.row(against="expected"))
        self.assertEqual((one.state, one.change), ("stale", -450))

    # -- the close

    def test_it_blocks_only_where_the_policy_says_so(self):
        one = self.one()

        def codes():
            return {each["code"] for each in self.close._readiness()["blockers"]}

        self.assertNotIn("VARIANCE", codes())
        self.policy_of_flux(blocks="yes")
        self.assertIn("VARIANCE", codes())
        self.be(one, self.anna).action_prepare()
        self.be(one, self.ben).action_sign()
        self.assertNotIn("VARIANCE", codes())
        self.assertIn("VARIANCE_UNTOLD", codes(), "the receivables moved, and no run said so")
        self.policy_of_flux(min_amount="1200.01")
        self.assertNotIn("VARIANCE_UNTOLD", codes())

    def test_what_is_missing_adds_up_exactly(self):
        one = self.one()
        for number, size in enumerate((0.1, 0.2, 0.3)):
            own = {"key": f"{one.key}:{number}", "size": size, "is_over": True, "date": one.date}
            links = {
                "company_id": self.company.id,
                "close_id": self.close.id,
                "account_id": one.account_id.id,
            }
            one._guarded().create({**own, **links})
        one._guarded().write({"is_over": False})
        *_counts, (blocker, *_untold) = self.close._count_variances()
        # as floats they are 0.6000000000000001
        self.assertEqual((blocker["count"], blocker["amount"]), (3, 0.6))

    # -- what the server knows itself

    def test_an_expectation_of_a_balance_is_where_it_stood_moved_as_months_do(self):
        receivable = self.company_data["default_account_receivable"]
        found = self.env["ai.close.ledger"].sudo()._expected(self.company, self.close.period_end)
        # last year's month, as the three months before don't compare: +750 on the 1550 of September
        self.assertEqual(found[receivable.id], (230000, "seasonal"))
        self.assertEqual(found[self.income.id], (-75000, "seasonal"))

    def test_a_share_of_materiality(self):
        self.policy_of_flux(min_amount="0.1 M")
        thresholds = self.env["ai.close.variance"]._thresholds(self.company)
        self.assertEqual(thresholds, (50000, 10, "month"))
