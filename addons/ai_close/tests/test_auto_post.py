"""Drafts that the server posts by itself: in the last phase, when nothing speaks against it, never else."""

from datetime import timedelta

from odoo import Command, fields
from odoo.addons.ai_close.kernel.rule_book import book
from odoo.service.model import call_kw
from odoo.tests import tagged

from .close_common import CloseCase


@tagged("post_install", "-at_install", "ai_close")
class TestAutoPost(CloseCase):
    @classmethod
    def params(cls, **changes):
        return super().params(
            **{
                "phase": "automatic",
                "automatic": {"max_amount": "100.00", "kinds": ["match"]},
                "auto_post": {"journals": [cls.general.id, cls.purchases().id], "limit": "1000.00"},
                "rules": {},
                **changes,
            }
        )

    @classmethod
    def purchases(cls):
        return cls.company_data["default_journal_purchase"]

    @classmethod
    def bill(cls, amount=200.0, ref="B-1", document=True, **values):
        """Return a draft bill of a vendor with its document."""
        move = cls.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": cls.partner_a.id,
                "invoice_date": "2026-10-14",
                "date": "2026-10-14",
                "ref": ref,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "service",
                            "account_id": cls.expense.id,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )
        if document:
            cls.env["ir.attachment"].create(
                {"name": "bill.pdf", "raw": b"%PDF", "res_model": "account.move", "res_id": move.id}
            )
        return move

    @classmethod
    def entry(cls, amount=50.0, **values):
        """Return a draft journal entry that has a text."""
        return cls.env["account.move"].create(
            {
                "date": "2026-10-15",
                "journal_id": cls.general.id,
                "ref": "Office",
                "line_ids": [
                    Command.create({"account_id": cls.expense.id, "balance": amount, "name": "pens"}),
                    Command.create({"account_id": cls.grni.id, "balance": -amount, "name": "pens"}),
                ],
                **values,
            }
        )

    def ended(self, *passed, key="run-1", rules=None, rows=()):
        """End a run that judged everything and found these drafts clean; return its batch, if any."""
        self.env.flush_all()
        run = self.run_of_agent(key)
        run._guarded().write({"policy_id": self.env["ai.close.policy"]._in_force(self.company).id})
        self.submit("ai.close.finding", run, *rows)
        mark = self.env["ai.close.gate"]._snapshot_xmin()
        run._guarded().write({"watermark": str(int(mark) + 1_000_000)})
        codes = sorted(book()) if rules is None else rules
        self.finish(run, rules=codes, drafts_passed=[move.id for move in passed])
        return self.env["ai.close.auto.post"].sudo().search([("run_id", "=", run.id)])

    def post(self):
        self.env["ai.close.auto.post"]._cron_post()
        self.env.invalidate_all()

    def assert_left(self, batch, move, word):
        """Assert that the server left a draft to people, and why."""
        self.post()
        self.assertEqual(move.state, "draft")
        line = batch.line_ids.filtered(lambda one: one.move_id == move)
        self.assertEqual(line.outcome, "left")
        self.assertIn(word, line.reason)

    def assert_refused_whole(self, batch, move, word):
        """Assert that the server posted nothing at all, and why."""
        self.post()
        self.assertEqual((batch.state, move.state), ("refused", "draft"))
        self.assertIn(word, batch.reason)

    # -- it posts

    def test_posts_what_passes_in_the_server_s_name(self):
        bill, entry = self.bill(), self.entry()
        batch = self.ended(bill, entry)
        self.assertEqual((batch.state, bill.state), ("waiting", "draft"))
        self.env["ai.close.auto.post"].with_user(self.robot).sudo()._cron_post()
        self.env.invalidate_all()
        self.assertEqual((bill.state, entry.state), ("posted", "posted"), batch.line_ids.mapped("reason"))
        self.assertEqual(bill.ai_close_posted_by, self.env.ref("base.user_root"))
        self.assertEqual((batch.state, batch.posted_count, batch.amount), ("done", 2, 250.0))
        self.assertEqual(bill.ai_close_auto_post_id, batch)
        balances = dict(batch.before), dict(batch.after)
        self.assertEqual(float(balances[1][self.expense.id]) - float(balances[0][self.expense.id]), 250.0)
        self.assertEqual(len(batch.before_digest), 64)
        events = self.env["ai.close.audit"].sudo().search([("action", "=", "post.post")])
        self.assertEqual(set(events.mapped("res_id")) & {bill.id, entry.id}, {bill.id, entry.id})
        self.assertEqual(set(events.mapped("role")), {"server"})

    def test_off_unless_the_policy_says_so(self):
        self.env["ai.close.policy"]._in_force(self.company)._guarded().write(
            {"params": {**self.params(), "phase": "supervised"}}
        )
        bill = self.bill()
        self.assertFalse(self.ended(bill))
        self.post()
        self.assertEqual(bill.state, "draft")

    # -- one draft stays

    def test_left_above_the_limit(self):
        bill = self.bill(1000.0)
        self.assert_left(self.ended(bill), bill, "limit")

    def test_left_that_a_rule_objects_to_or_did_not_judge(self):
        bill = self.bill()
        self.assert_left(self.ended(), bill, "as if it were posted")

    def test_left_that_a_finding_names(self):
        bill = self.bill()
        row = {
            "key": f"EXF001:{self.company.id}:1", "rule": "EXF001", "rule_title": "Duplicate", "facet": None,
            "severity": "high", "title": "Twice", "message": "m", "why": "w", "remedy": "r",
            "amount": "200.00",
            "anchor": {"model": "res.partner", "id": self.partner_b.id},
            "records": [{"model": "account.move", "id": bill.id}], "evidence": {},
        }  # fmt: skip
        batch = self.ended(bill, rows=[row])
        found = self.env["ai.close.finding"].sudo().search([("key", "=", row["key"])])
        self.be(found, self.anna).action_explain("Looked at, it is in order.")
        self.assert_left(batch, bill, "finding")

    def test_left_when_changed_since_the_run(self):
        bill = self.bill()
        batch = self.ended(bill)
        batch.run_id.sudo()._write({"watermark": "1"})
        self.env.cr.execute(
            "INSERT INTO ai_close_change (company_id, model, res_id, xid)"
            " VALUES (%s, 'res.partner', %s, '7'::xid8)",
            [self.company.id, self.partner_a.id],
        )
        self.env.invalidate_all()
        self.assert_left(batch, bill, "changed")

    def test_left_without_document_reference_or_partner(self):
        for values, word in (({"document": False}, "document"), ({"ref": False}, "reference")):
            with self.subTest(word), self.env.cr.savepoint() as savepoint:
                bill = self.bill(**values)
                self.assert_left(self.ended(bill, key=f"run-{word}"), bill, word)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_left_that_looks_like_another(self):
        self.bill(ref="b 1").action_post()
        bill = self.bill(ref="B-1", invoice_date="2026-10-20")
        self.assert_left(self.ended(bill), bill, "same")

    def test_left_entry_made_twice(self):
        self.entry().action_post()
        entry = self.entry(date="2026-10-18")
        self.assert_left(self.ended(entry), entry, "same")

    def test_left_reversal_and_what_recurs(self):
        original = self.entry()
        original.action_post()
        back = original._reverse_moves([{"date": "2026-10-20"}])
        recurring = self.entry(70.0, auto_post="monthly")
        batch = self.ended(back, recurring)
        self.assert_left(batch, back, "reverses")
        self.assertIn("by itself", batch.line_ids.filtered(lambda one: one.move_id == recurring).reason)

    def test_left_below_a_lock(self):
        bill = self.bill()
        batch = self.ended(bill)
        day = fields.Date.to_date("2026-10-14")
        self.patch(type(self.company), "_get_violated_lock_dates", lambda *args: [(day, "tax_lock_date")])
        self.assert_left(batch, bill, "locked")

    def test_left_that_odoo_would_move_to_another_day(self):
        bill = self.bill()
        batch = self.ended(bill)
        post = type(bill)._post

        def moved(moves, soft=True):
            moves.date = fields.Date.to_date("2026-10-30")
            return post(moves, soft)

        self.patch(type(bill), "_post", moved)
        self.assert_left(batch, bill, "another date")
        self.assertEqual(str(bill.date), "2026-10-14")
        self.assertFalse(bill.ai_close_auto_post_id)

    def test_other_journals_and_months_are_nobody_s_business(self):
        sale = self.bill(move_type="out_invoice", document=False)
        late = self.entry(date="2026-11-02")
        self.ended(sale, late)
        self.post()
        self.assertEqual((sale.state, late.state), ("draft", "draft"))

    # -- nor what people took back, what moves money, or what a limit would not see

    def test_left_that_people_set_back_to_draft(self):
        bill = self.bill()
        self.ended(bill)
        self.post()
        self.assertEqual(bill.state, "posted")
        bill.button_draft()
        again = self.ended(bill, key="run-2")
        self.assert_left(again, bill, "set back")

    def test_left_with_an_amount_that_is_nothing_in_our_currency(self):
        dollar = self.env.ref("base.USD")
        other = dollar if self.company.currency_id != dollar else self.env.ref("base.EUR")
        other.active = True
        entry = self.entry()
        lines = [(0.0, 90_000_000.0), (0.0, -90_000_000.0)]
        entry.write(
            {
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.expense.id,
                            "name": "x",
                            "balance": balance,
                            "amount_currency": amount,
                            "currency_id": other.id,
                        }
                    )
                    for balance, amount in lines
                ]
            }
        )
        self.assertEqual(entry._ai_close_debits(), 50.0)
        self.assert_left(self.ended(entry), entry, "limit")

    def test_left_with_a_rate_that_somebody_wrote(self):
        dollar = self.env.ref("base.USD")
        other = dollar if self.company.currency_id != dollar else self.env.ref("base.EUR")
        other.active = True
        bill = self.bill(90_000.0, currency_id=other.id)
        bill.invoice_currency_rate = 1000.0
        self.assertLess(bill._ai_close_debits(), 1000.0)
        self.assert_left(self.ended(bill), bill, "limit")

    def test_left_that_moves_money(self):
        bill = self.bill()
        payment = self.env["account.payment"].create({"amount": 10.0, "partner_id": self.partner_a.id})
        bill._write({"origin_payment_id": payment.id})
        self.env.invalidate_all()
        self.assert_left(self.ended(bill), bill, "payment")

    def test_the_agent_s_mark_hides_no_change(self):
        """What was written since the run began is changed, however far the agent says that it read."""
        bill = self.bill()
        batch = self.ended(bill)
        batch.run_id.sudo()._write({"snapshot_xmin": "5"})
        self.env.cr.execute(
            "INSERT INTO ai_close_change (company_id, model, res_id, xid)"
            " VALUES (%s, 'account.move', %s, '7'::xid8)",
            [self.company.id, bill.id],
        )
        self.env.invalidate_all()
        self.assert_left(batch, bill, "changed")

    # -- nothing is posted

    def test_nothing_when_a_rule_did_not_complete(self):
        bill = self.bill()
        rules = sorted(set(book()) - {"EXF001"})
        self.assert_refused_whole(self.ended(bill, rules=rules), bill, "EXF001")

    def test_nothing_after_a_policy_changed(self):
        bill = self.bill()
        batch = self.ended(bill)
        batch.run_id.sudo()._write({"policy_id": None})
        self.env.invalidate_all()
        self.assert_refused_whole(batch, bill, "policy")

    def test_nothing_when_a_later_run_began_or_this_one_is_old(self):
        bill = self.bill()
        batch = self.ended(bill)
        batch.run_id.sudo()._write({"date_end": fields.Datetime.now() - timedelta(days=1)})
        self.env.invalidate_all()
        self.assert_refused_whole(batch, bill, "hours")
        again = self.ended(bill, key="run-2")
        self.run_of_agent("run-3")
        self.assert_refused_whole(again, bill, "later run")

    def test_nothing_while_a_lock_is_asked_for(self):
        bill = self.bill()
        batch = self.ended(bill)
        self.env.flush_all()
        self.close.sudo()._write({"state": "requested"})
        self.env.invalidate_all()
        self.assert_refused_whole(batch, bill, "lock")

    def test_anybody_stops_it_and_a_controller_allows_it_again(self):
        bill = self.bill()
        batch = self.ended(bill)
        # as the button over the list calls it
        call_kw(self.be(self.env["ai.close.auto.post"], self.anna), "action_stop_company", [[]], {})
        self.post()
        self.assertEqual((batch.state, bill.state, batch.stopped_by_id), ("stopped", "draft", self.anna))
        again = self.ended(bill, key="run-2")
        self.assert_refused_whole(again, bill, "stopped")
        self.assert_refused("SOD003", self.be(batch, self.ben).action_resume, "It was a false alarm.")
        self.be(batch, self.carla).action_resume("It was a false alarm.")
        stop = self.be(self.env["ai.close.auto.post"], self.ben).action_stop_company()["res_id"]
        self.be(batch.browse(stop), self.carla).action_resume("It was a false alarm.")
        self.assert_refused("SOD003", self.be(batch, self.audrey).action_stop_company)
        self.ended(bill, key="run-3")
        self.post()
        self.assertEqual(bill.state, "posted")

    # -- people undo it, the agent has no part in it

    def test_one_click_drafts_the_reversals(self):
        bill, entry = self.bill(), self.entry()
        batch = self.ended(bill, entry)
        self.post()
        self.anna.group_ids |= self.env.ref("account.group_account_invoice")
        self.assert_refused("SOD003", self.be(batch, self.ben).action_reverse, "Wrong vendor entirely.")
        action = self.be(batch, self.anna).action_reverse("Wrong vendor entirely.")
        drafts = self.env["account.move"].search(action["domain"])
        self.assertEqual(set(drafts.mapped("state")), {"draft"})
        self.assertEqual(drafts.reversed_entry_id, bill | entry)
        self.assertEqual(batch.state, "reversed")
        self.assert_refused("AUD004", self.be(batch, self.carla).action_resume, "It was a false alarm.")
        self.assert_refused("ENT026", self.be(batch, self.anna).action_reverse, "Once more, please.")

    def test_nobody_writes_a_batch_or_its_mark(self):
        bill = self.bill()
        batch = self.ended(bill)
        self.assert_refused("AUD002", bill.write, {"ai_close_auto_post_id": batch.id})
        self.assert_refused("AUD002", batch.write, {"state": "done"})
