"""Tie-outs: handed in by the agent, added up again by the server, signed by two, stale by the books."""

from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.close_tie_out_ready import CHECKS
from .close_common import CloseCase
from .common import person_of

SCOPES = {"tie_outs": ["receivable", "stock", "prepaid"]}


@tagged("post_install", "-at_install")
class TestTieOut(CloseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receivable = cls.company_data["default_account_receivable"]
        cls.sale = cls.invoice(100)

    def row(self, kind="receivable", account=None, balance="100.00", other="100.00", **changes):
        account = account or self.receivable
        return {
            "key": f"TIE:{self.company.id}:2026-10-31:{kind}:{account.id}",
            "kind": kind,
            "name": account.name,
            "date": "2026-10-31",
            "account_ids": account.ids,
            "partner_id": None,
            "currency": "USD",
            "by_currency": False,
            "source_state": "read" if other is not None else "no_data",
            "source": "1 open items of 1 partners",
            "why": "" if other is not None else "Nothing tells what lies in stock.",
            "balance": balance,
            "other": other,
            "items": [],
            **changes,
        }

    def handed_in(self, *rows, key="run-1", answer="created"):
        self.begun(key)
        answers = self.submit("ai.close.tie.out", self.run, *rows)
        self.assertEqual({each["status"] for each in answers}, {answer}, answers)
        return self.env["ai.close.tie.out"].sudo().search([("key", "in", [row["key"] for row in rows])])

    def begun(self, key="run-1"):
        """Let the agent begin a run, the one before being over."""
        running = [("state", "=", "running"), ("close_id", "=", self.close.id)]
        former = self.env["ai.close.run"].sudo().search(running)
        former._guarded().write({"state": "done"})
        former.flush_recordset()
        self.run = self.run_of_agent(key)
        return self.run

    def signed(self, record):
        self.be(record, self.anna).action_prepare()
        self.be(record, self.ben).action_sign()
        return record

    def commit(self):
        """What happens as a transaction ends, short of the commit itself."""
        self.env.cr.flush()
        self.env.invalidate_all()

    # -- what comes in

    def test_the_server_adds_the_ledger_up_itself(self):
        self.begun("run-0")
        wrong = self.submit("ai.close.tie.out", self.run, self.row(balance="100.01"))
        self.assertEqual([(each["status"], each["code"]) for each in wrong], [("refused", "ENT060")])
        record = self.handed_in(self.row(other="60.00"), key="run-2")
        self.assertEqual((record.balance, record.difference, record.open_amount), (100, 40, 40))
        self.assertEqual(
            (record.state, record.ties, record.required, record.area), ("open", False, True, "partner")
        )

    def test_items_explain_and_the_rest_is_open(self):
        item = {"what": "x", "label": "y", "date": "2026-10-21", "age_days": 10, "count": 1, "record": None}
        items = [
            {**item, "effect": effect, "amount": amount}
            for effect, amount in (("explains", "30.00"), ("open", "10.00"), ("beside", "99.00"))
        ]
        record = self.handed_in(self.row(other="60.00", items=items))
        self.assertEqual((record.explained, record.open_amount), (30, 10))
        self.assertEqual(record.item_ids.mapped("age_days"), [10, 10, 10])

    def test_rows_that_are_none(self):
        company, run = self.env["res.company"].create({"name": "Other"}), self.begun()
        chart = self.env["account.account"].with_company(company)
        other = chart.create(
            {
                "code": "X1200",
                "name": "Theirs",
                "account_type": "asset_receivable",
                "company_ids": company.ids,
            }
        )
        for row in (
            self.row(date="2026-09-30"),
            self.row() | {"key": f"TIE:{self.company.id + 1}:2026-10-31:receivable:1"},
            self.row(other=None) | {"source_state": "read"},
            self.row(account_ids=other.ids),
            self.row(currency="EUR"),
        ):
            (answer,) = self.submit("ai.close.tie.out", run, row)
            self.assertEqual((answer["status"], answer["code"]), ("refused", "RUN010"), row)

    def test_no_data_is_a_state_and_no_zero(self):
        record = self.handed_in(self.row("stock", self.grni, "0.00", None))
        self.assertEqual((record.state, record.source_state, record.no_data_count), ("no_data", "no_data", 1))
        self.assertFalse(record.ties, "two zeros that nobody compared are no tie")
        self.assert_refused("ENT008", self.be(record, self.anna).action_prepare)
        self.assert_refused("SOD003", self.be(record, self.audrey).action_prepare)

    def test_the_same_again_changes_nothing_and_what_is_gone_is_dropped(self):
        record = self.handed_in(self.row())
        items = record.item_ids.ids
        self.handed_in(self.row(), key="run-2", answer="unchanged")
        self.assertEqual(record.item_ids.ids, items)
        model = self.env["ai.close.tie.out"].with_user(self.robot).sudo()
        self.assertEqual(model._finish_run(self.run, {"tie_outs": ["stock"]}), {"superseded": 0})
        self.assertEqual(model._finish_run(self.run, SCOPES), {"superseded": 0}, "it was handed in again")
        later = self.begun("run-3")
        self.assertEqual(model._finish_run(later, {"tie_outs": ["stock"]}), {"superseded": 0}, "it raised")
        self.assertEqual(model._finish_run(later, SCOPES), {"superseded": 1})
        self.assertEqual(record.state, "dropped")
        self.handed_in(self.row(), key="run-4", answer="updated")
        self.assertEqual(record.state, "open")

    def test_the_others_take_turns_and_what_does_not_tie_is_due(self):
        balance = {"balance": "0.00", "other": "0.00"}
        accounts = [self.grni, self.not_received, self.grni.copy(), self.grni.copy()]
        records = self.handed_in(*(self.row("prepaid", account, **balance) for account in accounts))
        months = {(2026 * 12 + 10 + account.id) % 3 == 0: account for account in accounts}
        for record in records:
            turn = (2026 * 12 + 10 + record.account_ids.id) % 3 == 0
            self.assertEqual((record.required, record.high_risk), (turn, False), months)
        self.handed_in(
            self.row("prepaid", accounts[0], balance="0.00", other="5.00"), key="run-2", answer="updated"
        )
        self.assertTrue(records.filtered(lambda record: record.account_ids == accounts[0]).required)

    # -- who signs

    def test_two_people_sign_and_the_agent_never(self):
        record = self.handed_in(self.row())
        self.assertEqual(record.state, "open")
        self.assert_refused("SOD002", self.be(record, self.robot).action_prepare)
        self.be(record, self.anna).action_prepare()
        self.assert_refused("SOD003", self.be(record, self.anna).action_sign)
        self.be(record, self.ben).action_sign()
        self.assertEqual(
            (record.state, record.prepared_by_id, record.signed_by_id), ("signed", self.anna, self.ben)
        )
        both = self.handed_in(
            self.row("payable", self.company_data["default_account_payable"], "0.00", "0.00"), key="2"
        )
        self.be(both, self.ben).action_prepare()
        self.assert_refused("SOD001", self.be(both, self.ben).action_sign)

    def test_what_stays_open_needs_a_note_and_a_note_stays_as_it_was_signed(self):
        record = self.handed_in(self.row(other="60.00"))
        mine = self.be(record, self.anna)
        self.assert_refused("ENT006", mine.action_prepare)
        mine.note = "Acme pays 40.00 less, disputed since September."
        mine.action_prepare()
        self.assert_refused("ENT001", mine.write, {"note": "something else"})
        record._guarded().write({"note": "changed behind the guard"})
        self.assert_refused("AUD006", self.be(record, self.ben).action_sign)

    def test_protected_fields_and_the_screen_that_is_old(self):
        record = self.handed_in(self.row())
        mine = self.be(record, self.anna)
        for vals in (
            {"balance": 1},
            {"state": "signed"},
            {"signed_by_id": self.anna.id},
            {"required": False},
        ):
            self.assert_refused("AUD002", mine.write, vals)
        self.assert_refused("SOD003", self.be(record, self.audrey).write, {"note": "x"})
        self.assert_refused("ENT015", mine.with_context(ai_close_seen="old").action_prepare)

    def test_not_before_the_period_is_over(self):
        record = self.handed_in(self.row())
        last = fields.Date.to_date("2026-10-31")
        with patch.object(type(record), "_today", lambda _self: last):
            self.assert_refused("ENT061", self.be(record, self.anna).action_prepare)

    def test_files_are_evidence(self):
        record = self.handed_in(self.row())
        file = self.be(self.env["ir.attachment"], self.anna).create(
            {"name": "list.pdf", "raw": b"aged", "res_model": record._name, "res_id": record.id}
        )
        self.signed(record)
        self.assertEqual([each["name"] for each in record.signed_files], ["list.pdf"])
        self.assert_refused("AUD006", file.unlink)

    def test_a_controller_sends_a_signed_one_back(self):
        record = self.signed(self.handed_in(self.row()))
        self.assert_refused(
            "SOD003", self.be(record, self.anna).action_send_back, "The list was of November."
        )
        self.be(record, self.carla).action_send_back("The list was of November.")
        self.assertEqual((record.state, record.prepared_by_id.ids), ("open", []))
        self.assertEqual(len(record.struck_signatures[0]["steps"]), 2)

    # -- given by hand

    def test_a_person_gives_what_nobody_could_read(self):
        record = self.handed_in(self.row("stock", self.grni, "0.00", None))
        mine = self.be(record, self.anna)
        self.assert_refused("ENT006", mine.action_give, "12.50", "count")
        self.assert_refused("ENT008", mine.action_give, "12,50", "Count sheet of 31 October")
        mine.action_give("12.50", "Count sheet of 31 October")
        self.assertEqual((record.state, record.source_state, record.open_amount), ("open", "by_hand", -12.5))
        mine.note = "The count came to 12.50, booked in November."
        self.assert_refused("ENT008", mine.action_prepare)
        self.be(self.env["ir.attachment"], self.anna).create(
            {"name": "count.pdf", "raw": b"12.50", "res_model": record._name, "res_id": record.id}
        )
        self.be(record, self.ben).action_prepare()
        # the giver is no stranger: another one than both signs
        self.assert_refused("SOD003", self.be(record, self.anna).action_sign)
        self.be(record, self.carla).action_sign()
        self.assertEqual(record.state, "signed")

    def test_what_was_given_stays_while_the_ledger_does(self):
        row = self.row("stock", self.grni, "0.00", None)
        record = self.handed_in(row)
        self.be(record, self.anna).action_give("0.00", "Count sheet of 31 October")
        self.handed_in(row, key="run-2", answer="unchanged")
        self.assertEqual((record.state, record.source_state), ("open", "by_hand"))

    # -- the books change

    def test_a_late_entry_makes_it_stale_with_the_cause(self):
        record = self.signed(self.handed_in(self.row()))
        self.invoice(70, date="2026-11-02")
        self.commit()
        self.assertEqual(record.state, "signed", "November is not October")
        late = self.invoice(30, date="2026-10-30").move_id
        self.commit()
        self.assertEqual(record.state, "stale")
        self.assertIn(late.name, record.stale_reason)
        self.assertIn("130.00", record.stale_reason)
        self.assertEqual(record.struck_signatures[0]["cause"]["id"], late.id)
        self.handed_in(self.row(balance="130.00", other="130.00"), key="run-2", answer="updated")
        self.assertEqual((record.state, record.balance), ("open", 130))
        self.signed(record)

    def test_another_account_leaves_it_signed(self):
        record = self.signed(self.handed_in(self.row()))
        self.env["account.move"].create(
            {
                "date": "2026-10-15",
                "journal_id": self.general.id,
                "line_ids": [
                    Command.create({"account_id": self.expense.id, "balance": 7, "name": "x"}),
                    Command.create({"account_id": self.grni.id, "balance": -7, "name": "x"}),
                ],
            }
        ).action_post()
        self.commit()
        self.assertEqual(record.state, "signed")

    def test_a_later_payment_and_its_undoing_change_nothing(self):
        record = self.signed(self.handed_in(self.row()))
        paid = self.invoice(100, move_type="out_refund", date="2026-11-03")
        (self.sale + paid).reconcile()
        self.commit()
        self.sale.remove_move_reconcile()
        self.commit()
        self.assertEqual(record.state, "signed")

    def test_nobody_signs_a_balance_that_moved(self):
        record = self.handed_in(self.row())
        self.be(record, self.anna).action_prepare()
        self.env.cr.precommit.clear()
        self.invoice(30)
        self.env.cr.precommit.clear()  # as if nobody had judged the change
        self.assertEqual(record.state, "prepared")
        self.assert_refused("ENT060", self.be(record, self.ben).action_sign)
        self.close._refresh()
        self.assertEqual(record.state, "stale")

    def test_other_numbers_of_the_next_run_strike_the_signatures(self):
        record = self.signed(self.handed_in(self.row()))
        self.handed_in(self.row(other="90.00"), key="run-2", answer="updated")
        self.assertEqual((record.state, record.signed_by_id.ids, record.open_amount), ("open", [], 10))
        self.assertIn("100.00 → 90.00", record.struck_signatures[0]["why"])

    # -- what waits for it

    def blocking(self, **section):
        policy = self.env["ai.close.policy"]._in_force(self.company)
        policy._guarded().write({"params": {**policy.params, "tie_outs": {"blocks": True, **section}}})

    def test_the_lock_waits_where_the_policy_says_so(self):
        record = self.handed_in(self.row(), self.row("stock", self.grni, "0.00", None))
        codes = {blocker["code"] for blocker in self.close._readiness()["blockers"]}
        self.assertFalse({code for code in codes if code.startswith("TIE")}, "the policy says nothing")
        self.blocking()
        readiness = self.close._readiness()
        codes = {blocker["code"] for blocker in readiness["blockers"]}
        self.assertEqual({code for code in codes if code.startswith("TIE")}, {"TIE:open", "TIE:no_data"})
        self.assertEqual(readiness["counters"]["tie-outs"], {"done": 0, "total": 2})
        self.signed(record.filtered(lambda each: each.kind == "receivable"))
        self.assertEqual(self.close._readiness()["counters"]["tie-outs"], {"done": 1, "total": 2})
        area = next(each for each in self.close._areas(self.close._readiness()) if each["code"] == "tie_out")
        self.assertEqual((area["label"], area["pct"], area["state"]), ("Tie-outs 1/2", None, "no_data"))

    def test_a_task_checks_the_tie_outs_of_its_area(self):
        task = self.close.task_ids.filtered(lambda each: each.code == "STOCK")
        task._guarded().write({"self_check": "tie_outs_partner"})
        self.assertEqual(task._run_check()[0], "no_data", "nothing was tied out")
        record = self.handed_in(self.row(), self.row("stock", self.grni, "0.00", None))
        self.assertEqual(task._run_check()[0], "fail")
        self.signed(record.filtered(lambda each: each.kind == "receivable"))
        self.assertEqual(task._run_check()[0], "pass")
        task._judge_check()
        self.assertEqual(task.state, "prepared")
        self.invoice(30)
        self.commit()
        self.assertEqual((task.state, task.check_state), ("open", "fail"), "stale by the same entry")

    def test_the_stock_task_says_what_is_apart(self):
        task = self.close.task_ids.filtered(lambda each: each.code == "STOCK")
        self.assertEqual(task.self_check, "stock_tie")
        state, said = task._run_check()
        self.assertEqual((state, said), ("no_data", "No data: no stock account was tied out in this period."))
        row = self.row("stock", self.grni, "0.00", None)
        record = self.handed_in(row)
        state, said = task._run_check()
        self.assertEqual(state, "no_data")
        self.assertIn("Nothing tells what lies in stock.", said)
        self.handed_in(
            row | {"source_state": "read", "why": "", "other": "2066134.90"}, key="run-2", answer="updated"
        )
        state, said = task._run_check()
        self.assertEqual(state, "fail")
        for amount in ("$\xa00.00 in the ledger", "$\xa02,066,134.90 in stock", "$\xa0-2,066,134.90 apart"):
            self.assertIn(amount, said.replace("\ufeff", ""))
        record.note = "The warehouse's books are merged in November; Anna posts the difference."
        self.signed(record)
        self.assertEqual(task._run_check()[0], "pass", "two people signed the difference")
        self.handed_in(
            row | {"source_state": "read", "why": "", "other": "0.00"}, key="run-3", answer="updated"
        )
        self.assertEqual(task._run_check()[0], "pass", "it ties")
        self.entry_on(self.grni)
        self.commit()
        state, said = task._run_check()
        self.assertEqual(state, "fail")
        self.assertIn("was posted to since the run", said)

    def entry_on(self, account):
        """Post 5.00 to an account, in the period."""
        lines = [(account, 5.0), (self.expense, -5.0)]
        move = self.env["account.move"].create(
            {
                "date": "2026-10-20",
                "journal_id": self.general.id,
                "line_ids": [
                    Command.create({"account_id": each.id, "balance": amount, "name": "x"})
                    for each, amount in lines
                ],
            }
        )
        move.action_post()

    def test_each_check_looks_at_its_own_area(self):
        def said():
            found = {}
            for check in CHECKS:
                task._guarded().write({"self_check": check})
                found[check.removeprefix("tie_outs_")] = task._run_check()[0]
            return found

        task = self.close.task_ids.filtered(lambda each: each.code == "STOCK")
        self.assertEqual(set(said().values()), {"no_data"}, "nothing was tied out")
        record = self.handed_in(self.row(), self.row("stock", self.grni, "0.00", None))
        blind = {"signed": "no_data", "bank": "no_data", "stock": "no_data"}
        self.assertEqual(said(), blind | {"partner": "fail"})
        self.signed(record.filtered(lambda each: each.kind == "receivable"))
        self.assertEqual(said(), blind | {"partner": "pass"})
        stock = record.filtered(lambda each: each.kind == "stock")
        self.be(stock, self.carla).action_give("0.00", "Count sheet of 31 October")
        self.assertEqual(said()["stock"], "fail")
        self.be(self.env["ir.attachment"], self.carla).create(
            {"name": "count.pdf", "raw": b"0.00", "res_model": stock._name, "res_id": stock.id}
        )
        self.signed(stock)
        passed = dict.fromkeys(("signed", "partner", "stock"), "pass")
        self.assertEqual(said(), passed | {"bank": "no_data"}, "no bank account was tied out")

    def test_another_company_sees_nothing(self):
        record = self.handed_in(self.row())
        company = self.env["res.company"].create({"name": "Other"})
        stranger = person_of(self.env, "tie_out_stranger", "controller", company, name="Stranger", tz="UTC")
        theirs = record.with_user(stranger).with_context(allowed_company_ids=company.ids)
        self.assertFalse(theirs.search([("id", "=", record.id)]))
        with self.assertRaises(AccessError):
            theirs.action_prepare()
        with self.assertRaises(AccessError):
            theirs.item_ids.read(["label"])
