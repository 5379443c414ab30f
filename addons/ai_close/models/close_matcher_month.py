"""Once a month the agent learns from what was decided since, unasked; a controller still decides."""

import logging

from dateutil.relativedelta import relativedelta

from odoo import api, models

from ..kernel.matcher import FEWEST
from .refusal import CloseRefusal

_logger = logging.getLogger(__name__)


class CloseMatcher(models.Model):
    _inherit = "ai.close.matcher"

    @api.model
    @api.private
    def _cron_train(self):
        """Ask for a training in each company whose last one is a month old."""
        for company in self.env["res.company"].sudo().search([("ai_close_enabled", "=", True)]):
            try:
                with self.env.cr.savepoint():
                    if self._is_due(company):
                        self._request(company)
            except CloseRefusal:
                _logger.exception("no training of the matcher was asked for in %s", company.name)

    @api.model
    def _is_due(self, company):
        """Tell whether the month's turn has come: enough new decisions, nothing under way or undecided."""
        if self._under_way(company):
            return False
        versions = self.sudo().search([("company_id", "=", company.id), ("origin", "=", "trained")])
        since = self._now() - relativedelta(months=1)
        if any(one.requested_at > since for one in versions):
            return False
        facts = self.env["ai.close.match"]._training_summary(company)
        known = self._last_training(company).fact_count
        return len(facts["months"]) > 1 and facts["count"] - known >= FEWEST
