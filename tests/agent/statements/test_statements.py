"""The labelled statements are sound: their truth adds up, is complete, and is the same each time."""

from collections import Counter

import pytest

from agent_service.core.matching.evaluation import evaluate
from benchmarks.match import judged
from benchmarks.statements.build import build, write

SEED, SCALE = 31, 0.12


@pytest.fixture(scope="module")
def world():
    return build(SEED, SCALE)


def test_each_line_has_one_answer_and_no_item_two(world):
    lines = Counter(line for one in world.truth for line in one["line_ids"])
    items = Counter(item for one in world.truth for item in one["item_ids"])
    assert set(lines) == {one["id"] for one in world.lines}
    assert set(lines.values()) == {1}
    assert max(items.values()) == 1


def test_what_is_settled_in_full_leaves_exactly_its_write_offs(world):
    lines = {one["id"]: one for one in world.lines}
    items = {one["id"]: one for one in world.items}
    judged_cases = set()
    for one in world.truth:
        if one["kind"] != "items" or one["case"] == "partial payment":
            continue
        moved = sum(
            world.company_amount(lines[line]["amount"], lines[line]["currency"], lines[line]["date"])
            for line in one["line_ids"]
        )
        owed = sum(items[item]["amount_residual"] for item in one["item_ids"])
        assert owed - moved == sum(off["amount"] for off in one["write_offs"]), one
        judged_cases.add(one["case"])
    assert len(judged_cases) >= 20
    for one in world.truth:
        if one["kind"] == "offset" and one["line_ids"]:
            assert sum(lines[line]["amount"] for line in one["line_ids"]) == 0
        if one["kind"] == "offset" and one["item_ids"]:
            assert sum(items[item]["amount_residual"] for item in one["item_ids"]) == 0


def test_a_seed_gives_the_same_files_and_another_one_others(world, tmp_path):
    for name, made in (("a", world), ("b", build(SEED, SCALE)), ("c", build(SEED + 1, SCALE))):
        write(made, tmp_path / name)
    for file in ("lines.jsonl", "items.jsonl", "truth.jsonl", "rates.csv", "policy.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    assert (tmp_path / "a" / "lines.jsonl").read_bytes() != (tmp_path / "c" / "lines.jsonl").read_bytes()


def test_the_matcher_is_good_on_a_small_statement(tmp_path):
    """Loose floors: `make bench NAMES=match` measures the published figures, on more and other seeds."""
    truth, said = judged(SEED, tmp_path, SCALE)
    found = evaluate(truth, said)
    assert not found.twice
    assert not found.missing
    assert found.total.f1 > 0.95
    assert found.auto.precision > 0.97
    assert found.auto.recall > 0.85
