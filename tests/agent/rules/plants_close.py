"""Faults of cut-off, completeness, valuation, closing and statistics, one a function; each tells where."""

from datetime import date
from decimal import Decimal as D

from benchmarks import clean_ledger as w


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
