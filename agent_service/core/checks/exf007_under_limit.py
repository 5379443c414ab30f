"""EXF007 Just under a limit.

**What it does** Reports bills, payments and manual entries that stay just under an approval limit, alone
(*near*) or in parts (*split*).

**Why it matters** Override of controls: who wants no second signature stays under the amount that needs one.

**Method** *near*: a total in [100 − `limit_band_pct` %, 100 %) of a limit of the policy, without matched
order,
an amount that the partner never had, and either in whole units, or created and posted by one person, or
of a vendor known for at most 90 days. *split*: two or more such bills of one partner within `split_days`,
each under and at least `split_least_pct` % of the limit, together over, though the partner never had as many
at once before. Example: limit 5,000.00, a bill of 4,950.00 without order → *near*.

**False positives** A catalogue price seen before; one order in several deliveries; a vendor whose bills
come in such bundles. (Two bills that fell together once don't make three in three days a habit.)

**Source** Journal-entry tests of ISA 240; AICPA audit data analytics; the policy's `approval_limits`."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, posted_entries
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy

CODE = "EXF007"
TITLE = "Just under a limit"
SEVERITY = "medium"
WHY = "An amount just under the limit may have been made to fit."
REMEDY = "Have it approved as if it lay above the limit."
PARAMETERS = {"limit_band_pct": 2, "split_days": 3, "new_vendor_days": 90, "split_least_pct": 25}


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each entry near a limit, and one for each split."""
    own = policy.parameters(CODE, PARAMETERS)
    limits = _limits(books, policy)
    frame = _judged(books, period)
    seen = frame.filter(pl.col("date") < period.start).select("commercial_partner_id", "size").unique()
    odd = frame.filter(
        pl.col("date") >= period.start,
        ~pl.col("ordered").fill_null(value=False),
        _trait(books, own.integer("new_vendor_days")),
    ).join(seen, on=["commercial_partner_id", "size"], how="anti", nulls_equal=True)
    band = own.integer("limit_band_pct")
    found = []
    near: set[int] = set()
    for row in odd.sort("id").iter_rows(named=True):
        limit = next((one for one in limits if one * (100 - band) <= row["size"] * 100 < one * 100), None)
        if limit is None:
            continue
        near.add(row["id"])
        found.append(
            about_entry(
                books,
                row["id"],
                "near",
                f"{{}}: {books.show(row['size'])}, just under {books.show(limit)}",
                f"{{}} of {row['date']} over {books.show(row['size'])} lies just under the limit of "
                f"{books.show(limit)}.",
                amount=row["size"],
                evidence={"limit": books.company.currency.text(limit)},
            )
        )
    return [
        *found,
        *_splits(books, odd, frame, limits, own.integer("split_days"), own.integer("split_least_pct")),
    ]


def _limits(books: Books, policy: Policy) -> list[int]:
    given = policy.settings.get("approval_limits")
    values = list(given.values()) if isinstance(given, Mapping) else given or []
    try:
        limits = sorted({policy.currency.minor(Decimal(str(_amount(one)))) for one in values})
    except (InvalidOperation, TypeError, ValueError):
        limits = []
    if not limits:
        raise books.lacking("the policy names no approval limits")
    return limits


def _amount(one: object) -> object:
    return one.get("amount") or one.get("limit") or one.get("up_to") if isinstance(one, Mapping) else one


def _judged(books: Books, period: Period) -> pl.DataFrame:
    lines = books.frame("lines").filter(
        pl.col("purchase_line_id").is_not_null(), pl.col("parent_state") == "posted"
    )
    ordered = lines["move_id"].unique()
    first = (
        posted_entries(books)
        .drop_nulls("commercial_partner_id")
        .group_by("commercial_partner_id")
        .agg(first=pl.col("date").min())
    )
    payable = pl.col("origin").is_in(["payment"]).fill_null(value=False)
    return (
        posted_entries(books)
        .filter(
            pl.col("move_type").is_in(["in_invoice", "in_receipt"]) | pl.col("manual") | payable,
            ~exempt(CODE),
            pl.col("size") > 0,
            pl.col("date").is_between(add_months(period.start, -24), period.as_of),
        )
        .with_columns(
            ordered=pl.col("id").is_in(ordered.implode()),
            size=pl.when(pl.col("document") & (pl.col("amount_total_signed").fill_null(0) != 0))
            .then(pl.col("amount_total_signed").abs())
            .otherwise("size"),
        )
        .join(first, on="commercial_partner_id", how="left")
        .select(
            "id",
            "date",
            "size",
            "ordered",
            "commercial_partner_id",
            "create_uid",
            "posted_by",
            "first",
            "move_type",
            "document",
        )
    )


def _trait(books: Books, days: int) -> pl.Expr:
    # where a currency has no smaller coin every amount is whole: there hundreds say that somebody chose it
    unit = 10 ** (books.company.currency.decimals or 2)
    alone = (pl.col("create_uid") == pl.col("posted_by")).fill_null(value=False)
    fresh = ((pl.col("date") - pl.col("first")).dt.total_days() <= days).fill_null(value=False)
    return (pl.col("size") % unit == 0) | alone | (fresh & pl.col("document"))


def _splits(
    books: Books, odd: pl.DataFrame, frame: pl.DataFrame, limits: list[int], days: int, least_pct: int
) -> list[Finding]:
    bills = odd.filter(pl.col("document"), pl.col("commercial_partner_id").is_not_null()).sort("date", "id")
    found = []
    for part in bills.partition_by("commercial_partner_id", maintain_order=True) if bills.height else ():
        if part.height < 2:
            continue
        rows = part.to_dicts()
        for limit in reversed(limits):
            group = _group(
                [row for row in rows if least_pct * limit <= row["size"] * 100 < limit * 100], limit, days
            )
            if not group or _usual(frame, group, limit, days, least_pct):
                continue
            total = sum(row["size"] for row in group)
            found.append(
                about_entry(
                    books,
                    group[-1]["id"],
                    "split",
                    f"{len(group)} bills, each under {books.show(limit)}",
                    f"{len(group)} bills of one vendor within {days} days stay under "
                    f"{books.show(limit)}, together they "
                    f"are {books.show(total)}; the last is {{}}.",
                    amount=total,
                    moves=tuple(row["id"] for row in group[:-1]),
                    evidence={
                        "limit": books.company.currency.text(limit),
                        "sum": books.company.currency.text(total),
                    },
                )
            )
            break
    return found


def _group(rows: list[dict], limit: int, days: int, least: int = 2) -> list[dict]:
    """Return the first bills, at least so many, that lie so close and add up to the limit; none: empty."""
    for place, first in enumerate(rows):
        group = [row for row in rows[place:] if row["date"] - first["date"] <= timedelta(days=days)]
        if len(group) >= least and sum(row["size"] for row in group) >= limit:
            return group
    return []


def _usual(frame: pl.DataFrame, group: list[dict], limit: int, days: int, least_pct: int) -> bool:
    """Tell whether as many bills of the vendor added up to the limit as fast before."""
    past = frame.filter(
        pl.col("commercial_partner_id") == group[0]["commercial_partner_id"],
        pl.col("date") < group[0]["date"],
        pl.col("document"),
        pl.col("size") * 100 >= least_pct * limit,
        pl.col("size") < limit,
    ).sort("date", "id")
    return bool(_group(past.to_dicts(), limit, days, len(group)))
