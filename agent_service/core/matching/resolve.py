"""Which explanations stand together: no line and no item twice, the surest first, rivals making it less sure.

Each explanation has odds against "none of these". Explanations of one line share its probability; lines that
claim one item share the item's. When a sure one takes its lines and items, what it excludes stops competing
elsewhere, by as much as it is sure; so evidence spreads through each connected part of the statement.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import exp

from agent_service.core.matching.explanations import Explanation
from agent_service.core.matching.views import View

MOST_A_LINE = 12
MOST_AN_ITEM = 60
"""So many explanations of a line, or claims on an item, compete; the best of them."""
MOST_LOOKED_AT = 50
"""So many items of an explanation are looked at for rivals."""
LEAST_SCORE = -4.0
"""What is less likely than this competes with nothing."""
LATER_CLAIM = 0.02
"""A second payment of what an earlier one pays already weighs so much against the earlier one."""
EARLIER_CLAIM = 1.0
OTHER_CLAIM = 0.3
"""Another line's claim on an item weighs so much."""
SUREST_ODDS = 8_000.0
"""Evidence of one line is never worth more than such odds when two lines claim one item."""


@dataclass(slots=True)
class Taken:
    """An explanation that stands, with its probability, and the rivals it left behind."""

    explanation: Explanation
    probability: float
    rivals: list[tuple[Explanation, float]]
    contested: bool = False


class Resolver:
    """Takes explanations one by one, the surest first."""

    def __init__(self, explanations: Sequence[Explanation], views: Sequence[View]) -> None:
        """Take every explanation of all lines."""
        self.all = _kept(explanations)
        self.views = views
        self.odds = [exp(max(-30.0, min(30.0, one.score))) for one in self.all]
        self.left = [1.0] * len(self.all)
        self.gone = [False] * len(self.all)
        self.of_line: dict[int, list[int]] = defaultdict(list)
        self.of_item: dict[int, list[int]] = defaultdict(list)
        for number, one in enumerate(self.all):
            for line in one.lines:
                self.of_line[line].append(number)
            for item in one.items:
                self.of_item[item].append(number)
        # `all` is in order of score: the first claims on an item are the strongest.
        self.strongest = {item: claims[:MOST_AN_ITEM] for item, claims in self.of_item.items()}
        self._row_odds: list[float | None] = [None] * len(self.all)
        self._claims: list[list[tuple[int, float]] | None] = [None] * len(self.all)

    def row_odds(self, number: int) -> float:
        """Return an explanation's odds against all others of its own lines and none.

        Kept until something of its lines is excluded: where many share an amount it is asked again and again.
        """
        known = self._row_odds[number]
        if known is None:
            known = self._row_odds[number] = self._counted(number)
        return known

    def _counted(self, number: int) -> float:
        one = self.all[number]
        others = 0.0
        for line in one.lines:
            for other in self.of_line[line]:
                if other != number:
                    others += self.odds[other] * self.left[other]
        return self.odds[number] / (1.0 + others)

    def probability(self, number: int) -> tuple[float, bool]:
        """Return an explanation's probability beside all rivals, and whether a line contests an item."""
        own = min(self.row_odds(number), SUREST_ODDS)
        claims, contested = 0.0, False
        for other, weight in self._claims_beside(number):
            left = self.left[other]
            if left < 1e-4:
                continue
            claim = min(self.row_odds(other), SUREST_ODDS) * left
            contested = contested or claim > 0.2 * own
            claims += claim * weight
        return own / (1.0 + own + claims), contested

    def _claims_beside(self, number: int) -> list[tuple[int, float]]:
        """Return other lines' explanations that claim the same items, and what their claim weighs."""
        known = self._claims[number]
        if known is None:
            one = self.all[number]
            lines, seen = set(one.lines), {number}
            known = self._claims[number] = []
            for item in one.items[:MOST_LOOKED_AT]:
                for other in self.strongest[item]:
                    if other not in seen:
                        seen.add(other)
                        if lines.isdisjoint(self.all[other].lines):
                            known.append((other, self._claim(one, self.all[other])))
        return known

    def _claim(self, one: Explanation, other: Explanation) -> float:
        """Return how much another line's claim on the same item weighs against an explanation.

        Of two equal payments by one payer the earlier one pays; if only the later one names the item, a
        person looks.
        """
        if len(one.lines) != 1 or len(other.lines) != 1 or one.items != other.items:
            return OTHER_CLAIM
        first, second = self.views[one.lines[0]], self.views[other.lines[0]]
        if first.faces != second.faces:
            return OTHER_CLAIM
        both_named = min(one.features.get("ref", 0.0), other.features.get("ref", 0.0)) > 0
        payers = {first.best_partner[0], second.best_partner[0]} - {-1}
        if len(payers) > 1 and not both_named:
            return OTHER_CLAIM
        if (first.day, one.lines[0]) > (second.day, other.lines[0]):
            return EARLIER_CLAIM
        named = one.features.get("ref", 0.0) > 0 or other.features.get("ref", 0.0) < 0.3
        return LATER_CLAIM if named else OTHER_CLAIM

    def resolve(self, least: float) -> list[Taken]:
        """Return what stands, in the order taken; nothing below a probability."""
        versions = [0] * len(self.all)
        # Numbers are in order of score and key: of two that are equally sure the first goes first.
        heap = [(-self.probability(number)[0], number, 0) for number in range(len(self.all))]
        heapify(heap)
        taken: list[Taken] = []
        while heap:
            minus, number, version = heappop(heap)
            if self.gone[number] or version != versions[number]:
                continue
            if -minus < least:
                break
            probability, contested = self.probability(number)
            one = self.all[number]
            rivals = self._rivals(number)
            taken.append(Taken(one, probability, rivals, contested))
            for other in self._take(number, probability):
                if not self.gone[other]:
                    versions[other] += 1
                    now = self.probability(other)[0]
                    heappush(heap, (-now, other, versions[other]))
        return taken

    def _rivals(self, number: int) -> list[tuple[Explanation, float]]:
        one = self.all[number]
        found = {other for line in one.lines for other in self.of_line[line]} - {number}
        rated = [(self.all[other], self._share(other)) for other in found]
        return sorted(rated, key=lambda pair: (-pair[1], pair[0].key))

    def _share(self, number: int) -> float:
        odds = self.row_odds(number) * self.left[number]
        return odds / (1.0 + odds)

    def _take(self, number: int, probability: float) -> set[int]:
        """Mark what an explanation excludes; return those whose probability it changes."""
        one = self.all[number]
        self.gone[number] = True
        excluded = {other for line in one.lines for other in self.of_line[line]}
        for item in one.items:
            excluded.update(self.of_item[item])
        excluded.discard(number)
        touched: set[int] = set()
        for other in excluded:
            if self.gone[other]:
                continue
            self.gone[other] = True
            self.left[other] *= 1.0 - probability
            for line in self.all[other].lines:
                touched.update(self.of_line[line])
                for beside in self.of_line[line]:
                    self._row_odds[beside] = None
            for item in self.all[other].items[:MOST_LOOKED_AT]:
                touched.update(self.strongest[item])
        return touched

    def best_left(self, line: int) -> list[tuple[Explanation, float]]:
        """Return what explanations of a line there were, with their share, for a line that got none."""
        rated = [(self.all[one], self._share(one)) for one in self.of_line.get(line, ())]
        return sorted(rated, key=lambda pair: (-pair[1], pair[0].key))


def best_of(explanations: Sequence[Explanation]) -> list[Explanation]:
    """Return those of one line's explanations that can count: nothing below `LEAST_SCORE`, the best few."""
    counting = [one for one in explanations if one.score >= LEAST_SCORE]
    return sorted(counting, key=lambda one: (-one.score, one.key))[:MOST_A_LINE]


def _kept(explanations: Sequence[Explanation]) -> list[Explanation]:
    """Return the best explanations of each line, in an order that the input's order does not change."""
    ordered = sorted(explanations, key=lambda one: (-one.score, one.key))
    counts: dict[int, int] = defaultdict(int)
    kept = []
    seen: set[tuple] = set()
    for one in ordered:
        if one.score < LEAST_SCORE:
            break
        if one.key in seen or (one.lines and all(counts[line] >= MOST_A_LINE for line in one.lines)):
            continue
        seen.add(one.key)
        for line in one.lines:
            counts[line] += 1
        kept.append(one)
    return kept
