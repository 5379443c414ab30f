"""A vendor's bills on one expense account, each with the months that it is for.

Order-backed lines are left out (they belong to goods and services received). A bill is *seen* when it is
posted with an accounting date up to the closing date, and *known* when it is a draft or posted later.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from agent_service.core.adjustments.bill_months import named_months, named_year
from agent_service.core.ledger import BILLS, move_label
from agent_service.core.model import Books
from agent_service.core.period import add_months, month_index

BACK_MONTHS = 50
"""So far back bills are read: four yearly ones."""

TRUSTED = 0.8
"""Texts count when this share of the months that they could name are different ones."""

LATE_DAYS = 15
_NO_COST = ("payment_term", "line_section", "line_subsection", "line_note", "cogs")


@dataclass(frozen=True)
class Bill:
    """One bill's part on one account: amount in minor units of `currency`, `balance` of the company's.

    `months` are running numbers, from the first to the last month that it is for; `is_named` when its text or
    its dates say so.
    """

    move_id: int
    label: str
    day: date
    document_day: date
    currency: int
    amount: int
    balance: int
    is_seen: bool
    is_refund: bool
    reverses: int | None
    text: str
    analytic: str
    months: tuple[int, ...]
    is_named: bool
    year: int | None = None

    @property
    def end(self) -> int:
        """Return the last month that it is for."""
        return self.months[-1]


@dataclass(frozen=True)
class Series:
    """The bills of a vendor on an account, ordered by document date."""

    partner_id: int
    account_id: int
    bills: tuple[Bill, ...]

    @property
    def seen(self) -> tuple[Bill, ...]:
        """Return what is posted up to the closing date."""
        return tuple(one for one in self.bills if one.is_seen)

    @property
    def known(self) -> tuple[Bill, ...]:
        """Return drafts, and what was posted with a later date."""
        return tuple(one for one in self.bills if not one.is_seen)

    @property
    def last(self) -> Bill | None:
        """Return the last bill that was seen, refunds left out."""
        return next((one for one in reversed(self.seen) if not one.is_refund), None)


def series_of(books: Books, day: date) -> list[Series]:
    """Return every vendor's bills by expense account, as of a day; amounts net of recoverable tax."""
    bills: dict[tuple[int, int], list[Bill]] = defaultdict(list)
    for row in _rows(books, day).iter_rows(named=True):
        document_day = row["invoice_date"] or row["date"]
        named, text = (), ""
        for text in (row["text"], row["move_ref"]):
            named = named_months(text, document_day)
            if named:
                break
        service = _service_months(row)
        months = service or named or (month_index(document_day),)
        currency = row["currency"] or books.company.currency.id
        bills[row["partner"], row["account_id"]].append(
            Bill(
                move_id=row["move_id"],
                label=move_label(row["move_name"], row["move_ref"], row["move_id"]),
                day=row["date"],
                document_day=document_day,
                currency=currency,
                amount=row["amount_currency"],
                balance=row["balance"],
                is_seen=row["posted"] and row["date"] <= day,
                is_refund=row["move_type"] == "in_refund",
                reverses=row["reversed_entry_id"],
                text=f"{row['text'] or ''} {row['move_ref'] or ''} {row['narration'] or ''}".strip(),
                analytic=row["analytic"] or "",
                months=months,
                is_named=bool(service or named),
                year=named_year(row["text"]),
            )
        )
    return [Series(*key, tuple(assigned(found))) for key, found in sorted(bills.items())]


def _rows(books: Books, day: date) -> pl.DataFrame:
    accounts = books.frame("accounts").select(pl.col("id").alias("account_id"), "account_type")
    since = add_months(day, -BACK_MONTHS)
    moves = books.frame("moves").filter(
        pl.col("move_type").is_in(BILLS), pl.col("state") != "cancel", pl.col("date") >= since
    )
    facts = moves.select(
        pl.col("id").alias("move_id"),
        pl.col("name").alias("move_name"),
        pl.col("ref").alias("move_ref"),
        "move_type", "state", "invoice_date", "reversed_entry_id", "narration",
        pl.coalesce("commercial_partner_id", "partner_id").alias("move_partner"),
    )  # fmt: skip
    lines = (
        books.frame("lines")
        .join(facts, on="move_id")
        .join(accounts, on="account_id", how="left")
        .filter(
            pl.col("account_type").str.starts_with("expense"),
            ~pl.col("display_type").is_in(_NO_COST).fill_null(value=False),
            pl.col("parent_state") != "cancel",
        )
        .with_columns(
            partner=pl.coalesce("move_partner", "partner_id"),
            is_tax=pl.col("display_type").is_in(["tax", "non_deductible_tax"]).fill_null(value=False),
        )
        .filter(pl.col("partner").is_not_null())
        .sort("id")
    )
    # The tax of an order-backed line goes with it: where a bill holds one, its tax on the account stays out.
    ordered = pl.col("purchase_line_id").is_not_null()
    lines = lines.with_columns(has_order=ordered.any().over("move_id", "account_id")).filter(
        ~ordered, ~(pl.col("has_order") & pl.col("is_tax"))
    )
    dates = [one for one in ("start_date", "end_date") if one in lines.columns and books.has("lines", one)]
    analytic = pl.col("analytic") if books.has("lines", "analytic") else pl.lit(None, pl.String)
    own = pl.lit(books.company.currency.id)
    content = ~pl.col("is_tax")
    return (
        lines.with_columns(analytic=analytic, currency=pl.col("currency").fill_null(own))
        .group_by("partner", "account_id", "move_id", "currency")
        .agg(
            pl.col("date", "move_name", "move_ref", "move_type", "invoice_date", "narration").first(),
            pl.col("reversed_entry_id").first(),
            pl.col("balance", "amount_currency").sum(),
            posted=((pl.col("state") == "posted") & (pl.col("parent_state") == "posted")).all(),
            text=pl.col("name").filter(content).drop_nulls().str.join(" ").first(),
            analytic=pl.when(pl.col("analytic").filter(content).n_unique() == 1)
            .then(pl.col("analytic").filter(content).first())
            .first(),
            **{
                "service_from": pl.col("start_date").min(),
                "service_to": pl.col("end_date").max(),
            }
            if len(dates) == 2
            else {},
        )
        .with_columns(sorted_by=pl.coalesce("invoice_date", "date"))
        .sort("partner", "account_id", "sorted_by", "move_id")
    )


def _service_months(row: dict) -> tuple[int, ...]:
    start, end = row.get("service_from"), row.get("service_to")
    if not start or not end or end < start or month_index(end) - month_index(start) >= 12:
        return ()
    return tuple(range(month_index(start), month_index(end) + 1))


def assigned(bills: Sequence[Bill]) -> list[Bill]:
    """Return bills, ordered by document date, with the months that they are for once all are looked at.

    Texts that always name the same month (a contract's date) are left aside. A refund is for what the bill
    that it takes back was for. A bill that names no month is for its document's month; two in a month after
    an empty one, or one that comes early after an empty month, fill that.
    """
    bills = _trusted(bills)
    plain = [one for one in bills if not one.is_refund]
    usual = usual_day(one.document_day.day for one in plain)
    counts = Counter(one.end for one in plain)
    lags = Counter(one.end - month_index(one.document_day) for one in plain if one.is_named)
    if lags and sum(lags.values()) * 2 > len(plain):
        lag = lags.most_common(1)[0][0]
        plain = [one if one.is_named else replace(one, months=(one.end + lag,)) for one in plain]
    elif sum(count == 1 for count in counts.values()) >= TRUSTED * len(counts):
        plain = _filled(plain, usual)
    made = {one.move_id: one.months for one in plain}
    refunds = [replace(one, months=made.get(one.reverses or 0, one.months)) for one in bills if one.is_refund]
    return sorted([*plain, *refunds], key=lambda one: (one.document_day, one.move_id))


def _trusted(bills: Sequence[Bill]) -> list[Bill]:
    named = [one for one in bills if one.is_named and not one.is_refund]
    could = len({month_index(one.document_day) for one in named})
    if len({one.end for one in named}) >= TRUSTED * could:
        return list(bills)
    return [
        replace(one, months=(month_index(one.document_day),), is_named=False) if one.is_named else one
        for one in bills
    ]


def usual_day(days: Iterable[int]) -> int:
    """Return the day of the month that all are nearest to."""
    counts = Counter(days)
    return min(
        sorted(counts),
        key=lambda one: sum(days_apart(one, other) * count for other, count in counts.items()),
        default=1,
    )


def days_apart(one: int, other: int) -> int:
    """Return the days between two days of a month, over its end where that is nearer."""
    return min(abs(one - other), 30 - abs(one - other))


def _filled(bills: Sequence[Bill], usual: int) -> list[Bill]:
    """Move a bill without a named month into the empty month beside its own."""
    found = list(bills)
    taken = Counter(one.end for one in found)
    first = min(taken, default=0)
    for at, one in enumerate(found):
        if one.is_named or one.end <= first:
            continue
        early = usual - one.document_day.day > LATE_DAYS
        before, after = one.end - 1, one.end + 1
        if not taken[before] and (taken[one.end] > 1 or early):
            to = before
        elif taken[one.end] > 1 and not taken[after] and one.document_day.day - usual > LATE_DAYS:
            to = after
        else:
            continue
        taken[one.end] -= 1
        taken[to] += 1
        found[at] = replace(one, months=(to,))
    return found
