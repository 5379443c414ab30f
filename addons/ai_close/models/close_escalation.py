"""What is overdue is told: the reviewer the day after it was due, the controllers a day later; once each."""

from datetime import timedelta

from odoo import api, fields, models

from ..kernel.sod import CONTROLLER, REVIEWER, SERVER
from .close_readiness import BLOCKING_SEVERITIES, ENTRY_UNDECIDED, FINDING_UNDECIDED, TASK_DONE

ACTIVITY = "mail.mail_activity_data_todo"
LEVELS = ("reviewer", "controller")
TOLD_SEVERITIES = (*BLOCKING_SEVERITIES, "medium")


class CloseEscalation(models.Model):
    _name = "ai.close.escalation"
    _inherit = ["ai.close.access.mixin"]
    _description = "Overdue, told"
    _order = "id desc"
    _rec_name = "label"

    close_id = fields.Many2one("ai.close", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="close_id.company_id", store=True, readonly=True)
    model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference("Record ID", model_field="model", required=True, readonly=True)
    label = fields.Char("What", readonly=True)
    level = fields.Selection(
        [("reviewer", "Reviewer"), ("controller", "Controllers")], required=True, readonly=True
    )
    date_due = fields.Date("Was due", readonly=True)
    told_ids = fields.Many2many("res.users", readonly=True)

    _once = models.UniqueIndex("(model, res_id, level, date_due)", "This was told already.")

    # -- the cron

    @api.model
    def _cron_escalate(self):
        """Tell of what is overdue, one close a transaction."""
        closes = self.env["ai.close"].sudo().search([("state", "!=", "locked")])
        for number, close in enumerate(closes, 1):
            self._escalate(close)
            self.env["ir.cron"]._commit_progress(1, remaining=len(closes) - number)

    @api.model
    @api.private
    def _escalate(self, close):
        """Tell of what is overdue in ``close``; return what was told now."""
        close = close.sudo()
        today = fields.Date.context_today(close.with_context(tz=close.company_id.ai_close_tz or "UTC"))
        made = self.browse()
        for record, due, reviewers in self._overdue(close, today):
            levels = LEVELS if today > due + timedelta(days=1) else LEVELS[:1]
            if record._name == "ai.close.finding.cause" and record.severity not in BLOCKING_SEVERITIES:
                # it keeps nothing open, so the controllers are left alone with it
                levels = LEVELS[:1]
            for level in levels:
                made |= self._tell(close, record, due, level, reviewers)
        return made

    def _overdue(self, close, today):
        """Yield ``(record, due, reviewers)`` of what should be done and is not."""
        reviewers = self._with_role(close, REVIEWER)
        for task in close.task_ids:
            if task.state not in TASK_DONE and task.date_due and task.date_due < today:
                yield task, task.date_due, self._there(close, task.reviewer_id) or reviewers
        for cause in self._overdue_causes(close, today):
            people = self._there(close, cause.owner_id) | reviewers
            yield cause, cause.date_due or close.date_due, people
        if not close.date_due or close.date_due >= today:
            return
        for entry in close.entry_ids.filtered(lambda each: each.state in ENTRY_UNDECIDED):
            yield entry, close.date_due, reviewers

    def _overdue_causes(self, close, today):
        """Return the causes with findings that should be decided; fifty findings of one are told once.

        What an older version found has no due day of its own and is due with the close.
        """
        domain = [
            ("close_id", "=", close.id),
            ("state", "in", FINDING_UNDECIDED),
            ("severity", "in", TOLD_SEVERITIES),
        ]
        if close.company_id._ai_close_phase() == "observe":
            domain.append(("finding_ids.by_server", "=", True))
        causes = self.env["ai.close.finding.cause"].sudo().search(domain)
        return causes.filtered(lambda cause: (cause.date_due or close.date_due or today) < today)

    def _tell(self, close, record, due, level, reviewers):
        domain = [
            ("model", "=", record._name),
            ("res_id", "=", record.id),
            ("level", "=", level),
            ("date_due", "=", due),
        ]
        if self.sudo().search_count(domain, limit=1):
            return self.browse()
        users = reviewers if level == "reviewer" else self._with_role(close, CONTROLLER)
        for user in users:
            record._guarded().activity_schedule(
                ACTIVITY,
                user_id=user.id,
                date_deadline=due,
                summary=self.env._("Overdue"),
                note=self.env._("%(what)s was due on %(date)s.", what=record.display_name, date=due),
            )
        told = self.sudo().create(
            {
                "close_id": close.id,
                "model": record._name,
                "res_id": record.id,
                "label": (record.display_name or "")[:200],
                "level": level,
                "date_due": due,
                "told_ids": [(6, 0, users.ids)],
            }
        )
        word = record._name.rpartition(".")[2]
        self.env["ai.close.audit"]._append(
            f"{word}.escalate", record, after={"level": level, "told": users.ids}, role=SERVER
        )
        return told

    # -- whom

    def _with_role(self, close, role):
        """Return who has the role and is there today; delegates of those who are not."""
        people = close.company_id._ai_close_people()
        return self._there(close, people.filtered(lambda user: role in user._ai_close_roles()))

    def _there(self, close, users):
        """Replace who is away today by his delegates; who left is left out."""
        today = fields.Date.context_today(close.with_context(tz=close.company_id.ai_close_tz or "UTC"))
        days = [("date_from", "<=", today), ("date_to", ">=", today)]
        away = self.env["ai.close.absence"].sudo().search([("user_id", "in", users.ids), *days]).user_id
        delegations = (
            self.env["ai.close.delegation"]
            .sudo()
            .search(
                [
                    ("from_id", "in", users.ids),
                    ("state", "=", "accepted"),
                    ("company_id", "in", close.company_id.parent_ids.ids),
                    *days,
                ]
            )
        )
        there = users - away - delegations.from_id
        return (there | delegations.to_id).filtered("active")
