"""ai.close.finding.quieter: "too many like this" becomes a draft of the policy, and hides nothing.

The finding stays as it is.  Only when others approved the version, after its backtest, is the rule silent.
"""

import copy

from odoo import Command, api, fields, models

from ..kernel.rule_book import allowed, book, fits, parameters
from ..kernel.sod import CONTROLLER, REVIEWER
from ..models.refusal import refuse

NO_EXCEPTIONS = ("ACC006", "ACC010")


class AiCloseFindingQuieter(models.TransientModel):
    _name = "ai.close.finding.quieter"
    _description = "Too many findings like this"

    finding_id = fields.Many2one("ai.close.finding", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="finding_id.company_id")
    rule = fields.Char(related="finding_id.rule")
    rule_title = fields.Char(related="finding_id.rule_title")
    way = fields.Selection(
        [
            ("partner", "Leave this partner alone"),
            ("account", "Leave this account alone"),
            ("both", "Leave this partner alone on this account"),
            ("threshold", "Change a threshold of the rule"),
        ],
        "What should change",
        required=True,
        default="threshold",
    )
    partner_id = fields.Many2one("res.partner")
    account_id = fields.Many2one("account.account")
    line_ids = fields.One2many("ai.close.finding.quieter.line", "quieter_id", "Thresholds")

    @api.model
    def default_get(self, fields_list):
        found = super().default_get(fields_list)
        context = self.env.context
        finding = self.env["ai.close.finding"]
        if context.get("active_model") == finding._name and type(context.get("active_id")) is int:
            finding = finding.browse(context["active_id"]).exists()
        if finding:
            finding.check_access("read")
            found |= self._of_finding(finding)
        return found

    @api.model
    def _of_finding(self, finding):
        """Return what can be proposed from ``finding``: its partner and account, the rule's thresholds."""
        partners, accounts = finding._subject()
        own = self.env["ai.close.policy"]._in_force(finding.company_id).params or {}
        own = (own.get("rules") or {}).get(finding.rule, {})
        known = parameters(finding.rule) if finding.rule in book() else {}
        ways = {(True, True): "both", (True, False): "partner", (False, True): "account"}
        return {
            "finding_id": finding.id,
            "partner_id": partners[:1].id,
            "account_id": accounts.id if len(accounts) == 1 else False,
            "way": ways.get((bool(partners), len(accounts) == 1), "threshold"),
            "line_ids": [
                Command.create(
                    {
                        "name": name,
                        "meaning": one["meaning"],
                        "unit": one["unit"],
                        "former": str(own.get(name, one["default"])),
                        "value": str(own.get(name, one["default"])),
                    }
                )
                for name, one in known.items()
            ],
        }

    def action_draft(self):
        """Write the change into the draft of the next version, made if there is none, and open it."""
        self.ensure_one()
        finding, action = self.finding_id, "policy.edit"
        finding.check_access("read")
        finding._need_role(REVIEWER, CONTROLLER, action=action)
        if finding.rule not in book():
            raise refuse(finding, "POL018", action=action)
        draft = self._draft()
        params = copy.deepcopy(draft.sudo().params)
        own = params["rules"].setdefault(finding.rule, {})
        if self.way == "threshold":
            own.update(self._thresholds())
        else:
            one = self._exception(action)
            own["dismissed"] = [*(each for each in own.get("dismissed", ()) if each != one), one]
        draft._save_draft(params)
        self.env["ai.close.audit"]._append(
            "finding.too_many", finding, after={"version": draft.version, "rule": {finding.rule: own}}
        )
        return draft._form()

    def _draft(self):
        """Return the draft that is under way, or a new one of the version in force."""
        company = self.finding_id.company_id
        policies = self.env["ai.close.policy"]
        found = policies.sudo().search([("company_id", "=", company.id), ("state", "=", "draft")], limit=1)
        if found:
            return policies.browse(found.id)
        holding = policies._in_force(company)
        return policies.browse(policies.browse(holding.id).action_draft_next()["res_id"])

    def _exception(self, action):
        if self.finding_id.rule in NO_EXCEPTIONS:
            raise refuse(
                self.finding_id,
                "POL018",
                self.env._("%s spares nobody: it has no exceptions.", self.finding_id.rule),
                action=action,
            )
        one = {}
        if self.way in ("partner", "both") and self.partner_id:
            one["partner"] = self.partner_id.commercial_partner_id.id
        if self.way in ("account", "both") and self.account_id:
            one["account"] = self.account_id.id
        if len(one) < (2 if self.way == "both" else 1):
            raise refuse(self.finding_id, "POL018", action=action)
        return one

    def _thresholds(self):
        known, said = parameters(self.finding_id.rule), {}
        for line in self.line_ids:
            text = (line.value or "").strip()
            if not text or text == line.former:
                continue
            if line.name not in known or not fits(known[line.name], text):
                wanted = allowed(known[line.name]) if line.name in known else "-"
                raise refuse(
                    self.finding_id,
                    "POL002",
                    self.env._("%(name)s: %(wanted)s is expected.", name=line.meaning, wanted=wanted),
                    action="policy.edit",
                )
            said[line.name] = int(text) if text.isdecimal() else text
        return said


class AiCloseFindingQuieterLine(models.TransientModel):
    _name = "ai.close.finding.quieter.line"
    _description = "A threshold to change"

    quieter_id = fields.Many2one("ai.close.finding.quieter", required=True, ondelete="cascade")
    name = fields.Char(required=True)
    meaning = fields.Char("What it says")
    unit = fields.Char()
    former = fields.Char("Now")
    value = fields.Char("Then")
