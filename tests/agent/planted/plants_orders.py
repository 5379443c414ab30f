"""Faults between orders, deliveries and documents."""

from datetime import date
from typing import Any

from tests.agent.planted.books import Books
from tests.agent.planted.chart import HOME

SEP = lambda day: date(2026, 9, day)  # noqa: E731


def order(books: Books, kind: str, partner: int, **values: Any) -> dict[str, Any]:
    """Add an order line of ten pieces at 2,000.00, all moved on 7 September, unless told otherwise."""
    moved, value = values.pop("moved", 10), values.pop("value", 1_400_000)
    own = (
        {"purchase_method": "receive", "qty_received": moved}
        if kind == "purchase"
        else {"invoice_policy": "delivery", "qty_delivered": moved}
    )
    row = books.new(
        f"{kind}_lines",
        **{
            "company": HOME,
            "order": f"{kind[0].upper()}O{books.ids[f'{kind}_lines']}",
            "partner": partner,
            "product": values.pop("product", 501),
            "quantity": 10,
            "price_unit": "2000.00",
            "discount": 0,
            "currency": "NOK",
            "is_downpayment": False,
            "order_date": date(2026, 8, 20),
            "created_by": "aksel",
            "approved_by": "marit",
            **own,
            **values,
        },
    )
    if moved:
        books.new(
            "stock_moves",
            **{
                "company": HOME,
                "product": row["product"],
                "date": values.get("moved_on", SEP(7)),
                "state": "done",
                "quantity": moved,
                "value": value,
                "location_usage": "supplier" if kind == "purchase" else "internal",
                "location_dest_usage": "internal" if kind == "purchase" else "customer",
                "scrap": False,
                f"{kind}_line": row["id"],
            },
        )
    row.pop("moved_on", None)
    return row


def billed(books: Books, kind: str, row: dict[str, Any], day: date, quantity: int, net: int, **values: Any):
    """Add the document of an order line."""
    selling = kind == "sale"
    return books.document(
        "out_invoice" if selling else "in_invoice",
        row["partner"],
        day,
        [
            {
                "account": "3000" if selling else "4300",
                "net": net,
                "label": "Okular",
                "quantity": quantity,
                "product": row["product"],
                f"{kind}_line": row["id"],
            }
        ],
        **({} if selling else {"ref": f"B{7000 + 17 * row['id']}"}),
        **values,
    )


def plant(books: Books) -> None:
    """Plant them all."""
    supplier, buyer = books.partner("Okularfabrikken AS"), books.partner("Bergen Universitet")
    for month in range(1, 9):
        clean = order(
            books, "purchase", supplier, moved_on=date(2026, month, 9), order_date=date(2026, month, 2)
        )
        books.pay(
            billed(books, "purchase", clean, date(2026, month, 12), 10, 2_000_000), date(2026, month, 27)
        )
        sold = order(books, "sale", buyer, moved_on=date(2026, month, 9), order_date=date(2026, month, 2))
        invoice = billed(books, "sale", sold, date(2026, month, 13), 10, 2_000_000)
        _line, bank = books.bank_line(
            "DNB",
            date(2026, month, 28),
            books.open_amount(invoice, "1500"),
            "1500",
            partner=buyer,
            label=f"KID {invoice['id']}",
        )
        books.match("1500", invoice, bank)
    part = order(books, "purchase", supplier, moved=6)
    billed(books, "purchase", part, SEP(9), 6, 1_200_000)
    row = order(books, "purchase", supplier, moved=7, value=980_000)
    books.plant(
        "ACC001",
        "ten billed, seven received",
        billed(books, "purchase", row, SEP(10), 10, 2_000_000),
        ("purchase_lines", row["id"]),
    )
    row = order(books, "purchase", supplier)
    books.plant(
        "ACC001",
        "billed six percent above the order",
        billed(books, "purchase", row, SEP(11), 10, 2_120_000),
        ("purchase_lines", row["id"]),
    )
    row = order(books, "purchase", supplier, discount=15)
    books.plant(
        "ACC001",
        "the order's discount is missing",
        billed(books, "purchase", row, SEP(16), 10, 2_000_000),
        ("purchase_lines", row["id"]),
    )
    books.plant(
        "ACC001",
        "no order, though this vendor always has one",
        books.document(
            "in_invoice",
            supplier,
            SEP(21),
            [{"account": "4300", "net": 1_911_700, "label": "Okular"}],
            ref="B99871",
        ),
    )
    row = order(books, "sale", buyer, moved=4, value=560_000)
    books.plant(
        "ACC002",
        "ten invoiced, four delivered",
        billed(books, "sale", row, SEP(14), 10, 2_000_000),
        ("sale_lines", row["id"]),
    )
    row = order(books, "sale", buyer)
    books.plant(
        "ACC002",
        "invoiced below the order's price",
        billed(books, "sale", row, SEP(15), 10, 1_800_000),
        ("sale_lines", row["id"]),
    )
    row = order(
        books,
        "purchase",
        supplier,
        moved=10,
        quantity=10,
        price_unit="4000.00",
        moved_on=date(2026, 8, 26),
        value=4_000_000,
    )
    books.plant(
        "CUT002",
        "received in August, billed in September",
        billed(books, "purchase", row, SEP(9), 10, 4_000_000),
        ("purchase_lines", row["id"]),
    )
    row = order(
        books, "sale", buyer, moved=10, price_unit="4100.00", moved_on=date(2026, 8, 27), value=2_000_000
    )
    books.plant(
        "CUT002",
        "delivered in August, invoiced in September",
        billed(books, "sale", row, SEP(4), 10, 4_100_000),
        ("sale_lines", row["id"]),
    )
    row = order(books, "sale", buyer, product=502, value=2_600_000)
    books.plant(
        "VAL008",
        "sold below cost",
        billed(books, "sale", row, SEP(18), 10, 2_000_000),
        ("sale_lines", row["id"]),
        ("products", 502),
    )
