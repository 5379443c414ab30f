"""DP Straight-line depreciation.

**What it does** Depreciates each scheduled asset month by month and, when it was sold or scrapped, takes its
cost and accumulated depreciation out of the books.

**Why it matters** Valuation: an asset stands at what is left of its cost, and its use is the cost of the
months that had it.

**Method** (cost − residual) over the months of use, a partly covered first and last month counting half, or
by days where the schedule says so; half-up, the last month taking the remainder. Proposed is the schedule to
D less what was posted or taken over from people; a first run catches up. A disposal depreciates its own
month by half (or up to its day); then accumulated depreciation and proceeds stand against cost, and the rest
is a gain or loss. Never reversed. Example: 10,000.00, residual 500.00, 36 months from 16 April 2026: April
131.94, then 263.89; 31 October Dr depreciation 263.89, Cr accumulated depreciation 263.89.

**False positives** Assets of a module that depreciates them itself have no schedule here. What people
booked on accumulated depreciation before is the opening of a schedule.

**Source** IAS 16.50, 16.55, 16.68, 16.71; `ai.close.schedule`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import polars as pl

from agent_service.core.adjustments.deferral import time_text
from agent_service.core.adjustments.disposals import disposal_work
from agent_service.core.adjustments.monthly import Row, Work, entries_of
from agent_service.core.adjustments.schedule_rows import Accounts, schedules_of
from agent_service.core.adjustments.schedules import (
    ADOPTED,
    DEPRECIATION,
    OPENING,
    Schedule,
    on_balance_account,
    released,
    table,
)
from agent_service.core.adjustments.staging import Required, posted_in
from agent_service.core.adjustments.taken_over import undecided
from agent_service.core.entries import Entry
from agent_service.core.errors import EvidenceMissing
from agent_service.core.findings import Finding
from agent_service.core.ledger import own_move_ids
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "DP"
TITLE = "Depreciation"
ACCUMULATED, EXPENSE, ASSET = "accum_depreciation", "depreciation", "fixed_asset"
ROLES = (ACCUMULATED, EXPENSE)


def propose(
    books: Books, policy: Policy, period: Period, decided: Mapping[str, str]
) -> Sequence[Entry | Finding]:
    """Return the month's depreciation and its disposals. Raises EvidenceMissing naming what is missing."""
    accounts = Accounts(ACCUMULATED, policy.role(ACCUMULATED), EXPENSE, policy.role(EXPENSE))
    schedules, lacking = schedules_of(books, DEPRECIATION, period.end, accounts)
    if lacking:
        raise EvidenceMissing(list(lacking))
    moves = own_move_ids(books, CODE)
    disposing = _disposing(books, moves, _asset_accounts(books, policy))
    open_points = undecided(books, policy, CODE, TITLE, ACCUMULATED, -1, schedules, period.end)
    free = open_points.free(schedules)
    monthly = Work(CODE, TITLE, required_of, rows_of)
    disposals = disposal_work(books, policy, CODE, free, period.end)
    found: list[Entry | Finding] = []
    for work, posting in ((monthly, moves - disposing), (disposals, disposing)):
        posted = open_points.free_slots(posted_in(books, posting, period.end))
        found += entries_of(books, period, decided, work, free, posted)
    return [*found, *open_points.findings]


def required_of(schedules: Iterable[Schedule], day: date) -> list[Required]:
    """Return what entries have to have put in the books by the end of a day's month; disposals are apart."""
    found = []
    for one in schedules:
        amount = released(one, day) - on_balance_account(one, day)[0]
        if amount:
            result = Required(one.result_account_id, one.partner_id, one.own, amount, amount, one.name,
                              analytic=one.analytic)  # fmt: skip
            balance = Required(one.balance_account_id, one.partner_id, one.own, -amount, -amount, one.name)
            found += [result, balance]
    return found


def rows_of(one: Schedule, since: date, day: date) -> Iterable[Row]:
    """Return an asset's months from a day on, and what people's own entries had accumulated."""
    if one.booked_on > day:
        return
    show = one.own.show
    base = f"{show(one.total)} − {show(one.residual)}" if one.residual else show(one.total)
    opening = max((change.day for change in one.known(day, OPENING)), default=date.min)
    for change in one.known(day, OPENING, ADOPTED):
        if change.day < since or change.day < opening:
            continue
        if change.kind == ADOPTED:
            if change.day > opening:
                yield (one.name, "booked by hand, adopted", str(change.day), base), -change.amount
        elif change.amount != released(one, change.day):
            planned = released(one, change.day)
            text = f"opening {show(change.amount)}, by the schedule {show(planned)}"
            yield (one.name, text, str(change.day), base), planned - change.amount
    booked = one.booked_on.replace(day=1)
    for month, amount in table(one, day).items():
        when = max(month, booked)
        if amount and month <= day and when >= since.replace(day=1) and when > opening:
            yield (one.name, f"depreciation {month:%Y-%m}", time_text(one, month, day), base), amount


def _asset_accounts(books: Books, policy: Policy) -> set[int]:
    found = set(policy.role_ids(ASSET))
    if books.has("schedules"):
        rows = books.frame("schedules").filter(pl.col("kind") == DEPRECIATION)
        found |= set(rows["booked_account_id"].drop_nulls().to_list())
    return found


def _disposing(books: Books, moves: set[int], assets: set[int]) -> set[int]:
    """Return those entries that took an asset's cost out (or, reversed, put it back)."""
    lines = books.frame("lines").filter(
        pl.col("move_id").is_in(sorted(moves)), pl.col("account_id").is_in(sorted(assets))
    )
    return set(lines["move_id"].to_list())
