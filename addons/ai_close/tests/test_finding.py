"""Findings: who may explain, fix and waive them, and when a second person has to agree."""

from odoo.tests import tagged

from .common import PortCase, give_role

REASON = "known, agreed with the vendor"


@tagged("post_install", "-at_install")
class TestFinding(PortCase):
    def setUp(self):
        super().setUp()
        _result, self.held = self.begin()

    def _make(self, **changes):
        row = self.finding(**changes)
        self.submit(self.held, row)
        return self.env["ai.close.finding"].search([("key", "=", row["key"])])

    def _do(self, user, method, finding, *args):
        self.rpc(user, "ai.close.finding", method, finding.ids, *args)
        finding.invalidate_recordset()
        return finding.state

    def test_assign_gives_an_owner_and_something_to_do(self):
        finding = self._make()
        self.assertEqual(self._do(self.reviewer, "action_assign", finding, self.preparer.id), "assigned")
        self.assertEqual(finding.owner_id, self.preparer)
        self.assertEqual(finding.activity_ids.user_id, self.preparer)
        self._do(self.preparer, "action_explain", finding, REASON)
        self.assertFalse(finding.activity_ids)

    def test_nobody_outside_the_close_owns_a_finding(self):
        finding = self._make()
        for user in (self.agent, self.auditor, self.env.ref("base.user_admin")):
            with self.subTest(user=user.login), self.assertCode("SOD003"):
                self._do(self.controller, "action_assign", finding, user.id)

    def test_a_done_activity_decides_nothing(self):
        finding = self._make()
        self._do(self.reviewer, "action_assign", finding, self.preparer.id)
        finding.activity_ids.sudo().action_feedback(feedback="approved")
        self.assertEqual(finding.state, "assigned")

    def test_reasons_are_given(self):
        finding = self._make()
        for method in ("action_explain", "action_waive"):
            for text in ("", "ok", " " * 20, None, 5, ["a list instead"]):
                with self.subTest(method=method, text=text), self.assertCode("ENT006"):
                    self._do(self.preparer, method, finding, text)

    def test_low_and_small_medium_need_one(self):
        for number, severity in ((1, "low"), (2, "medium")):
            finding = self._make(number=number, severity=severity, amount="4999.99")
            self.assertEqual(self._do(self.preparer, "action_waive", finding, REASON), "waived")
            self.assertEqual(finding.waived_by_id, self.preparer)

    def test_from_materiality_up_two(self):
        for number, (severity, amount) in enumerate(
            (("low", "5000.00"), ("medium", "-5000.00"), ("high", "0.00")), 1
        ):
            with self.subTest(severity=severity):
                finding = self._make(number=number, severity=severity, amount=amount)
                self.assertEqual(self._do(self.preparer, "action_waive", finding, REASON), "open")
                self.assertEqual(finding.waive_requested_by_id, self.preparer)
                with self.assertCode("SOD003"):  # a preparer confirms nothing, not even another's
                    self._do(self.preparer, "action_waive", finding, REASON)
                self.assertEqual(
                    self._do(self.reviewer, "action_waive", finding, "agreed, see the mail"), "waived"
                )
                self.assertEqual(
                    (finding.waive_requested_by_id, finding.waived_by_id), (self.preparer, self.reviewer)
                )

    def test_a_wish_to_waive_covers_no_larger_finding(self):
        finding = self._make(number=9, severity="high", amount="6000.00")
        self._do(self.preparer, "action_waive", finding, REASON)
        self.assertTrue(finding.waive_requested_by_id)
        self._make(number=9, severity="high", amount="9000000.00")
        finding.invalidate_recordset()
        self.assertFalse(finding.waive_requested_by_id)
        self.assertNotEqual(self._do(self.reviewer, "action_waive", finding, REASON), "waived")

    def test_nobody_confirms_his_own_wish(self):
        finding = self._make(severity="high")
        self._do(self.reviewer, "action_waive", finding, REASON)
        with self.assertCode("SOD001"):
            self._do(self.reviewer, "action_waive", finding, REASON)
        # whatever other role he is given meanwhile
        give_role(self.reviewer, "controller")
        with self.assertCode("SOD001"):
            self._do(self.reviewer, "action_waive", finding, REASON)
        self.assertEqual(self._do(self.reviewer2, "action_waive", finding, REASON), "waived")

    def test_a_critical_one_needs_two_controllers_and_evidence(self):
        finding = self._make(severity="critical")
        for user in (self.preparer, self.reviewer):
            with self.assertCode("SOD003"):
                self._do(user, "action_waive", finding, REASON)
        with self.assertCode("ENT008"):
            self._do(self.controller, "action_waive", finding, REASON)
        files = self.env["ir.attachment"]
        vals = {"name": "court order.pdf", "raw": b"x", "res_model": finding._name, "res_id": finding.id}
        files.with_user(self.preparer).sudo().create(vals)
        with self.assertCode("ENT008"):
            self._do(self.controller, "action_waive", finding, REASON)
        files.with_user(self.controller).sudo().create(vals)
        self.assertEqual(self._do(self.controller, "action_waive", finding, REASON), "open")
        with self.assertCode("SOD003"):
            self._do(self.reviewer, "action_waive", finding, REASON)
        with self.assertCode("SOD001"):
            self._do(self.controller, "action_waive", finding, REASON)
        self.assertEqual(self._do(self.controller2, "action_waive", finding, REASON), "waived")

    def test_both_steps_of_a_waiver_are_in_the_trail(self):
        finding = self._make(severity="high")
        self._do(self.preparer, "action_waive", finding, REASON)
        self._do(self.controller, "action_waive", finding, "agreed, small vendor")
        asked, waived = self.audit("finding.waive_request"), self.audit("finding.waive")
        self.assertEqual((asked.user_id, asked.role, asked.reason), (self.preparer.id, "preparer", REASON))
        self.assertEqual(
            (waived.user_id, waived.role, waived.reason),
            (self.controller.id, "controller", "agreed, small vendor"),
        )

    def test_what_is_closed_or_decided_takes_no_second_decision(self):
        finding = self._make(severity="low")
        self._do(self.preparer, "action_waive", finding, REASON)
        for method, args in (
            ("action_explain", [REASON]),
            ("action_mark_fixed", []),
            ("action_waive", [REASON]),
        ):
            with self.subTest(method=method), self.assertCode("AUD004"):
                self._do(self.controller, method, finding, *args)

    def test_a_locked_period_takes_no_decision(self):
        finding = self._make()
        finding.close_id._guarded().write({"state": "locked"})
        for method, args in (
            ("action_explain", [REASON]),
            ("action_waive", [REASON]),
            ("action_mark_fixed", []),
            ("action_assign", [self.preparer.id]),
        ):
            with self.subTest(method=method), self.assertCode("LCK001"):
                self._do(self.controller, method, finding, *args)

    def test_another_companys_people_decide_nothing(self):
        finding = self._make()
        other = self._make_company("Other")
        stranger = self._make_user("close_stranger", "controller", other)
        with self.quiet("odoo.addons.base.models.ir_rule"), self.assertRaises(Exception) as refused:
            self._do(stranger, "action_explain", finding, REASON)
        self.assertEqual(finding.state, "open", refused.exception)
