"""What changed of the data that sign-offs rest on, judged in the transaction that changes it.

Triggers (``sql/stale.sql``) note a change in ``ai_close_dirty``: company, day and kind, a row a statement.
Before the transaction is committed one query asks which tasks that concerns.  Nothing looks at single records
on the way, so that a thousand postings cost one look.

Signing beside a posting that isn't committed yet would be write skew: neither sees the other.  So each task
has a row in ``ai_close_sign_off``: who signs changes it, whose posting concerns the task takes it FOR SHARE
at its end.  A poster that began before the signature fails there, and Odoo runs it again; then it sees the
signature.  A signer who waited for a poster looks with a fresh snapshot for what came meanwhile.
"""

from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.sql_db import db_connect
from odoo.tools import SQL, file_open

KEPT_DAYS = 60
# Tables whose changes are noted, and the function that looks at them.
TRIGGERS = {
    "account_move_line": "ai_close_stale_line",
    "account_partial_reconcile": "ai_close_stale_partial",
    "account_bank_statement_line": "ai_close_stale_bank",
    "account_move": "ai_close_stale_draft",
}
# What a task looks at (its ``watches`` or its self-check), and the kinds of changes that concern it.
WATCHED = {"ledger": ("ledger",), "partner": ("partner", "settled"), "bank": ("bank",)}
CHECKED = {
    "bank_reconciled": ("bank",),
    "no_drafts": ("draft",),
    "findings_reviewed": ("finding",),
    "accruals_decided": ("entry",),
}
# Only the check can tell whether such a change matters.
BY_CHECK = frozenset({"draft"})
_ARMED = "ai_close_dirty"


class CloseDirty(models.AbstractModel):
    _name = "ai.close.dirty"
    _description = "Changes that make sign-offs stale"

    @api.model
    @api.private
    def _install(self):
        """Make tables, functions and triggers; the gate calls this, whose functions they use."""
        with file_open("ai_close/sql/stale.sql") as script:
            self.env.cr.execute(script.read())
        for table, function in TRIGGERS.items():
            self.env["ai.close.gate"]._install_triggers(table, "stale", function)
        self._open_rows()

    @api.model
    @api.private
    def _open_rows(self):
        """Give each task the row that its signers and its posters meet at."""
        self.env["ai.close.task"].flush_model(["close_id"])
        self.env.cr.execute(
            "INSERT INTO ai_close_sign_off (task_id) SELECT id FROM ai_close_task ON CONFLICT DO NOTHING"
        )

    # -- the one who changes data

    @api.model
    @api.private
    def _arm(self):
        """Have this transaction judged before it is committed; costs nothing when it is armed already."""
        data = self.env.cr.precommit.data
        if _ARMED not in data:
            data[_ARMED] = True
            env = self.env(su=True, context={"lang": self.env.lang} if self.env.lang else {})
            self.env.cr.precommit.add(partial(_judge, env))

    @api.model
    @api.private
    def _note(self, close, kind, what, record):
        """Note a change of a record of the close itself (a finding, a staged entry)."""
        self.env.cr.execute(
            SQL(
                "SELECT ai_close_note_dirty(%s, %s, %s, %s, %s, %s, 1, %s)",
                close.company_id.id,
                close.period_end,
                kind,
                what,
                record._name,
                record.id,
                close.id,
            )
        )
        self._arm()

    @api.model
    @api.private
    def _judge_transaction(self):
        """Strike what this transaction's changes concern; one that can't see a signature starts again."""
        self.env.flush_all()
        rows = self._concerned(SQL("dirty.xid = pg_current_xact_id_if_assigned()"), _NEW_IN_TRANSACTION)
        if not rows:
            return
        tasks = self.env["ai.close.task"].browse(sorted({row["task"] for row in rows}))
        self.env.cr.execute(
            "SELECT task_id FROM ai_close_sign_off WHERE task_id = ANY(%s) ORDER BY task_id FOR SHARE",
            [tasks.ids],
        )
        tasks.invalidate_recordset(["state", "seen"])
        tasks._judge_changes(rows, self.env.user)
        self.env.flush_all()

    # -- the one who signs

    @api.model
    @api.private
    def _seen(self):
        """Return what this transaction sees: the mark that a signature keeps."""
        self.env.flush_all()
        snapshot, xid, last = self.env.execute_query(
            SQL(
                "SELECT pg_current_snapshot()::text, pg_current_xact_id()::text,"
                " (SELECT coalesce(max(id), 0) FROM ai_close_dirty WHERE xid = pg_current_xact_id())"
            )
        )[0]
        return {"snapshot": snapshot, "xid": xid, "dirty": last, "at": fields.Datetime.to_string(self._now())}

    @api.model
    def _now(self):
        return fields.Datetime.now()

    @api.model
    @api.private
    def _meet(self, task):
        """Wait for who is about to commit a change that concerns ``task``; start again if there was one."""
        self.env.cr.execute(
            "INSERT INTO ai_close_sign_off AS own (task_id, signatures) VALUES (%s, 1)"
            " ON CONFLICT (task_id) DO UPDATE SET signatures = own.signatures + 1",
            [task.id],
        )
        snapshot = self.env.execute_query(SQL("SELECT pg_current_snapshot()::text"))[0][0]
        query = self._concerned_query(
            SQL(
                "task.id = %s AND dirty.noted_at > now() AT TIME ZONE 'UTC' - interval '1 day'"
                " AND dirty.xid < pg_snapshot_xmax(pg_current_snapshot())"
                " AND NOT pg_visible_in_snapshot(dirty.xid, %s::pg_snapshot)",
                task.id,
                snapshot,
            ),
            SQL("TRUE"),
        )
        # a cursor of its own: this transaction's snapshot is older than what it waited for
        with db_connect(self.env.cr.dbname).cursor() as fresh:
            fresh.execute(query)
            came = fresh.fetchone()
        if came:
            raise ConcurrencyError(f"task {task.id} was signed beside a change that it rests on")

    @api.model
    @api.private
    def _unseen(self, tasks):
        """Return the changes that were committed since each of these tasks was signed, by its mark."""
        self.env.flush_all()
        return self._concerned(SQL("task.id = ANY(%s) AND task.seen IS NOT NULL", tasks.ids), _UNSEEN)

    # -- the query

    @api.model
    def _concerned(self, which, new):
        """Return rows ``{task, kind, what, model, res_id, records}``: changes that concern tasks."""
        names = ("task", "kind", "what", "model", "res_id", "records")
        return [
            dict(zip(names, row, strict=True))
            for row in self.env.execute_query(self._concerned_query(which, new))
        ]

    @api.model
    def _concerned_query(self, which, new):
        looks = [("watches", key, kind) for key, kinds in self._watched().items() for kind in kinds]
        looks += [("check", key, kind) for key, kinds in self._checked().items() for kind in kinds]
        return SQL(
            """
            SELECT task.id, dirty.kind, dirty.what, dirty.model, dirty.res_id, dirty.records
              FROM ai_close_dirty dirty
              JOIN ai_close close ON close.company_id = dirty.company_id AND close.period_end >= dirty.date
               AND (dirty.close_id IS NULL OR dirty.close_id = close.id)
               -- what an exception lets into a locked period is news for that one; later ones that are locked
               -- keep their signatures, and drafts say nothing of books that are closed
               AND (close.state <> 'locked'
                    OR (dirty.date >= close.period_start AND dirty.kind IN ('ledger', 'partner', 'bank')))
              JOIN ai_close_task task ON task.close_id = close.id
             WHERE %s AND %s AND EXISTS (
                   SELECT FROM (VALUES %s) AS looks(field, key, kind)
                    WHERE looks.kind = dirty.kind
                      AND looks.key = CASE looks.field WHEN 'check' THEN task.self_check
                                                       ELSE task.watches END)
             ORDER BY dirty.id
            """,
            which,
            new,
            SQL(", ").join(SQL("(%s, %s, %s)", *look) for look in looks),
        )

    @api.model
    def _watched(self):
        """Return what a task may watch -> kinds of changes; a bridge may add its own."""
        return WATCHED

    @api.model
    def _checked(self):
        """Return self-check -> kinds of changes that concern it; a bridge may add its own."""
        return CHECKED

    @api.autovacuum
    def _forget_old(self):
        """What was committed is judged; older rows help nobody."""
        self.env.cr.execute(
            "DELETE FROM ai_close_dirty WHERE noted_at < %s", [self._now() - timedelta(days=KEPT_DAYS)]
        )


# The signer's own transaction saw what it did before it signed.
_NEW_IN_TRANSACTION = SQL(
    "(task.seen IS NULL OR task.seen->>'xid' <> dirty.xid::text OR dirty.id > (task.seen->>'dirty')::bigint)"
)
# After a restore transactions count anew: what is older than a day, or lies ahead, belongs to another life.
_UNSEEN = SQL(
    "dirty.noted_at > (task.seen->>'at')::timestamp - interval '1 day'"
    " AND (dirty.xid < pg_snapshot_xmax(pg_current_snapshot())"
    " OR dirty.xid = pg_current_xact_id_if_assigned())"
    " AND CASE WHEN dirty.xid::text = task.seen->>'xid' THEN dirty.id > (task.seen->>'dirty')::bigint"
    " ELSE NOT pg_visible_in_snapshot(dirty.xid, (task.seen->>'snapshot')::pg_snapshot) END"
)


def _judge(env):
    env["ai.close.dirty"]._judge_transaction()
