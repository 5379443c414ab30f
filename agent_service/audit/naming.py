"""Says in words what became of events that do not fit: changed, removed, inserted, reordered, moved."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from agent_service.audit.diff import Difference, Gap, Lost, Stranger
from agent_service.audit.events import renumbered
from agent_service.audit.report import Found, ranges, things
from agent_service.audit.tree import leaf_hash

_TRIES = 40_000
"""So many other numbers are tried at most to find out which event stands under a number."""


def named(differences: Sequence[Difference], tail: Iterable[Stranger]) -> list[Found]:
    """Return one finding for each kind of thing that was done to each block."""
    gaps = [gap for difference in differences for gap in difference.gaps]
    loose = [Gap(0, None, None, strangers=list(tail))]
    result = [*_moved(gaps, loose), *_renumbered(gaps, loose)]
    for difference in differences:
        if difference.reordered:
            ids = _ids(difference.reordered)
            result.append(
                Found("reordered", f"{events_in_words(ids)} stand in another order", difference.block, ids)
            )
        for gap in difference.gaps:
            result += _at(gap)
    return _joined(result)


def _ids(ids: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(each for each in ids if each is not None)


def events_in_words(ids: Sequence[int]) -> str:
    """Return event ids as people write them."""
    return f"event {ids[0]}" if len(ids) == 1 else f"events {ranges(ids)}"


def _moved(gaps: list[Gap], loose: list[Gap]) -> list[Found]:
    """Find events that stand in another block than they were sealed in, and take them out of the gaps."""
    lost = {each.leaf: each.block for gap in gaps for each in gap.lost}
    where: dict[tuple[int, int | None], list[int | None]] = {}
    settled = set()
    for gap in (*gaps, *loose):
        for stranger in gap.strangers:
            home = lost.pop(stranger.leaf, None)
            if home is not None:
                settled.add(stranger.leaf)
                where.setdefault((home, stranger.block), []).append(stranger.id)
    _settle((*gaps, *loose), settled, settled)
    found = []
    for (home, block), ids in where.items():
        stand = "no longer sealed" if block is None else f"now in block {block}"
        found.append(Found("moved", f"{events_in_words(_ids(ids))}: {stand}", home, _ids(ids)))
    return found


def _renumbered(gaps: list[Gap], loose: list[Gap]) -> list[Found]:
    """Find events that stand under another number, by trying the numbers that are near."""
    lost = {each.leaf: each.block for gap in gaps for each in gap.lost}
    candidates = {each.id for gap in gaps for each in gap.strangers if each.id is not None}
    for gap in gaps:
        if gap.lost:
            candidates |= set(_between(gap))
    strangers = [each for gap in (*gaps, *loose) for each in gap.strangers if each.line]
    found: list[Found] = []
    if not lost or len(candidates) * len(strangers) > _TRIES:
        return found
    settled_lost, settled_strangers = set(), set()
    for stranger in strangers:
        for number in sorted(candidates):
            leaf = leaf_hash(renumbered(stranger.line, number))
            home = lost.pop(leaf, None)
            if home is not None:
                settled_lost.add(leaf)
                settled_strangers.add(stranger.leaf)
                text = f"event {number} stands under the number {stranger.id}"
                found.append(Found("reordered", text, home, _ids([number, stranger.id])))
                break
    _settle((*gaps, *loose), settled_lost, settled_strangers)
    return found


def _settle(gaps: Iterable[Gap], lost: set[bytes], strangers: set[bytes]) -> None:
    """Take out of the gaps what is explained already."""
    for gap in gaps:
        gap.lost = [each for each in gap.lost if each.leaf not in lost]
        gap.strangers = [each for each in gap.strangers if each.leaf not in strangers]


def _between(gap: Gap, most: int = 64) -> list[int]:
    """Return the numbers that may be missing in a gap; none where nobody can tell."""
    if gap.before is None or gap.after is None or gap.after - gap.before > most:
        return []
    taken = {each.id for each in gap.strangers}
    return [number for number in range(gap.before + 1, gap.after) if number not in taken]


def _at(gap: Gap) -> list[Found]:
    """Name what is left in one gap: as many changed as there are strangers for lost leaves, then the rest."""
    pairs = min(len(gap.lost), len(gap.strangers))
    changed, more, gone = gap.strangers[:pairs], gap.strangers[pairs:], gap.lost[pairs:]
    found = []
    for what, strangers, words in (("changed", changed, "changed"), ("inserted", more, "put in")):
        ids = _ids(each.id for each in strangers)
        unread = [each.file_line for each in strangers if each.id is None]
        if ids:
            found.append(Found(what, f"{events_in_words(ids)}: {words} after sealing", gap.block, ids))
        if unread:
            text = f"line {ranges(unread)} of the export is no readable event"
            found.append(Found(what, text, gap.block))
    if gone:
        found.append(_gone(gap, gone))
    return found


def _gone(gap: Gap, gone: Sequence[Lost]) -> Found:
    missing = _between(gap)
    if len(missing) == len(gone):
        return Found("removed", f"{events_in_words(missing)}: removed", gap.block, tuple(missing))
    sides = [
        f"after event {gap.before}" if gap.before is not None else "",
        f"before event {gap.after}" if gap.after is not None else "",
    ]
    where = " and ".join(side for side in sides if side) or "all that it had"
    places = ranges(each.position + 1 for each in gone)
    text = f"{things(len(gone), 'event')} removed ({where}; place {places} in the block)"
    return Found("removed", text, gap.block)


def _joined(found: list[Found]) -> list[Found]:
    """Say once a block and kind what would be said for every event."""
    result = []
    order = sorted(found, key=lambda each: (each.block or 0, each.what))
    for (block, what), group in groupby(order, key=lambda each: (each.block, each.what)):
        members = list(group)
        ids = tuple(sorted({number for each in members for number in each.events}))
        if what in ("changed", "inserted") and all(each.events for each in members):
            words = "changed" if what == "changed" else "put in"
            text = f"{events_in_words(ids)}: {words} after sealing"
        elif what == "removed" and all(each.events for each in members):
            text = f"{events_in_words(ids)}: removed"
        else:
            texts = [each.message for each in members]
            more = f"; and {len(texts) - 20} more" if len(texts) > 20 else ""
            text = "; ".join(texts[:20]) + more
        result.append(Found(what, f"Block {block}: {text}.", block, ids))
    return result
