"""Roles are given and taken by two people; no detour around the request, once a company is guarded."""

import json

from odoo import Command
from odoo.tests import new_test_user, tagged

from .close_common import CloseCase
from .common import give_role


@tagged("post_install", "-at_install")
class TestRoleGrant(CloseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nora = new_test_user(
            cls.env,
            "close_nora",
            groups="base.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.sam = new_test_user(
            cls.env,
            "close_sam",
            groups="base.group_system,base.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def ask(self, user, role="reviewer", kind="grant", by=None):
        vals = {"user_id": user.id, "role": role, "kind": kind, "reason": "The audit asked for it"}
        record = self.be(self.env["ai.close.role.grant"], by or self.carla).create(vals)
        record.action_request()
        return record.sudo()

    def group(self, role):
        return self.env.ref(f"ai_close.group_{role}")

    def test_a_request_of_nothing_is_answered_by_a_sentence(self):
        nothing = self.be(self.env["ai.close.role.grant"], self.carla).browse([False])
        self.assert_refused("ENT001", nothing.action_request)
        self.assert_refused("ENT001", self.be(self.close, self.carla).browse([False]).action_update_checklist)

    # -- the way

    def test_one_requests_another_approves_the_server_does_it(self):
        record = self.ask(self.nora)
        self.assert_refused("SOD001", self.be(record, self.carla).action_approve)
        for user, code in ((self.ben, "SOD003"), (self.audrey, "SOD003"), (self.robot, "SOD002")):
            self.assert_refused(code, self.be(record, user).action_approve)
        self.be(record, self.dirk).action_approve()
        self.assertEqual((record.state, record.approved_by_id), ("applied", self.dirk))
        self.assertEqual(self.nora._ai_close_roles(), {"reviewer"})
        actions = (
            self.env["ai.close.audit"]
            .sudo()
            .search([("model", "=", record._name), ("res_id", "=", record.id)], order="id")
        )
        self.assertEqual(actions.mapped("action"), ["grant.request", "grant.approve"])
        self.assertEqual(actions.mapped("user_id"), [self.carla.id, self.dirk.id])

    def test_whoever_administers_the_settings_asks_and_does_not_approve(self):
        record = self.ask(self.nora, by=self.sam)
        self.assert_refused("SOD002", self.be(record, self.sam).action_approve)
        self.be(record, self.carla).action_approve()
        self.assertEqual(self.nora._ai_close_roles(), {"reviewer"})

    def test_nobody_approves_his_own_role(self):
        record = self.ask(self.dirk, "preparer")
        self.assert_refused("SOD001", self.be(record, self.dirk).action_approve)

    def test_a_role_is_taken_the_same_way(self):
        record = self.ask(self.ben, "reviewer", "revoke")
        self.assertEqual(self.ben._ai_close_roles(), {"reviewer"})
        self.be(record, self.dirk).action_approve()
        self.assertFalse(self.ben._ai_close_roles())

    def test_what_would_change_nothing_is_not_asked(self):
        self.assert_refused("ENT001", lambda: self.ask(self.ben, "reviewer"))
        self.assert_refused("ENT001", lambda: self.ask(self.ben, "controller", "revoke"))
        self.assert_refused("ENT001", lambda: self.ask(self.robot, "controller"))
        self.assert_refused("ENT001", lambda: self.ask(self.ben, "agent"))
        self.nora.active = False
        self.assert_refused("ENT001", lambda: self.ask(self.nora))

    def test_what_was_requested_is_not_rewritten(self):
        record = self.ask(self.nora)
        for vals in ({"role": "controller"}, {"user_id": self.ben.id}, {"state": "applied"}):
            self.assert_refused("AUD002", self.be(record, self.carla).write, vals)

    # -- no detour

    def test_groups_are_not_written(self):
        reviewer = self.group("reviewer")
        users = self.env["res.users"].with_user(self.sam)
        groups = self.env["res.groups"].with_user(self.sam)
        middle = groups.create({"name": "Middle"})
        nora = users.browse(self.nora.id)
        nora.write({"group_ids": [Command.link(middle.id)]})
        detours = {
            "user.write": lambda: nora.write({"group_ids": [Command.link(reviewer.id)]}),
            "user.write, as the superuser": lambda: self.nora.write(
                {"group_ids": [Command.link(reviewer.id)]}
            ),
            "revoke": lambda: users.browse(self.ben.id).write({"group_ids": [Command.unlink(reviewer.id)]}),
            "user.create": lambda: users.create(
                {"name": "New", "login": "new", "group_ids": [Command.link(reviewer.id)]}
            ),
            "user.create by a default": lambda: users.with_context(
                default_group_ids=[Command.link(reviewer.id)]
            ).create({"name": "New", "login": "new"}),
            "user.copy": lambda: users.browse(self.ben.id).copy({"login": "ben2"}),
            "group.write": lambda: groups.browse(reviewer.id).write(
                {"user_ids": [Command.link(self.nora.id)]}
            ),
            "group.implied": lambda: middle.write({"implied_ids": [Command.link(reviewer.id)]}),
            "group.implied_by": lambda: groups.browse(reviewer.id).write(
                {"implied_by_ids": [Command.link(middle.id)]}
            ),
            "group.create": lambda: groups.create(
                {
                    "name": "Both",
                    "implied_ids": [Command.link(reviewer.id)],
                    "user_ids": [Command.link(self.nora.id)],
                }
            ),
            "a context key": lambda: nora.with_context(ai_close_role=True).write(
                {"group_ids": [Command.link(reviewer.id)]}
            ),
            "from outside": lambda: (
                self.env["ai.close.role.grant"].with_user(self.sam)._set_up(nora, "reviewer")
            ),
        }
        for name, detour in detours.items():
            with self.subTest(name):
                self.assert_refused("SOD006", detour)
        self.assertFalse(self.nora._ai_close_roles())
        self.assertEqual(self.ben._ai_close_roles(), {"reviewer"})

    def test_other_groups_change_as_ever(self):
        partner = self.env.ref("base.group_partner_manager")
        for user in (self.nora, self.ben):
            user.with_user(self.sam).write({"group_ids": [Command.link(partner.id)]})
            self.assertTrue(user.has_group("base.group_partner_manager"))
        self.env["res.users"].with_user(self.sam).create({"name": "New", "login": "new"})
        # what a form sends unchanged is no change
        self.ben.with_user(self.sam).write({"group_ids": [Command.set(self.ben.group_ids.ids)]})

    def test_before_any_company_is_guarded_it_is_free(self):
        # as before the set-up: no company has it on
        self.env.cr.execute("UPDATE res_company SET ai_close_enabled = false")
        self.env.invalidate_all()
        self.nora.write({"group_ids": [Command.link(self.group("reviewer").id)]})
        self.assertEqual(self.nora._ai_close_roles(), {"reviewer"})

    # -- who leaves

    def test_archiving_is_free_and_told(self):
        self.be(self.ben, self.sam).write({"active": False})
        (event,) = self.env["ai.close.audit"].sudo().search([("action", "=", "user.deactivate")])
        self.assertEqual((event.res_id, event.user_id), (self.ben.id, self.sam.id))
        self.assertEqual(json.loads(event.after), {"active": False, "roles": ["reviewer"]})

    def test_the_last_controller_does_not_go_in_silence(self):
        # of all companies: whoever else is prepared in this database goes first
        everybody = self.env["res.users"].search([])
        controllers = everybody.filtered(lambda one: "controller" in one._ai_close_roles())
        (controllers - self.carla - self.dirk).write({"active": False})
        self.assertFalse(self.ask(self.carla, "controller", "revoke", by=self.dirk).warning)
        self.be(self.dirk, self.sam).write({"active": False})
        record = self.ask(self.carla, "controller", "revoke", by=self.sam)
        self.assertIn("last controller", record.warning)
        self.be(self.carla, self.sam).write({"active": False})
        event = self.env["ai.close.audit"].sudo().search([("action", "=", "user.deactivate")], limit=1)
        self.assertTrue(json.loads(event.after)["last_controller"])

    def test_the_watch_knows_what_was_approved(self):
        baseline = self.env["ai.close.audit"].sudo().search([], limit=1).id
        self.be(self.ask(self.nora), self.dirk).action_approve()
        watch = self.env["ai.close.watch"]
        change = {
            "id": self.nora.id,
            "before": {"groups": []},
            "after": {"groups": ["ai_close.group_reviewer"]},
            "who": "-",
            "when": None,
        }
        self.assertIsNone(watch._excuse_res_users(dict(change), baseline, self.company))
        more = dict(change, after={"groups": ["ai_close.group_controller", "ai_close.group_reviewer"]})
        self.assertEqual(watch._excuse_res_users(more, baseline, self.company), more)
        # from the shell is no request
        give_role(self.sam, "reviewer")
        other = dict(change, id=self.sam.id)
        self.assertEqual(watch._excuse_res_users(other, baseline, self.company), other)
