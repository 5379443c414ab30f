"""Staged entries: three people, digests of payload and sources, entry and reversal together."""

from odoo import Command, fields
from odoo.addons.ai_close.models.refusal import CloseRefusal
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .close_common import EntryCase
from .common import give_role


@tagged("post_install", "-at_install")
class TestEntry(EntryCase):
    # -- the way through

    def test_posts_entry_and_reversal_together_account_closing_26(self):
        entry = self.propose()
        self.assertEqual((entry.state, entry.amount_total), ("proposed", 1102.5))
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        move, reversal = entry.move_id, entry.reversal_move_id
        self.assertEqual((entry.state, entry.approved_by_id), ("posted", self.carla))
        self.assertEqual(
            (move.state, str(move.date), reversal.state, str(reversal.date)),
            ("posted", "2026-10-31", "posted", "2026-11-01"),
        )
        self.assertEqual(reversal.reversed_entry_id, move)
        self.assertEqual(
            {line.account_id: line.balance for line in move.line_ids},
            {self.expense: 1102.5, self.grni: -1102.5},
        )
        self.assertEqual(
            {line.account_id: line.balance for line in reversal.line_ids},
            {self.expense: -1102.5, self.grni: 1102.5},
        )
        self.assertEqual(
            (move.create_uid, move.ai_close_posted_by, move.ai_close_entry_id),
            (self.carla, self.carla, entry),
        )
        self.assertTrue(move.ai_close_posted_at)
        self.assertFalse(move.line_ids.filtered(lambda line: line.account_id == self.grni).amount_residual)

    def test_a_future_reversal_is_posted_now(self):
        date = fields.Date.add(fields.Date.context_today(self.env.user), months=2)
        entry = self.propose(reversal_date=str(date))
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        self.assertEqual((entry.reversal_move_id.state, entry.reversal_move_id.date), ("posted", date))

    def test_no_tax_whatever_the_account_says(self):
        self.expense.tax_ids = self.tax_purchase_a
        entry = self.propose()
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        self.assertEqual(len(entry.move_id.line_ids), 2)
        self.assertFalse(entry.move_id.line_ids.tax_ids)

    def test_foreign_lines_keep_amount_and_rate_on_both_sides(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-10-01", 0.9), ("2026-11-01", 0.8)])
        row = self.entry_row(self.source, "2393.91")
        for line, amount in zip(row["lines"], ("2208.00", "-2208.00"), strict=True):
            line.update(currency=euro.name, amount_currency=amount)
        self.assertEqual(self.submit("ai.close.entry", self.run_1, row)[0]["status"], "created")
        entry = self.env["ai.close.entry"].sudo().search([("key", "=", row["key"])])
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        for move, sign in ((entry.move_id, 1), (entry.reversal_move_id, -1)):
            self.assertEqual(
                [(line.balance, line.amount_currency) for line in move.line_ids.sorted("balance")],
                [(-2393.91, -2208), (2393.91, 2208)],
                sign,
            )
        self.assertFalse(
            self.env["account.move"].search(
                [
                    (
                        "id",
                        "in",
                        (
                            entry.move_id.line_ids.matched_debit_ids
                            | entry.move_id.line_ids.matched_credit_ids
                        ).exchange_move_id.ids,
                    )
                ]
            )
        )

    # -- duties

    def test_three_people(self):
        entry = self.propose()
        self.assert_refused("SOD003", self.be(entry, self.ben).action_prepare)
        self.assert_refused("SOD003", self.be(entry, self.audrey).action_prepare)
        self.assert_refused("SOD002", self.be(entry, self.robot).action_prepare)
        self.be(entry, self.carla).action_prepare()
        self.assert_refused("SOD001", self.be(entry, self.carla).action_review)
        self.be(entry, self.ben).action_review()
        self.assert_refused("SOD001", self.be(entry, self.carla).action_approve)
        self.assert_refused("SOD001", self.be(entry, self.ben).action_approve)
        self.be(entry, self.dirk).action_approve()
        self.assertEqual(entry.state, "posted")

    def test_above_the_limit_a_controller_approves(self):
        second = self.person("bea", "reviewer")
        entry = self.propose("20000.00")
        self.sign(entry)
        self.assert_refused("SOD005", self.be(entry, second).action_approve)
        self.be(entry, self.carla).action_approve()
        self.assertEqual(entry.state, "posted")

    def test_below_the_limit_a_third_reviewer_may(self):
        entry = self.propose()
        self.sign(entry)
        self.be(entry, self.person("bea", "reviewer")).action_approve()
        self.assertEqual(entry.move_id.state, "posted")

    def test_order_of_steps(self):
        entry = self.propose()
        self.assert_refused("ENT001", self.be(entry, self.ben).action_review)
        self.assert_refused("ENT001", self.be(entry, self.carla).action_approve)

    # -- editing

    def test_an_edit_strikes_signatures_and_makes_the_editor_a_maker(self):
        entry = self.propose()
        self.sign(entry)
        second = self.person("ada", "preparer")
        both = self.person("both", "preparer")
        give_role(both, "controller")
        lines = [
            Command.update(entry.line_ids[0].id, {"balance": 1000}),
            Command.update(entry.line_ids[1].id, {"balance": -1000}),
        ]
        self.assert_refused("SOD003", self.be(entry, self.ben).write, {"ref": "x"})
        self.be(entry, both).write({"line_ids": lines})
        self.assertEqual(
            (entry.state, entry.prepared_by_id, entry.reviewed_by_id.ids, entry.amount_total),
            ("proposed", self.env["res.users"], [], 1000),
        )
        self.assertEqual(len(entry.change_log), 1)
        self.assertEqual(entry.change_log[0]["before"]["lines"][0]["balance"], "1102.50")
        self.be(entry, second).action_prepare()
        self.be(entry, self.ben).action_review()
        self.assert_refused("SOD001", self.be(entry, both).action_approve)
        self.be(entry, self.carla).action_approve()
        self.assertEqual(entry.move_id.line_ids.mapped("debit"), [1000, 0])

    def test_lines_edited_alone_count_too(self):
        entry = self.propose()
        self.sign(entry)
        self.be(entry.line_ids[0], self.anna).write({"name": "other"})
        self.assertEqual(entry.state, "proposed")
        self.be(entry, self.anna).action_prepare()
        self.be(entry.line_ids[0], self.anna).unlink()
        self.assertEqual(entry.state, "proposed")
        self.assert_refused("ENT003", self.be(entry, self.anna).action_prepare)

    def test_an_edit_of_another_entry_does_not_pass_inside_one(self):
        entry = self.propose()
        other = self.propose(key=f"GR:{self.company.id}:2026-10:2")
        self.sign(other)
        self.be(entry, self.anna).write(
            {"line_ids": [Command.update(other.line_ids[0].id, {"name": "sneaked"})]}
        )
        self.assertEqual(other.state, "proposed")

    def test_protected_fields_are_not_written(self):
        entry = self.propose()
        for vals in (
            {"state": "reviewed"},
            {"prepared_by_id": self.ben.id},
            {"calculation": {}},
            {"payload_digest": "x"},
            {"move_id": self.source.id},
        ):
            self.assert_refused("AUD002", self.be(entry, self.anna).write, vals)
        self.assert_refused("AUD002", self.be(self.env["ai.close.entry"], self.anna).create, {"key": "x"})
        with self.assertRaises(AccessError):
            self.be(self.env["ai.close.entry"], self.anna).create({"ref": "x"})

    def test_a_payload_changed_behind_the_back_is_refused(self):
        entry = self.propose()
        self.sign(entry)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ai_close_entry_line SET balance = balance * 2 WHERE entry_id = %s", [entry.id]
        )
        self.env.invalidate_all()
        self.assert_refused("ENT002", self.be(entry, self.carla).action_approve)

    def test_send_back_and_reject_need_a_reason(self):
        entry = self.propose()
        self.sign(entry)
        self.assert_refused("ENT006", self.be(entry, self.carla).action_send_back, " ")
        self.be(entry, self.carla).action_send_back("price is old")
        self.assertEqual((entry.state, entry.prepared_by_id.ids), ("proposed", []))
        self.assert_refused("ENT006", self.be(entry, self.ben).action_reject, None)
        self.be(entry, self.ben).action_reject("not ours")
        self.assertEqual((entry.state, entry.reject_reason), ("rejected", "not ours"))
        self.propose(status="unchanged")
        self.assertEqual(entry.state, "rejected")

    # -- again and again

    def test_the_same_row_twice_keeps_signatures(self):
        entry = self.propose()
        self.sign(entry)
        self.propose(status="unchanged")
        self.assertEqual(entry.state, "reviewed")
        self.propose("980.00", "updated")
        self.assertEqual((entry.state, entry.prepared_by_id.ids, entry.amount_total), ("proposed", [], 980))

    def test_a_persons_edit_survives_the_same_proposal(self):
        entry = self.propose()
        self.be(entry, self.anna).write({"ref": "late receipt"})
        self.propose(status="unchanged")
        self.assertEqual(entry.ref, "late receipt")

    def test_posted_is_not_proposed_again(self):
        entry = self.propose()
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        self.propose(status="unchanged")
        answer = self.submit("ai.close.entry", self.run_1, self.entry_row(self.source, "5.00"))[0]
        self.assertEqual((answer["status"], answer["code"]), ("refused", "ENT001"))

    def test_finish_supersedes_what_is_gone(self):
        entry = self.propose()
        self.finish(self.run_1, proposers=["GR"])
        self.assertEqual(entry.state, "proposed")
        self.finish(self.run_of_agent("run-2"), proposers=["RB"])
        self.assertEqual(entry.state, "proposed")
        self.finish(self.run_of_agent("run-3"), proposers=["GR"])
        self.assertEqual(entry.state, "superseded")

    # -- afterwards

    def test_an_approved_move_is_not_edited(self):
        entry = self.propose()
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        move = entry.move_id.with_user(self.carla).sudo(False)
        bank = self.env["account.bank.statement"].create({"name": "October"})
        for call, args in (
            (move.button_draft, ()),
            (move.write, ({"date": "2026-10-30"},)),
            (move.line_ids[0].write, ({"account_id": self.not_received.id},)),
            (move.line_ids[0].write, ({"statement_id": bank.id},)),
            (
                move.with_context(skip_readonly_check=True).write,
                (
                    {
                        "line_ids": [
                            Command.create({"account_id": self.expense.id, "balance": 1}),
                            Command.create({"account_id": self.grni.id, "balance": -1}),
                        ]
                    },
                ),
            ),
        ):
            self.assert_refused("ENT005", call, *args)
        with self.assertRaises(CloseRefusal):
            self.be(self.source, self.anna).write({"ai_close_entry_id": entry.id})
        with self.assertRaises(CloseRefusal):
            self.be(self.env["account.move"], self.anna).with_context(
                default_ai_close_entry_id=entry.id
            ).create({"date": "2026-10-31", "journal_id": self.general.id})

    def test_the_trail_tells_every_step(self):
        entry = self.propose()
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        trail = (
            self.env["ai.close.audit"]
            .sudo()
            .search([("model", "=", "ai.close.entry"), ("res_id", "=", entry.id)], order="id")
        )
        self.assertEqual(
            [(row.action, row.user_id, row.role) for row in trail],
            [
                ("entry.prepare", self.anna.id, "preparer"),
                ("entry.review", self.ben.id, "reviewer"),
                ("entry.approve", self.carla.id, "controller"),
                ("entry.post", self.carla.id, "controller"),
            ],
        )
