"""What `make bench NAMES=check` says: how much faster a night is than a full run; growth, memory, the clock.

Extraction is measured in the same run on a grown sample company (`benchmarks/pace.py`): a row costs the same
processor seconds of agent, server and database on both sides. A night is what it reads again plus its
processor seconds, a full run likewise; the clock is that of judging alone. AI_CLOSE_BENCH_SCALES takes other
sizes (1 has about 10,000 lines), AI_CLOSE_BENCH_ROW_US a cost of a row that was measured before.
"""

import math
import os
import sys
from collections.abc import Mapping, Sequence

from benchmarks import pace
from benchmarks.check import measure
from benchmarks.figures import Figure, at_least, at_most
from benchmarks.measure import Comparison

SCALES = os.environ.get("AI_CLOSE_BENCH_SCALES", "12,24,48,96")
ROW_US = os.environ.get("AI_CLOSE_BENCH_ROW_US", "")
TIMES, EXPONENT, CLOCK_S, MEMORY_MB = 20, 1.1, 60, 1500
Size = Mapping[str, Mapping[str, float]]


def run() -> list[Comparison | Figure]:
    """Compare the night after half a percent changed with a full run, by size."""
    row_us = float(ROW_US) if ROW_US else pace.measure().cpu_us
    _tell(f"a row on its way: {row_us:.0f} processor microseconds")
    sizes: list[Size] = []
    rows: list[Comparison | Figure] = []
    for scale in map(int, SCALES.split(",")):
        size = measure(scale)
        rows.append(compared(size["full"], size["night"], row_us, os.getloadavg()[0]))
        _tell(rows[-1].note)
        sizes.append(size)
    return rows + figures(sizes, row_us)


def compared(full: Mapping[str, float], night: Mapping[str, float], row_us: float, load: float) -> Comparison:
    """Compare processor seconds of a night with a full run; `row_us` are microseconds of a row on its way."""
    night_s, whole_s = with_rows(night, row_us), with_rows(full, row_us)
    return Comparison(
        "what changed", "everything", [night_s], [whole_s],
        note=f"{full['lines']:,.0f} lines; {night['rows_read']:,.0f} of {full['rows']:,.0f} rows read; "
        f"processor without extraction {night['cpu_s']:.1f} s against {full['cpu_s']:.1f} s at load "
        f"{load:.0f}; with extraction at {row_us:.0f} processor microseconds a row {night_s:.1f} s against "
        f"{whole_s:.1f} s, {whole_s / night_s:.1f} times faster; by the clock without extraction "
        f"{night['wall_s']:.1f} s against {full['wall_s']:.1f} s; most memory of the process "
        f"{night['peak_mib']:,.0f} MiB against {full['peak_mib']:,.0f} MiB",
    )  # fmt: skip


def with_rows(one: Mapping[str, float], row_us: float) -> float:
    """Return the processor seconds of a run with the rows that it read."""
    return one["cpu_s"] + one["rows_read"] * row_us / 1e6


def figures(sizes: Sequence[Size], row_us: float) -> list[Figure]:
    """Return what is wanted of the largest size, and how a full run grows over all."""
    largest = max(sizes, key=lambda one: one["full"]["lines"])
    full, night = largest["full"], largest["night"]
    lines = f"{full['lines']:,.0f} lines"
    made = [
        at_least(
            f"full run over night, {lines}", with_rows(full, row_us) / with_rows(night, row_us), TIMES, "", 1
        ),
        at_most(f"full check by the clock, {lines}", full["wall_s"], CLOCK_S, " s", 1),
        at_most(f"memory of the full check, {lines}", full["peak_mib"] * 1.048576, MEMORY_MB, " MB", 0),
        at_most(f"memory of the night, {lines}", night["peak_mib"] * 1.048576, MEMORY_MB, " MB", 0),
    ]
    if len(sizes) > 1:
        made.append(at_most("growth exponent of the full check, processor", exponent(sizes), EXPONENT, "", 2))
    return made


def exponent(sizes: Sequence[Size]) -> float:
    """Return the power of the lines that processor seconds grow with, by least squares over all sizes."""
    points = [(math.log(one["full"]["lines"]), math.log(one["full"]["cpu_s"])) for one in sizes]
    x0, y0 = (sum(values) / len(points) for values in zip(*points, strict=True))
    return sum((x - x0) * (y - y0) for x, y in points) / sum((x - x0) ** 2 for x, _y in points)


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)
