"""What proposals may rest on beside entries: open items, rates, balances, bank lines, papers of the group."""

from odoo import Command, fields
from odoo.tests import tagged

from .close_common import END, EntryCase


@tagged("post_install", "-at_install")
class TestEntrySources(EntryCase):
    def _digest(self, record, date=END):
        self.env.flush_all()
        self.env.invalidate_all()
        cited = self.env["ai.close.source"]._cited(record._name, record.ids, date, self.company)
        facts, digest = cited[record.id]
        return digest if facts is not None else None

    def test_an_open_item_changes_when_it_is_settled_by_the_date(self):
        item = self.invoice(1190)
        november = fields.Date.to_date("2026-11-30")
        before, later = self._digest(item), self._digest(item, november)
        receipt = self.env["account.move"].create(
            {
                "date": "2026-11-04",
                "journal_id": self.general.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": item.account_id.id,
                            "partner_id": item.partner_id.id,
                            "balance": -500,
                            "name": "paid",
                        }
                    ),
                    Command.create({"account_id": self.expense.id, "balance": 500, "name": "paid"}),
                ],
            }
        )
        receipt.action_post()
        (item + receipt.line_ids.filtered(lambda line: line.balance < 0)).reconcile()
        self.assertEqual(self._digest(item), before, "paid in November")
        self.assertNotEqual(self._digest(item, november), later)

    def test_a_newer_rate_is_another_source(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-10-01", 0.9)])
        rate = euro.rate_ids.filtered(lambda each: str(each.name) == "2026-10-01")
        before = self._digest(rate)
        self.assertTrue(before)
        euro.rate_ids.create(
            {"currency_id": euro.id, "name": "2026-11-02", "rate": 0.8, "company_id": self.company.id}
        )
        self.assertEqual(self._digest(rate), before)
        euro.rate_ids.create(
            {"currency_id": euro.id, "name": "2026-10-30", "rate": 0.8, "company_id": self.company.id}
        )
        self.assertNotEqual(self._digest(rate), before)

    def test_an_account_is_its_balance_of_the_day(self):
        before = self._digest(self.grni)
        self.source.action_post()
        self.assertNotEqual(self._digest(self.grni), before)
        self.assertEqual(self._digest(self.grni, fields.Date.to_date("2026-10-11")), before)

    def test_the_bill_that_was_missing_makes_its_vendor_another_source(self):
        vendor = self.partner_a
        before = self._digest(vendor)
        self.invoice(3200, vendor, date="2026-11-03", move_type="in_invoice")
        self.assertEqual(self._digest(vendor), before, "November's")
        self.invoice(3200, vendor, date="2026-10-30", move_type="in_invoice")
        self.assertNotEqual(self._digest(vendor), before)

    def test_a_bank_line_that_leaves_suspense_changes(self):
        line = self.bank_line(-18.5, "account fee", date="2026-10-30")
        before = self._digest(line)
        self.assertTrue(before)
        line.move_id.line_ids.filtered(
            lambda item: item.account_id == self.bank.suspense_account_id
        ).account_id = self.expense
        self.assertNotEqual(self._digest(line), before)

    def test_a_paper_of_another_company_only_when_it_is_addressed_to_this_one(self):
        other = self._create_company(name="Sister")
        ours, theirs = (
            self.env["account.move"]
            .with_company(other)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": "2026-10-18",
                    "company_id": other.id,
                    "invoice_line_ids": [
                        Command.create({"name": "fee", "price_unit": 6000, "tax_ids": False})
                    ],
                }
            )
            for partner in (self.company.partner_id, self.partner_b)
        )
        self.assertTrue(self._digest(ours))
        self.assertIsNone(self._digest(theirs))
        facts = self.env["ai.close.source"]._facts("account.move", ours.ids, END, self.company)[ours.id]
        self.assertNotIn("lines", facts, "no account of the other company")

    # -- analytic shares that the source carries

    def _row(self, shares, key=None):
        row = self.entry_row(self.source)
        row["lines"][0]["analytic"] = shares
        return {**row, "key": key or row["key"]}

    def test_shares_of_the_source_are_signed_and_posted(self):
        plan = self.env["account.analytic.plan"].create({"name": "Projects"})
        one, two = self.env["account.analytic.account"].create(
            [{"name": name, "plan_id": plan.id, "company_id": self.company.id} for name in ("A", "B")]
        )
        row = self._row(f'{{"{one.id}": 60.0, "{two.id}": 40.0}}')
        self.assertEqual(self.submit("ai.close.entry", self.run_1, row)[0]["status"], "created")
        entry = self.env["ai.close.entry"].sudo().search([("key", "=", row["key"])])
        self.assertEqual(entry.line_ids[0].analytic_distribution, {str(one.id): 60.0, str(two.id): 40.0})
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        cost = entry.move_id.line_ids.filtered("debit")
        self.assertEqual(cost.analytic_distribution, {str(one.id): 60.0, str(two.id): 40.0})

    def test_shares_that_can_not_stand_here_are_refused(self):
        plan = self.env["account.analytic.plan"].create({"name": "Projects"})
        other = self._create_company(name="Sister")
        foreign, archived = self.env["account.analytic.account"].create(
            [
                {"name": "F", "plan_id": plan.id, "company_id": other.id},
                {"name": "G", "plan_id": plan.id, "active": False},
            ]
        )
        for number, (code, shares) in enumerate(
            (
                ("ENT010", f'{{"{foreign.id}": 100.0}}'),
                ("ENT010", f'{{"{archived.id}": 100.0}}'),
                ("ENT010", '{"999999": 100.0}'),
                ("RUN010", '{"x": 100.0}'),
                ("RUN010", '{"1": NaN}'),
                ("RUN010", '{"1": 100.5}'),
                ("RUN010", "[1]"),
            )
        ):
            row = self._row(shares, f"GR:{self.company.id}:2026-10:{number}")
            answer = self.submit("ai.close.entry", self.run_1, row)[0]
            self.assertEqual((answer["status"], answer["code"]), ("refused", code), shares)
