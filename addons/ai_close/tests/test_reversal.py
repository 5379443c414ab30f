"""Undoing an approved entry: the same three signatures, no way around them."""

from odoo.addons.ai_close.agent.columns import Keys
from odoo.tests import tagged

from .close_common import EntryCase


@tagged("post_install", "-at_install")
class TestReversal(EntryCase):
    def posted(self, **changes):
        entry = self.propose(**changes)
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        return entry

    def proposed(self, entry, user=None):
        action = self.be(entry, user or self.anna).action_propose_reversal("The goods never came")
        return self.env["ai.close.entry"].sudo().browse(action["res_id"])

    def balances(self, date):
        rows = self.env["account.move.line"]._read_group(
            [
                ("account_id", "in", (self.expense | self.grni).ids),
                ("date", "<=", date),
                ("parent_state", "=", "posted"),
            ],
            ["account_id"],
            ["balance:sum"],
        )
        return {account: balance for account, balance in rows if balance}

    def test_three_people_undo_what_three_people_did(self):
        entry = self.posted(reversal_date=None)
        reversal = self.proposed(entry)
        self.assertEqual(
            (reversal.proposer, reversal.state, reversal.origin_move_id, str(reversal.date)),
            ("REV", "proposed", entry.move_id, "2026-10-31"),
        )
        self.assertEqual(reversal.narration, "The goods never came")
        self.assertEqual(entry.state, "posted")
        self.sign(reversal)
        self.assert_refused("SOD001", self.be(reversal, self.ben).action_approve)
        self.be(reversal, self.carla).action_approve()
        self.assertEqual((reversal.state, entry.state), ("posted", "reversed"))
        self.assertEqual(reversal.move_id.reversed_entry_id, entry.move_id)
        self.assertEqual(
            {line.account_id: line.balance for line in reversal.move_id.line_ids},
            {self.expense: -1102.5, self.grni: 1102.5},
        )
        self.assertFalse(self.balances("2026-12-31"))
        self.assertFalse(entry.move_id.line_ids.filtered(lambda line: line.amount_residual))
        self.assert_refused("ENT001", self.proposed, entry)

    def test_the_agent_reads_which_item_a_reclassification_moves_and_that_it_was_undone(self):
        item = self.source.line_ids[0]
        self.source.action_post()
        row = self.entry_row(self.source, "10.00", proposer="RC", reversal_date=None)
        row |= {
            "key": f"RC:{self.company.id}:2026-10:line-{item.id}",
            "sources": [{"model": "account.move.line", "id": item.id, "label": "a"}],
        }
        self.submit("ai.close.entry", self.run_1, row)
        entry = self.env["ai.close.entry"].sudo().search([("key", "=", row["key"])])
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        told = self.moved_items()
        self.assertEqual(told[item.id], None)
        self.assertEqual({told[line.id] for line in entry.move_id.line_ids}, {item.id})
        reversal = self.proposed(entry)
        self.sign(reversal)
        self.be(reversal, self.carla).action_approve()
        told = self.moved_items()
        back = reversal.move_id.line_ids
        self.assertEqual({told[line.id] for line in back | entry.move_id.line_ids}, {item.id})

    def moved_items(self):
        self.env.flush_all()
        agent = self.env["ai.close.agent"].with_user(self.robot)
        columns = agent._dataset_lines(self.run_1.with_user(self.robot).sudo(False), Keys(0), 500)[0]
        return dict(zip(columns["id"], columns["reclassifies_id"], strict=True))

    def test_the_accruals_own_reversal_is_undone_with_it(self):
        entry = self.posted()
        reversal = self.proposed(entry)
        self.assertEqual(str(reversal.reversal_date), "2026-11-01")
        self.sign(reversal)
        self.be(reversal, self.carla).action_approve()
        self.assertFalse(self.balances("2026-10-31"))
        self.assertFalse(self.balances("2026-11-30"))
        self.assertEqual(entry.state, "reversed")

    def test_after_the_lock_it_is_dated_after_it(self):
        entry = self.posted(reversal_date=None)
        self.lock("2026-10-31")
        self.close._guarded().write({"state": "locked"})
        reversal = self.proposed(entry)
        self.assertEqual(str(reversal.date), "2026-11-01")
        self.assertEqual(reversal.close_id.name, "November 2026")
        self.sign(reversal)
        self.be(reversal, self.carla).action_approve()
        self.assertEqual((reversal.state, entry.state), ("posted", "reversed"))

    def test_what_reversed_itself_has_nothing_left_to_undo(self):
        entry = self.posted()
        self.lock("2026-11-30")
        self.assertIn("by itself", self.assert_refused("ENT014", self.proposed, entry))

    def test_who_proposes_and_when(self):
        entry = self.propose()
        self.assert_refused("ENT001", self.proposed, entry)
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        for user, code in ((self.ben, "SOD003"), (self.audrey, "SOD003"), (self.robot, "SOD002")):
            with self.subTest(user=user.login):
                self.assert_refused(code, self.proposed, entry, user)
        self.assert_refused("ENT006", self.be(entry, self.anna).action_propose_reversal, " ")
        reversal = self.proposed(entry)
        self.assertIn("already", self.assert_refused("ENT001", self.proposed, entry))
        self.be(reversal, self.ben).action_reject("it was right after all")
        self.assertNotEqual(self.proposed(entry), reversal)

    def test_the_reason_dialog_opens_it_from_both_forms(self):
        entry = self.posted()
        for model, method, record in (
            ("ai.close.entry", "action_propose_reversal", entry),
            ("account.move", "action_ai_close_propose_reversal", entry.move_id),
        ):
            with self.env.cr.savepoint() as savepoint:
                wizard = (
                    self.be(self.env["ai.close.reason"], self.anna)
                    .with_context(active_model=model, active_ids=record.ids, ai_close_method=method)
                    .create({"reason": "never came"})
                )
                action = wizard.action_confirm()
                made = self.env["ai.close.entry"].sudo().browse(action["res_id"])
                self.assertEqual((made.proposer, made.origin_move_id), ("REV", entry.move_id))
                savepoint.rollback()
            self.env.invalidate_all()

    # -- other ways

    def test_odoos_reversals_name_the_way(self):
        move = self.posted().move_id
        move = self.be(move, self.carla)
        wizards = (
            self.env["account.move.reversal"]
            .with_user(self.carla)
            .with_context(active_model="account.move", active_ids=move.ids)
        )
        for method in ("reverse_moves", "refund_moves", "modify_moves"):
            wizard = wizards.create({"date": "2026-10-31", "journal_id": move.journal_id.id})
            with self.subTest(method=method):
                sentence = self.assert_refused("ENT014", getattr(wizard, method))
                self.assertIn("Propose reversal", sentence)
        for cancel in (False, True):
            self.assert_refused("ENT014", move._reverse_moves, None, cancel)
        by_hand = move.copy({"reversed_entry_id": move.id, "date": "2026-10-31"})
        self.assert_refused("ENT014", by_hand.action_post)
        self.assert_refused("ENT005", move.button_draft)
        self.assert_refused("ENT005", move.button_cancel)
        self.assertEqual(move.state, "posted")

    def test_the_reversal_reverses_what_it_says(self):
        entry = self.posted(reversal_date=None)
        reversal = self.proposed(entry)
        self.sign(reversal)
        original = type(self.env["account.move"])._post

        def elsewhere(moves, soft=True):
            moves.filtered("reversed_entry_id").reversed_entry_id = self.source
            return original(moves, soft)

        self.patch(type(self.env["account.move"]), "_post", elsewhere)
        self.assert_refused("ENT002", self.be(reversal, self.carla).action_approve)
        self.assertEqual(entry.state, "posted")

    def test_one_reversal_that_posts(self):
        entry = self.posted(reversal_date=None)
        reversal = self.proposed(entry)
        self.sign(reversal)
        entry._guarded().write({"state": "reversed"})
        self.assert_refused("ENT001", self.be(reversal, self.carla).action_approve)
