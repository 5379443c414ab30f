"""Which of some amounts add up to a sum: bounded, and with how many such sets chance alone would give."""

from collections.abc import Sequence
from itertools import combinations
from math import comb, gcd, isqrt

MOST_HALVED = 22
"""Up to so many amounts every subset is tried, in two halves."""
MOST_TRIPLES = 45
MOST_PAIRS = 400
MOST_SOLUTIONS = 6


def adding_up(amounts: Sequence[int], target: int, most: int = MOST_SOLUTIONS) -> list[tuple[int, ...]]:
    """Return places of amounts that add up to a target: sets of two or more, at most `most`, small first.

    All subsets of up to 22 amounts, pairs, triples and all-but-two of more; nothing beyond 400 amounts.
    """
    count = len(amounts)
    if count < 2 or count > MOST_PAIRS:
        return []
    if count <= MOST_HALVED:
        return _halves(amounts, target, most)
    found = dict.fromkeys(_pairs(amounts, target, most))
    total = sum(amounts)
    for place, amount in enumerate(amounts):
        if total - amount == target:
            found[tuple(at for at in range(count) if at != place)] = None
    if count <= MOST_TRIPLES:
        found |= dict.fromkeys(_triples(amounts, target, most))
        for pair in _pairs(amounts, total - target, most):
            found[tuple(at for at in range(count) if at not in pair)] = None
    return sorted(found, key=lambda one: (len(one), one))[:most]


def _pairs(amounts: Sequence[int], target: int, most: int) -> list[tuple[int, ...]]:
    places: dict[int, list[int]] = {}
    found: list[tuple[int, ...]] = []
    for place, amount in enumerate(amounts):
        found += [(other, place) for other in places.get(target - amount, ())[:most]]
        if len(found) > 4 * most:
            break
        places.setdefault(amount, []).append(place)
    return found


def _triples(amounts: Sequence[int], target: int, most: int) -> list[tuple[int, ...]]:
    places: dict[int, list[int]] = {}
    for place, amount in enumerate(amounts):
        places.setdefault(amount, []).append(place)
    found: list[tuple[int, ...]] = []
    for first, second in combinations(range(len(amounts)), 2):
        rest = places.get(target - amounts[first] - amounts[second])
        if rest:
            found += [(first, second, third) for third in rest if third > second]
            if len(found) > 4 * most:
                break
    return found


def _sums(amounts: Sequence[int]) -> list[int]:
    """Return the sum of each subset; its place is the subset, a bit for each amount."""
    sums = [0]
    for amount in amounts:
        sums += [total + amount for total in sums]
    return sums


def _halves(amounts: Sequence[int], target: int, most: int) -> list[tuple[int, ...]]:
    half = len(amounts) // 2
    left, right = _sums(amounts[:half]), _sums(amounts[half:])
    meeting = {target - total for total in left}.intersection(right)
    if not meeting:
        return []
    others: dict[int, list[int]] = {total: [] for total in meeting}
    for mask, total in enumerate(right):
        if total in meeting:
            others[total].append(mask)
    found: list[tuple[int, ...]] = []
    for mask, total in enumerate(left):
        for other in others.get(target - total, ())[: 4 * most]:
            places = _places(mask, 0) + _places(other, half)
            if len(places) >= 2:
                found.append(places)
        if len(found) > 40 * most:
            break
    return sorted(found, key=lambda one: (len(one), one))[:most]


def _places(mask: int, offset: int) -> tuple[int, ...]:
    places = []
    while mask:
        low = mask & -mask
        places.append(low.bit_length() - 1 + offset)
        mask ^= low
    return tuple(places)


def by_chance(amounts: Sequence[int], size: int) -> float:
    """Return how many sets of up to `size` amounts would hit an exact sum by chance alone.

    The number of sets divided by how many sums there are for them to fall on; a common step of all amounts
    (whole hundreds) leaves fewer sums.
    """
    count = len(amounts)
    step = gcd(*amounts) or 1
    mean = sum(map(abs, amounts)) / count
    squares = sum((abs(one) - mean) ** 2 for one in amounts)
    spread = max(isqrt(int(squares / count * min(size, count))), mean / 4) / step
    size = min(size, count - size) if size > count // 2 else size
    sets = sum(comb(count, one) for one in range(1, max(size, 1) + 1))
    return sets / max(2.5 * spread, 1.0)
