"""The screen of a schedule in a real browser: from the list to the review, and what it says of the ledger."""

from odoo.tests import tagged

from .close_common import EntryCase
from .test_tour_cockpit import TourCase


@tagged("post_install", "-at_install")
class TestTourSchedule(EntryCase, TourCase):
    def test_review(self):
        """PP1 of 12,000.00 on an account that carries nothing: reviewed, said aloud that it does not tie."""
        prepaid = self.expense.copy({"account_type": "asset_prepayments", "name": "Prepaid expenses"})
        schedule = self.be(self.env["ai.close.schedule"], self.anna).create(
            {
                "name": "Insurance 2026",
                "kind": "prepaid",
                "total": 12000.0,
                "start_date": "2026-03-15",
                "end_date": "2027-03-14",
                "booked_account_id": prepaid.id,
                "balance_account_id": prepaid.id,
                "result_account_id": self.expense.id,
            }
        )
        schedule.action_prepare()
        self.walk("ai_close_schedule_review", self.ben, "/odoo/ai-close-schedules")
        self.assertEqual((schedule.state, schedule.reviewed_by_id), ("running", self.ben))
