"""Several staged entries with one reason: each is checked again, one that is refused leaves the others."""

from odoo import api, models

from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER
from .refusal import CloseRefusal

PEOPLE = (PREPARER, REVIEWER, CONTROLLER)
STEPS = {"prepared": "action_review", "reviewed": "action_approve"}


class CloseEntry(models.Model):
    _inherit = "ai.close.entry"

    def action_decide_batch(self, reason):
        """Review what waits for review and approve what waits for approval, each for itself.

        The reason stands in the audit row of each step.  Returns ``{"done": [id], "failures": [...]}``: what
        one entry is refused for rolls back that entry only.
        """
        action = "entry.batch"
        reason = self._need_reason(reason, action)
        done, failures = [], []
        for entry in self:
            step = STEPS.get(entry.state)
            try:
                with self.env.cr.savepoint():
                    if step is None:
                        # says in which state it is
                        entry._need_step("reviewed", "entry.approve", *PEOPLE)
                    else:
                        entry._with_reason(reason, step)
            except CloseRefusal as refusal:
                failures.append(
                    {"id": entry.id, "name": entry.name, "code": refusal.code, "message": str(refusal)}
                )
            else:
                done.append(entry.id)
        return {"done": done, "failures": failures}

    def _with_reason(self, reason, step):
        """Take one step; the reason goes with every row that it writes about this entry."""
        reasons = _reasons(self.env)
        reasons[self.id] = reason
        try:
            getattr(self, step)()
        finally:
            reasons.pop(self.id, None)

    @api.private
    def _transition(self, to, role=None, reason=None, vals=None, action=None):
        given = _reasons(self.env).get(self.id) if len(self) == 1 else None
        return super()._transition(to, role=role, reason=reason or given, vals=vals, action=action)


def _reasons(env):
    """Return the reasons of the steps that are being taken (entry id -> reason); no context reaches it."""
    return env.cr.cache.setdefault("ai_close_reasons", {})
