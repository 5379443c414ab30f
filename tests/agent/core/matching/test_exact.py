"""What is settled at once, and what goes the long way because of the slightest doubt."""

from datetime import date

import pytest

from agent_service.core.matching.engine import match
from agent_service.core.matching.exact import settled_at_once
from agent_service.core.matching.model import Item, Line, Settings

DAY = date(2026, 10, 5)
DOLLARS = Settings("USD")


def item(number=7, **changed):
    facts = {
        "id": number, "day": date(2026, 9, 30), "residual": 10_000, "currency": "USD",
        "residual_currency": 10_000, "move_name": f"INV/2026/{number:05d}",
        "partner_id": 3, "partner_name": "Harbour Tools Ltd",
    }  # fmt: skip
    return Item(**{**facts, **changed})


def line(number=1, **changed):
    facts = {"id": number, "day": DAY, "amount": 10_000, "currency": "USD", "label": "Invoice INV/2026/00007"}
    return Line(**{**facts, **changed})


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"label": "inv-2026-00007 thank you"},
        {"partner_name": "HARBOUR TOOLS", "ref": "NOTPROVIDED"},
        {"label": "", "ref": "INV/2026/00007"},
    ],
)
def test_a_whole_number_and_the_exact_amount_are_enough(changed):
    made, lines, items = settled_at_once(
        [line(**changed)], [item(), item(8, residual=5, residual_currency=5)], DOLLARS
    )
    assert [(one.lines, one.items, one.band) for one in made] == [((1,), (7,), "auto")]
    assert lines == []
    assert [one.id for one in items] == [8]


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": 9_999},
        {"amount": -10_000},
        {"currency": "EUR"},
        {"foreign_currency": "EUR", "amount_currency": 9_000},
        {"label": "INV/2026/00007 INV/2026/00008"},
        {"label": "INV/2026/00007 order 4711"},
        {"label": "RETURN OF INV/2026/00007"},
        {"label": "INV/2026/00007 part payment"},
        {"partner_name": "Quite Another GmbH"},
        {"account_number": "DE02 1203 0000 0000 2020 51"},
        {"partner_id": 99},
        {"day": date(2026, 9, 1)},
        {"ref": "INV/2026/00008"},
    ],
)
def test_any_doubt_goes_the_long_way(changed):
    other = item(8, partner_id=4, partner_name="B", bank_accounts=("DE02120300000000202051",))
    made, lines, items = settled_at_once([line(**changed)], [item(), other], DOLLARS)
    assert made == []
    assert (len(lines), len(items)) == (1, 2)


def test_two_lines_or_two_items_of_one_number_go_the_long_way():
    assert settled_at_once([line(), line(2)], [item()], DOLLARS)[0] == []
    assert settled_at_once([line(), line(2, label="?", amount=-10_000)], [item()], DOLLARS)[0] == []
    twins = [item(), item(8, move_name="INV/2026/00007")]
    assert settled_at_once([line()], twins, DOLLARS)[0] == []


def test_both_ways_together_keep_the_order_of_the_lines():
    lines = [
        line(3, day=date(2026, 10, 1), label="MONTHLY SERVICE FEE", amount=-500),
        line(1),
        line(2, amount=77),
    ]
    found = match(lines, [item()], DOLLARS)
    assert [one.lines for one in found] == [(3,), (1,), (2,)]
    assert [one.items for one in found] == [(), (7,), ()]
