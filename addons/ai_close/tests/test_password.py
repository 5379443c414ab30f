"""The password again: where the policy asks, nothing is approved without it, in the same call."""

from odoo.addons.ai_close.wizard.close_password import _confirmed
from odoo.tests import tagged

from .close_common import CloseCase

PASSWORD = "a Very long secret 8"


@tagged("post_install", "-at_install")
class TestPassword(CloseCase):
    @classmethod
    def params(cls, **changes):
        return super().params(**{"duties": {"password": ["lock"]}, **changes})

    @classmethod
    def person(cls, login, role):
        # before the watch takes what it compares with
        user = super().person(login, role)
        user.password = PASSWORD
        return user

    def requested(self):
        self.finish(self.run_of_agent())
        self.sign_all_tasks()
        self.be(self.close, self.ben).action_request_lock()
        lock = self.close.lock_ids
        self.be(lock, self.ben).action_request()
        return lock

    def dialog(self, lock, user, **changes):
        """Return the dialog that approving opens, as the browser would fill it in."""
        action = self.be(lock, user).action_approve()
        self.assertEqual(action["res_model"], "ai.close.password")
        defaults = {name.removeprefix("default_"): value for name, value in action["context"].items()}
        vals = {name: defaults[name] for name in ("res_model", "res_id", "method", "given")}
        return self.be(self.env["ai.close.password"], user).create({**vals, **changes})

    def confirm(self, dialog, password):
        with self.enter_registry_test_mode():
            dialog.with_context(password=password).action_confirm()
        self.env.invalidate_all()

    def test_approving_asks_and_the_right_password_approves(self):
        lock = self.requested()
        dialog = self.dialog(lock, self.carla)
        self.assertEqual(lock.state, "requested")
        for wrong in ("wrong", "", None, False):
            with self.subTest(wrong):
                self.assert_refused("SOD007", dialog.with_context(password=wrong).action_confirm)
        self.assertEqual(lock.state, "requested")
        self.confirm(dialog, PASSWORD)
        self.assertEqual((lock.state, lock.approved_by_id), ("applied", self.carla))
        # it served for that call only
        self.assert_refused("SOD007", self.be(lock, self.carla)._need_password, "lock")

    def test_the_password_does_not_replace_the_right(self):
        lock = self.requested()
        dialog = self.dialog(lock, self.ben)
        self.assert_refused("SOD003", dialog.with_context(password=PASSWORD).action_confirm)

    def test_a_password_of_somebody_else_is_none(self):
        lock = self.requested()
        with _confirmed(self.env(user=self.dirk)):
            self.assert_refused("SOD007", self.be(lock, self.carla)._need_password, "lock")
            self.be(lock, self.dirk)._need_password("lock")

    def test_no_other_step_is_taken_by_the_dialog(self):
        lock = self.requested()
        for changes in ({"method": "unlink"}, {"method": "action_reject"}, {"res_model": "res.users"}):
            dialog = self.dialog(lock, self.carla, **changes)
            self.assert_refused("AUD004", dialog.with_context(password=PASSWORD).action_confirm)

    def test_it_is_stored_nowhere(self):
        dialog = self.dialog(self.requested(), self.carla, password=PASSWORD)
        dialog.flush_recordset()
        self.env.cr.execute("SELECT * FROM ai_close_password WHERE id = %s", [dialog.id])
        self.assertNotIn(PASSWORD, str(self.env.cr.fetchall()))

    def test_where_the_policy_does_not_ask_nobody_is_asked(self):
        lock = self.requested()
        self.be(lock, self.carla)._need_password("policy")
        self.be(lock, self.carla)._need_password("reopen")
        policy = self.env["ai.close.policy"]._in_force(self.company)
        policy._guarded().write({"params": self.params(duties={})})
        with self.enter_registry_test_mode():
            self.be(lock, self.carla).action_approve()
        self.env.invalidate_all()
        self.assertEqual(lock.state, "applied")
