"""EXF005 Paid to a recently changed bank account.

**What it does** Reports money to an account that was made or changed shortly before. Facets: *changed*,
*new*,
*unknown* (an account on a bank line that its partner doesn't have).

**Why it matters** Fraud: the forged letter "our bank details have changed" is the costliest of all.

**Method** Outgoing payment of P, drafts too, whose bank account's number changed (*changed*), or which was
created (*new*) at most `bank_changed_days` days before; an outgoing bank line whose account number its
partner doesn't have, though the partner has one (*unknown*). Example: account changed on 2 October, 4,800.00
paid to it on 9 October → 4,800.00.

**False positives** A new vendor's first account; format or BIC only (letters and digits are compared).

**Source** `res.partner.bank.sanitized_acc_number`, chatter tracking of its number."""

from datetime import date, timedelta

import polars as pl

from agent_service.core.clock import local_day
from agent_service.core.facts import entries, in_period, partner_names, user_names
from agent_service.core.findings import Finding, Record
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.core.text import account_key

CODE = "EXF005"
TITLE = "Paid to a recently changed bank account"
SEVERITY = "critical"
WHY = "Money to an account that somebody has just changed may never have reached the vendor."
REMEDY = "Call the vendor back on a number that you know, and hold further payments."
PARAMETERS = {"bank_changed_days": 30, "new_vendor_days": 90}

_DEAD = ("cancel", "canceled", "cancelled", "rejected")


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each payment or bank line; the amount is in its own currency."""
    own = policy.parameters(CODE, PARAMETERS)
    books.frame("moves")
    has_payments = books.has("payments") and books.frame("payments").height > 0
    knows = has_payments and any(
        books.has("payments", one)
        and books.frame("payments")[one].null_count() < books.frame("payments").height
        for one in ("bank_account_changed_at", "bank_account_created_at")
    )
    lines = books.has("statement_lines", "account_number") and books.has("partner_banks")
    if not knows and not lines:
        raise books.lacking("payments come without the history of their bank accounts")
    found = (
        _payments(books, policy, period, own.integer("bank_changed_days"), own.integer("new_vendor_days"))
        if knows
        else []
    )
    return found + (_unknown(books, period) if lines else [])


def _payments(books: Books, policy: Policy, period: Period, days: int, new_days: int) -> list[Finding]:
    outgoing = (
        books.frame("payments")
        .filter(pl.col("payment_type") == "outbound", ~pl.col("state").fill_null("").is_in(_DEAD))
        .with_columns(
            created=local_day("bank_account_created_at", policy.timezone),
            changed=local_day("bank_account_changed_at", policy.timezone),
            account=account_key("bank_account"),
        )
    )
    known_since = _known_since(books)
    names, users = partner_names(books), user_names(books)
    found = []
    for row in outgoing.filter(in_period(period)).sort("id").iter_rows(named=True):
        day = row["date"]
        changed = _within(row["changed"], day, days) and row["changed"] != row["created"]
        created = _within(row["created"], day, days)
        if changed and created and row["changed"] <= day:
            changed = row["changed"] > row["created"]
        if not changed and not created:
            continue
        first = known_since.get(row["partner_id"], day)
        others = outgoing.filter(
            pl.col("partner_id") == row["partner_id"],
            pl.col("account") != row["account"],
            pl.col("date") < day,
        ).height
        if not changed and not others and (row["created"] - first).days < new_days:
            continue  # a new vendor's first account
        when = row["changed"] if changed else row["created"]
        shown = books.currency(row["currency"]).show(abs(row["amount"]))
        record = Record("account.payment", row["id"], f"payment of {day}")
        who = users.get(row["bank_account_changed_by"] or 0, "")
        name = names.get(row["partner_id"], "a partner")
        what = "changed" if changed else "new"
        found.append(
            Finding(
                facet=what,
                anchor=record,
                title=f"{shown} to {name}, {(day - when).days} days after its account was "
                f"{'changed' if changed else 'made'}",
                message=f"The payment of {day} over {shown} goes to an account of {name} that was "
                f"{'changed' if changed else 'made'} on {when}{f' by {who}' if who else ''}.",
                amount=abs(row["amount"]),
                records=(
                    record,
                    *((Record("account.move", row["move_id"]),) if row["move_id"] else ()),
                    Record("res.partner", row["partner_id"] or 0, name),
                ),
                evidence={
                    "account_ends": (row["account"] or "")[-4:],
                    "when": str(when),
                    "by": who,
                    "paid": str(day),
                },
            )
        )
    return found


def _within(when: date | None, day: date, days: int) -> bool:
    return when is not None and timedelta(0) <= day - when <= timedelta(days=days)


def _known_since(books: Books) -> dict[int, date]:
    """Return the day of each partner's first posted document."""
    first = (
        entries(books)
        .lazy()
        .filter(pl.col("state") == "posted", pl.col("document") | (pl.col("origin") == "payment"))
        .group_by("commercial_partner_id")
        .agg(pl.col("date").min())
        .collect()
    )
    return dict(first.drop_nulls().iter_rows())


def _unknown(books: Books, period: Period) -> list[Finding]:
    banks = books.frame("partner_banks").with_columns(account=account_key("number")).drop_nulls("account")
    lines = (
        books.frame("statement_lines")
        .filter(
            in_period(period),
            pl.col("amount") < 0,
            pl.col("partner_id").is_in(banks["partner_id"].unique().to_list()),
        )
        .with_columns(account=account_key("account_number"))
        .filter(pl.col("account").is_not_null())
    )
    odd = lines.join(banks.select("partner_id", "account").unique(), on=["partner_id", "account"], how="anti")
    names = partner_names(books)
    found = []
    for row in odd.sort("id").iter_rows(named=True):
        record = Record("account.bank.statement.line", row["id"], row["payment_ref"] or "")
        shown = books.currency(row["currency"]).show(abs(row["amount"]))
        name = names.get(row["partner_id"], "a partner")
        found.append(
            Finding(
                facet="unknown",
                anchor=record,
                title=f"{shown} to an account that {name} doesn't have",
                message=f"The bank line of {row['date']} over {shown} went to an account ending in "
                f"{row['account'][-4:]}; {name} has other accounts.",
                amount=abs(row["amount"]),
                records=(
                    record,
                    Record("res.partner", row["partner_id"], name),
                    *((Record("account.move", row["move_id"]),) if row["move_id"] else ()),
                ),
                evidence={"account_ends": row["account"][-4:], "date": str(row["date"])},
            )
        )
    return found
