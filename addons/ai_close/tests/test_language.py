"""Which language model may be asked: offered by the agent, proposed and taken into use by two people."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .language_case import FIGURES, MODEL, PROMPTS, TASKS, LanguageCase


@tagged("post_install", "-at_install")
class TestLanguage(LanguageCase):
    def test_the_agent_offers_and_asks_nothing(self):
        self.assertIsNone(self.begin()["language"])
        first = self.offer()
        self.assertEqual(first, {"version": 1, "state": "draft"})
        self.assertEqual(self.offer(), first, "the same content again")
        self.assertEqual(self.offer(cost="0.02")["version"], 2)
        (event,) = self.events("language.offer")[-1:]
        self.assertEqual(event.role, "agent")
        self.assertIn(PROMPTS["entry"]["digest"], event.evidence)

    def test_an_offer_that_is_not_as_agreed_is_refused(self):
        offer = {
            "model": MODEL, "address": "127.0.0.1:1", "prompts": PROMPTS, "figures": FIGURES,
            "usage": {"calls": 1, "tokens_in": 1, "tokens_out": 1}, "cost": "0", "currency": "USD",
        }  # fmt: skip
        for change in (
            {"prompts": {"approve": PROMPTS["entry"]}},
            {"prompts": {}},
            {"figures": {"approve": FIGURES["entry"]}},
            {"address": "http://u:p@host/v1"},
            {"cost": 0.5},
            {"state": "in_force"},
        ):
            with self.subTest(change=change):
                said = self.port(
                    "language_offer",
                    company=self.company.id,
                    agent_version="1.0.0",
                    offer={**offer, **change},
                )
                self.assertEqual(said["error"]["code"], "RUN010")
        said = self.port(
            "language_offer", user=self.carla, company=self.company.id, agent_version="1.0.0", offer=offer
        )
        self.assertEqual(said["error"]["code"], "RUN008")
        other = self.env["res.company"].create({"name": "Another company"})
        said = self.port("language_offer", company=other.id, agent_version="1.0.0", offer=offer)
        self.assertEqual(said["error"]["code"], "RUN003")
        self.assertFalse(self.languages.search([("company_id", "in", (self.company.id, other.id))]))

    def test_the_agent_and_one_person_alone_take_nothing_into_use(self):
        language = self.offered()
        for user, code in ((self.robot, "SOD002"), (self.anna, "SOD003"), (self.audrey, "SOD003")):
            self.assert_refused(code, self.be(language, user).action_propose, "I want it")
        self.assert_refused("ENT006", self.be(language, self.carla).action_propose, "")
        self.assert_refused("ENT001", self.be(language, self.carla).action_approve)
        self.be(language, self.carla).action_propose("It explains well")
        for user, code in ((self.carla, "SOD001"), (self.ben, "SOD003"), (self.robot, "SOD002")):
            self.assert_refused(code, self.be(language, user).action_approve)
        seen = self.be(language, self.dirk).with_context(ai_close_seen="0" * 64)
        self.assert_refused("ENT015", seen.action_approve)
        self.assertEqual(language.state, "proposed")
        self.be(language, self.dirk).action_approve()
        self.assertEqual((language.state, language.approved_by_id), ("in_force", self.dirk))
        self.assertTrue(self.events("language.propose") and self.events("language.approve"))

    def test_nobody_writes_a_state_or_a_name_and_no_context_key_helps(self):
        language = self.offered()
        self.be(language, self.carla).action_propose("It explains well")
        forged = {"ai_close_pass": True, "default_state": "in_force", "uid": self.dirk.id, "su": True}
        for user in (self.robot, self.ben, self.carla):
            own = self.be(language, user).with_context(**forged)
            for vals in ({"state": "in_force"}, {"approved_by_id": self.dirk.id}, {"model": "other"}):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    own.write(vals)
            with self.assertRaises(UserError), self.env.cr.savepoint():
                own.create({"company_id": self.company.id, "model": "x"})
            # nor where some code acts for him with all rights: no key of a context is the pass
            self.assert_refused("AUD002", own.sudo().write, {"state": "in_force"})
        own = self.be(language, self.carla).with_context(**forged)
        self.assert_refused("SOD001", own.action_approve)
        self.env.invalidate_all()
        self.assertEqual((language.state, language.model), ("proposed", MODEL))

    def test_the_database_wants_two_people_too(self):
        language = self.proposed()
        for vals in ({"state": "in_force"}, {"state": "in_force", "approved_by_id": self.ben.id}):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                language._guarded().write(vals)
                language.flush_recordset()

    def test_what_was_changed_or_compared_with_another_is_not_taken(self):
        language = self.proposed()
        language._guarded().write({"address": "somewhere.example:443"})
        self.assert_refused("POL026", self.be(language, self.carla).action_approve)
        self.be(language, self.carla).action_reject("Not what was proposed")
        self.in_use(cost="1")
        second = self.proposed(cost="2")
        self.assert_refused("POL004", self.be(self.offered(cost="3"), self.carla).action_propose, "One more")
        self.be(self.languages._in_force(self.company), self.dirk).action_switch_off("It costs too much")
        self.assert_refused("POL025", self.be(second, self.carla).action_approve)

    def test_a_run_is_told_what_may_be_asked(self):
        language = self.in_use()
        self.policy_says(tasks=["finding", "entry"], month_limit="10.00")
        said = self.begin()["language"]
        self.assertEqual(
            said,
            {
                "version": 1,
                "model": MODEL,
                "prompts": {task: PROMPTS[task]["digest"] for task in ("finding", "entry")},
                "tasks": ["finding", "entry"],
                "month_limit": "10.00",
                "month_spent": "0",
                "currency": "USD",
            },
        )
        self.assertEqual(self.begun.language_id, language)
        self.finish()
        self.policy_says(is_on=False)
        self.assertIsNone(self.begin("run-00000003")["language"])
        self.assertFalse(self.begun.language_id)

    def test_what_a_month_cost_is_summed_exactly(self):
        self.in_use()
        self.begin()
        self.hand_in("exchange", *(self.asked(number=at, cost="0.0000001") for at in range(1, 4)))
        self.finish(cost="0.0000003")
        said = self.begin("run-00000003")["language"]
        self.assertEqual(said["month_spent"], "0.0000003")
        self.finish(cost="0.1")
        said = self.begin("run-00000004")["language"]
        self.assertEqual(said["month_spent"], "0.1000003")
        self.hand_in("exchange", self.asked(cost="0.02"))
        self.port("fail", **self.held, failures=[{"message": "broke"}])
        said = self.begin("run-00000005")["language"]
        self.assertEqual(said["month_spent"], "0.1200003", "what a dead run asked was paid too")
        self.begun._guarded().write({"date_start": "2026-01-01 00:00:00"})
        self.finish(cost="5")
        self.assertEqual(self.languages._month_spent(self.company), "0.1200003", "of another month")

    def test_runs_side_by_side_never_spend_the_months_limit_twice(self):
        self.in_use()
        self.policy_says(month_limit="10.00")
        self.assertEqual(self.begin()["language"]["month_spent"], "0")
        first = self.begun
        said = self.begin("run-00000003", period="2026-09")["language"]
        self.assertEqual(said["month_spent"], "10.00", "what is left is promised to the first")
        self.assertEqual(
            self.begin("run-00000002")["language"]["month_spent"], "10.00", "and now to that one"
        )
        self.begin("run-00000003", period="2026-09")
        self.finish(cost="4")
        self.assertEqual(self.begin("run-00000002")["language"]["month_spent"], "4", "the other has ended")
        first._guarded().write({"lease_until": "2026-01-01 00:00:00"})
        said = self.begin("run-00000004", period="2026-09")["language"]
        self.assertEqual(said["month_spent"], "4", "nobody works on the first any more")
        self.policy_says()
        self.assertEqual(
            self.begin("run-00000002")["language"]["month_spent"], "4", "without a limit it is told"
        )

    def test_the_months_limit_is_a_companys_own(self):
        self.in_use()
        self.begin()
        self.finish(cost="4")
        other = self.env["res.company"].create({"name": "Another"})
        self.assertEqual(self.languages._month_spent(other), "0")

    def test_one_controller_switches_off_at_once_and_two_bring_back(self):
        language = self.in_use()
        self.begin()
        finding = self.finding()
        text = self.written(finding)
        for user, code in ((self.robot, "SOD002"), (self.ben, "SOD003"), (self.audrey, "SOD003")):
            self.assert_refused(code, self.be(language, user).action_switch_off, "It must stop")
        self.be(language, self.carla).action_switch_off("It must stop")
        self.assertEqual((language.state, language.ended_by_id), ("replaced", self.carla))
        self.assertFalse(text.active)
        self.assertFalse(self.be(finding, self.anna).model_texts)
        self.assertEqual(self.events("language.off")[0].reason, "It must stop")
        (answer,) = self.hand_in("text", self.words("finding", "finding", finding.key))
        self.assertEqual(answer["status"], "refused", "the run under way hands in no text any more")
        self.assertEqual(self.statuses("exchange", self.asked(number=5)), ["created"], "but what it asked")
        self.finish()
        self.assertIsNone(self.begin("run-00000003")["language"])
        back = self.languages.browse(self.be(language, self.carla).action_bring_back("It helped")["res_id"])
        self.assertEqual((back.version, back.prompts, back.state), (2, PROMPTS, "proposed"))
        self.assert_refused("SOD001", self.be(back, self.carla).action_approve)
        self.be(back, self.dirk).action_approve()
        self.assertEqual(self.languages._in_force(self.company), back)

    def test_another_version_takes_the_place_and_shows_both(self):
        first = self.in_use()
        better = {task: {**FIGURES[task], "taken": 5, "template": 0} for task in TASKS}
        second = self.in_use(figures=better)
        self.assertEqual((first.state, second.base_id), ("replaced", first))
        self.assertIn("4 → 5", str(second.figure_rows))

    def test_who_reads_versions_and_questions(self):
        language = self.in_use()
        self.begin()
        self.hand_in("exchange", self.asked())
        exchange = self.env["ai.close.exchange"].sudo().search([("company_id", "=", self.company.id)])
        for user in (self.carla, self.audrey):
            (read,) = self.be(exchange, user).read(["request", "answers", "tokens_in", "cost"])
            self.assertIn("[NAME_1]", read["request"])
            self.assertEqual((read["answers"], read["tokens_in"]), (['{"text": "{what}"}'], 900))
        for user in (self.anna, self.ben, self.robot):
            with self.assertRaises(AccessError):
                self.be(exchange, user).read(["request"])
            self.assertFalse(
                self.be(self.env["ai.close.audit"], user).search([("action", "=", "language.ask")])
                if user != self.robot
                else False
            )
        with self.assertRaises(AccessError):
            self.be(language, self.robot).read(["prompts"])
        for user in (self.anna, self.carla, self.audrey):
            Form(self.be(language, user))
        Form(self.be(exchange, self.audrey))
        for user in (self.carla, self.robot):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.be(exchange, user).write({"outcome": "fine"})
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.be(exchange, user).unlink()

    def test_each_question_is_one_event_that_holds_all_of_it(self):
        self.in_use()
        self.begin()
        before = len(self.events("language.ask"))
        self.assertEqual(self.statuses("exchange", self.asked(), self.asked(number=2)), ["created"] * 2)
        self.assertEqual(
            self.statuses("exchange", self.asked(), self.asked(number=3)), ["unchanged", "created"]
        )
        events = self.events("language.ask")
        self.assertEqual(len(events) - before, 3)
        self.assertEqual((events[0].run_id, events[0].company_id), (self.begun.id, self.company.id))
        for part in ("ef" * 32, "[NAME_1]", "{what}", "taken", "0.0012"):
            self.assertIn(part, events[0].evidence)
        self.assertFalse(self.events("exchange.propose"), "no second event for the batch")
        self.assertEqual(self.statuses("exchange", self.asked(number=4, model="other")), ["created"])
        other = self.env["ai.close.exchange"].sudo().search([("model", "=", "other")])
        self.assertFalse(other.language_id, "a question that no version covers is noted as such")
