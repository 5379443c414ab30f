"""History that stays, templates that are told, and the agent's user that changes nothing of itself."""

import json

from odoo import Command
from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from .close_common import EntryCase


@tagged("post_install", "-at_install")
class TestHistoryStays(EntryCase):
    def proposed(self, line):
        row = self.match_row(line, self.invoice(100.0))
        (answer,) = self.submit("ai.close.match", self.run_1, row)
        self.assertEqual(answer["status"], "created")
        return self.env["ai.close.match"].sudo().search([("key", "=", row["key"])])

    def deleted(self, line, by_move):
        if by_move:
            line.move_id.button_draft()
            line.move_id.with_context(force_delete=True).unlink()
        else:
            line.unlink()
        self.env.invalidate_all()

    def test_a_deleted_bank_line_leaves_its_matches(self):
        for by_move in (False, True):
            with self.subTest(by_move=by_move):
                refused, waiting = self.bank_line(100.0, label="ONE"), self.bank_line(100.0, label="TWO")
                rejected, open_one = self.proposed(refused), self.proposed(waiting)
                self.be(rejected, self.anna).action_reject("not this one")
                lines = refused | waiting
                ids = lines.ids
                for line in lines:
                    self.deleted(line, by_move)
                self.assertFalse(lines.exists())
                self.assertEqual((rejected.state, open_one.state), ("rejected", "superseded"))
                self.assertEqual(
                    (rejected.line_label, rejected.line_amount, rejected.reject_reason),
                    ("ONE", 100.0, "not this one"),
                )
                told = (
                    self.env["ai.close.audit"]
                    .sudo()
                    .search(
                        [("action", "=", "match.line_deleted"), ("res_id", "in", (rejected | open_one).ids)]
                    )
                )
                self.assertEqual(
                    sorted(json.loads(event.before)["statement_line_id"] for event in told), sorted(ids)
                )
                self.assert_refused("ENT001", self.be(rejected, self.anna).action_accept)

    def test_a_match_whose_line_left_by_sql_is_settled_otherwise(self):
        line = self.bank_line(100.0)
        match = self.proposed(line)
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM account_bank_statement_line WHERE id = %s", [line.id])
        self.env.invalidate_all()
        self.assertTrue(match.exists())
        self.assertFalse(match.statement_line_id)
        self.assert_refused("ENT007", self.be(match, self.ben).action_accept)
        match._judge_superseded()
        self.assertEqual(match.state, "superseded")

    def test_a_matched_bank_line_is_not_deleted_with_its_entry(self):
        line = self.bank_line(100.0)
        self.be(self.proposed(line), self.anna).action_accept()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.deleted(line, True)
        self.env.invalidate_all()
        self.assertTrue(line.exists())

    def test_the_checklist_of_all_periods_changes_in_sight(self):
        template = self.env["ai.close.task.template"].sudo().search([("code", "=", "STOCK")])
        by_carla = self.be(template, self.carla)
        by_carla.write({"needs_evidence": not template.needs_evidence, "name": template.name})
        made = by_carla.create({"name": "Cash counted", "code": "CASH", "workday": 2})
        by_carla.write({"name": template.name})
        events = (
            self.env["ai.close.audit"]
            .sudo()
            .search([("model", "=", template._name), ("user_id", "=", self.carla.id)], order="id")
        )
        self.assertEqual(
            [(event.action, event.res_id) for event in events],
            [("template.write", template.id), ("template.create", made.id)],
        )
        self.assertEqual(json.loads(events[0].after), {"needs_evidence": template.needs_evidence})
        self.assertEqual(json.loads(events[0].before), {"needs_evidence": not template.needs_evidence})


@tagged("post_install", "-at_install")
class TestAgentUser(EntryCase):
    def rpc(self, user, model, method, *args):
        env = self.env(user=user, su=False, context={})
        return call_kw(env[model], method, list(args), {"context": {}})

    def test_it_writes_no_preference_of_its_own(self):
        before = self.robot.read(["name", "email", "signature", "lang", "tz", "notification_type"])
        fields = [name for name in self.robot.SELF_WRITEABLE_FIELDS if name in self.robot._fields]
        self.assertIn("email", fields)
        for name in fields:
            value = self.anna.read([name], load=None)[0][name]
            with self.subTest(name):
                vals = {name: value}
                self.assert_refused(
                    "AUD005", lambda v=vals: self.rpc(self.robot, "res.users", "write", self.robot.ids, v)
                )
        self.assertEqual(
            self.robot.read(["name", "email", "signature", "lang", "tz", "notification_type"]), before
        )
        # an ordinary person may
        self.rpc(self.anna, "res.users", "write", self.anna.ids, {"email": "anna@example.com"})
        self.assertEqual(self.anna.email, "anna@example.com")

    def test_nor_by_any_method_that_ends_in_one(self):
        own = self.robot.ids
        settings = self.env["res.users.settings"].sudo()._find_or_create_for_user(self.robot)
        self.robot.password = "a Very long secret 8"
        calls = (
            ("res.users", "preference_save", own),
            ("res.users", "change_password", "a Very long secret 8", "another Very long 9"),
            ("res.users", "switch_tour_enabled", True),
            ("res.users", "web_save", own, {"signature": "<p>the CFO</p>"}, {}),
            ("res.users", "action_archive", own),
            ("res.users.settings", "set_res_users_settings", settings.ids, {"push_to_talk_key": "x"}),
            ("res.users.apikeys.description", "check_access_make_key", []),
        )
        for model, method, *args in calls:
            if not hasattr(self.env[model], method):
                continue
            with self.subTest(f"{model}.{method}"):
                self.assert_refused("AUD005", lambda c=(model, method, *args): self.rpc(self.robot, *c))
        with self.assertRaises(UserError):
            self.rpc(self.robot, "res.users", "api_key_wizard", own)
        self.assertTrue(self.robot.active)

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_nor_its_contact_and_its_keys(self):
        partner = self.robot.partner_id
        with self.assertRaises(UserError):
            self.rpc(self.robot, "res.partner", "write", partner.ids, {"email": "x@example.com"})
        self.assert_refused("AUD005", self.be(partner, self.robot).sudo().write, {"email": "x@example.com"})
        keys = self.env["res.users.apikeys"].with_user(self.robot).sudo()
        keys._generate("rpc", "one", "2026-12-31 00:00:00")
        key = keys.search([("user_id", "=", self.robot.id)])
        self.assert_refused("AUD005", key.sudo(False)._remove)
        self.assertTrue(key.exists())

    def test_an_administrator_keeps_it(self):
        admin = self.person("sam", "controller")
        admin.group_ids = [Command.link(self.env.ref("base.group_system").id)]
        self.robot.with_user(admin).write({"email": "robot@example.com"})
        self.assertEqual(self.robot.email, "robot@example.com")
