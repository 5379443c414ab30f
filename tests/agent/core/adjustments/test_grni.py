"""Goods received, not invoiced: the worked numbers GR1 to GR13, one test each."""

from decimal import Decimal

import pytest

from agent_service.core.adjustments import run_proposers
from agent_service.core.adjustments.grni import propose
from agent_service.core.errors import EvidenceMissing, NoData
from tests.agent.core.builders import EUR, NOVEMBER, OCTOBER, Ledger


@pytest.fixture
def ledger():
    return Ledger()


def entry(ledger, period=OCTOBER, decided=None, **policy):
    found = propose(ledger.books(), ledger.policy(**policy), period, decided or {})
    assert len(found) <= 1
    return found[0] if found else None


def lines(ledger, period=OCTOBER, **more):
    """Return {account code: balance} of the proposed entry, empty when there is none."""
    made = entry(ledger, period, **more)
    codes = {account: code for code, account in ledger.accounts.items()}
    return {
        codes[line.account_id]: f"{Decimal(line.balance) / 100:.2f}" for line in (made.lines if made else ())
    }


def accrued(amount):
    return {"5000": amount, "2100": f"-{amount}"}


def excess(amount):
    return {"2110": amount, "5000": f"-{amount}"}


def gr1(ledger, *, first="24.50"):
    """Order 100 × 24.50; received 60, 25 and 15; billed 40 and 20."""
    order = ledger.order("100", first, ledger.partner("Quarry"))
    for quantity, day in (("60", "2026-10-12"), ("25", "2026-10-31"), ("15", "2026-11-02")):
        ledger.receive(order, quantity, day)
    ledger.billed(order, "40", "2026-10-20")
    return order


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


def test_gr3_the_accounting_date_decides_not_the_bills(ledger):
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


def test_gr7_products_billed_on_ordered_quantities_too(ledger):
    order = ledger.order("50", "12.00", purchase_method="purchase")
    ledger.receive(order, "20", "2026-10-05")
    assert lines(ledger) == accrued("240.00")


def test_gr8_billed_in_advance(ledger):
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


def gr13(ledger, *rates):
    order = ledger.order("120", "18.40", ledger.partner("Quai"), currency=EUR)
    ledger.receive(order, "120", "2026-10-05")
    for day, value in rates:
        ledger.rate(EUR, day, repr(1 / value))
    return order


RATES = (("2026-10-02", 1.0710), ("2026-10-31", 1.0842), ("2026-11-21", 1.0955), ("2026-11-30", 1.0763))


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
    run = run_proposers(ledger.books(), ledger.policy(), OCTOBER, {})
    assert (run.entries, run.completed) == ((), ())
    finding = run.findings[0].row(ledger.books().company)
    assert (finding["key"], finding["rule"]) == ("SYS005:1:res.company,1:GR", "SYS005")
    assert "EUR" in finding["message"]
    assert run.failures[0].kind == "refused"
    assert lines(ledger, rules={"GR": {"closing_rate_max_age_days": 19}}) != {}


class TestTax:
    def test_the_part_that_cant_be_recovered_belongs_to_the_cost(self, ledger):
        order = ledger.order("10", "100.00", tax_cost="100.00")
        ledger.receive(order, "10", "2026-10-05")
        assert lines(ledger) == accrued("1100.00")

    def test_a_server_that_doesnt_tell_lowers_the_confidence_and_is_named(self, ledger):
        ledger.left_out.add(("purchase_lines", "tax_cost"))
        ledger.receive(ledger.order("10", "100.00"), "10", "2026-10-05")
        row = entry(ledger).row()
        assert row["confidence"] == "0.9000"
        assert "can't be recovered" in row["narration"]


class TestRounding:
    def test_half_up_once_an_order_line_and_the_counterpart_is_the_sum(self, ledger):
        for _ in range(3):
            order = ledger.order("8", "0.00", price_subtotal="0.10")  # 0.0125 each
            ledger.receive(order, "2", "2026-10-05")  # 0.025, half up: 0.03
        assert lines(ledger) == accrued("0.09")

    def test_a_negative_half_goes_away_from_zero_too(self, ledger):
        order = ledger.order("8", "0.00", price_subtotal="0.10")
        ledger.billed(order, "2", "2026-10-05")
        assert lines(ledger) == excess("0.03")

    def test_thirds_dont_add_up_a_difference(self, ledger):
        order = ledger.order("3", "0.00", price_subtotal="10.00")
        ledger.receive(order, "3", "2026-10-05")
        ledger.billed(order, "1", "2026-10-06")
        assert lines(ledger) == accrued("6.67")


class TestLeftOut:
    @pytest.mark.parametrize(
        "values",
        [
            {"display_type": "line_section"},
            {"is_downpayment": True},
            {"order_state": "draft"},
            {"order_state": "cancel"},
            {"qty_received_method": "manual"},
        ],
    )
    def test_lines_that_are_no_goods_on_order(self, ledger, values):
        ledger.receive(ledger.order("10", "100.00", **values), "10", "2026-10-05")
        assert lines(ledger) == {}

    def test_a_transfer_that_isnt_done_or_comes_a_day_later(self, ledger):
        order = ledger.order("10", "100.00")
        ledger.receive(order, "10", "2026-10-05", state="assigned")
        ledger.receive(order, "10", "2026-11-01")
        assert lines(ledger) == {}

    def test_the_last_minute_of_the_month_is_the_month(self, ledger):
        ledger.receive(ledger.order("10", "100.00"), "10", "2026-10-31")
        assert lines(ledger) == accrued("1000.00")

    def test_all_billed_is_nothing(self, ledger):
        order = ledger.order("10", "100.00")
        ledger.receive(order, "10", "2026-10-05")
        ledger.billed(order, "10", "2026-10-31")
        assert lines(ledger) == {}


class TestGrouping:
    def test_lines_are_joined_by_account_and_partner(self, ledger):
        acme = ledger.partner("Acme")
        for _ in range(3):
            ledger.receive(ledger.order("1", "10.00", acme), "1", "2026-10-05")
        ledger.receive(ledger.order("1", "7.00", ledger.partner("Other")), "1", "2026-10-05")
        made = entry(ledger)
        assert sorted(line.balance for line in made.lines) == [-3000, -700, 700, 3000]
        assert len(made.calculation.rows) == len(made.sources) == 4

    def test_received_and_billed_in_excess_stay_apart(self, ledger):
        acme = ledger.partner("Acme")
        ledger.receive(ledger.order("1", "10.00", acme), "1", "2026-10-05")
        ledger.billed(ledger.order("1", "4.00", acme), "1", "2026-10-05")
        made = entry(ledger)
        assert [line.balance for line in made.lines] == [1000, -1000, 400, -400]
        assert made.debits == 1400
        assert made.calculation.total == 600

    def test_every_entry_balances_in_both_currencies(self, ledger):
        gr13(ledger, *RATES)
        ledger.receive(ledger.order("7", "3.33"), "5", "2026-10-05")
        made = entry(ledger)
        assert sum(line.balance for line in made.lines) == 0
        for currency in {line.currency for line in made.lines}:
            assert sum(line.amount_currency for line in made.lines if line.currency == currency) == 0


def post(ledger, made, *, reverse=True):
    """Post a proposed entry as the server does, with its reversal on the next day."""
    codes = {account: code for code, account in ledger.accounts.items()}

    def book(day, sign, **more):
        return ledger.entry(
            day,
            *(
                (
                    codes[line.account_id],
                    made.own.text(sign * line.balance),
                    {
                        "partner_id": line.partner_id,
                        "currency": line.currency.id,
                        "amount_currency": line.currency.text(sign * line.amount_currency),
                    },
                )
                for line in made.lines
            ),
            **more,
        )

    posted = book(made.day.isoformat(), 1, ai_close_entry_id=1, ai_close_proposer="GR")
    if reverse:
        book(made.reversal_day.isoformat(), -1, reversed_entry_id=posted.move)
    return posted


class TestIdempotence:
    def test_a_second_run_proposes_nothing(self, ledger):
        gr13(ledger, *RATES)
        gr1(ledger)
        made = entry(ledger)
        post(ledger, made)
        assert entry(ledger, decided={made.key: "posted"}) is None

    def test_the_next_month_starts_from_the_reversal(self, ledger):
        order = gr1(ledger)
        ledger.billed(order, "20", "2026-11-05")
        post(ledger, entry(ledger))
        assert lines(ledger, NOVEMBER) == accrued("980.00")

    def test_a_late_receipt_proposes_the_difference_under_a_key_of_its_own(self, ledger):
        order = gr1(ledger)
        made = entry(ledger)
        post(ledger, made)
        ledger.receive(order, "2", "2026-10-30")
        more = entry(ledger, decided={made.key: "posted"})
        assert lines(ledger) == accrued("49.00")
        assert more.key == "GR:1:2026-10:2"
        assert more.calculation.total == 4900
        assert "difference" in more.narration

    def test_a_source_that_went_away_is_taken_back(self, ledger):
        order = ledger.order("10", "100.00")
        move = ledger.receive(order, "10", "2026-10-05")
        posted = post(ledger, entry(ledger))
        ledger.row("stock_moves", move)["state"] = "cancel"
        made = entry(ledger)
        assert lines(ledger) == {"5000": "-1000.00", "2100": "1000.00"}
        assert [(one.model, one.id) for one in made.sources] == [("account.move", posted.move)]

    def test_ac2_a_missing_reversal_is_not_accrued_twice(self, ledger):
        order = ledger.order("10", "100.00")
        ledger.receive(order, "10", "2026-10-05")
        post(ledger, entry(ledger), reverse=False)
        assert entry(ledger, NOVEMBER) is None

    def test_a_rejected_proposal_keeps_its_key(self, ledger):
        gr1(ledger)
        assert entry(ledger, decided={"GR:1:2026-10": "rejected"}).key == "GR:1:2026-10"

    def test_the_order_of_rows_changes_nothing(self, ledger):
        gr13(ledger, *RATES)
        gr1(ledger)
        ledger.billed(ledger.order("1", "4.00"), "1", "2026-10-05")
        before = entry(ledger).row()
        for table in ledger.rows.values():
            table.reverse()
        assert entry(ledger).row() == before


class TestRefusals:
    def test_rf7_every_missing_piece_is_named_at_once(self, ledger):
        for values in ({"account_id": None}, {"product_qty": "0"}, {"price_subtotal": None}):
            ledger.receive(ledger.order("1", "10.00", **values), "1", "2026-10-05")
        with pytest.raises(EvidenceMissing) as refused:
            entry(ledger)
        assert len(refused.value.reasons) == 3
        assert "P00001: Brass fitting has no expense account" in refused.value.reasons

    def test_rf4_an_archived_account_is_named(self, ledger):
        ledger.receive(ledger.order("1", "10.00"), "1", "2026-10-05")
        ledger.row("accounts", ledger.accounts["5000"])["active"] = False
        with pytest.raises(EvidenceMissing, match="archived"):
            entry(ledger)

    def test_a_role_without_account_is_refused_only_when_it_is_needed(self, ledger):
        ledger.roles = {"grni": ledger.accounts["2100"]}
        ledger.receive(ledger.order("1", "10.00"), "1", "2026-10-05")
        assert lines(ledger) == accrued("10.00")
        ledger.billed(ledger.order("1", "4.00"), "1", "2026-10-05")
        with pytest.raises(EvidenceMissing, match="billed_not_received"):
            entry(ledger)

    @pytest.mark.parametrize("dataset", ["purchase_lines", "purchase_bill_lines", "stock_moves"])
    def test_without_orders_or_receipts_there_is_no_data(self, ledger, dataset):
        with pytest.raises(NoData):
            propose(ledger.books(dataset), ledger.policy(), OCTOBER, {})
        run = run_proposers(ledger.books(dataset), ledger.policy(), OCTOBER, {})
        assert [(one.code, one.kind) for one in run.failures] == [("GR", "no_data")]
