"""The schedules that people made, read from their datasets; what one lacks is named, never guessed."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from agent_service.core.adjustments.schedules import DEPRECIATION, Change, Schedule
from agent_service.core.adjustments.spread import METHODS
from agent_service.core.adjustments.staging import archived_accounts
from agent_service.core.model import Books

RUNNING = ("running", "ended")
"""Only what a second person reviewed counts; a draft or cancelled one keeps its line to itself."""


@dataclass(frozen=True)
class Accounts:
    """The policy's accounts for a schedule that names none of its own, with the roles' names for people."""

    balance_role: str
    balance: int | None
    result_role: str = ""
    result: int | None = None


def schedules_of(
    books: Books, kind: str, day: date, accounts: Accounts
) -> tuple[list[Schedule], tuple[str, ...]]:
    """Return the schedules of a kind that count and are booked by a day, and what others of them lack."""
    if not books.has("schedules"):
        return [], ()
    changes = _changes(books)
    archived = archived_accounts(books)
    rows = books.frame("schedules").filter(
        pl.col("kind") == kind, pl.col("state").is_in(RUNNING), pl.col("booked_on") <= day
    )
    found, lacking = [], []
    for row in rows.sort("id").iter_rows(named=True):
        lacks = _lacks(row, accounts, archived)
        if lacks:
            lacking += [f"the schedule {row['name'] or row['id']} {one}" for one in lacks]
        else:
            found.append(_schedule(books, row, accounts, tuple(changes.get(row["id"], ()))))
    return found, tuple(lacking)


def claimed_lines(books: Books) -> set[int]:
    """Return the journal items that some schedule, in whatever state, or a change of one stands for."""
    found: set[int] = set()
    if books.has("schedules"):
        found |= set(books.frame("schedules")["source_line_id"].drop_nulls().to_list())
    if books.has("schedule_changes"):
        found |= set(books.frame("schedule_changes")["move_line_id"].drop_nulls().to_list())
    return found


def _changes(books: Books) -> Mapping[int, list[Change]]:
    found: dict[int, list[Change]] = defaultdict(list)
    if not books.has("schedule_changes"):
        return found
    rows = books.frame("schedule_changes").filter(pl.col("schedule_id").is_not_null())
    for row in rows.iter_rows(named=True):
        amount = row["amount"] or 0
        foreign = row["amount_currency"]
        found[row["schedule_id"]].append(
            Change(
                id=row["id"],
                kind=row["kind"],
                day=row["date"],
                from_day=row["from_date"],
                new_end=row["new_end"],
                amount=amount,
                amount_currency=amount if foreign is None else foreign,
                account_id=row["account_id"],
                line_id=row["move_line_id"],
            )
        )
    return found


def _commercial(books: Books, partner_id: int | None) -> int | None:
    """Return the partner that journal items come with: a contact's are its company's."""
    partners = books.once("commercial_partners", _commercial_partners)
    return partners.get(partner_id, partner_id) if partner_id else None


def _commercial_partners(books: Books) -> dict[int, int]:
    if not books.has("partners"):
        return {}
    rows = books.frame("partners").select("id", "commercial_partner_id").iter_rows()
    return {one: company for one, company in rows if company}


def _accounts(row: Mapping[str, Any], accounts: Accounts) -> tuple[int | None, int | None]:
    """Return the balance and the result account; what was booked on cost or revenue goes back there."""
    balance = row["balance_account_id"] or accounts.balance
    booked = row["booked_account_id"]
    on_result = row["kind"] != DEPRECIATION and booked != balance
    return balance, row["result_account_id"] or (booked if on_result else accounts.result)


def _lacks(row: Mapping[str, Any], accounts: Accounts, archived: set[int]) -> list[str]:
    balance, result = _accounts(row, accounts)
    lacks = []
    if row["start_date"] is None or row["end_date"] is None:
        lacks.append("has no start or no end")
    elif row["end_date"] < row["start_date"]:
        lacks.append(f"ends on {row['end_date']}, before it starts on {row['start_date']}")
    if row["method"] not in METHODS:
        lacks.append(f"has no method ({row['method']})")
    if row["total"] is None:
        lacks.append("has no amount")
    if balance is None:
        lacks.append(f"names no account for its balance, nor does the policy for {accounts.balance_role}")
    if result is None:
        why = f", nor does the policy for {accounts.result_role}" if accounts.result_role else ""
        lacks.append(f"names no account that takes its release{why}")
    if balance is not None and balance == result:
        lacks.append("has one account for its balance and its release")
    lacks += [f"has an archived account ({one})" for one in (balance, result) if one in archived]
    return lacks


def _schedule(
    books: Books, row: Mapping[str, Any], accounts: Accounts, changes: tuple[Change, ...]
) -> Schedule:
    own = books.company.currency
    currency = books.currency(row["currency"]) if row["total_currency"] is not None else own
    balance, result = _accounts(row, accounts)
    return Schedule(
        id=row["id"],
        name=row["name"] or f"schedule {row['id']}",
        kind=row["kind"],
        method=row["method"],
        start=row["start_date"],
        end=row["end_date"],
        total=row["total"],
        total_currency=row["total"] if currency == own else row["total_currency"],
        residual=row["residual"] or 0,
        own=own,
        currency=currency,
        booked_on=row["booked_on"],
        booked_account_id=row["booked_account_id"],
        balance_account_id=balance or 0,
        result_account_id=result or 0,
        partner_id=_commercial(books, row["partner_id"]),
        analytic=row["analytic"] or "",
        source_line_id=row["source_line_id"],
        changes=changes,
    )
