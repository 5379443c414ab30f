"""Who does a task and who signs it: a named person while there is one, else whoever has the role."""

from odoo import api, fields, models

from ..kernel.sod import CONTROLLER, REVIEWER
from .close_task_template import ROLES
from .refusal import refuse


class AiCloseTaskTemplate(models.Model):
    _inherit = "ai.close.task.template"

    owner_id = fields.Many2one(
        "res.users", domain="[('share', '=', False)]", help="Empty: whoever has the role."
    )
    reviewer_id = fields.Many2one(
        "res.users", domain="[('share', '=', False)]", help="Empty: whoever has the role."
    )

    @api.model
    @api.private
    def _person(self, named, role, company, *others):
        """Return ``named`` when that person may take the step, else the only one who has ``role``, if any.

        :param others: other roles that may take the step
        """
        roles = (role, *others, CONTROLLER)
        if named and not self.env["ai.close.task"]._unfit(named, roles, company):
            return named
        return self._only_holder(role, company)

    @api.model
    def _only_holder(self, role, company):
        """Return the one person of ``company`` who has ``role``; nobody when there are several."""
        holders = self._holders(role, company)
        return holders if len(holders) == 1 else holders.browse()

    @api.model
    @api.private
    def _holders(self, role, company):
        """Return the people of ``company`` who have ``role``, present or not."""
        group = self.env.ref(f"ai_close.group_{role}").sudo()
        return group.all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )


class AiCloseTask(models.Model):
    _inherit = "ai.close.task"

    people_note = fields.Char(
        "Who is missing", compute="_compute_people_note", help="Why the named person does not do it now."
    )

    def write(self, vals):
        result = super().write(vals)
        if not self.env.su and {"owner_id", "reviewer_id"} & vals.keys():
            for task in self:
                task._need_fit_people(vals)
        return result

    def _need_fit_people(self, vals):
        """Refuse to hand the task to somebody who could not take the step."""
        for name, roles in self._step_roles().items():
            user = self.env["res.users"].sudo().browse(vals.get(name) or []).exists()
            why = user and self._unfit(user, roles, self.company_id)
            if why:
                raise refuse(self, "ENT020", why, action="task.assign")

    def _step_roles(self):
        """Return which roles may own and which may sign this task."""
        return {
            "owner_id": (self.owner_role, REVIEWER, CONTROLLER),
            "reviewer_id": (self.reviewer_role, CONTROLLER),
        }

    @api.model
    @api.private
    def _unfit(self, user, roles, company):
        """Return why ``user`` can't take a step of one of ``roles`` in ``company``; None when he can."""
        user = user.sudo()
        if not user.active:
            return self.env._("%s is archived.", user.name)
        if company not in user.company_ids:
            return self.env._(
                "%(who)s does not work in %(company)s.", who=user.name, company=company.sudo().name
            )
        if not set(roles) & set(user._ai_close_roles()):
            labels = dict(ROLES)
            names = ", ".join(dict.fromkeys(labels.get(role, role or "") for role in roles if role))
            return self.env._("%(who)s has none of these roles: %(roles)s.", who=user.name, roles=names)
        return None

    @api.private
    def _follow_people(self, vals):
        """Take the people that the template names now, where nobody was chosen by hand or who was is gone."""
        for name in ("owner_id", "reviewer_id"):
            person = self[name].sudo()
            if not person or self._unfit(person, self._step_roles()[name], self.company_id):
                self._guarded().write({name: vals[name]})

    # -- who is here

    @api.depends("owner_id", "reviewer_id", "state", "owner_role", "reviewer_role")
    @api.depends_context("uid")
    def _compute_people_note(self):
        """Say when the person whose turn it is can't act now, and who may instead."""
        today, known = self._today(), {}
        for task in self:
            task.people_note = task._missing(today, known)

    def _missing(self, today, known):
        """Return a sentence when nobody named, or nobody at all, can take the next step of this task.

        :param known: what was found out for other tasks
        """
        if self.state in ("signed", "not_applicable"):
            return False
        step = "reviewer_id" if self.state == "prepared" else "owner_id"
        roles, person, company = self._step_roles()[step], self[step].sudo(), self.company_id

        def away(user):
            key = (user, company)
            if key not in known:
                known[key] = self._away(user, company, today)
            return known[key]

        def holders(role):
            key = (role, company)
            if key not in known:
                known[key] = self.env["ai.close.task.template"]._holders(role, company)
            return known[key]

        why = person and (self._unfit(person, roles, company) or away(person))
        if person and not why:
            return False
        label = dict(ROLES).get(roles[0], roles[0] or "")
        able = {user for role in roles if role for user in holders(role) if user != person and not away(user)}
        if step == "reviewer_id":
            able -= {self.prepared_by_id.sudo()}
        if not able:
            nobody = self.env._(
                "Nobody who may take this step is here. Ask for a delegation, or give somebody the role %s.",
                label,
            )
            return f"{why} {nobody}" if why else nobody
        return why and self.env._("%(why)s It goes to the role %(role)s.", why=why, role=label)

    @api.model
    @api.private
    def _away(self, user, company, today):
        """Return why ``user`` is not here ``today``, in words; None when he is.

        Away is who handed over his steps by a delegation that counts, or has time off in his calendar.
        """
        handed = self._delegations(company, today).filtered(lambda each: each.from_id == user)[:1]
        if handed:
            return self.env._("%(who)s is away until %(day)s.", who=user.name, day=str(handed.date_to))
        off = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search(
                [
                    ("resource_id.user_id", "=", user.id),
                    ("time_type", "=", "leave"),
                    ("date_from", "<=", fields.Datetime.now()),
                    ("date_to", ">", fields.Datetime.now()),
                ],
                limit=1,
            )
        )
        if off:
            return self.env._("%(who)s is away until %(day)s.", who=user.name, day=str(off.date_to.date()))
        return None

    @api.model
    def _delegations(self, company, today):
        """Return the delegations of ``company`` that count ``today``."""
        return (
            self.env["ai.close.delegation"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "accepted"),
                    ("date_from", "<=", today),
                    ("date_to", ">=", today),
                ]
            )
        )

    @api.model
    def _today(self):
        return fields.Date.context_today(self)
