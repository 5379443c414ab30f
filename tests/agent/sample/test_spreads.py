"""The truth of schedules by the worked numbers of ADJUSTMENTS.md, which it is written from."""

from datetime import date
from decimal import Decimal

import pytest

from agent_service.sample import chart, spreads
from agent_service.sample.documents import Schedule, ScheduleChange
from agent_service.sample.months import Month

YEAR = (date(2026, 3, 15), date(2027, 3, 14))


def shares(*given):
    return [str(amount) for amount in spreads.spread(*given).values()]


def test_pp1_by_days():
    assert shares(Decimal("12000.00"), *YEAR, "days") == [
        "558.90", "986.30", "1019.18", "986.30", "1019.18", "1019.18", "986.30", "1019.18", "986.30",
        "1019.18", "1019.18", "920.55", "460.27",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("total", "first", "middle", "last"),
    [("12000.00", "500.00", "1000.00", "500.00"), ("1250.00", "52.08", "104.17", "52.05")],
    ids=["PP2", "PP3 remainder"],
)
def test_by_months_with_half_months_at_both_ends(total, first, middle, last):
    assert shares(Decimal(total), *YEAR, "months") == [first, *[middle] * 11, last]


def asset(*changes):
    return Schedule(
        "asset", "trading", "depreciation", "months", date(2026, 4, 16), date(2029, 4, 15), "asset/1",
        "maker", date(2026, 4, 16), chart.FIXED_ASSETS, chart.ACCUM_DEPRECIATION, chart.DEPRECIATION,
        Decimal("10000.00"), "USD", Decimal("10000.00"), Decimal("500.00"), list(changes),
    )  # fmt: skip


def test_dp1_and_dp2_a_sale_in_the_middle_of_a_month():
    assert spreads.balance(asset(), date(2026, 10, 31)) == Decimal("1715.28")
    day = date(2026, 11, 20)
    sold = asset(ScheduleChange("disposal", day, day, Decimal("7900.00"), chart.PROCEEDS))
    released = spreads.releases(sold, date(2026, 11, 30))
    assert released[Month(2026, 11)] == Decimal("131.94")
    assert sum(released.values()) == Decimal("1847.22")
    assert spreads.balance(sold, date(2026, 11, 30)) == 0


def test_pp5_a_price_cut_is_spread_over_what_is_left():
    cut = ScheduleChange("amount", date(2026, 8, 20), date(2026, 9, 1), Decimal("-600.00"), chart.PREPAYMENTS)
    cover = Schedule(
        "cover", "trading", "prepaid", "days", *YEAR, "cover/1", "insurer", date(2026, 3, 15),
        chart.PREPAYMENTS, chart.PREPAYMENTS, chart.INSURANCE, Decimal("12000.00"), "USD",
        Decimal("12000.00"),
        changes=[cut],
    )  # fmt: skip
    assert spreads.balance(cover, date(2026, 8, 31)) == Decimal("5810.96")
    released = spreads.releases(cover, date(2026, 9, 30))
    assert [released[Month(2026, month)] for month in (9, 10)] == [Decimal("893.99"), Decimal("923.79")]
    assert released[Month(2027, 3)] == Decimal("417.22")
