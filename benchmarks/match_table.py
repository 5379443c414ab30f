"""The matcher's quality as the tables of docs/matching.md: `python -m benchmarks.match_table [SEED ...]`."""

import sys
from collections.abc import Iterable

from agent_service.core.matching.evaluation import Evaluation
from benchmarks.match import SEEDS, quality, quality_figures


def kinds(found: Evaluation) -> list[str]:
    """Return the table by kind, items by how many stand on each side."""
    rows = ["| kind | lines | proposed | right | precision | recall |", "|---|---|---|---|---|---|"]
    scores = {**{name: one for name, one in found.shapes.items() if "line" in name}}
    scores |= {name: one for name, one in found.kinds.items() if name != "items"}
    for name, one in scores.items():
        if one.true:
            rows.append(
                f"| {name} | {one.true} | {one.proposed} | {one.right} | {_share(one.precision)} | "
                f"{_share(one.recall)} |"
            )
    return rows


def cases(found: Evaluation) -> list[str]:
    """Return the table by case of the truth."""
    rows = ["| case | lines | right | right and auto | auto and wrong |", "|---|---|---|---|---|"]
    for name, one in found.cases.items():
        lines = str(one.true) if one.true else "undecidable"
        right = str(one.right) if one.true else ""
        rows.append(f"| {name} | {lines} | {right} | {one.auto_right or ''} | {one.auto_wrong or ''} |")
    return rows


def totals(found: Evaluation) -> list[str]:
    """Return the promised figures."""
    rows = ["| figure | measured | wanted |", "|---|---|---|"]
    rows += [f"| {one.what} | {one.value} | {one.wanted} |" for one in quality_figures(found)]
    return rows


def bins(found: Evaluation) -> list[str]:
    """Return confidence against what was right."""
    rows = ["| confidence | lines | stated on average | right |", "|---|---|---|---|"]
    rows += [
        f"| {one.low:.2f} to {one.high:.2f} | {one.lines} | {one.confidence:.3f} | {one.right:.3f} |"
        for one in found.bins
    ]
    return rows


def tables(found: Evaluation) -> Iterable[str]:
    """Yield all tables."""
    for part in (totals, kinds, cases, bins):
        yield "\n".join(part(found))


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


if __name__ == "__main__":
    print("\n\n".join(tables(quality([int(one) for one in sys.argv[1:]] or SEEDS))))
