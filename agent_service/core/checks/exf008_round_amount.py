"""EXF008 Round amount.

**What it does** Reports a manual entry over a round sum without a document behind it.

**Why it matters** Existence: invented amounts are round; real ones seldom are.

**Method** Manual entry of P from `round_min_amount` on whose largest line is divisible by 10^`round_digits`
currency units (two digits more without decimals), no attachment. Example: 20,000.00 Consulting to Payable,
nothing attached → 20,000.00.

**False positives** Loans, capital, an amount that the same account had in three earlier months (rent,
advances, budgeted accruals); an account where round amounts are the habit.

**Source** Journal-entry tests of ISA 240 and the CAQ list; `account.move.line.balance`."""

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, account_names, posted_entries, posted_where, type_in
from agent_service.core.findings import Finding
from agent_service.core.habit import not_habitual
from agent_service.core.model import Books
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy

CODE = "EXF008"
TITLE = "Round amount"
SEVERITY = "low"
WHY = "A round amount without a paper behind it is often a guess, at times an invention."
REMEDY = "Attach what supports the amount, or reverse it."
PARAMETERS = {"round_min_amount": "0.2 M", "round_digits": 3, "habit_share_pct": 5}
YIELDS_TO = ("EXF012",)


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each entry; the amount is its largest line."""
    own = policy.parameters(CODE, PARAMETERS)
    least = policy.amount(own, "round_min_amount")
    books.need("moves", "has_attachment")
    places = books.company.currency.decimals
    unit = 10 ** (own.integer("round_digits") + (places or 2))
    manual = posted_entries(books).filter(
        pl.col("manual"),
        ~exempt(CODE),
        pl.col("date").is_between(add_months(period.start, -24), period.as_of),
    )
    ours = pl.col("move_id").is_in(manual["id"].implode())
    lines = posted_where(books, ours & (pl.col("balance").fill_null(0) != 0))
    lines = lines.with_columns(
        round=(pl.col("balance").abs() % unit == 0),
        size=pl.col("balance").abs(),
        month=pl.col("date").dt.truncate("1mo"),
    )
    # of two lines with the largest amount the result's counts, then the lower id
    largest = (
        lines.sort("move_id", "size", "id", descending=[False, True, False])
        .group_by("move_id", maintain_order=True)
        .first()
    )
    bare = manual.filter(~pl.col("has_attachment").fill_null(value=False))["id"]
    odd = largest.filter(
        pl.col("date") >= period.start,
        pl.col("round"),
        pl.col("size") >= least,
        pl.col("move_id").is_in(bare.implode()),
    )
    financed = lines.filter(type_in("equity", "liability_non_current", "equity_unaffected"))[
        "move_id"
    ].unique()
    odd = odd.filter(~pl.col("move_id").is_in(financed.implode()))
    odd = not_habitual(odd, lines, "round", period, float(own.decimal("habit_share_pct")), ("account_id",))
    past = (
        lines.filter(pl.col("date") < period.start)
        .group_by("account_id", "balance")
        .agg(months=pl.col("month").n_unique())
    )
    series = past.filter(pl.col("months") >= 3).select("account_id", "balance")
    odd = odd.join(series, on=["account_id", "balance"], how="anti").sort("move_id")
    names = account_names(books)
    return [
        about_entry(
            books,
            row["move_id"],
            "round",
            f"{{}}: {books.show(row['size'])} is a round sum",
            f"{{}} of {row['date']} has {books.show(row['size'])} on {names.get(row['account_id'])} and "
            f"no document.",
            amount=row["size"],
            lines=(row["id"],),
            evidence={"amount": books.company.currency.text(row["size"])},
        )
        for row in odd.iter_rows(named=True)
    ]
