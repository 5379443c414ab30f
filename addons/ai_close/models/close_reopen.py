"""ai.close.lock of kind 'reopen': a locked period opened again, for named people, for a while, with a reason.

The stored lock date stays where it is.  Each named person gets a lock exception of Odoo's, which ends.
What happens at its end is in ``close_reopen_end.py``.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date, format_datetime

from ..kernel.periods import ADJUSTMENT
from ..kernel.sod import AGENT, CONTROLLER, REVIEWER
from .close_lock import REASON_MIN_CHARS
from .close_lock_other import EXCEPTION_DAYS
from .close_readiness import ENTRY_UNDECIDED
from .refusal import refuse

REOPEN = "reopen"
POSTERS = {REVIEWER, CONTROLLER}


class AiCloseLock(models.Model):
    _inherit = "ai.close.lock"

    kind = fields.Selection(
        selection_add=[("reopen", "Reopen"), ("adjustment", "Adjustment lock")],
        ondelete={"reopen": "cascade", "adjustment": "cascade"},
    )
    reopen_user_ids = fields.Many2many(
        "res.users",
        "ai_close_reopen_user",
        "lock_id",
        "user_id",
        string="For these people",
        readonly=True,
        context={"active_test": False},  # who left is still named
        help="They may post in the period until the end; nobody else may.",
    )
    reopen_limited = fields.Boolean(
        "Named entries only",
        readonly=True,
        help="Nothing but the named staged entries is posted, by their approval.",
    )
    reopen_entry_ids = fields.Many2many(
        "ai.close.entry",
        "ai_close_reopen_entry",
        "lock_id",
        "entry_id",
        string="Named entries",
        readonly=True,
    )
    exception_ids = fields.One2many(
        "account.lock_exception", "ai_close_lock_id", string="Lock exceptions", readonly=True
    )
    report_ids = fields.One2many("ai.close.reopen.report", "lock_id", readonly=True)
    window_open = fields.Boolean("Open now", compute="_compute_window_open")

    _forward = models.Constraint(
        "CHECK(kind <> 'lock' OR date_old IS NULL OR date_new > date_old)",
        "A lock date never moves back.",
    )
    _bounded = models.Constraint(
        "CHECK(kind IN ('lock', 'adjustment') OR (exception_until IS NOT NULL"
        " AND (exception_user_id IS NOT NULL OR kind = 'reopen')"
        " AND date_old IS NOT NULL AND date_new < date_old AND field <> 'hard_lock_date'))",
        "An exception is for one person, has an end, and opens a period that is locked.",
    )
    _reopen_of_close = models.Constraint(
        "CHECK(kind NOT IN ('reopen', 'adjustment') OR close_id IS NOT NULL)",
        "A reopen is about a close.",
    )
    _one_reopen = models.UniqueIndex(
        "(close_id) WHERE kind = 'reopen' AND state IN ('draft', 'requested', 'approved', 'applied')",
        "This period is open again already, or somebody asked for it.",
    )

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {
            "reopen_user_ids",
            "reopen_limited",
            "reopen_entry_ids",
            "exception_ids",
            "report_ids",
        }

    @api.depends("state", "kind", "exception_until")
    def _compute_window_open(self):
        for request in self:
            request.window_open = request.sudo()._is_window_open()

    @api.private
    def _is_window_open(self):
        """Tell whether this reopen lets its people post at this moment.

        Odoo compares with the time a transaction began; one that began before the end may not outlive it.
        """
        self.ensure_one()
        if self.kind != REOPEN or self.state != "applied":
            return False
        now = max(self.env.cr.now(), self._now())
        if self.exception_until < now:
            return False
        exceptions = self.env["account.lock_exception"].sudo()
        return bool(
            exceptions.search_count([("ai_close_lock_id", "=", self.id), ("active", "=", True)], limit=1)
        )

    # -- asking ---

    @api.model
    @api.private
    def _ask_reopen(self, close, users, until, reason, entries=None, limited=False):
        """Ask to open the locked period ``close`` for ``users`` up to ``until``; return the request.

        :param entries: staged entries of the period; given, or ``limited``, nothing else is posted
        """
        action = "reopen.request"
        self._need_role(REVIEWER, CONTROLLER, action=action)
        close.check_access("read")
        reason = reason.strip() if isinstance(reason, str) else ""
        if len(reason) < REASON_MIN_CHARS:
            raise refuse(close, "ENT006", action=action)
        self._settle_ended(close.company_id)
        limited = limited or bool(entries) or close.kind == ADJUSTMENT
        entries = entries or self.env["ai.close.entry"]
        self._need_reopenable(close, action)
        self._need_window(close, users, until, action)
        if limited:
            self._need_named_entries(close, users, entries, action)
        company = close.company_id.sudo()
        request = self._guarded().create(
            {
                "name": self.env._("Reopen %(close)s, %(company)s", close=close.name, company=company.name),
                "company_id": company.id,
                "close_id": close.id,
                "kind": REOPEN,
                "field": "fiscalyear_lock_date",
                "date_old": company.fiscalyear_lock_date,
                "date_new": close.period_start - timedelta(days=1),
                "reason": reason,
                "reopen_user_ids": [(6, 0, users.ids)],
                "reopen_limited": limited,
                "reopen_entry_ids": [(6, 0, entries.ids)],
                "exception_until": until,
            }
        )
        self.env["ai.close.audit"]._append("lock.create", request, reason=reason)
        request = self.browse(request.id)
        request.action_request()
        return request

    @api.model
    @api.private
    def _need_reopenable(self, close, action):
        """Refuse a period that is not locked, or whose lock no exception of its own company lifts."""
        close, company = close.sudo(), close.company_id.sudo()
        self._need_soft(close, action)
        sentence = self._why_not_reopenable(close, company)
        if sentence:
            raise refuse(close, "LCK023", sentence, action=action)

    @api.model
    @api.private
    def _need_soft(self, close, action):
        """Refuse a period that is hard-locked, and say how it is corrected instead."""
        close, company = close.sudo(), close.company_id.sudo()
        hard = max((each.hard_lock_date for each in company.parent_ids if each.hard_lock_date), default=None)
        if hard and hard >= close.period_start:
            raise refuse(
                close,
                "LCK022",
                self.env._(
                    "%(close)s is hard-locked to %(date)s and is never opened again. Correct it with an entry"
                    " dated in an open month, or reverse there what was posted wrongly; the entry's reference"
                    " names what it corrects.",
                    close=close.name,
                    date=format_date(self.env, hard),
                ),
                action=action,
            )

    def _why_not_reopenable(self, close, company):
        """Return what stands in the way of opening ``close`` again, or None."""
        if window := close._window_sentence():
            return self.env._("Nothing to reopen: %s", window)
        if close.kind == ADJUSTMENT and close.state == "requested":
            return self.env._("%s: its lock is asked for; reject that request first.", close.name)
        if close.kind != ADJUSTMENT and not close._is_locked_now():
            return self.env._("%s is not locked: work on in it as it is.", close.name)
        locked = company.fiscalyear_lock_date
        if not locked or locked < close.period_end:
            return self.env._(
                "%(company)s itself is locked to %(date)s only; %(close)s was locked otherwise and is opened"
                " there.",
                company=company.name,
                date=format_date(self.env, locked) if locked else "-",
                close=close.name,
            )
        for parent in company.parent_ids - company:
            if parent.fiscalyear_lock_date and parent.fiscalyear_lock_date >= close.period_start:
                return self.env._(
                    "%(parent)s is locked to %(date)s, and so are its branches: reopen its period instead.",
                    parent=parent.name,
                    date=format_date(self.env, parent.fiscalyear_lock_date),
                )
        later = close.search(
            [
                ("company_id", "=", company.id),
                ("period_end", ">=", close.period_end),
                ("id", "!=", close.id),
                ("state", "=", "requested"),
            ],
            limit=1,
        )
        if later:
            return self.env._(
                "The lock of %s is asked for: what is posted below would change it. Reject or approve that"
                " request first.",
                later.name,
            )
        return None

    @api.private
    def _need_window(self, close, users, until, action):
        """Refuse a window without people who can use it, or without an end within bounds."""
        sentence = None
        gone = users.sudo().filtered(
            lambda user: (
                not user.active
                or user.share
                or close.company_id not in user.company_ids
                or AGENT in user._ai_close_roles()
            )
        )
        now = self._now()
        if not users:
            sentence = self.env._("Name the people who may post in %s.", close.name)
        elif gone:
            sentence = self.env._(
                "%s can't post: no active person of this company. Withdraw this request and name others.",
                ", ".join(gone.mapped("name")),
            )
        elif not until or not now < until <= now + timedelta(days=EXCEPTION_DAYS):
            sentence = self.env._(
                "The window ends at %(until)s; it has to end in the future and within %(days)s days.",
                until=format_datetime(self.env, until) if until else "-",
                days=EXCEPTION_DAYS,
            )
        if sentence:
            raise refuse(close, "LCK024", sentence, action=action)

    @api.private
    def _need_named_entries(self, close, users, entries, action):
        """Refuse entries that can't be posted in the window, and people who could not approve them."""
        entries = entries.sudo()
        if not entries:
            sentence = self.env._("Name the staged entries that are to be posted in %s.", close.name)
            raise refuse(close, "LCK024", sentence, action=action)
        wrong = entries.filtered(
            lambda entry: entry.close_id.id != close.id or entry.state not in ENTRY_UNDECIDED
        )
        if wrong:
            sentence = self.env._(
                "Not of %(close)s, or decided already: %(entries)s.",
                close=close.name,
                entries=", ".join(wrong.mapped("name")),
            )
            raise refuse(close, "LCK024", sentence, action=action)
        unable = users.sudo().filtered(lambda user: not POSTERS & user._ai_close_roles())
        if unable:
            sentence = self.env._(
                "%s approves no entries. Staged entries are posted by whoever approves them: name reviewers"
                " or controllers.",
                ", ".join(unable.mapped("name")),
            )
            raise refuse(close, "LCK024", sentence, action=action)

    @api.private
    def _need_still_reopenable(self, action):
        """Judge the request again as it stands: time went by, people left, entries were decided."""
        self._need_reopenable(self.close_id, action)
        self._need_window(self.close_id, self.reopen_user_ids, self.exception_until, action)
        if self.reopen_limited:
            self._need_named_entries(self.close_id, self.reopen_user_ids, self.reopen_entry_ids, action)

    # -- the steps ---

    def action_request(self):
        """Ask for it; the controllers who may decide are told."""
        self.ensure_one()
        if self.kind != REOPEN:
            self._settle_ended(self.company_id)
            return super().action_request()
        self._need_role(REVIEWER, CONTROLLER, action="reopen.request")
        self.check_access("read")
        self._lock_rows()
        self._need_draft("reopen.request")
        self._need_still_reopenable("reopen.request")
        self._transition(
            "requested",
            reason=self.reason,
            vals={"requested_by_id": self.env.uid, "requested_at": self._now()},
            action="reopen.request",
        )
        for user in self.approver_ids:
            self._guarded().activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                date_deadline=fields.Date.context_today(self),
                summary=self.env._("Open to decide"),
                note=self.env._(
                    "%(who)s asks to reopen %(what)s: %(why)s",
                    who=self.env.user.name,
                    what=self.close_id.name,
                    why=self.reason,
                ),
            )
        return True

    @api.private
    def _makers(self):
        # Whoever may post by it does not decide on it.
        made = super()._makers()
        for user in self.sudo().reopen_user_ids:
            made[self.env._("would post in the period (%s)", user.name)] = user
        return made

    def action_approve(self):
        """Open the period behind the shut gate, as a lock is applied."""
        self.ensure_one()
        if self.kind != REOPEN:
            if self.kind == "adjustment":
                self._need_password("lock")
            return super().action_approve()
        self._need_role(CONTROLLER, action="reopen.approve")
        self.check_access("read")
        self._need_approvable()
        self._need_password("reopen")
        self._behind_gate("_apply_reopen", "reopen.approve")
        return True

    @api.private
    def _apply_reopen(self):
        """Give each named person an exception that ends; the database compares it with this request."""
        self._need_role(CONTROLLER, action="reopen.approve")
        self._lock_rows()
        self._need_approvable()
        self.close_id._lock_rows()
        self._need_still_reopenable("reopen.approve")
        company, close = self.company_id.sudo(), self.close_id
        if company.fiscalyear_lock_date != self.date_old:
            sentence = self.env._(
                "The lock date is %s now; withdraw this request and make a new one.",
                format_date(self.env, company.fiscalyear_lock_date),
            )
            raise refuse(self, "LCK005", sentence, action="reopen.approve")
        # What the books said before is what the report compares with.
        snapshots = self.env["ai.close.snapshot"]
        if not snapshots._last(company):
            snapshots._take(company, "reopen", self)
        self._transition(
            "approved",
            vals={"approved_by_id": self.env.uid, "approved_at": self._now()},
            action="reopen.approve",
        )
        self.env.flush_all()
        for user in self.reopen_user_ids:
            self.env["account.lock_exception"]._ai_close_lift(
                {
                    "company_id": company.id,
                    "user_id": user.id,
                    "lock_date_field": self.field,
                    "lock_date": self.date_new,
                    "end_datetime": self.exception_until,
                    "reason": self.reason,
                    "ai_close_lock_id": self.id,
                }
            )
        self._transition("applied", action="reopen.apply")
        self.env["ai.close.reopen.report"]._begin(self)
        if close.state == "locked":
            close._transition("reopened", reason=self.reason)
            # locked, it kept its signatures whatever an exception let in below it; open, they have to hold
            close.sudo().task_ids._judge_unseen()
        self._guarded().activity_feedback(
            ["mail.mail_activity_data_todo"], feedback=self.env._("Approved by %s", self.env.user.name)
        )
