"""Ends of periods: months, quarters, leap years, and how old something is."""

import importlib.util
from datetime import date
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("kernel_loader", Path(__file__).with_name("kernel.py"))
kernel = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(kernel)

ends = kernel.load("lock_ends")


@pytest.mark.parametrize(
    ("day", "month", "quarter"),
    [
        (date(2026, 10, 31), True, False),
        (date(2026, 9, 30), True, True),
        (date(2026, 12, 31), True, True),
        (date(2028, 2, 29), True, False),
        (date(2028, 2, 28), False, False),
        (date(2026, 2, 28), True, False),
        (date(2026, 9, 29), False, False),
    ],
)
def test_ends(day, month, quarter):
    assert ends.is_month_end(day) is month
    assert ends.is_quarter_end(day) is quarter


@pytest.mark.parametrize(
    ("kind", "today", "end"),
    [
        ("month", date(2026, 11, 21), date(2026, 10, 31)),
        ("month", date(2026, 11, 1), date(2026, 10, 31)),
        ("month", date(2026, 10, 31), date(2026, 9, 30)),
        ("quarter", date(2026, 11, 21), date(2026, 9, 30)),
        ("quarter", date(2026, 12, 31), date(2026, 9, 30)),
        ("quarter", date(2027, 1, 1), date(2026, 12, 31)),
    ],
)
def test_the_last_end_is_over(kind, today, end):
    assert ends.last_end(kind, today) == end


def test_months_between_never_less_than_none():
    assert ends.months_between(date(2026, 10, 31), date(2026, 11, 1)) == 1
    assert ends.months_between(date(2025, 12, 1), date(2026, 2, 28)) == 2
    assert ends.months_between(date(2026, 11, 1), date(2026, 10, 31)) == 0
