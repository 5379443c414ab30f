"""An isolation forest (Liu, Ting and Zhou 2008) over columns: rows that few cuts set apart from all others.

Deterministic: the same rows in the same order with the same seed give the same scores.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import polars as pl

TREES, SAMPLE = 200, 256
_ROWS = 10_000
"""So many rows are walked down all trees at once."""
_ALL_BITS = (1 << 64) - 1
_EULER = 0.5772156649015329


@cache
def mean_depth(rows: int) -> float:
    """Return c(n), the depth at which a search in a random tree of n rows ends on average."""
    if rows < 2:
        return 0.0
    if rows == 2:
        return 1.0
    return 2 * (math.log(rows - 1) + _EULER) - 2 * (rows - 1) / rows


class Dice:
    """Numbers that look thrown and follow from a text (splitmix64)."""

    def __init__(self, seed: str) -> None:
        self.state = 0xCBF29CE484222325
        for byte in seed.encode():
            self.state = ((self.state ^ byte) * 0x100000001B3) & _ALL_BITS

    def below(self, bound: int) -> int:
        """Return a whole number from 0 to under the bound."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & _ALL_BITS
        mixed = ((self.state ^ (self.state >> 30)) * 0xBF58476D1CE4E5B9) & _ALL_BITS
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _ALL_BITS
        return (mixed ^ (mixed >> 31)) % bound

    def share(self) -> float:
        """Return a number from 0 to under 1."""
        return self.below(1 << 53) / (1 << 53)

    def places(self, count: int, size: int) -> list[int]:
        """Return so many different numbers under a count."""
        moved: dict[int, int] = {}
        chosen = []
        for place in range(size):
            other = place + self.below(count - place)
            chosen.append(moved.get(other, other))
            moved[other] = moved.get(place, place)
        return chosen


@dataclass
class _Nodes:
    """The nodes of all trees side by side: feature and threshold of a cut, both children, depth of a leaf."""

    feature: list[int] = field(default_factory=list)
    threshold: list[float] = field(default_factory=list)
    children: list[int] = field(default_factory=list)
    depth: list[float] = field(default_factory=list)

    def leaf(self, depth: float) -> int:
        """Add a leaf, which leads to itself, and return its number."""
        number = len(self.feature)
        self.feature.append(0)
        self.threshold.append(math.inf)
        self.children += (number, number)
        self.depth.append(depth)
        return number


class Forest:
    """Trees grown on samples of rows; `scores` tells how apart rows are: 0.5 as others, near 1 alone."""

    def __init__(self, rows: pl.DataFrame, seed: str) -> None:
        dice = Dice(seed)
        size = min(SAMPLE, rows.height)
        self.most = max(1, math.ceil(math.log2(max(size, 2))))
        self.usual = mean_depth(size)
        nodes = _Nodes()
        # one pass over the columns for the samples of all trees
        drawn = [place for _tree in range(TREES) for place in dice.places(rows.height, size)]
        sampled = rows[drawn].rows()
        self.roots = [
            self._node(nodes, sampled[at : at + size], 0, dice) for at in range(0, TREES * size, size)
        ]
        self.feature = pl.Series(nodes.feature, dtype=pl.Int64)
        self.threshold = pl.Series(nodes.threshold, dtype=pl.Float64)
        self.children = pl.Series(nodes.children, dtype=pl.Int64)
        self.depth = pl.Series(nodes.depth, dtype=pl.Float64)

    def _node(self, nodes: _Nodes, rows: list[tuple[float, ...]], depth: int, dice: Dice) -> int:
        number = nodes.leaf(depth + mean_depth(len(rows)))
        if depth >= self.most or len(rows) < 2:
            return number
        width = len(rows[0])
        begin = dice.below(width)
        for place in range(begin, begin + width):
            feature = place % width
            values = [row[feature] for row in rows]
            low, high = min(values), max(values)
            if low < high:
                break
        else:
            return number
        cut = low + (high - low) * dice.share()
        below = [row for row in rows if row[feature] <= cut]
        above = [row for row in rows if row[feature] > cut]
        if not above:
            return number
        nodes.feature[number], nodes.threshold[number] = feature, cut
        nodes.children[2 * number] = self._node(nodes, below, depth + 1, dice)
        nodes.children[2 * number + 1] = self._node(nodes, above, depth + 1, dice)
        return number

    def scores(self, columns: Sequence[Sequence[float]]) -> list[float]:
        """Return the score of each row of the columns, between 0 and 1."""
        count = len(columns[0]) if columns else 0
        return [
            one
            for begin in range(0, count, _ROWS)
            for one in self._scores([column[begin : begin + _ROWS] for column in columns])
        ]

    def _scores(self, columns: list[Sequence[float]]) -> list[float]:
        """Walk all rows down all trees at once; a child is left (even) or right (odd) in `children`."""
        count = len(columns[0])
        flat = pl.concat([pl.Series(list(column), dtype=pl.Float64) for column in columns])
        rows = pl.select(pl.int_range(0, count * TREES) % count).to_series()
        node = pl.select(pl.lit(pl.Series(self.roots, dtype=pl.Int64)).repeat_by(count).explode()).to_series()
        for _level in range(self.most):
            value = flat.gather(self.feature.gather(node) * count + rows)
            node = self.children.gather(node * 2 + (value > self.threshold.gather(node)).cast(pl.Int64))
        walked = pl.DataFrame({"row": rows, "depth": self.depth.gather(node)})
        depths = walked.group_by("row").agg(pl.col("depth").sort().sum()).sort("row")["depth"]
        return [2 ** (-depth / TREES / self.usual) for depth in depths.to_list()]
