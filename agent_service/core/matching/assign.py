"""From candidates to proposals: no item twice, no line twice, the same for every order of the input."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from agent_service.core.matching import score
from agent_service.core.matching.candidates import BankLine, Document, Index, Item
from agent_service.core.matching.features import CUT, FULL, LEVELS, Named, best_named, cut_off

MOST_TOGETHER = 12
"""A label that names more documents than this is a list, for a person to read."""


@dataclass(frozen=True)
class Choice:
    """One way to settle a bank line in full: items with what is left of them, and how it was found."""

    line: BankLine
    documents: tuple[Document, ...]
    items: tuple[Item, ...]
    named: tuple[Named, ...]
    base: Decimal
    doubts: frozenset[str] = frozenset()
    alternatives: tuple["Choice", ...] = ()

    @property
    def confidence(self) -> Decimal:
        """Return how sure the choice is."""
        return score.confidence(self.base, self.doubts)

    @property
    def item_ids(self) -> tuple[int, ...]:
        """Return the items' ids, ascending."""
        return tuple(sorted(item.id for item in self.items))

    def doubted(self, *doubts: str) -> "Choice":
        """Return the choice with doubts added."""
        return replace(self, doubts=self.doubts | set(doubts))


def choose(line: BankLine, index: Index, as_of: date) -> Choice | None:
    """Return the best way to settle one line on its own, or None when nothing proves one.

    Only an exact amount counts; a document of ten times or a hundredth of it is none.
    """
    named = [
        (document, found)
        for document in index.named(line)
        if document.currency == line.currency and (found := best_named(line, document, index.prefixes))
    ]
    exact = [one for document, found in named if (one := _exact(line, document, found))]
    if not exact:
        together = _together(line, [pair for pair in named if pair[1].level == FULL])
        exact = [together] if together else _cut(line, index)
    if not exact:
        return None
    best = min(LEVELS.index(one.named[0].level) for one in exact)
    rivals = sorted((one for one in exact if LEVELS.index(one.named[0].level) == best), key=_order)
    chosen = _settle_rivals(line, rivals)
    in_full = {document.move_id for document, found in named if found.level == FULL}
    if len(chosen.documents) == 1 and in_full - {one.documents[0].move_id for one in rivals}:
        chosen = chosen.doubted("names_others")
    if line.partner_id and any(one.partner_id not in (None, line.partner_id) for one in chosen.documents):
        chosen = chosen.doubted("other_partner")
    if any(document.day > as_of for document in chosen.documents):
        chosen = chosen.doubted("later_document")
    return chosen


def _order(one: Choice) -> tuple:
    return one.documents[0].day, one.item_ids


def _settle_rivals(line: BankLine, rivals: Sequence[Choice]) -> Choice:
    """Return the one among equals: the only one, the line's partner's only one, else the first, in doubt."""
    own = [one for one in rivals if line.partner_id and one.documents[0].partner_id == line.partner_id]
    if len(rivals) == 1 or len(own) == 1:
        return own[0] if len(own) == 1 else rivals[0]
    return replace(rivals[0], alternatives=tuple(rivals[1:])).doubted("ambiguous")


def _exact(line: BankLine, document: Document, found: Named) -> Choice | None:
    """Return the document, or one of its instalments, if what is left of it is the line's amount."""
    base = score.BY_LEVEL[found.level]
    if document.total == line.amount:
        return Choice(line, (document,), document.items, (found,), base)
    fitting = [item for item in document.items if item.residual_currency == line.amount]
    if not fitting:
        return None
    choice = Choice(line, (document,), (fitting[0],), (found,), base)
    return choice.doubted("instalments") if len(fitting) > 1 else choice


def _together(line: BankLine, named: Sequence[tuple[Document, Named]]) -> Choice | None:
    """Return all documents that the label names in full, of one partner, if they add up to the line."""
    one_partner = len({document.partner_id for document, _found in named}) == 1
    if not 2 <= len(named) <= MOST_TOGETHER or not one_partner:
        return None
    documents = tuple(document for document, _found in named)
    if sum(document.total for document in documents) != line.amount:
        return None
    items = tuple(item for document in documents for item in document.items)
    return Choice(line, documents, items, tuple(found for _document, found in named), score.SEVERAL)


def _cut(line: BankLine, index: Index) -> list[Choice]:
    """Return documents of the exact amount whose number's beginning ends the label."""
    found = []
    for document in index.of_amount(line):
        for one in document.numbers:
            if any(cut_off(text, one) for text in line.labels):
                choice = _exact(line, document, Named(CUT, one.text))
                found += [choice] if choice else []
                break
    return found


def assign(choices: Sequence[Choice]) -> list[Choice]:
    """Return the choices that stand together: the surer one takes an item; equals put each other in doubt.

    Two lines that name the same document equally well are perhaps one payment made twice: the earlier line
    keeps it, for a person to look at, and the later one stays open.
    """
    ordered = sorted(choices, key=lambda one: (-one.confidence, one.line.day, one.line.id))
    claims: dict[int, list[Choice]] = defaultdict(list)
    for one in ordered:
        for item in one.item_ids:
            claims[item].append(one)
    taken: set[int] = set()
    kept = []
    for one in ordered:
        if taken & set(one.item_ids):
            continue
        taken |= set(one.item_ids)
        rivals = {rival.line.id for item in one.item_ids for rival in claims[item] if rival.base >= one.base}
        kept.append(one.doubted("contested") if rivals - {one.line.id} else one)
    return sorted(kept, key=lambda one: (one.line.day, one.line.id))
