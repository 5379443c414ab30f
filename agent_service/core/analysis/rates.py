"""The closing rate of a day; a missing or old one is refused, never replaced."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl

from agent_service.core.errors import EvidenceMissing
from agent_service.core.model import Books
from agent_service.core.money import significant

DIGITS = 12


@dataclass(frozen=True)
class Rate:
    """A closing rate: company currency per foreign unit, the day it is of and the record it was read from."""

    value: Decimal
    day: date
    id: int


def closing_rate(books: Books, currency_id: int, day: date, max_age_days: int) -> Decimal:
    """Return company currency per unit of a foreign currency on a day; see `rate_of`."""
    return rate_of(books, currency_id, day, max_age_days).value


def rate_of(books: Books, currency_id: int, day: date, max_age_days: int) -> Rate:
    """Return company currency per unit of a foreign currency on a day, to 12 significant digits.

    The newest rate dated up to the day counts, the company's own before shared ones, as Odoo reads them; it
    must be positive and at most `max_age_days` old. Raises EvidenceMissing with currency, date and age.
    Odoo stores foreign units per base unit, so the reciprocal is taken (1/1.0842 stored gives 1.0842).
    """
    name = books.currency(currency_id).name
    found = _stored(books, currency_id, day)
    if found is None:
        raise EvidenceMissing([f"no rate of {name} is dated {day} or before"])
    dated, rate, record = found
    age = (day - dated).days
    if age > max_age_days:
        raise EvidenceMissing(
            [f"the newest rate of {name} is of {dated}, {age} days before {day}; {max_age_days} are allowed"]
        )
    if rate <= 0:
        raise EvidenceMissing([f"the rate of {name} of {dated} is {rate}"])
    base = _stored(books, books.company.currency.id, day)
    value = significant((base[1] if base and base[1] > 0 else Fraction(1)) / rate, DIGITS)
    return Rate(value, dated, record)


def _stored(books: Books, currency_id: int, day: date) -> tuple[date, Fraction, int] | None:
    if not books.has("rates"):
        return None
    rates = books.frame("rates").filter(pl.col("currency") == currency_id, pl.col("date") <= day)
    own = rates.filter(pl.col("company_id").is_not_null())
    chosen = (own if own.height else rates).sort("date", "id").tail(1).to_dicts()
    if not chosen:
        return None
    return chosen[0]["date"], Fraction(Decimal(chosen[0]["rate"] or "0")), chosen[0]["id"]
