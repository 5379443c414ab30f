"""The rules of a version as people read them: what is on, how severe, thresholds and exceptions."""

from odoo import api, fields, models

from ..kernel.payload import PayloadError
from ..kernel.rule_book import book, parameters


class ClosePolicy(models.Model):
    _inherit = "ai.close.policy"

    rule_rows = fields.Json("Rules", compute="_compute_rule_rows")

    @api.depends("params")
    def _compute_rule_rows(self):
        for policy in self:
            policy.rule_rows = policy._rule_rows()

    @api.private
    def _rule_rows(self):
        """Return every rule of the catalogue as this version has it."""
        said = (self.sudo().params or {}).get("rules") or {}
        rows = []
        for code, rule in book().items():
            own = said.get(code, {})
            rows.append(
                {
                    "code": code,
                    "title": rule["title"],
                    "what": rule["what"],
                    "why": rule["why"],
                    "on": bool(own.get("enabled", True)),
                    "severity": own.get("severity") or rule["severity"],
                    "severity_changed": own.get("severity", rule["severity"]) != rule["severity"],
                    "parameters": [
                        {
                            "name": name,
                            "meaning": one["meaning"],
                            "value": str(own.get(name, one["default"])),
                            "usual": one["default"],
                            "changed": str(own.get(name, one["default"])) != one["default"],
                        }
                        for name, one in parameters(code).items()
                    ],
                    "exceptions": [self._exception_text(one) for one in own.get("dismissed", ())],
                }
            )
        return rows

    @api.private
    def _exception_text(self, one):
        """Return whom a rule leaves alone, by name."""
        parts = [
            self._names(model, one[name])
            for name, model in (("partner", "res.partner"), ("account", "account.account"))
            if one.get(name)
        ]
        return ", ".join(parts)

    def _check_accounts(self, company, params):
        """The accounts and partners of settings and exceptions have to be the company's too."""
        result = super()._check_accounts(company, params)
        wanted = {one["account"] for one in (params.get("settings") or {}).get("overdraft_limits", ())}
        partners = set()
        for values in params["rules"].values():
            for one in values.get("dismissed", ()):
                wanted |= {one["account"]} if one.get("account") else set()
                partners |= {one["partner"]} if one.get("partner") else set()
        accounts = self.env["account.account"].sudo()
        fitting = accounts.browse(wanted).exists().filtered_domain(accounts._check_company_domain(company))
        if wanted - set(fitting.ids):
            raise PayloadError("rules", "an account that the company does not have")
        known = self.env["res.partner"].sudo().browse(partners).exists()
        if partners - set(
            known.filtered(lambda one: one.company_id in (company, one.browse().company_id)).ids
        ):
            raise PayloadError("rules", "a partner that the company does not have")
        return result

    # -- the difference in words

    @api.model
    def _parameter_words(self):
        return super()._parameter_words() | {
            ("roles", "transfer"): self.env._("Accounts: transfer"),
            ("roles", "clearing"): self.env._("Accounts: clearing"),
            ("roles", "private"): self.env._("Accounts: private"),
            ("settings", "approval_limits"): self.env._("Approval limits"),
            ("settings", "holidays"): self.env._("Holidays"),
            ("settings", "close_days"): self.env._("Days of the close"),
            ("settings", "asset_words"): self.env._("Words of assets"),
            ("settings", "vague_words"): self.env._("Words that explain nothing"),
            ("settings", "factoring_accounts"): self.env._("Bank accounts of factoring companies"),
            ("settings", "analytic_required"): self.env._("Accounts that need an analytic plan"),
            ("settings", "overdraft_limits"): self.env._("Agreed overdrafts"),
        }

    @api.model
    def _parameter_label(self, path):
        if path[0] == "rules" and len(path) == 3 and path[1] in book():
            title = book()[path[1]]["title"]
            meaning = {
                "enabled": self.env._("on"),
                "severity": self.env._("severity"),
                "dismissed": self.env._("exceptions"),
            }.get(path[2]) or parameters(path[1]).get(path[2], {}).get("meaning", path[2])
            return self.env._("%(code)s %(title)s: %(name)s", code=path[1], title=title, name=meaning)
        return super()._parameter_label(path)

    def _parameter_text(self, path, value):
        if path[-1] == "dismissed" and isinstance(value, (list, tuple)):
            return "; ".join(self._exception_text(one) for one in value) or "–"
        if path == ("settings", "analytic_required") and isinstance(value, (list, tuple)):
            return (
                "; ".join(f"{one['account_prefix']}… {one.get('plan', '')}".strip() for one in value) or "–"
            )
        if path == ("settings", "overdraft_limits") and isinstance(value, (list, tuple)):
            names = [f"{self._names('account.account', one['account'])}: {one['amount']}" for one in value]
            return "; ".join(names) or "–"
        return super()._parameter_text(path, value)
