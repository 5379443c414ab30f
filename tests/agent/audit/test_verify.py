"""The verifier on an export: what was done to sealed events is found and named."""

import json

import pytest

from agent_service.audit.verify import verify
from tests.agent.audit.trail import Trail, ids, in_chunks, kinds, known_of
from tests.support import exports, rfc6962


@pytest.fixture
def trail():
    return Trail()


@pytest.fixture
def known(trail):
    return known_of(trail.seals)


KNOWN = pytest.mark.parametrize("compare", [True, False], ids=["known roots", "export alone"])


def test_an_honest_export_is_unbroken(trail, known):
    report = trail.verify(known)
    assert (report.result, report.found, report.damage, report.warnings) == ("unbroken", [], [], [])
    assert (report.blocks, report.events, report.last_number) == (3, 16, 3)
    assert report.last_root == trail.seals[-1]["root"]
    assert report.known["confirmed"] == 3
    assert report.unsealed == {"count": 2, "oldest_at": exports.at(27), "age_s": 51}


def test_without_known_roots_it_says_what_it_cannot_know(trail):
    report = trail.verify()
    assert report.result == "unbroken"
    assert any("No known root" in text for text in report.warnings)


@pytest.mark.parametrize("name", sorted(exports.EMPTY))
@KNOWN
def test_a_changed_column_is_named_by_its_event(trail, known, name, compare):
    value = exports.at(5) if name == "event_at" else 77 if name in ("user_id", "res_id", "format") else "x"
    trail.change(2, 1, **{name: value})
    report = trail.verify(known if compare else None)
    assert (report.result, kinds(report), ids(report)) == ("found", ["changed"], [17])
    assert "event 17" in report.found[0].message
    assert "Block 2" in report.found[0].message


@KNOWN
def test_a_removed_event_is_named(trail, known, compare):
    del trail.blocks[2][3]
    report = trail.verify(known if compare else None)
    assert kinds(report)[-1] == "removed"
    assert ids(report, "removed") == [22]


@pytest.mark.parametrize(("at", "number"), [(0, 11), (4, 15)])
def test_a_removed_event_at_the_end_of_a_block_is_named(trail, known, at, number):
    del trail.blocks[0][at]
    assert ids(trail.verify(known), "removed") == [number]


def test_a_removed_event_among_many_numbers_is_named_by_its_neighbours():
    trail = Trail(blocks=[[exports.line(exports.event(n)) for n in (10, 500, 990)]], tail=[])
    del trail.blocks[0][1]
    report = trail.verify(known_of(trail.seals))
    (found,) = [each for each in report.found if each.what == "removed"]
    assert "after event 10 and before event 990; place 2" in found.message


@KNOWN
def test_an_inserted_event_is_named(trail, known, compare):
    trail.blocks[1].insert(2, exports.line(exports.event(900)))
    report = trail.verify(known if compare else None)
    assert ids(report, "inserted") == [900]
    assert "changed" not in kinds(report)


@KNOWN
def test_events_in_another_order_are_named(trail, known, compare):
    block = trail.blocks[2]
    block[1], block[6] = block[6], block[1]
    report = trail.verify(known if compare else None)
    assert kinds(report) == ["reordered"]
    assert {20, 25} & set(ids(report))


@KNOWN
def test_swapped_numbers_are_named_with_both(trail, known, compare):
    trail.change(3, 1, id=25)
    trail.change(3, 6, id=20)
    report = trail.verify(known if compare else None)
    assert (kinds(report), ids(report)) == (["reordered"], [20, 25])


def test_an_order_changed_together_with_the_list_of_leaves_is_named(trail):
    trail.blocks[0].reverse()
    trail.seals[0]["leaves"].reverse()
    report = trail.verify()
    assert (kinds(report), ids(report)) == (["reordered"], [11, 12, 14, 15])


def test_an_event_moved_to_another_block_is_named(trail, known):
    trail.blocks[2].append(trail.blocks[0].pop(2))
    report = trail.verify(known)
    assert ids(report, "moved") == [13]
    assert any("now in block 3" in found.message for found in report.found)


def test_an_event_that_lost_its_place_and_waits_again_is_named(trail, known):
    trail.tail.insert(0, trail.blocks[0].pop(2))
    report = trail.verify(known)
    assert ids(report, "moved") == [13]
    assert any("no longer sealed" in found.message for found in report.found)


@pytest.mark.parametrize("field", ["count", "first_id", "last_id", "number", "company_id", "format"])
def test_a_changed_number_in_a_seal_is_found(trail, field):
    trail.seals[1][field] += 1
    report = trail.verify()
    assert report.result == "found"
    assert {each.block for each in report.found} & {2, 3}


@pytest.mark.parametrize("field", ["former_root", "merkle_root", "root"])
@KNOWN
def test_a_changed_hash_in_a_seal_is_found(trail, known, field, compare):
    trail.seals[1][field] = "ab" * 32
    report = trail.verify(known if compare else None)
    assert report.result == "found"
    assert 2 in {each.block for each in report.found}


def test_a_changed_time_in_a_seal_is_named_where_the_seal_is_known(trail, known):
    trail.seals[1]["sealed_at"] = exports.at(1000)
    (found,) = trail.verify(known).found
    assert (found.what, found.block) == ("header", 2)
    assert "sealed_at" in found.message


def test_a_changed_list_of_leaves_is_named(trail, known):
    trail.seals[1]["leaves"][1] = "ab" * 32
    for roots in (None, known):
        (found,) = trail.verify(roots).found
        assert (found.what, found.block, found.events) == ("leaves", 2, (17,))


def test_an_event_changed_with_its_leaf_is_named_by_who_kept_the_leaves(trail, known):
    trail.change(2, 1, reason="other")
    trail.seals[1]["leaves"][1] = rfc6962.leaf(trail.blocks[1][1]).hex()
    report = trail.verify(known)
    assert (kinds(report), ids(report)) == (["changed"], [17])
    (found,) = trail.verify().found
    assert (found.what, found.block) == ("leaves", 2)
    assert "kept outside" in found.message


@pytest.mark.parametrize("what", ["changed", "removed", "inserted", "swapped"])
def test_a_rewriting_that_fits_itself_is_named_event_by_event(trail, known, what):
    """Somebody with full rights writes events, leaves and all later seals anew, without a contradiction."""
    if what == "changed":
        wanted = [trail.change(2, 1, reason="other")]
    elif what == "removed":
        wanted = [17]
        del trail.blocks[1][1]
    elif what == "inserted":
        wanted = [900]
        trail.blocks[1].append(exports.line(exports.event(900)))
    else:
        wanted = [20, 25]
        trail.change(3, 1, id=25)
        trail.change(3, 6, id=20)
        trail.blocks[2].sort(key=lambda line: json.loads(line)["id"])
    trail.reseal()
    assert trail.verify().result == "unbroken"
    report = trail.verify(known)
    assert report.result == "found"
    assert ids(report) == wanted
    assert "known" in kinds(report)
    bare = trail.verify(known_of(Trail().seals[-1:], bare=True))
    assert kinds(bare) == ["known"]
    assert "rewritten" in bare.found[0].message


def test_later_blocks_that_only_follow_are_told_once(trail, known):
    trail.change(1, 0, reason="other")
    trail.reseal()
    report = trail.verify(known)
    words = [found.message for found in report.found if found.what == "known"]
    assert len(words) == 2
    assert "Blocks 2-3 were sealed anew" in words[1]


def test_a_block_of_other_size_sealed_anew_is_named(trail, known):
    """The border between two blocks is moved: no event differs, and yet it is not what was sealed."""
    trail.blocks[1].append(trail.blocks[2].pop(0))
    trail.reseal()
    report = trail.verify(known)
    assert ids(report, "moved") == [19]


@KNOWN
def test_a_missing_block_is_named(trail, known, compare):
    del trail.blocks[1], trail.seals[1]
    report = trail.verify(known if compare else None)
    (found,) = [each for each in report.found if each.what == "missing"]
    assert found.message == "Block 2 is missing."


def test_an_export_that_begins_later_needs_the_root_before(trail, known):
    del trail.blocks[0], trail.seals[0]
    assert "missing" in kinds(trail.verify())
    report = trail.verify(known)
    assert "missing" not in kinds(report)
    assert any("follows the known block 1" in text for text in report.remarks)


def test_blocks_in_another_order_are_found(trail):
    trail.seals[1:], trail.blocks[1:] = trail.seals[:0:-1], trail.blocks[:0:-1]
    assert trail.verify().result == "found"


def test_a_block_of_another_company_is_found(trail):
    trail.seals = exports.chain(trail.blocks, company=2)
    assert "is of company 2" in trail.verify().found[0].message


def test_an_older_database_is_told(trail, known):
    trail.tail, trail.blocks[2:], trail.seals[2:] = [], [], []
    report = trail.verify(known)
    (found,) = [each for each in report.found if each.what == "older"]
    assert found.block == 3
    for words in ("older than the last known root", "ends with block 2", "blocks 3 with 8 events"):
        assert words in found.message


def test_a_trail_that_was_emptied_is_older(known):
    report = Trail(blocks=[], tail=[], seals=[]).verify(known)
    assert report.result == "found"
    assert "has no block" in report.found[-1].message


def test_the_last_seal_taken_away_leaves_its_events_unsealed(trail, known):
    trail.tail = [*trail.blocks.pop(), *trail.tail]
    trail.seals.pop()
    report = trail.verify(known)
    assert ids(report, "moved") == list(range(19, 27))
    assert "older" in kinds(report)


def test_an_event_changed_before_it_was_sealed_is_named(trail):
    values = json.loads(trail.blocks[1][1])
    trail.blocks[1][1] = exports.line({**values, "reason": "other"})
    trail.reseal()
    (found,) = trail.verify().found
    assert (found.what, found.block, found.events) == ("digest", 2, (17,))


def test_an_unsealed_event_that_was_changed_is_named(trail):
    trail.tail[1] = exports.line({**json.loads(trail.tail[1]), "reason": "other"})
    (found,) = trail.verify().found
    assert (found.what, found.block, found.events) == ("digest", None, (28,))


def test_a_tail_that_does_not_fit_its_line_is_found(trail):
    lines = trail.lines()
    del lines[-2]
    report = verify(in_chunks(exports.ended(lines[:-1])))
    assert "tail" in kinds(report)


def test_a_long_unsealed_tail_is_a_warning(trail, known):
    trail.head = {"exported_at": exports.at(27 + 61)}
    report = trail.verify(known)
    assert report.result == "unbroken"
    assert report.warnings == [
        "2 events not sealed yet, the oldest for 61 s (more than 60 s): does the job that seals run?"
    ]


def test_a_clock_that_ran_backwards_is_a_remark(known):
    blocks = [[exports.line(exports.event(n, seconds=s)) for n, s in ((11, 500), (12, 100), (13, 130))]]
    report = Trail(blocks=blocks, tail=[]).verify()
    assert report.result == "unbroken"
    assert [text for text in report.remarks if "clock" in text] == [
        "The clock ran backwards: event 12 is 400 s earlier than the event before it."
    ]


def test_seals_whose_time_goes_back_are_a_remark(trail):
    trail.seals = exports.chain(trail.blocks)
    trail.seals[1] = exports.seal(2, trail.seals[0]["root"], trail.blocks[1], sealed_at=exports.at(1))
    trail.seals[2] = exports.seal(3, trail.seals[1]["root"], trail.blocks[2])
    report = trail.verify()
    assert report.result == "unbroken"
    assert any("block 2 was sealed at" in text for text in report.remarks)


def test_small_steps_back_and_late_commits_are_nothing(known):
    first = [exports.line(exports.event(n, seconds=s)) for n, s in ((11, 100), (14, 90), (15, 1000))]
    late = [exports.line(exports.event(n, seconds=s)) for n, s in ((12, 101), (13, 102), (16, 1001))]
    report = Trail(blocks=[first, late], tail=[]).verify()
    assert (report.result, report.remarks) == ("unbroken", [])


def test_the_longest_silence_and_wait_are_told():
    blocks = [[exports.line(exports.event(n, seconds=s)) for n, s in ((11, 0), (12, 90_000), (13, 90_001))]]
    trail = Trail(blocks=blocks, tail=[])
    trail.seals = [exports.seal(1, "0" * 64, blocks[0], sealed_at=exports.at(90_010))]
    trail.head = {"exported_at": exports.at(90_020)}
    report = trail.verify()
    assert report.longest_gap["seconds"] == 90_000
    assert report.longest_gap["before_event"] == 12
    assert report.longest_unsealed_s == 90_010


def test_a_copied_database_is_a_remark(trail):
    later = exports.seal(2, trail.seals[0]["root"], trail.blocks[1], uuid="another")
    trail.seals[1:] = [later, exports.seal(3, later["root"], trail.blocks[2], uuid="another")]
    report = trail.verify()
    assert report.result == "unbroken"
    assert any("another id" in text for text in report.remarks)


def test_a_head_that_speaks_of_more_is_found(trail):
    trail.head = {"last_seal": 4, "events": 99}
    (found,) = trail.verify().found
    assert found.what == "head"
    assert "99 events" in found.message


@pytest.mark.parametrize("events", [16, 18])
def test_a_head_may_count_with_or_without_the_tail(trail, known, events):
    trail.head = {"events": events}
    assert trail.verify(known).result == "unbroken"
