"""The isolation forest: what stands apart scores high, always the same, and says what sets it apart."""

import polars as pl
import pytest

from agent_service.core.forest import Dice, Forest, mean_depth
from benchmarks import clean_ledger as w
from tests.agent.rules.book import Book


def _rows(count=600):
    dice = Dice("rows")
    return [[dice.share(), dice.share(), float(dice.below(3))] for _row in range(count)]


def _grown(rows, seed="seed"):
    return Forest(pl.DataFrame(rows, orient="row"), seed)


@pytest.mark.parametrize(("rows", "depth"), [(1, 0.0), (2, 1.0), (256, 10.2448), (1000, 12.9699)])
def test_the_mean_depth_is_that_of_the_paper(rows, depth):
    assert mean_depth(rows) == pytest.approx(depth, abs=5e-5)


def test_a_row_apart_scores_high_and_the_others_about_a_half():
    rows = [*_rows(), [9.0, -7.0, 30.0]]
    *others, apart = _grown(rows).scores(list(map(list, zip(*rows, strict=True))))
    assert apart > 0.7
    assert max(others) < 0.65
    assert 0.4 < sum(others) / len(others) < 0.55


def test_the_same_rows_and_seed_give_the_same_scores_and_another_seed_others():
    rows = _rows()
    columns = list(map(list, zip(*rows, strict=True)))
    first = _grown(rows).scores(columns)
    assert _grown(rows).scores(columns) == first
    assert _grown(rows, "other").scores(columns) != first


def test_rows_that_are_all_alike_are_no_outliers():
    rows = [[1.0, 2.0]] * 50
    assert max(_grown(rows).scores([[1.0] * 50, [2.0] * 50])) <= 0.5


def test_a_sample_names_no_row_twice():
    places = Dice("any").places(300, 256)
    assert len(set(places)) == 256
    assert set(places) <= set(range(300))


@pytest.fixture
def book(tmp_path):
    made = Book(tmp_path)
    made.policy["rules"] = {"STA003": {"score_min_entries": 200}}
    return made


def _strange(book):
    lines = [(w.TRAVEL if place % 2 else w.INTEREST, "150.00") for place in range(60)]
    return book.entry(
        "2026-10-17", *lines, (w.CAPITAL, "-9000.00"), created_by="nobody", posted_by="nobody",
        created_at="2026-03-14T23:10:00Z", attachments=0,
    )  # fmt: skip


def test_an_entry_like_no_other_is_told_with_what_sets_it_apart(book):
    move = _strange(book)
    [row] = book.found("STA003")
    assert ["moves", move] in row["records"]
    told = [one["feature"] for one in row["evidence"]["features"]]
    assert 1 <= len(told) <= 3
    assert {"days from its date to its creation", "rarity of its accounts (bits)", "number of lines"} & set(
        told
    )
    assert float(row["evidence"]["score"]) >= 0.70


def test_everyday_entries_are_not(book):
    assert book.found("STA003") == []


def test_what_another_rule_explains_is_a_line_of_its_evidence(book):
    move = _strange(book)
    book.lines(move)[0]["balance"] += 1
    rows = [row for row in book.all_found().rows if ["moves", move] in row["records"]]
    assert [row["rule"] for row in rows] == ["ACC006"]
    assert "STA003" in {one["rule"] for one in rows[0]["evidence"]["also"]}
