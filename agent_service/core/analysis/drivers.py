"""What made a balance move: parts by partner, product, journal or account that add up exactly to the change.

All amounts are integers of the currency's minor unit.  A part is what its key has now less what it had
before; the largest are named and all others are one remainder, so that nothing is lost however few are named.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
MOST = 5
"""So many parts are named; a table of more is not read."""


@dataclass(frozen=True)
class Driver(Generic[Key]):
    """One part of a change: `key` is None in the remainder, which holds `count` others."""

    key: Key | None
    amount: int
    count: int = 1

    @property
    def is_other(self) -> bool:
        """Tell whether this is the remainder."""
        return self.key is None


def drivers(now: Mapping[Key, int], before: Mapping[Key, int], most: int = MOST) -> list[Driver[Key]]:
    """Return the parts of sum(now) - sum(before), the largest first, the remainder last.

    Ties are broken by the key's text, so that the same books give the same rows. What did not move is no
    part.

    >>> [(one.key, one.amount) for one in drivers({"a": 700, "b": 50}, {"a": 300, "c": 20}, most=1)]
    [('a', 400), (None, 30)]
    """
    moved = {key: now.get(key, 0) - before.get(key, 0) for key in now.keys() | before.keys()}
    ordered = sorted(
        ((key, amount) for key, amount in moved.items() if amount),
        key=lambda one: (-abs(one[1]), str(one[0])),
    )
    named = [Driver(key, amount) for key, amount in ordered[:most]]
    rest = ordered[most:]
    if rest:
        named.append(Driver(None, sum(amount for _key, amount in rest), len(rest)))
    return named
