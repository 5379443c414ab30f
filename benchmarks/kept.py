"""Truth and proposals of matched statements, kept on disk: a long measurement can be stopped and goes on.

Without AI_CLOSE_BENCH_KEEP nothing is kept. What another matcher or another generator made is never taken:
the folder bears a digest of their sources.
"""

import gzip
import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

FOLDER = os.environ.get("AI_CLOSE_BENCH_KEEP", "")
SOURCES = (
    "agent_service/core/matching",
    "agent_service/match_files",
    "benchmarks/statements",
    "benchmarks/statements_second",
)
Told = tuple[bytes, bytes]
"""Truth and proposals of a statement as JSON Lines."""


def told(generator: str, seed: int | str, make: Callable[[Path], tuple[Path, Path]]) -> Told:
    """Return what is kept of a whole statement, or what `make` writes into a folder: truth and proposals."""
    places = [_folder() / f"{generator}-{seed}.{what}.gz" for what in ("truth", "out")] if FOLDER else []
    if places and all(one.exists() for one in places):
        truth, said = (gzip.decompress(one.read_bytes()) for one in places)
        return truth, said
    with tempfile.TemporaryDirectory() as made:
        truth, said = (one.read_bytes() for one in make(Path(made)))
    for place, content in zip(places, (truth, said), strict=False):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(gzip.compress(content))
    return truth, said


def _folder() -> Path:
    return Path(FOLDER) / digest()


@cache
def digest() -> str:
    """Return what tells the sources of matcher and generators apart from others."""
    root = Path(__file__).parent.parent
    made = hashlib.sha256()
    for source in SOURCES:
        for one in sorted((root / source).rglob("*.py")):
            made.update(str(one.relative_to(root)).encode() + b"\0" + one.read_bytes())
    return made.hexdigest()[:16]
