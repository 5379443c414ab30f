"""The refusals of ADJUSTMENTS (RF1 to RF6), their ids in the tests' names: nothing is posted."""

from odoo.tests import tagged

from .close_common import EntryCase
from .locks import lock_by_hand


@tagged("post_install", "-at_install")
class TestEntryRefusals(EntryCase):
    def test_RF1_source_changed(self):
        entry = self.propose()
        self.sign(entry)
        self.change_source()
        sentence = self.assert_refused("ENT004", self.be(entry, self.carla).action_approve)
        self.assertIn("1 of 1 sources changed: P1", sentence)
        self.assertFalse(entry.move_id)
        again = self.propose("857.50", "updated")
        self.assertEqual((again, again.state, again.amount_total), (entry, "proposed", 857.5))
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        self.assertEqual(sum(entry.move_id.line_ids.mapped("debit")), 857.5)

    def test_RF1_refresh_marks_it_stale(self):
        entry = self.propose()
        self.sign(entry)
        self.change_source()
        self.be(self.close, self.anna).action_refresh()
        self.assertEqual((entry.state, entry.prepared_by_id.ids), ("stale", []))
        self.assert_refused("ENT001", self.be(entry, self.anna).action_prepare)

    def test_RF2_closed_period_odoo_164316(self):
        entry = self.propose()
        self.sign(entry)
        moves = self.env["account.move"].search_count([])
        self.lock("2026-10-31")
        self.assert_refused("LCK002", self.be(entry, self.carla).action_approve)
        self.assertEqual((self.env["account.move"].search_count([]), entry.state), (moves, "reviewed"))

    def test_RF2_any_lock_that_binds(self):
        entry = self.propose()
        self.sign(entry)
        lock_by_hand(self.company, hard_lock_date="2026-11-01")
        self.assert_refused("LCK002", self.be(entry, self.carla).action_approve)
        self.assertFalse(entry.move_id)

    def test_RF3_a_date_that_moves_rolls_everything_back_odoo_154762(self):
        entry = self.propose()
        self.sign(entry)
        before = self.env["account.move"].search_count([])
        original = type(self.env["account.move"])._post

        def redating(moves, soft=True):
            moves.filtered(lambda move: str(move.date) == "2026-10-31").date = "2026-11-30"
            return original(moves, soft)

        self.patch(type(self.env["account.move"]), "_post", redating)
        self.assert_refused("LCK002", self.be(entry, self.carla).action_approve)
        self.assertEqual(self.env["account.move"].search_count([]), before)
        self.assertEqual((entry.state, entry.move_id.ids), ("reviewed", []))

    def test_RF4_archived_account(self):
        account = self.expense.copy({"name": "Old account"})
        entry = self.propose(lines=self.entry_row(self.source, account=account)["lines"])
        self.sign(entry)
        account.active = False
        sentence = self.assert_refused("ENT010", self.be(entry, self.carla).action_approve)
        self.assertIn("Old account", sentence)
        # the policy is part of what was signed, so the successor stands in it beforehand in real life
        policy = self.env["ai.close.policy"]._in_force(self.company)
        settings = {"successors": {str(account.id): self.expense.id}}
        policy._guarded().write({"params": {**policy.params, "settings": settings}})
        entry._sum_up()
        sentence = self.assert_refused("ENT010", self.be(entry, self.carla).action_approve)
        self.assertIn(f"{self.expense.display_name} replaces it", sentence)

    def test_RF5_archived_partner(self):
        entry = self.propose()
        self.sign(entry)
        self.partner_a.active = False
        self.assert_refused("ENT010", self.be(entry, self.carla).action_approve)

    def test_RF5_merged_partner(self):
        old, survivor = self.env["res.partner"].create([{"name": "Acme Ltd"}, {"name": "Acme Limited"}])
        lines = self.entry_row(self.source)["lines"]
        entry = self.propose(lines=[{**line, "partner_id": old.id} for line in lines])
        self.sign(entry)
        wizard = self.env["base.partner.merge.automatic.wizard"]
        self.assert_refused("LCK014", wizard._merge, (old | survivor).ids, survivor)
        self.be(entry, self.carla).action_send_back("Acme is to be merged")
        wizard._merge((old | survivor).ids, survivor)
        self.env.invalidate_all()
        self.assertEqual(entry.line_ids.partner_id, survivor)
        sentence = self.assert_refused("ENT010", self.be(entry, self.anna).action_prepare)
        self.assertIn("merged into Acme Limited", sentence)
        self.assertFalse(entry.move_id)
        self.propose(status="updated", lines=[{**line, "partner_id": survivor.id} for line in lines])
        self.assertEqual((entry.state, entry.prepared_by_id.ids), ("proposed", []))
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        self.assertEqual(entry.move_id.line_ids.partner_id, survivor)

    def test_RF6_a_plug_is_refused_at_creation(self):
        plug = {"columns": ["amount"], "rows": [["13.37"]], "total": "13.37"}
        finding = [{"model": "ai.close.finding", "id": 1, "label": "difference"}]
        for code, changes in (
            ("ENT010", {"calculation": {"columns": [], "rows": [], "total": ""}}),
            ("ENT010", {"calculation": {"columns": ["amount"], "rows": [["13.00"]], "total": "13.00"}}),
            ("ENT008", {"sources": finding, "calculation": plug}),
        ):
            row = self.entry_row(self.source, "13.37", **changes)
            answer = self.submit("ai.close.entry", self.run_1, row)[0]
            self.assertEqual((answer["status"], answer["code"]), ("refused", code), answer)
        self.assertFalse(self.env["ai.close.entry"].sudo().search_count([("close_id", "=", self.close.id)]))

    def test_rows_that_are_no_entries_are_refused(self):
        unbalanced = self.entry_row(self.source)["lines"]
        unbalanced[0]["balance"] = "1102.51"
        for code, changes in (
            ("ENT003", {"lines": unbalanced}),
            ("ENT010", {"date": "2026-11-02"}),
            ("ENT010", {"reversal_date": "2026-10-31"}),
            ("RUN010", {"key": "GR:0:2026-10"}),
            ("ENT008", {"sources": [{"model": "account.move", "id": 999999999, "label": "gone"}]}),
        ):
            answer = self.submit("ai.close.entry", self.run_1, self.entry_row(self.source, **changes))[0]
            self.assertEqual((answer["status"], answer["code"]), ("refused", code), answer)
