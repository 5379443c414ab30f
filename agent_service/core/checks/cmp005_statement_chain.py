"""CMP005 Statements don't chain.

**What it does** Reports bank statements that don't go on from each other or don't add up. Facets: *chain*,
*sum*, *late* (the last one ends before the period does).

**Why it matters** Completeness of cash: between two balances that differ lies a statement that nobody
imported.

**Method** Per journal in the order of `first_line_index`, statements up to P end, those of P judged:
`balance_start` ≠
the former `balance_end_real`; `balance_end` ≠ `balance_end_real`; the last dated earlier than P end −
`statement_lag_days`. Example: the former ends at 1,200.00, the next starts at 1,150.00 → *chain*, 50.00.

**False positives** A journal's first statement; journals that never use statements; a period that isn't over.

**Source** FinBalance bank_closing; `account.bank.statement.balance_start`, `balance_end_real`."""

from datetime import timedelta

import polars as pl

from agent_service.core.findings import Finding, Record
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "CMP005"
TITLE = "Statements don't chain"
SEVERITY = "high"
WHY = "Between two balances that differ lies a statement that nobody imported."
REMEDY = "Import what is missing, and correct the balances."
PARAMETERS = {"statement_lag_days": 3}
YIELDS_TO = ("EXF004:chain@account.journal=", "EXF004:sum@account.journal=")


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each statement and facet, and one for each journal that ends early."""
    lag = policy.parameters(CODE, PARAMETERS).integer("statement_lag_days")
    dated = books.need("statements", "date").drop_nulls("date")
    statements = dated.filter(pl.col("date") <= period.end)
    follow = _following(dated.filter(pl.col("date") > period.end))
    codes = dict(books.frame("journals").select("id", "code").iter_rows())
    found = []
    order = pl.coalesce("first_line_index", pl.col("date").cast(pl.String))
    for part in statements.sort("journal_id", order, "id").partition_by("journal_id", maintain_order=True):
        rows = part.to_dicts()
        for place, row in enumerate(rows):
            if row["date"] < period.start:
                continue
            former = rows[place - 1] if place else None
            if former and None not in (row["balance_start"], former["balance_end_real"]):
                gap = row["balance_start"] - former["balance_end_real"]
                if gap:
                    found.append(_finding(books, row, "chain", gap, former))
            if None not in (row["balance_end"], row["balance_end_real"]):
                gap = row["balance_end_real"] - row["balance_end"]
                if gap:
                    found.append(_finding(books, row, "sum", gap, None))
        last = max(row["date"] for row in rows)
        late = period.is_over and last < period.end - timedelta(days=lag) and len(rows) > 1
        if late and not _goes_on(rows[-1], follow.get(rows[0]["journal_id"])):
            code = codes.get(rows[0]["journal_id"], "a bank")
            anchor = Record("account.journal", rows[0]["journal_id"] or 0, code)
            newest = max(rows, key=lambda row: (row["date"], row["id"]))
            found.append(
                Finding(
                    facet="late",
                    anchor=anchor,
                    title=f"{code}: no statement after {last}",
                    message=f"The last statement of {code} is of {last}; the period ends on {period.end}.",
                    records=(anchor, Record("account.bank.statement", newest["id"], newest["name"] or "")),
                    evidence={"last": str(last), "period_end": str(period.end)},
                )
            )
    return found


def _following(after: pl.DataFrame) -> dict[int | None, dict]:
    """Return the first statement after P of each journal."""
    first = after.sort("date", "id").unique("journal_id", keep="first", maintain_order=True)
    return {row["journal_id"]: row for row in first.iter_rows(named=True)}


def _goes_on(last: dict, follow: dict | None) -> bool:
    """Tell whether a statement that ends after P begins where the last one of P ended: P is covered."""
    return follow is not None and None not in (follow["balance_start"], last["balance_end_real"]) and (
        follow["balance_start"] == last["balance_end_real"]
    )  # fmt: skip


def _finding(books: Books, row: dict, facet: str, gap: int, former: dict | None) -> Finding:
    currency = books.currency(row["currency"])
    anchor = Record("account.bank.statement", row["id"], row["name"] or f"statement of {row['date']}")
    if former:
        start, end = row["balance_start"], former["balance_end_real"]
        told = f"starts at {currency.show(start)}, the one before it ends at {currency.show(end)}"
    else:
        end, said = row["balance_end"], row["balance_end_real"]
        told = f"adds up to {currency.show(end)}, but says {currency.show(said)}"
    others = (Record("account.bank.statement", former["id"], former["name"] or ""),) if former else ()
    return Finding(
        facet=facet,
        anchor=anchor,
        title=f"{anchor.label} {told}",
        message=f"{anchor.label} of {row['date']} {told}: {currency.show(abs(gap))} are missing or too much.",
        amount=abs(gap),
        records=(anchor, *others),
        evidence={"difference": currency.text(gap), "date": str(row["date"])},
    )
