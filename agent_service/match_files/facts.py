"""Lines and items of files as the matcher's facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from agent_service.core.matching.model import Item, Key, Line, Rates
from agent_service.match_files import fields
from agent_service.match_files.rows import BadRow, Skipped, read_rows

_ITEM_KINDS = frozenset({"receivable", "payable", "outstanding", "cash"})


@dataclass
class Reader:
    """Makes facts of rows; keeps the ids that it saw, for an id names one row."""

    company_currency: str
    decimals: Mapping[str, int] = field(default_factory=dict)
    rates: Rates = field(default_factory=Rates)
    seen: set[Key] = field(default_factory=set)

    def _id(self, row: Mapping[str, Any]) -> Key:
        made = fields.key(fields.needed(row, "id"), "id")
        if made in self.seen:
            raise BadRow(f"id: {made!r} stands in an earlier row too")
        return made

    def _amount(self, value: Any, name: str, currency: str) -> int:
        return fields.amount(value, name, fields.places_of(currency, self.decimals))

    def line(self, row: Mapping[str, Any]) -> Line:
        """Return a bank line; raises BadRow."""
        made = self._id(row)
        currency = fields.currency(fields.needed(row, "currency"), "currency")
        label = fields.needed(row, "label")
        if not isinstance(label, str):
            raise fields.bad("label", label, "a text")
        foreign, moved = self._foreign(row, currency)
        line = Line(
            id=made,
            day=fields.day(fields.needed(row, "date"), "date"),
            amount=self._amount(fields.needed(row, "amount"), "amount", currency),
            currency=currency,
            label=label,
            partner_name=fields.text(row, "partner_name"),
            account_number=fields.text(row, "account_number"),
            ref=fields.text(row, "ref"),
            foreign_currency=foreign,
            amount_currency=moved,
            journal=fields.shared(row, "journal"),
        )
        self.seen.add(made)
        return line

    def _foreign(self, row: Mapping[str, Any], currency: str) -> tuple[str, int | None]:
        given, amount = row.get("foreign_currency"), row.get("amount_currency")
        if given in (None, ""):
            if amount is not None:
                raise BadRow("amount_currency stands without foreign_currency")
            return "", None
        foreign = fields.currency(given, "foreign_currency")
        moved = None if amount is None else self._amount(amount, "amount_currency", foreign)
        # the journal's own currency again says nothing new
        return ("", None) if foreign == currency else (foreign, moved)

    def item(self, row: Mapping[str, Any]) -> Item:
        """Return an open item; raises BadRow."""
        made = self._id(row)
        at = fields.day(fields.needed(row, "date"), "date")
        currency = fields.currency(fields.needed(row, "currency"), "currency")
        given = fields.needed(row, "amount_residual")
        residual = self._amount(given, "amount_residual", self.company_currency)
        currency, own = self._own_residual(row, currency, residual, at)
        kind = row.get("kind")
        if kind is not None and (not isinstance(kind, str) or kind not in _ITEM_KINDS):
            raise fields.bad("kind", kind, f"one of {', '.join(sorted(_ITEM_KINDS))}")
        discount = row.get("discount_amount")
        partner = row.get("partner_id")
        item = Item(
            id=made,
            day=at,
            residual=residual,
            currency=currency,
            residual_currency=own,
            due=_day(row, "due_date"),
            ref=fields.text(row, "ref"),
            move_name=fields.text(row, "move_name"),
            label=fields.text(row, "label"),
            partner_id=None if partner is None else fields.key(partner, "partner_id"),
            partner_name=fields.shared(row, "partner_name"),
            bank_accounts=fields.texts(row, "bank_accounts"),
            discount_day=_day(row, "discount_date"),
            discount=None if discount is None else self._amount(discount, "discount_amount", currency),
            kind=kind or ("payable" if residual < 0 else "receivable"),
        )
        self.seen.add(made)
        return item

    def _own_residual(
        self, row: Mapping[str, Any], currency: str, residual: int, at: date
    ) -> tuple[str, int]:
        """Return the item's currency and what is open in it.

        Without `amount_residual_currency` a foreign item is converted at its date; without a rate only its
        company amount is known, and the matcher takes it as an item of company currency.
        """
        given = row.get("amount_residual_currency")
        if given is not None:
            return currency, self._amount(given, "amount_residual_currency", currency)
        if currency == self.company_currency:
            return currency, residual
        rate = self.rates.on(currency, at)
        if rate is None:
            return self.company_currency, residual
        shift = fields.places_of(currency, self.decimals) - fields.places_of(
            self.company_currency, self.decimals
        )
        exact = (Decimal(residual) * rate).scaleb(shift)
        return currency, int(exact.to_integral_value(ROUND_HALF_UP))


def _day(row: Mapping[str, Any], name: str) -> date | None:
    value = row.get(name)
    return None if value is None else fields.day(value, name)


def read_lines(path: Path, reader: Reader, skipped: Skipped) -> list[Line]:
    """Return the bank lines of a file, in its order; raises BadInput."""
    return list(read_rows(path, reader.line, skipped))


def read_items(path: Path, reader: Reader, skipped: Skipped) -> list[Item]:
    """Return the open items of a file, in its order; raises BadInput."""
    return list(read_rows(path, reader.item, skipped))
