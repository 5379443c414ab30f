"""ACC008 Wrong sign.

**What it does** Reports amounts on the side against their nature. Facets: *document* (a base line against its
document's type), *manual* (a credit on expense or a debit on income by hand), *payment* (money from a vendor,
money to a customer).

**Why it matters** Accuracy: a turned sign doubles the error, and a negative cost hides a positive one.

**Method** From `sign_min_amount` on. *document*: the line of an invoice that stands on the other side.
*manual*: an entry without origin whose only result lines are on that side. *payment*: inbound with a vendor
or outbound with a customer. Example: a vendor bill with a line of −300.00 on Supplies, whose account never
had one → 300.00.

**False positives** Credit notes; discounts, the deduction of a down payment, reversals (also mirrored by
hand); a vendor's rebates, when the account or partner has them by habit; moving cost from one account to
another; the refund of a credit note.

**Source** Journal-entry tests of ISA 240; `account.move.move_type`, `account.payment.payment_type`."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import (
    about_entry,
    account_names,
    in_period,
    is_result,
    on_accounts,
    partner_names,
    posted_since,
    posted_where,
    posted_within,
    type_in,
)
from agent_service.core.findings import Finding, Record
from agent_service.core.habit import counted_habit, counts
from agent_service.core.model import Books
from agent_service.core.months import by_month
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy

CODE = "ACC008"
TITLE = "Wrong sign"
SEVERITY = "medium"
WHY = "A turned sign is wrong twice: the amount is missing on one side and too much on the other."
REMEDY = "Turn it, or use a credit note."
PARAMETERS = {"sign_min_amount": "0.01 M", "habit_share_pct": 5, "mirror_days": 65}

_NATURE = {
    "out_invoice": -1,
    "out_receipt": -1,
    "in_refund": -1,
    "in_invoice": 1,
    "in_receipt": 1,
    "out_refund": 1,
}


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each entry and facet; the amount is the sum of the lines without sign."""
    own = policy.parameters(CODE, PARAMETERS)
    least = policy.amount(own, "sign_min_amount")
    share = float(own.decimal("habit_share_pct"))
    lines = posted_since(books, period.start).filter(pl.col("date") <= period.as_of, ~exempt(CODE))
    return [
        *_documents(books, lines, period, least, share),
        *_manual(books, lines, period, least, share, own.integer("mirror_days")),
        *_payments(books, period, least),
    ]


def _documents(books: Books, lines: pl.DataFrame, period: Period, least: int, share: float) -> list[Finding]:
    past = by_month(books, f"{CODE} documents", _past_documents, add_months(period.start, -24), period.start)
    downs = _down_payments(books)
    odd = _of_documents(lines).filter(
        in_period(period),
        "turned",
        pl.col("balance").abs() >= least,
        ~pl.col("id").is_in(downs),
    )
    by = ("account_id", "side")
    odd = odd.join(counted_habit(past, period, share, by), on=list(by), how="anti", nulls_equal=True)
    known = past.filter(pl.col("having") > 0).select("partner_id", "account_id").unique()
    odd = odd.join(known, on=["partner_id", "account_id"], how="anti")
    return _by_entry(books, odd, "document", "against the type of its document")


def _of_documents(lines: pl.DataFrame) -> pl.DataFrame:
    sides = pl.col("move_type").replace_strict(_NATURE, default=0, return_dtype=pl.Int64)
    return lines.filter(pl.col("document"), pl.col("kind") == "product").with_columns(
        turned=(sides * pl.col("balance")) < 0, side=pl.col("move_type")
    )


def _past_documents(books: Books, months: Sequence[date]) -> pl.DataFrame:
    base = _of_documents(posted_within(books, months).filter(~exempt(CODE)))
    return counts(base, "turned", ("partner_id", "account_id", "side"))


def _by_hand(lines: pl.DataFrame) -> pl.DataFrame:
    result = lines.filter(pl.col("manual"), is_result(), pl.col("balance").fill_null(0) != 0)
    expense = pl.col("account_type").cast(pl.String).str.starts_with("expense")
    return result.with_columns(
        turned=pl.when(expense).then(pl.col("balance") < 0).otherwise(pl.col("balance") > 0)
    )


def _past_by_hand(books: Books, months: Sequence[date]) -> pl.DataFrame:
    return counts(_by_hand(posted_within(books, months).filter(~exempt(CODE))), "turned", ("account_id",))


def _down_payments(books: Books) -> list[int]:
    """Return the lines that bill or deduct a down payment."""
    found: list[int] = []
    for table, link in (("purchase_lines", "purchase_line_id"), ("sale_lines", "sale_line_id")):
        if books.has(table):
            orders = books.frame(table).filter(pl.col("is_downpayment").fill_null(value=False))["id"]
            if orders.len():
                found += posted_where(books, pl.col(link).is_in(orders.implode()))["id"].to_list()
    return found


def _manual(
    books: Books, lines: pl.DataFrame, period: Period, least: int, share: float, days: int
) -> list[Finding]:
    result = _by_hand(lines)
    moving = (
        result.filter(in_period(period)).group_by("move_id").agg(straight=(~pl.col("turned")).any())
    ).filter("straight")
    odd = result.filter(in_period(period), "turned", pl.col("balance").abs() >= least)
    odd = odd.join(moving, on="move_id", how="anti")
    past = by_month(books, f"{CODE} by hand", _past_by_hand, add_months(period.start, -12), period.start)
    by = ("account_id",)
    odd = odd.join(counted_habit(past, period, share, by), on=list(by), how="anti", nulls_equal=True)
    if not odd.height:
        return []
    lately = (pl.col("date") >= period.start - timedelta(days=days)) & (pl.col("date") <= period.as_of)
    before = _by_hand(posted_where(books, lately).filter(~exempt(CODE))).select(
        "account_id", mirrored=-pl.col("balance"), earlier=pl.col("date"), other=pl.col("move_id")
    )
    mirrors = (
        odd.join(before, left_on=["account_id", "balance"], right_on=["account_id", "mirrored"])
        .filter(
            pl.col("earlier") <= pl.col("date"),
            (pl.col("date") - pl.col("earlier")).dt.total_days() <= days,
            pl.col("other") != pl.col("move_id"),
        )
        .select("id")
        .unique()
    )
    odd = odd.join(mirrors, on="id", how="anti")
    return _by_entry(books, odd, "manual", "against the nature of its account, by hand")


def _by_entry(books: Books, odd: pl.DataFrame, facet: str, how: str) -> list[Finding]:
    accounts = account_names(books)
    found = []
    for part in odd.sort("move_id", "id").partition_by("move_id", maintain_order=True):
        row = part.to_dicts()[0]
        total = int(part["balance"].abs().sum())
        found.append(
            about_entry(
                books,
                row["move_id"],
                facet,
                f"{{}}: {books.show(row['balance'])} on {accounts.get(row['account_id'])}",
                f"{{}} of {row['date']} has {books.show(row['balance'])} on "
                f"{accounts.get(row['account_id'])}, {how}.",
                amount=total,
                lines=tuple(part["id"].to_list()),
                evidence={
                    "balance": books.company.currency.text(row["balance"]),
                    "move_type": row["move_type"],
                },
            )
        )
    return found


def _payments(books: Books, period: Period, least: int) -> list[Finding]:
    if not (books.has("payments") and books.has("payments", "partner_type")):
        return []
    turned = books.frame("payments").filter(
        in_period(period),
        pl.col("state").fill_null("").is_in(["in_process", "paid", "posted", "reconciled", "sent"]),
        ((pl.col("payment_type") == "inbound") & (pl.col("partner_type") == "supplier"))
        | ((pl.col("payment_type") == "outbound") & (pl.col("partner_type") == "customer")),
        pl.col("amount").abs() >= least,
    )
    if not turned.height:
        return []
    credited = _credited(books, period)
    names = partner_names(books)
    found = []
    for row in turned.sort("id").iter_rows(named=True):
        if (row["partner_id"], row["partner_type"]) in credited:
            continue
        amount = books.currency(row["currency"]).show(abs(row["amount"]))
        text = "money from a vendor" if row["payment_type"] == "inbound" else "money to a customer"
        record = Record("account.payment", row["id"], f"payment of {row['date']}")
        name = names.get(row["partner_id"], "a partner")
        found.append(
            Finding(
                facet="payment",
                anchor=record,
                title=f"{text.capitalize()}: {amount}, {name}",
                message=f"The payment of {row['date']} over {amount} is {text}, {name}, without a credit "
                f"note.",
                amount=abs(row["amount"]),
                records=(record, *((Record("account.move", row["move_id"]),) if row["move_id"] else ())),
                evidence={"payment_type": row["payment_type"], "partner_type": row["partner_type"]},
            )
        )
    return found


def _credited(books: Books, period: Period) -> set[tuple[int, str]]:
    """Return the partners with a credit note, or a credit on their account, within a year."""
    moves = books.frame("moves").filter(
        pl.col("move_type").is_in(["in_refund", "out_refund"]) | pl.col("reversed_entry_id").is_not_null()
    )["id"]
    year = pl.col("date").is_between(add_months(period.start, -12), period.end)
    trade = on_accounts(books, "asset_receivable", "liability_payable")
    vendor = type_in("liability_payable")
    notes = posted_where(books, year & trade & pl.col("move_id").is_in(moves.implode()))
    kind = pl.when(vendor).then(pl.lit("supplier")).otherwise(pl.lit("customer"))
    notes = notes.select("partner_id", kind=kind)
    return set(notes.unique().iter_rows())
