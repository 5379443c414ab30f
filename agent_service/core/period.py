"""The period of a close, and the arithmetic of months."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from agent_service.core.errors import PeriodError

_NAME = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Period:
    """One calendar month of one close, both days included, seen at `as_of`.

    `as_of` is the earlier of the period's end and the day of the run's snapshot; what is later doesn't count.
    """

    start: date
    end: date
    as_of: date

    @classmethod
    def of(cls, name: str, snapshot_day: date | None = None) -> "Period":
        """Return the month "2026-10", read on `snapshot_day` (its end when not given)."""
        found = _NAME.fullmatch(name)
        if not found:
            raise PeriodError(f"{name!r} is no month: write YYYY-MM")
        start = date(int(found[1]), int(found[2]), 1)
        return cls.between(start, add_months(start, 1) - timedelta(days=1), snapshot_day)

    @classmethod
    def between(cls, start: date, end: date, snapshot_day: date | None = None) -> "Period":
        """Return a period of any length, read on `snapshot_day`."""
        if end < start:
            raise PeriodError(f"a period can't end ({end}) before it starts ({start})")
        return cls(start, end, min(end, snapshot_day) if snapshot_day else end)

    @property
    def name(self) -> str:
        """Return "2026-10"."""
        return f"{self.start:%Y-%m}"

    @property
    def is_over(self) -> bool:
        """Tell whether the snapshot saw the whole period."""
        return self.as_of >= self.end

    @property
    def day_after(self) -> date:
        """Return D+1, the date of reversals."""
        return self.end + timedelta(days=1)

    def holds(self, day: date | None) -> bool:
        """Tell whether a day lies in the period."""
        return day is not None and self.start <= day <= self.end

    def months_before(self, count: int) -> list[date]:
        """Return the first days of the `count` months before the period, the oldest first."""
        return [add_months(self.start, -back) for back in range(count, 0, -1)]


def add_months(day: date, months: int) -> date:
    """Return the first day of the month that lies `months` away from the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def month_index(day: date) -> int:
    """Return a running number of the month, so that months can be subtracted."""
    return day.year * 12 + day.month - 1
