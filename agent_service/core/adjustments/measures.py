"""What is kept of how good accruals were: a row for each accrued source, for the list in Odoo.

`came` is an accrual against what was billed for it, `reversal` one of an earlier month that still stands in
the books, `aged` one that is accrued month after month without a bill.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from agent_service.core.adjustments.accrued_lines import Accrued
from agent_service.core.adjustments.accuracy import Measured
from agent_service.core.adjustments.reversals import Family
from agent_service.core.findings import Record
from agent_service.core.model import Company
from agent_service.core.money import Currency

CAME, REVERSAL, AGED = "came", "reversal", "aged"


@dataclass(frozen=True)
class Measure:
    """One row: minor units, positive as the cost or the income is; `own` is the company's currency."""

    kind: str
    proposer: str
    day: date
    partner_id: int | None
    account_id: int | None
    source: Record
    what: str
    currency: Currency
    accrued: int
    accrued_own: int
    own: Currency
    actual: int = 0
    open: int = 0
    actual_own: int = 0
    error_own: int = 0
    currency_effect: int = 0
    age: int = 0

    @classmethod
    def of(cls, one: Measured, own: Currency) -> "Measure":
        """Return the row of an accrual against what came for it."""
        return cls(
            CAME, one.proposer, one.day, one.partner_id, one.account_id, one.source, one.what, one.currency,
            one.accrued, one.accrued_own, own, one.actual, one.open, one.actual_own,
            one.error_own if one.is_billed else 0, one.currency_effect if one.is_billed else 0,
        )  # fmt: skip

    @classmethod
    def standing(cls, code: str, one: Family, own: Currency) -> "Measure":
        """Return the row of an accrual that nobody reversed."""
        return cls(
            REVERSAL, code, one.day, None, None, one.record, one.label, own, one.debits, one.debits, own,
            open=one.debits,
        )  # fmt: skip

    @classmethod
    def aged(cls, one: Accrued, since: date, age: int, own: Currency) -> "Measure":
        """Return the row of what is accrued for months without a bill."""
        return cls(
            AGED, one.proposer, since, one.partner_id, one.account_id, one.source, one.what, one.currency,
            one.amount_currency, one.amount, own, open=one.amount_currency, age=age,
        )  # fmt: skip

    def key(self, company: Company) -> str:
        """Return what identifies the row from run to run: no amount is in it."""
        # A recurring bill's accrual is told apart by its months, an order's by its line.
        months = self.what if self.source.model == "account.move" and self.kind != REVERSAL else ""
        parts = (
            "AC", company.id, self.kind, self.proposer, f"{self.day:%Y-%m}",
            f"{self.source.model},{self.source.id}", self.partner_id or 0, self.account_id or 0,
            self.currency.name, "-".join(months.split())[:60],
        )  # fmt: skip
        return ":".join(map(str, parts))

    def row(self, company: Company) -> dict[str, Any]:
        """Return the row as the port takes it."""
        document, own = self.currency.text, self.own.text
        return {
            "key": self.key(company),
            "kind": self.kind,
            "proposer": self.proposer,
            "date": self.day.isoformat(),
            "partner_id": self.partner_id,
            "account_id": self.account_id,
            "source": self.source.row(),
            "what": self.what[:200],
            "currency": self.currency.name,
            "accrued": document(self.accrued),
            "actual": document(self.actual),
            "open": document(self.open),
            "accrued_own": own(self.accrued_own),
            "actual_own": own(self.actual_own),
            "error_own": own(self.error_own),
            "currency_effect": own(self.currency_effect),
            "age": self.age,
        }
