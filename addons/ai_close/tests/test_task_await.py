"""The bank task signed without the statement: two people, a day, and stale when it comes or does not."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .close_common import CloseCase

WHY = "The savings bank sends its statement by post."


@tagged("post_install", "-at_install")
class TestStatementAwaited(CloseCase):
    def setUp(self):
        super().setUp()
        self.task = self.close.task_ids.filtered(lambda task: task.code == "BANK")
        self.day = fields.Date.context_today(self.task) + timedelta(days=5)

    def await_by(self, user, day=None, reason=WHY):
        return self.be(self.task, user).action_await(day or self.day, reason)

    def test_two_people_sign_it_with_a_day(self):
        self.await_by(self.anna)
        self.assertEqual((self.task.state, self.task.awaited_until), ("prepared", self.day))
        self.assertIn(WHY, self.task.evidence_note)
        self.assert_refused("SOD003", self.be(self.task, self.anna).action_sign)
        self.be(self.task, self.ben).action_sign()
        self.assertEqual((self.task.state, self.task.signed_by_id), ("signed", self.ben))
        self.assertEqual(self.task.awaited_until, self.day)
        row = self.env["ai.close.audit"].sudo().search([("action", "=", "task.await")])
        self.assertEqual((row.user_id, row.res_id), (self.anna.id, self.task.id))

    def test_who_prepared_does_not_sign(self):
        self.await_by(self.ben)
        self.assert_refused("SOD001", self.be(self.task, self.ben).action_sign)

    def test_what_is_asked_for(self):
        today = fields.Date.context_today(self.task)
        for day in (today, today + timedelta(days=63), "soon"):
            self.assert_refused("ENT008", self.await_by, self.anna, day)
        self.assert_refused("ENT006", self.await_by, self.anna, None, "late")
        self.assert_refused("SOD003", self.await_by, self.audrey)
        other = self.close.task_ids.filtered(lambda task: task.code == "AGEING")
        self.assert_refused("ENT001", self.be(other, self.anna).action_await, self.day, WHY)
        self.bank_line(100)
        self.assert_refused("ENT009", self.await_by, self.anna)

    def test_the_statement_arrives(self):
        self.await_by(self.anna)
        self.be(self.task, self.ben).action_sign()
        self.bank_line(100)
        self.env["ai.close.dirty"].flush_model()
        self.be(self.close, self.anna).action_refresh()
        self.assertEqual((self.task.state, self.task.awaited_until), ("stale", False))

    def test_the_day_passes_without_it(self):
        self.await_by(self.anna)
        self.be(self.task, self.ben).action_sign()
        self.be(self.close, self.anna).action_refresh()
        self.assertEqual(self.task.state, "signed")
        later = self.day + timedelta(days=1)
        with patch.object(type(self.task), "_today", lambda _self: later):
            self.be(self.close, self.anna).action_refresh()
        self.assertEqual((self.task.state, self.task.awaited_until), ("stale", False))
        self.assertIn("has not come", self.task.stale_reason)
