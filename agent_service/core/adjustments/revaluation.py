"""FX Revaluation of foreign monetary items.

**What it does** Brings open foreign receivables, payables, bank accounts and other monetary items to the
closing rate.

**Why it matters** Valuation: IAS 21.23 translates monetary items at the closing rate at each reporting date,
IAS 21.28 takes the difference to profit or loss.

**Method** Per item `difference = round(open foreign × closing rate) − book`, half-up; open and book are the
line less its partial reconciliations with `max_date` ≤ D, bank accounts count by their ledger balance. The
line goes to the item's account and partner with foreign amount 0.00; gains to `fx_gain`, losses to `fx_loss`,
item by item. Reversed on D+1, so that next month starts from the booked rate again: the full difference, not
the month's. Example: EUR 10,000.00 booked at 11,000.00, closing rate 1.0842 → 10,842.00 − 11,000.00 = Dr
fx_loss 158.00, Cr receivable 158.00.

**False positives** Our own revaluation lines are no items. Prepayments, fixed assets, stock and equity are
never revalued and are named; other accounts are revalued where a role or `monetary_accounts` calls them
monetary, and are named where nobody did. A revaluation that people booked stops the account and currency that
it is on until it is taken back. A missing or old rate stops all of it.

**Source** IAS 21.23, 21.28; ASC 830-20-35; `account.move.line`, `account.partial.reconcile`,
`res.currency.rate`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from agent_service.core.adjustments.by_hand import PARAMETERS as BY_HAND
from agent_service.core.adjustments.foreign_items import Exposure, OpenItem, exposure
from agent_service.core.adjustments.revalued_by_hand import RevaluedByHand
from agent_service.core.adjustments.staging import (
    Paper,
    Required,
    Slot,
    account_text,
    archived_accounts,
    need_roles,
    own_moves,
    posted_by,
    staged,
)
from agent_service.core.analysis.rates import Rate, rate_of
from agent_service.core.entries import Entry
from agent_service.core.errors import EvidenceMissing
from agent_service.core.findings import Finding, Record, concern
from agent_service.core.ledger import own_move_ids, posted_moves
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "FX"
TITLE = "Revaluation of foreign items"
ROLES = ("fx_gain", "fx_loss")
PARAMETERS = {"closing_rate_max_age_days": 3, **BY_HAND}

GAIN, LOSS = ROLES


@dataclass(frozen=True)
class Valued:
    """An open item at the closing rate; `difference` in minor units of company currency, a gain positive."""

    item: OpenItem
    rate: Rate | None
    at_closing: int

    @property
    def difference(self) -> int:
        """Return what the book has to change by."""
        return self.at_closing - self.item.book


def propose(
    books: Books, policy: Policy, period: Period, decided: Mapping[str, str]
) -> list[Entry | Finding]:
    """Return the entry and what a person has to look at. Raises EvidenceMissing; then nothing is revalued."""
    if not period.is_over:
        return []  # the closing rate isn't known before
    accounts = need_roles(books, policy, *ROLES)
    found = exposure(books, policy, period.end, CODE)
    max_age = policy.parameters(CODE, PARAMETERS).integer("closing_rate_max_age_days")
    valued = _valued(books, period, found.items, max_age)
    posted = posted_by(books, CODE, period.end)
    changed = [one for one in valued if one.difference]
    _need_active(books, policy, changed)
    required = [line for one in changed for line in _required(books, one, accounts)]
    paper = Paper(
        code=CODE,
        title=TITLE,
        columns=("Item", "Date", "Open", "Booked", "Rate", "Of", "At closing rate"),
        rows=(*map(_row(books), changed), *_posted_rows(books, posted), *_left_rows(found)),
        sources=_sources(books, period, changed, posted),
        narration=_narration(books, period, changed, found),
        reverses=True,
        takes_back=False,
    )
    return [*staged(books, period, decided, required, paper, posted), *_findings(books, period, found)]


def _valued(books: Books, period: Period, items: Iterable[OpenItem], max_age: int) -> list[Valued]:
    """Return the items at the closing rate; raises EvidenceMissing naming every rate that can't be used."""
    rates: dict[int, Rate] = {}
    missing: dict[int, tuple[str, ...]] = {}
    found = []
    for one in items:
        key = one.currency.id
        if one.foreign and key not in rates and key not in missing:
            try:
                rates[key] = rate_of(books, key, period.end, max_age)
            except EvidenceMissing as error:
                missing[key] = error.reasons
        rate = rates.get(key) if one.foreign else None
        amount = Fraction(one.foreign, 10**one.currency.decimals) * Fraction(rate.value) if rate else 0
        found.append(Valued(one, rate, books.company.currency.minor(amount)))
    if missing:
        raise EvidenceMissing(sorted(reason for reasons in missing.values() for reason in reasons))
    return found


def _need_active(books: Books, policy: Policy, changed: Iterable[Valued]) -> None:
    """Raise EvidenceMissing naming the accounts and partners that can't be posted to any more."""
    archived = archived_accounts(books)
    partners = books.frame("partners").filter(~pl.col("active").fill_null(value=True)).select("id", "name")
    gone = dict(partners.iter_rows())
    missing = {
        f"the account of {one.item.label} is archived: {account_text(books, policy, one.item.account_id)}"
        for one in changed
        if one.item.account_id in archived
    }
    missing |= {
        f"the partner of {one.item.label} is archived: {gone[one.item.partner_id]}"
        for one in changed
        if one.item.partner_id in gone
    }
    if missing:
        raise EvidenceMissing(sorted(missing))


def _required(books: Books, one: Valued, accounts: Mapping[str, int]) -> Iterable[Required]:
    at = f" at {one.rate.value}" if one.rate else ""
    name = f"Revaluation {one.item.currency.name}{at}"
    yield Required(one.item.account_id, one.item.partner_id, one.item.currency, one.difference, 0, name)
    result, own = accounts[GAIN if one.difference > 0 else LOSS], books.company.currency
    yield Required(result, None, own, -one.difference, -one.difference, "Revaluation of foreign items")


def _row(books: Books):
    own = books.company.currency

    def row(one: Valued) -> tuple[tuple[str, ...], int]:
        item, rate = one.item, one.rate
        cells = (
            item.label,
            str(item.day or ""),
            item.currency.show(item.foreign),
            own.text(item.book),
            str(rate.value) if rate else "",
            str(rate.day) if rate else "",
            own.text(one.at_closing),
        )
        return cells, one.difference

    return row


def _posted_rows(
    books: Books, posted: Mapping[Slot, tuple[int, int]]
) -> Iterable[tuple[tuple[str, ...], int]]:
    """Return what earlier entries left in gains and losses, taken back."""
    rows = books.frame("accounts").select("id", "code", "name", "account_type").iter_rows()
    names = {
        one: f"{code} {name}" for one, code, name, kind in rows if (kind or "").startswith(("inc", "exp"))
    }
    for slot, (balance, _foreign) in sorted(posted.items(), key=lambda one: one[0][0]):
        if slot[0] in names:
            yield (f"posted already on {names[slot[0]]}", "", "", "", "", "", ""), balance


def _left_rows(found: Exposure) -> Iterable[tuple[tuple[str, ...], int]]:
    for one in found.left_out:
        label = f"{one.account}: not revalued, {one.why}"
        yield (label, "", one.currency.show(one.foreign), "", "", "", ""), 0


def _sources(
    books: Books, period: Period, changed: Iterable[Valued], posted: Mapping[Slot, tuple[int, int]]
) -> tuple[Record, ...]:
    """Return the items and the rates used; also what was posted, where some was."""
    cited: dict[Record, None] = {}
    for one in changed:
        model = "account.move.line" if one.item.line_id else "account.account"
        cited[Record(model, one.item.line_id or one.item.account_id, one.item.label)] = None
        if one.rate:
            label = f"{one.item.currency.name} {one.rate.day}: {one.rate.value}"
            cited[Record("res.currency.rate", one.rate.id, label)] = None
    for move in own_moves(books, CODE, period.end) if posted else ():
        cited[move] = None
    return tuple(cited)


def _narration(books: Books, period: Period, changed: list[Valued], found: Exposure) -> tuple[str, ...]:
    rates = {one.item.currency.name: one.rate for one in changed if one.rate}
    told = ", ".join(f"{name} {rate.value} of {rate.day}" for name, rate in sorted(rates.items()))
    parts = [
        f"{len(changed)} open items in foreign currency as of {period.end}, at the closing rate: {told}.",
        "Open: the item less what was reconciled by then. Bank accounts by their ledger balance.",
    ]
    parts += [
        f"Not revalued: {one.account}, {one.currency.show(one.foreign)} ({one.why})."
        for one in found.left_out
    ]
    parts += [f"Not revalued: {_blocked(books, one)}, revalued by hand already." for one in found.by_hand]
    return tuple(parts)


def _blocked(books: Books, hand: RevaluedByHand) -> str:
    """Say what waits: a posting in company currency may be meant for any foreign one."""
    return (
        hand.account if hand.currency == books.company.currency else f"{hand.account} in {hand.currency.name}"
    )


def _findings(books: Books, period: Period, found: Exposure) -> Iterable[Finding]:
    yield from _not_reversed(books, period)
    for hand in found.by_hand:
        yield concern(
            CODE,
            TITLE,
            f"by-hand-{hand.currency.name}",
            Record("account.account", hand.account_id, hand.account),
            f"{hand.account}: revalued by hand in {hand.currency.name}",
            f"{books.show(hand.book)} were booked by people as a revaluation and stand on {period.end}; "
            f"nothing is proposed for {_blocked(books, hand)} until that is taken back.",
            amount=abs(hand.book),
            records=tuple(Record("account.move", move) for move in hand.moves),
            why="Two revaluations of the same items would be booked.",
            remedy="Reverse them on the day after their period, adopt them as revaluations, or say that they "
            "are something else (by_hand: apart).",
        )
    for left in found.left_out:
        if left.is_open_question:
            yield concern(
                CODE,
                TITLE,
                f"unknown-{left.currency.name}",
                Record("account.account", left.account_id, left.account),
                f"{left.account}: {left.currency.show(left.foreign)} not revalued",
                f"The account holds {left.currency.show(left.foreign)} on {period.end}; "
                "no role and no parameter says whether it is monetary.",
                why="A monetary item at an old rate misstates the balance sheet and the result.",
                remedy="Map its role, or name it in monetary_accounts, if what it holds is paid in money.",
            )


def _not_reversed(books: Books, period: Period) -> Iterable[Finding]:
    """Return a finding for each revaluation of an earlier period that still stands."""
    moves = posted_moves(books, period.end).filter(pl.col("id").is_in(sorted(own_move_ids(books, CODE))))
    undone = set(moves["reversed_entry_id"].drop_nulls().to_list())
    left = moves.filter(
        pl.col("reversed_entry_id").is_null(),
        pl.col("date") < period.start,
        ~pl.col("id").is_in(sorted(undone)),
    )
    for row in left.sort("id").iter_rows(named=True):
        anchor = Record("account.move", row["id"], row["name"] or "")
        yield concern(
            CODE,
            TITLE,
            "not-reversed",
            anchor,
            f"{row['name']}: the revaluation of {row['date']} was not reversed",
            f"The revaluation of {row['date']} still stands on {period.end}; the entry proposed for this "
            "period takes it into account.",
            records=(anchor,),
            why="Items start the month from the booked rate; what isn't reversed counts twice.",
            remedy="Reverse it on the first open day, or approve the entry that corrects it.",
        )
