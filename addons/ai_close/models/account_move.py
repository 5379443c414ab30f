"""Journal entries: the link to an approved entry, who posted and when, no silent re-dating."""

from odoo import api, fields, models
from odoo.tools import format_date

from .refusal import refuse

# Compared by identity, so that no caller of the RPC can forge it.
LINK = object()
PROTECTED = ("ai_close_entry_id", "ai_close_posted_at", "ai_close_posted_by")
# What was signed of an approved entry, and what Odoo would compute its date or its lines anew from.
SEALED = (
    "date",
    "move_type",
    "invoice_date",
    "currency_id",
    "partner_id",
    "company_id",
    "journal_id",
    "name",
    "ref",
    "narration",
    "auto_post",
    "reversed_entry_id",
    "payment_state",
    "statement_line_id",
)


class AccountMove(models.Model):
    _inherit = "account.move"

    ai_close_entry_id = fields.Many2one(
        "ai.close.entry",
        string="Staged entry",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The staged entry of the close that this journal entry was posted from.",
    )
    ai_close_posted_at = fields.Datetime("Posted at", copy=False, readonly=True)
    ai_close_posted_by = fields.Many2one("res.users", string="Posted by", copy=False, readonly=True)

    ai_close_lock_message = fields.Char(compute="_compute_ai_close_lock_message")

    @api.depends("state", "date", "company_id", "journal_id")
    @api.depends_context("uid")
    def _compute_ai_close_lock_message(self):
        for move in self:
            guarded = move.state == "draft" and move.company_id.sudo().ai_close_enabled
            locks = move._ai_close_locks(move.date) if guarded else []
            move.ai_close_lock_message = move._ai_close_lock_sentence(locks) if locks else False

    def _compute_tax_lock_date_message(self):
        # Odoo announces that it will post on another date; here it will not be posted at all.
        result = super()._compute_tax_lock_date_message()
        self.filtered("ai_close_lock_message").tax_lock_date_message = False
        return result

    @api.private
    def _ai_close_as_closer(self):
        """Return these records in a context that may write the fields of ours."""
        return self.with_context(ai_close_link=LINK)

    @api.private
    def _ai_close_may_link(self):
        return self.env.context.get("ai_close_link") is LINK

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        # Looked at afterwards: a default in the context arrives without being in the values.
        if not self._ai_close_may_link() and any(move[name] for move in moves.sudo() for name in PROTECTED):
            raise refuse(self, "AUD002", action="move.create")
        return moves

    def write(self, vals):
        if not self._ai_close_may_link() and any(name in vals for name in PROTECTED):
            raise refuse(self, "AUD002", action="move.write")
        if "state" in vals and vals["state"] != "posted":
            self._ai_close_refuse_unposting()
        if any(name in vals for name in SEALED):
            self.filtered(lambda move: move._ai_close_changes(vals))._ai_close_refuse_unposting()
        if vals.get("state") == "posted":
            fresh = self.filtered(lambda move: move.state != "posted")
            if fresh and fresh != self:
                (self - fresh).write(dict(vals))
                return fresh.write(vals)
            if fresh:
                vals = {
                    **vals,
                    "ai_close_posted_at": fields.Datetime.now(),
                    "ai_close_posted_by": self.env.uid,
                }
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _ai_close_unlink_except_approved(self):
        if self.sudo().ai_close_entry_id:
            raise refuse(self, "ENT005", action="move.unlink")

    @api.private
    def _ai_close_changes(self, vals):
        """Tell whether writing ``vals`` would change what was signed of an approved, posted entry."""
        self.ensure_one()
        if not self.sudo().ai_close_entry_id or self.state != "posted":
            return False
        for name in SEALED:
            if name in vals:
                field = self._fields[name]
                if field.convert_to_write(self[name], self) != field.convert_to_write(
                    field.convert_to_record(field.convert_to_cache(vals[name], self), self), self
                ):
                    return True
        return False

    @api.private
    def _ai_close_refuse_unposting(self):
        """Corrections of an approved entry are new entries, never edits."""
        approved = self.sudo().filtered(lambda move: move.ai_close_entry_id and move.state == "posted")
        if approved:
            raise refuse(
                approved,
                "ENT005",
                self.env._(
                    "%(moves)s was approved in the close; reverse it instead of changing it.",
                    moves=", ".join(approved.mapped("display_name")),
                ),
                action="move.write",
            )

    def _post(self, soft=True):
        today = fields.Date.context_today(self)
        for move in self:
            if move.company_id.sudo().ai_close_enabled and not (soft and move.date and move.date > today):
                move._ai_close_refuse_locked_date()
        return super()._post(soft)

    @api.private
    def _ai_close_locks(self, date):
        """Return the lock dates that bind this move on ``date``, the latest last."""
        self.ensure_one()
        return self._get_violated_lock_dates(date, self._affect_tax_report()) if date else []

    @api.private
    def _ai_close_refuse_locked_date(self):
        """Refuse a draft in a locked period; Odoo would post it silently on a later date."""
        self.ensure_one()
        locks = self._ai_close_locks(self.date)
        if locks:
            raise refuse(self, "LCK002", self._ai_close_lock_sentence(locks), action="move.post")

    @api.private
    def _ai_close_lock_sentence(self, locks):
        """Say why a draft of this date can't be posted."""
        return self.env._(
            "Not posted: %(date)s is locked to %(locked)s. Use a later date.",
            date=format_date(self.env, self.date),
            locked=format_date(self.env, locks[-1][0]),
        )
