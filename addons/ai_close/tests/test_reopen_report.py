"""What a reopen left behind: the list that adds up, the new baseline, later periods, and who signs."""

from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .close_common import END
from .locks import lock_by_hand
from .test_reopen import SEPTEMBER, ReopenCase


@tagged("post_install", "-at_install")
class TestReopenReport(ReopenCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna.group_ids += cls.env.ref("account.group_account_manager")

    def open_since(self, **vals):
        """Reopen; Odoo dates what is written by the transaction's begin, which a test's is long before."""
        request = self.reopen(**vals)
        request._guarded().write({"approved_at": self.env.cr.now() - timedelta(minutes=5)})
        return request

    def ended(self, request):
        self.end_by_time(request)
        self.relock()
        return request.report_ids

    def behind(self, statement, *params):
        """Change the books as only the owner of the database can: every trigger off."""
        self.env.flush_all()
        for table in ("account_move_line", "account_move"):
            self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.env.cr.execute(statement, params)
        for table in ("account_move_line", "account_move"):
            self.env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        self.env.invalidate_all()

    def drift(self):
        return self.env["ai.close.snapshot"]._drift(self.company, everything=True)

    def test_posted_and_reversed_by_journal_and_user(self):
        other = self.general.copy({"code": "OTH"})
        request = self.open_since(users=self.anna | self.dirk)
        self.be(self.draft("2026-09-14", 120), self.anna).action_post()
        self.be(self.draft("2026-09-15", 30, journal=other), self.dirk).action_post()
        self.be(self.old, self.anna)._reverse_moves([{"date": "2026-09-20"}]).action_post()
        report = self.ended(request)
        told = {
            (line.kind, line.journal_id.code, line.user_id, line.amount, line.result)
            for line in report.line_ids
        }
        code = self.general.code
        self.assertEqual(
            told,
            {
                ("posted", code, self.anna, 120.0, -120.0),
                ("posted", "OTH", self.dirk, 30.0, -30.0),
                ("reversed", code, self.anna, 50.0, 50.0),
                # Odoo settles an entry with its reversal
                ("reconciled", code, self.anna, 50.0, 0.0),
            },
        )
        self.assertEqual(
            (report.count_posted, report.count_reversed, report.result, report.adds_up), (2, 1, -100.0, True)
        )
        accounts = {row.account_id: (row.before, row.after, row.difference) for row in report.account_ids}
        self.assertEqual(accounts[self.expense], (50.0, 150.0, 100.0))
        self.assertEqual(accounts[self.grni], (-50.0, -150.0, -100.0))

    def test_unposted_and_changed(self):
        request = self.open_since()
        self.be(self.old, self.anna).button_draft()
        report = self.ended(request)
        self.assertEqual((report.count_changed, report.result, report.adds_up), (1, 50.0, True))
        self.assertEqual(report.line_ids.label, "unposted")
        self.assertFalse(self.drift()["lines"])

    def test_reconciled_and_unreconciled(self):
        invoice = self.invoice(100.0, date="2026-10-02")
        request = self.open_since()
        refund = self.be(
            self.env["account.move"].create(
                {
                    "date": "2026-09-20",
                    "journal_id": self.general.id,
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": invoice.account_id.id,
                                "partner_id": self.partner_a.id,
                                "balance": balance,
                                "name": "x",
                            }
                        )
                        for balance in (40.0, -40.0)
                    ],
                }
            ),
            self.anna,
        )
        refund.action_post()
        refund.line_ids.reconcile()
        refund.line_ids.remove_move_reconcile()
        refund.line_ids.reconcile()
        report = self.ended(request)
        self.assertEqual((report.count_reconciled, report.count_unreconciled), (1, 1))
        undone = report.line_ids.filtered(lambda line: line.kind == "unreconciled")
        self.assertEqual((undone.user_id, undone.amount, undone.move_id), (self.anna, 40.0, refund.sudo()))

    def test_drift_beside_the_window_is_still_found(self):
        """The new baseline explains what the report tells, and nothing else."""
        request = self.open_since()
        self.be(self.draft("2026-09-14", 120), self.anna).action_post()
        line = self.old.line_ids.filtered(lambda each: each.balance > 0)
        self.behind("UPDATE account_move_line SET balance = 77 WHERE id = %s", line.id)
        report = self.ended(request)
        self.assertEqual((report.count_posted, report.result, report.adds_up), (1, -120.0, True))
        drift = self.drift()
        self.assertEqual([(each["line_id"], each["kind"]) for each in drift["lines"]], [(line.id, "changed")])
        self.assertFalse(drift["forged"])
        self.behind("UPDATE account_move_line SET balance = 50 WHERE id = %s", line.id)
        self.assertEqual((self.drift()["lines"], self.drift()["accounts"]), ([], []))

    def test_a_stranger_in_the_period_is_not_explained(self):
        request = self.open_since()
        stray = self.draft("2026-09-14", 9)
        self.behind(
            "UPDATE account_move SET state = 'posted', name = 'X/1', ai_close_posted_by = %s,"
            " ai_close_posted_at = now() AT TIME ZONE 'UTC' WHERE id = %s",
            self.dirk.id,
            stray.id,
        )
        self.behind("UPDATE account_move_line SET parent_state = 'posted' WHERE move_id = %s", stray.id)
        report = self.ended(request)
        self.assertFalse(report.line_ids)
        self.assertEqual({each["kind"] for each in self.drift()["lines"]}, {"inserted"})

    def test_later_periods_are_marked(self):
        trial = self.close.task_ids.filtered(lambda task: task.watches == "ledger")
        trial._guarded().write(
            {"state": "signed", "prepared_by_id": self.anna.id, "signed_by_id": self.ben.id}
        )
        request = self.open_since()
        self.assertIn("open until", self.close.below_message)
        self.be(self.draft("2026-09-14", 120), self.anna).action_post()
        self.ended(request)
        mark = self.close.below_ids
        self.assertEqual((mark.result, mark.state), (-120.0, "open"))
        self.assertIn("September 2026 reopened, result", self.close.below_message)
        self.assertIn(self.expense.with_company(self.company).code, mark.accounts)
        self.assertEqual(set(trial.mapped("state")), {"stale"})
        self.assertIn("Changed below", trial[0].stale_reason)
        self.assert_refused("SOD003", self.be(mark, self.anna).action_judge, "opening balances corrected")
        self.assert_refused("ENT006", self.be(mark, self.ben).action_judge, "ok")
        self.be(mark, self.ben).action_judge("the opening balances were taken over")
        self.assertEqual((mark.judged_by_id, self.close.below_message), (self.ben, False))
        self.assert_refused("ENT001", self.be(mark, self.ben).action_judge, "once more, for luck")

    def test_a_locked_later_period_keeps_its_signatures(self):
        lock_by_hand(self.company, fiscalyear_lock_date=END)
        self.close._guarded().write({"state": "locked"})
        trial = self.close.task_ids.filtered(lambda task: task.watches == "ledger")
        trial._guarded().write(
            {"state": "signed", "prepared_by_id": self.anna.id, "signed_by_id": self.ben.id}
        )
        request = self.open_since()
        self.be(self.draft("2026-09-14", 120), self.anna).action_post()
        self.ended(request)
        self.assertEqual((self.close.below_ids.result, self.close.state), (-120.0, "locked"))
        self.assertEqual(set(trial.mapped("state")), {"signed"})

    def test_nothing_done_marks_nothing(self):
        report = self.ended(self.open_since())
        self.assertEqual((report.count_posted, report.result, len(report.line_ids)), (0, 0.0, 0))
        self.assertFalse(self.close.below_ids)
        self.assertEqual((report.state, self.september.version), ("unsigned", 2))

    def test_who_signs_the_version(self):
        report = self.ended(self.open_since(users=self.anna | self.dirk))
        self.assertEqual(report.activity_ids.user_id, self.carla)
        self.assert_refused("SOD003", self.be(report, self.ben).action_sign)
        self.assert_refused("SOD001", self.be(report, self.dirk).action_sign)
        self.assert_refused("SOD002", self.be(report, self.robot).action_sign)
        self.be(report, self.carla).action_sign()
        self.assertEqual((report.state, report.signed_by_id, report.version), ("signed", self.carla, 2))
        self.assertFalse(self.september.unsigned_report_id)
        self.assert_refused("ENT001", self.be(report, self.carla).action_sign)

    def test_the_next_lock_writes_it_up_first(self):
        """October's lock comes while nobody wrote up September's window: the baseline stays exact."""
        request = self.open_since()
        self.be(self.draft("2026-09-14", 120), self.anna).action_post()
        self.end_by_time(request)
        action = self.be(self.close, self.ben).action_request_lock()
        lock = self.be(self.env["ai.close.lock"].browse(action["res_id"]), self.ben)
        with self.enter_registry_test_mode():
            self.assert_refused("LCK003", lock.action_request)
            lock._settle_ended(self.company)
        self.env.invalidate_all()
        self.assertEqual((request.state, request.report_ids.count_posted), ("expired", 1))

    def test_it_prints(self):
        request = self.open_since()
        self.be(self.draft("2026-09-14", 120), self.anna).action_post()
        report = self.ended(request)
        html = self.env["ir.actions.report"].sudo()._render_qweb_html("ai_close.report_reopen", report.ids)[0]
        self.assertIn(b"credit note 88 came late", html)
        self.assertIn(report.line_ids.move_id.name.encode(), html)
        self.assertIn(b"Not yet signed", html)

    def test_nobody_writes_it(self):
        report = self.ended(self.open_since())
        for record, vals in (
            (report, {"state": "signed"}),
            (report, {"result": 1.0}),
            (report, {"signed_by_id": self.carla.id}),
        ):
            self.assert_refused("AUD002", record.sudo().write, vals)
        self.assert_refused(
            "AUD002", self.env["ai.close.reopen.line"].sudo().create, {"report_id": report.id}
        )

    def test_the_list_takes_as_many_statements_for_many_entries(self):
        request = self.open_since()
        moves = self.env["account.move"]
        for number in range(20):
            moves |= self.draft("2026-09-14", 1 + number)
        self.be(moves, self.anna).action_post()
        self.end_by_time(request)
        snapshots = self.env["ai.close.snapshot"]
        with self.assertQueryCount(8):
            rows = snapshots._window_changes(request, request.exception_until)
        self.assertEqual(len({row["move_id"] for row in rows}), 20)
        self.relock()
        self.assertEqual((request.report_ids.count_posted, request.report_ids.adds_up), (20, True))
        self.assertEqual(self.company.fiscalyear_lock_date, SEPTEMBER)
