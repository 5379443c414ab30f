"""CLS004 Suspense or private account with a balance.

**What it does** Reports a suspense, transfer, clearing or private account whose balance at the period's end
isn't zero, beyond what open bank lines explain.

**Why it matters** Classification: what stands on such an account belongs somewhere else, in the result or
in somebody's account; carried over month after month it hides errors.

**Method** Balance of posted lines up to the day, less the lines of bank statements that CMP004 lists for
that account; flagged beyond T (one rounding unit for each line left). On a transfer account only open items
older than three bank days count. Example: suspense stands at −1,171.50; open bank lines explain −1,208.50;
a manual entry of 37.00 remains → one finding of 37.00.

**False positives** Open bank lines (grouped in CMP004); a transfer whose other leg arrives within three
bank days.

**Source** ERP close lists "clearing accounts"; `account.journal.suspense_account_id`,
`res.company.transfer_account_id`, the policy's roles suspense, transfer, clearing and private.
"""

from datetime import date

import polars as pl

from agent_service.core.analysis.asof import residuals_of
from agent_service.core.bank import bank_days_before, open_bank_lines
from agent_service.core.findings import MAX_RECORDS, Finding, Record
from agent_service.core.ledger import move_label, posted_lines
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "CLS004"
TITLE = "Suspense or private account with a balance"
SEVERITY = "high"
WHY = "An amount on such an account is in the wrong place: it belongs to the result or to somebody's account."
REMEDY = "Clear it item by item to the accounts that the amounts belong to."
PARAMETERS = {"transfer_days": 3}

ROLES = ("suspense", "transfer", "clearing", "private")


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding an account; the amount is the unexplained balance without sign."""
    watched = _watched(books, policy)
    days = policy.parameters(CODE, PARAMETERS).integer("transfer_days")
    explained_moves = open_bank_lines(books, period.as_of).filter(pl.col("state") == "open")["move_id"]
    on_them = pl.col("account_id").is_in(sorted(watched))
    posted = posted_lines(books, period.as_of, on_them)
    left = posted.filter(~pl.col("move_id").is_in(explained_moves.to_list()))
    open_items = left.join(residuals_of(books, on_them, period.as_of), on="id")
    open_items = open_items.filter(pl.col("residual") != 0)
    found = []
    for account_id in sorted(watched):
        role = watched[account_id]
        items = open_items.filter(pl.col("account_id") == account_id)
        if role == "transfer":
            items = items.filter(pl.col("date") < bank_days_before(period.as_of, days))
            unexplained = int(items["residual"].sum() or 0)
        else:
            unexplained = int(left.filter(pl.col("account_id") == account_id)["balance"].sum() or 0)
        if abs(unexplained) <= policy.tolerance_minor(items.height):
            continue
        found.append(_finding(books, period.as_of, account_id, role, unexplained, items, posted))
    return found


def _watched(books: Books, policy: Policy) -> dict[int, str]:
    """Return the role of each account that should stand at zero."""
    watched = dict.fromkeys(books.frame("journals")["suspense_account_id"].drop_nulls().to_list(), "suspense")
    for role in ROLES:
        watched.update(dict.fromkeys(policy.role_ids(role), role))
    return watched


def _finding(
    books: Books,
    day: date,
    account_id: int,
    role: str,
    unexplained: int,
    items: pl.DataFrame,
    posted: pl.DataFrame,
) -> Finding:
    lines = posted.filter(pl.col("account_id") == account_id)
    balance = int(lines["balance"].sum())
    account = (
        f"{lines['account_code'][0] or ''} {lines['account_name'][0] or ''}".strip()
        or f"account {account_id}"
    )
    anchor = Record("account.account", account_id, account)
    currency = books.company.currency
    rows = items.sort("date", "id").head(MAX_RECORDS - 1).to_dicts()
    return Finding(
        facet=role,
        anchor=anchor,
        title=f"{account} stands at {currency.show(balance)}",
        message=f"{account} ({role}) stands at {currency.show(balance)} on {day}; "
        f"{currency.show(unexplained)} of it "
        f"in {items.height} open item{'s' * (items.height != 1)} is not explained by open bank lines.",
        amount=abs(unexplained),
        records=(
            anchor,
            *(
                Record(
                    "account.move",
                    row["move_id"],
                    move_label(row["move_name"], row["move_ref"], row["move_id"]),
                )
                for row in rows
            ),
        ),
        evidence={
            "balance": currency.text(balance),
            "explained_by_bank_lines": currency.text(balance - unexplained),
            "unexplained": currency.text(unexplained),
            "items": [
                {
                    "line": row["id"],
                    "date": str(row["date"]),
                    "label": row["name"] or "",
                    "open": currency.text(row["residual"]),
                    "age_days": (day - row["date"]).days,
                }
                for row in rows
            ],
        },
    )
