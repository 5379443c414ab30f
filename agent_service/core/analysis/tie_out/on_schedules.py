"""What schedules say should stand on an account, and what the entries that bring it there still lack."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from agent_service.core.adjustments.schedule_rows import claimed_lines
from agent_service.core.adjustments.schedules import Schedule, closing, on_balance_account
from agent_service.core.adjustments.staging import posted_by
from agent_service.core.analysis.tie_out import ledger
from agent_service.core.analysis.tie_out.parts import EXPLAINS, OPEN, Item, TieOut, no_data
from agent_service.core.findings import Record
from agent_service.core.ledger import own_move_ids
from agent_service.core.model import Books
from agent_service.core.period import Period


def schedule_tie_outs(
    books: Books,
    period: Period,
    kind: str,
    part: str,
    accounts: Iterable[int],
    schedules: Sequence[Schedule],
    lacking: Sequence[str],
    sign: int,
    code: str,
) -> list[TieOut]:
    """Return one tie-out for each account that schedules stand on, or that the policy says is theirs.

    `sign` is 1 where a schedule's balance is a debit and -1 where it is a credit; `code` is the proposer
    whose entries bring the account there. An account in use without any schedule has no data.
    """
    by_account: dict[int, list[Schedule]] = {}
    for one in schedules:
        by_account.setdefault(one.balance_account_id, []).append(one)
    wanted = sorted({*by_account, *ledger.used(books, accounts, period.end)})
    found = []
    for account in wanted:
        own = by_account.get(account, [])
        lines = ledger.lines_of(books, [account], period.end)
        balance = ledger.total(lines)
        if not own and not balance:
            continue
        made = TieOut(
            kind=kind,
            name=ledger.name_of(books, account),
            account_ids=(account,),
            currency=books.company.currency,
            day=period.end,
            balance=balance,
            other=sum(sign * closing(one, period.end)[0] for one in own),
            source=f"{len(own)} schedules as of {period.end}",
            items=tuple(_items(books, period, account, lines, code, sign, own)),
            part=part,
        )
        if lacking:
            made = no_data(made, "; ".join(lacking))
        elif not own:
            made = no_data(made, "No schedule says what should stand here.")
        found.append(made)
    return found


def _items(
    books: Books,
    period: Period,
    account: int,
    lines: pl.DataFrame,
    code: str,
    sign: int,
    schedules: Iterable[Schedule],
) -> list[Item]:
    """Return what no schedule stands for, and what the month's entries still have to book."""
    day = period.end
    own, claimed = own_move_ids(books, code, people=False), claimed_lines(books)
    loose = lines.filter(
        ~pl.col("move_id").is_in(sorted(own)), ~pl.col("id").is_in(sorted(claimed)), pl.col("balance") != 0
    )
    found = [
        Item(OPEN, "no schedule", ledger.label_of(row), row["balance"], row["date"], ledger.entry_of(row))
        for row in loose.sort("date", "id").iter_rows(named=True)
    ]
    wanted = sum(sign * (closing(one, day)[0] - on_balance_account(one, day)[0]) for one in schedules)
    posted = _posted(posted_by(books, code, day), account)
    if wanted != posted:
        record = Record("account.account", account, ledger.name_of(books, account))
        found.append(
            Item(EXPLAINS, "not posted yet", f"entries of {code} by {day}", posted - wanted, day, record)
        )
    return found


def _posted(posted: Mapping[tuple, tuple[int, int]], account: int) -> int:
    return sum(sums[0] for slot, sums in posted.items() if slot[0] == account)
