"""What nobody who is there may approve is said in time; what is overdue is told, once each."""

from odoo.tests import freeze_time, tagged

from .close_common import EntryCase
from .test_delegation import DelegationMixin


@tagged("post_install", "-at_install")
class TestPresence(DelegationMixin, EntryCase):
    def away(self, user, start="2026-11-01", end="2026-11-30", by=None):
        vals = {"user_id": user.id, "date_from": start, "date_to": end}
        return self.be(self.env["ai.close.absence"], by or user).create(vals)

    def uncovered(self):
        self.env.invalidate_all()
        return {row["step"]: row["why"] for row in self.close._uncovered()}

    @freeze_time("2026-10-29 10:00:00")
    def test_each_step_is_named_before_the_first_working_day(self):
        self.assertFalse(self.uncovered())
        self.away(self.carla)
        self.assertFalse(self.uncovered())
        self.away(self.dirk)
        found = self.uncovered()
        self.assertIn("Approve the lock", found)
        self.assertIn("Carla", found["Approve the lock"])
        self.assertIn("away", found["Approve the lock"])
        cockpit = self.be(self.env["ai.close"], self.anna).cockpit(self.close.id)
        self.assertIn("Approve the lock", [row["step"] for row in cockpit["uncovered"]])
        self.assertIn("Approve the lock", self.close.uncovered_note)
        # the documented way out
        self.delegate(self.carla, self.ben, role="controller", start="2026-11-01", end="2026-11-30")
        self.assertNotIn("Approve the lock", self.uncovered())

    @freeze_time("2026-10-29 10:00:00")
    def test_a_delegation_counts_as_leave_and_covers(self):
        self.away(self.dirk)
        self.delegate(self.carla, self.ben, start="2026-11-01", end="2026-11-30")
        self.assertFalse(self.uncovered())
        self.away(self.ben)
        self.assertIn("Approve the lock", self.uncovered())

    def test_the_only_controller_prepared_himself(self):
        self.dirk.sudo().active = False
        entry = self.propose()
        self.be(entry, self.carla).action_prepare()
        self.be(entry, self.ben).action_review()
        found = self.uncovered()
        self.assertIn("Carla took part in it", found["Approve the lock"])
        # Ben reviewed it, and may not approve it either
        self.assertIn("Carla, Ben took part in it", found[f"Approve: {entry.name}"])

    def test_everybody_is_on_leave(self):
        for user in (self.anna, self.ben, self.carla, self.dirk):
            self.away(user, end="2026-12-31")
        steps = self.uncovered()
        self.assertTrue(any(step.startswith("Sign") for step in steps), steps)
        self.assertIn("Approve the lock", steps)

    def test_people_note_their_own_absence_and_controllers_others(self):
        self.assert_refused("SOD003", lambda: self.away(self.carla, by=self.anna))
        record = self.away(self.carla, by=self.dirk)
        self.assert_refused("SOD003", self.be(record, self.anna).write, {"date_to": "2026-11-02"})
        self.assert_refused("SOD003", self.be(record, self.anna).unlink)
        own = self.away(self.anna)
        self.assert_refused("SOD003", own.write, {"user_id": self.ben.id})
        own.write({"date_to": "2026-11-02"})
        own.unlink()
        actions = self.env["ai.close.audit"].sudo().search([("action", "like", "absence.")], order="id")
        self.assertEqual(
            actions.mapped("action"),
            ["absence.create", "absence.create", "absence.write", "absence.unlink"],
        )


@tagged("post_install", "-at_install")
class TestEscalation(DelegationMixin, EntryCase):
    def escalate(self):
        found = self.env["ai.close.escalation"].sudo()._escalate(self.close)
        self.env.invalidate_all()
        return found

    def test_the_reviewer_first_then_the_controllers_once_each(self):
        task = self.close.task_ids.sorted("date_due")[0]
        others = self.close.task_ids - task
        others._guarded().write({"date_due": "2027-12-31"})
        self.close._guarded().write({"date_due": "2027-12-31"})
        task._guarded().write({"date_due": "2026-11-05"})
        with freeze_time("2026-11-05 12:00:00"):
            self.assertFalse(self.escalate())
        with freeze_time("2026-11-06 12:00:00"):
            told = self.escalate()
            self.assertEqual((told.level, told.told_ids, told.res_id), ("reviewer", self.ben, task.id))
            self.assertEqual(task.activity_ids.user_id, self.ben)
            self.assertFalse(self.escalate())
        with freeze_time("2026-11-07 12:00:00"):
            told = self.escalate()
            self.assertEqual((told.level, told.told_ids), ("controller", self.carla | self.dirk))
            self.assertFalse(self.escalate())
        events = self.env["ai.close.audit"].sudo().search([("action", "=", "task.escalate")])
        self.assertEqual(len(events), 2)

    def test_who_is_away_has_his_delegate_told(self):
        entry = self.propose()
        self.close.task_ids._guarded().write({"date_due": "2027-12-31"})
        self.close._guarded().write({"date_due": "2026-11-05"})
        rita = self.person("rita", "preparer")
        with freeze_time("2026-11-06 12:00:00"):
            self.delegate(self.ben, rita, start="2026-11-01", end="2026-11-30")
            told = self.escalate()
        self.assertEqual((told.model, told.res_id, told.told_ids), (entry._name, entry.id, rita))

    def test_what_is_done_or_locked_is_not_told(self):
        self.close.task_ids._guarded().write({"state": "signed", "date_due": "2026-11-01"})
        self.close._guarded().write({"date_due": "2026-11-01"})
        self.assertFalse(self.escalate())

    def test_the_cron_tells_every_open_close(self):
        self.close.task_ids._guarded().write({"date_due": "2026-11-01"})
        with self.enter_registry_test_mode():
            self.env.ref("ai_close.cron_escalate").method_direct_trigger()
        self.env.invalidate_all()
        told = self.env["ai.close.escalation"].sudo().search([("close_id", "=", self.close.id)])
        self.assertEqual(len(told), 2 * len(self.close.task_ids))
