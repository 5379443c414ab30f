"""ai.close.lock: who may approve, for how long a request stands, and the date typed for the hard lock."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime

from ..kernel.sod import CONTROLLER, REVIEWER, SERVER
from .close_readiness_lock import HARD
from .refusal import refuse

# Without a word of the policy: two weeks, in which the books of a month should be locked or looked at again.
REQUEST_DAYS = 14


class AiCloseLock(models.Model):
    _inherit = "ai.close.lock"

    expires_at = fields.Datetime("Stands until", compute="_compute_expires_at")
    not_approver_rows = fields.Json("May not approve", compute="_compute_not_approver_rows")
    nobody_message = fields.Char(compute="_compute_not_approver_rows")

    @api.depends("requested_at", "state", "kind")
    def _compute_expires_at(self):
        for lock in self:
            stands = lock.state == "requested" and lock.kind == "lock" and lock.requested_at
            lock.expires_at = stands + timedelta(days=lock._request_days()) if stands else False

    @api.private
    def _request_days(self):
        policy = self.env["ai.close.policy"]._in_force_above(self.company_id)
        return ((policy.sudo().params or {}).get("locks") or {}).get("request_days", REQUEST_DAYS)

    @api.private
    def _is_expired(self):
        return bool(self.expires_at and self.expires_at < self._now())

    # -- who may

    @api.depends("state", "company_id", "requested_by_id", "open_item_ids.state", "second_by_id")
    @api.depends_context("uid")
    def _compute_not_approver_rows(self):
        for lock in self:
            pending = lock.kind == "lock" and lock.state in ("draft", "requested")
            lock.not_approver_rows = lock.sudo()._who_may_not() if pending else []
            lock.nobody_message = (lock.sudo()._nobody_left() or False) if pending else False

    @api.private
    def _who_may_not(self):
        """Return ``[{"who", "why"}]`` of the controllers and makers who can't approve this."""
        rows, told = [], set()
        for why, user in self._makers().items():
            if user and user.id not in told:
                told.add(user.id)
                rows.append({"who": user.name, "why": why.replace(f" ({user.name})", "").removesuffix(" of")})
        group = self.env.ref("ai_close.group_controller").with_context(active_test=False)
        left = group.all_user_ids.filtered(
            lambda user: not user.active and self.company_id in user.company_ids and user.id not in told
        )
        return rows + [{"who": user.name, "why": self.env._("deactivated")} for user in left]

    @api.private
    def _nobody_left(self):
        """Say that too few are left who may approve this, with everybody's reason; or None.

        While it is a draft, whoever looks at it is the one who would request it.
        """
        self.invalidate_recordset(["approver_ids"])
        left = self.approver_ids
        if self.state == "draft":
            left -= self.env.user
        needed = 2 if self.needs_second and not self.second_by_id else 1
        if len(left) >= needed:
            return None
        rows = self._who_may_not()
        if self.state == "draft" and self.env.user._ai_close_roles() & {REVIEWER, CONTROLLER}:
            rows.insert(0, {"who": self.env.user.name, "why": self.env._("would request it")})
        why = "; ".join(f"{row['who']}: {row['why']}" for row in rows)
        if needed == 2 and left:
            return self.env._(
                "Two controllers have to agree to these open items, and only %(who)s is left (%(why)s).",
                who=left.name,
                why=why,
            )
        return self.env._(
            "Nobody is left who may approve this (%s). Give another person the role first.", why
        )

    # -- asked for

    def _need_ready(self, action):
        """Before it is requested: the date as it is now, and somebody who may approve."""
        if self.kind == "lock" and not (self.field and self.date_new):
            raise refuse(self, "LCK016", action=action)
        if self.kind == "lock" and self.state == "draft":
            self._follow_lock_date(action)
            nobody = self.sudo()._nobody_left()
            if nobody:
                raise refuse(self, "LCK019", nobody, action=action)
        return super()._need_ready(action)

    def _follow_lock_date(self, action):
        """A draft starts from the lock date of today; nobody has signed it yet."""
        current = self.company_id.sudo()[self.field]
        if current and self.date_new <= current:
            raise refuse(
                self,
                "LCK004",
                self.env._(
                    "%(what)s is locked to %(date)s already.",
                    what=self.name,
                    date=format_date(self.env, current),
                ),
                action=action,
            )
        if current != self.date_old:
            self._guarded().write({"date_old": current})

    def action_take_back(self):
        """Return a request to its draft, to name more or ask anew; a second controller's word is struck."""
        self.ensure_one()
        action = "lock.take_back"
        self._need_role(REVIEWER, CONTROLLER, action=action)
        self.check_access("read")
        self._lock_rows()
        if self.kind != "lock" or self.state != "requested":
            raise refuse(self, "ENT001", action=action)
        struck = dict.fromkeys(("requested_by_id", "requested_at", "second_by_id", "second_at"), False)
        self._transition("draft", vals=struck)
        self._close_goes_on()
        return True

    def action_reject(self, reason):
        """Say no to the request, or withdraw it; what was named on it is dropped."""
        result = super().action_reject(reason)
        self._drop_named()
        return result

    def _drop_named(self):
        self._named().filtered(lambda item: item.state == "named")._transition("dropped", role=SERVER)

    def _close_goes_on(self):
        close = self.close_id
        if close.state == "requested":
            close._transition("working", role=SERVER)
            close._refresh()
        self._guarded().activity_unlink(["mail.mail_activity_data_todo"])

    @api.model
    @api.private
    def _expire_old(self, company, field):
        """End the requests for this date that nobody approved in time."""
        pending = [
            ("company_id", "=", company.id),
            ("field", "=", field),
            ("kind", "=", "lock"),
            ("state", "=", "requested"),
        ]
        for lock in self.sudo().search(pending).filtered(lambda lock: lock._is_expired()):
            lock._transition("expired", role=SERVER)
            lock._drop_named()
            lock._close_goes_on()

    @api.model
    @api.private
    def _for_close(self, close):
        """A request that stood too long makes room for a new one; what it starts from is judged now."""
        close._refresh()
        self._expire_old(close.company_id, "fiscalyear_lock_date")
        return super()._for_close(close)

    # -- approved

    def _need_approvable(self, action="lock.approve"):
        result = super()._need_approvable(action)
        if self._is_expired():
            raise refuse(
                self,
                "LCK018",
                self.env._(
                    "This request stood until %s, and the books went on since. Ask for the lock again.",
                    format_datetime(self.env, self.expires_at),
                ),
                action=action,
            )
        return result

    def action_approve(self, typed=None):
        """Approve and apply the lock; the hard lock wants its date typed, since nothing takes it back.

        :param typed: the new hard lock date as the approver typed it (ISO)
        """
        self.ensure_one()
        if self.kind not in ("lock", "exception"):
            return super().action_approve()
        action = "lock.approve"
        self._need_role(CONTROLLER, action=action)
        self.check_access("read")
        self._need_approvable(action)
        if self.kind == "lock" and self.field == HARD:
            self._need_typed(typed, action)
        self._need_password("lock" if self.kind == "lock" else "reopen")
        return super().action_approve()

    def _need_typed(self, typed, action):
        try:
            date = fields.Date.to_date(typed) if isinstance(typed, str) or typed else None
        except (ValueError, TypeError, UserError):
            date = None
        if date != self.date_new:
            raise refuse(
                self,
                "LCK020",
                self.env._(
                    "The hard lock can never be taken back: type its date, %s, to confirm.",
                    format_date(self.env, self.date_new),
                ),
                action=action,
            )
