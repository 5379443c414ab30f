"""The close as a whole: readiness that counts items, the cockpit's one call, who may ask for what."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .close_common import CloseCase


@tagged("post_install", "-at_install")
class TestCloseFlow(CloseCase):
    def finding(self, severity="high", amount=100.0, key="CMP001:1:x"):
        return (
            self.env["ai.close.finding"]
            ._guarded()
            .create(
                {
                    "key": key,
                    "close_id": self.close.id,
                    "company_id": self.company.id,
                    "rule": "CMP001",
                    "severity": severity,
                    "title": "Drafts",
                    "amount": amount,
                }
            )
        )

    def blockers(self):
        return {each["code"]: each for each in self.close._readiness()["blockers"]}

    def test_readiness_counts_items_and_names_every_blocker(self):
        self.bank_line(100)
        self.bank_line(-30.5)
        self.bank_line(40)._ai_close_settle([(self.invoice(40),)])
        self.env["account.move"].create({"date": "2026-10-15", "journal_id": self.general.id})
        self.finding("critical", 4200)
        self.finding("medium", 5, "CMP001:1:y")
        readiness = self.close._readiness()
        found = {each["code"]: each for each in readiness["blockers"]}
        self.assertEqual(set(found), {"RUN", f"BANK:{self.bank.code}", "DRAFT", "FINDING:critical", "TASK"})
        bank = found[f"BANK:{self.bank.code}"]
        self.assertEqual((bank["count"], bank["amount"], bank["owner"]), (2, 130.5, "Anna"))
        self.assertIn("130.50", bank["amount_text"])
        self.assertEqual(readiness["blockers"][0]["code"], "FINDING:critical", "dearest first")
        self.assertEqual(
            readiness["counters"],
            {
                "run": {"done": 0, "total": 1},
                "bank lines": {"done": 1, "total": 3},
                "drafts": {"done": 0, "total": 1},
                "findings": {"done": 0, "total": 1},
                "entries": {"done": 0, "total": 0},
                "tasks": {"done": 0, "total": 8},
                "manual entries": {"done": 0, "total": 0},
            },
        )
        self.assertEqual(readiness["pct"], 100 * 1 // 14)
        for blocker in readiness["blockers"]:
            model = self.env[blocker["action"]["res_model"]].sudo()
            domain = blocker["action"]["domain"]
            self.assertGreaterEqual(
                model.search_count(domain), 1 if blocker["code"] != "RUN" else 0, blocker["code"]
            )

    def test_never_100_with_a_blocker(self):
        self.finish(self.run_of_agent())
        self.sign_all_tasks()
        self.assertEqual(self.close._readiness()["pct"], 100)
        self.finding("high")
        readiness = self.close._readiness()
        self.assertLess(readiness["pct"], 100)
        self.patch(
            type(self.close),
            "_count_findings",
            lambda close: (
                "findings",
                5000,
                5000,
                [close._blocker("X", "x", 1, {}, rank=1, severity="high")],
            ),
        )
        self.assertEqual(self.close._readiness()["pct"], 99)

    def test_state_follows_the_data(self):
        self.be(self.close, self.anna).action_refresh()
        self.assertEqual(self.close.state, "open")
        self.finish(self.run_of_agent())
        self.assertEqual((self.close.state, self.close.last_run_id.run_key), ("working", "run-1"))
        self.sign_all_tasks()
        self.be(self.close, self.anna).action_refresh()
        self.assertEqual((self.close.state, self.close.readiness_pct), ("ready", 100))
        finding = self.finding("critical")
        self.be(self.close, self.anna).action_refresh()
        self.assertEqual(self.close.state, "working")
        finding._transition("closed", role="server")
        self.be(self.close, self.anna).action_refresh()
        self.assertEqual(self.close.state, "working", "the findings' sign-off went stale and is given anew")
        self.be(self.close.task_ids.filtered(lambda task: task.code == "FINDING"), self.ben).action_sign()
        self.be(self.close, self.anna).action_refresh()
        self.assertEqual(self.close.state, "ready")

    def test_fixed_blocks_until_a_run_confirms(self):
        finding = self.finding("high")
        self.be(finding, self.anna).action_mark_fixed()
        self.assertIn("FINDING:high", self.blockers())
        run = self.run_of_agent()
        self.finish(run, rules=["CMP001"])
        self.assertNotIn("FINDING:high", self.blockers())

    def test_cockpit_is_one_call_with_everything(self):
        self.finish(self.run_of_agent())
        self.bank_line(100)
        cockpit = self.be(self.env["ai.close"], self.anna).cockpit()
        self.assertEqual(cockpit["close"]["id"], self.close.id)
        self.assertEqual((cockpit["close"]["period"], cockpit["close"]["state"]), ("2026-10", "working"))
        self.assertEqual(cockpit["never_run"], False)
        self.assertEqual(cockpit["tasks"], {"done": 0, "total": 8})
        self.assertEqual(cockpit["can"]["request_lock"], False)
        self.assertTrue(cockpit["can"]["run_now"])
        self.assertEqual([area["pct"] for area in cockpit["areas"] if area["code"] == "stock"], [None])
        self.assertEqual(len(cockpit["deadlines"]), 8)
        self.assertTrue(cockpit["deadlines"][0]["overdue"] in (True, False))
        self.assertEqual(cockpit["run"]["state"], "done")

    def test_cockpit_is_for_people_of_the_company(self):
        self.assertEqual(self.be(self.env["ai.close"], self.audrey).cockpit()["can"]["run_now"], False)
        self.assert_refused("SOD002", self.be(self.env["ai.close"], self.robot).cockpit)
        other = self.setup_other_company()["company"]
        stranger = self.person("stranger", "preparer")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            self.env["ai.close"].with_user(stranger).with_context(allowed_company_ids=other.ids).cockpit(
                self.close.id
            )
        self.assertIsNone(
            self.env["ai.close"]
            .with_user(stranger)
            .with_context(allowed_company_ids=other.ids)
            .cockpit()["close"]
        )

    def test_run_now_is_asked_once(self):
        self.be(self.close, self.anna).action_run_now()
        self.be(self.close, self.ben).action_run_now()
        self.assertEqual(self.close.run_ids.mapped("state"), ["requested"])
        self.assert_refused("SOD003", self.be(self.close, self.audrey).action_run_now)

    def test_a_close_is_written_by_its_methods_only(self):
        for vals in ({"state": "locked"}, {"period_end": "2026-12-31"}, {"readiness_pct": 100}):
            self.assert_refused("AUD002", self.be(self.close, self.carla).write, vals)
        self.assert_refused(
            "AUD002",
            self.be(self.env["ai.close"], self.carla).with_context(default_state="locked").create,
            {},
        )

    def test_reason_dialog_takes_known_steps_only(self):
        task = self.close.task_ids.filtered(lambda each: each.code == "STOCK")
        self.be(task, self.anna).action_prepare("Looked at by hand, in order.")
        context = {
            "active_model": "ai.close.task",
            "active_ids": task.ids,
            "allowed_company_ids": self.company.ids,
        }
        Reason = self.env["ai.close.reason"].with_user(self.ben)
        Reason.with_context(**context, ai_close_method="action_send_back").create(
            {"reason": "count is missing"}
        ).action_confirm()
        self.assertEqual(task.state, "open")
        wrong = Reason.with_context(**context, ai_close_method="action_sign").create(
            {"reason": "count is missing"}
        )
        self.assert_refused("AUD004", wrong.action_confirm)
