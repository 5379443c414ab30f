"""CLS003 Expense that looks like a prepayment.

**What it does** Reports cost booked now for a service that reaches far beyond the period: by its label
(*span*), or because it comes once a year (*annual*).

**Why it matters** Matching (IAS 1.27): the part that lies beyond P is an asset until then.

**Method** Base lines of vendor bills of P on `expense*` from `prepaid_min_amount` on, whose label or
reference names a
span that ends at least `prepaid_min_days` after P; or whose words are those of insurance, licence or rent
(`prepaid_words` of the policy) and which came from this partner to this account 350 to 380 days after the one
before, and never in between. The amount is the part beyond P by days. Example: "Licence
2026-10-01 - 2027-09-30", 1,200.00 → 1,098.08 lies beyond October.

**False positives** On a prepayment account already; spread by a deferral entry; the span ends in P.

**Source** IAS 1.27; `account.move.line.deferred_end_date` where it is known, else the label."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, entries, in_period, posted_since, posted_within
from agent_service.core.findings import Finding
from agent_service.core.labels import span_named
from agent_service.core.model import Books
from agent_service.core.months import by_month, month
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.core.text import unspaced

CODE = "CLS003"
TITLE = "Expense that looks like a prepayment"
SEVERITY = "medium"
WHY = "What was paid for later months is not the cost of this one."
REMEDY = "Make a deferral schedule for the part beyond the period."
PARAMETERS = {"prepaid_min_amount": "0.02 M", "prepaid_min_days": 45}


WORDS = (
    "insurance", "versicherung", "assurance", "seguro", "assicurazione", "verzekering", "forsikring",
    "försäkring", "licence", "license", "lizenz", "lisens", "licencia", "licenza", "licentie", "subscription",
    "abonnement", "maintenance", "wartung", "rent", "miete", "lease", "support",
    "保険", "保险", "賃料", "保守", "ライセンス",
)  # fmt: skip
"""Words of services that are paid for a year; the policy may name others (`prepaid_words`)."""


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each line; the amount is the part beyond the period."""
    own = policy.parameters(CODE, PARAMETERS)
    least, days = policy.amount(own, "prepaid_min_amount"), own.integer("prepaid_min_days")
    spread = (
        entries(books).filter(pl.col("origin") == "deferral")["origin_id"].drop_nulls().unique().to_list()
    )
    lines = posted_since(books, period.start).filter(
        in_period(period),
        pl.col("move_type").is_in(["in_invoice", "in_receipt"]),
        pl.col("kind") == "product",
        pl.col("account_type").cast(pl.String).str.starts_with("expense").fill_null(value=False),
        ~exempt(CODE),
        pl.col("balance") >= least,
        ~pl.col("move_id").is_in(spread),
        ~pl.col("id").is_in(spread),
    )
    named = books.where("moves", pl.col("id").is_in(lines["move_id"].unique().implode()), "id", "ref")
    lines = lines.join(named.rename({"id": "move_id"}), on="move_id", how="left")
    words = policy.words("prepaid_words", WORDS)
    inside = tuple(one for one in words if unspaced(one))
    cadence = _yearly(books, period, lines)
    found = []
    for row in lines.sort("move_id", "id").iter_rows(named=True):
        span = span_named(row["name"]) or span_named(row["ref"])
        facet = "span"
        if span is None and _yearly_words(row["name"], row["ref"], words, inside):
            span, facet = cadence.get((row["partner_id"], row["account_id"])), "annual"
        if span is None or (span[1] - period.end).days < days:
            continue
        begin, end = span
        whole = (end - begin).days + 1
        beyond = (end - max(period.end, begin)).days if begin <= period.end else whole
        amount = row["balance"] * beyond // whole
        if amount < least:
            continue
        found.append(
            about_entry(
                books,
                row["move_id"],
                facet,
                f"{{}} covers {begin} to {end}"
                if facet == "span"
                else f"{{}} comes once a year, next on about {end + timedelta(days=1)}",
                f"{{}} has {books.show(row['balance'])} for “{row['name'] or row['ref']}”; {beyond} of "
                f"{whole} days, "
                f"{books.show(amount)}, lie beyond {period.end}.",
                amount=amount,
                lines=(row["id"],),
                evidence={"begin": str(begin), "end": str(end), "days_beyond": beyond, "days": whole},
            )
        )
    return found


def _yearly_words(name: str | None, ref: str | None, words: tuple[str, ...], inside: tuple[str, ...]) -> bool:
    """Tell whether a text says one of the words; those `inside` count in the midst of others too."""
    label = f"{name or ''} {ref or ''}".lower()
    if any(one in label for one in inside):
        return True
    said = set(re.findall(r"[^\W\d_]+", label))
    return any(one in said or any(own.endswith(one) and len(one) >= 7 for own in said) for one in words)


def _yearly(books: Books, period: Period, judged: pl.DataFrame) -> dict[tuple[int, int], tuple[date, date]]:
    """Return by partner and account the year that a bill of P pays for, where one came a year and no more."""
    of_one = ["partner_id", "account_id"]
    asked = judged.select(of_one).drop_nulls("partner_id").unique()
    here = _bills(posted_since(books, period.start)).filter(pl.col("date") <= period.as_of)
    past = by_month(books, f"{CODE} days", _past_days, None, period.start).select(*of_one, "date")
    dated = pl.concat([past, here.select(*of_one, "date")]).join(
        asked, on=of_one, how="semi", nulls_equal=True
    )
    days = dated.group_by(of_one).agg(days=pl.col("date").unique().sort())
    found = {}
    for partner, account, dates in days.filter(pl.col("days").list.len() >= 2).iter_rows():
        gaps = [(after - before).days for before, after in pairwise(dates)]
        if dates[-1] >= period.start and all(350 <= gap <= 380 for gap in gaps):
            found[partner, account] = dates[-1], dates[-1] + timedelta(days=364)
    return found


def _bills(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.filter(
        pl.col("move_type").is_in(["in_invoice", "in_receipt"]),
        pl.col("kind") == "product",
        pl.col("partner_id").is_not_null(),
        ~pl.col("pair").fill_null(value=False),
    )


def _past_days(books: Books, months: Sequence[date]) -> pl.DataFrame:
    return _bills(posted_within(books, months)).select(month(), "partner_id", "account_id", "date").unique()
