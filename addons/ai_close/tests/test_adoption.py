"""Entries booked by hand on the accounts of proposers: listed, adopted or rejected by two people."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .close_common import EntryCase


@tagged("post_install", "-at_install")
class TestAdoption(EntryCase):
    def by_hand(self, amount="70.00", date="2026-10-31", sign=1, partner=True, **vals):
        """Post an accrual the way a spreadsheet's owner does."""
        who = self.partner_a.id if partner else False
        balance = sign * float(amount)
        move = self.env["account.move"].create(
            {
                "date": date,
                "journal_id": self.general.id,
                "ref": "accrual by spreadsheet",
                "line_ids": [
                    Command.create(
                        {"account_id": account.id, "partner_id": who, "balance": each, "name": "x"}
                    )
                    for account, each in ((self.expense, balance), (self.grni, -balance))
                ],
                **vals,
            }
        )
        move.action_post()
        return move

    def listed(self, user=None):
        moves = self.be(self.env["account.move"], user or self.anna)
        return moves.search([("ai_close_by_hand", "=", True)]).sudo()

    def decide(self, move, decision="adopt", **vals):
        """Let Anna write the decision about an entry."""
        action = getattr(self.be(move, self.anna), f"action_ai_close_{decision}")()
        found = self.be(self.env["ai.close.adoption"].browse(action["res_id"]), self.anna)
        found.write(vals)
        return found

    def signed(self, move, decision="adopt", **vals):
        found = self.decide(move, decision, **vals)
        found.action_prepare()
        self.be(found, self.ben).action_review()
        return found

    def proposer_of(self, move):
        """Return what the agent reads of an entry."""
        self.env.flush_all()
        agent = self.be(self.env["ai.close.agent"], self.robot).with_context(active_test=False)
        columns = agent._dataset_moves(self.run_1, 0, 20000)[0]
        named = dict(zip(columns["id"], columns["ai_close_proposer"], strict=True))
        return named[move.id]

    # -- what waits

    def test_what_nobody_proposed_is_listed_until_it_is_settled(self):
        self.assertFalse(self.listed())
        hand = self.by_hand()
        self.by_hand(partner=False, date="2026-11-30")  # no open close ends there
        self.assertEqual(self.listed(), hand)
        seen = self.be(hand, self.anna)
        self.assertEqual(
            (seen.ai_close_by_hand_for, seen.ai_close_by_hand_amount, seen.ai_close_by_hand_scheduled),
            ("Goods received, not invoiced, Services received, not invoiced", -70.0, False),
        )
        self.assertTrue(seen.ai_close_by_hand)
        back = self.by_hand(sign=-1, reversed_entry_id=hand.id)
        self.assertFalse(self.listed(), "taken back within the month: nothing stands there")
        (back.line_ids | hand.line_ids).remove_move_reconcile()
        back.button_draft()
        self.assertEqual(self.listed(), hand)
        self.assertEqual(self.listed(self.audrey), hand, "an auditor reads it too")

    def test_a_policy_that_says_it_is_something_else_for_one_proposer_lists_it_for_the_other(self):
        hand = self.by_hand()
        policy = self.env["ai.close.policy"]._in_force(self.company)
        for codes, listed, stops in (
            (("GR",), hand, "Services received, not invoiced"),
            (("GR", "GS"), hand.browse(), ""),
        ):
            rules = {**policy.params["rules"], **{code: {"by_hand": "apart"} for code in codes}}
            policy._guarded().write({"params": {**policy.params, "rules": rules}})
            self.env.invalidate_all()
            self.assertEqual(self.listed(), listed)
            self.assertEqual(self.be(hand, self.anna).ai_close_by_hand_for or "", stops)

    def test_go_live_with_september_booked_by_hand(self):
        september = self.by_hand(date="2026-09-30")
        self.assertEqual(self.listed(), september)
        self.by_hand(date="2026-10-01", sign=-1)
        self.assertFalse(self.listed(), "the spreadsheet took it back, linked or not")

    def test_documents_and_our_own_are_none(self):
        entry = self.propose()
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        bill = self.invoice(50, move_type="in_invoice").move_id
        bill.button_draft()
        bill.invoice_line_ids.account_id = self.grni
        bill.action_post()
        self.assertFalse(self.listed())

    # -- adopting

    def test_a_manual_accrual_beside_ours_is_adopted_and_taken_back(self):
        hand = self.by_hand()
        self.assertIsNone(self.proposer_of(hand))
        found = self.decide(hand)
        self.assertEqual((found.state, found.proposer, found.reversal), ("draft", "GR", "stage"))
        self.assertEqual(self.decide(hand), found, "one decision an entry")
        found.action_prepare()
        self.assertEqual(str(found.reversal_date), "2026-11-01")
        self.assertIsNone(self.proposer_of(hand), "one signature changes nothing")
        self.be(found, self.ben).action_review()
        self.assertEqual((found.state, hand.ai_close_adoption_id), ("reviewed", found.sudo(False)))
        self.assertEqual(self.proposer_of(hand), "GR")
        self.assertFalse(self.listed())
        reversal = found.sudo().staged_entry_id
        self.assertEqual(
            (reversal.proposer, reversal.state, str(reversal.date), reversal.origin_move_id),
            ("REV", "proposed", "2026-11-01", hand),
        )
        self.sign(reversal)
        self.be(reversal, self.carla).action_approve()
        self.assertEqual(reversal.move_id.reversed_entry_id, hand)
        self.assertEqual(sum(reversal.move_id.line_ids.mapped("balance")), 0)
        self.assertEqual(
            {line.account_id: line.balance for line in reversal.move_id.line_ids},
            {self.expense: -70.0, self.grni: 70.0},
        )
        trail = (
            self.env["ai.close.audit"]
            .sudo()
            .search([("model", "=", "ai.close.adoption"), ("res_id", "=", found.id)], order="id")
        )
        self.assertEqual(
            [row.action for row in trail],
            ["adoption.make", "adoption.prepare", "adoption.review", "adoption.stage"],
        )

    def test_the_reversal_that_exists_is_adopted_with_it(self):
        hand = self.by_hand()
        back = self.by_hand(date="2026-11-01", sign=-1)
        wrong = self.by_hand("69.00", date="2026-11-01", sign=-1, partner=False)
        found = self.decide(hand, reversal="booked")
        self.assertIn("Name the entry", self.assert_refused("ENT003", found.action_prepare))
        found.reversal_move_id = wrong
        self.assertIn("every sign swapped", self.assert_refused("ENT003", found.action_prepare))
        found.reversal_move_id = back
        found.action_prepare()
        self.be(found, self.ben).action_review()
        self.assertEqual((self.proposer_of(hand), self.proposer_of(back)), ("GR", "GR"))
        self.assertFalse(found.sudo().staged_entry_id)

    def test_another_person_reviews_and_never_the_agent(self):
        found = self.decide(self.by_hand())
        self.assert_refused("SOD002", self.be(found, self.robot).action_prepare)
        self.assert_refused("SOD003", self.be(found, self.audrey).action_prepare)
        with self.assertRaises(AccessError):
            self.be(self.env["ai.close.adoption"], self.robot).create({"move_id": found.move_id.id})
        for vals in ({"state": "reviewed"}, {"staged_entry_id": 1}, {"company_id": self.company.id}):
            self.assert_refused("AUD002", self.be(found, self.carla).write, vals)
        self.be(found, self.ben).write({"reason": "it is the same delivery"})
        found.action_prepare()
        self.assert_refused("SOD003", found.action_review)
        self.assert_refused("SOD001", self.be(found, self.ben).action_review)
        self.assert_refused(
            "AUD002", self.be(found.move_id, self.carla).write, {"ai_close_adoption_id": found.id}
        )
        self.be(found, self.carla).action_review()
        self.assertEqual(found.state, "reviewed")

    def test_what_was_signed_is_what_counts(self):
        hand = self.by_hand()
        found = self.decide(hand)
        found.action_prepare()
        hand.button_draft()
        self.assert_refused("ENT002", self.be(found, self.ben).action_review)
        hand.line_ids.write({"name": "corrected"})
        hand.action_post()
        self.be(found, self.ben).action_review()
        self.assertEqual(self.proposer_of(hand), "GR")

    def test_only_what_stands_on_the_kinds_account(self):
        found = self.decide(self.by_hand(), proposer="IN")
        self.assertIn("Interest on loans", self.assert_refused("ENT003", found.action_prepare))
        entry = self.propose()
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        ours = self.decide(entry.move_id)
        self.assertIn("counts already", self.assert_refused("ENT003", ours.action_prepare))

    # -- rejecting, and taking a decision back

    def test_rejected_it_is_taken_back_with_a_reason(self):
        hand = self.by_hand()
        found = self.decide(hand, "reject")
        self.assertIn("Say why", self.assert_refused("ENT003", found.action_prepare))
        found.reason = "The goods never came"
        found.action_prepare()
        self.be(found, self.ben).action_review()
        self.assertIsNone(self.proposer_of(hand))
        self.assertEqual(self.listed(), hand, "until its reversal is posted it stands there")
        reversal = found.sudo().staged_entry_id
        self.assertEqual((str(reversal.date), reversal.narration), ("2026-10-31", "The goods never came"))
        self.sign(reversal)
        self.be(reversal, self.carla).action_approve()
        self.assertFalse(self.listed())
        self.assertIn("posted", self.assert_refused("ENT001", self.be(found, self.ben).action_cancel, "no"))

    def test_what_stood_there_before_the_first_close_is_taken_back_in_it(self):
        september = self.by_hand(date="2026-09-30")
        reversal = self.signed(september, "reject", reason="never delivered").sudo().staged_entry_id
        self.assertEqual((str(reversal.date), reversal.close_id), ("2026-10-01", self.close))
        older = self.by_hand(date="2023-01-31")
        adopted = self.signed(older).sudo()
        self.assertEqual(str(adopted.staged_entry_id.date), "2026-10-01")
        self.assertEqual(self.proposer_of(older), "GR", "read although it is older than the history")

    def test_adopted_without_a_reversal_the_next_proposal_takes_it_off(self):
        found = self.signed(self.by_hand(), reversal="none", reason="one entry takes back all of them")
        self.assertEqual((found.state, found.sudo().staged_entry_id.ids), ("reviewed", []))

    def test_its_own_reversal_is_undone_with_it(self):
        hand = self.by_hand()
        self.by_hand(date="2026-11-01", sign=-1, reversed_entry_id=hand.id)
        reversal = self.signed(hand, "reject", reason="accrued twice").sudo().staged_entry_id
        self.assertEqual((str(reversal.date), str(reversal.reversal_date)), ("2026-10-31", "2026-11-01"))
        self.sign(reversal)
        self.be(reversal, self.carla).action_approve()
        self.assertEqual(sum(line.balance for line in self.grni_lines("2026-10-31")), 0)
        self.assertEqual(sum(line.balance for line in self.grni_lines("2026-11-30")), 0)

    def grni_lines(self, day):
        domain = [("account_id", "=", self.grni.id), ("parent_state", "=", "posted"), ("date", "<=", day)]
        return self.env["account.move.line"].search(domain)

    def test_what_was_reversed_meanwhile_is_not_reversed_again(self):
        hand = self.by_hand()
        reversal = self.signed(hand).sudo().staged_entry_id
        self.sign(reversal)
        self.by_hand(date="2026-11-03", sign=-1, reversed_entry_id=hand.id)
        self.assert_refused("ENT001", self.be(reversal, self.carla).action_approve)

    def test_a_decision_is_taken_back_before_its_reversal_is_posted(self):
        hand = self.by_hand()
        found = self.signed(hand)
        again = self.be(found, self.ben)
        self.assertIn("Reject its staged", self.assert_refused("ENT001", again.action_cancel, "a mistake"))
        self.be(found.sudo().staged_entry_id, self.anna).action_reject("a mistake")
        self.assert_refused("SOD003", found.action_cancel, "a mistake")
        again.action_cancel("a mistake")
        self.assertEqual((self.proposer_of(hand), self.listed()), (None, hand))
        self.assertEqual(self.decide(hand).state, "draft", "it is decided anew")

    # -- the way there

    def test_the_finding_leads_to_the_entries(self):
        hand = self.by_hand()
        row = {
            "key": f"GRF001:{self.company.id}:account.account,{self.grni.id}:by-hand",
            "rule": "GRF001",
            "rule_title": "Goods received, not invoiced: booked by hand",
            "severity": "medium",
            "facet": "by-hand",
            "title": "70.00 USD were booked by hand",
            "message": "",
            "why": "",
            "remedy": "",
            "amount": "70.00",
            "anchor": {"model": "account.account", "id": self.grni.id},
            "records": [{"model": "account.move", "id": hand.id, "label": hand.name}],
            "evidence": {},
        }
        self.submit("ai.close.finding", self.run_1, row)
        finding = self.env["ai.close.finding"].sudo().search([("key", "=", row["key"])])
        self.assertTrue(finding.is_by_hand)
        action = self.be(finding, self.anna).action_open_by_hand()
        self.assertEqual(self.be(self.env["account.move"], self.anna).search(action["domain"]).sudo(), hand)
