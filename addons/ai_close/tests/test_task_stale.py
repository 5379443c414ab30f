"""Sign-offs that go stale: by a change of the data, in its own transaction, and with the cause."""

from odoo import Command
from odoo.tests import tagged

from .close_common import CloseCase

NOTE = "Looked at by hand, in order."


@tagged("post_install", "-at_install")
class TestTaskStale(CloseCase):
    def task(self, code):
        return self.close.task_ids.filtered(lambda task: task.code == code)

    def signed(self, code):
        task = self.task(code)
        self.be(task, self.anna).action_prepare(NOTE)
        self.be(task, self.ben).action_sign()
        return task

    def test_others_say_that_a_sign_off_is_stale(self):
        stock, draft = self.signed("STOCK"), self.task("DRAFT")
        draft._judge_check()
        self.assertEqual((draft.state, draft.prepared_by_id.ids), ("prepared", []))
        struck = self.env["ai.close.task"]._mark_stale(self.close, "September was reopened.")
        self.assertEqual((struck, stock.state), (stock, "stale"))
        self.assertEqual(stock.stale_reason, "September was reopened.")
        self.assertEqual(draft.state, "prepared", "the server's own preparation is judged again")
        self.assertFalse(self.env["ai.close.task"]._mark_stale([self.close.id], "again"))

    # -- in the transaction of the change

    def commit(self):
        """What happens as a transaction ends, short of the commit itself."""
        self.env.cr.flush()
        self.env.invalidate_all()

    def entry(self, date="2026-10-15", post=True, owed=False):
        other = self.company_data["default_account_receivable"] if owed else self.grni
        move = self.env["account.move"].create(
            {
                "date": date,
                "journal_id": self.general.id,
                "line_ids": [
                    Command.create({"account_id": self.expense.id, "balance": 7, "name": "x"}),
                    Command.create({"account_id": other.id, "balance": -7, "name": "x"}),
                ],
            }
        )
        if post:
            move.action_post()
        return move

    def watching(self, code, watches):
        self.task(code)._guarded().write({"watches": watches, "self_check": False})
        return self.signed(code)

    def test_a_posting_strikes_what_watches_the_ledger(self):
        ledger, partner = self.watching("STOCK", "ledger"), self.watching("DRAFT", "partner")
        self.entry(date="2026-11-02")
        self.commit()
        self.assertEqual((ledger.state, partner.state), ("signed", "signed"), "after the period")
        move = self.be(self.entry(post=False), self.env.user)
        move.action_post()
        self.commit()
        self.assertEqual((ledger.state, partner.state), ("stale", "signed"), "no receivable")
        self.assertIn(move.name, ledger.stale_reason)
        self.assertIn(self.env.user.name, ledger.stale_reason)
        self.assertIn("UTC", ledger.stale_reason)
        (struck,) = ledger.struck_signatures
        self.assertEqual([step["by_id"] for step in struck["steps"]], [self.anna.id, self.ben.id])
        self.assertEqual(struck["cause"]["id"], move.id)
        self.entry(date="2026-09-30", owed=True)
        self.commit()
        self.assertEqual(partner.state, "stale", "before the period counts, too")

    def test_what_an_exception_lets_into_a_locked_month_strikes_that_month(self):
        ledger = self.watching("STOCK", "ledger")
        draft = self.task("DRAFT")
        draft._judge_check()
        self.be(draft, self.ben).action_sign()
        self.close._guarded().write({"state": "locked"})
        self.entry(date="2026-09-20")
        self.entry(post=False)
        self.commit()
        self.assertEqual((ledger.state, draft.state), ("signed", "signed"), "an earlier month, and a draft")
        self.entry()
        self.commit()
        self.assertEqual((ledger.state, self.close.state), ("stale", "locked"))

    def test_each_way_to_change_posted_entries_strikes(self):
        move, owed = self.entry(), self.entry(owed=True)
        other = self.entry(owed=True)
        line = owed.line_ids.filtered(lambda each: each.account_id.account_type == "asset_receivable")
        paid = other.line_ids.filtered(lambda each: each.account_id.account_type == "asset_receivable")
        ledger, partner = self.watching("STOCK", "ledger"), self.watching("DRAFT", "partner")
        ways = {
            "reset": (move.button_draft, ledger),
            "posted again": (move.action_post, ledger),
            "due date": (lambda: line.write({"date_maturity": "2026-12-24"}), partner),
            "partner": (lambda: line.write({"partner_id": self.partner_b.id}), partner),
            "cancelled": (lambda: (move.button_draft(), move.button_cancel()), ledger),
            "account": (lambda: owed.line_ids[0].write({"account_id": self.not_received.id}), ledger),
            "removed": (lambda: paid.move_id.button_draft() or paid.move_id.unlink(), partner),
        }
        for name, (act, task) in ways.items():
            self.assertEqual(task.state, "signed", name)
            act()
            self.commit()
            self.assertEqual(task.state, "stale", name)
            for each in (ledger, partner):
                if each.state == "stale":
                    self.be(each, self.anna).action_prepare(NOTE)
                    self.be(each, self.ben).action_sign()

    def test_settling_within_the_period_strikes_the_ageing_only(self):
        sale, payment = self.invoice(100), self.invoice(100, move_type="out_refund")
        late = self.invoice(100, move_type="out_refund", date="2026-11-03")
        ledger, partner = self.watching("STOCK", "ledger"), self.watching("DRAFT", "partner")
        (sale + late).reconcile()
        self.commit()
        self.assertEqual(partner.state, "signed", "settled in the next month")
        (sale + late).remove_move_reconcile()
        (sale + payment).reconcile()
        self.commit()
        self.assertEqual((partner.state, ledger.state), ("stale", "signed"))

    def test_a_bank_line_strikes_the_bank_task(self):
        line = self.bank_line(100)
        line._ai_close_settle([(self.invoice(100),)])
        bank = self.task("BANK")
        bank._judge_check()
        self.be(bank, self.ben).action_sign()
        self.bank_line(3, date="2026-11-01")
        self.commit()
        self.assertEqual(bank.state, "signed")
        line.action_undo_reconciliation()
        self.commit()
        self.assertEqual(bank.state, "stale")
        self.assertIn("1 of 1", bank.stale_reason)

    def test_a_draft_strikes_only_when_the_check_says_so(self):
        draft = self.task("DRAFT")
        draft._judge_check()
        self.be(draft, self.ben).action_sign()
        self.entry(date="2026-10-31")
        self.entry(date="2026-11-01", post=False)
        self.commit()
        self.assertEqual(draft.state, "signed")
        late = self.entry(post=False)
        self.commit()
        self.assertEqual(draft.state, "stale")
        late.unlink()

    def test_a_new_finding_and_a_new_entry_strike(self):
        run = self.run_of_agent()
        self.finish(run)
        for code in ("RUN", "FINDING", "ACCRUAL"):
            self.be(self.task(code), self.ben).action_sign()
        self.submit("ai.close.entry", run, self.entry_row(self.entry()))
        self.commit()
        self.assertEqual((self.task("ACCRUAL").state, self.task("FINDING").state), ("stale", "signed"))
        self.env["ai.close.finding"]._guarded().create(
            {
                "key": "X",
                "close_id": self.close.id,
                "company_id": self.company.id,
                "rule": "CMP001",
                "severity": "medium",
                "title": "Late draft",
            }
        )
        self.commit()
        self.assertEqual(self.task("FINDING").state, "stale")
        self.assertIn("Late draft", self.task("FINDING").stale_reason)

    def test_what_was_there_before_the_signature_strikes_nothing(self):
        self.entry()
        task = self.watching("STOCK", "ledger")
        self.commit()
        self.close._refresh()
        self.assertEqual(task.state, "signed")

    def test_a_prepared_task_goes_stale_too(self):
        task = self.task("STOCK")
        task._guarded().write({"watches": "ledger"})
        self.be(task, self.anna).action_prepare(NOTE)
        self.entry()
        self.assert_refused("ENT001", self.be(task, self.ben).action_sign)
        self.commit()
        self.assertEqual((task.state, len(task.struck_signatures)), ("stale", 1))

    def test_a_ready_close_is_ready_no_more(self):
        task = self.watching("STOCK", "ledger")
        self.close._guarded().write({"state": "ready", "readiness_pct": 100})
        self.entry()
        self.commit()
        self.assertEqual((task.state, self.close.state, self.close.readiness_pct), ("stale", "working", 99))

    def test_the_audit_tells_who_and_why(self):
        task = self.watching("STOCK", "ledger")
        self.entry()
        self.commit()
        event = (
            self.env["ai.close.audit"]
            .sudo()
            .search([("model", "=", task._name), ("res_id", "=", task.id)], order="id desc", limit=1)
        )
        self.assertEqual((event.action, event.user_id, event.role), ("task.stale", self.env.uid, "server"))
        self.assertEqual(event.reason, task.stale_reason)

    def test_sending_back_strikes_the_signatures(self):
        task = self.signed("STOCK")
        self.be(task, self.carla).action_send_back("the count is missing")
        self.assertEqual((task.state, len(task.struck_signatures[0]["steps"])), ("open", 2))
        self.assertEqual(task.struck_signatures[0]["why"], "the count is missing")

    def test_posting_many_costs_one_look(self):
        self.watching("STOCK", "ledger")
        moves = self.entry(post=False)
        for _number in range(20):
            moves |= moves[0].copy({"date": "2026-10-15"})
        self.commit()
        self.cr.execute("SELECT count(*) FROM ai_close_dirty")
        before = self.cr.fetchone()[0]
        moves.action_post()
        self.env.flush_all()
        self.cr.execute("SELECT count(*) FROM ai_close_dirty WHERE kind = 'ledger'")
        self.assertLess(self.cr.fetchone()[0] - before, 10)
