"""Open items for a bank line, found by number, partner or amount: for a person who knows better."""

import re
from decimal import Decimal

from odoo import api, models
from odoo.fields import Domain

# As many as one looks through; a longer list wants a better word.
FOUND = 50
MAX_QUERY_CHARS = 100
MAX_PICKED = 200
MAX_AMOUNT_CHARS = 20
# A point groups and a comma divides, or the other way round; who writes "1,190" may mean either.
_AMOUNTS = tuple(
    (re.compile(rf"(?:\d+|\d{{1,3}}(?:{group}\d{{3}})+)(?:{mark}\d{{1,3}})?"), group, mark)
    for group, mark in ((",", r"\."), (r"\.", ","))
)


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    def _review_items(self, query, picked, line_ids=None):
        line = self.statement_line_id
        lines = self._lines_to_correct(line_ids)
        Item = self.env["account.move.line"]
        open_items = Domain(line._get_default_amls_matching_domain()) if line else Domain.FALSE
        chosen = Item.search(open_items & Domain("id", "in", picked[:MAX_PICKED]))
        chosen = chosen.sorted(lambda item: picked.index(item.id))
        rest, sentence = self._review_rest(lines, chosen)
        together = len(lines) > 1 or line not in lines
        wanted = abs(Decimal(str(rest if chosen or together else self.line_amount)))
        others = open_items & Domain("id", "not in", chosen.ids)
        found, more = self._review_found(others, query.strip(), wanted)
        return {
            "items": [_item(item) for item in found],
            "picked": [_item(item) for item in chosen],
            "lines": [self.sudo()._review_line(each) for each in lines.sudo()],
            "more": more,
            "rest": rest,
            "rest_text": sentence,
        }

    @api.private
    def _review_found(self, open_items, query, wanted):
        """Return ``(items, whether there are more)``: the amount that is wanted first, then by date."""
        Item = self.env["account.move.line"]
        amounts = amounts_of(query) if query else {wanted} - {Decimal(0)}
        by_amount = Domain.OR(
            Domain(name, "in", [float(sign * amount) for amount in amounts for sign in (1, -1)])
            for name in ("amount_residual", "amount_residual_currency")
        )
        if query:
            # What is typed is meant as it stands: a label of one underscore finds no other.
            words = re.sub(r"([\\%_])", r"\\\1", query[:MAX_QUERY_CHARS])
            by_words = Domain.OR(
                Domain(name, "ilike", words)
                for name in (
                    "move_name",
                    "ref",
                    "name",
                    "partner_id.complete_name",
                    "move_id.payment_reference",
                )
            )
        else:
            partner = self.statement_line_id.partner_id or self.item_ids.sudo().partner_id[:1]
            root = partner.commercial_partner_id
            by_words = Domain("partner_id", "child_of", root.id) if root else Domain.FALSE
        exact = Item.search(open_items & by_amount, limit=FOUND + 1, order="date, id") if amounts else Item
        others = Item
        if len(exact) <= FOUND:
            others = Item.search(
                open_items & by_words & Domain("id", "not in", exact.ids),
                limit=FOUND + 1 - len(exact),
                order="date, id",
            )
        found = exact + others
        return found[:FOUND], len(found) > FOUND

    @api.private
    def _review_rest(self, lines, chosen):
        """Return what the chosen items leave of the lines, and say it."""
        currency = self.company_id.sudo().currency_id
        if not lines:
            return 0.0, ""
        lines = lines.sudo()
        moved = float(-sum(self._on_suspense(line) for line in lines))
        shares = self._shares(lines, chosen)
        whole = currency.round(moved - sum(chosen.mapped("amount_residual")))
        rest = currency.round(moved - sum(share["amount"] for share in shares))
        if chosen and not currency.is_zero(whole - rest):
            last = chosen.browse(shares[-1]["move_line_id"])
            return rest, self.env._(
                "%(item)s stays open with %(rest)s",
                item=last.move_id.name,
                rest=self._review_money(
                    currency.round(last.amount_residual - shares[-1]["amount"]), currency
                ),
            )
        if len(lines) > 1:
            return rest, self.env._(
                "left on the %(count)s bank lines: %(rest)s",
                count=len(lines),
                rest=self._review_money(rest, currency),
            )
        return rest, self.env._("left on the bank line: %s", self._review_money(rest, currency))


def amounts_of(text):
    """Return the amounts that a text may mean: ``1.190,00`` and ``1,190.00`` are both 1190.00."""
    plain = re.sub(r"[ '’\u00a0\u202f]", "", text.strip().lstrip("+-"))
    found = set()
    for pattern, group, mark in _AMOUNTS:
        if len(plain) <= MAX_AMOUNT_CHARS and pattern.fullmatch(plain):
            found.add(Decimal(plain.replace(group[-1], "").replace(mark[-1], ".")))
    return found


def _item(item):
    company_currency = item.company_currency_id
    foreign = item.currency_id != company_currency
    return {
        "id": item.id,
        "name": item.move_name or item.name or "",
        "ref": item.ref or item.name or "",
        "partner": item.partner_id.display_name or "",
        "due": (item.date_maturity or item.date).isoformat(),
        "amount": item.amount_residual,
        "company_currency_id": company_currency.id,
        "amount_currency": item.amount_residual_currency if foreign else None,
        "currency_id": item.currency_id.id,
    }
