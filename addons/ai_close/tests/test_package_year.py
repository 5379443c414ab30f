"""The package of a year's close: unadjusted to adjusted, what was left, the profit, and the opening."""

from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from ..kernel.trial_balance import decimal
from .package_case import WHY, PackageCase, rendered, sums_of

LAST_YEAR = "2025-10-31"


@tagged("post_install", "-at_install")
class TestPackageYear(PackageCase):
    """The fiscal year ends in October."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().write({"fiscalyear_last_day": 31, "fiscalyear_last_month": "10"})
        cls.invoice(500.0, date="2025-06-10")
        cls.invoice(1190.10)
        cls.invoice(333.33, move_type="in_invoice")
        cls.profit = cls.env["account.account"].search(
            [("account_type", "=", "equity_unaffected"), ("company_ids", "in", cls.company.ids)]
        )

    def part(self):
        return self.section("year_end")

    def table(self, words):
        (found,) = [table for table in self.part()["tables"] if words in table["title"]]
        return found

    def said(self, level="alert"):
        return [each["text"] for each in self.part()["notices"] if each["level"] == level]

    def move(self, date, *lines):
        move = self.env["account.move"].create(
            {
                "date": date,
                "journal_id": self.general.id,
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": amount, "name": "x"})
                    for account, amount in lines
                ],
            }
        )
        move.action_post()
        return move

    def test_only_the_close_of_a_year_has_it(self):
        self.assertEqual(self.close.kind, "year")
        self.assertTrue(self.part())
        self.close._guarded().write({"kind": "quarter"})
        self.assertNotIn("year_end", [part["code"] for part in self.book()["sections"]])

    def test_unadjusted_and_adjustments_are_the_adjusted_trial_balance(self):
        """To the cent; the reversal of the day after belongs to the next year."""
        entry = self.posted_entry()
        self.assertEqual(str(entry.reversal_move_id.date), "2026-11-01")
        found = self.env["ai.close.ledger"].sudo()._trial_balance(self.company, self.close.period_end)
        table = self.table("unadjusted and adjusted")
        rows = {row[0]: [Decimal(cell) for cell in row[2:]] for row in table["rows"]}
        for account in (self.expense, self.grni):
            own = sum(
                entry.move_id.line_ids.filtered(lambda x, a=account: x.account_id == a).mapped("balance")
            )
            unadjusted, debit, credit, adjusted = rows[account.code]
            self.assertEqual(adjusted, decimal(found.row(account.id).closing, 2))
            self.assertEqual(debit - credit, Decimal(str(own)))
            self.assertEqual(unadjusted + debit - credit, adjusted)
        self.assertEqual([Decimal(cell) for cell in table["total"][2:]][0::3], [0, 0])
        entries = self.table("Adjusting entries of")
        self.assertEqual([row[0] for row in entries["rows"]], [entry.move_id.name])
        self.assertEqual((entries["rows"][0][5], entries["total"][3]), ("Carla", table["total"][3]))

    def test_what_was_left_is_listed_and_held_against_materiality(self):
        self.assertEqual(self.table("not adjusted")["rows"], [])
        entry = self.propose()
        self.be(entry, self.anna).action_reject("The vendor bills it next year")
        rows = self.table("not adjusted")["rows"]
        self.assertEqual(
            [row[3:] for row in rows], [["1102.50", "1102.50", "Anna", "The vendor bills it next year"]]
        )
        self.assertEqual(len(self.said()), 1, "only the opening is told: it is not material")
        waived = self.finding(1, "medium", -6000.0)
        self.be(waived, self.anna).action_waive(WHY)
        self.be(waived, self.ben).action_waive(WHY)
        table = self.table("not adjusted")
        self.assertEqual(table["rows"][1][3:6], ["6000.00", None, "Anna, Ben"])
        self.assertEqual(table["total"][3:5], ["7102.50", "1102.50"])
        (told,) = [text for text in self.said() if "materiality" in text]
        self.assertIn("7102.50", told)

    def test_the_profit_and_its_appropriation(self):
        kept = self.env["account.account"].search(
            [("account_type", "=", "equity"), ("company_ids", "in", self.company.ids)], limit=1
        )
        self.move("2026-03-02", (self.profit, 300.0), (kept, -300.0))
        table = self.table("its appropriation")
        self.assertEqual([row[4] for row in table["rows"]], ["-500.00", "300.00", "-856.77"])
        self.assertEqual(table["total"][4], "-1056.77")
        groups = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("date", "<=", self.close.period_end),
                ("account_id.include_initial_balance", "=", False),
            ],
            [],
            ["balance:sum"],
        )
        self.assertAlmostEqual(groups[0][0], float(table["total"][4]))

    def test_the_opening_is_the_last_closing(self):
        self.assertTrue(any("no data to compare the opening" in text for text in self.said()))
        self.env["ai.close.snapshot"].sudo()._take(self.company, "lock", date_to=LAST_YEAR)
        self.assertFalse(self.said())
        self.assertIn("Every account opens with what was locked on 2025-10-31.", self.said("info"))
        table = self.table("Opening against")
        self.assertEqual([row[2] for row in table["rows"]], ["500.00", "-500.00"])
        self.move("2025-09-30", (self.expense, 7.0), (self.grni, -7.0))
        (told,) = self.said()
        self.assertIn("does not open with what was locked, on 2 accounts", told)
        self.assertIn(self.grni.name, told)

    def test_its_totals_are_formulas_that_agree(self):
        self.posted_entry()
        self.propose("77.35", key=f"GR:{self.company.id}:2")
        self.env["ai.close.snapshot"].sudo()._take(self.company, "lock", date_to=LAST_YEAR)
        book = self.book()
        content = rendered(book, self.fonts())[1]
        found = [each for each in sums_of(content) if each[0] == "3 Year's end".replace("'", " ")]
        self.assertGreater(len(found), 8)
        for sheet, cell, stored, total in found:
            with self.subTest(sheet=sheet, cell=cell):
                self.assertEqual(stored, total)
