"""Event lines: their leaves, their numbers, and whether their own digests fit. The hot loop stands here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from agent_service.audit.canonical import canonical_bytes

# Keys are sorted and values hold no unescaped quotes, so these can only be what they look like.
_DIGEST = b',"digest":"'
_EVENT_AT = b',"event_at":"'
_ID = b',"id":'
_DIGEST_SIZE = len(_DIGEST) + 65
_AT, _AT_END = len(_EVENT_AT), len(_EVENT_AT) + 27

CLOCK_STEP_S = 60
"""Events of two people cross each other by a moment; a clock that went back goes further."""


@dataclass
class Scan:
    """What a row of event lines says, position by position."""

    leaves: list[bytes] = field(default_factory=list)
    ids: list[int | None] = field(default_factory=list)
    moments: list[bytes] = field(default_factory=list)
    unfit: list[int] = field(default_factory=list)
    """Positions whose stored digest is not that of their content."""

    def add(self, lines: list[bytes]) -> None:
        """Take more lines in."""
        self.leaves += [sha256(b"\x00" + line).digest() for line in lines]
        add_id, add_moment = self.ids.append, self.moments.append
        for line in lines:
            # {"action":...,"digest":"<64>","event_at":"<27>","format":1,"id":17,"model":...}
            at = line.find(_DIGEST)
            moment = line.find(_EVENT_AT, at)
            start = line.find(_ID, moment)
            end = line.find(b",", start + 6)
            number = line[start + 6 : end]
            if at < 0 or moment < 0 or start < 0 or not number.isdigit() or len(number) > 18:
                self._odd(line)
                continue
            add_id(int(number))
            add_moment(line[moment + _AT : moment + _AT_END])
            content = line[:at] + line[at + _DIGEST_SIZE : start] + line[end:]
            if sha256(content).hexdigest().encode() != line[at + 11 : at + 75]:
                self.unfit.append(len(self.ids) - 1)

    def rising(self) -> bool:
        """Tell whether the numbers rise; what has none is left out."""
        numbers = [each for each in self.ids if each is not None]
        return numbers == sorted(set(numbers))

    def _odd(self, line: bytes) -> None:
        """Take in a line that is not written as all others are."""
        values = parsed(line)
        number = values.get("id")
        self.ids.append(number if isinstance(number, int) and not isinstance(number, bool) else None)
        moment = values.get("event_at")
        self.moments.append(moment.encode(errors="replace") if isinstance(moment, str) else b"")
        if not digest_fits(values):
            self.unfit.append(len(self.ids) - 1)


def parsed(line: bytes) -> dict[str, Any]:
    """Return the values of an event line; nothing where it can't be read."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def digest_fits(values: Mapping[str, Any]) -> bool:
    """Tell whether an event's stored digest is that of its content."""
    content = {name: value for name, value in values.items() if name not in ("id", "digest")}
    try:
        return sha256(canonical_bytes(content)).hexdigest() == values.get("digest")
    except (ValueError, RecursionError):
        return False


def renumbered(line: bytes, number: int) -> bytes:
    """Return the line as it would be under another number; as it is where it has no readable one."""
    start = line.find(_ID)
    end = line.find(b",", start + 6)
    return line if start < 0 else line[: start + 6] + str(number).encode() + line[end:]
