"""The closing rate: FX4 and FX5, and which of Odoo's rates it is."""

from datetime import date
from decimal import Decimal

import pytest

from agent_service.core.analysis.rates import closing_rate
from agent_service.core.errors import EvidenceMissing
from tests.agent.core.builders import EUR, GBP, USD, Ledger

END = date(2026, 10, 31)


def rate(ledger, currency=EUR, day=END, age=3):
    return closing_rate(ledger.books(), currency, day, age)


def test_fx5_the_stored_reciprocal_is_rounded_to_twelve_digits():
    ledger = Ledger()
    ledger.rate(EUR, "2026-10-31", repr(1 / 1.0842))
    ledger.rate(GBP, "2026-10-31", repr(1 / 1.2715))
    assert rate(ledger) == Decimal("1.0842")
    assert rate(ledger, GBP) == Decimal("1.2715")


def test_fx4_fridays_rate_serves_on_saturday():
    ledger = Ledger()
    ledger.rate(EUR, "2026-10-30", "0.92")
    ledger.rate(EUR, "2026-11-01", "0.50")
    assert rate(ledger) == Decimal("1.08695652174")


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ([], "no rate of EUR is dated 2026-10-31 or before"),
        ([("2026-11-01", "0.92")], "no rate of EUR"),
        ([("2026-10-12", "0.92")], "the newest rate of EUR is of 2026-10-12, 19 days before"),
        ([("2026-10-31", "0.0")], "the rate of EUR of 2026-10-31 is 0"),
    ],
)
def test_fx4_a_missing_or_old_rate_is_refused_by_name(rates, said):
    ledger = Ledger()
    for day, value in rates:
        ledger.rate(EUR, day, value)
    with pytest.raises(EvidenceMissing, match=said):
        rate(ledger)


def test_an_unreadable_dataset_is_a_missing_rate():
    with pytest.raises(EvidenceMissing):
        closing_rate(Ledger().books("rates"), EUR, END, 3)


def test_the_companys_own_rates_win_over_newer_shared_ones_as_in_odoo():
    ledger = Ledger()
    ledger.rate(EUR, "2026-10-29", "0.80", company_id=1)
    ledger.rate(EUR, "2026-10-31", "0.50")
    assert rate(ledger) == Decimal("1.25")


def test_a_company_currency_that_is_no_base_currency():
    ledger = Ledger()
    ledger.rate(USD, "2026-10-01", "1.25")
    ledger.rate(EUR, "2026-10-31", "1.0")
    assert rate(ledger) == Decimal("1.25")
