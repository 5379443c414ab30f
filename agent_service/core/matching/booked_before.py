"""Bank fees and interest that no word tells, known from where people booked such lines before.

A line that the matcher leaves open is explained when the last lines of the same counterpart, three at least,
all went to one account of the policy's roles for bank fees or interest, without an item. It is settled as
every match is: by reconciling that line, so it can't be booked a second time beside it. A person looks at it,
it is never accepted by itself.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from agent_service.core.ledger import posted_lines
from agent_service.core.matching.model import (
    Item,
    Key,
    Line,
    Proposal,
    ProposalKind,
    Rates,
    Reason,
    Settings,
)
from agent_service.core.matching.payers import keys_of
from agent_service.core.matching.rows import Matcher
from agent_service.core.model import Books
from agent_service.core.policy import Policy

KIND_OF_ROLE: Mapping[str, ProposalKind] = {
    "bank_fees": "bank_fee",
    "interest_income": "interest",
    "interest_expense": "interest",
}
LEAST = 3
LATEST = 12
LARGEST = 3
"""A line that is so many times larger than the largest before is no longer one of them."""


@dataclass(frozen=True)
class Booked:
    """A bank line that was settled before, and the account it went to, None for anything else."""

    day: date
    amount: int
    account: Key | None


@dataclass(frozen=True)
class History:
    """Settled lines by payer key and sign, the oldest first, and what the accounts of the roles mean."""

    by_key: Mapping[tuple[str, bool], Sequence[Booked]]
    kinds: Mapping[Key, ProposalKind]
    names: Mapping[Key, str]

    def of(self, line: Line) -> tuple[Key, Sequence[Booked]] | None:
        """Return the account that lines like this one went to, with them; None where they don't agree."""
        for key in keys_of(line):
            before = [one for one in self.by_key.get((key, line.amount > 0), ()) if one.day < line.day]
            latest = before[-LATEST:]
            accounts = {one.account for one in latest}
            account = next(iter(accounts), None)
            if len(latest) < LEAST or len(accounts) > 1 or account is None:
                continue
            if abs(line.amount) <= LARGEST * max(abs(one.amount) for one in latest):
                return account, latest
        return None


def history_of(books: Books, policy: Policy) -> History:
    """Return the settled bank lines of the books."""
    kinds = {one: kind for role, kind in KIND_OF_ROLE.items() for one in policy.role_ids(role)}
    if not kinds:
        return History({}, {}, {})
    went = _accounts_by_move(books, kinds)
    by_key: dict[tuple[str, bool], list[Booked]] = defaultdict(list)
    settled = books.frame("statement_lines").filter(pl.col("is_reconciled"), pl.col("amount") != 0)
    for row in settled.sort("date", "id").iter_rows(named=True) if went else ():
        line = Line(
            id=row["id"],
            day=row["date"],
            amount=row["amount"],
            currency="",
            label=row["payment_ref"] or "",
            partner_name=row["partner_name"] or "",
            account_number=row["account_number"] or "",
        )
        booked = Booked(row["date"], row["amount"], went.get(row["move_id"]))
        for key in keys_of(line):
            by_key[key, row["amount"] > 0].append(booked)
    rows = books.frame("accounts").select("id", "code", "name").iter_rows()
    return History(by_key, kinds, {one: f"{code} {name}" for one, code, name in rows if one in kinds})


def _accounts_by_move(books: Books, kinds: Mapping[Key, ProposalKind]) -> dict[int, int]:
    """Return by entry of a bank line the one account of the roles that it went to, if it is all there is."""
    moves = books.frame("statement_lines").select("move_id", "journal_id").unique("move_id")
    banks = books.frame("journals").select(pl.col("id").alias("journal_id"), "default_account_id")
    lines = posted_lines(books, only=pl.col("move_id").is_in(moves["move_id"].implode()))
    others = (
        lines.drop("journal_id")
        .join(moves.join(banks, on="journal_id", how="left"), on="move_id")
        .filter(pl.col("account_id") != pl.col("default_account_id"))
    )
    summed = others.group_by("move_id").agg(
        accounts=pl.col("account_id").n_unique(), account=pl.col("account_id").first()
    )
    wanted = summed.filter(pl.col("accounts") == 1, pl.col("account").is_in(sorted(kinds)))
    return dict(wanted.select("move_id", "account").iter_rows())


def knowing(match: Matcher, history: History) -> Matcher:
    """Return a matcher that explains by the history what `match` leaves open."""

    def matcher(
        lines: Sequence[Line],
        items: Sequence[Item],
        settings: Settings,
        rates: Rates | None = None,
        model: Any = None,
    ) -> list[Proposal]:
        known = {line.id: line for line in lines}
        found = match(lines, items, settings, rates, model=model)
        return [_explained(one, known, history, settings) for one in found]

    return matcher if history.by_key else match


def _explained(one: Proposal, lines: Mapping[Key, Line], history: History, settings: Settings) -> Proposal:
    # Where items are possible a person chooses among them.
    if one.kind != "none" or len(one.lines) != 1 or one.alternatives:
        return one
    line = lines[one.lines[0]]
    found = history.of(line)
    if found is None:
        return one
    account, before = found
    count = len(before)
    confidence = min(Decimal(count + 1) / Decimal(count + 2), settings.auto_from - Decimal("0.01"))
    said = (
        f"Lines of this counterpart went to {history.names[account]} {count} times, last on {before[-1].day}"
    )
    return replace(
        one,
        kind=history.kinds[account],
        confidence=confidence,
        band="review" if confidence >= settings.review_from else "ask",
        reasons=(Reason("booked_before", said, str(count)),),
        account=account,
    )
