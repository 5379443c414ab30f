"""Closed months in short: made once, dropped when an entry of the month changed, and never others'."""

from datetime import date

import polars as pl
import pytest

from agent_service.core.history import History
from agent_service.core.months import by_month, in_months
from tests.agent.core.builders import Ledger

JULY, AUGUST, SEPTEMBER, OCTOBER = (date(2026, month, 1) for month in range(7, 11))


class Sums:
    """Sums up by month what it is told, and notes what it was asked for."""

    def __init__(self, **values):
        self.values = {date.fromisoformat(f"{key[1:]}-01"): one for key, one in values.items()}
        self.asked = []

    def __call__(self, months):
        self.asked.append(list(months))
        rows = [(month, self.values[month]) for month in months if month in self.values]
        return pl.DataFrame(rows, schema={"month": pl.Date, "n": pl.Int64}, orient="row")


@pytest.fixture
def made():
    return Sums(**{"_2026-07": 7, "_2026-08": 8, "_2026-09": 9})


def sums(frame):
    return dict(frame.sort("month").iter_rows())


def test_only_what_is_missing_is_made(made):
    history = History()
    assert sums(history.get("x", [JULY, AUGUST], made)) == {JULY: 7, AUGUST: 8}
    assert sums(history.get("x", [AUGUST, SEPTEMBER], made)) == {AUGUST: 8, SEPTEMBER: 9}
    assert made.asked == [[JULY, AUGUST], [SEPTEMBER]]
    assert history.made == {JULY, AUGUST, SEPTEMBER}


def test_a_month_without_rows_is_known_too(made):
    history = History()
    assert sums(history.get("x", [OCTOBER], made)) == {}
    history.get("x", [OCTOBER], made)
    assert made.asked == [[OCTOBER]]


def test_a_touched_month_is_made_again_and_no_other(made):
    history = History()
    history.get("x", [JULY, AUGUST, SEPTEMBER], made)
    made.values[AUGUST] = 80
    later = history.without([date(2026, 8, 1)])
    assert sums(later.get("x", [JULY, AUGUST, SEPTEMBER], made)) == {JULY: 7, AUGUST: 80, SEPTEMBER: 9}
    assert made.asked[1:] == [[AUGUST]]
    assert (later.made, later.changed) == ({AUGUST}, {"x"})
    assert sums(history.get("x", [AUGUST], made)) == {AUGUST: 8}, "the kept one stays as it was"


def test_what_was_not_touched_needs_no_writing(made):
    history = History()
    history.get("x", [JULY], made)
    later = History(history.frames, history.months).without([SEPTEMBER])
    later.get("x", [JULY], made)
    assert (later.made, later.changed) == (set(), set())


def test_rules_ask_for_the_months_that_have_items():
    ledger = Ledger()
    for day in ("2026-06-30", "2026-08-03", "2026-09-30", "2026-10-01"):
        ledger.bill(day, ledger.partner("Acme"), "10.00")
    books, asked = ledger.books(), []

    def lines(of, months):
        asked.append(list(months))
        return of.frame("lines").filter(in_months(months)).select("id", "date", month="date")

    days = by_month(books, "x", lines, JULY, OCTOBER)["date"].unique().sort().to_list()
    assert days == [date(2026, 8, 3), date(2026, 9, 30)]
    assert asked == [[AUGUST, SEPTEMBER]]
    assert by_month(books, "y", lines, None, OCTOBER)["date"].min() == date(2026, 6, 30)
