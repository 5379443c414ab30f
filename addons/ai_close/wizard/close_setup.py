"""ai.close.setup: enable AI Close for a company, with the accounts and limits it starts with."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _tz_get

from ..kernel.money import fmt
from ..kernel.sod import CONTROLLER
from ..models.refusal import refuse

RULES = ("CMP001", "CMP002", "CMP004", "CMP008", "CLS004", "EXF001", "STA001")
OPTIONS = {"CMP002": {"silent_min_months": 6}, "STA001": {"outlier_z": "6", "sta_min_history": 8}}


class AiCloseSetup(models.TransientModel):
    _name = "ai.close.setup"
    _description = "Set up AI Close"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    tz = fields.Selection(
        _tz_get,
        string="Time zone",
        required=True,
        default=lambda self: self.env.company.partner_id.tz or self.env.user.tz or "UTC",
    )
    grni_account_id = fields.Many2one(
        "account.account",
        string="Goods received, not invoiced",
        required=True,
        check_company=True,
        help="Credited for goods that came before their bill.",
    )
    billed_not_received_account_id = fields.Many2one(
        "account.account",
        string="Billed, not received",
        required=True,
        check_company=True,
        help="Debited for bills that came before their goods.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Journal of adjustments",
        required=True,
        check_company=True,
        domain="[('type', '=', 'general')]",
        default=lambda self: self._default_journal(),
    )
    manual_journal_ids = fields.Many2many(
        "account.journal",
        string="Journals of manual entries",
        check_company=True,
        domain="[('type', '=', 'general')]",
        default=lambda self: self._default_manual_journals(),
        help="From the amount below on, a manual entry in one of these is posted through an approval only."
        " No journal: no manual entry needs one.",
    )
    manual_amount = fields.Monetary("Approved from", default=5000.0, required=True)
    materiality = fields.Monetary(default=5000.0, required=True)
    limit_match = fields.Monetary(
        "Preparer's limit for a match",
        default=10000.0,
        required=True,
        help="Above it a reviewer accepts a bank match.",
    )
    limit_entry = fields.Monetary(
        "Reviewer's limit for an entry",
        default=10000.0,
        required=True,
        help="Above it a controller approves a staged entry.",
    )

    @api.model
    def _default_journal(self):
        return self.env["account.journal"].search(
            [("company_id", "=", self.env.company.id), ("type", "=", "general")], limit=1
        )

    @api.model
    def _default_manual_journals(self):
        return self.env["account.journal"].search(
            [("company_id", "=", self.env.company.id), ("type", "=", "general")]
        )

    @api.onchange("materiality")
    def _onchange_materiality(self):
        self.manual_amount = self.materiality

    @api.private
    def _params(self):
        """Return the parameters of policy version 1."""
        self.ensure_one()
        decimals = self.company_id.currency_id.decimal_places
        banks = (
            self.env["account.journal"]
            .sudo()
            .search([("company_id", "=", self.company_id.id), ("type", "in", ("bank", "cash", "credit"))])
        )
        return {
            "materiality": fmt(self.materiality, decimals),
            "tolerance_units": 1,
            "roles": {
                "grni": self.grni_account_id.id,
                "billed_not_received": self.billed_not_received_account_id.id,
                "suspense": sorted(banks.suspense_account_id.ids),
            },
            "adjustment_journal_id": self.journal_id.id,
            "bands": {"auto": "0.95", "review": "0.70"},
            "limits": {
                "match": fmt(self.limit_match, decimals),
                "entry_controller": fmt(self.limit_entry, decimals),
            },
            "rules": {code: {"enabled": True, **OPTIONS.get(code, {})} for code in RULES},
            "manual": {
                "journals": sorted(self.manual_journal_ids.ids),
                "amount": fmt(self.manual_amount, decimals),
            },
        }

    def action_enable(self):
        """Put policy 1 in force, switch the guards on and open the close of the last complete month."""
        self.ensure_one()
        company = self.company_id
        close = self.env["ai.close"]
        close._need_role(CONTROLLER, action="company.enable")
        if company not in self.env.companies:
            raise refuse(close, "SOD003", action="company.enable")
        self.env["ai.close.policy"]._create_first(company, self._params(), tz=self.tz)
        last_month = fields.Date.context_today(self.with_context(tz=self.tz)) - relativedelta(months=1)
        close = close._for_period(company, last_month)
        return {
            "type": "ir.actions.act_window",
            "name": close.name,
            "res_model": "ai.close",
            "res_id": close.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
