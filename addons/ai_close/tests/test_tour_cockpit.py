"""The screens in a real browser: what they show of a period, and that their buttons lead somewhere."""

import unittest

from odoo.tests import HttpCase, tagged

from .close_common import CloseCase, EntryCase
from .locks import lock_by_hand


class TourCase(HttpCase):
    """Tours that are never skipped."""

    def walk(self, tour, user, url="/odoo/ai-close"):
        """Run a tour; a browser that is missing is a failure here, since the screen would go unseen."""
        try:
            self.start_tour(url, tour, login=user.login)
        except unittest.SkipTest as why:
            self.fail(f"The tour {tour} needs a browser: {why}")


@tagged("post_install", "-at_install")
class TestTourCockpit(CloseCase, TourCase):
    def finding(self, run, severity, title, **vals):
        anchor = self.company.partner_id
        return (
            self.env["ai.close.finding"]
            ._guarded()
            .create(
                {
                    "key": f"EXF001:{self.company.id}:res.partner,{anchor.id}:{severity}",
                    "close_id": self.close.id,
                    "company_id": self.company.id,
                    "run_id": run.id,
                    "last_run_id": run.id,
                    "rule": "EXF001",
                    "rule_title": "Duplicate bill",
                    "severity": severity,
                    "title": title,
                    "message": "What it is.",
                    "why": "Why it matters.",
                    "remedy": "Cancel one of them.",
                    "amount": 4200.0,
                    "anchor_model": "res.partner",
                    "anchor_id": anchor.id,
                    "records": [{"model": "res.partner", "id": anchor.id, "label": "The partner"}],
                    "evidence": {"days": 11},
                    **vals,
                }
            )
        )

    def test_never_run(self):
        """A period that the agent never looked at says so, and a run can be asked for."""
        self.env["account.move"].create({"move_type": "entry", "date": "2026-10-12"})
        run = self.run_of_agent()
        self.finding(run, "critical", "Planted finding")
        run._guarded().write({"state": "failed"})
        self.walk("ai_close_cockpit", self.anna)
        asked = self.close.run_ids.filtered(lambda each: each.state == "requested")
        self.assertEqual(asked.requested_by_id, self.anna)

    def test_bank_match(self):
        """A proposed match is found from the cockpit, accepted in the review, and counted as done."""
        item = self.invoice(1190.0)
        line = self.bank_line(1190.0, "ACME INV 0231")
        run = self.run_of_agent()
        self.submit("ai.close.match", run, self.match_row(line, item))
        self.finish(run)
        self.walk("ai_close_cockpit_match", self.anna)
        self.assertTrue(line.is_reconciled)
        self.assertEqual(self.close.match_ids.accepted_by_id, self.anna)

    def test_locked(self):
        """A locked period shows the bar and offers neither a run nor a lock."""
        self.close._guarded().write({"state": "locked"})
        lock_by_hand(self.company, fiscalyear_lock_date=self.close.period_end)
        self.walk("ai_close_cockpit_locked", self.audrey)


@tagged("post_install", "-at_install")
class TestTourEntry(EntryCase, TourCase):
    def test_own_work(self):
        """Who prepared an entry reads why somebody else has to review it, instead of a traceback."""
        entry = self.propose()
        self.be(entry, self.anna).action_prepare()
        self.walk("ai_close_entry_own_work", self.anna, "/odoo/ai-close-entries")
        self.assertEqual(entry.state, "prepared")
