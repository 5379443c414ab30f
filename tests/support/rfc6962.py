"""RFC 6962, section 2.1, word for word: recursive, slow, and nobody's but the tests'."""

import hashlib
import json


def _h(data):
    return hashlib.sha256(data).digest()


def _split(n):
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def leaf(line):
    return _h(b"\x00" + line)


def mth(leaves):
    """The Merkle tree hash over leaf hashes."""
    if not leaves:
        return _h(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = _split(len(leaves))
    return _h(b"\x01" + mth(leaves[:k]) + mth(leaves[k:]))


def path(m, leaves):
    """The audit path of leaf m, nearest neighbour first, with its side."""
    if len(leaves) <= 1:
        return []
    k = _split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), ("right", mth(leaves[k:]))]
    return [*path(m - k, leaves[k:]), ("left", mth(leaves[:k]))]


def text(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def block(header):
    """The root of a block from its header's fields."""
    return _h(b"\x02" + text(header).encode()).hex()
