"""Steps on many findings at once: one batch, and one thing to do for their owner, not five hundred.

An activity sends a mail.  Several findings that are handed over together are one activity on their close;
it is done when the owner has decided the last of his findings there.
"""

from odoo import api, models

from .close_finding import OPEN_STATES

ONE, MANY = "mail.mail_activity_data_todo", "ai_close.activity_findings"


class CloseFinding(models.Model):
    _inherit = "ai.close.finding"

    @api.private
    def _need_open_periods(self, action):
        """Refuse a step on findings of a locked month; an open month is asked once, not for each finding."""
        for close in self.close_id:
            if close._is_locked_now():
                for finding in self.filtered(lambda each, close=close: each.close_id == close):
                    finding._need_open_period(action)

    @api.private
    def _by_pinned_files(self):
        """Yield ``(findings, vals)``: all without files together, each other one with its own checksums."""
        bare = self.browse()
        for finding in self:
            pinned = finding._pinned_files()
            if pinned["signed_files"]:
                yield finding, pinned
            else:
                bare |= finding
        if bare:
            yield bare, {"signed_files": False}

    @api.private
    def _release_owners(self):
        """Take what there was to do from whose the findings were."""
        for owner in self.owner_id:
            own = self.filtered(lambda each, owner=owner: each.owner_id == owner)
            own._guarded().activity_unlink([ONE], user_id=owner.id)

    @api.private
    def _ask_owner(self, owner):
        """Give ``owner`` what there is to do."""
        summary = self.env._("Open to decide")
        if len(self) == 1:
            self._guarded().activity_schedule(ONE, user_id=owner.id, summary=summary, note=self.title)
            return
        for close in self.close_id:
            handed = self.filtered(lambda each, close=close: each.close_id == close)
            waiting = close.sudo().activity_ids.filtered(
                lambda activity: activity.user_id == owner and activity.activity_type_id == self._many()
            )
            if not waiting:
                close._guarded().activity_schedule(
                    MANY,
                    user_id=owner.id,
                    summary=summary,
                    note=self.env._("%s findings were handed to you.", len(handed)),
                )

    @api.private
    def _close_activities(self, feedback):
        """Close what there was to do about these, and the owners' common activity with their last one."""
        done = super()._close_activities(feedback)
        for close in self.close_id.sudo():
            common = close.activity_ids.filtered(lambda each: each.activity_type_id == self._many())
            for activity in common:
                left = [
                    ("close_id", "=", close.id),
                    ("owner_id", "=", activity.user_id.id),
                    ("state", "in", OPEN_STATES),
                ]
                if not self.sudo().search_count(left, limit=1):
                    activity.action_feedback()
        return done

    @api.model
    def _many(self):
        return self.env.ref(MANY)
