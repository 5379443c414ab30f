"""FL Balances that moved.

**What it does** Sets each balance, and each account of income and expenses, against the month before, the
year before and what was expected, and names what made it move. No entry and no finding.

**Why it matters** A number that nobody can explain is the commonest sign of a missing or wrong entry.

**Method** `analysis/variance.py`: closing balances, or the month's movement; expected is last year's month
scaled by this year's growth, or the median of the months before. A change counts from `min_amount` and
`min_percent` on, both, against what `against` names (the month before where nothing is expected).
Amounts are debit positive; the percentage goes by the account's own direction: fewer sales are a fall.
Against an expectation the drivers begin at the month before (at last year's, for income and expenses that
were expected by it): what lies between the two is a part of its own, so that all parts add up to the change.
Example: rent 12,000.00 after 8,000.00 is 4,000.00, a rise of 50 %; by partner Lessor 4,000.00.

**False positives** Seasons in the first year. The text is a template's; a person explains and signs.

**Source** ISA 520; `account.move.line`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from agent_service.core.analysis.drivers import Driver
from agent_service.core.analysis.variance import (
    DIMENSIONS,
    EXPECTED,
    MONTH,
    NONE,
    YEAR,
    Variance,
    variances,
)
from agent_service.core.facts import credit_accounts, partner_names
from agent_service.core.model import Books, Company
from agent_service.core.money import round_half_up
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "FL"
TITLE = "Balances that moved"
PARAMETERS = {"min_amount": "0.1 M", "min_percent": 10, "against": EXPECTED, "blocks": "no"}
_NAMED = {MONTH: "a month before", YEAR: "a year before", EXPECTED: "expected"}
_SHOWN = 3


@dataclass(frozen=True)
class Flux:
    """One account's row for the port, with the thresholds it was made by; minor units, company currency."""

    variance: Variance
    period: Period
    against: str
    min_amount: int
    min_percent: int
    text: str

    def key(self, company: Company) -> str:
        """Return what identifies the row from run to run."""
        return f"{CODE}:{company.id}:{self.period.end}:{self.variance.account_id}"

    def row(self, company: Company) -> dict[str, Any]:
        """Return the row as the port takes it."""
        one, show = self.variance, company.currency.text
        return {
            "key": self.key(company),
            "account_id": one.account_id,
            "date": self.period.end.isoformat(),
            "actual": show(one.actual),
            "month": show(one.month),
            "year": show(one.year),
            "expected": show(one.expected.amount) if one.expected else None,
            "method": one.expected.method if one.expected else None,
            "against": self.against,
            "min_amount": show(self.min_amount),
            "min_percent": self.min_percent,
            "explanation": self.text[:4000],
            "drivers": [
                {
                    "base": base,
                    "dimension": name,
                    "id": part.key,
                    "count": part.count,
                    "amount": show(part.amount),
                }
                for base in (MONTH, YEAR)
                for name in DIMENSIONS
                for part in one.drivers[base][name]
            ],
        }


def propose(books: Books, policy: Policy, period: Period, decided: Mapping[str, str]) -> list[Flux]:
    """Return a row for each account that has, or had, anything."""
    parameters = policy.parameters(CODE, PARAMETERS)
    least, percent = policy.amount(parameters, "min_amount"), parameters.integer("min_percent")
    wanted = str(parameters.values["against"])
    names, credit = partner_names(books), credit_accounts(books)
    found = []
    for one in variances(books, period):
        against = MONTH if one.base(wanted) is None else wanted
        text = ""
        if one.is_over(against, least, percent):
            text = _text(books, one, against, names, is_credit=one.account_id in credit)
        found.append(Flux(one, period, against, least, percent, text))
    return found


def _text(books: Books, one: Variance, against: str, names: Mapping[int, str], *, is_credit: bool) -> str:
    """Return the template's explanation: the change and the parts by partner, which add up to it."""
    base, change = one.base(against) or 0, one.change(against) or 0
    share = f", a {_direction(change, is_credit=is_credit)} of {_percent(change, base)} %" if base else ""
    told = one.via if against == EXPECTED else against
    apart = (one.base(told) or 0) - base
    parts = [f"{_name(part, names)} {books.show(part.amount)}" for part in _few(one.drivers[told]["partner"])]
    text = (
        f"{books.show(one.actual)} against {books.show(base)} {_NAMED[against]}: {books.show(change)}{share}."
    )
    if apart:
        text += f" Of it {books.show(apart)} lies between what was expected and {_NAMED[told]}."
    return text + (f" Since {_NAMED[told]}, by partner: {'; '.join(parts)}." if parts else "")


def _few(parts: Sequence[Driver[int]]) -> Sequence[Driver[int]]:
    """Return the largest parts and all others as one: what is told adds up to the whole."""
    named = [part for part in parts if not part.is_other][:_SHOWN]
    rest = parts[len(named) :]
    if not rest:
        return named
    return [*named, Driver(None, sum(part.amount for part in rest), sum(part.count for part in rest))]


def _direction(change: int, *, is_credit: bool) -> str:
    """Return rise or fall by the account's own direction: income, debt and equity rise by their credit."""
    return "rise" if (change < 0) == is_credit else "fall"


def _percent(change: int, base: int) -> str:
    tenths = round_half_up(Fraction(abs(change) * 1000, abs(base)))
    return f"{tenths // 10}.{tenths % 10}"


def _name(part: Driver[int], names: Mapping[int, str]) -> str:
    if part.key is None:
        return f"{part.count} others"
    return "no partner" if part.key == NONE else names.get(part.key, f"partner {part.key}")
