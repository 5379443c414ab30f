"""EXF013 Vendor without tax number.

**What it does** Reports a vendor, a company, whose bills carry deductible tax although no tax number is
known.

**Why it matters** Existence and tax law: without the vendor's number the input tax may be refused, and
nobody has checked that the vendor exists.

**Method** `is_company`, tax on bills of the last twelve months with a yearly total from `vat_min_amount`
on, one
of them in P, `vat` empty or a dash. Example: 12,000.00 of bills with tax in a year, no number → 12,000.00.

**False positives** Private persons; vendors under the amount; countries without value added tax.

**Source** VAT directive art. 226; vendor master tests; `res.partner.vat`."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from agent_service.core.facts import partner_names, posted_since, posted_within
from agent_service.core.findings import Finding, Record
from agent_service.core.ledger import BILLS
from agent_service.core.model import Books
from agent_service.core.months import by_month, month
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy

CODE = "EXF013"
TITLE = "Vendor without tax number"
SEVERITY = "low"
WHY = "Without the vendor's tax number the input tax may be refused."
REMEDY = "Ask the vendor for it."
PARAMETERS = {"vat_min_amount": "0.02 M"}

_NO_VAT = ("US", "HK", "MO", "KY", "BM", "VG", "GI", "KW", "QA", "BN", "AI", "TC", "GL", "FK", "MC")


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each vendor; the amount is the year's bills with tax."""
    least = policy.amount(policy.parameters(CODE, PARAMETERS), "vat_min_amount")
    partners = books.need("partners", "is_company")
    if not books.has("partners", "vat"):
        books.need("partners", "vat")
    past = by_month(books, f"{CODE} bills", _past_bills, add_months(period.start, -11), period.start)
    before = past.group_by("partner_id").agg(before=pl.col("total").sum())
    sums = (
        _taxed(posted_since(books, period.start).filter(pl.col("date") <= period.as_of))
        .group_by("partner_id")
        .agg(total=pl.col("balance").sum(), move_ids=pl.col("move_id").unique().sort())
        .join(before, on="partner_id", how="left", nulls_equal=True)
        .with_columns(total=pl.col("total") + pl.col("before").fill_null(0))
        .filter(pl.col("total") >= least)
    )
    number = pl.col("vat").fill_null("").str.replace_all(r"[^A-Za-z0-9]", "")
    bare = partners.filter(
        pl.col("is_company").fill_null(value=False),
        number == "",
        ~pl.col("country").fill_null("").str.to_uppercase().is_in(_NO_VAT),
    ).select(pl.col("id").alias("partner_id"))
    names = partner_names(books)
    found = []
    for row in sums.join(bare, on="partner_id").sort("partner_id").iter_rows(named=True):
        name = names.get(row["partner_id"], "")
        record = Record("res.partner", row["partner_id"], name)
        found.append(
            Finding(
                facet="missing",
                anchor=record,
                title=f"{name} has no tax number",
                message=f"{name} billed {books.show(row['total'])} with tax within a year; no tax number "
                f"is known.",
                amount=row["total"],
                records=(record, *(Record("account.move", one) for one in row["move_ids"])),
                evidence={"with_tax": books.company.currency.text(row["total"])},
            )
        )
    return found


def _taxed(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the base lines of vendors' bills with tax."""
    bills = lines.filter(pl.col("move_type").is_in(BILLS))
    taxed = bills.filter(pl.col("tax_line_of").is_not_null(), pl.col("balance") > 0)["move_id"].unique()
    return bills.filter(pl.col("move_id").is_in(taxed.implode()), pl.col("kind") == "product")


def _past_bills(books: Books, months: Sequence[date]) -> pl.DataFrame:
    return (
        _taxed(posted_within(books, months))
        .group_by(month(), "partner_id")
        .agg(total=pl.col("balance").sum())
    )
