"""What the matcher learns from: what people accepted, rejected and chose instead, a row a proposal.

A row holds the facts as they stood when it was decided: the bank line before a partner was written on it, the
items with the shares that were proposed.  What the server settled by itself teaches nothing.
"""

from odoo import api, models
from odoo.tools import SQL

from ..kernel.match_kinds import ITEMS, kind_of
from ..kernel.matcher import BY_ACCOUNT

ALTERNATIVES = 5
_KINDS = {"asset_receivable": "receivable", "liability_payable": "payable"}
_CASH = ("asset_cash", "liability_credit_card")


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    # -- which proposals teach something

    @api.model
    def _training_select(self, company):
        """Return the SQL of the proposals that people decided on: id, day, and what was accepted in the end.

        An agent's proposal counts when a person accepted, undid or rejected it, or chose otherwise; a
        person's own choice when the agent had proposed nothing for the line.
        """
        self.env.flush_all()
        return SQL(
            """
            SELECT match.id, match.line_date, match.state, chosen.id AS chosen_id
              FROM ai_close_match match
              JOIN account_bank_statement_line line ON line.id = match.statement_line_id
              LEFT JOIN LATERAL (
                    SELECT other.id, other.origin
                      FROM ai_close_match_line theirs
                      JOIN ai_close_match other ON other.id = theirs.match_id
                     WHERE theirs.statement_line_id = match.statement_line_id
                       AND other.state = 'accepted'
                       AND other.id >= match.id
                       AND %(by_person)s
                     ORDER BY other.id DESC
                     LIMIT 1
                   ) chosen ON true
             WHERE match.company_id = %(company)s
               AND (
                    match.origin = 'agent' AND (
                        match.state IN ('rejected', 'undone')
                        OR match.state = 'accepted' AND chosen.id = match.id
                        OR match.state = 'superseded' AND chosen.origin = 'person'
                    )
                    OR match.origin = 'person' AND match.state = 'accepted' AND chosen.id = match.id
                    AND NOT EXISTS (
                        SELECT FROM ai_close_match former
                         WHERE former.statement_line_id = match.statement_line_id
                           AND former.id < match.id
                           AND former.origin = 'agent'
                    )
                   )
            """,
            company=company.id,
            by_person=self._training_by_person("other"),
        )

    @api.model
    def _training_by_person(self, alias):
        """Return the SQL condition that a person accepted the match, not the server by itself."""
        agents = self.env.ref("ai_close.group_agent").sudo().all_user_ids.ids
        return SQL(
            "COALESCE(%(user)s, 1) NOT IN %(machines)s",
            user=SQL.identifier(alias, "accepted_by_id"),
            machines=(1, *agents),
        )

    @api.model
    @api.private
    def _training_summary(self, company):
        """Return how much was decided: number, first and last day, months as YYYY-MM, ascending."""
        rows = self.env.execute_query(
            SQL(
                "SELECT to_char(line_date, 'YYYY-MM'), count(*), min(line_date), max(line_date)"
                " FROM (%s) facts GROUP BY 1 ORDER BY 1",
                self._training_select(company),
            )
        )
        return {
            "count": sum(row[1] for row in rows),
            "months": [row[0] for row in rows],
            "first": rows[0][2] if rows else None,
            "last": rows[-1][3] if rows else None,
        }

    @api.model
    @api.private
    def _training_truths(self, company, months):
        """Return what an answer for a bank line of ``months`` is judged by, by the id of the proposal."""
        if not months:
            return {}
        pairs = self.env.execute_query(
            SQL(
                "SELECT id, chosen_id FROM (%s) facts WHERE to_char(line_date, 'YYYY-MM') IN %s",
                self._training_select(company),
                tuple(months),
            )
        )
        matches = self.sudo().browse({key for pair in pairs for key in pair if key})
        answers = {
            match.id: {**answer, "items": answer["item_ids"]}
            for match, answer in ((match, match._training_answer()) for match in matches)
        }
        return {
            key: {
                "kind": answers[chosen or key]["kind"],
                "chosen": answers.get(chosen),
                "refused": answers[key],
            }
            for key, chosen in pairs
        }

    @api.model
    @api.private
    def _training_page(self, company, after, limit):
        """Return rows behind the key ``after`` and the next key."""
        found = self.env.execute_query(
            SQL(
                "SELECT id, chosen_id FROM (%s) facts WHERE id > %s ORDER BY id LIMIT %s",
                self._training_select(company),
                int(after),
                limit,
            )
        )
        matches = self.sudo().browse([key for key, _chosen in found])
        chosen = self.sudo().browse([key for _match, key in found if key])
        (matches | chosen).item_ids.mapped("move_line_id.move_id.name")
        rows = [
            match._training_row(self.sudo().browse(key))
            for match, (_id, key) in zip(matches, found, strict=True)
        ]
        return rows, matches[-1].id if len(found) == limit else None

    # -- a row

    @api.private
    def _training_row(self, chosen):
        """Return what was proposed and what ``chosen`` (a match, or none) says that people did."""
        self.ensure_one()
        by_agent = self.origin == "agent"
        done = chosen._training_answer() if chosen else None
        proposal = self._training_proposal() if by_agent else None
        decision = "corrected"
        if by_agent:
            if (
                chosen
                and sorted(done["item_ids"]) == sorted(proposal["item_ids"])
                and (done["item_ids"] or self == chosen)
            ):
                decision = "accepted"
            elif not chosen:
                decision = "rejected"
        named = {item.move_line_id.id: item for match in (self, chosen) for item in match.item_ids}
        others = [
            each
            for alternative in (self.alternatives or [])[:ALTERNATIVES]
            for each in alternative.get("items") or []
            if each.get("line_id") not in named
        ]
        return {
            "id": self.id,
            "decision": decision,
            "decided_on": ((chosen or self).accepted_at or self.write_date).date().isoformat(),
            "reason": self.reject_reason or "",
            "proposal": proposal,
            "lines": [line._ai_close_training_line(chosen or self) for line in self._training_lines()],
            "items": [
                *(
                    item.move_line_id._ai_close_training_item(item.amount, item.amount_currency)
                    for item in named.values()
                ),
                *self._training_others(others),
            ],
            "chosen": done,
        }

    def _training_lines(self):
        """Return the bank lines of the match, its first one first."""
        return self.line_ids.sorted("sequence").statement_line_id

    def _training_kind(self):
        kind = kind_of(self.kind)
        return BY_ACCOUNT if kind == ITEMS and not self.item_ids else kind

    def _training_answer(self):
        """Return what the match settles: items, kind, account."""
        return {
            "item_ids": self.item_ids.sorted("sequence").move_line_id.ids,
            "kind": self._training_kind(),
            "write_offs": self.write_offs or [],
            "account": self._training_account().id or None,
        }

    def _training_account(self):
        """Return the account beside the items: the one that was booked, else the one that was proposed."""
        if self.state == "accepted" and not self.item_ids and len(self.line_ids) == 1:
            booked = self.statement_line_id._seek_for_lines()[2].account_id
            if len(booked) == 1:
                return booked
        return self.write_off_account_id or self.account_id

    def _training_proposal(self):
        return {
            **self._training_answer(),
            "line_ids": self._training_lines().ids,
            "confidence": f"{self.confidence:.4f}",
            "model": self.model or "",
            "band": self.band or "ask",
            "reasons": self.reasons or [],
            "alternatives": [
                {
                    "item_ids": [item["line_id"] for item in one.get("items") or []],
                    "confidence": str(one.get("confidence") or "0"),
                }
                for one in (self.alternatives or [])[:ALTERNATIVES]
            ],
        }

    def _training_others(self, items):
        """Return the facts of the items that alternatives name, where they are still there."""
        shares = {each["line_id"]: each for each in items}
        lines = self.env["account.move.line"].sudo().browse(shares).exists()
        return [
            line._ai_close_training_item(
                float(shares[line.id].get("amount") or 0), float(shares[line.id].get("amount_currency") or 0)
            )
            for line in lines
            if line.company_id == self.company_id
        ]


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    @api.private
    def _ai_close_training_line(self, match):
        """Return the facts of the line as they stood before ``match`` wrote a partner on it."""
        currency, foreign = self.currency_id, self.foreign_currency_id
        kept = match.line_ids.filtered(lambda one: one.statement_line_id == self)[:1]
        partner = kept.partner_before_id if match.state == "accepted" else self.partner_id
        return {
            "id": self.id,
            "date": self.date.isoformat(),
            "amount": _text(self.amount, currency),
            "currency": currency.name,
            "label": self.payment_ref or "",
            "partner_name": self.partner_name or "",
            "account_number": self.account_number or "",
            "ref": self.ref or "",
            "foreign_currency": foreign.name or "",
            "amount_currency": _text(self.amount_currency, foreign) if foreign else None,
            "journal": self.journal_id.code or "",
            "partner_id": partner.commercial_partner_id.id or None,
        }


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.private
    def _ai_close_training_item(self, amount, amount_currency):
        """Return the facts of an item that was open for these amounts, signed as they stand."""
        own, currency = self.company_currency_id, self.currency_id or self.company_currency_id
        partner = self.partner_id.commercial_partner_id
        kind = _KINDS.get(self.account_id.account_type)
        if self.move_id.origin_payment_id and not kind:
            kind = "outstanding"
        elif not kind:
            kind = "cash" if self.account_id.account_type in _CASH else "outstanding"
        return {
            "id": self.id,
            "date": self.date.isoformat(),
            "amount_residual": _text(amount, own),
            "currency": currency.name,
            "amount_residual_currency": _text(amount_currency, currency),
            "due_date": self.date_maturity.isoformat() if self.date_maturity else None,
            "ref": self.move_id.ref or self.ref or "",
            "move_name": self.move_id.name or "",
            "label": self.name or "",
            "partner_id": partner.id or None,
            "partner_name": partner.name or "",
            "bank_accounts": partner.bank_ids.filtered("acc_number").mapped("acc_number")[:10],
            "discount_date": self.discount_date.isoformat() if self.discount_date else None,
            "discount_amount": _text(self.discount_amount_currency, currency) if self.discount_date else None,
            "kind": kind,
        }


def _text(amount, currency):
    """Return an amount as a decimal text with the currency's digits; never the sign of nothing."""
    text = f"{amount:.{currency.decimal_places}f}"
    return text.removeprefix("-") if not float(text) else text
