"""Proposals of the matcher as the port takes them: one row each, under a key that stays the same."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Protocol

from agent_service.core.matching.from_books import BookLine, Open
from agent_service.core.matching.model import (
    Item,
    Key,
    Line,
    Proposal,
    Rates,
    Reason,
    Settings,
    WriteOff,
)
from agent_service.core.matching.shares import Taken, taken
from agent_service.core.model import Books

MATCHER = "bank"
"""What the policy switches and a run's scopes call the matcher."""
MAX_KEY_CHARS = 200
MAX_TEXT_CHARS = 500
MAX_ITEMS = 500
MOST_ALTERNATIVES = 5
ROUNDS = 3
"""So often a statement is matched again without what people turned down."""

TURNED_DOWN = Reason("turned_down", "People turned down what was proposed for this line")
WHICH_TAX = Reason("no_tax_named", "Which tax this pays is a person's to say: look at the account")
LATER = "The document is dated after the period: settled now, the line would be a prepayment at its end"
NOT_EXACT = Reason("amounts_differ", "What fits best does not come to the line's amount exactly")


class Matcher(Protocol):
    """The engine."""

    def __call__(
        self,
        lines: Sequence[Line],
        items: Sequence[Item],
        settings: Settings,
        rates: Rates | None = None,
        model: Any = None,
    ) -> list[Proposal]:
        """Return proposals in which each line stands once."""


def key_of(company_id: int, lines: Collection[Key], items: Collection[Key], kind: str) -> str:
    """Return the key of a proposal: company, bank lines, items, and the kind unless it settles items."""
    named = ("+".join(str(one) for one in sorted(ids, key=int)) for ids in (lines, items))
    key = f"M:{company_id}:{':'.join(named)}" + ("" if kind == "items" else f":{kind}")
    if len(key) <= MAX_KEY_CHARS:
        return key
    return f"M:{company_id}:#{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def propose_rows(
    books: Books,
    found: Open,
    match: Matcher,
    decided: Collection[str] = frozenset(),
    model: Any = None,
    matcher: str = MATCHER,
) -> list[dict[str, Any]]:
    """Return the proposals for what is open as rows, ordered by day and id of their first line.

    `decided` holds keys that people rejected or undid: such a line gets the best other explanation that is
    left, or none, and what it would have taken is free for other lines.
    """
    writer = _Writer(books, found, getattr(model, "digest", None) if model is not None else None, matcher)
    refused: dict[Key, Reason] = {}
    kept: list[Proposal] = []
    for _round in range(ROUNDS):
        lines = [one.line for one in found.lines if one.line.id not in refused]
        kept = match(lines, found.items, found.settings, found.rates, model=model)
        down = [one for one in kept if one.lines and writer.key(one) in decided and one.kind != "none"]
        if not down:
            break
        refused |= {line: TURNED_DOWN for one in down for line in one.lines}
    kept = [one for one in kept if one.kind == "none" or writer.key(one) not in decided]
    stand = {line for one in kept for line in one.lines}
    missing = [one.line for one in found.lines if one.line.id not in stand]
    kept += [_nothing(line, refused.get(line.id, TURNED_DOWN)) for line in missing]
    return [row for one in sorted(kept, key=writer.order) for row in writer.rows(one)]


def _nothing(line: Line, reason: Reason) -> Proposal:
    return Proposal((line.id,), (), "none", Decimal("0.5"), "ask", reasons=(reason,))


class _Writer:
    """Writes rows; knows the books' lines and items by id."""

    def __init__(self, books: Books, found: Open, model: str | None, matcher: str) -> None:
        self.books, self.model, self.matcher = books, model, matcher
        self.own, self.as_of = found.settings.company_currency, found.as_of
        self.lines: Mapping[Key, BookLine] = {one.line.id: one for one in found.lines}
        self.items: Mapping[Key, Item] = {item.id: item for item in found.items}
        self.currencies = {one.name: one for one in books.currencies.values()}

    def order(self, one: Proposal) -> tuple:
        first = self.lines[one.lines[0]].line if one.lines else None
        return (first is None, first.day if first else None, first.id if first else str(one.items))

    def key(self, one: Proposal) -> str:
        return key_of(self.books.company.id, one.lines, one.items, one.kind)

    def rows(self, one: Proposal) -> list[dict[str, Any]]:
        """Return a proposal's row; where its amounts don't come out, one for each line that says so."""
        got = self._taken(one.lines, one.items, one.write_offs, one.kind)
        if got is not None:
            return [self._row(one, got)]
        nothing = (_nothing(self.lines[line].line, NOT_EXACT) for line in one.lines)
        return [self._row(replace(each, alternatives=one.alternatives), Taken((), ())) for each in nothing]

    def _row(self, one: Proposal, got: Taken) -> dict[str, Any]:
        later = [self.items[item].day for item in one.items if self.items[item].day > self.as_of]
        if later:
            said = Reason("later_document", LATER, str(max(later)))
            band = "review" if one.band == "auto" else one.band
            one = replace(one, band=band, reasons=(*one.reasons, said))
        if one.kind == "tax" and one.account is None and one.band == "auto":
            # VAT, payroll tax and income tax have accounts of their own, the policy names one.
            one = replace(one, band="review", reasons=(*one.reasons, WHICH_TAX))
        lines = sorted(one.lines, key=lambda line: (self.lines[line].line.day, line))
        return {
            "key": self.key(one),
            "statement_line_id": lines[0] if lines else None,
            "line_ids": lines,
            "kind": one.kind,
            "items": self._items(got),
            "write_offs": self._write_offs(got),
            "account_id": one.account if isinstance(one.account, int) else None,
            "confidence": _share(one.confidence),
            "band": "ask" if one.kind == "none" else one.band,
            "reasons": [_reason(each) for each in one.reasons[:50]],
            "alternatives": self._alternatives(one),
            "matcher": self.matcher,
            "model": self.model,
        }

    def _taken(
        self, lines: Sequence[Key], items: Sequence[Key], write_offs: Sequence[WriteOff], kind: str
    ) -> Taken | None:
        alone = kind == "internal_transfer" and len(lines) == 1  # the other side was not imported yet
        if kind not in ("items", "internal_transfer", "offset") or alone:
            return Taken((), ())
        if len(items) > MAX_ITEMS:
            return None
        known = [self.items[item] for item in items]
        return taken([self.lines[line] for line in lines], known, write_offs, self.own)

    def _items(self, got: Taken) -> list[dict[str, Any]]:
        own = self.books.company.currency
        return [
            {
                "line_id": share.item,
                "amount": own.text(share.amount),
                "amount_currency": self.currencies[self.items[share.item].currency].text(
                    share.amount_currency
                ),
            }
            for share in sorted(got.shares, key=lambda share: str(share.item).zfill(20))
        ]

    def _write_offs(self, got: Taken) -> list[dict[str, str]]:
        own = self.books.company.currency
        return [{"kind": one.kind, "amount": own.text(one.amount)} for one in got.write_offs]

    def _alternatives(self, one: Proposal) -> list[dict[str, Any]]:
        found = []
        for other in one.alternatives:
            if not other.items or not one.lines:
                continue
            got = self._taken(one.lines, other.items, other.write_offs, "items")
            if got is not None and len(found) < MOST_ALTERNATIVES:
                found.append(
                    {
                        "items": self._items(got),
                        "confidence": _share(other.confidence),
                        "reason": other.reason[:MAX_TEXT_CHARS],
                        "write_offs": self._write_offs(got),
                    }
                )
        return found


def _share(confidence: Decimal) -> str:
    return f"{min(max(confidence, Decimal(0)), Decimal(1)):.4f}"


def _reason(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, "text": reason.text[:MAX_TEXT_CHARS], "value": reason.value[:MAX_TEXT_CHARS]}
