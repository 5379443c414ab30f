"""Which finding stands when several rules saw one thing.

The winner keeps it, the loser is a line of its evidence. Rules name their winners in `YIELDS_TO` as
`CODE[.facet][:facet][@model][=]`: a code or the beginning of one, the facet that the winner must have, the
facet that the loser must have, the kind of record that both must hang on (an entry or journal item when none
is named), and `=` where both must be of one amount. Examples: `EXF001:quantity`,
`CMP005.late@account.journal`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from agent_service.core.findings import SEVERITIES, Finding, Record
from agent_service.core.links import Links
from agent_service.core.model import Books

TRAITS = ("EXF007", "EXF008", "EXF009", "EXF010", "EXF015")
"""Rules that see a trait of an entry: two or more on one entry become one finding, one step more severe."""

UNSOUND = ("ACC010", "ACC006")
"""Nothing else about such an entry can be judged."""


@dataclass(frozen=True)
class Winner:
    """Who wins over a rule, and under which conditions."""

    code: str
    facet: str = ""
    of_facet: str = ""
    model: str = ""
    same_amount: bool = False

    @classmethod
    @cache
    def of(cls, text: str) -> "Winner":
        """Return what an item of `YIELDS_TO` says; raises ValueError for one that can't be read."""
        read = _WINNER.fullmatch(text)
        if read is None:
            raise ValueError(f"{text!r} names no winner")
        code, facet, of_facet, model, same = read.groups()
        return cls(code, facet or "", of_facet or "", model or "", bool(same))

    def beats(self, loser: Finding, other: Finding) -> bool:
        """Tell whether a finding that hangs on the same record wins over another."""
        return (
            other.rule != loser.rule
            and other.rule.startswith(self.code)
            and self.facet in ("", other.facet)
            and self.of_facet in ("", loser.facet)
            and (not self.same_amount or other.amount == loser.amount)
        )


_WINNER = re.compile(r"([A-Z]{3}\d*)(?:\.(\w+))?(?::(\w+))?(?:@([a-z_.]+))?(=)?")


def settle_precedence(
    findings: Iterable[Finding], yields_to: Mapping[str, tuple[str, ...]], books: Books | None = None
) -> list[Finding]:
    """Return the findings that stand; the winner of one may itself have yielded to another.

    Without books only what findings name themselves counts, not what their entries belong to.
    """
    kept = sorted(findings, key=_order)
    by_touch: dict[tuple[str, int], list[int]] = defaultdict(list)
    for place, one in enumerate(kept):
        for touch in one.touches():
            by_touch[touch].append(place)
    anchors = _Anchors(kept, books)
    notes: dict[int, list[dict[str, Any]]] = defaultdict(list)
    above: dict[int, int] = {}
    for place, loser in enumerate(kept):
        if loser.rule in UNSOUND:
            continue
        touching = sorted({other for touch in loser.touches() for other in by_touch[touch]})
        unsound = () if loser.anchor.model in _BEYOND_ENTRIES else _UNSOUND
        for winner in (*map(Winner.of, yields_to.get(loser.rule, ())), *unsound):
            rivals = anchors.beside(place, winner) if winner.model else touching
            found = next((other for other in rivals if winner.beats(loser, kept[other])), None)
            if found is not None:
                above[place] = found
                break
    for place in above:
        top, seen = above[place], {place}
        while top in above and top not in seen:
            seen.add(top)
            top = above[top]
        notes[top].append({"rule": kept[place].rule, "title": kept[place].title})
    return [
        replace(one, evidence={**one.evidence, "also": [*one.evidence.get("also", []), *notes[place]]})
        if notes.get(place)
        else one
        for place, one in enumerate(kept)
        if place not in above
    ]


_UNSOUND = tuple(Winner(code) for code in UNSOUND)
_BEYOND_ENTRIES = frozenset(
    {"account.journal", "account.account", "res.partner", "res.company", "res.currency"}
)
"""A finding about one of these stands although an entry that it names can't be judged."""


class _Anchors:
    """The findings by the partner, journal, currency... that they hang on."""

    def __init__(self, findings: list[Finding], books: Books | None) -> None:
        self.findings = findings
        self.links = Links(books, findings) if books is not None else None
        self.known: dict[tuple[str, str], dict[int, list[int]]] = {}

    def beside(self, place: int, winner: Winner) -> list[int]:
        """Return the places of the findings of a winner that hang on a record which this one hangs on."""
        key = winner.code, winner.model
        if key not in self.known:
            table = self.known[key] = defaultdict(list)
            for number, one in enumerate(self.findings):
                if one.rule.startswith(winner.code):
                    for record in self._of(one, winner.model):
                        table[record].append(number)
        table = self.known[key]
        if not table:
            return []
        return sorted(
            {one for record in self._of(self.findings[place], winner.model) for one in table[record]}
        )

    def _of(self, finding: Finding, model: str) -> list[int]:
        if self.links is not None:
            return self.links.of(finding, model)
        return [one.id for one in (finding.anchor, *finding.records) if one.model == model]


def join_traits(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with the traits of one entry joined.

    The first stands, one step up, never to critical.
    """
    kept = sorted(findings, key=_order)
    by_entry: dict[Record, list[Finding]] = defaultdict(list)
    for one in kept:
        if one.rule in TRAITS and one.anchor.model == "account.move":
            by_entry[one.anchor].append(one)
    joined: dict[int, Finding] = {}
    dropped: set[int] = set()
    for group in by_entry.values():
        if len({one.rule for one in group}) < 2:
            continue
        first = min(group, key=lambda one: (SEVERITIES.index(one.severity), _order(one)))
        others = [one for one in group if one is not first]
        place = max(SEVERITIES.index(first.severity) - 1, 1)
        also = [{"rule": one.rule, "title": one.title} for one in others]
        records = dict.fromkeys(record for one in (first, *others) for record in one.records)
        joined[id(first)] = replace(
            first,
            severity=SEVERITIES[place],
            records=tuple(records),
            evidence={**first.evidence, "also": [*first.evidence.get("also", []), *also]},
        )
        dropped |= {id(one) for one in others}
    return [joined.get(id(one), one) for one in kept if id(one) not in dropped]


def _order(one: Finding) -> tuple[str, Record, str]:
    return one.rule, one.anchor, one.facet
