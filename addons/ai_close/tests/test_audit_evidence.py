"""What the trail says beyond who and when: what a step rested on, what the agent read, and who may know."""

import json

from odoo.addons.ai_close.kernel.canonical import digest
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .close_common import EntryCase
from .common import PortCase

LOGGERS = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model", "odoo.models")


@tagged("post_install", "-at_install")
class TestEvidence(EntryCase):
    def event(self, action, record):
        return (
            self.env["ai.close.audit"]
            .sudo()
            .search(
                [("action", "=", action), ("model", "=", record._name), ("res_id", "=", record.id)], limit=1
            )
        )

    def test_a_signed_entry_bears_the_digest_and_the_files_that_were_signed(self):
        entry = self.propose()
        file = (
            self.env["ir.attachment"]
            .sudo()
            .create({"name": "order.txt", "raw": b"14 pieces", "res_model": entry._name, "res_id": entry.id})
        )
        self.sign(entry)
        for action in ("entry.prepare", "entry.review"):
            evidence = json.loads(self.event(action, entry).evidence)
            self.assertEqual(evidence["payload_digest"], entry.payload_digest)
            self.assertEqual(
                evidence["policy_digest"], self.env["ai.close.policy"]._in_force(self.company).digest
            )
            self.assertEqual(evidence["files"], [{"id": file.id, "name": "order.txt", "sha1": file.checksum}])

    def test_an_event_outlives_its_record_and_its_person(self):
        partner = self.env["res.partner"].create({"name": "Gone Ltd"})
        person = self.person("gone", "reviewer")
        event = (
            self.env["ai.close.audit"].with_user(person)._append("test.act", partner, company=self.company)
        )
        event = event.sudo()
        (line,) = [
            row for row in self.env["ai.close.audit.seal"]._export_lines(self.company) if b"Gone Ltd" in row
        ]
        person_id = person.id
        person.unlink()
        partner.unlink()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(
            (event.user_id, event.user_login, event.res_name), (person_id, "close_gone", "Gone Ltd")
        )
        self.assertTrue(event._intact())
        self.assertIn(line, list(self.env["ai.close.audit.seal"]._export_lines(self.company)))


@tagged("post_install", "-at_install")
class TestReadings(PortCase):
    def readings(self):
        return [
            (json.loads(event.after), json.loads(event.evidence))
            for event in self.audit("run.extract").sorted("id")
        ]

    def read_all(self, held, dataset, limit):
        after, rows = 0, 0
        while after is not None:
            page = self.result("extract", **held, dataset=dataset, after=after, limit=limit)
            rows += page["count"]
            after = page["next"]
        return rows

    def test_each_dataset_read_to_its_end_is_one_event(self):
        for _each in range(5):
            self.entry(100).action_post()
        _result, held = self.begin()
        rows = self.read_all(held, "lines", 4)
        self.assertGreater(rows, 8)
        ((after, evidence),) = self.readings()
        self.assertEqual((after["dataset"], after["rows"]), ("lines", rows))
        self.assertGreater(after["pages"], 2)
        self.assertEqual(evidence["filter"]["company_id"], self.company.id)
        self.assertEqual(evidence["filter"]["states"], "draft, posted")
        self.assertRegex(evidence["watermark"], r"^\d+$")
        event = self.audit("run.extract")
        self.assertEqual((event.role, event.run_id), ("agent", held["run_id"]))

    def test_a_page_that_is_asked_again_is_no_second_reading(self):
        _result, held = self.begin()
        for _time in range(3):
            self.result("extract", **held, dataset="accounts", after=0, limit=5000)
        self.assertEqual(len(self.readings()), 1)

    def test_a_run_taken_up_again_reads_again(self):
        _result, held = self.begin()
        rows = self.read_all(held, "accounts", 5)
        _result, again = self.begin()
        self.assertEqual(self.read_all(again, "accounts", 5), rows)
        self.assertEqual([after["rows"] for after, _evidence in self.readings()], [rows, rows])
        resumed = json.loads(self.audit("run.resume").evidence)
        self.assertEqual((resumed["agent_version"], resumed["rules_digest"]), ("1.0.0", "rules"))

    def test_changes_tell_their_watermark(self):
        _result, held = self.begin()
        page = self.result("extract", **held, dataset="changes", after=7, limit=5000)
        ((after, evidence),) = self.readings()
        self.assertEqual(after["rows"], page["count"])
        self.assertEqual(evidence["watermark"], page["watermark"])
        self.assertEqual(evidence["filter"]["after_watermark"], "7")

    def test_what_a_run_was_made_with(self):
        _result, held = self.begin()
        began = json.loads(self.audit("run.begin").evidence)
        self.assertEqual((began["agent_version"], began["rules_digest"]), ("1.0.0", "rules"))
        self.assertEqual(
            began["policy_digest"],
            digest(self.env["ai.close.policy"]._in_force(self.company).params),
        )
        self.finish(held)
        self.assertEqual(json.loads(self.audit("run.finish").evidence), began)

    # -- who may know what colleagues did

    @mute_logger(*LOGGERS)
    def test_preparers_and_reviewers_read_their_own_events_only(self):
        audit = self.env["ai.close.audit"]
        mine = audit.with_user(self.preparer)._append("test.act", self.company)
        refused = audit._append_refusal(
            {
                "user_id": self.reviewer.id,
                "action": "entry.approve",
                "model": "res.company",
                "res_id": self.company.id,
                "refusal_code": "SOD001",
                "reason": "no",
                "company_id": self.company.id,
                "event_at": mine.sudo().event_at,
            }
        )
        self.assertIsNone(refused)
        theirs = audit.search([("refusal_code", "=", "SOD001")])
        self.assertEqual(theirs.user_id, self.reviewer.id)
        for user in (self.preparer, self.reviewer, self.reviewer2):
            seen = self.rpc(user, "ai.close.audit", "search_read", [], ["user_id", "user_login"])
            self.assertLessEqual({row["user_id"] for row in seen}, {user.id})
            for foreign in (theirs if user != self.reviewer else mine).ids:
                with self.assertRaises(AccessError):
                    self.rpc(user, "ai.close.audit", "read", [foreign], ["user_login"])
            people = self.rpc(user, "ai.close.audit", "search_panel_select_multi_range", "user_id")
            self.assertLessEqual({one["id"] for one in people["values"]}, {user.id})
            groups = self.rpc(user, "ai.close.audit", "formatted_read_group", [], ["user_name"], ["__count"])
            self.assertLessEqual({group["user_name"] for group in groups}, {user.name})
        for user in (self.controller, self.auditor):
            seen = self.rpc(user, "ai.close.audit", "search_read", [], ["user_id"])
            self.assertLessEqual({self.preparer.id, self.reviewer.id}, {row["user_id"] for row in seen})

    @mute_logger(*LOGGERS)
    def test_the_signatures_on_the_screens_stay_readable(self):
        close = self.env["ai.close"]._for_period(self.company, "2026-10-01")
        task = close.sudo().task_ids[:1]
        values = self.rpc(self.preparer, "ai.close.task", "read", task.ids, ["owner_id", "state"])
        self.assertTrue(values)

    def test_the_panel_offers_persons_actions_and_models(self):
        self.env["ai.close.audit"].with_user(self.preparer)._append("test.act", self.company)

        def panel(name, **more):
            found = self.rpc(self.auditor, "ai.close.audit", "search_panel_select_multi_range", name, **more)
            return {each["id"]: (each["display_name"], each["__count"]) for each in found["values"]}

        self.assertEqual(panel("user_id")[self.preparer.id], ("close_preparer", 1))
        self.assertEqual(panel("action")["test.act"], ("test.act", 1))
        self.assertIn("res.company", panel("model"))
        self.assertEqual(
            list(panel("user_id", search_domain=[("action", "=", "test.act")])), [self.preparer.id]
        )

    # -- refusals by access rights

    @mute_logger(*LOGGERS)
    def test_every_way_to_be_denied_is_told(self):
        written = []
        from odoo.addons.ai_close.models import refusal

        self.patch(refusal, "_write", lambda dbname, facts: written.append(facts))
        other = self._make_company("Not theirs")
        close = self.env["ai.close"]._for_period(other, "2026-10-01")
        event = self.env["ai.close.audit"]._append("test.act", other)
        _result, held = self.begin()
        calls = [
            (self.agent, "ai.close.audit", "search_read", [[]], "ai.close.audit.read"),
            (self.agent, "ai.close.audit.seal", "read", [[1], ["root"]], "ai.close.audit.seal.read"),
            (self.auditor, "ai.close", "read", [close.ids, ["name"]], "ai.close.read"),
            (self.auditor, "ai.close.audit", "read", [event.ids, ["user_login"]], "ai.close.audit.read"),
            (self.auditor, "ai.close.run", "read", [[held["run_id"]], ["lease"]], "ai.close.run.read"),
            (
                self.auditor,
                "ai.close.task.template",
                "create",
                [{"name": "x"}],
                "ai.close.task.template.create",
            ),
            (self.preparer, "ai.close.audit.report", "search_count", [[]], "ai.close.audit.report.read"),
        ]
        for user, model, method, args, action in calls:
            with self.subTest(model=model, method=method):
                written.clear()
                with self.assertRaises(AccessError):
                    self.rpc(user, model, method, *args)
                self.cr.postrollback.run()
                self.assertIn((user.id, action, "AUD005"), [
                    (one["user_id"], one["action"], one["refusal_code"]) for one in written
                ])  # fmt: skip
                self.assertEqual(len(written), 1)
