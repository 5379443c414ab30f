"""Orders of goods: quotations to invoices, purchase orders to bills."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from agent_service.sample.builder import Builder
from agent_service.sample.clock import utc_text
from agent_service.sample.documents import Document, Line, Order, Transfer
from agent_service.sample.money import cents
from agent_service.sample.months import Month, workday

_FOREIGN_FACTOR = {"USD": Decimal(1), "EUR": Decimal("0.92"), "GBP": Decimal("0.79")}


def _currency(rng: Random) -> str:
    draw = rng.randrange(30)
    return "USD" if draw < 23 else "EUR" if draw < 27 else "GBP"


def _lines(build: Builder, rng: Random, key: str, kind: str, currency: str) -> list[Line]:
    """Return up to three lines.

    Each is worth about the same in US dollars: lines that differ by less than the smallest effect that a
    statistic may report are never out of line by accident, however few a partner has.
    """
    lines = []
    for number, product in enumerate(rng.sample(build.goods(), 1 + rng.randrange(3)), start=1):
        base, account = (product.price, product.income) if kind == "sale" else (product.cost, product.expense)
        agreed = base * (97 + rng.randrange(7)) / 100
        worth = 640 + rng.randrange(131)
        quantity = (worth / agreed).to_integral_value()
        price = cents(agreed * _FOREIGN_FACTOR[currency])
        lines.append(
            Line(
                f"{key}/{number}",
                f"[{product.code}] {product.name}",
                account,
                quantity,
                price,
                product=product.key,
                taxed=currency == "USD",
            )
        )
    return lines


def _shares(rng: Random, lines: list[Line]) -> list[dict[str, Decimal]]:
    """Return the quantities of one transfer, or of two for a third of the orders with several lines."""
    whole = {line.key: line.quantity for line in lines}
    if len(lines) < 2 or rng.randrange(3):
        return [whole]
    first = {lines[0].key: whole.pop(lines[0].key)}
    return [first, whole]


def bill_of(
    order: Order,
    number: int,
    kind: str,
    day: date,
    due: date,
    quantities: dict[str, Decimal],
    accounting: date | None = None,
    state: str = "posted",
) -> Document:
    """Return the invoice or bill over some quantities of an order."""
    key = f"{order.key}/{'inv' if kind == 'out_invoice' else 'bill'}{number}"
    lines = [
        Line(
            f"{key}/{n}",
            line.label,
            line.account,
            quantities[line.key],
            line.price,
            line.discount,
            line.product,
            line.key,
            line.taxed,
        )
        for n, line in enumerate((x for x in order.lines if quantities.get(x.key)), start=1)
    ]
    return Document(
        key,
        order.company,
        kind,
        order.partner,
        day,
        accounting or day,
        due,
        order.currency,
        lines,
        ref="" if kind == "out_invoice" else "?",
        state=state,
    )


def _month(build: Builder, month: Month, kind: str) -> None:
    sale = kind == "sale"
    rng = build.rng(kind, month)
    horizon = build.end.end
    for number in range(1, (30 if sale else 20) * build.plan.scale + 1):
        key = f"{'so' if sale else 'po'}-{month}-{number:03d}"
        day = workday(month.day(1 + rng.randrange(month.end.day)))
        currency = _currency(rng)
        partner = rng.choice(build.of_kind("customer" if sale else "vendor", currency)).key
        order = Order(key, "trading", kind, partner, day, currency, _lines(build, rng, key, kind, currency))
        build.plan.orders.append(order)
        moved = day
        for index, quantities in enumerate(_shares(rng, order.lines), start=1):
            moved = workday(moved + timedelta(days=1 + rng.randrange(7) if sale else 3 + rng.randrange(8)))
            billed = workday(moved + timedelta(days=rng.randrange(4) if sale else 2 + rng.randrange(7)))
            if moved <= horizon:
                order.transfers.append(
                    Transfer(moved, utc_text(moved, build.companies["trading"].tz), quantities)
                )
            if moved <= horizon and billed <= horizon:
                build.plan.documents.append(
                    bill_of(
                        order,
                        index,
                        "out_invoice" if sale else "in_invoice",
                        billed,
                        build.due(partner, billed),
                        quantities,
                    )
                )


def _quotations(build: Builder, month: Month) -> None:
    rng = build.rng("quotation", month)
    for number in range(1, 4 * build.plan.scale + 1):
        key = f"quote-{month}-{number:03d}"
        day = workday(month.day(1 + rng.randrange(month.end.day)))
        partner = rng.choice(build.of_kind("customer", "USD")).key
        build.plan.orders.append(
            Order(
                key,
                "trading",
                "sale",
                partner,
                day,
                "USD",
                _lines(build, rng, key, "sale", "USD"),
                state="draft",
            )
        )


def add(build: Builder) -> None:
    """Add the orders of the full months."""
    for month in build.full:
        _month(build, month, "sale")
        _month(build, month, "purchase")
        _quotations(build, month)
