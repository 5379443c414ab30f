"""Money: whole minor units of a named currency; rounded half-up, once, at the end.

Amounts travel as decimal strings and are kept as integers of the smallest unit (cents), so that sums
are exact. Debit is positive.
"""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cached_property

from agent_service.core.errors import MoneyError

Exact = int | Decimal | Fraction


@dataclass(frozen=True)
class Currency:
    """A currency of the books; `rounding` is its smallest step (0.01; 0.05 where coins end there)."""

    id: int
    name: str
    decimals: int
    rounding: Decimal = Decimal(0)

    @cached_property
    def step_minor(self) -> int:
        """Return the rounding step in minor units, at least 1."""
        if self.rounding <= 0:
            return 1
        step = Fraction(self.rounding) * 10**self.decimals
        return max(1, round_half_up(step))

    def minor(self, amount: Exact) -> int:
        """Return an exact amount in minor units, rounded half-up (away from zero) to the currency's step."""
        value, step = Fraction(amount), self.step_minor
        return _half_up(value.numerator * 10**self.decimals, value.denominator * step) * step

    def text(self, minor: int) -> str:
        """Return minor units as a plain decimal string with the currency's decimals ("-12.50")."""
        return minor_text(minor, self.decimals)

    def show(self, minor: int) -> str:
        """Return minor units for people, "1,102.50 USD"."""
        return f"{_grouped(self.text(minor))} {self.name}"


@dataclass(frozen=True, order=False)
class Money:
    """An amount of one currency; adding another currency's amount is an error."""

    minor: int
    currency: Currency

    @classmethod
    def of(cls, amount: Exact | str, currency: Currency) -> "Money":
        """Return an amount rounded half-up to the currency; a string must fit its decimals exactly."""
        if isinstance(amount, str):
            return cls(parse_minor(amount, currency.decimals), currency)
        return cls(currency.minor(amount), currency)

    def _same(self, other: "Money") -> None:
        if self.currency.id != other.currency.id:
            raise MoneyError(f"{self.currency.name} and {other.currency.name} don't add")

    def __add__(self, other: "Money") -> "Money":
        """Add an amount of the same currency."""
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Subtract an amount of the same currency."""
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> "Money":
        """Swap debit and credit."""
        return Money(-self.minor, self.currency)

    def __abs__(self) -> "Money":
        """Drop the sign."""
        return Money(abs(self.minor), self.currency)

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return self.minor != 0

    def __str__(self) -> str:
        """Return the amount for people."""
        return self.currency.show(self.minor)

    @property
    def text(self) -> str:
        """Return the amount as it travels, "1102.50"."""
        return self.currency.text(self.minor)


def round_half_up(value: Fraction | Decimal) -> int:
    """Return the nearest integer; a tie goes away from zero (2.5 → 3, -2.5 → -3), as auditors round."""
    value = Fraction(value)
    return _half_up(value.numerator, value.denominator)


def _half_up(numerator: int, denominator: int) -> int:
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def percent(text: str) -> Fraction:
    """Return a percentage as a part of one ("21.5" is 0.215); raises MoneyError when it is no number."""
    try:
        return Fraction(Decimal(text)) / 100
    except (InvalidOperation, ValueError, OverflowError, TypeError) as error:
        raise MoneyError(f"{text!r} is no percentage") from error


def parse_minor(text: str, decimals: int) -> int:
    """Return a decimal string as minor units; raises MoneyError when the currency has fewer decimals."""
    if not isinstance(text, str):
        raise MoneyError(f"{text!r} is no decimal string")
    whole, _dot, rest = text.partition(".")
    if len(rest) <= decimals and whole.removeprefix("-").isdecimal() and (not rest or rest.isdecimal()):
        return int(whole + rest.ljust(decimals, "0"))  # the common shape, many times faster
    try:
        value = Decimal(text)
        scaled = value.scaleb(decimals)
        minor = int(scaled)
    except (InvalidOperation, ValueError, OverflowError, TypeError) as error:
        raise MoneyError(f"{text!r} is not an amount") from error
    if minor != scaled:
        raise MoneyError(f"{text!r} has more than {decimals} decimals")
    return minor


def minor_text(minor: int, decimals: int) -> str:
    """Return minor units as a plain decimal string."""
    if decimals <= 0:
        return str(minor * 10**-decimals)
    digits = str(abs(minor)).rjust(decimals + 1, "0")
    return f"{'-' if minor < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]}"


def significant(value: Fraction, digits: int) -> Decimal:
    """Return a positive fraction as a decimal of so many significant digits, half-up."""
    if value <= 0:
        raise MoneyError("only a positive number has significant digits here")
    exponent = len(str(value.numerator)) - len(str(value.denominator))
    while Fraction(10) ** exponent > value:
        exponent -= 1
    while Fraction(10) ** (exponent + 1) <= value:
        exponent += 1
    shift = digits - 1 - exponent
    return Decimal(round_half_up(value * Fraction(10) ** shift)).scaleb(-shift).normalize()


def _grouped(text: str) -> str:
    whole, dot, rest = text.partition(".")
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(whole):,}{dot}{rest}"
