"""The checklist: templates, working days, checks that never pass by ignorance, two people, staleness."""

from odoo import Command, fields
from odoo.addons.ai_close.models.refusal import CloseRefusal
from odoo.tests import tagged

from .close_common import END, CloseCase

NOTE = "Looked at by hand, in order."


@tagged("post_install", "-at_install")
class TestTask(CloseCase):
    def task(self, code):
        return self.close.task_ids.filtered(lambda task: task.code == code)

    def judge(self):
        self.be(self.close, self.anna).action_refresh()

    def test_tasks_come_from_the_templates(self):
        self.assertEqual(
            self.close.task_ids.sorted("sequence").mapped("code"),
            ["RUN", "BANK", "DRAFT", "FINDING", "ACCRUAL", "AGEING", "STOCK", "TRIAL"],
        )
        self.assertEqual(self.task("FINDING").depends_on_ids, self.task("RUN"))
        self.assertEqual(len(self.task("TRIAL").depends_on_ids), 7)
        self.assertEqual((self.task("RUN").state, self.task("TRIAL").state), ("open", "waiting"))
        self.assertEqual(self.task("BANK").owner_id, self.anna)
        self.assertEqual(self.task("TRIAL").reviewer_id.ids, [], "two controllers: nobody is named")

    def test_due_days_are_working_days(self):
        # 1 November 2026 is a Sunday.
        self.assertEqual(
            [str(self.close._workday(number)) for number in (1, 4, 5, 6)],
            ["2026-11-02", "2026-11-05", "2026-11-06", "2026-11-09"],
        )
        self.assertEqual(
            (str(self.task("TRIAL").date_due), self.task("TRIAL").due_bucket), ("2026-11-05", "WD+04")
        )
        self.assertEqual(str(self.close.date_due), "2026-11-05")

    def test_a_holiday_moves_the_due_day(self):
        calendar = self.company.resource_calendar_id
        self.env["resource.calendar.leaves"].create(
            {
                "name": "holiday",
                "calendar_id": calendar.id,
                "company_id": self.company.id,
                "date_from": "2026-11-02 00:00:00",
                "date_to": "2026-11-02 23:59:59",
            }
        )
        self.assertEqual(str(self.close._workday(1)), "2026-11-03")

    def test_the_period_is_made_once(self):
        self.assertEqual(
            self.env["ai.close"]._for_period(self.company, fields.Date.to_date("2026-10-07")), self.close
        )
        self.assertEqual((self.close.name, self.close.period_end), ("October 2026", END))

    # -- checks

    def test_an_unknown_check_is_no_data(self):
        self.judge()
        stock = self.task("STOCK")
        self.assertEqual((stock.check_state, stock.state), ("no_data", "open"))
        for name in ("company", "nobody_wrote_this", "access"):
            stock._guarded().write({"self_check": name})
            stock._judge_check()
            self.assertEqual((stock.check_state, stock.state), ("no_data", "open"), name)

    def test_no_run_is_no_data(self):
        self.judge()
        self.assertEqual(
            [self.task(code).check_state for code in ("RUN", "FINDING", "ACCRUAL")], ["no_data"] * 3
        )

    def test_a_run_with_failures_does_not_pass(self):
        run = self.run_of_agent()
        run._guarded().write({"failures": [{"code": "STA001"}]})
        self.finish(run)
        self.assertEqual((self.task("RUN").check_state, self.task("RUN").state), ("fail", "open"))

    def test_a_passed_check_prepares_and_a_person_signs(self):
        self.finish(self.run_of_agent())
        run = self.task("RUN")
        self.assertEqual((run.state, run.check_state, run.prepared_by_id.ids), ("prepared", "pass", []))
        self.assertEqual(self.task("FINDING").state, "waiting")
        self.assert_refused("SOD003", self.be(run, self.anna).action_sign)
        self.be(run, self.ben).action_sign()
        self.assertEqual((run.state, run.signed_by_id), ("signed", self.ben))
        self.assertEqual(
            self.task("FINDING").state, "prepared", "its predecessor is signed and its check passes"
        )

    def test_bank_check(self):
        self.judge()
        self.assertEqual(self.task("BANK").check_state, "no_data")
        line = self.bank_line(100)
        self.judge()
        self.assertEqual(self.task("BANK").check_state, "fail")
        line._ai_close_settle([(self.invoice(100),)])
        self.judge()
        self.assertEqual((self.task("BANK").check_state, self.task("BANK").state), ("pass", "prepared"))
        self.bank_line(5, date="2026-09-30")
        self.judge()
        self.assertEqual((self.task("BANK").check_state, self.task("BANK").state), ("fail", "open"))

    def test_draft_check(self):
        draft = self.env["account.move"].create({"date": "2026-10-15", "journal_id": self.general.id})
        self.judge()
        self.assertEqual(self.task("DRAFT").check_state, "fail")
        draft.unlink()
        self.env["account.move"].create({"date": "2026-11-01", "journal_id": self.general.id})
        self.judge()
        self.assertEqual(self.task("DRAFT").check_state, "pass")

    # -- people

    def test_evidence_and_predecessors_are_demanded(self):
        stock, trial = self.task("STOCK"), self.task("TRIAL")
        self.judge()
        self.assert_refused("ENT008", self.be(stock, self.anna).action_prepare)
        self.assert_refused("ENT008", self.be(stock, self.anna).action_prepare, "short")
        self.assert_refused("ENT001", self.be(stock, self.ben).action_sign)
        sentence = self.assert_refused("ENT009", self.be(trial, self.anna).action_prepare, NOTE)
        self.assertIn("Stock ties to the ledger", sentence)
        self.be(stock, self.anna).action_prepare(NOTE)
        self.assertEqual(
            (stock.state, stock.prepared_by_id, stock.evidence_note), ("prepared", self.anna, NOTE)
        )

    def test_two_people(self):
        stock = self.task("STOCK")
        self.be(stock, self.ben).action_prepare(NOTE)
        self.assert_refused("SOD001", self.be(stock, self.ben).action_sign)
        self.assert_refused("SOD003", self.be(stock, self.audrey).action_sign)
        self.assert_refused("SOD002", self.be(stock, self.robot).action_sign)
        self.be(stock, self.carla).action_sign()
        self.assertEqual(stock.state, "signed")

    def test_send_back_and_not_applicable(self):
        stock = self.task("STOCK")
        self.be(stock, self.anna).action_prepare(NOTE)
        self.assert_refused("ENT006", self.be(stock, self.ben).action_send_back, "no")
        self.be(stock, self.ben).action_send_back("count is missing")
        self.assertEqual((stock.state, stock.prepared_by_id.ids), ("open", []))

    def test_not_applicable_takes_two(self):
        stock, why = self.task("STOCK"), "there is no stock"
        self.assert_refused("SOD003", self.be(stock, self.audrey).action_not_applicable, why)
        self.assert_refused("ENT006", self.be(stock, self.anna).action_not_applicable, "no")
        self.be(stock, self.carla).action_not_applicable(why)
        self.assertEqual((stock.state, stock.na_requested_by_id), ("open", self.carla))
        self.assert_refused("SOD001", self.be(stock, self.carla).action_not_applicable, "I say so twice")
        self.assert_refused("SOD003", self.be(stock, self.anna).action_not_applicable, "I agree with her")
        self.assert_refused("AUD002", self.be(stock, self.carla).write, {"na_requested_by_id": self.anna.id})
        self.be(stock, self.ben).action_not_applicable("seen the empty warehouse")
        self.assertEqual(
            (stock.state, stock.na_reason), ("not_applicable", f"{why}\nseen the empty warehouse")
        )
        audit = self.env["ai.close.audit"].sudo()
        steps = audit.search([("model", "=", stock._name), ("res_id", "=", stock.id)])
        self.assertEqual(
            [(step.action, step.user_id) for step in steps.sorted("id")],
            [
                ("task.not_applicable_request", self.carla.id),
                ("task.not_applicable", self.ben.id),
            ],
        )

    def test_work_done_ends_the_wish_to_leave_the_task_out(self):
        stock = self.task("STOCK")
        self.be(stock, self.carla).action_not_applicable("there is no stock")
        self.be(stock, self.anna).action_prepare(NOTE)
        self.assertFalse(stock.na_requested_by_id)
        # one person's word again: nobody confirmed the first for what it is now
        self.be(stock, self.ben).action_not_applicable("counted as nothing")
        self.assertEqual(stock.state, "prepared")

    def test_what_people_may_write(self):
        stock = self.task("STOCK")
        self.be(stock, self.anna).write({"evidence_note": NOTE})
        self.assert_refused("SOD003", self.be(stock, self.anna).write, {"owner_id": self.ben.id})
        self.be(stock, self.carla).write({"owner_id": self.ben.id})
        for vals in (
            {"state": "signed"},
            {"signed_by_id": self.ben.id},
            {"check_state": "pass"},
            {"prepared_by_id": False},
            {"depends_on_ids": [Command.clear()]},
        ):
            self.assert_refused("AUD002", self.be(stock, self.carla).write, vals)
        self.be(stock, self.anna).action_prepare()
        self.be(stock, self.carla).action_sign()
        self.assert_refused("ENT001", self.be(stock, self.anna).write, {"evidence_note": "another story"})

    # -- stale

    def test_a_check_that_fails_later_makes_the_sign_off_stale(self):
        line = self.bank_line(100)
        line._ai_close_settle([(self.invoice(100),)])
        self.judge()
        bank = self.task("BANK")
        self.be(bank, self.ben).action_sign()
        line.action_undo_reconciliation()
        self.judge()
        self.assertEqual((bank.state, bank.signed_by_id), ("stale", self.ben))
        self.assertIn("1 of 1", bank.stale_reason)
        line._ai_close_settle([(self.invoice(100),)])
        self.judge()
        self.assertEqual((bank.state, bank.signed_by_id.ids), ("prepared", []), "a new signature is needed")

    def test_a_late_bill_makes_the_ageing_stale(self):
        ageing = self.task("AGEING")
        self.be(self.task("BANK"), self.anna).action_prepare(NOTE)
        self.be(self.task("BANK"), self.ben).action_sign()
        self.be(ageing, self.anna).action_prepare(NOTE)
        self.be(ageing, self.ben).action_sign()
        ageing._guarded().write({"signed_at": fields.Datetime.subtract(fields.Datetime.now(), hours=1)})
        move = self.env["account.move"].create(
            {
                "date": "2026-10-15",
                "journal_id": self.general.id,
                "line_ids": [
                    Command.create({"account_id": self.expense.id, "balance": 1, "name": "x"}),
                    Command.create({"account_id": self.grni.id, "balance": -1, "name": "x"}),
                ],
            }
        )
        move.action_post()
        self.judge()
        self.assertEqual(ageing.state, "signed", "neither receivable nor payable")
        bill = self.invoice(70, move_type="in_invoice", date="2026-10-30")
        self.judge()
        self.assertEqual(ageing.state, "stale")
        self.assertIn(bill.move_id.name, ageing.stale_reason)
        self.be(ageing, self.anna).action_prepare(NOTE)
        self.be(ageing, self.ben).action_sign()
        self.assertEqual(ageing.state, "signed")

    def test_tasks_can_not_be_deleted_or_made_by_hand(self):
        for call in (self.task("STOCK").with_user(self.carla).sudo().unlink,):
            with self.assertRaises(CloseRefusal):
                call()
