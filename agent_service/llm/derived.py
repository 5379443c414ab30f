"""Facts that follow from others by a listed rule: sum, difference, share. Nothing else follows.

All amounts are integer minor units of one currency, debit positive. No arithmetic is ever a model's: what
may be said is computed before it is asked.
"""

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal

from agent_service.core.money import Currency
from agent_service.llm.facts import Fact

RULES = ("sum", "difference", "share")


def sign(value: int) -> int:
    """Return 1, 0 or -1."""
    return (value > 0) - (value < 0)


def amount(
    key: str, role: str, minor: int, currency: Currency, *, about: Iterable[str] = (), of: str = ""
) -> Fact:
    """Return an amount as a fact; it has a sign of its own but no direction."""
    return Fact(
        key,
        "amount",
        role,
        currency.show(minor),
        value=currency.text(minor),
        about=frozenset(about),
        of=of,
    )


def total(
    key: str, role: str, minors: Iterable[int], currency: Currency, *, about: Iterable[str] = (), of: str = ""
) -> Fact:
    """Return the sum of amounts."""
    return amount(key, role, sum(minors), currency, about=about, of=of)


def difference(
    key: str,
    role: str,
    later: int,
    earlier: int,
    currency: Currency,
    *,
    about: Iterable[str] = (),
    of: str = "",
) -> Fact:
    """Return ``later - earlier`` with its direction, shown with a plus where it went up."""
    change = later - earlier
    return Fact(
        key,
        "amount",
        role,
        ("+" if change > 0 else "") + currency.show(change),
        value=currency.text(change),
        sign=sign(change),
        about=frozenset(about),
        of=of,
    )


def share(
    key: str, role: str, part: int, whole: int, *, about: Iterable[str] = (), of: str = ""
) -> Fact | None:
    """Return ``part / whole`` in percent, cut to one decimal towards zero; none where the whole is zero.

    Cut, not rounded: 99.96 % is never told as all of it. The sign of ``whole`` is left out of the quotient,
    so a share has the direction of its part.
    """
    if not whole:
        return None
    percent = (Decimal(part) * 100 / abs(whole)).quantize(Decimal("0.1"), rounding=ROUND_DOWN)
    return Fact(
        key,
        "percent",
        role,
        f"{percent} %",
        value=str(percent),
        sign=sign(part),
        about=frozenset(about),
        of=of,
    )
