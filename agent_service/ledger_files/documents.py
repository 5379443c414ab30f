"""What a document amounts to and whether it is paid, derived from its lines."""

import polars as pl

_TRADE = ("asset_receivable", "liability_payable")


def document_facts(
    moves: pl.DataFrame, lines: pl.DataFrame, partials: pl.DataFrame | None, accounts: pl.DataFrame | None
) -> pl.DataFrame:
    """Add amount_total (document's currency), amount_total_signed and payment_state to the entries.

    A document's total is what its trade lines ask for, an entry's the sum of its debits. `paid` means that
    nothing of it is open in the matchings; `reversed` that a posted entry that reverses it settled it.
    """
    trade: list[int] = []
    if accounts is not None:
        trade = accounts.filter(pl.col("account_type").is_in(_TRADE))["id"].to_list()
    document = moves.filter(pl.col("move_type") != "entry").select(pl.col("id").alias("move_id"))
    owed = lines.filter(
        pl.col("account_id").is_in(trade) | (pl.col("display_type") == "payment_term")
    ).join(document, on="move_id")  # fmt: skip
    settled = _settled(partials)
    totals = (
        owed.join(settled, on="id", how="left")
        .group_by("move_id")
        .agg(
            owed=pl.col("amount_currency").sum(),
            owed_company=pl.col("balance").sum(),
            gross=pl.col("balance").abs().sum(),
            settled=pl.col("settled").fill_null(0).sum(),
        )
    )
    debits = lines.group_by("move_id").agg(
        debits=pl.col("balance").filter(pl.col("balance") > 0).sum()
    )  # fmt: skip
    undone = set(
        moves.filter(pl.col("reversed_entry_id").is_not_null(), pl.col("state") == "posted")[
            "reversed_entry_id"
        ].to_list()
    )
    frame = moves.join(totals, left_on="id", right_on="move_id", how="left", maintain_order="left").join(
        debits, left_on="id", right_on="move_id", how="left", maintain_order="left"
    )
    closed = (pl.col("gross") > 0) & (pl.col("settled") >= pl.col("gross"))
    state = (
        pl.when(closed & pl.col("id").is_in(sorted(undone)))
        .then(pl.lit("reversed"))
        .when(closed)
        .then(pl.lit("paid"))
        .when(pl.col("settled") > 0)
        .then(pl.lit("partial"))
        .otherwise(pl.lit("not_paid"))
    )
    is_document = pl.col("move_type") != "entry"
    return frame.with_columns(
        amount_total=pl.when(is_document).then(pl.col("owed").abs()).otherwise(pl.col("debits")),
        amount_total_signed=pl.when(is_document).then(pl.col("owed_company")).otherwise(pl.col("debits")),
        payment_state=state,
    ).drop("owed", "owed_company", "gross", "settled", "debits")


def _settled(partials: pl.DataFrame | None) -> pl.DataFrame:
    if partials is None:
        return pl.DataFrame(schema={"id": pl.Int64, "settled": pl.Int64})
    sides = [
        partials.select(pl.col(side).alias("id"), pl.col("amount").alias("settled"))
        for side in ("debit_move_id", "credit_move_id")
    ]
    return pl.concat(sides).group_by("id").agg(pl.col("settled").sum())
