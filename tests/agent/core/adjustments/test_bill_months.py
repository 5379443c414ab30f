"""The months that a bill's text names."""

from datetime import date

import pytest

from agent_service.core.adjustments.bill_months import named_months, named_year
from agent_service.core.adjustments.rhythm import month_name

AROUND = date(2026, 11, 6)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("Rent October 2026", "2026-10 2026-10"),
        ("Miete Oktober", "2026-10 2026-10"),
        ("Loyer décembre", "2026-12 2026-12"),
        ("Electricity 2026-10", "2026-10 2026-10"),
        ("Rent 10/2026", "2026-10 2026-10"),
        ("Rent Oct 26", "2026-10 2026-10"),
        ("January", "2027-01 2027-01"),
        ("Audit Q3 2026", "2026-07 2026-09"),
        ("2026-Q3", "2026-07 2026-09"),
        ("3. Quartal 2026", "2026-07 2026-09"),
        ("Advice, quarter to 2026-09", "2026-09 2026-09"),
        ("01.10.2026 - 31.10.2026", "2026-10 2026-10"),
        ("15/10/2026 to 14/11/2026", "2026-10 2026-11"),
        ("2026-07-01/2026-09-30", "2026-07 2026-09"),
        ("October to December 2026", "2026-10 2026-12"),
        ("Set of chairs, may be returned", None),
        ("Out 12 boxes", None),
        ("Contract of March 2019", None),
        ("BILL/2026/10/0044", None),
        ("Team plan", None),
        ("", None),
        (None, None),
    ],
)
def test_named_months(text, months):
    found = named_months(text, AROUND)
    assert (f"{month_name(found[0])} {month_name(found[-1])}" if found else None) == months


def test_named_year():
    assert (named_year("Audit 2025"), named_year("2025 and 2026"), named_year(None)) == (2025, None, None)
