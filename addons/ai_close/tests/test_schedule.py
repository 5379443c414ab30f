"""Schedules: made by a person, reviewed by another, month by month, tied to their account."""

from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .close_common import END, EntryCase


@tagged("post_install", "-at_install")
class TestSchedule(EntryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepaid = cls.expense.copy({"account_type": "asset_prepayments", "name": "Prepaid expenses"})
        cls.asset = cls.expense.copy({"account_type": "asset_fixed", "name": "Machinery"})
        cls.accumulated = cls.expense.copy({"account_type": "asset_fixed", "name": "Accumulated"})
        cls.income = cls.company_data["default_account_revenue"]

    def bill(self, amount, account, date="2026-03-15", move_type="in_invoice", **vals):
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.partner_a.id,
                "invoice_date": date,
                "date": date,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Insurance 2026",
                            "price_unit": amount,
                            "account_id": account.id,
                            "tax_ids": [Command.clear()],
                            **vals,
                        }
                    )
                ],
            }
        )
        move.action_post()
        return move.invoice_line_ids

    def draft(self, **vals):
        """PP1: an insurance of 12,000.00 that was booked on the prepaid account."""
        line = self.bill(12000, self.prepaid)
        action = self.be(line, self.anna).action_ai_close_spread()
        schedule = self.be(self.env["ai.close.schedule"].browse(action["res_id"]), self.anna)
        schedule.write(
            {
                "start_date": "2026-03-15",
                "end_date": "2027-03-14",
                "balance_account_id": self.prepaid.id,
                "result_account_id": self.expense.id,
                **vals,
            }
        )
        return schedule

    def running(self, **vals):
        schedule = self.draft(**vals)
        schedule.action_prepare()
        self.be(schedule, self.ben).action_review()
        return schedule

    def change(self, schedule, **vals):
        found = self.be(self.env["ai.close.schedule.change"], self.anna).create(
            {"schedule_id": schedule.id, "label": "credit note", **vals}
        )
        found.action_prepare()
        self.be(found, self.ben).action_review()
        return found

    # -- from the line to what counts

    def test_PP1_from_a_bill_to_a_running_schedule(self):
        schedule = self.draft()
        self.assertEqual(
            (schedule.state, schedule.kind, schedule.total, str(schedule.booked_on), schedule.name),
            ("draft", "prepaid", 12000.0, "2026-03-15", "Insurance 2026"),
        )
        self.assertEqual(
            self.be(schedule.source_line_id, self.ben).action_ai_close_spread()["res_id"], schedule.id
        )
        schedule.action_prepare()
        self.assert_refused("ENT001", self.be(schedule, self.anna).write, {"total": 1.0})
        self.be(schedule, self.ben).action_review()
        self.assertEqual((schedule.state, schedule.reviewed_by_id), ("running", self.ben))
        self.assertEqual(
            (schedule.opening, schedule.additions, schedule.release, schedule.closing),
            (5424.66, 0.0, 1019.18, 4405.48),
        )
        amounts = [list(row.values())[1] for row in schedule.month_rows]
        self.assertEqual((len(amounts), amounts[0], amounts[-1]), (13, "$\xa0558.90", "$\xa0460.27"))
        trail = (
            self.env["ai.close.audit"]
            .sudo()
            .search([("model", "=", "ai.close.schedule"), ("res_id", "=", schedule.id)], order="id")
        )
        self.assertEqual(
            [row.action for row in trail], ["schedule.make", "schedule.prepare", "schedule.review"]
        )

    def test_two_people_and_never_the_agent(self):
        schedule = self.draft()
        self.assert_refused("SOD003", self.be(schedule, self.audrey).action_prepare)
        self.assert_refused("SOD002", self.be(schedule, self.robot).action_prepare)
        self.assert_refused("SOD002", self.be(schedule, self.robot).write, {"total": 1.0})
        with self.assertRaises(AccessError):
            self.be(schedule, self.robot).copy()
        for vals in (
            {"state": "running"},
            {"reviewed_by_id": self.carla.id},
            {"company_id": self.company.id},
        ):
            self.assert_refused("AUD002", self.be(schedule, self.carla).write, vals)
        # whoever edits is a maker, and does not review
        self.be(schedule, self.carla).write({"name": "Insurance 2026/27"})
        schedule.action_prepare()
        self.assert_refused("SOD001", self.be(schedule, self.carla).action_review)
        self.assert_refused("SOD003", self.be(schedule, self.anna).action_review)
        self.assert_refused("SOD002", self.be(schedule, self.robot).action_review)
        self.be(schedule, self.ben).action_review()
        self.assert_refused("ENT001", self.be(schedule, self.carla).write, {"end_date": "2028-01-01"})
        self.assert_refused("AUD003", self.be(schedule, self.carla).sudo().unlink)

    def test_a_schedule_changed_behind_the_back_is_not_reviewed(self):
        schedule = self.draft()
        schedule.action_prepare()
        self.env.flush_all()
        self.env.cr.execute("UPDATE ai_close_schedule SET total = 100 WHERE id = %s", [schedule.id])
        self.env.invalidate_all()
        self.assert_refused("ENT002", self.be(schedule, self.ben).action_review)

    def test_what_is_wrong_is_said_before_it_is_signed(self):
        payable = self.company_data["default_account_payable"]
        schedule = self.draft()
        for vals in (
            {"end_date": False},
            {"total": 0.0},
            {"total": 12000.01},
            {"total": -5.0},
            {"balance_account_id": payable.id},
            {"result_account_id": self.prepaid.id},
            {"end_date": "2099-01-01"},
            {"booked_on": "2026-04-01"},
        ):
            with self.subTest(vals=vals), self.env.cr.savepoint() as savepoint:
                schedule.write(vals)
                self.assert_refused("ENT003", schedule.action_prepare)
                savepoint.rollback()
                self.env.invalidate_all()
        with self.assertRaises(CheckViolation), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
            schedule.write({"end_date": "2026-03-14"})
            self.env.flush_all()
        self.env.invalidate_all()
        schedule.action_prepare()

    def test_accounts_that_nobody_named_come_from_the_policy(self):
        schedule = self.draft(balance_account_id=False, result_account_id=False)
        self.assertIn("Released to", self.assert_refused("ENT003", schedule.action_prepare))
        expensed = self.bill(3650, self.expense, "2026-10-28")
        action = self.be(expensed, self.anna).action_ai_close_spread()
        other = self.be(schedule.browse(action["res_id"]), self.anna)
        other.write({"start_date": "2027-01-01", "end_date": "2027-12-31"})
        self.assertIn("Carried on", self.assert_refused("ENT003", other.action_prepare))
        policy = self.env["ai.close.policy"]._in_force(self.company)
        params = {**policy.params, "roles": {**policy.params["roles"], "prepaid": self.prepaid.id}}
        policy._guarded().write({"params": params})
        other.action_prepare()
        self.assertEqual(
            (other.balance_account_id, other.result_account_id, other.booked_account_id),
            (self.prepaid, self.expense, self.expense),
        )
        self.be(other, self.ben).action_review()
        self.assertEqual((other.additions, other.release, other.closing), (3650.0, 0.0, 3650.0))

    def test_cancelled_needs_a_reason_and_frees_the_line(self):
        schedule = self.running()
        self.assert_refused("ENT006", self.be(schedule, self.ben).action_cancel, "")
        self.assert_refused("SOD003", self.be(schedule, self.anna).action_cancel, "not ours")
        self.be(schedule, self.ben).action_cancel("not ours")
        self.assertEqual(schedule.state, "cancelled")
        again = self.be(schedule.source_line_id, self.anna).action_ai_close_spread()["res_id"]
        self.assertNotEqual(again, schedule.id)

    def test_DP1_an_asset_by_months(self):
        with Form(self.be(self.env["ai.close.schedule"], self.anna)) as form:
            form.name, form.kind, form.method = "Machine", "depreciation", "months"
            form.total, form.residual = 10000, 500
            form.start_date, form.month_count = "2026-04-16", 36
            form.booked_account_id, form.balance_account_id = self.asset, self.accumulated
            form.result_account_id = self.expense
        schedule = form.record
        self.assertEqual(str(schedule.end_date), "2029-04-15")
        schedule.action_prepare()
        self.be(schedule, self.ben).action_review()
        self.assertEqual((schedule.additions, schedule.closing), (263.89, 1715.28))
        self.change(schedule, kind="disposal", date="2026-10-20", amount=7900)
        self.assertEqual((schedule.additions, schedule.closing), (131.94, 0.0))

    # -- changes

    def test_PP5_a_credit_note_cuts_the_plan(self):
        schedule = self.running()
        change = self.be(self.env["ai.close.schedule.change"], self.anna).create(
            {
                "schedule_id": schedule.id,
                "kind": "amount",
                "date": "2026-08-20",
                "from_date": "2026-09-01",
                "amount": -600,
                "account_id": self.prepaid.id,
                "label": "price cut",
            }
        )
        self.assertEqual(schedule.closing, 4405.48, "a draft counts nothing")
        change.action_prepare()
        self.assert_refused("SOD003", self.be(change, self.anna).action_review)
        self.be(change, self.ben).action_review()
        # 5,810.96 at the end of August, over 195 days: 893.99 and 923.79
        self.assertEqual((schedule.opening, schedule.release, schedule.closing), (4916.97, 923.79, 3993.18))

    def test_PP6_cancelled_by_a_credit_note(self):
        schedule = self.running()
        self.change(
            schedule,
            kind="end",
            date="2026-10-05",
            new_end="2026-09-30",
            amount=-5000,
            account_id=self.prepaid.id,
        )
        self.assertEqual(
            (schedule.opening, schedule.additions, schedule.release, schedule.closing),
            (5424.66, -5000.0, 424.66, 0.0),
        )

    def test_a_change_needs_a_schedule_that_counts(self):
        draft = self.draft()
        change = self.be(self.env["ai.close.schedule.change"], self.anna).create(
            {"schedule_id": draft.id, "kind": "amount", "date": "2026-08-20", "amount": -600, "label": "x"}
        )
        self.assert_refused("ENT003", change.action_prepare)
        orphan = self.be(self.env["ai.close.schedule.change"], self.anna).create(
            {"kind": "rejected", "date": "2026-08-20", "label": "no prepayment"}
        )
        self.assert_refused("ENT003", orphan.action_prepare)
        item = self.bill(50, self.prepaid, "2026-08-02")
        asked = self.be(item, self.anna).action_ai_close_booked_by_hand()["context"]
        with Form(orphan.with_context(asked).browse()) as form:
            form.kind = "rejected"
        orphan = form.record
        self.assertEqual(orphan.move_line_id, item)
        orphan.action_prepare()
        self.be(orphan, self.ben).action_review()
        self.assertEqual((orphan.state, orphan.account_id), ("reviewed", self.prepaid))

    # -- the tie

    def test_the_tie_says_the_difference_loudly(self):
        schedule = self.running()
        self.assertFalse(schedule.is_tied)
        self.assertIn("a difference of $\xa07,594.52", schedule.tie_message)
        released = self.env["account.move"].create(
            {
                "date": "2026-10-31",
                "journal_id": self.general.id,
                "line_ids": [
                    Command.create({"account_id": self.expense.id, "balance": 7594.52, "name": "r"}),
                    Command.create({"account_id": self.prepaid.id, "balance": -7594.52, "name": "r"}),
                ],
            }
        )
        self.be(released, self.carla).sudo().action_post()
        self.env.invalidate_all()
        self.assertTrue(schedule.is_tied, schedule.tie_message)
        self.assertIn("ties on", schedule.tie_message)

    # -- as a source, and for the agent

    def test_a_change_makes_it_another_source(self):
        schedule = self.running()

        def cited():
            self.env.invalidate_all()
            return self.env["ai.close.source"]._cited("ai.close.schedule", schedule.ids, END, self.company)

        before = cited()[schedule.id][1]
        self.change(schedule, kind="end", date="2026-11-05", new_end="2026-12-31", account_id=self.prepaid.id)
        self.assertEqual(cited()[schedule.id][1], before, "known in November only")
        self.change(schedule, kind="amount", date="2026-10-20", amount=-10, account_id=self.prepaid.id)
        self.assertNotEqual(cited()[schedule.id][1], before)

    def test_an_entry_may_rest_on_a_schedule_until_it_is_cancelled(self):
        schedule = self.running()
        row = self.entry_row(schedule, "1019.18", proposer="PP", key=f"PP:{self.company.id}:2026-10")
        row.update(reversal_date=None)
        self.assertEqual(self.submit("ai.close.entry", self.run_1, row)[0]["status"], "created")
        entry = self.env["ai.close.entry"].sudo().search([("key", "=", row["key"])])
        self.sign(entry)
        self.be(schedule, self.dirk).action_cancel("the insurer cancelled")
        self.assert_refused("ENT004", self.be(entry, self.carla).action_approve)

    def test_what_the_agent_reads(self):
        schedule, draft = self.running(), self.draft()
        draft.action_prepare()
        self.change(schedule, kind="opening", date="2026-09-30", amount=5424.66, account_id=self.prepaid.id)
        reader = self.env["ai.close.agent"].with_user(self.robot)
        self.assertLessEqual({"schedules", "schedule_changes"}, set(reader._dataset_names()))
        self.env.flush_all()
        columns, _next = reader._dataset_schedules(self.run_1, 0, 100)
        self.assertEqual(columns["id"], sorted((schedule + draft).ids))
        self.assertEqual(columns["state"], ["running", "draft"])
        self.assertEqual(columns["total"], ["12000.00", "12000.00"])
        self.assertEqual(columns["end_date"][0], "2027-03-14")
        changes, _next = reader._dataset_schedule_changes(self.run_1, 0, 100)
        self.assertEqual(
            (changes["kind"], changes["amount"], changes["date"]),
            (["opening"], ["5424.66"], ["2026-09-30"]),
        )

    def test_it_ends_when_all_is_released(self):
        line = self.bill(300, self.prepaid, "2026-06-10")
        action = self.be(line, self.anna).action_ai_close_spread()
        schedule = self.be(self.env["ai.close.schedule"].browse(action["res_id"]), self.anna)
        schedule.write(
            {
                "start_date": "2026-06-01",
                "end_date": "2026-08-31",
                "balance_account_id": self.prepaid.id,
                "result_account_id": self.expense.id,
            }
        )
        schedule.action_prepare()
        self.be(schedule, self.ben).action_review()
        Schedule = self.env["ai.close.schedule"]
        Schedule._end_those_done(self.company, fields.Date.to_date("2026-08-01"))
        self.assertEqual(schedule.state, "running")
        Schedule._end_those_done(self.company, fields.Date.to_date("2026-10-01"))
        self.assertEqual((schedule.state, schedule.closing), ("ended", 0.0))

    def test_import_makes_drafts(self):
        accounts = [str(self.prepaid.id), str(self.expense.id)]
        result = self.be(self.env["ai.close.schedule"], self.anna).load(
            [
                "name",
                "kind",
                "total",
                "start_date",
                "end_date",
                "balance_account_id/.id",
                "result_account_id/.id",
            ],
            [
                ["Licence", "prepaid", "1200", "2026-10-01", "2027-09-30", *accounts],
                ["Support", "prepaid", "600", "2026-10-01", "2027-03-31", *accounts],
            ],
        )
        self.assertFalse(result["messages"], result)
        made = self.env["ai.close.schedule"].browse(result["ids"])
        self.assertEqual(made.mapped("state"), ["draft", "draft"])
        self.assertEqual(made.company_id, self.company)
