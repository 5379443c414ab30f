"""Rejections teach: the agent is told what was rejected and why, and the same comes in under no other key."""

from odoo import Command
from odoo.tests import tagged

from .close_common import EntryCase


@tagged("post_install", "-at_install")
class TestEntryRejected(EntryCase):
    def rejected(self, reason="The vendor bills this with the freight"):
        entry = self.propose()
        self.be(entry, self.ben).action_reject(reason)
        return entry

    def told(self):
        return self.env["ai.close.entry"]._decisions(self.close)

    def amounts(self, amount="1102.50"):
        sides = ((self.expense.id, amount), (self.grni.id, f"-{amount}"))
        return [{"account_id": account, "balance": balance} for account, balance in sorted(sides)]

    def test_the_next_run_is_told_what_was_rejected_and_why(self):
        entry = self.rejected()
        said = {"reason": "The vendor bills this with the freight", "lines": self.amounts()}
        self.assertEqual(self.told(), [{"kind": "entry", "key": entry.key, "state": "rejected", **said}])

    def test_what_was_proposed_is_told_not_what_people_made_of_it(self):
        entry = self.propose()
        lines = [
            Command.update(line.id, {side: 900})
            for line, side in zip(entry.line_ids, ("debit", "credit"), strict=True)
        ]
        self.be(entry, self.anna).write({"line_ids": lines, "edit_reason": "late receipt"})
        self.assertEqual(entry.amount_total, 900)
        self.be(entry, self.ben).action_reject("nothing came at all")
        self.assertEqual(self.told()[0]["lines"], self.amounts())

    def test_what_is_posted_is_told_without_amounts(self):
        entry = self.propose()
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        self.assertEqual(self.told(), [{"kind": "entry", "key": entry.key, "state": "posted"}])

    def test_the_same_is_not_taken_in_under_another_key(self):
        entry = self.rejected()
        again = f"{entry.key}:again-2"
        (answer,) = self.submit(
            "ai.close.entry", self.run_1, self.entry_row(self.source, key=again, narration="Once more")
        )
        self.assertEqual((answer["status"], answer["code"]), ("unchanged", None))
        self.assertIn("with the freight", answer["reason"])
        self.assertFalse(self.env["ai.close.entry"].sudo().search([("key", "=", again)]))
        # another proposer's part of the month, and other amounts, are something else
        self.propose(key=f"{entry.key}:partner-7", amount="1102.50")
        other = self.propose(key=again, amount="980.00")
        self.assertEqual(other.state, "proposed")
        (told,) = self.be(other, self.anna).past_rejections
        self.assertEqual((told["period"], told["why"]), ("October 2026", entry.reject_reason))

    def test_a_rejection_of_the_same_source_is_shown_whatever_else_is_in_the_entry(self):
        self.rejected()
        lines = self.entry_row(self.source)["lines"]
        for line in lines:
            line["partner_id"] = None
        later = self.propose(key=f"GR:{self.company.id}:2026-10:other", lines=lines)
        (told,) = self.be(later, self.anna).past_rejections
        self.assertEqual(told["rejected by"], "Ben")
        elsewhere = self.invoice(50, move_type="in_invoice").move_id
        row = self.entry_row(elsewhere, key=f"GR:{self.company.id}:2026-10:else", lines=lines)
        self.assertEqual(self.submit("ai.close.entry", self.run_1, row)[0]["status"], "created")
        entry = self.env["ai.close.entry"].sudo().search([("key", "=", row["key"])])
        self.assertFalse(self.be(entry, self.anna).past_rejections)
