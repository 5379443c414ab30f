"""Goods received, not invoiced: the worked numbers GR1 to GR13, one test each."""

import pytest

from agent_service.core.adjustments import run_proposers
from agent_service.core.errors import EvidenceMissing
from tests.agent.core.adjustments.grni_case import RATES, accrued, entry, excess, gr1, gr13, lines, only
from tests.agent.core.builders import NOVEMBER, OCTOBER, Ledger


@pytest.fixture
def ledger():
    return Ledger()


def test_gr1_received_less_billed_at_the_orders_price(ledger):
    order = gr1(ledger)
    ledger.billed(order, "20", "2026-11-05")
    assert lines(ledger) == accrued("1102.50")
    assert lines(ledger, NOVEMBER) == accrued("980.00")


def test_gr1_the_entry_explains_itself(ledger):
    order = gr1(ledger)
    row = entry(ledger).row()
    assert row["key"] == "GR:1:2026-10"
    assert (row["date"], row["reversal_date"]) == ("2026-10-31", "2026-11-01")
    assert row["calculation"]["columns"][-1] == "Amount"
    assert row["calculation"]["rows"] == [
        ["P00001: Brass fitting", "85", "40", "45", "24.5 USD", "", "", "1102.50"]
    ]
    assert row["calculation"]["total"] == "1102.50"
    assert row["sources"] == [{"model": "purchase.order.line", "id": order, "label": "P00001: Brass fitting"}]
    assert [(line["balance"], line["amount_currency"], line["currency"]) for line in row["lines"]] == [
        ("1102.50", "1102.50", "USD"),
        ("-1102.50", "-1102.50", "USD"),
    ]
    assert (row["amount_min"], row["amount_max"], row["is_estimate"], row["confidence"]) == (
        "1102.50",
        "1102.50",
        False,
        "0.9900",
    )
    assert "P00001" in row["lines"][0]["name"]


def test_gr2_a_draft_bill_bills_nothing(ledger):
    order = gr1(ledger)
    ledger.billed(order, "45", "2026-10-30", state="draft")
    ledger.billed(order, "20", "2026-11-05")
    assert lines(ledger) == accrued("1102.50")
    assert lines(ledger, NOVEMBER) == accrued("980.00")


def test_gr3_the_accounting_date_decides_not_the_bills_account_closing_153(ledger):
    order = gr1(ledger)
    ledger.billed(order, "45", "2026-11-04")
    assert lines(ledger) == accrued("1102.50")
    assert lines(ledger, NOVEMBER) == accrued("367.50")


def test_gr4_the_price_billed_plays_no_part(ledger):
    order = gr1(ledger)
    ledger.bill("2026-10-20", None, "996.00", order_line=order)
    assert lines(ledger) == accrued("1102.50")


def test_gr5_a_new_price_is_another_entry_under_the_same_key(ledger):
    order = gr1(ledger)
    before = entry(ledger)
    ledger.row("purchase_lines", order)["price_subtotal"] = "2520.00"
    after = entry(ledger)
    assert lines(ledger) == accrued("1134.00")
    assert before.key == after.key
    assert before.row()["lines"] != after.row()["lines"]
    ledger.billed(order, "20", "2026-11-05")
    assert lines(ledger, NOVEMBER) == accrued("1008.00")


def test_gr6_the_discount_is_in_the_subtotal(ledger):
    order = ledger.order("10", "100.00", price_subtotal="850.00", discount="15")
    ledger.receive(order, "10", "2026-10-05")
    assert lines(ledger) == accrued("850.00")


def test_gr7_products_billed_on_ordered_quantities_too_odoo_276435(ledger):
    order = ledger.order("50", "12.00", purchase_method="purchase")
    ledger.receive(order, "20", "2026-10-05")
    assert lines(ledger) == accrued("240.00")


def test_gr8_billed_in_advance_odoo_276435(ledger):
    order = ledger.order("50", "12.00", purchase_method="purchase")
    ledger.receive(order, "20", "2026-10-05")
    ledger.billed(order, "50", "2026-10-15")
    ledger.receive(order, "30", "2026-11-15")
    assert lines(ledger) == excess("360.00")
    assert entry(ledger).row()["calculation"]["total"] == "-360.00"
    assert lines(ledger, NOVEMBER) == {}


def returned(ledger, *, to_refund):
    order = ledger.order("50", "8.00")
    came = ledger.receive(order, "50", "2026-10-05")
    back = ledger.receive(
        order, "12", "2026-10-29", direction="out", to_refund=to_refund, origin_returned_move_id=came
    )
    return order, back


def test_gr9_sent_back_for_refund(ledger):
    returned(ledger, to_refund=True)
    assert lines(ledger) == accrued("304.00")


def test_gr10_sent_back_for_replacement(ledger):
    order, back = returned(ledger, to_refund=False)
    assert lines(ledger) == accrued("400.00")
    ledger.receive(order, "12", "2026-10-30", origin_returned_move_id=back)
    assert lines(ledger) == accrued("400.00"), "the replacement isn't counted a second time"


def test_gr10_without_knowing_origins_a_return_is_for_replacement(ledger):
    returned(ledger, to_refund=False)
    ledger.left_out.add(("stock_moves", "origin_returned_move_id"))
    assert lines(ledger) == accrued("400.00")


def test_a_return_made_by_hand_counts(ledger):
    order = ledger.order("50", "8.00")
    ledger.receive(order, "50", "2026-10-05")
    ledger.receive(order, "12", "2026-10-29", direction="out")
    assert lines(ledger) == accrued("304.00")


def test_gr11_billed_and_sent_back_without_a_credit_note_yet(ledger):
    order, _back = returned(ledger, to_refund=True)
    ledger.billed(order, "50", "2026-10-10")
    assert lines(ledger) == excess("96.00")
    ledger.billed(order, "-12", "2026-10-31")
    assert lines(ledger) == {}


def test_gr12_quantities_are_in_the_orders_unit(ledger):
    order = ledger.order("24", "3.10")
    ledger.receive(order, "24", "2026-10-05")
    ledger.billed(order, "12", "2026-10-06")  # a dozen, converted by the server
    assert lines(ledger) == accrued("37.20")


def test_gr13_foreign_orders_take_the_closing_rate(ledger):
    gr13(ledger, *RATES)
    rows = entry(ledger).row()["lines"]
    assert [(line["balance"], line["amount_currency"], line["currency"]) for line in rows] == [
        ("2393.91", "2208.00", "EUR"),
        ("-2393.91", "-2208.00", "EUR"),
    ]
    assert entry(ledger).row()["calculation"]["rows"][0][4:] == [
        "18.4 EUR",
        "2,208.00 EUR",
        "1.0842",
        "2393.91",
    ]
    assert lines(ledger, NOVEMBER) == accrued("2376.47")


def test_gr13_without_a_usable_rate_nothing_is_proposed_and_the_reason_is_named(ledger):
    gr13(ledger, ("2026-10-12", 1.08))
    ledger.receive(ledger.order("1", "5.00"), "1", "2026-10-05")
    with pytest.raises(EvidenceMissing, match="rate of EUR is of 2026-10-12, 19 days"):
        entry(ledger)
    run = run_proposers(ledger.books(), ledger.policy(), OCTOBER, {}, only("GR"))
    assert (run.entries, run.completed) == ((), ())
    finding = run.findings[0].row(ledger.books().company)
    assert (finding["key"], finding["rule"]) == ("SYS005:1:res.company,1:GR", "SYS005")
    assert "EUR" in finding["message"]
    assert run.failures[0].kind == "refused"
    assert lines(ledger, rules={"GR": {"closing_rate_max_age_days": 19}}) != {}
