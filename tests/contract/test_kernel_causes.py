"""What findings of one cause add up to, and how far a waiver reaches."""

from datetime import date
from decimal import Decimal

from tests.contract import kernel

causes = kernel.load("causes")
waivers = kernel.load("waivers")
DAY = date(2026, 11, 4)


def part(state="open", severity="high", owner=7, due=DAY, count=1, amount="10.00"):
    return causes.Part(state, severity, owner, due, count, Decimal(amount))


def test_each_finding_is_counted_once():
    row = causes.add_up([part(count=2, amount="20.10"), part(severity="low", count=3, amount="0.20")])
    assert (row.count, row.amount) == (5, Decimal("20.30"))
    assert row.severity == "high"


def test_what_is_decided_is_not_counted_while_something_is_open():
    row = causes.add_up([part("waived", "critical", count=4, amount="400"), part("explained", count=1)])
    assert (row.state, row.severity, row.count, row.amount) == ("explained", "high", 1, Decimal("10.00"))
    row = causes.add_up([part("waived", count=4, amount="400"), part("closed", count=1)])
    assert (row.state, row.count, row.amount) == ("waived", 5, Decimal("410.00"))


def test_a_cause_is_as_far_as_the_least_of_its_findings():
    for states, expected in (
        (("fixed", "open"), "open"),
        (("explained", "fixed"), "explained"),
        (("assigned", "waived"), "assigned"),
        (("closed", "closed"), "closed"),
    ):
        assert causes.add_up([part(state) for state in states]).state == expected


def test_owner_only_where_there_is_one_and_the_first_due_day():
    early = date(2026, 11, 2)
    row = causes.add_up([part(owner=7), part(owner=8, due=early), part(owner=8, due=None)])
    assert (row.owner_id, row.due) == (None, early)
    assert causes.add_up([part(), part()]).owner_id == 7
    assert causes.add_up([part(), part(owner=None)]).owner_id is None


def test_nothing_is_nothing_to_decide():
    assert causes.add_up([]) == causes.EMPTY
    assert causes.EMPTY.state == "closed"


def test_a_waiver_covers_a_tenth_more_and_not_a_cent_beyond():
    assert not waivers.outgrown(Decimal("100.00"), Decimal("110.00"))
    assert waivers.outgrown(Decimal("100.00"), Decimal("110.01"))
    assert waivers.outgrown(Decimal("-100.00"), Decimal("-110.01"))
    assert not waivers.outgrown(Decimal("100.00"), Decimal(0))
    assert waivers.outgrown(Decimal(0), Decimal("0.01"))
