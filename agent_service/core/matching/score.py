"""How sure a proposal is: one table, so that each number can be looked up and argued about."""

from decimal import Decimal

from agent_service.core.matching.features import CUT, DIGITS, FULL, SHORT

BY_LEVEL = {
    FULL: Decimal("0.99"),
    DIGITS: Decimal("0.96"),
    SHORT: Decimal("0.80"),
    CUT: Decimal("0.75"),
}
"""Confidence of a number found in the label beside an exact amount, nothing speaking against it."""

SEVERAL = Decimal("0.97")
"""The label names several documents in full, and their open amounts add up to the line exactly."""

CAPS = {
    "names_others": Decimal("0.90"),
    "instalments": Decimal("0.90"),
    "contested": Decimal("0.85"),
    "other_partner": Decimal("0.80"),
    "later_document": Decimal("0.80"),
    "ambiguous": Decimal("0.50"),
}
"""What speaks against it, and how sure a proposal can be at most then."""


def confidence(base: Decimal, doubts: frozenset[str]) -> Decimal:
    """Return the confidence of a base value under doubts: the lowest cap of them."""
    return min([base, *(CAPS[doubt] for doubt in doubts)])
