"""What the close owes the books at a month's end: every proposer's truth, as the lines to be posted.

A line is (account, partner, currency) with its balance in company currency and its amount in the line's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent_service.sample import accruals, chart, mirrors, recurring, revaluation, spreads
from agent_service.sample.generate import Sample
from agent_service.sample.money import ZERO
from agent_service.sample.rates import Rates

NEVER_REVERSED = ("PP", "DR", "DP")
ESTIMATED = ("RB",)
Slot = tuple[str, str, str]


@dataclass(frozen=True)
class Due:
    """One thing that is true: its proposer, what it is, and its lines, debit positive."""

    proposer: str
    what: str
    lines: tuple[tuple[Slot, Decimal, Decimal], ...]


def due(sample: Sample, rates: Rates, company: str, last_day: date) -> list[Due]:
    """Return all that has to stand in the books beside people's own postings, as of a month's end."""
    home = next(one.currency for one in sample.plan.companies if one.key == company)
    return [_line_up(row, home, rates, last_day) for row in _rows(sample, rates, company, last_day)]


def _rows(sample: Sample, rates: Rates, company: str, last_day: date) -> Iterator[dict]:
    plan = sample.plan
    if company == "trading":
        yield from accruals.due(plan, rates, last_day)
        yield from accruals.due(plan, rates, last_day, "sale")
    yield from recurring.due(plan, sample.coming, last_day, company)
    yield from spreads.due(plan, rates, last_day, company)
    yield from mirrors.due(plan, rates, last_day, company)
    yield from revaluation.due(plan, rates, last_day, company)


def _line_up(row: dict, home: str, rates: Rates, last_day: date) -> Due:
    proposer, amount, currency, partner = row["proposer"], row["amount"], row["currency"], row["partner"]
    foreign = row.get("amount_currency", amount)
    if proposer == "FX":
        own = ((row["counter_account"], "", home), -amount, -amount)
        return Due("FX", row["item"], (((row["account"], partner, currency), amount, ZERO), own))
    if proposer == "RB":
        amount = rates.convert(amount, currency, home, last_day)
        row = row | {"counter_account": chart.ACCRUED}
    if proposer == "DN":
        amount, foreign = -amount, -foreign
    what = next(row[key] for key in ("order_line", "bill", "schedule", "document") if key in row)
    return Due(
        proposer,
        what,
        (
            ((row["account"], partner, currency), amount, foreign),
            ((row["counter_account"], partner, currency), -amount, -foreign),
        ),
    )
