"""Partial reconciliations as Odoo would hold them, made from the matching numbers of a ledger in files.

A file only says which lines belong together. Within a matching the debits settle the credits in order of
date and id, and each piece counts from the later of its two dates.
"""

import polars as pl


def partials_of(lines: pl.DataFrame) -> pl.DataFrame:
    """Return partials (debit and credit line, amounts in minor units, `max_date`) of matched, dated lines.

    `lines` holds id, matching_number, account_id, date, balance and amount_currency. What a matching leaves
    over on one side stays open. Amounts in currency are shared in proportion, the last piece takes the rest.
    """
    group = ["account_id", "matching_number"]
    matched = (
        lines.filter(
            pl.col("matching_number").is_not_null(),
            pl.col("date").is_not_null(),
            pl.col("account_id").is_not_null(),
            pl.col("balance").fill_null(0) != 0,
        )
        .select("id", *group, "date", "balance", "amount_currency")
        .sort(*group, "date", "id")
    )
    side = pl.when(pl.col("balance") > 0).then(1).otherwise(-1)
    ends = matched.with_columns(side=side).with_columns(
        upto=pl.col("balance").abs().cum_sum().over(*group, "side"),
    )
    both = ends.group_by(group).agg(
        debit=pl.col("upto").filter(pl.col("side") == 1).max().fill_null(0),
        credit=pl.col("upto").filter(pl.col("side") == -1).max().fill_null(0),
    )
    room = both.with_columns(common=pl.min_horizontal("debit", "credit")).filter(pl.col("common") > 0)
    room = room.select(*group, "common")
    cuts = ends.join(room, on=group).select(*group, upto=pl.min_horizontal("upto", "common"))
    cuts = cuts.unique().sort(*group, "upto")
    pieces = cuts.with_columns(
        amount=pl.col("upto") - pl.col("upto").shift(1, fill_value=0).over(group)
    ).filter(pl.col("amount") > 0)
    for name, sign in (("debit", 1), ("credit", -1)):
        own = ends.filter(pl.col("side") == sign).select(
            *group,
            "upto",
            pl.col("id").alias(f"{name}_move_id"),
            pl.col("date").alias(f"{name}_date"),
            pl.col("balance").abs().alias(f"{name}_whole"),
            pl.col("amount_currency").alias(f"{name}_foreign"),
        )
        pieces = pieces.sort("upto").join_asof(
            own.sort("upto"), on="upto", by=group, strategy="forward", check_sortedness=False
        )
    pieces = pieces.sort("debit_move_id", "credit_move_id")
    return pieces.select(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("id"),
        "debit_move_id",
        "credit_move_id",
        "amount",
        _share("debit").alias("debit_amount_currency"),
        _share("credit").alias("credit_amount_currency"),
        pl.max_horizontal("debit_date", "credit_date").alias("max_date"),
    )


def _share(name: str) -> pl.Expr:
    """Return the piece's part of its line's foreign amount: differences of rounded running shares."""
    line = f"{name}_move_id"
    before = pl.col("amount").cum_sum().over(line)
    whole, foreign = pl.col(f"{name}_whole"), pl.col(f"{name}_foreign").abs().fill_null(0)
    running = _divided(before, foreign, whole)
    former = _divided(before - pl.col("amount"), foreign, whole)
    return running - former


def _divided(part: pl.Expr, foreign: pl.Expr, whole: pl.Expr) -> pl.Expr:
    product = part.cast(pl.Int128) * foreign.cast(pl.Int128)
    return ((product * 2 + whole) // (whole.cast(pl.Int128) * 2)).cast(pl.Int64)
