"""VAL003 Stock against the ledger.

**What it does** Reports a stock account whose balance isn't the value of what lies in stock. Facets:
*difference*, *closing* (periodic valuation whose closing entry is missing), *drift* (an account that followed
the stock moves until now).

**Why it matters** Valuation (IAS 2): a stock account that has left its stock holds cost of sales or a loss
that nobody has booked.

**Method** Per valuation account |stock value − ledger| at the end of P, from `stock_min_amount` on. Without
stock values from the server: an asset account whose balance changed with the value of the stock moves, month
by month, in the `stock_months` months before P is taken to be the stock account, and judged by the same
measure for P. Example: 100 pieces at 12.00 lie in stock, the account says 1,350.00 → one finding of 150.00.

**False positives** Periodic valuation before its closing entry is one finding of its own kind; an account
without such a history isn't judged.

**Source** IAS 2; `product.value`, `stock_value` against the account's balance."""

from datetime import date

import polars as pl

from agent_service.core.facts import account_names, on_accounts, posted_where
from agent_service.core.findings import Finding, Record
from agent_service.core.model import Books
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy
from agent_service.core.stock import valued_moves

CODE = "VAL003"
TITLE = "Stock against the ledger"
SEVERITY = "high"
WHY = "A stock account that isn't worth its stock hides cost, loss or deliveries that were never booked."
REMEDY = "Book the closing entry of the stock; trace what is left from the stock moves without an entry."
PARAMETERS = {"stock_min_amount": "0.02 M", "stock_months": 6}

_BUSY_SHARE = 2


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each account; the amount is the difference without sign."""
    own = policy.parameters(CODE, PARAMETERS)
    least = max(policy.amount(own, "stock_min_amount"), 1)
    if books.has("stock_values") and books.frame("stock_values").height:
        return _by_values(books, period, least)
    return _by_moves(books, period, least, own.integer("stock_months"))


def _by_values(books: Books, period: Period, least: int) -> list[Finding]:
    found = []
    for row in books.frame("stock_values").drop_nulls("stock_value").sort("id").iter_rows(named=True):
        day = min(row["as_of"] or period.as_of, period.as_of)
        booked = row["accounting_value"]
        if booked is None:
            booked = _balance(books, row["account_id"], day)
        gap = row["stock_value"] - booked
        if abs(gap) < least:
            continue
        late = row["closing_date"] is None or row["closing_date"] < period.start
        closing = row["valuation"] == "periodic" and late
        facet = "closing" if closing else "difference"
        told = "its closing entry is missing" if closing else "nothing explains the difference"
        found.append(_finding(books, row["account_id"], facet, row["stock_value"], booked, day, told))
    return found


def _balance(books: Books, account: int, day: date) -> int:
    lines = posted_where(books, (pl.col("account_id") == account) & (pl.col("date") <= day))
    return int(lines["balance"].sum() or 0)


def _by_moves(books: Books, period: Period, least: int, months: int) -> list[Finding]:
    """Judge the accounts that the stock moves were followed by so far."""
    begin = add_months(period.start, -months)
    month = pl.col("date").dt.truncate("1mo")
    stock = (
        valued_moves(books)
        .rename({"local_date": "date"})
        .filter(pl.col("date").is_between(begin, period.as_of))
        .group_by(month=month)
        .agg(stock=pl.col("change").sum())
    )
    booked = (
        posted_where(
            books, on_accounts(books, "asset_current") & pl.col("date").is_between(begin, period.as_of)
        )
        .group_by("account_id", month=month)
        .agg(booked=pl.col("balance").sum())
    )
    # every account with every month, so that a month without a booking shows as one
    grid = booked.select("account_id").unique().join(stock, how="cross")
    joined = grid.join(booked, on=["account_id", "month"], how="left").with_columns(
        pl.col("booked").fill_null(0)
    )
    joined = joined.with_columns(gap=pl.col("stock") - pl.col("booked"))
    before = joined.filter(pl.col("month") < period.start).group_by("account_id").agg(
        months=pl.col("stock").filter(pl.col("stock") != 0).len(),
        worst=pl.col("gap").abs().max(),
        moved=pl.col("stock").abs().max(),
    )  # fmt: skip
    following = before.filter(
        pl.col("months") >= months,
        pl.col("worst") * 4 <= least,
        pl.col("worst") * 4 * _BUSY_SHARE < pl.col("moved"),
    )
    if not following.height:
        raise books.lacking("there are no stock values, and no account follows the stock moves")
    now = joined.filter(pl.col("month") == period.start).join(following, on="account_id")
    return [
        _finding(
            books, row["account_id"], "drift", row["stock"], row["booked"], period.as_of,
            f"it followed the stock for {row['months']} months",
        )
        for row in now.filter(pl.col("gap").abs() >= least).sort("account_id").iter_rows(named=True)
    ]  # fmt: skip


def _finding(
    books: Books, account: int, facet: str, stock: int, booked: int, day: date, told: str
) -> Finding:
    name = account_names(books).get(account, f"account {account}")
    anchor = Record("account.account", account, name)
    what = "changed by" if facet == "drift" else "is"
    return Finding(
        facet=facet,
        anchor=anchor,
        title=f"{name}: {books.show(abs(stock - booked))} off its stock",
        message=f"On {day} the stock {what} {books.show(stock)}, {name} {what} {books.show(booked)}; {told}.",
        amount=abs(stock - booked),
        records=(anchor,),
        severity="medium" if facet == "closing" else "",
        evidence={
            "stock": books.company.currency.text(stock),
            "ledger": books.company.currency.text(booked),
            "difference": books.company.currency.text(stock - booked),
            "as_of": str(day),
        },
    )
