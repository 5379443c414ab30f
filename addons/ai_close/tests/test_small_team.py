"""Two people close a month: one prepares, the other reviews and approves, a third signs the list."""

from odoo import fields
from odoo.addons.ai_close.models.close_readiness import TASK_DONE
from odoo.tests import tagged

from .close_common import EntryCase
from .common import give_role

ROLES = {
    "anna": ("preparer", "reviewer"),
    "carla": ("controller",),
    "ben": ("auditor",),
    "dirk": ("auditor",),
}


@tagged("post_install", "-at_install")
class TestSmallTeam(EntryCase):
    """Anna prepares and asks, Carla reviews and approves; Ben is the external accountant."""

    @classmethod
    def person(cls, login, role):
        roles = ROLES.get(login, (role,))
        user = super().person(login, roles[0])
        for more in roles[1:]:
            give_role(user, more)
        return user

    @classmethod
    def params(cls, **changes):
        return super().params(**{"duties": {"profile": "small_team"}, **changes})

    def sign_all_tasks(self):
        for task in self.close.task_ids.sorted("sequence"):
            task._judge()
            if task.state not in ("prepared", *TASK_DONE):
                self.be(task, self.anna).action_prepare("Looked at by hand, in order.")
            self.be(task, self.carla).action_sign()

    def small_list(self):
        return self.env["ai.close.small.team.list"].sudo().search([("close_id", "=", self.close.id)])

    def closed_month(self):
        entry = self.propose()
        self.be(entry, self.anna).action_prepare()
        self.be(entry, self.carla).action_review()
        self.be(entry, self.carla).action_approve()
        self.source.unlink()
        self.finish(self.run_1)
        self.sign_all_tasks()
        self.be(self.close, self.anna).action_refresh()
        self.assertEqual(self.close.state, "ready", self.close._readiness()["blockers"])
        self.be(self.close, self.anna).action_request_lock()
        lock = self.close.lock_ids
        self.be(lock, self.anna).action_request()
        self.assertEqual(lock.approver_ids, self.carla)
        with self.enter_registry_test_mode():
            self.be(lock, self.carla).action_approve()
        self.env.invalidate_all()
        return entry, lock

    def test_two_people_close_a_month_and_a_third_signs(self):
        entry, lock = self.closed_month()
        self.assertEqual((self.close.state, self.close.profile), ("locked", "small_team"))
        self.assertTrue(entry.same_person)
        record = self.small_list()
        self.assertEqual(record.state, "open")
        rows = record._read_rows()
        self.assertEqual(
            [(row["kind"], row["id"], row["asked"], row["decided"]) for row in rows],
            [
                ("entry", entry.id, self.anna.id, self.carla.id),
                ("lock", lock.id, self.anna.id, self.carla.id),
            ],
        )
        for user, code in ((self.anna, "SOD009"), (self.carla, "SOD009"), (self.robot, "SOD002")):
            with self.subTest(user.login):
                self.assert_refused(code, self.be(record, user).action_sign)
        # November is not locked before somebody else looked at October
        november = self.env["ai.close"]._for_period(self.company, fields.Date.to_date("2026-11-30")).sudo()
        codes = [blocker["code"] for blocker in november._readiness()["blockers"]]
        self.assertIn("SMALL_TEAM:2026-10", codes)
        self.be(record, self.ben).action_sign()
        self.assertEqual((record.state, record.signed_by_id), ("signed", self.ben))
        event = self.env["ai.close.audit"].sudo().search([("action", "=", "list.sign_small_team")])
        self.assertEqual((event.user_id, event.role), (self.ben.id, "auditor"))
        codes = [blocker["code"] for blocker in november._readiness()["blockers"]]
        self.assertNotIn("SMALL_TEAM:2026-10", codes)
        self.assert_refused("ENT016", self.be(record, self.ben).action_sign)
        # the auditor still takes no other step
        self.assert_refused("SOD003", self.be(self.close, self.ben).action_refresh)
        # what changes later is to be signed again
        entry._guarded().write({"approved_digest": "another"})
        november._readiness()
        self.assertEqual(record.state, "stale")

    def test_the_list_is_signed_when_it_is_complete(self):
        entry = self.propose()
        self.be(entry, self.anna).action_prepare()
        self.be(entry, self.carla).action_review()
        self.be(entry, self.carla).action_approve()
        record = self.env["ai.close.small.team.list"]._for_close(self.close).sudo()
        self.assertEqual(record.count, 1)
        self.assert_refused("ENT016", self.be(record, self.ben).action_sign)

    def test_the_maker_never_checks(self):
        entry = self.propose()
        self.be(entry, self.anna).action_prepare()
        self.assert_refused("SOD001", self.be(entry, self.anna).action_review)
        self.be(entry, self.carla).action_review()
        self.assert_refused("SOD001", self.be(entry, self.anna).action_approve)

    def test_a_third_person_brings_three_signatures_back(self):
        entry = self.propose()
        self.be(entry, self.anna).action_prepare()
        self.be(entry, self.carla).action_review()
        self.person("third", "controller")
        self.assert_refused("SOD001", self.be(entry, self.carla).action_approve)

    def test_the_standard_profile_wants_three(self):
        policy = self.env["ai.close.policy"]._in_force(self.company)
        policy._guarded().write({"params": self.params(duties={"profile": "standard"})})
        entry = self.propose()
        self.be(entry, self.anna).action_prepare()
        self.be(entry, self.carla).action_review()
        self.assert_refused("SOD001", self.be(entry, self.carla).action_approve)

    def test_who_locks_neither_asked_nor_prepared(self):
        entry = self.propose()
        self.be(entry, self.anna).action_prepare()
        self.be(entry, self.carla).action_review()
        self.be(entry, self.carla).action_approve()
        self.be(self.close, self.carla).action_request_lock()
        lock = self.close.lock_ids
        lock._guarded().write({"state": "requested", "requested_by_id": self.carla.id})
        self.assertFalse(lock.approver_ids)
        self.assert_refused("SOD001", self.be(lock, self.carla)._need_approvable)

    def test_fields_of_the_signature_are_not_written(self):
        record = self.env["ai.close.small.team.list"]._for_close(self.close).sudo()
        for vals in ({"state": "signed"}, {"signed_by_id": self.ben.id}, {"signed_digest": "x"}):
            self.assert_refused("AUD002", record._unguarded().with_user(self.env.user).sudo().write, vals)
        self.assert_refused("AUD002", self.close._unguarded().sudo().write, {"profile": "standard"})
