"""The account behind a match's write-off or counterpart: the policy's roles say it, never the agent alone."""

from odoo import api, models

from ..kernel.account_roles import ROLES
from ..kernel.match_kinds import role_of
from .refusal import refuse

# Accounts that hold what is owed, money itself or the year's result: no counterpart that one chooses.
NEVER = (
    "asset_receivable",
    "liability_payable",
    "asset_cash",
    "liability_credit_card",
    "equity_unaffected",
    "off_balance",
)


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    def _find_role_account(self, kind, amount):
        """Return the account of a kind of line or write-off, or none where the policy names none."""
        role = role_of(kind, amount)
        policy = self.env["ai.close.policy"]._in_force(self.company_id)
        account = policy._role_account(role).sudo() if policy else self.env["account.account"]
        account = account.exists().filtered("active")
        if len(account) != 1:
            account = self._odoo_account(role) if not account else account.browse()
        return account

    def _role_account(self, kind, amount):
        """Return the account of a kind of line or write-off; refuse (ENT029) where the policy names none."""
        account = self._find_role_account(kind, amount)
        if not account:
            raise refuse(
                self,
                "ENT029",
                self.env._(
                    "The policy names no account for %(role)s, which %(name)s needs.",
                    role=ROLES[role_of(kind, amount)].label,
                    name=self.line_label,
                ),
                action="match.accept",
            )
        return account

    def _odoo_account(self, role):
        """Return the account that Odoo's own settings of the company give a role, or none."""
        company = self.company_id.sudo()
        name = {
            "transfer": "transfer_account_id",
            "fx_gain": "income_currency_exchange_account_id",
            "fx_loss": "expense_currency_exchange_account_id",
            "discount_given": "account_journal_early_pay_discount_loss_account_id",
            "discount_taken": "account_journal_early_pay_discount_gain_account_id",
        }.get(role)
        return company[name] if name else self.env["account.account"].sudo()

    def _transfer_account(self, kind):
        """Return the account on which lines meet; it has to be one whose items are reconciled."""
        account = self._role_account(kind, 0)
        if not account.reconcile:
            raise refuse(
                self,
                "ENT030",
                self.env._(
                    "%s does not allow reconciliation, so that transfers can't meet there.",
                    account.with_company(self.company_id).display_name,
                ),
                action="match.accept",
            )
        return account

    def _counterpart_account(self, kind, amount):
        """Return the counterpart of a line without item: one that people used before, or the role's."""
        account = self.account_id.sudo()
        if account and self._fits_as_counterpart(self.company_id, account):
            return account
        return self._role_account(kind, amount)

    @api.model
    @api.private
    def _fits_as_counterpart(self, company, account):
        """Tell whether a proposed account may be a counterpart: a role's, or one that people chose."""
        account = account.sudo().exists()
        if not account or not account.active or account.account_type in NEVER:
            return False
        if not account.filtered_domain(account._check_company_domain(company)):
            return False
        policy = self.env["ai.close.policy"]._in_force(company)
        roles = (policy.sudo().params or {}).get("roles", {}) if policy else {}
        suspense = roles.get("suspense") or []
        if account.id in (suspense if isinstance(suspense, list) else [suspense]):
            return False
        named = {each for value in roles.values() for each in (value if isinstance(value, list) else [value])}
        return account.id in named or bool(
            self.sudo().search_count(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "accepted"),
                    ("origin", "=", "person"),
                    ("write_off_account_id", "=", account.id),
                ],
                limit=1,
            )
        )
