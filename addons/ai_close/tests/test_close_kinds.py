"""Kinds of close: months, quarters, years of any length, periods apart, and the adjustment close."""

from datetime import timedelta

from psycopg2 import IntegrityError
from psycopg2.errors import CheckViolation, ExclusionViolation, UniqueViolation

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .close_common import CloseCase
from .locks import lock_by_hand
from .test_reopen import SEPTEMBER, ReopenCase


def day(text):
    return fields.Date.to_date(text)


@tagged("post_install", "-at_install")
class TestKinds(CloseCase):
    def period(self, date):
        close = self.env["ai.close"]._for_period(self.company, date).sudo()
        return close, (str(close.period_start), str(close.period_end), close.kind)

    def test_a_calendar_year(self):
        kinds = [self.period(f"2027-{month:02}-15")[1][2] for month in range(1, 13)]
        self.assertEqual(kinds, ["month", "month", "quarter"] * 3 + ["month", "month", "year"])
        self.assertEqual((self.close.kind, self.close.version), ("month", 1))

    def test_a_fiscal_year_of_its_own(self):
        self.company.write({"fiscalyear_last_day": 31, "fiscalyear_last_month": "1"})
        self.assertEqual(self.period("2027-01-10")[1], ("2027-01-01", "2027-01-31", "year"))
        self.assertEqual(self.period("2027-04-10")[1][2], "quarter")

    def test_a_year_that_ends_within_a_month(self):
        """No period belongs to two fiscal years."""
        self.company.write({"fiscalyear_last_day": 15, "fiscalyear_last_month": "6"})
        first, told = self.period("2027-06-03")
        self.assertEqual(told, ("2027-06-01", "2027-06-15", "year"))
        self.assertEqual(first.name, "1-15 June 2027")
        self.assertEqual(self.period("2027-06-16")[1], ("2027-06-16", "2027-06-30", "month"))
        self.assertEqual(self.period("2027-07-01")[1], ("2027-07-01", "2027-07-31", "month"))
        month = self.env["ai.close"]._for_month
        self.assertEqual(month(self.company, day("2027-06-01")), first.sudo(False))
        first._guarded().write({"state": "locked"})
        self.assertEqual(str(month(self.company, day("2027-06-01")).sudo().period_start), "2027-06-16")

    def test_a_long_and_a_short_year(self):
        """The year's end moves from December to March while December is still open: 15 months."""
        december = self.period("2026-12-31")[0]
        self.assertEqual(december.kind, "year")
        self.company.write({"fiscalyear_last_day": 31, "fiscalyear_last_month": "3"})
        self.assertEqual(december.kind, "quarter")
        self.assertEqual(self.period("2027-03-31")[1][2], "year")
        told = self.env["ai.close.audit"].sudo().search([("action", "=", "close.kind")])
        self.assertIn(december.id, told.mapped("res_id"))

    def test_a_locked_close_stays_what_it_was(self):
        self.close._guarded().write({"state": "locked"})
        self.company.write({"fiscalyear_last_day": 31, "fiscalyear_last_month": "10"})
        self.assertEqual(self.close.kind, "month")

    def test_the_first_period_begins_within_its_month(self):
        self.env.cr.execute(
            "UPDATE res_company SET ai_close_start = '2027-05-12' WHERE id = %s", [self.company.id]
        )
        self.env.invalidate_all()
        self.assert_refused("POL011", self.period, "2027-05-11")
        close, told = self.period("2027-05-20")
        self.assertEqual(told, ("2027-05-12", "2027-05-31", "month"))
        self.assertEqual(close.name, "12-31 May 2027")
        self.assertEqual(self.env["ai.close"]._for_month(self.company, day("2027-05-01")).id, close.id)

    def make(self, start, end, kind="month"):
        values = {"name": "x", "company_id": self.company.id, "period_start": start, "period_end": end}
        with self.env.cr.savepoint():
            self.env["ai.close"]._guarded().create({**values, "kind": kind})
            self.env.flush_all()

    def test_the_database_refuses_overlaps(self):
        for start, end, error in (
            ("2026-10-15", "2026-11-14", ExclusionViolation),
            ("2026-09-01", "2026-10-01", ExclusionViolation),
            ("2026-10-31", "2026-10-31", ExclusionViolation),
            ("2026-10-01", "2026-10-31", IntegrityError),
            ("2027-02-28", "2027-02-01", CheckViolation),
        ):
            with self.subTest(start), self.quiet(), self.assertRaises(error):
                self.make(start, end)
        self.make("2026-11-01", "2026-11-30")
        self.make("2026-10-31", "2026-10-31", "adjustment")
        with self.quiet(), self.assertRaises(UniqueViolation):
            self.make("2026-10-31", "2026-10-31", "adjustment")

    def quiet(self):
        return mute_logger("odoo.sql_db")


@tagged("post_install", "-at_install")
class TestAdjustment(ReopenCase):
    """The fiscal year ends in September, which is locked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.september._guarded().write({"kind": "year"})
        cls.company.sudo().write({"fiscalyear_last_day": 30, "fiscalyear_last_month": "9"})

    def open(self, user=None):
        action = self.be(self.september, user or self.ben).action_open_adjustment()
        return self.env["ai.close"].sudo().browse(action["res_id"])

    def send(self, amount=300.0, date="2026-09-30", user=None):
        draft = self.be(self.documented(self.draft(date, amount)), user or self.anna)
        return self.env["ai.close.entry"].sudo().browse(draft.action_ai_close_send_for_approval()["res_id"])

    def window(self, close, entries, users=None):
        return self.reopen(
            close=close, users=users or self.dirk, limited=True, entry_ids=[Command.set(entries.ids)]
        )

    def test_the_whole_way(self):
        close = self.open()
        self.assertEqual(
            (close.kind, close.period_start, close.period_end), ("adjustment", SEPTEMBER, SEPTEMBER)
        )
        self.assertEqual(self.open(), close)
        self.assertEqual(self.september.adjustment_id, close)
        entry = self.send()
        self.assertEqual(entry.close_id, close)
        self.be(entry, self.ben).action_review()
        sentence = self.assert_refused("LCK026", self.be(entry, self.dirk).action_approve)
        self.assertIn("Request reopen", sentence)
        request = self.window(close, entry)
        self.assert_refused("LCK002", self.be(self.draft("2026-09-30", 5), self.dirk).action_post)
        self.assert_refused("LCK002", self.be(self.draft("2026-09-14", 5), self.dirk).action_post)
        self.be(entry, self.dirk).action_approve()
        self.assertEqual((entry.move_id.state, entry.move_id.date), ("posted", SEPTEMBER))
        self.assertEqual((self.september.state, self.september.version), ("locked", 1))
        lock = self.be(close, self.ben).action_request_lock()
        lock = self.env["ai.close.lock"].sudo().browse(lock["res_id"])
        self.assert_refused("LCK003", self.be(lock, self.ben).action_request)
        with self.enter_registry_test_mode():
            self.be(request, self.carla).action_end_early("all is posted")
        self.env.invalidate_all()
        report = close.reopen_report_ids
        self.assertEqual((report.count_posted, report.result, report.adds_up), (1, -300.0, True))
        self.be(close, self.ben).action_refresh()
        self.be(lock, self.ben).action_request()
        self.assertEqual((close.state, lock.kind), ("requested", "adjustment"))
        with self.enter_registry_test_mode():
            self.be(lock, self.carla).action_approve()
        self.env.invalidate_all()
        self.assertEqual((close.state, self.company.fiscalyear_lock_date), ("locked", SEPTEMBER))
        self.assert_refused("LCK002", self.send)

    def test_its_own_day_and_journal_only(self):
        self.open()
        self.assert_refused("LCK002", self.send, 1.0, "2026-09-29")
        other = self.general.copy({"code": "OTH"})
        draft = self.be(self.draft("2026-09-30", 1, journal=other), self.anna)
        self.assert_refused("LCK002", draft.action_ai_close_send_for_approval)
        entry = self.send()
        entry._guarded().write({"journal_id": other.id})
        self.assert_refused("LCK026", self.be(entry, self.ben).action_review)

    def test_a_window_of_it_names_its_entries(self):
        close = self.open()
        self.assert_refused("LCK024", lambda: self.ask(close=close, users=self.dirk))
        stranger = self.send()
        stranger._guarded().write({"close_id": self.september.id})
        self.assert_refused(
            "LCK024",
            lambda: self.ask(close=close, users=self.dirk, entry_ids=[Command.set(stranger.ids)]),
        )

    def test_where_there_is_none(self):
        self.assert_refused("LCK026", self.be(self.close, self.ben).action_open_adjustment)
        self.assert_refused("SOD003", self.be(self.september, self.anna).action_open_adjustment)
        lock_by_hand(self.company, hard_lock_date=SEPTEMBER)
        self.assert_refused("LCK022", self.be(self.september, self.ben).action_open_adjustment)

    def test_the_agent_and_the_next_month_go_on_beside_it(self):
        close = self.open()
        self.assert_refused("LCK026", self.be(close, self.ben).action_run_now)
        self.assertEqual(self.env["ai.close"]._for_period(self.company, SEPTEMBER).id, self.september.id)
        self.assertEqual(self.env["ai.close.watch"]._open_close(self.company), self.close)
        action = self.be(self.close, self.ben).action_request_lock()
        self.env["ai.close.lock"].sudo().browse(action["res_id"])._need_turn("lock.request")

    def test_the_policy_names_another_journal(self):
        other = self.general.copy({"code": "ADJ"})
        params = self.params(adjustment_close_journal_id=other.id)
        policy = self.env["ai.close.policy"]._in_force(self.company)
        policy._guarded().write({"params": params})
        close = self.open()
        self.assertEqual(close._adjustment_journal(), other)
        self.assert_refused("LCK002", self.send)
        draft = self.be(self.documented(self.draft("2026-09-30", 1, journal=other)), self.anna)
        draft.action_ai_close_send_for_approval()
        self.assertEqual(close.entry_ids.journal_id, other)

    def test_locked_it_is_reopened_like_others(self):
        close = self.open()
        close._guarded().write({"state": "locked"})
        entry = self.send_for(close)
        request = self.window(close, entry)
        self.assertEqual(close.state, "reopened")
        self.end_by_time(request)
        self.relock()
        self.assertEqual((close.state, close.version), ("locked", 2))

    def send_for(self, close):
        close._guarded().write({"state": "working"})
        entry = self.send()
        close._guarded().write({"state": "locked"})
        return entry

    def test_a_window_outlives_no_later_lock(self):
        """The lock of the next month ends every exception; the adjustment asks for another window."""
        close = self.open()
        entry = self.send()
        request = self.window(close, entry)
        self.exceptions()._recreate()
        self.assertFalse(request._is_window_open())
        self.relock()
        self.assertEqual(request.state, "expired")
        self.assertGreater(request.exception_until, fields.Datetime.now() + timedelta(hours=1))
