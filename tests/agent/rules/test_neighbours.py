"""The nearest innocent neighbour of each rule: what looks like the fault and is none."""

import random
from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from benchmarks import clean_ledger as w
from tests.agent.rules.book import Book
from tests.agent.rules.plants_misuse import october_payment


def _bought(b):
    move = next(m for m in b.docs("in_invoice") if b.lines(m["id"])[0].get("purchase_line"))
    line = b.lines(move["id"])[0]
    return move, line, b.rows("purchase_lines", id=line["purchase_line"])[0]


def acc001_a_part_delivery_billed_in_part(b):
    _move, line, order = _bought(b)
    order["quantity"] = line["quantity"] * 2


def acc001_a_dozen_billed_as_twelve_units(b):
    _move, _line, order = _bought(b)
    stock = b.rows("stock_moves", purchase_line=order["id"])[0]
    for row, name in ((order, "quantity"), (order, "qty_received"), (stock, "quantity")):
        row[name] = D(row[name]) / 12
    order["price_unit"] *= 12


def acc001_an_excess_that_a_credit_note_took_back(b):
    move, line, order = _bought(b)
    stock = b.rows("stock_moves", purchase_line=order["id"])[0]
    stock["quantity"] -= 5
    amount = order["price_unit"] * 5
    refund = [
        {**{k: line[k] for k in ("account", "product", "purchase_line")}, "quantity": 5, "balance": -amount},
        {"account": w.PAYABLE, "balance": amount, "display_type": "payment_term"},
    ]
    facts = {
        "move_type": "in_refund",
        "partner": move["partner"],
        "invoice_date": date(2026, 10, 30),
        "ref": "CN-9",
    }
    b.clean.move("BILL", "purchase", date(2026, 10, 30), refund, **facts)


def acc002_a_down_payment(b):
    line = b.lines(b.docs("out_invoice")[0]["id"])[0]
    b.rows("sale_lines", id=line["sale_line"])[0] |= {"is_downpayment": True, "qty_delivered": 0}
    b.clean.rows["stock_moves"] = [
        m for m in b.rows("stock_moves") if m.get("sale_line") != line["sale_line"]
    ]


def acc003_a_rate_that_changed_for_everybody(b):
    for move in b.docs("in_invoice"):
        for line in b.lines(move["id"]):
            line["tax_codes"] = "V7" if line.get("tax_codes") else None


def acc004_cents_edited_to_match_the_paper(b):
    move = b.docs("in_invoice")[3]
    tax = next(one for one in b.lines(move["id"]) if one.get("tax_line_of"))
    tax["balance"] += D("0.02")


def acc004_a_customs_bill_of_tax_only(b):
    b.bill("2026-10-14", "0.01", line={"tax_codes": None})
    b.rows("lines")[-2]["balance"] = D("500.00")


def acc004_reverse_charge(b):
    b.policy["taxes"]["RC"] = {"rate": "20.0", "type": "percent", "factors": [100, -100]}
    move = b.bill("2026-10-14", "100.00", line={"tax_codes": "RC"})
    for line in b.lines(move):
        if line.get("tax_line_of"):
            line["tax_line_of"] = "RC"
    b.clean.add(
        "lines", move=move, account=w.OUTPUT_TAX, balance=D("-20.00"), tax_line_of="RC", display_type="tax"
    )


def acc005_the_banks_own_rate(b):
    move = next(
        m for m in b.docs("entry") if str(m.get("origin")).startswith("payment") and m["currency"] == "EUR"
    )
    for line in b.lines(move["id"]):
        line["balance"] = (line["balance"] * D("1.02")).quantize(D("0.01"))


def acc007_free_goods_on_an_invoice(b):
    move = b.docs("out_invoice")[0]
    b.clean.add(
        "lines",
        move=move["id"],
        account=w.SALES,
        balance=D(0),
        amount_currency=D(0),
        currency="USD",
        product=3,
        quantity=1,
        display_type="product",
    )


def acc008_a_credit_note(b):
    b.bill("2026-10-09", "-300.00", move_type="in_refund")


def acc008_moving_cost_between_accounts(b):
    b.entry("2026-10-09", (w.TRAVEL, "412.20"), (w.INTEREST, "-412.20"))


def acc009_a_line_of_zero_in_one_currency(b):
    b.entry(
        "2026-10-09",
        (w.TRAVEL, "3.00", {"currency": "EUR", "amount_currency": D(0)}),
        (w.ADVICE, "-3.00", {"currency": "EUR", "amount_currency": D(0)}),
        origin="exchange:1",
    )


def acc010_a_note_line_without_account(b):
    move = b.docs("out_invoice")[0]
    b.clean.add(
        "lines", move=move["id"], account=None, balance=None, display_type="line_note", label="Thank you"
    )


def exf002_each_settles_another_bill(b):
    for day in (12, 15):
        mark, number = b.clean.match(), len(b.rows("payments")) + 1
        bill = b.bill(f"2026-10-0{day % 9 + 1}", "500.00", partner=b.clean.small[1])
        b.rows("lines")[-1]["matching_number"] = mark
        when = date(2026, 10, day)
        legs = [
            {"account": w.PAYABLE, "balance": D("600.00"), "matching_number": mark},
            {"account": w.OUTSTANDING, "balance": D("-600.00")},
        ]
        move, _ = b.clean.move(
            "BANK", "bank", when, legs, partner=b.clean.small[1], origin=f"payment:{number}"
        )
        b.clean.add(
            "payments",
            company=1,
            move=move,
            journal="BANK",
            date=when,
            partner=b.clean.small[1],
            payment_type="outbound",
            partner_type="supplier",
            amount=D("600.00"),
            currency="USD",
            state="paid",
        )
        assert bill


def exf003_a_weekly_series(b):
    for day in (2, 9, 16, 23, 30):
        b.entry(f"2026-10-{day:02}", (w.TRAVEL, "431.20"), (w.REPAIR, "-431.20"))


def exf004_two_card_purchases_in_one_import(b):
    line = b.rows("statement_lines")[-1]
    b.clean.add(
        "statement_lines",
        **{
            **{k: v for k, v in line.items() if k != "id"},
            "running_balance": line["running_balance"] + line["amount"],
        },
    )


def exf005_a_new_vendors_first_account(b):
    vendor = b.clean._partner()
    payment = october_payment(b)
    payment |= {
        "partner": vendor,
        "bank_account": "DE99",
        "bank_account_created_at": f"{payment['date']}T06:00:00Z",
    }
    b.rows("statement_lines")[-1]["account_number"] = None


def exf006_parent_and_subsidiary(b):
    one, other = b.clean.traders[:2]
    partners = b.rows("partners")
    partners[other - 1] |= {"bank_accounts": partners[one - 1]["bank_accounts"], "commercial_partner": one}


def exf006_a_factor(b):
    one, other = b.clean.traders[:2]
    partners = b.rows("partners")
    partners[other - 1]["bank_accounts"] = partners[one - 1]["bank_accounts"]
    b.policy["factoring_accounts"] = [partners[one - 1]["bank_accounts"]]


def exf007_a_price_that_was_paid_before(b):
    b.bill("2026-05-14", "4150.00")
    b.bill("2026-10-14", "4150.00")


def exf007_bills_that_come_three_at_a_time(b):
    for month, more in (("2026-05", "0.15"), ("2026-10", "0.00")):
        for day, net in (("13", "1830.10"), ("14", "1710.20"), ("15", "1150.30")):
            b.bill(f"{month}-{day}", str(D(net) + D(more)), created_by="anna", posted_by="anna")


def exf008_a_rent_series(b):
    for month in ("2026-05", "2026-06", "2026-08", "2026-10"):
        b.entry(f"{month}-14", (w.RENT, "20000"), (w.ACCRUED, "-20000"), attachments=0)


def exf009_a_day_of_the_close(b):
    b.policy["close_days"] = ["2026-10-18"]
    b.entry("2026-10-16", (w.ADVICE, "812.10"), (w.ACCRUED, "-812.10"), posted_at="2026-10-18T10:00:00Z")


def exf009_evening_in_utc_is_day_elsewhere(b):
    b.policy["timezone"] = "America/Los_Angeles"
    for move in b.rows("moves"):
        move["posted_at"] = f"{move['date']}T23:30:00Z"
        if move["date"].weekday() >= 5:
            move["posted_at"] = "2026-10-14T23:30:00Z"


def exf010_the_order_was_approved_by_another(b):
    move = max(
        (m for m in b.docs("in_invoice") if b.lines(m["id"])[0].get("purchase_line")),
        key=lambda m: -b.lines(m["id"])[-1]["balance"],
    )
    move["posted_by"] = move["created_by"] = "anna"


def exf011_netting_of_one_partner(b):
    own = {"partner": b.clean.customers[0]}
    b.entry("2026-10-14", (w.PAYABLE, "700.00", own), (w.RECEIVABLE, "-700.00", own))


def exf011_net_pay_every_month(b):
    for month in range(1, 11):
        b.entry(f"2026-{month:02}-25", (w.WAGES, "700.00"), (w.PAYABLE, "-700.00"))


def exf012_an_accrual_by_design(b):
    move = b.entry("2026-10-31", (w.ADVICE, "6123.20"), (w.ACCRUED, "-6123.20"), origin="accrual:3")
    b.entry(
        "2026-11-01", (w.ADVICE, "-6123.20"), (w.ACCRUED, "6123.20"), reversed_entry=move, origin="accrual:3"
    )


def exf013_a_private_person(b):
    b.rows("partners")[b.clean.power - 1] |= {"vat": None, "is_company": False}


@pytest.mark.parametrize(
    ("vat", "country"), [("EL094259216", "GR"), ("136695976", "DE"), ("XI980780684", "GB"), ("12", "ZZ")]
)
def test_exf014_numbers_that_may_be_right(vat, country, tmp_path):
    book = Book(tmp_path)
    book.rows("partners")[book.clean.power - 1] |= {"vat": vat, "country": country}
    assert book.found("EXF014") == []


def exf015_a_label_on_one_line(b):
    lines = (
        (w.ADVICE, "912.10", {"label": "Inventory count, hall 3"}),
        (w.ACCRUED, "-912.10", {"label": "misc"}),
    )
    b.entry("2026-10-14", *lines, ref=None)


def cut001_an_accrual_in_the_documents_month(b):
    move = b.entry("2026-09-30", (w.ADVICE, "2400.00"), (w.ACCRUED, "-2400.00"), origin="accrual:9")
    b.entry(
        "2026-10-01", (w.ADVICE, "-2400.00"), (w.ACCRUED, "2400.00"), origin="accrual:9", reversed_entry=move
    )
    b.bill("2026-10-05", "2400.00", invoice_date=date(2026, 9, 28))


def cut002_ordered_quantities(b):
    line = b.lines(b.docs("out_invoice")[4]["id"])[0]
    b.rows("stock_moves", sale_line=line["sale_line"])[0]["date"] = date(2026, 11, 3)
    b.rows("sale_lines", id=line["sale_line"])[0]["invoice_policy"] = "order"


def cut003_no_lock_ran_through_its_date(b):
    b.bill("2026-10-05", "900.00", invoice_date=date(2026, 9, 28), posted_at="2026-10-05T08:00:00Z")


def cut004_an_approved_reopening(b):
    move = b.entry("2026-09-30", (w.ADVICE, "40.00"), (w.ACCRUED, "-40.00"), posted_at="2026-10-09T08:00:00Z")
    b.policy["reopenings"] = [
        {
            "company": 1,
            "move": move,
            "approved_by": "carla",
            "from": "2026-10-09T06:00:00Z",
            "to": "2026-10-09T18:00:00Z",
        }
    ]


def cut005_the_month_was_locked_when_it_was_made(b):
    exchange = next(
        m
        for m in b.rows("moves")
        if str(m.get("origin")).startswith("exchange") and str(m["date"]).startswith("2026-09")
    )
    exchange |= {"date": date(2026, 10, 9), "created_at": "2026-10-09T08:00:00Z"}


def cmp003_a_number_held_by_a_cancelled_entry(b):
    b.docs("out_invoice")[10]["state"] = "cancel"


def cmp005_the_first_statement(b):
    b.clean.rows["statements"] = b.rows("statements")[-1:]
    b.clean.rows["statements"][0]["id"] = 26


def cmp006_what_a_bank_line_made(b):
    b.entry(
        "2026-10-14", (w.ADVICE, "9000.00"), (w.ACCRUED, "-9000.00"), attachments=0, origin="statement_line:5"
    )


def cmp007_a_draft_is_there(b):
    for move in b.docs("in_invoice"):
        if move["partner"] == b.clean.landlord:
            move["state"] = "draft"


def val001_a_credit_note_awaiting_refund(b):
    b.bill("2026-08-12", "-900.00", partner=b.clean._partner(), move_type="in_refund")


def val002_an_agreed_overdraft(b):
    b.entry("2026-10-13", (w.ADVICE, "90000000.00"), (w.BANK, "-90000000.00"))
    b.policy["overdraft_limits"] = [{"account": "1010", "amount": "90000000.00"}]


def val004_a_cheque_has_ninety_days(b):
    b.rows("payments")[-1]["method"] = "cheque"


def val006_a_pegged_currency(b):
    b.clean.rows["rates"] = b.rows("rates")[:5]
    for row in b.rows("rates"):
        row["rate"] = 0.92


def cls001_a_second_kind_of_line_on_the_same_bill(b):
    move = next(m for m in b.docs("in_invoice") if m["partner"] == b.clean.power)
    line = b.lines(move["id"])[0]
    b.clean.add("lines", **{**{k: v for k, v in line.items() if k != "id"}, "account": w.REPAIR})


def cls002_many_pieces_at_a_small_price(b):
    b.bill("2026-10-14", "1450.00", label="Desk lamps for the desk", line={"quantity": 50})


def cls002_a_repair(b):
    b.bill("2026-10-14", "1450.00", label="Repair of the printer")


def cls003_a_span_inside_the_period(b):
    b.bill("2026-10-14", "1200.00", label="Licence 2025-11-01 - 2026-10-31")


def cls006_a_line_on_its_expense_account(b):
    b.bill("2026-10-14", "240.00", account=w.REPAIR)


def sta002_an_account_under_ninety_days(b):
    b.clean.rows["accounts"].append(
        {"id": 99, "code": "7999", "name": "New", "account_type": "expense", "reconcile": False}
    )
    b.entry("2026-10-14", (99, "1240.00"), (w.BANKFEE, "-1240.00"))


def sta004_amounts_of_many_sizes(b):
    dice = random.Random(5)
    for place in range(1100):
        amount = str(round(10 ** dice.uniform(1.01, 4), 2))
        day = date(2026, 1, 5) + timedelta(days=place % 270)
        b.entry(str(day), (w.INTEREST, amount), (w.ACCRUED, f"-{amount}"))


INNOCENT = [
    value
    for name, value in sorted(globals().items())
    if name[:3] in ("acc", "exf", "cut", "cmp", "val", "cls", "sta") and name[3:6].isdigit()
]


@pytest.mark.parametrize("plant", INNOCENT, ids=lambda one: one.__name__)
def test_what_only_looks_like_it_is_left_alone(plant, tmp_path):
    book = Book(tmp_path)
    plant(book)
    rule = plant.__name__[:6].upper()
    assert [(row["reason"], row["explanation"], row["records"][:4]) for row in book.found(rule)] == []
