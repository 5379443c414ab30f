"""The list of manual entries goes stale in the transaction that changes one of its entries, like a task."""

from odoo import api, models
from odoo.tools import SQL


class CloseDirty(models.AbstractModel):
    _inherit = "ai.close.dirty"

    @api.model
    @api.private
    def _judge_transaction(self):
        """Judge the signed lists of the periods whose posted entries this transaction changed, too."""
        result = super()._judge_transaction()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT list.id
                  FROM ai_close_dirty dirty
                  JOIN ai_close close ON close.company_id = dirty.company_id
                   AND dirty.date BETWEEN close.period_start AND close.period_end
                  JOIN ai_close_manual_list list ON list.close_id = close.id AND list.state = 'signed'
                 WHERE dirty.xid = pg_current_xact_id_if_assigned() AND dirty.kind = 'ledger'
                """
            )
        )
        if rows:
            self.env["ai.close.manual.list"].browse([row[0] for row in rows])._judge()
            self.env.flush_all()
        return result
