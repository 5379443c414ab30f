"""Reads an export of the audit trail from its bytes: never more of it in memory than one block."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from agent_service.audit.canonical import canonical_bytes
from agent_service.audit.errors import BadExport
from agent_service.audit.tree import FORMAT, HEADER

EVENT = b'{"action":'
"""How every event line begins: its keys are sorted. Only other lines are looked at closely here."""

LONGEST_LINE = 256 * 2**20
"""The leaves of one block stand in one line; what is longer than this is no export."""

_HEX = re.compile(r"[0-9a-f]*")
_HEX64 = re.compile(r"[0-9a-f]{64}")
_REMEDY = "Export the audit trail again in Odoo (Reporting, Audit trail, Export)."


@dataclass(frozen=True)
class Control:
    """A line about the export itself: head, seal or tail."""

    line: int
    kind: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Events:
    """Event lines in a row, as they stand in the file; `line` is the number of the first."""

    line: int
    lines: list[bytes]


@dataclass(frozen=True)
class Damage:
    """Something that no add-on writes: the file was changed, cut off or damaged after the export."""

    line: int
    message: str


Part = Control | Events | Damage


def read(chunks: Iterable[bytes]) -> Iterator[Part]:
    """Yield the parts of an export; the first is its head. Raises BadExport for a foreign file."""
    reader = _Reader()
    for lines, complete in _lines(chunks):
        yield from reader.parts(lines, complete)
    yield from reader.end()


def _lines(chunks: Iterable[bytes]) -> Iterator[tuple[list[bytes], bool]]:
    """Yield the lines of each chunk without their ends; at last, what has no end."""
    pieces: list[bytes] = []
    size = 0
    for chunk in chunks:
        if b"\n" in chunk:
            pieces.append(chunk)
            *lines, rest = b"".join(pieces).split(b"\n")
            yield lines, True
            pieces, size = [rest], len(rest)
        else:
            pieces.append(chunk)
            size += len(chunk)
        if size > LONGEST_LINE:
            raise BadExport("This is no export of the audit trail: a line in it does not end", _REMEDY)
    rest = b"".join(pieces)
    if rest:
        yield [rest], False


@dataclass
class _Reader:
    number: int = 0
    whole: Any = field(default_factory=sha256)
    ended: bool = False
    broken: bool = False

    def parts(self, lines: list[bytes], complete: bool) -> Iterator[Part]:
        """Yield what some lines are; `complete` is False for a last line without its end."""
        if not complete:
            self.broken = True
            yield from self._cut_off(lines[0])
            return
        run: list[bytes] = []
        hashed = 0
        for at, line in enumerate(lines):
            if line.startswith(EVENT) and self.number + at:
                run.append(line)
                continue
            control = self._control(line, self.number + at + 1)
            if control is None:
                run.append(line)
                continue
            if run:
                yield self._events(self.number + at + 1 - len(run), run)
                run = []
            if isinstance(control, Control) and control.kind == "end":
                self._hash(lines[hashed:at])
                hashed = at
                yield from self._check_end(control)
            else:
                yield control
        if run:
            yield self._events(self.number + len(lines) + 1 - len(run), run)
        self._hash(lines[hashed:])
        self.number += len(lines)

    def _events(self, number: int, lines: list[bytes]) -> Part:
        if self.ended:
            return Damage(number, f"Something stands behind the end, in line {number}.")
        return Events(number, lines)

    def _hash(self, lines: list[bytes]) -> None:
        if lines:
            self.whole.update(b"\n".join(lines))
            self.whole.update(b"\n")

    def end(self) -> Iterator[Part]:
        """Yield what is wrong with the end of the file."""
        if not self.number:
            raise BadExport("The file is empty, or its first line is cut off", _REMEDY)
        if not self.ended and not self.broken:
            yield Damage(
                self.number,
                f"The export is cut off: it stops after line {self.number} and its last line "
                '("kind":"end") is missing.',
            )

    def _cut_off(self, rest: bytes) -> Iterator[Part]:
        if not self.number:
            head_of(rest)  # says what kind of a foreign file this is
            raise BadExport("The export is cut off in its first line", _REMEDY)
        if self.ended:
            yield Damage(self.number + 1, f"Something stands behind the end, in line {self.number + 1}.")
        else:
            yield Damage(
                self.number + 1,
                f"The export is cut off in line {self.number + 1}: the last line is not complete "
                f"({len(rest)} bytes of it are there).",
            )

    def _check_end(self, end: Control) -> Iterator[Part]:
        if self.ended:
            yield Damage(end.line, f"The export ends twice, again in line {end.line}.")
        self.ended = True
        if end.fields.get("lines") != end.line - 1:
            yield Damage(
                end.line,
                f"The last line says that {end.fields.get('lines')} lines stand before it; there are "
                f"{end.line - 1}.",
            )
        elif end.fields.get("sha256") != self.whole.hexdigest():
            yield Damage(
                end.line,
                "The file's own checksum does not fit: it was changed or damaged after the export.",
            )

    def _control(self, line: bytes, number: int) -> Control | Damage | None:
        """Return what a line is that is no ordinary event; None for something among the events."""
        if number == 1:
            return Control(1, "head", head_of(line))
        if self.ended and not line.startswith(b'{"kind":"end"'):
            return Damage(number, f"Something stands behind the end, in line {number}.")
        try:
            fields = json.loads(line)
            plain = canonical_bytes(fields)
        except (ValueError, RecursionError):
            fields = plain = None
        kind = fields.get("kind") if isinstance(fields, dict) else None
        if kind not in ("seal", "tail", "end"):
            if b'"merkle_root"' in line or b'"leaves":[' in line:
                return Damage(number, f"Line {number} is the seal of a block and can't be read.")
            return None
        if plain != line:
            return Damage(number, f"Line {number} is not written as the add-on writes it.")
        wrong = _WRONG[kind](fields)
        if wrong:
            return Damage(number, f"Line {number} ({kind}) can't be used: {wrong}.")
        return Control(number, kind, fields)


def head_of(line: bytes) -> dict[str, Any]:
    """Return the head of an export, or say what the file is instead."""
    if line.startswith((b"\x1f\x8b", b"PK\x03\x04")):
        raise BadExport("The file is compressed", "Unpack it, then verify what is inside.")
    if line.startswith(b"\xef\xbb\xbf") or line.endswith(b"\r"):
        raise BadExport(
            "A program has changed the file's line ends or its beginning",
            "Use the file as it was downloaded; copy it without converting it.",
        )
    try:
        fields = json.loads(line)
        canonical_bytes(fields)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict) or fields.get("kind") != "head" or "format" not in fields:
        raise BadExport("This is no export of the audit trail", _REMEDY)
    if fields["format"] != FORMAT:
        raise BadExport(
            f"The export is of format {str(fields['format'])[:20]}; this program reads {FORMAT}",
            "Install the agent of the add-on's release.",
        )
    company = fields.get("company")
    if not (isinstance(company, dict) and is_count(company.get("id")) and fields.get("database_uuid")):
        raise BadExport("The first line of the export names no database and company", _REMEDY)
    return fields


def is_count(value: Any) -> bool:
    """Tell whether a value is a whole number from 0 up."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_hash(value: Any) -> bool:
    """Tell whether a value is a SHA-256 in hex."""
    return isinstance(value, str) and _HEX64.fullmatch(value) is not None


def wrong_seal(fields: dict[str, Any]) -> str | None:
    """Return what is wrong with the shape of a seal, or None."""
    missing = [name for name in (*HEADER, "root", "leaves") if name not in fields]
    if missing:
        return f"{', '.join(missing)} missing"
    counts = ("format", "company_id", "number", "count", "first_id", "last_id")
    for name in counts:
        if not is_count(fields[name]):
            return f"{name} is no number"
    for name in ("former_root", "merkle_root", "root"):
        if not is_hash(fields[name]):
            return f"{name} is no SHA-256"
    for name in ("database_uuid", "sealed_at"):
        if not isinstance(fields[name], str):
            return f"{name} is no text"
    return None if _are_hashes(fields["leaves"]) else "a leaf is no SHA-256"


def _are_hashes(values: Any) -> bool:
    """Tell whether a list holds only SHA-256 in hex; all at once, for they are as many as the events."""
    if not isinstance(values, list) or set(map(type, values)) - {str} or set(map(len, values)) - {64}:
        return False
    return _HEX.fullmatch("".join(values)) is not None


def _wrong_tail(fields: dict[str, Any]) -> str | None:
    return None if is_count(fields.get("count")) else "count is no number"


def _wrong_end(fields: dict[str, Any]) -> str | None:
    return None if is_count(fields.get("lines")) and is_hash(fields.get("sha256")) else "lines or sha256"


_WRONG = {"seal": wrong_seal, "tail": _wrong_tail, "end": _wrong_end}
