"""The months that a bill is for: what its text names, else its document's month.

Words of many languages ("Miete Oktober 2026"), digits ("10/2026", "2026-10"), quarters ("Q3 2026"), dates of
a service from one day to another. Without a year the nearest one is meant. Months are running numbers
(`month_index`). What may be another word (May, Set, Mart) counts only beside a number.
"""

import re
from collections.abc import Iterable
from datetime import date

from agent_service.core.matching.periods import MONTHS
from agent_service.core.matching.texts import taken_apart
from agent_service.core.period import month_index

BEFORE, AFTER = 14, 13
"""A named month lies at most so many months before or after the bill; others are dates of something else."""

_ORDINARY = {"SET", "OUT", "MAG", "MART", "DIC", "GEN", "MAJ", "AGO", "OTT", "LUG", "SEP", "SIC"}
_LONG_ENOUGH = 5
_PLAIN_SHORT = {"JUNE", "JULY", "JUNI", "JULI", "JUIN", "AOUT", "MARZ"}
_QUARTER = re.compile(
    r"\b(?:Q ?([1-4])|([1-4])(?:ST|ND|RD|TH|ER|E|EME|\.|º)? ?(?:QUARTER|QUARTAL|TRIMESTRE|KWARTAAL|QTR)"
    r"|(?:QUARTER|QUARTAL|TRIMESTRE|KWARTAAL|QTR) ?([1-4]))\b(?:[ /.-]*(20[0-9]{2}))?"
)
_YEAR_FIRST = re.compile(r"\b(20[0-9]{2})[ /.-]*Q ?([1-4])\b")
_MONTH_YEAR = re.compile(r"(?<![0-9./-])(0?[1-9]|1[0-2])([/.-])(20[0-9]{2})(?![0-9./-]?[0-9])")
_YEAR_MONTH = re.compile(r"(?<![0-9./-])(20[0-9]{2})[/.-](0[1-9]|1[0-2])(?![0-9./-]?[0-9])")
_ISO_DAY = re.compile(r"(?<![0-9])(20[0-9]{2})-(0[1-9]|1[0-2])-([0-3][0-9])(?![0-9])")
_DAY = re.compile(r"(?<![0-9./-])([0-3]?[0-9])([./-])([01]?[0-9])\2(20[0-9]{2})(?![0-9])")
_YEAR = re.compile(r"(?<![0-9A-Z/.-])(20[0-9]{2})(?![0-9A-Z/.-])")


def named_months(text: str | None, around: date) -> tuple[int, ...]:
    """Return the months that a bill's text names, from the first to the last, empty when it names none.

    >>> [one % 12 + 1 for one in named_months("Rent October 2026", date(2026, 11, 6))]
    [10]
    """
    if not text:
        return ()
    bare = taken_apart(text)
    found = _quarters(bare.plain, around) or [*_days(bare.plain), *_digits(bare.plain)]
    found = found or list(_words(bare.runs, around))
    here = month_index(around)
    near = [one for one in found if here - BEFORE <= one <= here + AFTER]
    if not near or len(near) < len(found) or max(near) - min(near) >= 12:
        return ()
    return tuple(range(min(near), max(near) + 1))


def named_year(text: str | None) -> int | None:
    """Return the one year that a text names."""
    years = {int(one) for one in _YEAR.findall(taken_apart(text).plain)} if text else set()
    return years.pop() if len(years) == 1 else None


def nearest(month: int, around: date) -> int:
    """Return the running number of a month (1 to 12) in the year nearest to a day, the past first."""
    here = month_index(around)
    return min(
        (year * 12 + month - 1 for year in range(around.year - 1, around.year + 2)),
        key=lambda one: (abs(one - here), one),
    )


def _quarters(plain: str, around: date) -> list[int]:
    dated = [(int(quarter), int(year)) for year, quarter in _YEAR_FIRST.findall(plain)]
    if not dated:
        dated = [
            (int(first or second or third), int(year) if year else 0)
            for first, second, third, year in _QUARTER.findall(plain)
        ]
    found: list[int] = []
    for quarter, year in dated:
        end = year * 12 + quarter * 3 - 1 if year else nearest(quarter * 3, around)
        found += [end - 2, end]
    return found


def _days(plain: str) -> Iterable[int]:
    """Return the months of whole dates; a day and a month that could be swapped say nothing."""
    for year, month, _day in _ISO_DAY.findall(plain):
        yield int(year) * 12 + int(month) - 1
    for first, mark, second, year in _DAY.findall(plain):
        one, other = int(first), int(second)
        month = other if mark == "." or one > 12 or one == other else one if other > 12 else 0
        if 1 <= month <= 12:
            yield int(year) * 12 + month - 1


def _digits(plain: str) -> Iterable[int]:
    for month, _mark, year in _MONTH_YEAR.findall(plain):
        yield int(year) * 12 + int(month) - 1
    for year, month in _YEAR_MONTH.findall(plain):
        yield int(year) * 12 + int(month) - 1


def _words(runs: tuple[str, ...], around: date) -> Iterable[int]:
    for place, run in enumerate(runs):
        month = MONTHS.get(run)
        if not month:
            continue
        beside = [*runs[max(0, place - 1) : place], *runs[place + 1 : place + 2]]
        after = runs[place + 1] if place + 1 < len(runs) else ""
        if len(after) == 4 and after.startswith("20") and after.isdigit():
            yield int(after) * 12 + month - 1
        elif run in _PLAIN_SHORT or len(run) >= _LONG_ENOUGH or _is_beside_a_number(run, beside):
            yield nearest(month, around)


def _is_beside_a_number(run: str, beside: Iterable[str]) -> bool:
    return run not in _ORDINARY and any(one.isdigit() and len(one) <= 2 for one in beside)
