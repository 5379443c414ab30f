"""The trial balance of a company as of a day, from sums of posted items by account and stretch of days.

Amounts are integers of the currency's minor unit, debit positive.  Nothing is rounded here: the sums are
exact, and so is everything that is added up from them.

Odoo makes no year-end closing entry.  Accounts of income and expenses therefore start at zero with each
fiscal year, and what they gathered before it stands in one row of its own, `PRIOR_EARNINGS`; the account of
the type "current year earnings" is one of them.  With that row the balance sums to zero in sound books.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from .periods import month_end

PRIOR_EARNINGS = 0
"""Stands for an account's id in the row of earlier years' earnings, which belongs to no account."""

PRIOR_MONTH, PRIOR_YEAR = "prior_month", "prior_year"
COMPARISONS = (PRIOR_MONTH, PRIOR_YEAR)


def minor(amount: str | None, places: int) -> int:
    """Return a sum of the database in minor units; what has more decimals is rounded half-up.

    It comes as text, for Odoo reads the database's exact numbers as floats.

    >>> minor("-12.50", 2)
    -1250
    """
    return int(Decimal(amount or 0).scaleb(places).to_integral_value(rounding=ROUND_HALF_UP))


def decimal(amount: int, places: int) -> Decimal:
    """Return minor units as the amount that they are.

    >>> decimal(-1250, 2)
    Decimal('-12.50')
    """
    return Decimal(amount).scaleb(-places)


def compared_day(day: date, name: str) -> date:
    """Return the day a month or a year before; the last day of a month stays one.

    >>> compared_day(date(2026, 10, 31), "prior_month"), compared_day(date(2025, 2, 28), "prior_year")
    (datetime.date(2026, 9, 30), datetime.date(2024, 2, 29))
    """
    month = day.month - 1 if name == PRIOR_MONTH else day.month
    year = day.year - (1 if name == PRIOR_YEAR or not month else 0)
    last = month_end(date(year, month or 12, 1))
    return last if day == month_end(day) else last.replace(day=min(day.day, last.day))


@dataclass(frozen=True)
class Sums:
    """Sums of journal items by account and stretch: stretch i lies between `edges[i - 1]` and `edges[i]`.

    An edge is the first day of what follows it; stretch 0 is all that lies before the first edge.  `balances`
    has one list an account, `turnovers` debit and credit of the last movement (see `TrialBalance`).
    """

    edges: tuple[date, ...]
    balances: Mapping[int, list[int]]
    turnovers: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    def between(self, account: int, first: date | None, last: date) -> int:
        """Return what an account moved from `first` (None: ever) to `last`; both have to be edges."""
        found = self.balances.get(account)
        return sum(found[self._at(first) : self._at(last + timedelta(days=1))]) if found else 0

    def _at(self, day: date | None) -> int:
        """Return the number of the stretch that begins with a day."""
        if day is None:
            return 0
        at = bisect_right(self.edges, day)
        if not at or self.edges[at - 1] != day:
            raise ValueError(f"{day} is no edge of these sums")
        return at


def edges(*days: date | None) -> tuple[date, ...]:
    """Return first days of stretches, each once and in order.

    >>> len(edges(date(2026, 10, 1), None, date(2026, 1, 1), date(2026, 10, 1)))
    2
    """
    return tuple(sorted({day for day in days if day}))


@dataclass(frozen=True)
class Row:
    """One account: opening + debit - credit = closing; `compared` has its closing balance of other days.

    `foreign` is the closing balance in the account's own currency, None where it has none.
    """

    account_id: int
    opening: int
    debit: int
    credit: int
    closing: int
    compared: Mapping[str, int] = field(default_factory=dict)
    foreign: int | None = None


@dataclass(frozen=True)
class TrialBalance:
    """Balances as of `day`, with the movement since `first`; `days` names what else it is compared with."""

    day: date
    first: date
    year_start: date
    days: Mapping[str, date]
    rows: tuple[Row, ...]
    result: int
    """This year's result to date as it stands in the ledger: a profit is negative (credit)."""

    @property
    def total(self) -> int:
        """Return the sum of all closing balances: 0 in sound books."""
        return sum(row.closing for row in self.rows)

    @property
    def prior_earnings(self) -> int:
        """Return what income and expenses gathered before this fiscal year."""
        return sum(row.closing for row in self.rows if row.account_id == PRIOR_EARNINGS)

    def row(self, account_id: int) -> Row:
        """Return the row of an account, zeros when it has none."""
        empty = Row(account_id, 0, 0, 0, 0, dict.fromkeys(self.days, 0))
        return next((row for row in self.rows if row.account_id == account_id), empty)


def needed_edges(
    day: date, first: date, years: Mapping[date, date], days: Iterable[date]
) -> tuple[date, ...]:
    """Return the edges that a trial balance needs.

    :param years: first day of the fiscal year of `day` and of each day compared
    """
    after = [each + timedelta(days=1) for each in (day, *days)]
    return edges(first, *after, *years.values())


def assemble(
    sums: Sums,
    day: date,
    first: date,
    years: Mapping[date, date],
    days: Mapping[str, date],
    carried: Mapping[int, bool],
    foreign: Mapping[int, int] | None = None,
) -> TrialBalance:
    """Return the trial balance of `day`, accounts without any amount left out.

    :param first: first day of the movement, in the fiscal year of `day`
    :param carried: by account whether its balance is carried into the next year (balance sheet)
    :param foreign: closing balance in the account's own currency, where it has one
    """
    if not years[day] <= first <= day:
        raise ValueError(f"the movement from {first} to {day} is not of one fiscal year")
    before = first - timedelta(days=1)
    rows = []
    for account in sums.balances:
        since = None if carried[account] else years[day]
        opening = sums.between(account, since, before)
        debit, credit = sums.turnovers.get(account, (0, 0))
        closing = sums.between(account, since, day)
        compared = {
            name: sums.between(account, None if carried[account] else years[other], other)
            for name, other in days.items()
        }
        row = Row(account, opening, debit, credit, closing, compared, (foreign or {}).get(account))
        if opening or debit or credit or closing or row.foreign or any(compared.values()):
            rows.append(row)
    result = sum(row.closing for row in rows if not carried[row.account_id])
    rows.append(_prior_earnings(sums, day, years, days, carried))
    return TrialBalance(day, first, years[day], dict(days), tuple(rows), result)


def _prior_earnings(sums, day, years, days, carried):
    own = [account for account in sums.balances if not carried[account]]

    def gathered(until):
        last = years[until] - timedelta(days=1)
        return sum(sums.between(account, None, last) for account in own)

    now = gathered(day)
    return Row(PRIOR_EARNINGS, now, 0, 0, now, {name: gathered(other) for name, other in days.items()})
