"""DN Delivered, not invoiced.

**What it does** Accrues the revenue of goods that sales order lines delivered by the closing date and posted
invoices don't cover yet, with their cost; where more was invoiced than delivered, defers the excess.

**Why it matters** Cut-off: revenue belongs to the month in which the customer takes control, and the cost of
the goods to the same month.

**Method** `open = delivered(D) − invoiced(D)` in the order's unit: done stock moves by local date, posted
invoice lines by accounting date, refunds lowering what was invoiced. `amount = round(open × subtotal /
ordered quantity)`, net of tax, foreign amounts at D's closing rate. Positive: Dr `accrued_income`, Cr
revenue; negative: Dr revenue, Cr `deferred_revenue`. Products valued at each move (perpetual) carry
`round(open × value of the moves / their quantity)` with them: Dr `cogs`, Cr `stock_variation`, or the
opposite. Reversed on D+1.
Example: 22 of 30 × 85.00 delivered, 10 invoiced, cost 52.00 → Dr accrued income 1,020.00, Cr revenue
1,020.00; Dr cogs 624.00, Cr stock variation 624.00.

**False positives** Periodically valued goods carry no cost: stock valuation has it, the goods being gone.
What goes straight from vendor to customer is delivered. Kits, delivered as their components, are left out and
named; so are services, whose delivery no stock move proves. An invoice line that bills several order lines at
once names none of them and counts for none.

**Source** IFRS 15.31, 15.105–107, IAS 2.34; `sale.order.line`, `stock.move`, `account.move.line`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import polars as pl

from agent_service.core.adjustments.by_hand import PARAMETERS as BY_HAND
from agent_service.core.adjustments.order_accrual import (
    OpenLine,
    Pricer,
    Row,
    Side,
    Unpriced,
    joined,
    ordered_lines,
    posted_rows,
    pricer,
)
from agent_service.core.adjustments.order_waiting import OrderAccrual, undisputed
from agent_service.core.adjustments.revenue_accounts import RevenueAccounts
from agent_service.core.adjustments.sales_cost import CostOfSales
from agent_service.core.adjustments.staging import Paper, need_roles, staged
from agent_service.core.analysis.order_quantities import Delivered, delivered, invoiced, kits
from agent_service.core.entries import Entry
from agent_service.core.errors import NoData
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "DN"
TITLE = "Delivered, not invoiced"
ROLES = ("accrued_income",)
PARAMETERS = {"closing_rate_max_age_days": 3, **BY_HAND}

ACCRUED, DEFERRED, COGS, VARIATION = "accrued_income", "deferred_revenue", "cogs", "stock_variation"
ORDERED = "sale_lines"
KIND = OrderAccrual(CODE, TITLE, "sale.order.line", (ACCRUED,))
COLUMNS = ("Order line", "Delivered", "Invoiced", "Open", "Unit price", "In currency", "Rate")
_CONFIDENCE = Decimal("0.99")
_NOTHING = Fraction(0)


@dataclass(frozen=True)
class OpenSale:
    """An open sales order line with the cost that goes with it; minor units, 0 where none does."""

    line: OpenLine
    unit_cost: Fraction
    cost: int


def propose(
    books: Books, policy: Policy, period: Period, decided: Mapping[str, str]
) -> list[Entry | Finding]:
    """Return one entry for the period, or none when nothing is left to book. Raises EvidenceMissing."""
    for name, column in ((ORDERED, "price_subtotal"), ("lines", "sale_line_id"), ("lines", "quantity")):
        if not books.has(name, column) and books.frame(name).height:
            raise NoData(f"no data: {name} come without {column}")
    orders, left_out = _goods(books)
    sales, unpriced = _open_sales(books, policy, period, orders)
    stage = undisputed(books, policy, period, KIND, sales, unpriced, lambda one: one.line.partner_id)
    if stage.is_nothing:
        return list(stage.findings)
    sales = stage.found
    accounts = need_roles(books, policy, *_used_roles(sales))
    rows = tuple(row for one in sales for row in _rows(books, one))
    rows += posted_rows(stage.posted, lambda account: _sign(policy, account), len(COLUMNS))
    entries = staged(
        books,
        period,
        decided,
        joined(books, period, _sides(books, sales, accounts)),
        Paper(
            code=CODE,
            title=TITLE,
            columns=COLUMNS,
            rows=rows,
            sources=tuple(one.line.source(KIND.model) for one in sales),
            narration=tuple(_narration(period, sales, left_out)),
            reverses=True,
            confidence=_CONFIDENCE,
            takes_back=False,
        ),
        stage.posted,
    )
    return [*entries, *stage.findings]


def _goods(books: Books) -> tuple[pl.DataFrame, dict[str, list[str]]]:
    """Return the order lines whose delivery stock moves prove, and the orders left out, by reason."""
    orders = ordered_lines(books, ORDERED, "sale", "done")
    moved = books.frame("stock_moves")["sale_line_id"].drop_nulls().unique()
    by_moves = pl.col("id").is_in(moved.to_list())
    if books.has(ORDERED, "qty_delivered_method"):
        by_moves = by_moves | (pl.col("qty_delivered_method") == "stock_move")
    goods = orders.filter(by_moves)
    as_kits = pl.col("id").is_in(sorted(kits(books, goods, "sale_line_id")))
    named = {"delivered as components of a kit": goods.filter(as_kits)["order_name"].to_list()}
    return goods.filter(~as_kits), {why: sorted(set(names)) for why, names in named.items() if names}


def open_sales(books: Books, policy: Policy, period: Period) -> list[OpenSale]:
    """Return the order lines that are open at the period's end. Raises EvidenceMissing."""
    return _open_sales(books, policy, period, _goods(books)[0])[0]


def _open_sales(
    books: Books, policy: Policy, period: Period, orders: pl.DataFrame
) -> tuple[list[OpenSale], list[Unpriced]]:
    went, paper = delivered(books, period.end), invoiced(books, period.end)
    prices = pricer(books, policy, period, CODE, PARAMETERS)
    revenue = RevenueAccounts(books, policy, period.end)
    costs = CostOfSales(books, period.end)
    found = []
    for row in orders.iter_rows(named=True):
        gone, covered = went.get(row["id"], Delivered()), paper.get(row["id"], _NOTHING)
        if gone.quantity == covered:
            continue
        line = prices.priced(row, gone.quantity, covered, revenue.of, "revenue", free=True)
        found += [_with_cost(books, costs, prices, row, line, gone)] if line else []
    prices.prove()
    return [one for one in found if one.line.amount or one.cost], prices.unpriced


def _with_cost(
    books: Books, costs: CostOfSales, prices: Pricer, row: Row, line: OpenLine, gone: Delivered
) -> OpenSale:
    """Return the open line with its cost; what nobody knows is missing, never 0."""
    valued = costs.valued_at_each_move(row["product_id"])
    if valued is None:
        prices.missing.add(f"nobody tells how the product of {line.label} is valued")
    if not valued:
        return OpenSale(line, _NOTHING, 0)
    unit_cost = costs.unit_cost(row, gone)
    if unit_cost is None:
        prices.missing.add(f"the cost of {line.label} is not known")
        return OpenSale(line, _NOTHING, 0)
    own = books.company.currency
    return OpenSale(line, unit_cost, own.minor(line.open * unit_cost / 10**own.decimals))


def _used_roles(sales: Iterable[OpenSale]) -> set[str]:
    used = {ACCRUED if one.line.open > 0 else DEFERRED for one in sales if one.line.amount}
    return used | ({COGS, VARIATION} if any(one.cost for one in sales) else set())


def _sides(books: Books, sales: Iterable[OpenSale], accounts: Mapping[str, int]) -> Iterator[Side]:
    """Yield the lines of each open sale; delivered and invoiced in excess, and their costs, stay apart."""
    own = books.company.currency.id
    for one in sales:
        line, more = one.line, one.line.open > 0
        what, group = ("Delivered, not invoiced", "1") if more else ("Invoiced, not delivered", "3")
        for account, sign, analytic in (
            (accounts.get(ACCRUED if more else DEFERRED), 1, ""),
            (line.account_id, -1, line.analytic),
        ):
            if line.amount:
                slot = (account or 0, line.partner_id, line.currency.id, analytic)
                yield Side(slot, sign * line.amount, sign * line.amount_currency, line.order, what, group)
        what, group = ("Cost of what was delivered", "2") if more else ("Cost of what was invoiced", "4")
        for role, sign, analytic in ((COGS, 1, line.analytic), (VARIATION, -1, "")):
            if one.cost:
                slot = (accounts[role], line.partner_id, own, analytic)
                yield Side(slot, sign * one.cost, sign * one.cost, line.order, what, group)


def _sign(policy: Policy, account: int) -> int:
    """Return how a posted balance stands in the paper: revenue as income, cost as cost, the rest not."""
    if account in policy.role_ids(COGS):
        return 1
    return 0 if account in policy.role_ids(ACCRUED, DEFERRED, VARIATION) else -1


def _rows(books: Books, one: OpenSale) -> Iterator[tuple[tuple[str, ...], int]]:
    yield one.line.cells(), one.line.amount
    if one.cost:
        own = books.company.currency
        label, gone, covered, quantity = one.line.cells()[:4]
        price = f"{own.text(own.minor(one.unit_cost / 10**own.decimals))} {own.name}"
        yield (f"{label}: cost", gone, covered, quantity, price, "", ""), one.cost


def _narration(
    period: Period, sales: Sequence[OpenSale], left_out: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    orders = len({one.line.order for one in sales})
    yield f"{len(sales)} lines of {orders} orders delivered and invoiced differently by {period.end}."
    yield "Delivered: done transfers by local date. Invoiced: posted invoices by accounting date."
    if any(one.cost for one in sales):
        yield "Cost: value of the transfers, for products valued at each move."
    yield "Services are not part of it: no transfer proves their delivery."
    for why, names in sorted(left_out.items()):
        yield f"Left out, {why}: {', '.join(names)}."
