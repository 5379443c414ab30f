"""The matcher on the second generator's statements: other words, banks, countries, slips, another judge.

`python -m benchmarks.match_blind SEED ...` prints the figures and the table by case. The matcher gets no
policy: neither its own accounts nor names are told to it.
"""

import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent_service.match_files import proposals
from agent_service.match_files.matching import Files, match_files
from benchmarks.figures import Figure, at_least, at_most
from benchmarks.kept import told
from benchmarks.statements_second import generate
from benchmarks.statements_second.judge import judge

SEEDS = (375123, 494373, 826050, 308610, 510975)
"""Seeds of the published figures, drawn by lot: nobody looked at their errors."""


@dataclass
class Seen:
    """Sums over seeds: `sums` of the counts, `cases` by case, `bins` as [lines, right, confidence]."""

    sums: Counter = field(default_factory=Counter)
    cases: dict[str, Counter] = field(default_factory=lambda: defaultdict(Counter))
    bins: dict[float, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0, 0.0, 0.0]))

    def share(self, part: str, whole: str) -> float:
        """Return one count as a share of another."""
        return self.sums[part] / max(1, self.sums[whole])

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall over proposals of all bands."""
        return 2 * self.sums["right"] / max(1, self.sums["proposed"] + self.sums["expected"])

    @property
    def calibration_error(self) -> float:
        """Return how far confidence and share of right answers lie apart between 0.5 and 0.99."""
        apart = sum(abs(cell[2] - cell[1]) for cell in self.bins.values())
        return apart / max(1, sum(cell[0] for cell in self.bins.values()))

    @property
    def calibration_floor(self) -> float:
        """Return what chance alone would show there if every confidence were exact: few lines scatter."""
        spread = sum(
            math.sqrt(2 / math.pi * lines * (said / lines) * (1 - said / lines))
            for lines, _right, said in self.bins.values()
            if lines
        )
        return spread / max(1, sum(cell[0] for cell in self.bins.values()))


def matched(seed: int | str, folder: Path, share: float = 1.0) -> tuple[Path, Path]:
    """Make the statements of a seed, match them as `ai-close match` does, return truth and proposals."""
    world = generate.write(folder, seed, share)
    done = match_files(
        Files(folder / "lines.jsonl", folder / "items.jsonl", rates=folder / "rates.csv"),
        world.currency,
    )
    proposals.write(folder / "out.jsonl", done.proposals, done.places)
    return folder / "truth.jsonl", folder / "out.jsonl"


def measured(seeds: Iterable[int | str], share: float = 1.0) -> Seen:
    """Make the statements, match them, and judge."""
    seen = Seen()
    for seed in seeds:
        name = str(seed) if share == 1 else f"{seed} of {share}"
        truth, said = told("s", name, lambda folder, seed=seed: matched(seed, folder, share))
        counts, cases, _, bins = judge(_rows(truth), _rows(said))
        seen.sums.update(counts)
        for case, bands in cases.items():
            seen.cases[case].update(bands)
        for key, cell in bins.items():
            seen.bins[key] = [a + b for a, b in zip(seen.bins[key], cell, strict=True)]
    return seen


def _rows(content: bytes) -> list[dict]:
    return [json.loads(row) for row in content.decode("utf-8").splitlines()]


def figures(seen: Seen) -> list[Figure]:
    """Return what the product promises, beside what was measured."""
    lines = int(sum(cell[0] for cell in seen.bins.values()))
    return [
        Figure("lines", str(seen.sums["lines"])),
        Figure("of them with an answer that needs a proposal", str(seen.sums["answerable"])),
        at_least("F1 over all bands", seen.f1, 0.997),
        Figure("lines in band auto", str(seen.sums["auto"])),
        at_most("of them wrong", seen.sums["auto wrong"], 7, places=0),
        at_least("coverage of auto", seen.share("covered", "answerable"), 0.95),
        at_least("recall of one payment for several items", seen.share("many right", "many"), 0.98),
        at_most(f"calibration error from 0.5 to 0.99 ({lines} proposals)", seen.calibration_error, 0.02),
        Figure("what chance alone would show there", f"{seen.calibration_floor:.4f}"),
    ]


def table(seen: Seen) -> str:
    """Return the lines by case: right and wrong by band, and those without a proposal."""
    heads = ("auto right", "auto wrong", "review right", "review wrong", "ask right", "ask wrong")
    rows = [f"{'case':46} lines " + " ".join(f"{head:>12}" for head in heads) + "  nothing"]
    for case, bands in sorted(seen.cases.items()):
        none = sum(count for key, count in bands.items() if key.endswith("none"))
        cells = " ".join(f"{bands[head]:12}" for head in heads)
        rows.append(f"{case:46} {sum(bands.values()):5} {cells} {none:8}")
    return "\n".join(rows)


def run() -> list[Figure]:
    """Measure over the published seeds."""
    seen = measured(SEEDS)
    print(table(seen), flush=True)
    return figures(seen)


def main(seeds: Sequence[str]) -> None:
    """Print table and figures of seeds."""
    seen = measured(seeds or SEEDS)
    print(table(seen))
    for one in figures(seen):
        print(f"{one.what:60} {one.value:>10}  {one.wanted}  {'' if one.kept is not False else 'MISSED'}")


if __name__ == "__main__":
    main(sys.argv[1:])
