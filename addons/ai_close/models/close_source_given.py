"""What contracts, loans, pay runs and holiday balances say as sources of an adjusting entry."""

from odoo import api, models


class CloseSource(models.AbstractModel):
    _inherit = "ai.close.source"

    @api.model
    def _facts_ai_close_contract(self, ids, date):
        return self._given_facts("ai.close.contract", ids, date)

    @api.model
    def _facts_ai_close_loan(self, ids, date):
        return self._given_facts("ai.close.loan", ids, date)

    @api.model
    def _facts_ai_close_loan_movement(self, ids, date):
        return self._given_facts("ai.close.loan.movement", ids, date)

    @api.model
    def _facts_ai_close_pay_run(self, ids, date):
        return self._given_facts("ai.close.pay.run", ids, date)

    @api.model
    def _facts_ai_close_holiday_balance(self, ids, date):
        """What a balance says and, by key, all that count beside it: one stands for all of its day."""
        balances = self.env["ai.close.holiday.balance"].browse(ids)
        facts = self._given_facts(balances._name, ids, date)
        counting = balances._counting_on(balances.company_id, date)
        beside = self._given_facts(balances._name, counting.ids, date)
        for one in balances:
            facts[one.id]["beside"] = {
                other.key: beside[other.id] for other in counting - one if other.company_id == one.company_id
            }
        return facts

    @api.model
    def _given_facts(self, model, ids, date):
        return {one.id: one._source_facts(date) for one in self.env[model].browse(ids)}
