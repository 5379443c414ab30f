"""Sure matches accepted by the server itself: only in the last phase, only up to the policy's amount."""

from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.tests import tagged

from .close_common import CloseCase

AUTOMATIC = {
    "phase": "automatic",
    "automatic": {"kinds": ["match"], "max_amount": "150.00", "unattended": True},
}


@tagged("post_install", "-at_install")
class TestMatchUnattended(CloseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_1 = cls.run_of_agent()
        cls.small, cls.other, cls.large, cls.unsure = (
            cls.proposed(100), cls.proposed(110), cls.proposed(900), cls.proposed(120, band="review")
        )  # fmt: skip

    @classmethod
    def proposed(cls, amount, **changes):
        row = cls.match_row(cls.bank_line(amount, f"INV {amount}"), cls.invoice(amount), **changes)
        answer = cls.submit("ai.close.match", cls.run_1, row)[0]
        return cls.env["ai.close.match"].sudo().search([("key", "=", answer["key"])])

    def say(self, **changes):
        policy = self.env["ai.close.policy"]._in_force(self.company).sudo()
        policy._guarded().write({"params": self.params(**changes)})

    def batch(self):
        """Return the batch that the server plans when the run ends, its chunks done."""
        self.finish(self.run_1)
        found = self.env["ai.close.match.batch"].sudo().search([("company_id", "=", self.company.id)])
        found = found.with_user(SUPERUSER_ID)
        while found and found._work_chunk():
            pass
        return found

    def test_off_by_default_and_without_matches_in_the_policy(self):
        self.assertFalse(self.batch())
        self.say(phase="automatic", automatic={"kinds": ["entry"], "max_amount": "150.00"})
        self.assertFalse(self.env["ai.close.match.batch"]._plan(self.run_1.sudo()))

    def test_a_version_from_before_that_named_matches_starts_nothing(self):
        """A company in the automatic phase is updated: nobody ever agreed to unattended accepts."""
        self.say(phase="automatic", automatic={"kinds": ["match"], "max_amount": "150.00"})
        self.assertFalse(self.batch())
        self.say(phase="automatic", automatic={**AUTOMATIC["automatic"], "unattended": False})
        self.assertFalse(self.env["ai.close.match.batch"]._plan(self.run_1.sudo()))
        self.assertEqual(self.small.state, "proposed")

    def test_sure_ones_up_to_the_amount_in_the_servers_name(self):
        self.say(**AUTOMATIC)
        batch = self.batch()
        self.assertEqual((batch.state, batch.origin, batch.done_count), ("done", "policy", 2))
        done = self.small | self.other
        self.assertEqual(set(done.mapped("state")), {"accepted"})
        self.assertEqual(done.accepted_by_id.id, SUPERUSER_ID)
        self.assertEqual(set((self.large | self.unsure).mapped("state")), {"proposed"})
        rows = self.env["ai.close.audit"].sudo().search([("action", "=", "match.accept")])
        row = rows.filtered(lambda each: each.res_id == self.small.id)
        self.assertEqual((row.role, row.user_id), ("server", SUPERUSER_ID))
        self.assertEqual(self.close._digest_facts(self.close.period_end)["unattended"], 2)
        self.be(self.small, self.anna).action_undo()
        self.assertFalse(self.small.statement_line_id.is_reconciled)

    def test_a_new_policy_or_a_stop_ends_it_between_two_chunks(self):
        self.say(**AUTOMATIC)
        real, chunks = type(self.env["ai.close.match.batch"])._work_chunk, []

        def work(batch):
            chunks.append(batch)
            if len(chunks) == 2:
                self.be(self.env["ai.close.auto.post"], self.ben).action_stop_company()
            return real(batch)

        with (
            patch("odoo.addons.ai_close.models.close_match_batch_work.CHUNK", 1),
            patch.object(type(self.env["ai.close.match.batch"]), "_work_chunk", work),
        ):
            batch = self.batch()
        self.assertEqual((batch.state, batch.done_count), ("stopped", 1))
        self.assertTrue(batch.reason)

    def test_nobody_borrows_the_servers_name(self):
        self.say(**AUTOMATIC)
        marked = self.small.with_context(ai_close_unattended=self.small.id)
        self.assert_refused("SOD002", marked.with_user(self.robot).action_accept)
        self.assert_refused("SOD003", marked.with_user(self.audrey).action_accept)
        self.assert_refused("SOD002", marked.with_user(SUPERUSER_ID).action_accept)
        self.assertEqual(self.small.state, "proposed")
