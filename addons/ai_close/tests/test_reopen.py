"""Reopen: asked for, approved by another, open for named people in one period for a while, locked again."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .close_common import END, EntryCase
from .locks import lock_by_hand

SEPTEMBER = fields.Date.to_date("2026-09-30")
AUGUST = fields.Date.to_date("2026-08-31")


class ReopenCase(EntryCase):
    """September and October are closed and locked to the end of September; Anna may be named."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = cls.manual("2026-09-10", 50.0)
        lock_by_hand(cls.company, fiscalyear_lock_date=SEPTEMBER)
        cls.env["ai.close.snapshot"]._take(cls.company, "lock")
        cls.september = cls.env["ai.close"]._for_period(cls.company, SEPTEMBER).sudo()

    @classmethod
    def draft(cls, date, amount, journal=None):
        return cls.env["account.move"].create(
            {
                "date": date,
                "journal_id": (journal or cls.general).id,
                "line_ids": [
                    Command.create({"account_id": cls.expense.id, "balance": amount, "name": "late"}),
                    Command.create({"account_id": cls.grni.id, "balance": -amount, "name": "late"}),
                ],
            }
        )

    @classmethod
    def documented(cls, move):
        """Attach what a draft rests on, without which it is not sent."""
        vals = {"name": "why.txt", "raw": b"why", "res_model": "account.move", "res_id": move.id}
        cls.env["ir.attachment"].create(vals)
        return move

    @classmethod
    def manual(cls, date, amount, user=None):
        move = cls.draft(date, amount)
        cls.be(move, user or cls.env.user).action_post()
        return move

    def ask(self, users=None, user=None, close=None, **vals):
        """Ask in the dialog, as a person does; return the request."""
        wizard = self.be(self.env["ai.close.reopen.ask"], user or self.ben).create(
            {
                "close_id": (close or self.september).id,
                "user_ids": [Command.set((self.anna if users is None else users).ids)],
                "until": fields.Datetime.now() + timedelta(days=1),
                "reason": "credit note 88 came late",
                **vals,
            }
        )
        return self.env["ai.close.lock"].sudo().browse(wizard.action_ask()["res_id"])

    def approve(self, request, user=None):
        with self.enter_registry_test_mode():
            self.be(request, user or self.carla).action_approve()
        self.env.invalidate_all()

    def refuse_approval(self, code, request, user=None):
        with self.enter_registry_test_mode():
            return self.assert_refused(code, self.be(request, user or self.carla).action_approve)

    def reopen(self, **vals):
        request = self.ask(**vals)
        self.approve(request)
        return request

    def end_by_time(self, request):
        """Let the window's time be over: as an hour later, with nobody who wrote it down."""
        self.env.flush_all()
        ended = fields.Datetime.now() - timedelta(seconds=1)
        self.env.cr.execute("ALTER TABLE account_lock_exception DISABLE TRIGGER ai_close_lock_exception")
        self.env.cr.execute(
            "UPDATE account_lock_exception SET end_datetime = %s WHERE ai_close_lock_id = %s",
            [ended, request.id],
        )
        self.env.cr.execute("ALTER TABLE account_lock_exception ENABLE TRIGGER ai_close_lock_exception")
        self.env.cr.execute(
            "UPDATE ai_close_lock SET exception_until = %s WHERE id = %s", [ended, request.id]
        )
        self.env.invalidate_all()

    def relock(self):
        logger = "odoo.addons.ai_close.models.close_reopen_end"
        with self.enter_registry_test_mode(), self.assertNoLogs(logger, "WARNING"):
            self.env["ai.close.lock"]._cron_relock()
        self.env.invalidate_all()

    def exceptions(self):
        return (
            self.env["account.lock_exception"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "=", self.company.id)])
        )


@tagged("post_install", "-at_install")
class TestReopen(ReopenCase):
    def test_the_whole_way(self):
        request = self.ask()
        self.assertEqual((request.state, request.requested_by_id), ("requested", self.ben))
        self.assertEqual(request.activity_ids.user_id, self.carla | self.dirk)
        self.assertEqual(self.september.state, "locked")
        self.approve(request)
        exception = self.exceptions()
        self.assertEqual(
            (exception.user_id, exception.lock_date, exception.company_lock_date, exception.end_datetime),
            (self.anna, AUGUST, SEPTEMBER, request.exception_until),
        )
        self.assertEqual((request.state, self.september.state), ("applied", "reopened"))
        self.assertEqual(self.company.fiscalyear_lock_date, SEPTEMBER)
        self.assertTrue(self.september._is_open_now())
        late = self.draft("2026-09-14", 120)
        self.assert_refused("LCK002", self.be(late, self.dirk).action_post)
        self.be(late, self.anna).action_post()
        self.assertEqual((late.state, str(late.date)), ("posted", "2026-09-14"))
        self.end_by_time(request)
        self.assertTrue(self.september._is_locked_now())
        self.assertEqual(self.september.state, "reopened")
        self.assert_refused("LCK002", self.be(self.draft("2026-09-15", 5), self.anna).action_post)
        self.relock()
        self.assertEqual((request.state, self.september.state), ("expired", "locked"))
        self.assertEqual(self.september.version, 2)
        report = self.september.reopen_report_ids
        self.assertEqual((report.state, report.count_posted, report.result), ("unsigned", 1, -120.0))
        self.assertTrue(report.adds_up)
        self.assertEqual(self.september.unsigned_report_id, report)

    def test_only_the_reopened_period_opens(self):
        """Odoo's exception lifts the lock from a date on: October would be open too."""
        lock_by_hand(self.company, fiscalyear_lock_date=END)
        self.close._guarded().write({"state": "locked"})
        self.reopen()
        self.be(self.draft("2026-09-14", 1), self.anna).action_post()
        self.assert_refused("LCK002", self.be(self.draft("2026-10-14", 1), self.anna).action_post)
        self.assert_refused("LCK002", self.be(self.draft("2026-08-14", 1), self.anna).action_post)
        self.assertTrue(self.close._is_locked_now())

    def test_who_may_ask_and_approve(self):
        with self.assertRaises(UserError):
            self.ask(user=self.anna)
        request = self.ask(user=self.carla, users=self.anna | self.dirk)
        for user, code in (
            (self.carla, "SOD001"),
            (self.dirk, "SOD001"),
            (self.ben, "SOD003"),
            (self.robot, "SOD002"),
        ):
            self.refuse_approval(code, request, user)
        self.assertFalse(request.approver_ids)
        self.be(request, self.dirk).action_reject("not needed")
        self.assertEqual((request.state, self.september.state), ("rejected", "locked"))

    def test_a_controller_ends_it_early(self):
        request = self.reopen()
        self.assert_refused("SOD003", self.be(request, self.ben).action_end_early, "enough")
        self.assert_refused("ENT006", self.be(request, self.dirk).action_end_early, "")
        with self.enter_registry_test_mode():
            self.be(request, self.dirk).action_end_early("all is posted")
        self.env.invalidate_all()
        self.assertEqual((request.state, self.september.state), ("expired", "locked"))
        self.assertFalse(self.exceptions().active)
        self.assert_refused("LCK002", self.be(self.draft("2026-09-15", 5), self.anna).action_post)
        relocked = self.env["ai.close.audit"].sudo().search([("action", "=", "close.relock")], limit=1)
        self.assertEqual((relocked.user_id, relocked.role), (self.dirk.id, "controller"))

    def test_exceptions_revoked_in_odoo_end_it_too(self):
        request = self.reopen(users=self.anna | self.ben)
        first, second = self.exceptions()
        self.be(first, self.dirk).action_revoke()
        self.assertTrue(self.september._is_open_now())
        self.be(second, self.dirk).action_revoke()
        self.assertTrue(self.september._is_locked_now())
        self.relock()
        self.assertEqual((request.state, self.september.state), ("expired", "locked"))

    def test_hard_locked_is_never_opened(self):
        lock_by_hand(self.company, hard_lock_date=SEPTEMBER)
        sentence = self.assert_refused("LCK022", self.be(self.september, self.ben).action_request_reopen)
        self.assertIn("open month", sentence)
        self.assert_refused("LCK022", self.ask)

    def test_what_is_refused(self):
        now = fields.Datetime.now()
        self.assert_refused("LCK023", lambda: self.ask(close=self.close))
        for vals in (
            {"until": now - timedelta(minutes=1)},
            {"until": now},
            {"until": now + timedelta(days=32)},
            {"users": self.env["res.users"]},
            {"users": self.robot},
        ):
            with self.subTest(vals):
                self.assert_refused("LCK024", lambda vals=vals: self.ask(**vals))
        self.assert_refused("ENT006", lambda: self.ask(reason=" x "))
        self.reopen()
        self.assert_refused("LCK023", self.ask)
        self.assert_refused("LCK023", self.be(self.september, self.ben).action_request_reopen)

    def test_a_person_who_left_meanwhile(self):
        request = self.ask(users=self.anna | self.dirk)
        self.anna.sudo().active = False
        sentence = self.refuse_approval("LCK024", request)
        self.assertIn("Anna", sentence)
        self.assertEqual((request.state, self.september.state), ("requested", "locked"))

    def test_a_window_that_is_over_before_it_is_approved(self):
        request = self.ask()
        self.env.cr.execute(
            "UPDATE ai_close_lock SET exception_until = now() AT TIME ZONE 'UTC' - interval '1 hour'"
            " WHERE id = %s",
            [request.id],
        )
        self.env.invalidate_all()
        self.refuse_approval("LCK024", request)
        self.be(request, self.carla).action_reject("too late")
        self.reopen()

    def test_not_while_a_later_close_is_requested(self):
        self.close._guarded().write({"state": "requested"})
        sentence = self.assert_refused("LCK023", self.ask)
        self.assertIn("October", sentence)

    def test_no_hard_lock_over_an_open_window(self):
        self.reopen()
        wizard = self.be(self.env["ai.close.lock.ask"], self.ben).create(
            {
                "company_id": self.company.id,
                "kind": "lock",
                "field": "hard_lock_date",
                "date_new": SEPTEMBER,
                "reason": "for good",
            }
        )
        self.assert_refused("LCK023", wizard.action_ask)

    def test_the_expiry_second(self):
        request = self.reopen()
        until = request.exception_until
        for seconds, expected in ((-1, True), (0, True), (1, False)):
            with self.subTest(seconds):
                self.patch(type(request), "_now", lambda _self, at=until + timedelta(seconds=seconds): at)
                self.assertEqual(request._is_window_open(), expected)
                self.assertEqual(self.september._is_open_now(), expected)

    def test_a_dead_cron_locks_too(self):
        """Nothing runs at the window's end: every step on the period is refused all the same."""
        request = self.reopen()
        task = self.september.task_ids[:1]
        self.end_by_time(request)
        self.assert_refused("LCK001", self.be(self.september, self.ben).action_run_now)
        self.assert_refused("LCK001", self.be(task, self.anna).action_prepare, "Looked at by hand.")
        self.assert_refused("LCK001", self.be(self.september, self.ben).action_request_lock)
        with self.enter_registry_test_mode():
            self.be(self.september, self.ben).action_refresh()
        self.env.invalidate_all()
        self.assertEqual((request.state, self.september.state), ("expired", "locked"))

    def test_what_changed_below_while_it_was_locked_strikes_when_it_opens(self):
        task = self.september.task_ids.filtered(lambda task: task.code == "STOCK")
        task._guarded().write({"watches": "ledger", "self_check": False})
        self.september._guarded().write({"state": "open"})
        self.be(task, self.anna).action_prepare("Looked at by hand, in order.")
        self.be(task, self.ben).action_sign()
        self.september._guarded().write({"state": "locked"})
        self.env.flush_all()
        # what an exception for August lets in
        self.env.cr.execute(
            "SELECT ai_close_note_dirty(%s, '2026-08-20', 'ledger', 'posted', 'account.move', %s, 1, NULL)",
            [self.company.id, self.old.id],
        )
        self.assertEqual(task.state, "signed")
        self.reopen()
        self.assertEqual((self.september.state, task.state), ("reopened", "stale"))

    def test_opened_twice(self):
        self.end_by_time(self.reopen())
        self.relock()
        again = self.reopen()
        self.end_by_time(again)
        self.relock()
        self.assertEqual((self.september.version, len(self.september.reopen_report_ids)), (3, 2))

    def test_the_database_wants_the_named_person(self):
        request = self.reopen()
        with self.assertRaisesRegex(Exception, "LCK006"), self.env.cr.savepoint():
            self.env.cr.execute(
                "INSERT INTO account_lock_exception (company_id, user_id, lock_date_field, lock_date,"
                " company_lock_date, end_datetime, active, ai_close_lock_id) VALUES (%s, %s,"
                " 'fiscalyear_lock_date', %s, %s, %s, true, %s)",
                [self.company.id, self.ben.id, AUGUST, SEPTEMBER, request.exception_until, request.id],
                log_exceptions=False,
            )


@tagged("post_install", "-at_install")
class TestReopenForEntries(ReopenCase):
    def stage(self, amount=120.0):
        """Stage a draft of the locked month: it waits for a reopen."""
        draft = self.documented(self.draft("2026-09-14", amount))
        action = self.be(draft, self.anna).action_ai_close_stage_for_reopen()
        return self.env["ai.close.entry"].sudo().browse(action["res_id"])

    def test_a_draft_of_a_locked_month_waits(self):
        entry = self.stage()
        self.assertEqual((entry.state, entry.close_id), ("prepared", self.september))
        self.assert_refused("LCK001", self.be(entry, self.ben).action_review)
        draft = self.be(self.draft("2026-09-20", 1), self.anna)
        self.assert_refused("LCK002", draft.action_ai_close_send_for_approval)
        forged = draft.with_context(ai_close_admission=True)
        self.assert_refused("LCK002", forged.action_ai_close_send_for_approval)

    def test_only_the_named_entries_are_posted(self):
        named, other = self.stage(), self.stage(7.0)
        request = self.ask(users=self.dirk, limited=True, entry_ids=[Command.set(named.ids)], user=self.ben)
        self.approve(request)
        for entry in named | other:
            self.be(entry, self.ben).action_review()
        sentence = self.assert_refused("LCK025", self.be(other, self.dirk).action_approve)
        self.assertIn(named.name, sentence)
        self.assert_refused("LCK002", self.be(self.draft("2026-09-15", 5), self.dirk).action_post)
        self.assert_refused("LCK002", self.be(named, self.carla).action_approve)
        forged = self.be(self.draft("2026-09-15", 5), self.dirk).with_context(ai_close_admission=named.id)
        self.assert_refused("LCK002", forged.action_post)
        self.be(named, self.dirk).action_approve()
        self.assertEqual((named.state, str(named.move_id.date)), ("posted", "2026-09-14"))
        self.end_by_time(request)
        self.relock()
        report = self.september.reopen_report_ids
        self.assertEqual((report.count_posted, report.line_ids.entry_id), (1, named))
        self.assertTrue(report.adds_up)

    def test_people_who_can_not_approve_are_not_named(self):
        entry = self.stage()
        self.assert_refused(
            "LCK024", lambda: self.ask(users=self.anna, limited=True, entry_ids=[Command.set(entry.ids)])
        )
        self.assert_refused("LCK024", lambda: self.ask(users=self.dirk, limited=True))

    def test_an_entry_that_was_decided_meanwhile(self):
        entry = self.stage()
        request = self.ask(users=self.dirk, limited=True, entry_ids=[Command.set(entry.ids)])
        entry._guarded().write({"state": "rejected"})
        self.refuse_approval("LCK024", request)
