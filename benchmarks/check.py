"""Judging a whole ledger against judging what changed: typed columns in, findings out; memory beside it.

Extraction is not in these figures (`make bench NAMES=extract` has it): columns come from memory.
Run one size by itself: `python -m benchmarks.check SCALE` (96 gives about a million lines).
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
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
from agent_service.usecases.ports import Changes, Columns, DatasetUnavailable, RunStart
from agent_service.usecases.reading import Reading
from agent_service.usecases.run_close import compute
from benchmarks.clean_ledger import Clean
from benchmarks.measure import Comparison

SCALES = (6, 24, 96)
JUDGE = "--judge"
SHARE = 200
"""One entry of so many changes between two nights: half a percent."""


@dataclass
class MemoryReader:
    """Columns as the port would give them, from memory."""

    columns: dict[str, dict[str, pl.Series]]
    mark: int = 100
    changed: list[tuple[str, int]] = field(default_factory=list)

    def datasets(self) -> frozenset[str]:
        """Return the names of the datasets that the ledger has."""
        return frozenset(self.columns)

    def read(self, dataset: str) -> Columns:
        """Return a whole dataset."""
        try:
            return self.columns[dataset]
        except KeyError:
            raise DatasetUnavailable(dataset) from None

    def read_ids(self, dataset: str, ids: Sequence[int]) -> Columns:
        """Return these records of a dataset."""
        frame = pl.DataFrame(list(self.columns[dataset].values()))
        kept = frame.filter(pl.col("id").is_in(pl.Series(ids).implode()))
        return {one.name: one for one in kept.get_columns()}

    def changes(self, after: str) -> Changes:
        """Return what changed."""
        return Changes(str(self.mark), tuple(self.changed) if int(after) < self.mark else ())


def wire(frame: pl.DataFrame, name: str) -> dict[str, pl.Series]:
    """Return a typed frame as the port's columns; the benchmark's ledger has two decimals everywhere."""
    made = {}
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
        made[column] = series.alias(column)
    return made


def reader_of(folder: Path) -> MemoryReader:
    """Return the ledger of a folder as a reader."""
    given = read_policy(folder / "policy.json")
    books = books_of(shelf_of(read_ledger(folder, given.zone), given), 1)
    return MemoryReader({name: wire(frame, name) for name, frame in books.frames.items()})


def start() -> RunStart:
    """Return the run that both begin with."""
    params = {"materiality": "20000.00", "rules": {one.code: {"enabled": True} for one in rules()}}
    return RunStart(
        1, False, 1, "Harbour Tools", "USD", 2, "Europe/Berlin", "2026-10", date(2026, 10, 1),
        date(2026, 10, 31), 1, 1, params, "100", "2026-11-12T06:00:00.000000Z",
    )  # fmt: skip


def night(reader: MemoryReader, folder: Path, full: bool) -> tuple[float, float, dict]:
    """Read, judge, match and keep the copy once; return wall and processor seconds and what was read."""
    begun, spent = time.perf_counter(), time.process_time()
    reading = Reading(start(), reader, lambda _what: None, ParquetMirror(folder), {}, full)
    reading.open()
    outcome = compute(reading.start, reading.read.books(reading.start), reading.changed, reading.former)
    reading.keep(outcome.former, str(reader.mark))
    facts = reading.facts(len(outcome.whole), outcome.former)
    return time.perf_counter() - begun, time.process_time() - spent, facts


def touch(reader: MemoryReader, seed: int) -> None:
    """Change half a percent of the entries, most of them of the last month, as bookkeeping goes."""
    moves = pl.DataFrame([reader.columns["moves"]["id"], reader.columns["moves"]["date"]])
    recent = moves.filter(pl.col("date") >= "2026-10")["id"].to_list()
    chosen = random.Random(seed).sample(recent, min(len(recent), moves.height // SHARE))
    hit = pl.Series(sorted(chosen))
    frame = pl.DataFrame(list(reader.columns["moves"].values()))
    ref = pl.when(pl.col("id").is_in(hit.implode())).then(pl.lit(f"changed {seed}")).otherwise("ref")
    reader.columns["moves"] = {one.name: one for one in frame.with_columns(ref=ref).get_columns()}
    reader.changed = [("account.move", one) for one in chosen]
    reader.mark += 1


def measure(scale: int) -> dict[str, float]:
    """Return the figures of one size; a process of its own judges, so that its memory is the check's."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        Clean(7, scale).write(folder)
        for name, columns in reader_of(folder).columns.items():
            pl.DataFrame(list(columns.values())).write_parquet(folder / f"{name}.columns")
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.check", JUDGE, made], stdout=subprocess.PIPE, check=True
        )
    return json.loads(done.stdout)


def judge(folder: Path) -> dict[str, float]:
    """Judge the columns of a folder twice, wholly and by what changed, and return the figures."""
    frames = {one.stem: pl.read_parquet(one, memory_map=False) for one in folder.glob("*.columns")}
    columns = {name: {one.name: one for one in frame.get_columns()} for name, frame in frames.items()}
    frames.clear()
    reader = MemoryReader(columns)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    full, full_cpu, facts = night(reader, folder / "mirror" / "one", full=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    touch(reader, 1)
    part, part_cpu, less = night(reader, folder / "mirror" / "one", full=False)
    if less["mode"] != "incremental":
        raise RuntimeError(less)
    return {
        "lines": reader.columns["lines"]["id"].len(), "full_s": full, "full_cpu_s": full_cpu, "night_s": part,
        "night_cpu_s": part_cpu, "rows": facts["rows"], "rows_read": less["rows_read"],
        "input_mib": before / 1024, "peak_mib": peak / 1024,
    }  # fmt: skip


def run(scales: Iterable[int] = SCALES) -> list[Comparison]:
    """Compare the night after half a percent changed with a full one, by size."""
    rows = []
    for scale in scales:
        one = measure(scale)
        rows.append(
            Comparison(
                "what changed", "everything", [one["night_s"]], [one["full_s"]],
                note=f"{one['lines']:,.0f} lines, judging without extraction; {one['rows_read']:,.0f} of "
                f"{one['rows']:,.0f} rows read; processor {one['night_cpu_s']:.1f} s against "
                f"{one['full_cpu_s']:.1f} s at load {os.getloadavg()[0]:.0f}; "
                f"peak {one['peak_mib']:,.0f} MiB, {one['input_mib']:,.0f} of it "
                "the input",
            )
        )  # fmt: skip
    return rows


if __name__ == "__main__":
    if sys.argv[1:2] == [JUDGE]:
        print(json.dumps(judge(Path(sys.argv[2]))))
        raise SystemExit
    for wanted in sys.argv[1:]:
        print({name: round(value, 2) for name, value in measure(int(wanted)).items()}, flush=True)
