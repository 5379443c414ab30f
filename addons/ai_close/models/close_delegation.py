"""ai.close.delegation: somebody is away for some days, and a colleague takes his steps meanwhile."""

from datetime import timedelta

from odoo import api, fields, models

from ..kernel.sod import CONTROLLER, PEOPLE, PREPARER, REVIEWER
from .memo import remembered
from .refusal import refuse

# A longer absence is no absence: the colleague gets the role.
LONGEST_DAYS = 92
ASKED = frozenset({"from_id", "to_id", "company_id", "role", "date_from", "date_to", "reason"})


class CloseDelegation(models.Model):
    _name = "ai.close.delegation"
    _inherit = ["ai.close.state.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Delegation"
    _order = "date_from desc, id desc"
    _rec_name = "from_id"
    _mail_post_access = "read"
    _ai_close_protected = frozenset(
        {"asked_by_id", "accepted_by_id", "accepted_at", "ended_on", "declined_reason"}
    )

    from_id = fields.Many2one(
        "res.users",
        "Absent",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    to_id = fields.Many2one(
        "res.users",
        "Delegate",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    role = fields.Selection(
        [
            ("all", "All roles"),
            (PREPARER, "Preparer"),
            (REVIEWER, "Reviewer"),
            (CONTROLLER, "Controller"),
        ],
        "Steps of",
        required=True,
        default="all",
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("To (inclusive)", required=True)
    reason = fields.Text(required=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("asked", "To accept"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
            ("ended", "Ended early"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    asked_by_id = fields.Many2one("res.users", "Asked by", readonly=True)
    accepted_by_id = fields.Many2one("res.users", "Accepted by", readonly=True)
    accepted_at = fields.Datetime(readonly=True)
    declined_reason = fields.Char(readonly=True)
    ended_on = fields.Date(readonly=True)
    counts_now = fields.Boolean("Counts today", compute="_compute_counts_now")

    _ordered = models.Constraint("CHECK(date_from <= date_to)", "A delegation ends after it starts.")
    _two = models.Constraint("CHECK(from_id <> to_id)", "Nobody is his own delegate.")
    _two_people = models.Constraint(
        "CHECK(accepted_by_id IS NULL OR accepted_by_id <> asked_by_id)",
        "Who asked for a delegation can't accept it.",
    )

    @api.depends("from_id", "to_id")
    def _compute_display_name(self):
        for record in self:
            record.display_name = self.env._(
                "%(to)s for %(absent)s", to=record.to_id.name or "-", absent=record.from_id.name or "-"
            )

    @api.depends("state", "date_from", "date_to")
    def _compute_counts_now(self):
        for record in self:
            record.counts_now = bool(record._counting())

    @api.model
    @api.private
    def _protected(self):
        # The company is chosen by who asks; the step itself looks whether it may be.
        return super()._protected() - {"company_id"}

    def write(self, vals):
        if not self.env.su and ASKED & vals.keys() and any(each.state != "draft" for each in self):
            raise refuse(
                self,
                "AUD002",
                self.env._("This delegation was asked for; end it or make another one."),
                action="delegation.write",
            )
        return super().write(vals)

    # -- what people do

    def action_ask(self):
        """Ask the delegate to accept.  The absent person asks, or a controller for somebody who can't."""
        action = "delegation.ask"
        for record in self:
            record._need_role(*sorted(PEOPLE), action=action)
            record.check_access("read")
            record._lock_rows()
            if record.from_id != self.env.user:
                record._need_role(CONTROLLER, action=action)
            record._need_lawful(action)
            record._transition("asked", reason=record.reason, vals={"asked_by_id": self.env.uid})
            record._guarded().activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=record.to_id.id,
                date_deadline=record.date_from,
                summary=self.env._("Open to decide"),
                note=self.env._("You are asked to act for %s.", record.sudo().from_id.name),
            )
        return True

    def action_accept(self):
        """Accept as the delegate, or as a controller who is not the delegate; never as who asked for it."""
        action = "delegation.accept"
        for record in self:
            record._need_role(*sorted(PEOPLE), action=action)
            record.check_access("read")
            record._lock_rows()
            record._need_other_than({self.env._("asked for"): record.asked_by_id}, action=action)
            if record.to_id != self.env.user:
                record._need_role(CONTROLLER, action=action)
                if record.from_id == self.env.user:
                    raise refuse(record, "SOD001", action=action)
            record._need_lawful(action)
            record._transition("accepted", vals={"accepted_by_id": self.env.uid, "accepted_at": self._now()})
            record._guarded().activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_decline(self, reason):
        """Say no, or take the question back."""
        for record in self:
            record._need_part("delegation.decline")
            reason = record._need_reason(reason, "delegation.decline")
            record._transition("declined", reason=reason, vals={"declined_reason": reason})
            record._guarded().activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_end(self):
        """End it before its last day: who was absent is back, or the delegate can't go on."""
        for record in self:
            record._need_part("delegation.end")
            record._transition("ended", vals={"ended_on": record._today()})
        return True

    # -- demands

    @api.private
    def _lent(self):
        # What was delegated is not delegated on.
        return self.browse()

    def _need_part(self, action):
        """Refuse who is neither of the two nor a controller."""
        self._need_role(*sorted(PEOPLE), action=action)
        self.check_access("read")
        self._lock_rows()
        if self.env.user not in self.from_id | self.to_id | self.asked_by_id:
            self._need_role(CONTROLLER, action=action)

    def _need_lawful(self, action):
        """Refuse a delegation that could never count, or would count for more than one person's roles."""
        self._need_reason(self.reason, action)
        sentence = self._flaw()
        if sentence:
            raise refuse(self, "SOD008", sentence, action=action)

    def _flaw(self):
        """Return why this can't be a delegation, or None."""
        record = self.sudo()
        absent, delegate = record.from_id, record.to_id
        for user in absent | delegate:
            if not user.active:
                return self.env._(
                    "%s was deactivated; ask for another delegate, or grant the role.", user.name
                )
            if not user._ai_close_roles() & PEOPLE:
                return self.env._("%s has no part in the close; grant a role first.", user.name)
            if record.company_id not in user.company_ids:
                return self.env._(
                    "%(who)s does not work for %(company)s.", who=user.name, company=record.company_id.name
                )
        if not record._lent_roles():
            return self.env._("%s does not have the role that would be delegated.", absent.name)
        if record.date_to < record._today():
            return self.env._("The last day, %s, has passed.", record.date_to)
        if record.date_to - record.date_from > timedelta(days=LONGEST_DAYS):
            return self.env._("A delegation is for %s days at most; for longer grant the role.", LONGEST_DAYS)
        if absent == delegate:
            return self.env._("Nobody is his own delegate.")
        chain = record._chain()
        if chain:
            return self.env._(
                "%s overlaps with this one: what was delegated is not delegated on. End it first.",
                chain.display_name,
            )
        return None

    def _chain(self):
        """Return a delegation in the same days by the delegate, or to the absent person."""
        return self.search(
            [
                ("id", "!=", self.id),
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("asked", "accepted")),
                ("date_from", "<=", self.date_to),
                ("date_to", ">=", self.date_from),
                "|",
                ("from_id", "=", self.to_id.id),
                ("to_id", "=", self.from_id.id),
            ],
            limit=1,
        )

    # -- what it gives

    @api.private
    def _today(self):
        """Return the day in the company's own time zone."""
        zone = self[:1].sudo().company_id.ai_close_tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=zone))

    @api.private
    def _counting(self):
        """Return those that count today: accepted, in their days, both people still there."""
        return self.filtered(
            lambda each: (
                each.state == "accepted"
                and each.date_from <= each._today() <= each.date_to
                and each.sudo().from_id.active
                and each.sudo().to_id.active
            )
        )

    @api.model
    @api.private
    def _active_for(self, user, companies):
        """Return the delegations to ``user`` that count today in each of ``companies``, or above it."""
        key = (user.id, *companies.ids)
        return remembered(self.sudo(), "delegation", key, lambda: self._find_active(user, companies))

    def _find_active(self, user, companies):
        found = self.sudo().search([("to_id", "=", user.id), ("state", "=", "accepted")])
        if not found:
            return found
        return found._counting().filtered(
            lambda each: (
                companies and all(each.company_id in company.sudo().parent_ids for company in companies)
            )
        )

    @api.private
    def _lent_roles(self):
        """Return the roles that this gives: what the absent person has today himself, and was asked for."""
        own = self.sudo().from_id._ai_close_roles() & PEOPLE
        return own if self.role == "all" else own & {self.role}

    @api.private
    def _named(self):
        """Return the absent person as the audit trail names him beside the one who acts."""
        absent = self.sudo().from_id
        return {"delegation_id": self.id, "user_id": absent.id, "login": absent.login, "name": absent.name}
