"""What in the locked books is no longer what the last snapshot says: move, field, values, who and when."""

from odoo import api, models
from odoo.tools import SQL

from .close_snapshot import FACTS

# More than a person reads; the count names the rest.
MOST_LINES = 2000
# How the facts are called on screen.
LABELS = {
    "move_id": "entry",
    "account_id": "account",
    "company_id": "company",
    "journal_id": "journal",
    "date": "date",
    "parent_state": "state",
    "balance": "balance",
    "amount_currency": "amount in currency",
    "currency_id": "currency",
    "partner_id": "partner",
    "number": "number",
    "ref": "reference",
    "label_digest": "label",
    "taxes": "taxes, debit and credit",
    "analytic": "analytic distribution",
}


class CloseSnapshot(models.AbstractModel):
    _inherit = "ai.close.snapshot"

    @api.model
    @api.private
    def _drift(self, company, everything=False):
        """Compare the ledger below the lock with the last snapshot.

        :param everything: also prove that the snapshot's lines are those of its own accounts
        :return: ``{"snapshot", "accounts", "lines", "count", "kinds", "forged"}``, or None without a snapshot
        """
        snapshot = self._last(company)
        if not snapshot:
            return None
        self.env.flush_all()
        forged = [] if self._sealed(snapshot) else ["accounts"]
        if everything and not self._lines_fit(company, snapshot):
            forged.append("lines")
        accounts = self._changed_accounts(company, snapshot)
        kinds = [
            row
            for row in accounts
            if row["type_before"] and row["type_after"] not in (None, row["type_before"])
        ]
        differing = [row["account_id"] for row in accounts if row["digest_before"] != row["digest_after"]]
        count, lines = self._changed_lines(company, snapshot, differing) if differing else (0, [])
        return {
            "snapshot": snapshot,
            "accounts": [row for row in accounts if row["account_id"] in set(differing)],
            "kinds": kinds,
            "lines": lines,
            "count": count,
            "forged": forged,
        }

    def _changed_accounts(self, company, snapshot):
        ledger = self._facts(self._ledger(self._family(company), snapshot["date_to"]))
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT coalesce(former.account_id, present.account_id) AS account_id,
                       former.account_type AS type_before,
                       coalesce(present.account_type, account.account_type) AS type_after,
                       former.lines AS lines_before, coalesce(present.lines, 0) AS lines_after,
                       former.balance AS balance_before, coalesce(present.balance, 0) AS balance_after,
                       former.digest AS digest_before, present.digest AS digest_after
                  FROM (SELECT * FROM ai_close_snapshot_account WHERE snapshot_id = %s) former
                  FULL JOIN (%s) present ON present.account_id = former.account_id
                  LEFT JOIN account_account account ON account.id = former.account_id
                 WHERE former.digest IS DISTINCT FROM present.digest
                    OR former.account_type IS DISTINCT FROM coalesce(present.account_type,
                    account.account_type)
                 ORDER BY 1
                """,
                snapshot["id"],
                self._accounts(ledger),
            )
        )

    def _changed_lines(self, company, snapshot, accounts):
        """Return ``(count, lines)``: what differs on these accounts, with former and present facts."""
        ledger = self._facts(
            SQL(
                "%s AND line.account_id IN %s",
                self._ledger(self._family(company), snapshot["date_to"]),
                tuple(accounts),
            )
        )
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT coalesce(former.line_id, present.line_id) AS line_id, former.line_id IS NULL AS
                inserted,
                       count(*) OVER () AS count, %s
                  FROM (SELECT * FROM (%s) known WHERE known.account_id IN %s) former
                  FULL JOIN (%s) present ON present.line_id = former.line_id
                 WHERE former.digest IS DISTINCT FROM present.digest
                 ORDER BY abs(coalesce(former.balance, present.balance)) DESC, 1 LIMIT %s
                """,
                SQL(", ").join(SQL("former.%s", SQL.identifier(name)) for name in FACTS),
                self._remembered(company),
                tuple(accounts),
                ledger,
                MOST_LINES,
            )
        )
        if not rows:
            return 0, []
        present = self._present([row["line_id"] for row in rows])
        # A line that went to another of these accounts shows once.
        merged = {}
        for row in rows:
            known = merged.setdefault(row["line_id"], row)
            if known["inserted"] and not row["inserted"]:
                merged[row["line_id"]] = row
        lines = [self._line_change(row, present.get(row["line_id"])) for row in merged.values()]
        return rows[0]["count"] - (len(rows) - len(merged)), [line for line in lines if line["changes"]]

    def _present(self, line_ids):
        """Return line id -> its facts as they are now, wherever the line went, and who touched it last."""
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT fact.*, line.write_uid, line.write_date, line.create_uid, line.create_date,"
                " move.write_uid AS move_uid, move.write_date AS move_date, move.state AS move_state,"
                " move.ai_close_posted_by, move.ai_close_posted_at"
                " FROM (%s) fact JOIN account_move_line line ON line.id = fact.line_id"
                " JOIN account_move move ON move.id = fact.move_id",
                self._facts(SQL("line.id IN %s", tuple(line_ids))),
            )
        )
        return {row["line_id"]: row for row in rows}

    def _line_change(self, row, now):
        """Return what happened to one line: kind, field by field, the amount at stake, who and when."""
        kind = "inserted" if row["inserted"] else "removed" if now is None else "changed"
        changes = []
        if kind == "changed":
            changes = [
                {"field": name, "before": row[name], "after": now[name]}
                for name in FACTS
                if row[name] != now[name]
            ]
        elif kind == "inserted" and now is not None:
            changes = [{"field": "balance", "before": None, "after": now["balance"]}]
        elif kind == "removed":
            changes = [{"field": "balance", "before": row["balance"], "after": None}]
        before, after = row["balance"] or 0, (now or {}).get("balance") or 0
        moved = kind == "changed" and before != after
        return {
            "line_id": row["line_id"],
            "kind": kind,
            "move_id": (now or row)["move_id"],
            "number": (now or row)["number"],
            "account_id": (row if row["account_id"] else now or row)["account_id"],
            "changes": changes,
            "amount": abs(after - before) if moved or kind != "changed" else abs(before),
            "now": now,
        }

    def _lines_fit(self, company, snapshot):
        """Do the remembered lines give the digests of the remembered accounts?"""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT 1 FROM (SELECT * FROM ai_close_snapshot_account WHERE snapshot_id = %s) known
                  FULL JOIN (SELECT account_id,
                                    encode(sha256(string_agg(digest, ''::bytea ORDER BY line_id)), 'hex') AS
                                    digest
                               FROM (%s) line
                              WHERE digest = sha256(convert_to(ROW(%s)::text, 'UTF8')) GROUP BY 1) made
                    ON made.account_id = known.account_id
                 WHERE made.digest IS DISTINCT FROM known.digest LIMIT 1
                """,
                snapshot["id"],
                self._remembered(company),
                SQL(", ").join(SQL.identifier(name) for name in FACTS),
            )
        )
        return not rows

    @api.model
    @api.private
    def _contradictions(self, company):
        """Return the lines whose state, date or company is not their move's: hidden or moved beside it
        (H5)."""
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT line.id AS line_id, move.id AS move_id, move.name AS number, line.balance,
                       line.parent_state, move.state, line.date, move.date AS move_date,
                       line.company_id, move.company_id AS move_company, line.write_uid, line.write_date,
                       count(*) OVER () AS count
                  FROM account_move_line line JOIN account_move move ON move.id = line.move_id
                 WHERE (line.company_id IN %(companies)s OR move.company_id IN %(companies)s)
                   AND (line.parent_state IS DISTINCT FROM move.state OR line.date IS DISTINCT FROM move.date
                        OR line.company_id IS DISTINCT FROM move.company_id)
                 ORDER BY abs(line.balance) DESC, line.id LIMIT %(most)s
                """,
                companies=tuple(self._family(company).ids),
                most=MOST_LINES,
            )
        )
