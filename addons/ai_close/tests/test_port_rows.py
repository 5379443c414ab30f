"""submit and finish: what becomes of findings."""

from odoo.addons.ai_close.kernel.answer import check_answer
from odoo.tests import tagged

from .common import PortCase


@tagged("post_install", "-at_install")
class TestPortRows(PortCase):
    def setUp(self):
        super().setUp()
        _result, self.held = self.begin()

    def _next(self, key="run-00000002"):
        _result, self.held = self.begin(key)
        return self.held

    def _finding(self, number=1):
        return self.env["ai.close.finding"].search([("key", "=", self.finding(number)["key"])])

    def _statuses(self, *rows):
        return [row["status"] for row in self.submit(self.held, *rows)]

    def test_created_unchanged_updated(self):
        self.assertEqual(self._statuses(self.finding(1), self.finding(2)), ["created", "created"])
        self.assertEqual(
            self._statuses(self.finding(1), self.finding(2, amount="1300.00")), ["unchanged", "updated"]
        )
        self.assertEqual(self._finding(2).amount, 1300.0)
        self.assertEqual(self.env["ai.close.finding"].search_count([("company_id", "=", self.company.id)]), 2)

    def test_the_answer_is_as_agreed_and_in_order(self):
        rows = [
            self.finding(1),
            {"key": "junk"},
            self.finding(2, amount=5.0),
            self.finding(3),
            self.finding(3),
        ]
        answer = self.port("submit", **self.held, kind="finding", rows=rows)
        check_answer("submit", answer)
        self.assertEqual(
            [(row["status"], row["code"]) for row in answer["result"]["rows"]],
            [
                ("created", None),
                ("refused", "RUN010"),
                ("refused", "RUN010"),
                ("created", None),
                ("refused", "RUN010"),
            ],
        )

    def test_a_row_of_another_company_or_rule_is_refused(self):
        other = self._make_company("Other")
        rows = [
            self.finding(1, key=f"CMP001:{other.id}:account.move,1:draft"),
            self.finding(1, rule="CMP002"),
            self.finding(1, anchor={"model": "no.model", "id": 1}),
        ]
        self.assertEqual(self._statuses(*rows), ["refused"] * 3)
        self.assertFalse(
            self.env["ai.close.finding"].search([("company_id", "in", (self.company + other).ids)])
        )

    def test_what_is_not_shown_again_is_closed_but_only_in_completed_rules(self):
        self._statuses(
            self.finding(1),
            self.finding(2),
            self.finding(3, rule="CMP008", key=f"CMP008:{self.company.id}:account.move,3:draft"),
        )
        self.finish(self.held, ["CMP001", "CMP008"])
        self._next()
        self._statuses(self.finding(1))
        ended = self.finish(self.held, ["CMP001"])
        self.assertEqual(ended["closed"], 1)
        self.assertEqual([self._finding(n).state for n in (1, 2)], ["open", "closed"])
        kept = self.env["ai.close.finding"].search(
            [("rule", "=", "CMP008"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(kept.state, "open", "CMP008 did not complete")

    def test_a_run_that_failed_closes_nothing(self):
        self._statuses(self.finding(1))
        self.finish(self.held, ["CMP001"])
        self._next()
        check_answer("fail", self.port("fail", **self.held, failures=[{"message": "network"}]))
        self.assertEqual(self._finding(1).state, "open")
        self.refused("RUN002", "finish", **self.held, counters={}, scopes={"rules": ["CMP001"]})
        self.assertEqual(self._finding(1).state, "open")

    def test_what_the_run_took_back_is_closed(self):
        self._statuses(self.finding(1), self.finding(2))
        scopes = {"rules": ["CMP001"], "withdrawn": [self.finding(2)["key"]]}
        self.assertEqual(self.finish(self.held, scopes=scopes)["closed"], 1)
        self.assertEqual([self._finding(n).state for n in (1, 2)], ["open", "closed"])

    def test_closed_comes_back_as_the_same_finding(self):
        self._statuses(self.finding(1))
        self.finish(self.held, ["CMP001"])
        self._next("run-00000002")
        self.finish(self.held, ["CMP001"])
        self.assertEqual(self._finding(1).state, "closed")
        self._next("run-00000003")
        self.assertEqual(self._statuses(self.finding(1)), ["updated"])
        self.assertEqual(self._finding(1).state, "open")

    def test_finish_is_repeatable(self):
        self._statuses(self.finding(1))
        ask = {"counters": {"read": 5}, "scopes": {"rules": ["CMP001"]}, "watermark": "12"}
        answer = self.port("finish", **self.held, **ask)
        check_answer("finish", answer)
        events = self.env["ai.close.audit"].search_count([])
        self.assertEqual(self.port("finish", **self.held, **ask), answer)
        self.assertEqual(self.env["ai.close.audit"].search_count([]), events)
        run = self.env["ai.close.run"].browse(self.held["run_id"])
        self.assertEqual((run.state, run.watermark, run.counters["read"]), ("done", "12", 5))
        self.refused("RUN002", "submit", **self.held, kind="finding", rows=[])

    def test_a_watermark_that_the_database_has_not_reached_is_refused(self):
        reached = int(self.env["ai.close.gate"]._snapshot_xmin())
        ask = {"counters": {}, "scopes": {"rules": []}}
        for absurd in (
            "-1",
            -1,
            "soon",
            "",
            "1.5",
            7,
            True,
            "٣",
            str(reached + 10**6),
            "18446744073709551616",
            "9" * 20,
            "9" * 40,
        ):
            with self.subTest(watermark=absurd):
                self.refused("RUN010", "finish", **self.held, **ask, watermark=absurd)
                self.assertEqual(self.env["ai.close.run"].browse(self.held["run_id"]).state, "running")
        self.port("finish", **self.held, **ask, watermark=str(reached))
        self.assertEqual(self.env["ai.close.run"].browse(self.held["run_id"]).watermark, str(reached))

    def test_the_next_run_gets_watermark_and_decisions(self):
        self._statuses(self.finding(1), self.finding(2, severity="low"))
        self.finish(self.held, ["CMP001"], watermark="77")
        self.rpc(
            self.preparer, "ai.close.finding", "action_waive", self._finding(2).ids, "below every threshold"
        )
        result, self.held = self.begin("run-00000002")
        self.assertEqual(result["watermark"], "77")
        self.assertEqual(
            result["decisions"], [{"kind": "finding", "key": self.finding(2)["key"], "state": "waived"}]
        )

    def test_a_waived_finding_stays_waived_until_it_outgrows_the_waiver(self):
        self._statuses(self.finding(1, severity="low", amount="100.00"))
        finding = self._finding()
        self.rpc(self.preparer, "ai.close.finding", "action_waive", finding.ids, "known and accepted")
        for amount in ("90.00", "105.00", "110.00"):
            self.assertEqual(self._statuses(self.finding(1, severity="low", amount=amount)), ["unchanged"])
            self.assertEqual((finding.state, finding.amount), ("waived", 100.0), "measured at the waiver")
        self.assertEqual(self._statuses(self.finding(1, severity="low", amount="110.01")), ["updated"])
        self.assertEqual((finding.state, finding.amount), ("open", 110.01))
        self.assertFalse(finding.waived_by_id)

    def test_a_waiver_of_one_covers_nothing_that_takes_two(self):
        self._statuses(self.finding(1, severity="low", amount="4900.00"))
        finding = self._finding()
        self.rpc(self.preparer, "ai.close.finding", "action_waive", finding.ids, "known and accepted")
        self.assertEqual(self._statuses(self.finding(1, severity="low", amount="4999.99")), ["unchanged"])
        self.assertEqual(self._statuses(self.finding(1, severity="low", amount="5000.00")), ["updated"])
        self.assertEqual(finding.state, "open", "materiality takes a second person")

    def test_a_waived_finding_that_becomes_graver_is_open_again(self):
        self._statuses(self.finding(1, severity="low", amount="100.00"))
        finding = self._finding()
        self.rpc(self.preparer, "ai.close.finding", "action_waive", finding.ids, "known and accepted")
        self.assertEqual(self._statuses(self.finding(1, severity="medium", amount="50.00")), ["updated"])
        self.assertEqual(finding.state, "open")

    def test_an_explanation_holds_for_what_it_explained(self):
        self._statuses(self.finding(1))
        finding = self._finding()
        self.rpc(self.preparer, "ai.close.finding", "action_explain", finding.ids, "the vendor sends it late")
        self.assertEqual(self._statuses(self.finding(1)), ["unchanged"])
        self.assertEqual(finding.state, "explained")
        self.assertEqual(self._statuses(self.finding(1, amount="9000.00")), ["updated"])
        self.assertEqual(finding.state, "open")

    def test_a_fix_that_did_not_hold_is_open_again(self):
        self._statuses(self.finding(1))
        self.rpc(self.preparer, "ai.close.finding", "action_mark_fixed", self._finding().ids)
        self.assertEqual(self._statuses(self.finding(1)), ["updated"])
        self.assertEqual(self._finding().state, "open")

    def test_a_killed_run_taken_up_again_ends_in_the_same_state(self):
        rows = [self.finding(n) for n in range(1, 6)]
        self._statuses(*rows[:3])
        _result, self.held = self.begin()  # the agent died and came back with the same key
        self.assertEqual(self._statuses(*rows), ["unchanged"] * 3 + ["created"] * 2)
        self.assertEqual(self.finish(self.held, ["CMP001"])["closed"], 0)
        self.assertEqual(
            self.env["ai.close.finding"].search_count(
                [("company_id", "=", self.company.id), ("state", "=", "open")]
            ),
            5,
        )

    def test_one_event_a_batch_and_none_for_nothing_new(self):
        self._statuses(self.finding(1), self.finding(2))
        events = self.audit("finding.propose")
        self.assertEqual(len(events), 1)
        self.assertIn('"created":2', events.after)
        self.assertEqual(
            (events.role, events.user_id, events.run_id), ("agent", self.agent.id, self.held["run_id"])
        )
        self._statuses(self.finding(1), self.finding(2))
        self.assertEqual(self.audit("finding.propose"), events)

    def test_a_period_that_was_locked_meanwhile_takes_no_rows(self):
        close = self.env["ai.close.run"].browse(self.held["run_id"]).close_id
        close._guarded().write({"state": "locked"})
        self.refused("RUN005", "submit", **self.held, kind="finding", rows=[self.finding(1)])
        self.assertFalse(self._finding())

    def test_too_many_rows(self):
        self.refused("RUN010", "submit", **self.held, kind="finding", rows=[self.finding(1)] * 1001)
        self.refused("RUN010", "submit", **self.held, kind="policy", rows=[])
