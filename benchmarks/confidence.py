"""Fits the published weights of doubts on seeds of statements and checks the stated confidences on others.

`python -m benchmarks.confidence [FIT ...] [-- CHECK ...]` prints `DOUBTS` for `core/matching/weights.py`, and
how true stated confidences are on seeds that had no part in it. Seeds of four digits are the second
generator's, and those of SECOND_MORE. The published ones were fitted in two steps: on the seeds FIT from
nothing, then (`--further`) on twenty-two more from there, held more strongly. A toss is set last.
"""

import itertools
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unittest import mock

from agent_service.core.matching import engine
from agent_service.core.matching.confidence import sigmoid
from agent_service.core.matching.doubts import PERSON_MOST, doubts, family_of
from agent_service.core.matching.evaluation import Answer
from agent_service.core.matching.weights import DOUBTS
from agent_service.match_files.proposals import read_answers
from agent_service.match_files.rows import Skipped
from benchmarks.match import judged
from benchmarks.match_blind import matched

FIT = (*range(421, 428), *range(4421, 4426))
CHECK = (411, 4411)
FIRST_MORE = (420021, 371978, 910672, 894939, 211539, 597318, 123879, 545664, 344786, 341830, 688690)
SECOND_MORE = (111632, 727823, 343987, 350223, 242945, 940717, 212994, 157366, 785848, 806453, 612528)
"""Drawn by lot, measured with the weights from before (calibration error 0.036), then fitted on."""
SECOND = 1000
PULL_FURTHER = 4.0
"""How strongly known weights are held when more rows come. By cross-validation over the twenty-two."""
TOSSES = {"items": ("withholding_unsaid",), "without_items": ()}
"""A payment that is short by a usual rate and says nothing may be a part payment as well: stated at a half,
whatever the rows say, for which of both it is lies in who made them.
"""
PULL = 0.5
"""How strongly a weight is held where it starts: `sure` at 1, what the weights say already; a doubt at 0."""
ROUNDS = 50
FINE = 4
"""Log odds are counted together in steps of a fourth when weights are fitted."""
EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1.0)

Row = tuple[Mapping[str, float], bool, float]
"""What a confidence is made of, whether the proposal was right, and its lines."""


def collected(seeds: Iterable[int], *, tosses: bool = False) -> dict[str, list[Row]]:
    """Return, by family, the proposals of seeds that can be judged.

    With `tosses` also those that nobody can judge because something else fits as well: half of them right.
    """
    found: dict[str, list[Row]] = defaultdict(list)
    for seed in seeds:
        told: dict[tuple, tuple[str, dict[str, float]]] = {}
        plain = engine._proposal

        def watching(*given: Any, told: dict = told, plain: Any = plain) -> Any:
            made = plain(*given)
            told[_key(made.lines, made.items)] = (family_of(given[2].explanation), doubts(given[2]))
            return made

        with tempfile.TemporaryDirectory() as folder, mock.patch.object(engine, "_proposal", watching):
            truth, said = answers(seed, Path(folder))
        for one, right in paired(truth, said):
            if _key(one.lines, one.items) in told:  # not what was settled at once, by its number alone
                family, features = told[_key(one.lines, one.items)]
                found[family].append((features, right, one.weight))
        for one in _undecided(truth, said) if tosses else ():
            family, features = told.get(_key(one.lines, one.items), ("", {}))
            if "tied" in features:
                found[family] += [(features, True, one.weight / 2), (features, False, one.weight / 2)]
    return found


def _undecided(truth: Sequence[Answer], said: Sequence[Answer]) -> Iterator[Answer]:
    """Yield proposals for lines of which the truth says that nobody could decide them."""
    nobody = {line for one in truth if not one.answerable for line in one.lines}
    for one in said:
        if one.kind != "none" and nobody & set(one.lines):
            yield one


def _key(lines: Iterable, items: Iterable) -> tuple:
    return tuple(sorted(map(str, lines))), tuple(sorted(map(str, items)))


def answers(seed: int, folder: Path) -> tuple[list[Answer], list[Answer]]:
    """Return the truth of a seed of either generator and what the matcher says."""
    if seed < SECOND or seed in FIRST_MORE:
        return judged(seed, folder)
    matched(seed, folder)
    return (
        list(read_answers(folder / "truth.jsonl", Skipped())),
        list(read_answers(folder / "out.jsonl", Skipped())),
    )


def paired(truth: Sequence[Answer], said: Sequence[Answer]) -> Iterator[tuple[Answer, bool]]:
    """Yield each proposal that can be judged, and whether it is right."""
    nobody = {line for one in truth if not one.answerable for line in one.lines}
    right: dict[frozenset, list[Answer]] = defaultdict(list)
    for one in truth:
        right[frozenset(one.lines)].append(one)
    for one in said:
        if one.kind != "none" and not nobody & set(one.lines):
            yield one, any(one.equals(other) for other in right[frozenset(one.lines)])


def fitted(
    rows: Iterable[Row],
    names: Iterable[str],
    pull: float = PULL,
    known: Mapping[str, float] = MappingProxyType({}),
) -> dict[str, float]:
    """Return the weights that explain the rows best, held where they start: Newton's method, no randomness.

    A name that no row has keeps its start: what is known from rows before; else 1 for what is sure already, 0
    for a doubt.
    """
    counts: dict[tuple[tuple[tuple[str, float], ...], bool], float] = defaultdict(float)
    for features, right, lines in rows:
        rounded = {
            name: round(value * FINE) / FINE if name.startswith("sure") else value
            for name, value in features.items()
        }
        counts[tuple(sorted(rounded.items())), right] += lines
    data = [({"bias": 1.0, **dict(given)}, right, count) for (given, right), count in counts.items()]
    start = {name: known.get(name, 1.0 if name == "sure" else 0.0) for name in names}
    order = sorted(start)
    weights = dict(start)
    for _round in range(ROUNDS):
        slope = {name: pull * (weights[name] - start[name]) for name in order}
        bend = {(one, two): pull * (one == two) for one in order for two in order}
        for given, right, count in data:
            present = [(name, value) for name, value in given.items() if name in weights]
            chance = sigmoid(sum(weights[name] * value for name, value in present))
            for name, value in present:
                slope[name] += count * value * (chance - right)
                for other, beside in present:
                    bend[name, other] += count * value * beside * chance * (1 - chance)
        step = solved([[bend[one, two] for two in order] for one in order], [slope[one] for one in order])
        largest = max(map(abs, step))
        for name, by in zip(order, step, strict=True):
            weights[name] -= by * min(1.0, 1.0 / largest if largest else 1.0)
        if largest < 1e-6:
            break
    return {name: round(weights[name], 3) for name in names}


def tossed(family: str, weights: Mapping[str, float]) -> dict[str, float]:
    """Return the weights with what is a toss at a half, however sure number and payer are."""
    surest = weights["bias"] + weights["sure"] * PERSON_MOST + weights["for_a_person"]
    return {**weights, **dict.fromkeys(TOSSES[family], round(-surest, 3))}


def solved(rows: list[list[float]], values: list[float]) -> list[float]:
    """Return the solution of linear equations, by elimination with the largest pivot."""
    made = [[*row, value] for row, value in zip(rows, values, strict=True)]
    size = len(made)
    for at in range(size):
        best = max(range(at, size), key=lambda row: abs(made[row][at]))
        made[at], made[best] = made[best], made[at]
        for row in range(size):
            if row != at and made[row][at]:
                share = made[row][at] / made[at][at]
                made[row] = [one - share * other for one, other in zip(made[row], made[at], strict=True)]
    return [made[at][size] / made[at][at] for at in range(size)]


def stated(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return the confidence that weights of doubts make."""
    return sigmoid(weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in features.items()))


def main(arguments: list[str]) -> int:
    """Fit, then check."""
    further = "--further" in arguments
    arguments = [one for one in arguments if one != "--further"]
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    fit = [int(one) for one in arguments[:cut]] or ((*FIRST_MORE, *SECOND_MORE) if further else FIT)
    check = [int(one) for one in arguments[cut + 1 :]] or CHECK
    told = sorted(collected(fit, tosses=True).items())
    made = {
        family: tossed(
            family,
            fitted(rows, DOUBTS[family], PULL_FURTHER, DOUBTS[family])
            if further
            else fitted(rows, DOUBTS[family]),
        )
        for family, rows in told
    }
    for family, weights in made.items():
        print(f'"{family}": {weights},')
    for family, rows in sorted(collected(check).items()):
        lines = sum(weight for _features, _right, weight in rows)
        print(f"{family}: {lines:g} lines of seeds {', '.join(map(str, check))}")
        for name, weights in (("as it is", DOUBTS[family]), ("fitted", made.get(family, DOUBTS[family]))):
            table = reliability([(stated(one, weights), right, weight) for one, right, weight in rows])
            print(f"  {name}: " + "; ".join(table))
    return 0


def reliability(rows: Sequence[tuple[float, bool, int]]) -> list[str]:
    """Return, for each range of confidence, lines, mean confidence and share that is right."""
    made = []
    for low, high in itertools.pairwise(EDGES):
        inside = [(said, right, weight) for said, right, weight in rows if low <= said < high]
        if inside:
            lines = sum(weight for _said, _right, weight in inside)
            mean = sum(said * weight for said, _right, weight in inside) / lines
            good = sum(weight for _said, right, weight in inside if right) / lines
            made.append(f"{low:.3f}: {lines:g} said {mean:.3f} right {good:.3f}")
    return made


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
