"""What stands on a proposer's accounts that no proposal made: accruals by hand, from spreadsheets, of
before.

Until a person decides about it, a proposer proposes nothing there, since it would count twice. An entry
that a person adopted bears the proposer's name and counts as posted by it; an account whose postings are
something else is named as such by the policy (`by_hand` of the proposer: `apart`).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from agent_service.core.findings import MAX_RECORDS, Finding, Record, concern
from agent_service.core.ledger import move_label, own_move_ids, posted_lines
from agent_service.core.model import Books
from agent_service.core.policy import Policy

STOP, APART = "stop", "apart"
PARAMETERS = {"by_hand": STOP}
"""For a proposer's own parameters: whether postings by hand stop it."""


@dataclass(frozen=True)
class ByHand:
    """What people left on an account for a partner as of a day: minor units, debit positive."""

    account_id: int
    partner_id: int | None
    balance: int
    moves: tuple[Record, ...]


def by_hand(
    books: Books,
    policy: Policy,
    code: str,
    accounts: Iterable[int],
    day: date,
    *,
    written: bool = False,
    explained: Collection[int] = (),
) -> list[ByHand]:
    """Return what no proposal made and what isn't settled, by account and partner, ordered.

    `written` leaves out documents, payments and bank lines, for accounts on which these belong; `explained`
    are journal items that a person decided about. Empty where the policy says that all is something else.
    """
    if str(policy.parameters(code, PARAMETERS).values["by_hand"]) == APART:
        return []
    own = sorted(own_move_ids(books, people=False))
    lines = posted_lines(books, day, pl.col("account_id").is_in(sorted(set(accounts))))
    lines = lines.filter(~pl.col("move_id").is_in(own), ~pl.col("id").is_in(sorted(explained)))
    if written:
        made = pl.col("move_statement_line_id").is_null() & pl.col("move_origin_payment_id").is_null()
        lines = lines.filter(made, pl.col("move_move_type") == "entry")
    found = []
    for (account, partner), part in lines.group_by("account_id", "partner_id"):
        balance = int(part["balance"].sum())
        if balance:
            moves = part.select("move_id", "move_name", "move_ref").unique().sort("move_id").iter_rows()
            cited = tuple(Record("account.move", one, move_label(name, ref, one)) for one, name, ref in moves)
            found.append(ByHand(account, partner, balance, cited))
    return sorted(found, key=lambda one: (one.account_id, one.partner_id or 0))


def told(
    books: Books, code: str, title: str, found: Iterable[ByHand], roles: Mapping[str, int]
) -> list[Finding]:
    """Return a finding for each account that waits for a person."""
    accounts = {number: role for role, number in roles.items()}
    by_account: dict[int, list[ByHand]] = {}
    for one in found:
        by_account.setdefault(one.account_id, []).append(one)
    made = []
    for account, parts in by_account.items():
        balance = sum(one.balance for one in parts)
        records = [record for one in parts for record in one.moves]
        made.append(
            concern(
                code,
                f"{title}: booked by hand",
                "by-hand",
                Record("account.account", account, accounts.get(account, "")),
                f"{title}: {books.show(balance)} were booked by hand",
                f"{len(records)} entries that no proposal made leave {books.show(balance)} on the account "
                f"for {accounts.get(account, 'this')}; nothing is proposed there until a person adopts or "
                "reverses them.",
                why="A proposal beside them would count the same cost twice.",
                remedy="Adopt or reject the entries under 'Booked by hand', or say in the policy that they "
                "are something else.",
                amount=sum(abs(one.balance) for one in parts),
                records=tuple(records[:MAX_RECORDS]),
                evidence={"balance": books.company.currency.text(balance), "entries": len(records)},
            )
        )
    return made
