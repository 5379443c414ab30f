"""Manual entries: above the policy's amount posted through an approval only; Odoo's own posters go on."""

from odoo import Command, fields
from odoo.tests import Form, tagged

from .close_common import EntryCase


class ManualCase(EntryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project = cls.env["account.analytic.account"].create(
            {"name": "One", "plan_id": cls.env["account.analytic.plan"].create({"name": "Projects"}).id}
        )

    @classmethod
    def params(cls, **changes):
        journals = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "general")]
        )
        return super().params(manual={"journals": journals.ids, "amount": "1000.00"}, **changes)

    def draft(self, amount=5000.0, user=None, earlier=True, **vals):
        """Return a draft journal entry; by default of an earlier transaction."""
        move = (
            self.env["account.move"]
            .with_user(user or self.anna)
            .create(
                {
                    "date": "2026-10-15",
                    "journal_id": self.general.id,
                    "ref": "Provision",
                    "line_ids": [
                        Command.create({"account_id": self.expense.id, "balance": amount, "name": "a"}),
                        Command.create({"account_id": self.not_received.id, "balance": -amount, "name": "b"}),
                    ],
                    **vals,
                }
            )
        )
        return self.earlier(move) if earlier else move

    def earlier(self, moves):
        """Make it look as if ``moves`` were created by a transaction before this one."""
        self.env.flush_all()
        for table, column in (("account_move", "id"), ("account_move_line", "move_id")):
            self.env.cr.execute(
                f"UPDATE {table} SET create_date = create_date - interval '1 hour',"
                f" write_date = write_date - interval '1 hour' WHERE {column} = ANY(%s)",
                [moves.ids],
            )
        self.env.invalidate_all()
        return moves

    def send(self, move, user=None):
        action = self.be(move, user or self.anna).action_ai_close_send_for_approval()
        return self.env["ai.close.entry"].sudo().browse(action["res_id"])


@tagged("post_install", "-at_install")
class TestManualEntry(ManualCase):
    # -- refused

    def test_above_the_amount_it_is_not_posted_by_itself(self):
        for user in (self.anna, self.carla, self.env.user):
            move = self.draft(user=self.anna)
            sentence = self.assert_refused("ENT013", self.be(move, user).sudo().action_post)
            self.assertIn("Send for approval", sentence)
            self.assertEqual(move.state, "draft")
            self.assertTrue(self.be(move, self.anna).ai_close_needs_approval)

    def test_at_the_amount_below_it_and_in_other_journals(self):
        self.assert_refused("ENT013", self.draft(1000.0).action_post)
        below = self.draft(999.99)
        below.action_post()
        self.assertEqual(below.state, "posted")
        other = self.draft(journal_id=self.bank.copy({"name": "B2", "code": "B2"}).id)
        other.action_post()
        self.assertEqual(other.state, "posted")

    def test_nothing_a_caller_sends_or_writes_opens_the_way(self):
        payment = self.env["account.payment"].create(
            {"amount": 7, "partner_id": self.partner_a.id, "journal_id": self.bank.id}
        )
        item = self.invoice(100.0)
        counter = self.bank_line(100.0)
        counter._ai_close_settle([(item,)])
        partial = item.matched_debit_ids | item.matched_credit_ids
        for vals in (
            {"origin_payment_id": payment.id},
            {"statement_line_id": counter.id},
            {"tax_cash_basis_rec_id": partial.id},
            {"reversed_entry_id": item.move_id.id},
            {"auto_post_origin_id": item.move_id.id},
        ):
            move = self.draft()
            with self.subTest(vals=vals):
                self.env.cr.execute(
                    f"UPDATE account_move SET {next(iter(vals))} = %s WHERE id = %s",
                    [next(iter(vals.values())), move.id],
                )
                self.env.invalidate_all()
                self.assert_refused("ENT013", move.action_post)
        move = self.draft()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET exchange_move_id = %s WHERE id = %s", [move.id, partial.id]
        )
        self.env.invalidate_all()
        self.assert_refused("ENT013", move.action_post)
        for context in ({"is_payment": True}, {"ai_close_pass": True}, {"ai_close_posting": True}):
            self.assert_refused("ENT013", move.with_context(**context).action_post)

    def test_a_policy_without_the_rule_asks_for_nothing(self):
        policy = self.env["ai.close.policy"]._in_force(self.company)
        policy._guarded().write({"params": {k: v for k, v in policy.params.items() if k != "manual"}})
        move = self.draft()
        move.action_post()
        self.assertEqual(move.state, "posted")

    def test_a_branch_meets_its_parents_rule(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env.user.company_ids += branch
        move = self.draft(user=self.env.user, company_id=branch.id)
        self.assertEqual(move.company_id, branch)
        self.assert_refused("ENT013", move.action_post)

    # -- Send for approval

    def test_sent_signed_by_three_and_posted_once(self):
        draft = self.draft(narration="<p>Because of <b>this</b></p>")
        draft.line_ids[0].analytic_distribution = {str(self.project.id): 100.0}
        self.env["ir.attachment"].create(
            {"name": "why.txt", "raw": b"why", "res_model": "account.move", "res_id": draft.id}
        )
        entry = self.send(draft)
        self.assertEqual(
            (entry.proposer, entry.state, entry.prepared_by_id, entry.origin_move_id, entry.close_id),
            ("MAN", "prepared", self.anna, draft, self.close),
        )
        self.assertEqual((entry.amount_total, entry.ref), (5000.0, "Provision"))
        self.assertIn("Because of", entry.narration)
        self.assertEqual(entry._payload()["lines"][0]["analytic"], {str(self.project.id): "100.000000"})
        self.assertEqual(len(entry._payload()["attachments"]), 1)
        self.assertIn("waits for approval", self.assert_refused("ENT013", draft.action_post))
        self.assert_refused("ENT001", self.send, draft)
        self.assert_refused("SOD003", self.be(entry, self.anna).action_review)
        self.be(entry, self.ben).action_review()
        self.be(entry, self.carla).action_approve()
        move = entry.move_id
        self.assertEqual((move.state, move.date, entry.state), ("posted", draft.date, "posted"))
        self.assertEqual(
            move.line_ids.mapped(lambda line: (line.account_id, line.balance, line.name)),
            [(self.expense, 5000.0, "a"), (self.not_received, -5000.0, "b")],
        )
        self.assertEqual(draft.state, "cancel")
        posted = self.env["account.move"].search([("ref", "=", "Provision"), ("state", "=", "posted")])
        self.assertEqual(posted, move)
        draft.button_draft()
        self.assertIn("posted already", self.assert_refused("ENT013", draft.action_post))

    def test_everybody_who_wrote_it_is_a_maker(self):
        draft = self.draft(user=self.carla)
        ada = self.person("ada", "preparer")
        draft.line_ids[0].with_user(ada).name = "changed"
        self.env.flush_all()
        entry = self.send(draft)
        self.assertLessEqual(self.carla | ada, entry.editor_ids | entry.prepared_by_id)
        self.be(entry, self.ben).action_review()
        self.assert_refused("SOD001", self.be(entry, self.carla).action_approve)
        self.be(entry, self.dirk).action_approve()
        self.assertEqual(entry.state, "posted")

    def test_only_makers_send(self):
        draft = self.draft()
        for user, code in ((self.ben, "SOD003"), (self.audrey, "SOD003"), (self.robot, "SOD002")):
            with self.subTest(user=user.login):
                self.assert_refused(code, self.send, draft, user)

    def test_sending_back_and_rejecting_free_the_draft(self):
        draft = self.draft()
        entry = self.send(draft)
        self.be(entry, self.ben).action_send_back("the wrong account")
        self.assertEqual(entry.state, "superseded")
        self.assertFalse(draft.ai_close_request_id)
        draft.line_ids[0].name = "better"
        again = self.send(draft)
        self.assertNotEqual(again, entry)
        self.be(again, self.ben).action_reject("not at all")
        self.assertEqual((again.state, draft.state), ("rejected", "draft"))
        draft.unlink()
        self.assertFalse(draft.exists())

    def test_a_draft_that_is_changed_afterwards_is_not_what_was_signed(self):
        draft = self.draft()
        entry = self.send(draft)
        self.be(entry, self.ben).action_review()
        draft.write(
            {"line_ids": [Command.update(line.id, {"balance": line.balance * 2}) for line in draft.line_ids]}
        )
        sentence = self.assert_refused("ENT004", self.be(entry, self.carla).action_approve)
        self.assertIn("sends the draft again", sentence)
        self.be(self.close, self.anna).action_refresh()
        self.assertEqual(entry.state, "superseded")
        self.assertEqual(self.send(draft).amount_total, 10000.0)

    def test_what_cannot_be_sent(self):
        taxed = self.draft()
        taxed.line_ids[0].tax_ids = self.tax_purchase_a
        self.assertIn("tax", self.assert_refused("ENT010", self.send, taxed))
        posted = self.draft(10.0)
        posted.action_post()
        self.assert_refused("ENT001", self.send, posted)
        bill = self.env["account.move"].with_user(self.anna).create({"move_type": "in_invoice"})
        self.assert_refused("ENT001", self.send, bill)
        late = self.draft(date="2026-09-15")
        self.lock("2026-09-30")
        self.assert_refused("LCK002", self.send, late)

    def test_from_the_list_one_refusal_keeps_the_others(self):
        good, taxed, small = self.draft(), self.draft(), self.draft(10.0)
        taxed.line_ids[0].tax_ids = self.tax_purchase_a
        answer = self.be(good | taxed | small, self.anna).action_ai_close_send_for_approval()
        self.assertIn("2 sent", answer["params"]["message"])
        self.assertIn("ENT010", answer["params"]["message"])
        self.assertEqual(good.ai_close_request_id.state, "prepared")
        self.assertFalse(taxed.ai_close_request_id)

    def test_a_waiting_draft_counts_once(self):
        self.source.unlink()
        draft = self.draft()
        codes = {each["code"] for each in self.close._readiness()["blockers"]}
        self.assertIn("DRAFT", codes)
        self.send(draft)
        codes = {each["code"] for each in self.close._readiness()["blockers"]}
        self.assertNotIn("DRAFT", codes)
        self.assertIn("ENTRY:prepared", codes)

    def test_the_form_offers_it(self):
        draft = self.draft()
        arch = self.be(draft, self.anna).get_view(view_type="form")["arch"]
        self.assertIn("action_ai_close_send_for_approval", arch)
        self.assertNotIn(
            "action_ai_close_send_for_approval", self.be(draft, self.ben).get_view(view_type="form")["arch"]
        )

    # -- Odoo's own posters

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

    # -- the setup

    def test_the_setup_proposes_journals_and_amount(self):
        wizard = Form(self.be(self.env["ai.close.setup"], self.carla))
        wizard.materiality = 7000.0
        self.assertEqual(wizard.manual_amount, 7000.0)
        self.assertIn(self.general, wizard.manual_journal_ids[:])
        self.assertEqual(set(wizard.manual_journal_ids[:].mapped("type")), {"general"})
