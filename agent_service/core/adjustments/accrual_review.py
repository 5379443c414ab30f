"""AC Accruals of last month against what came.

**What it does** Tells how far last month's accruals were off, by vendor, which were not reversed, and which
stay open for three months without a bill. Findings only, no entry.

**Why it matters** Estimates are tested by what comes after (ISA 540, retrospective review); an accrual that
nobody ever bills is a debt that may not exist.

**Method** `accuracy.py`: accrued less actual in the document's currency, the exchange rate's part apart; bias
and size over what was billed. A source accrued at three month ends in a row without a bill has age 3.
Example: rent 3,200.00 accrued, 3,260.00 billed → −60.00, −1.84 %.

**False positives** A bill in parts measures only its part. What is proved by receipt goes on being proposed:
a person decides about it.

**Source** ISA 540, IAS 8.34; `account.move.line`.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from agent_service.core.adjustments.accrued_lines import ORDERS, Accrued, accrued_bills, accrued_orders
from agent_service.core.adjustments.accuracy import (
    WITHIN_MONTHS,
    Measured,
    grouped,
    measured,
    percent,
    summed,
)
from agent_service.core.adjustments.measures import Measure
from agent_service.core.adjustments.reversals import Family, families, not_reversed
from agent_service.core.facts import partner_names
from agent_service.core.findings import MAX_RECORDS, Finding, Record, concern
from agent_service.core.ledger import own_move_ids
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "AC"
TITLE = "Accruals against what came"
ROLES = ("grni", "accrued_liability")
PARAMETERS = {"accrual_age_months": 3}
RECURRING = "RB"
REVERSED = ("GR", "GS", "DN", "IC", "IN", "PY")
"""Proposers whose next entry takes off what still stands; others say it themselves."""


def propose(
    books: Books, policy: Policy, period: Period, decided: Mapping[str, str]
) -> list[Finding | Measure]:
    """Return findings: how good last month's accruals were, and which stay open too long; and each measure.

    Measured are the accruals of three months: a bill may answer one as late as that.
    """
    if not own_move_ids(books):
        return []
    names, own = partner_names(books), books.company.currency
    by_month = {one: measured(books, policy, one, period.end) for one in _months(period, WITHIN_MONTHS)}
    before = _month(period.months_before(1)[0])
    items = by_month[before]
    found = [
        _told(books, code, [one for one in items if one.proposer == code], before, names)
        for code in sorted({one.proposer for one in items if one.is_billed and one.error})
    ]
    old, since = _aged(books, policy, period)
    standing = _standing(books, period, *REVERSED, RECURRING)
    return [
        *found,
        *_unreversed(books, period, standing),
        *(_old(books, one, since, age, period, names) for one, age in old),
        *(Measure.of(one, own) for month in by_month.values() for one in month),
        *(Measure.standing(code, one, own) for code, one in standing),
        *(Measure.aged(one, since.end, age, own) for one, age in old),
    ]


def _months(period: Period, count: int) -> list[Period]:
    return [_month(one) for one in period.months_before(count)]


def _standing(books: Books, period: Period, *codes: str) -> list[tuple[str, Family]]:
    """Return the accruals of earlier months that are still in the books, with their proposers."""
    return [
        (code, one) for code in codes for one in not_reversed(families(books, code, period.end), period)[0]
    ]


def _unreversed(books: Books, period: Period, standing: Sequence[tuple[str, Family]]) -> list[Finding]:
    """Return a finding for each accrual of an earlier month that is still in the books, once each."""
    found: dict[int, Finding] = {}
    for code, one in standing:
        if code == RECURRING:  # says so itself
            continue
        found[one.root] = concern(
            CODE,
            TITLE,
            "reversal",
            one.record,
            f"{one.label}: the accrual of {one.day} was not reversed",
            f"{one.label} ({code}) of {one.day} leaves {books.show(one.debits)} in the books on "
            f"{period.end}. The proposal of this month takes it into account.",
            why="An accrual that isn't reversed stands beside the bill as soon as that is booked.",
            remedy="Reverse the entry; the proposal of this month changes by as much.",
            amount=one.debits,
            severity="high",
            evidence={"proposer": code},
        )
    return [found[root] for root in sorted(found)]


def _month(start: date) -> Period:
    return Period.of(f"{start:%Y-%m}")


def _told(
    books: Books, code: str, items: Sequence[Measured], before: Period, names: Mapping[int, str]
) -> Finding:
    """Return the finding for a proposer: bias and size, by vendor."""
    total, show = summed(items), books.company.currency.text
    vendors = grouped(items, lambda one: one.partner_id)
    table = [
        {
            "vendor": names.get(partner or 0, "-"),
            "actual": show(one.actual),
            "error": show(one.error),
            "bias": percent(one.bias),
            "size": percent(one.spread),
            "currency_effect": show(one.currency_effect),
        }
        for partner, one in sorted(vendors.items(), key=lambda part: (-part[1].size, part[0] or 0))
        if one.count
    ]
    way = "too much" if total.error > 0 else "too little"
    company = Record("res.company", books.company.id, books.company.name)
    sources = tuple(one.source for one in sorted(items, key=lambda one: -abs(one.error_own)) if one.error)
    return concern(
        CODE,
        TITLE,
        f"{code} {before.name}",
        company,
        f"Accruals {code} of {before.name}: {books.show(abs(total.error))} {way}",
        f"{total.count} accruals of {before.end} were billed with {books.show(total.actual)}: bias "
        f"{percent(total.bias)}, size {percent(total.spread)}; the rate alone made "
        f"{books.show(total.currency_effect)}.",
        why="Estimates are tested by what comes after; an error in one direction is a habit.",
        remedy="Look at the vendors at the top; mend the order's price, or give the contract.",
        amount=total.size,
        severity="low",
        records=(company, *sources)[:MAX_RECORDS],
        evidence={"vendors": table[:MAX_RECORDS], "open": len([one for one in items if one.open])},
    )


def _aged(books: Books, policy: Policy, period: Period) -> tuple[list[tuple[Accrued, int]], Period]:
    """Return what is accrued at so many month ends without a bill, with its age, and the first of them."""
    age = policy.parameters(CODE, PARAMETERS).integer("accrual_age_months")
    ends = _months(period, age - 1)
    rows = [_by_source(books, policy, one) for one in ends]
    if not rows or not all(rows):
        return [], period
    now = _by_source(books, policy, period)
    found = []
    for source, last in rows[-1].items():
        if all(source in one for one in rows) and _is_unbilled(books, last, ends[0], period, source in now):
            found.append((now.get(source, last), age))
    return found, ends[0]


def _is_unbilled(books: Books, last: Accrued, first: Period, period: Period, is_accrued: bool) -> bool:
    """Tell whether no bill came since: by the order line's quantities, or since it is accrued again."""
    kind = next((one for one in ORDERS if one.code == last.proposer), None)
    if kind is None:
        return is_accrued
    before, now = kind.covered(books, first.end), kind.covered(books, period.end)
    return before.get(last.source.id) == now.get(last.source.id)


def _by_source(books: Books, policy: Policy, period: Period) -> dict[tuple, Accrued]:
    found: dict[tuple, Accrued] = {}
    for kind in ORDERS:
        for one in accrued_orders(books, policy, period, kind):
            found[one.source.model, one.source.id] = one
    for one in accrued_bills(books, period):
        found[one.partner_id, one.account_id, one.what] = one
    return found


def _old(
    books: Books, one: Accrued, first: Period, age: int, period: Period, names: Mapping[int, str]
) -> Finding:
    vendor = names.get(one.partner_id or 0, "a vendor")
    return concern(
        CODE,
        TITLE,
        f"age {one.account_id} {one.what}"[:60],
        one.source,
        f"{vendor}: {books.show(one.amount)} accrued for {age} months without a bill",
        f"{one.what} was accrued at {first.end} and at each month end since; no bill came by {period.end}.",
        why="An accrual that nobody bills may be no debt any more.",
        remedy="Ask the vendor for the bill; when none will come, let the accrual end.",
        amount=one.amount,
        records=(one.source,),
        evidence={"age": age, "since": str(first.end)},
    )
