"""Uninstalling AI Close: two controllers, a final export, a day; else the module stays."""

import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models import close_uninstall
from ..models.guarding import all_guarded
from .close_common import CloseCase


@tagged("post_install", "-at_install")
class TestUninstall(CloseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.module = cls.env["ir.module.module"].search([("name", "=", "ai_close")])
        (cls.carla | cls.dirk).company_ids |= all_guarded(cls.env)

    def ask(self, user=None, reason="we leave"):
        return self.be(self.env["ai.close.uninstall"], user or self.carla).create({"reason": reason})

    def granted(self):
        request = self.ask()
        request.action_request()
        self.be(request, self.dirk).action_approve()
        return request

    def test_nobody_uninstalls_without_a_request(self):
        for name in ("button_uninstall", "button_immediate_uninstall", "module_uninstall"):
            self.assert_refused("AUD010", getattr(self.module, name))
        for state in ("to remove", "uninstalled"):
            self.assert_refused("AUD010", self.module.write, {"state": state})
        self.assertEqual(self.module.state, "installed")

    def test_what_it_depends_on_stays_too(self):
        mail = self.env["ir.module.module"].search([("name", "=", "mail")])
        self.assert_refused("AUD010", mail.button_uninstall)

    def test_another_module_may_go(self):
        bridge = self.env["ir.module.module"].search([("name", "=", "ai_close_sale")])
        bridge.write({"state": "to remove"})
        self.assertEqual(bridge.state, "to remove")

    def test_two_controllers_and_an_export(self):
        request = self.granted()
        self.assertEqual(request.state, "exported")
        self.assertIn(self.company, request.sudo().report_ids.company_id)
        report = request.sudo().report_ids.filtered(lambda each: each.company_id == self.company)
        lines = [json.loads(line) for line in report.attachment_id.raw.splitlines()]
        self.assertEqual((lines[0]["kind"], lines[-1]["kind"]), ("head", "end"))
        self.assertFalse(report.attachment_id.res_model)
        # who approved can fetch the file, today and when our tables are gone
        self.assertTrue(self.be(report.attachment_id, self.dirk).raw)
        self.module.button_uninstall()
        self.assertEqual(self.module.state, "to remove")

    def test_the_export_holds_the_approval(self):
        request = self.granted()
        told = b"".join(request.sudo().report_ids.mapped("attachment_id.raw"))
        self.assertIn(b'"uninstall.approve"', told)

    def test_the_same_person_does_not_approve(self):
        request = self.ask()
        request.action_request()
        self.assert_refused("SOD001", request.action_approve)
        self.assert_refused("AUD010", self.module.button_uninstall)

    def test_only_controllers(self):
        request = self.ask()
        for user in (self.anna, self.ben):
            with self.subTest(user=user.name), self.assertRaises(UserError):
                self.be(request, user).action_request()
        request.action_request()
        for user in (self.anna, self.ben):
            with self.subTest(user=user.name), self.assertRaises(UserError):
                self.be(request, user).action_approve()
        self.assertEqual(request.state, "requested")

    def test_a_controller_of_one_company_does_not_decide_for_the_others(self):
        other = self.env["res.company"].create({"name": "Other", "parent_id": self.company.id})
        self.assertTrue(other._ai_close_is_guarded())
        self.assert_refused("SOD003", self.ask().action_request)

    def test_a_reason_is_needed_and_stays(self):
        self.assert_refused("ENT006", self.ask(reason=" ").action_request)
        request = self.ask()
        request.action_request()
        self.assert_refused("AUD002", request.write, {"reason": "another one"})

    def test_after_a_day_it_is_asked_again(self):
        request = self.granted()
        request._guarded().write(
            {"approved_at": fields.Datetime.now() - close_uninstall.APPROVED_FOR - timedelta(minutes=1)}
        )
        self.assert_refused("AUD010", self.module.button_uninstall)

    def test_what_was_taken_back_counts_no_more(self):
        request = self.granted()
        self.be(request, self.carla).action_reject("we stay")
        self.assert_refused("AUD010", self.module.button_uninstall)

    def test_a_long_export_is_waited_for(self):
        with patch.object(close_uninstall, "DIRECT_EVENTS", -1):
            request = self.granted()
        self.assertEqual(request.state, "approved")
        self.assert_refused("AUD010", self.module.button_uninstall)
        # as the scheduled job does, in transactions of its own
        for report in request.sudo().report_ids:
            self.assertEqual(report.state, "waiting")
            report.with_user(self.dirk).sudo()._work()
        self.assertEqual(request.state, "exported")
        self.module.button_uninstall()
