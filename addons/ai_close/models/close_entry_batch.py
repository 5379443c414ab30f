"""Several staged entries with one reason: each is checked again, and what is posted is posted as a whole.

A review is a signature on one entry, so one that is refused leaves the others.  Approving posts: entries that
are alike are posted together with a snapshot of what the ledger said before, or none of them is.
"""

from odoo import api, models

from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER
from .memo import remembering
from .refusal import CloseRefusal, refuse

PEOPLE = (PREPARER, REVIEWER, CONTROLLER)
STEPS = {"prepared": "action_review", "reviewed": "action_approve"}


class CloseEntry(models.Model):
    _inherit = "ai.close.entry"

    def action_decide_batch(self, reason):
        """Review what waits for review, each for itself; approve what waits for approval, all or none.

        The reason stands in the audit row of each step.  Returns ``{"done": [id], "failures": [...],
        "posting": id or False}``: what a review is refused for rolls back that entry only, what one approval
        is refused for is said, and none of the entries to approve is posted.
        """
        action = "entry.batch"
        with remembering(self):
            reason = self._need_reason(reason, action)
        approving = self.filtered(lambda entry: entry.state == "reviewed")
        approving._need_alike(action)
        done, failures = [], []
        for entry in self - approving:
            step = STEPS.get(entry.state)
            try:
                with self.env.cr.savepoint():
                    if step is None:
                        # says in which state it is
                        entry._need_step("reviewed", "entry.approve", *PEOPLE)
                    else:
                        entry._with_reason(reason, step)
            except CloseRefusal as refusal:
                failures.append(entry._failure(refusal))
            else:
                done.append(entry.id)
        posting = approving._approve_together(reason, failures)
        done += posting.sudo().entry_ids.ids
        return {"done": done, "failures": failures, "posting": posting.id}

    def _failure(self, refusal):
        """Say of which entry, or of all of them, a step was refused and why."""
        name = self.name if len(self) == 1 else self.env._("All %s together", len(self))
        return {"id": self.id if len(self) == 1 else False, "name": name, "code": refusal.code,
                "message": str(refusal)}  # fmt: skip

    def _need_alike(self, action):
        """Refuse to approve together what somebody has to look at apart: other kinds, companies or months."""
        kinds = {(entry.company_id.id, entry.close_id.id, entry.proposer) for entry in self.sudo()}
        if len(kinds) > 1:
            names = {
                f"{entry._kind_name()}, {entry.close_id.name}, {entry.company_id.name}"
                for entry in self.sudo()
            }
            raise refuse(
                self,
                "ENT050",
                self.env._(
                    "Nothing was approved: these are of different kinds, companies or months (%s). Approve"
                    " each kind by itself.",
                    "; ".join(sorted(names)),
                ),
                action=action,
            )

    def _approve_together(self, reason, failures):
        """Approve and post these entries as a whole; add to ``failures`` what stands against it."""
        Posting = self.env["ai.close.entry.posting"]
        if not self:
            return Posting
        problems = self._unapprovable()
        if problems:
            failures += [entry._failure(refusal) for entry, refusal in problems]
            return Posting
        before = Posting._ledger_of(self)
        reasons = _reasons(self.env)
        try:
            with self.env.cr.savepoint():
                reasons.update(dict.fromkeys(self.ids, reason))
                self._post_approved()
        except CloseRefusal as refusal:
            failures.append(self._failure(refusal))
            return Posting
        finally:
            for each in self.ids:
                reasons.pop(each, None)
        return Posting._record(self, reason, before)

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
        given = {_reasons(self.env).get(each) for each in self.ids}
        given = given.pop() if len(given) == 1 else None
        return super()._transition(to, role=role, reason=reason or given, vals=vals, action=action)


def _reasons(env):
    """Return the reasons of the steps that are being taken (entry id -> reason); no context reaches it."""
    return env.cr.cache.setdefault("ai_close_reasons", {})
