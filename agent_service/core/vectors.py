"""Entries told apart by their lines: which accounts, which amounts."""

import polars as pl


def vectors(lines: pl.DataFrame, turned: bool = False) -> pl.DataFrame:
    """Return `move_id` and `vector`, equal for entries with the same accounts and amounts.

    `turned` swaps debit and credit, so that an entry and its mirror have one vector.
    """
    sign = -1 if turned else 1
    return (
        lines.filter(pl.col("balance").fill_null(0) != 0)
        .select("move_id", "account_id", amount=pl.col("balance") * sign)
        .sort("move_id", "account_id", "amount")
        .group_by("move_id", maintain_order=True)
        .agg(
            vector=pl.concat_str(
                pl.col("account_id").cast(pl.String).fill_null("-"),
                pl.lit(":"),
                pl.col("amount").cast(pl.String),
            ).str.join(";")
        )
    )
