"""The gate and the change log: two plain tables that triggers keep, in the database itself.

``ai_close_gate`` has one row a company.  Whoever changes posted data takes it FOR SHARE; a lock is applied
under ``LOCK TABLE ai_close_gate IN EXCLUSIVE MODE`` and ends with ``epoch + 1``.  So a late poster, whose
snapshot is older than the lock, gets a serialization failure, and Odoo runs it again: then it sees the lock.

``ai_close_change`` says which records of which company were touched by which transaction.  A reader that
takes the rows that it sees, and asks again from ``pg_snapshot_xmin`` on, misses nothing, however long a
writer took to commit; what it gets twice it knows by the row's id.
"""

from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, file_open

# Tables whose changes are noted, and the model they are noted as.
NOTED = {
    "account_move": "account.move",
    "account_move_line": "account.move.line",
    "account_partial_reconcile": "account.partial.reconcile",
    "account_bank_statement_line": "account.bank.statement.line",
}
# Tables whose posted rows stand behind the gate.
GATED = ("account_move", "account_move_line", "account_partial_reconcile")
# Tables below the hard lock, and the function that looks at them.
HARD = {
    "account_move": "ai_close_hard_move_check",
    "account_move_line": "ai_close_hard_line_check",
    "account_partial_reconcile": "ai_close_hard_partial_check",
}
KEPT_DAYS = 60
# What a trigger sees of a statement.
EVENTS = {
    "insert": "NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
}


class CloseGate(models.AbstractModel):
    _name = "ai.close.gate"
    _description = "Gate and change log"

    def init(self):
        for name in ("gate", "lock_dates", "hard_lock"):
            with file_open(f"ai_close/sql/{name}.sql") as script:
                self.env.cr.execute(script.read())
        for table in GATED:
            self._install_triggers(table, "gate", "ai_close_gate_check")
        for table, function in HARD.items():
            self._install_triggers(table, "hard", function)
        for table, model in NOTED.items():
            self._note_changes(table, model)
        self.env["ai.close.dirty"]._install()

    @api.model
    @api.private
    def _note_changes(self, table, model):
        """Note every change of ``table`` as one of ``model``.  The table needs a column ``company_id``."""
        self._install_triggers(table, "change", "ai_close_note_change", model)

    @api.model
    @api.private
    def _forget_changes(self, table):
        """Note changes of ``table`` no more: its bridge leaves."""
        for event in EVENTS:
            name = SQL.identifier(f"ai_close_change_{event}")
            self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", name, SQL.identifier(table)))

    @api.model
    def _install_triggers(self, table, purpose, function, *args, events=tuple(EVENTS)):
        """One trigger an event and a statement: it sees all rows at once, so a batch costs one look.

        No column list: it would make a later change of a column's type fail.
        """
        for event in events:
            referencing = EVENTS[event]
            name = SQL.identifier(f"ai_close_{purpose}_{event}")
            self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", name, SQL.identifier(table)))
            self.env.cr.execute(
                SQL(
                    "CREATE TRIGGER %s AFTER %s ON %s REFERENCING %s"
                    " FOR EACH STATEMENT EXECUTE FUNCTION %s(%s)",
                    name,
                    SQL(event.upper()),
                    SQL.identifier(table),
                    SQL(referencing),
                    SQL.identifier(function),
                    SQL(", ").join(SQL("%s", arg) for arg in args),
                )
            )

    @api.model
    @api.private
    def _changes(self, company, after):
        """Return ``(rows, watermark)``: what changed in ``company`` from transaction ``after`` on.

        What companies share counts for each of them.  ``rows`` are ``(id, model, res_id)``, once a record
        with the id of its last change.  A transaction that is still open holds the watermark back, also one
        of another database of the cluster: what ended since is told all the same, and again the next time.
        """
        watermark = self._snapshot_xmin()
        rows = self.env.execute_query(
            SQL(
                "SELECT max(id), model, res_id FROM ai_close_change"
                " WHERE (company_id = %s OR company_id IS NULL) AND xid >= %s::xid8"
                " GROUP BY model, res_id ORDER BY 1",
                company.id,
                str(int(after)),
            )
        )
        return rows, watermark

    @api.model
    @api.private
    def _snapshot_xmin(self):
        """Return the transaction id below which this transaction sees everything, as text."""
        return self.env.execute_query(SQL("SELECT pg_snapshot_xmin(pg_current_snapshot())::text"))[0][0]

    @api.model
    @api.private
    def _epoch(self, company):
        """Return how many locks were applied to ``company``."""
        rows = self.env.execute_query(
            SQL("SELECT epoch FROM ai_close_gate WHERE company_id = %s", company.id)
        )
        return rows[0][0] if rows else 0

    @api.model
    @api.private
    def _shut(self):
        """Keep everybody from changing posted data until this transaction ends.

        To be the first statement of a cursor of its own: LOCK takes no snapshot, so that everything read
        after it includes whoever was still posting.
        """
        self.env.cr.execute("LOCK TABLE ai_close_gate IN EXCLUSIVE MODE")

    @api.model
    @api.private
    def _next_epoch(self, company):
        """Make every transaction that began before this lock fail when it reaches the gate."""
        self.env.cr.execute(
            "INSERT INTO ai_close_gate (company_id, epoch) VALUES (%s, 1)"
            " ON CONFLICT (company_id) DO UPDATE SET epoch = ai_close_gate.epoch + 1",
            [company.id],
        )

    @contextmanager
    def _acting(self):
        """Tell the database who acts while the block writes, for the events that its triggers append.

        What was pending before goes first, so that it bears nobody's name by mistake.
        """
        cr = self.env.cr
        tell = "SELECT set_config('ai_close.uid', %s, true), set_config('ai_close.role', %s, true)"
        self.env.flush_all()
        cr.execute("SELECT current_setting('ai_close.uid', true), current_setting('ai_close.role', true)")
        former = [value or "" for value in cr.fetchone()]
        cr.execute(tell, [str(self.env.uid), self.env["ai.close.audit"]._role_of(self.env.user) or ""])
        yield
        self.env.flush_all()
        cr.execute(tell, former)

    @api.autovacuum
    def _forget_old_changes(self):
        """A watermark is never older than a full run; what is older than the limit helps nobody."""
        self.env.cr.execute(
            "DELETE FROM ai_close_change WHERE noted_at < %s",
            [fields.Datetime.now() - timedelta(days=KEPT_DAYS)],
        )
