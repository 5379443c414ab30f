"""Tie-outs that go stale: the ledger shows another balance than the one that was signed.

Judged in the transaction that changes the books, by what ``ai_close_dirty`` noted of it.  A signer and a
poster meet at the close's row in ``ai_close_tie_sign_off``, as they do for tasks (see ``close_dirty.py``).
"""

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.sql_db import db_connect
from odoo.tools import SQL

from ..kernel.sod import SERVER
from .close_tie_out import SIGNED

_NOTED = SQL(
    """
    SELECT close.id, dirty.what, dirty.model, dirty.res_id, dirty.records
      FROM ai_close_dirty dirty
      JOIN ai_close close ON close.company_id = dirty.company_id AND close.period_end >= dirty.date
       AND (close.state <> 'locked' OR dirty.date >= close.period_start)
      JOIN ai_close_tie_sign_off meeting ON meeting.close_id = close.id
     WHERE dirty.kind = 'ledger' AND """
)


class CloseTieOut(models.Model):
    _inherit = "ai.close.tie.out"

    def init(self):
        """Make the table in which each close with tie-outs has the row that signers and posters meet at."""
        result = super().init()
        self.env.cr.execute(
            "CREATE TABLE IF NOT EXISTS ai_close_tie_sign_off"
            " (close_id integer PRIMARY KEY, signatures integer NOT NULL DEFAULT 0)"
        )
        return result

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for close in records.close_id.ids:
            self.env.cr.execute(
                "INSERT INTO ai_close_tie_sign_off (close_id) VALUES (%s) ON CONFLICT DO NOTHING", [close]
            )
        return records

    @api.private
    def _strike(self, why, cause=None):
        """Strike the signatures of these tie-outs; they wait for the next run's numbers."""
        for record in self.sudo().filtered(lambda record: record.state in SIGNED):
            record._transition(
                "stale", role=SERVER, reason=why, vals={"stale_reason": why, **record._struck(why, cause)}
            )
            record.close_id._no_longer_ready()

    @api.private
    def _struck(self, why, cause=None):
        """Return the values that keep the present signatures, struck, with the cause."""
        self.ensure_one()
        steps = [
            {"step": step, "by": by.name or None, "by_id": by.id or None, "at": fields.Datetime.to_string(at)}
            for step, by, at in (
                ("prepared", self.prepared_by_id, self.prepared_at),
                ("signed", self.signed_by_id, self.signed_at),
            )
            if at
        ]
        struck = {
            "steps": steps,
            "why": why,
            "cause": cause,
            "struck_at": fields.Datetime.to_string(self._now()),
            "struck_by": self.env.user.name,
        }
        return {"struck_signatures": [*(self.struck_signatures or []), struck]} if steps else {}

    @api.private
    def _judge_balances(self, why=None, cause=None):
        """Make those signed tie-outs stale whose balance the ledger doesn't show any more; return them."""
        signed = self.sudo().filtered(lambda record: record.state in SIGNED)
        moved = signed._moved()
        for record, now in moved.items():
            record._strike(
                self.env._(
                    "%(why)s The ledger shows %(now)s.",
                    why=why or self.env._("The books changed."),
                    now=now,
                ),
                cause,
            )
        return signed.browse([record.id for record in moved])

    @api.model
    @api.private
    def _judge_noted(self):
        """Judge what this transaction changed of the books, before it is committed."""
        rows = self.env.execute_query(
            SQL("%s dirty.xid = pg_current_xact_id_if_assigned() ORDER BY dirty.id", _NOTED)
        )
        if not rows:
            return
        closes = sorted({row[0] for row in rows})
        self.env.cr.execute(
            "SELECT close_id FROM ai_close_tie_sign_off WHERE close_id = ANY(%s) ORDER BY close_id FOR SHARE",
            [closes],
        )
        signed = self.sudo().search([("close_id", "in", closes), ("state", "in", SIGNED)])
        signed.invalidate_recordset(["state"])
        for close in signed.close_id:
            # the last change of several: what came before it may have been there when somebody signed
            what, model, res_id, records = [row[1:] for row in rows if row[0] == close.id][-1]
            # the sentence that tasks tell of the same change
            told = {"what": what, "model": model, "res_id": res_id, "records": records}
            why, cause = close.task_ids[:1]._cause(told, self.env.user) if close.task_ids else (None, None)
            signed.filtered(lambda record, close=close: record.close_id == close)._judge_balances(why, cause)
        self.env.flush_all()

    def _meet(self):
        """Wait for who is about to commit a change of the books; start again if there was one."""
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO ai_close_tie_sign_off AS own (close_id, signatures) VALUES (%s, 1)"
            " ON CONFLICT (close_id) DO UPDATE SET signatures = own.signatures + 1",
            [self.close_id.id],
        )
        snapshot = self.env.execute_query(SQL("SELECT pg_current_snapshot()::text"))[0][0]
        query = SQL(
            "%s close.id = %s AND dirty.noted_at > now() AT TIME ZONE 'UTC' - interval '1 day'"
            " AND dirty.xid < pg_snapshot_xmax(pg_current_snapshot())"
            " AND NOT pg_visible_in_snapshot(dirty.xid, %s::pg_snapshot) LIMIT 1",
            _NOTED,
            self.close_id.id,
            snapshot,
        )
        # a cursor of its own: this transaction's snapshot is older than what it waited for
        with db_connect(self.env.cr.dbname).cursor() as fresh:
            fresh.execute(query)
            came = fresh.fetchone()
        if came:
            raise ConcurrencyError(f"tie-out {self.id} was signed beside a change of its books")


class CloseDirty(models.AbstractModel):
    _inherit = "ai.close.dirty"

    @api.model
    @api.private
    def _judge_transaction(self):
        # first: a task that checks tie-outs is judged on what became of them
        self.env["ai.close.tie.out"]._judge_noted()
        return super()._judge_transaction()
