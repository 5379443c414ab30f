"""The lock: asked by one, approved by another behind the shut gate, applied once; late drafts are refused."""

from psycopg2 import IntegrityError

from odoo.addons.ai_close.models import close_lock
from odoo.exceptions import UserError
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from .close_common import END, CloseCase
from .locks import lock_by_hand


@tagged("post_install", "-at_install")
class TestLock(CloseCase):
    def ready(self):
        self.finish(self.run_of_agent())
        self.sign_all_tasks()
        self.be(self.close, self.anna).action_refresh()
        self.assertEqual(self.close.state, "ready")

    def request(self, user=None):
        user = user or self.ben
        action = self.be(self.close, user).action_request_lock()
        lock = self.env["ai.close.lock"].sudo().browse(action["res_id"])
        self.be(lock, user).action_request()
        return lock

    def approve(self, lock, user):
        with self.enter_registry_test_mode():
            self.be(lock, user).action_approve()
        self.env.invalidate_all()

    def refuse_approval(self, code, lock, user):
        with self.enter_registry_test_mode():
            sentence = self.assert_refused(code, self.be(lock, user).action_approve)
        self.env.invalidate_all()
        return sentence

    def test_the_whole_way(self):
        self.ready()
        epoch = self.env["ai.close.gate"]._epoch(self.company)
        lock = self.request()
        self.assertEqual(
            (lock.state, self.close.state, lock.requested_by_id), ("requested", "requested", self.ben)
        )
        self.assertEqual(lock.activity_ids.user_id, self.carla | self.dirk)
        self.assertEqual(lock.approver_ids, self.carla | self.dirk)
        self.approve(lock, self.carla)
        self.assertEqual(
            (lock.state, lock.approved_by_id, self.close.state), ("applied", self.carla, "locked")
        )
        self.assertEqual(self.company.fiscalyear_lock_date, END)
        self.assertEqual(self.env["ai.close.gate"]._epoch(self.company), epoch + 1)
        self.assertFalse(lock.activity_ids)
        trail = self.env["ai.close.audit"].sudo().search([("model", "=", "ai.close.lock")], order="id")
        self.assertEqual(
            trail.mapped("action"), ["lock.create", "lock.request", "lock.approve", "lock.apply"]
        )
        blocks = self.env["ai.close.audit.seal"].sudo()
        last = blocks.search([("company_id", "=", self.company.id)], limit=1)
        self.assertEqual(set(trail.mapped("block")), {last.display_name.replace("Block ", "b")})
        self.assertEqual(trail.mapped("user_id"), [self.ben.id, self.ben.id, self.carla.id, self.carla.id])

    def test_applied_once(self):
        self.ready()
        lock = self.request()
        self.approve(lock, self.carla)
        self.refuse_approval("ENT001", lock, self.dirk)
        self.assertEqual(lock.approved_by_id, self.carla)
        self.assert_refused("LCK001", self.be(self.close, self.ben).action_request_lock)

    def test_asked_once(self):
        """A second request would write another name over who asked, who could then approve."""
        self.ready()
        lock = self.request(self.carla)
        self.assert_refused("ENT001", self.be(lock, self.dirk).action_request)
        self.assertEqual(lock.requested_by_id, self.carla)
        self.refuse_approval("SOD001", lock, self.carla)

    def test_not_ready_is_not_asked(self):
        self.finish(self.run_of_agent())
        action = self.be(self.close, self.ben).action_request_lock()
        lock = self.env["ai.close.lock"].sudo().browse(action["res_id"])
        sentence = self.assert_refused("LCK003", self.be(lock, self.ben).action_request)
        self.assertIn("Tasks not signed (8)", sentence)
        self.assertEqual(lock.readiness["counters"]["tasks"], {"done": 0, "total": 8})

    def test_readiness_is_judged_again_behind_the_gate(self):
        self.ready()
        lock = self.request()
        self.bank_line(77, "late")
        self.refuse_approval("LCK003", lock, self.carla)
        self.assertEqual(
            (lock.state, lock.approved_by_id.ids, self.company.fiscalyear_lock_date), ("requested", [], False)
        )

    def test_what_odoo_refuses_is_told_in_words(self):
        self.ready()
        lock = self.request()
        self.patch(
            type(self.close),
            "_readiness",
            lambda close: {"pct": 100, "blockers": [], "counters": {}, "formula": ""},
        )
        self.bank_line(77, "late")
        sentence = self.refuse_approval("LCK003", lock, self.carla)
        self.assertIn("unreconciled bank statement lines", sentence)
        self.assertFalse(self.company.fiscalyear_lock_date)

    def test_who_may_approve(self):
        self.ready()
        lock = self.request(self.carla)
        self.refuse_approval("SOD001", lock, self.carla)
        for user, code in (
            (self.anna, "SOD003"),
            (self.ben, "SOD003"),
            (self.audrey, "SOD003"),
            (self.robot, "SOD002"),
        ):
            self.refuse_approval(code, lock, user)
        self.assertEqual(lock.approver_ids, self.dirk)
        self.approve(lock, self.dirk)
        self.assertEqual(self.close.state, "locked")

    def test_who_prepared_an_entry_does_not_lock_it(self):
        source = self.invoice(10).move_id
        self.submit("ai.close.entry", self.run_of_agent(), self.entry_row(source))
        entry = self.close.entry_ids
        self.be(entry, self.dirk).action_prepare()
        self.be(entry, self.ben).action_review()
        self.be(entry, self.carla).action_approve()
        self.finish(self.close.run_ids, proposers=[])
        self.sign_all_tasks()
        lock = self.request()
        self.refuse_approval("SOD001", lock, self.dirk)
        self.approve(lock, self.carla)

    def test_the_table_itself_wants_two_people(self):
        self.ready()
        lock = self.request()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE ai_close_lock SET state = 'approved', approved_by_id = requested_by_id WHERE id = %s",
                [lock.id],
            )

    def test_reject_returns_to_work(self):
        self.ready()
        lock = self.request()
        self.assert_refused("ENT006", self.be(lock, self.carla).action_reject, "")
        self.be(lock, self.carla).action_reject("bank statement is missing")
        self.assertEqual((lock.state, self.close.state), ("rejected", "ready"))
        self.assertFalse(lock.activity_ids)
        self.assertNotEqual(self.request(), lock)

    def test_a_lock_date_moved_meanwhile_is_noticed(self):
        self.ready()
        lock = self.request()
        lock_by_hand(self.company, fiscalyear_lock_date="2026-09-30")
        # the watch tells of it first; without it the lock itself still looks
        self.assertIn("[SYS003]", self.refuse_approval("LCK003", lock, self.carla))
        self.patch(type(self.env["ai.close.watch"]), "_look", lambda watch, *_args, **_more: None)
        self.refuse_approval("LCK005", lock, self.carla)

    def test_a_done_activity_is_no_approval(self):
        self.ready()
        lock = self.request()
        self.be(
            lock.activity_ids.filtered(lambda each: each.user_id == self.carla), self.carla
        ).action_feedback("ok")
        self.assertEqual((lock.state, self.company.fiscalyear_lock_date), ("requested", False))

    def test_what_is_locked_is_not_decided_any_more(self):
        self.ready()
        self.approve(self.request(), self.carla)
        task = self.close.task_ids[0]
        self.assert_refused("LCK001", self.be(task, self.ben).action_send_back, "once more, please")
        self.assert_refused("LCK001", self.be(self.close, self.anna).action_run_now)

    def test_who_posts_right_now_is_waited_for(self):
        self.ready()
        lock = self.request()
        self.patch(close_lock, "GATE_TIMEOUT_S", 0.2)
        with db_connect(self.env.cr.dbname).cursor() as poster, mute_logger("odoo.sql_db"):
            # A transaction that posts in another company of the same database holds the gate as well.
            poster.execute("LOCK TABLE ai_close_gate IN ROW SHARE MODE")
            self.refuse_approval("LCK007", lock, self.carla)
        self.assertEqual((lock.state, self.company.fiscalyear_lock_date), ("requested", False))

    # -- posting

    def test_a_locked_draft_is_refused_instead_of_re_dated(self):
        self.ready()
        draft = self.env["account.move"].create(
            {
                "date": "2026-11-10",
                "journal_id": self.general.id,
                "line_ids": [
                    (0, 0, {"account_id": self.expense.id, "balance": 1, "name": "x"}),
                    (0, 0, {"account_id": self.grni.id, "balance": -1, "name": "x"}),
                ],
            }
        )
        self.approve(self.request(), self.carla)
        draft.date = "2026-10-14"
        self.assertIn("10/14/2026 is locked to 10/31/2026", draft.ai_close_lock_message)
        sentence = self.assert_refused("LCK002", draft.action_post)
        self.assertIn("is locked to", sentence)
        self.assertEqual((draft.state, str(draft.date)), ("draft", "2026-10-14"))
        draft.date = "2026-11-14"
        self.assertFalse(draft.ai_close_lock_message)
        draft.action_post()
        self.assertEqual((draft.state, draft.ai_close_posted_by), ("posted", self.env.user))
        self.assertTrue(draft.ai_close_posted_at)

    def test_other_companies_keep_odoos_way(self):
        other = self.setup_other_company()
        company = other["company"]
        draft = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "date": "2026-10-14",
                    "journal_id": other["default_journal_misc"].id,
                    "line_ids": [
                        (
                            0,
                            0,
                            {"account_id": other["default_account_expense"].id, "balance": 1, "name": "x"},
                        ),
                        (
                            0,
                            0,
                            {"account_id": other["default_account_revenue"].id, "balance": -1, "name": "x"},
                        ),
                    ],
                }
            )
        )
        company.fiscalyear_lock_date = END
        draft.action_post()
        self.assertEqual(draft.state, "posted")
        self.assertGreater(draft.date, END)

    def test_posted_by_is_not_written_by_people(self):
        move = self.invoice(10).move_id
        for vals in ({"ai_close_posted_by": self.ben.id}, {"ai_close_posted_at": "2020-01-01 00:00:00"}):
            self.assert_refused("AUD002", self.be(move, self.anna).write, vals)

    def test_request_is_not_written_by_people(self):
        self.ready()
        lock = self.request()
        for vals in (
            {"state": "applied"},
            {"approved_by_id": self.carla.id},
            {"date_new": "2027-01-31"},
            {"reason": "rewritten"},
        ):
            self.assert_refused("AUD002", self.be(lock, self.carla).write, vals)
        with self.assertRaises(UserError):
            self.be(self.env["ai.close.lock"], self.carla).create(
                {
                    "name": "x",
                    "company_id": self.company.id,
                    "close_id": self.close.id,
                    "date_new": "2027-01-31",
                }
            )
