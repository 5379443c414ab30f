"""What a reopen lets its people do, and nothing else: the guard behind Odoo's own lock exceptions.

Odoo's exception lifts a lock from a date on: everything after it, later locked months too, for every entry.
A reopen is about one period, perhaps about named staged entries; Odoo's checks of a date ask here as well.
"""

from odoo import api, fields, models

from ..kernel.periods import ADJUSTMENT
from .guarding import guarded
from .refusal import refuse

_CONTEXT_NAME = "ai_close_admission"
# Compared by identity, so that no caller of the RPC can forge it.
STAGING = object()


class Admission:
    """What the approval of a staged entry bears along.  No caller over RPC can send an instance."""

    def __init__(self, entry_ids):
        self.entry_ids = frozenset(entry_ids)


def staging(records):
    """Return ``records`` for staging what waits for a window."""
    return records.with_context(**{_CONTEXT_NAME: STAGING})


class AccountLockException(models.Model):
    _inherit = "account.lock_exception"

    ai_close_lock_id = fields.Many2one(
        "ai.close.lock",
        string="Reopen",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_violated_soft_lock_date(self, soft_lock_date_field, date):
        violated = super()._get_violated_soft_lock_date(soft_lock_date_field, date)
        if violated or not self or not date:
            return violated
        for company in self.sudo().parent_ids:
            locked = company[soft_lock_date_field]
            # Only an exception can have let this date pass.
            if locked and date <= locked and not self._ai_close_admits(company, soft_lock_date_field, date):
                return locked
        return violated

    @api.private
    def _ai_close_admits(self, company, name, date):
        """Does an exception from the lock of ``company`` let the caller use ``date``, as it was asked for?"""
        if not guarded(company):
            return True
        now = max(self.env.cr.now(), fields.Datetime.now())
        exceptions = (
            self.env["account.lock_exception"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("lock_date_field", "=", name),
                    ("state", "=", "active"),
                    ("user_id", "in", (False, self.env.uid)),
                    "|",
                    ("lock_date", "=", False),
                    ("lock_date", "<", date),
                ]
            )
        )
        admission = self.env.context.get(_CONTEXT_NAME)
        for exception in exceptions:
            request = exception.ai_close_lock_id
            if not request:
                return True
            close = request.close_id
            if (
                request._is_window_open()
                and now <= exception.end_datetime
                and close.period_start <= date <= close.period_end
                and (
                    not request.reopen_limited
                    or (
                        isinstance(admission, Admission)
                        and set() < admission.entry_ids <= set(request.reopen_entry_ids.ids)
                    )
                )
            ):
                return True
        return False


class AiCloseEntry(models.Model):
    _inherit = "ai.close.entry"

    @api.private
    def _admission(self):
        """Return the context that shows Odoo's date checks which staged entries are being posted."""
        return {_CONTEXT_NAME: Admission(self.ids)}

    def _need_open_dates(self):
        """Say it in the words of the reopen when the window is open for other entries only."""
        window = self.close_id._open_window()
        if window.reopen_limited and self.id not in window.reopen_entry_ids.ids:
            raise refuse(
                self,
                "LCK025",
                self.env._(
                    "Not posted: %(window)s. Only these are posted meanwhile: %(entries)s.",
                    window=self.close_id._window_sentence(),
                    entries=", ".join(window.reopen_entry_ids.mapped("name")),
                ),
                action="entry.approve",
            )
        return super()._need_open_dates()

    # -- staging what is to be posted in a window

    @api.private
    def _stages_for_reopen(self):
        """Is a draft being staged that waits for a window?"""
        return self.env.context.get(_CONTEXT_NAME) is STAGING


class AccountMove(models.Model):
    _inherit = "account.move"

    ai_close_locked_close_id = fields.Many2one(
        "ai.close", string="Locked period", compute="_compute_ai_close_locked_close"
    )

    @api.depends("date", "company_id", "state")
    @api.depends_context("uid")
    def _compute_ai_close_locked_close(self):
        # The locks bind by the company that is guarded: the entry's own or the parent that its books go to.
        for move in self:
            close = self.env["ai.close"]
            if move.ai_close_lock_message and move.date and close.has_access("read"):
                close = close.sudo().search(
                    [
                        ("company_id", "in", move.company_id.sudo().parent_ids.ids),
                        ("period_start", "<=", move.date),
                        ("period_end", ">=", move.date),
                        ("kind", "!=", ADJUSTMENT),
                        ("state", "=", "locked"),
                    ],
                    limit=1,
                )
            move.ai_close_locked_close_id = close.sudo(self.env.su)

    def action_ai_close_request_reopen(self):
        """Ask to open the locked period of this entry again."""
        self.ensure_one()
        self.check_access("read")
        close = self.ai_close_locked_close_id
        if not close:
            raise refuse(
                self,
                "LCK023",
                self.env._(
                    "%s does not lie in a locked close; there is nothing to reopen.", self.display_name
                ),
                action="reopen.request",
            )
        return close.action_request_reopen()

    def action_ai_close_stage_for_reopen(self):
        """Stage this draft of a locked month: it waits until a reopen names it."""
        self.ensure_one()
        entry = staging(self.env["ai.close.entry"])._send_for_approval(staging(self))
        return self.env["ai.close.entry"].browse(entry.id).get_formview_action()

    @api.private
    def _ai_close_refuse_locked_date(self):
        """A draft that is staged to wait for a reopen may lie in a locked month, in no hard-locked one."""
        if self.env.context.get(_CONTEXT_NAME) is not STAGING:
            return super()._ai_close_refuse_locked_date()
        hard = [lock for lock in self._ai_close_locks(self.date) if lock[1] == "hard_lock_date"]
        if hard:
            raise refuse(self, "LCK022", self._ai_close_lock_sentence(hard), action="entry.send")
        return None


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.private
    def _ai_close_refuse_locked(self):
        """Tell the audit trail what is undone below a lock, by somebody whom an exception lets."""
        result = super()._ai_close_refuse_locked()
        # Odoo unlinks a settlement within one entry twice over.
        for partial in self | self.browse():
            moves = partial.debit_move_id.move_id | partial.credit_move_id.move_id
            company = moves.company_id[:1].sudo()
            locked = self.env["ai.close"]._locked_to(company)
            if locked and partial.max_date <= locked:
                self.env["ai.close.audit"]._append(
                    "partial.unlink",
                    partial,
                    before={
                        "date": str(partial.max_date),
                        "amount": f"{partial.amount:.2f}",
                        "items": ", ".join(moves.mapped("display_name")),
                        "moves": moves.ids,
                    },
                    company=company,
                )
        return result
