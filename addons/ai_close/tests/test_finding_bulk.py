"""Many findings at once: one thing to do for their owner, done with the last of them."""

from odoo.tests import tagged

from .common import PortCase

REASON = "Looked at each of them with the vendor."


@tagged("post_install", "-at_install", "ai_close")
class TestFindingBulk(PortCase):
    def setUp(self):
        super().setUp()
        _result, held = self.begin()
        self.submit(held, *(self.finding(number, severity="low", amount="1.00") for number in (1, 2, 3)))
        self.findings = self.env["ai.close.finding"].search(
            [("company_id", "=", self.company.id), ("rule", "=", "CMP001")], order="id"
        )
        self.close = self.findings.close_id

    def do(self, user, method, findings, *args):
        self.rpc(user, "ai.close.finding", method, findings.ids, *args)
        self.env.invalidate_all()

    def waiting(self, user):
        """Return the activities of ``user``: on the close, on the findings."""
        return (
            self.close.activity_ids.filtered(lambda each: each.user_id == user),
            self.findings.activity_ids.filtered(lambda each: each.user_id == user),
        )

    def test_many_are_one_activity_that_ends_with_the_last_of_them(self):
        self.do(self.reviewer, "action_assign", self.findings, self.preparer.id)
        common, single = self.waiting(self.preparer)
        self.assertEqual((len(common), len(single)), (1, 0))
        self.assertEqual(set(self.findings.mapped("state")), {"assigned"})
        self.assertEqual(len(self.audit("finding.assign")), 3, "each has its row in the trail")
        self.do(self.preparer, "action_explain", self.findings[:2], REASON)
        self.assertTrue(self.waiting(self.preparer)[0], "one is left")
        self.do(self.preparer, "action_waive", self.findings[2:], REASON)
        self.assertFalse(self.waiting(self.preparer)[0])

    def test_who_had_them_before_has_nothing_to_do_any_more(self):
        self.do(self.reviewer, "action_assign", self.findings[0], self.preparer.id)
        self.assertEqual(len(self.waiting(self.preparer)[1]), 1)
        self.do(self.reviewer, "action_assign", self.findings, self.reviewer2.id)
        self.assertFalse(self.waiting(self.preparer)[1])
        self.assertEqual(len(self.waiting(self.reviewer2)[0]), 1)

    def test_a_file_is_pinned_to_its_own_finding_only(self):
        self.env["ir.attachment"].create(
            {"name": "mail.txt", "raw": b"ok", "res_model": "ai.close.finding", "res_id": self.findings[1].id}
        )
        self.do(self.preparer, "action_explain", self.findings, REASON)
        self.assertEqual([bool(each.signed_files) for each in self.findings], [False, True, False])
