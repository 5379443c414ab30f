"""Which finding stands when several rules saw one thing: the winner keeps it, the loser is a line of "
"its evidence."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from agent_service.core.findings import SEVERITIES, Finding, Record

TRAITS = ("EXF007", "EXF008", "EXF009", "EXF010", "EXF015")
"""Rules that see a trait of an entry: two or more on one entry become one finding, one step more severe."""

UNSOUND = ("ACC010", "ACC006")
"""Nothing else about such an entry can be judged."""


def settle_precedence(findings: Iterable[Finding], yields_to: Mapping[str, tuple[str, ...]]) -> list[Finding]:
    """Return the findings that stand; `yields_to` names the codes, or beginnings of codes, that win "
    "over a code.

    A finding yields to one on the same entry or journal item; the winner may itself have yielded to another.
    """
    kept = sorted(findings, key=_order)
    by_touch: dict[tuple[str, int], list[int]] = defaultdict(list)
    for place, one in enumerate(kept):
        for touch in one.touches():
            by_touch[touch].append(place)
    notes: dict[int, list[dict[str, Any]]] = defaultdict(list)
    above: dict[int, int] = {}
    for place, loser in enumerate(kept):
        winners = _winners(loser, yields_to)
        if not winners:
            continue
        rivals = sorted({other for touch in loser.touches() for other in by_touch[touch]})
        found = (
            other
            for other in rivals
            if kept[other].rule != loser.rule and kept[other].rule.startswith(winners)
        )
        winner = next(found, None)
        if winner is not None:
            above[place] = winner
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


def _winners(loser: Finding, yields_to: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if loser.rule in UNSOUND:
        return ()
    named = (one.partition(":") for one in yields_to.get(loser.rule, ()))
    return (*(code for code, _colon, facet in named if facet in ("", loser.facet)), *UNSOUND)


def join_traits(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with the traits of one entry joined: the first stands, one step up, never to "
    "critical."""
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
