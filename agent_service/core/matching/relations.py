"""How a paid amount can differ from an open one: exactly what a rule of payment explains, nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from agent_service.core.matching.explanations import Part

FEE_MOST = 6_000
"""A bank's fee is at most so many minor units."""
FEE_SHARE = 0.08
ROUNDING_MOST = 5
SHARES = (10, 20, 30, 50, 75, 100, 120, 140, 150, 190, 200, 250, 300)
"""Usual shares of withholding in thousandths of what is due, or of the net amount without tax."""
SHARES_OF_NET = (10, 20, 50, 75, 100, 150, 190, 200)
TAXES = (50, 70, 75, 80, 90, 100, 120, 130, 150, 160, 180, 190, 200, 210, 220, 230, 240, 250)
"""Usual tax rates in thousandths by which a net amount becomes what is due."""


@dataclass(frozen=True, slots=True)
class Relation:
    """How an amount relates to an open one: its name, what is written off, the features it brings."""

    name: str
    parts: tuple[Part, ...]
    features: tuple[tuple[str, float], ...]
    partial: bool = False


def withheld(size: int, short: int, *, of_net: bool) -> float:
    """Return how usual it is that so much of an open amount (both positive) is withheld, 0 where it is not.

    A share of what is due counts in full, one of the net amount without tax (`of_net`) less.
    """
    for share in SHARES:
        if short * 1000 // size - 1 <= share <= short * 1000 // size + 1:
            exact = size * share
            if short in ((exact + 500) // 1000, exact // 1000):
                return 1.0
    if of_net and short * 4 <= size:
        for tax in TAXES:
            net = (size * 1000 + (1000 + tax) // 2) // (1000 + tax)
            for share in SHARES_OF_NET:
                if (net * share + 500) // 1000 == short:
                    return 0.35
    return 0.0


def relations(
    paid: int,
    open_amount: int,
    *,
    discount: int | None,
    days_to_discount: int | None,
    topics: frozenset[str],
    tolerances: Mapping[str, Decimal],
) -> list[Relation]:
    """Return the ways in which an amount pays an open one of the same sign and currency.

    `discount` is what is paid when the discount is taken, `days_to_discount` how many days before its last
    day the money came (negative: later). None fits a payment of more than is open,
    of ten times or of a hundredth.
    """
    if paid == open_amount:
        return [Relation("exact", (), (("amount_exact", 1.0),))]
    if (paid < 0) != (open_amount < 0):
        return []
    found: list[Relation] = []
    difference = open_amount - paid
    short = abs(open_amount) - abs(paid)
    size = abs(open_amount)
    if discount is not None and paid == discount:
        late = -(days_to_discount or 0) if days_to_discount is not None else 0
        features = [("write_off_discount", 1.0)]
        if late > 0:
            features.append(("discount_late", min(1.0, 0.3 + late / 20)))
        if "discount" in topics:
            features.append(("word_agrees", 1.0))
        found.append(Relation("discount", (Part("discount", difference),), tuple(features)))
    rounding = int(tolerances.get("rounding", ROUNDING_MOST))
    if abs(difference) <= rounding:
        found.append(Relation("rounding", (Part("rounding", difference),), (("write_off_rounding", 1.0),)))
    elif abs(difference) < 100 and paid % 100 == 0 and open_amount % 100 and size >= 2_000:
        found.append(
            Relation(
                "rounding",
                (Part("rounding", difference),),
                (("write_off_rounding", 1.0), ("rounding_whole", 1.0)),
            )
        )
    fee_most = int(tolerances.get("bank_fee", FEE_MOST))
    if rounding < difference <= fee_most and difference <= FEE_SHARE * size and discount != paid:
        features = [("write_off_bank_fee", 1.0), ("fee_size", difference / fee_most)]
        if difference % 50 == 0:
            features.append(("fee_even", 1.0))
        if "fee" in topics:
            features.append(("word_agrees", 1.0))
        elif topics & {"withholding", "partial", "discount"}:
            features.append(("word_disagrees", 1.0))
        found.append(Relation("bank_fee", (Part("bank_fee", difference),), tuple(features)))
    taken = "withholding" not in topics and (discount == paid or "partial" in topics)
    if short > rounding and size >= 1_000 and short * 3 <= size and not taken:
        usual = withheld(size, short, of_net="withholding" in topics or size >= 20_000)
        if usual:
            features = [("write_off_withholding", 1.0), ("withholding_of_net", 1.0 - usual)]
            if "withholding" in topics:
                features.append(("word_agrees", 1.0))
            else:
                features.append(("withholding_unsaid", 1.0))
                if topics & {"fee", "discount"}:
                    features.append(("word_disagrees", 1.0))
            found.append(Relation("withholding", (Part("withholding", difference),), tuple(features)))
    if short > rounding and not _slipped(abs(paid), size):
        features = [("partial", 1.0)]
        if "partial" in topics:
            features.append(("word_agrees", 1.0))
            if "partial_said" not in topics:
                features.append(("partial_hinted", 1.0))
            if "fee" in topics:
                features.append(("part_or_fee", 1.0))
        elif "fee" in topics:  # a fee was meant, and none is so large
            features += [("fee_too_large", 1.0), ("partial_unsaid", 1.0)]
        else:
            features.append(("partial_unsaid", 1.0))
        if abs(paid) % 1000 == 0 or size % abs(paid) == 0 or abs(paid) * 2 in (size - 1, size, size + 1):
            features.append(("partial_even", 1.0))
        if difference > 0 and difference <= fee_most and difference <= FEE_SHARE * size:
            features.append(("partial_nearly_all", 1.0))
        elif abs(paid) < size * 0.02:
            features.append(("partial_nearly_nothing", 1.0))
        found.append(Relation("partial", (), tuple(features), partial=True))
    return found


def _slipped(paid: int, open_amount: int) -> bool:
    """Tell whether an amount is a tenth, a hundredth or a thousandth of another: a slip of the point."""
    return any(abs(paid * power - open_amount) <= power for power in (10, 100, 1000))
