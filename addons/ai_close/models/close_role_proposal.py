"""Which account plays which role in a company's books: proposed from Odoo's settings, name, type, code and
use, or taken over by code from another company.  Nothing is decided here."""

from odoo import api, models

from ..kernel import account_roles


class AiCloseRoleProposal(models.AbstractModel):
    _name = "ai.close.role.proposal"
    _description = "Proposals of accounts for roles"

    @api.model
    @api.private
    def _proposed_roles(self, company):
        """Return ``{role, account_id, confidence, reason}`` of what the books of ``company`` speak for."""
        return [
            {
                "role": each.role,
                "account_id": each.account.id if each.account else False,
                "confidence": each.confidence,
                "reason": self._role_reason(each),
            }
            for each in account_roles.propose(self._role_facts(company))
        ]

    @api.model
    @api.private
    def _copied_roles(self, company, source, roles):
        """Return the same of another company's ``roles``: each account by its code in our own chart."""
        accounts = self.env["account.account"].sudo()
        own = accounts.with_company(company)
        domain = own._check_company_domain(company)
        rows = []
        for role, value in roles.items():
            if role not in account_roles.ROLES:
                continue
            for there in accounts.with_company(source).browse(value if isinstance(value, list) else [value]):
                found = own.search([*domain, ("code", "=", there.code)], limit=1) if there.code else own
                text = self.env._("as in %(company)s: %(code)s", company=source.name, code=there.code)
                if not found:
                    text = self.env._(
                        "%(company)s uses %(code)s '%(name)s'; choose the account here",
                        company=source.name,
                        code=there.code,
                        name=there.name,
                    )
                rows.append(
                    {
                        "role": role,
                        "account_id": found.id,
                        "confidence": account_roles.SURE if found else account_roles.OPEN,
                        "reason": text,
                    }
                )
        return rows

    @api.model
    @api.private
    def _role_facts(self, company):
        """Return the accounts of the company as the kernel judges them."""
        company = company.sudo()
        accounts = self.env["account.account"].sudo().with_company(company)
        found = accounts.search(accounts._check_company_domain(company))
        used = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [("company_id", "child_of", company.id), ("parent_state", "=", "posted")],
                ["account_id"],
                ["__count"],
            )
        )
        entries = {account.id: count for account, count in used}
        settings = self._role_settings(company)
        return [
            account_roles.Account(
                account.id,
                account.code or "",
                account.name or "",
                account.account_type,
                entries.get(account.id, 0),
                frozenset(settings.get(account.id, ())),
            )
            for account in found
        ]

    @api.model
    @api.private
    def _role_settings(self, company):
        """Return account id -> the roles that Odoo's own settings give it."""
        journals = self.env["account.journal"].sudo()
        banks = journals.search(
            [*journals._check_company_domain(company), ("type", "in", ("bank", "cash", "credit"))]
        )
        found = {}
        for role, accounts in (
            ("suspense", banks.suspense_account_id),
            ("transfer", company.transfer_account_id),
            ("fx_gain", company.income_currency_exchange_account_id),
            ("fx_loss", company.expense_currency_exchange_account_id),
            ("discount_given", company.account_journal_early_pay_discount_loss_account_id),
            ("discount_taken", company.account_journal_early_pay_discount_gain_account_id),
        ):
            for account in accounts:
                found.setdefault(account.id, set()).add(role)
        return found

    @api.model
    @api.private
    def _role_reason(self, proposal):
        if not proposal.account:
            return self.env._("No account of this company fits; choose one or create it.")
        account = proposal.account
        texts = {
            "setting": self.env._("Odoo's own setting"),
            "name": self.env._("by its name"),
            "code": self.env._("by its code"),
        }
        why = ", ".join(texts[name] for name in proposal.why if name in texts)
        uses = (
            self.env._("used by %s items", account.entries) if account.entries else self.env._("not used yet")
        )
        return self.env._(
            "account %(code)s '%(name)s' %(why)s, %(uses)s",
            code=account.code,
            name=account.name,
            why=why,
            uses=uses,
        )
