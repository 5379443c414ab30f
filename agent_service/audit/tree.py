"""The seal tree: a Merkle tree as in RFC 6962, over one block of events, and the chain of blocks.

leaf = sha256(0x00 || event line)      node = sha256(0x01 || left || right)
root of a block = sha256(0x02 || header), and the header names the root of the block before
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from agent_service.audit.canonical import canonical_bytes

FORMAT = 1
NO_ROOT = "0" * 64
"""What the first block of a company names as the root before it."""

HEADER = (
    "format",
    "database_uuid",
    "company_id",
    "number",
    "former_root",
    "count",
    "first_id",
    "last_id",
    "sealed_at",
    "merkle_root",
)


def leaf_hash(line: bytes) -> bytes:
    """Return the leaf of one event line (without its newline)."""
    return sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two neighbours."""
    return sha256(b"\x01" + left + right).digest()


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    """Return the parents; who has no neighbour goes up as it is.

    That is RFC 6962's split at the largest power of two below the size, seen from below.
    """
    pairs = iter(level)
    above = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
    if len(level) % 2:
        above.append(level[-1])
    return above


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaves in their order; without leaves it is the hash of nothing."""
    if not leaves:
        return sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        level = _level_above(level)
    return level[0]


def inclusion_path(leaves: Sequence[bytes], position: int) -> list[tuple[str, bytes]]:
    """Return the neighbours on the way from a leaf to the root, each with its side."""
    if not 0 <= position < len(leaves):
        raise IndexError(position)
    path = []
    level, at = list(leaves), position
    while len(level) > 1:
        if at % 2:
            path.append(("left", level[at - 1]))
        elif at + 1 < len(level):
            path.append(("right", level[at + 1]))
        level, at = _level_above(level), at // 2
    return path


def sides_of(position: int, count: int) -> list[str]:
    """Return the sides that the neighbours of a position have in a tree of a size, from below."""
    sides, at, size = [], position, count
    while size > 1:
        if at % 2:
            sides.append("left")
        elif at + 1 < size:
            sides.append("right")
        at, size = at // 2, (size + 1) // 2
    return sides


def root_of_path(leaf: bytes, path: Sequence[tuple[str, bytes]]) -> bytes:
    """Return the root that a leaf and its neighbours lead to."""
    at = leaf
    for side, neighbour in path:
        at = node_hash(neighbour, at) if side == "left" else node_hash(at, neighbour)
    return at


def header_of(seal: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a seal that its root covers; raises KeyError where one is missing."""
    return {name: seal[name] for name in HEADER}


def block_root(header: Mapping[str, Any]) -> str:
    """Return the root of a block, in hex."""
    return sha256(b"\x02" + canonical_bytes(header_of(header))).hexdigest()
