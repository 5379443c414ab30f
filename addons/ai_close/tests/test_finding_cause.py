"""Causes: findings with one cause are one row, counted once, and a step on the row reaches each of them."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PortCase

CAUSE = {"key": "delta-billed-twice", "title": "Delta billed twice"}
REASON = "known, agreed with the vendor"


@tagged("post_install", "-at_install")
class TestFindingCause(PortCase):
    def setUp(self):
        super().setUp()
        _result, self.held = self.begin()
        self.close = self.env["ai.close.run"].browse(self.held["run_id"]).close_id

    def _causes(self):
        return self.env["ai.close.finding.cause"].search([("close_id", "=", self.close.id)])

    def _three(self, **changes):
        rows = [
            self.finding(1, cause=CAUSE, severity="low", amount="10.10", **changes),
            self.finding(2, cause=CAUSE, severity="high", amount="0.20", **changes),
            self.finding(3, severity="medium", amount="7.00"),
        ]
        self.submit(self.held, *rows)
        return rows

    def _do(self, user, method, records, *args):
        self.rpc(user, records._name, method, records.ids, *args)
        self.env.invalidate_all()

    def test_one_cause_is_one_row_with_count_and_sum(self):
        self._three()
        shared, alone = self._causes()
        self.assertEqual(
            (shared.title, shared.severity, shared.count, shared.amount, shared.state),
            ("Delta billed twice", "high", 2, 10.3, "open"),
        )
        self.assertEqual((alone.title, alone.count, alone.amount), ("Draft 3", 1, 7.0))

    def test_nothing_is_counted_twice(self):
        self._three()
        _name, done, total, blockers = self.close._count_findings()
        self.assertEqual((done, total, [each["count"] for each in blockers]), (0, 1, [1]))
        self.assertEqual(self.close._finding_counts(), {"high": 1, "medium": 1, "low": 1})
        self.assertEqual(sum(self._causes().mapped("count")), 3)

    def test_the_row_follows_its_findings_from_run_to_run(self):
        rows = self._three()
        self.finish(self.held, ["CMP001"])
        _result, self.held = self.begin("run-00000002")
        again = {**rows[0], "amount": "11.00", "cause": {**CAUSE, "title": "Delta billed three times"}}
        self.submit(self.held, again, {**rows[2], "cause": CAUSE})
        self.finish(self.held, ["CMP001"])
        self.env.invalidate_all()
        shared = self._causes().filtered(lambda cause: cause.key == CAUSE["key"])
        self.assertEqual(
            (shared.title, shared.count, shared.amount, shared.severity),
            ("Delta billed twice", 2, 18.0, "medium"),
        )
        left = self._causes() - shared
        self.assertEqual((left.count, left.state), (0, "closed"), "its finding has another cause now")

    def test_a_step_on_the_row_reaches_each_finding(self):
        self._three()
        shared = self._causes()[0]
        self._do(self.reviewer, "action_assign", shared, self.preparer.id)
        self.assertEqual((shared.owner_id, shared.state), (self.preparer, "assigned"))
        self._do(self.preparer, "action_waive", shared, REASON)
        low, high = shared.finding_ids.sorted("severity_rank", reverse=True)
        self.assertEqual((low.state, high.state, shared.state), ("waived", "assigned", "assigned"))
        self.assertEqual((shared.count, shared.amount), (1, 0.2))
        self._do(self.reviewer, "action_waive", shared, "seen the letter of the vendor")
        self.assertEqual((high.state, shared.state, shared.count), ("waived", "waived", 2))
        with self.assertCode("AUD004"):
            self._do(self.reviewer, "action_explain", shared, REASON)

    def test_the_row_gives_nobody_a_right(self):
        self._three()
        shared = self._causes()[0]
        for user, code in ((self.agent, "SOD002"), (self.auditor, "SOD003")):
            with self.subTest(user=user.login), self.assertCode(code):
                self._do(user, "action_explain", shared, REASON)
        with self.assertCode("SOD001"):
            self._do(self.reviewer, "action_waive", shared, REASON)
            self._do(self.reviewer, "action_waive", shared, REASON)
        for user in (self.controller, self.agent):
            for vals in ({"state": "waived"}, {"finding_ids": []}, {"title": "nothing"}):
                with self.subTest(user=user.login, vals=vals), self.assertRaises(UserError):
                    self._do(user, "write", shared, vals)
        self.assertEqual(shared.state, "open")

    def test_the_dialogs_take_rows_of_causes(self):
        self._three()
        shared = self._causes()[0]
        context = {"active_model": shared._name, "active_ids": shared.ids}
        dialog = self.env(user=self.reviewer, context=context)["ai.close.assign"]
        dialog.create({"user_id": self.preparer.id}).action_confirm()
        self.assertEqual(shared.finding_ids.mapped("state"), ["assigned"] * 2)
        context["ai_close_method"] = "action_explain"
        dialog = self.env(user=self.preparer, context=context)["ai.close.reason"]
        dialog.create({"reason": REASON}).action_confirm()
        self.assertEqual(shared.state, "explained")

    def test_opening_a_row_shows_the_finding_or_the_list(self):
        self._three()
        shared, alone = self._causes()
        window = self.rpc(self.auditor, shared._name, "action_open", alone.ids)
        self.assertEqual((window["res_id"], window["views"]), (alone.finding_ids.id, [[False, "form"]]))
        window = self.rpc(self.auditor, shared._name, "action_open", shared.ids)
        self.assertEqual(window["domain"], [("cause_id", "=", shared.id)])

    def test_findings_of_older_versions_get_a_cause(self):
        self._three()
        self.env.flush_all()
        self.cr.execute("UPDATE ai_close_finding SET cause_id = NULL WHERE close_id = %s", [self.close.id])
        self.cr.execute("DELETE FROM ai_close_finding_cause WHERE close_id = %s", [self.close.id])
        self.env.invalidate_all()
        self.env["ai.close.finding.cause"].init()
        self.assertEqual(sorted(self._causes().mapped("count")), [1, 1, 1])
        self.assertEqual(sum(self._causes().mapped("amount")), 17.3)
