"""An explanation of lines: the items, what is written off beside them, and what speaks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from agent_service.core.matching.catalog import Catalog
from agent_service.core.matching.model import Key, ProposalKind, Reason, WriteOff, WriteOffKind
from agent_service.core.matching.views import View

SCALE = 10.0
"""Features that are logarithms of likelihoods are given in tenths, so that each lies within 0 to 1."""


@dataclass(slots=True)
class Explanation:
    """One way to explain lines. `lines` and `items` are places; `score` are the log odds of its features."""

    lines: tuple[int, ...]
    items: tuple[int, ...]
    kind: ProposalKind
    features: dict[str, float]
    write_offs: tuple[WriteOff, ...] = ()
    partial: bool = False
    score: float = 0.0
    reasons: tuple[Reason, ...] = ()
    account: Key | None = None
    how: str = ""

    @property
    def key(self) -> tuple:
        """Return what puts equals in order: fewer items first, then earlier places."""
        return (
            len(self.items),
            self.lines,
            self.items,
            self.kind,
            tuple((w.kind, w.amount) for w in self.write_offs),
        )


@dataclass(slots=True)
class Part:
    """A difference in the items' own currency, and what it is."""

    kind: WriteOffKind
    amount: int
    features: dict[str, float] = field(default_factory=dict)


def written_off(
    catalog: Catalog, views: Sequence[View], items: Sequence[int], parts: Sequence[Part]
) -> tuple[WriteOff, ...]:
    """Return the write-offs in company currency of items settled in full; what the rates leave is `fx`.

    `parts` are in the items' own currency, which all items share where there are parts.
    """
    residual = sum(catalog.items[place].residual for place in items)
    foreign = sum(catalog.items[place].residual_currency for place in items)
    company: int | None = 0
    for view in views:
        company = None if company is None or view.company is None else company + view.company
    made: list[WriteOff] = []
    left = residual - company if company is not None else None
    own = all(catalog.items[place].currency == catalog.company for place in items)
    for number, part in enumerate(parts):
        amount = part.amount if own or not foreign else _round(Fraction(part.amount * residual, foreign))
        if own and left is not None and number == len(parts) - 1 and _one_currency(catalog, views):
            amount = left - sum(one.amount for one in made)
        if amount:
            made.append(WriteOff(part.kind, amount))
    if left is not None:
        rest = left - sum(one.amount for one in made)
        if rest:
            made.append(WriteOff("fx", rest))
    return tuple(made)


def _one_currency(catalog: Catalog, views: Sequence[View]) -> bool:
    return all(currency == catalog.company for view in views for currency, _amount in view.faces)


def _round(value: Fraction) -> int:
    half = Fraction(1, 2)
    return int(value + half) if value >= 0 else -int(-value + half)


def scored(explanation: Explanation, weights: Mapping[str, float]) -> Explanation:
    """Return the explanation with the weighted sum of its features as its score."""
    score = weights["bias"]
    for name, value in explanation.features.items():
        score += weights[name] * value
    explanation.score = score
    return explanation
