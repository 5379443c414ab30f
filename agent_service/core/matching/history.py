"""What people did with proposals, row by row, as the training and the comparison of versions take it.

A row names the line (or lines) with its facts, what was proposed (if anything), what a person decided
("accepted", "rejected", "corrected") and what was booked in the end. Facts have the shape of the files for
lines and items: amounts as decimal texts, dates as `YYYY-MM-DD`. See docs/offline-match.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from agent_service.core.errors import MatcherError
from agent_service.core.matching.model import Item, Key, Line, Settings

DECISIONS = ("accepted", "rejected", "corrected")


@dataclass(frozen=True)
class Outcome:
    """What was proposed for, or booked of, a row's lines."""

    items: tuple[Key, ...]
    kind: str
    account: Key | None = None
    confidence: float | None = None
    model: str = ""


@dataclass(frozen=True)
class Past:
    """One row: the lines, the items of both outcomes, what was proposed and what came of it.

    `booked` is None where people only said no.
    """

    id: Key
    decision: str
    decided_on: str
    lines: tuple[Line, ...]
    items: tuple[Item, ...]
    proposed: Outcome | None
    booked: Outcome | None
    named_partner: Key | None = None

    @property
    def partner(self) -> Key | None:
        """Return the partner whose items were settled; None where there were none or several."""
        return self._partner_of(self.booked)

    @property
    def proposed_partner(self) -> Key | None:
        """Return the partner whose items were proposed."""
        return self._partner_of(self.proposed)

    def _partner_of(self, outcome: Outcome | None) -> Key | None:
        if not outcome or not outcome.items:
            return None
        wanted = set(outcome.items)
        partners = {one.partner_id for one in self.items if one.id in wanted} or {self.named_partner}
        return next(iter(partners)) if len(partners) == 1 else None

    @property
    def was_right(self) -> bool | None:
        """Tell whether the proposal was what people booked; None without a proposal."""
        return None if self.proposed is None else self.decision == "accepted"


def read(rows: Sequence[Mapping[str, Any]], settings: Settings) -> list[Past]:
    """Return rows as facts, in the order of day and id, whatever order they came in.

    Raises MatcherError with the row's number and id where one can't be read.
    """
    made = []
    for number, row in enumerate(rows, start=1):
        try:
            made.append(_past(row, settings))
        except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
            name = row.get("id") if isinstance(row, Mapping) else None
            raise MatcherError(f"history row {number} (id {name}): {error!r}") from error
    return sorted(made, key=lambda one: (one.decided_on, str(one.id)))


def _past(row: Mapping[str, Any], settings: Settings) -> Past:
    decision = str(row.get("decision", "accepted"))
    if decision not in DECISIONS:
        raise ValueError(f"decision {decision!r} is none of {', '.join(DECISIONS)}")
    given = lines_of(row)
    lines = tuple(line_of(one, settings) for one in given)
    if not lines:
        raise ValueError("a row needs a line")
    proposed = _outcome(row["proposal"]) if row.get("proposal") else None
    booked = _outcome(row["chosen"]) if row.get("chosen") else None
    if proposed is None and ("item_ids" in row or "kind" in row or "partner_id" in row):
        proposed = _outcome(row)  # a line's own row with what it was booked as: accepted as it stands
    if booked is None and decision == "accepted":
        booked = proposed
    return Past(
        id=row.get("id", lines[0].id),
        decision=decision,
        decided_on=str(row.get("decided_on") or lines[0].day.isoformat()),
        lines=lines,
        items=tuple(item_of(one, settings) for one in row.get("items") or ()),
        proposed=proposed,
        booked=None if decision == "rejected" else booked,
        named_partner=row.get("partner_id"),
    )


def lines_of(row: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the facts of a row's lines: under `lines`, under `line`, or in the row itself."""
    if "lines" in row:
        return row["lines"]
    return [row.get("line", row)]


def _outcome(made: Mapping[str, Any]) -> Outcome:
    stated = made.get("confidence")
    return Outcome(
        items=tuple(made.get("item_ids") or ()),
        kind=str(made.get("kind") or ("items" if made.get("item_ids") else "")),
        account=made.get("account"),
        confidence=None if stated is None else float(stated),
        model=str(made.get("model") or ""),
    )


def line_of(facts: Mapping[str, Any], settings: Settings) -> Line:
    """Return a line of its facts as they stand in a file. Raises ValueError, KeyError or TypeError."""
    currency = str(facts["currency"])
    foreign = str(facts.get("foreign_currency") or "")
    other = facts.get("amount_currency")
    return Line(
        id=facts["id"],
        day=date.fromisoformat(str(facts["date"])),
        amount=_minor(facts["amount"], currency, settings),
        currency=currency,
        label=str(facts.get("label") or ""),
        partner_name=str(facts.get("partner_name") or ""),
        account_number=str(facts.get("account_number") or ""),
        ref=str(facts.get("ref") or ""),
        foreign_currency=foreign,
        amount_currency=_minor(other, foreign, settings) if foreign and other is not None else None,
        journal=str(facts.get("journal") or ""),
        partner_id=facts.get("partner_id"),
    )


def item_of(facts: Mapping[str, Any], settings: Settings) -> Item:
    """Return an item of its facts as they stand in a file. Raises ValueError, KeyError or TypeError."""
    own = settings.company_currency
    currency = str(facts.get("currency") or own)
    residual = _minor(facts["amount_residual"], own, settings)
    foreign = facts.get("amount_residual_currency")
    discount = facts.get("discount_amount")
    return Item(
        id=facts["id"],
        day=date.fromisoformat(str(facts["date"])),
        residual=residual,
        currency=currency,
        residual_currency=residual if foreign is None else _minor(foreign, currency, settings),
        due=_day(facts.get("due_date")),
        ref=str(facts.get("ref") or ""),
        move_name=str(facts.get("move_name") or ""),
        label=str(facts.get("label") or ""),
        partner_id=facts.get("partner_id"),
        partner_name=str(facts.get("partner_name") or ""),
        bank_accounts=tuple(str(one) for one in facts.get("bank_accounts") or ()),
        discount_day=_day(facts.get("discount_date")),
        discount=None if discount is None else _minor(discount, currency, settings),
        kind=facts.get("kind") or "receivable",
    )


def _day(text: Any) -> date | None:
    return date.fromisoformat(str(text)) if text else None


def _minor(amount: Any, currency: str, settings: Settings) -> int:
    value = Decimal(str(amount)).scaleb(settings.decimals.get(currency, 2))
    if not value.is_finite():
        raise ValueError(f"{amount!r} is no amount")
    return int(value.to_integral_value())
