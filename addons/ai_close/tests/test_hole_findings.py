"""Findings: nobody confirms his own fix, nobody renames the server's, and nonsense gets an answer."""

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.misc import mute_logger

from . import test_finding_cure
from .common import PortCase

WHY = "the second bill is still there, see the mail"
NONSENSE = (None, "x", -5, 10**12, 1.5, [], [1, 2], {}, {"a": 1}, True, "\x00")
HIDDEN = "in order, says the vendor\x00 on the phone"


@tagged("post_install", "-at_install")
class TestHoleCure(PortCase):
    cures = test_finding_cure.TestFindingCure
    _find, _row, _do = cures._find, cures._row, cures._do
    _shown_then_gone, _journal_row = cures._shown_then_gone, cures._journal_row

    def setUp(self):
        super().setUp()
        _result, self.held = self.begin()
        self.number = 1

    def test_a_doubt_lets_nobody_confirm_his_own_fix(self):
        row = self._journal_row()
        self.submit(self.held, row)
        finding = self._find(row)
        self._shown_then_gone(row, between=lambda: self._do(self.reviewer, "action_mark_fixed", finding))
        self.assertEqual(self._do(self.reviewer, "action_doubt_cure", finding, WHY), "open")
        self.finish(self.held, [row["rule"]])
        self.env.invalidate_all()
        self.assertEqual(finding.state, "fixed")
        with self.assertCode("SOD001"):
            self._do(self.reviewer, "action_confirm_cure", finding)
        self.assertEqual(self._do(self.reviewer2, "action_confirm_cure", finding), "closed")

    def test_the_agent_neither_joins_nor_renames_a_cause_of_the_server(self):
        close = self.env["ai.close.run"].sudo().browse(self.held["run_id"]).close_id
        row = {
            "rule": "SYS002", "rule_title": "Guards", "facet": "guards", "severity": "critical",
            "title": "Guards are missing", "message": "m", "why": "w", "remedy": "r", "evidence": {},
            "keys": ["a"],
        }  # fmt: skip
        told = self.env["ai.close.finding"]._by_server(close, ["SYS002"], [row])
        (status,) = self.submit(
            self.held, self.finding(cause={"key": told.key, "title": "Nothing to see here"})
        )
        self.assertEqual((status["status"], status["code"]), ("refused", "RUN010"), status)
        self.assertEqual(told.cause_id.title, "Guards are missing")

    def test_nonsense_gets_an_answer(self):
        row = self._journal_row()
        self.submit(self.held, row)
        finding = self._find(row)
        calls = [
            ("ai.close.finding", finding.ids, name)
            for name in ("action_assign", "action_explain", "action_waive", "action_doubt_cure")
        ] + [
            ("ai.close.finding.cause", finding.cause_id.ids, name)
            for name in ("action_assign", "action_explain", "action_waive")
        ]
        for model, ids, name in calls:
            for value in NONSENSE:
                with (
                    self.subTest(model=model, name=name, value=value),
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(UserError),
                ):
                    self.rpc(self.controller, model, name, ids, value)

    def test_a_reason_with_what_no_database_holds(self):
        self.submit(self.held, self._journal_row())
        finding = self._find(self._journal_row())
        self.assertEqual(self._do(self.preparer, "action_explain", finding, HIDDEN), "explained")
        self.assertEqual(finding.explanation, "in order, says the vendor on the phone")

    def test_an_owner_has_the_company(self):
        row = self._journal_row()
        self.submit(self.held, row)
        finding = self._find(row)
        other = self._make_company("Elsewhere")
        stranger = self._make_user("stranger", "preparer", other)
        with self.assertRaises(UserError):
            self._do(self.controller, "action_assign", finding, stranger.id)
