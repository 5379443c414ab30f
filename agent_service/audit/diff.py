"""Compares the events that stand in a block with the leaves that it should have, and keeps what differs."""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Stranger:
    """An event that stands where its leaf is not known."""

    block: int | None
    id: int | None
    leaf: bytes
    file_line: int
    line: bytes = field(repr=False)


@dataclass(frozen=True)
class Lost:
    """A leaf that no event of its block has any more."""

    block: int
    position: int
    leaf: bytes


@dataclass
class Gap:
    """A place in a block where leaves are lost, or strangers stand, between two events that fit."""

    block: int
    before: int | None
    after: int | None
    lost: list[Lost] = field(default_factory=list)
    strangers: list[Stranger] = field(default_factory=list)


@dataclass
class Difference:
    """What differs in one block."""

    block: int
    gaps: list[Gap] = field(default_factory=list)
    reordered: list[int | None] = field(default_factory=list)


def differ(
    block: int,
    wanted: Sequence[bytes],
    leaves: Sequence[bytes],
    ids: Sequence[int | None],
    lines: dict[int, tuple[int, bytes]],
    bounds: tuple[int | None, int | None] = (None, None),
) -> Difference | None:
    """Return how a block's events differ from the wanted leaves; None where they don't.

    `lines` gives, by position, the number in the file and the text of what does not stand in its place;
    `bounds` are the ids that the block's first and last event should have.
    """
    if list(wanted) == list(leaves):
        return None
    places: dict[bytes, deque[int]] = defaultdict(deque)
    for position, leaf in enumerate(wanted):
        places[leaf].append(position)
    at = [places[leaf].popleft() if places.get(leaf) else None for leaf in leaves]
    kept = _longest_rise([position for position in at if position is not None])
    found = {position for position in at if position is not None}
    result = Difference(block)
    gap, next_wanted, before = Gap(block, None, None), 0, None

    def close(after: int | None, until: int) -> None:
        nonlocal gap
        gap.after = after
        gap.lost = [
            Lost(block, position, wanted[position])
            for position in range(next_wanted, until)
            if position not in found
        ]
        if gap.lost or gap.strangers:
            result.gaps.append(gap)

    for index, position in enumerate(at):
        if position is None:
            line_number, line = lines.get(index, (0, b""))
            gap.strangers.append(Stranger(block, ids[index], leaves[index], line_number, line))
        elif position not in kept:
            result.reordered.append(ids[index])
        else:
            close(ids[index], position)
            before, next_wanted = ids[index], position + 1
            gap = Gap(block, before, None)
    close(None, len(wanted))
    _name_ends(result, len(wanted), bounds)
    return result


def _name_ends(result: Difference, size: int, bounds: tuple[int | None, int | None]) -> None:
    """Let a gap at an end of the block begin or stop just outside the ids that the seal names."""
    first, last = bounds
    for gap in result.gaps:
        if gap.before is None and first is not None and gap.lost and gap.lost[0].position == 0:
            gap.before = first - 1
        if gap.after is None and last is not None and gap.lost and gap.lost[-1].position == size - 1:
            gap.after = last + 1


def _longest_rise(values: Sequence[int]) -> set[int]:
    """Return the largest set of values that stand in rising order: the others were moved."""
    tails: list[int] = []
    tail_at: list[int] = []
    former: list[int] = [-1] * len(values)
    for index, value in enumerate(values):
        place = bisect_left(tails, value)
        former[index] = tail_at[place - 1] if place else -1
        if place == len(tails):
            tails.append(value)
            tail_at.append(index)
        else:
            tails[place], tail_at[place] = value, index
    rise = set()
    index = tail_at[-1] if tail_at else -1
    while index >= 0:
        rise.add(values[index])
        index = former[index]
    return rise
