"""Learning from what people accept, reject and correct: a new version, and what it would have said.

`learn` counts who pays under which name and where lines without items go, refits the weights of kinds
without items and bends the stated confidences to what turned out. The same rows in any order give the
same version.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from agent_service.core.matching.engine import match
from agent_service.core.matching.fit import curve, refit, unbent
from agent_service.core.matching.history import Past, lines_of, read
from agent_service.core.matching.learned import Alias, Counterpart, Learned
from agent_service.core.matching.line_facts import KINDS
from agent_service.core.matching.model import Key, Proposal, Rates, Settings
from agent_service.core.matching.nothing_to_pay import classify
from agent_service.core.matching.payers import keys_of
from agent_service.core.matching.weights import CURVES, WEIGHTS

MOST_PARTNERS = 8
"""A key that paid for more partners says nothing: a word like "invoice", a processor's account."""
LEAST_ROWS = 40
"""With fewer rows of a family its weights and its curve stay as they are."""
DEFAULT_SETTINGS = Settings("EUR")
"""For learning alone, which looks at signs and texts, not at sizes."""


def learn(
    history: Sequence[Mapping[str, Any]], current: Learned, settings: Settings = DEFAULT_SETTINGS
) -> Learned:
    """Return the version that a company's decisions teach, starting from the current one.

    `history` are all rows that are known (see `history`); what the current version knows of keys that
    don't occur in them is kept. Raises MatcherError where a row can't be read.
    """
    rows = read(history, settings)
    weights = dict(current.weights)
    told = _kind_rows(rows, current, settings)
    if len(told) >= LEAST_ROWS:
        start = {**WEIGHTS["without_items"], **current.weights.get("without_items", {})}
        weights["without_items"] = refit(told, start)
    return Learned(
        aliases={**current.aliases, **_aliases(rows)},
        counterparts={**current.counterparts, **_counterparts(rows)},
        weights=weights,
        curves={**current.curves, **_curves(rows, current)},
        trained=_trained(rows, current),
    )


def _aliases(rows: Sequence[Past]) -> dict[str, tuple[Alias, ...]]:
    seen: dict[str, Counter[Key]] = defaultdict(Counter)
    total: Counter[str] = Counter()
    for row in rows:
        right, wrong = row.partner, row.proposed_partner
        if right is None and (wrong is None or row.decision != "rejected"):
            continue
        for key in {key for line in row.lines for key in keys_of(line)}:
            total[key] += 1
            if right is not None:
                seen[key][right] += 1
    return {
        key: tuple(
            Alias(partner, count, total[key])
            for partner, count in sorted(partners.items(), key=lambda pair: (-pair[1], str(pair[0])))
        )
        for key, partners in seen.items()
        if len(partners) <= MOST_PARTNERS
    }


def _counterparts(rows: Sequence[Past]) -> dict[tuple[str, str], tuple[Counterpart, ...]]:
    kind_of = _kinds_of_accounts(rows)
    agreed: dict[tuple[str, str], Counter[tuple[str, Key | None]]] = defaultdict(Counter)
    seen: Counter[tuple[str, str]] = Counter()
    for row in rows:
        booked = row.booked
        if booked is None:
            continue
        kind = booked.kind if booked.kind in KINDS else kind_of.get(booked.account)
        for line in row.lines:
            for key in keys_of(line):
                place = (key, "-" if line.amount < 0 else "+")
                seen[place] += 1
                if kind and not booked.items:
                    agreed[place][kind, booked.account] += 1
    return {
        place: tuple(
            Counterpart(kind, account, count, seen[place])
            for (kind, account), count in sorted(kinds.items(), key=lambda pair: (-pair[1], str(pair[0])))
        )
        for place, kinds in agreed.items()
    }


def _kinds_of_accounts(rows: Sequence[Past]) -> dict[Key | None, str]:
    """Return the kind that an account takes, by the lines whose kind people confirmed."""
    found: dict[Key, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.booked and row.booked.account is not None and row.booked.kind in KINDS:
            found[row.booked.account][row.booked.kind] += 1
    return {account: min(kinds, key=lambda kind: (-kinds[kind], kind)) for account, kinds in found.items()}


def _kind_rows(
    rows: Sequence[Past], current: Learned, settings: Settings
) -> list[tuple[Mapping[str, float], bool]]:
    """Return what the texts said of single lines, without what was learned, and whether people agreed."""
    plain = Learned(weights=current.weights)
    made = []
    for row in rows:
        if len(row.lines) != 1 or (row.booked is None and row.decision != "rejected"):
            continue
        verdict = classify(row.lines, settings, plain).get(row.lines[0].id)
        if verdict is None:
            continue
        if row.booked is not None and row.booked.kind in (*KINDS, "items"):
            made.append((verdict.features, row.booked.kind == verdict.kind))
        elif row.booked is None and row.proposed and row.proposed.kind == verdict.kind:
            made.append((verdict.features, False))
    return made


def _curves(rows: Sequence[Past], current: Learned) -> dict[str, tuple[tuple[float, float], ...]]:
    stated: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for row in rows:
        proposed = row.proposed
        if proposed is None or proposed.confidence is None or proposed.kind == "none":
            continue
        family = "items" if proposed.items else "without_items"
        by = current.curves if proposed.model == current.digest else {}
        points = by.get(family) or CURVES.get(family, ())
        stated[family].append((unbent(proposed.confidence, points), row.decision == "accepted"))
    return {
        family: curve(told, CURVES.get(family, ()))
        for family, told in stated.items()
        if len(told) >= LEAST_ROWS
    }


def _trained(rows: Sequence[Past], current: Learned) -> dict[str, Any]:
    days = [row.decided_on for row in rows]
    kinds = Counter(row.booked.kind or "account" for row in rows if row.booked)
    return {
        "rows": len(rows),
        "from": min(days, default=""),
        "to": max(days, default=""),
        "decisions": dict(sorted(Counter(row.decision for row in rows).items())),
        "kinds": dict(sorted(kinds.items())),
        "after": current.digest,
    }


def answers(
    history: Sequence[Mapping[str, Any]],
    learned: Learned,
    settings: Settings = DEFAULT_SETTINGS,
    rates: Rates | None = None,
) -> list[dict[str, Any] | None]:
    """Return, row by row, what a version would have proposed for the row's lines among all rows' items.

    The rows' lines compete for the items as they would in one run. A row without an answer is None: a
    line that another row has too is judged once.
    """
    rows = read(history, settings)
    lines = {line.id: line for row in rows for line in row.lines}
    items = {item.id: item for row in rows for item in row.items}
    found: dict[Key, Proposal] = {}
    for proposal in match(lines.values(), items.values(), settings, rates, learned):
        found.update(dict.fromkeys(proposal.lines, proposal))
    by_id = {row.id: _answer(row, found) for row in rows}
    return [by_id[_id(row)] for row in history]


def _id(row: Mapping[str, Any]) -> Key:
    if "id" in row:
        return row["id"]
    return lines_of(row)[0]["id"]


def _answer(row: Past, found: Mapping[Key, Proposal]) -> dict[str, Any] | None:
    proposal = found.get(row.lines[0].id)
    if proposal is None:
        return None
    return {
        "id": row.id,
        "items": list(proposal.items),
        "kind": proposal.kind,
        "account": proposal.account,
        "confidence": proposal.confidence,
        "band": proposal.band,
    }
