"""What the locked books said: a digest per account and line, taken at each lock, never changed again.

A line is one that stands in the ledger below the lock: posted, on an account, dated not later.  What may go
on changing in a locked month (due dates, follow-up, reconciliation, residuals) is not part of it.
"""

from odoo import api, models
from odoo.tools import SQL, file_open

from ..kernel.sod import SERVER

TABLES = (
    "ai_close_snapshot",
    "ai_close_snapshot_line",
    "ai_close_snapshot_account",
    "ai_close_snapshot_settings",
)
# The facts of a line, in the order of the table's columns; ``digest`` covers all of them.
FACTS = (
    "move_id",
    "account_id",
    "company_id",
    "journal_id",
    "date",
    "parent_state",
    "balance",
    "amount_currency",
    "currency_id",
    "partner_id",
    "number",
    "ref",
    "label_digest",
    "taxes",
    "analytic",
)
_FACTS = """
    SELECT line.id AS line_id, line.move_id, line.account_id, line.company_id, line.journal_id, line.date,
           line.parent_state::text AS parent_state,
           trim_scale(coalesce(line.balance, 0)) AS balance,
           trim_scale(coalesce(line.amount_currency, 0)) AS amount_currency,
           line.currency_id, line.partner_id, move.name AS number, move.ref,
           left(encode(sha256(convert_to(coalesce(line.name, ''), 'UTF8')), 'hex'), 16) AS label_digest,
           concat_ws('|', nullif(taxed.ids, ''), 'tags ' || tagged.ids, 'of ' || line.tax_line_id,
                     'part ' || line.tax_repartition_line_id,
                     'base ' || nullif(trim_scale(line.tax_base_amount), 0),
                     'debit ' || nullif(trim_scale(coalesce(line.debit, 0) - coalesce(line.credit, 0)
                                                   - coalesce(line.balance, 0)), 0)) AS taxes,
           nullif(line.analytic_distribution::text, '{}') AS analytic
      FROM account_move_line line
      JOIN account_move move ON move.id = line.move_id
      LEFT JOIN (SELECT account_move_line_id AS id, string_agg(account_tax_id::text, ',' ORDER BY
      account_tax_id) AS ids
                   FROM account_move_line_account_tax_rel GROUP BY 1) taxed ON taxed.id = line.id
      LEFT JOIN (SELECT account_move_line_id AS id,
                        string_agg(account_account_tag_id::text, ',' ORDER BY account_account_tag_id) AS ids
                   FROM account_account_tag_account_move_line_rel GROUP BY 1) tagged ON tagged.id = line.id
"""


class CloseSnapshot(models.AbstractModel):
    _name = "ai.close.snapshot"
    _description = "What the locked books said"

    def init(self):
        with file_open("ai_close/sql/snapshot.sql") as script:
            self.env.cr.execute(script.read())
        for table in TABLES:
            for name, event, scope in (
                ("no_change", "UPDATE OR DELETE", "ROW"),
                ("no_truncate", "TRUNCATE", "STATEMENT"),
            ):
                trigger, on = SQL.identifier(f"{table}_{name}"), SQL.identifier(table)
                self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", trigger, on))
                self.env.cr.execute(
                    SQL(
                        "CREATE TRIGGER %s BEFORE %s ON %s FOR EACH %s"
                        " EXECUTE FUNCTION ai_close_refuse_snapshot_change()",
                        trigger,
                        SQL(event),
                        on,
                        SQL(scope),
                    )
                )

    # -- what is there now, as SQL ---

    @api.model
    def _facts(self, condition):
        """Return the query of the facts of lines with their digest."""
        covered = SQL(", ").join(SQL.identifier(name) for name in FACTS)
        return SQL(
            "SELECT fact.*, sha256(convert_to(ROW(%s)::text, 'UTF8')) AS digest FROM (%s WHERE %s) fact",
            covered,
            SQL(_FACTS),
            condition,
        )

    @api.model
    def _ledger(self, companies, date_to):
        """Return the condition for what stands in the ledger of ``companies`` up to ``date_to``."""
        return SQL(
            "line.company_id IN %s AND line.date <= %s AND line.parent_state = 'posted' AND"
            " line.account_id IS NOT NULL",
            tuple(companies.ids),
            date_to,
        )

    @api.model
    def _accounts(self, lines):
        """Return the query of what each account holds, from a query of lines."""
        return SQL(
            "SELECT line.account_id, max(account.account_type) AS account_type, count(*) AS lines,"
            " trim_scale(sum(line.balance)) AS balance,"
            " encode(sha256(string_agg(line.digest, ''::bytea ORDER BY line.line_id)), 'hex') AS digest"
            " FROM (%s) line LEFT JOIN account_account account ON account.id = line.account_id"
            " GROUP BY line.account_id",
            lines,
        )

    @api.model
    def _family(self, company):
        """A lock binds the company and its branches."""
        return self.env["res.company"].sudo().search([("id", "child_of", company.id)])

    # -- taking ---

    @api.model
    @api.private
    def _take(self, company, kind, lock=None, date_to=None, ledger=None, former_id=None):
        """Remember the ledger below the lock of ``company``; return the snapshot's id, None without a
        lock.

        :param ledger: the query of the lines to remember, when these are not simply those of now
        :param former_id: a snapshot whose types of accounts stay what is known of them
        """
        date_to = date_to or self.env["ai.close"]._locked_to(company)
        if not date_to:
            return None
        self.env.flush_all()
        cr = self.env.cr
        ledger = ledger or self._facts(self._ledger(self._family(company), date_to))
        cr.execute("SELECT nextval(pg_get_serial_sequence('ai_close_snapshot', 'id'))")
        (snapshot_id,) = cr.fetchone()
        columns = SQL(", ").join(SQL.identifier(name) for name in (*FACTS, "digest"))
        cr.execute("DROP TABLE IF EXISTS pg_temp.ai_close_ledger")
        cr.execute(SQL("CREATE TEMPORARY TABLE ai_close_ledger ON COMMIT DROP AS %s", ledger))
        cr.execute("ANALYZE ai_close_ledger")
        cr.execute(
            SQL(
                """
                WITH former AS (%(former)s)
                INSERT INTO ai_close_snapshot_line (company_root, line_id, snapshot_id, %(columns)s)
                SELECT %(company)s, coalesce(present.line_id, former.line_id), %(snapshot)s, %(present)s
                  FROM ai_close_ledger present
                  FULL JOIN former ON former.line_id = present.line_id
                 WHERE present.digest IS DISTINCT FROM former.digest
                """,
                former=self._remembered(company),
                columns=columns,
                company=company.id,
                snapshot=snapshot_id,
                present=SQL(", ").join(
                    SQL("present.%s", SQL.identifier(name)) for name in (*FACTS, "digest")
                ),
            )
        )
        written = cr.rowcount
        cr.execute(
            SQL(
                "INSERT INTO ai_close_snapshot_account (snapshot_id, account_id, account_type, lines,"
                " balance, digest)"
                " SELECT %s, account.account_id, coalesce(former.account_type, account.account_type),"
                " account.lines, account.balance, account.digest FROM (%s) account"
                " LEFT JOIN ai_close_snapshot_account former"
                " ON former.account_id = account.account_id AND former.snapshot_id = %s",
                snapshot_id,
                self._accounts(SQL("SELECT * FROM ai_close_ledger")),
                former_id,
            )
        )
        cr.execute("DROP TABLE ai_close_ledger")
        digest, lines = self._digest(snapshot_id)
        cr.execute(
            "INSERT INTO ai_close_snapshot (id, company_id, kind, lock_id, date_to, lines, digest, taken_by)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [snapshot_id, company.id, kind, lock.id if lock else None, date_to, lines, digest, self.env.uid],
        )
        self.env["ai.close.audit"]._append(
            "watch.snapshot",
            role=SERVER,
            company=company,
            after={
                "snapshot": snapshot_id,
                "kind": kind,
                "date_to": str(date_to),
                "lines": lines,
                "written": written,
                "digest": digest,
            },
        )
        return snapshot_id

    @api.model
    def _remembered(self, company):
        """Return the query of the last row of each line; those that were gone left out."""
        return SQL(
            "SELECT * FROM (SELECT DISTINCT ON (line_id) * FROM ai_close_snapshot_line WHERE"
            " company_root = %s"
            " ORDER BY line_id, snapshot_id DESC) last WHERE digest IS NOT NULL",
            company.id,
        )

    @api.model
    @api.private
    def _digest(self, snapshot_id):
        """Return the digest over the accounts of a snapshot, and how many lines they hold."""
        self.env.cr.execute(
            "SELECT encode(sha256(convert_to(coalesce(string_agg(ROW(account_id, account_type, lines,"
            " balance,"
            " digest)::text, ';' ORDER BY account_id), ''), 'UTF8')), 'hex'), coalesce(sum(lines), 0)"
            " FROM ai_close_snapshot_account WHERE snapshot_id = %s",
            [snapshot_id],
        )
        digest, lines = self.env.cr.fetchone()
        return digest, int(lines)

    @api.model
    @api.private
    def _last(self, company):
        """Return the last snapshot of ``company`` as a dict, or None."""
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT id, kind, lock_id, date_to, lines, digest, taken_at FROM ai_close_snapshot"
                " WHERE company_id = %s ORDER BY id DESC LIMIT 1",
                company.id,
            )
        )
        return rows[0] if rows else None

    @api.model
    @api.private
    def _known(self, company):
        """Does the audit trail know of a snapshot of ``company``?"""
        self.env.cr.execute(
            "SELECT 1 FROM ai_close_audit WHERE action = 'watch.snapshot' AND company_id = %s LIMIT 1",
            [company.id],
        )
        return bool(self.env.cr.fetchone())

    @api.model
    @api.private
    def _sealed(self, snapshot):
        """Are the accounts of ``snapshot`` those that the audit trail knows?"""
        digest, _lines = self._digest(snapshot["id"])
        self.env.cr.execute(
            "SELECT 1 FROM ai_close_audit WHERE action = 'watch.snapshot'"
            " AND after::jsonb @> jsonb_build_object('snapshot', %s::bigint, 'digest', %s::text) LIMIT 1",
            [snapshot["id"], snapshot["digest"]],
        )
        return digest == snapshot["digest"] and bool(self.env.cr.fetchone())
