"""Evidence by template, signing by hand when the agent is down, and signing several."""

from odoo.tests import tagged

from .close_common import CloseCase

NOTE = "Looked at by hand, in order."


@tagged("post_install", "-at_install")
class TestTaskHand(CloseCase):
    def task(self, code):
        return self.close.task_ids.filtered(lambda task: task.code == code)

    def file(self, name, content, user=None):
        return (
            self.be(self.env["ir.attachment"], user or self.anna)
            .create({"name": name, "raw": content})
            .sudo(False)
        )

    def attach(self, task, *files):
        self.be(task, self.anna).write({"evidence_ids": [(4, each.id) for each in files]})

    def test_different_files_are_counted(self):
        stock = self.task("STOCK")
        stock._guarded().write({"min_files": 2, "evidence_hint": "The count sheet and the list of stock."})
        self.assertIn("at least 2 files", stock.evidence_asked)
        self.attach(stock, self.file("a.txt", b"count"), self.file("b.txt", b"count"))
        sentence = self.assert_refused("ENT008", self.be(stock, self.anna).action_prepare, NOTE)
        self.assertIn("The count sheet", sentence)
        self.assertIn("there are 1", sentence)
        self.attach(stock, self.file("c.txt", b"list"))
        self.be(stock, self.anna).action_prepare(NOTE)
        self.assertEqual(stock.state, "prepared")

    def test_a_note_is_demanded(self):
        ageing = self.task("AGEING")
        ageing._guarded().write({"needs_note": True, "depends_on_ids": [(5,)]})
        self.attach(ageing, self.file("a.txt", b"ageing"))
        self.assert_refused("ENT008", self.be(ageing, self.anna).action_prepare)
        self.be(ageing, self.anna).action_prepare(NOTE)

    def test_what_the_server_prepared_needs_the_evidence_too(self):
        draft = self.task("DRAFT")
        draft._guarded().write({"min_files": 1})
        draft._judge_check()
        self.assertEqual((draft.state, draft.prepared_by_id.ids), ("prepared", []))
        self.assert_refused("ENT008", self.be(draft, self.ben).action_sign)
        self.attach(draft, self.file("a.txt", b"list of drafts"))
        self.be(draft, self.ben).action_sign()
        self.assertEqual((draft.state, draft.by_hand), ("signed", False))

    def test_the_month_closes_without_the_agent(self):
        self.close._refresh()
        run = self.task("RUN")
        self.assertEqual((run.check_state, run.by_hand), ("no_data", False))
        codes = [blocker["code"] for blocker in self.close._readiness()["blockers"]]
        self.assertIn("RUN", codes)
        self.assert_refused("ENT008", self.be(run, self.anna).action_prepare)
        self.be(run, self.anna).action_prepare("The agent is down; all journals were read by two people.")
        self.assertTrue(run.by_hand)
        self.assert_refused("SOD002", self.be(run, self.robot).action_sign)
        self.be(run, self.ben).action_sign()
        self.close._refresh()
        self.assertEqual((run.state, run.by_hand, run.signed_check_state), ("signed", True, "no_data"))
        codes = [blocker["code"] for blocker in self.close._readiness()["blockers"]]
        self.assertNotIn("RUN", codes)

    def test_several_are_signed_each_on_its_own(self):
        stock, draft, trial = self.task("STOCK"), self.task("DRAFT"), self.task("TRIAL")
        self.be(stock, self.anna).action_prepare(NOTE)
        draft._judge_check()
        answer = self.be(trial | stock | draft, self.ben).action_sign_each()
        self.assertEqual((stock.state, draft.state, trial.state), ("signed", "signed", "waiting"))
        told = answer["params"]
        self.assertEqual((told["type"], told["sticky"]), ("warning", True))
        self.assertIn("2 of 3", told["title"])
        self.assertIn("Trial balance reviewed", told["message"])
        self.assertIn("SOD003", told["message"])

    def test_a_removed_file_makes_the_sign_off_stale(self):
        stock = self.task("STOCK")
        proof = self.file("a.txt", b"count")
        self.attach(stock, proof)
        self.be(stock, self.anna).action_prepare(NOTE)
        self.be(stock, self.ben).action_sign()
        self.env.flush_all()
        self.cr.execute("DELETE FROM ir_attachment WHERE id = %s", [proof.id])
        self.env.invalidate_all()
        self.close._refresh()
        self.assertEqual(stock.state, "stale")
        self.assertIn("a.txt is gone", stock.stale_reason)
        self.assertEqual(len(stock.struck_signatures[0]["steps"]), 2)
