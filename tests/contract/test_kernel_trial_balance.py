"""The kernel's trial balance and ageing: stretches of days add up, whatever days are asked for."""

import importlib.util
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

_spec = importlib.util.spec_from_file_location("kernel_loader", Path(__file__).with_name("kernel.py"))
kernel = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(kernel)
trial = kernel.load("trial_balance")
ageing = kernel.load("ageing")

DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
CARRIED = {1: True, 2: True, 3: False, 4: False}


def _sums(lines, edges, until, first):
    """Add up lines (day, account, amount) as the database does."""
    balances, turnovers = {}, {}
    for day, account, amount in lines:
        if day <= until:
            own = balances.setdefault(account, [0] * (len(edges) + 1))
            own[sum(edge <= day for edge in edges)] += amount
            if day >= first:
                debit, credit = turnovers.get(account, (0, 0))
                turnovers[account] = (debit + max(amount, 0), credit + max(-amount, 0))
    return trial.Sums(edges, balances, turnovers)


@given(
    st.lists(st.tuples(DAYS, st.integers(1, 4), st.integers(-(10**12), 10**12)), max_size=40),
    DAYS,
)
def test_it_agrees_with_adding_up_line_by_line(lines, day):
    lines = [*lines, *((when, 1, -amount) for when, _account, amount in lines)]
    days = {name: trial.compared_day(day, name) for name in trial.COMPARISONS}
    years = {each: each.replace(month=1, day=1) for each in (day, *days.values())}
    first = day.replace(day=1)
    sums = _sums(lines, trial.needed_edges(day, first, years, days.values()), day, first)
    found = trial.assemble(sums, day, first, years, days, CARRIED)
    assert found.total == 0
    for name, at in {None: day, **days}.items():
        expected = dict.fromkeys((0, *CARRIED), 0)
        for when, account, amount in lines:
            if when <= at:
                expected[account if CARRIED[account] or when >= years[at] else 0] += amount
        for account, amount in expected.items():
            row = found.row(account)
            assert (row.compared[name] if name else row.closing) == amount
    assert all(row.opening + row.debit - row.credit == row.closing for row in found.rows)
    assert found.result == sum(found.row(account).closing for account in (3, 4))


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        (date(2026, 10, 31), date(2026, 9, 30), date(2025, 10, 31)),
        (date(2026, 3, 31), date(2026, 2, 28), date(2025, 3, 31)),
        (date(2026, 1, 31), date(2025, 12, 31), date(2025, 1, 31)),
        (date(2025, 2, 28), date(2025, 1, 31), date(2024, 2, 29)),
        (date(2024, 2, 29), date(2024, 1, 31), date(2023, 2, 28)),
        (date(2026, 3, 30), date(2026, 2, 28), date(2025, 3, 30)),
        (date(2026, 10, 15), date(2026, 9, 15), date(2025, 10, 15)),
    ],
)
def test_days_that_are_compared(day, month, year):
    assert trial.compared_day(day, "prior_month") == month
    assert trial.compared_day(day, "prior_year") == year


def test_a_day_that_is_no_edge_is_refused():
    sums = trial.Sums((date(2026, 1, 1),), {1: [5, 7]})
    assert sums.between(1, None, date(2025, 12, 31)) == 5
    with pytest.raises(ValueError, match="no edge"):
        sums.between(1, date(2026, 1, 2), date(2026, 1, 31))


@given(DAYS, st.integers(-400, 400))
def test_buckets_follow_the_days_overdue(day, late):
    limits = [("current", 0), ("d30", 30), ("d60", 60), ("d90", 90)]
    expected = next((name for name, limit in limits if late <= limit), "older")
    assert ageing.bucket_of(day - timedelta(days=late), day) == expected
