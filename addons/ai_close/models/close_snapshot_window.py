"""What a reopen's people changed in its period, told from what changed otherwise, and the books anew.

The new baseline takes over what the report explains and nothing else: whatever differs beside it goes on
differing from what is remembered, and is found by the watch.
"""

from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .close_snapshot import FACTS

# Between the look at the clock and the row that bears the time of posting.
GRACE = timedelta(minutes=1)


class CloseSnapshot(models.AbstractModel):
    _inherit = "ai.close.snapshot"

    @api.model
    @api.private
    def _window_changes(self, request, ended_at):
        """Return the lines of the period that differ from the last snapshot by what the window let be done.

        Each row: ``line_id, move_id, kind (inserted, changed, removed), account_id, balance`` (the
        difference), ``debit`` (of it), ``result``, and who and when.
        """
        close, company = request.close_id, request.company_id
        snapshot = self._last(company)
        self.env.flush_all()
        covered = self._facts(
            SQL(
                "%s AND line.date >= %s AND line.date <= %s",
                self._ledger(self._family(company), snapshot["date_to"]),
                close.period_start,
                close.period_end,
            )
        )
        return self.env.execute_query_dict(
            SQL(
                """
                WITH differing AS (
                    SELECT coalesce(present.line_id, former.line_id) AS line_id,
                           coalesce(present.move_id, former.move_id) AS move_id,
                           CASE WHEN former.line_id IS NULL THEN 'inserted'
                                WHEN present.line_id IS NULL THEN 'removed' ELSE 'changed' END AS kind,
                           former.account_id AS account_before, present.account_id AS account_after,
                           coalesce(former.balance, 0) AS balance_before,
                           coalesce(present.balance, 0) AS balance_after
                      FROM (SELECT * FROM (%(former)s) known
                             WHERE known.date >= %(first)s AND known.date <= %(last)s) former
                      FULL JOIN (%(present)s) present ON present.line_id = former.line_id
                     WHERE former.digest IS DISTINCT FROM present.digest
                )
                SELECT differing.*, move.journal_id, move.reversed_entry_id, move.ai_close_entry_id,
                       CASE WHEN kind = 'inserted' THEN move.ai_close_posted_by
                            WHEN line.write_date > move.write_date THEN line.write_uid
                            ELSE move.write_uid END AS user_id,
                       CASE WHEN kind = 'inserted' THEN move.ai_close_posted_at
                            ELSE greatest(line.write_date, move.write_date) END AS done_at
                  FROM differing
                  JOIN account_move move ON move.id = differing.move_id
                  LEFT JOIN account_move_line line ON line.id = differing.line_id
                 WHERE CASE WHEN kind = 'inserted'
                            THEN move.ai_close_posted_by = ANY(%(users)s)
                                 AND move.ai_close_posted_at BETWEEN %(opened)s AND %(ended)s
                            ELSE (move.write_uid = ANY(%(users)s)
                                  AND move.write_date BETWEEN %(opened)s AND %(ended)s)
                              OR (line.write_uid = ANY(%(users)s)
                                  AND line.write_date BETWEEN %(opened)s AND %(ended)s) END
                   AND (NOT %(limited)s OR (kind = 'inserted' AND move.ai_close_entry_id = ANY(%(entries)s)))
                 ORDER BY differing.move_id, differing.line_id
                """,
                former=self._remembered(company),
                present=covered,
                first=close.period_start,
                last=close.period_end,
                users=request.reopen_user_ids.ids,
                entries=request.reopen_entry_ids.ids,
                limited=request.reopen_limited,
                opened=request.approved_at,
                ended=ended_at + GRACE,
            )
        )

    @api.model
    @api.private
    def _rebaseline(self, request, line_ids):
        """Take the books anew with the lines ``line_ids`` as they are now, every other as it was remembered.

        :return: ``(the former snapshot's id, the new one's)``
        """
        company = request.company_id.sudo()
        former = self._last(company)
        columns = SQL(", ").join(SQL.identifier(name) for name in ("line_id", *FACTS, "digest"))
        explained = tuple(line_ids) or (0,)
        ledger = SQL(
            "SELECT %s FROM (%s) kept WHERE line_id NOT IN %s UNION ALL SELECT %s FROM (%s) fresh",
            columns,
            self._remembered(company),
            explained,
            columns,
            self._facts(
                SQL(
                    "%s AND line.id IN %s",
                    self._ledger(self._family(company), former["date_to"]),
                    explained,
                )
            ),
        )
        taken = self._take(
            company, "reopen", request, former["date_to"], ledger=ledger, former_id=former["id"]
        )
        return former["id"], taken

    @api.model
    @api.private
    def _between(self, former_id, later_id):
        """Return the accounts that two snapshots tell differently: before, after and their type."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT coalesce(later.account_id, former.account_id) AS account_id,
                       coalesce(later.account_type, former.account_type) AS account_type,
                       coalesce(former.balance, 0) AS before, coalesce(later.balance, 0) AS after
                  FROM (SELECT * FROM ai_close_snapshot_account WHERE snapshot_id = %s) former
                  FULL JOIN (SELECT * FROM ai_close_snapshot_account WHERE snapshot_id = %s) later
                    ON later.account_id = former.account_id
                 WHERE former.digest IS DISTINCT FROM later.digest
                 ORDER BY 1
                """,
                former_id,
                later_id,
            )
        )

    @api.model
    @api.private
    def _window_settlements(self, request, ended_at):
        """Return what was reconciled and unreconciled in the period meanwhile."""
        close = request.close_id
        family = tuple(self._family(request.company_id).ids)
        made = self.env.execute_query_dict(
            SQL(
                """
                SELECT partial.id, partial.amount, debit.move_id, debit.journal_id,
                       partial.create_uid AS user_id, partial.create_date AS done_at,
                       concat_ws(' / ', debit_move.name, credit_move.name) AS items
                  FROM account_partial_reconcile partial
                  JOIN account_move_line debit ON debit.id = partial.debit_move_id
                  JOIN account_move debit_move ON debit_move.id = debit.move_id
                  JOIN account_move_line credit ON credit.id = partial.credit_move_id
                  JOIN account_move credit_move ON credit_move.id = credit.move_id
                 WHERE partial.company_id IN %s AND partial.max_date BETWEEN %s AND %s
                   AND partial.create_date BETWEEN %s AND %s
                 ORDER BY partial.id
                """,
                family,
                close.period_start,
                close.period_end,
                request.approved_at,
                ended_at + GRACE,
            )
        )
        undone = self.env.execute_query_dict(
            SQL(
                """
                SELECT res_id AS id, user_id, event_at AS done_at, before::jsonb AS before
                  FROM ai_close_audit
                 WHERE action = 'partial.unlink' AND company_id IN %s AND event_at BETWEEN %s AND %s
                   AND (before::jsonb ->> 'date')::date BETWEEN %s AND %s
                 ORDER BY id
                """,
                family,
                request.approved_at,
                ended_at + GRACE,
                close.period_start,
                close.period_end,
            )
        )
        return made, undone
