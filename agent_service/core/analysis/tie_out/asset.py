"""Assets: accumulated depreciation, and the cost of assets, against their schedules.

**What it does** Compares the balance of each account of accumulated depreciation with what schedules have
depreciated by D, and of each asset account with the cost of the scheduled assets that are still there.

**Why it matters** Existence and valuation: an asset that no schedule depreciates is carried for ever.

**Method** Accumulated: balance by D against minus the sum of what is depreciated; the month's entry that
isn't posted yet explains. Cost: balance by D against the sum of cost of assets booked and not disposed of
by D; lines of no schedule are open. Example: −527.78 on accumulated depreciation, the schedule says −791.67
at 31 October, October's entry of 263.89 is not posted → difference 263.89, explained 263.89.

**False positives** Land, and assets of a module that depreciates them itself, have no schedule here: map
the account to another role.

**Source** IAS 16.73; `ai.close.schedule`; the policy's roles accum_depreciation and fixed_asset.
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

from agent_service.core.adjustments.depreciation import ACCUMULATED, ASSET, CODE, EXPENSE
from agent_service.core.adjustments.schedule_rows import Accounts, claimed_lines, schedules_of
from agent_service.core.adjustments.schedules import AMOUNT, DEPRECIATION, END, Schedule
from agent_service.core.analysis.tie_out import ledger
from agent_service.core.analysis.tie_out.on_schedules import schedule_tie_outs
from agent_service.core.analysis.tie_out.parts import OPEN, Item, TieOut, no_data
from agent_service.core.ledger import own_move_ids
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

KIND, TITLE = "asset", "Assets against schedules"


def tie_outs(books: Books, policy: Policy, period: Period) -> Sequence[TieOut]:
    """Return one tie-out for each account of accumulated depreciation and for each of cost."""
    day = period.end
    accounts = Accounts(ACCUMULATED, policy.role(ACCUMULATED), EXPENSE, policy.role(EXPENSE))
    schedules, lacking = schedules_of(books, DEPRECIATION, day, accounts)
    accumulated = schedule_tie_outs(
        books,
        period,
        KIND,
        "accumulated",
        ledger.role_accounts(books, policy, ACCUMULATED),
        schedules,
        lacking,
        -1,
        CODE,
    )
    return [*accumulated, *_costs(books, policy, schedules, lacking, day)]


def _costs(
    books: Books, policy: Policy, schedules: Sequence[Schedule], lacking: Sequence[str], day: date
) -> list[TieOut]:
    by_account: dict[int, list[Schedule]] = {}
    for one in schedules:
        if one.booked_account_id is not None:
            by_account.setdefault(one.booked_account_id, []).append(one)
    found = []
    for account in sorted(
        {*by_account, *ledger.used(books, ledger.role_accounts(books, policy, ASSET), day)}
    ):
        own, lines = by_account.get(account, []), ledger.lines_of(books, [account], day)
        if not own and not ledger.total(lines):
            continue
        made = TieOut(
            kind=KIND,
            name=ledger.name_of(books, account),
            account_ids=(account,),
            currency=books.company.currency,
            day=day,
            balance=ledger.total(lines),
            other=sum(_cost(one, day) for one in own if one.disposal(day) is None),
            source=f"cost of {len(own)} scheduled assets as of {day}",
            items=tuple(_loose(books, lines)),
            part="cost",
        )
        if lacking:
            made = no_data(made, "; ".join(lacking))
        elif not own:
            made = no_data(made, "No schedule says what should stand here.")
        found.append(made)
    return found


def _cost(one: Schedule, day: date) -> int:
    return one.total + sum(change.amount for change in one.known(day, AMOUNT, END))


def _loose(books: Books, lines: pl.DataFrame) -> list[Item]:
    """Return what no schedule stands for; the entries of disposals take out what schedules put in."""
    own, claimed = own_move_ids(books, CODE, people=False), claimed_lines(books)
    loose = lines.filter(
        ~pl.col("move_id").is_in(sorted(own)), ~pl.col("id").is_in(sorted(claimed)), pl.col("balance") != 0
    )
    return [
        Item(OPEN, "no schedule", ledger.label_of(row), row["balance"], row["date"], ledger.entry_of(row))
        for row in loose.sort("date", "id").iter_rows(named=True)
    ]
