"""Bank lines dated below a lock: held, never re-dated, and no reason to fail the import that brings them.

Odoo would post such a line silently after the lock (odoo#154762).  Here it arrives as a draft with the bank's
date, and people decide: book it on the first open day, the bank's date kept beside it, or ask for a reopen
and book it on its own day.
"""

from contextlib import contextmanager

from odoo import api, fields, models
from odoo.tools import format_date

from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER, SERVER
from .refusal import refuse

PEOPLE = (PREPARER, REVIEWER, CONTROLLER)
_ARRIVING = "ai_close_bank_lines_arrive"
# Compared by identity: no caller of the RPC can send it.
_BOOKING = object()


@contextmanager
def _arriving(env):
    """Mark that bank lines are being created: Odoo posts each by itself at the end of that."""
    cache = env.cr.cache
    cache[_ARRIVING] = cache.get(_ARRIVING, 0) + 1
    try:
        yield
    finally:
        cache[_ARRIVING] -= 1


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        held = self._ai_close_to_hold() if self.env.cr.cache.get(_ARRIVING) else self.browse()
        return super(AccountMove, self - held)._post(soft)

    @api.private
    def _ai_close_to_hold(self):
        """Return those of these entries of bank lines that a lock keeps from being posted on their date."""
        drafts = self.filtered(lambda move: move.state == "draft" and move.statement_line_id)
        locked = {}
        for move in drafts._ai_close_guarded():
            key = (move.company_id, move.journal_id, move.date)
            if key not in locked:
                locked[key] = bool(move._ai_close_locks(move.date))
        return drafts.filtered(
            lambda move: locked.get((move.company_id, move.journal_id, move.date)) and not move.posted_before
        )

    def write(self, vals):
        if "date" in vals and self.env.context.get("ai_close_held") is not _BOOKING:
            self._ai_close_refuse_moving_held(vals["date"])
        return super().write(vals)

    @api.private
    def _ai_close_refuse_moving_held(self, date):
        """What the bank dated stays as it is dated, until somebody books it with that date kept."""
        moves = self.filtered(lambda move: move.state == "draft" and move.statement_line_id)
        for move in moves._ai_close_guarded():
            if fields.Date.to_date(date) != move.date and move._ai_close_locks(move.date):
                raise refuse(
                    move,
                    "LCK010",
                    self.env._(
                        "Not changed: the bank dated this line %s, which is locked. Book it on the first open"
                        " day, which keeps the bank's date, or ask for a reopen.",
                        format_date(self.env, move.date),
                    ),
                    action="statement_line.write",
                )


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    ai_close_bank_date = fields.Date(
        "Bank's date",
        readonly=True,
        copy=False,
        help="The date on the statement, where a lock made people book the line on a later day.",
    )
    ai_close_first_open = fields.Date("First open day", compute="_compute_ai_close_first_open")

    @api.depends("state", "date", "journal_id", "company_id")
    @api.depends_context("uid")
    def _compute_ai_close_first_open(self):
        for line in self:
            locked = line.state == "draft" and line.move_id._ai_close_guarded()
            line.ai_close_first_open = line.move_id._ai_close_next_open_date() if locked else False

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("ai_close_bank_date") for vals in vals_list):
            raise refuse(self, "AUD002", action="statement_line.create")
        # a default in the context arrives without being in the values
        with _arriving(self.env):
            lines = super(
                AccountBankStatementLine, self.with_context(default_ai_close_bank_date=False)
            ).create(vals_list)
        held = lines.filtered(lambda line: line.move_id in line.move_id._ai_close_to_hold())
        for line in held:
            self.env["ai.close.audit"]._append(
                "statement_line.hold",
                line,
                after={"date": line.date, "amount": line.amount, "label": line.payment_ref},
                role=SERVER,
                company=line.company_id,
            )
        return lines.with_env(self.env)

    def write(self, vals):
        if "ai_close_bank_date" in vals and self.env.context.get("ai_close_held") is not _BOOKING:
            raise refuse(self, "AUD002", action="statement_line.write")
        return super().write(vals)

    # -- what people may do with them

    def action_ai_close_book_later(self):
        """Book held lines on the first open day; the bank's date is kept beside it, and the trail tells."""
        for line in self:
            line._ai_close_need_held("statement_line.book_later")
            date = line.sudo().move_id._ai_close_next_open_date()
            if date is None:
                raise refuse(
                    line,
                    "ENT001",
                    self.env._(
                        "%s is locked no more: book it on its own date.", line.payment_ref or line.name
                    ),
                    action="statement_line.book_later",
                )
            line._ai_close_book(date, "statement_line.book_later")
        return True

    def action_ai_close_book(self):
        """Book held lines on the bank's own date, which a reopen made possible."""
        for line in self:
            line._ai_close_need_held("statement_line.book")
            line._ai_close_book(line.date, "statement_line.book")
        return True

    def action_ai_close_reopen(self):
        """Open the dialog that asks to open the period of this line again."""
        self.ensure_one()
        self._ai_close_need_held("reopen.request")
        close = self.env["ai.close"]._for_date(self.company_id, self.date)
        return close.action_request_reopen()

    @api.private
    def _ai_close_need_held(self, action):
        """Refuse to whoever has no part in the close, and what is no held line."""
        self.ensure_one()
        self.check_access("read")
        close = self.env["ai.close"].sudo()._for_date(self.company_id, self.date)
        close.sudo(False)._need_role(*PEOPLE, action=action)
        if self.state != "draft" or not self.sudo().move_id._ai_close_guarded():
            raise refuse(
                self,
                "ENT001",
                self.env._("%s is booked already.", self.payment_ref or self.name),
                action=action,
            )

    @api.private
    def _ai_close_book(self, date, action):
        """Post this held line on ``date`` and on no other day."""
        line = self.sudo().with_context(
            {
                "ai_close_held": _BOOKING,
                "allowed_company_ids": self.company_id.ids,
                "lang": self.env.context.get("lang"),
            }
        )
        before = {"date": line.date, "state": line.state}
        if date != line.date:
            line.write({"ai_close_bank_date": line.date})
            line.move_id.write({"date": date})
        line.move_id.action_post()
        if (line.move_id.state, line.move_id.date) != ("posted", date):
            raise refuse(
                self,
                "LCK002",
                self.env._(
                    "Not posted: Odoo would post it on %(date)s instead of %(asked)s.",
                    date=format_date(self.env, line.move_id.date),
                    asked=format_date(self.env, date),
                ),
                action=action,
            )
        self.env["ai.close.audit"]._append(
            action,
            self,
            before=before,
            after={"date": date, "state": "posted", "bank_date": line.ai_close_bank_date or date},
            company=line.company_id,
        )
        line._ai_close_note_import()
