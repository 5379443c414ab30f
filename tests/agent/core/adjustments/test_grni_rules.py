"""Goods received, not invoiced: tax, rounding, what is left out, grouping, repetition and refusals."""

import random
from decimal import Decimal

import pytest

from agent_service.core.adjustments import run_proposers
from agent_service.core.adjustments.grni import propose
from agent_service.core.errors import EvidenceMissing, NoData
from tests.agent.core.adjustments.grni_case import (
    RATES,
    accrued,
    entry,
    excess,
    gr1,
    gr13,
    lines,
    only,
    post,
)
from tests.agent.core.builders import EUR, NOVEMBER, OCTOBER, Ledger


@pytest.fixture
def ledger():
    return Ledger()


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
        gone = ledger.partner("Acme")
        for values in ({"account_id": None}, {"partner_id": gone}):
            ledger.receive(ledger.order("1", "10.00", **values), "1", "2026-10-05")
        ledger.row("partners", gone)["active"] = False
        with pytest.raises(EvidenceMissing) as refused:
            entry(ledger)
        assert len(refused.value.reasons) == 2
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
        run = run_proposers(ledger.books(dataset), ledger.policy(), OCTOBER, {}, only("GR"))
        assert [(one.code, one.kind) for one in run.failures] == [("GR", "no_data")]


class TestSharesAndKits:
    def test_analytic_shares_of_the_order_go_on_the_cost_alone(self, ledger):
        for shares in ('{"7": 100.0}', '{"8": 100.0}'):
            ledger.receive(ledger.order("1", "10.00", analytic=shares), "1", "2026-10-05")
        made = entry(ledger)
        assert [(line.balance, line.analytic) for line in made.lines] == [
            (1000, '{"7": 100.0}'),
            (1000, '{"8": 100.0}'),
            (-2000, ""),
        ]
        post(ledger, made)
        assert entry(ledger, decided={made.key: "posted"}) is None

    def test_shares_that_odoos_models_added_are_no_difference(self, ledger):
        ledger.receive(ledger.order("1", "10.00"), "1", "2026-10-05")
        made = entry(ledger)
        posted = post(ledger, made)
        ledger.row("lines", posted.lines[0])["analytic"] = '{"7": 100.0}'
        assert entry(ledger, decided={made.key: "posted"}) is None

    def test_a_kit_received_as_its_components_is_left_out_and_named(self, ledger):
        kit = ledger.order("10", "100.00", product_id=1)
        ledger.receive(kit, "30", "2026-10-05", product_id=2)
        ledger.receive(ledger.order("1", "7.00", product_id=3), "1", "2026-10-05", product_id=3)
        assert lines(ledger) == accrued("7.00")
        assert "kit: P00001" in entry(ledger).narration


class TestRefusedBySource:
    def test_rf1_a_bill_after_the_proposal_is_another_entry_under_the_same_key(self, ledger):
        order = gr1(ledger)
        before = entry(ledger)
        ledger.billed(order, "10", "2026-10-31")
        assert lines(ledger) == accrued("857.50")
        assert entry(ledger).key == before.key

    def test_rf4_the_account_is_named_with_its_successor(self, ledger):
        ledger.receive(ledger.order("1", "10.00"), "1", "2026-10-05")
        old, new = ledger.accounts["5000"], ledger.accounts["6000"]
        ledger.row("accounts", old)["active"] = False
        for settings, text in (
            ({}, "5000 Cost$"),
            ({"successors": {str(old): new}}, "5000 Cost, replaced by 6000 Supplies"),
        ):
            with pytest.raises(EvidenceMissing, match=text):
                entry(ledger, settings=settings)

    def test_rf4_an_archived_role_account_is_named(self, ledger):
        ledger.receive(ledger.order("1", "10.00"), "1", "2026-10-05")
        ledger.row("accounts", ledger.accounts["2100"])["active"] = False
        with pytest.raises(EvidenceMissing, match="account for grni is archived: 2100 Goods received"):
            entry(ledger)

    def test_rf5_a_merged_partner_gives_a_new_proposal_with_the_survivor(self, ledger):
        gone, survivor = ledger.partner("Acme"), ledger.partner("Acme Group")
        ledger.receive(ledger.order("1", "10.00", gone), "1", "2026-10-05")
        before = entry(ledger)
        ledger.row("partners", gone)["commercial_partner_id"] = survivor
        after = entry(ledger)
        assert {line.partner_id for line in before.lines} == {gone}
        assert {line.partner_id for line in after.lines} == {survivor}
        assert before.key == after.key

    def test_rf5_an_archived_partner_is_named(self, ledger):
        ledger.receive(ledger.order("1", "10.00", ledger.partner("Acme")), "1", "2026-10-05")
        ledger.row("partners", ledger.rows["partners"][0]["id"])["active"] = False
        with pytest.raises(EvidenceMissing, match="partner of P00001: Brass fitting is archived: Acme"):
            entry(ledger)


def test_a_line_that_takes_off_the_price_lowers_what_is_owed(ledger):
    acme = ledger.partner("Acme")
    ledger.receive(ledger.order("1", "10.00", acme), "1", "2026-10-05")
    ledger.receive(ledger.order("1", "-4.00", acme), "1", "2026-10-05")
    assert lines(ledger) == accrued("6.00")


@pytest.mark.parametrize("seed", range(4))
def test_whatever_was_received_and_billed_it_balances_and_a_second_run_gives_nothing(ledger, seed):
    dice = random.Random(seed)
    ledger.rate(EUR, "2026-10-31", repr(1 / 1.0842))
    partners = [ledger.partner(name) for name in "ABC"]
    for _ in range(15):
        quantity = dice.randint(1, 40)
        price = f"{Decimal(dice.randint(-500, 99999)) / 100}"
        order = ledger.order(
            str(quantity), price, dice.choice(partners), currency=dice.choice([1, 1, EUR]),
            analytic=dice.choice([None, '{"7": 100.0}']),
        )  # fmt: skip
        ledger.receive(order, str(dice.randint(0, quantity)), f"2026-{dice.randint(9, 11):02}-15")
        ledger.billed(order, str(dice.randint(0, quantity)), "2026-10-20")
    made = entry(ledger)
    assert sum(line.balance for line in made.lines) == 0
    cost = sum(line.balance for line in made.lines if line.account_id == ledger.accounts["5000"])
    assert cost == made.calculation.total
    post(ledger, made)
    assert entry(ledger, decided={made.key: "posted"}) is None
    again = entry(ledger, NOVEMBER, rules={"GR": {"closing_rate_max_age_days": 40}})
    assert "difference" not in again.narration, "the reversal has taken October back"
