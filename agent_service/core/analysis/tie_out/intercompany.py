"""Intercompany: what we owe or are owed by another company of the group, against its own books.

**What it does** Compares the balance with each company of the group, by currency, with the balance that the
other company shows with us.

**Why it matters** The group's accounts (IFRS 10.B86): what only one of both booked stays in the
consolidated balance sheet.

**Method** Items with the other company on receivable and payable accounts and the policy's intercompany
accounts by D, in the currency of the items, against minus the other company's balance with us. Example: we
show 5,000.00 as owed by the sister, it shows −4,500.00 → other side 4,500.00, difference 500.00, open
500.00.

**False positives** Documents that cross the end of the month on their way.

**Source** IFRS 10.B86; datasets `companies`, `group_balances`.
"""

from collections import defaultdict
from collections.abc import Sequence

import polars as pl

from agent_service.core.adjustments.mirrors import Document, Peer, ours, paired, peers, theirs
from agent_service.core.analysis.tie_out import ledger
from agent_service.core.analysis.tie_out.parts import OPEN, Item, TieOut
from agent_service.core.errors import NoData
from agent_service.core.findings import Record
from agent_service.core.ledger import TRADE_TYPES
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

KIND, TITLE = "intercompany", "Intercompany balances"
ROLES = ("ic_payable", "ic_receivable")


def tie_outs(books: Books, policy: Policy, period: Period) -> Sequence[TieOut]:
    """Return one tie-out for each other company and currency that either side shows a balance in."""
    group = peers(books)
    if not group:
        return []
    if not books.has("group_balances"):
        raise NoData("no data: the balances of the group's other companies can't be read")
    day = period.end
    accounts = {*ledger.accounts_of_type(books, *TRADE_TYPES), *ledger.role_accounts(books, policy, *ROLES)}
    # an entry of tomorrow may use another account than today's: all of them belong to the balance
    stands_on = tuple(sorted(ledger.used(books, accounts, day) or accounts))
    lines = ledger.lines_of(books, accounts, day).filter(
        pl.col("partner_id").is_in([one.partner_id for one in group])
    )
    them: dict[tuple[int, int], int] = defaultdict(int)
    for row in books.frame("group_balances").iter_rows(named=True):
        them[row["company_id"], row["currency"]] += row["balance"]
    found = []
    for peer in group:
        own = lines.filter(pl.col("partner_id") == peer.partner_id)
        own = own.with_columns(pl.col("currency").fill_null(books.company.currency.id))
        currencies = {*own["currency"].to_list(), *(key[1] for key in them if key[0] == peer.company_id)}
        for currency in sorted(currencies):
            of_currency = own.filter(pl.col("currency") == currency)
            made = _tie_out(books, peer, stands_on, currency, of_currency, them, period)
            if made is not None:
                found.append(made)
    return found


def _tie_out(
    books: Books,
    peer: Peer,
    accounts: tuple[int, ...],
    currency_id: int,
    lines: pl.DataFrame,
    them: dict[tuple[int, int], int],
    period: Period,
) -> TieOut | None:
    currency = books.currency(currency_id)
    balance = ledger.total(lines, "amount_currency")
    other = -them.get((peer.company_id, currency_id), 0) if peer.readable else None
    if not balance and not other:
        return None  # nothing between them in this currency
    return TieOut(
        kind=KIND,
        name=f"{peer.name}, {currency.name}",
        account_ids=accounts,
        currency=currency,
        day=period.end,
        balance=balance,
        other=other,
        source=f"balance of {peer.name} with us on {period.end}",
        items=tuple(_items(books, peer, currency_id, period)) if peer.readable else (),
        why="" if peer.readable else f"The books of {peer.name} can't be read here.",
        partner_id=peer.partner_id,
        by_currency=True,
        part=currency.name,
    )


def _items(books: Books, peer: Peer, currency: int, period: Period) -> list[Item]:
    """Return the documents that one of both has booked and the other has not."""
    if not books.has("group_documents"):
        return []
    mine = ours(books, [peer.partner_id], period.end)
    their = [one for one in theirs(books, period.end) if one.peer == peer.partner_id]
    mirrors = paired(their, mine)
    matched = {one.id for one in mirrors.values()}
    found = [
        _item("only in our books", one)
        for one in mine
        if one.id not in matched and one.currency.id == currency
    ]
    found += [
        _item(f"only in the books of {peer.name}", one)
        for one in their
        if one.id not in mirrors and one.currency.id == currency
    ]
    return found


def _item(what: str, one: Document) -> Item:
    """Return a document; a claim of ours adds to the difference, so does a claim of theirs on us."""
    return Item(
        OPEN,
        what,
        one.label,
        one.sign * one.total * (1 if one.issued else -1),
        one.date,
        Record("account.move", one.id, one.label),
    )
