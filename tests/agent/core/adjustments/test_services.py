"""Services received, not invoiced: GR14, what proves a date, and ranges."""

import random
from fractions import Fraction

import pytest

from agent_service.core.adjustments.services import propose
from agent_service.core.errors import EvidenceMissing
from tests.agent.core.adjustments.grni_case import accrued, excess, lines_of, post
from tests.agent.core.builders import EUR, NOVEMBER, OCTOBER, Ledger


@pytest.fixture
def ledger():
    return Ledger()


def entry(ledger, period=OCTOBER, decided=None):
    found = propose(ledger.books(), ledger.policy(), period, decided or {})
    return found[0] if found else None


def gr14(ledger, *readings, typed=None):
    """Order 80 h × 95.00, 20 h billed; the quantity read on some days."""
    order = ledger.order(
        "80", "95.00", ledger.partner("Atelier"), qty_received_method="manual", qty_received=typed
    )
    ledger.billed(order, "20", "2026-10-15")
    for day, quantity in readings:
        ledger.read(order, quantity, day)
    return order


def facts(made):
    return (
        made.row()["amount_min"],
        made.row()["amount_max"],
        made.is_estimate,
        made.row()["confidence"],
    )


def test_gr14_the_reading_at_the_closing_date_counts(ledger):
    gr14(ledger, ("2026-10-15", "20"), ("2026-10-31", "52"), ("2026-11-05", "64"), typed="70")
    made = entry(ledger)
    assert lines_of(ledger, made) == accrued("3040.00")
    assert facts(made) == ("3040.00", "3040.00", False, "0.9900")
    assert made.row()["calculation"]["rows"] == [
        ["P00001: Brass fitting", "52", "20", "32", "95 USD", "", "", "read", "3040.00"]
    ]
    assert (made.key, made.reversal_day) == ("GS:1:2026-10", OCTOBER.day_after)


def test_gr14_first_read_later_is_an_estimate_with_its_range(ledger):
    gr14(ledger, ("2026-10-15", "20"), ("2026-11-05", "64"), typed="70")
    made = entry(ledger)
    assert lines_of(ledger, made) == accrued("4180.00")
    assert facts(made) == ("0.00", "4180.00", True, "0.5000")
    assert "Date not proved" in made.narration
    assert made.row()["calculation"]["rows"][0][7] == "date not proved: 20 to 64"


def test_gr14_the_second_month_starts_from_the_reversal(ledger):
    order = gr14(ledger, ("2026-10-31", "52"), ("2026-11-30", "64"))
    made = entry(ledger)
    post(ledger, made)
    assert entry(ledger, decided={made.key: "posted"}) is None
    ledger.billed(order, "40", "2026-11-12")
    assert lines_of(ledger, entry(ledger, NOVEMBER)) == accrued("380.00")


def test_equal_readings_before_and_after_prove_the_day(ledger):
    gr14(ledger, ("2026-10-29", "52"), ("2026-11-02", "52"), typed="70")
    assert facts(entry(ledger)) == ("3040.00", "3040.00", False, "0.9900")


def test_the_quantity_of_today_is_a_reading_too(ledger):
    gr14(ledger, ("2026-10-29", "52"), typed="52")
    assert facts(entry(ledger))[2] is False
    ledger.rows["purchase_lines"][0]["qty_received"] = "64"
    assert facts(entry(ledger)) == ("3040.00", "4180.00", True, "0.5000")


def test_a_quantity_taken_back_later_keeps_the_range_around_it(ledger):
    gr14(ledger, ("2026-10-29", "64"), ("2026-11-03", "30"))
    assert facts(entry(ledger)) == ("950.00", "4180.00", True, "0.5000")


def test_the_range_never_crosses_zero(ledger):
    gr14(ledger, ("2026-11-05", "64"))
    assert facts(entry(ledger)) == ("0.00", "4180.00", True, "0.5000")
    less = Ledger()
    gr14(less, ("2026-10-20", "64"), ("2026-11-05", "15"))
    assert lines_of(less, entry(less)) == excess("475.00")
    assert facts(entry(less)) == ("0.00", "475.00", True, "0.5000")


def test_a_quantity_that_nobody_ever_typed_says_nothing(ledger):
    gr14(ledger, typed="0")
    gr14(ledger, ("2026-10-31", "0"), typed="0")
    assert entry(ledger) is None


def test_rf7_without_a_reading_since_the_day_nothing_is_taken_for_granted(ledger):
    gr14(ledger, ("2026-10-20", "52"))
    with pytest.raises(EvidenceMissing, match="P00001: no received quantity was read since 2026-10-31"):
        entry(ledger)


def test_a_server_that_keeps_no_readings_gets_no_proposal(ledger):
    gr14(ledger, ("2026-10-31", "52"))
    assert propose(ledger.books("readings"), ledger.policy(), OCTOBER, {}) == []


@pytest.mark.parametrize("seed", range(3))
def test_the_range_holds_whatever_the_truth_is(seed):
    """Where hours only grow, the amount of any quantity between two readings lies in the range."""
    dice = random.Random(seed)
    ledger = Ledger()
    ledger.rate(EUR, "2026-10-31", repr(1 / 1.0842))
    before, later = sorted(dice.sample(range(1, 80), 2))
    billed = dice.randint(0, before)
    order = ledger.order("80", "95.37", qty_received_method="manual", currency=dice.choice([1, EUR]))
    ledger.billed(order, str(billed), "2026-10-15")
    ledger.read(order, str(before), "2026-10-20")
    ledger.read(order, str(later), "2026-11-05")
    made = entry(ledger)
    assert made.amount_min <= made.debits <= made.amount_max == made.debits
    for truth in range(before, later + 1):
        share = Fraction(truth - billed, later - billed) * made.debits
        assert made.amount_min - 1 <= share <= made.amount_max
    assert sum(line.balance for line in made.lines) == 0
