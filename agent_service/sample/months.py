"""Months and working days of the sample."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

# Python's own names follow the locale of the machine.
_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


@dataclass(frozen=True, order=True)
class Month:
    """One calendar month."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read `YYYY-MM`; raise ValueError for anything else."""
        year, sep, number = text.partition("-")
        if not (sep and len(year) == 4 and len(number) == 2 and year.isdigit() and number.isdigit()):
            raise ValueError(f"not a month (YYYY-MM): {text!r}")
        if not (1990 <= int(year) <= 2100 and 1 <= int(number) <= 12):
            raise ValueError(f"not a month (YYYY-MM): {text!r}")
        return cls(int(year), int(number))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def start(self) -> date:
        """First day."""
        return date(self.year, self.number, 1)

    @property
    def end(self) -> date:
        """Last day."""
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    @property
    def short(self) -> str:
        """Three letters, as a bank prints them."""
        return _NAMES[self.number - 1]

    def plus(self, months: int) -> "Month":
        """Return the month so many months later."""
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    def day(self, number: int) -> date:
        """Return a day of this month, its last one if the number is too high."""
        return date(self.year, self.number, min(number, self.end.day))

    def mondays(self) -> list[date]:
        """Return the Mondays of the month."""
        first = self.start + timedelta(days=(7 - self.start.weekday()) % 7)
        return [first + timedelta(days=7 * n) for n in range(5) if first + timedelta(days=7 * n) <= self.end]


def month_of(day: date) -> Month:
    """Return the month that a day lies in."""
    return Month(day.year, day.month)


def workday(day: date) -> date:
    """Return the day itself, or the Friday before a weekend, staying in the month where that is possible."""
    moved = day - timedelta(days=max(0, day.weekday() - 4))
    return moved if moved.month == day.month else day + timedelta(days=7 - day.weekday())
