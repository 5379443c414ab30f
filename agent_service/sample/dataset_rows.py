"""Rows of orders, transfers and schedules, for `datasets.py`."""

from datetime import date
from typing import Any, Protocol

from agent_service.sample.documents import Line, Order, Plan

CURRENCIES = {"USD": 1, "EUR": 2, "GBP": 3}
Rows = dict[str, list[dict[str, Any]]]


class Numbered(Protocol):
    """Books whose records have ids."""

    plan: Plan
    company: str
    accounts: dict[str, int]
    partners: dict[str, int]
    products: dict[str, int]
    lines: dict[str, int]
    order_lines: dict[str, int]


def add_orders(books: Numbered, found: Rows, read_on: date) -> None:
    """Add the order lines of orders made by a day, and what moved by then."""
    number = 0
    for order_id, order in enumerate(books.plan.orders, start=1):
        sale, first = order.kind == "sale", {}
        if order.company == books.company and order.day <= read_on:
            for line in order.lines:
                found["sale_lines" if sale else "purchase_lines"].append(
                    _order_line(books, order_id, order, line)
                )
        for transfer in order.transfers:
            for key, quantity in transfer.quantities.items():
                number += 1
                back = transfer.sent_back
                if order.company != books.company or transfer.day > read_on:
                    continue
                product = next(one.product for one in order.lines if one.key == key)
                found["stock_moves"].append(
                    {
                        "id": number, "purchase_line_id": None if sale else books.order_lines[key],
                        "sale_line_id": books.order_lines[key] if sale else None, "state": "done",
                        "local_date": transfer.day.isoformat(), "quantity": str(abs(quantity)),
                        "direction": "out" if sale != back else "in", "to_refund": back,
                        "origin_returned_move_id": first.get(key) if back else None,
                        "product_id": books.products.get(product), "value": None,
                        "location_usage": "internal" if sale else "supplier",
                        "location_dest_usage": "customer" if sale else "internal",
                    }
                )  # fmt: skip
                first.setdefault(key, number)


def _order_line(books: Numbered, order_id: int, order: Order, line: Line) -> dict[str, Any]:
    row = {
        "id": books.order_lines[line.key], "order_id": order_id, "order_name": order.key,
        "partner_id": books.partners[order.partner], "product_id": books.products.get(line.product),
        "account_id": books.accounts[line.account], "name": line.label, "product_qty": str(line.quantity),
        "price_unit": str(line.price), "price_subtotal": f"{line.subtotal:.2f}",
        "discount": str(line.discount), "currency": CURRENCIES[order.currency], "display_type": None,
        "is_downpayment": False,
    }  # fmt: skip
    confirmed = order.state == "confirmed"
    if order.kind == "sale":
        more = {"order_state": "sale" if confirmed else "draft", "qty_delivered_method": "stock_move"}
    else:
        more = {"order_state": "purchase" if confirmed else "draft", "qty_received_method": "stock_moves",
                "tax_cost": "0.00"}  # fmt: skip
    return row | more


def add_schedules(books: Numbered, found: Rows, read_on: date) -> None:
    """Add what people scheduled by a day, with the changes known by then."""
    for number, one in enumerate(books.plan.schedules, start=1):
        if one.company != books.company or one.booked_on > read_on:
            continue
        found["schedules"].append(
            {
                "id": number, "name": one.key, "kind": one.kind, "state": "running", "method": one.method,
                "start_date": one.start.isoformat(), "end_date": one.end.isoformat(),
                "total": f"{one.total:.2f}", "residual": f"{one.residual:.2f}",
                "currency": CURRENCIES[one.currency], "total_currency": f"{one.total_currency:.2f}",
                "booked_on": one.booked_on.isoformat(), "booked_account_id": books.accounts[one.booked],
                "balance_account_id": books.accounts[one.balance],
                "result_account_id": books.accounts[one.result], "partner_id": books.partners[one.partner],
                "analytic": None, "source_line_id": books.lines[one.line],
            }
        )  # fmt: skip
        for at, change in enumerate(one.changes):
            if change.day <= read_on:
                found["schedule_changes"].append(
                    {
                        "id": 10 * number + at, "schedule_id": number, "kind": change.kind,
                        "date": change.day.isoformat(), "from_date": change.from_day.isoformat(),
                        "new_end": None, "amount": f"{change.amount:.2f}",
                        "account_id": books.accounts[change.account],
                        "move_line_id": books.lines.get(change.line),
                    }
                )  # fmt: skip
