"""What the tests of recurring bills share: a vendor's bills, the entry proposed for the missing one."""

from decimal import Decimal

from agent_service.core.adjustments.recurring import propose
from agent_service.core.entries import Entry
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy
from tests.agent.core.builders import NOVEMBER, OCTOBER, PARAMS, Ledger, minus

TELECOM = (
    "412.30", "398.75", "405.10", "420.00", "409.90", "401.25",
    "415.60", "407.45", "399.80", "411.05", "403.70", "418.20",
)  # fmt: skip
UTILITY = (
    "980", "1240", "1310", "1185", "960", "720", "540", "455", "430", "440", "565", "790",
    "1019.20", "1302.00", "1349.30", "1244.25", "988.80", "756.00", "556.20", "477.75", "442.90", "466.40",
    "587.60",
)  # fmt: skip


def begin():
    """Return a ledger whose policy names the accrual account, and a vendor."""
    ledger = Ledger()
    ledger.accounts["2120"] = ledger.add(
        "accounts", code="2120", name="Accrued liabilities", account_type="liability_current", active=True,
        reconcile=False, include_initial_balance=True,
    )  # fmt: skip
    ledger.roles["accrued_liability"] = ledger.accounts["2120"]
    return ledger, ledger.partner("Harbour Estates")


def bills(ledger, partner, amounts, *, last="2026-09", step=1, day=3, account="6100", **more):
    """Post bills, a month (or `step` of them) apart; the last one in the month named."""
    end = Period.of(last).start
    made = []
    for at, amount in enumerate(amounts):
        month = add_months(end, -step * (len(amounts) - 1 - at))
        made.append(ledger.bill(f"{month:%Y-%m}-{day:02}", partner, str(amount), account=account, **more))
    return made


def proposed(ledger, period=OCTOBER, decided=None, **policy):
    """Return the entries and the findings proposed."""
    books = ledger.books()
    rules = Policy.from_params({**PARAMS, "roles": ledger.roles, **policy}, books.company.currency)
    found = propose(books, rules, period, decided or {})
    return [one for one in found if isinstance(one, Entry)], [
        one for one in found if not isinstance(one, Entry)
    ]


def entry(ledger, period=OCTOBER, **more):
    """Return the one entry proposed, None when there is none, and see that it is sound."""
    entries, _findings = proposed(ledger, period, **more)
    assert len(entries) <= 1
    for one in entries:
        assert sum(line.balance for line in one.lines) == 0
        assert abs(one.calculation.total) == one.debits
        assert one.sources
    return entries[0] if entries else None


def told(ledger, period=OCTOBER, **more):
    """Return (debit, low, high) as texts, None without an entry."""
    one = entry(ledger, period, **more)
    return one and tuple(
        f"{Decimal(minor) / 100:.2f}" for minor in (one.debits, one.amount_min, one.amount_max)
    )


def findings(ledger, period=OCTOBER, **more):
    """Return the facets of the findings, without their account."""
    return [one.facet.split(" ")[0] for one in proposed(ledger, period, **more)[1]]


def book(ledger, made, reverse=True, name=None, edit=None, **more):
    """Post an entry as the server does, with its reversal; `edit` is another amount."""
    codes = {account: code for code, account in ledger.accounts.items()}
    lines = [
        (
            codes[line.account_id],
            (edit and (edit if line.balance > 0 else minus(edit))) or f"{Decimal(line.balance) / 100:.2f}",
            {"partner_id": line.partner_id, "name": line.name},
        )
        for line in made.lines
    ]
    count = len(ledger.rows["moves"])
    posted = ledger.entry(
        made.day.isoformat(), *lines, ai_close_entry_id=count, ai_close_proposer=made.proposer, **more
    )
    if reverse and made.reversal_day:
        back = [(code, minus(amount), facts) for code, amount, facts in lines]
        ledger.entry(made.reversal_day.isoformat(), *back, reversed_entry_id=posted.move, **more)
    return posted


__all__ = [
    "NOVEMBER", "OCTOBER", "TELECOM", "UTILITY", "begin", "bills", "book", "entry", "findings", "proposed",
    "told",
]  # fmt: skip
