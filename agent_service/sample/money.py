"""Decimal arithmetic of the sample: two decimals, half up, as the ledgers round."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def dec(text: str | int | Decimal) -> Decimal:
    """Return an exact decimal; floats are refused because their cents are not exact."""
    if isinstance(text, float):
        raise TypeError("money is never a float")
    return Decimal(text)


def cents(value: Decimal) -> Decimal:
    """Round half up to two decimals."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def total(values: Iterable[Decimal]) -> Decimal:
    """Sum decimals exactly, two decimals also when there is nothing to sum."""
    result = ZERO
    for value in values:
        result += value
    return result


def percent(value: Decimal, rate: Decimal) -> Decimal:
    """Return `rate` percent of `value`, rounded once."""
    return cents(value * rate / 100)


def minor(units: int) -> Decimal:
    """Return an amount from its minor units (cents)."""
    return (Decimal(units) / 100).quantize(CENT)
