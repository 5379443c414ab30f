"""Fits what a confidence is made of: weights of named features, and a curve from stated to true.

Both start from what is believed already and move as far as the rows carry them: few rows change little,
and a company's habits can't turn a published weight round by a handful of decisions. No randomness, no
step size.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from agent_service.core.matching.confidence import bent, sigmoid

GRID = (0.05, 0.2, 0.35, 0.5, 0.6, 0.7, 0.8, 0.87, 0.92, 0.95, 0.97, 0.985, 0.993, 0.997, 0.999)
"""Where the curve has its points: denser where it matters."""
ROUNDS = 40


def refit(
    rows: Sequence[tuple[Mapping[str, float], bool]], start: Mapping[str, float], trust: float = 25.0
) -> dict[str, float]:
    """Return weights by features that explain the rows best, pulled to where they start.

    `trust` is how strongly: about so many rows with a feature it takes to move its weight half the way.
    Features that no row has keep their weight. Newton's method by coordinates; converges for any rows.
    """
    names = sorted({name for features, _right in rows for name in features if name in start} | {"bias"})
    weights = {name: float(start[name]) for name in names}
    data = [
        ([(name, value) for name, value in sorted(features.items()) if name in weights and value], right)
        for features, right in rows
    ]
    with_name: dict[str, list[tuple[int, float]]] = {name: [] for name in names}
    scores = []
    for place, (features, _right) in enumerate(data):
        with_name["bias"].append((place, 1.0))
        for name, value in features:
            with_name[name].append((place, value))
        scores.append(weights["bias"] + sum(weights[name] * value for name, value in features))
    for _round in range(ROUNDS):
        moved = 0.0
        for name in names:
            pull = trust / 10
            slope = pull * (weights[name] - start[name])
            bend = pull
            for place, value in with_name[name]:
                chance = sigmoid(scores[place])
                slope += value * (chance - data[place][1])
                bend += value * value * max(chance * (1 - chance), 0.01)
            step = max(-1.0, min(1.0, slope / bend))
            weights[name] -= step
            moved = max(moved, abs(step))
            for place, value in with_name[name]:
                scores[place] -= step * value
        if moved < 1e-6:
            break
    return {name: round(weights[name], 4) for name in names}


def curve(
    rows: Sequence[tuple[float, bool]], published: Sequence[tuple[float, float]] = (), trust: float = 30.0
) -> tuple[tuple[float, float], ...]:
    """Return rising points (stated, measured) of rows (stated, right), pulled to the published curve.

    Each point of the grid starts with `trust` rows' worth of belief that the published curve is true there.
    Empty where there are no rows.
    """
    if not rows:
        return ()
    counts = [0.0] * len(GRID)
    right = [0.0] * len(GRID)
    for stated, was_right in rows:
        # a row counts for the two points beside it, by how near it is
        place = bisect_left(GRID, stated)
        low, high = max(0, place - 1), min(len(GRID) - 1, place)
        width = GRID[high] - GRID[low]
        share = 1.0 if not width else (stated - GRID[low]) / width
        for at, part in ((low, 1 - share), (high, share)):
            counts[at] += part
            right[at] += part * was_right
    measured = [
        (right[at] + trust * bent(GRID[at], published)) / (counts[at] + trust) for at in range(len(GRID))
    ]
    return tuple(
        (at, round(min(max(value, 0.0001), 0.9999), 6))
        for at, value in zip(GRID, rising(measured, [one + trust for one in counts]), strict=True)
    )


def rising(values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the nearest values that never fall (pool adjacent violators), by weight."""
    blocks: list[list[float]] = []
    for value, weight in zip(values, weights, strict=True):
        blocks.append([value, weight, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            last, before = blocks.pop(), blocks.pop()
            whole = last[1] + before[1]
            mean = (last[0] * last[1] + before[0] * before[1]) / whole
            blocks.append([mean, whole, last[2] + before[2]])
    return [value for value, _weight, count in blocks for _one in range(int(count))]


def unbent(stated: float, points: Sequence[tuple[float, float]]) -> float:
    """Return what a curve bent to a stated probability: the other way round of `confidence.bent`."""
    return bent(stated, tuple((to, at) for at, to in points))
