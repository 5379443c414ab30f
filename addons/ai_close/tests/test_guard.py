"""Protected fields and states: what comes over RPC can't write them, whoever asks."""

import inspect

from odoo.addons.ai_close.kernel.answer import RESULTS
from odoo.addons.ai_close.models import close_state_mixin
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PortCase, give_role

MODELS = (
    "ai.close",
    "ai.close.task",
    "ai.close.run",
    "ai.close.finding",
    "ai.close.match",
    "ai.close.entry",
    "ai.close.lock",
    "ai.close.policy",
)


@tagged("post_install", "-at_install")
class TestGuard(PortCase):
    def setUp(self):
        super().setUp()
        _result, self.held = self.begin()
        self.submit(self.held, self.finding(1))
        self.one = self.env["ai.close.finding"].search([("key", "=", self.finding(1)["key"])])
        self.close = self.one.close_id

    def _records(self):
        """One record of each model that there is without a story."""
        policy = self.env["ai.close.policy"]._in_force(self.company)
        run = self.env["ai.close.run"].browse(self.held["run_id"])
        return [self.close, self.close.task_ids[0], run, self.one, policy]

    def test_every_model_with_states_is_guarded(self):
        for name in MODELS:
            model = self.env[name]
            self.assertTrue(model._fields["state"].readonly, name)
            self.assertIn("state", model._protected(), name)
            self.assertFalse(
                model._protected() - set(model._fields), f"{name} protects what it does not have"
            )

    def test_state_is_not_written_not_even_by_the_administrator_or_sudo(self):
        for record in self._records():
            for env in (
                self.env,
                record.sudo().env,
                record.with_user(self.env.ref("base.user_admin")).sudo().env,
            ):
                with self.subTest(model=record._name), self.assertCode("AUD002"), self.cr.savepoint():
                    record.with_env(env).write({"state": "done"})

    def test_every_protected_field_is_refused_in_write_and_create(self):
        for record in self._records():
            for name in record._protected():
                with self.subTest(model=record._name, field=name):
                    with self.assertCode("AUD002"), self.cr.savepoint():
                        record.sudo().write({name: False})
                    with self.assertCode("AUD002"), self.cr.savepoint():
                        record.sudo().create([{name: False}])

    def test_defaults_of_the_callers_context_do_not_reach_a_record(self):
        for name in MODELS:
            with self.subTest(model=name), self.assertCode("AUD002"), self.cr.savepoint():
                self.env[name].with_context(default_state="locked").create([{}])
        # and the server's own writing drops them
        row = self.finding(2)
        model = self.env["ai.close.finding"].with_context(default_state="waived", default_waive_reason="mine")
        run = self.env["ai.close.run"].browse(self.held["run_id"])
        model.sudo()._submit_rows(run, [row])
        made = self.env["ai.close.finding"].search([("key", "=", row["key"])])
        self.assertEqual((made.state, made.waive_reason), ("open", False))

    def test_the_pass_can_not_be_forged(self):
        for forged in (True, 1, "object", {"a": 1}, str(close_state_mixin._PASS), object()):
            with self.subTest(forged=forged), self.assertCode("AUD002"), self.cr.savepoint():
                self.one.with_context(ai_close_pass=forged).sudo().write({"state": "waived"})
        context = {"ai_close_pass": True}
        with self.assertCode("AUD002"):
            self.rpc(
                self.controller,
                "ai.close.finding",
                "write",
                self.one.ids,
                {"state": "waived"},
                context=context,
            )

    def test_the_pass_does_not_go_with_the_records(self):
        self.assertIs(close_state_mixin.passes(self.one._guarded().env), True)
        self.assertIs(close_state_mixin.passes(self.one._guarded()._unguarded().env), False)
        self.one._transition("closed", role="server")
        self.assertIs(close_state_mixin.passes(self.one.env), False)

    def test_writing_through_a_parent_is_no_way_around(self):
        with self.assertCode("AUD002"), self.cr.savepoint():
            self.close.sudo().write({"finding_ids": [(1, self.one.id, {"state": "waived"})]})
        self.assertEqual(self.one.state, "open")

    def test_nothing_of_the_close_is_deleted_or_copied(self):
        for record in self._records():
            with self.subTest(model=record._name):
                with self.assertCode("AUD003"), self.cr.savepoint():
                    record.sudo().unlink()
                with self.assertCode("AUD002"), self.cr.savepoint():
                    record.sudo().copy()

    def test_helpers_are_not_callable_over_rpc(self):
        for model, method in (
            ("ai.close.finding", "_transition"),
            ("ai.close.finding", "_guarded"),
            ("ai.close.audit", "_append"),
            ("ai.close.policy", "_create_first"),
            ("ai.close.gate", "_next_epoch"),
            ("ai.close.run", "_grant_lease"),
            ("ai.close.source", "_facts"),
            ("ai.close.agent", "_dataset_lines"),
            ("res.company", "_ai_close_enable"),
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                self.rpc(self.controller, model, method)

    # -- the steps

    def test_a_step_that_the_table_does_not_know(self):
        with self.assertCode("AUD004"), self.cr.savepoint():
            self.close._transition("locked", role="server")
        with self.assertCode("AUD004"), self.cr.savepoint():
            self.one._transition("open", role="server")
        self.assertEqual(
            (self.close.state, self.one.state),
            ("working" if self.close.state == "working" else "open", "open"),
        )

    def test_a_role_that_is_not_held(self):
        for user, code in (
            (self.agent, "SOD002"),
            (self.auditor, "SOD003"),
            (self.env.ref("base.user_root"), "SOD002"),
        ):
            with self.subTest(user=user.login), self.assertCode(code), self.cr.savepoint():
                self.one.with_user(user).sudo()._transition("explained")
        with self.assertCode("SOD003"), self.cr.savepoint():
            self.one.with_user(self.preparer).sudo()._transition("explained", role="controller")

    def test_the_server_role_serves_only_the_servers_steps(self):
        with self.assertCode("SOD003"), self.cr.savepoint():
            self.one.with_user(self.agent).sudo()._transition("waived", role="server")
        self.one.with_user(self.agent).sudo()._transition("closed", role="server")
        self.assertEqual(self.one.state, "closed")

    def test_groups_given_to_the_agent_make_it_no_person(self):
        give_role(self.agent, "controller").group_ids += self.env.ref("base.group_system")
        self.assertEqual(self.agent._ai_close_roles(), {"agent"})
        with self.assertCode("SOD002"):
            self.rpc(self.agent, "ai.close.finding", "action_explain", self.one.ids, "because I am the agent")

    def test_a_step_writes_values_and_the_audit_together(self):
        events = self.audit("finding.explain")
        self.one.with_user(self.preparer).sudo()._transition(
            "explained", reason="late vendor", vals={"explanation": "late vendor"}
        )
        event = self.audit("finding.explain") - events
        self.assertEqual(
            (event.user_id, event.role, event.res_id), (self.preparer.id, "preparer", self.one.id)
        )
        self.assertEqual(
            (event.before, event.after),
            ('{"explanation":null,"state":"open"}', '{"explanation":"late vendor","state":"explained"}'),
        )
        self.assertEqual(event.reason, "late vendor")

    def test_an_act_whose_event_can_not_be_written_fails(self):
        def broken(*_args, **_kwargs):
            raise ValueError("no audit")

        self.patch(type(self.env["ai.close.audit"]), "_insert_all", broken)
        with self.assertRaises(ValueError), self.cr.savepoint():
            self.one.with_user(self.preparer).sudo()._transition("explained")
        self.one.invalidate_recordset()
        self.assertEqual(self.one.state, "open")

    def test_the_port_has_the_agreed_methods_and_no_other(self):
        port = type(self.env["ai.close.agent"])
        inherited = set(dir(self.env["base"]))
        public = {
            name
            for name in dir(port)
            if not name.startswith("_") and name not in inherited and inspect.isfunction(getattr(port, name))
        }
        self.assertEqual(public, set(RESULTS))
        for name in public:
            self.assertTrue(getattr(port, name)._api_model, name)
