"""The seals' shared vectors: checked against RFC 6962 as it stands, and against the agent's own tree."""

import json
from pathlib import Path

import pytest

from agent_service.audit import tree
from tests.support import rfc6962

VECTORS = json.loads((Path(__file__).parent / "vectors" / "seal.json").read_text(encoding="utf-8"))


def _raw(texts):
    return [bytes.fromhex(each) for each in texts]


def test_there_is_a_tree_of_every_size_up_to_17():
    assert [each["count"] for each in VECTORS["trees"]] == list(range(18))
    assert {(each["count"], each["position"]) for each in VECTORS["proofs"]} == {
        (count, position) for count in range(1, 18) for position in range(count)
    }


@pytest.mark.parametrize("case", VECTORS["leaves"], ids=lambda case: case["name"])
def test_leaves(case):
    line = case["line"].encode()
    assert rfc6962.text(case["event"]) == case["line"]
    assert rfc6962.leaf(line).hex() == case["leaf"]
    assert tree.leaf_hash(line).hex() == case["leaf"]


@pytest.mark.parametrize("case", VECTORS["trees"], ids=lambda case: str(case["count"]))
def test_trees(case):
    leaves = _raw(case["leaves"])
    assert len(leaves) == case["count"]
    assert rfc6962.mth(leaves).hex() == case["root"]
    assert tree.merkle_root(leaves).hex() == case["root"]


@pytest.mark.parametrize("case", VECTORS["proofs"], ids=lambda case: f"{case['position']} of {case['count']}")
def test_inclusion_proofs(case):
    leaves = _raw(VECTORS["trees"][case["count"]]["leaves"])
    path = [(side, bytes.fromhex(text)) for side, text in case["path"]]
    assert rfc6962.path(case["position"], leaves) == path
    assert tree.inclusion_path(leaves, case["position"]) == path
    assert [side for side, _hash in path] == tree.sides_of(case["position"], case["count"])
    root = VECTORS["trees"][case["count"]]["root"]
    assert tree.root_of_path(leaves[case["position"]], path).hex() == root
    for at in range(len(path)):
        wrong = [*path[:at], (path[at][0], bytes(32)), *path[at + 1 :]]
        assert tree.root_of_path(leaves[case["position"]], wrong).hex() != root


@pytest.mark.parametrize("case", VECTORS["headers"], ids=lambda case: case["name"])
def test_headers(case):
    assert rfc6962.text(case["header"]) == case["canonical"]
    assert rfc6962.block(case["header"]) == case["root"]
    assert tree.block_root(case["header"]) == case["root"]


def test_every_field_of_a_header_counts():
    header = VECTORS["headers"][0]["header"]
    assert set(header) == set(tree.HEADER)
    roots = {tree.block_root({**header, name: "other"}) for name in header}
    assert len(roots) == len(header)


def test_the_export_is_what_its_parts_say():
    lines = VECTORS["export"]["lines"]
    former, at = "0" * 64, 1
    for number in range(1, VECTORS["export"]["seals"] + 1):
        seal = json.loads(lines[at])
        events = [line.encode() for line in lines[at + 1 : at + 1 + seal["count"]]]
        leaves = [rfc6962.leaf(line) for line in events]
        header = {name: seal[name] for name in tree.HEADER}
        assert (seal["kind"], seal["number"], seal["former_root"]) == ("seal", number, former)
        assert seal["leaves"] == [leaf.hex() for leaf in leaves]
        assert seal["merkle_root"] == rfc6962.mth(leaves).hex()
        assert seal["root"] == rfc6962.block(header) == VECTORS["export"]["roots"][number - 1]
        former, at = seal["root"], at + 1 + seal["count"]
    tail = json.loads(lines[at])
    assert tail["kind"] == "tail"
    assert len(lines) == at + 1 + tail["count"] + 1
    for line in lines:
        assert rfc6962.text(json.loads(line)) == line
