"""Complaints of real users about bank matching, each a test by the thread's name or by what was measured."""

from datetime import date, timedelta

import pytest

from agent_service.core.matching.engine import match
from agent_service.core.matching.model import Item, Line, Settings

USD = Settings(company_currency="USD")
DAY = date(2026, 5, 11)
PAYERS = {1: "Lindqvist Marine", 2: "Bellamy Orchards", 3: "Tarrant Glass"}


def line(amount, label, key=1, **more):
    return Line(key, more.pop("day", DAY), amount, "USD", label, journal="B", **more)


def item(amount, name, payer=1, key=None, **more):
    day = more.pop("day", DAY - timedelta(days=25))
    return Item(
        key or name,
        day,
        amount,
        "USD",
        amount,
        move_name=name,
        partner_id=payer,
        partner_name=PAYERS[payer],
        **more,
    )


def matched(lines, items):
    return match(lines, items, USD)


def autos(found):
    return [one for one in found if one.band == "auto" and one.kind != "none"]


def test_two_lines_of_one_import_for_the_same_invoice():
    """OCA rolls the whole import back. Here one line gets the invoice, the other says why it gets nothing."""
    found = matched(
        [line(64_210, "INV/2026/00417", 1), line(64_210, "INV/2026/00417", 2)],
        [item(64_210, "INV/2026/00417")],
    )
    assert sorted(one.items for one in found) == [(), ("INV/2026/00417",)]
    [empty] = [one for one in found if not one.items]
    assert empty.kind == "none"
    assert empty.reasons


@pytest.mark.parametrize("paid", [642_100, 642, 6_421_000])
def test_ten_times_or_a_hundredth_of_the_amount_is_never_auto(paid):
    """OCA reconciles on the reference whatever the amount."""
    assert (
        autos(matched([line(paid, "INV/2026/00417 Lindqvist Marine")], [item(64_210, "INV/2026/00417")]))
        == []
    )


@pytest.mark.parametrize("label", ["_", "%", "__", "*", "?"])
def test_a_wildcard_label_names_nothing(label):
    """The label `_` is a LIKE wildcard in OCA's search and reconciles the payer's only item."""
    found = matched(
        [line(77_700, label, partner_name="Lindqvist Marine", partner_id=1)], [item(64_210, "INV/2026/00417")]
    )
    assert autos(found) == []


@pytest.mark.parametrize(
    "label",
    ["Invoice INV/2026/00417", "your invoice no. INV/2026/00417 thank you", "INV/2026/00417 Rechnung"],
)
def test_one_extra_word_changes_nothing(label):
    """OCA wants the reference to contain the label, so that one more word means no match."""
    [one] = matched(
        [line(64_210, label)], [item(64_210, "INV/2026/00417"), item(64_210, "INV/2026/00418", 2)]
    )
    assert (one.items, one.band) == (("INV/2026/00417",), "auto")


def test_less_bank_charges_is_no_licence():
    """OCA writes the whole difference off as a fee; half of an invoice is no fee."""
    found = matched([line(32_000, "INV/2026/00417 less bank charges")], [item(64_210, "INV/2026/00417")])
    assert autos([one for one in found if one.write_offs]) == []
    assert not any(off.kind == "bank_fee" for one in found for off in one.write_offs)


def test_odoo_168029_a_remembered_account_is_not_the_payer():
    """The account stands with one partner, the label names another's invoice: that, or a person decides."""
    mine = item(64_210, "INV/2026/00417", 1, bank_accounts=("SE4550000000058398257466",))
    theirs = item(64_210, "INV/2026/00502", 2)
    found = matched(
        [line(64_210, "INV/2026/00502 BELLAMY", account_number="SE4550000000058398257466")], [mine, theirs]
    )
    assert all(one.items != ("INV/2026/00417",) for one in autos(found))


def test_odoo_168029_a_remembered_account_alone_pays_no_other_amount():
    mine = item(64_210, "INV/2026/00417", 1, bank_accounts=("SE4550000000058398257466",))
    assert autos(matched([line(51_000, "payment", account_number="SE4550000000058398257466")], [mine])) == []


def test_odoo_61584_an_amount_without_a_payer_is_shown_not_taken():
    """An amount that one item has is worth a look; an amount that two have is nobody's."""
    found = matched(
        [line(64_210, "CREDIT")], [item(64_210, "INV/2026/00417"), item(9_900, "INV/2026/00418", 2)]
    )
    assert autos(found) == []
    assert [one.items for one in found if one.items] + [
        a.items for one in found for a in one.alternatives
    ] != []
    twins = matched(
        [line(64_210, "CREDIT")], [item(64_210, "INV/2026/00417"), item(64_210, "INV/2026/00418", 2)]
    )
    assert autos(twins) == []


def test_oca_account_reconcile_734_many_items_one_line():
    """300,000 open items kill OCA's server; here the cost is the line's (full size: see the benchmarks)."""
    crowd = [item(50_000 + n, f"INV/2025/{n:06d}", n % 3 + 1) for n in range(8_000)]
    [one] = matched([line(64_210, "INV/2026/00417")], [item(64_210, "INV/2026/00417"), *crowd])
    assert (one.items, one.band) == (("INV/2026/00417",), "auto")


def test_oca_account_reconcile_608_matching_needs_no_import():
    """The same lines matched again, in another order, beside decided ones, give the same answers."""
    lines = [line(64_210, "INV/2026/00417", 1), line(9_900, "INV/2026/00418", 2), line(100, "???", 3)]
    items = [item(64_210, "INV/2026/00417"), item(9_900, "INV/2026/00418", 2)]
    first = sorted((one.lines, one.items, one.band) for one in matched(lines, items))
    assert sorted((one.lines, one.items, one.band) for one in matched(lines[::-1], items[::-1])) == first
    rest = matched(lines[1:], items[1:])
    assert sorted((one.lines, one.items, one.band) for one in rest) == [
        row for row in first if row[0] != (1,)
    ]


def test_a_payer_takes_no_other_payers_amount():
    """The line names a customer who owes something else; the same amount is owed by another."""
    found = matched(
        [line(64_210, "BELLAMY ORCHARDS PAYMENT", partner_name="Bellamy Orchards")],
        [item(64_210, "INV/2026/00417", 1), item(80_000, "INV/2026/00418", 2)],
    )
    assert autos(found) == []
