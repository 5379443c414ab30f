"""A document's number that is not open is a doubt, whatever else fits: probably it was paid before."""

from datetime import date

import pytest

from agent_service.core.matching.engine import match
from agent_service.core.matching.model import Item, Line, Settings

NAMES = ("Alder Works Ltd", "Birch Foods Inc", "Cedar Motors GmbH", "Damson Paper SA", "Elder Glass BV")


def books(pattern):
    day = date(2026, 9, 1)
    made = [
        Item(number, day, 10_000 * number, "USD", 10_000 * number, move_name=pattern.format(number),
             partner_id=number % 5, partner_name=NAMES[number % 5])
        for number in range(7100, 7150)
    ]  # fmt: skip
    bill = Item(
        1, day, -4_711, "USD", -4_711, move_name="BILL/1", ref="007986", partner_id=77, kind="payable"
    )
    return [*made, bill]


@pytest.mark.parametrize("pattern", ["710{}", "AR-24-00{}"])
def test_a_number_of_the_series_that_is_not_open_is_for_a_person(pattern):
    items = books(pattern)
    owed = items[10]

    def proposed(label):
        line = Line(1, date(2026, 9, 20), owed.residual, "USD", label, partner_name=owed.partner_name)
        return next(one for one in match([line], items, Settings("USD")) if one.lines)

    assert proposed(f"payment {pattern.format(7986)}").band != "auto"
    by_name, by_number = proposed("payment"), proposed(f"payment {owed.move_name}")
    assert (by_name.items, by_name.band) == ((owed.id,), "auto")
    assert (by_number.items, by_number.band) == ((owed.id,), "auto")
