"""What is proposed and never sure: a rest that nothing explains, lines that something else fits as well."""

from datetime import timedelta

import pytest

from agent_service.core.matching.engine import match
from agent_service.core.matching.model import Line, Rates, Settings
from agent_service.core.matching.nothing_to_pay import classify
from tests.agent.core.matching.test_engine import DAY, Books, crowd


@pytest.fixture
def books():
    made = Books()
    crowd(made)
    return made


def codes(proposal):
    return [one.code for one in proposal.reasons]


class TestPart:
    @pytest.mark.parametrize("label", ["INV/2026/00777 part payment", "Teilzahlung INV/2026/00777"])
    def test_a_part_that_the_text_calls_so_is_sure(self, books, label):
        item = books.item(90_000, "INV/2026/00777", "Acme Corp")
        books.line(31_200, label, partner_name="Acme Corp")
        assert (books.one().items, books.one().band) == ((item,), "auto")

    @pytest.mark.parametrize(
        ("label", "code"),
        [
            ("INV/2026/00777", "doubt_partial_unsaid"),
            ("LOCKBOX DEPOSIT INV/2026/00777", "doubt_partial_hinted"),
            ("ABONO TRANSFERENCIA INV/2026/00777", "doubt_partial_hinted"),
            ("INV/2026/00777 part payment less bank charges", "doubt_part_or_fee"),
        ],
    )
    def test_a_rest_that_nothing_explains_is_for_a_person(self, books, label, code):
        item = books.item(90_000, "INV/2026/00777", "Acme Corp")
        books.line(31_200, label, partner_name="Acme Corp")
        one = books.one()
        assert (one.items, one.write_offs, one.band) == ((item,), (), "review")
        assert code in codes(one)


def test_a_part_in_the_bank_s_own_reference_s_words_is_said(books):
    item = books.item(90_000, "INV/2026/00777", "Acme Corp")
    books.line(31_200, "INV/2026/00777", partner_name="Acme Corp", ref="acompte")
    assert (books.one().items, books.one().band) == ((item,), "auto")


def test_an_item_that_two_lines_want_and_no_number_gives_to_either_is_for_a_person(books):
    books.item(150_000, "INV/2026/00777", "Acme Corp")
    books.line(150_000, "payment", partner_name="Acme Corp")
    books.line(150_000, "deposit for order 89948", partner_name="Acme Corp", day=DAY + timedelta(days=1))
    assert [one.band for one in books.match() if one.kind == "items"] != ["auto"]


def test_a_payer_who_is_known_as_another_partner_is_not_sure_of_an_amount_alone(books):
    item = books.item(118_740, "INV/2026/00777", "Falcon Sparrow Shipping Ltd")
    books.item(
        55_500, "INV/2026/00778", "Falcon Heron Trading Ltd", bank_accounts=("DE02500105170137075030",)
    )
    books.line(
        118_740, "deposit for order 63320", partner_name="Falcon Sparrow Trading Ltd",
        account_number="DE02500105170137075030",
    )  # fmt: skip
    one = books.one()
    assert (one.items, one.band) == ((item,), "review")
    assert "other_partner" in codes(one)


def moved(id, amount, label, journal, day=DAY):
    return Line(id, day, amount, "EUR", label, journal=journal)


def test_two_transfers_of_one_amount_on_one_day_are_for_a_person():
    lines = [
        moved(1, -500_000, "Online transfer to own account savings", "BNK1"),
        moved(2, -500_000, "Online transfer to own account savings", "BNK1"),
        moved(3, 500_000, "Online transfer from own account giro", "BNK2"),
        moved(4, 500_000, "Online transfer from own account giro", "BNK2"),
    ]
    found = match(lines, [], Settings("EUR"), Rates())
    assert {one.kind for one in found} == {"internal_transfer"}
    assert "auto" not in {one.band for one in found}
    alone = match([lines[0], lines[2]], [], Settings("EUR"), Rates())
    assert [(one.lines, one.band) for one in alone] == [((1, 3), "auto")]


def test_a_transfer_s_side_whose_other_side_another_line_took_is_in_doubt():
    lines = [
        moved(1, -500_000, "Online transfer to own account savings", "BNK1"),
        moved(2, -500_000, "Online transfer to own account savings", "BNK1", DAY + timedelta(days=1)),
        moved(3, 500_000, "Online transfer from own account giro", "BNK2"),
    ]
    found = classify(lines, Settings("EUR"))
    assert found[1].lines == (1, 3)
    assert found[2].lines == (2,)
    assert found[2].features["pair_rivals"]
    assert "doubt_pair_rivals" in [one.code for one in found[2].reasons]
    (alone,) = match([lines[1]], [], Settings("EUR"), Rates())
    left = next(one for one in match(lines, [], Settings("EUR"), Rates()) if one.lines == (2,))
    assert left.confidence < alone.confidence
    assert left.band != "auto"
