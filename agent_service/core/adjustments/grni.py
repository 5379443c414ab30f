"""GR Goods received, not invoiced.

**What it does** Accrues what order lines received by the closing date and posted bills don't cover yet;
where more was billed than received, takes the excess out of cost.

**Why it matters** Completeness and cut-off: the goods are ours and the debt exists, whenever the paper
comes.

**Method** `open = received(D) − billed(D)` in the order's unit: done stock moves by local date, posted bill
lines by accounting date, refunds lowering what was billed. `amount = round(open × (subtotal + unrecoverable
tax) / ordered quantity)`, half-up, once an order line; foreign amounts then at D's closing rate. Positive:
Dr cost, Cr `grni`; negative: Dr `billed_not_received`, Cr cost; reversed on D+1. Proposed is what is
required less what was posted and not reversed by D. Example: 100 ordered at 24.50, 85 received, 40 billed →
45 × 24.50 = Dr cost 1,102.50, Cr grni 1,102.50.

**False positives** Where people accrued by hand on the same accounts, nothing is proposed for that vendor
until they decide (for anybody, when no vendor is named). Sections, notes and down payments are left out;
goods sent back for replacement still count as received, for refund they don't; the ordered quantity plays no
part. Quantities received by hand (services) are GS's. Kits, received as their components, are left out and
named; so is an order line without a price, which stops no other.

**Source** IAS 1.27 (accrual basis), IAS 37.11; `purchase.order.line`, `stock.move`, `account.move.line`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import polars as pl

from agent_service.core.adjustments.by_hand import PARAMETERS as BY_HAND
from agent_service.core.adjustments.order_accrual import (
    OpenLine,
    Side,
    Unpriced,
    joined,
    ordered_lines,
    posted_rows,
    pricer,
)
from agent_service.core.adjustments.order_waiting import OrderAccrual, undisputed
from agent_service.core.adjustments.staging import Paper, need_roles, staged
from agent_service.core.analysis.order_quantities import billed, kits, received
from agent_service.core.entries import Entry
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "GR"
TITLE = "Goods received, not invoiced"
PARAMETERS = {"closing_rate_max_age_days": 3, **BY_HAND}

GRNI, EXCESS = "grni", "billed_not_received"
KIND = OrderAccrual(CODE, TITLE, "purchase.order.line", (GRNI, EXCESS))
ORDERED = "purchase_lines"
COLUMNS = ("Order line", "Received", "Billed", "Open", "Unit price", "In currency", "Rate")
_EXACT, _WITHOUT_TAX = Decimal("0.99"), Decimal("0.90")
_NOTHING = Fraction(0)


def propose(
    books: Books, policy: Policy, period: Period, decided: Mapping[str, str]
) -> list[Entry | Finding]:
    """Return one entry for the period, or none when nothing is left to book. Raises EvidenceMissing."""
    lines, left_out, unpriced = open_goods(books, policy, period)
    stage = undisputed(books, policy, period, KIND, lines, unpriced, lambda one: one.partner_id)
    if stage.is_nothing:
        return list(stage.findings)
    lines = stage.found
    accounts = need_roles(books, policy, *used_roles(lines))
    counterparts = policy.role_ids(GRNI, EXCESS)
    rows = tuple((one.cells(), one.amount) for one in lines)
    rows += posted_rows(stage.posted, lambda account: 0 if account in counterparts else 1, len(COLUMNS))
    exact = books.has(ORDERED, "tax_cost")
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
            sources=tuple(one.source(KIND.model) for one in lines),
            narration=tuple(_narration(period, lines, left_out, exact)),
            reverses=True,
            confidence=_EXACT if exact else _WITHOUT_TAX,
            takes_back=False,
        ),
        stage.posted,
    )
    return [*entries, *stage.findings]


def open_goods(
    books: Books, policy: Policy, period: Period
) -> tuple[list[OpenLine], list[str], list[Unpriced]]:
    """Return the open order lines; left out: the orders of kits, and lines without a price.

    Raises EvidenceMissing.
    """
    came, paper = received(books, period.end), billed(books, period.end)
    orders = ordered_lines(books, ORDERED, "purchase", "done").filter(
        pl.col("qty_received_method") == "stock_moves"
    )
    as_kits = kits(books, orders, "purchase_line_id")
    prices = pricer(books, policy, period, CODE, PARAMETERS)
    lines, left_out = [], []
    for row in orders.iter_rows(named=True):
        done, covered = came.get(row["id"], _NOTHING), paper.get(row["id"], _NOTHING)
        if row["id"] in as_kits and (done or covered):
            left_out.append(row["order_name"] or "")
        elif done != covered:
            line = prices.priced(row, done, covered, lambda one: one["account_id"], "expense")
            lines += [line] if line else []
    prices.prove()
    return lines, left_out, prices.unpriced


def used_roles(lines: Iterable[OpenLine]) -> set[str]:
    """Return the roles that open purchase lines need."""
    return {GRNI if one.open > 0 else EXCESS for one in lines}


def sides(lines: Iterable[OpenLine], accounts: Mapping[str, int]) -> Iterator[Side]:
    """Yield cost and counterpart of each open purchase line; received and billed in excess stay apart."""
    for one in lines:
        more = one.open > 0
        what, group = ("Received, not invoiced", "1") if more else ("Billed, not received", "2")
        other = accounts[GRNI if more else EXCESS]
        for account, sign, analytic in ((one.account_id, 1, one.analytic), (other, -1, "")):
            slot = (account, one.partner_id, one.currency.id, analytic)
            yield Side(slot, sign * one.amount, sign * one.amount_currency, one.order, what, group)


def tax_note(exact: bool) -> list[str]:
    """Say that the cost lacks tax where the server doesn't tell it."""
    text = "Tax that can't be recovered was not delivered by the server and is not part of the cost."
    return [] if exact else [text]


def _narration(
    period: Period, lines: Sequence[OpenLine], left_out: Sequence[str], exact: bool
) -> Iterator[str]:
    orders = len({one.order for one in lines})
    yield f"{len(lines)} lines of {orders} orders received and billed differently by {period.end}."
    yield "Received: done transfers by local date. Billed: posted bills by accounting date, less refunds."
    if left_out:
        yield f"Left out, received as components of a kit: {', '.join(sorted(set(left_out)))}."
    yield from tax_note(exact)
