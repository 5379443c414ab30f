"""begin: whose turn it is."""

from datetime import timedelta

from odoo import fields
from odoo.addons.ai_close.kernel.answer import check_answer
from odoo.tests import tagged

from .common import PERIOD, PortCase
from .locks import lock_by_hand


@tagged("post_install", "-at_install")
class TestPortBegin(PortCase):
    def _ask(self, **more):
        return {
            "company": self.company.id,
            "period": PERIOD,
            "run_key": "run-00000001",
            "agent_version": "1.0.0",
            "rules_digest": "rules",
            **more,
        }

    def _late(self, run_id):
        run = self.env["ai.close.run"].browse(run_id)
        run._guarded().write({"lease_until": fields.Datetime.now() - timedelta(seconds=1)})
        return run

    def test_hello_and_begin_answer_as_agreed(self):
        check_answer("hello", self.port("hello"))
        check_answer("begin", self.port("begin", **self._ask()))
        check_answer("pending", self.port("pending"))

    def test_begin_tells_company_period_and_policy(self):
        result, _held = self.begin()
        self.assertEqual(result["period"], {"start": "2026-10-01", "end": "2026-10-31", "name": "2026-10"})
        self.assertEqual(result["company"]["tz"], "Europe/Brussels")
        self.assertEqual(result["policy"]["params"], self._params(self.company))
        self.assertFalse(result["resumed"])
        run = self.env["ai.close.run"].browse(result["run_id"])
        self.assertEqual((run.state, run.user_id), ("running", self.agent))
        self.assertNotIn(result["lease"], str(run.read()), "the token is kept as a digest only")

    def test_the_company_may_be_named(self):
        result, _held = self.begin(company=self.company.name)
        self.assertEqual(result["company"]["id"], self.company.id)

    def test_a_second_run_of_the_same_period_waits(self):
        self.begin()
        error = self.refused("RUN001", "begin", **self._ask(run_key="run-00000002"))
        self.assertEqual(error["kind"], "retry")

    def test_another_period_does_not_wait(self):
        self.begin()
        result, _held = self.begin("run-00000002", period="2026-09")
        self.assertEqual(result["period"]["name"], "2026-09")

    def test_the_same_key_takes_the_run_up_again_and_ends_the_old_lease(self):
        first, old = self.begin()
        again, new = self.begin()
        self.assertTrue(again["resumed"])
        self.assertEqual(again["run_id"], first["run_id"])
        self.refused("RUN002", "heartbeat", **old)
        check_answer("heartbeat", self.port("heartbeat", **new))

    def test_an_expired_lease_is_refused_everywhere(self):
        first, held = self.begin()
        self._late(first["run_id"])
        for method, more in {
            "heartbeat": {},
            "extract": {"dataset": "accounts"},
            "submit": {"kind": "finding", "rows": []},
            "finish": {"counters": {}, "scopes": {}},
            "fail": {"failures": []},
        }.items():
            with self.subTest(method=method):
                self.refused("RUN002", method, **held, **more)

    def test_an_expired_run_makes_room_and_can_be_taken_up_later(self):
        first, _held = self.begin()
        run = self._late(first["run_id"])
        second, held = self.begin("run-00000002")
        self.assertEqual(run.state, "expired")
        self.refused("RUN001", "begin", **self._ask())
        self.result("fail", **held, failures=[])
        again, _held = self.begin()
        self.assertEqual((again["run_id"], again["resumed"]), (first["run_id"], True))
        self.assertEqual(run.state, "running")
        self.assertEqual(self.env["ai.close.run"].browse(second["run_id"]).state, "failed")

    def test_the_cron_ends_runs_whose_agent_is_gone(self):
        first, _held = self.begin()
        run = self._late(first["run_id"])
        self.env["ai.close.run"]._cron_expire()
        self.assertEqual(run.state, "expired")
        self.assertTrue(run.date_end)

    def test_the_key_of_a_finished_run_is_used_up(self):
        _result, held = self.begin()
        self.finish(held)
        self.refused("RUN009", "begin", **self._ask())

    def test_a_key_of_another_period_is_used_up(self):
        self.begin()
        self.refused("RUN009", "begin", **self._ask(period="2026-09"))

    def test_a_locked_period_takes_no_run(self):
        lock_by_hand(self.company, fiscalyear_lock_date="2026-09-30")
        self.refused("RUN005", "begin", **self._ask(period="2026-09"))

    def test_companies_that_are_none_of_the_agents(self):
        other = self._make_company("Other")
        for company in (other.id, other.name, "No such company", 2**30):
            with self.subTest(company=company):
                self.refused("RUN003", "begin", **self._ask(company=company))

    def test_a_company_without_policy(self):
        plain = self._make_company("Plain", enabled=False)
        self.agent.company_ids += plain
        self.refused("RUN006", "begin", **self._ask(company=plain.id))

    def test_periods_that_are_none(self):
        self.refused("RUN010", "begin", **self._ask(period="2026-13"))
        self.refused("RUN010", "begin", **self._ask(period="October"))
        self.refused("RUN004", "begin", **self._ask(period="2099-01"))

    def test_a_version_that_does_not_fit(self):
        for version in ("0.9.0", "2.0.0", "10.0"):
            with self.subTest(version=version):
                self.refused("RUN007", "begin", **self._ask(agent_version=version))

    def test_only_the_agent(self):
        for user in (
            self.preparer,
            self.reviewer,
            self.controller,
            self.auditor,
            self.env.ref("base.user_admin"),
        ):
            for method, more in {"hello": {}, "pending": {}, "begin": self._ask(), "rotate_key": {}}.items():
                with self.subTest(user=user.login, method=method):
                    self.refused("RUN008", method, _user=user, **more)

    def test_an_agent_of_another_company_can_not_use_a_lease(self):
        _result, held = self.begin()
        other = self._make_company("Other")
        spy = self._make_user("close_spy", "agent", other)
        self.refused("RUN002", "extract", _user=spy, **held, dataset="accounts")
        self.refused("RUN002", "submit", _user=spy, **held, kind="finding", rows=[])
        # not even an agent of the same company: the lease belongs to the user who began
        twin = self._make_user("close_twin", "agent")
        self.refused("RUN002", "heartbeat", _user=twin, **held)
        self.refused("RUN001", "begin", _user=twin, **self._ask())

    def test_arguments_that_nobody_asked_for(self):
        self.refused("RUN010", "begin", **self._ask(state="done"))
        self.refused("RUN010", "heartbeat", run_id=1)
        self.refused("RUN010", "heartbeat", run_id="1", lease="x" * 30)

    def test_a_run_that_a_person_asked_for(self):
        close = self.env["ai.close"]._for_period(self.company, "2026-10-01")
        self.rpc(self.preparer, "ai.close", "action_run_now", close.ids)
        asked = self.result("pending")["runs"]
        self.assertEqual([(run["company_id"], run["period"]) for run in asked], [(self.company.id, PERIOD)])
        result, _held = self.begin(asked[0]["run_key"], trigger="person")
        run = self.env["ai.close.run"].browse(result["run_id"])
        self.assertEqual((run.requested_by_id, run.trigger), (self.preparer, "person"))
        self.assertEqual(self.result("pending")["runs"], [])

    def test_unexpected_errors_are_a_code_without_a_traceback(self):
        port = type(self.env["ai.close.agent"])
        with self.quiet("odoo.addons.ai_close.agent.envelope"):
            self.patch(port, "_begin_answer", lambda *a: {}["secret"])
            error = self.refused("RUN900", "begin", **self._ask())
        self.assertNotIn("secret", error["message"])
        self.assertFalse(
            self.env["ai.close.run"].search([("run_key", "=", "run-00000001")]), "nothing is left"
        )

    def test_serialization_failures_reach_odoo(self):
        from psycopg2.errors import SerializationFailure

        def late(*_args):
            raise SerializationFailure("somebody was faster")

        self.patch(type(self.env["ai.close.agent"]), "_begin_close", late)
        with self.assertRaises(SerializationFailure):
            self.port("begin", **self._ask())
