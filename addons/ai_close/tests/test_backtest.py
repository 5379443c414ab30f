"""Backtests: asked for on a version, answered by the agent, needed by the approval of other rules."""

from dateutil.relativedelta import relativedelta

from odoo.addons.ai_close.agent.backtest import FORGOTTEN
from odoo.addons.ai_close.kernel.rule_book import book
from odoo.tests import tagged
from odoo.tools.misc import mute_logger

from .policy_case import PolicyCase

AGENT = {"agent_version": "1.0.0", "rules_digest": "rules"}


@tagged("post_install", "-at_install")
class TestBacktest(PolicyCase):
    def setUp(self):
        super().setUp()
        self.tests = self.env["ai.close.backtest"].sudo()
        self.month = self.today.replace(day=1) - relativedelta(months=1)
        self.name = self.month.strftime("%Y-%m")
        self.posted = self.invoice(100, date=self.month.isoformat()).move_id

    def port(self, method, **kwargs):
        answer = getattr(self.be(self.env["ai.close.agent"], self.robot), method)(**kwargs)
        self.env.invalidate_all()
        return answer

    def result(self, method, **kwargs):
        answer = self.port(method, **kwargs)
        self.assertTrue(answer["ok"], answer)
        return answer["result"]

    def a_run(self):
        """Let the agent have ended a run in this company."""
        close = self.env["ai.close"].sudo()._for_month(self.company, self.month)
        runs = self.env["ai.close.run"]._guarded()
        return runs.create(
            {
                "company_id": self.company.id,
                "close_id": close.id,
                "run_key": "run-00000001",
                "state": "done",
            }
        )

    def ask(self, **changes):
        """Return a draft with other rules, and its backtest."""
        draft = self.draft(**(changes or {"rules": {"CMP001": {"enabled": False}}}))
        test = self.tests.browse(self.be(draft, self.ben).action_backtest()["res_id"])
        return draft, test

    def row(self, number, before, after, rule="CMP001"):
        return {
            "month": self.name,
            "rule": rule,
            "key": f"{rule}:{self.company.id}:account.move,{number}:draft",
            "title": f"Entry {number}",
            "severity": "high",
            "amount": "1200.00",
            "anchor": {"model": "account.move", "id": number},
            "before": before,
            "after": after,
        }

    def finding(self, number, state, amount=1200.0, rule="CMP001"):
        return (
            self.env["ai.close.finding"]
            ._guarded()
            .create(
                {
                    "key": f"{rule}:{self.company.id}:account.move,{number}:draft",
                    "close_id": self.env["ai.close"].sudo()._for_month(self.company, self.month).id,
                    "company_id": self.company.id,
                    "rule": rule,
                    "severity": "high",
                    "title": f"Entry {number}",
                    "amount": amount,
                    "anchor_model": "account.move",
                    "anchor_id": number,
                    "state": state,
                }
            )
        )

    def finish(self, test, rows, figures=(), **more):
        values = {"figures": list(figures), "rows": rows, "left_out": 0, "failures": [], "failed": None}
        return self.result("backtest_finish", key=test.key, **{**values, **more})

    # -- asked for

    def test_the_agent_fetches_both_versions_and_the_data(self):
        self.a_run()
        draft, test = self.ask()
        self.assertEqual(test.state, "requested")
        wanted = self.result("pending")["backtests"]
        self.assertEqual([one["company_id"] for one in wanted], self.company.ids)
        begun = self.result("backtest_begin", key=wanted[0]["key"], **AGENT)
        self.assertEqual(begun["months"], [self.name])
        self.assertEqual(begun["policy"]["params"], draft.params)
        self.assertEqual((begun["base"]["version"], begun["policy"]["version"]), (1, 2))
        page = self.result("backtest_extract", key=test.key, dataset="moves", after=0, limit=5000)
        self.assertIn(self.posted.id, page["columns"]["id"])
        for dataset in sorted(set(self.result("hello")["datasets"]) - FORGOTTEN):
            with self.subTest(dataset=dataset):
                self.result("backtest_extract", key=test.key, dataset=dataset, after=0, limit=100)
        self.assertTrue(self.events("backtest.request") and self.events("backtest.read"))
        again = self.be(draft, self.ben).action_backtest()
        self.assertEqual(again["res_id"], test.id, "one request is enough")

    def test_only_the_agent_and_only_with_the_key(self):
        self.a_run()
        _draft, test = self.ask()
        self.assertEqual(self.port("backtest_begin", key="x" * 30, **AGENT)["error"]["code"], "POL017")
        port = self.be(self.env["ai.close.agent"], self.carla)
        self.assertEqual(port.backtest_begin(key=test.key, **AGENT)["error"]["code"], "RUN008")
        for user, code in ((self.anna, "SOD003"), (self.audrey, "SOD003"), (self.robot, "SOD002")):
            self.assert_refused(code, self.be(test.policy_id, user).action_backtest)

    def test_an_edited_version_is_tested_anew(self):
        self.a_run()
        draft, test = self.ask()
        self.be(draft, self.ben)._save_draft({**draft.params, "rules": {"CMP002": {"enabled": False}}})
        other = self.tests.browse(self.be(draft, self.ben).action_backtest()["res_id"])
        self.assertEqual((test.state, other.state), ("dropped", "requested"))
        self.assertEqual(
            self.port("backtest_extract", key=test.key, dataset="moves")["error"]["code"], "POL017"
        )

    def test_an_edited_version_is_not_judged_under_the_name_of_the_one_asked_about(self):
        """Ask about one version, show the agent another, go back: the figures would be the other's."""
        self.a_run()
        draft, test = self.ask()
        asked = draft.params
        self.be(draft, self.ben)._save_draft({**asked, "rules": {"CMP002": {"enabled": False}}})
        for method, more in (
            ("backtest_begin", AGENT),
            ("backtest_extract", {"dataset": "moves"}),
            ("backtest_finish", {"figures": [], "rows": []}),
        ):
            with self.subTest(method):
                self.assertEqual(self.port(method, key=test.key, **more)["error"]["code"], "POL017")
        self.assertEqual((test.state, self.result("pending")["backtests"]), ("requested", []))
        self.be(draft, self.ben)._save_draft(asked)
        self.assertEqual(self.result("backtest_begin", key=test.key, **AGENT)["policy"]["params"], asked)

    # -- what came of it

    def test_missed_errors_and_false_alarms_by_what_people_decided(self):
        self.a_run()
        gone, waived, explained, silent = (
            self.finding(1, "closed"), self.finding(2, "waived"),
            self.finding(3, "explained"), self.finding(4, "explained"),
        )  # fmt: skip
        self.finding(9, "closed", rule="CMP008")
        _draft, test = self.ask(rules={"CMP001": {"enabled": False}})
        figures = [{"rule": "CMP001", "month": self.name, "before": 4, "after": 1}]
        rows = [self.row(2, True, False), self.row(3, True, False), self.row(4, True, True)]
        rows += [self.row(5, True, False), self.row(6, False, True)]
        self.assertEqual(self.finish(test, rows, figures), {"state": "done"})
        self.assertEqual((test.flagged_before, test.flagged_after), (4, 1))
        self.assertEqual((test.missed_before, test.missed_after), (0, 2), "closed and waived were errors")
        self.assertEqual((test.false_before, test.false_after), (2, 1))
        self.assertEqual(test.row_ids[:2].finding_id, gone | waived, "missed errors first")
        found = {row.title: (row.change, row.verdict) for row in test.row_ids}
        self.assertEqual(found["Entry 3"], ("lost", "dismissed"))
        self.assertEqual(found["Entry 4"], ("kept", "dismissed"))
        self.assertEqual(found["Entry 5"], ("lost", "undecided"))
        self.assertEqual(found["Entry 6"], ("new", "undecided"))
        self.assertNotIn("Entry 9", found, "a rule that does not change misses nothing")
        self.assertTrue(test.figures[0]["few"])
        opened = test.row_ids[0].with_user(self.carla).action_open()
        self.assertEqual(opened["res_model"], "ai.close.finding")
        self.assertIn(opened["res_id"], (gone | waived).ids)
        self.assertTrue(explained and silent)
        # the answer was lost: the agent hands in once more
        self.assertEqual(self.finish(test, []), {"state": "done"})
        self.assertEqual(len(test.row_ids), 6)

    def test_a_raised_minimum_misses_what_lies_below_and_does_not_guess_the_rest(self):
        self.a_run()
        self.finding(1, "closed", amount=300, rule="CUT001")
        self.finding(2, "closed", amount=900, rule="CUT001")
        _draft, test = self.ask(rules={"CUT001": {"cutoff_min_amount": "0.1 M"}})
        self.finish(test, [])
        # 0.05 M and 0.1 M of 5,000 are 250 and 500
        self.assertEqual((test.missed_after, test.unknown), (1, 1))

    # -- what the approval needs

    def test_other_rules_are_approved_after_their_backtest_only(self):
        self.a_run()
        draft = self.propose(self.draft(rules={"CMP001": {"severity": "low"}}))
        test = self.tests.search([("policy_id", "=", draft.id)])
        self.assertEqual(test.state, "requested", "proposing asks for it")
        self.assertIn("not back yet", self.assert_refused("POL016", self.approve, draft))
        self.finish(test, [], failed="The books can't be read")
        self.assertEqual(test.state, "failed")
        self.assertIn("can't be read", self.assert_refused("POL016", self.approve, draft))
        test = self.tests.browse(self.be(draft, self.carla).action_backtest()["res_id"])
        self.finish(test, [self.row(1, True, True)], [])
        self.assertIn("flagged 0 → 0", draft.backtest_text)
        self.approve(draft)
        self.assertEqual(draft.state, "in_force")
        self.assertIn('"backtest"', self.events("policy.approve")[0].evidence)

    def test_a_backtest_of_another_version_does_not_count(self):
        self.a_run()
        draft, test = self.ask(rules={"CMP001": {"severity": "low"}})
        self.finish(test, [])
        self.be(draft, self.ben)._save_draft({**draft.params, "rules": {"CMP001": {"enabled": False}}})
        self.propose(draft)
        self.assert_refused("POL016", self.approve, draft)

    def test_nothing_to_test_is_said_and_enough(self):
        draft, test = self.ask()
        self.assertEqual((test.state, test.month_count), ("done", 0))
        self.assertIn("no run of the agent", test.note)
        self.propose(draft)
        self.approve(draft)
        self.assertEqual(draft.state, "in_force")

    def test_what_changes_no_rule_needs_none(self):
        self.a_run()
        draft = self.propose(self.draft(materiality="6000.00", rules={"CMP001": {"enabled": True}}))
        self.assertFalse(draft.backtest_needed)
        self.approve(draft)

    def test_people_write_nothing_of_a_backtest(self):
        self.a_run()
        _draft, test = self.ask()
        self.finish(test, [self.row(5, True, False)])
        for record in (test, test.row_ids):
            with mute_logger("odoo.addons.base.models.ir_rule"), self.assertRaises(Exception) as caught:
                record.with_user(self.carla).write({"company_id": self.company.id})
            self.assertIn(type(caught.exception).__name__, ("AccessError", "CloseRefusal"))
        self.assertIn("CMP001", book())
