"""Ways around a signature that were tried, each refused."""

from odoo import Command, fields
from odoo.tests import tagged

from .close_common import EntryCase

ROUGH = {"skip_readonly_check": True, "skip_invoice_sync": True, "check_move_validity": False}


@tagged("post_install", "-at_install")
class TestDetours(EntryCase):
    def _posted(self):
        entry = self.propose()
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        return entry

    def test_a_line_is_not_hidden_in_another_company(self):
        entry = self.propose()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        line = self.be(entry.line_ids[0], self.anna)
        self.assert_refused("AUD002", line.write, {"company_id": other.id})
        task = self.be(self.close.task_ids[0], self.anna)
        self.assert_refused("AUD002", task.write, {"company_id": False})

    def test_a_default_of_the_database_fills_no_record_of_the_close(self):
        defaults = self.be(self.env["ir.default"], self.anna)
        for model, name, value in (
            ("ai.close.audit", "reason", "told on the phone"),
            ("ai.close.lock", "requested_by_id", self.ben.id),
            ("ai.close.entry.line", "entry_id", 1),
        ):
            self.assert_refused("AUD002", defaults.set, model, name, value, True)

    def test_a_line_without_its_entry_is_not_added(self):
        lines = self.be(self.env["ai.close.entry.line"], self.anna)
        self.assert_refused(
            "AUD002", lines.create, {"account_id": self.expense.id, "name": "stray", "balance": 1.0}
        )

    def test_an_approved_entry_is_not_redated_by_what_odoo_computes_its_date_from(self):
        move = self._posted().move_id
        rough = self.be(move, self.carla).with_context(**ROUGH)
        for vals in (
            {"move_type": "in_invoice"},
            {"invoice_date": "2026-11-20"},
            {"date": "2026-11-20"},
            {"name": "FAKE/77"},
            {"ref": "something else"},
            {"journal_id": self.bank.id},
            # what tells rules where an entry comes from
            {"auto_post_origin_id": self.source.id},
            {"tax_cash_basis_origin_move_id": self.source.id},
            {"invoice_source_email": "somebody@example.com"},
        ):
            self.assert_refused("ENT005", rough.write, vals)
        for vals in ({"name": "something else"}, {"product_id": self.product_a.id}, {"quantity": 2.0}):
            self.assert_refused("ENT005", rough.line_ids[0].write, vals)
        self.assertEqual(str(move.date), "2026-10-31")

    def test_a_settlement_is_not_moved_into_a_guarded_company(self):
        plain = self.setup_other_company()
        company, receivable = plain["company"], plain["default_account_receivable"]
        move = self.env["account.move"].create(
            {
                "journal_id": plain["default_journal_misc"].id,
                "line_ids": [
                    Command.create({"account_id": receivable.id, "name": "x", "balance": balance})
                    for balance in (7.0, -7.0)
                ],
            }
        )
        move.action_post()
        move.line_ids.reconcile()
        partial = move.line_ids.matched_debit_ids
        self.assertEqual(partial.company_id, company)
        self.assert_refused("ENT012", partial.write, {"company_id": self.company.id})
        for name in ("debit_move_id", "credit_move_id"):
            self.assert_refused("ENT012", partial.write, {name: self.invoice(22.0).id})
        partial.write({"max_date": "2026-10-02"})  # plain Odoo in its own company

    def test_an_entry_outside_its_period_is_not_signed(self):
        entry = self.propose()
        self.be(entry, self.anna).write({"date": "2026-09-15"})
        self.assert_refused("ENT003", self.be(entry, self.anna).action_prepare)

    def test_one_controller_does_not_lift_a_lock(self):
        exceptions = self.be(self.env["account.lock_exception"], self.carla)
        self.assert_refused(
            "LCK006",
            exceptions.create,
            {"company_id": self.company.id, "fiscalyear_lock_date": False, "reason": "x"},
        )

    def test_a_lock_date_moves_by_a_request_only(self):
        manager = self.person("erna", "auditor")
        manager.group_ids = [Command.link(self.env.ref("base.group_erp_manager").id)]
        company = self.be(self.company, manager)
        self.assert_refused("LCK006", company.write, {"fiscalyear_lock_date": "2026-08-31"})
        # a form sends what it shows: the same value is no change
        company.write({"fiscalyear_lock_date": False})
        self.assertFalse(self.company.fiscalyear_lock_date)

    def test_a_month_is_not_locked_over_an_open_one_or_before_its_end(self):
        closes = self.env["ai.close"]
        following = closes._for_period(self.company, fields.Date.to_date("2026-11-30")).sudo()
        locks = self.env["ai.close.lock"]
        later = locks._for_close(following).sudo()
        with self.subTest("October is open"):
            later._guarded().write({"date_new": "2026-11-01"})
            self.assertIn("October 2026", self.assert_refused("LCK003", later._need_turn, "lock.request"))
        with self.subTest("the month is not over"):
            ahead = fields.Date.add(fields.Date.context_today(self.close), days=1)
            later._guarded().write({"date_new": ahead})
            self.assertIn("not over", self.assert_refused("LCK003", later._need_turn, "lock.request"))

    def test_a_small_bank_line_carries_no_large_write_off(self):
        items = self.invoice(9000.0) | self.invoice(9000.0)
        line = self.bank_line(16.0)
        wizard = self.be(self.env["ai.close.match.manual"], self.anna).create(
            {"statement_line_id": line.id, "item_ids": items.ids, "account_id": self.expense.id}
        )
        wizard.action_match()
        self.assertFalse(line.is_reconciled)
        self.assertEqual(line.sudo().ai_close_match_ids.state, "proposed")
        self.assertEqual(items.mapped("amount_residual"), [9000.0, 9000.0])

    def test_nothing_is_deleted_by_pretending_an_uninstallation(self):
        entry = self._posted()
        line = self.bank_line(100.0)
        row = self.match_row(line, self.invoice(100.0))
        self.submit("ai.close.match", self.run_1, row)
        match = self.env["ai.close.match"].sudo().search([("key", "=", row["key"])])
        self.be(match, self.anna).action_accept()
        for code, records in (
            ("ENT005", entry.move_id),
            ("ENT005", entry.move_id.line_ids),
            ("AUD003", entry),
            ("AUD003", self.close.task_ids[0]),
            ("AUD003", line),
        ):
            with self.subTest(records._name):
                forced = records.with_user(self.carla).sudo().with_context(_force_unlink=True)
                self.assert_refused(code, forced.unlink)
