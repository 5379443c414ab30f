"""ai.close.setup: the start of a company, drafted by a controller and confirmed by another person.

Its steps: first month and people, accounts with their roles, policy from a template, and the second signature
that puts version 1 in force.  The people are in ``close_setup_people``, the proposals of accounts in
``close_setup_role``, the copy of another company's set-up in ``close_setup_copy``.
"""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _tz_get
from odoo.tools.misc import clean_context

from ..kernel import account_roles, policy_templates
from ..kernel.canonical import digest
from ..kernel.money import fmt
from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER, SERVER
from ..models.close_state_mixin import passes
from ..models.refusal import refuse

PEOPLE = (PREPARER, REVIEWER, CONTROLLER)


class AiCloseSetup(models.Model):
    _name = "ai.close.setup"
    _inherit = ["ai.close.state.mixin", "mail.thread", "mail.activity.mixin"]
    _mail_post_access = "read"
    _description = "Start of AI Close"
    _order = "id desc"
    _ai_close_protected = frozenset(
        {
            "params",
            "params_digest",
            "submitted_by_id",
            "submitted_at",
            "confirmed_by_id",
            "confirmed_at",
            "editor_ids",
            "policy_id",
            "close_id",
            "copy_notes",
        }
    )

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "To confirm"),
            ("confirmed", "Started"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
    )
    # -- the first month
    period_start = fields.Date(
        "First month",
        required=True,
        default=lambda self: self._default_period_start(),
        help="The close begins with the month of this day. What was open before is one list, signed once.",
    )
    tz = fields.Selection(
        _tz_get,
        string="Time zone",
        required=True,
        default=lambda self: self.env.company.partner_id.tz or self.env.user.tz or "UTC",
    )
    calendar_id = fields.Many2one(related="company_id.resource_calendar_id", string="Working days")
    # -- the policy
    template = fields.Selection(
        lambda self: policy_templates.names(), string="Policy template", required=True, default="standard"
    )
    template_about = fields.Char(compute="_compute_template_about")
    phase = fields.Selection(
        [("observe", "Observe: the agent proposes in silence"), ("supervised", "Supervised: people decide")],
        required=True,
        default="supervised",
    )
    materiality = fields.Monetary(
        compute="_compute_template_amounts", store=True, readonly=False, required=True, precompute=True
    )
    manual_amount = fields.Monetary(
        "Approved from",
        compute="_compute_template_amounts",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    limit_match = fields.Monetary(
        "Preparer's limit for a match",
        compute="_compute_template_amounts",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Above it a reviewer accepts a bank match.",
    )
    limit_entry = fields.Monetary(
        "Reviewer's limit for an entry",
        compute="_compute_template_amounts",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Above it a controller approves a staged entry.",
    )
    audit_retention_years = fields.Integer(
        "Events are kept (years)",
        compute="_compute_template_amounts",
        store=True,
        readonly=False,
        precompute=True,
    )
    seal_mail_to = fields.Char(
        "Proof codes by mail to",
        help="Addresses outside the company, with commas: an auditor's, for example.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Journal of adjustments",
        check_company=True,
        domain="[('type', '=', 'general')]",
    )
    manual_journal_ids = fields.Many2many(
        "account.journal",
        string="Journals of manual entries",
        check_company=True,
        domain="[('type', '=', 'general')]",
        help="From the amount on, a manual entry in one of these is posted through an approval only."
        " No journal: no manual entry needs one.",
    )
    role_ids = fields.One2many("ai.close.setup.role", "setup_id", string="Accounts")
    # -- the two signatures
    params = fields.Json("Policy to sign", readonly=True)
    params_digest = fields.Char("Proof code", readonly=True)
    submitted_by_id = fields.Many2one("res.users", string="Drafted by", readonly=True)
    submitted_at = fields.Datetime(readonly=True)
    editor_ids = fields.Many2many("res.users", string="Edited by", readonly=True)
    confirmed_by_id = fields.Many2one("res.users", string="Confirmed by", readonly=True)
    confirmed_at = fields.Datetime(readonly=True)
    policy_id = fields.Many2one("ai.close.policy", readonly=True)
    close_id = fields.Many2one("ai.close", string="First close", readonly=True)

    _one_open = models.UniqueIndex(
        "(company_id) WHERE state IN ('draft', 'submitted')", "The start of this company is being set up."
    )
    _two_people = models.Constraint(
        "CHECK(state <> 'confirmed' OR (confirmed_by_id IS NOT NULL AND submitted_by_id IS NOT NULL"
        " AND confirmed_by_id <> submitted_by_id))",
        "Who drafted the set-up can't confirm it.",
    )

    @api.model
    @api.private
    def _protected(self):
        # The company is chosen while it is a draft; write() below keeps it after that.
        return super()._protected() - {"company_id"}

    @api.depends("company_id", "state")
    def _compute_display_name(self):
        for setup in self:
            setup.display_name = self.env._("Start of %s", setup.company_id.sudo().name)

    # -- defaults and proposals

    @api.model
    def _default_period_start(self, company=None):
        """Return the month after the last lock date, else the last complete month."""
        company = company or self.env.company
        locked = self.env["ai.close"]._locked_to(company)
        if locked:
            return locked + relativedelta(days=1)
        return fields.Date.context_today(self) + relativedelta(day=1, months=-1)

    @api.depends("template")
    def _compute_template_about(self):
        for setup in self:
            setup.template_about = policy_templates.load(setup.template)["about"] if setup.template else False

    @api.depends("template")
    def _compute_template_amounts(self):
        for setup in self:
            given = policy_templates.load(setup.template or "standard")["params"]
            setup.materiality = float(given["materiality"])
            setup.manual_amount = float(given["manual"]["amount"])
            setup.limit_match = float(given["limits"]["match"])
            setup.limit_entry = float(given["limits"]["entry_controller"])
            setup.audit_retention_years = given.get("audit_retention_years", 10)

    @api.onchange("materiality")
    def _onchange_materiality(self):
        self.manual_amount = self.materiality

    @api.model_create_multi
    def create(self, vals_list):
        if not passes(self.env):
            self._need_role(CONTROLLER, action="setup.draft")
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
            self._need_company(company)
            if "period_start" not in vals:
                vals["period_start"] = self._default_period_start(company)
        setups = super().create(vals_list)
        for setup, vals in zip(setups, vals_list, strict=True):
            setup._propose_journals(vals)
            if "role_ids" not in vals:
                setup.role_ids._propose_for(setup)
        return setups

    def write(self, vals):
        if not passes(self.env):
            self._refuse_protected(self._protected() & vals.keys())
            self._need_role(CONTROLLER, action="setup.edit")
            for setup in self:
                setup._need_draft("setup.edit")
            if vals.get("company_id"):
                self._need_company(self.env["res.company"].browse(vals["company_id"]))
        result = super().write(vals)
        if not passes(self.env):
            self._note_editor()
        return result

    @api.private
    def _note_editor(self):
        for setup in self.filtered(lambda each: self.env.user not in each.editor_ids):
            setup._guarded().write({"editor_ids": [(4, self.env.uid)]})

    def _need_company(self, company):
        if company not in self.env.user.company_ids:
            raise refuse(self, "SOD003", action="setup.draft")

    def _need_draft(self, action):
        if self.state != "draft":
            raise refuse(
                self,
                "ENT001",
                self.env._("This set-up is no draft any more; it stays as it was signed."),
                action=action,
            )

    def _propose_journals(self, vals):
        journals = self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self.company_id),
                ("type", "=", "general"),
            ]
        )
        values = {}
        if not vals.get("journal_id"):
            values["journal_id"] = journals[:1].id
        if "manual_journal_ids" not in vals:
            values["manual_journal_ids"] = [(6, 0, journals.ids)]
        self._guarded().write(values)

    @api.private
    def _params(self):
        """Return the parameters of policy version 1: the template's, with what was edited here."""
        self.ensure_one()
        decimals = self.company_id.currency_id.decimal_places
        params = policy_templates.load(self.template)["params"]
        params |= {
            "materiality": fmt(self.materiality, decimals),
            "roles": account_roles.as_params(
                (line.role, line.account_id.id) for line in self.role_ids if line.account_id
            ),
            "adjustment_journal_id": self.journal_id.id,
            "limits": params["limits"]
            | {
                "match": fmt(self.limit_match, decimals),
                "entry_controller": fmt(self.limit_entry, decimals),
            },
            "manual": {
                "journals": sorted(self.manual_journal_ids.ids),
                "amount": fmt(self.manual_amount, decimals),
            },
            "phase": self.phase,
        }
        if self.audit_retention_years:
            params["audit_retention_years"] = self.audit_retention_years
        mails = [each.strip() for each in (self.seal_mail_to or "").split(",") if each.strip()]
        return params | ({"seal_mail_to": mails} if mails else {})

    # -- the two steps

    @api.model
    def action_start(self):
        """Open the set-up of the company at hand; a controller's first look makes its draft."""
        self._need_role(*PEOPLE, action="setup.open")
        company = self.env["res.company"].browse(
            self.env.context.get("default_company_id") or self.env.company.id
        )
        setup = self.search([("company_id", "=", company.id), ("state", "!=", "cancelled")], limit=1)
        if not setup:
            self._need_role(CONTROLLER, action="setup.draft")
            setup = self.with_context(clean_context(self.env.context)).create({"company_id": company.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Start AI Close"),
            "res_model": self._name,
            "res_id": setup.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_submit(self):
        """Hand the draft to a second person, as it stands now."""
        self.ensure_one()
        action = "setup.submit"
        self._need_role(CONTROLLER, action=action)
        self.check_access("write")
        self._lock_rows()
        self._need_startable(action)
        params = self._params()
        self.env["ai.close.policy"]._checked_digest(self.company_id, params)
        if not self._confirmers():
            raise refuse(self, "SOD004", self._nobody_confirms(), action=action)
        self._transition(
            "submitted",
            vals={
                "params": params,
                "params_digest": digest(params),
                "submitted_by_id": self.env.uid,
                "submitted_at": self._now(),
            },
        )
        for user in self._confirmers():
            self._guarded().activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.env._("Open to decide"),
                note=self.env._(
                    "%(who)s asks to start AI Close in %(company)s.",
                    who=self.env.user.name,
                    company=self.company_id.name,
                ),
            )
        return True

    def action_send_back(self):
        """Make it a draft again."""
        self.ensure_one()
        self._need_role(*PEOPLE, action="setup.send_back")
        self.check_access("read")
        self._lock_rows()
        self._transition("draft", vals={"params": False, "params_digest": False})
        self._guarded().activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_cancel(self):
        """Give this set-up up; another one can be drafted."""
        self.ensure_one()
        self._need_role(CONTROLLER, action="setup.cancel")
        self.check_access("read")
        self._lock_rows()
        self._transition("cancelled")
        self._guarded().activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_confirm(self):
        """Put policy 1 in force as the second person, switch the guards on and open the first close."""
        self.ensure_one()
        action = "setup.confirm"
        self._need_role(*PEOPLE, action=action)
        self.check_access("read")
        self._lock_rows()
        self._need_confirmable(action)
        company = self.company_id
        reason = self.env._(
            "Drafted by %(draft)s, confirmed by %(confirm)s.",
            draft=self.submitted_by_id.name,
            confirm=self.env.user.name,
        )
        start = self._first_day()
        signed = {"confirmed_by_id": self.env.uid, "confirmed_at": self._now()}
        self._transition("confirmed", vals=signed, reason=reason)
        self.sudo()._copy_templates()
        policies = self.env["ai.close.policy"]
        names = {
            "drafted_by_id": self.submitted_by_id.id,
            "proposed_by_id": self.submitted_by_id.id,
            "proposed_at": self.submitted_at,
            "approved_by_id": self.env.uid,
            "approved_at": self._now(),
        }
        policy = policies._make_first(company, self.params, self.tz, start, SERVER, reason, names)
        close = self.env["ai.close"]._for_period(company, start)
        self._guarded().write({"policy_id": policy.id, "close_id": close.id})
        self._guarded().activity_feedback(["mail.mail_activity_data_todo"])
        return {
            "type": "ir.actions.act_window",
            "name": close.name,
            "res_model": "ai.close",
            "res_id": close.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @api.private
    def _first_day(self):
        """Return the first day of the period that the chosen day lies in."""
        return self.env["ai.close"]._period_of(self.company_id, self.period_start)[0]
