"""Observe mode: proposals are silent and scored; and what the phases leave to people."""

import json

from odoo import Command
from odoo.tests import tagged

from .policy_case import PolicyCase


class ObserveCase(PolicyCase):
    def setUp(self):
        super().setUp()
        self.run_1 = self.run_of_agent()
        self.next_version(phase="observe")

    def finding(self, rule="CMP001", anchor=None, severity="critical", **changes):
        anchor = anchor or self.invoice(1190).move_id
        key = f"{rule}:{self.company.id}:{anchor._name},{anchor.id}:x"
        row = {
            "key": key,
            "rule": rule,
            "rule_title": "Draft in the period",
            "severity": severity,
            "facet": "x",
            "title": "A draft",
            "message": "m",
            "why": "w",
            "remedy": "r",
            "amount": "120.00",
            "anchor": {"model": anchor._name, "id": anchor.id},
            "records": [],
            "evidence": {},
            **changes,
        }
        answer = self.submit("ai.close.finding", self.run_1, row)[0]
        self.assertEqual(answer["status"], "created", answer)
        return self.env["ai.close.finding"].sudo().search([("key", "=", key)])

    def match(self, line, *items, **changes):
        answer = self.submit("ai.close.match", self.run_1, self.match_row(line, *items, **changes))[0]
        self.assertEqual(answer["status"], "created", answer)
        return self.env["ai.close.match"].sudo().search([("key", "=", answer["key"])])

    def entry(self, key="1", amount="100.00", **changes):
        source = self.invoice(10).move_id
        row = self.entry_row(source, amount, key=f"GR:{self.company.id}:{key}", **changes)
        answer = self.submit("ai.close.entry", self.run_1, row)[0]
        self.assertEqual(answer["status"], "created", answer)
        return self.env["ai.close.entry"].sudo().search([("key", "=", answer["key"])])

    def book(self, amount, debit=None, credit=None, date="2026-10-31"):
        """Post what people book themselves."""
        move = self.env["account.move"].create(
            {
                "date": date,
                "journal_id": self.general.id,
                "line_ids": [
                    Command.create(
                        {"account_id": (debit or self.expense).id, "balance": amount, "name": "a"}
                    ),
                    Command.create({"account_id": (credit or self.grni).id, "balance": -amount, "name": "b"}),
                ],
            }
        )
        move.action_post()
        return move

    def settle(self, line, *items):
        """Reconcile the bank line the way a person does."""
        match = (
            self.env["ai.close.match"]
            .with_user(self.anna)
            ._propose_by_person(line, self.env["account.move.line"].concat(*items))
        )
        self.be(match, self.anna).action_accept()
        self.assertTrue(line.is_reconciled)

    def scores(self):
        self.close._refresh()
        return {(score.kind, score.part or ""): score for score in self.close.score_ids}

    def counts(self, kind, part=""):
        score = self.scores()[kind, part]
        return (score.hits, score.extra, score.misses, score.waiting)


@tagged("post_install", "-at_install")
class TestObserve(ObserveCase):
    def test_the_phase_of_a_company(self):
        self.assertEqual(self.company._ai_close_phase(), "observe")
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.assertEqual(branch._ai_close_phase(), "observe")
        self.assertEqual(self.env["res.company"].create({"name": "Other"})._ai_close_phase(), "supervised")
        self.next_version(phase="supervised")
        self.assertEqual(self.company._ai_close_phase(), "supervised")

    def test_proposals_ask_nobody(self):
        finding, entry = self.finding(), self.entry()
        self.match(self.bank_line(50), self.invoice(50))
        codes = {blocker["code"].split(":")[0] for blocker in self.close._readiness()["blockers"]}
        self.assertFalse(codes & {"FINDING", "ENTRY"})
        self.assertFalse((finding.activity_ids | entry.activity_ids).exists())
        cockpit = self.be(self.env["ai.close"], self.anna).cockpit(self.close.id)
        self.assertEqual((cockpit["findings"]["critical"], cockpit["proposals"]["entry"]), (0, {}))
        self.assertEqual(sum(cockpit["proposals"]["match"].values()), 0)
        self.assertTrue(finding.is_observed and entry.is_observed and self.close.is_observed)
        # a next phase asks at once
        self.next_version(phase="supervised")
        codes = {blocker["code"] for blocker in self.close._readiness()["blockers"]}
        self.assertLessEqual({"FINDING:critical", "ENTRY:proposed"}, codes)

    def test_the_checklist_does_not_wait_for_silent_proposals(self):
        self.finding()
        self.entry()
        self.finish(self.run_1)
        for code in ("FINDING", "ACCRUAL"):
            task = self.close.task_ids.filtered(lambda task, code=code: task.code == code)
            self.assertEqual(task._run_check()[0], "pass", code)

    def test_nobody_decides_on_them(self):
        finding, entry = self.finding(), self.entry()
        match = self.match(self.bank_line(50), self.invoice(50))
        for call, *args in (
            (self.be(match, self.anna).action_accept,),
            (self.be(match, self.anna).action_reject, "not this"),
            (self.be(entry, self.anna).action_prepare,),
            (self.be(entry, self.anna).action_reject, "not this"),
            (self.be(entry, self.anna).action_send_back, "not this"),
            (self.be(entry, self.anna).write, {"ref": "mine"}),
            (self.be(finding, self.anna).action_assign, self.anna.id),
            (self.be(finding, self.anna).action_explain, "It is in order as it is."),
            (self.be(finding, self.carla).action_waive, "It is in order as it is."),
            (self.be(finding, self.anna).action_mark_fixed,),
        ):
            with self.subTest(call=call.__name__):
                self.assertIn("observes", self.assert_refused("POL009", call, *args))
        several = self.match(self.bank_line(60), self.invoice(60)) | match
        failures = self.be(several, self.anna).action_accept()["infos"]["failures"]
        self.assertEqual([each["code"] for each in failures], ["POL009", "POL009"])

    def test_what_people_and_the_server_make_is_asked_as_ever(self):
        entry = self.entry()
        entry._guarded().write({"proposer": "MAN"})
        self.assertIn("ENTRY:proposed", {blocker["code"] for blocker in self.close._readiness()["blockers"]})
        self.be(entry, self.anna).action_prepare()
        self.assertEqual(entry.state, "prepared")
        line, item = self.bank_line(75), self.invoice(75)
        self.match(line, item)
        self.settle(line, item)
        finding = self.finding()
        finding._guarded().write({"by_server": True})
        codes = {blocker["code"] for blocker in self.close._readiness()["blockers"]}
        self.assertIn("FINDING:critical", codes)
        self.be(finding, self.anna).action_assign(self.anna.id)
        self.assertEqual(finding.state, "assigned")


@tagged("post_install", "-at_install")
class TestScores(ObserveCase):
    def test_matches(self):
        right, right_item = self.bank_line(100), self.invoice(100)
        wrong, wrong_item, real_item = self.bank_line(200), self.invoice(200), self.invoice(200)
        missed, missed_item = self.bank_line(300), self.invoice(300)
        waits, waits_item = self.bank_line(400), self.invoice(400)
        self.match(right, right_item)
        self.match(wrong, wrong_item, band="review")
        self.match(waits, waits_item)
        for line, item in ((right, right_item), (wrong, real_item), (missed, missed_item)):
            self.settle(line, item)
        # wrong: proposed otherwise, and what was booked was not proposed
        self.assertEqual(self.counts("match"), (1, 1, 2, 1))
        self.assertEqual(self.counts("match", "auto")[:2], (1, 0))
        self.assertEqual(self.counts("match", "review")[:2], (0, 1))
        score = self.scores()["match", ""]
        self.assertEqual((score.precision_text, score.recall_text, score.few), ("50.0 %", "33.3 %", True))
        self.assertEqual((score.amount, score.amount_extra), (300, 200))

    def test_the_latest_proposal_for_a_line_counts(self):
        line, first, second = self.bank_line(100), self.invoice(100), self.invoice(100)
        self.match(line, first)
        self.match(line, second)
        self.settle(line, second)
        self.assertEqual(self.counts("match"), (1, 0, 0, 0))

    def test_entries(self):
        self.entry("1", "100.00")
        self.entry("2", "250.00")
        self.entry("3", "500.00", is_estimate=True, amount_min="450.00", amount_max="550.00")
        self.book(100)
        self.book(520)
        self.book(77, debit=self.not_received)
        # until the lock somebody may still book the third
        self.assertEqual(self.counts("entry"), (2, 0, 1, 1))
        self.close._score(final=True)
        self.assertEqual(self.counts("entry"), (2, 1, 1, 0))
        self.assertEqual(self.counts("entry", "GR")[:2], (2, 1))
        self.assertEqual(self.scores()["entry", ""].amount_extra, 250)

    def test_an_entry_of_another_month_is_no_hit(self):
        self.entry("1", "100.00")
        self.book(100, date="2026-11-02")
        self.assertEqual(self.counts("entry"), (0, 0, 0, 1))

    def test_findings(self):
        gone, stays = self.finding(), self.finding(severity="low")
        reversed_move = self.finding("STA001")
        anchor = self.env["account.move"].browse(reversed_move.anchor_id)
        self.env.cr.execute(
            "UPDATE ai_close_finding SET create_date = create_date - interval '1 minute' WHERE id = %s",
            [reversed_move.id],
        )
        self.env.invalidate_all()
        anchor._reverse_moves([{"date": "2026-10-31"}]).action_post()
        gone._transition("closed", role="server")
        self.assertEqual(stays.state, "open")
        self.assertEqual(self.counts("finding"), (2, 0, 0, 1))
        self.assertEqual(self.scores()["finding", ""].recall_text, "–")

    def test_nothing_is_scored_in_other_phases(self):
        self.next_version(phase="supervised")
        self.finding()
        self.assertEqual(self.scores(), {})

    def test_scores_of_a_lock_stay(self):
        self.finding()
        self.finish(self.run_1)
        self.assertEqual(self.counts("finding"), (0, 0, 0, 1))
        self.be(self.close, self.ben)._transition("requested")
        self.be(self.close, self.carla)._transition("locked")
        score = self.close.score_ids.filtered(lambda score: score.kind == "finding" and not score.part)
        self.assertTrue(score.frozen)
        self.assertTrue(self.events("close.score"))
        self.close.finding_ids._transition("closed", role="server")
        self.close._score()
        self.close._score(final=True)
        self.assertEqual((score.hits, score.extra), (0, 1))
        self.assert_refused("AUD002", score.with_user(self.carla).sudo().write, {"hits": 1})

    def test_the_exit_figures_stand_beside_the_next_phase(self):
        line, item = self.bank_line(100), self.invoice(100)
        self.match(line, item)
        self.settle(line, item)
        self.close._score(final=True)
        draft = self.propose(self.draft(phase="supervised"))
        figures = {(row["kind"], row["part"]): row for row in draft.exit_figures}
        self.assertEqual(
            [figures["match", ""][name] for name in ("closes", "proposals", "hits", "precision", "few")],
            [1, 1, 1, "100.0 %", True],
        )
        self.assertEqual(figures["entry", ""]["precision"], "–")
        self.assertTrue(draft.changes_phase)
        self.approve(draft)
        told = json.loads(self.events("policy.approve")[0].evidence)["observed"]
        self.assertEqual(told[0]["hits"], 1)
        # another change shows none
        other = self.draft(materiality="9000.00")
        self.assertFalse(other.changes_phase or other.exit_figures)


@tagged("post_install", "-at_install")
class TestPhases(PolicyCase):
    AUTOMATIC = {"phase": "automatic", "automatic": {"max_amount": "100000.00", "kinds": ["match", "entry"]}}

    def test_no_phase_is_skipped(self):
        self.next_version(phase="observe")
        draft = self.draft(**self.AUTOMATIC)
        sentence = self.assert_refused("POL010", self.propose, draft)
        self.assertIn("the next phase is Supervised", sentence)
        self.be(draft, self.ben).action_discard("One step after the other")
        self.next_version(phase="supervised")
        self.next_version(**self.AUTOMATIC)
        self.assertEqual(self.company._ai_close_phase(), "automatic")
        # back is always possible
        self.next_version(phase="observe")
        self.assertEqual(self.company._ai_close_phase(), "observe")

    def test_an_automatic_company_is_locked_by_people(self):
        self.next_version(**self.AUTOMATIC)
        run = self.run_of_agent()
        line, item = self.bank_line(50), self.invoice(50)
        self.submit("ai.close.match", run, self.match_row(line, item))
        source = self.invoice(10).move_id
        self.submit("ai.close.entry", run, self.entry_row(source, "20.00"))
        self.finish(run, matchers=["bank"], proposers=["GR"])
        # nothing is accepted or posted by itself in this version
        self.assertEqual(self.close.match_ids.mapped("state"), ["proposed"])
        self.assertEqual(self.close.entry_ids.mapped("state"), ["proposed"])
        close = self.close.with_user(self.robot).sudo()
        for step in ("requested", "locked"):
            with self.subTest(step=step):
                with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
                    close._transition(step)
                self.assertIn(caught.exception.code, ("SOD002", "SOD003", "AUD004"))
        lock = self.env["ai.close.lock"].sudo()._for_close(self.close).sudo(False)
        self.assert_refused("SOD002", self.be(lock, self.robot).action_request)
        self.assert_refused("LCK003", self.be(lock, self.ben).action_request)
        self.assert_refused("SOD002", lock.with_user(self.robot).action_approve)
        self.assertFalse(self.company.fiscalyear_lock_date)
