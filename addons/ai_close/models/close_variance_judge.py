"""The server's own look at what moved: added up again before anybody signs, and when the books change.

A posting has only those rows judged whose account it touched (``ai_close_dirty.accounts``).  Who signs a row
and who posts to its account meet at the row's place in ``ai_close_variance_sign_off``, as they do for tasks
(see ``close_dirty.py``): no signature stands beside a posting that it did not see.
"""

from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.sql_db import db_connect
from odoo.tools import SQL

from ..kernel.money import exact
from ..kernel.trial_balance import decimal, edges
from ..kernel.variance import windows
from .refusal import refuse

SIGNED = ("prepared", "signed")
# A row of ai_close_variance for each change of its account that it rests on.
_TOUCHED = SQL(
    """
    SELECT one.id
      FROM ai_close_dirty dirty
      JOIN ai_close close ON close.company_id = dirty.company_id AND close.period_end >= dirty.date
      JOIN ai_close_variance one ON one.close_id = close.id AND one.account_id = ANY(dirty.accounts)
     WHERE dirty.kind = 'ledger' AND close.state <> 'locked' AND """
)


class CloseLedger(models.AbstractModel):
    _inherit = "ai.close.ledger"

    @api.model
    @api.private
    def _compared(self, company, day, accounts=None):
        """Return ``{account id: (now, month before, year before)}`` in minor units.

        Closing balances, or what the month moved of accounts that a fiscal year starts anew; see
        ``kernel/variance.py`` for the months.
        """
        found = windows(day)
        ends = [edge for first, last in found for edge in (first, last + timedelta(days=1))]
        sums = self._sums(company, edges(*ends), day, accounts=accounts)
        carried = self._carried(company, sums.balances)
        return {
            account: tuple(sums.between(account, None if own else first, last) for first, last in found)
            for account, own in carried.items()
        }


class CloseVariance(models.Model):
    _inherit = "ai.close.variance"

    def init(self):
        """Make the table in which each row has the place that its signers and its posters meet at."""
        result = super().init()
        self.env.cr.execute(
            "CREATE TABLE IF NOT EXISTS ai_close_variance_sign_off"
            " (variance_id integer PRIMARY KEY, signatures integer NOT NULL DEFAULT 0)"
        )
        self.env.cr.execute(
            "INSERT INTO ai_close_variance_sign_off (variance_id) SELECT id FROM ai_close_variance"
            " ON CONFLICT DO NOTHING"
        )
        return result

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.cr.execute(
            "INSERT INTO ai_close_variance_sign_off (variance_id) SELECT unnest(%s::int[])"
            " ON CONFLICT DO NOTHING",
            [records.ids],
        )
        return records

    @api.private
    def _stands(self, compared):
        """Tell whether the amounts are still those that the books add up to."""
        places = self.currency_id.decimal_places
        now = compared.get(self.account_id.id, (0, 0, 0))
        return all(
            exact(self[name]) == decimal(amount, places)
            for name, amount in zip(("actual", "month", "year"), now, strict=True)
        )

    @api.private
    def _need_same_books(self, action):
        """Refuse to sign amounts that the books no longer add up to."""
        ledger = self.env["ai.close.ledger"].sudo()
        if not self._stands(ledger._compared(self.company_id, self.date, self.account_id.ids)):
            sentence = self.env._(
                "%s moved since the last run compared it. Run the agent again, then explain what it says.",
                self.display_name,
            )
            raise refuse(self, "ENT004", sentence, action=action)

    @api.private
    def _judge(self):
        """Open again what people signed for amounts that the books no longer add up to."""
        for close in self.sudo().close_id:
            own = self.sudo().filtered(lambda one, c=close: one.close_id == c and one.state in SIGNED)
            if not own or close._is_locked_now():
                continue
            accounts = own.account_id.ids
            compared = self.env["ai.close.ledger"].sudo()._compared(close.company_id, own[0].date, accounts)
            moved = own.filtered(lambda one, c=compared: not one._stands(c))
            moved._fall(self.env._("The account was posted to, or changed, since."))

    @api.model
    @api.private
    def _judge_transaction(self):
        """Judge the rows of the accounts that this transaction touched, and nothing else."""
        rows = self.env.execute_query(SQL("%s dirty.xid = pg_current_xact_id_if_assigned()", _TOUCHED))
        touched = self.sudo().browse(sorted({each for (each,) in rows}))
        if not touched:
            return
        self.env.cr.execute(
            "SELECT variance_id FROM ai_close_variance_sign_off WHERE variance_id = ANY(%s)"
            " ORDER BY variance_id FOR SHARE",
            [touched.ids],
        )
        touched.invalidate_recordset(["state"])
        touched._judge()
        # the last thing before the commit: nobody writes it down after this
        self.env.flush_all()

    def _meet(self):
        """Wait for who is about to commit a change of the account; start again if there was one."""
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO ai_close_variance_sign_off AS own (variance_id, signatures) VALUES (%s, 1)"
            " ON CONFLICT (variance_id) DO UPDATE SET signatures = own.signatures + 1",
            [self.id],
        )
        snapshot = self.env.execute_query(SQL("SELECT pg_current_snapshot()::text"))[0][0]
        query = SQL(
            "%s one.id = %s AND dirty.noted_at > now() AT TIME ZONE 'UTC' - interval '1 day'"
            " AND dirty.xid < pg_snapshot_xmax(pg_current_snapshot())"
            " AND NOT pg_visible_in_snapshot(dirty.xid, %s::pg_snapshot) LIMIT 1",
            _TOUCHED,
            self.id,
            snapshot,
        )
        # a cursor of its own: this transaction's snapshot is older than what it waited for
        with db_connect(self.env.cr.dbname).cursor() as fresh:
            fresh.execute(query)
            came = fresh.fetchone()
        if came:
            raise ConcurrencyError(f"balance {self.id} was signed beside a change of its account")


class CloseDirty(models.AbstractModel):
    _inherit = "ai.close.dirty"

    @api.model
    @api.private
    def _judge_transaction(self):
        result = super()._judge_transaction()
        self.env["ai.close.variance"].sudo()._judge_transaction()
        return result


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.private
    def _refresh(self):
        """Look again at what was signed: a deleted item leaves no line to find it by."""
        for close in self.sudo():
            if not close._is_locked_now():
                close._variances()._judge()
        return super()._refresh()

    @api.private
    def _variances(self):
        return self.env["ai.close.variance"].sudo().search([("close_id", "in", self.ids)])

    def _readiness_counts(self):
        counts = super()._readiness_counts()
        params = self.env["ai.close.policy"]._in_force(self.company_id).sudo().params or {}
        blocks = (params.get("rules") or {}).get("FL", {}).get("blocks") == "yes"
        return [*counts, self._count_variances] if blocks else counts

    def _count_variances(self):
        """What moved beyond the policy's threshold waits for its explanation, where the policy says so."""
        mine = [("close_id", "=", self.id), ("is_over", "=", True)]
        found = self.env["ai.close.variance"].search(mine)
        waiting = found.filtered(lambda one: one.state != "signed")
        name = self.env._("Balances that moved, not explained and signed")
        action = self._window("ai.close.variance", name, [*mine, ("state", "!=", "signed")])
        blockers = [
            self._blocker(
                "VARIANCE",
                name,
                len(waiting),
                action,
                rank=2,
                severity="medium",
                amount=float(sum(map(exact, waiting.mapped("size")), Decimal(0))),
            )
        ]
        return "variances", len(found) - len(waiting), len(found), blockers if waiting else []


class AiCloseLock(models.Model):
    _inherit = "ai.close.lock"

    def _need_ready(self, action):
        """Add up once more what was signed, before anything is locked on it."""
        if self.kind != "exception":
            self._closes().sudo()._variances()._judge()
        return super()._need_ready(action)
