"""Control totals: what the ledger sums up to a journal, by the server itself.

The agent compares them with what it read and judged.  They are taken over the company's whole ledger,
whatever the agent's own rights hide: what it can't see must not pass for judged.
"""

from odoo import api, models
from odoo.tools import SQL

from .columns import as_columns


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.private
    def _dataset_names(self):
        return [*super()._dataset_names(), "control_totals"]

    @api.private
    def _dataset_control_totals(self, run, after, limit):
        """One row a journal: posted items with their debit and credit, and how many are drafts.

        An item counts as posted when it and its entry say so, as in ``lines``.  ``later`` counts what was
        written by transactions that ``changes`` does not tell yet: with any, a difference proves nothing.
        """
        self.env.flush_all()
        places = self._company_decimals(run)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(line.journal_id, 0),
                       count(*) FILTER (WHERE both_say.posted),
                       round(COALESCE(sum(told.balance) FILTER (
                           WHERE both_say.posted AND told.balance > 0), 0), %(places)s)::text,
                       round(COALESCE(-sum(told.balance) FILTER (
                           WHERE both_say.posted AND told.balance < 0), 0), %(places)s)::text,
                       count(*) FILTER (WHERE NOT both_say.posted)
                  FROM account_move_line line
                  JOIN account_move entry ON entry.id = line.move_id
                 CROSS JOIN LATERAL (
                       SELECT line.parent_state = 'posted' AND entry.state = 'posted') both_say (posted)
                 CROSS JOIN LATERAL (SELECT round(line.balance::numeric, %(places)s)) told (balance)
                 WHERE line.company_id = %(company)s AND line.parent_state IN ('draft', 'posted')
                 GROUP BY 1 ORDER BY 1
                """,
                places=places,
                company=run.company_id.id,
            )
        )
        later = self._written_later(run)
        names = ("id", "count", "debit", "credit", "drafts", "later")
        return as_columns(names, [(*row, later) for row in rows]), None

    @api.private
    def _written_later(self, run):
        ((later,),) = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM ai_close_change WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())"
                " AND (company_id = %s OR company_id IS NULL) AND model IN %s",
                run.company_id.id,
                ("account.move", "account.move.line"),
            )
        )
        return later
