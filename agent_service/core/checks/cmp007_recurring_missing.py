"""CMP007 Recurring item did not come.

**What it does** Reports a vendor's bill that always came and didn't.

**Why it matters** Completeness of cost: the bill that is missing is in nobody's inbox and in no total.

**Method** Posted bills by partner and account with a steady rhythm (`core/recurrence.py`) of at least
`min_occurrences`; last + median gap ≤ P end − `gap_tolerance_days`, and nothing since. A series whose last
item
is more than three gaps old has ended. Example: rent of 3,200.00 on the 3rd of each month to September,
none in
October → 3,200.00.

**False positives** A draft is there (CMP001); an accrual or prepaid release on the account in P; the last
bill
covered two; a final credit note; a series that skipped one of its last six.

**Source** ISA 520; the rhythm of ADJUSTMENTS.md section 2, one definition for rules and proposers."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import polars as pl

from agent_service.core.facts import (
    account_names,
    entries,
    in_period,
    items_where,
    partner_names,
    type_in,
)
from agent_service.core.findings import Finding, Record
from agent_service.core.model import Books
from agent_service.core.months import by_month, in_months, month
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy
from agent_service.core.recurrence import rhythm

CODE = "CMP007"
TITLE = "Recurring item did not come"
SEVERITY = "high"
WHY = "A bill that always came and didn't is a cost that nobody sees."
REMEDY = "Ask the vendor for it, and accrue the amount."
PARAMETERS = {"min_occurrences": 4, "gap_tolerance_days": 7}
YIELDS_TO = ("CMP001@res.partner",)


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each series that stopped; the amount is the median of its items."""
    if not period.is_over:
        return []
    own = policy.parameters(CODE, PARAMETERS)
    least, slack = own.integer("min_occurrences"), own.integer("gap_tolerance_days")
    past = by_month(books, f"{CODE} bills", _past_bills, add_months(period.start, -24), period.start)
    here = _bills(books, pl.col("date").is_between(period.start, period.end))
    bills = pl.concat([past, here])
    series = (
        bills.filter(~pl.col("ordered"))
        .sort("day", "move_id")
        .group_by("partner_id", "account_id", maintain_order=True)
        .agg("day", "amount", "refund", "posted", "move_id", last=pl.col("day").max(), n=pl.len())
    )
    silent = series.filter(
        pl.col("n") >= least, pl.col("last") < period.start, pl.col("last") <= period.end - timedelta(days=25)
    )
    covered = _covered(books, period)
    partners, accounts = partner_names(books), account_names(books)
    found = []
    for row in silent.sort("partner_id", "account_id").iter_rows(named=True):
        if row["refund"][-1] or not all(row["posted"]) or row["account_id"] in covered:
            continue
        beat = rhythm(row["day"], least)
        if beat is None or (period.end - row["last"]).days > 3 * beat.gap_days:
            continue
        days = sorted(set(row["day"]))[-7:]
        if any((after - before).days > beat.gap_days * 1.5 + slack for before, after in pairwise(days)):
            continue  # it skipped one lately: no item is due for sure
        due = beat.next_after(row["last"])
        if due > period.end - timedelta(days=slack):
            continue
        usual = sorted(row["amount"])[len(row["amount"]) // 2]
        if row["amount"][-1] >= 1.8 * usual:
            continue
        name, account = (
            partners.get(row["partner_id"], "a vendor"),
            accounts.get(row["account_id"], "an account"),
        )
        anchor = Record("res.partner", row["partner_id"], name)
        found.append(
            Finding(
                facet=f"account {row['account_id']}",
                anchor=anchor,
                title=f"{name}: the {beat.name} bill on {account} did not come",
                message=f"{name} bills {account} {beat.name}, {row['n']} times, last on {row['last']}; "
                f"one was due about "
                f"{due}, usually {books.show(usual)}.",
                amount=abs(usual),
                records=(
                    anchor,
                    Record("account.account", row["account_id"], account),
                    Record("account.move", row["move_id"][-1]),
                ),
                evidence={
                    "rhythm": beat.name,
                    "due": str(due),
                    "last": [str(one) for one in row["day"][-6:]],
                    "amounts": [books.company.currency.text(one) for one in row["amount"][-6:]],
                },
            )
        )
    return found


def _past_bills(books: Books, months: Sequence[date]) -> pl.DataFrame:
    return _bills(books, in_months(months))


def _bills(books: Books, dated: pl.Expr) -> pl.DataFrame:
    """Return what each bill of these days puts on an account of cost, drafts too."""
    costs = books.frame("accounts").filter(pl.col("account_type").str.starts_with("expense"))["id"]
    lines = items_where(books, dated & pl.col("account_id").is_in(costs.implode())).filter(
        pl.col("partner_id").is_not_null(),
        pl.col("move_type").is_in(["in_invoice", "in_receipt", "in_refund"]),
        pl.col("kind") == "product",
        pl.col("state") != "cancel",
    )
    return lines.group_by(month(), "partner_id", "account_id", "move_id").agg(
        day=pl.coalesce("invoice_date", "date").first(),
        amount=pl.col("balance").sum(),
        refund=(pl.col("move_type") == "in_refund").any(),
        ordered=pl.col("purchase_line_id").is_not_null().any(),
        posted=pl.col("posted").all(),
    )


def _covered(books: Books, period: Period) -> set[int]:
    """Return the accounts that an accrual or a deferral reached in the period."""
    made = entries(books).filter(in_period(period), pl.col("origin").is_in(["accrual", "deferral", "staged"]))
    forward = made.filter(pl.col("reversed_entry_id").is_null())["id"]
    lines = items_where(books, pl.col("move_id").is_in(forward.implode()) & (pl.col("balance") > 0))
    lines = lines.filter(~type_in("asset_cash"))
    return set(lines["account_id"].drop_nulls().to_list())
