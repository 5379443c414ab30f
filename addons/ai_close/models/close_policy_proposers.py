"""The proposers of adjusting entries in a policy: what it says of them is the company's own and in words."""

from odoo import api, fields, models

from ..kernel import account_roles, proposer_book
from ..kernel.payload import PayloadError
from ..kernel.proposers import NAMES, NON_MONETARY_ROLES, NON_MONETARY_TYPES


class ClosePolicy(models.Model):
    _inherit = "ai.close.policy"

    proposer_rows = fields.Json("Adjusting entries", compute="_compute_proposer_rows")

    @api.depends("params")
    def _compute_proposer_rows(self):
        for policy in self:
            policy.proposer_rows = policy._proposer_rows()

    @api.private
    def _proposer_rows(self):
        """Return every proposer as this version has it: on or off, and the accounts that it waits for."""
        params = self.sudo().params or {}
        rows, rules, roles = [], params.get("rules") or {}, params.get("roles") or {}
        for code, title in NAMES.items():
            own = rules.get(code, {})
            said = [
                self.env._(
                    "%(what)s: %(value)s",
                    what=proposer_book.SETTINGS[code][name].meaning,
                    value=self._parameter_text(("rules", code, name), value),
                )
                for name, value in own.items()
                if name in proposer_book.SETTINGS[code]
            ]
            rows.append(
                {
                    self.env._("Entries"): f"{code} {title}",
                    self.env._("On"): self.env._("yes") if own.get("enabled", True) else self.env._("no"),
                    self.env._("No account yet for"): proposer_book.lacking(code, roles),
                    self.env._("Set otherwise"): said,
                }
            )
        return rows

    # -- what a policy names has to be the company's

    def _check_accounts(self, company, params):
        result = super()._check_accounts(company, params)
        rules, roles = params["rules"], params["roles"]
        for role, value in roles.items():
            if isinstance(value, list) and not value:
                raise PayloadError(f"roles.{role}", "no account is named; leave the role out instead")
        self._check_monetary(company, rules.get("FX", {}).get("monetary_accounts", ()), roles)
        self._check_individual(company, rules.get("BD", {}).get("individual", ()))
        self._check_successors(company, (params.get("settings") or {}).get("successors", ()))
        return result

    def _of_chart(self, company, ids, path):
        """Return the accounts with these ids, archived ones too; all have to be the company's."""
        accounts = self.env["account.account"].sudo().with_context(active_test=False).with_company(company)
        found = accounts.browse(set(ids)).exists()
        if set(ids) - set(found.filtered_domain(accounts._check_company_domain(company)).ids):
            raise PayloadError(path, "an account that the company does not have")
        return found

    def _check_monetary(self, company, ids, roles):
        """What is named to be revalued is a claim, a debt or money: no other account ever is."""
        path = "rules.FX.monetary_accounts"
        never = {}
        for role in NON_MONETARY_ROLES:
            value = roles.get(role) or []
            never.update(dict.fromkeys(value if isinstance(value, list) else [value], role))
        for account in self._of_chart(company, ids, path):
            kind = account.account_type
            said = dict(account._fields["account_type"]._description_selection(self.env))[kind]
            if kind in NON_MONETARY_TYPES or account.internal_group in (
                "income",
                "expense",
                "off",
            ):
                raise PayloadError(
                    path, f"{account.display_name} ({said}) is no monetary item, never revalued"
                )
            if account.id in never:
                label = account_roles.ROLES[never[account.id]].label
                raise PayloadError(path, f"{account.display_name} is the account for {label}, never revalued")

    def _check_individual(self, company, listed):
        path = "rules.BD.individual"
        partners = {one["partner"] for one in listed if one.get("partner")}
        known = self.env["res.partner"].sudo().with_context(active_test=False).browse(partners).exists()
        if partners - set(known.filtered(lambda one: one.company_id.id in (False, company.id)).ids):
            raise PayloadError(path, "a customer that the company does not have")
        moves = {one["move"] for one in listed if one.get("move")}
        there = self.env["account.move"].sudo().browse(moves).exists()
        if moves - set(there.filtered(lambda one: one.company_id == company).ids):
            raise PayloadError(path, "an entry that the company does not have")

    def _check_successors(self, company, listed):
        path = "settings.successors"
        self._of_chart(company, [one["account"] for one in listed], path)
        for account in self._of_chart(company, [one["successor"] for one in listed], path):
            if not account.active:
                raise PayloadError(path, f"{account.display_name} is archived itself and succeeds no account")

    # -- the difference in words

    @api.model
    def _parameter_words(self):
        return super()._parameter_words() | {
            ("settings", "successors"): self.env._("Successors of archived accounts")
        }

    @api.model
    def _parameter_label(self, path):
        if len(path) == 3 and path[0] == "rules" and path[1] in NAMES:
            code, name = path[1:]
            setting = proposer_book.SETTINGS[code].get(name)
            meaning = self.env._("on") if name == "enabled" else setting.meaning if setting else name
            return self.env._("%(code)s %(title)s: %(name)s", code=code, title=NAMES[code], name=meaning)
        if len(path) == 2 and path[0] == "roles" and path not in self._parameter_words():
            role = account_roles.ROLES.get(path[1])
            if role:
                return self.env._("Account: %s", role.label)
        return super()._parameter_label(path)

    def _parameter_text(self, path, value):
        if path[0] == "rules" and value:
            if path[2:] == ("ageing",):
                return "; ".join(" ".join(row) for row in proposer_book.ageing_rows(value))
            if path[2:] == ("individual",):
                names = [
                    self._names("res.partner", one["partner"])
                    if one.get("partner")
                    else self._names("account.move", one["move"])
                    for one in value
                ]
                return ", ".join(names)
            if path[2:] == ("monetary_accounts",):
                return self._names("account.account", value)
        if path == ("settings", "successors") and value:
            return "; ".join(
                f"{self._names('account.account', one['account'])} → "
                f"{self._names('account.account', one['successor'])}"
                for one in value
            )
        return super()._parameter_text(path, value)
