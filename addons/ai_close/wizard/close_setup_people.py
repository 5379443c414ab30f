"""The people of a set-up by role, what is missing, who may confirm, and what keeps the start."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ..kernel import account_roles
from ..kernel.sod import AUDITOR, CONTROLLER, PREPARER, REVIEWER
from ..models.refusal import refuse

SMALL = 2
# So many working days from the first month's end on are looked at for people on leave.
FIRST_DAYS = 5


class AiCloseSetup(models.Model):
    _inherit = "ai.close.setup"

    people = fields.Json(compute="_compute_people")
    missing = fields.Text(compute="_compute_people")

    @api.depends("company_id", "period_start", "role_ids.account_id", "journal_id", "template", "state")
    def _compute_people(self):
        for setup in self:
            by_role = setup._by_role()
            labels = setup._role_labels()
            setup.people = [
                {"role": labels[role], "people": ", ".join(users.mapped("name")) or self.env._("nobody")}
                for role, users in by_role.items()
            ]
            setup.missing = (
                "\n".join([text for _code, text in setup._problems()] + setup._warnings())
                if setup.state in ("draft", "submitted")
                else False
            )

    @api.model
    def _role_labels(self):
        return {
            PREPARER: self.env._("Preparer"),
            REVIEWER: self.env._("Reviewer"),
            CONTROLLER: self.env._("Controller"),
            AUDITOR: self.env._("Auditor"),
        }

    @api.private
    def _by_role(self):
        """Return role -> its active people in the company; the agent and the system are none."""
        found = {}
        for role in (PREPARER, REVIEWER, CONTROLLER, AUDITOR):
            users = self.env.ref(f"ai_close.group_{role}").sudo().all_user_ids
            found[role] = users.filtered(
                lambda user, role=role: (
                    user.active
                    and not user.share
                    and self.company_id in user.company_ids
                    and role in user._ai_close_roles()
                )
            )
        return found

    @api.private
    def _makers(self):
        return self.submitted_by_id | self.editor_ids | self.create_uid

    @api.private
    def _confirmers(self):
        """Return who may confirm: another controller, and where there is none, any other of the people."""
        by_role = self._by_role()
        makers = self.sudo()._makers() | (self.env.user if self.state == "draft" else self.env["res.users"])
        controllers = by_role[CONTROLLER] - makers
        return controllers or (by_role[PREPARER] | by_role[REVIEWER] | by_role[CONTROLLER]) - makers

    def _nobody_confirms(self):
        return self.env._(
            "Nobody else may confirm the start of %s: give a second person a role of the close first."
            " Until then nothing is put in force.",
            self.company_id.name,
        )

    @api.private
    def _need_confirmable(self, action):
        if self.state != "submitted":
            raise refuse(self, "ENT001", action=action)
        self._need_other_than(
            {self.env._("drafted"): self.submitted_by_id}
            | {self.env._("edited (%s)", user.name): user for user in self.sudo()._makers()},
            action=action,
        )
        confirmers = self._confirmers()
        if self.env.user not in confirmers:
            raise refuse(
                self,
                "SOD003",
                self.env._("Another controller confirms this: %s.", ", ".join(confirmers.mapped("name"))),
                action=action,
            )
        seen = self.env.context.get("ai_close_seen")
        if seen is not None and seen != self.params_digest:
            raise refuse(self, "ENT015", action=action)
        self._need_startable(action)

    # -- what is missing

    @api.private
    def _need_startable(self, action):
        """Refuse by the first thing that keeps AI Close from starting, naming all of them."""
        if self.company_id.sudo().ai_close_enabled:
            raise refuse(
                self, "POL001", self.env._("%s has AI Close already.", self.company_id.name), action=action
            )
        problems = self._problems()
        if problems:
            raise refuse(self, problems[0][0], " ".join(text for _code, text in problems), action=action)

    def _problems(self):
        """Return ``(code, sentence)`` of everything that has to be put right before the start."""
        return [*self._period_problems(), *self._book_problems()]

    def _period_problems(self):
        if not self.period_start:
            return []
        closes = self.env["ai.close"]
        company = self.company_id.sudo()
        start, end, _kind = closes._period_of(company, self.period_start)
        month = closes._month_label(start)
        today = fields.Date.context_today(self.with_context(tz=self.tz))
        locked = closes._locked_to(company)
        if start > today:
            return [
                ("POL012", self.env._("%s has not begun; start with the running month or earlier.", month))
            ]
        if locked and locked >= start:
            return [
                (
                    "POL012",
                    self.env._(
                        "%(month)s is locked to %(date)s; start after it.",
                        month=month,
                        date=format_date(self.env, locked),
                    ),
                )
            ]
        other = closes._closes_within(company, start, end)
        if other:
            return [("POL012", self.env._("%s is a close of this company already.", other[0].name))]
        return []

    def _book_problems(self):
        company = self.company_id.sudo()
        found = []
        accounts = self.env["account.account"].sudo()
        journals = self.env["account.journal"].sudo()
        if not accounts.search_count(accounts._check_company_domain(company), limit=1):
            found.append(
                self.env._("The company has no chart of accounts: install one in the accounting settings.")
            )
        bank = [*journals._check_company_domain(company), ("type", "in", ("bank", "cash", "credit"))]
        if not journals.search_count(bank, limit=1):
            found.append(self.env._("The company has no bank journal: create one."))
        if not self.journal_id:
            found.append(self.env._("Choose the journal of adjustments."))
        roles = account_roles.as_params(
            (line.role, line.account_id.id) for line in self.role_ids if line.account_id
        )
        found += [self.env._("Choose the account for: %s.", each) for each in account_roles.missing(roles)]
        found += [self.env._("Only one account can be: %s.", each) for each in account_roles.doubled(roles)]
        empty = self.role_ids.filtered(lambda line: not line.account_id and not line._is_required())
        if empty:
            found.append(
                self.env._("Choose an account or remove the row: %s.", ", ".join(empty.mapped("role_label")))
            )
        calendar = company.resource_calendar_id
        if calendar and not calendar.attendance_ids:
            found.append(
                self.env._("The calendar %s has no working day: due days can't be counted.", calendar.name)
            )
        return [("POL013", text) for text in found]

    def _warnings(self):
        """Return what does not keep the start, but will keep somebody later."""
        by_role = self._by_role()
        workers = by_role[PREPARER] | by_role[REVIEWER] | by_role[CONTROLLER]
        found = [
            text
            for role, text in (
                (PREPARER, self.env._("Nobody is a preparer: nobody prepares entries and tasks.")),
                (REVIEWER, self.env._("Nobody is a reviewer: controllers review, and another one approves.")),
                (CONTROLLER, self.env._("Nobody is a controller: nobody can lock a month.")),
                (AUDITOR, self.env._("Nobody is an auditor.")),
            )
            if not by_role[role]
        ]
        if len(by_role[CONTROLLER]) == 1:
            found.append(
                self.env._(
                    "%s is the only controller: nobody else may approve a lock that this person requests.",
                    by_role[CONTROLLER].name,
                )
            )
        if not self._confirmers():
            found.append(self._nobody_confirms())
        if len(workers) <= SMALL and self.template != "small_team":
            found.append(self.env._("Few people work here: the template Small team fits better."))
        away = workers.filtered(self._is_away)
        if workers and away == workers:
            found.append(
                self.env._(
                    "Everybody is on leave when the first month ends, nobody may approve: %s.",
                    ", ".join(away.mapped("name")),
                )
            )
        return found

    def _is_away(self, user):
        """Is this person on leave on every one of the first working days after the first month?"""
        if not self.period_start:
            return False
        end = self.env["ai.close"]._period_of(self.company_id.sudo(), self.period_start)[1]
        last = end + timedelta(days=FIRST_DAYS)
        leaves = self.env["resource.calendar.leaves"].sudo()
        calendar = self.company_id.sudo().resource_calendar_id
        return bool(
            leaves.search_count(
                [
                    ("date_from", "<=", fields.Datetime.to_datetime(end + timedelta(days=2))),
                    ("date_to", ">=", fields.Datetime.to_datetime(last)),
                    ("company_id", "in", (False, self.company_id.id)),
                    "|",
                    ("resource_id.user_id", "=", user.id),
                    "&",
                    ("resource_id", "=", False),
                    ("calendar_id", "in", (False, calendar.id)),
                ],
                limit=1,
            )
        )
