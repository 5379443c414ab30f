"""What an approver sees: people's changes against the proposal, sources old and new, the trial balance."""

from odoo import Command
from odoo.tests import tagged

from .close_common import EntryCase


@tagged("post_install", "-at_install")
class TestEntryReview(EntryCase):
    def test_the_trial_balance_before_and_after(self):
        self.source.action_post()
        entry = self.propose()
        seen = self.be(entry, self.ben).effect
        self.assertEqual(
            {row[0]: row[1:] for row in seen["rows"]},
            {
                self.expense.display_name: ["10.00", "1102.50", "1112.50"],
                self.grni.display_name: ["-10.00", "-1102.50", "-1112.50"],
            },
        )
        self.assertEqual(seen["result"], "-1102.50")
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        self.env.flush_all()
        entry.invalidate_recordset()
        self.assertEqual(self.be(entry, self.ben).effect["rows"], seen["rows"], "posted, it is in the ledger")

    def test_last_years_costs_are_not_in_this_years_balance(self):
        old = self.source.copy({"date": "2025-12-31"})
        old.action_post()
        entry = self.propose()
        before = {row[0]: row[1] for row in self.be(entry, self.ben).effect["rows"]}
        self.assertEqual(before, {self.expense.display_name: "0.00", self.grni.display_name: "-10.00"})

    def test_what_people_changed_stands_against_the_proposal(self):
        entry = self.propose()
        self.assertFalse(entry.edits)
        lines = [
            Command.update(line.id, {side: 1000})
            for line, side in zip(entry.line_ids, ("debit", "credit"), strict=True)
        ]
        self.be(entry, self.anna).write({"line_ids": lines, "edit_reason": " late receipt "})
        self.be(entry, self.anna).write({"ref": "By phone"})
        rows = {row["what"]: row for row in self.be(entry, self.ben).edits}
        self.assertEqual(rows["ref"]["now"], "By phone")
        self.assertFalse(rows["ref"]["why"])
        line = rows["line 1 balance"]
        self.assertNotIn("line 1 amount currency", rows, "the same amount once more")
        self.assertEqual((line["by"], line["why"]), ("Anna", "late receipt"))
        self.assertIn("1,102.50", line["proposed"])
        self.assertIn("1,000.00", line["now"])
        self.assertEqual(entry.edited_amount, -102.5)
        audited = self.env["ai.close.audit"].sudo().search([("action", "=", "entry.edit")], limit=2)
        self.assertEqual(audited.mapped("reason"), [False, "late receipt"])
        self.assertFalse(self.be(entry, self.anna).edit_reason, "it goes with the change")
        # a fresh proposal is what later edits are compared with
        self.propose("980.00", "updated")
        self.assertFalse(entry.edits)
        self.assertEqual(entry.edited_amount, 0)

    def test_a_side_typed_alone_is_one_edit(self):
        entry = self.propose()
        self.be(entry.line_ids[0], self.anna).write({"debit": 1000})
        self.assertEqual((entry.line_ids[0].balance, len(entry.change_log)), (1000, 1))
        self.be(entry.line_ids[0], self.anna).write({"debit": 0, "credit": 5})
        self.assertEqual((entry.line_ids[0].balance, len(entry.change_log)), (-5, 2))

    def test_changed_sources_old_against_new_and_compute_again(self):
        entry = self.propose()
        self.sign(entry)
        shown = self.be(entry, self.carla)
        self.assertEqual((shown.changed_source_count, shown.changed_sources), (0, False))
        self.change_source()
        self.env.invalidate_all()
        self.assertEqual((shown.changed_source_count, shown.source_count), (1, 1))
        rows = {row["what"]: row for row in shown.changed_sources}
        row = rows["lines 1 balance"]
        self.assertEqual(row["source"], "P1")
        self.assertIn("10.00", row["when computed"])
        self.assertIn("12.00", row["now"])
        runs = self.env["ai.close.run"].sudo()
        self.run_1._guarded().write({"state": "done"})
        asked = runs.search_count([("state", "=", "requested")])
        for user, code in ((self.audrey, "SOD003"), (self.robot, "SOD002")):
            self.assert_refused(code, self.be(entry, user).action_compute_again)
        shown.action_compute_again()
        self.assertEqual(runs.search_count([("state", "=", "requested")]), asked + 1)
        self.be(entry, self.ben).action_reject("not ours")
        self.assert_refused("ENT001", shown.action_compute_again)

    def test_a_payload_that_differs_is_named(self):
        entry = self.propose()
        self.sign(entry)
        self.env.cr.execute("UPDATE ai_close_entry_line SET name = 'x' WHERE id = %s", [entry.line_ids[0].id])
        self.env.invalidate_all()
        sentence = self.assert_refused("ENT002", self.be(entry, self.carla).action_approve)
        self.assertIn("lines 1 name", sentence)

    def test_what_computed_it_is_said(self):
        self.run_1._guarded().write({"agent_version": "9.9"})
        self.assertEqual(self.propose().computed_by, "GR, agent 9.9, policy version 1")

    def test_a_rejection_is_told_beside_the_next_proposal_of_its_kind(self):
        self.be(self.propose(), self.ben).action_reject("The vendor bills this with the freight")
        november = self.env["ai.close"]._for_period(self.company, "2026-11-30").sudo()
        self.run_1._guarded().write({"close_id": november.id})
        row = self.entry_row(
            self.source,
            "980.00",
            key=f"GR:{self.company.id}:2026-11",
            date="2026-11-30",
            reversal_date="2026-12-01",
        )
        bill = self.invoice(50, move_type="in_invoice").move_id
        other = self.entry_row(bill, account=self.not_received, key=f"GR:{self.company.id}:2026-11:2")
        other.update(date="2026-11-30", reversal_date="2026-12-01")
        answers = self.submit("ai.close.entry", self.run_1, row, other)
        self.assertEqual([answer["status"] for answer in answers], ["created", "created"])
        entry, unlike = (
            self.env["ai.close.entry"].sudo().search([("key", "=", each["key"])]) for each in (row, other)
        )
        (told,) = self.be(entry, self.anna).past_rejections
        self.assertEqual(
            (told["period"], told["rejected by"], told["why"]),
            ("October 2026", "Ben", "The vendor bills this with the freight"),
        )
        self.assertFalse(self.be(unlike, self.anna).past_rejections)
