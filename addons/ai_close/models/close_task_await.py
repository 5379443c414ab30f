"""The bank task signed as 'statement awaited': two people say that the statement comes later, and until when.

The month closes without it; what it brings below the lock is held (account_bank_statement_line_held.py).  A
bank line that arrives makes the sign-off stale like any change, and so does the day that passes without one.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER, SERVER
from .refusal import refuse

AWAITING_CHECK = "bank_reconciled"
MOST_DAYS = 62
HOLDS = ("prepared", "signed")


class AiCloseTask(models.Model):
    _inherit = "ai.close.task"

    awaited_until = fields.Date(
        "Statement awaited until",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Two people signed that the bank's statement comes later, by this day.",
    )
    may_await = fields.Boolean(compute="_compute_may_await")

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"awaited_until"}

    @api.depends("self_check", "state", "prepared_by_id")
    def _compute_may_await(self):
        for task in self:
            task.may_await = task.self_check == AWAITING_CHECK and (
                task.state in ("open", "stale") or (task.state == "prepared" and not task.prepared_by_id)
            )

    def action_await(self, date_due, reason):
        """Prepare the bank task with the statement still awaited; somebody else signs it as any other.

        :param date_due: the day by which it is due, a date or ``YYYY-MM-DD``
        """
        self.ensure_one()
        action = "task.await"
        reason = self._need_text(reason, action)
        self._need_open_period(action)
        self._need_role(PREPARER, REVIEWER, CONTROLLER, action=action)
        if not self.may_await:
            raise refuse(
                self,
                "ENT001",
                self.env._("%s can't wait for a statement now.", self.name),
                action=action,
            )
        day = self._need_due_day(date_due, action)
        self._need_no_open_lines(action)
        if self.state == "prepared":
            # the machine found nothing open; that a statement is missing only people know
            self._transition("open", role=SERVER, reason=self.env._("A statement is awaited."))
        note = self.env._(
            "Statement awaited until %(day)s: %(why)s", day=format_date(self.env, day), why=reason
        )
        self.action_prepare(note)
        self._guarded().write({"awaited_until": day})
        self.env["ai.close.audit"]._append(action, self, after={"awaited_until": day}, reason=reason)
        return True

    def _need_due_day(self, date_due, action):
        """Return the day, which lies ahead and not too far: what never comes is no statement awaited."""
        today = self._today()
        try:
            day = fields.Date.to_date(date_due)
        except (TypeError, ValueError):
            day = None
        if not day or not today < day <= today + timedelta(days=MOST_DAYS):
            raise refuse(
                self,
                "ENT008",
                self.env._(
                    "Say by which day the statement is due: after today and within %s days.", MOST_DAYS
                ),
                action=action,
            )
        return day

    def _need_no_open_lines(self, action):
        """Lines that are there are no statement awaited."""
        _name, done, total, found = self.sudo().close_id._count_bank()
        if found:
            raise refuse(
                self,
                "ENT009",
                self.env._(
                    "%s bank lines are open; an awaited statement settles none of them.", total - done
                ),
                action=action,
            )

    @api.private
    def _transition(self, to, role=None, reason=None, vals=None, action=None):
        if to not in HOLDS and any(task.awaited_until for task in self):
            vals = dict(vals or {}, awaited_until=False)
        return super()._transition(to, role=role, reason=reason, vals=vals, action=action)

    @api.private
    def _judge_sign_off(self):
        result = super()._judge_sign_off()
        self._strike_overdue_statement()
        return result

    @api.private
    def _strike_overdue_statement(self):
        """The day that was signed for has passed and the statement has not come: nobody signed for that."""
        for task in self.sudo():
            day = task.awaited_until
            if day and task.state in HOLDS and day < task._today():
                task._strike(
                    self.env._("The statement was due on %s and has not come.", format_date(self.env, day))
                )


class CloseEscalation(models.Model):
    _inherit = "ai.close.escalation"

    @api.model
    @api.private
    def _escalate(self, close):
        close.sudo().task_ids._strike_overdue_statement()
        return super()._escalate(close)
