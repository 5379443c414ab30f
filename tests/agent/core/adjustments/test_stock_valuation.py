"""Stock valuation: the worked numbers SV1, both months."""

import pytest

from agent_service.core.adjustments.grni import propose as propose_received
from agent_service.core.adjustments.stock_valuation import propose
from agent_service.core.errors import EvidenceMissing
from tests.agent.core.adjustments.closing_case import account, lines, post, proposed
from tests.agent.core.adjustments.grni_case import gr1
from tests.agent.core.builders import NOVEMBER, Ledger

STOCK, VARIATION = "1400", "5100"


@pytest.fixture
def ledger():
    made = Ledger()
    account(made, STOCK, "Stock", "asset_current", role="stock_valuation")
    account(made, VARIATION, "Stock variation", "expense_direct_cost", role="stock_variation")
    return made


def stock(ledger, value, booked=None, day="2026-10-31"):
    ledger.rows["stock_values"].clear()
    ledger.add(
        "stock_values",
        account_id=ledger.accounts[STOCK],
        as_of=day,
        stock_value=value,
        accounting_value=booked,
    )


def sv1(ledger):
    ledger.entry("2026-01-31", (STOCK, "79950.00"), ("3000", "-79950.00"))
    stock(ledger, "84300.00", "79950.00")


def test_sv1_both_months(ledger):
    sv1(ledger)
    october, _concerns = proposed(propose, ledger)
    assert lines(ledger, october) == {STOCK: "4350.00", VARIATION: "-4350.00"}
    assert october.reversal_day is None
    assert [amount for _cells, amount in october.calculation.rows] == [8430000, -7995000]
    post(ledger, october)
    stock(ledger, "84300.00", "84300.00")
    assert proposed(propose, ledger, decided={october.key: "posted"}) == (None, [])
    stock(ledger, "81120.00", "84300.00", "2026-11-30")
    november, _concerns = proposed(propose, ledger, NOVEMBER)
    assert lines(ledger, november) == {VARIATION: "3180.00", STOCK: "-3180.00"}


def test_sv1_without_the_servers_balance_the_ledger_is_asked(ledger):
    sv1(ledger)
    ledger.entry("2026-11-01", (STOCK, "5.00"), ("3000", "-5.00"))
    stock(ledger, "84300.00")
    october, _concerns = proposed(propose, ledger)
    assert lines(ledger, october) == {STOCK: "4350.00", VARIATION: "-4350.00"}


def test_sv1_with_gr1s_goods_in_stock_the_result_is_untouched(ledger):
    gr1(ledger)
    # What was billed stands in the ledger, what was received lies in stock.
    ledger.entry("2026-10-20", (STOCK, "980.00"), ("2000", "-980.00"))
    stock(ledger, "2082.50", "980.00")
    received, _concerns = proposed(propose_received, ledger)
    valued, _concerns = proposed(propose, ledger)
    sums = lines(ledger, received) | lines(ledger, valued)
    assert sums == {"5000": "1102.50", "2100": "-1102.50", STOCK: "1102.50", VARIATION: "-1102.50"}
    assert "purchase.order.line" in {one.model for one in valued.sources}


def test_sv1_a_value_of_another_day_is_refused(ledger):
    sv1(ledger)
    stock(ledger, "84300.00", "79950.00", "2026-10-30")
    with pytest.raises(EvidenceMissing, match="1400 Stock was valued as of 2026-10-30, not 2026-10-31"):
        proposed(propose, ledger)


def test_sv1_stock_on_an_account_without_the_role_is_refused(ledger):
    sv1(ledger)
    other = account(ledger, "1410", "Goods", "asset_current")
    ledger.add(
        "stock_values", account_id=other, as_of="2026-10-31", stock_value="1.00", accounting_value="0.00"
    )
    with pytest.raises(EvidenceMissing, match="1410 Goods, which the policy doesn't name"):
        proposed(propose, ledger)


def test_rf7_an_unknown_value_is_not_zero(ledger):
    sv1(ledger)
    stock(ledger, None, "79950.00")
    with pytest.raises(EvidenceMissing, match="nobody knows the value"):
        proposed(propose, ledger)


def test_the_working_paper_names_what_moved_the_stock(ledger):
    sv1(ledger)
    brass = ledger.add("products", name="Brass")
    for quantity, value, source, target in (
        ("10", "400.00", "supplier", "internal"),
        ("2", "80.00", "internal", "customer"),
    ):
        ledger.add(
            "stock_moves", product_id=brass, state="done", local_date="2026-10-12", quantity=quantity,
            value=value, location_usage=source, location_dest_usage=target, direction="in",
        )  # fmt: skip
    october, _concerns = proposed(propose, ledger)
    assert october.calculation.rows[-1] == (("Brass: moved by 320.00 USD", "2026-10", "8"), 0)


def test_nothing_without_the_dataset(ledger):
    assert propose(ledger.books("stock_values"), ledger.policy(), NOVEMBER, {}) == []
