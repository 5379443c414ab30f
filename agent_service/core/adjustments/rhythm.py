"""How often a vendor bills, and which months nothing covers at the closing date.

The rhythm is that of `core/recurrence.py`, read over the months that the bills are for.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from agent_service.core.adjustments.bill_series import Bill
from agent_service.core.period import month_index
from agent_service.core.recurrence import rhythm

STEPS = {"monthly": 1, "quarterly": 3, "yearly": 12}
LAST = {1: 12, 3: 8, 12: 8}
"""So many bills count, by months of a step."""

FEWEST = {1: 6, 3: 4, 12: 4}
"""Fewer bills are thin evidence."""

NAMES = {step: name for name, step in STEPS.items()}


@dataclass(frozen=True)
class Beat:
    """A rhythm of `step` months, the last month that a bill covers, and each bill's amount by month."""

    step: int
    covered: int
    months: Mapping[int, int]
    is_phase_known: bool

    @property
    def name(self) -> str:
        """Return "monthly"."""
        return NAMES[self.step]


@dataclass(frozen=True)
class Gap:
    """Months that no bill covers, of one bill that should be there: `months` of `step`, ending in `end`."""

    start: int
    end: int
    months: int
    step: int

    @property
    def name(self) -> str:
        """Return "2026-10" or "2026-10..2026-11"."""
        first, last = month_name(self.start), month_name(self.start + self.months - 1)
        return first if first == last else f"{first}..{last}"

    @property
    def first_day(self) -> date:
        """Return the first day of the months."""
        return date(self.start // 12, self.start % 12 + 1, 1)


def month_name(month: int) -> str:
    """Return "2026-10" for a running number."""
    return f"{month // 12}-{month % 12 + 1:02}"


def beat_of(bills: Sequence[Bill], target: int) -> Beat | None:
    """Return the rhythm of the bills seen, None when there is none; amounts in minor units by month.

    Bills of one month are one; a bill that names several months of a monthly series is spread over them. What
    was taken back to nothing was no bill.
    """
    sums: dict[int, int] = defaultdict(int)
    for one in bills:
        sums[one.end] += one.amount
    ends = sorted(one for one, amount in sums.items() if amount > 0)
    if len(ends) < 2:
        return None
    found = rhythm([date(one // 12, one % 12 + 1, 1) for one in ends[-LAST[1] :]], least=2)
    if found is None:
        return None
    step = STEPS[found.name]
    if step > 1:
        known = _phase_is_known([one for one in bills if not one.is_refund], step)
        by_year = _by_year(bills) if step == STEPS["yearly"] else {}
        months = by_year or {one: sums[one] for one in ends}
        return Beat(step, max(months), months, known or bool(by_year))
    spread = _spread(bills)
    months = {one: amount for one, amount in spread.items() if amount > 0}
    return Beat(
        step,
        max(one for one in months if one <= target) if min(months) <= target else target,
        {one: amount for one, amount in months.items() if one <= target},
        True,
    )


def gaps(beat: Beat, target: int) -> list[Gap]:
    """Return what no bill covers up to the month `target`, the oldest first."""
    found = []
    start = beat.covered + 1
    while start <= target:
        end = start + beat.step - 1
        found.append(Gap(start, end, min(end, target) - start + 1, beat.step))
        start = end + 1
    return found


def _spread(bills: Sequence[Bill]) -> dict[int, int]:
    sums: dict[int, int] = defaultdict(int)
    for one in bills:
        share, rest = divmod(one.amount, len(one.months))
        for month in one.months:
            sums[month] += share
        sums[one.end] += rest
    return sums


def _phase_is_known(bills: Sequence[Bill], step: int) -> bool:
    """Tell whether it is clear which months the last bill covers.

    Its text or its dates name them, or it comes in the last month of a calendar quarter. One that comes in
    another month may be for the quarter before or for the one to come.
    """
    last = bills[-1]
    if last.is_named:
        in_arrears = last.end <= month_index(last.document_day)
        return len(last.months) == step or (step == 3 and in_arrears)
    return step == 3 and last.document_day.month % 3 == 0


def _by_year(bills: Sequence[Bill]) -> dict[int, int]:
    """Return yearly amounts by December of the year that each bill names."""
    if not all(one.year for one in bills):
        return {}
    sums: dict[int, int] = defaultdict(int)
    for one in bills:
        sums[(one.year or 0) * 12 + 11] += one.amount
    return {one: amount for one, amount in sums.items() if amount > 0}
