"""Documents between the companies that the other side hasn't posted by a closing date (ADJUSTMENTS.md 7)."""

from datetime import date

from agent_service.sample import chart
from agent_service.sample.documents import Plan
from agent_service.sample.rates import Rates

_KEY = "/mirror"


def due(plan: Plan, rates: Rates, last_day: date, company: str) -> list[dict]:
    """Return what the company lacks: the net amount in the document's currency at its closing rate."""
    home = next(one.currency for one in plan.companies if one.key == company)
    documents = {one.key: one for one in plan.documents}
    found = []
    for mirror in plan.documents:
        issued = documents.get(mirror.key.removesuffix(_KEY)) if mirror.key.endswith(_KEY) else None
        if issued is None:
            continue
        theirs, ours = (issued, mirror) if mirror.company == company else (mirror, issued)
        if ours.company != company or theirs.day > last_day or ours.day <= last_day:
            continue
        bought = ours is mirror
        found.append(
            {
                "proposer": "IC",
                "document": theirs.key,
                "account": chart.MANAGEMENT_FEE if bought else chart.IC_RECEIVABLE,
                "counter_account": chart.IC_PAYABLE if bought else chart.RECHARGE,
                "partner": ours.partner,
                "currency": theirs.currency,
                "amount_currency": theirs.untaxed,
                "amount": rates.convert(theirs.untaxed, theirs.currency, home, last_day),
            }
        )
    return found
