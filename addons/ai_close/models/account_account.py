"""Accounts: what a locked month was reported with stays as it was."""

from odoo import SUPERUSER_ID, api, models

from .guarding import all_guarded, guarded, locked_history, never_uninstalling
from .refusal import refuse

# Writing one of these may restate what was reported; names, tags and notes do not.
LOOKED_AT = frozenset(
    {
        "account_type",
        "internal_group",
        "include_initial_balance",
        "currency_id",
        "reconcile",
        "code",
        "code_store",
        "code_mapping_ids",
    }
)
# Reports find accounts by type, carry balances forward by type, and group them by the digits of the code.
RESTATING = ("account_type", "internal_group", "include_initial_balance", "currency", "codes")
# Compared by identity: the write of a code writes the stored codes, which the outer call looks at.
_INNER = object()


class AccountAccount(models.Model):
    _inherit = "account.account"

    def write(self, vals):
        """Refuse a change that restates a locked month of a guarded company; tell of any other."""
        inner = self.env.context.get("ai_close_account_write") is _INNER
        companies = all_guarded(self.env) if LOOKED_AT & vals.keys() and not inner else None
        # Superuser's own calls are upgrades and crons of the server, never somebody's.
        if not companies or self.env.uid == SUPERUSER_ID:
            return super().write(vals)
        before = {account: account._ai_close_reported(companies) for account in self}
        self._ai_close_refuse_hiding_open_items(vals)
        result = super(AccountAccount, self.with_context(ai_close_account_write=_INNER)).write(vals)
        for account, was in before.items():
            now = account._ai_close_reported(companies)
            # an account that has no code yet is being made
            changed = [name for name in now if now[name] != was[name] and was["codes"]]
            restating = [name for name in RESTATING if name in changed and was[name]]
            if restating:
                line = locked_history(self.env, [("account_id", "=", account.id)])
                if line:
                    raise refuse(account, "LCK014", account._ai_close_restating(line), action="account.write")
            touched = guarded(account.sudo().company_ids)
            if changed and touched:
                self.env["ai.close.audit"]._append(
                    "account.write",
                    account,
                    before={name: was[name] for name in changed},
                    after={name: now[name] for name in changed},
                    company=self.env.company if self.env.company in touched else touched[0],
                )
        return result

    def unlink(self):
        """Delete with Odoo's own checks: an account that a default or a tax names stays, whatever is sent."""
        return super(AccountAccount, never_uninstalling(self)).unlink()

    @api.private
    def _ai_close_reported(self, companies):
        """Return what reports read of this account, as plain values."""
        account = self.sudo()
        return {
            "account_type": account.account_type,
            "internal_group": account.internal_group,
            "include_initial_balance": account.include_initial_balance,
            "currency": account.currency_id.id or None,
            "reconcile": account.reconcile,
            "codes": {
                str(root.id): account.with_company(root).code
                for root in companies.root_id
                if account.with_company(root).code
            },
        }

    def _ai_close_refuse_hiding_open_items(self, vals):
        """Refuse to switch reconciling off: Odoo would set what is open in locked months to nothing."""
        if "reconcile" not in vals or vals["reconcile"]:
            return
        for account in self.filtered("reconcile"):
            line = locked_history(self.env, [("account_id", "=", account.id), ("amount_residual", "!=", 0)])
            if line:
                raise refuse(account, "LCK014", account._ai_close_restating(line), action="account.write")

    def _ai_close_restating(self, line):
        return self.env._(
            "%(account)s has entries in locked months (%(entry)s); this change would restate them. "
            "Make a new account and reclassify the balance in an open month.",
            account=self.display_name,
            entry=line.move_id.name or line.move_id.display_name,
        )
