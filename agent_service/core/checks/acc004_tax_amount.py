"""ACC004 Tax base against tax amount.

**What it does** Recomputes each tax of a document from its base lines and reports a tax line that is off.

**Why it matters** Accuracy: a tax amount typed over is claimed or owed wrongly, whatever the total says.

**Method** By document and tax: sum of `balance` of the lines that carry the tax × rate × the sum of its
repartition factors, less the tax's own lines; types percent and division. Off by more than
max(`tax_tolerance_units`, base lines / 2) rounding units (units of the document's currency if that is
coarser) is reported, one finding a document. Example: base 1,000.00 at 20 %, tax line 210.00 → 10.00.

**False positives** Cents edited to match the paper bill; a customs bill of tax only; reverse charge
(factors of
both signs); taxes on a cash basis; the part that isn't deductible (its factor says so).

**Source** `account.tax`, `account.tax.repartition.line.factor_percent`, `tax_repartition_line_id`."""

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, in_period, posted_since, tax_text
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "ACC004"
TITLE = "Tax base against tax amount"
SEVERITY = "high"
UNIT = "entry"
WHY = "A tax that isn't its base times its rate is declared wrongly."
REMEDY = "Correct the tax line to what base and rate give."
PARAMETERS = {"tax_tolerance_units": 2}
YIELDS_TO = ("ACC003",)


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each document; the amount is the sum of the differences without sign."""
    units = policy.parameters(CODE, PARAMETERS).integer("tax_tolerance_units")
    taxes = books.need("taxes")
    books.need("lines", "tax_codes")
    documents = posted_since(books, period.start).filter(pl.col("document"), in_period(period), ~exempt(CODE))
    rates = taxes.filter(
        ~pl.col("cash_basis").fill_null(value=False), pl.col("type").is_in(["percent", "division"])
    ).select(
        pl.col("code").alias("tax"),
        "type",
        rate=pl.col("rate").cast(pl.Float64),
        factor=pl.col("factors")
        .fill_null("100")
        .str.split(";")
        .list.eval(pl.element().cast(pl.Float64, strict=False))
        .list.sum()
        / 100,
    )
    base = (
        documents.filter(pl.col("tax_codes").is_not_null())
        .with_columns(tax=pl.col("tax_codes").str.split(";"))
        .explode("tax")
        .with_columns(pl.col("tax").str.strip_chars())
        .group_by("move_id", "tax")
        .agg(
            base=pl.col("balance").sum(),
            lines=pl.len(),
            line_ids=pl.col("id"),
            scale=(pl.col("balance").abs().sum() / pl.col("amount_currency").abs().sum().clip(1)).clip(
                1, None
            ),
        )
        .join(rates, on="tax")
    )
    booked = (
        documents.filter(pl.col("tax_line_of").is_not_null())
        .group_by("move_id", pl.col("tax_line_of").alias("tax"))
        .agg(booked=pl.col("balance").sum(), tax_line_ids=pl.col("id"))
    )
    share = (
        pl.when(pl.col("type") == "division")
        .then(pl.col("rate") / (100 - pl.col("rate")))
        .otherwise(pl.col("rate") / 100)
    )
    step = books.company.currency.step_minor
    compared = (
        base.join(booked, on=["move_id", "tax"], how="left")
        .with_columns(
            expected=(pl.col("base") * share * pl.col("factor")).round().cast(pl.Int64),
            booked=pl.col("booked").fill_null(0),
        )
        .with_columns(
            off=pl.col("booked") - pl.col("expected"),
            slack=pl.max_horizontal(pl.lit(float(units)), pl.col("lines") / 2) * step * pl.col("scale"),
        )
        .filter(pl.col("off").abs() > pl.col("slack"))
    )
    found = []
    for part in compared.sort("move_id", "tax").partition_by("move_id", maintain_order=True):
        rows = part.to_dicts()
        total = sum(abs(row["off"]) for row in rows)
        told = "; ".join(
            f"{tax_text(books, row['tax'])}: {books.show(row['booked'])} "
            f"instead of {books.show(row['expected'])}"
            for row in rows
        )
        lines = [one for row in rows for one in (row["tax_line_ids"] or row["line_ids"])]
        found.append(
            about_entry(
                books,
                rows[0]["move_id"],
                "amount",
                f"{{}}: tax is off by {books.show(total)}",
                f"{{}} has {told}.",
                amount=total,
                lines=tuple(sorted(lines)),
                evidence={
                    "taxes": [
                        {
                            "tax": tax_text(books, row["tax"]),
                            "rate": str(row["rate"]),
                            "base": books.company.currency.text(row["base"]),
                            "expected": books.company.currency.text(row["expected"]),
                            "booked": books.company.currency.text(row["booked"]),
                        }
                        for row in rows
                    ]
                },
            )
        )
    return found
