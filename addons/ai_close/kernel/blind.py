"""A blind second look at accepted matches: which are drawn, and in which order the answers stand.  Pure."""

import hashlib
from collections.abc import Iterable, Sequence

# So many of a close are looked at again.
SIZE = 10
# Answers beside the right one, and what an answer is called.
MOST_OTHERS = 3
KEYS = "ABCD"
NONE = "N"


def _rank(*parts: object) -> str:
    return hashlib.sha256(":".join(map(str, parts)).encode()).hexdigest()


def drawn(seed: str, ids: Iterable[int], count: int) -> list[int]:
    """Return ``count`` of ``ids``, chosen by ``seed``: who draws with it again gets the same."""
    return sorted(ids, key=lambda each: _rank(seed, each))[: max(count, 0)]


def answers(seed: str, right: Sequence[int], others: Iterable[Sequence[int]]) -> list[tuple[str, list[int]]]:
    """Return ``[(key, item ids)]``: the right answer among the others, in an order that tells nothing.

    Items in another order are the same answer; what is named twice stands there once.
    """
    known = {tuple(sorted(right)): list(right)}
    for each in others:
        if each and len(known) <= MOST_OTHERS:
            known.setdefault(tuple(sorted(each)), list(each))
    ordered = sorted(known, key=lambda items: _rank(seed, *items))
    return [(key, known[items]) for key, items in zip(KEYS, ordered, strict=False)]
