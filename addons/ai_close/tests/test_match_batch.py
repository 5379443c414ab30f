"""A whole band at once: the sample, the chunks, what fails alone, and whose name it bears."""

from unittest.mock import patch

from odoo.tests import tagged

from ..models import close_match_batch_work
from ..models.close_match_batch import MOST_BY_HAND
from .close_common import CloseCase
from .locks import lock_by_hand


@tagged("post_install", "-at_install")
class TestMatchBatch(CloseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_1 = cls.run_of_agent()
        cls.matches = cls.env["ai.close.match"].sudo()
        for amount in range(101, 107):
            cls.matches |= cls.proposed(amount)

    @classmethod
    def params(cls, **changes):
        return super().params(**{"match_sample": {"size": 4}, **changes})

    @classmethod
    def proposed(cls, amount, **changes):
        row = cls.match_row(cls.bank_line(amount, f"INV {amount}"), cls.invoice(amount), **changes)
        answer = cls.submit("ai.close.match", cls.run_1, row)[0]
        return cls.env["ai.close.match"].sudo().search([("key", "=", answer["key"])])

    def opened(self, user=None, band="auto", domain=()):
        """Return a draft batch as ``user`` opens it (sudo)."""
        action = self.be(self.env["ai.close.match.batch"], user or self.anna).action_new(band, list(domain))
        return self.env["ai.close.match.batch"].sudo().browse(action["res_id"])

    def look(self, batch, user=None):
        for line in batch.sample_ids:
            self.be(line, user or self.anna).action_open()

    def asked(self, user=None, **more):
        batch = self.opened(user, **more)
        self.look(batch, user)
        self.be(batch, user or self.anna).action_request()
        return batch

    def worked(self, batch):
        """Do the chunks that the cron does, without its commits."""
        while batch._work_chunk():
            pass
        return batch

    def test_the_largest_are_in_the_sample_and_each_has_to_be_opened(self):
        batch = self.opened()
        self.assertEqual((batch.state, batch.total, len(batch.sample_ids)), ("draft", 6, 4))
        self.assertTrue({106, 105} <= set(batch.sample_ids.mapped("amount")))
        self.assert_refused("ENT034", self.be(batch, self.anna).action_request)
        for line in batch.sample_ids[1:]:
            self.be(line, self.anna).action_open()
        self.assert_refused("ENT034", self.be(batch, self.anna).action_request)
        self.be(batch.sample_ids[0], self.anna).action_open()
        self.assertEqual(batch.shown_id, batch.sample_ids[0])
        self.assertTrue(batch.shown_items and batch.shown_reasons)
        self.be(batch, self.anna).action_request()
        self.assertEqual((batch.state, len(batch.line_ids)), ("waiting", 6))
        self.assertEqual(self.matches.mapped("state"), ["proposed"] * 6)
        told = (
            self.env["ai.close.audit"]
            .sudo()
            .search([("model", "=", batch._name), ("res_id", "=", batch.id), ("action", "=", "batch.look")])
        )
        self.assertEqual((len(told), set(told.mapped("user_id"))), (4, {self.anna.id}))

    def test_everything_is_accepted_in_the_name_of_who_asked(self):
        batch = self.asked()
        with patch.object(close_match_batch_work, "CHUNK", 2):
            self.assertEqual(batch._work_chunk(), 4)
            self.assertEqual((batch.state, batch.done_count), ("running", 2))
            self.worked(batch)
        self.assertEqual((batch.state, batch.done_count, batch.failed_count), ("done", 6, 0))
        self.assertEqual(self.matches.mapped("state"), ["accepted"] * 6)
        self.assertEqual(self.matches.accepted_by_id, self.anna)
        self.assertTrue(all(self.matches.statement_line_id.mapped("is_reconciled")))
        self.assertEqual(batch.progress, 100)

    def test_one_that_fails_leaves_the_others(self):
        batch = self.asked()
        paid, changed = self.matches[3], self.matches[5]
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=paid.item_ids.move_line_id.move_id.ids
        ).create({})._create_payments()
        item = changed.item_ids
        item._guarded().write({"amount": item.amount - 1, "amount_currency": item.amount_currency - 1})
        self.worked(batch)
        self.assertEqual((batch.state, batch.done_count, batch.failed_count), ("done", 4, 2))
        self.assertEqual((paid.state, changed.state), ("superseded", "proposed"))
        self.assertEqual(batch.failed_ids.match_id, paid | changed)
        self.assertTrue(all(batch.failed_ids.mapped("message")))
        self.assertFalse(changed.statement_line_id.is_reconciled)

    def test_an_unexpected_failure_stays_alone_too(self):
        batch, poisoned = self.asked(), self.matches[4]
        real = type(self.matches)._settle

        def settle(match, *plan):
            if match.id == poisoned.id:
                raise ValueError("poison")
            return real(match, *plan)

        with (
            patch.object(type(self.matches), "_settle", settle),
            self.assertLogs("odoo.addons.ai_close.models.close_match_batch_work", "ERROR"),
        ):
            self.worked(batch)
        self.assertEqual((batch.done_count, batch.failed_ids.match_id), (5, poisoned))

    def test_rights_are_asked_again_with_each_chunk(self):
        batch = self.asked()
        with patch.object(close_match_batch_work, "CHUNK", 2):
            batch._work_chunk()
            self.anna.sudo().active = False
            self.worked(batch)
        self.assertEqual((batch.state, batch.done_count), ("stopped", 2))
        self.assertIn("Anna", batch.reason)
        self.assertEqual(len(self.matches.filtered(lambda match: match.state == "proposed")), 4)

    def test_stopped_between_chunks(self):
        batch = self.asked()
        with patch.object(close_match_batch_work, "CHUNK", 2):
            batch._work_chunk()
            self.be(batch, self.ben).action_stop()
            self.worked(batch)
        self.assertEqual((batch.state, batch.done_count, batch.stopped_by_id), ("stopped", 2, self.ben))

    def test_a_sample_is_opened_by_who_asks(self):
        batch = self.opened()
        self.assert_refused("ENT037", self.be(batch.sample_ids[0], self.ben).action_open)
        self.look(batch)
        self.assert_refused("ENT037", self.be(batch, self.ben).action_request)
        self.assert_refused(
            "SOD003", self.be(self.env["ai.close.match.batch"], self.audrey).action_new, "auto"
        )
        self.assert_refused(
            "SOD002", self.be(self.env["ai.close.match.batch"], self.robot).action_new, "auto"
        )

    def test_a_whole_band_in_one_call_is_refused(self):
        ids = self.matches.ids * (MOST_BY_HAND // len(self.matches) + 1)
        self.assert_refused("ENT035", self.be(self.matches.browse(ids), self.anna).action_accept)

    def test_what_cannot_be_accepted_is_left_out_and_said(self):
        self.proposed(20000)
        batch = self.opened()
        self.assertEqual((batch.total, [row["count"] for row in batch.left_out]), (6, [1]))
        lock_by_hand(self.company, fiscalyear_lock_date="2026-10-31")
        self.assert_refused("ENT036", self.be(self.env["ai.close.match.batch"], self.anna).action_new, "auto")

    def test_what_is_locked_meanwhile_stays(self):
        batch = self.asked()
        lock_by_hand(self.company, fiscalyear_lock_date="2026-10-31")
        self.worked(batch)
        self.assertEqual((batch.done_count, batch.failed_count), (0, 6))
        self.assertEqual(set(self.matches.mapped("state")), {"proposed"})

    def test_one_batch_of_a_company_at_a_time(self):
        self.asked(domain=[("line_amount", "<", 103)])
        other = self.opened(domain=[("line_amount", ">=", 103)])
        self.look(other)
        self.assert_refused("ENT038", self.be(other, self.anna).action_request)


@tagged("post_install", "-at_install")
class TestImportAsks(CloseCase):
    def asked(self):
        """Return the runs that wait, after what the commit of this transaction would do."""
        self.env.cr.precommit.run()
        return self.env["ai.close.run"].sudo().search([("state", "=", "requested")])

    def test_an_import_asks_for_one_run_of_its_period(self):
        self.bank_line(100)
        self.bank_line(200)
        run = self.asked()
        self.assertEqual((run.close_id, run.trigger, run.requested_by_id.id), (self.close, "import", False))
        self.bank_line(300)
        self.assertEqual(self.asked(), run)
        again = self.env["ai.close.run"].with_user(self.anna)._request(self.close.with_user(self.anna))
        self.assertEqual((again.sudo(), run.trigger, run.requested_by_id), (run, "person", self.anna))

    def test_a_run_that_begins_serves_the_import(self):
        self.bank_line(100)
        run = self.asked()
        taken = run._take_import_request(self.close, "nightly-1", "nightly")
        self.assertEqual((taken, run.run_key, run.trigger), (run, "nightly-1", "nightly"))
        self.assertFalse(run._take_import_request(self.close, "nightly-2", "nightly"))

    def test_one_at_work_may_have_read_before_the_import(self):
        self.run_of_agent()
        self.bank_line(100)
        self.assertEqual(self.asked().trigger, "import")

    def test_a_locked_or_old_month_asks_for_nothing(self):
        self.bank_line(100, date="2025-03-03")
        self.assertFalse(self.asked())
        self.bank_line(100)
        lock_by_hand(self.company, fiscalyear_lock_date="2026-10-31")
        self.close._guarded().write({"state": "locked"})
        self.assertFalse(self.asked())

    def test_what_was_locked_before_the_agent_came_waits_no_more(self):
        self.bank_line(100)
        run = self.asked()
        self.env["ai.close.run"]._cron_expire()
        self.assertEqual(run.state, "requested")
        self.close._guarded().write({"state": "locked"})
        self.env["ai.close.run"]._cron_expire()
        self.assertEqual(run.state, "expired")

    def test_the_import_never_fails_by_its_request(self):
        line = self.bank_line(100)
        with (
            patch.object(type(self.env["ai.close.run"]), "_request_by_import", side_effect=ValueError("x")),
            self.assertLogs("odoo.addons.ai_close.models.close_match_import", "WARNING"),
        ):
            self.assertFalse(self.asked())
        self.assertTrue(line.exists())
