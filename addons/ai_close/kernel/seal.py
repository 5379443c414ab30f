"""Seals: a Merkle tree over a block of audit events, and a chain of blocks.

    leaf = sha256(0x00 || event line)      node = sha256(0x01 || left || right)
    root of a block = sha256(0x02 || header), and the header names the root of the block before

The tree is that of RFC 6962.  Leaves and roots are lower-case hex outside this module.  Both programs have
their own implementation, and ``tests/contract/vectors/seal.json`` holds for both.
"""

from hashlib import sha256

from .canonical import canonical_json

FORMAT = 1
# What the first block of a company names as the root before it.
NO_ROOT = "0" * 64
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


def event_line(event) -> bytes:
    """Return the bytes that are hashed and exported of one event (id, sealed columns, digest)."""
    return canonical_json(event).encode("utf-8")


def leaf(line: bytes) -> str:
    """Return the leaf of one event line."""
    return sha256(b"\x00" + line).hexdigest()


def _level_above(level):
    """Return the parents of a level of the tree; who has no neighbour goes up as it is.

    Seen from below, that is RFC 6962's split at the largest power of two below the size.
    """
    pairs = iter(level)
    above = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
    if len(level) % 2:
        above.append(level[-1])
    return above


def merkle_root(leaves) -> str:
    """Return the root over ``leaves`` in their order; without leaves it is the hash of nothing."""
    level = [bytes.fromhex(each) for each in leaves]
    if not level:
        return sha256(b"").hexdigest()
    while len(level) > 1:
        level = _level_above(level)
    return level[0].hex()


def inclusion_path(leaves, position) -> list[tuple[str, str]]:
    """Return the neighbours on the way from the leaf at ``position`` to the root, each with its side."""
    if not 0 <= position < len(leaves):
        raise IndexError(position)
    path, at = [], position
    level = [bytes.fromhex(each) for each in leaves]
    while len(level) > 1:
        if at % 2:
            path.append(("left", level[at - 1].hex()))
        elif at + 1 < len(level):
            path.append(("right", level[at + 1].hex()))
        level, at = _level_above(level), at // 2
    return path


def root_of_path(first, path) -> str:
    """Return the root that a leaf and its neighbours lead to."""
    at = bytes.fromhex(first)
    for side, neighbour in path:
        other = bytes.fromhex(neighbour)
        at = sha256(b"\x01" + (other + at if side == "left" else at + other)).digest()
    return at.hex()


def header_of(seal) -> dict:
    """Return the fields of ``seal`` that its root covers; raises KeyError where one is missing."""
    return {name: seal[name] for name in HEADER}


def block_root(seal) -> str:
    """Return the root of a block."""
    return sha256(b"\x02" + canonical_json(header_of(seal)).encode("utf-8")).hexdigest()
