"""Versions of the matcher: asked for, trained by the agent, compared with what people did, taken into use."""

import json
from unittest.mock import patch

from odoo.addons.ai_close.kernel.matcher import DELIVERED, mark
from odoo.addons.ai_close.models import close_matcher, close_matcher_month
from odoo.tests import tagged

from .close_common import CloseCase

AGENT = {"agent_version": "1.0.0"}


@tagged("post_install", "-at_install")
class TestMatcher(CloseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_1 = cls.run_of_agent()
        cls.matchers = cls.env["ai.close.matcher"].sudo()
        cls.matches = cls.env["ai.close.match"].sudo()
        for module in (close_matcher, close_matcher_month):
            cls.startClassPatcher(patch.object(module, "FEWEST", 5))
        cls.history = cls.decided()

    # -- what people did

    @classmethod
    def proposed(cls, amount, date="2026-10-20", label="INV", **changes):
        item, line = cls.invoice(amount), cls.bank_line(amount, label, date=date)
        (answer,) = cls.submit("ai.close.match", cls.run_1, cls.match_row(line, item, **changes))
        return cls.matches.search([("key", "=", answer["key"])])

    @classmethod
    def decided(cls):
        """Let Anna accept five matches, four of them of October."""
        found = cls.matches
        for at in range(5):
            found |= cls.proposed(100 + at, date="2026-10-20" if at else "2026-09-20")
        cls.be(found, cls.anna).action_accept()
        return found

    # -- the port

    def port(self, method, **kwargs):
        answer = getattr(self.be(self.env["ai.close.agent"], self.robot), method)(**kwargs)
        self.env.invalidate_all()
        return answer

    def result(self, method, **kwargs):
        answer = self.port(method, **kwargs)
        self.assertTrue(answer["ok"], answer)
        return answer["result"]

    def rows(self, matcher):
        found, after = [], 0
        while after is not None:
            page = self.result("matcher_extract", key=matcher.key, after=after, limit=3)
            self.assertLessEqual(len(page["rows"]), 3)
            found += page["rows"]
            after = page["next"]
        return {row["id"]: row for row in found}

    def train(self, user=None):
        action = self.be(self.env["ai.close.matcher"], user or self.ben).action_train()
        return self.matchers.browse(action["res_id"])

    def learned(self, partner=None, account=None):
        """Return contents as the agent sends them."""
        return {
            "format": 1,
            "aliases": {"name:ACME": [[(partner or self.partner_a).id, 3, 3]]},
            "counterparts": [["label:COMMISSION", "-", [["bank_fee", (account or self.expense).id, 4, 5]]]],
            "weights": {"items": {"alias": "1.25"}},
            "curves": {"items": [["0.5", "0.4"]]},
            "trained": {"rows": 20, "first": "2026-09-20"},
        }

    def answer(self, row, right=True, band="auto"):
        items = row["chosen"]["item_ids"] if right else [row["chosen"]["item_ids"][0] + 1]
        return {"items": items, "kind": "items", "account": None, "confidence": "0.99", "band": band}

    def finish(self, matcher, answers, payload=None, card="Trained on October.", **more):
        values = {"payload": payload or self.learned(), "card": card, "answers": answers, "failed": None}
        return self.port("matcher_finish", key=matcher.key, **{**values, **more})

    def trained(self, user=None, worse=False):
        """Return a version that the agent handed in: right on all lines held out, or on none."""
        matcher = self.train(user)
        self.result("matcher_begin", key=matcher.key, **AGENT)
        answers = [
            {"id": key, "before": self.answer(row, right=worse), "after": self.answer(row, right=not worse)}
            for key, row in self.rows(matcher).items()
            if row["chosen"]
        ]
        payload = {**self.learned(), "trained": {"rows": matcher.version}}
        answer = self.finish(matcher, answers, payload=payload)
        self.assertEqual((answer["ok"], matcher.state), (True, "proposed"), answer)
        return matcher

    def events(self, action):
        self.env.flush_all()
        return self.env["ai.close.audit"].sudo().search([("action", "=", action)], order="id desc")

    # -- facts

    def test_a_history_tells_what_was_accepted_rejected_and_chosen_instead(self):
        accepted, rejected, corrected = (self.proposed(amount) for amount in (100, 200, 300))
        unattended = self.proposed(500)
        self.be(accepted, self.anna).action_accept()
        self.be(rejected, self.anna).action_reject("Another customer")
        other = self.invoice(300)
        by_hand = self.be(self.env["ai.close.match.manual"], self.anna).create(
            {"statement_line_id": corrected.statement_line_id.id, "item_ids": [(6, 0, other.ids)]}
        )
        by_hand.action_match()
        fee = self.bank_line(-12, "COMMISSION", partner_name="The Bank")
        self.be(self.env["ai.close.match.manual"], self.anna).create(
            {"statement_line_id": fee.id, "account_id": self.expense.id, "label": "Fee"}
        ).action_match()
        unattended.with_user(self.env.ref("base.user_root"))._guarded().write(
            {"state": "accepted", "accepted_by_id": self.env.ref("base.user_root").id}
        )
        rows, following = self.matches._training_page(self.company, 0, 100)
        self.assertIsNone(following)
        found = {row["lines"][0]["id"]: row for row in rows}
        lines = (accepted | rejected | corrected).statement_line_id | fee
        lines_before = self.history.statement_line_id.ids
        self.assertEqual(
            set(found) - set(lines_before),
            set(lines.ids),
            "what the server accepted by itself teaches nothing",
        )
        by_line = [found[line.id] for line in lines]
        self.assertEqual(
            [row["decision"] for row in by_line], ["accepted", "rejected", "corrected", "corrected"]
        )
        first, no, instead, booked = by_line
        self.assertEqual(first["chosen"]["item_ids"], accepted.item_ids.move_line_id.ids)
        self.assertEqual(first["items"][0]["amount_residual"], "100.00", "as it was open then")
        self.assertIsNone(first["lines"][0]["partner_id"], "accepting wrote the partner on the line")
        self.assertEqual((no["chosen"], no["reason"]), (None, "Another customer"))
        self.assertEqual(instead["chosen"]["item_ids"], other.ids)
        self.assertEqual(instead["proposal"]["item_ids"], corrected.item_ids.move_line_id.ids)
        self.assertEqual(
            {item["id"] for item in instead["items"]}, {other.id, *corrected.item_ids.move_line_id.ids}
        )
        self.assertEqual(
            (booked["proposal"], booked["chosen"]["account"], booked["lines"][0]["amount"]),
            (None, self.expense.id, "-12.00"),
        )
        json.dumps(rows)

    def test_too_little_or_nothing_new_is_no_training(self):
        with patch.object(close_matcher, "FEWEST", 6):
            self.assert_refused("POL023", self.be(self.env["ai.close.matcher"], self.ben).action_train)
        for user, code in ((self.anna, "SOD003"), (self.audrey, "SOD003"), (self.robot, "SOD002")):
            self.assert_refused(code, self.be(self.env["ai.close.matcher"], user).action_train)
        first = self.trained()
        self.assert_refused("POL004", self.be(self.env["ai.close.matcher"], self.ben).action_train)
        self.be(first, self.carla).action_approve()
        self.assert_refused("POL023", self.be(self.env["ai.close.matcher"], self.ben).action_train)

    # -- trained by the agent, counted here

    def test_the_agent_learns_and_odoo_counts_against_what_people_did(self):
        matcher = self.train()
        self.assertEqual(self.train(), matcher, "one request is enough")
        wanted = self.result("pending")["trainings"]
        self.assertEqual([one["company_id"] for one in wanted], self.company.ids)
        begun = self.result("matcher_begin", key=wanted[0]["key"], **AGENT)
        self.assertEqual(
            (begun["held_out"], begun["current"], begun["facts"]), (["2026-10"], None, len(self.history))
        )
        rows = self.rows(matcher)
        self.assertEqual(set(rows), set(self.history.ids))
        october = [key for key, row in rows.items() if row["lines"][0]["date"] >= "2026-10-01"]
        answers = [
            {
                "id": key,
                "before": self.answer(rows[key], right=at > 1),
                "after": None if not at else self.answer(rows[key], band="review" if at == 1 else "auto"),
            }
            for at, key in enumerate(october[:-1])
        ]
        september = next(key for key in rows if key not in october)
        answers.append({"id": september, "before": None, "after": self.answer(rows[september])})
        self.assertEqual(self.finish(matcher, answers)["result"], {"state": "proposed"})
        self.assertEqual(self.finish(matcher, [])["result"], {"state": "proposed"}, "asked again")
        self.assertEqual(matcher.mark, mark(self.learned()))
        row, whole = matcher.figures
        self.assertEqual((whole["kind"], whole["lines"]), ("all", 4))
        self.assertEqual((row["kind"], row["lines"], row["untried"], row["few"]), ("items", 4, 1, True))
        self.assertEqual((matcher.right_before, matcher.wrong_before, matcher.auto_wrong_before), (1, 2, 2))
        self.assertEqual(
            (matcher.right_after, matcher.wrong_after, matcher.open_after, matcher.auto_after), (2, 0, 1, 1)
        )
        self.assertFalse(matcher.is_worse)
        self.assertTrue(self.events("matcher.train") and self.events("matcher.read"))
        self.assertEqual(self.events("matcher.propose")[0].role, "agent")

    def test_only_the_agent_with_the_key_and_only_what_the_company_has(self):
        matcher = self.train()
        self.assertEqual(self.port("matcher_begin", key="x" * 30, **AGENT)["error"]["code"], "POL022")
        port = self.be(self.env["ai.close.agent"], self.carla)
        self.assertEqual(port.matcher_begin(key=matcher.key, **AGENT)["error"]["code"], "RUN008")
        self.result("matcher_begin", key=matcher.key, **AGENT)
        other = self.env["res.company"].create({"name": "Another company"})
        elsewhere = self.env["res.partner"].create({"name": "Elsewhere", "company_id": other.id})
        bad = [
            self.learned(partner=elsewhere),
            {**self.learned(), "aliases": {"name:X": [[99999999, 1, 1]]}},
            {**self.learned(), "counterparts": [["label:X", "-", [["bank_fee", 99999999, 1, 1]]]]},
            {**self.learned(), "more": 1},
            {**self.learned(), "weights": {"items": {"alias": "1e5; drop"}}},
            {**self.learned(), "format": 2},
        ]
        for payload in bad:
            with self.subTest(payload=payload):
                self.assertEqual(self.finish(matcher, [], payload=payload)["error"]["code"], "RUN010")
        self.assertEqual(matcher.state, "requested")
        self.assertEqual(
            self.finish(matcher, [], failed="The history can't be read")["result"]["state"], "failed"
        )
        self.assertEqual(self.port("matcher_extract", key=matcher.key)["error"]["code"], "POL022")

    # -- taken into use

    def test_two_people_take_it_into_use_and_the_next_run_gets_it(self):
        matcher = self.trained(user=self.carla)
        for user, code in ((self.carla, "SOD001"), (self.ben, "SOD003"), (self.robot, "SOD002")):
            self.assert_refused(code, self.be(matcher, user).action_approve)
        self.assert_refused(
            "ENT015", self.be(matcher, self.dirk).with_context(ai_close_seen="0" * 64).action_approve
        )
        self.be(matcher, self.dirk).action_approve()
        self.assertEqual((matcher.state, matcher.approved_by_id), ("in_force", self.dirk))
        self.run_1._guarded().write({"state": "done"})
        begun = self.result(
            "begin",
            company=self.company.id,
            period="2026-10",
            run_key="run-00000002",
            agent_version="1.0.0",
            rules_digest="x",
            trigger="cli",
        )["matcher"]
        self.assertEqual(begun, {"version": 1, "digest": matcher.digest, "payload": matcher.payload})
        run = self.env["ai.close.run"].sudo().search([("run_key", "=", "run-00000002")])
        made = self.matches._row_vals(
            run, {**self.match_row(self.bank_line(5), self.invoice(5)), "model": matcher.mark}
        )
        self.assertEqual(made["matcher_id"], matcher.id)

    def test_a_run_names_no_version_that_was_not_given_to_it(self):
        matcher = self.trained()
        row = self.match_row(self.bank_line(5), self.invoice(5))
        for made_by, code in (
            (matcher.mark, "ENT010"),
            ("0" * 16, "ENT010"),
            (DELIVERED, None),
            (None, None),
        ):
            with self.subTest(made_by=made_by):
                problem = self.matches._row_problem(self.run_1, {**row, "model": made_by})
                self.assertEqual(problem and problem[0], code)

    def test_what_was_changed_or_compared_with_another_is_not_taken(self):
        matcher = self.trained()
        matcher._guarded().write({"figures": []})
        self.assert_refused("POL021", self.be(matcher, self.carla).action_approve)
        matcher._guarded().write({"proposed_digest": matcher._proposal_digest()})
        first = self.matchers._guarded().create(
            {"company_id": self.company.id, "version": 9, "state": "in_force", "digest": "0" * 64}
        )
        self.assert_refused("POL020", self.be(matcher, self.carla).action_approve)
        self.assertEqual((first.state, matcher.state), ("in_force", "proposed"))

    def test_a_worse_one_needs_a_reason_and_an_earlier_one_comes_back(self):
        first = self.trained()
        self.be(first, self.carla).action_approve()
        self.proposed(777).with_user(self.anna).with_context({}).action_reject("Not this one")
        second = self.trained(worse=True)
        self.assertEqual((second.base_id, second.is_worse), (first, True))
        self.assert_refused("POL024", self.be(second, self.carla).action_approve)
        self.be(second, self.carla).action_approve("The bank changed its texts")
        self.assertEqual((first.state, second.state), ("replaced", "in_force"))
        self.assertEqual(self.events("matcher.approve")[0].reason, "The bank changed its texts")
        self.assert_refused("ENT006", self.be(first, self.ben).action_bring_back, "")
        back = self.matchers.browse(self.be(first, self.ben).action_bring_back("It did better")["res_id"])
        self.assertEqual((back.version, back.payload, back.source_id), (3, first.payload, first))
        self.be(back, self.carla).action_approve()
        self.assertEqual((second.state, self.matchers._in_force(self.company)), ("replaced", back))
        plain = self.be(back, self.carla).action_as_delivered("It learned from a wrong month")
        plain = self.matchers.browse(plain["res_id"])
        self.assert_refused("SOD001", self.be(plain, self.carla).action_approve)
        self.be(plain, self.dirk).action_approve()
        self.assertIsNone(self.matchers._in_force(self.company)._wire())

    def test_nobody_writes_a_version_by_himself(self):
        matcher = self.trained()
        for vals in ({"payload": {}}, {"state": "in_force"}, {"figures": []}, {"is_worse": False}):
            with self.subTest(vals=vals):
                self.assert_refused("AUD002", matcher.with_user(self.carla).sudo().write, vals)
        self.be(matcher, self.carla).action_reject("Too few lines")
        self.assertEqual((matcher.state, matcher.reject_reason), ("rejected", "Too few lines"))

    def test_once_a_month_by_itself_and_only_with_something_new(self):
        with patch.object(close_matcher_month, "FEWEST", 6):
            self.matchers._cron_train()
        self.assertFalse(self.matchers._under_way(self.company))
        self.matchers._cron_train()
        matcher = self.matchers._under_way(self.company)
        self.assertEqual((matcher.state, matcher.requested_by_id.id), ("requested", False))
        self.be(matcher, self.ben).action_drop("Not now")
        self.matchers._cron_train()
        self.assertFalse(self.matchers._under_way(self.company), "the month's turn was taken")
