"""GS Services received, not invoiced.

**What it does** Accrues services on order whose received quantity a person types by hand, as far as posted
bills don't cover them by the closing date.

**Why it matters** Completeness: work done in the month is owed in the month. Odoo keeps no date for a
quantity that is typed, so what stands there today proves nothing about the closing date.

**Method** As for goods (GR), with the quantity *read* at the end of the closing date, or read equal before
and after. Where no reading proves the day, the next quantity known is expected, the one before it is the
other end of the range, and the entry says so: low confidence, 'date not proved'. Example: 80 h ordered at
95.00, 20 h billed; 52 h read on 31 October → 32 × 95.00 = 3,040.00. First read on 5 November with 64 h, 20 h
before → 44 × 95.00 = 4,180.00, range 0.00–4,180.00.

**False positives** A line whose received quantity nobody ever typed is left out, billed or not: such
services are simply paid by the bill. The range never crosses zero.

**Source** IAS 1.27 (accrual basis), IAS 37.11; `purchase.order.line.qty_received`, the readings kept of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import polars as pl

from agent_service.core.adjustments.by_hand import PARAMETERS as BY_HAND
from agent_service.core.adjustments.grni import EXCESS, GRNI, ORDERED, sides, tax_note, used_roles
from agent_service.core.adjustments.order_accrual import (
    OpenLine,
    Pricer,
    Unpriced,
    joined,
    ordered_lines,
    plain,
    posted_rows,
    pricer,
)
from agent_service.core.adjustments.order_waiting import OrderAccrual, undisputed
from agent_service.core.adjustments.staging import Paper, need_roles, staged
from agent_service.core.analysis.order_quantities import billed, exact
from agent_service.core.analysis.readings import Typed, readings_by_line, typed_by
from agent_service.core.entries import Entry
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.money import round_half_up
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "GS"
TITLE = "Services received, not invoiced"
ROLES = (GRNI,)
PARAMETERS = {"closing_rate_max_age_days": 3, **BY_HAND}
KIND = OrderAccrual(CODE, TITLE, "purchase.order.line", (GRNI, EXCESS))

COLUMNS = ("Order line", "Received", "Billed", "Open", "Unit price", "In currency", "Rate", "Proof")
_PROVED, _UNPROVED = Decimal("0.99"), Decimal("0.50")
_NOTHING = Fraction(0)


def propose(
    books: Books, policy: Policy, period: Period, decided: Mapping[str, str]
) -> list[Entry | Finding]:
    """Return one entry for the period; none without readings. Raises EvidenceMissing."""
    if not books.has("readings"):
        return []
    found, unpriced = open_services(books, policy, period)
    stage = undisputed(books, policy, period, KIND, found, unpriced, lambda one: one[0].partner_id)
    if stage.is_nothing:
        return list(stage.findings)
    found = stage.found
    lines = [line for line, _typed in found]
    accounts = need_roles(books, policy, *used_roles(lines))
    counterparts = policy.role_ids(GRNI, EXCESS)
    ranges = [_range(line, typed) for line, typed in found]
    proved = all(typed.proved for _line, typed in found)
    rows = tuple(((*line.cells(), _proof(typed)), line.amount) for line, typed in found)
    rows += posted_rows(stage.posted, lambda account: 0 if account in counterparts else 1, len(COLUMNS))
    entries = staged(
        books,
        period,
        decided,
        joined(books, period, sides(lines, accounts)),
        Paper(
            code=CODE,
            title=TITLE,
            columns=COLUMNS,
            rows=rows,
            sources=tuple(line.source(KIND.model) for line in lines),
            narration=tuple(_narration(period, found, books.has(ORDERED, "tax_cost"))),
            reverses=True,
            confidence=_PROVED if proved else _UNPROVED,
            low=None if proved else sum(low for low, _high in ranges),
            high=None if proved else sum(high for _low, high in ranges),
            is_estimate=not proved,
            takes_back=False,
        ),
        stage.posted,
    )
    return [*entries, *stage.findings]


def open_services(
    books: Books, policy: Policy, period: Period
) -> tuple[list[tuple[OpenLine, Typed]], list[Unpriced]]:
    """Return the service lines that are open at the period's end, and those without a price.

    Raises EvidenceMissing.
    """
    readings, paper = readings_by_line(books), billed(books, period.end)
    prices = pricer(books, policy, period, CODE, PARAMETERS)
    orders = ordered_lines(books, ORDERED, "purchase", "done").filter(
        pl.col("qty_received_method") == "manual"
    )
    found = []
    for row in orders.iter_rows(named=True):
        taken = readings.get(row["id"], [])
        now = None if row["qty_received"] is None else exact(row["qty_received"])
        if not now and not any(quantity for _day, quantity in taken):
            continue
        line = _open_service(prices, row, typed_by(taken, now, period.end), paper.get(row["id"], _NOTHING))
        found += [line] if line else []
    prices.prove()
    return found, prices.unpriced


def _open_service(
    prices: Pricer, row: Mapping, typed: Typed | None, covered: Fraction
) -> tuple[OpenLine, Typed] | None:
    if typed is None:
        prices.missing.add(f"{row['order_name']}: no received quantity was read since {prices.period.end}")
        return None
    line = prices.priced(row, typed.expected, covered, lambda one: one["account_id"], "expense")
    return (line, typed) if line else None


def _range(line: OpenLine, typed: Typed) -> tuple[int, int]:
    """Return the least and the most that the line's amount can be, without sign, in minor units.

    It follows the range of quantities, cut off at zero: a bill for a service comes after the service.
    """
    sign = 1 if line.open > 0 else -1
    shares = [
        max(sign * (quantity - line.billed), _NOTHING) / abs(line.open)
        for quantity in (typed.low, typed.high)
    ]
    amounts = sorted(round_half_up(abs(line.amount) * share) for share in shares)
    return amounts[0], amounts[1]


def _proof(typed: Typed) -> str:
    return "read" if typed.proved else f"date not proved: {plain(typed.low)} to {plain(typed.high)}"


def _narration(period: Period, found: Sequence[tuple[OpenLine, Typed]], taxed: bool) -> Iterator[str]:
    yield f"{len(found)} lines of services received and billed differently by {period.end}."
    yield "Received: the quantity typed by a person, as it was read. Billed: posted bills by accounting date."
    open_dates = sum(not typed.proved for _line, typed in found)
    if open_dates:
        yield (
            f"Date not proved for {open_dates} of them: no reading was taken at {period.end}, so that the "
            "next quantity known counts and the amount lies between that and the one before."
        )
    yield from tax_note(taxed)
