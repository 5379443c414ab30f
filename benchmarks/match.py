"""The matcher: how well it does on labelled statements over seeds, and how fast and how large it gets.

`python -m benchmarks.match SEED ...` prints the quality of seeds alone.
"""

import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from agent_service.core.matching.engine import match
from agent_service.core.matching.evaluation import Answer, Evaluation, evaluate
from agent_service.core.matching.model import Item, Line, Settings
from agent_service.match_files import proposals, shown
from agent_service.match_files.facts import Reader, read_items, read_lines
from agent_service.match_files.matching import Files, match_files
from agent_service.match_files.policy_file import read_settings
from agent_service.match_files.rates_file import read_rates
from agent_service.match_files.rows import Skipped
from benchmarks.figures import Figure, at_least, at_most
from benchmarks.kept import told
from benchmarks.statements.build import build, write

SEEDS = (183193, 218111, 737921, 310214, 112667)
"""Seeds of the published figures, drawn by lot; errors are looked at on others."""
ALONE = 20_000


def judged(seed: int, folder: Path, scale: float = 1.0) -> tuple[list[Answer], list[Answer]]:
    """Return the truth of a seed and what the matcher says."""
    truth, said = matched(seed, folder, scale)
    return (list(proposals.read_answers(truth, Skipped())), list(proposals.read_answers(said, Skipped())))


def matched(seed: int, folder: Path, scale: float = 1.0) -> tuple[Path, Path]:
    """Write the statement of a seed, match it, and return where truth and proposals stand."""
    write(build(seed, scale), folder)
    done = match_files(
        Files(
            folder / "lines.jsonl", folder / "items.jsonl", rates=folder / "rates.csv",
            policy=folder / "policy.json",
        ),
        (folder / "currency").read_text(),
    )  # fmt: skip
    proposals.write(folder / "proposals.jsonl", done.proposals, done.places)
    return folder / "truth.jsonl", folder / "proposals.jsonl"


def answers(generator: str, seed: int, make: Callable[[Path], tuple[Path, Path]]) -> list[list[Answer]]:
    """Return the truth of a whole statement and what the matcher says, matched now or kept from before."""
    with tempfile.TemporaryDirectory() as made:
        read = []
        for what, content in zip(("truth", "out"), told(generator, seed, make), strict=True):
            place = Path(made) / f"{what}.jsonl"
            place.write_bytes(content)
            rows = proposals.read_answers(place, Skipped())
            read.append([of_seed(one, f"{generator}{seed}") for one in rows])
    return read


def quality(seeds: Iterable[int]) -> Evaluation:
    """Return the figures over all seeds together."""
    truth: list[Answer] = []
    said: list[Answer] = []
    for seed in seeds:
        right, proposed = answers("f", seed, lambda folder, seed=seed: matched(seed, folder))
        truth += right
        said += proposed
    return evaluate(truth, said)


def of_seed(answer: Answer, seed: int | str) -> Answer:
    """Return the answer with ids that no other seed has."""
    return replace(
        answer,
        lines=tuple(f"{seed}:{one}" for one in answer.lines),
        items=tuple(f"{seed}:{one}" for one in answer.items),
    )


def quality_figures(found: Evaluation) -> list[Figure]:
    """Return the figures that the product promises."""
    error = found.calibration_error
    lines = sum(one.lines for one in found.bins)
    return [
        Figure("lines that have an answer", str(found.total.true)),
        at_least("F1 of all kinds but none", found.total.f1 or 0, 0.997),
        Figure("lines in band auto", str(found.auto.proposed)),
        at_most("of them wrong", found.auto_wrong, 7, places=0),
        at_least("coverage of auto", found.auto.recall or 0, 0.95),
        at_least("recall of one payment for several items", found.many_to_one.recall or 0, 0.98),
        Figure("coverage at 99 % precision", f"{found.coverage['99%'] or 0:.4f}"),
        Figure("coverage at 99.9 % precision", f"{found.coverage['99.9%'] or 0:.4f}"),
        at_most(f"calibration error from 0.5 to 0.99 ({lines} lines)", 1.0 if error is None else error, 0.02),
        Figure("what chance alone would show there", f"{found.calibration_floor or 0:.4f}"),
    ]


def timed(seed: int, scale: float) -> tuple[int, int, float, float]:
    """Return lines, items, seconds and processor seconds of one matching of a hard statement in memory."""
    world = build(seed, scale)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write(world, folder)
        settings = read_settings(folder / "policy.json", world.currency)
        rates = read_rates(folder / "rates.csv", world.currency, Skipped())
        reader = Reader(world.currency, settings.decimals, rates)
        lines = read_lines(folder / "lines.jsonl", reader, Skipped())
        reader.seen.clear()
        items = read_items(folder / "items.jsonl", reader, Skipped())
    begun, spent = time.perf_counter(), time.process_time()
    match(lines, items, settings, rates)
    return len(lines), len(items), time.perf_counter() - begun, time.process_time() - spent


def exact(count: int = ALONE) -> float:
    """Return lines a processor second where each label is its item's own number."""
    day = date(2026, 10, 1)
    items = [
        Item(n, day, 1000 + 7 * n, "USD", 1000 + 7 * n, move_name=f"INV/2026/{n:06d}", partner_id=n % 500)
        for n in range(count)
    ]
    lines = [
        Line(n, day + timedelta(days=n % 28), 1000 + 7 * n, "USD", f"INV/2026/{n:06d}") for n in range(count)
    ]
    spent = time.process_time()
    match(lines, items, Settings("USD"))
    return count / (time.process_time() - spent)


def same_amount(lines: int = 1_000, items: int = 1_000_000) -> float:
    """Return processor seconds for a million items of one amount that nothing tells apart."""
    day = date(2026, 10, 1)
    owed = [Item(n, day, 5000, "USD", 5000, move_name=f"D{n}", partner_id=n % 5000) for n in range(items)]
    paid = [Line(n, day, 5000, "USD", "DEPOSIT") for n in range(lines)]
    spent = time.process_time()
    match(paid, owed, Settings("USD"))
    return time.process_time() - spent


def speed_figures() -> list[Figure]:
    """Return the figures of time; a large statement has a benchmark of its own (`match_large`).

    Bounds are held against processor time, which is what one idle core would need: the matcher uses one.
    """
    small, middle = timed(1, 0.29), timed(2, 2.86)
    growth = math.log(middle[3] / small[3]) / math.log(middle[0] / small[0])
    return [
        at_most(f"{small[0]} hard lines, {small[1]} items (clock: {small[2]:.0f} s)", small[3], 10, " s", 1),
        at_most(
            f"{middle[0]} hard lines, {middle[1]} items (clock: {middle[2]:.0f} s)", middle[3], 60, " s", 1
        ),
        at_most("exponent of growth between them", growth, 1.2, places=2),
        at_least("exact references a processor second", exact(), 20_000, "", 0),
        Figure("1,000 anonymous deposits, a million items of one amount", f"{same_amount():.1f} s"),
    ]


def run() -> list[Figure]:
    """Measure speed, then quality over the published seeds."""
    speed = speed_figures()
    found = quality(SEEDS)
    print(shown.report(found), flush=True)
    return [*quality_figures(found), *speed]


def main(seeds: Sequence[str]) -> None:
    """Print the quality of seeds."""
    found = quality([int(one) for one in seeds] or SEEDS)
    print(shown.report(found))
    print(json.dumps([one.as_dict() for one in quality_figures(found)], indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
