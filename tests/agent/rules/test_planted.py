"""Each rule finds the fault that it is meant for, in a ledger that is clean but for it."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from benchmarks import clean_ledger as w
from tests.agent.rules.book import Book


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


def exf001(b):
    move = b.docs("in_invoice")[5]
    total = -b.lines(move["id"])[-1]["balance"]
    copy = b.bill(
        "2026-10-29", str((total / D("1.2")).quantize(D("0.01"))), partner=move["partner"], ref=move["ref"]
    )
    return "moves", copy, "ref"


def exf002(b):
    first = next(
        one for one in b.rows("payments") if one["date"] >= date(2026, 10, 2) and one["currency"] == "USD"
    )
    number = len(b.rows("payments")) + 1
    move, _ = b.clean.move(
        "BANK",
        "bank",
        first["date"] + timedelta(days=3),
        [
            {"account": w.PAYABLE, "balance": first["amount"]},
            {"account": w.OUTSTANDING, "balance": -first["amount"]},
        ],
        partner=first["partner"],
        origin=f"payment:{number}",
    )
    b.clean.add(
        "payments",
        **{
            **{k: v for k, v in first.items() if k != "id"},
            "move": move,
            "date": first["date"] + timedelta(days=3),
        },
    )
    return "payments", number, "payment"


def exf003(b):
    for day in ("2026-10-12", "2026-10-13"):
        move = b.entry(day, (w.TRAVEL, "431.20"), (w.REPAIR, "-431.20"))
    return "moves", move, "entry"


def exf004(b):
    line = next(one for one in b.rows("statement_lines") if one["date"] >= date(2026, 10, 8))
    b.clean.add(
        "statement_lines", **{**{k: v for k, v in line.items() if k != "id"}, "import_batch": "again"}
    )
    return "statement_lines", b.rows("statement_lines")[-1]["id"], "two_imports"


def _october_payment(b):
    return next(one for one in b.rows("payments") if one["date"] >= date(2026, 10, 10))


def exf005_changed(b):
    payment = _october_payment(b)
    payment["bank_account_changed_at"] = f"{payment['date'] - timedelta(days=7)}T09:00:00Z"
    return "payments", payment["id"], "changed"


def exf005_unknown(b):
    line = next(
        one
        for one in b.rows("statement_lines")
        if one["date"] >= date(2026, 10, 8) and one["amount"] < 0 and one["account_number"]
    )
    line["account_number"] = "DE00123412341234123412"
    return "statement_lines", line["id"], "unknown"


def exf006(b):
    one, other = b.clean.traders[:2]
    partners = b.rows("partners")
    partners[other - 1]["bank_accounts"] = partners[one - 1]["bank_accounts"]
    return "partners", other, "vendor"


def exf007_near(b):
    return "moves", b.bill("2026-10-14", "4150.00"), "near"


def exf007_split(b):
    b.bill("2026-10-14", "2500.00")
    return "moves", b.bill("2026-10-15", "2400.00"), "split"


def exf008(b):
    return "moves", b.entry("2026-10-14", (w.ADVICE, "20000"), (w.ACCRUED, "-20000"), attachments=0), "round"


def exf009_weekend(b):
    move = b.entry(
        "2026-10-16", (w.ADVICE, "812.10"), (w.ACCRUED, "-812.10"), posted_at="2026-10-18T10:00:00Z"
    )
    return "moves", move, "weekend"


def exf009_night(b):
    move = b.entry(
        "2026-10-14", (w.ADVICE, "812.10"), (w.ACCRUED, "-812.10"), posted_at="2026-10-14T21:30:00Z"
    )
    return "moves", move, "night"


def exf010(b):
    move = b.entry(
        "2026-10-14", (w.ADVICE, "7123.20"), (w.ACCRUED, "-7123.20"), posted_by="anna", created_by="anna"
    )
    return "moves", move, "same"


def exf011(b):
    return "moves", b.entry("2026-10-14", (w.ADVICE, "700.00"), (w.RECEIVABLE, "-700.00")), "no_partner"


def exf011_tax(b):
    return "moves", b.entry("2026-10-14", (w.INPUT_TAX, "700.00"), (w.ACCRUED, "-700.00")), "tax"


def exf012(b):
    move = b.entry("2026-10-30", (w.ACCRUED, "6123.20"), (w.SERVICES, "-6123.20"))
    b.entry("2026-11-04", (w.ACCRUED, "-6123.20"), (w.SERVICES, "6123.20"), reversed_entry=move)
    return "moves", move, "reversed"


def exf012_mirrored(b):
    move = b.entry("2026-10-30", (w.ACCRUED, "6123.20"), (w.SERVICES, "-6123.20"))
    b.entry("2026-11-04", (w.ACCRUED, "-6123.20"), (w.SERVICES, "6123.20"))
    return "moves", move, "reversed"


def exf013(b):
    b.rows("partners")[b.clean.power - 1]["vat"] = "/"
    return "partners", b.clean.power, "missing"


def exf014(b):
    partner = b.rows("partners")[b.clean.power - 1]
    partner["vat"] = partner["vat"][:-1] + str((int(partner["vat"][-1]) + 1) % 10)
    return "partners", b.clean.power, "invalid"


def exf015(b):
    lines = ((w.ADVICE, "912.10", {"label": "misc."}), (w.ACCRUED, "-912.10", {"label": None}))
    return "moves", b.entry("2026-10-14", *lines, ref=None), "vague"


def cut001(b):
    more = {"invoice_date": date(2026, 9, 28), "posted_at": "2026-10-06T08:00:00Z"}
    return "moves", b.bill("2026-10-05", "2400.00", **more), "other_period"


def cut002(b):
    line = b.lines(b.docs("out_invoice")[4]["id"])[0]
    b.rows("stock_moves", sale_line=line["sale_line"])[0]["date"] = date(2026, 11, 3)
    line |= {"balance": line["balance"] - 900, "amount_currency": line["balance"] - 900}
    return "sale_lines", line["sale_line"], "delivery"


def cut003(b):
    more = {"invoice_date": date(2026, 9, 28), "posted_at": "2026-10-09T08:00:00Z"}
    return "moves", b.bill("2026-10-09", "900.00", **more), "lock"


def cut004(b):
    move = b.entry("2026-09-30", (w.ADVICE, "40.00"), (w.ACCRUED, "-40.00"), posted_at="2026-10-09T08:00:00Z")
    return "moves", move, "posted"


def cut005(b):
    exchange = next(
        one
        for one in b.rows("moves")
        if str(one.get("origin")).startswith("exchange")
        and one["date"].month == 9
        and one["date"].year == 2026
    )
    exchange |= {"date": date(2026, 10, 5), "created_at": "2026-10-05T08:00:00Z"}
    return "moves", exchange["id"], "exchange"


def cmp003(b):
    move = b.docs("out_invoice")[10]
    b.clean.rows["moves"] = [one for one in b.rows("moves") if one["id"] != move["id"]]
    b.clean.rows["lines"] = [one for one in b.rows("lines") if one["move"] != move["id"]]
    return "journals", "INV", "gap:INV/2026/10/"


def cmp005_chain(b):
    statement = b.rows("statements")[-1]
    statement["balance_start"] += 50
    return "statements", statement["id"], "chain"


def cmp005_sum(b):
    statement = b.rows("statements")[-1]
    statement["balance_end"] += 50
    return "statements", statement["id"], "sum"


def cmp006(b):
    return "moves", b.bill("2026-10-14", "480.00", attachments=0), "document"


def cmp007(b):
    rent = [one for one in b.docs("in_invoice") if one["partner"] == b.clean.landlord]
    b.clean.rows["moves"] = [one for one in b.rows("moves") if one not in rent]
    b.clean.rows["lines"] = [one for one in b.rows("lines") if one["move"] not in {m["id"] for m in rent}]
    return "partners", b.clean.landlord, f"account {w.RENT}"


def val001(b):
    vendor = b.clean._partner()
    b.entry("2026-08-12", (w.PAYABLE, "900.00", {"partner": vendor}), (w.ADVICE, "-900.00"))
    return "partners", vendor, "payable"


def val002(b):
    b.entry("2026-10-13", (w.ADVICE, "90000000.00"), (w.BANK, "-90000000.00"))
    b.entry("2026-10-14", (w.BANK, "90000000.00"), (w.ADVICE, "-90000000.00"))
    return "accounts", w.BANK, "negative"


def val004(b):
    number = len(b.rows("payments")) + 1
    move, _ = b.clean.move(
        "BANK",
        "bank",
        date(2026, 8, 12),
        [{"account": w.PAYABLE, "balance": D("640.00")}, {"account": w.OUTSTANDING, "balance": D("-640.00")}],
        partner=b.clean.small[2],
        origin=f"payment:{number}",
    )
    b.clean.add(
        "payments",
        company=1,
        move=move,
        journal="BANK",
        date=date(2026, 8, 12),
        partner=b.clean.small[2],
        payment_type="outbound",
        partner_type="supplier",
        amount=D("640.00"),
        currency="USD",
        state="paid",
        method="sepa",
        outstanding_account="1045",
    )
    return "payments", number, "outstanding"


def _group(b, amount="5000.00", currency="USD", day=date(2026, 10, 12)):
    """Sell to a sister company, which has the mirror of that amount; none for no amount."""
    sister = b.clean._partner()
    b.policy["companies"] = [
        {"id": 1, "name": "Harbour", "partner": 1},
        {"id": 2, "name": "Sister", "partner": sister},
    ]
    own = [
        {"account": w.SERVICES, "balance": D("-5000.00")},
        {"account": w.RECEIVABLE, "balance": D("5000.00"), "display_type": "payment_term"},
    ]
    facts = {"move_type": "out_invoice", "partner": sister, "invoice_date": date(2026, 10, 12)}
    move, _ = b.clean.move("INV", "sale", date(2026, 10, 12), own, **facts)
    name = b.rows("moves")[-1]["name"]
    for value, ref in ((amount, name), ("77.00", "other")):
        if value:
            lines = [
                {"account": w.ADVICE, "balance": D(value), "currency": currency},
                {
                    "account": w.PAYABLE,
                    "balance": -D(value),
                    "display_type": "payment_term",
                    "currency": currency,
                },
            ]
            b.clean.move(
                "PUR2",
                "purchase",
                day,
                lines,
                company=2,
                move_type="in_invoice",
                ref=ref,
                partner=1 if ref == name else b.clean.small[0],
                invoice_date=day,
                currency=currency,
            )
    return move


def val005_missing(b):
    return "moves", _group(b, amount=""), "missing"


def val005_amount(b):
    return "moves", _group(b, amount="4500.00"), "amount"


def val005_currency(b):
    return "moves", _group(b, currency="EUR"), "currency"


def val005_period(b):
    return "moves", _group(b, day=date(2026, 11, 3)), "period"


def val006_stale(b):
    b.clean.rows["rates"] = [one for one in b.rows("rates") if one["date"] < date(2026, 9, 2)]
    return "currencies", "EUR", "stale"


def val006_missing(b):
    b.clean.rows["rates"] = [one for one in b.rows("rates") if one["date"] > date(2026, 10, 25)]
    return "currencies", "EUR", "missing"


def val006_jump(b):
    rate = b.rows("rates", date=date(2026, 10, 14))[0]
    rate["rate"] *= 1.5
    return "rates", rate["id"], "jump:2026-10-14"


def cls001(b):
    move = next(m for m in b.docs("in_invoice") if m["partner"] == b.clean.power)
    line = b.lines(move["id"])[0]
    line |= {"account": w.TRAVEL}
    return "lines", line["id"], "account"


def cls002(b):
    return "moves", b.bill("2026-10-14", "1450.00", label="Laptop for the office"), "label"


def cls003(b):
    return "moves", b.bill("2026-10-14", "1200.00", label="Licence 2026-10-01 - 2027-09-30"), "span"


def cls005(b):
    b.policy["analytic_required"] = [{"company": 1, "account_prefix": "70", "plan": "Departments"}]
    for line in b.rows("lines", account=w.REPAIR):
        line["analytic"] = '{"4": 100.0}'
    return "moves", b.bill("2026-10-14", "120.00", account=w.REPAIR), "missing"


def cls005_shares(b):
    b.policy["analytic_required"] = [{"company": 1, "account_prefix": "70", "plan": "Departments"}]
    for line in b.rows("lines", account=w.REPAIR):
        line["analytic"] = '{"4": 60.0, "5": 40.0}'
    move = b.bill("2026-10-14", "120.00", account=w.REPAIR, line={"analytic": '{"4": 60.0, "5": 30.0}'})
    return "moves", move, "shares"


def cls006(b):
    return "moves", b.bill("2026-10-14", "240.00", account=w.SALES), "type"


def sta002(b):
    move = b.entry("2026-10-14", (w.GOODS, "1240.00"), (w.BANKFEE, "-1240.00"))
    for day in range(1, 29):
        for month in (5, 6, 7, 8):
            b.entry(f"2026-{month:02}-{day:02}", (w.GOODS, "31.00"), (w.ACCRUED, "-31.00"))
            b.entry(f"2026-{month:02}-{day:02}", (w.INTEREST, "31.00"), (w.BANKFEE, "-31.00"))
    return "moves", move, "pair"


def sta004(b):
    for place in range(1100):
        amount = str((place % 9 + 1) * 10 ** (place % 3 + 1) + place % 7)
        b.entry(
            f"2026-{place % 10 + 1:02}-{place % 27 + 1:02}", (w.INTEREST, amount), (w.ACCRUED, f"-{amount}")
        )
    return "accounts", w.INTEREST, "first_digit"


PLANTS = [
    value
    for name, value in sorted(globals().items())
    if name[:3] in ("acc", "exf", "cut", "cmp", "val", "cls", "sta") and name[3:6].isdigit()
]


@pytest.mark.parametrize("plant", PLANTS, ids=lambda one: one.__name__)
def test_a_planted_fault_is_found_by_its_rule(plant, tmp_path):
    book = Book(tmp_path)
    table, number, reason = plant(book)
    rows = book.found(plant.__name__[:6].upper())
    hits = [row for row in rows if [table, number] in row["records"]]
    assert hits, (table, number, [(row["reason"], row["records"][:4]) for row in rows])
    assert reason in {
        row["reason"].split(":")[0] if reason == "broken_link" else row["reason"] for row in hits
    }
    assert len(rows) <= 3, [row["explanation"] for row in rows]
    assert all(row["explanation"] and row["remedy"] and float(row["amount"]) >= 0 for row in rows)
