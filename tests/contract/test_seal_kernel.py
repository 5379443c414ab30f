"""The add-on's seal tree against the vectors that both programs share."""

import importlib.util
import json
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("kernel_loader", Path(__file__).with_name("kernel.py"))
kernel = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(kernel)

seal = kernel.load("seal")
VECTORS = json.loads((Path(__file__).parent / "vectors" / "seal.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", VECTORS["leaves"], ids=lambda case: case["name"])
def test_a_leaf_is_made_of_the_event_line(case):
    line = seal.event_line(case["event"])
    assert line.decode() == case["line"]
    assert seal.leaf(line) == case["leaf"]


@pytest.mark.parametrize("case", VECTORS["trees"], ids=lambda case: str(case["count"]))
def test_the_root_of_a_tree(case):
    assert len(case["leaves"]) == case["count"]
    assert seal.merkle_root(case["leaves"]) == case["root"]


def test_every_place_of_a_tree_has_a_path_to_its_root():
    trees = {tree["count"]: tree for tree in VECTORS["trees"]}
    for case in VECTORS["proofs"]:
        leaves = trees[case["count"]]["leaves"]
        path = seal.inclusion_path(leaves, case["position"])
        expected = [tuple(step.values()) if isinstance(step, dict) else tuple(step) for step in case["path"]]
        assert path == expected
        assert seal.root_of_path(leaves[case["position"]], path) == trees[case["count"]]["root"]
    with pytest.raises(IndexError):
        seal.inclusion_path(trees[1]["leaves"], 1)


@pytest.mark.parametrize("case", VECTORS["headers"], ids=lambda case: case["name"])
def test_the_root_of_a_block_covers_its_header(case):
    assert seal.block_root(case["header"]) == case["root"]
    assert seal.block_root(case["header"] | {"more": "is not covered"}) == case["root"]
    for name, value in case["header"].items():
        other = value + 1 if isinstance(value, int) else value + "0"
        assert seal.block_root(case["header"] | {name: other}) != case["root"]
    with pytest.raises(KeyError):
        seal.block_root({})
