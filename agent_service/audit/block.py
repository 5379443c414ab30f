"""One block: its seal against itself, its events against its leaves, and both against what is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from agent_service.audit.diff import Difference, differ
from agent_service.audit.events import Scan
from agent_service.audit.known import KnownSeal
from agent_service.audit.naming import events_in_words
from agent_service.audit.report import Found, ranges, things
from agent_service.audit.tree import HEADER, block_root, merkle_root

_OWN = tuple(name for name in HEADER if name != "former_root")


class Budget:
    """How many lines that don't fit are kept in memory, over all blocks."""

    def __init__(self, lines: int = 200_000) -> None:
        """Begin with so many lines."""
        self.left = lines


@dataclass
class Block:
    """One block while its events are read."""

    seal: dict[str, Any]
    line: int
    known: KnownSeal | None = None
    known_leaves: Sequence[bytes] | None = None
    budget: Budget = field(default_factory=Budget)
    found: list[Found] = field(default_factory=list)
    own: Difference | None = None
    """What differs from the block's own leaves."""
    former: Difference | None = None
    """What differs from the leaves that are known from outside, where another root is known."""
    scan: Scan = field(default_factory=Scan)
    _kept: dict[int, tuple[int, bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the seal by itself."""
        self.number = int(self.seal["number"])
        self.root = str(self.seal["root"])
        self.computed = block_root(self.seal)
        self.leaves = list(map(bytes.fromhex, self.seal["leaves"]))
        merkle = merkle_root(self.leaves).hex()
        self.leaves_fit = merkle == self.seal["merkle_root"]
        self.rewritten = self.known is not None and self.known.root != self.root
        if self.computed != self.root:
            self._header_changed(merkle)
        if self.known is not None and self.known.header and not self.rewritten:
            self.leaves_fit = merkle == self.known.header["merkle_root"]

        # leaves from outside count where the block's own are not the ones that were sealed
        self.against_known = self.known_leaves is not None and (self.rewritten or not self.leaves_fit)

    def _header_changed(self, merkle: str) -> None:
        names = self.changed_fields()
        if not names and block_root({**self.seal, "merkle_root": merkle}) == self.root:
            names = ["merkle_root"]
            self.leaves_fit = True
        which = f" ({', '.join(names)})" if names else ""
        text = f"Block {self.number}: its seal was changed{which}; its fields do not give its root."
        self.found.append(Found("header", text, self.number))

    def changed_fields(self) -> list[str]:
        """Return the fields of the header that are known to have been others."""
        if self.known is None or self.known.header is None:
            return []
        return [name for name in _OWN if self.known.header[name] != self.seal[name]]

    @property
    def difference(self) -> Difference | None:
        """Return what differs from the best that is known of this block."""
        return self.former if self.against_known else self.own

    def roots(self) -> set[str]:
        """Return the roots that the next block may name: the stored one, and what it should be."""
        return {self.root, self.computed}

    def add(self, line: int, lines: list[bytes]) -> None:
        """Take in more event lines; `line` is the number of the first in the file."""
        start = len(self.scan.leaves)
        self.scan.add(lines)
        got = self.scan.leaves[start:]
        for wanted in (self.leaves, self.known_leaves):
            if wanted is None or list(wanted[start : start + len(got)]) == got:
                continue
            for at, leaf in enumerate(got):
                place = start + at
                if (place >= len(wanted) or wanted[place] != leaf) and self.budget.left > 0:
                    self.budget.left -= place not in self._kept
                    self._kept[place] = (line + at, lines[at])

    def close(self) -> None:
        """Judge the block when its last event was read."""
        scan, seal = self.scan, self.seal
        bounds = (seal["first_id"], seal["last_id"])
        if self.against_known and self.known_leaves is not None:
            header = self.known.header if self.known and self.known.header else seal
            outer = (header["first_id"], header["last_id"])
            self.former = differ(self.number, self.known_leaves, scan.leaves, scan.ids, self._kept, outer)
        self.own = differ(self.number, self.leaves, scan.leaves, scan.ids, self._kept, bounds)
        self._leaves()
        self._digests()
        self._counts()

    def release(self) -> None:
        """Forget what only the judgement needed: the next block needs the memory."""
        self.scan, self.leaves, self.known_leaves, self._kept = Scan(), [], None, {}
        self.seal = {**self.seal, "leaves": []}

    def _leaves(self) -> None:
        """Tell when the list of leaves is not the one that was sealed."""
        if self.leaves_fit:
            return
        number, ids = self.number, self.scan.ids
        if merkle_root(self.scan.leaves).hex() == self.seal["merkle_root"]:
            # the events are what was sealed; only the list beside them was changed
            self.own = None
            wrong = [
                place
                for place, leaf in enumerate(self.scan.leaves)
                if place >= len(self.leaves) or self.leaves[place] != leaf
            ]
            which = tuple(each for each in (ids[place] for place in wrong) if each is not None)
            text = f"Block {number}: its list of leaves was changed"
            text += f" at {events_in_words(which)}" if which else " (there are more than events)"
            self.found.append(Found("leaves", f"{text}; the events fit its seal.", number, which))
        elif self.former is None and self._sorted_fits():
            wanted = sorted(each for each in ids if each is not None)
            which = tuple(sorted(each for each, other in zip(ids, wanted, strict=True) if each != other))
            text = f"Block {number}: {events_in_words(which)} stand in another order."
            self.found.append(Found("reordered", text, number, which))
        elif self.former is None:
            text = (
                f"Block {number}: its events and their leaves were rewritten, but not its seal; "
                "only leaves kept outside the database can say which events."
            )
            if self.own is not None:
                text = f"Block {number}: its list of leaves does not give the Merkle root of its seal."
            self.found.append(Found("leaves", text, number))

    def _sorted_fits(self) -> bool:
        """Tell whether the events are what was sealed, if only they stood in the order of their numbers."""
        pairs = list(zip(self.scan.ids, self.scan.leaves, strict=True))
        if any(number is None for number, _leaf in pairs):
            return False
        return merkle_root([leaf for _id, leaf in sorted(pairs)]).hex() == self.seal["merkle_root"]

    def _digests(self) -> None:
        """Name events that were sealed as they are, but changed between writing and sealing."""
        if not self.scan.unfit:
            return
        wanted = self.known_leaves if self.former is not None else self.leaves
        fitting = set(wanted or ())
        ids = tuple(
            self.scan.ids[place] or 0 for place in self.scan.unfit if self.scan.leaves[place] in fitting
        )
        if ids:
            text = (
                f"Block {self.number}: {events_in_words(ids)}: the content does not fit its own digest; "
                "it was changed before it was sealed."
            )
            self.found.append(Found("digest", text, self.number, ids))

    def _counts(self) -> None:
        """Check what the header says about its events, where these are what was sealed."""
        if self.own is not None or not self.leaves_fit or self.computed != self.root:
            return
        ids = self.scan.ids
        told = (self.seal["count"], self.seal["first_id"], self.seal["last_id"])
        real = (len(ids), ids[0] if ids else told[1], ids[-1] if ids else told[2])
        if told != real:
            text = (
                f"Block {self.number}: its seal speaks of {things(told[0], 'event')} from {told[1]} to "
                f"{told[2]}; there are {real[0]:,} from {real[1]} to {real[2]}."
            )
            self.found.append(Found("header", text, self.number))
        if not self.scan.rising():
            text = f"Block {self.number}: its events do not stand in the order of their numbers."
            self.found.append(Found("reordered", text, self.number))


def known_words(blocks: Sequence[Block], differences: Sequence[Difference]) -> list[Found]:
    """Say which blocks are not the known ones: those that were rewritten, and those that only follow."""
    found = []
    differing = {each.block for each in differences}
    follow = []
    for block in blocks:
        known = block.known
        if known is None:
            continue
        fields = block.changed_fields()
        if known.header and not fields and block.number not in differing:
            follow.append(block.number)
            continue
        which = f"; other than known: {', '.join(fields)}" if fields else ""
        where = "" if known.header else " (it or a block before it was rewritten)"
        text = (
            f"Block {block.number} is not the known one{where}: known root {known.root}, "
            f"root in the export {block.root}{which}."
        )
        found.append(Found("known", text, block.number))
    if follow:
        text = f"Blocks {ranges(follow)} were sealed anew upon other roots; their own content is as known."
        found.append(Found("known", text, follow[0]))
    return found
