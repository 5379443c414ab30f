"""What was open on a day: the stored residual is as of today and is never used here."""

from datetime import date

import polars as pl

from agent_service.core.model import Books


def residuals(books: Books, as_of: date | None) -> pl.DataFrame:
    """Return `id`, `residual` and `residual_currency` of every journal item, in minor units, as of a day.

    The item's balance less its partial reconciliations with `max_date` ≤ `as_of` (all of them when it is
    None), in company currency and in the item's own; the sign is the item's: debit positive. A settlement by
    an entry that is not posted is none: Odoo 19 keeps it when a payment is taken back to draft.

    >>> # a receivable of 100.00, 30.00 of it paid on 20 October and the rest on 4 November
    >>> # residuals(books, date(2026, 10, 31)) gives 70.00; residuals(books, None) gives 0.00
    """
    return books.once(("residuals", as_of), lambda one: _residuals(one, as_of))


def residuals_of(books: Books, items: pl.Expr, as_of: date | None) -> pl.DataFrame:
    """Return what `residuals` does of some items, told by their own columns: nothing is looked up by id."""
    left = residuals(books, as_of)  # in the order of the items
    lines = books.frame("lines").with_columns(left["residual"], left["residual_currency"])
    return lines.lazy().filter(items).select("id", "residual", "residual_currency").collect()


def _residuals(books: Books, as_of: date | None) -> pl.DataFrame:
    partials = books.once("settlements", _settlements)
    if as_of is None:
        lines = books.frame("lines").select("id", residual="balance", residual_currency="amount_currency")
        return _after(lines, partials)
    # few are later than the day: what they took is given back
    later = partials.filter(~(pl.col("max_date") <= as_of).fill_null(value=False))
    return _after(residuals(books, None), later, given_back=True) if later.height else residuals(books, None)


def _settlements(books: Books) -> pl.DataFrame:
    """Return the partial reconciliations whose two sides are posted."""
    partials = books.frame("partials")
    drafts = books.where("lines", pl.col("parent_state") != "posted", "id")["id"].to_list()
    if not drafts:
        return partials
    return partials.filter(~pl.any_horizontal(pl.col("debit_move_id", "credit_move_id").is_in(drafts)))


def _after(lines: pl.DataFrame, partials: pl.DataFrame, *, given_back: bool = False) -> pl.DataFrame:
    """Return what some settlements leave of items: they take from a debit and add to a credit."""
    turn = -1 if given_back else 1
    taken = pl.concat(
        [
            partials.select(
                id=f"{side}_move_id", settled=pl.col("amount") * sign,
                settled_currency=pl.col(f"{side}_amount_currency") * sign,
            )
            for side, sign in (("debit", turn), ("credit", -turn))
        ]
    ).group_by("id").sum().sort("id")  # fmt: skip
    return lines.join(taken, on="id", how="left", maintain_order="left").select(
        "id",
        residual=_less("residual", "settled"),
        residual_currency=_less("residual_currency", "settled_currency"),
    )


def _less(own: str, settled: str) -> pl.Expr:
    return pl.col(own).fill_null(0) - pl.col(settled).fill_null(0)


def balances(lines: pl.DataFrame) -> dict[int, int]:
    """Return the balance of each account over the lines given, in minor units of company currency."""
    summed = lines.group_by("account_id").agg(pl.col("balance").sum()).sort("account_id")
    return dict(zip(summed["account_id"].to_list(), summed["balance"].to_list(), strict=True))
