"""What the proposers take over a company with many open order lines and foreign items, in memory."""

import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from agent_service.core.adjustments import ProposerRun, proposers, run_proposers
from agent_service.core.model import Books, Company
from agent_service.core.money import Currency
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.core.schema import SCHEMA
from agent_service.core.typed import dtype_of, empty
from benchmarks.figures import Figure, at_most

ORDER_LINES = 100_000
FOREIGN_ITEMS = 20_000
SECONDS = 60
PARTNERS = 400
SEED = 20_261_031
PERIOD = Period.of("2026-10")
USD, EUR, GBP = 1, 2, 3
RATES = {EUR: ("0.922339051836", Decimal("1.0842")), GBP: ("0.786472670075", Decimal("1.2715"))}
_TYPES = {
    "asset_receivable": ("1100",), "asset_cash": ("1010",), "liability_payable": ("2000",),
    "income": ("4000",),
    "liability_current": ("2100", "2150", "2200"), "asset_current": ("2110", "1250"),
    "expense": ("5000", "5100", "6800"), "expense_direct_cost": ("5900",), "income_other": ("4800",),
}  # fmt: skip
_ROLES = {
    "grni": "2100", "billed_not_received": "2110", "accrued_income": "1250", "deferred_revenue": "2150",
    "cogs": "5100", "stock_variation": "5900", "revenue": "4000", "accrued_liability": "2200",
    "fx_gain": "4800", "fx_loss": "6800",
}  # fmt: skip

Table = dict[str, list]


def run() -> list[Figure]:
    """Time all proposers over the books of `many_open`, and what is read out of each."""
    books, policy = many_open(ORDER_LINES, FOREIGN_ITEMS)
    started, worked = time.perf_counter(), time.process_time()
    made = run_proposers(books, policy, PERIOD, {})
    clock, cpu = time.perf_counter() - started, time.process_time() - worked
    what = f"{ORDER_LINES:,} open order lines, {FOREIGN_ITEMS:,} open foreign items"
    return [
        at_most(f"all proposers, {what}", clock, SECONDS, " s", 1),
        Figure("of it, processor seconds", f"{cpu:.1f} s"),
        *_shares(books, policy),
        *_made(made),
    ]


def _shares(books: Books, policy: Policy) -> Iterator[Figure]:
    """Yield what each proposer takes on books that another has read already."""
    for one in proposers():
        if one.is_set_up(policy):
            started = time.perf_counter()
            run_proposers(books, policy, PERIOD, {}, (one,))
            yield Figure(f"{one.code} {one.title}", f"{time.perf_counter() - started:.1f} s")


def _made(made: ProposerRun) -> Iterator[Figure]:
    for entry in made.entries:
        amount = entry.own.show(entry.debits)
        yield Figure(f"{entry.key}: {len(entry.calculation.rows):,} rows", amount)
    for failure in made.failures:
        yield Figure(f"{failure.code} {failure.kind}", failure.message, "none", kept=False)


def many_open(order_lines: int, foreign_items: int) -> tuple[Books, Policy]:
    """Return books with so many open order lines (four fifths bought, one fifth sold) and foreign items."""
    dice = random.Random(SEED)
    own = Currency(USD, "USD", 2, Decimal("0.01"))
    currencies = {one: Currency(one, name, 2, Decimal("0.01")) for one, name in ((EUR, "EUR"), (GBP, "GBP"))}
    codes = [(code, kind) for kind, held in _TYPES.items() for code in held]
    ids = {code: number for number, (code, _kind) in enumerate(codes, 1)}
    bought = order_lines * 4 // 5
    tables = {
        "accounts": _accounts(codes),
        "journals": {
            "id": [1, 2],
            "code": ["SALE", "MISC"],
            "type": ["sale", "general"],
            "active": [True] * 2,
        },
        "partners": {
            "id": list(range(1, PARTNERS + 1)),
            "name": [f"Partner {number}" for number in range(1, PARTNERS + 1)],
            "commercial_partner_id": list(range(1, PARTNERS + 1)),
            "active": [True] * PARTNERS,
        },
        "currencies": {
            "id": [USD, EUR, GBP],
            "name": ["USD", "EUR", "GBP"],
            "decimals": [2] * 3,
            "rounding": ["0.01"] * 3,
        },
        "rates": {
            "id": list(RATES),
            "currency": list(RATES),
            "date": [PERIOD.end] * len(RATES),
            "rate": [stored for stored, _rate in RATES.values()],
        },
        "products": {"id": [1, 2], "name": ["Part", "Sheet"], "valuation": ["real_time", "periodic"]},
        **_purchases(dice, bought, ids["5000"]),
        **_sales(dice, order_lines - bought),
        **_foreign(dice, foreign_items, ids),
    }
    moves = [_moved("purchase_line_id", "in", tables["purchase_lines"], 0)]
    moves.append(_moved("sale_line_id", "out", tables["sale_lines"], bought))
    tables["stock_moves"] = {name: moves[0][name] + moves[1][name] for name in moves[0]}
    frames = {name: _frame(name, tables[name]) if name in tables else empty(name) for name in SCHEMA}
    books = Books(Company(1, "Wharf Supply", own), {USD: own, **currencies}, frames, live=True)
    roles = {role: ids[code] for role, code in _ROLES.items()}
    return books, Policy.from_params({"materiality": "5000.00", "roles": roles}, own)


def _frame(name: str, table: Table) -> pl.DataFrame:
    height = len(table["id"])
    return pl.DataFrame(
        {column: table.get(column, [None] * height) for column in SCHEMA[name]},
        schema={column: dtype_of(kind) for column, kind in SCHEMA[name].items()},
    )


def _accounts(codes: list[tuple[str, str]]) -> Table:
    return {
        "id": list(range(1, len(codes) + 1)),
        "code": [code for code, _kind in codes],
        "name": [f"Account {code}" for code, _kind in codes],
        "account_type": [kind for _code, kind in codes],
        "active": [True] * len(codes),
        "include_initial_balance": [not kind.startswith(("income", "expense")) for _code, kind in codes],
    }


def _orders(dice: random.Random, count: int) -> Table:
    quantities = [dice.randint(1, 500) for _ in range(count)]
    return {
        "id": list(range(1, count + 1)),
        "order_id": [number // 5 + 1 for number in range(count)],
        "order_name": [f"P{number // 5 + 1:06}" for number in range(count)],
        "partner_id": [dice.randint(1, PARTNERS) for _ in range(count)],
        "product_id": [dice.randint(1, 2) for _ in range(count)],
        "name": ["Brass fitting"] * count,
        "product_qty": [str(one) for one in quantities],
        "price_subtotal": [one * dice.randint(100, 90_000) for one in quantities],
        "currency": [dice.choice((USD, USD, USD, EUR, GBP)) for _ in range(count)],
        "is_downpayment": [False] * count,
    }


def _purchases(dice: random.Random, count: int, account: int) -> dict[str, Table]:
    """Return purchase lines, four fifths goods and one fifth services, each billed for a part."""
    lines = _orders(dice, count)
    manual = [number % 5 == 0 for number in range(count)]
    lines |= {
        "order_state": ["purchase"] * count,
        "account_id": [account] * count,
        "qty_received_method": ["manual" if one else "stock_moves" for one in manual],
        "qty_received": lines["product_qty"],
        "tax_cost": [0] * count,
    }
    bills = {
        "id": lines["id"],
        "purchase_line_id": lines["id"],
        "date": [date(2026, 10, 20)] * count,
        "parent_state": ["posted"] * count,
        "quantity": [str(int(one) // 3) for one in lines["product_qty"]],
    }
    taken = [line for line, one in zip(lines["id"], manual, strict=True) if one]
    readings = {
        "id": taken,
        "purchase_line_id": taken,
        "taken_on": [PERIOD.end] * len(taken),
        "quantity": [lines["product_qty"][line - 1] for line in taken],
    }
    return {"purchase_lines": lines, "purchase_bill_lines": bills, "readings": readings}


def _sales(dice: random.Random, count: int) -> dict[str, Table]:
    lines = _orders(dice, count)
    lines |= {"order_state": ["sale"] * count, "qty_delivered_method": ["stock_move"] * count}
    return {"sale_lines": lines}


def _moved(link: str, direction: str, lines: Table, after: int) -> Table:
    """Return one done stock move of each order line, at half of what a piece sells for."""
    count = len(lines["id"])
    goes = direction == "out"
    return {
        "id": [after + line for line in lines["id"]],
        "purchase_line_id": [None] * count if goes else lines["id"],
        "sale_line_id": lines["id"] if goes else [None] * count,
        "product_id": lines["product_id"],
        "state": ["done"] * count,
        "local_date": [PERIOD.start + timedelta(days=line % 31) for line in lines["id"]],
        "quantity": lines["product_qty"],
        "direction": [direction] * count,
        "to_refund": [False] * count,
        "value": [amount // 2 for amount in lines["price_subtotal"]],
        "location_usage": ["internal" if goes else "supplier"] * count,
        "location_dest_usage": ["customer" if goes else "internal"] * count,
    }


def _foreign(dice: random.Random, count: int, ids: dict[str, int]) -> dict[str, Table]:
    """Return posted customer invoices in foreign currency that nobody has paid."""
    numbers = list(range(1, count + 1))
    days = [date(2026, 7, 1) + timedelta(days=dice.randint(0, 120)) for _ in numbers]
    partners = [dice.randint(1, PARTNERS) for _ in numbers]
    held = [dice.choice((EUR, GBP)) for _ in numbers]
    foreign = [dice.randint(10_000, 9_000_000) for _ in numbers]
    amounts = [one * dice.randint(105, 130) // 100 for one in foreign]
    moves = {
        "id": numbers,
        "name": [f"INV/2026/{number:06}" for number in numbers],
        "move_type": ["out_invoice"] * count,
        "date": days,
        "invoice_date": days,
        "due_date": days,
        "state": ["posted"] * count,
        "journal_id": [1] * count,
        "partner_id": partners,
        "commercial_partner_id": partners,
        "currency": held,
        "amount_total": foreign,
    }
    lines = {
        "id": list(range(1, 2 * count + 1)),
        "move_id": numbers * 2,
        "date": days * 2,
        "date_maturity": days + [None] * count,
        "parent_state": ["posted"] * (2 * count),
        "account_id": [ids["1100"]] * count + [ids["4000"]] * count,
        "journal_id": [1] * (2 * count),
        "partner_id": partners * 2,
        "balance": amounts + [-one for one in amounts],
        "amount_currency": foreign + [-one for one in foreign],
        "currency": held * 2,
        "display_type": ["payment_term"] * count + ["product"] * count,
    }
    return {"moves": moves, "lines": lines}
