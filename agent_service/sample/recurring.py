"""Bills that come again and aren't there at a closing date (ADJUSTMENTS.md 2), with what they really are.

The generator knows which vendor sends what and how often, and the bill that comes later: that is the truth
which an estimate is held against. Nothing here may import `agent_service.core`.
"""

from collections.abc import Iterable
from datetime import date

from agent_service.sample.documents import Document, Plan
from agent_service.sample.money import cents
from agent_service.sample.months import Month, month_of

# Series and the months that one of its bills is for.
SERIES = {"rent": 1, "telecom": 1, "cloud": 1, "crm": 1, "power": 1, "audit": 3, "svc-rent": 1}
LEAST_BILLS = 3
MOST_MISSING = 2


def due(plan: Plan, coming: Iterable[Document], last_day: date, company: str = "trading") -> list[dict]:
    """Return what each series owes at a closing date: months, and the amount of the bill that will come."""
    documents = {one.key: one for one in [*plan.documents, *coming] if one.company == company}
    here = month_of(last_day)
    found = []
    for name, step in SERIES.items():
        bills = {Month.parse(key.removeprefix(f"{name}-")): one for key, one in documents.items()
                 if key.startswith(f"{name}-") and key.count("-") == name.count("-") + 2}  # fmt: skip
        seen = [month for month, one in bills.items() if one.day <= last_day]
        if len(seen) < LEAST_BILLS:
            continue
        missing = sorted(month for month, one in bills.items() if one.day > last_day)
        missing = [month for month in missing if month.plus(1 - step) <= here]
        if len(missing) > MOST_MISSING:
            continue  # did it stop? people are asked
        for month in missing:
            bill, months = bills[month], step
            while month.plus(months - step) > here:
                months -= 1
            found.append(
                {
                    "proposer": "RB",
                    "bill": bill.key,
                    "months": months,
                    "of": step,
                    "account": bill.lines[0].account,
                    "partner": bill.partner,
                    "currency": bill.currency,
                    "amount": cents(bill.untaxed * months / step),
                }
            )
    return found
