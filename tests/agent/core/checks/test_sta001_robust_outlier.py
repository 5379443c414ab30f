"""STA001 Robust outlier."""

import pytest

from agent_service.core.checks.sta001_robust_outlier import check
from agent_service.core.errors import NoData
from tests.agent.core.builders import OCTOBER, Ledger

MONTHS = [f"{year}-{month:02}" for year in (2024, 2025, 2026) for month in range(1, 13)]
BEFORE = MONTHS[MONTHS.index("2024-10") : MONTHS.index("2026-10")]
TELECOM = [
    "412.30",
    "398.75",
    "405.10",
    "420.00",
    "409.90",
    "401.25",
    "415.60",
    "407.45",
    "399.80",
    "411.05",
    "403.70",
]


@pytest.fixture
def ledger():
    return Ledger()


@pytest.fixture
def vendor(ledger):
    return ledger.partner("Telco")


def history(ledger, partner, amounts, months=None, **more):
    for month, amount in zip(months or BEFORE[-len(amounts) :], amounts, strict=True):
        ledger.bill(f"{month}-12", partner, amount, ref=f"T-{month}", **more)


def found(ledger, **policy):
    return check(ledger.books(), ledger.policy(**policy), OCTOBER)


def test_a_slipped_decimal_point(ledger, vendor):
    history(ledger, vendor, TELECOM)
    bill = ledger.bill("2026-10-12", vendor, "4100.00", ref="T-10")
    one = found(ledger)[0]
    assert (one.anchor.model, one.anchor.id, one.facet) == ("account.move.line", bill.lines[0], "high")
    assert one.amount == pytest.approx(410000 - 40745, abs=100)
    assert one.evidence["n"] == 11
    assert float(one.evidence["z"]) > 40
    assert len(one.evidence["nearest"]) == 3
    assert ("account.move", bill.move) in one.touches()


def test_far_too_little_is_out_of_line_too(ledger, vendor):
    history(ledger, vendor, TELECOM)
    ledger.bill("2026-10-12", vendor, "41.00")
    assert [one.facet for one in found(ledger)] == ["low"]


def test_within_six_spreads_is_life(ledger, vendor):
    # the spread is at least ln 1.05, so six of them reach a third above the median
    history(ledger, vendor, ["1000.00"] * 12)
    ledger.bill("2026-10-12", vendor, "1338.00")
    assert found(ledger) == []
    ledger.bill("2026-10-13", vendor, "1343.00")
    assert len(found(ledger)) == 1


def test_what_costs_less_than_a_twentieth_of_materiality_is_left_alone(ledger, vendor):
    history(ledger, vendor, ["10.00"] * 12)
    ledger.bill("2026-10-12", vendor, "259.99")
    assert found(ledger) == []
    ledger.bill("2026-10-13", vendor, "260.00")
    assert len(found(ledger)) == 1


def test_seven_values_are_no_history_eight_are(ledger, vendor):
    history(ledger, vendor, TELECOM[:7])
    ledger.bill("2026-10-12", vendor, "4100.00")
    assert found(ledger) == []
    ledger.bill("2026-01-20", vendor, "410.00")
    assert len(found(ledger)) == 1


def test_a_new_vendor_is_judged_by_account_and_product(ledger, vendor):
    history(ledger, vendor, TELECOM, product=77)
    other = ledger.partner("Newcomer")
    ledger.bill("2026-10-12", other, "4100.00", product=77)
    ledger.bill("2026-10-12", other, "4100.00", product=78)
    one = found(ledger)
    assert [each.evidence["basis"] for each in one] == ["account and product"]


def test_signs_are_judged_apart(ledger, vendor):
    history(ledger, vendor, TELECOM)
    ledger.refund("2026-10-12", vendor, "4100.00", ref="credit")
    assert found(ledger) == []


def test_materiality_must_be_known(ledger, vendor):
    history(ledger, vendor, TELECOM)
    with pytest.raises(NoData):
        found(ledger, materiality=None)


class TestNeighbours:
    def test_every_october_is_like_this(self, ledger, vendor):
        usual = {"10": "9000.00"}
        history(ledger, vendor, [usual.get(month[-2:], "400.00") for month in BEFORE])
        ledger.bill("2026-10-12", vendor, "9100.00")
        assert found(ledger) == []
        ledger.bill("2026-10-20", vendor, "40000.00")
        assert len(found(ledger)) == 1, "out of line for an October, too"

    def test_a_change_against_last_year_that_is_usual_for_this_partner(self, ledger, vendor):
        a_year_before = ["100.00", "1600.00", "200.00", "800.00"] * 3
        history(ledger, vendor, [*a_year_before, "4000.00", *["400.00"] * 11])
        ledger.bill("2026-10-12", vendor, "8000.00")
        assert found(ledger) == [], "doubled since last October, as other months did"

    def test_a_short_history_with_one_like_it_a_year_ago(self, ledger, vendor):
        months = ["2025-11", *BEFORE[-10:]]
        history(ledger, vendor, ["4000.00", *["400.00"] * 10], months)
        ledger.bill("2026-10-12", vendor, "4100.00")
        assert found(ledger) == []

    @pytest.mark.parametrize(
        ("label", "count"),
        [("Lines, Q3 2026", 0), ("Lines Jul-Sep", 0), ("Lines, 4 months", 1), ("Lines", 1)],
    )
    def test_a_quarter_in_one_bill_when_its_label_says_so(self, ledger, vendor, label, count):
        history(ledger, vendor, TELECOM)
        ledger.bill("2026-10-12", vendor, "1225.00", label=label)
        assert len(found(ledger)) == count

    def test_a_new_price_that_later_bills_keep(self, ledger, vendor):
        history(ledger, vendor, TELECOM)
        for day in ("2026-10-05", "2026-10-12", "2026-10-19"):
            ledger.bill(day, vendor, "800.00")
        assert found(ledger) == []

    def test_two_of_a_kind_are_no_new_price(self, ledger, vendor):
        history(ledger, vendor, TELECOM)
        for day in ("2026-10-05", "2026-10-12"):
            ledger.bill(day, vendor, "800.00")
        assert len(found(ledger)) == 2

    def test_a_level_that_moved_before_the_period(self, ledger, vendor):
        history(ledger, vendor, [*["400.00"] * 7, *["800.00"] * 3])
        ledger.bill("2026-10-12", vendor, "810.00")
        assert found(ledger) == []
        ledger.bill("2026-10-13", vendor, "400.00")
        assert [one.evidence["level_moved"] for one in found(ledger)] == [True]

    def test_a_small_sale_beside_large_ones(self, ledger, vendor):
        # two of a dozen are small: the middle of the deviations knows nothing of them
        large = ["942.10", "987.55", "1012.40", "968.30", "1004.75", "951.20"]
        history(ledger, vendor, [*large, "74.10", *large[:4], "88.60"])
        ledger.bill("2026-10-12", vendor, "31.20")
        assert found(ledger, materiality="400.00") == []

    def test_an_amount_that_came_before_comes_again(self, ledger, vendor):
        months = BEFORE[-14:]
        history(ledger, vendor, ["4010.00", *TELECOM, "402.00", "411.00"], months)
        ledger.bill("2026-10-12", vendor, "4100.00")
        assert found(ledger) == []
        ledger.bill("2026-10-13", vendor, "41000.00")
        assert len(found(ledger)) == 1

    def test_what_is_never_judged(self, ledger, vendor):
        history(ledger, vendor, TELECOM)
        original = ledger.bill("2026-10-12", vendor, "4100.00")
        ledger.refund("2026-10-13", vendor, "4100.00", reversed_entry_id=original.move)
        ledger.bill("2026-10-12", vendor, "4100.00", state="draft")
        ledger.entry(
            "2026-10-31",
            ("6000", "4100.00"),
            ("2100", "-4100.00"),
            commercial_partner_id=vendor,
            ai_close_entry_id=3,
        )
        ledger.entry(
            "2026-10-31",
            ("6000", "4100.00"),
            ("2000", "-4100.00"),
            commercial_partner_id=vendor,
            origin_payment_id=3,
        )
        ledger.bank("2026-10-20", "-4100.00", on="6000")
        exchange = ledger.entry(
            "2026-10-31", ("6000", "4100.00"), ("2000", "-4100.00"), commercial_partner_id=vendor
        )
        ledger.reconcile(1, 2, "1.00", "2026-10-31", exchange=exchange.move)
        ledger.bill("2026-11-12", vendor, "4100.00")
        assert found(ledger) == []
