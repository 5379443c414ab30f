"""Open foreign items at a closing rate, by the definition (ADJUSTMENTS.md 5) and our own arithmetic.

Read from the plan, never from the proposer: nothing here may import `agent_service.core`.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from agent_service.sample import chart
from agent_service.sample.documents import Plan
from agent_service.sample.ledger import Ledger
from agent_service.sample.money import ZERO, cents
from agent_service.sample.rates import Rates


def due(plan: Plan, rates: Rates, last_day: date, company: str = "trading") -> list[dict]:
    """Return each open foreign item and foreign balance whose book differs from the closing rate."""
    home = next(one.currency for one in plan.companies if one.key == company)
    ledger = Ledger(plan, rates)
    lines = [one for one in ledger.loaded_bank_lines() if one.company == company and one.day <= last_day]
    paid = {part.item for one in lines if one.settled for part in one.counterparts}
    items = []
    for document in plan.documents:
        if document.company != company or document.state != "posted" or document.day > last_day:
            continue
        if document.currency == home or document.key in paid:
            continue
        account, book = ledger.document(document)[-1]
        foreign = document.gross * document.sign
        items.append((document.key, account, document.partner, document.currency, foreign, book))
    for (account, currency), (foreign, book) in sorted(_balances(plan, rates, lines, home).items()):
        items.append((f"account:{account}", account, "", currency, foreign, book))
    found = []
    for key, account, partner, currency, foreign, book in items:
        rate = rates.usd(currency, last_day) / rates.usd(home, last_day)
        difference = cents(foreign * rate) - book
        if difference:
            found.append(
                {
                    "proposer": "FX",
                    "item": key,
                    "account": account,
                    "partner": partner,
                    "currency": currency,
                    "open": foreign,
                    "book": book,
                    "amount": difference,
                    "counter_account": chart.FX_GAIN if difference > 0 else chart.FX_LOSS,
                }
            )
    return found


def _balances(plan: Plan, rates: Rates, lines: list, home: str) -> dict:
    """Return the foreign balance and the book of each bank account, and of what nobody booked yet."""
    journals = {one.key: one for one in plan.journals}
    sums: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for line in lines:
        journal = journals[line.journal]
        if not journal.currency or journal.currency == home:
            continue
        amount = rates.convert(line.amount, journal.currency, home, line.day)
        at = [(journal.account, 1)] + ([] if line.settled else [(chart.SUSPENSE, -1)])
        for account, sign in at:
            sums[account, journal.currency][0] += sign * line.amount
            sums[account, journal.currency][1] += sign * amount
    return sums
