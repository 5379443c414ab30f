"""The rules in the form of a draft: every rule of the catalogue, its thresholds, its exceptions, and the
words, days and limits that rules share."""

from odoo import Command, api, fields, models

from ..kernel.money import MoneyError, fmt, parse
from ..kernel.rule_book import SETTINGS, SEVERITIES, allowed, book, fits, parameters

LISTS = ("holidays", "close_days", "asset_words", "vague_words", "factoring_accounts")


class AiClosePolicyEdit(models.TransientModel):
    _inherit = "ai.close.policy.edit"

    rule_ids = fields.One2many("ai.close.policy.edit.rule", "edit_id", "Rules")
    setting_ids = fields.One2many("ai.close.policy.edit.setting", "edit_id", "Thresholds of rules")
    exception_ids = fields.One2many("ai.close.policy.edit.exception", "edit_id", "Exceptions of rules")
    approval_limits = fields.Text("Approval limits", help="One amount a line: what may be approved up to.")
    holidays = fields.Text(help="One date a line, like 2026-12-25.")
    close_days = fields.Text("Days of the close", help="One a line: a date, or a day of each month like 5.")
    asset_words = fields.Text("Words of assets", help="One a line. Empty: the rule's own list.")
    vague_words = fields.Text("Words that explain nothing", help="One a line. Empty: the rule's own list.")
    factoring_accounts = fields.Text("Bank accounts of factoring companies", help="One number a line.")
    analytic_required = fields.Text(
        "Accounts that need an analytic plan", help="One a line: how the code begins, then the plan."
    )
    overdraft_limits = fields.Text(
        "Agreed overdrafts", help="One a line: the account's code, then the amount, like 512001 5000.00."
    )

    @api.model
    def _shown_sections(self):
        return super()._shown_sections() | {"settings"}

    # -- from the parameters to the form

    @api.model
    def _from_params(self, params):
        found, rules = super()._from_params(params), params["rules"]
        found["rule_ids"] = [
            Command.create(
                {
                    "code": code,
                    "title": rule["title"],
                    "enabled": bool(rules.get(code, {}).get("enabled", True)),
                    "severity": rules.get(code, {}).get("severity") or rule["severity"],
                    "usual": rule["severity"],
                }
            )
            for code, rule in book().items()
        ]
        found["setting_ids"] = [
            Command.create(
                {
                    "code": code,
                    "name": one["name"],
                    "meaning": one["meaning"],
                    "unit": one["unit"],
                    "usual": one["default"],
                    "value": str(rules.get(code, {}).get(one["name"], one["default"])),
                }
            )
            for code in book()
            for one in parameters(code).values()
        ]
        found["exception_ids"] = [
            Command.create({"code": code, "partner_id": one.get("partner"), "account_id": one.get("account")})
            for code, values in sorted(rules.items())
            for one in values.get("dismissed", ())
        ]
        return found | self._from_settings(params.get("settings") or {})

    @api.model
    def _from_settings(self, settings):
        found = {name: "\n".join(settings.get(name, ())) for name in (*LISTS, "approval_limits")}
        found["analytic_required"] = "\n".join(
            f"{one['account_prefix']} {one.get('plan', '')}".strip()
            for one in settings.get("analytic_required", ())
        )
        policy = self.env["ai.close.policy"]._of_context()
        accounts = self.env["account.account"].sudo().with_company(policy.company_id)
        found["overdraft_limits"] = "\n".join(
            f"{accounts.browse(one['account']).exists().code or one['account']} {one['amount']}"
            for one in settings.get("overdraft_limits", ())
        )
        return found

    # -- and back

    def _to_params(self):
        params = super()._to_params()
        params["rules"] = self._rules_said()
        self._say(params, "settings", self._settings_said(params.get("settings") or {}), {})
        return params

    def _rules_said(self):
        """Return the rules: what says the usual and was not written before stays unwritten."""
        former = self.policy_id.params["rules"]
        rules = {code: values for code, values in former.items() if code not in book()}
        seen = set()
        for line in self.rule_ids:
            if line.code not in book() or line.code in seen:
                raise self._invalid(self.env._("%s is no rule's code, or stands there twice.", line.code))
            seen.add(line.code)
            own, before = {}, former.get(line.code, {})
            if not line.enabled or "enabled" in before:
                own["enabled"] = line.enabled
            usual = book()[line.code]["severity"]
            if line.severity and (line.severity != usual or "severity" in before):
                own["severity"] = line.severity
            if own:
                rules[line.code] = own
        for line in self.setting_ids:
            if line.code not in seen or line.name not in parameters(line.code):
                raise self._invalid(
                    self.env._("%(rule)s has no setting %(name)s.", rule=line.code, name=line.name)
                )
            before = former.get(line.code, {}).get(line.name)
            value = self._setting(before, line)
            if before is not None or str(value) != parameters(line.code)[line.name]["default"]:
                rules.setdefault(line.code, {})[line.name] = value
        for code, entries in self._exceptions_said().items():
            rules.setdefault(code, {})["dismissed"] = entries
        # a rule that was written with nothing in it stays so: its absence would read as a change
        for code in former:
            if not former[code]:
                rules.setdefault(code, {})
        return dict(sorted(rules.items()))

    def _setting(self, before, line):
        """Return a threshold as the parameters hold it: a whole number, or a text."""
        parameter, text = parameters(line.code)[line.name], (line.value or "").strip()
        text = text or parameter["default"]
        if before is not None and text == str(before):
            return before
        if not fits(parameter, text):
            raise self._invalid(
                self.env._(
                    "%(rule)s, %(name)s: %(wanted)s is expected, not %(value)s.",
                    rule=line.code,
                    name=line.name,
                    wanted=allowed(parameter),
                    value=text,
                )
            )
        return int(text) if text.isdecimal() and not isinstance(before, str) else text

    def _exceptions_said(self):
        found = {}
        for line in self.exception_ids:
            code = (line.code or "").strip().upper()
            one = {}
            if line.partner_id:
                one["partner"] = line.partner_id.commercial_partner_id.id
            if line.account_id:
                one["account"] = line.account_id.id
            if code not in book() or not one:
                raise self._invalid(
                    self.env._("An exception names a rule, and a partner or an account: %s.", line.code)
                )
            if one not in found.setdefault(code, []):
                found[code].append(one)
        return found

    def _settings_said(self, former):
        """Return what rules share; an empty list is not written unless it was."""
        said = {name: _lines(self[name]) for name in LISTS}
        said["approval_limits"] = [self._amount(text) for text in _lines(self.approval_limits)]
        said["analytic_required"] = [
            {"account_prefix": prefix} | ({"plan": plan.strip()} if plan.strip() else {})
            for prefix, _space, plan in (text.partition(" ") for text in _lines(self.analytic_required))
        ]
        said["overdraft_limits"] = [self._overdraft(text) for text in _lines(self.overdraft_limits)]
        said |= {name: former[name] for name in former if name not in said}
        return {name: said[name] for name in SETTINGS if name in former or said.get(name)}

    def _amount(self, text):
        try:
            number = parse(text)
        except MoneyError:
            number = None
        if number is None or number < 0:
            raise self._invalid(self.env._("%s is no amount like 5000.00.", text))
        return text if "." in text else fmt(number, self.currency_id.decimal_places)

    def _overdraft(self, text):
        code, _space, amount = text.rpartition(" ")
        company = self.company_id
        accounts = self.env["account.account"].sudo().with_company(company)
        account = accounts.search(
            [*accounts._check_company_domain(company), ("code", "=", code.strip())], limit=1
        )
        if not account:
            raise self._invalid(
                self.env._("%s: the account's code, then the amount, like 512001 5000.00.", text)
            )
        return {"account": account.id, "amount": self._amount(amount)}


class AiClosePolicyEditRule(models.TransientModel):
    _name = "ai.close.policy.edit.rule"
    _description = "A rule of the policy"

    edit_id = fields.Many2one("ai.close.policy.edit", required=True, ondelete="cascade")
    code = fields.Char("Rule", required=True)
    title = fields.Char()
    enabled = fields.Boolean("On", default=True)
    severity = fields.Selection(
        [(name, name.capitalize()) for name in SEVERITIES],
        help="Critical: don't lock; high: fix, or a second person waives; medium: explain; low: know.",
    )
    usual = fields.Char()


class AiClosePolicyEditSetting(models.TransientModel):
    _name = "ai.close.policy.edit.setting"
    _description = "A threshold of a rule"

    edit_id = fields.Many2one("ai.close.policy.edit", required=True, ondelete="cascade")
    code = fields.Char("Rule", required=True)
    name = fields.Char("Setting", required=True)
    meaning = fields.Char("What it says")
    unit = fields.Char()
    usual = fields.Char()
    value = fields.Char()


class AiClosePolicyEditException(models.TransientModel):
    _name = "ai.close.policy.edit.exception"
    _description = "A rule's exception for a partner or an account"

    edit_id = fields.Many2one("ai.close.policy.edit", required=True, ondelete="cascade")
    code = fields.Char("Rule", required=True)
    partner_id = fields.Many2one("res.partner")
    account_id = fields.Many2one("account.account")


def _lines(text):
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
