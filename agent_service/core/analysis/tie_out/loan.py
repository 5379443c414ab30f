"""Loans: what is owed by the books against the loans that people gave.

**What it does** Compares the balance of the loan accounts with the principal of every loan at D.

**Why it matters** Completeness: a repayment booked as interest, or a loan that nobody told of, stays in
here.

**Method** Balance of all accounts of the role loan together by D against the sum of principal less
repayments by D, a foreign loan at D's closing rate; a debt is negative. Lenders whose two sides differ are
named. Example: −90,000.00 in the books, 100,000.00 borrowed and 12,000.00 repaid by D → other side
−88,000.00, open −2,000.00.

**False positives** A foreign loan that wasn't revalued yet.

**Source** IFRS 9.5.4.1; `ai.close.loan`, `ai.close.loan.movement`; the policy's role loan.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import polars as pl

from agent_service.core.analysis.rates import rate_of
from agent_service.core.analysis.tie_out import ledger
from agent_service.core.analysis.tie_out.parts import OPEN, Item, TieOut, no_data
from agent_service.core.errors import EvidenceMissing
from agent_service.core.facts import partner_names
from agent_service.core.findings import Record
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

KIND, TITLE = "loan", "Loans against the loans given"
RATE_DAYS = 5


def tie_outs(books: Books, policy: Policy, period: Period) -> Sequence[TieOut]:
    """Return one tie-out over all loan accounts, or none where the policy maps none and nobody gave a
    loan."""
    day = period.end
    accounts = ledger.role_accounts(books, policy, "loan")
    lines = ledger.lines_of(books, accounts, day)
    loans = books.frame("loans").to_dicts() if books.has("loans") else []
    if not accounts or not (lines.height or loans):
        return []
    made = TieOut(
        kind=KIND,
        name=", ".join(ledger.name_of(books, one) for one in accounts),
        account_ids=tuple(accounts),
        currency=books.company.currency,
        day=day,
        balance=ledger.total(lines),
        other=None,
        source=f"{len(loans)} loans as of {day}",
    )
    if not loans:
        return [no_data(made, "Nobody gave the loans that stand on these accounts.")]
    try:
        owed = _owed(books, loans, day)
    except EvidenceMissing as error:
        return [no_data(made, str(error))]
    items = _by_lender(books, lines, owed, day)
    return [
        TieOut(
            KIND,
            made.name,
            made.account_ids,
            made.currency,
            day,
            made.balance,
            sum(owed.values()),
            made.source,
            tuple(items),
        )
    ]


def _owed(books: Books, loans: Sequence[dict], day: date) -> dict[int | None, int]:
    """Return what is owed to each lender at the end of a day, negative, in company currency."""
    moved: dict[int, int] = defaultdict(int)
    if books.has("loan_movements"):
        rows = books.frame("loan_movements").filter(pl.col("kind") == "principal", pl.col("date") <= day)
        for row in rows.iter_rows(named=True):
            if row["amount"] is None:
                raise EvidenceMissing([f"a repayment of {row['date']} has no amount"])
            moved[row["loan_id"]] += row["amount"]
    owed: dict[int | None, int] = defaultdict(int)
    own = books.company.currency
    for loan in loans:
        if loan["principal"] is None or loan["start"] is None:
            raise EvidenceMissing([f"loan {loan['name'] or loan['id']} has no principal or no start"])
        if loan["start"] > day:
            continue
        left, currency = loan["principal"] + moved[loan["id"]], books.currency(loan["currency"])
        if currency != own:
            rate = Fraction(rate_of(books, currency.id, day, RATE_DAYS).value)
            left = own.minor(Fraction(left, 10**currency.decimals) * rate)
        owed[loan["partner_id"]] -= left
    return owed


def _by_lender(books: Books, lines: pl.DataFrame, owed: dict[int | None, int], day: date) -> list[Item]:
    """Return an item for each lender whose two sides differ."""
    booked = dict(lines.group_by("partner_id").agg(pl.col("balance").sum()).iter_rows())
    last = dict(lines.group_by("partner_id").agg(pl.col("date").max()).iter_rows())
    names = partner_names(books)
    found = []
    for partner in sorted({*booked, *owed}, key=lambda one: one or 0):
        gap = booked.get(partner, 0) - owed.get(partner, 0)
        if gap:
            name = names.get(partner, f"partner {partner}") if partner else "no partner"
            record = Record("res.partner", partner) if partner else None
            found.append(Item(OPEN, "lender differs", name, gap, last.get(partner, day), record))
    return found
