"""The habit test: a trait that somebody's entries often have says nothing about one of them."""

import polars as pl

from agent_service.core.history import MONTH
from agent_service.core.months import month
from agent_service.core.period import Period, add_months

LEAST = 40
"""Under so many entries no habit is assumed."""

MONTHS = 12


def habitual(
    frame: pl.DataFrame,
    trait: str,
    period: Period,
    share_pct: float = 5.0,
    by: tuple[str, ...] = ("journal_id", "create_uid"),
) -> pl.DataFrame:
    """Return the groups (`by`) of which at least `share_pct` of the last twelve months' rows have a trait.

    `frame` holds `date`, the columns of `by` and the boolean `trait`; the period itself isn't counted.
    """
    begin = add_months(period.start, -MONTHS)
    past = frame.filter(pl.col("date").is_between(begin, period.start, closed="left"))
    counted = past.group_by(by).agg(rows=pl.len(), having=pl.col(trait).fill_null(value=False).sum())
    return counted.filter(
        pl.col("rows") >= LEAST, pl.col("having") * 100 >= pl.col("rows") * share_pct
    ).select(by)


def not_habitual(
    flagged: pl.DataFrame,
    frame: pl.DataFrame,
    trait: str,
    period: Period,
    share_pct: float = 5.0,
    by: tuple[str, ...] = ("journal_id", "create_uid"),
) -> pl.DataFrame:
    """Return what was flagged without what is somebody's habit."""
    return flagged.join(
        habitual(frame, trait, period, share_pct, by), on=list(by), how="anti", nulls_equal=True
    )


def counts(frame: pl.DataFrame, trait: str, by: tuple[str, ...]) -> pl.DataFrame:
    """Return by month and group how many rows there are and how many of them have a trait."""
    having = pl.col(trait).fill_null(value=False).sum().cast(pl.Int64)
    return frame.group_by(month(), *by).agg(rows=pl.len().cast(pl.Int64), having=having)


def counted_habit(
    counted: pl.DataFrame, period: Period, share_pct: float, by: tuple[str, ...]
) -> pl.DataFrame:
    """Return the groups that have a trait by habit, as `habitual` does, from the counts of closed months."""
    begin = add_months(period.start, -MONTHS)
    sums = counted.filter(pl.col(MONTH) >= begin).group_by(by).agg(pl.col("rows", "having").sum())
    habit = pl.col("having") * 100 >= pl.col("rows") * share_pct
    return sums.filter(pl.col("rows") >= LEAST, habit).select(by)


def monthly(frame: pl.DataFrame, by: tuple[str, ...], period: Period, least: int = 6) -> pl.DataFrame:
    """Return the groups with rows in at least `least` of the twelve months before P: a rhythm of their "
    "own."""
    begin = add_months(period.start, -MONTHS)
    past = frame.filter(pl.col("date").is_between(begin, period.start, closed="left"))
    counted = past.group_by(by).agg(months=pl.col("date").dt.truncate("1mo").n_unique())
    return counted.filter(pl.col("months") >= least).select(by)
