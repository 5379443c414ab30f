"""How well proposals answer a truth: precision and recall by kind, coverage, calibration.

A proposal is right only if its lines, its items, its kind and its write-offs (kinds and amounts) are the
truth's. Figures count lines, so that one payment by three lines weighs three; an offset of items without a
line weighs one. `none` proposes nothing: totals, coverage and calibration leave it out, and it has a row of
its own. Where the truth says that nobody could tell (`answerable` false), only a sure proposal is wrong.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from agent_service.core.matching.model import Key, WriteOff

BINS = tuple(Decimal(edge).scaleb(-2) for edge in (50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 99))
"""Edges of the confidences whose calibration counts: what people look at."""


@dataclass(frozen=True)
class Answer:
    """A proposal or a true answer, reduced to what is compared; `case` is the truth's own name for it."""

    lines: tuple[Key, ...]
    items: tuple[Key, ...]
    kind: str
    write_offs: tuple[WriteOff, ...] = ()
    confidence: Decimal = Decimal(1)
    band: str = "auto"
    case: str = ""
    answerable: bool = True

    @cached_property
    def _same(self) -> tuple[frozenset[Key], frozenset[Key], str, frozenset[tuple[str, int]]]:
        sums: dict[str, int] = defaultdict(int)
        for one in self.write_offs:
            sums[one.kind] += one.amount
        return (
            frozenset(self.lines),
            frozenset(self.items),
            self.kind,
            frozenset((kind, amount) for kind, amount in sums.items() if amount),
        )

    def equals(self, other: "Answer") -> bool:
        """Tell whether both say the same, in whatever order."""
        return self._same == other._same

    @property
    def weight(self) -> int:
        """Return the lines, one for an answer without a line."""
        return max(1, len(self.lines))

    @property
    def shape(self) -> str:
        """Return the kind of the answer as people know it: items split by how many stand on each side."""
        if self.kind != "items":
            return self.kind
        sides = (
            "several lines, one item"
            if len(self.lines) > 1 and len(self.items) == 1
            else "several lines, several items"
            if len(self.lines) > 1
            else "one line, several items"
            if len(self.items) > 1
            else "one line, one item"
        )
        named = sorted({one.kind for one in self.write_offs if one.amount})
        return f"{sides}, {' and '.join(named)}" if named else sides


@dataclass(frozen=True)
class Score:
    """Lines that were proposed, that are true, and that are both."""

    proposed: int
    true: int
    right: int

    @property
    def precision(self) -> float | None:
        """Return right of proposed, None where nothing was."""
        return self.right / self.proposed if self.proposed else None

    @property
    def recall(self) -> float | None:
        """Return right of true, None where nothing is."""
        return self.right / self.true if self.true else None

    @property
    def f1(self) -> float | None:
        """Return the harmonic mean of both, None where nothing is true or proposed."""
        both = self.proposed + self.true
        return 2 * self.right / both if both else None


@dataclass(frozen=True)
class Bin:
    """Proposals of one range of confidence: how sure they were on average, and how many were right."""

    low: float
    high: float
    lines: int
    confidence: float
    right: float


@dataclass(frozen=True)
class CaseScore:
    """One case of the truth: its lines, how many were right, how many of them surely, and surely wrong."""

    true: int
    right: int
    auto_right: int
    auto_wrong: int


@dataclass(frozen=True)
class Evaluation:
    """All figures of one evaluation. Lines count; shares are None where there is nothing to divide by."""

    total: Score
    kinds: dict[str, Score]
    shapes: dict[str, Score]
    cases: dict[str, CaseScore]
    auto: Score
    coverage: dict[str, float | None]
    many_to_one: Score
    bins: tuple[Bin, ...]
    wrong_auto: tuple[Answer, ...]
    twice: tuple[Key, ...]
    missing: tuple[Key, ...]

    @property
    def auto_wrong(self) -> int:
        """Return the lines that are surely proposed and wrong."""
        return self.auto.proposed - self.auto.right

    @property
    def calibration_error(self) -> float | None:
        """Return the mean distance of confidence and share right over the bins, by their lines."""
        lines = sum(one.lines for one in self.bins)
        if not lines:
            return None
        return sum(one.lines * abs(one.confidence - one.right) for one in self.bins) / lines

    @property
    def calibration_floor(self) -> float | None:
        """Return what chance alone would show if every confidence were exact: few lines scatter."""
        lines = sum(one.lines for one in self.bins)
        if not lines:
            return None
        spread = (
            one.lines * math.sqrt(2 / math.pi * one.confidence * (1 - one.confidence) / one.lines)
            for one in self.bins
            if one.lines
        )
        return sum(spread) / lines


def evaluate(truth: Iterable[Answer], proposals: Iterable[Answer]) -> Evaluation:
    """Compare proposals with the truth."""
    given, said = tuple(truth), tuple(proposals)
    true = tuple(one for one in given if one.answerable)
    open_lines = {line for one in given if not one.answerable for line in one.lines}
    made = tuple(one for one in said if one.band == "auto" or not _among(one, open_lines))
    wanted = _Truth(true)
    right = [wanted.holds(one) for one in made]
    pairs = list(zip(made, right, strict=True))
    real = [(one, good) for one, good in pairs if one.kind != "none"]
    answerable = sum(one.weight for one in true if one.kind != "none")
    auto = [(one, good) for one, good in real if one.band == "auto"]
    return Evaluation(
        total=_score(real, [one for one in true if one.kind != "none"], lambda _one: True),
        kinds=_by(pairs, true, lambda one: one.kind),
        shapes=_by(pairs, true, lambda one: one.shape),
        cases=_cases(given, pairs),
        auto=Score(_weight(auto), answerable, sum(one.weight for one, good in auto if good)),
        coverage={
            "99%": _coverage(real, answerable, Decimal("0.99")),
            "99.9%": _coverage(real, answerable, Decimal("0.999")),
        },
        many_to_one=_score(real, true, lambda one: one.kind == "items" and len(one.items) > 1),
        bins=_bins(real),
        wrong_auto=tuple(one for one, good in auto if not good),
        twice=_twice(said),
        missing=_missing(given, said),
    )


class _Truth:
    """The true answers, found by what they say."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self._all = {one._same for one in answers}

    def holds(self, answer: Answer) -> bool:
        return answer._same in self._all


def _among(answer: Answer, lines: set[Key]) -> bool:
    """Tell whether an answer speaks of nothing but these lines."""
    return bool(answer.lines) and lines.issuperset(answer.lines)


def _weight(pairs: Iterable[tuple[Answer, bool]]) -> int:
    return sum(one.weight for one, _good in pairs)


def _score(
    pairs: Iterable[tuple[Answer, bool]], true: Iterable[Answer], chosen: Callable[[Answer], bool]
) -> Score:
    of_these = [(one, good) for one, good in pairs if chosen(one)]
    return Score(
        _weight(of_these),
        sum(one.weight for one in true if chosen(one)),
        sum(one.weight for one, good in of_these if good),
    )


def _by(
    pairs: Sequence[tuple[Answer, bool]], true: Sequence[Answer], name: Callable[[Answer], str]
) -> dict[str, Score]:
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in true:
        found[name(one)][1] += one.weight
    for one, good in pairs:
        counts = found[name(one)]
        counts[0] += one.weight
        counts[2] += one.weight if good else 0
    return {label: Score(*counts) for label, counts in sorted(found.items())}


def _cases(true: Sequence[Answer], pairs: Sequence[tuple[Answer, bool]]) -> dict[str, CaseScore]:
    case_of = {line: one.case for one in true for line in one.lines}
    case_of_items = {frozenset(one.items): one.case for one in true if not one.lines}
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in true:
        if one.case:
            found[one.case][0] += one.weight if one.answerable else 0
    for one, good in pairs:
        if not one.lines:
            _count(found, case_of_items.get(frozenset(one.items), ""), one, good)
        for line in one.lines:
            _count(found, case_of.get(line, ""), one, good)
    return {label: CaseScore(*counts) for label, counts in sorted(found.items())}


def _count(found: dict[str, list[int]], case: str, answer: Answer, good: bool) -> None:
    if not case:
        return
    counts = found[case]
    counts[1] += good
    if answer.band == "auto" and answer.kind != "none":
        counts[2] += good
        counts[3] += not good


def _coverage(pairs: Sequence[tuple[Answer, bool]], answerable: int, wanted: Decimal) -> float | None:
    """Return the largest share of answerable lines that one limit of confidence gives at this precision."""
    if not answerable:
        return None
    ordered = sorted(pairs, key=lambda pair: -pair[0].confidence)
    proposed = right = best = 0
    for place, (one, good) in enumerate(ordered):
        proposed += one.weight
        right += one.weight if good else 0
        last = place + 1 == len(ordered) or ordered[place + 1][0].confidence != one.confidence
        if last and right >= wanted * proposed:
            best = right
    return best / answerable


def _bins(pairs: Sequence[tuple[Answer, bool]]) -> tuple[Bin, ...]:
    made = []
    for low, high in pairwise(BINS):
        inside = [(one, good) for one, good in pairs if low <= one.confidence < high]
        lines = _weight(inside)
        if not lines:
            continue
        sure = sum((one.confidence * one.weight for one, _good in inside), Decimal(0)) / lines
        good = sum(one.weight for one, good in inside if good) / lines
        made.append(Bin(float(low), float(high), lines, float(sure), good))
    return tuple(made)


def _twice(made: Sequence[Answer]) -> tuple[Key, ...]:
    """Return lines that stand in more than one proposal."""
    counts: dict[Key, int] = defaultdict(int)
    for one in made:
        for line in one.lines:
            counts[line] += 1
    return tuple(sorted((line for line, count in counts.items() if count > 1), key=str))


def _missing(true: Sequence[Answer], made: Sequence[Answer]) -> tuple[Key, ...]:
    """Return lines of the truth that stand in no proposal."""
    there = {line for one in made for line in one.lines}
    return tuple(sorted({line for one in true for line in one.lines} - there, key=str))
