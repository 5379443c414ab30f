"""Who may approve a lock, for how long a request stands, and what the hard lock wants typed."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .close_common import END
from .locks import lock_by_hand
from .test_lock_open_items import OpenItemCase

SEPTEMBER = fields.Date.to_date("2026-09-30")


@tagged("post_install", "-at_install")
class TestLockApproval(OpenItemCase):
    def old(self, request, days):
        request._guarded().write({"requested_at": fields.Datetime.now() - timedelta(days=days)})
        self.env.invalidate_all()

    def policy(self, **params):
        policy = self.env["ai.close.policy"]._in_force(self.company)
        policy._guarded().write({"params": {**policy.params, **params}})
        self.env.invalidate_all()

    def test_a_request_stands_for_two_weeks(self):
        self.ready()
        lock = self.request_draft()
        self.be(lock, self.ben).action_request()
        self.old(lock, 13)
        self.assertTrue(lock.expires_at)
        self.old(lock, 15)
        sentence = self.refuse_approval("LCK018", lock, self.carla)
        self.assertIn("Ask for the lock again", sentence)
        again = self.request_draft()
        self.assertNotEqual(again, lock)
        self.assertEqual((lock.state, lock.activity_ids.ids, self.close.state), ("expired", [], "ready"))
        self.be(again, self.ben).action_request()
        self.approve(again)
        self.assertEqual(self.close.state, "locked")

    def test_the_policy_says_for_how_long(self):
        self.policy(locks={"request_days": 3})
        request = self.ask_lock("purchase_lock_date")
        self.old(request, 4)
        self.refuse_approval("LCK018", request, self.carla)
        again = self.ask_lock("purchase_lock_date")
        self.assertEqual((request.state, again.state), ("expired", "requested"))

    def test_nobody_left_is_named_before_it_is_requested(self):
        self.ready()
        # that somebody left is news to the watch too, which is not the matter here
        self.patch(type(self.env["ai.close.watch"]), "_look", lambda watch, *_args, **_more: None)
        self.carla.active = False
        lock = self.request_draft(user=self.dirk)
        message = self.be(lock, self.dirk).nobody_message
        self.assertIn("Dirk: would request it", message)
        self.assertIn("Carla: deactivated", message)
        self.assert_refused("LCK019", self.be(lock, self.dirk).action_request)
        self.assertEqual(lock.state, "draft")
        self.be(lock, self.ben).action_request()
        self.approve(lock, self.dirk)

    def test_a_deactivated_approver_approves_nothing(self):
        self.ready()
        lock = self.request_draft()
        self.be(lock, self.ben).action_request()
        self.carla.active = False
        self.env.invalidate_all()
        self.assertEqual(lock.approver_ids, self.dirk)
        self.assertIn({"who": "Carla", "why": "deactivated"}, lock.not_approver_rows)
        self.assertIn({"who": "Ben", "why": "requested"}, lock.not_approver_rows)

    def test_a_date_that_was_locked_meanwhile(self):
        self.ready()
        lock = self.request_draft()
        lock_by_hand(self.company, fiscalyear_lock_date=END)
        self.assertIn("is locked to", self.assert_refused("LCK004", self.be(lock, self.ben).action_request))

    def test_a_draft_starts_from_the_date_of_the_day_it_is_requested(self):
        self.ready()
        lock = self.request_draft()
        lock_by_hand(self.company, fiscalyear_lock_date=SEPTEMBER)
        self.patch(type(self.env["ai.close.watch"]), "_look", lambda watch, *_args, **_more: None)
        self.be(lock, self.ben).action_request()
        self.assertEqual(lock.date_old, SEPTEMBER)
        self.approve(lock)

    def test_requests_for_one_date_do_not_overlap(self):
        request = self.ask_lock("sale_lock_date", SEPTEMBER)
        self.assert_refused("ENT001", self.ask_lock, "sale_lock_date", END)
        self.ask_lock("purchase_lock_date", END)
        self.be(request, self.carla).action_reject("not yet, please")
        self.ask_lock("sale_lock_date", END)

    def test_the_hard_lock_wants_its_date_typed(self):
        lock_by_hand(self.company, fiscalyear_lock_date=SEPTEMBER)
        request = self.ask_lock("hard_lock_date", SEPTEMBER)
        for typed in (None, "", "30 Sep", "2026-10-30", 20260930, True, ["2026-09-30"]):
            with self.enter_registry_test_mode():
                self.assert_refused("LCK020", self.be(request, self.carla).action_approve, typed)
        dialog = self.be(self.env["ai.close.lock.confirm"], self.carla).create(
            {"lock_id": request.id, "typed": SEPTEMBER}
        )
        self.assertIn("Hard lock date set to 09/30/2026 for the first time", dialog.effect)
        self.assertIn("for ever", dialog.effect)
        with self.enter_registry_test_mode():
            dialog.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(self.company.hard_lock_date, SEPTEMBER)

    def test_the_password_is_asked_for_where_it_is_approved(self):
        asked = []
        self.patch(type(self.close.lock_ids), "_need_password", lambda lock, kind: asked.append(kind))
        request = self.ask_lock("sale_lock_date")
        self.assertEqual(asked, [])
        self.approve(request)
        self.assertEqual(asked, ["lock"])

    def test_the_second_of_two_approvals_gets_a_sentence(self):
        request = self.ask_lock("sale_lock_date")
        self.approve(request)
        sentence = self.refuse_approval("ENT001", request, self.dirk)
        self.assertIn("This request is Applied", sentence)

    def test_the_dialogs_are_the_same_steps(self):
        self.ready()
        draft = self.draft_entry()
        lock = self.request_draft()
        context = {"active_model": "ai.close.lock", "active_id": lock.id}
        dialog = self.be(self.env["ai.close.lock.name"], self.ben).with_context(**context).create({})
        self.assertEqual(
            {line.key for line in dialog.line_ids}, {row["key"] for row in lock.open_rows} | {self.key(draft)}
        )
        dialog.line_ids.reason = "The carrier sends the papers later."
        dialog.action_name()
        self.assertEqual(len(lock._named()), len(dialog.line_ids))
        wizard = self.be(self.env["ai.close.lock.ask"], self.ben).new(
            {"company_id": self.company.id, "kind": "lock", "field": "tax_lock_date", "span": "quarter"}
        )
        wizard._onchange_span()
        self.assertEqual((wizard.date_new.month % 3, wizard.date_new < fields.Date.today()), (0, True))
        look = self.be(self.env["ai.close.lock.ask"], self.ben).create(
            {
                "company_id": self.company.id,
                "kind": "lock",
                "field": "tax_lock_date",
                "date_new": END,
                "reason": "Quarter's VAT return was sent.",
            }
        )
        request = self.env["ai.close.lock"].sudo().browse(look.action_draft()["res_id"])
        self.assertEqual(request.state, "draft")
