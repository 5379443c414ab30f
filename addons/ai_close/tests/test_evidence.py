"""Evidence: what a signature was given on stays, for everybody, and a change behind Odoo's back shows."""

import base64
import hashlib
import json

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .close_common import CloseCase, EntryCase

NOTE = "Counted with the warehouse, line by line."
PAPER = b"count sheet of 31 October"


class EvidenceCase(CloseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})

    def setUp(self):
        super().setUp()
        self.stock = self.close.task_ids.filtered(lambda task: task.code == "STOCK")

    def file(self, user, record, raw=PAPER, name="count.txt", **vals):
        """Attach a file as the chatter's upload does: sudo, the uid stays."""
        files = self.be(self.env["ir.attachment"], user).sudo()
        return files.create(
            {"name": name, "raw": raw, "res_model": record._name, "res_id": record.id, **vals}
        )

    def evidence(self, user=None):
        file = self.file(user or self.anna, self.stock)
        self.be(self.stock, user or self.anna).write({"evidence_ids": [Command.link(file.id)]})
        return file

    def audit(self, action, record):
        events = self.env["ai.close.audit"].sudo()
        return events.search(
            [("action", "=", action), ("model", "=", record._name), ("res_id", "=", record.id)]
        )

    def assert_kept(self, file, *users):
        """Assert that none of ``users`` can change, move, open up or delete the file, sudo or not."""
        content = base64.b64encode(b"another story")
        for user in users:
            for mine in (self.be(file, user), self.be(file, user).sudo()):
                for vals in (
                    {"raw": b"another story"},
                    {"datas": content},
                    {"datas": "no base64 at all"},
                    {"raw": ["a", "list"]},
                    {"raw": False},
                    {"db_datas": content},
                    {"name": "other.txt"},
                    {"type": "url", "url": "https://example.com/x"},
                    {"url": "/web/x"},
                    {"mimetype": "text/html"},
                    {"res_model": "res.partner", "res_id": self.partner_b.id},
                    {"res_id": 0},
                    {"res_id": self.stock.id + 1},
                    {"res_field": "evidence_note"},
                    {"public": True},
                    {"company_id": self.elsewhere.id},
                    {"index_content": "found by another word"},
                    {"access_token": "known to all"},
                    {"original_id": file.id},
                ):
                    with self.subTest(user=user.name, sudo=mine.env.su, vals=vals):
                        self.assert_refused("AUD006", mine.write, vals)
                self.assert_refused("AUD006", mine.unlink)
                self.assert_refused("AUD006", mine.with_context(_force_unlink=True).unlink)
        self.assertEqual(file.raw, PAPER)


@tagged("post_install", "-at_install")
class TestEvidence(EvidenceCase):
    def test_unsigned_evidence_is_free(self):
        file = self.evidence()
        self.be(file, self.anna).write({"raw": b"better copy", "name": "better.txt"})
        self.assertEqual(file.raw, b"better copy")
        self.be(file, self.anna).unlink()
        self.assertFalse(self.stock.evidence_ids)

    def test_from_the_preparation_on_it_stays(self):
        file = self.evidence()
        self.be(self.stock, self.anna).action_prepare(NOTE)
        self.assert_kept(file, self.anna, self.ben, self.carla)
        self.be(self.stock, self.ben).action_sign()
        self.assert_kept(file, self.anna, self.carla, self.env.ref("base.user_admin"))
        same = {"name": file.name, "raw": PAPER, "res_model": file.res_model, "res_id": file.res_id}
        self.be(file, self.anna).write(same)

    def test_a_file_that_is_linked_only_stays_too(self):
        file = self.file(self.anna, self.partner_a)
        self.be(self.stock, self.anna).write({"evidence_ids": [Command.link(file.id)]})
        self.be(self.stock, self.anna).action_prepare(NOTE)
        self.assert_kept(file, self.anna)

    def test_a_file_uploaded_in_the_form_can_be_read_by_who_signs(self):
        files = self.be(self.env["ir.attachment"], self.anna)
        file = files.create({"name": "count.txt", "raw": PAPER, "res_model": "ai.close.task", "res_id": 0})
        self.be(self.stock, self.anna).write({"evidence_ids": [Command.link(file.id)]})
        self.be(self.stock, self.anna).action_prepare(NOTE)
        self.assertEqual(file.res_id, self.stock.id)
        self.assertEqual(self.be(file, self.ben).raw, PAPER)

    def test_both_signatures_tell_the_checksums(self):
        file = self.evidence()
        self.be(self.stock, self.anna).action_prepare(NOTE)
        self.be(self.stock, self.ben).action_sign()
        for action in ("task.prepare", "task.sign"):
            (event,) = self.audit(action, self.stock)
            after = json.loads(event.after)
            self.assertEqual(
                [(each["id"], each["sha256"], each["named"]) for each in after["signed_files"]],
                [(file.id, hashlib.sha256(PAPER).hexdigest(), True)],
            )
            self.assertEqual(after["evidence_digest"], self.stock.evidence_digest)

    def test_sent_back_it_is_free_again_and_the_change_is_told(self):
        file = self.evidence()
        self.be(self.stock, self.anna).action_prepare(NOTE)
        self.assert_refused("ENT001", self.be(self.stock, self.anna).write, {"evidence_note": "and Gent"})
        self.be(self.stock, self.ben).action_send_back("the sheet of Gent is missing")
        self.assertFalse(self.stock.evidence_digest)
        self.be(file, self.anna).write({"raw": b"with Gent"})
        self.be(self.stock, self.anna).write({"evidence_note": "Counted with Gent"})
        told = self.audit("task.evidence", self.stock)[0]
        self.assertIn(NOTE, told.before)
        self.assertIn("Counted with Gent", told.after)
        self.be(self.stock, self.anna).action_prepare(NOTE)
        self.be(self.stock, self.ben).action_sign()
        self.assertEqual(self.stock.state, "signed")

    def test_who_prepared_may_take_it_back_and_nobody_else_below(self):
        other = self.person("adam", "preparer")
        self.be(self.stock, self.anna).action_prepare(NOTE)
        self.assert_refused("SOD003", self.be(self.stock, other).action_send_back, "I know better than her")
        self.be(self.stock, self.anna).action_send_back("the wrong sheet, sorry")
        self.assertEqual(self.stock.state, "open")

    def test_who_signs_does_not_rewrite_the_note(self):
        self.be(self.stock, self.anna).action_prepare(NOTE)
        for user in (self.anna, self.ben, self.carla):
            self.assert_refused("ENT001", self.be(self.stock, user).write, {"evidence_note": "all is well"})
            file = self.file(user, self.stock)
            self.assert_refused(
                "ENT001", self.be(self.stock, user).write, {"evidence_ids": [Command.link(file.id)]}
            )
        self.assert_refused("ENT001", self.be(self.stock, self.ben).action_prepare, "my own words, not hers")
        self.assertEqual(self.stock.evidence_note, NOTE)

    def test_who_wrote_on_what_the_server_prepared_does_not_sign_it(self):
        self.finish(self.run_of_agent())
        run = self.close.task_ids.filtered(lambda task: task.code == "RUN")
        self.assertEqual((run.state, run.prepared_by_id.ids), ("prepared", []))
        self.be(run, self.ben).write({"evidence_note": "read the log of the run"})
        self.assert_refused("SOD001", self.be(run, self.ben).action_sign)
        self.be(run, self.carla).action_sign()
        self.assertEqual(run.state, "signed")

    def test_a_later_file_is_seen_and_told_and_strikes_nothing(self):
        self.evidence()
        self.be(self.stock, self.anna).action_prepare(NOTE)
        self.be(self.stock, self.ben).action_sign()
        late = self.file(self.anna, self.stock, raw=b"confirmation of the auditor", name="late.txt")
        self.close.sudo()._refresh()
        self.assertEqual(self.stock.state, "signed")
        self.assertEqual(self.be(self.stock, self.carla).other_file_ids, late)
        (told,) = self.audit("attachment.add", self.stock)
        self.assertEqual(json.loads(told.after)["file"]["sha256"], late._ai_close_sha256())
        self.assert_refused("AUD006", self.be(late, self.anna).unlink)

    def test_a_file_nobody_names_is_seen_by_who_signs_and_pinned(self):
        beside = self.file(self.anna, self.stock, name="beside.txt")
        self.be(self.stock, self.anna).action_prepare(NOTE)
        self.assertEqual(self.be(self.stock, self.ben).other_file_ids, beside)
        self.assert_kept(beside, self.anna)

    # -- behind Odoo's back

    def tampered(self, query, *args):
        self.env.flush_all()
        self.env.cr.execute(query, args)
        self.env.invalidate_all()

    def test_a_change_by_sql_makes_the_signature_stale(self):
        file = self.evidence()
        self.be(self.stock, self.anna).action_prepare(NOTE)
        self.be(self.stock, self.ben).action_sign()
        self.close.sudo()._refresh()
        self.assertEqual(self.stock.state, "signed")
        forged = self.file(self.anna, self.partner_a, raw=b"another story")
        for query, args, why in (
            (
                "UPDATE ai_close_task SET evidence_note = %s WHERE id = %s",
                ("all is well", self.stock.id),
                "note",
            ),
            (
                "UPDATE ir_attachment SET store_fname = %s WHERE id = %s",
                (forged.store_fname, file.id),
                "count.txt",
            ),
            ("DELETE FROM ir_attachment WHERE id = %s", (file.id,), "gone"),
        ):
            with self.subTest(why), self.env.cr.savepoint() as point:
                self.tampered(query, *args)
                self.close.sudo()._refresh()
                self.assertEqual((self.stock.state, self.stock.signed_by_id), ("stale", self.ben))
                self.assertIn(why, self.stock.stale_reason)
                point.rollback()
            self.env.invalidate_all()
            self.assertEqual(self.stock.state, "signed")

    @mute_logger("odoo.addons.base.models.ir_attachment")
    def test_a_file_that_left_the_disk_is_told(self):
        file = self.evidence()
        self.be(self.stock, self.anna).action_prepare(NOTE)
        self.be(self.stock, self.ben).action_sign()
        self.tampered("UPDATE ir_attachment SET store_fname = 'ff/nowhere' WHERE id = %s", file.id)
        self.close.sudo()._refresh()
        self.assertEqual(self.stock.state, "stale")
        self.assertIn("gone", self.stock.stale_reason)

    def test_what_changed_after_the_preparation_is_not_signed(self):
        self.be(self.stock, self.anna).action_prepare(NOTE)
        self.tampered("UPDATE ai_close_task SET evidence_note = 'nothing' WHERE id = %s", self.stock.id)
        self.assert_refused("AUD006", self.be(self.stock, self.ben).action_sign)


@tagged("post_install", "-at_install")
class TestEvidenceElsewhere(EvidenceCase, EntryCase):
    def finding(self, severity="high"):
        values = {
            "key": f"EXF001:{self.company.id}:x",
            "close_id": self.close.id,
            "company_id": self.company.id,
            "rule": "EXF001",
            "title": "Delta billed twice",
            "severity": severity,
            "amount": 9000.0,
        }
        return self.env["ai.close.finding"]._guarded().create(values)

    def test_findings_keep_what_they_were_decided_on(self):
        finding = self.finding()
        file = self.file(self.anna, finding)
        self.be(finding, self.anna).action_explain("two deliveries, see the letter")
        self.assert_kept(file, self.anna, self.carla)
        self.be(finding, self.anna).action_waive("confirmed by the vendor")
        self.be(finding, self.ben).action_waive("seen the letter of the vendor")
        for action in ("finding.explain", "finding.waive_request", "finding.waive"):
            (event,) = self.audit(action, finding)
            self.assertEqual(
                [each["sha256"] for each in json.loads(event.after)["signed_files"]],
                [hashlib.sha256(PAPER).hexdigest()],
                action,
            )
        self.assert_kept(file, self.anna)

    def test_a_wish_to_waive_keeps_its_document(self):
        finding = self.finding("critical")
        self.file(self.carla, finding)
        self.be(finding, self.carla).action_waive("the court decided so")
        self.assertEqual(finding.state, "open")
        self.assert_kept(finding._ai_close_files(), self.carla, self.dirk)

    def test_entries_and_what_was_posted_from_them(self):
        entry = self.propose()
        file = self.file(self.anna, entry)
        self.be(file, self.anna).sudo().write({"name": "count2.txt"})
        self.be(file, self.anna).sudo().write({"name": "count.txt"})
        self.sign(entry)
        self.assert_kept(file, self.anna, self.ben)
        self.be(entry, self.carla).action_approve()
        posted = self.file(self.anna, entry.move_id)
        self.assert_kept(posted, self.anna, self.carla)
        elsewhere = self.file(self.anna, self.invoice(5.0).move_id)
        elsewhere.unlink()

    def test_a_locked_period_keeps_everything(self):
        file = self.file(self.anna, self.stock)
        match_file = self.file(self.anna, self.close)
        self.close._guarded().write({"state": "locked"})
        self.assert_kept(file, self.anna, self.carla)
        self.assert_kept(match_file, self.anna, self.carla)

    def test_an_auditor_adds_nothing(self):
        for record in (self.stock, self.close, self.finding()):
            self.assert_refused("SOD003", self.file, self.audrey, record)
        loose = self.file(self.audrey, self.env["mail.compose.message"], res_id=0)
        self.assert_refused("SOD003", loose.write, {"res_model": self.stock._name, "res_id": self.stock.id})
