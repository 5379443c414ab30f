"""What a run no longer shows: grave findings are confirmed by the server's own look or by a person."""

from odoo.tests import tagged

from .common import PortCase

WHY = "the second bill is still there, see the mail"


@tagged("post_install", "-at_install")
class TestFindingCure(PortCase):
    def setUp(self):
        super().setUp()
        _result, self.held = self.begin()
        self.number = 1

    def _find(self, row):
        return self.env["ai.close.finding"].search([("key", "=", row["key"])])

    def _row(self, rule, anchor, facet="x", **changes):
        """Return a row of ``rule`` about the record ``anchor``."""
        link = {"model": anchor._name, "id": anchor.id}
        return self.finding(
            key=f"{rule}:{self.company.id}:{anchor._name},{anchor.id}:{facet}",
            rule=rule,
            anchor=link,
            records=[link | {"label": rule}],
            **changes,
        )

    def _shown_then_gone(self, *rows, between=None):
        """Submit ``rows`` in one run and nothing in the next; ``between`` happens before it."""
        rules = sorted({row["rule"] for row in rows})
        self.submit(self.held, *rows)
        self.finish(self.held, rules)
        if between:
            between()
        self.number += 1
        _result, self.held = self.begin(f"run-{self.number:08}")
        self.finish(self.held, rules)
        self.number += 1
        _result, self.held = self.begin(f"run-{self.number:08}")
        self.env.invalidate_all()
        return [self._find(row) for row in rows]

    def _do(self, user, method, finding, *args):
        self.rpc(user, "ai.close.finding", method, finding.ids, *args)
        self.env.invalidate_all()
        return finding.state

    def _journal_row(self, **changes):
        return self._row("EXF005", self.journal("bank"), **changes)

    def test_the_server_sees_for_itself(self):
        move = self.entry(50.0)
        (finding,) = self._shown_then_gone(self._row("CMP001", move), between=move.unlink)
        self.assertEqual((finding.state, finding.confirmed_by_server), ("closed", True))
        self.assertEqual(finding.cure["check"], {"question": "draft in the period", "exists": False})
        event = self.audit("finding.confirm")
        self.assertEqual((event.role, event.res_id), ("server", finding.id))
        self.assertIn("draft in the period", event.after)

    def test_what_the_server_still_sees_waits_for_a_person(self):
        move = self.entry(50.0)
        (finding,) = self._shown_then_gone(self._row("CMP001", move))
        self.assertEqual((finding.state, finding.confirmed_by_server), ("fixed", False))
        self.assertEqual(finding.cure["check"]["state"], "draft")

    def test_what_no_question_can_tell_waits_for_a_person_and_blocks(self):
        high, low = self._journal_row(facet="a"), self._journal_row(facet="b", severity="medium")
        high, low = self._shown_then_gone(high, low)
        self.assertEqual((high.state, low.state), ("fixed", "closed"))
        self.assertTrue(high.cured_run_id and high.cure["records"][0]["exists"])
        _name, done, total, (blocker,) = high.close_id._count_findings()
        self.assertEqual((done, total, blocker["count"], blocker["code"]), (0, 1, 1, "FINDING:high"))
        self.assertIn("1 gone, to be confirmed", blocker["label"])

    def test_it_is_confirmed_by_who_did_not_fix_it(self):
        row = self._journal_row()
        self.submit(self.held, row)
        finding = self._find(row)
        self._do(self.reviewer, "action_mark_fixed", finding)
        with self.assertCode("ENT022"):  # no run has looked
            self._do(self.controller, "action_confirm_cure", finding)
        self._shown_then_gone(row, between=lambda: self._do(self.reviewer, "action_mark_fixed", finding))
        self.assertEqual((finding.state, finding.fixed_by_id), ("fixed", self.reviewer))
        for user, code in (
            (self.reviewer, "SOD001"),
            (self.preparer, "SOD003"),
            (self.auditor, "SOD003"),
            (self.agent, "SOD002"),
        ):
            with self.subTest(user=user.login), self.assertCode(code):
                self._do(user, "action_confirm_cure", finding)
        self.assertEqual(self._do(self.reviewer2, "action_confirm_cure", finding), "closed")
        self.assertEqual(finding.confirmed_by_id, self.reviewer2)
        self.assertFalse(finding.close_id._count_findings()[3])

    def test_a_cure_that_convinces_nobody_is_open_again(self):
        (finding,) = self._shown_then_gone(self._journal_row())
        with self.assertCode("SOD003"):
            self._do(self.preparer, "action_doubt_cure", finding, WHY)
        with self.assertCode("ENT006"):
            self._do(self.reviewer, "action_doubt_cure", finding, "no")
        self.assertEqual(self._do(self.reviewer, "action_doubt_cure", finding, WHY), "open")
        self.assertFalse(finding.cured_run_id)

    def test_the_next_run_keeps_the_first_evidence_and_looks_again(self):
        move = self.entry(50.0)
        (finding,) = self._shown_then_gone(self._row("CMP001", move))
        first = finding.cured_run_id
        self._shown_then_gone(self._row("CMP002", self.journal("bank")))
        self.assertEqual((finding.state, finding.cured_run_id), ("fixed", first))
        move.unlink()
        self.finish(self.held, ["CMP001"])
        self.env.invalidate_all()
        self.assertEqual((finding.state, finding.confirmed_by_server), ("closed", True))

    def test_shown_again_it_forgets_its_cure(self):
        row = self._journal_row()
        (finding,) = self._shown_then_gone(row)
        self.submit(self.held, row)
        self.env.invalidate_all()
        self.assertEqual((finding.state, finding.cured_run_id.id, finding.cure), ("open", False, False))

    def test_a_row_of_causes_is_confirmed_at_once(self):
        cause = {"key": "one", "title": "One bank account"}
        rows = [self._journal_row(facet=facet, cause=cause) for facet in "abc"]
        findings = self.env["ai.close.finding"].concat(*self._shown_then_gone(*rows))
        self.rpc(self.controller, "ai.close.finding.cause", "action_confirm_cure", findings.cause_id.ids)
        self.env.invalidate_all()
        self.assertEqual(set(findings.mapped("state")), {"closed"})

    def test_the_questions_of_the_server(self):
        """Each rule that the server can ask about: once as it was found, once as it was put right."""
        bill, copy = (self.entry(100.0, ref=ref) for ref in ("?!", "A-1"))
        (bill | copy).action_post()
        account = self.account("expense")

        def asked(rule, anchor, records=()):
            finding = self.env["ai.close.finding"].new(
                {
                    "rule": rule,
                    "anchor_model": anchor._name,
                    "anchor_id": anchor.id,
                    "close_id": self.env["ai.close.run"].browse(self.held["run_id"]).close_id.id,
                    "company_id": self.company.id,
                    "records": [{"model": each._name, "id": each.id} for each in records],
                }
            )
            return bool(finding._recheck()[0])

        both = (bill, copy)
        self.assertFalse(asked("CMP008", bill), "no letter and no digit is no reference")
        self.assertTrue(asked("CMP008", copy))
        self.assertTrue(asked("ACC006", bill))
        self.assertFalse(asked("EXF003", copy, both))
        self.assertFalse(asked("CUT001", bill), "an entry without a document's date")
        self.assertTrue(asked("VAL002", account))
        self.assertFalse(asked("VAL002", self.account("grni")))
        self.assertFalse(asked("CLS004", account))
        self.assertTrue(asked("CLS004", self.account("suspense")))
        self.assertTrue(asked("CMP004", self.journal("bank")))
        self.assertFalse(asked("EXF005", self.journal("bank")))
        copy._reverse_moves([{"date": "2026-10-20"}], cancel=True)
        self.assertTrue(asked("EXF003", copy, both), "reversed in full")
        self.assertFalse(asked("ACC001", bill))
        bill.button_draft()
        bill.button_cancel()
        self.assertTrue(asked("ACC001", bill), "cancelled")
