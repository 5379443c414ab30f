"""Lines of one journal that cancel each other: a payment and its return, a booking and its reversal."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from agent_service.core.matching.confidence import probability
from agent_service.core.matching.learned import Learned
from agent_service.core.matching.line_facts import Facts
from agent_service.core.matching.model import Key, Line
from agent_service.core.matching.pair_facts import (
    NEIGHBOURS,
    Candidate,
    days_between,
    order,
    other_party,
    same_party,
    same_text,
    when,
)
from agent_service.core.matching.payers import label_key, name_key
from agent_service.core.text import sanitized

RETURN_DAYS = 60
"""A direct debit may come back after eight weeks."""
SAME_TEXT_DAYS = 10
"""Without a word for it, two lines cancel each other only so soon after another."""


def cancelling(told: Sequence[Facts], learned: Learned) -> Iterator[Candidate]:
    """Yield pairs of lines of which the second takes the first one back; an amount alone is no proof."""
    by_amount: dict[tuple, list[Facts]] = defaultdict(list)
    by_party: dict[tuple, list[Facts]] = defaultdict(list)
    amounts = {(one.line.journal, one.line.currency, one.line.amount) for one in told}
    both = [
        one
        for one in told
        if one.line.amount and (one.line.journal, one.line.currency, -one.line.amount) in amounts
    ]
    for one in sorted(both, key=order):
        line = one.line
        by_amount[line.journal, line.currency, line.amount].append(one)
        for key in _party_keys(line):
            by_party[line.journal, line.currency, line.amount, key].append(one)
    seen: set[tuple[Key, Key]] = set()
    for second in both:
        line = second.line
        others = list(
            _before(by_amount.get((line.journal, line.currency, -line.amount), ()), second, RETURN_DAYS)
        )
        if not second.returned:
            others = [other for other in others if other.returned]
        for key in _party_keys(line):
            near = by_party.get((line.journal, line.currency, -line.amount, key), ())
            days = RETURN_DAYS if second.returned else SAME_TEXT_DAYS
            others += _before(near, second, days)
        for first in others:
            ids = (first.line.id, line.id)
            if ids in seen or ids[0] == ids[1] or ids[::-1] in seen:
                continue
            seen.add(ids)
            features = _cancel_features(first, second)
            if features:
                score = probability("without_items", features, learned)
                yield Candidate(score, days_between(first, second), first, second, "offset", features)


def _party_keys(line: Line) -> list[str]:
    keys = (
        sanitized(line.account_number[:64]),
        name_key(line.partner_name[:140]),
        label_key(line.label[:140]),
    )
    return [f"{place}{key}" for place, key in enumerate(keys) if len(key) >= 3]


def _before(group: Sequence[Facts], one: Facts, days: int) -> Iterable[Facts]:
    """Return the nearest lines of a group on the same day or up to so many days before."""
    end = bisect_right(group, one.line.day, key=lambda other: other.line.day)
    start = bisect_left(group, one.line.day - timedelta(days), key=lambda other: other.line.day)
    return group[max(start, end - NEIGHBOURS) : end]


def _same_words(one: Line, other: Line) -> bool:
    """Tell whether two texts without a payer's name are the same but for their numbers."""
    key = label_key(one.label[:140])
    nameless = not one.partner_name and not other.partner_name
    return nameless and " " in key and key == label_key(other.label[:140])


def _cancel_features(first: Facts, second: Facts) -> dict[str, float]:
    """Return what says that the second line takes the first one back; nothing where only the amount does."""
    made: dict[str, float] = {"pair_same_amount": 1}
    if first.returned or second.returned:
        made["pair_words"] = 1
    if first.numbers & second.numbers:
        made["pair_same_reference"] = 1
    if same_party(first.line, second.line):
        made["pair_same_party"] = 1
    elif _same_words(first.line, second.line):
        made["pair_same_party"] = 0.6  # the payer's name stands in the text, if anywhere
    elif other_party(first.line, second.line):
        made["pair_other_party"] = 1
    if alike := same_text(first, second, 1 if "pair_words" in made else 2):
        made["pair_same_text"] = alike
    made.update(when(first, second, RETURN_DAYS))
    if first.returned and not second.returned and first.line.day < second.line.day:
        made["pair_wrong_order"] = 1
    signs = {"pair_same_reference", "pair_same_party", "pair_same_text"} & made.keys()
    if not signs and second.returned and "pair_other_party" not in made:
        made["pair_amount_only"] = 1
        return made
    return made if signs and ("pair_words" in made or len(signs) >= 2) else {}
