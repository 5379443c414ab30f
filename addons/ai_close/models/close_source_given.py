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
        balances = self.env["ai.close.holiday.balance"].browse(ids)
        together = balances._together(balances.company_id, date)
        facts = self._given_facts(balances._name, ids, date)
        for one in balances:
            facts[one.id]["together"] = together.get(one.company_id, [0, 0])
        return facts

    @api.model
    def _given_facts(self, model, ids, date):
        return {one.id: one._source_facts(date) for one in self.env[model].browse(ids)}
