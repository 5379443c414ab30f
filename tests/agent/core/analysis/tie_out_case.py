"""What the tests of tie-outs share: one kind's tie-outs of a ledger, and how a tie-out reads in a line."""

from decimal import Decimal
from importlib import import_module

from tests.agent.core.builders import OCTOBER, Ledger


def tie_outs(ledger: Ledger, kind: str, period=OCTOBER, without=(), **policy):
    """Return the tie-outs of a kind."""
    module = import_module(f"agent_service.core.analysis.tie_out.{kind}")
    return module.tie_outs(ledger.books(*without), ledger.policy(**policy), period)


def one(ledger: Ledger, kind: str, period=OCTOBER, without=(), **policy):
    """Return the only tie-out of a kind."""
    (found,) = tie_outs(ledger, kind, period, without, **policy)
    return found


def sums(tie_out):
    """Return (balance, other, difference, explained, open) as decimal strings; None without data."""
    show = tie_out.currency.text
    whole = (tie_out.balance, tie_out.other, tie_out.difference, tie_out.explained, tie_out.rest)
    return tuple(None if amount is None else show(amount) for amount in whole)


def items(tie_out, *effects):
    """Return (effect, what, amount, age in days) of its items as they travel, of some effects only."""
    rows = tie_out.row(1)["items"]
    return [
        (row["effect"], row["what"], row["amount"], row["age_days"])
        for row in rows
        if not effects or row["effect"] in effects
    ]


def adds_up(tie_out):
    """Tell whether explaining and open items are the whole difference: nothing is left without a name."""
    named = sum(Decimal(amount) for _effect, _what, amount, _age in items(tie_out, "explains", "open"))
    return named == Decimal(tie_out.currency.text(tie_out.difference))


def account(ledger: Ledger, code, name, kind, role="", reconcile=False):
    """Add an account, mapped to a role if one is given."""
    ledger.accounts[code] = ledger.add(
        "accounts",
        code=code,
        name=name,
        account_type=kind,
        active=True,
        reconcile=reconcile,
        include_initial_balance=not kind.startswith(("income", "expense")),
    )
    if role:
        ledger.roles[role] = ledger.accounts[code]
