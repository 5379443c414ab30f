"""Contracts, loans, pay runs, holiday balances: signed by two, corrected by a successor, read in a run."""

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .close_common import END, EntryCase

LOAN = "ai.close.loan"
MOVEMENT = "ai.close.loan.movement"
RUN = "ai.close.pay.run"
HOLIDAY = "ai.close.holiday.balance"
CONTRACT = "ai.close.contract"


@tagged("post_install", "-at_install")
class TestGiven(EntryCase):
    def draft(self, model, user=None, **vals):
        defaults = {
            LOAN: {
                "name": "Investment loan",
                "partner_id": self.partner_a.id,
                "principal": 250000,
                "rate": 4.8,
                "start_date": "2026-09-15",
            },
            MOVEMENT: {"kind": "principal", "date": "2026-10-15", "amount": -10000, "label": "October"},
            RUN: {
                "name": "2026-22",
                "start_date": "2026-10-26",
                "end_date": "2026-11-06",
                "amount": 48000,
                "social_pct": 21.5,
            },
            HOLIDAY: {"key": "P-1", "as_of": END, "days": 12.5, "day_rate": 240, "social_pct": 21.5},
            CONTRACT: {
                "name": "Lease",
                "partner_id": self.partner_a.id,
                "amount": 3200,
                "start_date": "2026-01-01",
                "terms": "3,200.00 a month, until terminated",
            },
        }
        user = user or (self.carla if model == HOLIDAY else self.anna)
        return self.be(self.env[model], user).create({**defaults[model], **vals})

    def counting(self, model, **vals):
        return self.sign_off(self.draft(model, **vals))

    def sign_off(self, record):
        record.action_prepare()
        self.be(record, self.dirk if record._name == HOLIDAY else self.ben).action_review()
        return record

    def cited(self, record):
        self.env.invalidate_all()
        return self.env["ai.close.source"]._cited(record._name, record.ids, END, self.company)[record.id][1]

    def read(self, dataset):
        self.env.flush_all()
        reader = self.env["ai.close.agent"].with_user(self.robot)
        columns, _next = getattr(reader, f"_dataset_{dataset}")(self.run_1, 0, 100)
        return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]

    # -- who may

    def test_two_people_and_never_the_agent(self):
        for model in (CONTRACT, LOAN, RUN):
            with self.subTest(model=model):
                one = self.draft(model)
                self.assert_refused("SOD003", self.be(one, self.audrey).action_prepare)
                self.assert_refused("SOD002", self.be(one, self.robot).action_prepare)
                with self.assertRaises(AccessError):
                    self.be(one, self.robot).copy()
                for vals in ({"state": "reviewed"}, {"replaces_id": one.id}, {"company_id": self.company.id}):
                    self.assert_refused("AUD002", self.be(one, self.carla).write, vals)
                # whoever edits is a maker
                self.be(one, self.carla).write({"name": "Another name"})
                one.action_prepare()
                self.assert_refused("SOD001", self.be(one, self.carla).action_review)
                self.assert_refused("SOD003", self.be(one, self.anna).action_review)
                self.assert_refused("ENT001", one.write, {"name": "x"})
                self.be(one, self.ben).action_review()
                self.assertEqual((one.state, one.reviewed_by_id), ("reviewed", self.ben))
                self.assert_refused("ENT001", self.be(one, self.dirk).write, {"name": "x"})
                self.assert_refused("AUD003", self.be(one, self.carla).sudo().unlink)
                self.assert_refused("SOD003", one.action_cancel, "over")
                trail = self.env["ai.close.audit"].sudo()
                trail = trail.search([("model", "=", model), ("res_id", "=", one.id)], order="id")
                prefix = one._step_prefix()
                self.assertEqual(trail.mapped("action"), [f"{prefix}.prepare", f"{prefix}.review"])

    def test_what_people_earn_is_the_controllers_alone(self):
        one = self.draft(HOLIDAY)
        for user in (self.anna, self.ben):
            with self.assertRaises(AccessError):
                self.be(one, user).read(["day_rate"])
            with self.assertRaises(AccessError):
                self.draft(HOLIDAY, user=user, key="P-2")
        self.assertEqual(self.be(one, self.audrey).day_rate, 240)
        one.action_prepare()
        self.assert_refused("SOD001", one.action_review)
        self.be(one, self.dirk).action_review()
        self.assertEqual(one.state, "reviewed")

    def test_changed_behind_the_back_is_not_reviewed(self):
        one = self.draft(LOAN)
        one.action_prepare()
        self.env.flush_all()
        self.env.cr.execute("UPDATE ai_close_loan SET rate = 5 WHERE id = %s", [one.id])
        self.env.invalidate_all()
        self.assert_refused("ENT002", self.be(one, self.ben).action_review)

    def test_another_companys_loan_is_not_named(self):
        other = self.env["res.company"].create({"name": "Other"})
        vals = {"name": "Theirs", "partner_id": self.partner_a.id, "principal": 1, "rate": 1}
        theirs = self.env[LOAN]._guarded().create({**vals, "company_id": other.id})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.draft(MOVEMENT, loan_id=theirs.id)

    # -- what is wrong

    def test_what_is_wrong_is_said_before_it_is_signed(self):
        wrong = {
            LOAN: ({"principal": 0}, {"principal": -1}, {"rate": 0}, {"rate": 100}, {"start_date": False}),
            RUN: ({"amount": 0}, {"end_date": False}, {"social_pct": -1}),
            HOLIDAY: ({"key": "John Smith"}, {"key": "Smith"}, {"day_rate": 0}, {"social_pct": 201}),
            CONTRACT: (
                {"start_date": False},
                {"terms": " "},
                {"amount": -1},
                {"account_id": self.grni.id},
            ),
        }
        for model, cases in wrong.items():
            for vals in cases:
                with self.subTest(model=model, vals=vals):
                    self.assert_refused("ENT003", self.draft(model, **vals).action_prepare)

    def test_a_repayment_is_of_what_is_owed(self):
        loan = self.draft(LOAN)
        movement = self.draft(MOVEMENT, loan_id=loan.id)
        self.assert_refused("ENT003", movement.action_prepare)  # the loan does not count yet
        self.sign_off(loan)
        for vals in (
            {"date": "2026-09-15"},
            {"amount": 0},
            {"amount": -250000.01},
            {"kind": "rate", "rate": -1},
        ):
            with self.subTest(vals=vals):
                self.assert_refused("ENT003", self.draft(MOVEMENT, loan_id=loan.id, **vals).action_prepare)
        self.sign_off(movement)
        self.assert_refused("ENT003", self.draft(MOVEMENT, loan_id=loan.id, amount=-240000.01).action_prepare)

    def test_nothing_counts_twice(self):
        for model in (LOAN, RUN, HOLIDAY, CONTRACT):
            with self.subTest(model=model):
                one = self.counting(model)
                again = self.draft(model)
                self.assertIn(one.display_name, self.assert_refused("ENT003", again.action_prepare))
                # and the database has the last word
                with self.assertRaises(UniqueViolation), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                    again._guarded().write({"state": "reviewed"})
                    self.env.flush_all()
                self.env.invalidate_all()

    # -- corrections

    def test_a_correction_takes_the_place_when_it_is_reviewed(self):
        loan = self.counting(LOAN)
        movement = self.counting(MOVEMENT, loan_id=loan.id)
        action = self.be(loan, self.anna).action_correct()
        self.assertEqual(self.be(loan, self.ben).action_correct()["res_id"], action["res_id"])
        other = self.be(self.env[LOAN].browse(action["res_id"]), self.anna)
        self.assertEqual((other.state, other.principal, other.replaces_id), ("draft", 250000, loan))
        other.write({"rate": 5})
        other.action_prepare()
        self.assertEqual(loan.state, "reviewed", "until somebody else reviewed it")
        self.be(other, self.ben).action_review()
        self.assertEqual((loan.state, other.state, movement.loan_id), ("replaced", "reviewed", other))
        self.assertEqual(movement.payload_digest, movement._digest_now())
        self.assertEqual([row["id"] for row in self.read("loans")], other.ids)

    def test_what_was_cancelled_meanwhile_is_not_corrected(self):
        run = self.counting(RUN)
        other = self.be(self.env[RUN].browse(run.action_correct()["res_id"]), self.anna)
        other.action_prepare()
        self.be(run, self.dirk).action_cancel("never worked")
        self.assert_refused("ENT001", self.be(other, self.ben).action_review)

    def test_a_reason_by_the_dialog(self):
        run = self.counting(RUN)
        dialog = self.be(self.env["ai.close.reason"], self.ben).with_context(
            ai_close_method="action_cancel", active_model=RUN, active_id=run.id
        )
        dialog.create({"reason": "never worked"}).action_confirm()
        self.assertEqual((run.state, run.cancel_reason), ("cancelled", "never worked"))
        other = dialog.with_context(ai_close_method="action_review")
        self.assert_refused("AUD004", other.create({"reason": "never worked"}).action_confirm)

    def test_an_attached_contract_is_part_of_what_is_signed(self):
        contract = self.draft(CONTRACT, terms=False)
        self.assert_refused("ENT003", contract.action_prepare)
        file = self.be(self.env["ir.attachment"], self.anna).create(
            {"name": "lease.pdf", "raw": b"3,200.00", "res_model": CONTRACT, "res_id": contract.id}
        )
        contract.action_prepare()
        self.assert_refused("AUD006", self.be(file, self.anna).write, {"raw": b"9,999.00"})
        self.be(contract, self.ben).action_review()
        schedule = contract.action_schedule()["context"]
        self.assertEqual((schedule["default_total"], schedule["default_name"]), (3200, "Lease"))

    # -- payroll that is booked

    def payroll(self, amount, date="2026-11-06"):
        move = self.env["account.move"].create(
            {
                "date": date,
                "journal_id": self.general.id,
                "line_ids": [
                    Command.create({"account_id": self.expense.id, "balance": amount, "name": "wages"}),
                    Command.create({"account_id": self.grni.id, "balance": -amount, "name": "net"}),
                ],
            }
        )
        self.be(move, self.carla).sudo().action_post()
        return move

    def test_a_run_is_booked_by_an_entry_that_bears_it(self):
        run = self.counting(RUN)
        self.assertIsNone(self.read("pay_runs")[0]["booked"])
        small, early, entry = self.payroll(47999), self.payroll(48000, "2026-10-25"), self.payroll(50000)
        other = self.be(self.env[RUN].browse(run.action_correct()["res_id"]), self.anna)
        for move in (small, early):
            other.move_id = move
            self.assert_refused("ENT003", other.action_prepare)
        other.move_id = entry
        self.sign_off(other)
        self.assertEqual(self.read("pay_runs")[0]["booked"], "2026-11-06")
        # the same entry does not book another run's wages as well
        second = self.draft(RUN, name="2026-22 office", amount=2000.01, move_id=entry.id)
        self.assert_refused("ENT003", second.action_prepare)

    # -- what the agent reads, and what proposals rest on

    def test_the_agent_reads_what_counts(self):
        loan = self.counting(LOAN)
        self.draft(LOAN, name="A draft").action_prepare()
        movement = self.counting(MOVEMENT, loan_id=loan.id)
        run = self.counting(RUN)
        balance = self.counting(HOLIDAY)
        contract = self.counting(CONTRACT, rhythm="3", end_date="2026-12-31")
        usd = self.company.currency_id.id
        self.assertEqual(
            self.read("loans"),
            [
                {
                    "id": loan.id,
                    "currency": usd,
                    "partner_id": self.partner_a.id,
                    "name": "Investment loan",
                    "day_count": "actual/365",
                    "principal": "250000.00",
                    "rate": "4.8",
                    "start": "2026-09-15",
                    "end": None,
                    "analytic": None,
                }
            ],
        )
        (row,) = self.read("loan_movements")
        self.assertEqual(
            (row["id"], row["loan_id"], row["kind"], row["amount"], row["currency"], row["date"]),
            (movement.id, loan.id, "principal", "-10000.00", usd, "2026-10-15"),
        )
        (row,) = self.read("pay_runs")
        self.assertEqual(
            (row["id"], row["start"], row["end"], row["amount"], row["social_pct"], row["basis"]),
            (run.id, "2026-10-26", "2026-11-06", "48000.00", "21.5", "working"),
        )
        (row,) = self.read("holiday_balances")
        self.assertEqual(
            row,
            {
                "id": balance.id,
                "key": "P-1",
                "as_of": "2026-10-31",
                "days": "12.5",
                "social_pct": "21.5",
                "day_rate": "240.00",
            },
        )
        (row,) = self.read("contracts")
        self.assertEqual(
            (row["id"], row["partner_id"], row["amount"], row["step_months"], row["end_date"]),
            (contract.id, self.partner_a.id, "3200.00", 3, "2026-12-31"),
        )

    def test_a_repayment_makes_the_loan_another_source(self):
        loan = self.counting(LOAN)
        before = self.cited(loan)
        self.counting(MOVEMENT, loan_id=loan.id, date="2026-11-05", amount=-1)
        self.assertEqual(self.cited(loan), before, "known in November only")
        self.counting(MOVEMENT, loan_id=loan.id)
        self.assertNotEqual(self.cited(loan), before)

    def test_one_more_balance_makes_it_another_sum(self):
        one = self.counting(HOLIDAY)
        before = self.cited(one)
        self.counting(HOLIDAY, key="P-2", as_of="2026-11-30")
        self.assertEqual(self.cited(one), before)
        self.counting(HOLIDAY, key="P-3")
        self.assertNotEqual(self.cited(one), before)

    def test_an_approval_is_refused_when_the_terms_are_others(self):
        for model in (CONTRACT, RUN):
            with self.subTest(model=model):
                one = self.counting(model)
                key = f"GR:{self.company.id}:2026-10:{model[-3:]}"
                row = self.entry_row(one, "500.00", key=key)
                self.assertEqual(self.submit("ai.close.entry", self.run_1, row)[0]["status"], "created")
                entry = self.env["ai.close.entry"].sudo().search([("key", "=", key)])
                self.sign(entry)
                self.be(one, self.dirk).action_cancel("no longer")
                self.assert_refused("ENT004", self.be(entry, self.carla).action_approve)

    def test_each_form_makes_one_that_can_be_prepared(self):
        with Form(self.be(self.env[CONTRACT], self.anna)) as form:
            form.name, form.partner_id, form.amount = "Lease", self.partner_a, 3200
            form.account_id, form.start_date, form.terms = self.expense, "2026-01-01", "3,200.00 a month"
        contract = form.record
        with Form(self.be(self.env[LOAN], self.anna)) as form:
            form.name, form.partner_id, form.principal, form.rate = "Loan", self.partner_a, 1000, 5
            form.start_date = "2026-09-15"
        loan = self.sign_off(form.record)
        self.assertEqual(loan.outstanding, 1000)
        with Form(self.be(self.env[MOVEMENT], self.anna).with_context(default_loan_id=loan.id)) as form:
            form.kind, form.date, form.label, form.rate = "rate", "2026-10-01", "Fixed anew", 4
        movement = form.record
        with Form(self.be(self.env[RUN], self.anna)) as form:
            form.name, form.start_date, form.end_date, form.amount = "22", "2026-10-26", "2026-11-06", 48000
        run = form.record
        with Form(self.be(self.env[HOLIDAY], self.carla)) as form:
            form.key, form.as_of, form.days, form.day_rate = "P-1", END, 12.5, 240
        for record in (contract, movement, run, form.record):
            record.action_prepare()
            self.assertEqual(record.state, "prepared")

    def test_import_makes_drafts(self):
        result = self.be(self.env[HOLIDAY], self.carla).load(
            ["key", "as_of", "days", "day_rate", "social_pct"],
            [["P-1", "2026-10-31", "12.5", "240", "21.5"], ["P-2", "2026-10-31", "4", "310", "21.5"]],
        )
        self.assertFalse([one for one in result["messages"] if one["type"] == "error"], result)
        made = self.be(self.env[HOLIDAY].browse(result["ids"]), self.carla)
        self.assertEqual(set(made.mapped("state")), {"draft"})
        made.action_prepare()
        self.be(made, self.dirk).action_review()
        self.assertEqual([row["days"] for row in self.read("holiday_balances")], ["12.5", "4"])

    def test_the_shared_steps_belong_to_no_record(self):
        """Over RPC the model that they share can be named itself: words, no fault."""
        shared = self.be(self.env["ai.close.signed.by.two"].browse(1), self.anna)
        for step, words in (("prepare", ()), ("review", ()), ("send_back", ("why",)), ("cancel", ("why",))):
            with self.assertRaisesRegex(UserError, "on the record itself"):
                getattr(shared, f"action_{step}")(*words)
