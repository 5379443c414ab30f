"""A staged entry is posted in a test's ledger as the server does, with its reversal."""

from datetime import date

from agent_service.core.ledger import posted_lines


def post(ledger, made, *, reverse=True):
    """Post a proposed entry, and its reversal on the day that it names."""
    first = _book(ledger, made, made.day, 1)
    if made.reversal_day and reverse:
        _book(ledger, made, made.reversal_day, -1, reversed_entry_id=first)
    return first


def _book(ledger, made, day, sign, **more):
    codes = {account: code for code, account in ledger.accounts.items()}
    lines = [
        (
            codes[line.account_id],
            made.own.text(sign * line.balance),
            {
                "amount_currency": line.currency.text(sign * line.amount_currency),
                "currency": line.currency.id,
                "partner_id": line.partner_id,
                "analytic": line.analytic or None,
            },
        )
        for line in made.lines
    ]
    return ledger.entry(
        day.isoformat(), *lines, ai_close_entry_id=9, ai_close_proposer=made.proposer, **more
    ).move


def by_account(ledger, made):
    """Return {account code: amount} of an entry as text, summed over partners and currencies."""
    codes = {account: code for code, account in ledger.accounts.items()}
    sums = {}
    for line in made.lines if made else ():
        sums[codes[line.account_id]] = sums.get(codes[line.account_id], 0) + line.balance
    return {code: made.own.text(amount) for code, amount in sums.items()}


def account(ledger, code, name, kind, role=None):
    """Add an account, and map a role to it."""
    ledger.accounts[code] = number = ledger.add(
        "accounts",
        code=code,
        name=name,
        account_type=kind,
        active=True,
        reconcile=False,
        include_initial_balance=not kind.startswith(("income", "expense")),
    )
    if role:
        ledger.roles[role] = number
    return number


def result_of(books, code_id, first, last):
    """Return what an account shows for some days, minor units."""
    lines = posted_lines(books, date.fromisoformat(last))
    return sum(
        row["balance"]
        for row in lines.iter_rows(named=True)
        if row["account_id"] == code_id and row["date"] >= date.fromisoformat(first)
    )
