"""Accruals of earlier months whose reversal isn't in the books at the closing date.

Entries that belong together (an accrual, its reversal, the reversal of that) are one family; what a family
begun before the period leaves in the books is what nobody took back.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from agent_service.core.adjustments.staging import Slot
from agent_service.core.findings import Record
from agent_service.core.ledger import own_move_ids, posted_lines
from agent_service.core.model import Books
from agent_service.core.period import Period

Left = Mapping[Slot, tuple[int, int]]


@dataclass(frozen=True)
class Family:
    """An entry of ours with its reversals: what they leave as of the closing date, by slot."""

    root: int
    label: str
    day: date
    left: Left

    @property
    def record(self) -> Record:
        """Return a link to the entry."""
        return Record("account.move", self.root, self.label)

    @property
    def debits(self) -> int:
        """Return what it leaves, the sum of the debits in minor units of company currency."""
        return sum(balance for balance, _foreign in self.left.values() if balance > 0)


def families(books: Books, code: str, day: date) -> list[Family]:
    """Return a proposer's posted entries with their reversals, as of a day, the oldest first."""
    own = own_move_ids(books, code)
    if not own:
        return []
    moves = books.frame("moves").filter(pl.col("id").is_in(sorted(own)))
    rows = {row["id"]: row for row in moves.iter_rows(named=True)}
    roots = {one: _root(one, rows) for one in rows}
    left = _left_by_root(books, roots, day)
    return sorted(
        (
            Family(root, rows[root]["name"] or f"#{root}", rows[root]["date"], left.get(root, {}))
            for root in set(roots.values())
            if rows[root]["date"] <= day and rows[root]["state"] == "posted"
        ),
        key=lambda one: (one.day, one.root),
    )


def _left_by_root(
    books: Books, roots: Mapping[int, int], day: date
) -> dict[int, dict[Slot, tuple[int, int]]]:
    """Return what each family leaves as of a day, read in one go: there may be thousands of them."""
    lines = posted_lines(books, day, pl.col("move_id").is_in(sorted(roots)))
    shares = pl.col("analytic") if books.has("lines", "analytic") else pl.lit(None, pl.String)
    summed = (
        lines.with_columns(
            root=pl.col("move_id").replace_strict(roots, return_dtype=pl.Int64),
            currency=pl.col("currency").fill_null(books.company.currency.id),
            analytic=shares.fill_null(""),
        )
        .group_by("root", "account_id", "partner_id", "currency", "analytic")
        .agg(pl.col("balance", "amount_currency").sum())
        .sort("root", "account_id", "partner_id", "currency", "analytic")
    )
    found: dict[int, dict[Slot, tuple[int, int]]] = defaultdict(dict)
    for root, account, partner, currency, analytic, balance, foreign in summed.iter_rows():
        if balance or foreign:
            found[root][account, partner, currency, analytic] = (balance, foreign)
    return found


def not_reversed(of: Iterable[Family], period: Period) -> tuple[list[Family], list[Family]]:
    """Return the families begun before the period that are still open, and those of the period.

    An entry that takes an older one back to the cent closes it: neither counts any more.
    """
    standing = [one for one in of if one.left]
    for one in list(standing):
        back = next((other for other in standing if other.day > one.day and _closes(other, one)), None)
        if back and one in standing and one.day < period.start:
            standing.remove(one)
            standing.remove(back)
    return (
        [one for one in standing if one.day < period.start],
        [one for one in standing if one.day >= period.start],
    )


def first_open_day(books: Books, period: Period) -> date | None:
    """Return the first day of the period that no lock closes, None when all of it is locked."""
    through = books.frame("locks")["through"].drop_nulls() if books.has("locks") else []
    locked = max(through, default=period.start - timedelta(days=1))
    day = max(period.start, locked + timedelta(days=1))
    return day if day <= period.end else None


def _root(move: int, rows: Mapping[int, dict]) -> int:
    seen = {move}
    while (before := rows[move]["reversed_entry_id"]) in rows and before not in seen:
        seen.add(before)
        move = before
    return move


def _bare(left: Left) -> dict[tuple, tuple[int, int]]:
    """Return amounts by account, partner and currency: shares may have been added when it was posted."""
    sums: dict[tuple, list[int]] = defaultdict(lambda: [0, 0])
    for slot, (balance, foreign) in left.items():
        sums[slot[:3]][0] += balance
        sums[slot[:3]][1] += foreign
    return {slot: (one[0], one[1]) for slot, one in sums.items() if any(one)}


def _closes(later: Family, earlier: Family) -> bool:
    back = {slot: (-balance, -foreign) for slot, (balance, foreign) in _bare(later.left).items()}
    return back == _bare(earlier.left)
