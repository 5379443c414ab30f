"""What a verification says: what was found, in words and for programs."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

UNBROKEN, FOUND, DAMAGED = "unbroken", "found", "damaged"
_MANY = 1000
_MOST_DAMAGE = 100


@dataclass(frozen=True)
class Found:
    """One thing that is not as it was sealed.

    `what` is one of: changed, removed, inserted, reordered, moved, digest, leaves, header, chain, missing,
    known, older, tail, head.
    """

    what: str
    message: str
    block: int | None = None
    events: tuple[int, ...] = ()

    def shown(self) -> dict[str, Any]:
        """Return it for programs; of very many event ids only the first."""
        shown = asdict(self)
        shown["events"] = list(self.events[:_MANY])
        shown["count"] = len(self.events)
        return shown


@dataclass(frozen=True)
class AcceptedGap:
    """A controller accepted that sealed blocks are gone: a backup was restored."""

    number: int
    root: str
    by: str
    at: str
    reason: str
    told_by: str
    """Who says so: the agent's own file ('known roots'), or an event of the export ('event 17')."""

    @property
    def sentence(self) -> str:
        """Return it in words."""
        return (
            f"Accepted gap: the database was older than block {self.number} ({self.root[:12]}…). "
            f"Accepted by {self.by} at {self.at}: {self.reason}"
        )


@dataclass
class Report:
    """The result of one verification."""

    head: dict[str, Any] = field(default_factory=dict)
    found: list[Found] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    damages: int = 0
    warnings: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    gaps: list[AcceptedGap] = field(default_factory=list)
    blocks: int = 0
    events: int = 0
    last_number: int | None = None
    last_root: str | None = None
    first_event_at: str | None = None
    last_event_at: str | None = None
    longest_gap: dict[str, Any] | None = None
    longest_unsealed_s: float | None = None
    unsealed: dict[str, Any] | None = None
    known: dict[str, Any] | None = None

    def damaged(self, message: str) -> None:
        """Note a damage; of very many only the first are told."""
        self.damages += 1
        if self.damages <= _MOST_DAMAGE:
            self.damage.append(message)
        elif self.damages == _MOST_DAMAGE + 1:
            self.damage.append("There is more damage than is listed here.")

    @property
    def result(self) -> str:
        """Return the verdict in one word."""
        if self.damage:
            return DAMAGED
        return FOUND if self.found else UNBROKEN

    def shown(self) -> dict[str, Any]:
        """Return the report for programs."""
        last = {"number": self.last_number, "root": self.last_root}
        return {
            "result": self.result,
            "database_uuid": self.head.get("database_uuid"),
            "company": self.head.get("company"),
            "exported_at": self.head.get("exported_at"),
            "blocks": self.blocks,
            "events": self.events,
            "last": None if self.last_number is None else last,
            "first_event_at": self.first_event_at,
            "last_event_at": self.last_event_at,
            "longest_gap": self.longest_gap,
            "longest_unsealed_s": self.longest_unsealed_s,
            "unsealed": self.unsealed,
            "known": self.known,
            "found": [each.shown() for each in self.found],
            "damage": self.damage,
            "warnings": self.warnings,
            "remarks": self.remarks,
            "accepted_gaps": [asdict(each) for each in self.gaps],
        }


def ranges(numbers: Iterable[int], limit: int = 12) -> str:
    """Return numbers as people write them: 3, 5-9, 12."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    texts = [str(low) if low == high else f"{low}-{high}" for low, high in runs]
    more = f" and {len(texts) - limit} more" if len(texts) > limit else ""
    return ", ".join(texts[:limit]) + more


def things(count: int, word: str) -> str:
    """Return a count with its word: 1 event, 2 events."""
    return f"{count:,} {word}" + ("" if count == 1 else "s")
