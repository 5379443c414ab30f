"""ai.close.lock: the lock dates beside the global one, and exceptions for one person with an end."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools import format_date

from ..kernel.sod import CONTROLLER, REVIEWER
from .refusal import refuse

# Long enough to correct a month, too short to be forgotten.
EXCEPTION_DAYS = 31


class AiCloseLock(models.Model):
    _inherit = "ai.close.lock"

    @api.model
    @api.private
    def _ask(self, company, kind, field, date, reason, user=None, until=None):
        """Ask for another lock date than the close's own, or for an exception; return the request."""
        request = self._draft(company, kind, field, date, reason, user=user, until=until)
        request.action_request()
        return request

    @api.model
    @api.private
    def _draft(self, company, kind, field, date, reason, user=None, until=None):
        """Make the request of ``_ask`` without sending it, so that open items can be named on it."""
        self._need_role(REVIEWER, CONTROLLER, action="lock.request")
        labels = dict(self._fields["field"]._description_selection(self.env))
        if company not in self.env.user.company_ids or not company._ai_close_is_guarded():
            raise refuse(self, "AUD005", action="lock.request")
        if kind == "lock" and field == "fiscalyear_lock_date":
            sentence = self.env._("The global lock date moves with its close; request it there.")
            raise refuse(self, "LCK003", sentence, action="lock.request")
        if not (field and date):
            raise refuse(self, "LCK016", action="lock.request")
        self.sudo()._expire_old(company, field)
        former = company.sudo()[field]
        if kind == "lock":
            if former and date <= former:
                raise refuse(self, "LCK004", action="lock.request")
            pending = [
                ("company_id", "=", company.id),
                ("field", "=", field),
                ("kind", "=", kind),
                ("state", "in", ("draft", "requested", "approved")),
            ]
            if self.sudo().search_count(pending, limit=1):
                sentence = self.env._("There is already a request to move this lock date.")
                raise refuse(self, "ENT001", sentence, action="lock.request")
            name = self.env._("%(date)s, %(company)s", date=labels[field], company=company.name)
        else:
            self._need_bounded(field, former, date, user, until, "lock.request")
            name = self.env._(
                "Exception from the %(date)s for %(who)s, %(company)s",
                date=labels[field].lower(),
                who=user.name,
                company=company.name,
            )
        request = self._guarded().create(
            {
                "name": name,
                "company_id": company.id,
                "kind": kind,
                "field": field,
                "date_old": former,
                "date_new": date,
                "reason": reason,
                "exception_user_id": user.id if user and kind == "exception" else False,
                "exception_until": until if kind == "exception" else False,
            }
        )
        self.env["ai.close.audit"]._append("lock.create", request, reason=reason)
        return self.browse(request.id)

    @api.private
    def _need_bounded(self, field, former, date, user, until, action):
        """Refuse an exception that is for everybody, without an end, too long, or from nothing."""
        now = self._now()
        if (
            field == "hard_lock_date"
            or not (user and until)
            or not former
            or date >= former
            or not now < until <= now + timedelta(days=EXCEPTION_DAYS)
        ):
            raise refuse(
                self,
                "LCK008",
                self.env._(
                    "An exception is for one person, ends within %(days)s days, and opens a period that is"
                    " locked. The hard lock date has none.",
                    days=EXCEPTION_DAYS,
                ),
                action=action,
            )

    @api.private
    def _need_sound(self, action):
        """Refuse what can't be applied; these requests have no close whose readiness would be judged."""
        company = self.company_id.sudo()
        if self.kind == "exception":
            self._need_bounded(
                self.field, self.date_old, self.date_new, self.exception_user_id, self.exception_until, action
            )
            return {}
        if not (self.field and self.date_new):
            raise refuse(self, "LCK016", action=action)
        if self.date_old and self.date_new <= self.date_old:
            raise refuse(self, "LCK004", action=action)
        today = fields.Date.context_today(self.with_context(tz=company.ai_close_tz or "UTC"))
        if self.date_new >= today:
            sentence = self.env._("Not locked: %s is not over yet.", format_date(self.env, self.date_new))
            raise refuse(self, "LCK003", sentence, action=action)
        self._need_period_end(action)
        if self.field == "hard_lock_date":
            # What can never be undone covers only what a close locked before.
            locked = self.env["ai.close"]._locked_to(company)
            if not locked or locked < self.date_new:
                sentence = self.env._(
                    "Not locked: the hard lock covers what the close locked before, that is up to %s.",
                    format_date(self.env, locked) if locked else "-",
                )
                raise refuse(self, "LCK003", sentence, action=action)
        try:
            # Odoo's own conditions, with every branch in sight: drafts, bank lines that nobody reconciled.
            company._validate_locks({self.field: self.date_new})
        except (RedirectWarning, UserError) as error:
            raise refuse(self, "LCK003", str(error.args[0]), action=action) from error
        return {}

    @api.private
    def _exception_values(self):
        """Return the values of the exception that was approved."""
        return {
            "company_id": self.company_id.id,
            "user_id": self.exception_user_id.id,
            "lock_date_field": self.field,
            "lock_date": self.date_new,
            "end_datetime": self.exception_until,
            "reason": self.reason or self.name,
        }
