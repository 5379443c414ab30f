"""What was undone or rejected is proposed again when its reason is gone, or when a person asks for it."""

from odoo.tests import tagged

from .match_case import MatchCase


@tagged("post_install", "-at_install")
class TestMatchAgain(MatchCase):
    def setUp(self):
        super().setUp()
        self.item, self.line = self.invoice(100), self.bank_line(100, "ACME")
        self.match = self.propose([self.line], [self.item])
        self.mine = self.be(self.match, self.anna)

    def submitted(self):
        """Return what becomes of the same row in the next run, and whether the agent is told to leave it."""
        told = self.env["ai.close.match"]._decisions(self.close)
        left = self.match.key in [each["key"] for each in told]
        return self.answer([self.line], [self.item])["status"], left

    def test_undone_it_stays_so_until_the_line_says_something_else(self):
        self.mine.action_accept()
        self.mine.action_undo()
        self.assertEqual(self.submitted(), ("unchanged", True))
        self.assertEqual(self.match.state, "undone")
        self.be(self.line, self.anna).write({"payment_ref": "ACME INV 7"})
        self.assertEqual(self.submitted(), ("updated", False))
        self.assertEqual((self.match.state, self.match.accepted_by_id.id), ("proposed", False))
        self.mine.action_accept()
        self.assertTrue(self.item.reconciled)

    def test_undone_in_odoos_own_screen_it_stays_so_too(self):
        self.mine.action_accept()
        self.be(self.line, self.anna).action_undo_reconciliation()
        self.assertEqual(self.submitted(), ("unchanged", True))

    def test_undone_it_comes_back_when_the_document_says_something_else(self):
        self.mine.action_accept()
        self.mine.action_undo()
        self.item.move_id.ref = "PO 4711"
        self.assertEqual(self.submitted()[1], False)
        self.assertEqual(self.match.state, "proposed")

    def test_a_rejection_is_taken_back(self):
        self.mine.action_reject("the wrong one")
        self.assertEqual(self.submitted(), ("unchanged", True))
        self.be(self.line, self.anna).write({"payment_ref": "ACME INV 7"})
        self.assertEqual(self.submitted(), ("unchanged", True), "what people said no to stays so")
        self.mine.action_propose_again()
        self.assertEqual((self.match.state, self.match.reject_reason), ("proposed", False))
        event = self.env["ai.close.audit"].sudo().search([("action", "=", "match.again")])
        self.assertEqual((event.res_id, event.user_id), (self.match.id, self.anna.id))
        self.assertEqual(self.submitted()[1], False)
        self.mine.action_accept()
        self.assertTrue(self.line.is_reconciled)

    def test_another_proposal_makes_room_and_an_accepted_one_does_not(self):
        self.mine.action_reject("the wrong one")
        other = self.propose([self.line], [self.invoice(100)])
        self.mine.action_propose_again()
        self.assertEqual((self.match.state, other.state), ("proposed", "superseded"))
        self.mine.action_reject("neither")
        other = self.propose([self.line], [self.invoice(100)])
        self.be(other, self.anna).action_accept()
        self.assert_refused("ENT007", self.mine.action_propose_again)
        self.assertEqual(self.match.state, "rejected")

    def test_who_may_and_what(self):
        self.assert_refused("ENT001", self.mine.action_propose_again)
        self.mine.action_reject("the wrong one")
        self.assert_refused("SOD003", self.be(self.match, self.audrey).action_propose_again)
        self.assert_refused("SOD002", self.be(self.match, self.robot).action_propose_again)
        self.assertEqual(self.match.state, "rejected")
