"""The server's own look whether a finding is gone: plain questions to the books, for the rules that allow it.

Each answers ``(holds, facts)``: whether the server sees for itself that nothing is left, and what it saw.
What it can't tell by such a question is left to a person.
"""

from odoo import models
from odoo.tools import SQL

READ = ("account.move", "account.move.line", "account.bank.statement.line")
# One entry is the whole matter: cancelled or deleted, nothing is left of it in the books.
ABOUT_ONE_ENTRY = ("ACC", "CLS001", "CLS002", "CLS003", "CLS006", "CUT001", "CUT002", "EXF001", "EXF003")
QUESTIONS = {
    "ACC006": "_recheck_balanced",
    "CLS004": "_recheck_suspense",
    "CMP001": "_recheck_draft",
    "CMP004": "_recheck_bank_lines",
    "CMP008": "_recheck_reference",
    "CUT001": "_recheck_months",
    "EXF001": "_recheck_copies",
    "EXF003": "_recheck_copies",
    "VAL002": "_recheck_cash",
}


class CloseFinding(models.Model):
    _inherit = "ai.close.finding"

    def _recheck(self):
        """Return ``(holds, facts)`` for this finding: is it gone, and by which question is that known?"""
        self.ensure_one()
        for model in READ:
            self.env[model].flush_model()
        if self.rule.startswith(ABOUT_ONE_ENTRY) and self.anchor_model == "account.move":
            move = self._anchor_move()
            if not move or move["state"] == "cancel":
                return True, {"question": "entry stands", **(move or {"exists": False})}
        question = QUESTIONS.get(self.rule)
        return getattr(self, question)() if question else (False, None)

    def _anchor_move(self):
        """Return the entry that the finding hangs on as plain values; None when it is not there."""
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT state, date::text AS date, invoice_date::text AS invoice_date, ref FROM account_move"
                " WHERE id = %s AND company_id IN %s",
                self.anchor_id,
                self.close_id._family_ids(),
            )
        )
        return rows[0] if rows and self.anchor_model == "account.move" else None

    def _recheck_draft(self):
        move = self._anchor_move()
        if not move:
            return True, {"question": "draft in the period", "exists": False}
        days = [move["date"] or "", move["invoice_date"] or ""]
        first, last = str(self.close_id.period_start), str(self.close_id.period_end)
        inside = any(first <= day <= last for day in days)
        return not (move["state"] == "draft" and inside), {"question": "draft in the period", **move}

    def _recheck_balanced(self):
        move = self._anchor_move()
        ((off, lines),) = self.env.execute_query(
            SQL(
                "SELECT COALESCE(sum(balance), 0)::text, count(*) FROM account_move_line WHERE move_id = %s",
                self.anchor_id,
            )
        )
        facts = {"question": "lines sum to zero", "sum": off, "lines": lines}
        return bool(move) and self.currency_id.is_zero(float(off)), facts

    def _recheck_reference(self):
        move = self._anchor_move() or {}
        holds = any(char.isalnum() for char in move.get("ref") or "")
        return holds, {"question": "reference", "ref": move.get("ref")}

    def _recheck_months(self):
        move = self._anchor_move() or {}
        days = [(move.get(name) or "")[:7] for name in ("date", "invoice_date")]
        return bool(days[0]) and days[0] == days[1], {"question": "same month", **move}

    def _recheck_copies(self):
        """At most one of the entries that looked alike still stands, posted and not reversed in full."""
        ids = {link["id"] for link in self.records or [] if link["model"] == "account.move"}
        rows = self.env.execute_query(
            SQL(
                """
            SELECT move.id FROM account_move move
             WHERE move.id = ANY(%s) AND move.state = 'posted' AND NOT EXISTS (
                   SELECT 1 FROM account_move undo WHERE undo.reversed_entry_id = move.id
                      AND undo.state = 'posted' AND undo.amount_total >= move.amount_total
                      AND undo.currency_id = move.currency_id AND undo.date <= %s)
             ORDER BY move.id
            """,
                sorted(ids | {self.anchor_id}),
                self.close_id.period_end,
            )
        )
        standing = [res_id for (res_id,) in rows]
        return len(ids) > 1 and len(standing) <= 1, {"question": "copies that stand", "standing": standing}

    def _recheck_bank_lines(self):
        ((still_open,),) = self.env.execute_query(
            SQL(
                """
            SELECT count(*) FROM account_bank_statement_line line
              JOIN account_move move ON move.id = line.move_id
             WHERE line.journal_id = %s AND NOT COALESCE(line.is_reconciled, FALSE)
               AND move.state <> 'cancel' AND move.date <= %s
            """,
                self.anchor_id,
                self.close_id.period_end,
            )
        )
        facts = {"question": "bank lines open", "open": still_open}
        return self.anchor_model == "account.journal" and not still_open, facts

    def _recheck_suspense(self):
        """Nothing stands on the account but what open bank lines put there."""
        ((left,),) = self.env.execute_query(
            SQL(
                """
            SELECT COALESCE(sum(item.balance), 0)::text FROM account_move_line item
              LEFT JOIN account_bank_statement_line line ON line.move_id = item.move_id
             WHERE item.account_id = %s AND item.company_id = %s AND item.parent_state = 'posted'
               AND item.date <= %s AND (line.id IS NULL OR line.is_reconciled)
            """,
                self.anchor_id,
                self.company_id.id,
                self.close_id.period_end,
            )
        )
        holds = self.anchor_model == "account.account" and self.currency_id.is_zero(float(left))
        return holds, {"question": "unexplained balance", "balance": left}

    def _recheck_cash(self):
        """At the end of no day of the period the account stands below zero."""
        ((worst,),) = self.env.execute_query(
            SQL(
                """
            SELECT min(stand)::text FROM (
                SELECT date, sum(sum(balance)) OVER (ORDER BY date) AS stand FROM account_move_line
                 WHERE account_id = %(account)s AND company_id = %(company)s AND parent_state = 'posted'
                   AND date <= %(last)s GROUP BY date) AS days
             WHERE date >= COALESCE((SELECT max(date) FROM account_move_line WHERE account_id = %(account)s
                   AND company_id = %(company)s AND parent_state = 'posted' AND date < %(first)s), %(first)s)
            """,
                account=self.anchor_id,
                company=self.company_id.id,
                first=self.close_id.period_start,
                last=self.close_id.period_end,
            )
        )
        holds = self.anchor_model == "account.account" and float(worst or 0) >= 0
        return holds, {"question": "lowest balance of the period", "lowest": worst}
