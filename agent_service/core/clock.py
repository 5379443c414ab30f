"""Moments of the books: UTC text as local time, before a day or an hour is taken from it."""

import polars as pl

from agent_service.core.errors import PolicyError


def local(column: str, timezone: str) -> pl.Expr:
    """Return a UTC text ("2026-10-08T12:00:00Z", with a space or without Z too) as local time."""
    text = pl.col(column).str.replace(" ", "T").str.slice(0, 19)
    moment = text.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False).dt.replace_time_zone("UTC")
    try:
        return moment.dt.convert_time_zone(timezone)
    except pl.exceptions.PolarsError as error:
        raise PolicyError(f"{timezone!r} is no time zone") from error


def local_day(column: str, timezone: str) -> pl.Expr:
    """Return the local day of a UTC text."""
    return local(column, timezone).dt.date()
