"""Several entries with one reason: each is checked again, and one refusal leaves the others."""

from odoo.tests import tagged

from .close_common import EntryCase

REASON = "Accruals as every month, compared with the orders"


@tagged("post_install", "-at_install")
class TestEntryBatch(EntryCase):
    def make(self, *amounts):
        entries = self.env["ai.close.entry"].sudo()
        for number, amount in enumerate(amounts):
            entries |= self.propose(amount, key=f"GR:{self.company.id}:batch-{number}")
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

    def test_one_refusal_leaves_the_others(self):
        entries = self.make("100.00", "200.00", "20000.00", "300.00")
        self.be(entries[1], self.carla).action_review()
        self.be(entries - entries[1], self.ben).action_review()
        rita = self.person("rita", "reviewer")
        self.be(entries[3], self.carla).action_reject("Not this one")
        answer = self.be(entries, rita).action_decide_batch(REASON)
        self.assertEqual(answer["done"], entries[:2].ids)
        self.assertEqual(
            [(each["id"], each["code"]) for each in answer["failures"]],
            [(entries[2].id, "SOD005"), (entries[3].id, "ENT001")],
        )
        self.assertEqual(entries.mapped("state"), ["posted", "posted", "reviewed", "rejected"])
        self.assertEqual(len(entries.move_id), 2)
        # what was refused bears no reason of a step that was not taken
        self.assertEqual(set(self.reasons(entries, "entry.approve")), set(entries[:2].ids))

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
