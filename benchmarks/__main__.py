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

from benchmarks import check, extract, guards, verify
from benchmarks.measure import Comparison

RESULTS = Path(__file__).parent / "results"
BENCHMARKS: dict[str, Callable[[], list[Comparison]]] = {
    "check": check.run,
    "extract": extract.run,
    "guards": guards.run,
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
        rows = BENCHMARKS[name]()
        show(name, rows)
        record = {
            "benchmark": name,
            "command": f"make bench NAMES={name}",
            "date": datetime.now(UTC).date().isoformat(),
            "machine": machine(),
            "comparisons": [row.as_dict() for row in rows],
        }
        (RESULTS / f"{name}.json").write_text(json.dumps(record, indent=2) + "\n")
    return 0


def show(name: str, rows: list[Comparison]) -> None:
    """Print one benchmark as a table."""
    table = Table(title=name, title_justify="left")
    for heading in ("measured", "against", "median s", "against s", "ratio (min-max)"):
        table.add_column(heading, justify="left" if heading in ("measured", "against") else "right")
    for row in rows:
        table.add_row(
            row.ours, row.theirs, f"{row.ours_median:.3f}", f"{row.theirs_median:.3f}", row.ratio_text
        )
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
