"""Documents of the group's other companies, for the rules that look across."""

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from agent_service.ledger_files.shelf import Shelf

_TRADE = ("asset_receivable", "liability_payable")


def group_documents(shelf: "Shelf", company: int) -> pl.DataFrame | None:
    """Return the documents of the other companies; None when the ledger holds one company alone."""
    moves = shelf.tables["moves"]
    others = moves.filter(pl.col("company") != company, pl.col("move_type").fill_null("entry") != "entry")
    if moves["company"].n_unique() < 2 and not shelf.policy.company_partners():
        return None
    partners = shelf.tables.get("partners")
    accounts = shelf.tables.get("accounts")
    if partners is None or accounts is None:
        return None
    trade = accounts.filter(pl.col("account_type").is_in(_TRADE))["id"].to_list()
    owed = shelf.tables["lines"].filter(pl.col("account").is_in(trade)).group_by("move").agg(
        amount_total=pl.col("amount_currency").fill_null(pl.col("balance")).sum().abs()
    )  # fmt: skip
    heads = partners.select(
        pl.col("id").alias("partner"),
        pl.coalesce("commercial_partner", "id").alias("partner_id"),
        "vat",
    )
    owners = shelf.policy.company_partners()
    own = shelf.currencies[shelf.currency]
    return (
        others.join(owed, left_on="id", right_on="move", how="left")
        .join(heads, on="partner", how="left")
        .with_columns(
            company_id=pl.col("company"),
            company_partner_id=pl.col("company").replace_strict(owners, default=None, return_dtype=pl.Int64)
            if owners
            else pl.lit(None, dtype=pl.Int64),
            currency=pl.col("currency").replace_strict(shelf.currencies, default=own, return_dtype=pl.Int64),
        )
    )
