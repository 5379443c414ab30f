"""Working days without a calendar: Monday to Friday, and never an endless loop."""

import importlib.util
from datetime import date, timedelta
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("kernel_loader", Path(__file__).with_name("kernel.py"))
kernel = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(kernel)
workdays = kernel.load("workdays")

SUNDAY = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("number", "day"),
    [(1, date(2026, 11, 2)), (4, date(2026, 11, 5)), (5, date(2026, 11, 6)), (6, date(2026, 11, 9))],
)
def test_from_a_sunday(number, day):
    assert workdays.nth_weekday(SUNDAY, number) == day


def test_every_day_and_number_as_counted_by_hand():
    for start in range(14):
        first = SUNDAY + timedelta(days=start)
        weekdays = [day for day in (first + timedelta(days=n) for n in range(60)) if day.weekday() < 5]
        for number in range(1, 30):
            assert workdays.nth_weekday(first, number) == weekdays[number - 1], (first, number)


def test_a_number_below_one_is_the_first():
    assert workdays.nth_weekday(SUNDAY, 0) == date(2026, 11, 2)


def test_the_days_of_a_calendar():
    days = [date(2026, 11, 4), date(2026, 11, 2), date(2026, 11, 4)]
    assert workdays.nth(days, 2) == date(2026, 11, 4)
    assert workdays.nth(days, 3) is None
    assert workdays.nth([], 1) is None
    assert workdays.nth(days, 0) is None
