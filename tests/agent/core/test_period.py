"""Periods and months."""

from datetime import date

import pytest

from agent_service.core.errors import PeriodError
from agent_service.core.period import Period, add_months, month_index


def test_a_month_is_seen_at_its_end_or_at_the_snapshot_before():
    assert Period.of("2026-10").as_of == date(2026, 10, 31)
    assert Period.of("2026-10", date(2026, 11, 5)).as_of == date(2026, 10, 31)
    early = Period.of("2026-10", date(2026, 10, 20))
    assert (early.as_of, early.is_over) == (date(2026, 10, 20), False)


def test_bounds_belong_to_the_period():
    october = Period.of("2026-10")
    assert october.holds(date(2026, 10, 1))
    assert october.holds(date(2026, 10, 31))
    assert not october.holds(date(2026, 11, 1))
    assert not october.holds(None)
    assert (october.name, october.day_after) == ("2026-10", date(2026, 11, 1))


def test_leap_february():
    assert Period.of("2028-02").end == date(2028, 2, 29)


def test_months_go_over_the_year():
    assert Period.of("2026-02").months_before(3) == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]
    assert add_months(date(2026, 1, 31), -1) == date(2025, 12, 1)
    assert month_index(date(2026, 1, 5)) - month_index(date(2025, 12, 31)) == 1


@pytest.mark.parametrize("name", ["2026-13", "2026-1", "October", "2026-10-01", ""])
def test_what_is_no_month_is_refused(name):
    with pytest.raises(PeriodError):
        Period.of(name)


def test_a_period_cant_end_before_it_starts():
    with pytest.raises(PeriodError):
        Period.between(date(2026, 10, 2), date(2026, 10, 1))
