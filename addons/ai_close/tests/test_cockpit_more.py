"""What the cockpit draws, the agent's health, and all companies on one page."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .close_common import CloseCase


@tagged("post_install", "-at_install")
class TestCockpitMore(CloseCase):
    def cockpit(self, user=None):
        self.env.invalidate_all()
        return self.be(self.env["ai.close"], user or self.anna).cockpit(self.close.id)

    def figure(self, close, code, part, whole=1):
        return (
            self.env["ai.close.figure"]
            ._guarded()
            .create(
                {
                    "close_id": close.id, "company_id": close.company_id.id, "period_end": close.period_end,
                    "figure": code, "unit": "days", "part": part, "whole": whole, "value": part,
                    "measured": bool(whole), "current": True, "frozen": True,
                }
            )
        )  # fmt: skip

    def health(self):
        return {each["code"]: (each["state"], each["text"]) for each in self.cockpit()["health"]}

    def test_trend_of_the_last_twelve_closes(self):
        months = [(2025, month) for month in range(8, 13)] + [(2026, month) for month in range(1, 10)]
        closes = [
            self.env["ai.close"]._for_period(self.company, f"{year}-{month:02}-15") for year, month in months
        ]
        for number, close in enumerate(closes):
            self.figure(close, "close_days", number, 1 if number % 2 else 0)
        trend = self.cockpit()["trend"]
        self.assertEqual(len(trend), 12)
        self.assertEqual((trend[0]["label"], trend[-1]["label"]), ("Nov 2025", "Oct 2026"))
        # one that is not measured is a gap, never 0
        self.assertEqual([row["close_days"] for row in trend[:4]], [3.0, None, 5.0, None])
        self.assertEqual([row["close_days_text"] for row in trend[:2]], ["3", None])

    def test_lines_of_the_close_on_the_screen_are_counted_now(self):
        self.figure(self.close, "auto_match", 0, 0)
        item, line = self.invoice(100), self.bank_line(100)
        self.bank_line(50)
        (answer,) = self.submit("ai.close.match", self.run_of_agent(), self.match_row(line, item))
        match = self.env["ai.close.match"].sudo().search([("key", "=", answer["key"])])
        self.be(match, self.anna).action_accept()
        row = self.cockpit()["trend"][-1]
        self.assertEqual((row["auto_match"], row["touchless"]), (50.0, 0.0))
        self.assertEqual(self.cockpit()["proposals"]["match_states"]["accepted"], 1)

    def test_health_of_the_agent(self):
        self.assertEqual(self.health()["run"], ("bad", "The agent has not run in this company yet"))
        run = self.run_of_agent()
        self.assertEqual(self.health()["run"], ("ok", "The agent is running"))
        self.finish(run)
        run.flush_recordset()
        self.assertEqual(self.health()["run"][0], "ok")
        self.assertEqual(self.health()["rules"], ("ok", "Every rule was judged"))
        self.env.cr.execute(
            "UPDATE ai_close_run SET failures = '[{}, {}]', cost = 0.41,"
            " date_end = date_end - interval '30 hours' WHERE id = %s",
            [run.id],
        )
        self.assertEqual(self.health()["run"], ("warn", "No run for 30 hours"))
        self.assertEqual(self.health()["rules"], ("warn", "2 rules were not judged"))
        (blocker,) = [each for each in self.close._readiness()["blockers"] if each["code"] == "RUN"]
        self.assertEqual(blocker["label"], "No run of the agent for 30 hours")
        self.assertEqual(self.cockpit()["cost"], {"runs": 1, "cost": "0.41"})
        self.assertEqual(self.health()["key"], ("bad", "The agent has no key"))
        end = fields.Datetime.now() + timedelta(days=9, hours=1)
        self.env["res.users.apikeys"].with_user(self.robot).sudo()._generate("rpc", "agent", end)
        self.assertEqual(self.health()["key"], ("warn", "The agent's key expires in 9 days"))
        with freeze_time(end + timedelta(days=2)):
            self.assertEqual(self.health()["key"], ("bad", "The agent's key has expired"))

    def test_all_companies_that_the_user_may_see(self):
        other = self.setup_other_company()["company"]
        other_close = (
            self.env["ai.close"]
            ._guarded()
            .create(
                {
                    "name": "October 2026", "company_id": other.id, "period_start": "2026-10-01",
                    "period_end": "2026-10-31",
                }
            )
        )  # fmt: skip
        rows = self.be(self.env["ai.close"], self.anna).cockpit_group()["companies"]
        self.assertEqual([row["close_id"] for row in rows], [self.close.id])
        self.anna.company_ids = [(4, other.id)]
        rows = self.be(self.env["ai.close"], self.anna).cockpit_group()["companies"]
        self.assertEqual({row["close_id"]: row["selected"] for row in rows},
                         {self.close.id: True, other_close.id: False})  # fmt: skip
        self.assert_refused("SOD002", self.be(self.env["ai.close"], self.robot).cockpit_group)

    def test_a_row_tells_what_is_open_and_where(self):
        self.env["ai.close.finding"]._guarded().create(
            {
                "key": "x", "close_id": self.close.id, "company_id": self.company.id, "rule": "CMP001",
                "severity": "critical", "title": "x",
            }
        )  # fmt: skip
        self.close._refresh()
        (row,) = self.be(self.env["ai.close"], self.audrey).cockpit_group()["companies"]
        self.assertEqual(row["findings"], {"critical": 1, "high": 0})
        opened = {each["name"]: each for each in row["open"]}
        self.assertEqual(opened["findings"]["count"], 1)
        self.assertEqual(opened["tasks"]["count"], len(self.close.task_ids))
        action = opened["findings"]["action"]
        self.assertEqual(self.env[action["res_model"]].sudo().search_count(action["domain"]), 1)
        self.assertIsNone(row["figures"]["close_days"])
        self.figure(self.close, "close_days", 6)
        (row,) = self.be(self.env["ai.close"], self.audrey).cockpit_group()["companies"]
        self.assertEqual(row["figures"]["close_days"], "6 days")
