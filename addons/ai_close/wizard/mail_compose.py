"""The composer: who sends signs, on records that people rely on in a close."""

from odoo import models

from ..models.mail_guard import LETTERHEAD, is_evidence, is_own
from ..models.refusal import refuse


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _prepare_mail_values_static(self):
        """The sender signs; only a template may bear another address."""
        values = super()._prepare_mail_values_static()
        if not self.env.su and self._ai_close_on_evidence():
            if not self.template_id and not is_own(self.env, self.email_from):
                raise refuse(self.env[self.model], "AUD007", action="message.post")
            values["author_id"] = self.env.user.partner_id.id
        return values

    def _action_send_mail_comment(self, res_ids):
        if self.template_id:
            self = self.with_context(ai_close_letterhead=LETTERHEAD)  # pylint: disable=self-cls-assignment
        return super()._action_send_mail_comment(res_ids)

    def _prepare_schedule_message_post_values(self, post_values):
        # Posted later, by a cron in the sender's name: under the sender's own address.
        if not self.env.su and self._ai_close_on_evidence():
            post_values["email_from"] = self.env.user.partner_id.email_formatted
        return super()._prepare_schedule_message_post_values(post_values)

    def _ai_close_on_evidence(self):
        if not self.model or self.model not in self.env:
            return False
        records = self.env[self.model].browse(self._evaluate_res_ids()).exists()
        return any(is_evidence(record) for record in records)
