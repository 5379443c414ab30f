"""Journal entries: posted by posting them only, as approved, by whom and when, and never moved in silence."""

from odoo import api, fields, models
from odoo.tools import format_date

from .account_move_guard import WATCHED
from .bookkeeping import as_bookkeeping
from .guarding import guarded
from .refusal import refuse

# Compared by identity, so that no caller of the RPC can forge them.
LINK = object()
POSTING = object()
PROTECTED = (
    "ai_close_entry_id",
    "ai_close_adoption_id",
    "ai_close_auto_post_id",
    "ai_close_posted_at",
    "ai_close_posted_by",
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

    @api.private
    def _ai_close_as_closer(self):
        """Return these records in a context that may write the fields of ours."""
        return self.with_context(ai_close_link=LINK)

    @api.private
    def _ai_close_may_link(self):
        return self.env.context.get("ai_close_link") is LINK

    @api.private
    def _ai_close_is_posting(self):
        """Tell whether this environment comes from ``_post``."""
        return self.env.context.get("ai_close_posting") is POSTING

    @api.private
    def _ai_close_guarded(self):
        """Return the moves of companies that AI Close guards."""
        companies = guarded(self.company_id)
        return self.filtered(lambda move: move.company_id in companies) if companies else self.browse()

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        # Looked at afterwards: a default in the context arrives without being in the values.
        if not self._ai_close_may_link() and any(move[name] for move in moves.sudo() for name in PROTECTED):
            raise refuse(self, "AUD002", action="move.create")
        moves._ai_close_guard_create()
        return moves

    def write(self, vals):
        if not self._ai_close_may_link() and any(name in vals for name in PROTECTED):
            raise refuse(self, "AUD002", action="move.write")
        fresh = vals.get("state") == "posted" and self.filtered(lambda move: move.state != "posted")
        if fresh:
            if fresh != self:
                (self - fresh).write(dict(vals))
                return fresh.write(vals)
            fresh._ai_close_guard_posting()
        names = WATCHED & vals.keys()
        due = self._ai_close_guard_write(vals, names) if names else []
        if fresh:
            signed = {"ai_close_posted_at": fields.Datetime.now(), "ai_close_posted_by": self.env.uid}
            vals = {**vals, **signed}
        result = super().write(vals)
        for move, before in due:
            move._ai_close_note_due_date(move, before)
        return result

    @api.private
    def _ai_close_guard_posting(self):
        """Let drafts become posted through ``_post`` only, and our own only as they were approved."""
        moves = self._ai_close_guarded()
        if not moves:
            return
        if not self._ai_close_is_posting():
            raise refuse(
                moves,
                "ENT011",
                self.env._("Not posted: the state is never written; use Post, which checks the entry."),
                action="move.post",
            )
        moves._ai_close_check_approved()

    @api.ondelete(at_uninstall=True)  # False can be skipped by a context key that RPC sends
    def _ai_close_unlink_except_approved(self):
        if self.sudo().ai_close_entry_id:
            raise refuse(self, "ENT005", action="move.unlink")

    def _post(self, soft=True):
        self._ai_close_refuse_redating(soft)
        posted = super(AccountMove, self.with_context(ai_close_posting=POSTING))._post(soft)
        # What the caller does next with these records is no posting.
        return posted.with_env(self.env)

    def _hash_moves(self, **kwargs):
        return super(AccountMove, as_bookkeeping(self))._hash_moves(**kwargs)

    def action_toggle_block_payment(self):
        return super(AccountMove, as_bookkeeping(self)).action_toggle_block_payment()

    @api.private
    def _ai_close_refuse_redating(self, soft):
        """Refuse drafts in a locked period; Odoo would post them silently on a later date."""
        today = fields.Date.context_today(self)
        seen = {}
        for move in self._ai_close_guarded():
            if soft and move.date and move.date > today:
                continue
            # Few of many drafts differ in what their locks depend on; taxes matter only below some lock.
            key = (move.company_id, move.journal_id, move.date)
            if key not in seen:
                company = move.company_id
                seen[key] = company._get_violated_lock_dates(move.date, True, move.journal_id)
            if seen[key] and not move._ai_close_settles():
                move._ai_close_refuse_locked_date()

    @api.private
    def _ai_close_settles(self):
        """Tell whether this is an entry that Odoo makes from a settlement and dates after the lock itself.

        Exchange differences and cash basis entries: nobody chose their date, and refusing them would refuse
        the payment of a locked invoice.
        """
        self.ensure_one()
        if self.tax_cash_basis_rec_id:
            return True
        exchange = self.company_id.sudo().currency_exchange_journal_id
        return self.journal_id == exchange and bool(self.line_ids.reconciled_lines_ids)

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
