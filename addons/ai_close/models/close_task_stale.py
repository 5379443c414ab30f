"""Sign-offs that go stale: what they were given for is no longer what stands in the books."""

from odoo import api, models

from ..kernel.sod import SERVER


class AiCloseTask(models.Model):
    _inherit = "ai.close.task"

    @api.model
    @api.private
    def _mark_stale(self, closes, why, codes=None):
        """Make the sign-offs of ``closes`` (records or ids) stale because of ``why``, a sentence.

        To be called in the transaction of the change.  What only the server's check prepared is judged again
        instead.  Returns the tasks whose signatures it struck.

        :param codes: only the tasks of these codes; None means all
        """
        ids = closes.ids if isinstance(closes, models.BaseModel) else list(closes)
        domain = [("close_id", "in", ids), ("state", "in", ("prepared", "signed"))]
        if codes is not None:
            domain.append(("code", "in", list(codes)))
        return self.sudo().search(domain)._strike(why)

    @api.private
    def _strike(self, why):
        """Strike the signatures of these tasks; return those that had one."""
        signed = self.filtered(lambda task: task.state == "signed" or task.prepared_by_id)
        if signed:
            signed._transition("stale", role=SERVER, reason=why, vals={"stale_reason": why})
        for task in (self - signed).filtered(lambda task: task.state == "prepared"):
            task._judge_check()
        return signed
