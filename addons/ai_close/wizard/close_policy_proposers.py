"""Adjusting entries in the form of a draft: which proposers are on, their settings, the ageing table, who is
judged alone, what is revalued besides, and what took the place of an archived account."""

from odoo import Command, api, fields, models

from ..kernel import proposer_book
from ..kernel.money import parse, quantity
from ..kernel.proposers import NAMES


class AiClosePolicyEdit(models.TransientModel):
    _inherit = "ai.close.policy.edit"

    proposer_ids = fields.One2many("ai.close.policy.edit.proposer", "edit_id", "Proposers")
    proposer_setting_ids = fields.One2many(
        "ai.close.policy.edit.proposer.setting", "edit_id", "Settings of proposers"
    )
    ageing_ids = fields.One2many("ai.close.policy.edit.ageing", "edit_id", "Ageing table")
    ageing_older = fields.Float("Older: won't come (%)", digits=(6, 3))
    individual_ids = fields.One2many("ai.close.policy.edit.individual", "edit_id", "Judged one by one")
    monetary_account_ids = fields.Many2many(
        "account.account",
        "ai_close_policy_edit_monetary_rel",
        string="Revalued besides",
        help="Accounts of claims, debts or money in foreign currency beside receivables, payables, banks and"
        " the accounts above. Prepayments, fixed assets, stock, equity and results are refused.",
    )
    successor_ids = fields.One2many("ai.close.policy.edit.successor", "edit_id", "Archived accounts")

    # -- from the parameters to the form

    @api.model
    def _from_params(self, params):
        rules, settings = params["rules"], params.get("settings") or {}
        bad_debt = rules.get("BD", {})
        table = bad_debt.get("ageing") or []
        older = [percent for days, percent in table if days is None]
        return super()._from_params(params) | {
            "proposer_ids": [
                Command.create(
                    {
                        "code": code,
                        "title": title,
                        "enabled": bool(rules.get(code, {}).get("enabled", True)),
                        "lacks": ", ".join(proposer_book.lacking(code, params["roles"])),
                    }
                )
                for code, title in NAMES.items()
            ],
            "proposer_setting_ids": [
                Command.create(
                    {
                        "code": code,
                        "name": name,
                        "meaning": one.meaning,
                        "wanted": proposer_book.wanted(one),
                        "usual": one.default,
                        "value": str(rules.get(code, {}).get(name, one.default)),
                    }
                )
                for code in NAMES
                for name, one in proposer_book.simple(code).items()
            ],
            "ageing_ids": [
                Command.create({"days": days, "percent": float(parse(percent))})
                for days, percent in table
                if days is not None
            ],
            "ageing_older": float(parse(older[0])) if older else 0.0,
            "individual_ids": [
                Command.create({"partner_id": one.get("partner"), "move_id": one.get("move")})
                for one in bad_debt.get("individual", ())
            ],
            "monetary_account_ids": [Command.set(rules.get("FX", {}).get("monetary_accounts", []))],
            "successor_ids": [
                Command.create({"account_id": one["account"], "successor_id": one["successor"]})
                for one in settings.get("successors", ())
            ],
        }

    # -- and back

    def _rules_said(self):
        """Return the rules with what is said of proposers: what is usual stays unwritten, as with rules."""
        former, rules = self.policy_id.params["rules"], super()._rules_said()
        for line in self.proposer_ids:
            if line.code not in NAMES:
                raise self._invalid(self.env._("%s is no proposer's code.", line.code))
            own = dict(rules.get(line.code, {}))
            if not line.enabled or "enabled" in own:
                own["enabled"] = line.enabled
            if own:
                rules[line.code] = own
        for line in self.proposer_setting_ids:
            known = proposer_book.simple(line.code) if line.code in NAMES else {}
            if line.name not in known:
                raise self._invalid(
                    self.env._("%(code)s has no setting %(name)s.", code=line.code, name=line.name)
                )
            before = former.get(line.code, {}).get(line.name)
            value = self._proposer_setting(known[line.name], before, line)
            if before is not None or str(value) != known[line.name].default:
                rules[line.code] = {**rules.get(line.code, {}), line.name: value}
        for code, name, value in (
            ("BD", "ageing", self._ageing_said()),
            ("BD", "individual", self._individual_said()),
            ("FX", "monetary_accounts", self._monetary_said()),
        ):
            own = {key: each for key, each in rules.get(code, {}).items() if key != name}
            if value:
                own[name] = value
            if own or code in former:
                rules[code] = own
            else:
                rules.pop(code, None)
        return dict(sorted(rules.items()))

    def _proposer_setting(self, setting, before, line):
        """Return a setting as the parameters hold it: a whole number, or a text."""
        text = (line.value or "").strip() or setting.default
        if before is not None and text == str(before):
            return before
        if not proposer_book.suits(setting, text):
            raise self._invalid(
                self.env._(
                    "%(code)s, %(meaning)s: %(wanted)s is expected, not %(value)s.",
                    code=line.code,
                    meaning=setting.meaning,
                    wanted=proposer_book.wanted(setting),
                    value=text,
                )
            )
        return int(text) if setting.kind == "integer" and not isinstance(before, str) else text

    def _ageing_said(self):
        """Return the ageing table; none where no row and no percent is said."""
        rows = sorted((line.days, line.percent) for line in self.ageing_ids)
        if not rows and not self.ageing_older:
            return None
        former = self.policy_id.params["rules"].get("BD", {}).get("ageing") or []
        written = dict(former)
        said = [*rows, (None, self.ageing_older)]
        table = [[days, self._percent(written.get(days), percent)] for days, percent in said]
        try:
            proposer_book.check_ageing(table, self.env._("the ageing table"))
        except proposer_book.PayloadError as error:
            raise self._invalid(str(error)) from error
        return table

    def _percent(self, former, value):
        """Return a percent as a text; what was written otherwise and is the same stays."""
        text = quantity(value)
        return former if former is not None and parse(former) == parse(text) else text

    def _individual_said(self):
        said = []
        for line in self.individual_ids:
            if bool(line.partner_id) == bool(line.move_id):
                raise self._invalid(
                    self.env._("What is judged one by one is a customer or an entry: choose one a row.")
                )
            one = (
                {"partner": line.partner_id.commercial_partner_id.id}
                if line.partner_id
                else {"move": line.move_id.id}
            )
            if one not in said:
                said.append(one)
        return said

    def _monetary_said(self):
        former = self.policy_id.params["rules"].get("FX", {}).get("monetary_accounts") or []
        ids = self.monetary_account_ids.ids
        # the same accounts in another order are no change
        return former if set(ids) == set(former) else sorted(ids)

    def _settings_said(self, former):
        said = super()._settings_said(former)
        listed = [
            {"account": line.account_id.id, "successor": line.successor_id.id} for line in self.successor_ids
        ]
        if listed or "successors" in former:
            said["successors"] = listed
        else:
            said.pop("successors", None)
        return said


class AiClosePolicyEditProposer(models.TransientModel):
    _name = "ai.close.policy.edit.proposer"
    _description = "A proposer of the policy"

    edit_id = fields.Many2one("ai.close.policy.edit", required=True, ondelete="cascade")
    code = fields.Char("Proposer", required=True)
    title = fields.Char("Entries")
    enabled = fields.Boolean("On", default=True)
    lacks = fields.Char("No account yet for", help="Without these accounts it proposes nothing, or not all.")


class AiClosePolicyEditProposerSetting(models.TransientModel):
    _name = "ai.close.policy.edit.proposer.setting"
    _description = "A setting of a proposer"

    edit_id = fields.Many2one("ai.close.policy.edit", required=True, ondelete="cascade")
    code = fields.Char("Proposer", required=True)
    name = fields.Char("Setting", required=True)
    meaning = fields.Char("What it says")
    wanted = fields.Char("May be")
    usual = fields.Char()
    value = fields.Char()


class AiClosePolicyEditAgeing(models.TransientModel):
    _name = "ai.close.policy.edit.ageing"
    _description = "A row of the ageing table"
    _order = "days, id"

    edit_id = fields.Many2one("ai.close.policy.edit", required=True, ondelete="cascade")
    days = fields.Integer("Up to days past due", help="0: not due yet.")
    percent = fields.Float("Won't come (%)", digits=(6, 3))


class AiClosePolicyEditIndividual(models.TransientModel):
    _name = "ai.close.policy.edit.individual"
    _description = "A customer or entry that people judge alone"

    edit_id = fields.Many2one("ai.close.policy.edit", required=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Customer")
    move_id = fields.Many2one("account.move", "or entry")


class AiClosePolicyEditSuccessor(models.TransientModel):
    _name = "ai.close.policy.edit.successor"
    _description = "What took the place of an archived account"

    edit_id = fields.Many2one("ai.close.policy.edit", required=True, ondelete="cascade")
    account_id = fields.Many2one(
        "account.account", "Archived account", required=True, context={"active_test": False}
    )
    successor_id = fields.Many2one("account.account", "Its successor", required=True)
