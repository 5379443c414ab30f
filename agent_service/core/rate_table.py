"""Stored rates as a table to look days up in: foreign units per unit of company currency."""

import polars as pl

from agent_service.core.model import Books


def rates_by_day(books: Books) -> pl.DataFrame:
    """Return currency, rate_date and rate, sorted for a backward search; the company's own before "
    "shared ones.

    Odoo stores foreign units per base unit; where the company's own currency has rates the quotient counts.
    Rates are ratios, not money: floats serve to compare, never to book.
    """
    books.need("rates")
    return books.once("rates_by_day", _rates)


def _rates(books: Books) -> pl.DataFrame:
    rates = (
        books.frame("rates")
        .drop_nulls(["currency", "date", "rate"])
        .with_columns(
            value=pl.col("rate").cast(pl.Float64, strict=False), own=pl.col("company_id").is_not_null()
        )
        .filter(pl.col("value") > 0)
    )
    having = rates.filter("own")["currency"].unique()
    rates = rates.filter(pl.col("own") | ~pl.col("currency").is_in(having.to_list()))
    rates = rates.sort("date", "id").unique(["currency", "date"], keep="last").sort("date")
    base = rates.filter(pl.col("currency") == books.company.currency.id).select("date", base="value")
    joined = (
        rates.sort("date").join_asof(base.sort("date"), on="date")
        if base.height
        else rates.with_columns(base=pl.lit(1.0))
    )
    return (
        joined.filter(pl.col("currency") != books.company.currency.id)
        .select(
            "currency",
            pl.col("date").alias("rate_date"),
            rate=pl.col("value") / pl.col("base").fill_null(1.0),
        )
        .sort("rate_date")
    )
