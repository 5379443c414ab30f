"""Fits the published confidences on seeds of statements and checks them on others.

`python -m benchmarks.confidence [FIT ...] [-- CHECK ...]` prints the curves for `core/matching/weights.py`
and how true stated confidences are on seeds that had no part in it. Seeds of four digits are the second
generator's. The published curves: seeds FIT below.
"""

import itertools
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from agent_service.core.matching.confidence import CURVES, bent
from agent_service.core.matching.evaluation import Answer
from agent_service.core.matching.fit import curve, unbent
from agent_service.match_files.proposals import read_answers
from agent_service.match_files.rows import Skipped
from benchmarks.match import judged
from benchmarks.match_blind import matched

FIT = (401, 402, 403, 404, 4401, 4402, 4403, 4404)
CHECK = (411, 4411)
SECOND = 1000
TRUST = 15.0
"""So many lines' worth of belief at each point that what the weights say is true already."""
EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1.0)


def stated(seeds: Iterable[int]) -> dict[str, list[tuple[float, bool]]]:
    """Return, by family, what the weights alone state of each proposed line, and whether it was right."""
    found: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for seed in seeds:
        with tempfile.TemporaryDirectory() as folder:
            truth, said = answers(seed, Path(folder))
        for family, probability, right, weight in paired(truth, said):
            found[family] += [(unbent(probability, CURVES.get(family, ())), right)] * weight
    return found


def answers(seed: int, folder: Path) -> tuple[list[Answer], list[Answer]]:
    """Return the truth of a seed of either generator, and what the matcher says."""
    if seed < SECOND:
        return judged(seed, folder)
    matched(seed, folder)
    truth, said = (list(read_answers(folder / name, Skipped())) for name in ("truth.jsonl", "out.jsonl"))
    return truth, said


def paired(truth: Sequence[Answer], said: Sequence[Answer]) -> Iterable[tuple[str, float, bool, int]]:
    """Yield family, stated confidence, whether it is right, and lines of each proposal that can be judged."""
    nobody = {line for one in truth if not one.answerable for line in one.lines}
    right: dict[frozenset, list[Answer]] = defaultdict(list)
    for one in truth:
        right[frozenset(one.lines)].append(one)
    for one in said:
        if one.kind == "none" or nobody & set(one.lines):
            continue
        good = any(one.equals(other) for other in right[frozenset(one.lines)])
        family = "items" if one.items else "without_items"
        yield family, float(one.confidence), good, one.weight


def main(arguments: list[str]) -> int:
    """Fit, then check."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    fit = [int(one) for one in arguments[:cut]] or FIT
    check = [int(one) for one in arguments[cut + 1 :]] or CHECK
    curves = {
        family: curve(rows, CURVES.get(family, ()), TRUST) for family, rows in sorted(stated(fit).items())
    }
    for family, points in curves.items():
        print(f'"{family}": {points},')
    for family, rows in sorted(stated(check).items()):
        print(f"{family}: {len(rows)} lines of seeds {', '.join(map(str, check))}")
        for name, points in (("as it is", CURVES.get(family, ())), ("fitted", curves.get(family, ()))):
            table = reliability([(bent(raw, points), right) for raw, right in rows])
            print(f"  {name}: " + "; ".join(table))
    return 0


def reliability(rows: Sequence[tuple[float, bool]]) -> list[str]:
    """Return, for each range of confidence, lines, mean confidence and share that is right."""
    made = []
    for low, high in itertools.pairwise(EDGES):
        inside = [(said, right) for said, right in rows if low <= said < high]
        if inside:
            mean = sum(said for said, _right in inside) / len(inside)
            good = sum(right for _said, right in inside) / len(inside)
            made.append(f"{low:.3f}: {len(inside)} said {mean:.3f} right {good:.3f}")
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
