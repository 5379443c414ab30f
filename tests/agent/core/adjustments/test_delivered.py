"""Delivered, not invoiced: the worked numbers DN1 to DN3, and what else decides them."""

import random
from decimal import Decimal

import pytest

from agent_service.core.adjustments import run_proposers
from agent_service.core.adjustments.delivered import propose
from agent_service.core.errors import EvidenceMissing, NoData
from tests.agent.core.adjustments.delivered_case import PERIODIC, PERPETUAL, dn1, entry, invoiced, seller
from tests.agent.core.adjustments.grni_case import lines_of, only, post
from tests.agent.core.builders import EUR, NOVEMBER, OCTOBER, minus


@pytest.fixture
def ledger():
    return seller()


def revenue(amount):
    return {"1250": amount, "4000": minus(amount)}


def deferred(amount):
    return {"4000": amount, "2150": minus(amount)}


def cost(amount):
    return {"5000": amount, "5900": minus(amount)}


def lines(ledger, period=OCTOBER, **more):
    return lines_of(ledger, entry(ledger, period, **more))


def test_dn1_delivered_less_invoiced_with_the_cost_of_the_moves_odoo_283183(ledger):
    dn1(ledger)
    assert lines(ledger) == {**revenue("1020.00"), **cost("624.00")}
    assert lines(ledger, NOVEMBER) == {**revenue("680.00"), **cost("416.00")}


def test_dn1_the_entry_explains_itself(ledger):
    order = dn1(ledger)
    row = entry(ledger).row()
    assert (row["key"], row["date"], row["reversal_date"]) == ("DN:1:2026-10", "2026-10-31", "2026-11-01")
    assert row["calculation"]["rows"] == [
        ["S00001: Brass fitting", "22", "10", "12", "85 USD", "", "", "1020.00"],
        ["S00001: Brass fitting: cost", "22", "10", "12", "52.00 USD", "", "", "624.00"],
    ]
    assert row["sources"] == [{"model": "sale.order.line", "id": order, "label": "S00001: Brass fitting"}]
    assert (row["amount_min"], row["amount_max"], row["is_estimate"]) == ("1644.00", "1644.00", False)


def test_dn1_a_cost_that_changes_later_changes_nothing_odoo_283183(ledger):
    order = dn1(ledger)
    ledger.deliver(order, "5", "2026-11-04", "275.00", product_id=PERPETUAL)
    assert lines(ledger) == {**revenue("1020.00"), **cost("624.00")}


def test_dn1_posted_and_reversed_november_starts_anew(ledger):
    dn1(ledger)
    made = entry(ledger)
    post(ledger, made)
    assert entry(ledger, decided={made.key: "posted"}) is None
    assert lines(ledger, NOVEMBER) == {**revenue("680.00"), **cost("416.00")}


def test_dn1_a_late_delivery_proposes_the_difference_and_the_paper_yields_it(ledger):
    order = dn1(ledger)
    made = entry(ledger)
    post(ledger, made)
    ledger.deliver(order, "1", "2026-10-30", "52.00", product_id=PERPETUAL)
    more = entry(ledger, decided={made.key: "posted"})
    assert lines_of(ledger, more) == {**revenue("85.00"), **cost("52.00")}
    assert (more.key, more.calculation.total) == ("DN:1:2026-10:2", 13700)


def test_dn2_periodic_valuation_has_revenue_lines_only(ledger):
    dn1(ledger, PERIODIC)
    assert lines(ledger) == revenue("1020.00")
    assert lines(ledger, NOVEMBER) == revenue("680.00")


def dn3(ledger, product):
    order = ledger.sale("30", "85.00", ledger.partner("Harbour"), product_id=product)
    ledger.deliver(order, "22", "2026-10-14", "1144.00", product_id=product)
    invoiced(ledger, order, "30", "2026-10-20")
    return order


def test_dn3_invoiced_before_it_was_delivered(ledger):
    order = dn3(ledger, PERPETUAL)
    made = entry(ledger)
    assert lines_of(ledger, made) == {**deferred("680.00"), "5900": "416.00", "5000": "-416.00"}
    assert made.calculation.total == -109600
    post(ledger, made)
    assert entry(ledger, decided={made.key: "posted"}) is None
    ledger.deliver(order, "8", "2026-11-10", "416.00", product_id=PERPETUAL)
    assert entry(ledger, NOVEMBER) is None


def test_dn3_periodic(ledger):
    dn3(ledger, PERIODIC)
    assert lines(ledger) == deferred("680.00")


class TestQuantities:
    def open_order(self, ledger, **more):
        order = ledger.sale("10", "85.00", product_id=PERIODIC, **more)
        return order, ledger.deliver(order, "10", "2026-10-05", product_id=PERIODIC)

    @pytest.mark.parametrize("counts", [True, False])
    def test_a_return_counts_when_it_is_refunded(self, ledger, counts):
        order, went = self.open_order(ledger)
        came = ledger.deliver(
            order, "4", "2026-10-20", direction="in", to_refund=counts, origin_returned_move_id=went,
            product_id=PERIODIC, location_usage="customer", location_dest_usage="internal",
        )  # fmt: skip
        assert lines(ledger) == revenue("510.00" if counts else "850.00")
        ledger.deliver(order, "4", "2026-10-21", origin_returned_move_id=came, product_id=PERIODIC)
        assert lines(ledger) == revenue("510.00" if counts else "850.00"), "a replacement counts once"

    def test_what_the_vendor_sends_straight_to_the_customer_is_delivered(self, ledger):
        order = ledger.sale("10", "85.00", product_id=PERIODIC)
        ledger.deliver(
            order, "10", "2026-10-05", direction="in", location_usage="supplier", product_id=PERIODIC
        )
        assert lines(ledger) == revenue("850.00")

    def test_credit_notes_lower_what_was_invoiced_and_drafts_say_nothing(self, ledger):
        order, _went = self.open_order(ledger)
        invoiced(ledger, order, "10", "2026-10-06")
        assert entry(ledger) is None
        invoiced(ledger, order, "3", "2026-10-30", kind="out_refund")
        invoiced(ledger, order, "3", "2026-10-30", state="draft")
        invoiced(ledger, order, "3", "2026-11-01")
        assert lines(ledger) == revenue("255.00")

    def test_ordered_quantities_and_states_play_their_part(self, ledger):
        for values in (
            {"order_state": "draft"},
            {"display_type": "line_section"},
            {"is_downpayment": True},
        ):
            self.open_order(ledger, **values)
        order = ledger.sale("10", "85.00", product_id=PERIODIC, qty_delivered_method="manual")
        invoiced(ledger, order, "10", "2026-10-06")
        assert entry(ledger) is None

    def test_a_kit_is_left_out_and_named(self, ledger):
        order = ledger.sale("10", "85.00", product_id=9)
        ledger.deliver(order, "30", "2026-10-05", product_id=PERIODIC)
        self.open_order(ledger)
        assert lines(ledger) == revenue("850.00")
        assert "components of a kit: S00001" in entry(ledger).narration


class TestAccountsAndCost:
    def test_the_account_is_that_of_the_lines_invoices_then_of_the_products(self, ledger):
        order = ledger.sale("10", "85.00", product_id=PERIODIC)
        ledger.deliver(order, "10", "2026-10-05", product_id=PERIODIC)
        other = ledger.sale("1", "1.00", product_id=PERIODIC)
        ledger.deliver(other, "1", "2026-10-05", product_id=PERIODIC)
        invoiced(ledger, other, "1", "2026-10-05", account="6000")
        assert lines(ledger) == {"1250": "850.00", "6000": "-850.00"}
        invoiced(ledger, order, "1", "2026-10-06", account="4000")
        assert lines(ledger) == revenue("765.00")

    def test_rf7_without_any_revenue_account_nothing_is_proposed(self, ledger):
        del ledger.roles["revenue"]
        ledger.deliver(ledger.sale("10", "85.00", product_id=PERIODIC), "10", "2026-10-05")
        with pytest.raises(EvidenceMissing, match="S00001: Brass fitting has no revenue account"):
            entry(ledger)

    def test_rf7_a_cost_that_nobody_knows_is_never_0(self, ledger):
        order = ledger.sale("10", "85.00", product_id=PERPETUAL)
        ledger.deliver(order, "10", "2026-10-05", product_id=PERPETUAL)
        ledger.deliver(ledger.sale("10", "85.00", product_id=7), "10", "2026-10-05", "5.00")
        with pytest.raises(EvidenceMissing) as refused:
            entry(ledger)
        assert refused.value.reasons == (
            "nobody tells how the product of S00002: Brass fitting is valued",
            "the cost of S00001: Brass fitting is not known",
        )

    def test_before_anything_is_delivered_the_cost_is_what_the_invoice_took(self, ledger):
        order = ledger.sale("30", "85.00", product_id=PERPETUAL)
        doc = invoiced(ledger, order, "30", "2026-10-20")
        for account, balance in (("5000", "1560.00"), ("5900", "-1560.00")):
            ledger.add(
                "lines", move_id=doc.move, date="2026-10-20", parent_state="posted", currency=1,
                account_id=ledger.accounts[account], balance=balance, amount_currency=balance,
                display_type="cogs", product_id=PERPETUAL,
            )  # fmt: skip
        assert lines(ledger) == {**deferred("2550.00"), "5900": "1560.00", "5000": "-1560.00"}

    def test_what_came_back_takes_its_cost_with_it(self, ledger):
        order = ledger.sale("10", "85.00", product_id=PERPETUAL)
        went = ledger.deliver(order, "10", "2026-10-05", "520.00", product_id=PERPETUAL)
        ledger.deliver(
            order, "4", "2026-10-20", "208.00", direction="in", to_refund=True, origin_returned_move_id=went,
            product_id=PERPETUAL, location_usage="customer", location_dest_usage="internal",
        )  # fmt: skip
        assert lines(ledger) == {**revenue("510.00"), **cost("312.00")}

    def test_what_is_not_kept_in_stock_has_no_cost_to_carry(self, ledger):
        ledger.rows["products"][0]["is_storable"] = False
        order = ledger.sale("10", "85.00", product_id=PERPETUAL)
        ledger.deliver(order, "10", "2026-10-05", product_id=PERPETUAL)
        assert lines(ledger) == revenue("850.00")

    def test_free_goods_still_cost(self, ledger):
        order = ledger.sale("10", "0.00", product_id=PERPETUAL)
        ledger.deliver(order, "10", "2026-10-05", "520.00", product_id=PERPETUAL)
        assert lines(ledger) == cost("520.00")

    def test_foreign_orders_take_the_closing_rate_and_the_cost_stays_ours(self, ledger):
        ledger.rate(EUR, "2026-10-31", repr(1 / 1.0842))
        order = ledger.sale("10", "85.00", product_id=PERPETUAL, currency=EUR)
        ledger.deliver(order, "10", "2026-10-05", "520.00", product_id=PERPETUAL)
        made = entry(ledger)
        assert lines_of(ledger, made) == {**revenue("921.57"), **cost("520.00")}
        assert [line.amount_currency for line in made.lines] == [85000, -85000, 52000, -52000]

    def test_analytic_shares_of_the_order_go_on_revenue_and_cost(self, ledger):
        order = ledger.sale("10", "85.00", product_id=PERPETUAL, analytic='{"7": 100.0}')
        ledger.deliver(order, "10", "2026-10-05", "520.00", product_id=PERPETUAL)
        codes = {account: code for code, account in ledger.accounts.items()}
        shared = {codes[line.account_id] for line in entry(ledger).lines if line.analytic}
        assert shared == {"4000", "5000"}


def test_income_that_people_accrued_by_hand_waits_for_that_customer(ledger):
    order = dn1(ledger)
    customer = {"partner_id": ledger.row("sale_lines", order)["partner_id"]}
    ledger.entry("2026-10-31", ("1250", "1000.00", customer), ("4000", "-1000.00", customer))
    found = propose(ledger.books(), ledger.policy(), OCTOBER, {})
    assert [type(one).__name__ for one in found] == ["Finding"]


def test_a_company_that_maps_no_accrued_income_is_not_asked(ledger):
    dn1(ledger)
    del ledger.roles["accrued_income"]
    run = run_proposers(ledger.books(), ledger.policy(), OCTOBER, {}, only("DN"))
    assert (run.entries, run.findings, run.completed) == ((), (), ("DN",))


def test_orders_without_prices_or_stock_are_no_data(ledger):
    dn1(ledger)
    with pytest.raises(NoData):
        propose(ledger.books("stock_moves"), ledger.policy(), OCTOBER, {})
    for column in (("sale_lines", "price_subtotal"), ("lines", "sale_line_id")):
        ledger.left_out = {column}
        with pytest.raises(NoData, match=column[1]):
            entry(ledger)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_was_delivered_and_invoiced_it_balances_and_a_second_run_gives_nothing(seed):
    dice = random.Random(seed)
    ledger = seller()
    ledger.rate(EUR, "2026-10-31", repr(1 / 1.0842))
    partners = [ledger.partner("A"), ledger.partner("B")]
    for _ in range(12):
        quantity = dice.randint(1, 30)
        order = ledger.sale(
            str(quantity), f"{Decimal(dice.randint(1, 9999)) / 100}", dice.choice(partners),
            product_id=dice.choice([PERPETUAL, PERIODIC]), currency=dice.choice([1, 1, EUR]),
        )  # fmt: skip
        product = ledger.row("sale_lines", order)["product_id"]
        gone = dice.randint(1, quantity)
        ledger.deliver(
            order, str(gone), f"2026-10-{dice.randint(1, 31):02}",
            f"{Decimal(dice.randint(1, 90000)) / 100:.2f}", product_id=product,
        )  # fmt: skip
        if dice.random() < 0.7:
            invoiced(ledger, order, str(dice.randint(1, quantity)), "2026-10-20")
    made = entry(ledger)
    assert sum(line.balance for line in made.lines) == 0
    post(ledger, made)
    assert entry(ledger, decided={made.key: "posted"}) is None
