"""Odoo's own posters in a company whose policy wants manual entries approved: they go on."""

from odoo import Command, fields
from odoo.tests import tagged

from .test_manual_entry import ManualCase


@tagged("post_install", "-at_install")
class TestManualPosters(ManualCase):
    def test_entries_made_and_posted_at_once(self):
        move = self.draft(earlier=False)
        move.action_post()
        self.assertEqual(move.state, "posted")

    def test_payments_bank_lines_and_matches_of_large_amounts(self):
        item = self.invoice(9000.0)
        line = self.bank_line(9000.0)
        line._ai_close_settle([(item,)])
        self.assertTrue(line.is_reconciled)
        payment = self.env["account.payment"].create(
            {"amount": 8000, "partner_id": self.partner_a.id, "journal_id": self.bank.id}
        )
        self.earlier(payment.move_id)
        payment.action_post()
        self.assertIn(payment.state, ("in_process", "paid"))
        self.earlier(line.move_id)
        line.move_id.button_draft()
        line.move_id.action_post()
        self.assertEqual(line.move_id.state, "posted")

    def test_exchange_difference_and_its_undoing(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-10-01", 0.01), ("2026-10-10", 0.005)])
        item = self.invoice(1000.0, date="2026-10-05", currency=euro)
        register = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=item.move_id.ids)
            .create({"payment_date": "2026-10-12", "journal_id": self.bank.id, "currency_id": euro.id})
        )
        register._create_payments()
        partials = item.matched_credit_ids | item.matched_debit_ids
        exchange = partials.exchange_move_id
        self.assertEqual(exchange.state, "posted")
        self.assertGreater(sum(exchange.line_ids.mapped("debit")), 1000)
        item.remove_move_reconcile()
        self.assertEqual(exchange.reversal_move_ids.state, "posted")

    def test_cash_basis_taxes(self):
        self.company.tax_exigibility = True
        tax = self.tax_sale_a.copy(
            {
                "name": "on payment",
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": self.grni.id,
            }
        )
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-10-05",
                "date": "2026-10-05",
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 50000.0, "tax_ids": [Command.set(tax.ids)]})
                ],
            }
        )
        self.earlier(invoice)
        invoice.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": "2026-10-12", "journal_id": self.bank.id})._create_payments()
        basis = self.env["account.move"].search([("tax_cash_basis_origin_move_id", "=", invoice.id)])
        self.assertEqual(basis.mapped("state"), ["posted"])

    def reverse(self, move, date="2026-10-20", **vals):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"date": date, "journal_id": move.journal_id.id, **vals})
        )
        wizard.reverse_moves()
        return wizard.new_move_ids

    def test_reversals_of_what_was_posted(self):
        move = self.draft(earlier=False)
        move.action_post()
        future = fields.Date.add(fields.Date.context_today(move), days=3)
        mirror = self.reverse(move, str(future))
        self.assertEqual((mirror.state, mirror.auto_post), ("draft", "at_date"))
        self.earlier(mirror)
        with self.subTest("an edited one is a manual entry"):
            mirror.line_ids[0].name = "the text may change"
            self.assertFalse(mirror._ai_close_manual_above())
            with self.env.cr.savepoint() as savepoint:
                mirror.write(
                    {
                        "line_ids": [
                            Command.update(each.id, {"balance": each.balance * 2}) for each in mirror.line_ids
                        ]
                    }
                )
                self.assertEqual(mirror._ai_close_manual_above(), mirror)
                savepoint.rollback()
            self.env.invalidate_all()
        mirror.date = "2026-10-25"
        self.cron()
        self.assertEqual(mirror.state, "posted")
        with self.subTest("a second one is a manual entry"):
            again = self.earlier(mirror.copy({"reversed_entry_id": move.id, "date": "2026-10-26"}))
            self.assert_refused("ENT013", again.action_post)

    def cron(self):
        """Let Odoo post the drafts that are due, in the test's own transaction."""
        commits = type(self.env["ir.cron"])
        self.patch(commits, "_commit_progress", lambda *args, **kwargs: 0.0)
        rollback = self.env.cr.rollback
        try:
            self.env.cr.rollback = lambda: None
            self.env["account.move"].sudo()._autopost_draft_entries()
        finally:
            self.env.cr.rollback = rollback
        self.env.invalidate_all()

    def test_the_cron_posts_what_it_may_and_says_why_not_the_rest(self):
        small = self.draft(10.0, auto_post="at_date")
        large = self.draft(auto_post="at_date")
        self.cron()
        self.assertEqual((small.state, large.state), ("posted", "draft"))
        self.assertIn("ENT013", large.message_ids[0].body)

    def test_a_recurring_entry_goes_on_as_approved(self):
        draft = self.draft(date="2026-09-10", auto_post="monthly")
        entry = self.send(draft)
        self.assertEqual((draft.auto_post, entry.recurrence), ("no", "monthly"))
        self.be(entry, self.ben).action_send_back("a typing error")
        self.assertEqual(draft.auto_post, "monthly")
        entry = self.send(draft)
        self.be(entry, self.ben).action_review()
        self.be(entry, self.carla).action_approve()
        following = self.env["account.move"].search(
            [("auto_post_origin_id", "=", draft.id), ("state", "=", "draft")]
        )
        self.assertEqual((str(following.date), following.auto_post), ("2026-10-10", "monthly"))
        self.earlier(following)
        copied = self.earlier(following.copy({"auto_post": "monthly", "auto_post_origin_id": draft.id}))
        other = self.earlier(following.copy({"auto_post": "monthly", "auto_post_origin_id": draft.id}))
        other.write(
            {"line_ids": [Command.update(each.id, {"balance": each.balance * 2}) for each in other.line_ids]}
        )
        copied.date = other.date = following.date
        following.action_post()
        self.assertEqual(following.state, "posted")
        self.assert_refused("ENT013", copied.action_post)
        self.assert_refused("ENT013", other.action_post)

    def test_the_wizards_that_move_amounts(self):
        wizard = (
            self.env["account.automatic.entry.wizard"]
            .with_context(active_model="account.move.line", active_ids=self.invoice(7000.0).ids)
            .create(
                {
                    "action": "change_account",
                    "date": "2026-10-20",
                    "journal_id": self.general.id,
                    "destination_account_id": self.not_received.id,
                }
            )
        )
        wizard.do_action()
        moved = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.not_received.id),
                ("parent_state", "=", "posted"),
                ("balance", ">", 6999),
            ]
        )
        self.assertEqual(len(moved), 1)
