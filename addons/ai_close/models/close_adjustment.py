"""Adjustment closes: what the auditors and the annual accounts still change after the year was locked.

A close of its own on the year's last day.  It takes staged entries of its own journal only; they are posted
in windows that name them, and everything else of the locked year stays refused.  It is locked like others.
"""

from odoo import api, fields, models
from odoo.tools import format_date

from ..kernel.periods import ADJUSTMENT, YEAR
from ..kernel.sod import CONTROLLER, REVIEWER
from .close_reopen_guard import staging
from .refusal import refuse


class AiClose(models.Model):
    _inherit = "ai.close"

    adjustment_id = fields.Many2one("ai.close", string="Adjustment close", compute="_compute_adjustment_id")

    @api.depends("period_end", "kind", "company_id")
    def _compute_adjustment_id(self):
        for close in self:
            found = self.sudo().browse()
            if close.kind == YEAR:
                found = close.sudo()._adjustments(close.company_id, close.period_end)
            close.adjustment_id = found.sudo(self.env.su)

    @api.model
    @api.private
    def _adjustments(self, company, date):
        """Return the adjustment close of ``company`` for the year that ends on ``date``, if any (sudo)."""
        return self.sudo().search(
            [("company_id", "=", company.id), ("period_end", "=", date), ("kind", "=", ADJUSTMENT)], limit=1
        )

    @api.private
    def _adjustment_journal(self):
        """Return the journal that adjustment closes post in: the policy's own, or the one of all entries."""
        policy = self.env["ai.close.policy"]._in_force(self.company_id)
        params = policy.params or {}
        chosen = params.get("adjustment_close_journal_id") or params.get("adjustment_journal_id")
        return self.env["account.journal"].sudo().browse(chosen or []).exists()

    def action_open_adjustment(self):
        """Open the adjustment close of this locked year, made when there is none yet."""
        self.ensure_one()
        action = "close.open_adjustment"
        self._need_role(REVIEWER, CONTROLLER, action=action)
        self.check_access("read")
        close = self.sudo()
        if close.kind != YEAR or not close._is_locked_now():
            raise refuse(
                self,
                "LCK026",
                self.env._(
                    "%s is no locked close of a fiscal year. Before the lock, adjust in the close itself.",
                    close.name,
                ),
                action=action,
            )
        self.env["ai.close.lock"]._need_soft(close, action)
        found = self._adjustments(close.company_id, close.period_end)
        if not found:
            found = self._guarded().create(
                {
                    "name": self.env._(
                        "Adjustments to %s",
                        format_date(self.env, close.period_end, date_format="MMMM yyyy"),
                    ),
                    "company_id": close.company_id.id,
                    "period_start": close.period_end,
                    "period_end": close.period_end,
                    "kind": ADJUSTMENT,
                    "state": "open",
                }
            )
            self.env["ai.close.audit"]._append("close.create", found)
            found._create_tasks()
        return {
            "type": "ir.actions.act_window",
            "name": found.name,
            "res_model": self._name,
            "res_id": found.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_run_now(self):
        """An adjustment close is people's work; the agent closes months."""
        if self.kind == ADJUSTMENT:
            sentence = self.env._("The agent proposes nothing for an adjustment close.")
            raise refuse(self, "LCK026", sentence, action="close.run_now")
        return super().action_run_now()

    @api.private
    def _create_tasks(self):
        # Its checklist is what templates of that kind say; without any, its entries are what is signed.
        if "kinds" in self.env["ai.close.task.template"]._fields:
            return super()._create_tasks()
        return super(AiClose, self.filtered(lambda close: close.kind != ADJUSTMENT))._create_tasks()

    def _readiness_counts(self):
        if self.kind == ADJUSTMENT:
            return [self._count_entries, self._count_tasks]
        return super()._readiness_counts()


class AiCloseLock(models.Model):
    _inherit = "ai.close.lock"

    @api.model
    @api.private
    def _for_close(self, close):
        """An adjustment close is locked by a request that moves no date: the year is locked already."""
        if close.kind != ADJUSTMENT:
            return super()._for_close(close)
        domain = [
            ("close_id", "=", close.id),
            ("kind", "=", "adjustment"),
            ("state", "in", ("draft", "requested", "approved")),
        ]
        lock = self.sudo().search(domain, limit=1)
        if not lock:
            company = close.company_id.sudo()
            lock = self._guarded().create(
                {
                    "name": self.env._("Lock %(close)s, %(company)s", close=close.name, company=company.name),
                    "company_id": company.id,
                    "close_id": close.id,
                    "kind": "adjustment",
                    "field": "fiscalyear_lock_date",
                    "date_old": company.fiscalyear_lock_date,
                    "date_new": close.period_end,
                    "readiness": close._readiness(),
                }
            )
            self.env["ai.close.audit"]._append("lock.create", lock)
        return self.browse(lock.id)

    @api.private
    def _is_exception(self):
        # The watch looks at the month that is open, and the windows took the books anew themselves.
        return super()._is_exception() or self.kind in ("reopen", "adjustment")

    @api.private
    def _need_ready(self, action):
        if self.kind != "adjustment":
            return super()._need_ready(action)
        window = self.close_id._window_sentence()
        if window:
            raise refuse(self, "LCK003", self.env._("Not locked: %s", window), action=action)
        readiness = self._judged()
        self._need_nothing_open(readiness, action)
        return readiness

    @api.private
    def _apply(self):
        if self.kind == "adjustment":
            # The lock date of later months may have moved on; this request is not about a date.
            self._guarded().write({"date_old": self.company_id.sudo()[self.field]})
        return super()._apply()

    @api.private
    def _carry_out(self):
        return None if self.kind == "adjustment" else super()._carry_out()


class AiCloseEntry(models.Model):
    _inherit = "ai.close.entry"

    @api.model
    @api.private
    def _close_of(self, company, date, action, journal=None):
        """Return the adjustment close when one is open for that day and journal."""
        found = self._adjustment_for(company, date, journal)
        return found or super()._close_of(company, date, action)

    @api.model
    @api.private
    def _adjustment_for(self, company, date, journal):
        """Return the open adjustment close that takes an entry of ``journal`` on ``date``, or none (sudo)."""
        closes = self.env["ai.close"].sudo()
        if not journal:
            return closes
        found = closes.search(
            [
                ("company_id", "in", company.sudo().parent_ids.ids),
                ("period_end", "=", date),
                ("kind", "=", ADJUSTMENT),
            ]
        )
        return found.filtered(lambda close: close._is_open_now() and journal == close._adjustment_journal())[
            :1
        ]

    def _need_sendable(self, move, action):
        """A draft of an adjustment close lies in a locked year by nature."""
        if self._adjustment_for(move.company_id, move.date, move.journal_id):
            move = staging(move)
        return super()._need_sendable(move, action)

    def _need_intact(self, action):
        close = self.close_id.sudo()
        if close.kind == ADJUSTMENT:
            journal = close._adjustment_journal()
            if self.date != close.period_end or self.sudo().journal_id != journal:
                raise refuse(
                    self,
                    "LCK026",
                    self.env._(
                        "%(close)s takes entries of %(date)s in %(journal)s only.",
                        close=close.name,
                        date=format_date(self.env, close.period_end),
                        journal=journal.display_name,
                    ),
                    action=action,
                )
        return super()._need_intact(action)

    def _need_open_dates(self):
        """An entry of an adjustment close is posted in a window that names it."""
        close = self.close_id.sudo()
        if close.kind == ADJUSTMENT and not close._open_window():
            raise refuse(
                self,
                "LCK026",
                self.env._(
                    "Not posted: %(close)s has no open window. Open it and use 'Request reopen', naming"
                    " this entry.",
                    close=close.name,
                ),
                action="entry.approve",
            )
        return super()._need_open_dates()
