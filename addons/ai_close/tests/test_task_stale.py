"""Sign-offs that go stale: by a change of the data, in its own transaction, and with the cause."""

from odoo.tests import tagged

from .close_common import CloseCase

NOTE = "Looked at by hand, in order."


@tagged("post_install", "-at_install")
class TestTaskStale(CloseCase):
    def task(self, code):
        return self.close.task_ids.filtered(lambda task: task.code == code)

    def signed(self, code):
        task = self.task(code)
        self.be(task, self.anna).action_prepare(NOTE)
        self.be(task, self.ben).action_sign()
        return task

    def test_others_say_that_a_sign_off_is_stale(self):
        stock, draft = self.signed("STOCK"), self.task("DRAFT")
        draft._judge_check()
        self.assertEqual((draft.state, draft.prepared_by_id.ids), ("prepared", []))
        struck = self.env["ai.close.task"]._mark_stale(self.close, "September was reopened.")
        self.assertEqual((struck, stock.state), (stock, "stale"))
        self.assertEqual(stock.stale_reason, "September was reopened.")
        self.assertEqual(draft.state, "prepared", "the server's own preparation is judged again")
        self.assertFalse(self.env["ai.close.task"]._mark_stale([self.close.id], "again"))
