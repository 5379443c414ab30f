"""What stands on a schedule's balance account besides staged entries: taken over by a person, or undecided.

A line is explained when a schedule or one of its changes names it. An opening explains everything on its
account up to its day, if all openings there make up what stands there. Lines of documents that no schedule
names are told, and stop nothing; other lines that people wrote stop the partner's schedules, since a release
by hand and one of ours would count twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from agent_service.core.adjustments.by_hand import ByHand, by_hand, told
from agent_service.core.adjustments.schedule_rows import claimed_lines
from agent_service.core.adjustments.schedules import OPENING, Pair, Schedule, is_adopted, table
from agent_service.core.adjustments.staging import Slot
from agent_service.core.facts import account_names
from agent_service.core.findings import Finding, Record, concern
from agent_service.core.ledger import DOCUMENTS, move_label, own_move_ids, posted_lines
from agent_service.core.model import Books
from agent_service.core.policy import Policy


@dataclass(frozen=True)
class Undecided:
    """What waits for a person: partners whose schedules stop, and what is said about it."""

    waiting: frozenset[int | None]
    findings: tuple[Finding, ...]

    def free(self, schedules: Iterable[Schedule]) -> list[Schedule]:
        """Return the schedules that go on."""
        return [one for one in schedules if one.partner_id not in self.waiting]

    def free_slots(self, posted: Mapping[Slot, Pair]) -> dict[Slot, Pair]:
        """Return what is posted for partners that go on."""
        return {slot: sums for slot, sums in posted.items() if slot[1] not in self.waiting}


def undecided(
    books: Books,
    policy: Policy,
    code: str,
    title: str,
    role: str,
    sign: int,
    schedules: Sequence[Schedule],
    day: date,
) -> Undecided:
    """Return what people left on the balance accounts and nobody took over by a day.

    `sign` is 1 where a schedule's balance is a debit (prepaid) and -1 where it is a credit.
    """
    accounts = {one.balance_account_id for one in schedules} | policy.role_ids(role)
    if not accounts:
        return Undecided(frozenset(), ())
    lines = posted_lines(books, day, pl.col("account_id").is_in(sorted(accounts)))
    lines = lines.filter(~pl.col("move_id").is_in(sorted(own_move_ids(books, people=False))))
    explained = claimed_lines(books) & set(lines["id"].to_list())
    explained |= _opened(lines, explained, sign, schedules, day)
    open_lines = lines.filter(~pl.col("id").is_in(sorted(explained)))
    documents = open_lines.filter(pl.col("move_move_type").is_in(DOCUMENTS))
    explained |= set(documents["id"].to_list())
    hand = by_hand(books, policy, code, accounts, day, explained=explained)
    names = account_names(books)
    named = {names.get(one) or role: one for one in sorted(accounts)}
    findings = told(books, code, title, hand, named)
    findings += [_unscheduled(books, code, title, row) for row in documents.iter_rows(named=True)]
    gone = _archived(books, schedules, day)
    findings += [_of_archived(books, code, title, one, name) for one, name in sorted(gone.items())]
    return Undecided(_waiting(hand, schedules) | gone.keys(), tuple(findings))


def _opened(
    lines: pl.DataFrame, claimed: set[int], sign: int, schedules: Sequence[Schedule], day: date
) -> set[int]:
    """Return the lines that openings explain: all up to the last opening, when the sums agree."""
    openings: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for one in schedules:
        found = one.known(day, OPENING)
        if found:
            openings[one.balance_account_id].append((found[-1].day, found[-1].amount))
    explained: set[int] = set()
    for account, amounts in openings.items():
        until = max(when for when, _amount in amounts)
        there = lines.filter(pl.col("account_id") == account, pl.col("date") <= until)
        adopting = {one.source_line_id for one in schedules if one.known(day, OPENING)}
        others = there.filter(pl.col("id").is_in(sorted(claimed - {one for one in adopting if one})))
        left = there["balance"].sum() - others["balance"].sum()
        if sum(amount for _when, amount in amounts) * sign == left:
            explained |= set(there["id"].to_list())
    return explained


def _archived(books: Books, schedules: Iterable[Schedule], day: date) -> dict[int, str]:
    """Return the archived partners of schedules that still run: nothing can be posted for them."""
    running = {one.partner_id for one in schedules if max(table(one, day)) >= day.replace(day=1)}
    if not books.has("partners", "active"):
        return {}
    rows = books.frame("partners").filter(~pl.col("active").fill_null(value=True)).select("id", "name")
    return {one: name or f"partner {one}" for one, name in rows.iter_rows() if one in running}


def _of_archived(books: Books, code: str, title: str, partner: int, name: str) -> Finding:
    return concern(
        code,
        f"{title}: archived partner",
        "archived-partner",
        Record("res.partner", partner, name),
        f"{name} is archived, and its schedules run on",
        f"{name} is archived; nothing is proposed for its schedules in {books.company.name}.",
        why="What isn't released stays in the balance sheet.",
        remedy="Put the survivor of a merge on the schedules, or take the partner out of the archive.",
    )


def _waiting(hand: Iterable[ByHand], schedules: Iterable[Schedule]) -> frozenset[int | None]:
    """Return the partners that wait; what names no partner may be of any that nothing was taken over for."""
    found: set[int | None] = set()
    for one in hand:
        there = [each for each in schedules if each.balance_account_id == one.account_id]
        if one.partner_id is None:
            found |= {each.partner_id for each in there if not is_adopted(each)}
        else:
            found.add(one.partner_id)
    return frozenset(found)


def _unscheduled(books: Books, code: str, title: str, row: Mapping) -> Finding:
    label = move_label(row["move_name"], row["move_ref"], row["move_id"])
    line = Record("account.move.line", row["id"], label)
    account = account_names(books).get(row["account_id"], "the account")
    return concern(
        code,
        f"{title}: no schedule",
        "unscheduled",
        line,
        f"{label}: {books.show(abs(row['balance']))} on {account} without a schedule",
        f"{label} put {books.show(abs(row['balance']))} on {account}; no schedule releases it.",
        why="What no schedule releases stays in the balance sheet for ever.",
        remedy="Spread the line: make a schedule from it, or say that it belongs to none.",
        amount=row["balance"],
        records=(
            Record("account.move", row["move_id"], label),
            Record("account.move.line", row["id"], label),
        ),
    )
