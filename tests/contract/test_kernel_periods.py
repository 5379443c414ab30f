"""The kernel's periods: every day lies in exactly one, whatever the fiscal year."""

import importlib.util
import itertools
from datetime import date, timedelta
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("kernel_loader", Path(__file__).with_name("kernel.py"))
kernel = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(kernel)
periods = kernel.load("periods")

CALENDAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        (date(2026, 1, 31), "month"),
        (date(2026, 3, 31), "quarter"),
        (date(2026, 11, 30), "month"),
        (date(2026, 12, 31), "year"),
    ],
)
def test_kinds_of_a_calendar_year(end, kind):
    assert periods.kind_of(end, *CALENDAR) == kind


def test_quarters_count_from_the_first_month_of_the_year():
    february = (date(2026, 2, 1), date(2027, 1, 31))
    kinds = {
        month: periods.kind_of(periods.month_end(date(2026, month, 1)), *february) for month in range(2, 13)
    }
    assert [month for month, kind in kinds.items() if kind == "quarter"] == [4, 7, 10]
    assert periods.kind_of(date(2027, 1, 31), *february) == "year"


def test_a_year_of_three_months_and_one_of_fifteen():
    assert periods.kind_of(date(2026, 3, 31), date(2026, 1, 1), date(2026, 3, 31)) == "year"
    long = (date(2026, 1, 1), date(2027, 3, 31))
    assert periods.kind_of(date(2026, 12, 31), *long) == "quarter"
    assert periods.kind_of(date(2027, 3, 31), *long) == "year"


def test_a_first_period_begins_within_its_month():
    first = date(2026, 10, 12)
    assert periods.bounds(date(2026, 10, 20), *CALENDAR, first) == (first, date(2026, 10, 31))
    assert periods.bounds(date(2026, 11, 20), *CALENDAR, first) == (date(2026, 11, 1), date(2026, 11, 30))


@pytest.mark.parametrize(
    "last", [date(2026, 6, 15), date(2026, 12, 31), date(2026, 2, 28), date(2026, 9, 30)]
)
def test_every_day_lies_in_exactly_one_period(last):
    day, seen = last - timedelta(days=300), {}
    following = (last + timedelta(days=1), last + timedelta(days=365))
    while day < last + timedelta(days=300):
        year = following if day > last else (last - timedelta(days=364), last)
        start, end = periods.bounds(day, *year)
        assert start <= day <= end
        seen.setdefault(start, end)
        assert seen[start] == end
        day += timedelta(days=1)
    ordered = sorted(seen.items())
    for (_start, end), (start, _end) in itertools.pairwise(ordered):
        assert start == end + timedelta(days=1)
    assert last in seen.values()


def test_a_month_cut_in_two_is_one_quarter():
    assert periods.kind_of(date(2026, 6, 15), date(2025, 6, 16), date(2026, 6, 15)) == "year"
    assert periods.kind_of(date(2026, 6, 30), date(2026, 6, 16), date(2027, 6, 15)) == "month"
