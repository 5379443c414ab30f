"""Goods received and not invoiced: the cases planted, and what is due by our own arithmetic."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from agent_service.sample import chart
from agent_service.sample.builder import Builder
from agent_service.sample.clock import utc_text
from agent_service.sample.documents import Order, Plan, Transfer
from agent_service.sample.flows.orders import bill_of
from agent_service.sample.money import cents
from agent_service.sample.months import Month
from agent_service.sample.planted import Truths, line_of
from agent_service.sample.rates import Rates

# Key, vendor, product, currency, ordered, price, discount, order day, transfers (day of the month, quantity).
_CASES = (
    ("gr-part", "vend04", "proj01", "USD", "100", "24.50", "0", 5, ((12, 60), (31, 25), (33, 15))),
    ("gr-draft", "vend02", "prod06", "USD", "30", "16.20", "0", 8, ((22, 30),)),
    ("gr-redated", "vend07", "prod07", "USD", "45", "31.80", "0", 6, ((14, 45),)),
    ("gr-euro", "vend09", "prod01", "EUR", "120", "18.40", "0", 9, ((19, 120),)),
    ("gr-discount", "vend03", "prod05", "USD", "10", "100.00", "15", 12, ((20, 10),)),
    ("gr-ordered", "vend05", "pack02", "USD", "50", "12.00", "0", 13, ((23, 20),)),
    ("gr-billed-first", "vend08", "pack02", "USD", "50", "12.00", "0", 7, ((26, 20),)),
    ("gr-returned", "vend06", "prod08", "USD", "50", "8.00", "0", 10, ((21, 50), (29, -12))),
)
_LATE_EVENING = (23, 30)


def add(build: Builder, truths: Truths) -> None:
    """Add the orders of the accrual cases, with what was billed of them."""
    orders = {}
    for case in _CASES:
        order = _order(build, case)
        build.plan.orders.append(order)
        orders[order.key] = order
    end = build.end

    def bill(key: str, day: int, quantity: int, **more) -> None:
        order = orders[key]
        when = end.day(day)
        document = bill_of(
            order,
            1,
            "in_invoice",
            when,
            build.due(order.partner, when),
            {f"{key}/1": Decimal(quantity)},
            **more,
        )
        truths.unpaid.add(document.key)
        build.plan.documents.append(document)

    bill("gr-part", 20, 40)
    bill("gr-draft", 30, 30, state="draft")
    bill("gr-redated", 28, 45, accounting=end.plus(1).day(4))
    bill("gr-billed-first", 15, 50)


def _order(build: Builder, case: tuple) -> Order:
    key, vendor, product_key, currency, ordered, price, discount, day, moves = case
    product = build.products[product_key]
    end = build.end
    order = Order(
        key,
        "trading",
        "purchase",
        vendor,
        end.day(day),
        currency,
        [line_of(key, product, ordered, price, discount=discount, taxed=currency == "USD")],
    )
    tz = build.companies["trading"].tz
    for when, quantity in moves:
        # A day above 31 lies in the next month; 31 is the month's last evening, already the next day in UTC.
        moved = end.plus(1).day(when - 31) if when > 31 else end.day(when)
        hour, minute = _LATE_EVENING if when == 31 else (12, 0)
        order.transfers.append(
            Transfer(
                moved,
                utc_text(moved, tz, hour, minute),
                {f"{key}/1": Decimal(quantity)},
                sent_back=quantity < 0,
            )
        )
    return order


_SIDES = {
    # Proposer, account for what is open, account for what was billed too early.
    "purchase": ("GR", chart.GRNI, chart.BILLED_NOT_RECEIVED),
    "sale": ("DN", chart.ACCRUED_INCOME, chart.DEFERRED_REVENUE),
}


def due(plan: Plan, rates: Rates, last_day: date | None = None, kind: str = "purchase") -> list[dict]:
    """Return what is to be accrued at a closing date by order line, in its own currency and in ours."""
    last_day = last_day or Month.parse(plan.end).end
    proposer, counter, excess = _SIDES[kind]
    billed: dict[str, Decimal] = defaultdict(Decimal)
    for document in plan.documents:
        if document.company == "trading" and document.state == "posted" and document.day <= last_day:
            sign = -1 if document.kind.endswith("refund") else 1
            for line in document.lines:
                if line.order_line:
                    billed[line.order_line] += sign * line.quantity
    found = []
    for order in plan.orders:
        if order.company != "trading" or order.kind != kind or order.state != "confirmed":
            continue
        for line in order.lines:
            moved = sum(
                (t.quantities.get(line.key, Decimal(0)) for t in order.transfers if t.day <= last_day),
                Decimal(0),
            )
            open_quantity = moved - billed[line.key]
            if not open_quantity:
                continue
            foreign = cents(open_quantity * line.subtotal / line.quantity)
            amount = rates.convert(foreign, order.currency, "USD", last_day)
            found.append(
                {
                    "proposer": proposer,
                    "order_line": line.key,
                    "qty": open_quantity,
                    "amount": amount,
                    "currency": order.currency,
                    "amount_currency": foreign,
                    "partner": order.partner,
                    "account": line.account,
                    "counter_account": counter if open_quantity > 0 else excess,
                }
            )
    return sorted(found, key=lambda row: row["order_line"])
