"""The trial balance as of a day: balance sheet, this year's result, earlier earnings; it sums to zero."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from agent_service.core.analysis.asof import balances
from agent_service.core.ledger import posted_lines
from agent_service.core.model import Books


@dataclass(frozen=True)
class TrialBalance:
    """Minor units of company currency, debit positive, by account id.

    Odoo makes no year-end closing entry: what income and expense accounts gathered before the fiscal year is
    `prior_earnings`, which belongs to no account.
    """

    as_of: date
    year_start: date
    balance_sheet: dict[int, int]
    profit_and_loss: dict[int, int]
    prior_earnings: int

    @property
    def total(self) -> int:
        """Return the sum of everything, which is 0 in sound books."""
        return sum(self.balance_sheet.values()) + sum(self.profit_and_loss.values()) + self.prior_earnings

    @property
    def result(self) -> int:
        """Return the year's result to date as it stands in the ledger: a profit is negative (credit)."""
        return sum(self.profit_and_loss.values())

    def balance(self, account_id: int) -> int:
        """Return one account's balance, 0 when it has none."""
        return self.balance_sheet.get(account_id, self.profit_and_loss.get(account_id, 0))


def trial_balance(books: Books, as_of: date, year_start: date) -> TrialBalance:
    """Return the balances of what is posted by `as_of`, in a fiscal year that began on `year_start`."""
    lines = posted_lines(books, as_of)
    carried = pl.col("include_initial_balance").fill_null(value=True)
    prior = lines.filter(~carried, pl.col("date") < year_start)
    return TrialBalance(
        as_of=as_of,
        year_start=year_start,
        balance_sheet=balances(lines.filter(carried)),
        profit_and_loss=balances(lines.filter(~carried, pl.col("date") >= year_start)),
        prior_earnings=int(prior["balance"].sum() or 0),
    )
