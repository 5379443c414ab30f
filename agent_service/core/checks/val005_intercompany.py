"""VAL005 Intercompany pair disagrees.

**What it does** Compares invoices between companies of the group with their mirrors. Facets: *missing*,
*amount*, *currency*, *period*.

**Why it matters** Consolidation (IFRS 10.B86): what one company booked and the other didn't stays in the
group's balance sheet.

**Method** A document of P whose partner stands for another company that can be read: the mirror is the one
of the
opposite type to our company with our number as its reference, else with equal amount within 60 days.
*missing* is reported by the company that has the document, the others by the seller; *period* when the months
differ and the dates lie over `pair_days` apart. Example: we invoice 5,000.00, they booked 4,500.00 → 500.00.

**False positives** The mirror is in draft; branches of one entity; a company that can't be read.

**Source** IFRS 10.B86; `res.company.partner_id`."""

from datetime import date

import polars as pl

from agent_service.core.facts import about_entry, in_period, posted_entries
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period, month_index
from agent_service.core.policy import Policy
from agent_service.core.text import sanitized

CODE = "VAL005"
TITLE = "Intercompany pair disagrees"
SEVERITY = "high"
WHY = "What one company booked and the other didn't stays in the group's balance sheet."
REMEDY = "Post the mirror, or correct the side that is wrong."
PARAMETERS = {"pair_days": 5}
YIELDS_TO = ("CMP001:missing@res.partner",)

_MIRROR = {
    "out_invoice": "in_invoice",
    "in_invoice": "out_invoice",
    "out_refund": "in_refund",
    "in_refund": "out_refund",
}
_NEAR_DAYS = 60


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each document whose mirror is missing or disagrees."""
    days = policy.parameters(CODE, PARAMETERS).integer("pair_days")
    companies = books.need("companies", "partner_id")
    others = books.need("group_documents")
    me = companies.filter(pl.col("id") == books.company.id)["partner_id"].to_list()
    readable = set(others["company_id"].unique().to_list())
    peers = {
        partner: (company, name)
        for company, name, partner in companies.select("id", "name", "partner_id").iter_rows()
        if company in readable and partner is not None
    }
    if not me or not peers:
        raise books.lacking("no other company of the group can be read")
    mine = (
        posted_entries(books)
        .filter(
            pl.col("document"),
            in_period(period),
            pl.col("commercial_partner_id").is_in(list(peers)),
            pl.col("move_type").is_in(list(_MIRROR)),
        )
        .sort("date", "id")
    )
    theirs = others.filter(pl.col("partner_id") == me[0], pl.col("state") != "cancel").to_dicts()
    taken: set[int] = set()
    found = []
    for row in mine.iter_rows(named=True):
        company, name = peers[row["commercial_partner_id"]]
        rows = [
            one
            for one in theirs
            if one["company_id"] == company and one["move_type"] == _MIRROR[row["move_type"]]
        ]
        pair = _pair(row, [one for one in rows if one["id"] not in taken])
        if pair is None:
            found.append(_finding(books, row, "missing", name, None, row["size"], "has no mirror"))
            continue
        taken.add(pair["id"])
        if pair["state"] == "draft" or not row["move_type"].startswith("out"):
            continue
        found += _compared(books, policy, row, pair, name, days)
    return found


def _pair(row: dict, rows: list[dict]) -> dict | None:
    selling = row["move_type"].startswith("out")
    own = sanitized(row["name"] if selling else row["ref"])
    named = [one for one in rows if own and sanitized(one["ref"] if selling else one["name"]) == own]
    if named:
        return named[0]
    near = [
        one
        for one in rows
        if one["amount_total"] == row["amount_total"]
        and one["currency"] == row["currency"]
        and abs((_day(one) - _day(row)).days) <= _NEAR_DAYS
    ]
    return min(near, key=lambda one: (abs((_day(one) - _day(row)).days), one["id"]), default=None)


def _day(row: dict) -> date:
    return row["invoice_date"] or row["date"]


def _compared(books: Books, policy: Policy, row: dict, pair: dict, name: str, days: int) -> list[Finding]:
    found = []
    shown = books.currency(row["currency"]).show(row["amount_total"] or 0)
    if row["currency"] != pair["currency"]:
        other = books.currency(pair["currency"]).show(pair["amount_total"] or 0)
        return [
            _finding(books, row, "currency", name, pair, row["size"], f"is {shown} here and {other} there")
        ]
    gap = abs((row["amount_total"] or 0) - (pair["amount_total"] or 0))
    if gap > policy.tolerance_minor(2):
        other = books.currency(pair["currency"]).show(pair["amount_total"] or 0)
        found.append(_finding(books, row, "amount", name, pair, gap, f"is {shown} here and {other} there"))
    apart = abs((row["date"] - pair["date"]).days)
    if month_index(row["date"]) != month_index(pair["date"]) and apart > days:
        found.append(
            _finding(books, row, "period", name, pair, row["size"], f"is booked there on {pair['date']}")
        )
    return found


def _finding(
    books: Books, row: dict, facet: str, name: str, pair: dict | None, amount: int, what: str
) -> Finding:
    return about_entry(
        books,
        row["id"],
        facet,
        f"{{}}: {name or 'the other company'}, {facet}",
        f"{{}} of {row['date']} with {name or 'the other company'} {what}.",
        amount=amount,
        moves=(pair["id"],) if pair else (),
        evidence={
            "other_company": name,
            "mirror": pair["name"] if pair else "",
            "date": str(row["date"]),
            "mirror_date": str(pair["date"]) if pair else "",
        },
    )
