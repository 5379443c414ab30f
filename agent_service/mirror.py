"""The copy of a company's books that the next run goes on from, as Parquet files in the state folder.

It may be deleted at any time: the next run then reads everything. Files are the owner's alone, and
`meta.json`, replaced in one step, says which of them count; a run that is killed leaves the copy before it as
it was. Rows that changed since a dataset was last written whole stand in a small file beside it.
"""

import json
import os
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import structlog

from agent_service.core.by_id import rows_of
from agent_service.core.findings import Finding
from agent_service.core.history import History
from agent_service.core.incremental import Former, from_json, to_json
from agent_service.state import write_private
from agent_service.usecases.follow import Read
from agent_service.usecases.kept import Kept

_log = structlog.get_logger(__name__)
_FORMAT = 2
_META = "meta.json"
_WHOLE_SHARE = 10
"""From a tenth of its rows changed on, a dataset is written whole again."""
_FORGET_S = 45 * 24 * 3600
"""A copy of a month that nobody asked for so long goes."""


@dataclass
class _Held:
    """One dataset on disk: its file, and the rows that changed since it was written."""

    whole: str
    part: str = ""
    dirty: set[int] = field(default_factory=set)


class ParquetMirror:
    """The copy in one folder: of one database, company and month."""

    def __init__(self, folder: Path) -> None:
        """Know the folder; nothing is read or made yet."""
        self.folder = folder
        self._held: dict[str, _Held] = {}
        self._months: dict[str, str] = {}
        self._number = 0

    def load(self) -> Kept | None:
        """Return the copy of the last run; None where there is none that can be read."""
        try:
            meta = json.loads((self.folder / _META).read_text(encoding="utf-8"))
            if meta["format"] != _FORMAT:
                return None
            self._number = int(meta["number"])
            frames = {name: self._frame(name, one) for name, one in meta["datasets"].items()}
            former = _former_of((self.folder / meta["former"]).read_text(encoding="utf-8"))
            former = replace(former, history=self._history(meta["history"]))
            absent = frozenset((str(name), str(column)) for name, column in meta["absent"])
            return Kept(
                dict(meta["identity"]),
                str(meta["watermark"]),
                str(meta["read_on"]),
                Read(frames, absent),
                former,
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, pl.exceptions.PolarsError) as error:
            _log.warning("copy_unreadable", reason=type(error).__name__)
            self._held, self._months = {}, {}
            return None

    def _history(self, meta: Mapping[str, Any]) -> History:
        history = History()
        for name, one in meta.items():
            frame = pl.read_parquet(self.folder / one["file"], memory_map=False)
            if frame.height != int(one["rows"]):
                raise ValueError(name)
            history.frames[name] = frame
            history.months[name] = {date.fromisoformat(month) for month in one["months"]}
            self._months[name] = str(one["file"])
        return history

    def _frame(self, name: str, one: Mapping[str, Any]) -> pl.DataFrame:
        whole = pl.read_parquet(self.folder / one["whole"], memory_map=False)
        held = _Held(str(one["whole"]), str(one["part"] or ""))
        if held.part:
            part = pl.read_parquet(self.folder / held.part, memory_map=False)
            gone = pl.read_parquet(self.folder / f"{held.part}.ids", memory_map=False)["id"]
            held.dirty = set(gone.to_list())
            whole = whole.filter(~pl.col("id").is_in(gone.implode())).merge_sorted(part, "id")
        if whole.height != int(one["rows"]):
            raise ValueError(name)
        self._held[name] = held
        return whole

    def save(self, kept: Kept) -> None:
        """Keep a copy for the next run; where the disk refuses, the next run reads everything."""
        try:
            self._save(kept)
        except (OSError, pl.exceptions.PolarsError) as error:
            _log.warning("copy_not_kept", reason=type(error).__name__)
            with suppress(OSError):
                (self.folder / _META).unlink(missing_ok=True)

    def _save(self, kept: Kept) -> None:
        self.folder.parent.mkdir(mode=0o700, exist_ok=True)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._number += 1
        held = {
            name: self._written(name, frame, None if kept.changed is None else kept.changed.get(name, set()))
            for name, frame in kept.read.frames.items()
        }
        former = f"found.{self._number}.json"
        write_private(self.folder / former, _former_text(kept.former))
        months = self._written_history(kept.former.history)
        meta = {
            "format": _FORMAT,
            "number": self._number,
            "identity": dict(kept.identity),
            "watermark": kept.watermark,
            "read_on": kept.read_on,
            "absent": sorted(kept.read.absent),
            "former": former,
            "history": {
                name: {
                    "file": file,
                    "rows": kept.former.history.frames[name].height,
                    "months": sorted(map(str, kept.former.history.months[name])),
                }
                for name, file in months.items()
            },
            "datasets": {
                name: {"whole": one.whole, "part": one.part, "rows": kept.read.frames[name].height}
                for name, one in held.items()
            },
        }
        write_private(self.folder / _META, json.dumps(meta, indent=1, sort_keys=True) + "\n")
        self._held, self._months = held, months
        self._sweep({former, *months.values(), *(file for one in held.values() for file in _files(one))})

    def _written(self, name: str, frame: pl.DataFrame, changed: set[int] | None) -> _Held:
        before = self._held.get(name)
        if before is not None and changed is not None:
            if not changed:
                return before
            dirty = before.dirty | changed
            if len(dirty) * _WHOLE_SHARE <= frame.height:
                ids = pl.Series("id", sorted(dirty), dtype=pl.Int64)
                part = f"{name}.{self._number}.part.parquet"
                self._put(part, rows_of(frame, dirty))
                self._put(f"{part}.ids", ids.to_frame())
                return _Held(before.whole, part, dirty)
        whole = f"{name}.{self._number}.parquet"
        self._put(whole, frame)
        return _Held(whole)

    def _written_history(self, history: History) -> dict[str, str]:
        """Write the closed months that differ from those on disk; return the file of each name."""
        files = {}
        for place, (name, frame) in enumerate(sorted(history.frames.items())):
            if name in history.changed or name not in self._months:
                files[name] = f"history.{self._number}.{place}.parquet"
                self._put(files[name], frame)
            else:
                files[name] = self._months[name]
        return files

    def _put(self, name: str, frame: pl.DataFrame) -> None:
        descriptor = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            frame.write_parquet(file, compression="lz4", statistics=False)
            file.flush()
            os.fsync(file.fileno())

    def _sweep(self, used: set[str]) -> None:
        """Remove files that no longer count, and copies of months that nobody asks for any more."""
        for file in self.folder.iterdir():
            if file.name not in used and file.name != _META:
                file.unlink(missing_ok=True)
        for other in self.folder.parent.iterdir():
            with suppress(OSError):
                if other != self.folder and time.time() - (other / _META).stat().st_mtime > _FORGET_S:
                    shutil.rmtree(other)


def _files(one: _Held) -> tuple[str, ...]:
    return (one.whole, one.part, f"{one.part}.ids") if one.part else (one.whole,)


def _former_text(former: Former) -> str:
    """Return what was found as JSON; a rule whose findings JSON can't hold is left out and judged anew."""
    held: dict[str, Any] = {}
    for code, findings in former.findings.items():
        try:
            held[code] = json.loads(json.dumps([to_json(one) for one in findings]))
        except (TypeError, ValueError):
            continue
    return json.dumps({"findings": held, "stamps": dict(former.stamps)}, sort_keys=True)


def _former_of(text: str) -> Former:
    """Return what was found; raises ValueError, KeyError or TypeError for another shape."""
    made = json.loads(text)
    findings: dict[str, tuple[Finding, ...]] = {
        code: tuple(from_json(one) for one in rows) for code, rows in made["findings"].items()
    }
    return Former(findings, dict(made["stamps"]))
