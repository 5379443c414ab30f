"""The watch: what was dropped, switched off, rewritten, installed or granted is told, and routine is not."""

import threading
from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models import close_watch_objects as objects
from .close_common import CloseCase

REASON = "agreed with the auditor, see the document"

# What somebody with the database's own rights does, what the finding calls it, and what it says of it.
TAMPERINGS = (
    ("DROP TRIGGER ai_close_gate_update ON account_move_line", "line.ai_close_gate_update", "missing"),
    ("ALTER TABLE account_move DISABLE TRIGGER ai_close_gate_update", "ai_close_gate_update", "switched off"),
    ("ALTER TABLE account_move ENABLE REPLICA TRIGGER ai_close_gate_insert", "gate_insert", "switched off"),
    ("ALTER TABLE ai_close_audit DISABLE TRIGGER ALL", "ai_close_audit_no_change", "switched off"),
    (
        (
            "CREATE OR REPLACE FUNCTION ai_close_refuse_audit_change() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN RETURN NEW; END'"
        ),
        "ai_close_refuse_audit_change()",
        "changed",
    ),
    ("ALTER FUNCTION ai_close_gate_check() SET search_path = pg_temp", "ai_close_gate_check()", "changed"),
    ("ALTER TABLE ai_close_lock DROP CONSTRAINT ai_close_lock_two_people", "lock_two_people", "missing"),
    ("DROP INDEX ai_close_run_one_running", "ai_close_run_one_running", "missing"),
    ("ALTER TABLE ai_close_audit ENABLE ROW LEVEL SECURITY", "table ai_close_audit", "changed"),
    ("CREATE RULE quiet AS ON UPDATE TO ai_close_snapshot DO INSTEAD NOTHING", "snapshot.quiet", "added"),
    (
        "CREATE TRIGGER zz BEFORE UPDATE ON account_move EXECUTE FUNCTION ai_close_refuse_audit_change()",
        "account_move.zz",
        "added",
    ),
)


class WatchCase(CloseCase):
    """Looks, and returns what the server found."""

    def look(self, **more):
        self.env["ai.close.watch"]._look(self.close, **more)
        return self.close.finding_ids.filtered(
            lambda finding: finding.by_server and finding.state not in ("closed", "waived")
        )

    def told(self, rule, facet):
        """Look, and return the one finding there is."""
        found = self.look()
        self.assertEqual(
            [(each.rule, each.facet) for each in found], [(rule, facet)], found.mapped("message")
        )
        return found

    def quiet(self):
        self.assertEqual(self.look().mapped("message"), [])

    def document(self, finding, user):
        vals = {"name": "agreed.pdf", "raw": b"x", "res_model": finding._name, "res_id": finding.id}
        return self.env["ir.attachment"].with_user(user).sudo().create(vals)

    def waive(self, finding):
        self.document(finding, self.carla)
        self.be(finding, self.carla).action_waive(REASON)
        self.be(finding, self.dirk).action_waive(REASON)
        self.assertEqual(finding.state, "waived")


@tagged("post_install", "-at_install")
class TestProtection(WatchCase):
    def test_nothing_to_tell(self):
        self.quiet()

    def test_a_guard_that_is_gone_off_or_another_one(self):
        for statement, key, state in TAMPERINGS:
            with self.subTest(statement=statement), self.env.cr.savepoint() as savepoint:
                self.env.cr.execute(statement)
                finding = self.told("SYS002", "database")
                line = next(line for line in finding.message.splitlines() if key in line)
                self.assertIn(state, line)
                self.assertEqual(finding.severity, "critical")
                savepoint.rollback()
            self.env.invalidate_all()

    def test_what_is_made_again_closes_the_finding(self):
        self.env.cr.execute("DROP TRIGGER ai_close_gate_update ON account_move")
        finding = self.told("SYS002", "database")
        self.env["ai.close.gate"].init()
        self.quiet()
        self.assertEqual(finding.state, "closed")
        self.env.cr.execute("DROP TRIGGER ai_close_gate_update ON account_move")
        self.assertEqual(self.told("SYS002", "database"), finding)

    def test_a_forged_baseline_hides_nothing(self):
        self.env.cr.execute("DROP TRIGGER ai_close_gate_update ON account_move")
        self.env["ai.close.watch"]._take_baseline([])
        self.assertIn("missing", self.told("SYS002", "database").message)

    def test_without_the_right_to_make_a_schema_the_baseline_still_tells(self):
        self.patch(
            self.env.registry["ai.close.watch"],
            "_expected",
            lambda watch: None,
        )
        self.quiet()
        self.env.cr.execute("DROP TRIGGER ai_close_gate_update ON account_move")
        self.assertIn("account_move.ai_close_gate_update", self.told("SYS002", "database").message)

    def test_what_the_code_makes_is_tried_once_for_each_shape_of_the_tables(self):
        objects.expected(self.env)
        with patch.object(objects, "_made", wraps=objects._made) as made:
            before = objects.expected(self.env)
            self.assertEqual(made.call_count, 0)
            self.env.cr.execute("ALTER TABLE ai_close ADD COLUMN more integer")
            self.assertEqual(objects.expected(self.env), before)
            self.assertEqual(made.call_count, 1)

    def test_no_baseline_is_told(self):
        self.env.cr.execute("ALTER TABLE ai_close_audit DISABLE TRIGGER ai_close_audit_no_change")
        self.env.cr.execute("DELETE FROM ai_close_audit WHERE action = 'watch.baseline'")
        self.env.cr.execute("ALTER TABLE ai_close_audit ENABLE TRIGGER ai_close_audit_no_change")
        found = self.look().filtered(lambda finding: finding.rule == "SYS002")
        self.assertIn("baseline: there is none", found.message)

    def test_files_that_changed_until_an_update_says_so(self):
        changed = dict(self.env["ai.close.watch"]._files(), **{"ai_close/models/refusal.py": "0" * 32})
        self.patch(self.env.registry["ai.close.watch"], "_files", lambda watch: changed)
        finding = self.told("SYS002", "files")
        self.assertIn("ai_close/models/refusal.py: changed", finding.message)
        self.env["ai.close.watch"]._take_baseline(["ai_close"])
        settings = self.told("SYS003", "modules")
        self.assertEqual(finding.state, "closed")
        self.assertIn("ai_close", settings.message)

    def test_a_check_that_breaks_is_told(self):
        def broken(watch, close):
            raise ValueError("no such thing")

        self.patch(self.env.registry["ai.close.watch"], "_look_settings", broken)
        with mute_logger("odoo.addons.ai_close.models.close_watch"):
            finding = self.told("SYS003", "check")
        self.assertIn("no such thing", finding.message)

    def test_the_agent_neither_closes_nor_writes_it(self):
        self.env.cr.execute("DROP TRIGGER ai_close_gate_update ON account_move")
        finding = self.told("SYS002", "database")
        run = self.run_of_agent()
        self.finish(run, rules=["SYS002"], withdrawn=[finding.key])
        self.assertEqual(finding.state, "open")
        self.assertTrue(self.close.finding_ids.filtered("by_server"))


@tagged("post_install", "-at_install")
class TestSettings(WatchCase):
    def action(self, **vals):
        return self.env["ir.actions.server"].create(
            {
                "name": "Quick fix",
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "state": "code",
                "code": "env.cr.execute('ALTER TABLE account_move DISABLE TRIGGER ALL')",
                **vals,
            }
        )

    def test_code_that_runs_on_the_server(self):
        action = self.action()
        finding = self.told("SYS003", "code")
        self.assertIn("Quick fix: added by", finding.message)
        self.assertEqual(finding.evidence["changes"][0]["who"], self.env.user.login)
        self.assertTrue(finding.evidence["changes"][0]["when"])
        action.unlink()
        self.quiet()
        self.assertEqual(finding.state, "closed")

    def test_code_that_changed(self):
        self.env.ref("ai_close.cron_expire_runs").code = "pass"
        self.assertIn("pass", self.told("SYS003", "code").message)

    def test_our_own_scheduled_action_switched_off(self):
        self.env.ref("ai_close.cron_expire_runs").active = False
        self.assertIn("active", self.told("SYS003", "code").message)

    def test_rights(self):
        group = self.env.ref("base.group_user")
        invoicing = self.env.ref("account.group_account_manager")
        access = self.env["ir.model.access"].search([("model_id.model", "=", "account.move")], limit=1)
        rule = self.env.ref("ai_close.rule_finding_company", raise_if_not_found=False) or self.env[
            "ir.rule"
        ].search([("model_id.model", "like", "ai.close")], limit=1)
        for change, words in (
            (
                lambda: group.write({"implied_ids": [Command.link(invoicing.id)]}),
                "account.group_account_manager",
            ),
            (lambda: access.write({"perm_unlink": not access.perm_unlink}), "perm_unlink"),
            (lambda: rule.write({"domain_force": "[(1, '=', 1)]"}), "domain_force"),
            (lambda: rule.write({"active": False}), "active"),
        ):
            with self.subTest(words=words), self.env.cr.savepoint() as savepoint:
                change()
                self.assertIn(words, self.told("SYS003", "rights").message)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_people(self):
        for change, words in (
            (
                lambda: self.anna.write({"group_ids": [Command.link(self.env.ref("base.group_system").id)]}),
                "base.group_system",
            ),
            (lambda: self.robot.write({"active": False}), "active"),
            (lambda: new_test_user(self.env, "close_late", groups="base.group_user"), "close_late: added"),
        ):
            with self.subTest(words=words), self.env.cr.savepoint() as savepoint:
                change()
                self.assertIn(words, self.told("SYS003", "people").message)
                savepoint.rollback()
            self.env.invalidate_all()

    def as_caller(self, user):
        """Be the one whom this thread serves, as a request would set it."""
        thread = threading.current_thread()
        former = getattr(thread, "uid", None)
        thread.uid = user.id
        self.addCleanup(setattr, thread, "uid", former)

    def test_a_password_and_a_key_of_ones_own(self):
        self.as_caller(self.anna)
        self.anna.with_user(self.anna).sudo().password = "a new and long one"
        self.env["res.users.apikeys"].with_user(self.anna).sudo()._generate("rpc", "mine", None)
        self.quiet()

    def test_a_password_that_somebody_else_set(self):
        self.as_caller(self.env.user)
        self.carla.password = "known to the administrator"
        finding = self.told("SYS003", "people")
        self.assertIn(f"close_carla: changed by {self.env.user.login}", finding.message)
        self.assertIn("password", finding.message)

    def test_a_password_set_behind_the_server(self):
        self.env.cr.execute("UPDATE res_users SET password = 'x' WHERE id = %s", [self.carla.id])
        self.assertIn("close_carla: changed by the database", self.told("SYS003", "people").message)

    def test_a_key_made_for_somebody_else(self):
        self.as_caller(self.env.user)
        self.env["res.users.apikeys"].with_user(self.carla).sudo()._generate("rpc", "borrowed", None)
        self.assertIn("close_carla: borrowed", self.told("SYS003", "people").message)

    def test_settings_of_the_company(self):
        self.company.restrictive_audit_trail = not self.company.restrictive_audit_trail
        self.assertIn("restrictive_audit_trail", self.told("SYS003", "company").message)

    def test_a_module_is_one_line_whatever_it_brings(self):
        module = self.env["ir.module.module"].search([("state", "=", "uninstalled")], limit=1)
        module.write({"state": "installed"})
        access = self.env["ir.model.access"].search([("model_id.model", "=", "account.move")], limit=1).copy()
        self.env["ir.model.data"].create(
            {"module": module.name, "name": "access_x", "model": access._name, "res_id": access.id}
        )
        finding = self.told("SYS003", "modules")
        self.assertIn(f"{module.name}: added", finding.message)
        self.assertIn("1 rights", finding.message)

    def test_routine_is_not_told(self):
        self.anna.write(
            {"lang": "en_US", "tz": "Europe/Brussels", "signature": "<p>A.</p>", "notification_type": "inbox"}
        )
        self.env["ir.cron"].search([], limit=1).write({"nextcall": "2030-01-01 00:00:00"})
        self.env["ir.config_parameter"].set_param("web.base.url", "http://elsewhere.example")
        self.env["res.partner"].create({"name": "New customer"})
        new_test_user(self.env, "close_portal", groups="base.group_portal")
        self.env["ir.attachment"].create({"name": "web.assets.css", "raw": b"x"})
        self.quiet()

    def test_waived_by_two_until_something_new(self):
        self.action()
        finding = self.told("SYS003", "code")
        self.waive(finding)
        self.quiet()
        self.assertEqual(finding.state, "waived")
        self.action(name="Another")
        self.assertEqual(self.told("SYS003", "code"), finding)
        self.assertFalse(finding.waived_by_id)

    def test_a_baseline_that_was_rewritten(self):
        self.env.cr.execute("ALTER TABLE ai_close_snapshot_settings DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE ai_close_snapshot_settings SET content = replace(content, 'close_anna', 'close_x')"
        )
        self.env.cr.execute("ALTER TABLE ai_close_snapshot_settings ENABLE TRIGGER USER")
        self.assertIn("baseline", self.look().mapped("facet"))

    def test_the_lock_names_it(self):
        self.finish(self.run_of_agent())
        self.sign_all_tasks()
        self.be(self.close, self.anna).action_refresh()
        self.action()
        request = self.be(self.close, self.ben).action_request_lock()
        lock = self.env["ai.close.lock"].sudo().browse(request["res_id"])
        sentence = self.assert_refused("LCK003", self.be(lock, self.ben).action_request)
        self.assertIn("server actions or automations changed since the last lock [SYS003]", sentence)
