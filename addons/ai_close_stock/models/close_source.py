"""What stands in stock, as a fact of the account that carries it."""

from odoo import api, models
from odoo.addons.ai_close.kernel.money import fmt


class CloseSource(models.AbstractModel):
    _inherit = "ai.close.source"

    @api.model
    def _facts_account_account(self, ids, date):
        """A valuation account's facts tell what stood in stock on ``date``: quantities and costs change."""
        facts = super()._facts_account_account(ids, date)
        company = self.env.company
        if all(facts[account]["type"] != "asset_current" for account in facts):
            return facts
        by_product = company._get_accounts_by_product()
        carrying = {accounts["valuation"].id for accounts in by_product.values()}
        if carrying.isdisjoint(facts):
            return facts
        reader = self.env["ai.close.agent"]
        values = reader._stock_values_at(company, min(date, reader._today_of(company)), by_product) or {}
        for account, value in values.items():
            if account.id in facts:
                facts[account.id]["stock_value"] = fmt(value, company.currency_id.decimal_places)
        return facts
