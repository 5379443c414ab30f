"""Vendors' numbers and labels, as a person would read them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_service.core.labels import months_named
from agent_service.core.references import reference, series_members
from agent_service.core.text import plain, runs

DAY = date(2026, 10, 8)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RE-0482/26", "re 482"),
        ("INV 2026-00118", "inv-118"),
        ("1O8-77", "108/77"),
        ("AI1-5", "a11-05"),
        ("Rech. Nr. 77", "RECH NR 077"),
        ("F2026/5 A", "f-2026-005-a"),
        ("Ré-9", "RE 9"),
        ("2026/118", "118"),
        ("118/2025", "118"),
        ("Ø-12", "O-12"),
    ],
)
def test_the_same_paper_typed_twice(one, other):
    assert reference(one, DAY).key == reference(other, DAY).key


@pytest.mark.parametrize(
    ("one", "other"),
    [("RE-482", "RE-483"), ("A-12", "B-12"), ("12-3", "1-23-4"), ("2019/118", "118"), ("2026", "2027")],
)
def test_two_papers(one, other):
    assert reference(one, DAY).key != reference(other, DAY).key


def test_a_year_counts_only_beside_another_number():
    assert reference("2026", DAY).key == "2026"
    assert (reference("2026-7", DAY).year, reference("7/25", DAY).year) == (2026, 2025)
    assert reference("RE-482", DAY).year is None


@pytest.mark.parametrize("text", [None, "", "-", "//"])
def test_no_number_is_no_reference(text):
    assert not reference(text, DAY)


def test_a_series_rises_in_number_and_in_date():
    def members(*documents):
        return series_members([(date(2026, 10, day), reference(text, DAY)) for day, text in documents])

    assert members((1, "R-99"), (8, "R-100"), (15, "R-101")) == {0, 1, 2}
    assert members((15, "R-101"), (1, "R-99"), (8, "R-100")) == {0, 1, 2}, "in whatever order they come"
    assert members((1, "R-99"), (8, "R-100")) == set(), "two are no series"
    assert members((1, "R-99"), (8, "R-100"), (8, "R-101"), (15, "R-102")) == {0, 3}
    assert members((1, "R-99"), (8, "R-100"), (9, "R-900"), (15, "R-101"), (20, "R-102")) == {0, 1, 3, 4}
    assert members((1, "R-99"), (8, "S-100"), (15, "R-101")) == set()


@given(st.text(max_size=40))
def test_any_text_can_be_taken_apart(text):
    made = reference(text, DAY)
    assert "".join(runs(plain(text))) != "" or not made
    months_named(text)


@pytest.mark.parametrize(
    ("label", "months"),
    [
        ("Hosting Jul-Sep 2026", {3}),
        ("Hosting July to September", {3}),
        ("Wartung Q3/2026", {3}),
        ("Rent, 6 months", {6}),
        ("Miete 4 Monate", {4}),
        ("Abonnement annuel 2026", {12}),
        ("Lease 01.04.2026 - 30.09.2026", {6}),
        ("Power 2026-08-01 to 2026-10-31", {3}),
        ("nov 2025 - feb 2026", {4}),
        ("Jahresgebühr", {12}),
        ("Office chairs, 4 pieces", set()),
        ("Power October 2026", set()),
        ("13 months", set()),
        (None, set()),
    ],
)
def test_months_that_a_label_names(label, months):
    assert months_named(label) == months
