"""An auditor reads the companies and periods of his access, until its last day; no cron ends it."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .close_common import EntryCase


@tagged("post_install", "-at_install")
class TestAuditorAccess(EntryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company()["company"]
        cls.carla.company_ids += cls.other
        cls.ada = new_test_user(
            cls.env,
            "close_ada",
            groups="base.group_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, (cls.company | cls.other).ids)],
        )

    def grant(self, **changes):
        vals = {
            "user_id": self.ada.id,
            "role": "auditor",
            "reason": "Year-end audit",
            "company_ids": [(6, 0, self.company.ids)],
            "period_from": "2026-10-01",
            "period_to": "2026-12-31",
            "date_end": "2027-01-31",
            **changes,
        }
        record = self.everywhere("ai.close.role.grant", self.carla).create(vals)
        record.action_request()
        self.be(record, self.dirk).action_approve()
        return record.sudo()

    def everywhere(self, model, user):
        companies = (self.company | self.other).ids
        return self.env[model].with_user(user).with_context({"allowed_company_ids": companies})

    def as_ada(self, model):
        return self.everywhere(model, self.ada)

    def test_companies_and_periods(self):
        september = self.env["ai.close"]._for_period(self.company, "2026-09-30").sudo()
        self.env["ai.close.policy"]._in_force(self.company)
        entry = self.propose()
        inside, outside = self.invoice(10.0).move_id, self.invoice(11.0, date="2026-09-15").move_id
        task = september.task_ids[:1]
        self.grant()
        self.assertEqual(self.ada._ai_close_roles(), {"auditor"})
        closes = self.as_ada("ai.close").search([])
        self.assertIn(self.close, closes)
        self.assertNotIn(september, closes)
        self.assertIn(entry, self.as_ada("ai.close.entry").search([]))
        self.assertTrue(self.as_ada("ai.close.entry.line").search([]))
        self.assertFalse(self.as_ada("ai.close.task").search([("close_id", "=", september.id)]))
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            task.with_user(self.ada).read(["name"])
        moves = self.as_ada("account.move").search([("id", "in", (inside | outside).ids)])
        self.assertEqual(moves, inside)
        lines = self.as_ada("account.move.line").search([("move_id", "in", (inside | outside).ids)])
        self.assertEqual(lines.move_id, inside)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            outside.with_user(self.ada).read(["name"])
        events = self.as_ada("ai.close.audit").search([])
        self.assertTrue(events)
        self.assertEqual(set(events.mapped("company_id")), {self.company.id})
        self.assertNotIn(september.id, events.mapped("close_id"))
        # the cockpit shows what may be read, and is no way around it
        self.assertEqual(self.as_ada("ai.close").cockpit(self.close.id)["close"]["id"], self.close.id)
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self.as_ada("ai.close").cockpit(september.id)

    def test_another_company_is_not_read(self):
        self.grant(company_ids=[(6, 0, self.other.ids)])
        self.assertFalse(self.as_ada("ai.close").search([]))
        self.assertFalse(self.as_ada("account.move").search([("company_id", "=", self.company.id)]))

    def test_after_the_last_day_it_counts_no_more(self):
        move = self.invoice(10.0).move_id
        self.grant(date_end="2027-01-31")
        domain = [("id", "=", move.id)]
        with freeze_time("2027-01-31 22:00:00"):
            self.assertTrue(self.as_ada("ai.close").search([]))
            self.assertTrue(self.as_ada("account.move").search(domain))
        with freeze_time("2027-02-01 00:10:00"):
            self.assertFalse(self.ada._ai_close_roles())
            self.env.invalidate_all()
            for model in ("ai.close", "ai.close.entry", "ai.close.task", "ai.close.audit", "ai.close.policy"):
                with self.subTest(model):
                    self.assertFalse(self.as_ada(model).search([]))
            self.assertFalse(self.as_ada("account.move").search(domain))
            self.assert_refused("SOD002", self.as_ada("ai.close").cockpit)

    def test_longer_by_another_request_shorter_by_taking_the_role(self):
        self.grant(date_end="2026-12-31")
        self.grant(date_end="2027-06-30")
        with freeze_time("2027-05-01"):
            self.assertEqual(self.ada._ai_close_roles(), {"auditor"})
        self.grant(kind="revoke")
        self.assertFalse(self.ada._ai_close_roles())
        self.assertFalse(
            self.env["ai.close.auditor.access"].sudo().search([("user_id", "=", self.ada.id)])._counting()
        )

    def test_an_access_without_end_companies_or_periods_is_none(self):
        for changes in (
            {"date_end": False},
            {"company_ids": False},
            {"period_from": False},
            {"period_from": "2027-01-01"},
            {"date_end": "2026-01-01"},
            {"user_id": self.anna.id},
            {"user_id": self.audrey.id, "company_ids": [(6, 0, self.other.ids)]},
        ):
            with self.subTest(changes):
                self.assert_refused("ENT001", lambda c=changes: self.grant(**c))

    def test_others_read_as_ever(self):
        self.grant()
        september = self.env["ai.close"]._for_period(self.company, "2026-09-30").sudo()
        for user in (self.anna, self.ben, self.carla, self.audrey):
            self.assertIn(september, self.be(self.env["ai.close"], user).search([]))

    def test_fields_of_an_access_are_not_written(self):
        self.grant()
        access = self.env["ai.close.auditor.access"].sudo().search([("user_id", "=", self.ada.id)])
        for vals in ({"date_end": "2099-01-01"}, {"company_ids": [(6, 0, [])]}, {"ended": False}):
            self.assert_refused("AUD002", access._unguarded().sudo().write, vals)
