"""Flux: windows, expectations and thresholds; drivers add up to the change in every case."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_service.core.analysis.drivers import drivers
from agent_service.core.analysis.expected import expected
from agent_service.core.analysis.variance import DIMENSIONS, is_over, month_windows, variances
from agent_service.core.period import Period
from tests.agent.core.builders import CHART, Ledger

OCTOBER = Period.of("2026-10")
AMOUNTS = st.integers(-(10**14), 10**14)
PARTS = st.dictionaries(st.integers(0, 30), AMOUNTS, max_size=25)


@given(PARTS, PARTS, st.integers(0, 8))
def test_drivers_add_up_to_the_change_however_few_are_named(now, before, most):
    found = drivers(now, before, most)
    assert sum(one.amount for one in found) == sum(now.values()) - sum(before.values())
    assert len(found) <= most + 1
    assert [one.is_other for one in found] == [False] * min(len(found), most) + [True] * (len(found) > most)
    moved = {key for key in now | before if now.get(key, 0) != before.get(key, 0)}
    assert sum(one.count for one in found) == len(moved)
    named = [abs(one.amount) for one in found if not one.is_other]
    assert named == sorted(named, reverse=True)
    assert found == drivers(dict(reversed(now.items())), before, most)


_codes = st.sampled_from(sorted(CHART))
_entries = st.lists(
    st.tuples(
        st.dates(date(2025, 9, 1), date(2026, 11, 15)),
        _codes,
        _codes,
        st.integers(1, 10**10),
        st.integers(0, 7),
    ),
    max_size=30,
)


@given(_entries, st.integers(0, 3))
def test_of_every_account_drivers_add_up_and_windows_are_the_books(made, most):
    ledger = Ledger()
    partners = [ledger.partner(f"Partner {number}") for number in range(7)]
    for day, debit, credit, minor, partner in made:
        amount = f"{minor // 100}.{minor % 100:02}"
        who = {"partner_id": partners[partner - 1]} if partner else {}
        ledger.entry(day.isoformat(), (debit, amount, who), (credit, f"-{amount}", who))
    found = {one.account_id: one for one in variances(ledger.books(), OCTOBER, most)}
    for one in found.values():
        for base in ("month", "year"):
            for name in DIMENSIONS:
                assert sum(part.amount for part in one.drivers[base][name]) == one.change(base)
    windows = month_windows(OCTOBER.end)
    for code, account in ledger.accounts.items():
        carried = not CHART[code][1].startswith(("income", "expense"))
        expected_amounts = [
            sum(
                (minor if debit == code else 0) - (minor if credit == code else 0)
                for day, debit, credit, minor, _partner in made
                if day <= last and (carried or day >= first)
            )
            for first, last in windows
        ]
        one = found.get(account)
        assert [one.actual, one.month, one.year] if one else expected_amounts == [0, 0, 0]


def test_windows_are_calendar_months():
    assert month_windows(date(2026, 3, 31)) == (
        (date(2026, 3, 1), date(2026, 3, 31)),
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2025, 3, 1), date(2025, 3, 31)),
    )
    assert month_windows(date(2024, 2, 10))[2] == (date(2023, 2, 1), date(2023, 2, 28))


@pytest.mark.parametrize(
    ("history", "amount", "method"),
    [
        # the year's peak comes back, a tenth larger
        ([100] * 3 + [400] + [100] * 8 + [110] * 3, 440, "seasonal"),
        # last year's months before were nothing, or of another sign: taken as it was
        ([0, 0, 0, 400] + [100] * 11, 400, "seasonal"),
        ([-100] * 3 + [400] + [100] * 11, 400, "seasonal"),
        # five times as much is another business
        ([20] * 3 + [400] + [100] * 11, 400, "seasonal"),
        ([None] * 12 + [100, 300, 200], 200, "median"),
        ([None] * 11 + [100, 301, 200, 900], 251, "median"),
    ],
)
def test_expected(history, amount, method):
    found = expected(history)
    assert (found.amount, found.method) == (amount, method)


def test_little_history_expects_nothing():
    assert expected([None] * 13 + [5, 5]) is None
    assert expected([]) is None


def test_thresholds_need_both_amount_and_percent():
    assert is_over(1100, 1000, 100, 10)
    assert not is_over(1099, 1000, 100, 10)
    assert not is_over(11000, 10000, 1000, 11)
    assert is_over(-500, 500, 1000, 200)
    assert is_over(700, 0, 700, 10_000)
    assert not is_over(0, 0, 0, 0)
    assert not is_over(5, None, 0, 0)
