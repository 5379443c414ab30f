"""How true stated confidences are over many statements of both generators, drawn by lot.

A statement has few lines between 0.5 and 0.99, so five of them show little but chance. AI_CLOSE_BENCH_KEEP
names a folder that keeps what was matched (`kept`).
"""

from collections.abc import Iterable, Iterator

from agent_service.core.matching.evaluation import Answer, Evaluation, evaluate
from benchmarks import match, match_blind
from benchmarks.figures import Figure, at_most

FIRST = (
    163643,
    423735,
    106646,
    983875,
    987526,
    250473,
    226037,
    227059,
    827750,
    578469,
    512009,
    772252,
    528408,
    996212,
    568911,
    403886,
    632285,
    300584,
    184769,
    467590,
    323248,
    202277,
)
SECOND = (
    775154,
    249577,
    194044,
    199104,
    398819,
    101475,
    656686,
    354811,
    254375,
    836894,
    890607,
    260967,
    516516,
    565972,
    273914,
    367563,
    420687,
    140084,
    739745,
    894072,
    457051,
    926666,
)
"""Seeds of either generator, drawn by lot: nobody looked at their lines, nothing was fitted on them, and
what is published of them was measured once, after the weights were set."""


def measured(seeds: Iterable[tuple[str, int]]) -> Evaluation:
    """Return the figures over seeds of both generators together: `f` the first one, `s` the second."""
    truth: list[Answer] = []
    said: list[Answer] = []
    for generator, seed in seeds:
        make = match.matched if generator == "f" else match_blind.matched
        right, proposed = match.answers(
            generator, seed, lambda folder, seed=seed, make=make: make(seed, folder)
        )
        truth += right
        said += proposed
    return evaluate(truth, said)


def table(found: Evaluation) -> Iterator[str]:
    """Yield the table of docs/matching.md."""
    yield "| confidence | lines | stated on average | right |"
    yield "|---|---|---|---|"
    for one in found.bins:
        yield f"| {one.low:.2f} to {one.high:.2f} | {one.lines} | {one.confidence:.3f} | {one.right:.3f} |"


def figures(found: Evaluation, what: str) -> list[Figure]:
    """Return what was stated and right, beside what chance alone would show."""
    lines = sum(one.lines for one in found.bins)
    error, chance = found.calibration_error, found.calibration_floor
    stated = sum(one.lines * one.confidence for one in found.bins) / max(lines, 1)
    right = sum(one.lines * one.right for one in found.bins) / max(lines, 1)
    return [
        at_most(
            f"{what}: calibration error from 0.5 to 0.99 ({lines} lines)",
            1.0 if error is None else error,
            0.02,
        ),
        Figure(f"{what}: what chance alone would show there", f"{chance or 0:.4f}"),
        Figure(f"{what}: stated there on average, and right", f"{stated:.4f}, {right:.4f}"),
        Figure(f"{what}: lines in band auto, of them wrong", f"{found.auto.proposed}, {found.auto_wrong}"),
        Figure(f"{what}: F1, share in auto", f"{found.total.f1 or 0:.4f}, {found.auto.recall or 0:.4f}"),
    ]


def run() -> list[Figure]:
    """Measure over all drawn seeds, together and by generator."""
    first, second = [("f", one) for one in FIRST], [("s", one) for one in SECOND]
    both = measured([*first, *second])
    print("\n".join(table(both)), flush=True)
    return [
        Figure("statements of the first generator, of the second", f"{len(first)}, {len(second)}"),
        *figures(both, "both"),
        *figures(measured(first), "first"),
        *figures(measured(second), "second"),
    ]
