"""`make bench [NAME ...]`: run the benchmarks, print their ratios, keep the result with machine and date."""

import json
import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import (
    accept,
    adjustments,
    approve,
    balance,
    check_table,
    cockpit,
    extract,
    guards,
    match,
    match_blind,
    match_calibration,
    match_large,
    match_oca,
    package,
    verify,
)
from benchmarks.figures import Figure
from benchmarks.measure import Comparison

RESULTS = Path(__file__).parent / "results"
Rows = list[Comparison] | list[Figure] | list[Comparison | Figure]
BENCHMARKS: dict[str, Callable[[], Rows]] = {
    "accept": accept.run,
    "adjustments": adjustments.run,
    "approve": approve.run,
    "balance": balance.run,
    "check": check_table.run,
    "cockpit": cockpit.run,
    "extract": extract.run,
    "guards": guards.run,
    "match": match.run,
    "match_blind": match_blind.run,
    "match_calibration": match_calibration.run,
    "match_large": match_large.run,
    "match_oca": match_oca.run,
    "package": package.run,
    "verify": verify.run,
}


def machine() -> dict[str, object]:
    """Return what a figure means nothing without."""
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def main(names: list[str]) -> int:
    """Run the named benchmarks (all without a name) and write `results/<name>.json`."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"no benchmark {', '.join(unknown)}: there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    RESULTS.mkdir(exist_ok=True)
    for name in names or BENCHMARKS:
        before = os.getloadavg()[0]
        rows = BENCHMARKS[name]()
        show(name, rows)
        record = {
            "benchmark": name,
            "command": f"make bench NAMES={name}",
            "date": datetime.now(UTC).date().isoformat(),
            "machine": machine(),
            # of one minute, before and after: what else the machine did, and what this did to it
            "load": [round(before, 1), round(os.getloadavg()[0], 1)],
            "comparisons": [row.as_dict() for row in rows if isinstance(row, Comparison)],
            "figures": [row.as_dict() for row in rows if isinstance(row, Figure)],
        }
        (RESULTS / f"{name}.json").write_text(json.dumps(record, indent=2) + "\n")
    return 0


def show(name: str, rows: Rows) -> None:
    """Print one benchmark as tables: ratios, then figures that stand alone."""
    ratios = [row for row in rows if isinstance(row, Comparison)]
    if ratios:
        table = _table(name, "measured", "against", "median s", "against s", "ratio (min-max)")
        for row in ratios:
            table.add_row(
                row.ours, row.theirs, f"{row.ours_median:.3f}", f"{row.theirs_median:.3f}", row.ratio_text
            )
        Console().print(table)
    alone = [row for row in rows if isinstance(row, Figure)]
    if alone:
        table = _table(name, "measured", "figure", "wanted", "kept")
        for row in alone:
            table.add_row(row.what, row.value, row.wanted, {True: "yes", False: "NO", None: ""}[row.kept])
        Console().print(table)


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in headings:
        table.add_column(heading, justify="left" if heading in ("measured", "against", "wanted") else "right")
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
