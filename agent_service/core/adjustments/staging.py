"""From what has to stand in the books at the closing date to a staged entry: less what is posted already.

A proposer computes what is required as of D, as lines and as a working paper; here what its own entries have
posted and nobody reversed is taken off, the rest is summed by account, partner, currency and analytic shares,
and gets its key. A second run then gives nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from agent_service.core.entries import Calculation, Entry, EntryLine
from agent_service.core.errors import EvidenceMissing
from agent_service.core.findings import Record
from agent_service.core.ledger import own_move_ids, posted_lines
from agent_service.core.model import Books
from agent_service.core.money import Currency
from agent_service.core.period import Period
from agent_service.core.policy import Policy

POSTED = ("approved", "posted", "reversed")
"""Under such a key nothing more can be proposed: a difference gets the next one."""

Slot = tuple[int, int | None, int, str]
"""Account, partner, currency and analytic shares (JSON, empty without): what lines are compared by."""


@dataclass(frozen=True)
class Required:
    """An amount that has to stand in the books at the closing date; minor units, debit positive.

    `balance` is company currency; `amount_currency` is in `currency`, the same in the company's own.
    Lines of different `group` stay apart while nothing is posted, so that gains aren't netted with losses.
    """

    account_id: int
    partner_id: int | None
    currency: Currency
    balance: int
    amount_currency: int
    name: str
    group: str = ""
    analytic: str = ""

    @property
    def slot(self) -> Slot:
        """Return what it is compared by."""
        return (self.account_id, self.partner_id, self.currency.id, self.analytic)


@dataclass(frozen=True)
class Paper:
    """The working paper of an entry: what a person recomputes, what it rests on, how sure it is.

    `rows` are cells and an amount in minor units of company currency; `low` and `high` are the range of the
    debits (None: computable, to the cent); `reverses` says whether it is taken back on D+1. `part` tells
    entries of one proposer and period apart ("partner-7:account-33"), letters, digits, `-` and `:` only.
    """

    code: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], int], ...]
    sources: tuple[Record, ...]
    narration: tuple[str, ...]
    reverses: bool
    confidence: Decimal = Decimal("0.99")
    part: str = ""
    about: str = ""
    low: int | None = None
    high: int | None = None
    is_estimate: bool = False
    takes_back: bool = True
    """Add the rows of what is posted, so that the calculation yields the lines of a correction too."""
    goes_on: bool = False
    """Earlier months' entries are part of it: that they were posted makes no correction of this one."""


def staged(
    books: Books,
    period: Period,
    decided: Mapping[str, str],
    required: Iterable[Required],
    paper: Paper,
    posted: Mapping[Slot, tuple[int, int]] | None = None,
) -> list[Entry]:
    """Return the entry that brings the books to what is required, or none when they are there already.

    `posted` is what counts as posted; by default everything of this proposer (`posted_by`). The debits and
    credits of the required lines must be equal; ValueError says so otherwise: no line absorbs a difference.
    """
    required = list(required)
    if sum(one.balance for one in required):
        raise ValueError(f"{paper.code}: what is required doesn't balance")
    posted = posted_by(books, paper.code, period.end) if posted is None else posted
    lines = _lines(books, required, posted, period, corrects=bool(posted) and not paper.goes_on)
    if not lines:
        return []
    rows = paper.rows
    if paper.takes_back and posted:
        rows += tuple(_taken_back(books, paper, required, posted))
    debits = sum(line.balance for line in lines if line.balance > 0)
    narration = list(paper.narration)
    if paper.reverses:
        narration.append(f"Reversed on {period.day_after}.")
    if posted and not paper.goes_on:
        narration.append("An entry for this was posted before: only the difference is proposed.")
    exact = paper.low is None or paper.high is None or bool(posted)
    return [
        Entry(
            key=key_of(books, period, decided, paper.code, paper.part),
            proposer=paper.code,
            day=period.end,
            reversal_day=period.day_after if paper.reverses else None,
            ref=f"{paper.title} {period.name}" + (f": {paper.about}" if paper.about else ""),
            narration=" ".join(narration),
            lines=tuple(lines),
            calculation=Calculation(paper.columns, rows),
            sources=paper.sources or own_moves(books, paper.code, period.end),
            confidence=paper.confidence,
            own=books.company.currency,
            amount_min=debits if exact else paper.low or 0,
            amount_max=debits if exact else paper.high or 0,
            is_estimate=paper.is_estimate,
        )
    ]


def posted_by(books: Books, code: str, day: date) -> dict[Slot, tuple[int, int]]:
    """Return what a proposer's entries and their reversals leave in the books as of a day, by slot.

    The values are company currency and the slot's own currency, minor units, debit positive.
    """
    return posted_in(books, own_move_ids(books, code), day)


def posted_in(books: Books, moves: Iterable[int], day: date) -> dict[Slot, tuple[int, int]]:
    """Return what some journal entries leave in the books as of a day, by slot."""
    wanted = pl.col("move_id").is_in(sorted(moves))
    lines = posted_lines(books, day, wanted)
    shares = pl.col("analytic") if books.has("lines", "analytic") else pl.lit(None, pl.String)
    summed = (
        lines.with_columns(
            currency=pl.col("currency").fill_null(books.company.currency.id),
            analytic=shares.fill_null(""),
        )
        .group_by("account_id", "partner_id", "currency", "analytic")
        .agg(pl.col("balance").sum(), pl.col("amount_currency").sum())
    )
    return {
        (account, partner, currency, analytic): (balance, amount_currency)
        for account, partner, currency, analytic, balance, amount_currency in summed.iter_rows()
        if balance or amount_currency
    }


def own_moves(books: Books, code: str, day: date) -> tuple[Record, ...]:
    """Return a proposer's posted entries: what an entry rests on that only takes back what was posted."""
    own = posted_lines(books, day, pl.col("move_id").is_in(sorted(own_move_ids(books, code))))
    moves = own.select("move_id", "move_name").unique().sort("move_id")
    return tuple(Record("account.move", move, name or "") for move, name in moves.iter_rows())


def key_of(books: Books, period: Period, decided: Mapping[str, str], code: str, part: str = "") -> str:
    """Return the key of a period (and part); a difference to what was posted under it gets the next one."""
    first = f"{code}:{books.company.id}:{period.name}" + (f":{part}" if part else "")
    key, count = first, 1
    while decided.get(key) in POSTED:
        count += 1
        key = f"{first}:{count}"
    return key


def need_roles(books: Books, policy: Policy, *roles: str) -> dict[str, int]:
    """Return the accounts behind roles; raises EvidenceMissing naming each that is unmapped or archived."""
    archived = archived_accounts(books)
    accounts = {role: policy.role(role) for role in roles}
    missing = [f"the policy names no account for {role}" for role, one in accounts.items() if one is None]
    missing += [
        f"the account for {role} is archived: {account_text(books, policy, one)}"
        for role, one in accounts.items()
        if one in archived
    ]
    if missing:
        raise EvidenceMissing(sorted(missing))
    return {role: one for role, one in accounts.items() if one is not None}


def archived_accounts(books: Books) -> set[int]:
    """Return the accounts that may not be posted to any more."""
    frame = books.frame("accounts")
    return set(frame.filter(~pl.col("active").fill_null(value=True))["id"].to_list())


def account_text(books: Books, policy: Policy, account_id: int | None) -> str:
    """Return an account's code and name, with the successor that the policy names for it.

    `settings.successors` has the id of the account that an archived one was replaced by.
    """
    successors = {str(old): new for old, new in (policy.settings.get("successors") or {}).items()}
    successor = successors.get(str(account_id))
    names = {
        row["id"]: " ".join(part for part in (row["code"], row["name"]) if part)
        for row in books.frame("accounts")
        .filter(pl.col("id").is_in([one for one in (account_id, successor) if one is not None]))
        .iter_rows(named=True)
    }
    text = names.get(account_id) or f"account {account_id}"
    return text if successor is None else f"{text}, replaced by {names.get(successor) or successor}"


def _lines(
    books: Books,
    required: Sequence[Required],
    posted: Mapping[Slot, tuple[int, int]],
    period: Period,
    *,
    corrects: bool,
) -> list[EntryLine]:
    sums: dict[tuple[str, Slot], list[int]] = defaultdict(lambda: [0, 0])
    names: dict[tuple[str, Slot], dict[str, None]] = defaultdict(dict)
    for one in required:
        at = ("" if posted else one.group, one.slot)
        sums[at][0] += one.balance
        sums[at][1] += one.amount_currency
        names[at][one.name] = None
    wanted = {one.slot for one in required}
    for slot, (balance, amount_currency) in posted.items():
        at = ("", answered(slot, wanted))
        sums[at][0] -= balance
        sums[at][1] -= amount_currency
    ordered = sorted(sums, key=lambda at: (at[0], sums[at][0] < 0, at[1][0], at[1][1] or 0, *at[1][2:]))
    return [
        EntryLine(
            account_id=at[1][0],
            partner_id=at[1][1],
            name=_name(names[at], period, corrects),
            balance=sums[at][0],
            amount_currency=sums[at][1],
            currency=books.currency(at[1][2]),
            analytic=at[1][3],
        )
        for at in ordered
        if any(sums[at])
    ]


def answered(slot: Slot, wanted: Collection[Slot]) -> Slot:
    """Return the slot that a posted amount answers: shares that Odoo's models added weren't asked for."""
    plain = (*slot[:3], "")
    return plain if slot not in wanted and plain in wanted else slot


def _name(names: Iterable[str], period: Period, correction: bool) -> str:
    listed = list(names)
    text = ", ".join(listed[:3]) + (" …" if len(listed) > 3 else "")
    return f"{text or period.name}{' (correction)' if correction else ''}"


def _taken_back(
    books: Books, paper: Paper, required: Sequence[Required], posted: Mapping[Slot, tuple[int, int]]
) -> Iterable[tuple[tuple[str, ...], int]]:
    """Return rows for what is posted, on the side whose required lines sum to the paper's total."""
    total = sum(amount for _cells, amount in paper.rows)
    debits = sum(one.balance for one in required if one.balance > 0)
    counts_debits = not required or total == debits
    empty = ("",) * (len(paper.columns) - 1)
    for slot, (balance, _foreign) in sorted(posted.items(), key=lambda one: (one[0][0], one[0][1] or 0)):
        on_side = balance > 0 if counts_debits else balance < 0
        if on_side:
            text = f"posted already on account {slot[0]}, partner {slot[1] or '-'}"
            yield (text, *empty), -abs(balance) if counts_debits else abs(balance)
