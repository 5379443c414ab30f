"""Delegation: a colleague takes the steps for some days, never on what one of the two made."""

import json

from odoo import fields
from odoo.tests import freeze_time, tagged

from .close_common import CloseCase, EntryCase


class DelegationMixin:
    """Steps of people that the tests of delegation share."""

    def ask(self, absent, delegate, by=None, role="all", start="2026-11-02", end="2026-11-06", **more):
        record = self.be(self.env["ai.close.delegation"], by or absent).create(
            {
                "from_id": absent.id,
                "to_id": delegate.id,
                "company_id": self.company.id,
                "role": role,
                "date_from": start,
                "date_to": end,
                "reason": "On leave",
                **more,
            }
        )
        record.action_ask()
        return record.sudo()

    def delegate(self, absent, delegate, **more):
        record = self.ask(absent, delegate, **more)
        self.be(record, delegate).action_accept()
        return record


@tagged("post_install", "-at_install")
@freeze_time("2026-11-03 10:00:00")
class TestDelegation(DelegationMixin, EntryCase):
    def event(self, action, record):
        return (
            self.env["ai.close.audit"]
            .sudo()
            .search(
                [("action", "=", action), ("model", "=", record._name), ("res_id", "=", record.id)], limit=1
            )
        )

    # -- asking and accepting

    def test_the_delegate_accepts_and_both_names_stand_in_the_trail(self):
        entry = self.propose("20000.00")
        self.sign(entry)
        self.assert_refused("SOD001", self.be(entry, self.ben).action_approve)
        rita = self.person("rita", "reviewer")
        self.assert_refused("SOD005", self.be(entry, rita).action_approve)
        self.delegate(self.carla, rita, role="controller")
        self.be(entry, rita).action_approve()
        self.assertEqual((entry.state, entry.approved_by_id), ("posted", rita))
        event = self.event("entry.approve", entry)
        self.assertEqual((event.user_id, event.role), (rita.id, "controller"))
        self.assertEqual(
            {name: json.loads(event.evidence)["on_behalf_of"][name] for name in ("user_id", "login", "name")},
            {"user_id": self.carla.id, "login": "close_carla", "name": "Carla"},
        )
        self.assertTrue(event._intact())
        self.assertEqual(event.on_behalf_of, "Carla")
        # what somebody does in his own name bears his own name only
        self.assertNotIn("on_behalf_of", self.event("entry.review", entry).evidence)

    def test_who_asks_does_not_accept(self):
        record = self.ask(self.anna, self.carla, by=self.carla)
        self.assert_refused("SOD001", self.be(record, self.carla).action_accept)
        self.be(record, self.dirk).action_accept()
        self.assertEqual((record.state, record.accepted_by_id), ("accepted", self.dirk))

    def test_a_controller_may_accept_for_the_delegate_and_the_absent_person_may_not(self):
        record = self.ask(self.carla, self.ben, by=self.dirk)
        self.assert_refused("SOD001", self.be(record, self.carla).action_accept)
        self.assert_refused("SOD003", self.be(record, self.anna).action_accept)
        self.assert_refused("SOD003", self.be(record, self.audrey).action_accept)
        self.assert_refused("SOD002", self.be(record, self.robot).action_accept)
        self.be(record, self.ben).action_accept()
        self.assertTrue(record.counts_now)

    def test_nobody_asks_for_a_colleague_but_a_controller(self):
        self.assert_refused("SOD003", lambda: self.ask(self.carla, self.anna, by=self.ben))

    def test_what_can_be_no_delegation(self):
        def ask(absent=self.carla, delegate=self.ben, **more):
            return lambda: self.ask(absent, delegate, by=self.carla, **more)

        stranger = self.person("nora", "preparer")
        stranger.sudo().write({"active": False})
        for call in (
            ask(delegate=self.audrey),
            ask(delegate=self.robot),
            ask(absent=self.robot),
            ask(delegate=stranger),
            ask(absent=self.anna, role="controller"),
            ask(start="2026-10-01", end="2026-11-02"),
            ask(end="2027-03-01"),
        ):
            self.assert_refused("SOD008", call)
        self.assert_refused("ENT006", ask(reason="  "))

    def test_no_chain(self):
        self.delegate(self.carla, self.ben)
        rita = self.person("rita", "reviewer")
        self.assert_refused("SOD008", lambda: self.ask(self.ben, rita))
        self.assert_refused("SOD008", lambda: self.ask(self.dirk, self.carla))
        # nor may a delegate ask in the role that he has for somebody else
        self.assert_refused("SOD003", lambda: self.ask(self.dirk, rita, by=self.ben))
        # in other days it is no chain
        self.ask(self.ben, rita, start="2026-11-09", end="2026-11-10")

    def test_what_was_asked_is_not_rewritten(self):
        record = self.ask(self.carla, self.ben)
        for vals in ({"to_id": self.anna.id}, {"date_to": "2026-12-01"}, {"role": "preparer"}):
            self.assert_refused("AUD002", self.be(record, self.carla).write, vals)
        for vals in ({"state": "accepted"}, {"accepted_by_id": self.ben.id}, {"asked_by_id": self.ben.id}):
            self.assert_refused("AUD002", self.be(record, self.carla).write, vals)
        self.assert_refused(
            "AUD002", lambda: self.be(record, self.carla).create({"to_id": self.ben.id, "state": "accepted"})
        )

    # -- when it counts

    def test_it_counts_in_its_days_only(self):
        entry = self.propose("20000.00")
        self.sign(entry)
        rita = self.person("rita", "reviewer")
        record = self.delegate(self.carla, rita, start="2026-11-04", end="2026-11-05")
        self.assert_refused("SOD005", self.be(entry, rita).action_approve)
        with freeze_time("2026-11-06 00:10:00"):
            self.assert_refused("SOD005", self.be(entry, rita).action_approve)
        with freeze_time("2026-11-05 23:50:00"):
            self.assertIn("controller", self.be(entry, rita)._roles())
            self.be(record, self.carla).action_end()
            self.assert_refused("SOD005", self.be(entry, rita).action_approve)

    def test_people_who_left_lend_nothing(self):
        entry = self.propose("20000.00")
        self.sign(entry)
        rita = self.person("rita", "reviewer")
        record = self.delegate(self.carla, rita)
        self.carla.sudo().active = False
        self.assertFalse(record.counts_now)
        self.assert_refused("SOD005", self.be(entry, rita).action_approve)
        # and a person in a delegation is archived, never deleted
        with self.assertRaises(Exception), self.env.cr.savepoint():  # noqa: B017 - Odoo's own refusal
            rita.sudo().unlink()
        self.assertTrue(rita.exists())

    def test_in_its_company_only(self):
        other = self.setup_other_company()["company"]
        self.carla.sudo().company_ids += other
        self.ben.sudo().company_ids += other
        self.delegate(self.carla, self.ben)
        everywhere = self.ben.with_context(allowed_company_ids=(self.company + other).ids)
        close = self.env["ai.close"].with_user(self.ben)
        self.assertIn("controller", close.with_context(allowed_company_ids=self.company.ids)._roles())
        self.assertNotIn("controller", close.with_context(everywhere.env.context)._roles())

    # -- separation of duties with two names

    def test_neither_on_ones_own_nor_on_the_absent_persons_work(self):
        entry = self.propose("20000.00")
        self.be(entry, self.carla).action_prepare()
        self.be(entry, self.ben).action_review()
        rita = self.person("rita", "reviewer")
        self.delegate(self.carla, rita)
        sentence = self.assert_refused("SOD001", self.be(entry, rita).action_approve)
        self.assertIn("for whom you act", sentence)
        self.be(entry, self.dirk).action_approve()
        self.assertEqual(entry.state, "posted")

    def test_in_ones_own_role_the_absent_persons_work_is_reviewed_as_ever(self):
        entry = self.propose("20000.00")
        self.be(entry, self.carla).action_prepare()
        self.delegate(self.carla, self.ben)
        self.be(entry, self.ben).action_review()
        self.assertEqual((entry.state, entry.reviewed_by_id), ("reviewed", self.ben))
        # but he who reviewed does not approve for her
        self.assert_refused("SOD001", self.be(entry, self.ben).action_approve)

    def test_what_was_done_for_somebody_counts_as_his(self):
        entry = self.propose("20000.00")
        paula = self.person("paula", "preparer")
        self.be(entry, self.anna).action_prepare()
        record = self.delegate(self.carla, paula, role="controller")
        self.be(entry, paula).action_review()
        self.assertEqual(entry.reviewed_by_id, paula)
        self.be(record, self.carla).action_end()
        sentence = self.assert_refused("SOD001", self.be(entry, self.carla).action_approve)
        self.assertIn("paula", sentence.lower())
        self.be(entry, self.dirk).action_approve()
        self.assertEqual(entry.state, "posted")

    def test_one_of_two_absent_people_is_free(self):
        entry = self.propose("20000.00")
        self.be(entry, self.carla).action_prepare()
        self.be(entry, self.ben).action_review()
        rita = self.person("rita", "reviewer")
        self.delegate(self.carla, rita)
        self.delegate(self.dirk, rita)
        self.be(entry, rita).action_approve()
        event = self.event("entry.approve", entry)
        self.assertEqual(json.loads(event.evidence)["on_behalf_of"]["login"], "close_dirk")

    def test_the_agent_is_nobodys_delegate(self):
        self.env["ai.close.delegation"]._guarded().create(
            {
                "from_id": self.carla.id,
                "to_id": self.robot.id,
                "company_id": self.company.id,
                "date_from": "2026-11-01",
                "date_to": "2026-11-30",
                "reason": "forged",
                "state": "accepted",
            }
        )
        self.assertEqual(self.be(self.close, self.robot)._roles(), {"agent"})


@tagged("post_install", "-at_install")
class TestCloseByDelegation(DelegationMixin, CloseCase):
    """The one controller is on leave at month end; the month is closed by the documented way."""

    @classmethod
    def person(cls, login, role):
        return super().person(login, "reviewer" if login == "dirk" else role)

    def test_the_controllers_delegate_locks_the_month(self):
        today = fields.Date.context_today(self.env.user)
        self.finish(self.run_of_agent())
        self.sign_all_tasks()
        self.be(self.close, self.anna).action_refresh()
        self.assertEqual(self.close.state, "ready")
        self.be(self.close, self.ben).action_request_lock()
        lock = self.close.lock_ids
        self.be(lock, self.ben).action_request()
        self.assertEqual(lock.approver_ids, self.carla)
        record = self.delegate(self.carla, self.dirk, start=today, end=today)
        self.assertTrue(record.counts_now)
        lock.invalidate_recordset()
        self.assertEqual(lock.approver_ids, self.carla | self.dirk)
        self.assert_refused("SOD003", self.be(lock, self.ben)._apply)
        with self.enter_registry_test_mode():
            self.be(lock, self.dirk).action_approve()
        self.env.invalidate_all()
        self.assertEqual((self.close.state, lock.approved_by_id), ("locked", self.dirk))
        events = (
            self.env["ai.close.audit"]
            .sudo()
            .search(
                [
                    ("action", "in", ("lock.approve", "lock.apply", "close.lock")),
                    ("user_id", "=", self.dirk.id),
                ]
            )
        )
        self.assertEqual(
            {(each.action, each.on_behalf_of) for each in events},
            {("lock.approve", "Carla"), ("lock.apply", "Carla"), ("close.lock", "Carla")},
        )
