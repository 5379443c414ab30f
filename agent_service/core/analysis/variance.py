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
from agent_service.core.analysis.expected import Expected, expected
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
    lines = _posted(books, period.end)
    here = month_index(period.end)
    months = lines.group_by("account_id", month=_month()).agg(pl.col("balance").sum())
    moved: dict[int, dict[int, int]] = defaultdict(dict)
    for account, month, balance in months.iter_rows():
        moved[account][month] = balance
    carried = dict(lines.select("account_id", "carried").unique("account_id").iter_rows())
    parts = _parts(lines, period.end, carried)
    found = []
    for account in sorted(moved):
        own = moved[account]
        made = _variance(account, carried[account], own, here, parts, most)
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


def _posted(books: Books, day: date) -> pl.DataFrame:
    """Return what counts of the posted items up to a day: a few columns, for a ledger of any size."""
    moves = books.frame("moves")
    drafts = moves.filter(pl.col("state") != "posted")["id"]
    lines = books.frame("lines").filter(
        pl.col("parent_state") == "posted",
        pl.col("date") <= day,
        pl.col("account_id").is_not_null(),
        ~pl.col("move_id").is_in(drafts.implode()),
    )
    accounts = books.frame("accounts").select(
        pl.col("id").alias("account_id"), carried=pl.col("include_initial_balance").fill_null(value=True)
    )
    names = [pl.col(name).fill_null(NONE) for name in _COLUMNS.values()]
    lines = lines.select("account_id", "date", "balance", *names)
    return lines.join(accounts, on="account_id", how="left").with_columns(
        pl.col("carried").fill_null(value=True)
    )


def _month() -> pl.Expr:
    return pl.col("date").dt.year().cast(pl.Int64) * 12 + pl.col("date").dt.month() - 1


def _parts(
    lines: pl.DataFrame, day: date, carried: Mapping[int, bool]
) -> dict[tuple[int, str, str], dict[int, int]]:
    """Return by account, base and dimension what each key moved between the base and now."""
    (first, _day), (before, before_end), (last_year, last_year_end) = month_windows(day)
    now = pl.col("date") >= first
    weights = {
        # what came since the base's end; of the result: this month less that one
        MONTH: (now, now, pl.col("date").is_between(before, before_end)),
        YEAR: (pl.col("date") > last_year_end, now, pl.col("date").is_between(last_year, last_year_end)),
    }
    found: dict[tuple[int, str, str], dict[int, int]] = defaultdict(dict)
    for base, (since, plus, minus) in weights.items():
        sign = (
            pl.when(pl.col("carried") & since).then(1)
            .when(~pl.col("carried") & plus).then(1)
            .when(~pl.col("carried") & minus).then(-1)
            .otherwise(0)
        )  # fmt: skip
        weighted = lines.with_columns(moved=pl.col("balance") * sign).filter(sign != 0)
        for name, column in _COLUMNS.items():
            sums = weighted.group_by("account_id", column).agg(pl.col("moved").sum())
            for account, key, amount in sums.iter_rows():
                found[account, base, name][key] = amount
    return found
