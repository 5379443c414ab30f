"""ai.close.policy.export: a version of the policy as a file that the check without Odoo reads."""

import base64
import json

from odoo import fields, models

from ..kernel.policy_export import account_ids, exported
from ..models.refusal import refuse


class AiClosePolicyExport(models.TransientModel):
    _name = "ai.close.policy.export"
    _description = "A version of the policy as a file"

    data = fields.Binary(readonly=True, attachment=False)


class ClosePolicy(models.Model):
    _inherit = "ai.close.policy"

    def action_export(self):
        """Download this version as ``policy.json``."""
        self.ensure_one()
        self.check_access("read")
        if not self.exists() or not self.sudo().params:
            sentence = self.env._("There is no such version of the policy; open one and export that.")
            raise refuse(self.browse(), "POL002", sentence, action="policy.export")
        text = json.dumps(self._exported(), indent=2, ensure_ascii=False) + "\n"
        made = self.env["ai.close.policy.export"].create({"data": base64.b64encode(text.encode())})
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/ai.close.policy.export/{made.id}/data/policy.json?download=true",
            "target": "download",
        }

    def _exported(self):
        policy, company = self.sudo(), self.sudo().company_id
        accounts = self.env["account.account"].sudo().with_company(company.root_id)
        found = accounts.browse(sorted(account_ids(policy.params))).exists()
        return exported(
            policy.params,
            {
                "id": company.id,
                "name": company.name,
                "partner": company.partner_id.id,
                "currency": company.currency_id.name,
                "timezone": company.ai_close_tz or "UTC",
            },
            {account.id: account.code for account in found if account.code},
        )
