"""What the tests of the proposers at the end of a close share: accounts, an entry's lines, posting it."""

from decimal import Decimal

from agent_service.core.entries import Entry
from agent_service.core.findings import Finding
from tests.agent.core.builders import OCTOBER


def account(ledger, code, name, kind, *, role="", reconcile=False, currency=None):
    """Add an account, and map it to a role."""
    ledger.accounts[code] = made = ledger.add(
        "accounts",
        code=code,
        name=name,
        account_type=kind,
        active=True,
        reconcile=reconcile,
        currency=currency,
        include_initial_balance=not kind.startswith(("income", "expense")),
    )
    if role:
        ledger.roles[role] = made
    return made


def proposed(proposer, ledger, period=OCTOBER, decided=None, **policy):
    """Return the entry, if there is one, and the findings."""
    found = proposer(ledger.books(), ledger.policy(**policy), period, decided or {})
    entries = [one for one in found if isinstance(one, Entry)]
    assert len(entries) <= 1
    for one in entries:
        assert not sum(line.balance for line in one.lines), "debits are credits"
        assert one.calculation.total in (one.debits, sum(a for _c, a in one.calculation.rows))
        size = sum(abs(amount) for _cells, amount in one.calculation.rows)
        assert abs(one.calculation.total) <= one.debits <= size, "the calculation yields the lines"
    return (entries or [None])[0], [one for one in found if isinstance(one, Finding)]


def lines(ledger, entry):
    """Return {account code: balance} of an entry, empty when there is none."""
    codes = {one: code for code, one in ledger.accounts.items()}
    sums = {}
    for line in entry.lines if entry else ():
        code = codes[line.account_id]
        sums[code] = sums.get(code, 0) + line.balance
    return {code: f"{Decimal(one) / 100:.2f}" for code, one in sums.items()}


def post(ledger, entry, number=1, *, reverse=True):
    """Post an entry as the server does, with its reversal."""
    codes = {one: code for code, one in ledger.accounts.items()}

    def rows(sign):
        for line in entry.lines:
            more = {
                "partner_id": line.partner_id,
                "currency": line.currency.id,
                "amount_currency": line.currency.text(sign * line.amount_currency),
            }
            yield codes[line.account_id], f"{Decimal(sign * line.balance) / 100:.2f}", more

    ours = {"ai_close_entry_id": number, "ai_close_proposer": entry.proposer}
    made = ledger.entry(entry.day.isoformat(), *rows(1), **ours)
    if not (reverse and entry.reversal_day):
        return made, None
    back = ledger.entry(entry.reversal_day.isoformat(), *rows(-1), reversed_entry_id=made.move)
    return made, back
