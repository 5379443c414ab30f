"""What the guards leave alone: normal work after a lock, Odoo's own posters, late documents."""

import json

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import give_role
from .hole_case import HoleCase

LOCK, NEXT = "2026-10-31", "2026-11-01"


class NeededCase(HoleCase):
    def events(self, action):
        return self.env["ai.close.audit"].sudo().search([("action", "=", action)], order="id")

    def draft_bill(self, date="2026-10-20", **vals):
        return self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": date,
                "date": date,
                "ref": "late",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "work",
                            "price_unit": 70.0,
                            "account_id": self.expense.id,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **vals,
            }
        )

    def pay(self, move, date):
        """Register a payment as the accountant does it on the form."""
        wizard = self.as_clerk(self.env["account.payment.register"]).with_context(
            active_model="account.move", active_ids=move.ids
        )
        return wizard.create({"payment_date": date})._create_payments()

    def matched(self, item, line):
        """Return the accepted match of ``line`` with ``item``."""
        answer = self.submit("ai.close.match", self.run_1, self.match_row(line, item))[0]
        match = self.env["ai.close.match"].sudo().search([("key", "=", answer["key"])])
        self.be(match, self.ben).action_accept()
        self.assertEqual(match.state, "accepted")
        return match


@tagged("post_install", "-at_install")
class TestSettlements(NeededCase):
    def test_a_locked_invoice_is_settled_and_unsettled_in_an_open_month(self):
        item = self.invoice(100.0)
        self.lock(LOCK)
        payment = self.pay(item.move_id, "2026-11-10")
        self.assertTrue(item.reconciled)
        self.assertEqual(payment.move_id.date, payment.date)
        self.as_clerk(item).remove_move_reconcile()
        self.assertEqual((item.reconciled, item.amount_residual), (False, 100.0))

    def test_a_settlement_of_both_months_is_undone_for_the_open_one_only(self):
        item = self.invoice(100.0)
        (item | self.invoice(30.0, move_type="out_refund")).reconcile()
        self.lock(LOCK)
        late = self.invoice(70.0, date="2026-11-10", move_type="out_refund")
        self.as_clerk(item | late).reconcile()
        self.assertTrue(item.reconciled)
        self.assert_refused("LCK010", self.as_clerk(item).remove_move_reconcile)
        self.as_clerk(late).remove_move_reconcile()
        self.assertEqual(item.amount_residual, 70.0)

    def test_items_of_a_locked_month_are_matched_later(self):
        item, refund = self.invoice(100.0), self.invoice(100.0, move_type="out_refund")
        self.lock(LOCK)
        self.as_clerk(item | refund).reconcile()
        self.assertTrue(item.reconciled)

    def test_an_exchange_difference_is_dated_after_the_lock_by_odoo(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-10-01", 0.5), ("2026-10-15", 0.8)])
        item = self.invoice(100.0, currency=euro)
        refund = self.invoice(100.0, date="2026-10-20", currency=euro, move_type="out_refund")
        self.lock(LOCK)
        self.as_clerk(item | refund).reconcile()
        exchange = (item.matched_debit_ids | item.matched_credit_ids).exchange_move_id
        self.assertEqual(exchange.state, "posted")
        self.assertGreater(str(exchange.date), LOCK)

    def test_a_draft_is_no_exchange_difference_because_it_says_so(self):
        journal = self.company.currency_exchange_journal_id
        draft = self.entry("2026-10-12", post=False, journal_id=journal.id)
        self.lock(LOCK)
        self.assert_refused("LCK002", self.as_clerk(draft).action_post)

    def test_an_unsettled_match_is_undone(self):
        for unsettle in ("item", "partial", "entry"):
            with self.subTest(unsettle=unsettle):
                item, line = self.invoice(50.0), self.bank_line(50.0)
                match = self.matched(item, line)
                if unsettle == "item":
                    self.be(item, self.anna).remove_move_reconcile()
                elif unsettle == "partial":
                    self.be(item.matched_credit_ids, self.anna).unlink()
                else:
                    move = self.be(item.move_id, self.anna)
                    move.js_remove_outstanding_partial(item.matched_credit_ids.id)
                self.assertEqual(match.state, "undone")
                self.assertEqual(item.amount_residual, 50.0)
        self.assertEqual(len(self.events("match.undo")), 3)

    def test_a_bank_line_that_is_edited_loses_its_match(self):
        line = self.bank_line(16.0)
        wizard = self.be(self.env["ai.close.match.manual"], self.anna).create(
            {"statement_line_id": line.id, "account_id": self.expense.id, "label": "fee"}
        )
        wizard.action_match()
        match = line.sudo().ai_close_match_ids
        self.assertEqual((match.state, line.is_reconciled), ("accepted", True))
        # Odoo lets nobody edit a settled line, but for a context that anybody can send
        self.clerk.group_ids = [Command.link(self.env.ref("account.group_account_basic").id)]
        forced = self.as_clerk(line, force_delete=True)
        self.assert_refused("SOD003", forced.write, {"amount": 17.0})
        give_role(self.clerk, "preparer")
        forced.write({"amount": 17.0})
        self.assertEqual((match.state, line.is_reconciled), ("undone", False))

    def test_who_may_not_undo_a_match_may_not_unsettle_it(self):
        small, large = self.invoice(50.0), self.invoice(20000.0)
        matches = self.matched(small, self.bank_line(50.0)) | self.matched(large, self.bank_line(20000.0))
        self.assert_refused("SOD003", self.as_clerk(small).remove_move_reconcile)
        self.assert_refused("SOD005", self.be(large, self.anna).remove_move_reconcile)
        self.assert_refused("SOD005", self.be(large.matched_credit_ids, self.anna).unlink)
        self.assertEqual(matches.mapped("state"), ["accepted", "accepted"])
        self.assertTrue(small.reconciled and large.reconciled)
        self.ben.group_ids = [Command.link(self.env.ref("account.group_account_invoice").id)]
        self.be(large, self.ben).remove_move_reconcile()
        self.assertEqual(matches.mapped("state"), ["accepted", "undone"])

    def test_a_statement_of_a_locked_month_stays(self):
        line = self.bank_line(50.0)
        statement = self.env["account.bank.statement"].create(
            {"name": "October", "line_ids": [Command.set(line.ids)], "balance_end_real": 50.0}
        )
        mine = self.be(statement, self.anna)
        mine.write({"balance_end_real": 51.0})
        self.lock(LOCK)
        self.assert_refused("LCK010", mine.unlink)
        self.assert_refused("LCK010", mine.with_context(_force_unlink=True).unlink)
        self.assert_refused("LCK010", mine.write, {"balance_end_real": 50.0})
        mine.write({"balance_end_real": 51.0, "reference": "scanned"})
        self.assertEqual(line.statement_id, statement)

    def test_a_line_of_a_locked_month_stays_in_its_statement(self):
        line, loose = self.bank_line(50.0), self.bank_line(20.0)
        statement = self.env["account.bank.statement"].create(
            {"name": "October", "line_ids": [Command.set(line.ids)], "balance_end_real": 50.0}
        )
        mine, model = self.be(statement, self.anna), self.be(statement, self.anna).browse()
        mine.write({"line_ids": [Command.set((line | loose).ids)]})
        mine.write({"line_ids": [Command.set(line.ids)]})
        self.lock(LOCK)
        for commands in (
            [Command.clear()],
            [Command.unlink(line.id)],
            [Command.set([])],
            [Command.link(loose.id)],
        ):
            self.assert_refused("LCK010", mine.write, {"line_ids": commands})
        for commands in ([Command.set(line.ids)], [Command.link(loose.id)]):
            self.assert_refused("LCK010", model.create, {"name": "another", "line_ids": commands})
        other = model.create({"name": "another"})
        self.assert_refused("LCK010", other.write, {"line_ids": [Command.unlink(line.id)]})
        self.assert_refused("LCK010", self.be(line, self.anna).write, {"statement_id": other.id})
        self.assertEqual((line.statement_id, loose.statement_id.ids), (statement, []))

    def test_a_match_of_a_locked_bank_line_stays(self):
        item, line = self.invoice(50.0), self.bank_line(50.0)
        match = self.matched(item, line)
        self.lock(LOCK)
        self.assert_refused("LCK010", self.be(item, self.ben).remove_move_reconcile)
        self.assert_refused("LCK001", self.be(line, self.ben).action_undo_reconciliation)
        self.assertEqual((match.state, item.reconciled), ("accepted", True))


@tagged("post_install", "-at_install")
class TestLockedEntries(NeededCase):
    def test_due_dates_of_a_locked_invoice_change_with_a_row(self):
        move = self.invoice(100.0).move_id
        before = str(move.invoice_date_due)
        self.lock(LOCK)
        self.as_clerk(move).write({"invoice_date_due": "2026-12-24"})
        item = move.line_ids.filtered("date_maturity")
        self.assertEqual([str(each) for each in item.mapped("date_maturity")], ["2026-12-24"])
        event = self.events("move.due_date").filtered(lambda event: event.model == "account.move")
        self.assertEqual((event.user_id, event.res_id), (self.clerk.id, move.id))
        self.assertEqual(json.loads(event.before), {"invoice_date_due": before})
        self.assertEqual(json.loads(event.after), {"invoice_date_due": "2026-12-24"})

    def test_due_dates_of_a_locked_item_change_with_a_row(self):
        item = self.invoice(100.0)
        self.lock(LOCK)
        self.as_clerk(item).write({"date_maturity": "2026-12-31", "no_followup": True})
        self.assertEqual(str(item.date_maturity), "2026-12-31")
        (event,) = self.events("move.due_date")
        self.assertEqual((event.model, event.res_id), ("account.move.line", item.id))
        self.assertEqual(json.loads(event.after), {"date_maturity": "2026-12-31", "no_followup": True})

    def test_what_tells_where_a_locked_entry_comes_from_stays(self):
        move, other = self.entry(), self.entry()
        tax_group = self.env["account.tax.group"].search([], limit=1)
        self.lock(LOCK)
        for vals in ({"auto_post_origin_id": other.id}, {"auto_post": "monthly"}):
            self.assert_refused("LCK010", self.as_clerk(move).write, vals)
        line = self.as_clerk(move.line_ids[0])
        self.assert_refused("LCK010", line.write, {"tax_group_id": tax_group.id})
        for name in {"is_imported", "is_downpayment"} & line._fields.keys():
            self.assert_refused("LCK010", line.write, {name: True})
        statement = self.env["account.bank.statement"].search([], limit=1) or self.env[
            "account.bank.statement"
        ].create({"name": "S1"})
        self.assert_refused("LCK010", line.write, {"statement_id": statement.id})
        self.assert_refused("LCK010", self.as_clerk(move).write, {"invoice_source_email": "a@example.com"})

    def test_due_dates_of_an_open_month_need_no_row(self):
        item = self.invoice(100.0, date="2026-11-03")
        self.lock(LOCK)
        self.as_clerk(item).write({"date_maturity": "2026-12-31"})
        self.assertFalse(self.events("move.due_date"))

    def test_a_lock_of_taxes_leaves_the_rest_to_the_bookkeeper(self):
        bill = self.draft_bill(ref="taxed")
        bill.invoice_line_ids.tax_ids = self.tax_purchase_a
        bill.action_post()
        base = bill.invoice_line_ids
        self.lock(LOCK, "tax_lock_date")
        self.as_clerk(bill).write({"ref": "other"})
        self.as_clerk(base).write({"name": "other", "account_id": self.not_received.id})
        self.assertEqual((bill.ref, base.account_id), ("other", self.not_received))
        self.assert_refused("LCK010", self.as_clerk(base).write, {"price_unit": 71.0})
        self.assert_refused("LCK010", self.as_clerk(base).write, {"tax_ids": [Command.clear()]})
        self.assert_refused("LCK010", self.as_clerk(bill).button_draft)
        self.lock(LOCK)
        self.assert_refused("LCK010", self.as_clerk(bill).write, {"ref": "third"})

    def test_a_locked_entry_is_reversed_in_an_open_month(self):
        move = self.entry()
        self.lock(LOCK)
        reversal = self.as_clerk(move)._reverse_moves([{"date": "2026-11-05"}], cancel=True)
        self.assertEqual((reversal.state, str(reversal.date)), ("posted", "2026-11-05"))

    def test_a_locked_entry_is_hashed_afterwards(self):
        move = self.entry()
        self.lock(LOCK)
        self.env["account.move"].browse(move.id).button_hash()
        self.assertTrue(move.inalterable_hash)

    def test_partners_are_merged_and_get_another_head(self):
        item = self.invoice(100.0)
        head = self.env["res.partner"].create({"name": "Head", "is_company": True})
        twin = self.partner_a.copy({"name": "Twin"})
        other = self.invoice(10.0, partner=twin, date="2026-11-05")
        self.lock(LOCK)
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.partner_a | twin).ids, self.partner_a
        )
        self.assertEqual(other.partner_id, self.partner_a)
        self.partner_a.parent_id = head
        self.assertEqual(item.partner_id, head)

    def test_the_banner(self):
        draft, posted = self.entry(post=False), self.entry()
        item, line = self.invoice(50.0), self.bank_line(50.0)
        self.matched(item, line)
        self.assertFalse(draft.ai_close_lock_message or posted.ai_close_lock_message)
        self.assertFalse(draft.ai_close_next_date)
        self.lock(LOCK)
        self.assertEqual(str(draft.ai_close_next_date), NEXT)
        self.assertIn("Not posted", draft.ai_close_lock_message)
        self.assertIn("stays as it is", posted.ai_close_lock_message)
        self.assertFalse(posted.ai_close_next_date)
        self.assertEqual(
            self.be(item.move_id | line.move_id, self.anna).mapped("ai_close_match_count"), [1, 1]
        )
        self.assertEqual(self.as_clerk(item.move_id).ai_close_match_count, 0)
        with Form(self.as_clerk(draft), view="account.view_move_form") as form:
            self.assertEqual(str(form.ai_close_next_date), NEXT)


@tagged("post_install", "-at_install")
class TestPosters(NeededCase):
    def test_what_a_person_posts_is_not_redated(self):
        draft, bill = self.entry(post=False), self.draft_bill()
        self.lock(LOCK)
        for move in (draft, bill):
            self.assert_refused("LCK002", self.as_clerk(move).action_post)
        self.assertEqual([str(each) for each in (draft | bill).mapped("date")], ["2026-10-12", "2026-10-20"])

    def test_odoos_own_posters(self):
        self.lock(LOCK)
        item = self.invoice(100.0, date="2026-11-05")
        payment = self.pay(item.move_id, "2026-11-06")
        self.assertEqual((payment.move_id.state, item.reconciled), ("posted", True))
        line = self.bank_line(100.0, date="2026-11-07")
        self.assertEqual(line.move_id.state, "posted")
        outstanding = payment.move_id.line_ids - payment.move_id.line_ids.filtered("reconciled")
        line._ai_close_settle([(outstanding,)])
        self.assertTrue(payment.is_matched)
        payment.action_draft()
        self.assertEqual(payment.move_id.state, "draft")
        refund = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=item.move_id.ids
        )
        wizard = refund.create({"date": "2026-11-08", "journal_id": item.move_id.journal_id.id})
        wizard.refund_moves()
        self.assertEqual(wizard.new_move_ids.state, "draft")
        wizard.new_move_ids.action_post()
        self.assertEqual(wizard.new_move_ids.state, "posted")

    def test_the_cron_posts_what_is_due(self):
        self.lock(LOCK)
        due = self.entry("2026-11-03", post=False, auto_post="at_date")
        late = self.entry("2026-10-12", post=False, auto_post="at_date")
        with self.enter_registry_test_mode():
            self.env.ref("account.ir_cron_auto_post_draft_entry").method_direct_trigger()
        self.assertEqual((due.state, late.state), ("posted", "draft"))
        self.assertIn("LCK002", " ".join(late.message_ids.mapped("body")))

    def test_imported_items_are_matched_when_posted(self):
        account = self.company_data["default_account_receivable"]
        move = self.entry("2026-11-03", post=False)
        move.write(
            {
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": 5, "matching_number": "I1"}),
                    Command.create({"account_id": account.id, "balance": -5, "matching_number": "I1"}),
                ]
            }
        )
        self.as_clerk(move).action_post()
        lines = move.line_ids.filtered(lambda line: line.account_id == account)
        self.assertEqual(lines.mapped("reconciled"), [True, True])

    def test_an_open_month_is_worked_in(self):
        self.lock(LOCK)
        move = self.as_clerk(self.entry("2026-11-03"))
        move.write({"ref": "changed", "name": "MISC/2026/11/0077"})
        move.line_ids[0].write({"name": "changed"})
        move.button_draft()
        move.write({"date": "2026-11-04", "line_ids": self.pair(3.0)})
        move.action_post()
        self.assertEqual((move.state, len(move.line_ids)), ("posted", 4))
        move.button_draft()
        move.button_cancel()
        self.assertEqual(move.state, "cancel")


@tagged("post_install", "-at_install")
class TestPostDated(NeededCase):
    def test_a_late_bill_keeps_its_own_date(self):
        bill = self.draft_bill()
        self.lock(LOCK)
        self.as_clerk(bill).action_ai_close_post_dated()
        self.assertEqual((bill.state, str(bill.date), str(bill.invoice_date)), ("posted", NEXT, "2026-10-20"))
        (event,) = self.events("move.post_dated")
        self.assertEqual(event.user_id, self.clerk.id)
        self.assertEqual(json.loads(event.before), {"date": "2026-10-20", "invoice_date": "2026-10-20"})

    def test_the_day_after_the_latest_lock_that_binds_it(self):
        bill, entry = self.draft_bill(), self.entry(post=False)
        self.lock(LOCK)
        self.lock("2026-11-10", "purchase_lock_date")
        self.lock("2026-11-12", "sale_lock_date")
        for move, date in ((bill, "2026-11-11"), (entry, NEXT)):
            self.as_clerk(move).action_ai_close_post_dated()
            self.assertEqual((move.state, str(move.date)), ("posted", date))

    def test_a_draft_of_an_open_month_or_a_posted_entry_is_refused(self):
        self.lock(LOCK)
        for move in (self.entry("2026-11-03", post=False), self.entry("2026-11-03")):
            self.assert_refused("ENT001", self.as_clerk(move).action_ai_close_post_dated)

    def test_many_at_once_each_on_its_own(self):
        bills = self.draft_bill() | self.draft_bill(ref="second") | self.draft_bill(ref="broken")
        broken = bills[2]
        open_one = self.entry("2026-11-03", post=False)
        archived = self.expense.copy({"name": "Old"})
        broken.invoice_line_ids.account_id = archived
        archived.active = False
        self.lock(LOCK)
        wizards = self.as_clerk(
            self.env["ai.close.post.dated"],
            active_model="account.move",
            active_ids=(broken | bills | open_one).ids,
        )
        wizard = wizards.create({})
        self.assertEqual((wizard.line_ids.move_id, wizard.left_out), (bills, 1))
        self.assertEqual({str(each) for each in wizard.line_ids.mapped("next_date")}, {NEXT})
        wizard.action_post()
        result = {line.move_id: line.result for line in wizard.line_ids}
        self.assertEqual(result, {bills[0]: "posted", bills[1]: "posted", broken: "refused"})
        refused = wizard.line_ids.filtered(lambda line: line.result == "refused")
        self.assertIn("archived", refused.message)
        self.assertEqual((broken.state, str(broken.date)), ("draft", "2026-10-20"))
        self.assertEqual(bills[:2].mapped("state"), ["posted", "posted"])
        # the next attempt leaves what is posted alone
        archived.active = True
        wizard.action_post()
        self.assertEqual(broken.state, "posted")
        self.assertEqual((wizard.posted_count, wizard.refused_count), (3, 0))

    def test_who_may_not_post_may_not_post_dated(self):
        bill = self.draft_bill()
        self.lock(LOCK)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.be(bill, self.audrey).action_ai_close_post_dated()
        self.assertEqual(bill.state, "draft")
