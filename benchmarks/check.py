"""Judging a whole ledger against judging what changed, each in a process of its own that does nothing else.

A process reads pages of columns as the port sends them (from files, one page at a time) and judges, matches
and keeps its copy; what reading the files takes is counted apart. Memory is the most that the process ever
held. What is made of the figures stands in `benchmarks/check_table.py`.
Run one size by itself: `python -m benchmarks.check SCALE` (96 gives about a million lines).
"""

import json
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from agent_service.core.checks import rules
from agent_service.core.schema import SCHEMA
from agent_service.ledger_files.books import books_of
from agent_service.ledger_files.policy_file import read_policy
from agent_service.ledger_files.read import read_ledger
from agent_service.ledger_files.shelf import shelf_of
from agent_service.mirror import ParquetMirror
from agent_service.odoo_client.reader import PAGE_ROWS
from agent_service.usecases.ports import Changes, Columns, DatasetUnavailable, RunStart
from agent_service.usecases.reading import Reading
from agent_service.usecases.run_close import compute
from benchmarks.clean_ledger import Clean

PREPARE, FULL, NIGHT = "--prepare", "--full", "--night"
SHARE = 200
"""One entry of so many changes between two nights: half a percent."""
LEDGER_SEED, CHANGE_SEED = 7, 1
ROUNDS = 3
MIB = 1 << 20


@dataclass
class StoredReader:
    """Columns as the port gives them, from files of a page each; what reading them takes is counted."""

    folder: Path
    changed: tuple[int, ...] = ()
    """Entries that differ from what the files say: their reference is another."""
    wall_s: float = 0.0
    cpu_s: float = 0.0
    begun: tuple[float, float] = field(default=(0.0, 0.0), repr=False)

    @property
    def mark(self) -> int:
        """Return the mark to read changes from next time."""
        return 101 if self.changed else 100

    def __enter__(self) -> "StoredReader":
        """Begin to count."""
        self.begun = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_error: object) -> None:
        """Count what was spent."""
        self.wall_s += time.perf_counter() - self.begun[0]
        self.cpu_s += time.process_time() - self.begun[1]

    def datasets(self) -> frozenset[str]:
        """Return the names of the datasets that the ledger has."""
        return frozenset(one.name for one in self.folder.iterdir() if one.is_dir())

    def read(self, dataset: str) -> Columns:
        """Return a whole dataset; only small ones are read so."""
        return _columns(pl.concat([self._page(one) for one in self._files(dataset)]))

    def pages(self, dataset: str) -> Iterator[Columns]:
        """Yield a dataset a page at a time."""
        for file in self._files(dataset):
            yield _columns(self._page(file))

    def read_ids(self, dataset: str, ids: Sequence[int]) -> Columns:
        """Return these records of a dataset."""
        wanted = pl.col("id").is_in(pl.Series(ids, dtype=pl.Int64).implode())
        return _columns(pl.concat([self._page(one).filter(wanted) for one in self._files(dataset)]))

    def changes(self, after: str) -> Changes:
        """Return what changed."""
        new = self.changed if int(after) < self.mark else ()
        return Changes(str(self.mark), tuple(("account.move", one) for one in new))

    def _files(self, dataset: str) -> list[Path]:
        files = sorted((self.folder / dataset).glob("*.parquet"))
        if not files:
            raise DatasetUnavailable(dataset)
        return files

    def _page(self, file: Path) -> pl.DataFrame:
        with self:
            page = pl.read_parquet(file, memory_map=False)
            if self.changed and file.parent.name == "moves":
                hit = pl.col("id").is_in(pl.Series(self.changed, dtype=pl.Int64).implode())
                page = page.with_columns(
                    ref=pl.when(hit).then(pl.lit(f"changed {CHANGE_SEED}")).otherwise("ref")
                )
            return page


def _columns(page: pl.DataFrame) -> Columns:
    return {one.name: one for one in page.get_columns()}


def wire(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return a typed frame as the port sends it; the benchmark's ledger has two decimals everywhere."""
    made = []
    for column, kind in SCHEMA[name].items():
        series = frame[column]
        if kind.startswith("money"):
            series = pl.select(
                pl.when(series < 0).then(pl.lit("-")).otherwise(pl.lit(""))
                + (series.abs() // 100).cast(pl.String)
                + "."
                + (series.abs() % 100).cast(pl.String).str.zfill(2)
            ).to_series()
        elif kind.startswith("date"):
            series = series.cast(pl.String)
        made.append(series.alias(column))
    return pl.DataFrame(made)


def prepare(scale: int, folder: Path) -> None:
    """Make a ledger and leave its datasets in pages, and which entries will have changed by the next night.

    Most of what changes is of the last month, as bookkeeping goes.
    """
    made = folder / "made"
    made.mkdir()
    Clean(LEDGER_SEED, scale).write(made)
    given = read_policy(made / "policy.json")
    books = books_of(shelf_of(read_ledger(made, given.zone), given), 1)
    for name, frame in books.frames.items():
        pages = folder / "columns" / name
        pages.mkdir(parents=True)
        for number, at in enumerate(range(0, max(frame.height, 1), PAGE_ROWS)):
            wire(frame.slice(at, PAGE_ROWS), name).write_parquet(pages / f"{number:05}.parquet")
    moves = books.frames["moves"]
    recent = moves.filter(pl.col("date") >= date(2026, 10, 1))["id"].to_list()
    chosen = random.Random(CHANGE_SEED).sample(recent, min(len(recent), moves.height // SHARE))
    (folder / "changed.json").write_text(json.dumps(sorted(chosen)), encoding="utf-8")


def start() -> RunStart:
    """Return the run that both begin with."""
    params = {"materiality": "20000.00", "rules": {one.code: {"enabled": True} for one in rules()}}
    return RunStart(
        1, False, 1, "Harbour Tools", "USD", 2, "Europe/Berlin", "2026-10", date(2026, 10, 1),
        date(2026, 10, 31), 1, 1, params, "100", "2026-11-12T06:00:00.000000Z",
    )  # fmt: skip


def judge(folder: Path, full: bool) -> dict[str, float]:
    """Read, judge, match and keep the copy once; return seconds without those of reading, rows and memory."""
    changed = () if full else tuple(json.loads((folder / "changed.json").read_text(encoding="utf-8")))
    reader = StoredReader(folder / "columns", changed)
    begun, spent = time.perf_counter(), time.process_time()
    reading = Reading(start(), reader, lambda _what: None, ParquetMirror(folder / "copies" / "one"), {}, full)
    reading.open()
    books = reading.read.books(reading.start)
    outcome = compute(reading.start, books, reading.changed, reading.former)
    reading.keep(outcome.former, str(reader.mark))
    wall, cpu = time.perf_counter() - begun, time.process_time() - spent
    facts = reading.facts(len(outcome.whole), outcome.former)
    if facts["mode"] != ("full" if full else "incremental"):
        raise RuntimeError(facts)
    return {
        "lines": books.frame("lines").height, "wall_s": wall - reader.wall_s, "cpu_s": cpu - reader.cpu_s,
        "reading_s": reader.cpu_s, "rows": facts["rows"], "rows_read": facts["rows_read"],
        "peak_mib": peak() / MIB, "findings": len(outcome.found),
    }  # fmt: skip


def peak() -> int:
    """Return the most memory that this process held at once, with its largest child's, in bytes.

    The kernel's count of this process alone: what getrusage says begins with what its parent held.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    own = next(int(one.split()[1]) for one in status.splitlines() if one.startswith("VmHWM:"))
    return (own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) * 1024


def _by_itself(step: str, *words: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.check", step, *words], stdout=subprocess.PIPE, check=True
    )
    return json.loads(done.stdout or "{}")


def measure(scale: int, rounds: int = ROUNDS) -> dict[str, dict[str, float]]:
    """Return the figures of one size: of the full run, and of the night after it; medians of some rounds.

    Each night goes on from the same copy. The most memory and rows are those of the last round.
    """
    with tempfile.TemporaryDirectory() as made:
        _by_itself(PREPARE, made, str(scale))
        copies, kept = Path(made) / "copies", Path(made) / "kept"
        runs: dict[str, list[dict[str, float]]] = {"full": [], "night": []}
        for _round in range(rounds):
            shutil.rmtree(copies, ignore_errors=True)
            runs["full"].append(_by_itself(FULL, made))
        copies.rename(kept)
        for _round in range(rounds):
            shutil.rmtree(copies, ignore_errors=True)
            shutil.copytree(kept, copies)
            runs["night"].append(_by_itself(NIGHT, made))
    return {step: _middle(each) for step, each in runs.items()}


def _middle(runs: Sequence[dict[str, float]]) -> dict[str, float]:
    timed = {name: statistics.median(one[name] for one in runs) for name in ("cpu_s", "wall_s", "reading_s")}
    return {**runs[-1], **timed, "peak_mib": max(one["peak_mib"] for one in runs)}


def main(words: Sequence[str]) -> None:
    """Take one step in this process, or measure the sizes that are named."""
    if words[:1] == [PREPARE]:
        prepare(int(words[2]), Path(words[1]))
    elif words[:1] in ([FULL], [NIGHT]):
        print(json.dumps(judge(Path(words[1]), full=words[0] == FULL)))
    else:
        for scale in words:
            print(json.dumps(measure(int(scale)), indent=1), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
