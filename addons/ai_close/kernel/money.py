"""Money on the wire: decimal strings, checked and printed with a currency's decimals."""

import re
from decimal import ROUND_HALF_UP, Decimal

_AMOUNT = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,10})?\Z")


class MoneyError(ValueError):
    """A text that is not an amount."""


def parse(text) -> Decimal:
    """Read a decimal string such as ``-1102.50``.  Floats, exponents, blanks and ``+`` are refused."""
    if not isinstance(text, str) or not _AMOUNT.match(text):
        raise MoneyError(f"{text!r} is not an amount")
    return Decimal(text)


def exact(value: float) -> Decimal:
    """Return an amount of Odoo's, a float, as the decimal that it stands for."""
    return Decimal(repr(value))


def fmt(value, decimals: int) -> str:
    """Print ``value`` with ``decimals`` digits, halves away from zero, never as minus zero.

    ``value`` is a Decimal, a decimal string, an int, or a float as Odoo's ORM gives it (printed by its
    shortest form first, so that 0.1 stays 0.1).
    """
    number = (
        value if isinstance(value, Decimal) else Decimal(repr(value) if isinstance(value, float) else value)
    )
    number = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return format(abs(number) if number == 0 else number, "f")


def total(texts) -> Decimal:
    """Add decimal strings exactly."""
    return sum((parse(text) for text in texts), Decimal(0))


def quantity(value: float) -> str:
    """Print a quantity as a decimal string without trailing zeros, at most six decimals."""
    number = exact(float(value)).quantize(Decimal("0.000001")).normalize()
    return format(number + 0, "f")
