"""The rules about stock and margin: each fault is found by its rule, its innocent neighbour left alone."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from benchmarks import clean_ledger as w
from tests.agent.rules.book import Book


def _stock_value(b, value, **more):
    booked = sum((one["balance"] for one in b.rows("lines", account=w.STOCK)), D(0))
    row = {"company": 1, "account": w.STOCK, "as_of": date(2026, 10, 31), "stock_value": booked + D(value)}
    b.clean.add("stock_values", **(row | more))


def _adjust(b, day, product, value, scrap=True):
    """Take goods of a value out of stock, or put them in when it is negative."""
    places = ("internal", "inventory") if D(value) > 0 else ("inventory", "internal")
    b.clean.add(
        "stock_moves", company=1, product=product, date=date.fromisoformat(day), state="done", quantity=1,
        value=abs(D(value)), location_usage=places[0], location_dest_usage=places[1], scrap=scrap,
    )  # fmt: skip


def _followed(b, months=range(1, 10)):
    """Book to the stock account what the stock moves of each month are worth."""
    sums = {}
    for one in b.clean.rows["stock_moves"]:
        if one["date"].year == 2026:
            sums[one["date"].month] = sums.get(one["date"].month, D(0)) + one["value"]
    for month in months:
        b.entry(f"2026-{month:02}-28", (w.STOCK, str(sums[month])), (w.GOODS, str(-sums[month])))
    return sums


def _small_write_offs(b):
    for month in range(1, 10):
        _adjust(b, f"2026-{month:02}-11", 3, f"{20 + month * 3}.00")


def _sales(b, product):
    lines = b.rows("lines", product=product, account=w.SALES)
    months = {one["id"]: str(one["date"]) for one in b.rows("moves")}
    return [one for one in lines if months[one["move"]].startswith("2026-10")]


def _cheaper(b, line, factor):
    """Sell a line for less: its base, its tax and what the customer owes follow."""
    other = next(one for one in b.lines(line["move"]) if one.get("display_type") == "payment_term")
    less = (line["balance"] * (1 - D(factor))).quantize(D("0.01"))
    line["balance"] -= less
    other["balance"] += less
    line["amount_currency"], other["amount_currency"] = line["balance"], other["balance"]


def val003_difference(b):
    _stock_value(b, "240.00")
    return "accounts", w.STOCK, "difference"


def val003_closing(b):
    _stock_value(b, "-900.00", valuation="periodic", closing_date=date(2026, 9, 30))
    return "accounts", w.STOCK, "closing"


def val003_drift(b):
    sums = _followed(b)
    short = str(sums[10] - D("350.00"))
    b.entry("2026-10-30", (w.STOCK, short), (w.GOODS, f"{-D(short)}"))
    return "accounts", w.STOCK, "drift"


def val007_far_more_than_usual(b):
    _small_write_offs(b)
    _adjust(b, "2026-10-13", 3, "1900.00")
    return "products", 3, "written_off"


def val007_the_first_of_its_kind(b):
    _adjust(b, "2026-10-13", 7, "700.00", scrap=False)
    return "products", 7, "written_off"


def val007_found(b):
    _adjust(b, "2026-10-13", 7, "-700.00", scrap=False)
    return "products", 7, "found"


def val008_margin(b):
    for line in _sales(b, 5):
        _cheaper(b, line, "0.75")
    b.policy["materiality"] = "1000.00"
    return "products", 5, "margin"


def val008_cost(b):
    moves = b.rows("stock_moves", product=5, location_dest_usage="customer")
    for one in moves:
        if str(one["date"]).startswith("2026-10"):
            one["value"] = (one["value"] * D("1.3")).quantize(D("0.01"))
    b.policy["materiality"] = "1000.00"
    return "products", 5, "margin"


def val008_category(b):
    for product in b.clean.rows["products"]:
        product["category"] = "Pipes" if product["id"] % 2 else "Valves"
    for product in (1, 3, 5, 7, 9):
        for line in _sales(b, product):
            _cheaper(b, line, "0.7")
    return "products", 1, "margin"


def val008_below_cost(b):
    line = max(_sales(b, 2), key=lambda one: -one["balance"])
    _cheaper(b, line, "0.3")
    b.policy["rules"] = {"VAL008": {"below_cost_min_amount": 1}}
    return "moves", line["move"], "below_cost"


PLANTS = [value for name, value in sorted(globals().items()) if name[:3] == "val"]


@pytest.mark.parametrize("plant", PLANTS, ids=lambda one: one.__name__)
def test_a_planted_fault_is_found_by_its_rule(plant, tmp_path):
    book = Book(tmp_path)
    table, number, reason = plant(book)
    rows = [row for row in book.found(plant.__name__[:6].upper()) if row["reason"] == reason]
    assert [table, number] in [link for row in rows for link in row["records"]], rows
    assert len(rows) == 1, [row["explanation"] for row in rows]
    assert float(rows[0]["amount"]) > 0
    assert rows[0]["explanation"]
    assert rows[0]["remedy"]


def val003_a_difference_under_the_limit(b):
    _stock_value(b, "60.00")


def val003_an_account_that_follows(b):
    sums = _followed(b)
    b.entry("2026-10-30", (w.STOCK, str(sums[10])), (w.GOODS, str(-sums[10])))


def val003_an_account_that_never_followed(b):
    b.entry("2026-10-30", (w.STOCK, "5000.00"), (w.GOODS, "-5000.00"))
    _stock_value(b, "0.00")


def val007_as_much_as_ever(b):
    for month in range(1, 11):
        _adjust(b, f"2026-{month:02}-11", 3, f"{400 + month * 3}.00")


def val007_a_count(b):
    for product in range(1, 13):
        _adjust(b, "2026-10-31", product, "300.00" if product % 2 else "-290.00", scrap=False)


def val007_taken_back(b):
    _adjust(b, "2026-10-29", 4, "800.00")
    _adjust(b, "2026-11-02", 4, "-800.00")


def val008_another_mix(b):
    for product in b.clean.rows["products"]:
        product["category"] = "All"
    dear = b.rows("stock_moves", product=6)
    for one in dear:
        if one.get("sale_line"):
            one["value"] *= 2
    for line in _sales(b, 6):
        b.rows("stock_moves", sale_line=line["sale_line"])[0]["value"] *= 8
        line["balance"] *= 8


def val008_a_promotion(b):
    for line in _sales(b, 2):
        _cheaper(b, line, "0.3")
    b.policy["rules"] = {"VAL008": {"below_cost_min_amount": 1, "margin_min_amount": 1000000}}


def val008_a_part_delivery(b):
    line = max(_sales(b, 2), key=lambda one: -one["balance"])
    move = b.rows("stock_moves", sale_line=line["sale_line"])[0]
    _cheaper(b, line, "0.3")
    move["quantity"] *= 12
    b.policy["rules"] = {"VAL008": {"below_cost_min_amount": 1, "margin_min_amount": 1000000}}


NEIGHBOURS = [value for name, value in sorted(globals().items()) if name[:3] == "val" and value not in PLANTS]


@pytest.mark.parametrize("plant", NEIGHBOURS, ids=lambda one: one.__name__)
def test_the_nearest_innocent_neighbour_is_left_alone(plant, tmp_path):
    book = Book(tmp_path)
    plant(book)
    assert [row["explanation"] for row in book.found(plant.__name__[:6].upper())] == []


def test_without_stock_values_and_without_a_stock_account_there_is_no_data(tmp_path):
    silent = {one["rule"]: one["message"] for one in Book(tmp_path).all_found().not_judged}
    assert "no account follows the stock" in silent["VAL003"]


def test_a_day_of_stock_is_no_year(tmp_path):
    book = Book(tmp_path)
    cut = date(2026, 9, 1)
    book.clean.rows["stock_moves"] = [one for one in book.rows("stock_moves") if one["date"] >= cut]
    _adjust(book, str(cut + timedelta(days=45)), 7, "900.00")
    assert book.found("VAL007") == []
