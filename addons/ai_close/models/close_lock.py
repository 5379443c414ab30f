"""ai.close.lock: a request to move a lock date or to except somebody, approved by another, applied once.

The global lock date moves with its close; the other dates and exceptions are in ``close_lock_other.py``.
"""

from psycopg2.errors import LockNotAvailable

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import format_date

from ..kernel.sod import CONTROLLER, REVIEWER, SERVER
from .close_state_mixin import passes
from .refusal import CloseRefusal, refuse

FIELDS = [
    ("fiscalyear_lock_date", "Global lock date"),
    ("tax_lock_date", "Tax return lock date"),
    ("sale_lock_date", "Sales lock date"),
    ("purchase_lock_date", "Purchases lock date"),
    ("hard_lock_date", "Hard lock date"),
]
REASON_MIN_CHARS = 3
# Posting takes moments; whoever holds the gate longer than this is waited for by another attempt.
GATE_TIMEOUT_S = 20


class AiCloseLock(models.Model):
    _name = "ai.close.lock"
    _inherit = ["ai.close.state.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Lock request"
    _order = "id desc"
    _mail_post_access = "read"
    _ai_close_protected = frozenset(
        {
            "name",
            "company_id",
            "close_id",
            "kind",
            "field",
            "date_old",
            "date_new",
            "requested_by_id",
            "requested_at",
            "approved_by_id",
            "approved_at",
            "readiness",
            "reject_reason",
            "exception_user_id",
            "exception_until",
        }
    )

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    close_id = fields.Many2one("ai.close", readonly=True, index=True, ondelete="restrict")
    kind = fields.Selection(
        [("lock", "Lock"), ("exception", "Exception")], required=True, readonly=True, default="lock"
    )
    field = fields.Selection(FIELDS, required=True, readonly=True, default="fiscalyear_lock_date")
    date_old = fields.Date("Now", readonly=True)
    date_new = fields.Date("Asked", required=True, readonly=True)
    reason = fields.Text()
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("requested", "Requested"),
            ("approved", "Approved"),
            ("applied", "Applied"),
            ("rejected", "Rejected"),
            ("expired", "Expired"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    requested_by_id = fields.Many2one("res.users", string="Requested by", readonly=True)
    requested_at = fields.Datetime(readonly=True)
    approved_by_id = fields.Many2one("res.users", string="Approved by", readonly=True)
    approved_at = fields.Datetime(readonly=True)
    reject_reason = fields.Text(readonly=True)
    readiness = fields.Json(readonly=True, help="What was open when the lock was asked for and applied.")
    exception_user_id = fields.Many2one("res.users", string="For", readonly=True)
    exception_until = fields.Datetime("Until", readonly=True)
    approver_ids = fields.Many2many("res.users", compute="_compute_approver_ids", string="May approve")

    _two_people = models.Constraint(
        "CHECK(state NOT IN ('approved', 'applied') OR (approved_by_id IS NOT NULL"
        " AND requested_by_id IS NOT NULL AND approved_by_id <> requested_by_id))",
        "Who requested a lock can't approve it.",
    )
    _one_open = models.UniqueIndex(
        "(company_id, field) WHERE kind = 'lock' AND state IN ('draft', 'requested', 'approved')",
        "There is already a request to move this lock date.",
    )
    _forward = models.Constraint(
        "CHECK(kind = 'exception' OR date_old IS NULL OR date_new > date_old)",
        "A lock date never moves back.",
    )
    _with_close = models.Constraint(
        "CHECK(kind = 'exception' OR field <> 'fiscalyear_lock_date' OR close_id IS NOT NULL)",
        "The global lock date moves with its close.",
    )
    _bounded = models.Constraint(
        "CHECK(kind = 'lock' OR (exception_user_id IS NOT NULL AND exception_until IS NOT NULL"
        " AND date_old IS NOT NULL AND date_new < date_old AND field <> 'hard_lock_date'))",
        "An exception is for one person, has an end, and opens a period that is locked.",
    )

    @api.depends("state", "company_id", "requested_by_id")
    def _compute_approver_ids(self):
        for lock in self:
            excluded = lock._makers().values()
            lock.approver_ids = (
                lock.sudo()._controllers().filtered(lambda user, no=tuple(excluded): user not in no)
            )

    @api.model
    @api.private
    def _for_close(self, close):
        """Return the open request for ``close``, made as a draft when there is none."""
        lock = self.sudo().search(
            [
                ("close_id", "=", close.id),
                ("kind", "=", "lock"),
                ("field", "=", "fiscalyear_lock_date"),
                ("state", "in", ("draft", "requested", "approved")),
            ],
            limit=1,
        )
        if not lock:
            company = close.company_id.sudo()
            lock = self._guarded().create(
                {
                    "name": self.env._("Lock %(close)s, %(company)s", close=close.name, company=company.name),
                    "company_id": company.id,
                    "close_id": close.id,
                    "field": "fiscalyear_lock_date",
                    "date_old": company.fiscalyear_lock_date,
                    "date_new": close.period_end,
                    "readiness": close._readiness(),
                }
            )
            self.env["ai.close.audit"]._append("lock.create", lock)
        return self.browse(lock.id)

    def write(self, vals):
        if "reason" in vals and not passes(self.env) and any(lock.state != "draft" for lock in self):
            raise refuse(self, "AUD002", action="lock.write")
        return super().write(vals)

    # -- what people do

    def action_request(self):
        """Ask for the lock; refused while anything is open. The controllers are told."""
        self.ensure_one()
        self._need_role(REVIEWER, CONTROLLER, action="lock.request")
        self.check_access("read")
        self._lock_rows()
        self._need_draft("lock.request")
        close = self.close_id
        if close:
            close._refresh()
        readiness = self._need_ready("lock.request")
        self._transition(
            "requested",
            reason=self.reason,
            vals={"requested_by_id": self.env.uid, "requested_at": self._now(), "readiness": readiness},
        )
        if close:
            close._transition("requested")
        for user in self.approver_ids:
            self._guarded().activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                date_deadline=fields.Date.context_today(self),
                summary=self.env._("Open to decide"),
                note=self.env._("%(who)s asks to lock %(what)s.", who=self.env.user.name, what=self.name),
            )
        return True

    @api.private
    def _need_draft(self, action):
        """A lock is asked for once: a second request would write another name over the first."""
        if self.state != "draft":
            sentence = self.env._("%s is asked for already, or decided. Look again.", self.name)
            raise refuse(self, "ENT001", sentence, action=action)

    def action_approve(self):
        """Approve and apply the lock, in a cursor of its own that nobody posts beside.

        The request's own transaction only reads: what it held would be waited for by the cursor, for ever.
        """
        self.ensure_one()
        self._need_role(CONTROLLER, action="lock.approve")
        self.check_access("read")
        self._need_approvable()
        context = {
            name: self.env.context[name]
            for name in ("lang", "tz", "allowed_company_ids")
            if name in self.env.context
        }
        with self.env.registry.cursor() as cr:
            env = api.Environment(cr, self.env.uid, context)
            # SET takes no snapshot either; a SELECT before the gate would.
            cr.execute("SET LOCAL lock_timeout = %s", [f"{GATE_TIMEOUT_S}s"])
            try:
                env["ai.close.gate"]._shut()
            except LockNotAvailable:
                raise refuse(self, "LCK007", action="lock.approve") from None
            env[self._name].browse(self.id)._apply()
        self.env.invalidate_all()
        return True

    def action_reject(self, reason):
        """Say no to the request, or withdraw it; the close goes on."""
        self.ensure_one()
        self._need_role(CONTROLLER, REVIEWER, action="lock.reject")
        self.check_access("read")
        reason = reason.strip() if isinstance(reason, str) else ""
        if len(reason) < REASON_MIN_CHARS:
            raise refuse(self, "ENT006", action="lock.reject")
        self._lock_rows()
        self._transition("rejected", reason=reason, vals={"reject_reason": reason})
        close = self.close_id
        if close.state == "requested":
            close._transition("working", role=SERVER, reason=reason)
            close._refresh()
        self._guarded().activity_unlink(["mail.mail_activity_data_todo"])
        return True

    # -- under the gate

    @api.private
    def _apply(self):
        """Move the lock date. Runs behind the shut gate: what is read here is what will stay."""
        self._need_role(CONTROLLER, action="lock.approve")
        self._lock_rows()
        self._need_approvable()
        close, company = self.close_id, self.company_id.sudo()
        readiness = self._need_ready("lock.approve")
        if company[self.field] != self.date_old:
            raise refuse(
                self,
                "LCK005",
                self.env._(
                    "The lock date is %s now; withdraw this request and make a new one.",
                    format_date(self.env, company[self.field]) if company[self.field] else "-",
                ),
                action="lock.approve",
            )
        self._transition(
            "approved",
            vals={"approved_by_id": self.env.uid, "approved_at": self._now(), "readiness": readiness},
        )
        self.env.flush_all()
        try:
            self._carry_out()
        except CloseRefusal:
            raise
        except RedirectWarning as warning:
            raise refuse(self, "LCK003", str(warning.args[0]), action="lock.approve") from warning
        except UserError as error:
            raise refuse(self, "LCK003", str(error), action="lock.approve") from error
        self.env.flush_all()
        self.env["ai.close.gate"]._next_epoch(self.company_id)
        self._transition("applied")
        if close:
            close._guarded().write(
                {
                    "readiness_pct": readiness["pct"],
                    "readiness_counters": readiness["counters"],
                    "readiness_at": self._now(),
                }
            )
            close._transition("locked")
        self._guarded().activity_feedback(
            ["mail.mail_activity_data_todo"], feedback=self.env._("Approved by %s", self.env.user.name)
        )

    @api.private
    def _carry_out(self):
        """Do what was approved; the database compares it with this request, field by field."""
        if self.kind == "exception":
            self.env["account.lock_exception"]._ai_close_lift(self._exception_values())
        else:
            self.company_id._ai_close_move_lock_date(self.field, self.date_new)

    def _need_approvable(self, action="lock.approve"):
        if self.state != "requested":
            raise refuse(
                self,
                "ENT001",
                self.env._("This request is %s; only a requested lock is approved.", self._state_label()),
                action=action,
            )
        self._need_other_than(self._makers(), action=action)

    @api.private
    def _makers(self):
        """Return who took part in what is locked: the requester, who prepared or edited an entry of the
        period, and whom an exception is for."""
        made = {self.env._("requested"): self.requested_by_id}
        if self.exception_user_id:
            made[self.env._("would profit from")] = self.exception_user_id
        entries = self._closes().entry_ids.filtered(lambda entry: entry.state in ("posted", "reversed"))
        for user in entries.prepared_by_id | entries.editor_ids:
            made[self.env._("prepared entries of the period (%s)", user.name)] = user
        return made

    def _need_ready(self, action):
        """Return the readiness of now, or refuse by the names of what is open."""
        if self.kind == "exception":
            return self._need_sound(action)
        if self.close_id:
            if self.date_old and self.date_new <= self.date_old:
                raise refuse(self, "LCK004", action=action)
            self._need_turn(action)
        else:
            self._need_sound(action)
        readiness = self._judged()
        self._need_nothing_open(readiness, action)
        return readiness

    def _need_turn(self, action):
        """Refuse a month that is not over, or that follows an open one: the lock would cover both."""
        close = self.close_id.sudo()
        today = fields.Date.context_today(self.with_context(tz=self.company_id.sudo().ai_close_tz or "UTC"))
        if self.date_new >= today:
            raise refuse(
                self, "LCK003", self.env._("Not locked: %s is not over yet.", close.name), action=action
            )
        earlier = close.search(
            [
                ("company_id", "=", close.company_id.id),
                ("period_start", "<", close.period_start),
                ("state", "!=", "locked"),
                ("kind", "!=", "adjustment"),
            ],
            order="period_start",
        ).filtered(lambda each: not each._is_locked_now())[:1]
        if earlier:
            raise refuse(
                self, "LCK003", self.env._("Not locked: %s is still open.", earlier.name), action=action
            )

    def _controllers(self):
        group = self.env.ref("ai_close.group_controller")
        return group.all_user_ids.filtered(
            lambda user: (
                user.active
                and not user.share
                and self.company_id in user.company_ids
                and CONTROLLER in user._ai_close_roles()
            )
        )

    def _state_label(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]
