"""What a template asks to be shown, signing by hand when a check can't tell, and signing several."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .close_task import TEXT_MIN_CHARS
from .refusal import refuse


class AiCloseTask(models.Model):
    _inherit = "ai.close.task"

    by_hand = fields.Boolean(
        "By hand",
        compute="_compute_by_hand",
        help="A person says that it is in order; the task's own check did not.",
    )
    waiting_for = fields.Char("Waits for", compute="_compute_waiting_for")
    evidence_asked = fields.Char("Evidence asked for", compute="_compute_evidence_asked")

    @api.depends("self_check", "prepared_by_id", "state", "signed_check_state")
    def _compute_by_hand(self):
        for task in self:
            task.by_hand = bool(
                task.self_check
                and task.prepared_by_id
                and (task.state != "signed" or task.signed_check_state != "pass")
            )

    @api.depends("depends_on_ids.state")
    def _compute_waiting_for(self):
        for task in self:
            still = task.sudo().depends_on_ids.filtered(
                lambda other: other.state not in ("signed", "not_applicable")
            )
            task.waiting_for = ", ".join(still.mapped("name"))

    @api.depends("needs_evidence", "needs_note", "min_files", "evidence_hint")
    def _compute_evidence_asked(self):
        """Say in words what the template asks for, before anybody is refused."""
        for task in self:
            parts = []
            if task.min_files:
                parts.append(
                    self.env._("at least %s files", task.min_files)
                    if task.min_files > 1
                    else self.env._("a file")
                )
            if task.needs_note:
                parts.append(self.env._("a note"))
            if task.needs_evidence and not parts:
                parts.append(self.env._("a file or a note"))
            asked = self.env._("This task needs %s.", self.env._(" and ").join(parts)) if parts else ""
            task.evidence_asked = " ".join(filter(None, (asked, task.evidence_hint))) or False

    # -- evidence by template

    def _has_note(self):
        return len((self.evidence_note or "").strip()) >= TEXT_MIN_CHARS

    def _need_evidence(self, action):
        """Demand what who prepares by hand has to show."""
        if self.self_check and not self._has_note():
            raise refuse(
                self,
                "ENT008",
                self.env._(
                    "The check of %(name)s does not pass (%(why)s). Say in a note of at least "
                    "%(count)s characters why it is in order.",
                    name=self.name,
                    why=self.check_message or self.check_state,
                    count=TEXT_MIN_CHARS,
                ),
                action=action,
            )
        self._need_enough_evidence(action)

    def _need_enough_evidence(self, action):
        """Demand what the template asks for, whoever prepared."""
        files = self.sudo().evidence_ids
        # the same file twice is one
        count = len({file.checksum or f"#{file.id}" for file in files})
        missing = None
        if count < self.min_files:
            missing = self.env._(
                "%(name)s needs %(wanted)s different files; there are %(count)s.",
                name=self.name,
                wanted=self.min_files,
                count=count,
            )
        elif self.needs_note and not self._has_note():
            missing = self.env._(
                "%(name)s needs a note of at least %(count)s characters.",
                name=self.name,
                count=TEXT_MIN_CHARS,
            )
        elif self.needs_evidence and not files and not self._has_note():
            missing = self.env._(
                "%(name)s needs a file or a note of at least %(count)s characters.",
                name=self.name,
                count=TEXT_MIN_CHARS,
            )
        if missing:
            raise refuse(self, "ENT008", " ".join(filter(None, (missing, self.evidence_hint))), action=action)

    # -- several at once

    def action_sign_each(self):
        """Sign each of these tasks by itself: what is refused is told, and the others are signed."""
        signed, refused = 0, []
        for task in self.sorted(lambda task: (task.sequence, task.id)):
            try:
                with self.env.cr.savepoint():
                    task.action_sign()
                signed += 1
            except UserError as refusal:
                self.env.invalidate_all()
                refused.append(f"{task.sudo().name}: {refusal}")
        message = self.env._("%(done)s of %(total)s tasks signed.", done=signed, total=len(self))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if refused else "success",
                "title": message,
                "message": "\n".join(refused),
                "sticky": bool(refused),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


class AiClose(models.Model):
    _inherit = "ai.close"

    def _count_run(self):
        """A month closes without the agent, too: two people answer for what it would have looked at."""
        name, done, total, found = super()._count_run()
        task = self.task_ids.filtered(lambda each: each.self_check == "agent_run")[:1]
        if task.state == "signed" and task.by_hand:
            left = [blocker for blocker in found if blocker["code"] != "RUN"]
            done, found = min(total, done + len(found) - len(left)), left
        return name, done, total, found
