"""Files that are no export, cut off or damaged: said by name, never a traceback."""

import gzip
import json
import random

import pytest

from agent_service.audit.errors import BadExport
from agent_service.audit.report import DAMAGED
from agent_service.audit.verify import verify
from tests.agent.audit.trail import Trail, in_chunks, known_of
from tests.support import exports, rfc6962


@pytest.fixture
def lines():
    return Trail().lines()


@pytest.fixture
def whole(lines):
    return b"".join(line + b"\n" for line in lines)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n", "no export"),
        (b"{}\n", "no export"),
        (b"[1]\n", "no export"),
        (b"PK\x03\x04zip", "compressed"),
        (gzip.compress(b"x"), "compressed"),
        (b"\xef\xbb\xbf{}\n", "changed the file's line ends"),
        (b'{"kind":"head"}\r\n', "changed the file's line ends"),
        (b'{"kind":"seal"}\n', "no export"),
        (b'{"format":2,"kind":"head"}\n', "format 2; this program reads 1"),
        (b'{"format":1,"kind":"head"}\n', "names no database and company"),
        (b'{"company":{"id":-1},"database_uuid":"x","format":1,"kind":"head"}\n', "names no database"),
        (b"\x00" * 5000, "no export"),
        (b"[" * 100_000 + b"\n", "no export"),
        (b"a;b;c\n1;2;3\n", "no export"),
        (b'{"company":{"id":1}', "no export"),
        ('{"kind":"head","format":1'.encode("utf-16"), "no export"),
    ],
)
def test_a_foreign_file_is_refused_by_name(content, words):
    with pytest.raises(BadExport) as caught:
        verify([content[:7], content[7:]])
    assert words in caught.value.line


def test_an_endless_line_is_refused(monkeypatch):
    monkeypatch.setattr("agent_service.audit.export.LONGEST_LINE", 1000)
    with pytest.raises(BadExport, match="does not end"):
        verify([b"x" * 600] * 3)


def test_every_cut_is_told(whole, lines):
    """Wherever the file stops, the report says so; the line it stops in is named."""
    end = len(whole)
    for at in [*range(len(lines[0]) + 1, end, 97), end - 2, end - 1]:
        report = verify([whole[:at]])
        number = whole[:at].count(b"\n") + 1
        assert report.result == DAMAGED, at
        assert any("cut off" in text for text in report.damage), at
        cut_in_a_line = whole[at - 1 : at] != b"\n"
        assert any(f"line {number if cut_in_a_line else number - 1}" in text for text in report.damage), at


def test_a_cut_in_the_first_line_is_refused(lines):
    with pytest.raises(BadExport):
        verify([lines[0][:-4]])
    with pytest.raises(BadExport, match="first line"):
        verify([lines[0]])


def test_a_missing_end_is_told(lines):
    report = verify(in_chunks(lines[:-1]))
    where = f"stops after line {len(lines) - 1} and its last line"
    assert report.damage == [f'The export is cut off: it {where} ("kind":"end") is missing.']


def test_an_edited_event_is_named_and_the_file_called_damaged(lines):
    lines[3] = lines[3].replace(b"anna", b"bert")
    report = verify(in_chunks(lines))
    assert report.result == DAMAGED
    assert "checksum does not fit" in report.damage[0]
    assert report.found[0].events == (12,)


@pytest.mark.parametrize("at", [1, 7, 11])
def test_a_seal_that_cannot_be_read_is_told_by_its_line(lines, at):
    lines[at] = lines[at][:-1]
    report = verify(in_chunks(lines))
    assert report.result == DAMAGED
    assert any(f"Line {at + 1} is the seal" in text for text in report.damage)


@pytest.mark.parametrize(
    ("name", "value"),
    [("number", "2"), ("count", None), ("root", "x"), ("leaves", ["x"]), ("leaves", 7), ("sealed_at", 5),
     ("first_id", True), ("company_id", -1), ("merkle_root", "AB" * 32)],
)  # fmt: skip
def test_a_seal_of_another_shape_is_told(lines, name, value):
    seal = json.loads(lines[7])
    seal[name] = value
    lines[7] = json.dumps(seal, sort_keys=True, separators=(",", ":")).encode()
    report = verify(in_chunks(lines))
    assert any(f"Line 8 (seal) can't be used: {name}" in text or "leaf" in text for text in report.damage)


def test_a_seal_written_otherwise_is_told(lines):
    lines[7] = json.dumps(json.loads(lines[7])).encode()
    assert any("not written as the add-on" in text for text in verify(in_chunks(lines)).damage)


def test_an_event_line_that_cannot_be_read_is_told_by_its_line(lines):
    lines[9] = b"\xff\xfe nothing"
    report = verify(in_chunks(lines))
    assert report.result == DAMAGED
    assert any("line 10 of the export is no readable event" in found.message for found in report.found)


def test_lines_behind_the_end_are_told(lines):
    report = verify(in_chunks([*lines, lines[3], lines[-1]]))
    assert any("behind the end" in text for text in report.damage)
    assert any("ends twice" in text for text in report.damage)


def test_parts_in_a_wrong_order_are_told(lines):
    moved = [lines[0], lines[2], *lines[1:2], *lines[3:]]
    assert any("before every seal" in text for text in verify(in_chunks(moved)).damage)
    again = [*lines[:-1], lines[1], lines[-1]]
    assert any("behind the tail" in text for text in verify(in_chunks(again)).damage)


def test_any_damage_ends_in_a_report_or_a_plain_refusal(whole):
    """Bytes flipped, cut out, doubled, zeroed: nothing is raised but what a person can read."""
    seed = random.SystemRandom().getrandbits(32)
    print("seed", seed)
    chance = random.Random(seed)
    known = known_of(Trail().seals)
    for _round in range(400):
        at, size = chance.randrange(len(whole)), chance.choice((1, 1, 3, 50, 700))
        piece = whole[at : at + size]
        change = chance.choice(("flip", "cut", "double", "zero", "newline"))
        new = {
            "flip": bytes(byte ^ chance.randrange(1, 256) for byte in piece), "cut": b"", "double": piece * 2,
            "zero": b"\0" * len(piece), "newline": b"\n",
        }[change]  # fmt: skip
        damaged = whole[:at] + new + whole[at + size :]
        try:
            report = verify([damaged[:1000], damaged[1000:]], known)
        except BadExport:
            continue
        assert damaged == whole or report.result == DAMAGED, (seed, at, size, change)
        assert len(json.dumps(report.shown())) < 200_000


def test_very_much_damage_is_told_in_few_lines(lines):
    report = verify(in_chunks([*lines[:-1], *[lines[1][:-1]] * 5000]))
    assert report.damages >= 5000
    assert len(report.damage) == 101


def test_a_number_out_of_all_bounds_is_no_trouble(lines):
    seal = json.loads(lines[7])
    lines[7] = rfc6962.text({**seal, "number": 10**18}).encode()
    report = verify(in_chunks(exports.ended(lines[:-1])))
    assert any("blocks 2-999999999999999999 are missing" in f.message.lower() for f in report.found)


def test_text_that_no_machine_can_write_is_refused(lines):
    head = lines[0].replace(b"Northwind", b"\\ud800")
    with pytest.raises(BadExport):
        verify(in_chunks([head, *lines[1:]]))
