"""The matcher on a small statement of the second generator; loose floors (figures are the benchmark's)."""

from collections import Counter

import pytest

from benchmarks.match_blind import measured
from benchmarks.statements_second import generate


@pytest.fixture(scope="module")
def seen():
    return measured(["small"], 0.07)


def test_its_truth_adds_up():
    """What items and lines leave over is written off, no line and no item stands twice."""
    world = generate.build("adds up", 0.07)
    lines = {row["id"]: row for row in world.lines}
    items = {row["id"]: row for row in world.items}
    assert Counter(key for row in world.truth for key in row["lines"]) == Counter(dict.fromkeys(lines, 1))
    assert max(Counter(key for row in world.truth for key in row["items"]).values()) == 1
    for row in world.truth:
        if row["kind"] != "items" or row["case"] == "partial" or "far too" in row["case"]:
            continue
        residual = sum(items[key]["amount_residual"] for key in row["items"])
        moved = sum(
            one["amount_currency"]
            if one.get("foreign_currency") == world.currency
            else world.company(one["amount"], one["currency"], one["date"])
            for one in (lines[key] for key in row["lines"])
        )
        assert residual - moved == sum(amount for _, amount in row["write_offs"]), row["case"]


def test_every_line_is_answered_once(seen):
    assert seen.sums["lines"] > 200
    assert seen.sums["lines not in exactly one proposal"] == 0


def test_what_it_calls_sure_is_right(seen):
    assert seen.sums["auto"] > 150
    assert seen.sums["auto wrong"] <= seen.sums["auto"] // 50


def test_most_lines_with_an_answer_get_it(seen):
    assert seen.share("covered", "answerable") > 0.85
    assert seen.share("many right", "many") > 0.85
    assert seen.f1 > 0.93


def test_traps_are_left_to_a_person(seen):
    traps = [case for case in seen.cases if case.startswith("trap")]
    assert len(traps) >= 8
    assert sum(seen.cases[case]["auto wrong"] for case in traps) <= 2
