"""Flux: both sides mean the same months and the same threshold, and drivers that don't add up are found."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from agent_service.core.adjustments import flux
from agent_service.core.analysis import variance as agent
from agent_service.core.analysis.expected import MEDIAN, SEASONAL, Expected
from tests.contract import kernel

server = kernel.load("variance")
minor = kernel.load("trial_balance").minor
AMOUNTS = st.integers(-(10**12), 10**12)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_the_same_months(day):
    assert server.windows(day) == agent.month_windows(day)


@given(AMOUNTS, AMOUNTS, st.integers(0, 10**6), st.integers(0, 1000))
def test_the_same_threshold(actual, base, amount, percent):
    assert server.is_over(actual, base, amount, percent) == agent.is_over(actual, base, amount, percent)


def test_the_same_words():
    assert server.DIMENSIONS == agent.DIMENSIONS
    assert (*server.BASES, "expected") == agent.BASES


@given(st.lists(AMOUNTS, min_size=1, max_size=6), st.integers(-3, 3))
def test_drivers_that_dont_add_up_are_named(amounts, off):
    rows = [
        {"base": base, "dimension": name, "amount": str(amount)}
        for base in server.BASES
        for name in server.DIMENSIONS
        for amount in amounts
    ]
    changes = {"month": sum(amounts), "year": sum(amounts) + off}
    found = server.apart(rows, changes, lambda text: minor(text, 0))
    assert found == (("year", "partner") if off else None)


@given(AMOUNTS, AMOUNTS, st.sampled_from(["assets", "liabilities", "equity", "income", "expenses"]))
def test_the_same_direction(actual, base, area):
    """The percentage's sign is the word that the agent says, whichever side the account grows by."""
    share = server.percent(actual, base, area)
    if not base:
        assert share is None
        return
    is_credit = area in server.CREDIT_AREAS
    word = flux._direction(actual - base, is_credit=is_credit)
    assert abs(share) * abs(base) == 100 * abs(actual - base)
    assert actual == base or (share > 0) == (word == "rise")


def test_the_same_way_from_an_expectation():
    for carried, area in ((True, "assets"), (False, "income"), (False, "expenses")):
        for method in (SEASONAL, MEDIAN):
            told = agent.Variance(1, carried, 5, 3, 2, Expected(4, method, 12), {})
            assert server.via(area, method) == told.via
