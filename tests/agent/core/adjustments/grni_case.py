"""What the tests of goods received, not invoiced share: the entry proposed, its lines, the first example."""

from decimal import Decimal

from agent_service.core.adjustments import proposers
from agent_service.core.adjustments.grni import propose
from tests.agent.core.builders import EUR, OCTOBER

RATES = (("2026-10-02", 1.0710), ("2026-10-31", 1.0842), ("2026-11-21", 1.0955), ("2026-11-30", 1.0763))


def only(*codes):
    """Return the proposers of these codes."""
    return tuple(one for one in proposers() if one.code in codes)


def entry(ledger, period=OCTOBER, decided=None, **policy):
    found = propose(ledger.books(), ledger.policy(**policy), period, decided or {})
    assert len(found) <= 1
    return found[0] if found else None


def lines(ledger, period=OCTOBER, **more):
    """Return {account code: balance} of the proposed entry, empty when there is none."""
    return lines_of(ledger, entry(ledger, period, **more))


def lines_of(ledger, made):
    """Return {account code: balance} of an entry, empty when there is none."""
    codes = {account: code for code, account in ledger.accounts.items()}
    return {
        codes[line.account_id]: f"{Decimal(line.balance) / 100:.2f}" for line in (made.lines if made else ())
    }


def accrued(amount):
    return {"5000": amount, "2100": f"-{amount}"}


def excess(amount):
    return {"2110": amount, "5000": f"-{amount}"}


def gr1(ledger, *, first="24.50"):
    """Order 100 × 24.50; received 60, 25 and 15; billed 40 and 20."""
    order = ledger.order("100", first, ledger.partner("Quarry"))
    for quantity, day in (("60", "2026-10-12"), ("25", "2026-10-31"), ("15", "2026-11-02")):
        ledger.receive(order, quantity, day)
    ledger.billed(order, "40", "2026-10-20")
    return order


def gr13(ledger, *rates):
    order = ledger.order("120", "18.40", ledger.partner("Quai"), currency=EUR)
    ledger.receive(order, "120", "2026-10-05")
    for day, value in rates:
        ledger.rate(EUR, day, repr(1 / value))
    return order


def post(ledger, made, *, reverse=True):
    """Post a proposed entry as the server does, with its reversal on the next day."""
    codes = {account: code for code, account in ledger.accounts.items()}

    def book(day, sign, **more):
        return ledger.entry(
            day,
            *(
                (
                    codes[line.account_id],
                    made.own.text(sign * line.balance),
                    {
                        "partner_id": line.partner_id,
                        "currency": line.currency.id,
                        "amount_currency": line.currency.text(sign * line.amount_currency),
                        "analytic": line.analytic or None,
                    },
                )
                for line in made.lines
            ),
            **more,
        )

    posted = book(made.day.isoformat(), 1, ai_close_entry_id=1, ai_close_proposer=made.proposer)
    if reverse:
        book(made.reversal_day.isoformat(), -1, reversed_entry_id=posted.move)
    return posted
