"""Several entries with one reason: each is checked again, and what is posted is posted as a whole."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .close_common import EntryCase

REASON = "Accruals as every month, compared with the orders"


@tagged("post_install", "-at_install")
class TestEntryBatch(EntryCase):
    def make(self, *amounts, start=0, **changes):
        entries = self.env["ai.close.entry"].sudo()
        for number, amount in enumerate(amounts, start):
            entries |= self.propose(amount, key=f"GR:{self.company.id}:batch-{number}", **changes)
        self.be(entries, self.anna).action_prepare()
        return entries

    def reasons(self, entries, action):
        events = (
            self.env["ai.close.audit"]
            .sudo()
            .search([("action", "=", action), ("model", "=", entries._name), ("res_id", "in", entries.ids)])
        )
        return {event.res_id: event.reason for event in events}

    def test_the_dialog_reviews_and_approves_with_one_reason(self):
        entries = self.make("100.00", "200.00", "300.00")
        for user, state, action in (
            (self.ben, "reviewed", "entry.review"),
            (self.carla, "posted", "entry.approve"),
        ):
            wizard = (
                self.be(self.env["ai.close.entry.batch"], user)
                .with_context(active_model="ai.close.entry", active_ids=entries.ids)
                .create({"reason": REASON})
            )
            self.assertEqual((wizard.count, wizard.entry_ids.ids), (3, entries.ids))
            self.assertIn("600", wizard.sums)
            wizard.action_decide()
            self.assertEqual((wizard.done_count, wizard.failures, wizard.is_done), (3, False, True))
            self.assertEqual(set(entries.mapped("state")), {state})
            self.assertEqual(self.reasons(entries, action), dict.fromkeys(entries.ids, REASON))

    def test_numbers_of_a_batch_follow_each_other_and_what_was_there(self):
        earlier = self.make("50.00", start=7)
        self.be(earlier, self.ben).action_review()
        self.be(earlier, self.carla).action_approve()
        entries = self.make("100.00", "200.00", "300.00", reversal_date="2026-11-01")
        self.be(entries, self.ben).action_review()
        self.be(entries, self.carla).action_decide_batch(REASON)
        later = self.make("60.00", start=8)
        self.be(later, self.ben).action_review()
        self.be(later, self.carla).action_approve()
        for moves in (earlier.move_id | entries.move_id | later.move_id, entries.reversal_move_id):
            numbers = moves.sorted("id").mapped("sequence_number")
            self.assertEqual(numbers, list(range(numbers[0], numbers[0] + len(moves))))
            self.assertEqual(len(set(moves.mapped("sequence_prefix"))), 1)
            self.assertFalse(any(moves.mapped("made_sequence_gap")[1:]))

    def test_one_refused_review_leaves_the_others(self):
        entries = self.make("100.00", "200.00", "300.00")
        self.be(entries[2], self.carla).action_reject("Not this one")
        answer = self.be(entries, self.ben).action_decide_batch(REASON)
        self.assertEqual((answer["done"], answer["posting"]), (entries[:2].ids, False))
        self.assertEqual(
            [(each["id"], each["code"]) for each in answer["failures"]], [(entries[2].id, "ENT001")]
        )
        self.assertEqual(entries.mapped("state"), ["reviewed", "reviewed", "rejected"])

    def test_one_refused_approval_posts_none(self):
        entries = self.make("100.00", "200.00", "20000.00", "300.00")
        self.be(entries[1], self.carla).action_review()
        self.be(entries - entries[1], self.ben).action_review()
        self.be(entries[3], self.carla).action_reject("Not this one")
        rita = self.person("rita", "reviewer")
        wizard = (
            self.be(self.env["ai.close.entry.batch"], rita)
            .with_context(active_model="ai.close.entry", active_ids=entries.ids)
            .create({"reason": REASON})
        )
        wizard.action_decide()
        self.assertEqual([row["entry"] for row in wizard.failures], entries[3].mapped("name") * 2)
        self.assertEqual((wizard.done_count, wizard.can_leave_out), (0, True))
        self.assertEqual(entries.mapped("state"), ["reviewed", "reviewed", "reviewed", "rejected"])
        self.assertFalse(entries.move_id)
        self.assertFalse(self.reasons(entries, "entry.approve"), "no step that was not taken")
        wizard.action_leave_out()
        self.assertEqual((wizard.entry_ids, wizard.approve_count), (entries[:2], 2))
        wizard.action_decide()
        self.assertEqual(entries.mapped("state"), ["posted", "posted", "reviewed", "rejected"])
        self.assertEqual(self.reasons(entries, "entry.approve"), dict.fromkeys(entries[:2].ids, REASON))

    def test_what_fails_while_posting_rolls_all_of_them_back(self):
        entries = self.make("100.00", "200.00", "300.00")
        self.be(entries, self.ben).action_review()
        before = self.env["account.move"].search_count([])
        original = type(self.env["account.move"])._post

        def redating(moves, soft=True):
            moves[-1:].filtered(lambda move: str(move.date) == "2026-10-31").date = "2026-11-30"
            return original(moves, soft)

        self.patch(type(self.env["account.move"]), "_post", redating)
        answer = self.be(entries, self.carla).action_decide_batch(REASON)
        self.assertEqual([(each["id"], each["code"]) for each in answer["failures"]], [(False, "LCK002")])
        self.assertEqual((answer["done"], answer["posting"]), ([], False))
        self.env.invalidate_all()
        self.assertEqual(self.env["account.move"].search_count([]), before)
        self.assertEqual(entries.mapped("state"), ["reviewed"] * 3)

    def test_only_what_is_alike_is_approved_together(self):
        entries = self.make("100.00")
        row = self.entry_row(self.source, "50.00", key=f"RB:{self.company.id}:other", proposer="RB")
        self.submit("ai.close.entry", self.run_1, row)
        other = self.env["ai.close.entry"].sudo().search([("key", "=", row["key"])])
        self.be(other, self.anna).action_prepare()
        both = entries | other
        self.be(both, self.ben).action_decide_batch(REASON)
        self.assertEqual(both.mapped("state"), ["reviewed", "reviewed"])
        sentence = self.assert_refused("ENT050", self.be(both, self.carla).action_decide_batch, REASON)
        self.assertIn("Missing recurring bill", sentence)
        self.assertEqual(both.mapped("state"), ["reviewed", "reviewed"])

    # -- posted together, and undone

    def posted(self, *amounts, **changes):
        entries = self.make(*amounts)
        self.be(entries, self.ben).action_review()
        answer = self.be(entries, self.carla).action_decide_batch(REASON)
        self.assertFalse(answer["failures"])
        return entries, self.env["ai.close.entry.posting"].sudo().browse(answer["posting"])

    def ledger(self, date="2026-10-31"):
        rows = self.env["account.move.line"]._read_group(
            [
                ("account_id", "in", (self.expense | self.grni).ids),
                ("date", "<=", date),
                ("parent_state", "=", "posted"),
            ],
            ["account_id"],
            ["balance:sum"],
        )
        return {account: round(balance, 2) for account, balance in rows if balance}

    def test_the_snapshot_says_what_the_ledger_said_before_and_after(self):
        self.source.action_post()
        entries, posting = self.posted("100.00", "200.10")
        self.assertEqual(posting.entry_ids, entries)
        self.assertEqual(
            (posting.amount_total, posting.approved_by_id, posting.reason), (300.1, self.carla, REASON)
        )
        self.assertEqual(posting.snapshot["as_of"], "2026-10-31")
        self.assertEqual(
            {row[0]: row[1:] for row in posting.snapshot["rows"]},
            {
                self.expense.display_name: ["10.00", "300.10", "310.10"],
                self.grni.display_name: ["-10.00", "-300.10", "-310.10"],
            },
        )
        for user, call, args in (
            (self.carla, "write", ({"snapshot": {}},)),
            (self.carla, "write", ({"entry_ids": [(5, 0, 0)]},)),
            (self.carla, "create", ({"name": "x"},)),
            (self.carla, "unlink", ()),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                getattr(self.be(posting, user), call)(*args)
        self.assert_refused("AUD002", self.be(entries[0], self.anna).write, {"posting_id": False})

    def test_undoing_a_batch_makes_reversals_that_people_sign(self):
        entries, posting = self.posted("100.00", "200.00", "300.00")
        moves = entries.move_id | entries.reversal_move_id
        for user, code in ((self.ben, "SOD003"), (self.audrey, "SOD003"), (self.robot, "SOD002")):
            self.assert_refused(code, self.be(posting, user).sudo().action_propose_undo, REASON)
        self.assert_refused("ENT006", self.be(posting, self.anna).action_propose_undo, " ")
        action = self.be(posting, self.anna).action_propose_undo("Booked twice")
        reversals = self.env["ai.close.entry"].sudo().search(action["domain"])
        self.assertEqual((set(reversals.mapped("state")), len(reversals)), ({"proposed"}, 3))
        self.assertEqual((posting.undo_state, set(entries.mapped("state"))), ("undoing", {"posted"}))
        self.assert_refused("ENT026", self.be(posting, self.anna).action_propose_undo, "Once more")
        self.be(reversals, self.anna).action_prepare()
        self.be(reversals, self.ben).action_decide_batch("Seen: booked twice")
        answer = self.be(reversals, self.ben).action_decide_batch("Mine too")
        self.assertEqual({each["code"] for each in answer["failures"]}, {"SOD001"})
        answer = self.be(reversals, self.carla).action_decide_batch("Booked twice")
        self.assertEqual((answer["done"], answer["failures"]), (reversals.ids, []))
        posting.invalidate_recordset()
        self.assertEqual((posting.undo_state, set(entries.mapped("state"))), ("undone", {"reversed"}))
        self.assertEqual(moves.exists(), moves, "nothing is deleted")
        self.assertEqual((self.ledger(), self.ledger("2026-12-31")), ({}, {}))
        self.assert_refused("ENT026", self.be(posting, self.anna).action_propose_undo, "Once more")

    def test_an_undo_that_one_entry_refuses_proposes_none(self):
        entries, posting = self.posted("100.00", "200.00")
        self.lock("2026-11-30")
        sentence = self.assert_refused(
            "ENT014", self.be(posting, self.anna).action_propose_undo, "Booked twice"
        )
        self.assertIn(entries[0].name, sentence)
        self.assertFalse(entries._reversal_entries())

    def test_the_chatter_links_both_ways(self):
        entries, _posting = self.posted("100.00", "200.00")
        for entry in entries:
            move, reversal = entry.move_id, entry.reversal_move_id
            for record, others in ((entry, move | reversal), (move, reversal), (reversal, move)):
                said = " ".join(str(body) for body in record.message_ids.mapped("body"))
                for other in others:
                    self.assertIn(f'data-oe-model="account.move" data-oe-id="{other.id}"', said)
                if record != entry:
                    self.assertIn(f'data-oe-model="ai.close.entry" data-oe-id="{entry.id}"', said)

    def test_what_the_server_posts_leaves_one_note_and_no_followers(self):
        entries, _posting = self.posted("100.00", "200.00")
        self.env.cr.flush()  # messages of tracked fields are written right before a commit
        for move in entries.move_id | entries.reversal_move_id:
            self.assertEqual(len(move.message_ids), 1)
            self.assertFalse(move.message_follower_ids)
            self.assertFalse(move.message_ids.tracking_value_ids)
        self.assertTrue(entries[0].message_ids.tracking_value_ids, "the entry's own states are told as ever")

    def test_each_entry_has_its_rows_in_the_trail_in_the_order_of_the_steps(self):
        entries, posting = self.posted("100.00", "200.00", "300.00")
        rows = (
            self.env["ai.close.audit"]
            .sudo()
            .search([("user_id", "=", self.carla.id), ("model", "=like", "ai.close.entry%")], order="id")
        )
        self.assertEqual(
            [(row.action, row.res_id) for row in rows if row.action.startswith("entry.")],
            [
                *(("entry.approve", each) for each in entries.ids),
                *(("entry.post", each) for each in entries.ids),
                ("entry.batch", posting.id),
            ],
        )
        self.assertTrue(all(row._intact() for row in rows))
        self.assertTrue(all("payload_digest" in row.evidence for row in rows if row.model == entries._name))

    def test_more_entries_ask_the_database_little_more(self):
        asked = []
        for count in (2, 12):
            amounts = [f"{100 + number}.00" for number in range(count)]
            entries = self.make(*amounts, start=100 * count)
            self.be(entries, self.ben).action_review()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            answer = self.be(entries, self.carla).action_decide_batch(REASON)
            self.assertEqual(answer["done"], entries.ids)
            asked.append(self.env.cr.sql_log_count - before)
        # almost all of it Odoo's own: numbers of both journal entries, and their reconciliation pair by pair
        self.assertLess(asked[1] - asked[0], 10 * 25, asked)

    def test_ones_own_work_is_refused_in_a_batch_too(self):
        entries = self.make("100.00", "200.00")
        self.be(entries, self.ben).action_review()
        answer = self.be(entries, self.ben).action_decide_batch(REASON)
        self.assertEqual({each["code"] for each in answer["failures"]}, {"SOD001"})
        self.assertEqual(set(entries.mapped("state")), {"reviewed"})

    def test_sources_are_compared_for_each(self):
        entries = self.make("100.00", "200.00")
        self.be(entries, self.ben).action_review()
        self.change_source()
        answer = self.be(entries, self.carla).action_decide_batch(REASON)
        self.assertEqual([each["code"] for each in answer["failures"]], ["ENT004", "ENT004"])
        self.assertFalse(entries.move_id)

    def test_without_a_reason_nothing_is_decided(self):
        entries = self.make("100.00")
        for reason in ("", "  ", None, 7):
            self.assert_refused("ENT006", self.be(entries, self.ben).action_decide_batch, reason)
        for user, code in ((self.audrey, "SOD003"), (self.robot, "SOD002")):
            self.assert_refused(code, self.be(entries, user).action_decide_batch, REASON)
