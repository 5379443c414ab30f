"""A restored backup: refused by the verifier until a controller accepted the gap, and never silent."""

import pytest

from agent_service.audit.known import read_known
from tests.agent.audit.trail import Trail, kinds, known_of
from tests.support import exports, rfc6962


def gap_events(number, root, *, first=40, gap=3, **more):
    found = exports.event(
        first, action="audit.gap_found", model="ai.close.audit.gap", res_id=gap,
        after=rfc6962.text({"known_number": number, "known_root": root, "server_number": 1}),
    )  # fmt: skip
    accepted = exports.event(
        first + 1, action="audit.gap_accepted", model="ai.close.audit.gap", res_id=gap,
        after=rfc6962.text({"state": "accepted"}), reason="disk failed, backup of Sunday", user_name="Carla",
        **more,
    )  # fmt: skip
    return [exports.line(found), exports.line(accepted)]


@pytest.fixture
def before():
    """What the agent has kept: three blocks."""
    return Trail()


@pytest.fixture
def restored(before):
    """The backup had one block; two more were sealed since."""
    blocks = [before.blocks[0], exports.blocks_of([4], first=60)[0]]
    return Trail(blocks=blocks, tail=[])


def test_a_restored_backup_is_found(before, restored):
    report = restored.verify(known_of(before.seals))
    assert report.result == "found"
    assert {"known", "older"} <= set(kinds(report))


@pytest.mark.parametrize("direct", [True, False])
def test_an_accepted_gap_is_shown_and_no_longer_found(before, restored, direct):
    last = before.seals[-1]
    events = gap_events(3, last["root"])
    if direct:
        accepted = exports.event(
            41, action="audit.gap_accepted", user_name="Carla", reason="disk failed, backup of Sunday",
            after=rfc6962.text({"number": 3, "root": last["root"]}),
        )  # fmt: skip
        events = [exports.line(accepted)]
    restored.blocks[1] = [*events, *restored.blocks[1]]
    restored.reseal()
    report = restored.verify(known_of(before.seals))
    assert (report.result, report.found) == ("unbroken", [])
    (gap,) = report.gaps
    assert (gap.number, gap.root, gap.by, gap.told_by) == (3, last["root"], "Carla", "event 41")
    assert "backup of Sunday" in gap.sentence
    assert any("Known blocks 2-3 are given up" in text and "ask Carla" in text for text in report.warnings)


def test_a_gap_that_was_only_found_accepts_nothing(before, restored):
    restored.blocks[1] = [*gap_events(3, before.seals[-1]["root"])[:1], *restored.blocks[1]]
    restored.reseal()
    assert restored.verify(known_of(before.seals)).result == "found"


def test_an_accepted_gap_of_another_root_accepts_nothing(before, restored):
    restored.blocks[1] = [*gap_events(3, "ab" * 32), *restored.blocks[1]]
    restored.reseal()
    assert restored.verify(known_of(before.seals)).result == "found"


def test_an_acceptance_whose_digest_does_not_fit_accepts_nothing(before, restored):
    found, accepted = gap_events(3, before.seals[-1]["root"])
    restored.blocks[1] = [found, accepted.replace(b"Sunday", b"Monday"), *restored.blocks[1]]
    restored.reseal()
    assert restored.verify(known_of(before.seals)).result == "found"


def test_an_accepted_gap_hides_no_tampering_before_it(before, restored):
    restored.blocks[1] = [*gap_events(3, before.seals[-1]["root"]), *restored.blocks[1]]
    restored.reseal()
    restored.change(1, 2, reason="other")
    report = restored.verify(known_of(before.seals))
    assert kinds(report) == ["changed"]


def _marked(before, after, reason="disk failed"):
    """The agent's file after the gap was accepted."""
    seals = [{"kind": "seal", **{k: v for k, v in seal.items() if k != "leaves"}} for seal in before.seals]
    gap = {
        "kind": "gap", "number": 3, "root": before.seals[-1]["root"], "by": "Carla", "at": exports.at(100),
        "reason": reason, "common": 1,
    }  # fmt: skip
    new = [{"kind": "seal", **{k: v for k, v in seal.items() if k != "leaves"}} for seal in after.seals[1:]]
    return read_known(rfc6962.text(row) for row in [*seals, gap, *new])


def test_a_gap_in_the_agents_own_file_starts_anew(before, restored):
    restored.blocks[1] = [*gap_events(3, before.seals[-1]["root"]), *restored.blocks[1]]
    restored.reseal()
    report = restored.verify(_marked(before, restored))
    assert (report.result, report.warnings) == ("unbroken", [])
    assert report.known["confirmed"] == 2
    (gap,) = report.gaps
    assert gap.told_by == "known roots"


def test_a_gap_that_no_event_tells_of_is_a_warning(before, restored):
    report = restored.verify(_marked(before, restored))
    assert report.result == "unbroken"
    assert any("No event of the export tells" in text for text in report.warnings)


def test_two_gaps_never_merge(before, restored):
    """What was accepted once does not accept the next restored backup."""
    restored.blocks[1] = [*gap_events(3, before.seals[-1]["root"]), *restored.blocks[1]]
    restored.reseal()
    known = _marked(before, restored)
    again = Trail(blocks=restored.blocks[:1], tail=[])
    report = again.verify(known)
    assert "older" in kinds(report)
