"""Nothing before the start: a company's first month, and what is older than it."""

from datetime import date

from odoo import fields
from odoo.tests import tagged

from .close_common import CloseCase
from .common import PortCase


@tagged("post_install", "-at_install")
class TestStartOfThePort(PortCase):
    @classmethod
    def _enable(cls, company):
        cls.env["ai.close.policy"]._create_first(
            company, cls._params(company), tz="Europe/Brussels", start=date(2026, 10, 1)
        )

    def _ask(self, period):
        return {
            "company": self.company.id,
            "period": period,
            "run_key": "run-00000001",
            "agent_version": "1.0.0",
            "rules_digest": "rules",
        }

    def test_a_run_of_an_earlier_month_is_refused_by_name(self):
        error = self.refused("POL011", "begin", **self._ask("2026-09"))
        self.assertEqual(error["kind"], "person")
        self.assertIn("October 2026", error["message"])
        self.assertFalse(self.env["ai.close"].search([("company_id", "=", self.company.id)]))

    def test_the_first_month_and_later_ones_begin(self):
        result, _held = self.begin()
        self.assertEqual(result["company"]["starts_on"], "2026-10-01")
        close = self.env["ai.close"].search([("company_id", "=", self.company.id)])
        self.assertEqual(str(close.period_start), "2026-10-01")
        self.assertTrue(close._is_first())
        self.assertEqual(
            self.result("begin", **self._ask("2026-11") | {"run_key": "run-00000002"})["period"]["name"],
            "2026-11",
        )

    def test_nobody_moves_the_start(self):
        admin = self.env.ref("base.user_admin")
        for env in (self.env, self.env(user=admin), self.env(user=admin, su=True)):
            for value in ("2026-01-01", False, fields.Date.to_date("2026-11-01")):
                with self.subTest(value=value), self.assertCode("POL003"), self.cr.savepoint():
                    self.company.with_env(env).write({"ai_close_start": value})
        with self.assertCode("POL003"), self.cr.savepoint():
            self.env["res.company"].create({"name": "Born", "ai_close_start": "2026-01-01"})
        # what a form sends unchanged is no attempt
        self.company.write({"ai_close_start": "2026-10-01"})
        self.assertEqual(self.company.ai_close_start, date(2026, 10, 1))


@tagged("post_install", "-at_install")
class TestOlderThanTheStart(CloseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_1 = cls.run_of_agent()
        cls.company._ai_close_enable("UTC", date(2026, 10, 1))

    def test_the_agent_matches_no_older_bank_line(self):
        item = self.invoice(500, date="2026-09-05")
        older = self.bank_line(500, date="2026-09-20")
        answer = self.submit("ai.close.match", self.run_1, self.match_row(older, item))[0]
        self.assertEqual((answer["status"], answer["code"]), ("refused", "POL011"), answer)
        self.assertFalse(self.env["ai.close.match"].sudo().search([("statement_line_id", "=", older.id)]))
        # an inherited invoice that October's bank line pays is October's work
        own = self.bank_line(500, date="2026-10-02")
        answer = self.submit("ai.close.match", self.run_1, self.match_row(own, item))[0]
        self.assertEqual(answer["status"], "created", answer)

    def test_people_settle_an_older_bank_line_in_the_first_close(self):
        item = self.invoice(500, date="2026-09-05")
        older = self.bank_line(500, date="2026-09-20")
        wizard = self.be(self.env["ai.close.match.manual"], self.anna).create(
            {"statement_line_id": older.id, "item_ids": [(6, 0, item.ids)]}
        )
        wizard.action_match()
        match = self.env["ai.close.match"].sudo().search([("statement_line_id", "=", older.id)])
        self.assertEqual((match.state, match.close_id), ("accepted", self.close))
        self.assertTrue(older.is_reconciled)

    def test_no_close_of_an_older_month(self):
        closes = self.env["ai.close"]
        self.assert_refused("POL011", closes._for_period, self.company, "2026-09-30")
        self.assertEqual(closes._for_date(self.company, "2026-09-30"), self.close)
