"""Calls without the record or the date that they need: a sentence, or an empty list, and no fault."""

from odoo.tests import tagged

from .close_common import CloseCase


@tagged("post_install", "-at_install")
class TestNothingGiven(CloseCase):
    def test_a_request_without_a_date(self):
        # what the server makes of the ids [false] and [0] that a caller sends
        for nothing in (False, 0):
            request = self.env["ai.close.lock"].with_user(self.ben).browse([nothing])
            self.assert_refused("ENT001", request.action_request)

    def test_a_question_without_a_date(self):
        for kind in ("lock", "exception"):
            question = self.env["ai.close.lock.ask"].with_user(self.ben)
            question = question.new({"company_id": self.company.id, "kind": kind, "reason": "no date"})
            self.assert_refused("LCK016", question.action_ask)

    def test_the_entries_of_no_list(self):
        lists = self.env["ai.close.manual.list"].with_user(self.ben)
        for nothing in (lists, lists.browse([False]), lists.browse([0])):
            self.assertEqual(nothing.action_open_entries()["domain"], [("id", "in", [])])
