"""EXF011 Manual entry on a control account.

**What it does** Reports a manual line on a trade receivable or payable, a tax account or a bank account.
Facets: *trade*, *no_partner*, *tax*, *bank*.

**Why it matters** Existence: such an account is the sum of its documents; a line by hand breaks the tie to
them.

**Method** Manual lines from `control_min_amount` on in P. Tax accounts are those that tax lines of documents
stand on. Example: 700.00 from Receivable to Other income by hand, no customer → *no_partner*, 700.00.

**False positives** Write-offs by a reconciliation model (origin); netting of one partner's receivable and
payable; net pay and the like, when the journal has that account in six of the last twelve months or by habit.

**Source** Journal-entry tests of ISA 240; `account.account.account_type`."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import (
    about_entry,
    account_names,
    entries,
    in_period,
    posted_since,
    posted_where,
    posted_within,
    type_in,
)
from agent_service.core.findings import Finding
from agent_service.core.habit import monthly, not_habitual
from agent_service.core.model import Books
from agent_service.core.months import by_month, month
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy

CODE = "EXF011"
TITLE = "Manual entry on a control account"
SEVERITY = "medium"
WHY = "A line by hand breaks the tie between the account and its documents."
REMEDY = "Use the document that belongs there, or explain it."
PARAMETERS = {"control_min_amount": "0.01 M", "habit_share_pct": 5}


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each entry and facet; the amount is the largest of its lines."""
    own = policy.parameters(CODE, PARAMETERS)
    least = policy.amount(own, "control_min_amount")
    past = by_month(books, f"{CODE} taxes", _past_taxes, None, period.start)
    taxes = {*past["account_id"], *_taxes(posted_since(books, period.start))["account_id"]}
    trade = type_in("asset_receivable", "liability_payable")
    ours = entries(books).filter(pl.col("manual"), pl.col("move_type") == "entry")["id"].implode()
    year = pl.col("date").is_between(add_months(period.start, -12), period.as_of)
    mine = pl.col("move_id").is_in(ours) & year
    stated = books.frame("lines").filter(mine).select("id", stated="partner_id")
    lines = posted_where(books, mine).join(stated, on="id", how="left", maintain_order="left")
    facet = (
        pl.when(trade & pl.col("stated").is_null())
        .then(pl.lit("no_partner"))
        .when(trade)
        .then(pl.lit("trade"))
        .when(pl.col("account_id").is_in(sorted(taxes)))
        .then(pl.lit("tax"))
        .when(type_in("asset_cash"))
        .then(pl.lit("bank"))
    )
    lines = lines.with_columns(facet=facet).with_columns(control=pl.col("facet").is_not_null())
    odd = lines.filter(
        in_period(period), pl.col("manual"), "control", ~exempt(CODE), pl.col("balance").abs() >= least
    )
    netted = (
        odd.filter(pl.col("facet") == "trade")
        .group_by("move_id")
        .agg(kinds=pl.col("account_type").n_unique(), partners=pl.col("partner_id").n_unique())
        .filter(pl.col("kinds") == 2, pl.col("partners") == 1)
    )
    odd = odd.join(netted, on="move_id", how="anti")
    manual = lines.filter(pl.col("manual"))
    odd = odd.join(
        monthly(manual.filter("control"), ("journal_id", "account_id"), period),
        on=["journal_id", "account_id"],
        how="anti",
        nulls_equal=True,
    )
    by_entry = manual.group_by("move_id").agg(
        pl.col("date").first(), pl.col("journal_id").first(), pl.col("control").any()
    )
    by_entry = by_entry.join(_creators(books, by_entry), on="move_id")
    odd = odd.drop("create_uid").join(_creators(books, odd), on="move_id")
    odd = not_habitual(odd, by_entry, "control", period, float(own.decimal("habit_share_pct")))
    names = account_names(books)
    found = []
    for part in odd.sort("move_id", "facet", "id").partition_by("move_id", "facet", maintain_order=True):
        row = part.sort(pl.col("balance").abs(), descending=True, maintain_order=True).to_dicts()[0]
        partner = " without partner" if row["facet"] == "no_partner" else ""
        found.append(
            about_entry(
                books,
                row["move_id"],
                row["facet"],
                f"{{}}: {books.show(row['balance'])} by hand on {names.get(row['account_id'])}{partner}",
                f"{{}} of {row['date']} has {books.show(row['balance'])} on "
                f"{names.get(row['account_id'])}{partner}; "
                "that account is the sum of its documents.",
                amount=row["balance"],
                lines=tuple(part["id"].to_list()),
                evidence={"balance": books.company.currency.text(row["balance"])},
            )
        )
    return found


def _taxes(lines: pl.DataFrame) -> pl.DataFrame:
    taxed = lines.filter(
        pl.col("document"), pl.col("tax_line_of").is_not_null(), pl.col("account_id").is_not_null()
    )
    return taxed.select(month(), "account_id").unique()


def _past_taxes(books: Books, months: Sequence[date]) -> pl.DataFrame:
    return _taxes(posted_within(books, months))


def _creators(books: Books, of: pl.DataFrame) -> pl.DataFrame:
    wanted = pl.col("id").is_in(of["move_id"].unique().implode())
    return books.where("moves", wanted, "id", "create_uid").rename({"id": "move_id"})
