"""Flux: each balance and line of the result against the month before, the year before and what was expected.

An account of the balance sheet is compared by its closing balance, one of income or expenses by what the
month moved. Months are calendar months up to the day looked at: the same windows as the server's own, which
adds them up again before anybody signs. Integers of the company currency's minor unit, debit positive.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import polars as pl

from agent_service.core.analysis.drivers import MOST, Driver, drivers
from agent_service.core.analysis.expected import SEASONAL, Expected, expected
from agent_service.core.analysis.moved import moved
from agent_service.core.history import MONTH as SUMMED
from agent_service.core.model import Books
from agent_service.core.period import Period, add_months, month_index

MONTH, YEAR, EXPECTED = "month", "year", "expected"
BASES = (MONTH, YEAR, EXPECTED)
DIMENSIONS = ("partner", "product", "journal")
_COLUMNS = {name: f"{name}_id" for name in DIMENSIONS}
HISTORY_MONTHS = 15
NONE = 0
"""The key of what has no partner or product."""


@dataclass(frozen=True)
class Variance:
    """One account of one month. `drivers` has rows by base (month, year) and dimension."""

    account_id: int
    carried: bool
    actual: int
    month: int
    year: int
    expected: Expected | None
    drivers: Mapping[str, Mapping[str, Sequence[Driver[int]]]]

    def base(self, name: str) -> int | None:
        """Return what the actual amount is compared with, None where nothing is expected."""
        if name == EXPECTED:
            return self.expected.amount if self.expected else None
        return self.month if name == MONTH else self.year

    def change(self, name: str) -> int | None:
        """Return actual less a base."""
        base = self.base(name)
        return None if base is None else self.actual - base

    @property
    def via(self) -> str:
        """Return the base whose drivers lead from the expectation to what is there.

        A month of income or expenses that was expected by last year's month is told from that month on, all
        else from the month before.
        """
        seasonal = self.expected is not None and self.expected.method == SEASONAL
        return YEAR if seasonal and not self.carried else MONTH

    def is_over(self, name: str, amount: int, percent: int) -> bool:
        """Tell whether a change reaches both thresholds; from nothing it is any percentage."""
        return is_over(self.actual, self.base(name), amount, percent)


def is_over(actual: int, base: int | None, amount: int, percent: int) -> bool:
    """Tell whether actual lies at least `amount` and `percent` of the base off it.

    >>> is_over(12000, 8000, 3000, 50), is_over(12000, 8000, 4001, 50), is_over(500, 0, 500, 900)
    (True, False, True)
    """
    if base is None or actual == base:
        return False
    change = abs(actual - base)
    return change >= amount and (not base or Fraction(change * 100, abs(base)) >= percent)


def month_windows(day: date) -> tuple[tuple[date, date], tuple[date, date], tuple[date, date]]:
    """Return first and last day of the month up to `day`, of the month before, and of last year's month."""
    first = day.replace(day=1)
    before, last_year = add_months(first, -1), add_months(first, -12)
    return (first, day), (before, first - timedelta(days=1)), (last_year, _end(last_year))


def _end(first: date) -> date:
    return add_months(first, 1) - timedelta(days=1)


def variances(books: Books, period: Period, most: int = MOST) -> list[Variance]:
    """Return the variance of every account that had, or has, any balance or movement, by account id."""
    here = month_index(period.end)
    by_account: dict[int, dict[int, int]] = defaultdict(dict)
    for account, balance, month in (
        moved(books, None, period.end).select("account_id", "balance", SUMMED).iter_rows()
    ):
        by_account[account][month_index(month)] = balance
    carried = _carried(books)
    parts = _parts(books, period.end)
    found = []
    for account, own in sorted(by_account.items()):
        made = _variance(account, carried.get(account, True), own, here, parts, most)
        if made.actual or made.month or made.year:
            found.append(made)
    return found


def _variance(
    account: int,
    is_carried: bool,
    moved: Mapping[int, int],
    here: int,
    parts: Mapping[tuple[int, str, str], Mapping[int, int]],
    most: int,
) -> Variance:
    first = min(moved)

    def until(month: int) -> int:
        return sum(balance for when, balance in moved.items() if when <= month)

    history = [
        moved.get(month, 0) if month >= first else None for month in range(here - HISTORY_MONTHS, here)
    ]
    usual = expected(history)
    if is_carried:
        actual, before, last_year = until(here), until(here - 1), until(here - 12)
        # a balance should stand where it stood, moved as months usually move it
        should = Expected(before + usual.amount, usual.method, usual.months) if usual else None
    else:
        actual, before, last_year = (moved.get(month, 0) for month in (here, here - 1, here - 12))
        should = usual
    rows = {
        base: {name: drivers(parts.get((account, base, name), {}), {}, most) for name in DIMENSIONS}
        for base in (MONTH, YEAR)
    }
    return Variance(account, is_carried, actual, before, last_year, should, rows)


def _carried(books: Books) -> dict[int, bool]:
    """Tell by account whether its balance is carried into the next year."""
    rows = books.frame("accounts").select("id", pl.col("include_initial_balance").fill_null(value=True))
    return dict(rows.iter_rows())


def _parts(books: Books, day: date) -> dict[tuple[int, str, str], dict[int, int]]:
    """Return by account, base and dimension what each key moved between the base and now."""
    (first, _day), (before, _before_end), (last_year, _year_end) = month_windows(day)
    carried = pl.DataFrame(
        list(_carried(books).items()), {"account_id": pl.Int64, "carried": pl.Boolean}, orient="row"
    )
    at = pl.col(SUMMED)
    weights = {
        # what came since the base's end; of the result: this month less that one
        MONTH: (at == first, at == first, at == before),
        YEAR: (at > last_year, at == first, at == last_year),
    }
    found: dict[tuple[int, str, str], dict[int, int]] = defaultdict(dict)
    for name, column in _COLUMNS.items():
        sums = moved(books, last_year, day, column).join(carried, on="account_id", how="left")
        sums = sums.with_columns(pl.col("carried").fill_null(value=True), pl.col(column).fill_null(NONE))
        for base, (since, plus, minus) in weights.items():
            sign = (
                pl.when(pl.col("carried") & since).then(1)
                .when(~pl.col("carried") & plus).then(1)
                .when(~pl.col("carried") & minus).then(-1)
                .otherwise(0)
            )  # fmt: skip
            weighted = (
                sums.filter(sign != 0).group_by("account_id", column).agg((pl.col("balance") * sign).sum())
            )
            for account, key, amount in weighted.iter_rows():
                found[account, base, name][key] = amount
    return found
