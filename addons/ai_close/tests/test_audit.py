"""The audit trail: append-only, in the act's own transaction, refusals counted."""

import json
from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.addons.ai_close.kernel.canonical import digest
from odoo.addons.ai_close.models.refusal import CloseRefusal, refuse
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PortCase

UPSERT = """
    INSERT INTO ai_close_audit (id, action, event_at) VALUES (%s, 'x', now())
    ON CONFLICT (id) DO UPDATE SET action = 'x'"""


@tagged("post_install", "-at_install")
class TestAudit(PortCase):
    def _event(self, **more):
        return self.env["ai.close.audit"]._append("test.act", self.company, after={"amount": "1.00"}, **more)

    def test_what_an_event_keeps(self):
        before = fields.Datetime.now() - timedelta(seconds=1)
        event = (
            self.env["ai.close.audit"]
            .with_user(self.preparer)
            ._append(
                "test.act", self.company, before={"a": 1}, after={"b": [0.5, {"c": "ü"}]}, reason="because"
            )
        )
        event = event.sudo()
        self.assertEqual(
            (event.user_id, event.user_login, event.role), (self.preparer.id, "close_preparer", "preparer")
        )
        self.assertEqual(
            (event.model, event.res_id, event.res_name, event.company_id),
            ("res.company", self.company.id, self.company.name, self.company.id),
        )
        self.assertEqual((event.before, event.after), ('{"a":1}', '{"b":["0.5",{"c":"ü"}]}'))
        self.assertTrue(before <= event.event_at <= fields.Datetime.now() + timedelta(seconds=1))
        self.env.invalidate_all()
        self.assertTrue(event.event_at.microsecond, "the time is kept to the microsecond")

    def test_the_digest_covers_the_stored_content(self):
        event = self._event(reason="because")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(event._intact())
        content = event._content()
        content["event_at"] = content["event_at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self.assertEqual(event.digest, digest(content))
        self.cr.execute("ALTER TABLE ai_close_audit DISABLE TRIGGER ai_close_audit_no_change")
        for column, value in (
            ("reason", "other"),
            ("user_id", self.preparer.id),
            ("after", None),
            ("res_id", None),
        ):
            with self.subTest(column=column), self.cr.savepoint() as savepoint:
                self.cr.execute(f"UPDATE ai_close_audit SET {column} = %s WHERE id = %s", (value, event.id))
                self.env.invalidate_all()
                self.assertFalse(event._intact())
                savepoint.rollback()
        self.env.invalidate_all()
        self.assertTrue(event._intact())

    def test_the_database_refuses_every_change(self):
        event = self._event()
        self.env.flush_all()
        for statement in (
            "UPDATE ai_close_audit SET reason = 'x' WHERE id = %s",
            "DELETE FROM ai_close_audit WHERE id = %s",
            "TRUNCATE ai_close_audit",
            "TRUNCATE ai_close_audit CASCADE",
            UPSERT,
        ):
            refused = self.assertRaisesRegex(CheckViolation, "AUD001")
            with self.subTest(statement=statement), self.quiet(), refused, self.cr.savepoint():
                self.cr.execute(statement, [event.id] if "%s" in statement else None)

    def test_the_orm_refuses_every_change(self):
        event = self._event()
        for call in (
            lambda: event.write({"reason": "x"}),
            lambda: event.sudo().unlink(),
            lambda: event.sudo().create([{"action": "forged", "event_at": fields.Datetime.now()}]),
            lambda: event.copy(),
        ):
            with self.assertCode("AUD001"), self.cr.savepoint():
                call()
                self.env.flush_all()
        for user in (self.controller, self.auditor, self.agent, self.env.ref("base.user_admin")):
            for method, args in (
                ("create", [{"action": "x"}]),
                ("write", [event.ids, {"reason": "x"}]),
                ("unlink", [event.ids]),
            ):
                with self.subTest(user=user.login, method=method), self.assertCode("AUD001"):
                    self.rpc(user, "ai.close.audit", method, *args)

    def test_an_act_that_is_undone_leaves_no_event(self):
        count = self.env["ai.close.audit"].search_count([])
        with self.assertRaises(ZeroDivisionError), self.cr.savepoint():
            self._event()
            1 / 0  # noqa: B018
        self.assertEqual(self.env["ai.close.audit"].search_count([]), count)

    def test_readers_see_their_companies_only(self):
        other = self._make_company("Other")
        event = self.env["ai.close.audit"]._append("test.act", other)
        seen = self.env["ai.close.audit"].with_user(self.auditor).search([])
        self.assertIn(self._event().id, self.env["ai.close.audit"].with_user(self.auditor).search([]).ids)
        self.assertNotIn(event.id, seen.ids)
        with self.assertRaises(AccessError):
            self.env["ai.close.audit"].with_user(self.agent).search([])

    # -- refusals

    def _facts(self, at=None):
        return {
            "user_id": self.preparer.id,
            "action": "entry.approve",
            "model": "res.company",
            "res_id": self.company.id,
            "refusal_code": "SOD001",
            "reason": "You prepared this.",
            "company_id": self.company.id,
            "event_at": at or fields.Datetime.now(),
        }

    def test_ten_refusals_an_hour_then_one_row_with_the_count(self):
        audit = self.env["ai.close.audit"]
        for _time in range(25):
            audit._append_refusal(self._facts())
        rows = audit.search([("refusal_code", "=", "SOD001")])
        self.assertEqual(len(rows), 10)
        self.assertEqual(set(rows.mapped("role")), {"preparer"})
        self.assertEqual(set(rows.mapped("res_name")), {self.company.name})
        # another code counts apart
        audit._append_refusal(self._facts() | {"refusal_code": "SOD003"})
        self.assertEqual(audit.search_count([("refusal_code", "=", "SOD003")]), 1)
        # the count comes when the hour is over
        audit._sum_up_refusals()
        self.assertEqual(len(audit.search([("refusal_code", "=", "SOD001")])), 10)
        self.cr.execute(
            "SELECT sum(count), count(*) FROM ai_close_refusal_tally WHERE refusal_code = 'SOD001'"
        )
        self.assertEqual(self.cr.fetchone(), (25, 1), "one row, however often")
        self.cr.execute("UPDATE ai_close_refusal_tally SET hour = hour - interval '2 hours'")
        audit._sum_up_refusals()
        summary = audit.search([("refusal_code", "=", "SOD001")]) - rows
        self.assertEqual(len(summary), 1)
        self.assertEqual(json.loads(summary.after)["count"], 15)
        audit._sum_up_refusals()
        self.assertEqual(audit.search([("refusal_code", "=", "SOD001")]) - rows, summary)

    def test_a_refusal_of_a_deleted_record_is_still_told(self):
        self.env["ai.close.audit"]._append_refusal(self._facts() | {"model": "res.partner", "res_id": 2**30})
        event = self.audit("entry.approve")
        self.assertEqual((event.model, event.res_id, event.res_name), ("res.partner", 2**30, False))

    def test_a_refusal_is_written_after_the_rollback_and_after_the_commit_once(self):
        written = []
        self.patch_write(written)
        for run, count in ((self.cr.postrollback, 1), (self.cr.postcommit, 1)):
            with self.assertRaises(CloseRefusal):
                raise refuse(self.company, "SOD001", action="entry.approve")
            run.run()
            self.assertEqual(len(written), count)
            # the other hook must not write it again
            self.cr.postcommit.run()
            self.cr.postrollback.run()
            self.assertEqual(len(written), count)
            written.clear()

    def patch_write(self, written):
        from odoo.addons.ai_close.models import refusal

        self.patch(refusal, "_write", lambda dbname, facts: written.append(facts))

    def test_a_trail_that_can_not_be_written_does_not_hide_the_refusal(self):
        from odoo.addons.ai_close.models import refusal

        with self.quiet("odoo.addons.ai_close.models.refusal"), self.quiet():
            refusal._write("no_such_database_of_ours", self._facts())

    def test_refusals_over_rpc_are_in_the_trail(self):
        written = []
        self.patch_write(written)
        close = self.env["ai.close"]._for_period(self.company, "2026-10-01")
        with self.assertRaises(CloseRefusal):
            self.rpc(self.auditor, "ai.close", "action_run_now", close.ids)
        self.cr.postrollback.run()
        self.assertEqual(
            [(one["user_id"], one["company_id"]) for one in written], [(self.auditor.id, self.company.id)]
        )
        self.assertTrue(written[0]["event_at"] > fields.Datetime.now() - timedelta(minutes=1))

    def test_what_the_rights_refuse_is_in_the_trail_too(self):
        written = []
        self.patch_write(written)
        loggers = "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"
        close = self.env["ai.close"]._for_period(self.company, "2026-10-01")
        with mute_logger(*loggers):
            for model, method, args in (
                ("ai.close", "write", [close.ids, {"message_main_attachment_id": False}]),
                ("ai.close.audit", "search_read", [[]]),
            ):
                with self.assertRaises(AccessError):
                    self.rpc(self.agent, model, method, *args)
        self.cr.postrollback.run()
        told = [(one["user_id"], one["action"], one["refusal_code"]) for one in written]
        self.assertEqual(
            told,
            [
                (self.agent.id, "ai.close.write", "AUD005"),
                (self.agent.id, "ai.close.audit.read", "AUD005"),
            ],
        )
