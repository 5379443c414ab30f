"""VAL006 Rate missing or stale.

**What it does** Reports a currency that was used in the period without a sound rate. Facets: *missing*,
*stale*,
*jump*.

**Why it matters** Accuracy: without a rate Odoo takes the first later one, or 1; an old or mistyped one
misstates everything booked at it.

**Method** Days of P with posted lines in a foreign currency: no rate on or before the day; a rate older than
max(`rate_max_age_days`, twice its usual interval); a rate of P off its neighbours by more than
`rate_jump_pct` % on
both sides, in one direction. One finding a currency and facet. Example: EUR booked on 20 October, newest
rate of
2 September, daily before → *stale*.

**False positives** A pegged currency (its rate never changes); monthly rates as a rhythm; holidays.

**Source** `res.currency._get_rates`; IAS 21."""

import polars as pl

from agent_service.core.facts import in_period, posted_since
from agent_service.core.findings import Finding, Record
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.core.rate_table import rates_by_day

CODE = "VAL006"
TITLE = "Rate missing or stale"
SEVERITY = "high"
WHY = "Whatever was booked at a wrong rate is wrong, and nobody sees it on the document."
REMEDY = "Load the rates, and judge what was booked meanwhile anew."
PARAMETERS = {"rate_max_age_days": 7, "rate_jump_pct": 10}


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each currency and facet; the amount is what was booked at such rates."""
    own = policy.parameters(CODE, PARAMETERS)
    rates = rates_by_day(books)
    ids = books.frame("rates").select("currency", pl.col("date").alias("rate_date"), rate_id="id")
    ids = ids.unique(["currency", "rate_date"], keep="last", maintain_order=True)
    used = (
        posted_since(books, period.start)
        .filter(
            in_period(period),
            pl.col("currency").is_not_null(),
            pl.col("currency") != books.company.currency.id,
            pl.col("amount_currency").fill_null(0) != 0,
            pl.col("origin").fill_null("") != "exchange",
        )
        .with_columns(day=pl.coalesce("invoice_date", "date"))
    )
    judged = (
        used.sort("day")
        .join_asof(rates, left_on="day", right_on="rate_date", by="currency", check_sortedness=False)
        .with_columns(age=(pl.col("day") - pl.col("rate_date")).dt.total_days())
    )
    gaps = (
        rates.sort("currency", "rate_date")
        .with_columns(gap=pl.col("rate_date").diff().dt.total_days().over("currency"))
        .group_by("currency")
        .agg(usual=pl.col("gap").median(), kinds=pl.col("rate").n_unique(), n=pl.len())
    )
    judged = judged.join(gaps, on="currency", how="left")
    limit = pl.max_horizontal(
        pl.lit(float(own.integer("rate_max_age_days"))), pl.col("usual").fill_null(0) * 2
    )
    pegged = (pl.col("kinds") == 1) & (pl.col("n") >= 3)
    missing = judged.filter(pl.col("rate").is_null())
    stale = judged.filter(pl.col("age") > limit, ~pegged)
    found = [
        *_findings(books, missing, "missing", "has no rate on or before"),
        *_findings(books, stale, "stale", "has only an old rate on"),
    ]
    jumped = _jumps(rates, period, float(own.decimal("rate_jump_pct"))).join(
        ids, on=["currency", "rate_date"]
    )
    for row in jumped.sort("currency", "rate_date").iter_rows(named=True):
        currency = books.currency(row["currency"])
        part = judged.filter(pl.col("currency") == row["currency"], pl.col("rate_date") == row["rate_date"])
        anchor = Record("res.currency", row["currency"], currency.name)
        found.append(
            Finding(
                facet=f"jump:{row['rate_date']}",
                anchor=anchor,
                title=f"{currency.name}: the rate of {row['rate_date']} jumps to {row['rate']:.6g} and back",
                message=f"The rate of {currency.name} was {row['before']:.6g}, is {row['rate']:.6g} on "
                f"{row['rate_date']} "
                f"and {row['after']:.6g} after it.",
                amount=int(part["balance"].abs().max() or 0),
                records=(
                    anchor,
                    Record("res.currency.rate", row["rate_id"]),
                    *(Record("account.move", one) for one in part["move_id"].unique().sort().head(40)),
                ),
                evidence={
                    "before": f"{row['before']:.8g}",
                    "rate": f"{row['rate']:.8g}",
                    "after": f"{row['after']:.8g}",
                },
            )
        )
    return found


def _jumps(rates: pl.DataFrame, period: Period, pct: float) -> pl.DataFrame:
    chain = (
        rates.sort("currency", "rate_date")
        .with_columns(
            before=pl.col("rate").shift(1).over("currency"), after=pl.col("rate").shift(-1).over("currency")
        )
        .filter(pl.col("rate_date").is_between(period.start, period.end))
        .drop_nulls(["before", "after"])
    )
    up, down = 1 + pct / 100, 1 - pct / 100
    rate, before, after = pl.col("rate"), pl.col("before"), pl.col("after")
    return chain.filter(
        ((rate > before * up) & (rate > after * up)) | ((rate < before * down) & (rate < after * down))
    )


def _findings(books: Books, lines: pl.DataFrame, facet: str, what: str) -> list[Finding]:
    found = []
    for part in (
        lines.sort("currency", "day", "id").partition_by("currency", maintain_order=True)
        if lines.height
        else ()
    ):
        row = part.to_dicts()[0]
        currency = books.currency(row["currency"])
        anchor = Record("res.currency", row["currency"], currency.name)
        moves = part["move_id"].unique().sort()
        newest = f", the newest rate is of {row['rate_date']}" if row["rate_date"] else ""
        found.append(
            Finding(
                facet=facet,
                anchor=anchor,
                title=f"{currency.name} {what} {row['day']}",
                message=f"{currency.name} {what} {row['day']}; {moves.len()} "
                f"entr{'ies were' if moves.len() > 1 else 'y was'} "
                f"booked so{newest}.",
                amount=int(part.filter(pl.col("balance") > 0)["balance"].sum()),
                records=(anchor, *(Record("account.move", one) for one in moves.head(45))),
                evidence={
                    "first_day": str(row["day"]),
                    "rate_date": str(row["rate_date"] or ""),
                    "entries": moves.len(),
                },
            )
        )
    return found
