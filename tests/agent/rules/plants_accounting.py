"""Faults of bookkeeping (ACC), one a function that plants it and tells where it stands."""

from datetime import date
from decimal import Decimal as D

from benchmarks import clean_ledger as w


def acc001_quantity(b):
    line = b.lines(b.docs("in_invoice")[0]["id"])[0]
    move = next(m for m in b.docs("in_invoice") if b.lines(m["id"])[0].get("purchase_line"))
    line = b.lines(move["id"])[0]
    stock = b.rows("stock_moves", purchase_line=line["purchase_line"])[0]
    stock["quantity"] -= 5
    b.rows("purchase_lines", id=line["purchase_line"])[0]["qty_received"] -= 5
    return "purchase_lines", line["purchase_line"], "quantity"


def acc001_price(b):
    move = next(m for m in b.docs("in_invoice") if b.lines(m["id"])[0].get("purchase_line"))
    order = b.rows("purchase_lines", id=b.lines(move["id"])[0]["purchase_line"])[0]
    order["price_unit"] = (order["price_unit"] * D("0.9")).quantize(D("0.01"))
    return "moves", move["id"], "price"


def acc001_no_order(b):
    return "moves", b.bill("2026-10-14", "640.40", partner=b.clean.traders[0]), "no_order"


def acc002_quantity(b):
    line = b.lines(b.docs("out_invoice")[0]["id"])[0]
    b.rows("stock_moves", sale_line=line["sale_line"])[0]["quantity"] -= 1
    return "sale_lines", line["sale_line"], "quantity"


def acc002_price(b):
    line = b.lines(b.docs("out_invoice")[2]["id"])[0]
    order = b.rows("sale_lines", id=line["sale_line"])[0]
    order["price_unit"] = (order["price_unit"] * D("0.8")).quantize(D("0.01"))
    return "sale_lines", line["sale_line"], "price"


def acc003(b):
    move = next(m for m in b.docs("in_invoice") if m["partner"] == b.clean.telecom)
    b.lines(move["id"])[0]["tax_codes"] = "V7"
    return "moves", move["id"], "history"


def acc004(b):
    move = b.docs("in_invoice")[3]
    tax = next(one for one in b.lines(move["id"]) if one.get("tax_line_of"))
    tax["balance"] += 10
    tax["amount_currency"] = tax["balance"]
    return "lines", tax["id"], "amount"


def acc005(b):
    move = next(m for m in b.docs("in_invoice") if m["currency"] == "EUR")
    for line in b.lines(move["id"]):
        line["balance"] = line["amount_currency"]
    return "moves", move["id"], "rate"


def acc005_inverted(b):
    move = next(m for m in b.docs("in_invoice") if m["currency"] == "EUR")
    for line in b.lines(move["id"]):
        line["balance"] = w.cents(float(line["amount_currency"]) * b.clean.rate(move["date"]))
    return "moves", move["id"], "inverted"


def acc006(b):
    return "moves", b.entry("2026-10-09", (w.TRAVEL, "100.00"), (w.SUPPLIES, "-99.99")), "unbalanced"


def acc007(b):
    return "moves", b.entry("2026-10-09", (w.TRAVEL, "0.00"), (w.SUPPLIES, "0.00")), "empty_entry"


def acc008_document(b):
    return "moves", b.bill("2026-10-09", "-300.00"), "document"


def acc008_manual(b):
    return "moves", b.entry("2026-10-09", (w.ACCRUED, "412.20"), (w.INTEREST, "-412.20")), "manual"


def acc008_payment(b):
    payment = b.rows("payments")[-1]
    payment |= {"payment_type": "inbound", "date": date(2026, 10, 20)}
    return "payments", payment["id"], "payment"


def acc009_signs(b):
    move = next(m for m in b.docs("in_invoice") if m["currency"] == "EUR")
    line = b.lines(move["id"])[0]
    line["amount_currency"] = -line["amount_currency"]
    return "lines", line["id"], "signs"


def acc009_missing(b):
    line = b.lines(b.docs("in_invoice")[0]["id"])[0]
    line["currency"] = None
    return "lines", line["id"], "missing"


def acc009_differs(b):
    line = b.lines(b.docs("in_invoice")[0]["id"])[0]
    line["amount_currency"] = line["balance"] * 2
    return "lines", line["id"], "differs"


def acc010_account(b):
    line = b.lines(b.docs("out_invoice")[0]["id"])[0]
    line["account"] = None
    return "lines", line["id"], "no_account"


def acc010_lines(b):
    return "moves", b.entry("2026-10-09"), "no_lines"


def acc010_date(b):
    return "moves", b.entry("2100-01-01", (w.TRAVEL, "5.00"), (w.SUPPLIES, "-5.00")), "date"


def acc010_old_date(b):
    return "moves", b.entry("1900-01-01", (w.TRAVEL, "5.00"), (w.SUPPLIES, "-5.00")), "date"


def acc010_link(b):
    b.clean.add("lines", move=999999, account=w.TRAVEL, balance=D("5.00"), currency="USD")
    return "lines", b.rows("lines")[-1]["id"], "broken_link"


def acc010_amount(b):
    move = b.entry("2026-10-09", (w.TRAVEL, "1000000000000000"), (w.SUPPLIES, "-1000000000000000"))
    return "moves", move, "amount"
