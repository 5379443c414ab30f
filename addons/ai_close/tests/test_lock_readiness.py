"""Readiness for each lock: what it binds, in every branch; a purchases lock stops no accrual."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .close_common import END, EntryCase
from .locks import lock_by_hand
from .test_lock_exceptions import AskCase

SEPTEMBER = fields.Date.to_date("2026-09-30")


class LockReadinessCase(AskCase, EntryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the draft that stands for a source is no business of these tests
        cls.source.date = "2026-11-12"

    def ask_lock(self, field, date=END, user=None, **vals):
        return self.ask(user, kind="lock", field=field, date_new=date, **vals)

    def draft_bill(self, move_type="in_invoice", company=None, taxes=None, date="2026-10-14"):
        moves = self.env["account.move"].with_company(company or self.company)
        return moves.create(
            {
                "move_type": move_type,
                "partner_id": self.partner_a.id,
                "invoice_date": date,
                "date": date,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "late",
                            "quantity": 1,
                            "price_unit": 100.0,
                            "account_id": self.expense.id,
                            "tax_ids": [Command.set(taxes.ids if taxes else [])],
                        }
                    )
                ],
            }
        )

    def codes(self, field):
        return [each["code"] for each in self.close._readiness(field=field)["blockers"]]

    def gate(self, field, code="AGEING"):
        task = self.close.task_ids.filtered(lambda each: each.code == code)
        task._guarded().write({"gates": field})
        return task

    def branch(self, enabled=True, name="Gent"):
        branch = self.env["res.company"].create({"name": name, "parent_id": self.company.id})
        if enabled:
            branch.with_context(allowed_company_ids=[branch.id]).env["ai.close.policy"].sudo().with_user(
                self.env.ref("base.user_root")
            )._create_first(branch, self.params(), tz="UTC")
        return branch


@tagged("post_install", "-at_install")
class TestLockReadiness(LockReadinessCase):
    def test_each_lock_wants_the_drafts_that_it_binds(self):
        self.draft_bill("out_invoice")
        self.assertEqual(self.codes("sale_lock_date"), ["DRAFT"])
        self.assertEqual(self.codes("purchase_lock_date"), [])
        self.assertEqual(self.codes("tax_lock_date"), [])
        sentence = self.assert_refused("LCK003", self.ask_lock, "sale_lock_date")
        self.assertIn("Drafts of sales journals dated in the period (1)", sentence)
        self.assertEqual(self.ask_lock("purchase_lock_date").state, "requested")

    def test_the_tax_lock_goes_by_the_taxes(self):
        draft = self.draft_bill(taxes=self.company_data["default_tax_purchase"])
        self.assertEqual(self.codes("tax_lock_date"), ["DRAFT"])
        draft.date = "2026-11-14"
        self.assertEqual(self.codes("tax_lock_date"), [])

    def test_critical_findings_stop_every_lock(self):
        self.env["ai.close.finding"]._guarded().create(
            {
                "key": "CMP001:1:x",
                "close_id": self.close.id,
                "company_id": self.company.id,
                "rule": "CMP001",
                "severity": "critical",
                "title": "Billed twice",
            }
        )
        for field in ("sale_lock_date", "purchase_lock_date", "tax_lock_date", "hard_lock_date"):
            self.assertEqual(self.codes(field), ["FINDING:critical"], field)
        self.assert_refused("LCK003", self.ask_lock, "purchase_lock_date")

    def test_only_the_tasks_that_gate_a_lock_are_wanted(self):
        self.assertEqual(self.codes("purchase_lock_date"), [])
        task = self.gate("purchase_lock_date")
        self.assertEqual(self.codes("purchase_lock_date"), ["TASK"])
        self.assertEqual(self.codes("sale_lock_date"), [])
        self.assertIn("TASK", self.codes(None))
        self.assertIn("(1)", self.assert_refused("LCK003", self.ask_lock, "purchase_lock_date"))
        self.assertEqual(task.state, "waiting")

    def test_accruals_for_late_bills_post_after_the_purchases_lock(self):
        entry = self.propose()
        self.sign(entry)
        self.approve(self.ask_lock("purchase_lock_date"))
        self.assertEqual(self.company.purchase_lock_date, END)
        self.assertFalse(self.company.fiscalyear_lock_date)
        self.be(entry, self.carla).action_approve()
        self.assertEqual(entry.state, "posted")
        self.assertEqual((entry.move_id.date, entry.move_id.journal_id.type), (END, "general"))
        bill = self.draft_bill()
        self.assert_refused("LCK002", bill.action_post)
        self.assertEqual(str(bill.ai_close_next_date), "2026-11-01")
        bill.action_ai_close_post_dated()
        self.assertEqual(
            (bill.state, str(bill.date), str(bill.invoice_date)), ("posted", "2026-11-01", "2026-10-14")
        )
        self.invoice(10, date="2026-10-14")

    def test_a_vat_quarter_is_judged_over_its_months(self):
        september = self.env["ai.close"]._for_period(self.company, SEPTEMBER).sudo()
        august = self.env["ai.close"]._for_period(self.company, "2026-08-31").sudo()
        self.draft_bill(taxes=self.company_data["default_tax_purchase"], date="2026-08-14")
        sentence = self.assert_refused("LCK003", self.ask_lock, "tax_lock_date", SEPTEMBER)
        self.assertIn("August 2026: Drafts with taxes dated in the period (1)", sentence)
        self.env["account.move"].search([("state", "=", "draft"), ("date", "=", "2026-08-14")]).unlink()
        request = self.ask_lock("tax_lock_date", SEPTEMBER)
        self.assertEqual(request.covered_ids, august | september)
        self.approve(request)
        self.assertEqual((request.state, self.company.tax_lock_date), ("applied", SEPTEMBER))

    def test_a_date_that_ends_no_period_wants_a_reason(self):
        odd = fields.Date.to_date("2026-10-15")
        sentence = self.assert_refused("ENT006", lambda: self.ask_lock("tax_lock_date", odd, reason="VAT"))
        self.assertIn("end of no month, quarter or close", sentence)
        reason = "The authority closed our VAT registration on this day."
        self.assertEqual(self.ask_lock("tax_lock_date", odd, reason=reason).state, "requested")

    def test_who_prepared_entries_of_a_covered_month_does_not_approve(self):
        entry = self.propose()
        self.be(entry, self.dirk).action_prepare()
        self.be(entry, self.ben).action_review()
        self.be(entry, self.carla).action_approve()
        request = self.ask_lock("purchase_lock_date")
        self.assertEqual(request.approver_ids, self.carla)
        with self.enter_registry_test_mode():
            self.assert_refused("SOD001", self.be(request, self.dirk).action_approve)
        self.approve(request)


@tagged("post_install", "-at_install")
class TestBranches(LockReadinessCase):
    def test_drafts_of_every_branch_count_with_the_servers_eyes(self):
        branch = self.branch(enabled=False)
        self.assertNotIn(branch, self.ben.company_ids)
        journal = self.company_data["default_journal_purchase"]
        self.env["account.move"].with_company(branch).create(
            {"date": "2026-10-14", "journal_id": journal.id, "company_id": branch.id}
        )
        self.assertEqual(self.codes("purchase_lock_date"), ["DRAFT"])
        self.assert_refused("LCK003", self.ask_lock, "purchase_lock_date")

    def test_a_branch_that_closes_by_itself_comes_first(self):
        branch = self.branch()
        self.assertIn("Gent: its close of October 2026 was not begun", self.names("sale_lock_date"))
        close = self.env["ai.close"]._for_period(branch, END).sudo()
        self.assertEqual(self.names("sale_lock_date"), [])
        self.assertIn("Gent: October 2026 is not ready (2 open)", self.names(None))
        lock_by_hand(branch, fiscalyear_lock_date=END)
        self.assertNotIn(f"BRANCH:{branch.id}", self.codes(None), "a branch may close before its parent")
        self.assertEqual(close.state, "open")

    def test_an_older_month_of_a_branch_is_named(self):
        branch = self.branch()
        self.env["ai.close"]._for_period(branch, END)
        older = self.env["ai.close"]._for_period(branch, SEPTEMBER).sudo()
        self.assertIn("Gent: September 2026 is not ready (2 open)", self.names(None))
        lock_by_hand(branch, fiscalyear_lock_date=END)
        older._guarded().write({"state": "locked"})
        self.reopen(older)
        self.assertIn("Gent: September 2026 is reopened", self.names(None))

    def reopen(self, close):
        """Open a locked close again for Anna, as people do it."""
        people = self.anna | self.ben | self.carla
        people.write({"company_ids": [Command.link(close.company_id.id)]})
        here = {"allowed_company_ids": close.company_id.ids}
        dialog = self.env["ai.close.reopen.ask"].with_user(self.ben).with_context(**here)
        asked = dialog.create(
            {
                "close_id": close.id,
                "user_ids": [Command.set(self.anna.ids)],
                "until": fields.Datetime.now() + timedelta(days=1),
                "reason": "credit note 88 came late",
            }
        ).action_ask()
        request = self.env["ai.close.lock"].with_user(self.carla).with_context(**here).browse(asked["res_id"])
        with self.enter_registry_test_mode():
            request.action_approve()
        self.env.invalidate_all()

    def names(self, field):
        return [each["label"] for each in self.close._readiness(field=field)["blockers"]]
