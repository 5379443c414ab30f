"""extract: what made an entry, its taxes and shares, and the datasets about money, locks and people."""

from datetime import timedelta

from odoo.fields import Command, Datetime
from odoo.tests import tagged

from .common import PortCase


@tagged("post_install", "-at_install")
class TestExtractFacts(PortCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor = cls.env["res.partner"].create(
            {"name": "Vendor", "is_company": True, "country_id": cls.env.ref("base.be").id}
        )
        cls.billing = cls.env["res.partner"].create({"name": "Billing", "parent_id": cls.vendor.id})
        env = cls.env["account.tax"].with_company(cls.company).env
        group = env["account.tax.group"].create({"name": "Tax", "company_id": cls.company.id})
        country = cls.env.ref("base.us")
        cls.company.account_fiscal_country_id = country
        for partner in (cls.vendor, cls.billing):
            partner.with_company(cls.company).property_account_payable_id = cls.account("payable")
        cls.taxes = env["account.tax"].create(
            [
                {
                    "name": name,
                    "amount": rate,
                    "type_tax_use": "purchase",
                    "company_id": cls.company.id,
                    "tax_group_id": group.id,
                    "country_id": country.id,
                }
                for name, rate in (("State", 6.0), ("Town", 1.5))
            ]
        )
        cls.both = env["account.tax"].create(
            {
                "name": "Both",
                "amount_type": "group",
                "amount": 0.0,
                "type_tax_use": "purchase",
                "company_id": cls.company.id,
                "tax_group_id": group.id,
                "country_id": country.id,
                "children_tax_ids": [Command.set(cls.taxes.ids)],
            }
        )
        cls.bill = cls._bill(tax_ids=[Command.set(cls.both.ids)])

    @classmethod
    def _bill(cls, **more):
        return (
            cls.env["account.move"]
            .with_company(cls.company)
            .create(
                {
                    "move_type": "in_invoice",
                    "partner_id": cls.billing.id,
                    "invoice_date": "2026-10-05",
                    "date": "2026-10-05",
                    "invoice_date_due": "2026-11-04",
                    "ref": "V-1",
                    "narration": "<p>Paid by <b>Anna</b></p>",
                    "journal_id": cls.journal("purchase").id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Paper",
                                "quantity": 2.5,
                                "price_unit": 40.0,
                                "account_id": cls.account("expense").id,
                                "tax_ids": [],
                                **more,
                            }
                        )
                    ],
                }
            )
        )

    def setUp(self):
        super().setUp()
        _result, self.held = self.begin()

    def _rows(self, dataset):
        columns = self.result("extract", **self.held, dataset=dataset)["columns"]
        return {
            row[0]: dict(zip(columns, row, strict=True)) for row in zip(*self._by_id(columns), strict=True)
        }

    def _by_id(self, columns):
        self.assertEqual(next(iter(columns)), "id")
        return columns.values()

    def test_a_bill_with_its_taxes(self):
        move = self._rows("moves")[self.bill.id]
        self.assertEqual(
            (move["due_date"], move["origin_kind"], move["fiscal_position"], move["journal_company_ok"]),
            ("2026-11-04", None, None, True),
        )
        self.assertEqual(move["expected_position"], "-", "the partner calls for none")
        self.assertEqual(" ".join(move["narration"].split()), "Paid by Anna")
        lines = [one for one in self._rows("lines").values() if one["move_id"] == self.bill.id]
        codes = ";".join(str(one) for one in sorted(self.taxes.ids))
        (base,) = [one for one in lines if one["display_type"] == "product"]
        self.assertEqual((base["tax_codes"], base["quantity"], base["tax_line_of"]), (codes, "2.5", None))
        self.assertEqual(
            {one["tax_line_of"]: one["balance"] for one in lines if one["display_type"] == "tax"},
            {str(self.taxes[0].id): "6.00", str(self.taxes[1].id): "1.50"},
        )
        self.assertEqual({one["account_company_ok"] for one in lines}, {True})
        taxes = self._rows("taxes")
        self.assertNotIn(self.both.id, taxes, "a group is told by its members")
        self.assertEqual(
            (
                taxes[self.taxes[0].id]["name"],
                taxes[self.taxes[0].id]["rate"],
                taxes[self.taxes[0].id]["factors"],
            ),
            ("State", "6.0", "100.0"),
        )
        self.assertEqual(self._rows("partners")[self.vendor.id]["country"], "BE")

    def test_a_position_that_the_partner_calls_for(self):
        position = self.env["account.fiscal.position"].create(
            {"name": "Abroad", "company_id": self.company.id, "tax_ids": [Command.set(self.taxes[0].ids)]}
        )
        self.billing.with_company(self.company).property_account_position_id = position
        move = self._rows("moves")[self.bill.id]
        self.assertEqual((move["fiscal_position"], move["expected_position"]), (None, "Abroad"))
        self.bill.fiscal_position_id = position
        self.assertEqual(self._rows("moves")[self.bill.id]["fiscal_position"], "Abroad")
        allowed = {
            one["position_taxes"] for one in self._rows("lines").values() if one["move_id"] == self.bill.id
        }
        self.assertEqual(len(allowed), 1)
        self.assertIn(str(self.taxes[0].id), allowed.pop().split(";"))

    def test_origins_are_told_by_odoos_own_fields(self):
        plain = self.entry(10.0)
        claims = self.entry(10.0, ref="opening exchange import")
        recurring = self.entry(10.0, auto_post_origin_id=plain.id)
        adjusting = self.entry(10.0, adjusting_entry_origin_move_ids=[Command.set(self.bill.ids)])
        reversal = self.entry(10.0, reversed_entry_id=adjusting.id)
        old = self.entry(10.0, date="2025-12-31")
        self.company.account_opening_date = "2026-01-01"
        line = (
            self.env["account.bank.statement.line"]
            .with_company(self.company)
            .create({"journal_id": self.journal("bank").id, "date": "2026-10-03", "amount": 5.0})
        )
        moves = self._rows("moves")
        told = {
            move: (moves[move.id]["origin_kind"], moves[move.id]["origin_id"])
            for move in (plain, claims, recurring, adjusting, reversal, old, line.move_id, self.bill)
        }
        self.assertEqual(
            told,
            {
                plain: (None, None),
                claims: (None, None),
                recurring: ("recurring", plain.id),
                adjusting: ("accrual", self.bill.id),
                reversal: ("accrual", self.bill.id),
                old: ("opening", old.id),
                line.move_id: ("statement_line", line.id),
                self.bill: (None, None),
            },
        )

    def test_analytic_shares_and_matchings(self):
        plan = self.env["account.analytic.plan"].create({"name": "Departments"})
        shop = self.env["account.analytic.account"].create({"name": "Shop", "plan_id": plan.id})
        entry = self.entry(10.0)
        entry.line_ids[0].analytic_distribution = {str(shop.id): 100}
        one, other = self.entry(7.0, credit="payable"), self.entry(7.0, debit="payable")
        (one + other).action_post()
        pair = (one + other).line_ids.filtered(lambda line: line.account_id == self.account("payable"))
        pair.reconcile()
        lines = self._rows("lines")
        self.assertEqual(lines[entry.line_ids[0].id]["analytic"], f'{{"{shop.id}": 100.0}}')
        self.assertIsNone(lines[entry.line_ids[1].id]["analytic"])
        self.assertEqual({lines[line.id]["matching_number"] for line in pair}, {pair[0].matching_number})
        self.assertTrue(pair[0].matching_number)

    def test_a_payment_to_an_account_whose_number_was_changed(self):
        bank = self.env["res.partner.bank"].create(
            {"partner_id": self.vendor.id, "acc_number": "BE71 0961 2345 6769"}
        )
        methods = self.journal("bank").outbound_payment_method_line_ids
        methods.payment_account_id = self.account("billed")
        payment = (
            self.env["account.payment"]
            .with_company(self.company)
            .create(
                {
                    "payment_type": "outbound",
                    "partner_type": "supplier",
                    "partner_id": self.billing.id,
                    "partner_bank_id": bank.id,
                    "amount": 12.5,
                    "date": "2026-10-09",
                    "journal_id": self.journal("bank").id,
                }
            )
        )
        row = self._rows("payments")[payment.id]
        self.assertEqual(
            (row["partner_id"], row["amount"], row["bank_account"], row["payment_type"], row["date"]),
            (self.vendor.id, "12.50", "BE71 0961 2345 6769", "outbound", "2026-10-09"),
        )
        self.assertTrue(row["bank_account_created_at"])
        self.assertIsNone(row["bank_account_changed_at"])
        tracked = bank.with_context(tracking_disable=False, mail_notrack=False)
        tracked.acc_number = "BE71096123456769"
        self._tracked()
        self.assertIsNone(self._rows("payments")[payment.id]["bank_account_changed_at"], "only its blanks")
        tracked.acc_number = "BE62 5100 0754 7061"
        self._tracked()
        row = self._rows("payments")[payment.id]
        self.assertTrue(row["bank_account_changed_at"])
        self.assertEqual(row["bank_account_changed_by"], self.env.uid)
        self.assertEqual(
            [(one["partner_id"], one["number"]) for one in self._rows("partner_banks").values()],
            [(self.vendor.id, "BE62 5100 0754 7061")],
        )

    def _tracked(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    def test_a_lock_has_its_moment_and_an_older_one_has_none(self):
        self.assertEqual(self._rows("locks"), {})
        self.env.cr.execute(
            "SELECT ai_close_append_event('company.lock_date', %(id)s, 'res.company', %(id)s, 'x',"
            ' \'{"fiscalyear_lock_date": null}\', \'{"fiscalyear_lock_date": "2026-08-31"}\')',
            {"id": self.company.id},
        )
        (lock,) = self._rows("locks").values()
        self.assertEqual(lock["through"], "2026-08-31")
        self.assertLess(
            Datetime.now() - Datetime.to_datetime(lock["locked_at"][:19].replace("T", " ")),
            timedelta(hours=1),
        )

    def test_people_and_the_companies_that_the_agent_may_read(self):
        logins = {one["login"] for one in self._rows("users").values()}
        self.assertLessEqual({"close_preparer", "close_agent"}, logins)
        other = self._make_company("Other")
        told = self._rows("companies")
        self.assertEqual([key for key, one in told.items() if one["readable"]], [self.company.id])
        self.assertEqual(told[other.id]["partner_id"], other.partner_id.id, "whom our documents name")
        self.assertIsNone(told[other.id]["closed_through"], "its locks are its own affair")
        bill = self.bill.with_company(other).copy(
            {"company_id": other.id, "journal_id": self.journal("purchase", other).id, "line_ids": []}
        )
        self.assertEqual(self._rows("group_documents"), {}, "not among the agent's companies")
        self.agent.company_ids += other
        self.assertTrue(self._rows("companies")[other.id]["readable"])
        self.assertEqual(
            {one["company_id"] for one in self._rows("group_documents").values()}, {other.id}, bill
        )
