"""Manual entries: above the policy's amount posted through an approval only; Odoo's own posters go on."""

from odoo import Command
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

    def draft(self, amount=5000.0, user=None, earlier=True, document=True, **vals):
        """Return a draft journal entry with what it rests on; by default of an earlier transaction."""
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
        if document:
            self.document(move)
        return self.earlier(move) if earlier else move

    def document(self, move, raw=b"why"):
        self.env["ir.attachment"].create(
            {"name": "why.txt", "raw": raw, "res_model": "account.move", "res_id": move.id}
        )

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

    def test_RF6_a_persons_plug_is_refused_at_creation(self):
        draft = self.draft(13.37, document=False, ref="Difference")
        draft.line_ids.name = "to agree with the bank's statement 4711"
        said = self.assert_refused("ENT008", self.send, draft)
        self.assertIn("rests on nothing but itself", said)
        self.document(draft, raw=b"")
        self.assert_refused("ENT008", self.send, draft)
        self.assertFalse(self.env["ai.close.entry"].sudo().search([("origin_move_id", "=", draft.id)]))
        # what is a draft itself, or of another company, proves nothing
        bill = self.invoice(50.0, move_type="in_invoice").move_id
        draft.narration = f"<p>corrects {bill.name}.</p>"
        bill.button_draft()
        self.assert_refused("ENT008", self.send, draft)
        bill.action_post()
        entry = self.send(draft)
        self.assertEqual(
            [(source.model, source.res_id) for source in entry.source_ids.sorted("id")],
            [("account.move", draft.id), ("account.move", bill.id)],
        )
        bill.button_draft()
        said = self.assert_refused("ENT004", self.be(entry, self.ben).action_review)
        self.assertIn(bill.name, said)

    def test_what_takes_back_a_posted_entry_rests_on_it(self):
        posted = self.draft(999.0)
        posted.action_post()
        draft = self.draft(-999.0, document=False, reversed_entry_id=posted.id)
        self.assertIn(posted.id, self.send(draft).source_ids.mapped("res_id"))

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

    # -- the setup

    def test_the_setup_proposes_journals_and_amount(self):
        setup = self.be(self.env["ai.close.setup"], self.carla).create({"company_id": self.company.id})
        with Form(setup) as form:
            form.materiality = 7000.0
            self.assertEqual(form.manual_amount, 7000.0)
        self.assertIn(self.general, setup.manual_journal_ids)
        self.assertEqual(set(setup.manual_journal_ids.mapped("type")), {"general"})
