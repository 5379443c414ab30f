"""Messages on records of the close and of the books bear the name of who writes them, and stay.

In plain Odoo whoever may post a message may post it as somebody else.  Here the writer is the caller.  Code
that runs with sudo is the server itself: tracking, the mail gateway, the steps of the close.  A template may
put another address on the letter that leaves the house; the name in the chatter is the sender's all the same.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import email_normalize

from .agent_user import refuse_agent
from .guarding import all_guarded, is_guarded
from .refusal import refuse

OURS = "ai.close"
BOOKS = "account."
SHARED = frozenset({"res.company", "res.partner", "res.partner.bank"})
# Compared by identity: the sender's address comes from a template.
LETTERHEAD = object()
# What anybody may note on a message: that he has seen it, likes it, keeps it.
NOTES = frozenset(
    {
        "starred_partner_ids",
        "notified_partner_ids",
        "notification_ids",
        "reaction_ids",
        "partner_ids",
        "pinned_at",
        "rating_value",
    }
)
# What nobody changes, not on his own message either.
IDENTITY = frozenset(
    {
        "author_id",
        "author_guest_id",
        "author_avatar",
        "email_from",
        "date",
        "message_type",
        "tracking_value_ids",
        "model",
        "res_id",
        "message_id",
    }
)
CLOCKS_MAY_DIFFER = timedelta(minutes=10)


def is_evidence(record):
    """Tell whether the chatter of ``record`` is one that people rely on in a close."""
    name = record._name
    if name == OURS or name.startswith(f"{OURS}."):
        return True
    return (name.startswith(BOOKS) or name in SHARED) and bool(record) and is_guarded(record)


def is_own(env, address):
    """Tell whether ``address`` is the caller's own; none at all is nobody else's."""
    user = env.user.sudo()
    own = {email_normalize(each) for each in (user.email, user.partner_id.email) if each}
    return not address or email_normalize(address) in own or address == user.partner_id.email_formatted


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def message_post(self, *, author_id=None, email_from=None, **kwargs):
        author_id = self._ai_close_writer(author_id, email_from)
        return super().message_post(author_id=author_id, email_from=email_from, **kwargs)

    @api.private
    def _ai_close_writer(self, author_id, email_from):
        """Return who writes: the caller.  Refuse another name, and any message of an auditor on the close."""
        if not is_evidence(self):
            return author_id
        if self._name.startswith(OURS):
            self.env[OURS]._ai_close_refuse_reader("message.post")
        if self.env.su or (author_id is None and not email_from):
            return author_id
        own = self.env.user.partner_id.id
        if author_id == self.env["ir.model.data"]._xmlid_to_res_id("base.partner_root"):
            # Some localisations post as OdooBot in somebody's transaction: that person writes it.
            author_id = own
        letterhead = self.env.context.get("ai_close_letterhead") is LETTERHEAD
        if author_id not in (None, own) or not (letterhead or is_own(self.env, email_from)):
            raise refuse(self, "AUD007", action="message.post")
        return author_id

    def _message_update_content(self, message, /, **kwargs):
        # The screen edits and deletes with sudo, and lets administrators edit what others wrote.
        message.sudo()._ai_close_need_own("message.write")
        return super()._message_update_content(message, **kwargs)

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        # The gateway believes the sender that stands in a mail: it is run by the server or its administrator.
        if not (self.env.su or self.env.user.has_group("base.group_system")):
            for model, thread_id, *_route in routes or ():
                thread = self.env[model].browse(thread_id or ()) if model in self.env else self.browse()
                if is_evidence(thread) or self._ai_close_makes_books(model, thread_id):
                    raise refuse(thread, "AUD007", action="message.process")
        return super()._message_route_process(message, message_dict, routes)

    @api.model
    def _ai_close_makes_books(self, model, thread_id):
        """Tell whether a mail without a thread would become a document or a payment of a guarded company."""
        return not thread_id and str(model).startswith(BOOKS) and bool(all_guarded(self.env))


class PortalMixin(models.AbstractModel):
    _inherit = "portal.mixin"

    def _portal_ensure_token(self):
        # A token opens the document to whoever has the link: who only reads hands none out, and the agent
        # writes through its port alone, in companies without a close as well.
        if not self.access_token:
            refuse_agent(self, "portal.share", self.env._("The agent hands out no links."))
            if is_evidence(self):
                self.env[OURS]._ai_close_refuse_reader("portal.share")
        return super()._portal_ensure_token()


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        if not self.env.su:
            messages._ai_close_need_writer()
        return messages

    def write(self, vals):
        if not self.env.su and vals.keys() - NOTES:
            self._ai_close_need_own("message.write", IDENTITY & vals.keys())
        return super().write(vals)

    def unlink(self):
        if not self.env.su:
            self._ai_close_need_own("message.unlink")
        return super().unlink()

    @api.private
    def _ai_close_evidence(self):
        """Return ``(message, record)`` pairs of the messages that stand on a record people rely on (sudo)."""
        pairs = []
        for message in self.sudo().filtered(lambda message: message.model in self.env and message.res_id):
            record = self.env[message.model].sudo().browse(message.res_id).exists()
            if record and is_evidence(record):
                pairs.append((message, record))
        return pairs

    def _ai_close_need_writer(self):
        """Look at what was made: a default of the context arrives without being in the values."""
        user, now = self.env.user, fields.Datetime.now()
        letterhead = self.env.context.get("ai_close_letterhead") is LETTERHEAD
        for message, record in self._ai_close_evidence():
            if record._name.startswith(OURS):
                self.env[OURS]._ai_close_refuse_reader("message.create")
            if (
                message.author_id != user.partner_id
                or message.author_guest_id
                or not (letterhead or is_own(self.env, message.email_from))
                or abs(message.date - now) > CLOCKS_MAY_DIFFER
            ):
                raise refuse(record, "AUD007", action="message.create")

    def _ai_close_need_own(self, action, identity=()):
        """Refuse to change what others wrote, what Odoo noted, and anything on a signed record."""
        partner = self.env.user.sudo().partner_id
        for message, record in self._ai_close_evidence():
            signed = hasattr(record, "_ai_close_signed") and record._ai_close_signed()
            theirs = message.author_id != partner or message.create_uid != self.env.user
            # What the server noted of a step bears the name of who took it, and is no word of his.
            noted = message.message_type != "comment" or message.tracking_value_ids
            if theirs or noted or signed or identity:
                raise refuse(record, "AUD007", action=action)


class MailTrackingValue(models.Model):
    _inherit = "mail.tracking.value"

    @api.model_create_multi
    def create(self, vals_list):
        values = super().create(vals_list)
        values._ai_close_refuse("message.tracking")
        return values

    def write(self, vals):
        self._ai_close_refuse("message.tracking")
        return super().write(vals)

    def unlink(self):
        self._ai_close_refuse("message.tracking")
        return super().unlink()

    def _ai_close_refuse(self, action):
        """What Odoo noted of a change is nobody's to make, alter or remove."""
        if not self.env.su:
            for _message, record in self.sudo().mail_message_id._ai_close_evidence():
                raise refuse(record, "AUD007", action=action)


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _send_mail(self, move, mail_template, **kwargs):
        if not self.env.su and is_evidence(move):
            kwargs["author_id"] = self.env.user.partner_id.id
            move = move.with_context(ai_close_letterhead=LETTERHEAD)
        return super()._send_mail(move, mail_template, **kwargs)


class MailScheduledMessage(models.Model):
    _inherit = "mail.scheduled.message"

    @api.model_create_multi
    def create(self, vals_list):
        scheduled = super().create(vals_list)
        scheduled._ai_close_need_writer()
        return scheduled

    def write(self, vals):
        result = super().write(vals)
        self._ai_close_need_writer()
        return result

    def _ai_close_need_writer(self):
        """What is posted later bears the name of who plans it, and not of who was named to it."""
        if self.env.su:
            return
        for planned in self.sudo():
            record = self.env[planned.model].browse(planned.res_id)
            mine = planned.create_uid == self.env.user
            if is_evidence(record) and not (mine and planned.author_id == self.env.user.partner_id):
                raise refuse(record, "AUD007", action="message.plan")
