"""`python -m benchmarks.statements SEED FOLDER [SCALE]`: write a seed's files."""

import sys
from pathlib import Path

from benchmarks.statements.build import build, write

if __name__ == "__main__":
    made = build(int(sys.argv[1]), float(sys.argv[3]) if len(sys.argv) > 3 else 1.0)
    write(made, Path(sys.argv[2]))
    print(f"{len(made.lines)} lines, {len(made.items)} items, {len(made.truth)} answers ({made.currency})")
