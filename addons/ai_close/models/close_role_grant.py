"""ai.close.role.grant: a role in the close is given or taken by two people, and the trail tells of it."""

from odoo import api, fields, models

from ..kernel.sod import AGENT, AUDITOR, CONTROLLER, PEOPLE, PREPARER, REVIEWER, SERVER
from .refusal import refuse
from .res_users import GROUPS

REASON_MIN_CHARS = 3
ROLES = [
    (PREPARER, "Preparer"),
    (REVIEWER, "Reviewer"),
    (CONTROLLER, "Controller"),
    (AUDITOR, "Auditor"),
    (AGENT, "Agent (a program's user)"),
]
ASKED = frozenset(
    {"user_id", "role", "kind", "reason", "company_ids", "period_from", "period_to", "date_end"}
)


class CloseRoleGrant(models.Model):
    _name = "ai.close.role.grant"
    _inherit = ["ai.close.state.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Role request"
    _order = "id desc"
    _rec_name = "user_id"
    _mail_post_access = "read"
    _ai_close_protected = frozenset(
        {"requested_by_id", "requested_at", "approved_by_id", "approved_at", "reject_reason"}
    )

    user_id = fields.Many2one(
        "res.users", "Who", required=True, index=True, ondelete="restrict", domain="[('share', '=', False)]"
    )
    role = fields.Selection(ROLES, required=True)
    kind = fields.Selection(
        [("grant", "Give the role"), ("revoke", "Take the role")], required=True, default="grant"
    )
    reason = fields.Text(required=True)
    company_ids = fields.Many2many(
        "res.company", string="Companies", help="An auditor reads the close and the books of these only."
    )
    period_from = fields.Date("Periods from")
    period_to = fields.Date("Periods to")
    date_end = fields.Date("Until (inclusive)", help="After this day the auditor's role counts no more.")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("requested", "To approve"),
            ("applied", "Done"),
            ("rejected", "Rejected"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    requested_by_id = fields.Many2one("res.users", "Requested by", readonly=True)
    requested_at = fields.Datetime(readonly=True)
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True)
    approved_at = fields.Datetime(readonly=True)
    reject_reason = fields.Char(readonly=True)
    warning = fields.Char(compute="_compute_warning")

    _two_people = models.Constraint(
        "CHECK(approved_by_id IS NULL"
        " OR (requested_by_id IS NOT NULL AND approved_by_id <> requested_by_id))",
        "Who requested a role can't approve it.",
    )

    @api.depends("user_id", "role", "kind")
    def _compute_display_name(self):
        labels = dict(self._fields["role"]._description_selection(self.env))
        for record in self:
            record.display_name = f"{record.user_id.name or '-'}: {labels.get(record.role, '-')}"

    @api.depends("user_id", "role", "kind", "state")
    def _compute_warning(self):
        for record in self:
            last = (
                record.kind == "revoke"
                and record.role == CONTROLLER
                and record.state in ("draft", "requested")
                and not record._controllers() - record.user_id
            )
            record.warning = last and record.env._(
                "%s is the last controller. Without one nobody locks a month or approves a role: give it to"
                " somebody else first.",
                record.user_id.name,
            )

    def write(self, vals):
        if not self.env.su and ASKED & vals.keys() and any(each.state != "draft" for each in self):
            raise refuse(
                self,
                "AUD002",
                self.env._("This was requested already; have it rejected and make another one."),
                action="grant.write",
            )
        return super().write(vals)

    # -- what people do

    def action_request(self):
        """Ask for the role: a controller, or whoever administers the settings."""
        action = "grant.request"
        for record in self:
            by_settings = CONTROLLER not in record._roles()
            if by_settings and not record._is_settings():
                record._need_role(CONTROLLER, action=action)
            record.check_access("read")
            record._lock_rows()
            record._need_sensible(action)
            record._transition(
                "requested",
                role=SERVER if by_settings else None,
                reason=record.reason,
                vals={"requested_by_id": self.env.uid, "requested_at": self._now()},
            )
            for user in record._controllers() - record.user_id - self.env.user:
                record._guarded().activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    summary=self.env._("Open to decide"),
                    note=record.display_name,
                )
        return True

    def action_approve(self):
        """Approve as another controller; the server changes the groups."""
        action = "grant.approve"
        for record in self:
            record._need_role(CONTROLLER, action=action)
            record.check_access("read")
            record._lock_rows()
            steps = {self.env._("requested"): record.requested_by_id}
            if record.kind == "grant":
                steps[self.env._("get")] = record.user_id
            record._need_other_than(steps, action=action)
            if not record.sudo().user_id.company_ids & self.env.user.company_ids:
                raise refuse(
                    record,
                    "SOD003",
                    self.env._("%s works for none of your companies.", record.user_id.name),
                    action=action,
                )
            record._need_sensible(action)
            record._transition("applied", vals={"approved_by_id": self.env.uid, "approved_at": self._now()})
            record._apply()
            record._guarded().activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_reject(self, reason):
        """Say no to the request."""
        for record in self:
            record._need_role(CONTROLLER, action="grant.reject")
            record.check_access("read")
            reason = reason.strip() if isinstance(reason, str) else ""
            if len(reason) < REASON_MIN_CHARS:
                raise refuse(record, "ENT006", action="grant.reject")
            record._transition("rejected", reason=reason, vals={"reject_reason": reason})
            record._guarded().activity_unlink(["mail.mail_activity_data_todo"])
        return True

    # -- demands

    @api.private
    def _lent(self):
        # A delegate takes steps of the close; he gives nobody a role.
        return self.env["ai.close.delegation"]

    def _is_settings(self):
        return self.env.user.has_group("base.group_system")

    def _need_sensible(self, action):
        """Refuse what changes nothing, or what never counts: a person beside the agent's role."""
        record = self.sudo()
        if record.role not in GROUPS or not record.user_id:
            raise refuse(self, "ENT001", self.env._("Name the person and the role."), action=action)
        user, has = record.user_id, record.user_id.has_group(GROUPS[record.role])
        sentence = None
        if len((record.reason or "").strip()) < REASON_MIN_CHARS:
            raise refuse(self, "ENT006", action=action)
        if record.kind == "grant" and (user.share or not user.active):
            sentence = self.env._("%s is deactivated, or no user of your own.", user.name)
        elif record._wants_access():
            sentence = record._access_flaw()
        elif record.kind == "grant" and has:
            sentence = self.env._("%s has this role already.", user.name)
        elif record.kind == "revoke" and not has:
            sentence = self.env._("%s does not have this role.", user.name)
        elif record.kind == "grant" and AGENT in user._ai_close_roles():
            sentence = self.env._("%s is the agent's user and never counts as a person.", user.name)
        elif record.kind == "grant" and record.role == AGENT and user._ai_close_roles():
            sentence = self.env._("%s is a person with a part in the close, never the agent.", user.name)
        if sentence:
            raise refuse(self, "ENT001", sentence, action=action)

    def _wants_access(self):
        return self.role == AUDITOR and self.kind == "grant"

    def _access_flaw(self):
        """Return why an auditor's access is none: it has companies, periods and an end."""
        if not (self.company_ids and self.period_from and self.period_to and self.date_end):
            return self.env._("An auditor's access names companies, periods and its last day.")
        if self.period_from > self.period_to:
            return self.env._("A period ends after it starts.")
        if self.date_end < fields.Date.context_today(self):
            return self.env._("The last day of the access, %s, has passed.", self.date_end)
        if self.company_ids - self.user_id.company_ids:
            return self.env._(
                "%(who)s does not work for %(company)s: add the company to the user first.",
                who=self.user_id.name,
                company=(self.company_ids - self.user_id.company_ids)[0].name,
            )
        if self.user_id._ai_close_roles() & PEOPLE:
            return self.env._("%s has a part in the close and is no auditor of it.", self.user_id.name)
        return None

    @api.private
    def _apply(self):
        """Change the groups, and see that it had its effect."""
        user = self.sudo().user_id
        if self.role == AUDITOR:
            access = self.env["ai.close.auditor.access"]
            access._grant(self.sudo()) if self._wants_access() else access._end(user)
        self._write_role(user, self.role, self.kind)
        if user.has_group(GROUPS[self.role]) != (self.kind == "grant"):
            others = user.group_ids.filtered(
                lambda group: self.env.ref(GROUPS[self.role]) in group.all_implied_ids
            )
            raise refuse(
                self,
                "ENT001",
                self.env._(
                    "The role comes with another group (%s); take that one first.",
                    ", ".join(others.mapped("name")),
                ),
                action="grant.approve",
            )

    @api.model
    @api.private
    def _controllers(self):
        """Return who is a controller and can log in."""
        group = self.env.ref(GROUPS[CONTROLLER]).sudo()
        return group.all_user_ids.filtered(
            lambda user: user.active and not user.share and CONTROLLER in user._ai_close_roles()
        )
