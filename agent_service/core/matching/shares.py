"""What a proposal takes of each item, to the last unit: the amounts that the server will check.

The matcher judges by rates; the books know what a line moved. So the exchange difference is computed here
anew, and what remains of a partial payment is left on the item that is due last.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from agent_service.core.matching.from_books import BookLine
from agent_service.core.matching.model import Item, Key, WriteOff
from agent_service.core.money import round_half_up

NEAR = Fraction(1, 100)
"""A foreign item is paid in full when no more than this share of it is left: rates explain the rest."""


@dataclass(frozen=True, slots=True)
class Share:
    """What is taken of an item: minor units of company currency and of its own, signed as it stands."""

    item: Key
    amount: int
    amount_currency: int


@dataclass(frozen=True, slots=True)
class Taken:
    """The shares of a proposal and the write-offs that make lines and shares agree."""

    shares: tuple[Share, ...]
    write_offs: tuple[WriteOff, ...]


def taken(
    lines: Sequence[BookLine], items: Sequence[Item], write_offs: Sequence[WriteOff], company_currency: str
) -> Taken | None:
    """Return what the lines take of the items, or None where they don't come to each other.

    Without lines, or without items, the other side is taken whole.
    """
    whole = tuple(Share(item.id, item.residual, item.residual_currency) for item in items)
    if not lines:
        return Taken(whole, ()) if items and not sum(item.residual_currency for item in items) else None
    moved = sum(one.moved for one in lines)
    foreign = any(item.currency != company_currency for item in items) or any(
        (one.line.foreign_currency or one.line.currency) != company_currency for one in lines
    )
    others = tuple(one for one in write_offs if one.kind != "fx" and one.amount)
    gap = sum(item.residual for item in items) - moved - sum(one.amount for one in others)
    if not foreign:
        gap -= sum(one.amount for one in write_offs if one.kind == "fx")
        if gap == 0:
            return Taken(whole, tuple(one for one in write_offs if one.amount))
        return _partial(items, gap) if not write_offs else None
    if _in_full(lines, items, write_offs, others, gap):
        return Taken(whole, (*others, WriteOff("fx", gap)) if gap else others)
    if others or len(items) != 1:
        return None
    return _part_of_foreign(lines, items[0], moved)


def _in_full(
    lines: Sequence[BookLine],
    items: Sequence[Item],
    write_offs: Sequence[WriteOff],
    others: Sequence[WriteOff],
    gap: int,
) -> bool:
    if any(one.kind == "fx" for one in write_offs) or others or not items:
        return True
    paid = _in_currency_of(lines, items)
    if paid is not None:
        return abs(paid) >= abs(sum(item.residual_currency for item in items))
    return abs(gap) <= NEAR * abs(sum(item.residual for item in items))


def _in_currency_of(lines: Sequence[BookLine], items: Sequence[Item]) -> int | None:
    """Return what the lines move in the items' currency, if the bank says it."""
    currencies = {item.currency for item in items}
    if len(currencies) > 1:
        return None
    [currency] = currencies
    total = 0
    for one in lines:
        if one.line.foreign_currency == currency and one.line.amount_currency is not None:
            total += one.line.amount_currency
        elif one.line.currency == currency:
            total += one.line.amount
        else:
            return None
    return total


def _partial(items: Sequence[Item], gap: int) -> Taken | None:
    """Leave `gap` open on the item of its direction that is due last, if that stays open."""
    amounts: dict[Key, int] = {}
    ordered = sorted(items, key=lambda item: (item.due or item.day or date.max, str(item.id)), reverse=True)
    last = next((item for item in ordered if (item.residual > 0) == (gap > 0)), None)
    if last is None or abs(last.residual) <= abs(gap) or last.residual != last.residual_currency:
        return None
    amounts[last.id] = last.residual - gap
    return Taken(
        tuple(
            Share(item.id, amounts.get(item.id, item.residual), amounts.get(item.id, item.residual_currency))
            for item in items
        ),
        (),
    )


def _part_of_foreign(lines: Sequence[BookLine], item: Item, moved: int) -> Taken | None:
    """Take of one foreign item what the lines pay, at the rate at which it stands in the books."""
    paid = _in_currency_of(lines, [item])
    if paid is None:
        if abs(moved) >= abs(item.residual) or moved * item.residual <= 0:
            return None
        paid = round_half_up(Fraction(item.residual_currency * moved, item.residual))
        amount = moved
    else:
        if abs(paid) >= abs(item.residual_currency) or paid * item.residual_currency <= 0:
            return None
        amount = round_half_up(Fraction(item.residual * paid, item.residual_currency))
    if not paid or not amount:
        return None
    fx = amount - moved
    return Taken((Share(item.id, amount, paid),), (WriteOff("fx", fx),) if fx else ())
