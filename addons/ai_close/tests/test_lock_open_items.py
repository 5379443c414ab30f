"""A lock with named open items: a reason each, a second controller above materiality, carried on."""

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .close_common import END
from .locks import lock_by_hand
from .test_lock_readiness import LockReadinessCase

WHY = "The carrier sends the missing papers in November."


class OpenItemCase(LockReadinessCase):
    def ready(self):
        self.finish(self.run_1)
        self.sign_all_tasks()
        self.be(self.close, self.anna).action_refresh()
        self.assertEqual(self.close.state, "ready")

    def refuse_approval(self, code, lock, user):
        with self.enter_registry_test_mode():
            sentence = self.assert_refused(code, self.be(lock, user).action_approve)
        self.env.invalidate_all()
        return sentence

    def draft_entry(self, amount=100.0, date="2026-10-14"):
        return self.env["account.move"].create(
            {
                "date": date,
                "journal_id": self.general.id,
                "ref": "late",
                "line_ids": [
                    (0, 0, {"account_id": self.expense.id, "balance": amount, "name": "x"}),
                    (0, 0, {"account_id": self.grni.id, "balance": -amount, "name": "x"}),
                ],
            }
        )

    def request_draft(self, close=None, user=None):
        action = self.be(close or self.close, user or self.ben).action_request_lock()
        return self.env["ai.close.lock"].sudo().browse(action["res_id"])

    def name(self, lock, *keys, why=WHY, user=None):
        self.close._refresh()
        lock.invalidate_recordset()
        tasks = [row["key"] for row in lock.open_rows if row["key"].startswith("ai.close.task:")]
        self.be(lock, user or self.ben).action_name_items(dict.fromkeys([*keys, *tasks], why))
        return lock._named().filtered(lambda item: item.key == keys[0])

    def key(self, record):
        return f"{record._name}:{record.id}"

    def ready_but(self, amount=100.0):
        """October is ready but for one draft, which is named."""
        self.ready()
        draft = self.draft_entry(amount)
        lock = self.request_draft()
        self.name(lock, self.key(draft))
        return draft, lock

    def events(self, action):
        return self.env["ai.close.audit"].sudo().search([("action", "=", action)])


@tagged("post_install", "-at_install")
class TestLockOpenItems(OpenItemCase):
    def test_named_accepted_and_carried(self):
        draft, lock = self.ready_but()
        item, task = lock.open_item_ids.sorted("source_model")
        self.assertEqual(
            (task.code, task.label, task.amount_known), ("TASK", "Task No drafts left in the period", True)
        )
        self.assertEqual(
            (item.code, item.source_id, item.amount, item.reason, item.named_by_id),
            ("DRAFT", draft.id, 100.0, WHY, self.ben),
        )
        self.be(lock, self.ben).action_request()
        self.assertFalse(lock.needs_second)
        self.approve(lock)
        self.assertEqual(
            (lock.state, self.close.state, self.company.fiscalyear_lock_date), ("applied", "locked", END)
        )
        self.assertEqual((item.state, item.accepted_by_id), ("open", self.carla))
        november = self.env["ai.close"]._for_period(self.company, "2026-11-15").sudo()
        self.assertEqual(item.carried_to_close_id, november)
        self.assertEqual(item.age_months, 1)
        first = november._readiness()["blockers"][0]
        self.assertEqual((first["code"], first["count"], first["amount"]), ("CARRIED", 2, 100.0))
        told = self.events("item.name") | self.events("item.accept")
        self.assertEqual(
            sorted((event.user_id, event.reason) for event in told),
            sorted([(self.carla.id, WHY), (self.ben.id, WHY)] * 2),
        )
        draft.action_ai_close_post_dated()
        self.assertEqual(item.state, "open")
        self.assertEqual(november._readiness()["blockers"][0]["count"], 1, "the task waits for its signature")
        drafts = self.close.task_ids.filtered(lambda each: each.code == "DRAFT")
        self.be(drafts, self.anna).action_prepare("Posted in November, on the day after the lock.")
        self.be(drafts, self.ben).action_sign()
        self.assertNotIn("CARRIED", [each["code"] for each in november._readiness()["blockers"]])
        self.be(november, self.anna).action_refresh()
        self.assertEqual(item.state, "settled")
        row = self.close._package_open_items()[0]
        self.assertEqual(
            (row["open_since"], row["amount"], row["reason"], row["accepted_by"], row["state"]),
            ("October 2026", 100.0, WHY, "Carla", "Settled"),
        )

    def test_what_is_not_named_still_stops_the_lock(self):
        _draft, lock = self.ready_but()
        self.draft_entry(50)
        sentence = self.assert_refused("LCK017", self.be(lock, self.ben).action_request)
        self.assertIn("not named:", sentence)

    def test_a_new_or_grown_item_refuses_the_approval(self):
        draft, lock = self.ready_but()
        self.be(lock, self.ben).action_request()
        with self.env.cr.savepoint() as savepoint:
            self.draft_entry(50)
            self.assertIn("not named:", self.refuse_approval("LCK017", lock, self.carla))
            savepoint.rollback()
        self.env.invalidate_all()
        lines = draft.line_ids.with_context(check_move_validity=False)
        lines[0].balance, lines[1].balance = 120.0, -120.0
        self.env.flush_all()
        self.assertIn("more than was named:", self.refuse_approval("LCK017", lock, self.carla))
        lines[0].balance, lines[1].balance = 80.0, -80.0
        self.env.flush_all()
        self.approve(lock)
        self.assertEqual(set(lock.open_item_ids.mapped("state")), {"open"})

    def test_settled_before_the_approval_is_not_carried(self):
        draft, lock = self.ready_but()
        self.be(lock, self.ben).action_request()
        draft.date = "2026-11-02"
        self.approve(lock)
        self.assertEqual((lock.state, lock._named().mapped("code")), ("applied", ["TASK"]))

    def test_each_has_a_reason(self):
        self.ready()
        draft = self.draft_entry()
        lock = self.request_draft()
        for why in ("late", "   ", 7):
            reasons = {self.key(draft): why}
            if why == "late":
                self.assert_refused("ENT006", self.be(lock, self.ben).action_name_items, reasons)
            else:
                self.be(lock, self.ben).action_name_items(reasons)
                self.assertFalse(lock._named())
        self.assert_refused("ENT006", self.be(lock, self.ben).action_name_items, ["x"])
        self.assert_refused("LCK017", self.be(lock, self.ben).action_name_items, {"account.move:0": WHY})
        self.assert_refused("SOD003", self.be(lock, self.anna).action_name_items, {self.key(draft): WHY})

    def test_never_with_a_critical_one(self):
        self.ready()
        finding = (
            self.env["ai.close.finding"]
            ._guarded()
            .create(
                {
                    "key": "CMP001:1:x",
                    "close_id": self.close.id,
                    "company_id": self.company.id,
                    "rule": "CMP001",
                    "severity": "critical",
                    "title": "Billed twice",
                }
            )
        )
        lock = self.request_draft()
        sentence = self.assert_refused(
            "LCK021", self.be(lock, self.ben).action_name_items, {self.key(finding): WHY}
        )
        self.assertIn("critical finding never stays open", sentence)
        finding._guarded().write({"severity": "high", "by_server": True})
        sentence = self.assert_refused(
            "LCK021", self.be(lock, self.ben).action_name_items, {self.key(finding): WHY}
        )
        self.assertIn("What protects the books failed", sentence)
        finding._guarded().write({"by_server": False})
        self.assertEqual(self.name(lock, self.key(finding)).code, "FINDING:high")
        finding._guarded().write({"severity": "critical"})
        self.assert_refused("LCK017", self.be(lock, self.ben).action_request)

    def test_what_odoo_refuses_is_said_on_the_item(self):
        self.ready()
        self.bank_line(77, "late")
        lock = self.request_draft()
        (row,) = [row for row in lock.open_rows if row["key"].endswith(f"BANK:{self.bank.code}")]
        self.assertIn("Odoo locks no month with an unreconciled bank line", row["why_not"])
        self.assert_refused("LCK021", self.be(lock, self.ben).action_name_items, {row["key"]: WHY})

    def test_renewed_by_the_next_lock_with_a_new_reason(self):
        draft, lock = self.ready_but()
        first = lock.open_item_ids.filtered(lambda item: item.code == "DRAFT")
        self.be(lock, self.ben).action_request()
        self.approve(lock)
        request = self.ask_draft("purchase_lock_date")
        self.assertFalse(request.open_rows, "a purchases lock does not bind a general entry")
        november = self.env["ai.close"]._for_period(self.company, "2026-11-15").sudo()
        rows = request._open_rows(
            {"blockers": [november._readiness()["blockers"][0] | {"close_id": november.id}]}
        )
        row = next(row for row in rows if row["code"] == "DRAFT")
        self.assertEqual((row["key"], row["origin"]), (self.key(draft), first))
        self.assertIn("From October 2026", row["label"])
        with self.assertRaisesRegex(Exception, "was left open before"):
            request._need_nameable(row, WHY, "x")
        request.with_user(self.ben)._name_one(row, "The papers are still not here.")
        (second,) = request.open_item_ids
        self.assertEqual((second.origin_id, second.first_close_id, second.age_months), (first, self.close, 1))
        self.be(request, self.ben).action_request()
        self.approve(request)
        self.assertEqual((first.state, second.state), ("renewed", "open"))

    def ask_draft(self, field, date=END):
        return (
            self.be(self.env["ai.close.lock"], self.ben)
            ._draft(self.company, "lock", field, date, "Asked by hand.")
            .sudo()
        )

    def test_a_task_left_open_is_signed_after_the_lock(self):
        self.ready()
        task = self.close.task_ids.filtered(lambda each: each.code == "AGEING")
        self.be(task, self.carla).action_send_back("Look at Delta once more.")
        trial = self.close.task_ids.filtered(lambda each: each.code == "TRIAL")
        lock = self.request_draft()
        keys = [row["key"] for row in lock.open_rows]
        self.assertIn(self.key(task), keys)
        self.name(lock, *keys)
        self.be(lock, self.ben).action_request()
        self.assertTrue(lock.needs_second, "nobody knows what an unsigned task is worth")
        self.be(lock, self.carla).action_accept_items()
        self.approve(lock, self.dirk)
        self.assertEqual(self.close.state, "locked")
        item = lock.open_item_ids.filtered(lambda each: each.source_id == task.id)
        self.be(task, self.anna).action_prepare("Looked at by hand, in order.")
        self.be(task, self.ben).action_sign()
        self.assertTrue(item._is_settled())
        others = self.close.task_ids - task - trial
        self.assert_refused("LCK001", self.be(others[0], self.carla).action_send_back, "no more of this")

    def test_taken_back_named_anew_or_rejected(self):
        draft, lock = self.ready_but()
        self.be(lock, self.ben).action_request()
        refused = self.assert_refused(
            "ENT001", self.be(lock, self.ben).action_name_items, {self.key(draft): WHY}
        )
        self.assertIn("take it back first", refused)
        self.be(lock, self.ben).action_take_back()
        self.assertEqual((lock.state, lock.requested_by_id.ids, self.close.state), ("draft", [], "working"))
        self.assertEqual(set(lock.open_item_ids.mapped("state")), {"named"})
        item = self.name(lock, self.key(draft), why="Another reason than before.")
        self.assertEqual(item.reason, "Another reason than before.")
        self.be(lock, self.ben).action_request()
        self.be(lock, self.carla).action_reject("settle it first")
        self.assertEqual((item.state, lock._named().ids), ("dropped", []))

    def test_items_are_written_by_the_steps_only(self):
        _draft, lock = self.ready_but()
        item = lock.open_item_ids[0]
        for vals in ({"reason": "rewritten"}, {"state": "settled"}, {"amount": 1.0}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.be(item, self.carla).write(vals)
        self.assert_refused("AUD002", self.be(lock, self.carla).write, {"open_amount": 0})
        self.assert_refused("AUD002", item.write, {"amount": 1.0})
        self.assert_refused("AUD003", item.unlink)


@tagged("post_install", "-at_install")
class TestSecondController(OpenItemCase):
    def test_above_materiality_two_controllers_agree(self):
        _draft, lock = self.ready_but(5000.01)
        self.be(lock, self.ben).action_request()
        self.assertTrue(lock.needs_second)
        sentence = self.refuse_approval("SOD004", lock, self.carla)
        self.assertIn("materiality is", sentence)
        for user, code in ((self.ben, "SOD003"), (self.anna, "SOD003"), (self.robot, "SOD002")):
            self.assert_refused(code, self.be(lock, user).action_accept_items)
        self.be(lock, self.dirk).action_accept_items()
        self.assertEqual((lock.state, lock.second_by_id), ("requested", self.dirk))
        self.assert_refused("SOD001", self.be(lock, self.dirk).action_accept_items)
        self.refuse_approval("SOD001", lock, self.dirk)
        self.approve(lock, self.carla)
        self.assertEqual((lock.approved_by_id, lock.second_by_id), (self.carla, self.dirk))
        self.assertEqual(lock.open_item_ids[0].second_by_id, self.dirk)
        self.assertTrue(self.events("lock.accept_items"))

    def test_at_materiality_one_is_enough(self):
        _draft, lock = self.ready_but(5000.0)
        self.be(lock, self.ben).action_request()
        self.assertFalse(lock.needs_second)
        self.assert_refused("ENT001", self.be(lock, self.dirk).action_accept_items)
        self.approve(lock)

    def test_the_sum_counts(self):
        draft, lock = self.ready_but(3000.0)
        self.name(lock, self.key(draft), self.key(self.draft_entry(2000.5)))
        self.be(lock, self.ben).action_request()
        self.assertEqual((lock.open_amount, lock.needs_second), (5000.5, True))

    def test_a_new_name_strikes_what_was_accepted(self):
        _draft, lock = self.ready_but(6000.0)
        self.be(lock, self.ben).action_request()
        self.be(lock, self.dirk).action_accept_items()
        self.be(lock, self.ben).action_take_back()
        self.assertFalse(lock.second_by_id)

    def test_two_have_to_be_left_before_it_is_requested(self):
        draft, lock = self.ready_but(6000.0)
        self.name(lock, self.key(draft), why="Another reason than before.", user=self.dirk)
        sentence = self.assert_refused("LCK019", self.be(lock, self.ben).action_request)
        self.assertIn("only Carla is left", sentence)
        self.assertIn("Dirk: named open items", sentence)

    def test_the_table_itself_wants_the_second_controller(self):
        _draft, lock = self.ready_but(6000.0)
        self.be(lock, self.ben).action_request()
        self.env.flush_all()
        statement = (
            "UPDATE ai_close_lock SET state = 'approved', approved_by_id = %s, second_by_id = %s"
            " WHERE id = %s"
        )
        for second in (None, self.carla.id, self.ben.id):
            with (
                self.subTest(second=second),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement, [self.carla.id, second, lock.id])
        self.env.cr.execute(statement, [self.carla.id, self.dirk.id, lock.id])


@tagged("post_install", "-at_install")
class TestHardLock(OpenItemCase):
    def test_what_a_lock_left_open_is_settled_before_the_hard_lock(self):
        lock_by_hand(self.company, fiscalyear_lock_date=END)
        draft = self.draft_entry()
        rows = self.hard()._open_rows(self.hard()._judged())
        self.assertEqual([(row["key"], bool(row["why_not"])) for row in rows], [(self.key(draft), True)])

    def hard(self):
        return (
            self.env["ai.close.lock"]
            .sudo()
            .new(
                {
                    "company_id": self.company.id,
                    "kind": "lock",
                    "field": "hard_lock_date",
                    "date_new": fields.Date.to_date(END),
                }
            )
        )
