"""Export, check, mail and gaps: how the trail and its roots leave Odoo."""

import json
from datetime import timedelta
from hashlib import sha256

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.addons.ai_close.kernel import seal
from odoo.addons.ai_close.models import close_audit_report
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PortCase


@tagged("post_install", "-at_install")
class TestAuditExport(PortCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.blocks = cls.env["ai.close.audit.seal"]
        cls.reports = cls.env["ai.close.audit.report"]

    def act(self, count=1):
        for step in range(count):
            self.env["ai.close.audit"]._append("test.act", self.company, after={"step": step})

    # -- the export

    def test_the_export_has_the_agreed_form(self):
        self.act(3)
        self.blocks._seal(self.company)
        self.act(2)
        self.blocks._seal(self.company)
        self.act(1)
        raw = list(self.blocks._export_lines(self.company))
        self.assertTrue(all(line.endswith(b"\n") and line.count(b"\n") == 1 for line in raw))
        end = json.loads(raw[-1])
        self.assertEqual(
            end, {"kind": "end", "lines": len(raw) - 1, "sha256": sha256(b"".join(raw[:-1])).hexdigest()}
        )
        head, *rest = [json.loads(line) for line in raw[:-1]]
        self.assertEqual(
            (head["kind"], head["format"], head["company"]),
            ("head", 1, {"id": self.company.id, "name": self.company.name}),
        )
        former, events = "0" * 64, 0
        at = 1
        while json.loads(raw[at])["kind"] == "seal":
            block = json.loads(raw[at])
            self.assertEqual(block["former_root"], former)
            lines = [line.rstrip(b"\n") for line in raw[at + 1 : at + 1 + block["count"]]]
            self.assertEqual([seal.leaf(line) for line in lines], block["leaves"])
            self.assertEqual(seal.merkle_root(block["leaves"]), block["merkle_root"])
            self.assertEqual(seal.block_root(block), block["root"])
            former, at, events = block["root"], at + 1 + block["count"], events + block["count"]
        tail = json.loads(raw[at])
        self.assertEqual((tail["kind"], tail["count"]), ("tail", 1))
        self.assertEqual(len(raw), at + 3)
        last = json.loads(raw[at + 1])
        self.assertEqual((last["action"], tail["oldest_at"]), ("test.act", last["event_at"]))
        self.assertEqual((head["last_seal"], head["events"]), (block["number"], events + 1))
        self.assertEqual(len(rest), len(raw) - 2)

    def test_the_export_of_nothing(self):
        other = self.env["res.company"].create({"name": "Nothing yet"})
        lines = [json.loads(line) for line in self.blocks._export_lines(other)]
        self.assertEqual([line["kind"] for line in lines], ["head", "tail", "end"])
        self.assertEqual((lines[0]["first_seal"], lines[0]["events"]), (None, 0))

    def test_export_gives_a_file_to_who_asked_only(self):
        self.act(2)
        action = self.rpc(self.controller, "ai.close.audit.seal", "action_export", [])
        self.assertEqual(action["type"], "ir.actions.act_url")
        report = self.reports.search([("kind", "=", "export")], limit=1)
        file = report.attachment_id
        self.assertIn(str(file.id), action["url"])
        self.assertRegex(file.name, rf"^ai-close-audit-{self.company.id}-\d{{4}}-\d\d-\d\d\.jsonl$")
        kept = file.raw
        self.assertEqual(json.loads(kept.splitlines()[-1])["kind"], "end")
        self.assertIn(b'"action":"audit.export"', kept)
        self.assertEqual(file.with_user(self.controller).raw, kept)
        for user in (self.controller2, self.auditor, self.preparer, self.agent):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
                file.with_user(user).read(["raw"])
        self.assertFalse(self.reports.with_user(self.auditor).search([("id", "=", report.id)]))
        report._guarded().write({"date_done": fields.Datetime.now() - timedelta(days=31)})
        self.reports._drop_old_files()
        self.assertFalse(file.exists())
        self.assertTrue(report.message)

    def test_who_may_ask(self):
        for method in ("action_verify", "action_export"):
            for model in ("ai.close.audit", "ai.close.audit.seal"):
                for user in (self.preparer, self.reviewer, self.agent):
                    with self.subTest(model=model, method=method, user=user.login):
                        denied = self.assertRaises(UserError)
                        with denied, self.quiet("odoo.addons.base.models.ir_model"):
                            self.rpc(user, model, method, [])
                        self.assertFalse(self.reports.search([("requested_by_id", "=", user.id)]))
                self.assertTrue(self.rpc(self.auditor, model, method, []))

    def test_what_is_long_is_done_in_the_background(self):
        self.act(3)
        self.patch(close_audit_report, "DIRECT_EVENTS", 1)
        action = self.rpc(self.auditor, "ai.close.audit", "action_verify", [])
        report = self.reports.browse(action["res_id"])
        self.assertEqual((report.state, report.message), ("waiting", False))
        self.rpc(self.auditor, "ai.close.audit", "action_export", [])
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            self.env(cr=cr, user=self.env.ref("base.user_root"))["ai.close.audit.report"]._cron_work()
        self.env.invalidate_all()
        self.assertEqual(report.state, "done")
        self.assertRegex(report.message, "events, unbroken")
        export = self.reports.search([("kind", "=", "export")], limit=1)
        self.assertEqual((export.state, export.requested_by_id), ("done", self.auditor))
        self.assertTrue(export.attachment_id.raw)

    def test_a_report_that_can_not_be_made_says_so(self):
        self.patch(close_audit_report, "DIRECT_EVENTS", -1)
        self.rpc(self.auditor, "ai.close.audit", "action_verify", [])
        report = self.reports.search([], limit=1)

        def broken(*_args):
            raise ValueError("the disk is full")

        self.patch(type(self.blocks), "_verify", broken)
        quiet = self.quiet("odoo.addons.ai_close.models.close_audit_report")
        with quiet, self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            cr.commit()
            self.env(cr=cr, user=self.env.ref("base.user_root"))["ai.close.audit.report"]._cron_work()
        self.env.invalidate_all()
        self.assertEqual((report.state, report.message), ("failed", "the disk is full"))

    def test_verify_says_what_it_found(self):
        self.act(2)
        block = self.blocks._seal(self.company)
        action = self.rpc(self.controller, "ai.close.audit", "action_verify", [])
        report = self.reports.browse(action["res_id"])
        self.assertEqual((report.state, report.broken), ("done", False))
        self.assertRegex(report.message, r"^\d+ blocks, \d+ events, unbroken")
        self.cr.execute("ALTER TABLE ai_close_audit DISABLE TRIGGER USER")
        self.cr.execute("UPDATE ai_close_audit SET reason = 'x' WHERE id = %s", [block.first_id])
        action = self.rpc(self.auditor, "ai.close.audit.seal", "action_verify", block.ids)
        report = self.reports.browse(action["res_id"])
        self.assertTrue(report.broken)
        self.assertIn(f"Block {block.number}: event {block.first_id} (", report.message)
        self.assertEqual(
            [event.user_id for event in self.audit("audit.verify")], [self.auditor.id, self.controller.id]
        )

    # -- the mail

    def test_the_last_root_is_mailed_to_controllers_and_auditors(self):
        for user in (self.controller, self.auditor, self.preparer):
            user.email = f"{user.login}@example.com"
        self.controller2.email = False
        self.act(2)
        block = self.blocks._seal(self.company)
        mail = self.blocks._mail_root(self.company)
        self.assertEqual(
            set(mail.email_to.split(",")) & {"close_controller@example.com", "close_auditor@example.com"},
            {"close_controller@example.com", "close_auditor@example.com"},
        )
        self.assertNotIn("preparer", mail.email_to)
        for text in (block.root, f"Block: {block.number}", block.database_uuid, "unbroken"):
            self.assertIn(text, mail.body_html)
        self.assertEqual(json.loads(self.audit("audit.root_mailed").after)["root"], block.root)

    def test_the_policy_names_other_addresses(self):
        policy = self.env["ai.close.policy"]._in_force(self.company)
        policy._guarded().write({"params": policy.params | {"seal_mail_to": ["notary@example.com"]}})
        self.act()
        self.blocks._seal(self.company)
        self.assertEqual(self.blocks._mail_root(self.company).email_to, "notary@example.com")

    def test_a_neutralised_copy_mails_nothing(self):
        self.controller.email = "carla@example.com"
        self.act()
        mails = self.env["mail.mail"]
        for neutralised in (True, False):
            self.env["ir.config_parameter"].set_param("database.is_neutralized", neutralised)
            had = mails.search_count([])
            with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
                self.env(cr=cr)["ai.close.audit.seal"]._cron_mail_roots()
            self.env.invalidate_all()
            self.assertEqual(mails.search_count([]) > had, not neutralised)

    def test_the_policy_says_how_long_events_are_kept(self):
        self.act()
        block = self.blocks._seal(self.company)
        self.assertEqual(block.keep_until, block.sealed_at.date() + relativedelta(years=10))
        policy = self.env["ai.close.policy"]._in_force(self.company)
        policy._guarded().write({"params": policy.params | {"audit_retention_years": 7}})
        self.env.invalidate_all()
        self.assertEqual(block.keep_until, block.sealed_at.date() + relativedelta(years=7))

    # -- the port

    def test_the_port_gives_the_blocks_in_pages(self):
        for _each in range(3):
            self.act(2)
            self.blocks._seal(self.company)
        self.act()
        whole = self.result("seals", company=self.company.id)
        self.assertIsNone(whole["next"])
        self.assertEqual(whole["unsealed"]["count"], 1)
        self.assertEqual([one["number"] for one in whole["seals"]], list(range(1, len(whole["seals"]) + 1)))
        for block in whole["seals"]:
            self.assertEqual(seal.block_root(block), block["root"])
            self.assertEqual(seal.merkle_root(block["leaves"]), block["merkle_root"])
        pages, after = [], 0
        while after is not None:
            page = self.result("seals", company=self.company.name, after=after, limit=2)
            pages += page["seals"]
            after = page["next"]
        self.assertEqual(pages, whole["seals"])
        self.assertEqual(self.result("seals", company=self.company.id, after=10**6)["seals"], [])
        self.assertIsInstance(self.result("seals", company=0)["seals"], list)
        self.refused("RUN003", "seals", company="Nobody Ltd")
        self.refused("RUN010", "seals", company=self.company.id, limit=0)
        self.refused("RUN008", "seals", company=self.company.id, _user=self.controller)

    def test_a_database_that_is_older_is_refused_until_a_controller_accepts(self):
        self.act(2)
        block = self.blocks._seal(self.company)
        known = {"number": block.number, "root": block.root}
        result, held = self.begin(known_seal=known)
        self.assertIsNone(result["gap_accepted"])
        self.finish(held)
        older = {"number": block.number + 9, "root": "ab" * 32}
        key = {
            "company": self.company.id,
            "period": "2026-10",
            "run_key": "run-00000002",
            "agent_version": "1.0.0",
            "rules_digest": "rules",
        }
        with self.enter_registry_test_mode():
            self.refused("RUN013", "begin", **key, known_seal=older)
            # the port's savepoint undoes what the cursor of these tests writes beside it
            for _time in range(2):
                with self.assertCode("RUN013"):
                    self.env(user=self.agent)["ai.close.audit.gap"]._judge(self.company, older)
        gap = self.env["ai.close.audit.gap"].search([("company_id", "=", self.company.id)])
        self.assertEqual((len(gap), gap.state, gap.known_root), (1, "open", older["root"]))
        self.assertEqual(len(self.audit("audit.gap_found")), 1)
        close = self.env["ai.close"]._for_period(self.company, "2026-10-01")
        self.assertIn("GAP", [blocker["code"] for blocker in close._readiness()["blockers"]])
        for user, code in ((self.reviewer, "SOD003"), (self.auditor, "SOD003"), (self.agent, "SOD002")):
            with self.assertRaises(Exception) as caught, self.quiet("odoo.addons.base.models.ir_model"):
                self.rpc(user, "ai.close.audit.gap", "action_accept", gap.ids, "restored")
            self.assertIn(code, str(caught.exception))
        with self.assertCode("ENT006"):
            self.rpc(self.controller, "ai.close.audit.gap", "action_accept", gap.ids, " ")
        with self.assertCode("AUD002"):
            self.rpc(self.controller, "ai.close.audit.gap", "write", gap.ids, {"known_number": 1})
        self.rpc(self.controller, "ai.close.audit.gap", "action_accept", gap.ids, "Backup of Sunday restored")
        with self.assertCode("AUD004"):
            self.rpc(self.controller, "ai.close.audit.gap", "action_accept", gap.ids, "again")
        self.assertNotIn("GAP", [blocker["code"] for blocker in close._readiness()["blockers"]])
        accepted = self.begin("run-00000002", known_seal=older)[0]["gap_accepted"]
        self.assertEqual((accepted["number"], accepted["root"]), (older["number"], older["root"]))
        self.assertEqual(
            (accepted["by"], accepted["reason"]), ("close_controller", "Backup of Sunday restored")
        )
        self.assertEqual(self.audit("audit.gap_accepted").user_id, self.controller.id)

    def test_an_accepted_gap_holds_for_the_trail_that_was_accepted_only(self):
        self.act()
        block = self.blocks._seal(self.company)
        gaps = self.env["ai.close.audit.gap"]
        older = {"number": 40, "root": "cd" * 32}
        gap = gaps._guarded().create(
            {
                "company_id": self.company.id,
                "known_number": 40,
                "known_root": older["root"],
                "server_number": block.number,
                "server_root": block.root,
                "found_at": fields.Datetime.now(),
            }
        )
        gap.with_user(self.controller).action_accept("restored")
        self.assertEqual(gaps._judge(self.company, older), gap)
        # this trail is another one than the accepted
        gap._guarded().write({"server_root": "ef" * 32})
        with self.assertCode("RUN013"), self.enter_registry_test_mode():
            gaps._judge(self.company, older)
        self.assertEqual(gaps.search([]).mapped("state"), ["open", "accepted"])
