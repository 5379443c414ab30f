"""ACC005 Foreign amount against the day's rate.

**What it does** Compares the rate that a foreign amount was booked at with the rate of the day. Facets:
*rate*, *inverted*.

**Why it matters** Accuracy: IAS 21.21 wants the rate at the date of the transaction; an inverted or old one
misstates cost, debt and every later exchange difference.

**Method** |`amount_currency` / `balance`| against the newest rate dated up to `invoice_date` (documents) or
`date`; off by more than `rate_tolerance_pct` % (`bank_rate_tolerance_pct` % on bank lines and payments) is
reported, one finding an entry; *inverted* when it is the rate's inverse instead. Lines under 100 rounding
units aren't judged, nor is a difference within T. Example: EUR 1,000.00 booked as 1,000.00 USD on a day
with 0.92 EUR per USD → 86.96.

**False positives** The bank's own rate on a bank line; exchange lines with `amount_currency` = 0; reversals,
which keep the rate of what they reverse; days without any rate (VAL006).

**Source** IAS 21.21; `res.currency.rate`, `account.move.invoice_currency_rate`."""

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, in_period, posted_since
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.core.rate_table import rates_by_day

CODE = "ACC005"
TITLE = "Foreign amount against the day's rate"
SEVERITY = "high"
UNIT = "entry"
WHY = "An amount booked at a wrong rate is wrong in the books, and so is each exchange difference after it."
REMEDY = "Enter the document anew with the rate of its day."
PARAMETERS = {"rate_tolerance_pct": 1, "bank_rate_tolerance_pct": 3}
YIELDS_TO = ("VAL006",)

_LEAST_UNITS = 100


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each entry; the amount is the largest difference of its lines."""
    own = policy.parameters(CODE, PARAMETERS)
    company = books.company.currency
    rates = rates_by_day(books)
    lines = (
        posted_since(books, period.start)
        .filter(
            in_period(period),
            pl.col("currency") != company.id,
            pl.col("balance").abs() >= _LEAST_UNITS * company.step_minor,
            pl.col("amount_currency").fill_null(0) != 0,
            pl.col("reversed_entry_id").is_null(),
            ~exempt(CODE),
        )
        .with_columns(
            day=pl.when(pl.col("document")).then(pl.coalesce("invoice_date", "date")).otherwise("date"),
            slack=pl.when(pl.col("origin").is_in(["statement_line", "payment"]))
            .then(float(own.decimal("bank_rate_tolerance_pct")))
            .otherwise(float(own.decimal("rate_tolerance_pct"))),
            places=pl.col("currency").replace_strict(
                {number: one.decimals for number, one in books.currencies.items()},
                default=2,
                return_dtype=pl.Int64,
            ),
        )
        .sort("day")
        .join_asof(rates, left_on="day", right_on="rate_date", by="currency", check_sortedness=False)
        .filter(pl.col("rate").is_not_null(), pl.col("rate") > 0)
    )
    unit = pl.lit(10.0).pow(company.decimals - pl.col("places"))
    booked = pl.col("amount_currency").abs() / pl.col("balance").abs() * unit
    expected = (pl.col("amount_currency").abs() / pl.col("rate") * unit).round()
    judged = lines.with_columns(booked=booked, expected=expected).with_columns(
        off_pct=(pl.col("booked") / pl.col("rate") - 1).abs() * 100,
        off=(pl.col("balance").abs() - pl.col("expected")).abs(),
        inverted=((pl.col("booked") * pl.col("rate") - 1).abs() * 100 <= pl.col("slack")),
    )
    wrong = judged.filter(
        pl.col("off_pct") > pl.col("slack"), pl.col("off") > policy.tolerance_minor(1)
    ).sort("move_id", "id")
    found = []
    for part in wrong.partition_by("move_id", maintain_order=True):
        row = part.sort("off", descending=True).to_dicts()[0]
        name = books.currency(row["currency"]).name
        inverted = bool(row["inverted"])
        found.append(
            about_entry(
                books,
                row["move_id"],
                "inverted" if inverted else "rate",
                f"{{}}: {name} at {row['booked']:.6g} instead of {row['rate']:.6g}",
                f"{{}} has {books.currency(row['currency']).show(abs(row['amount_currency']))} as "
                f"{books.show(abs(row['balance']))}, {row['booked']:.6g} {name} a unit; the rate of "
                f"{row['rate_date']} "
                f"is {row['rate']:.6g}" + (" (turned upside down)." if inverted else "."),
                amount=int(row["off"]),
                lines=tuple(part["id"].to_list()),
                evidence={
                    "rate": f"{row['rate']:.8g}",
                    "rate_date": str(row["rate_date"]),
                    "booked_rate": f"{row['booked']:.8g}",
                    "expected": company.text(int(row["expected"])),
                },
            )
        )
    return found
