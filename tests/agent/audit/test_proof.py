"""Proofs of one event: made from an export, checked with a root alone."""

import json

import pytest

from agent_service.audit.errors import BadProof
from agent_service.audit.proof import NotProven, check, prove
from agent_service.errors import BadInput
from tests.agent.audit.trail import Trail, in_chunks


@pytest.fixture
def trail():
    return Trail()


def made(trail, event_id):
    return json.loads(json.dumps(prove(in_chunks(trail.lines()), event_id)))


@pytest.mark.parametrize("event_id", range(11, 27))
def test_every_sealed_event_is_proven_under_the_root_of_its_block_and_all_later_ones(trail, event_id):
    proof = made(trail, event_id)
    block = 1 if event_id < 16 else 2 if event_id < 19 else 3
    for seal in trail.seals:
        if seal["number"] < block:
            with pytest.raises(NotProven, match="none of the proof's blocks"):
                check(proof, seal["root"])
        else:
            proven = check(proof, seal["root"])
            assert (proven["event"]["id"], proven["block"]) == (event_id, block)
            assert proven["root_of_block"] == seal["number"]


def test_an_unknown_event_and_one_that_waits_are_told_apart(trail):
    with pytest.raises(BadInput, match="no event 999"):
        made(trail, 999)
    with pytest.raises(BadInput, match="not sealed yet"):
        made(trail, 27)


def test_nothing_is_proven_from_a_broken_block(trail):
    trail.change(2, 1, reason="other")
    assert check(made(trail, 12), trail.seals[0]["root"])
    for event_id in (16, 17, 18):
        with pytest.raises(NotProven, match="block 2"):
            made(trail, event_id)


def test_nothing_is_proven_from_a_damaged_export(trail):
    with pytest.raises(NotProven, match="cut off"):
        prove(in_chunks(trail.lines()[:-1]), 12)


def test_nothing_is_proven_over_a_chain_that_is_torn(trail):
    trail.seals[2]["former_root"] = "ab" * 32
    with pytest.raises(NotProven, match="block 3 does not follow"):
        made(trail, 12)


def _changes():
    yield "event", lambda proof: proof.update(event=proof["event"].replace("anna", "bert"))
    yield "position", lambda proof: proof.update(position=proof["position"] + 1)
    yield "side", lambda proof: proof["path"][0].__setitem__(0, "right")
    yield "neighbour", lambda proof: proof["path"][0].__setitem__(1, "ab" * 32)
    yield "shorter path", lambda proof: proof["path"].pop()
    yield "time", lambda proof: proof["headers"][0].update(sealed_at="2026-01-01T00:00:00.000000Z")
    yield "company", lambda proof: proof["headers"][0].update(company_id=2)
    yield "count", lambda proof: proof["headers"][0].update(count=9)
    yield "chain", lambda proof: proof["headers"][1].update(former_root="ab" * 32)


@pytest.mark.parametrize("change", [pytest.param(one, id=name) for name, one in _changes()])
def test_a_proof_that_was_changed_proves_nothing(trail, change):
    proof = made(trail, 12)
    change(proof)
    with pytest.raises(NotProven):
        check(proof, trail.seals[2]["root"])


def test_a_node_is_no_event(trail):
    """Leaves and nodes are hashed apart: the inside of the tree can't pass for an event."""
    proof = made(trail, 12)
    proof["event"], proof["path"] = "ab", proof["path"][1:]
    with pytest.raises((NotProven, BadProof)):
        check(proof, trail.seals[2]["root"])


@pytest.mark.parametrize(
    "proof",
    [
        None, [], 7, "x", {}, {"kind": "ai-close-audit-proof"}, {"kind": "ai-close-audit-proof", "format": 1},
        {"kind": "ai-close-audit-proof", "format": 2},
        {"kind": "ai-close-audit-proof", "format": 1, "event": 7, "headers": [], "path": [], "position": 0},
    ],
)  # fmt: skip
def test_what_is_no_proof_is_said_plainly(proof):
    with pytest.raises(BadProof):
        check(proof, "ab" * 32)


def test_parts_of_other_kinds_are_said_plainly(trail):
    for name, value in (
        ("event", "x"), ("event", "\ud800"), ("path", [["up", "ab" * 32]]), ("path", [["left", "xy"]]),
        ("path", 1),
        ("headers", []), ("headers", [{}]), ("headers", 3), ("position", -1), ("position", "1"),
    ):  # fmt: skip
        with pytest.raises(BadProof):
            check({**made(trail, 12), name: value}, "ab" * 32)


@pytest.mark.parametrize("root", ["", "xyz", "AB" * 32, "ab" * 31])
def test_a_root_of_another_shape_is_said_plainly(trail, root):
    with pytest.raises(BadInput, match="64 hex"):
        check(made(trail, 12), root)
