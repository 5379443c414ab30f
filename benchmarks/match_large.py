"""The matcher on a large statement, as a process of its own: 100,000 hard lines, 300,000 open items."""

import math
import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Figure, at_most
from benchmarks.match import timed
from benchmarks.statements.build import build, write
from benchmarks.statements.traps import bystander

SCALE = float(os.environ.get("AI_CLOSE_BENCH_SCALE", "28.6"))
"""Of a statement of 3,500 lines."""
ITEMS_A_SCALE = 300_000 / 28.6
MIB = 2**20


def large(seed: int = 7, scale: float = SCALE) -> tuple[int, int, float, float, float]:
    """Return lines, items, seconds, processor seconds and peak MiB of `ai-close match` as a process."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        world = build(seed, scale)
        while len(world.items) < scale * ITEMS_A_SCALE:
            bystander(world)
        write(world, folder)
        counts, currency = (len(world.lines), len(world.items)), world.currency
        del world
        command = [
            sys.executable, "-m", "agent_service", "match", "--lines", folder / "lines.jsonl",
            "--items", folder / "items.jsonl", "--company-currency", currency,
            "--rates", folder / "rates.csv", "--policy", folder / "policy.json",
            "--out", folder / "out.jsonl",
        ]  # fmt: skip
        begun = time.perf_counter()
        child = os.posix_spawn(sys.executable, [str(one) for one in command], dict(os.environ))
        _pid, status, used = os.wait4(child, 0)
        spent = time.perf_counter() - begun
        if status:
            raise RuntimeError(f"ai-close match ended with {status}")
    return *counts, spent, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / MIB


def run() -> list[Figure]:
    """Measure a tenth in memory, then the whole with files read and written."""
    lines, items, clock, spent = timed(2, SCALE / 10)
    many_lines, many_items, seconds, whole, peak = large()
    growth = math.log(whole / spent) / math.log(many_lines / lines)
    return [
        Figure(f"{lines} lines, {items} items, in memory (clock: {clock:.0f} s)", f"{spent:.1f} s"),
        Figure(
            f"{many_lines} lines, {many_items} items, files read and written (clock: {seconds:.0f} s)",
            f"{whole:.0f} s",
        ),
        at_most("memory at its peak there", peak, 2048, " MiB", 0),
        at_most("exponent of growth, files and all", growth, 1.2, places=2),
    ]
