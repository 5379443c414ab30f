"""A proposed adjusting entry: its lines, the calculation that yields them and the records it rests on.

An entry that lacks one of the three can't be made: one whose only reason is to make a balance fit is a plug.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from agent_service.core.errors import Plug
from agent_service.core.findings import Record
from agent_service.core.money import Currency

CONCLUSIONS = frozenset(
    {
        "account.account",
        "account.report",
        "res.company",
        "ai.close",
        "ai.close.entry",
        "ai.close.finding",
        "ai.close.inherited",
        "ai.close.match",
        "ai.close.open.item",
        "ai.close.score",
        "ai.close.task",
    }
)
"""What is drawn from records of the books (balances, tie-outs, variances, findings) and proves nothing."""


@dataclass(frozen=True)
class EntryLine:
    """A line of a proposed entry: minor units, debit positive; `balance` is company currency.

    `analytic` is JSON of percents by account, as the source's line has it; empty: what Odoo's models give.
    """

    account_id: int
    partner_id: int | None
    name: str
    balance: int
    amount_currency: int
    currency: Currency
    analytic: str = ""

    def row(self, own: Currency) -> dict[str, Any]:
        """Return the line as it travels."""
        analytic = {"analytic": self.analytic} if self.analytic else {}
        return {
            "account_id": self.account_id,
            "partner_id": self.partner_id,
            "name": self.name,
            "balance": own.text(self.balance),
            "amount_currency": self.currency.text(self.amount_currency),
            "currency": self.currency.name,
            **analytic,
        }


@dataclass(frozen=True)
class Calculation:
    """A table that a person can recompute; the last column is the amount in company currency, minor units.

    The total is the sum of the rows' amounts, signed as the cost is.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], int], ...]

    @property
    def total(self) -> int:
        """Return the sum of the rows' amounts."""
        return sum(amount for _cells, amount in self.rows)

    def row(self, own: Currency) -> dict[str, Any]:
        """Return the calculation as it travels."""
        return {
            "columns": [*self.columns, "Amount"],
            "rows": [[*cells, own.text(amount)] for cells, amount in self.rows],
            "total": own.text(self.total),
        }


@dataclass(frozen=True)
class Entry:
    """A proposed entry of one company and date, with the date of its reversal if it has one.

    Raises Plug unless its lines balance, its calculation yields them and it rests on records of the books.
    """

    key: str
    proposer: str
    day: date
    reversal_day: date | None
    ref: str
    narration: str
    lines: tuple[EntryLine, ...]
    calculation: Calculation
    sources: tuple[Record, ...]
    confidence: Decimal
    own: Currency
    amount_min: int
    amount_max: int
    is_estimate: bool = False

    def __post_init__(self) -> None:
        """Refuse a plug."""
        reasons = _plug_reasons(self)
        if reasons:
            raise Plug([f"{self.proposer}, {self.ref}: {one}" for one in reasons])

    @property
    def debits(self) -> int:
        """Return the sum of the debits in company currency."""
        return sum(line.balance for line in self.lines if line.balance > 0)

    def row(self) -> Mapping[str, Any]:
        """Return the entry as the port takes it."""
        return {
            "key": self.key,
            "proposer": self.proposer,
            "date": self.day.isoformat(),
            "reversal_date": self.reversal_day.isoformat() if self.reversal_day else None,
            "ref": self.ref,
            "narration": self.narration,
            "lines": [line.row(self.own) for line in self.lines],
            "calculation": self.calculation.row(self.own),
            "sources": [source.row() for source in self.sources],
            "confidence": f"{self.confidence:.4f}",
            "amount_min": self.own.text(self.amount_min),
            "amount_max": self.own.text(self.amount_max),
            "is_estimate": self.is_estimate,
        }


def _plug_reasons(entry: Entry) -> list[str]:
    """Return why an entry is a plug; empty for one that isn't.

    Lines are joined by account and gains aren't netted with losses, so the debits lie between the net sum of
    the calculation and the sum of its sizes.
    """
    reasons = []
    if sum(line.balance for line in entry.lines) or not entry.debits:
        reasons.append("the lines don't balance, or are empty")
    size = sum(abs(amount) for _cells, amount in entry.calculation.rows)
    if not entry.calculation.rows:
        reasons.append("there is no calculation")
    elif not abs(entry.calculation.total) <= entry.debits <= size:
        reasons.append("the calculation doesn't yield the lines")
    if all(source.model in CONCLUSIONS for source in entry.sources):
        reasons.append("it rests on no record of the books, only on what was concluded from them")
    return reasons
