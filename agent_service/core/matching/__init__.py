"""Bank lines and open items, paired: normalise → candidates → features → score → assign → explain.

A pair is proposed only when the label names the document and the amount is exact; what is merely equal in
amount is nobody's proof. Whatever is proposed says why, how sure it is and what speaks against it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from agent_service.core.matching.assign import Choice, assign, choose
from agent_service.core.matching.candidates import Index, bank_lines, number_prefixes, open_documents
from agent_service.core.matching.explain import reasons
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

MATCHER = "exact"


@dataclass(frozen=True)
class MatchItem:
    """What a match takes of an open item: all that is left of it, in both currencies, signed as it stands."""

    line_id: int
    amount: str
    amount_currency: str

    def row(self) -> dict[str, Any]:
        """Return the item as it travels."""
        return {"line_id": self.line_id, "amount": self.amount, "amount_currency": self.amount_currency}


@dataclass(frozen=True)
class Match:
    """A proposed pairing of one bank line with open items."""

    key: str
    statement_line_id: int
    kind: str
    items: tuple[MatchItem, ...]
    confidence: Decimal
    band: str
    reasons: tuple[Mapping[str, Any], ...]
    alternatives: tuple[Mapping[str, Any], ...]
    matcher: str = MATCHER

    def row(self) -> dict[str, Any]:
        """Return the match as the port takes it."""
        return {
            "key": self.key,
            "statement_line_id": self.statement_line_id,
            "kind": self.kind,
            "items": [item.row() for item in self.items],
            "confidence": f"{self.confidence:.4f}",
            "band": self.band,
            "reasons": [dict(one) for one in self.reasons],
            "alternatives": [dict(one) for one in self.alternatives],
            "matcher": self.matcher,
        }


def propose(
    books: Books,
    policy: Policy,
    period: Period,
    decided: Collection[str] = frozenset(),
    since: date | None = None,
) -> list[Match]:
    """Return the matches of the open bank lines up to the period's end, ordered by date and id of the line.

    `decided` holds keys that people rejected or undid: what they turned down is not proposed again, and it
    takes no item from another line. Lines before `since` are left to people and take no item either.
    """
    index = Index.of(open_documents(books, period.as_of), number_prefixes(books))
    choices = [
        choice
        for line in bank_lines(books, period.as_of)
        if (since is None or line.day >= since)
        and (choice := choose(line, index, period.as_of))
        and _key(books, choice) not in decided
    ]
    return [_match(books, policy, choice) for choice in assign(choices)]


def _key(books: Books, choice: Choice) -> str:
    items = "+".join(str(one) for one in choice.item_ids)
    return f"M:{books.company.id}:{choice.line.id}:{items}"


def _items(books: Books, choice: Choice) -> tuple[MatchItem, ...]:
    own = books.company.currency
    found = (
        MatchItem(
            item.id, own.text(item.residual), books.currency(document.currency).text(item.residual_currency)
        )
        for document in choice.documents
        for item in document.items
        if item in choice.items
    )
    return tuple(sorted(found, key=lambda one: one.line_id))


def _match(books: Books, policy: Policy, choice: Choice) -> Match:
    return Match(
        key=_key(books, choice),
        statement_line_id=choice.line.id,
        kind="reference_many" if len(choice.documents) > 1 else "reference",
        items=_items(books, choice),
        confidence=choice.confidence,
        band=policy.band(choice.confidence),
        reasons=tuple(reasons(books, choice)),
        alternatives=tuple(
            {
                "items": [item.row() for item in _items(books, other)],
                "confidence": f"{other.doubted('ambiguous').confidence:.4f}",
                "reason": f"{other.documents[0].label}: fits equally well",
            }
            for other in choice.alternatives[:5]
        ),
    )
