"""Known roots in files of the agent's own: append-only, private, whole even after a power cut.

For each database and company there are two files in `AI_CLOSE_STATE_DIR/audit/`: `NAME.roots.jsonl` (the
headers and roots, accepted gaps) and `NAME.leaves.jsonl` (the leaves of each block, by its root). Leaves
are written first, so that a root that stands there always has its leaves.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from agent_service.audit.canonical import canonical_bytes
from agent_service.audit.errors import BadKnownRoots
from agent_service.audit.known import Known, read_known
from agent_service.audit.tree import header_of
from agent_service.errors import BadInput

ROOTS, LEAVES = ".roots.jsonl", ".leaves.jsonl"
_REMEDY = "Take the file from a copy; never mend it by hand."


def load_known(path: Path) -> Known:
    """Return what a file of known roots says, with the leaves that stand beside it."""
    try:
        with path.open(encoding="utf-8") as handle:
            known = read_known(line for line in handle if not _torn(line))
    except UnicodeDecodeError:
        raise BadKnownRoots(f"{path} is no file of known roots", _REMEDY) from None
    except OSError as error:
        raise BadKnownRoots(f"{path} can't be read ({error.strerror})", "Is it the right file?") from None
    beside = path.with_name(path.name.removesuffix(ROOTS) + LEAVES)
    if path.name.endswith(ROOTS) and beside.is_file():
        known.leaves_of = LeafFile(beside)
    return known


def _torn(line: str) -> bool:
    """Tell whether a line was being written when its writer was killed."""
    return not line.endswith("\n") and line.startswith("{") and not line.endswith("}")


class LeafFile:
    """The leaves of blocks by their root; only where they stand is kept in memory."""

    def __init__(self, path: Path) -> None:
        """Find where each block's leaves stand."""
        self._path = path
        self._places: dict[str, int] = {}
        start = b'{"leaves":['
        with path.open("rb") as handle:
            at = 0
            for line in handle:
                # {"leaves":[...],"number":5,"root":"<64>"}
                if line.startswith(start) and line.endswith(b'"}\n'):
                    self._places[line[-67:-3].decode("ascii", "replace")] = at
                at += len(line)

    def __call__(self, root: str) -> Sequence[bytes] | None:
        """Return the leaves of the block with a root."""
        if root not in self._places:
            return None
        with self._path.open("rb") as handle:
            handle.seek(self._places[root])
            try:
                return [bytes.fromhex(leaf) for leaf in json.loads(handle.readline())["leaves"]]
            except (ValueError, KeyError, TypeError):
                return None


class RootStore:
    """All files of known roots of this agent."""

    def __init__(self, state_dir: Path) -> None:
        """Name the folder; it is made when something is kept."""
        self.folder = state_dir / "audit"

    def find(self, database_uuid: str, company_id: int, place: str | None = None) -> Path | None:
        """Return the roots file of a database and company; one that was kept for the same place counts.

        A database that was restored under a new id is still the one that the agent knows at this address.
        """
        by_place = None
        for path in sorted(self.folder.glob(f"*-{company_id}{ROOTS}")):
            known = load_known(path)
            if known.company_id not in (None, company_id):
                continue
            if database_uuid in known.database_uuids:
                return path
            if place is not None and place in known.places:
                by_place = path
        return by_place

    def book(self, database_uuid: str, company_id: int, place: str) -> "RootBook":
        """Return the book of a database and company, to read and to append to."""
        path = self.find(database_uuid, company_id, place)
        if path is None:
            stem = hashlib.sha256(database_uuid.encode()).hexdigest()[:12]
            path = self.folder / f"{stem}-{company_id}{ROOTS}"
        return RootBook(path, database_uuid, company_id, place)


class RootBook:
    """The known roots of one database and company."""

    def __init__(self, path: Path, database_uuid: str, company_id: int, place: str) -> None:
        """Name the files."""
        self.path = path
        self.leaves_path = path.with_name(path.name.removesuffix(ROOTS) + LEAVES)
        self._identity = {"database_uuid": database_uuid, "place": place}
        self._company_id = company_id

    def known(self) -> Known:
        """Return what is known now."""
        return load_known(self.path) if self.path.exists() else Known(company_id=self._company_id)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the files against other processes of this machine while reading and appending."""
        with self._lock() as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            for path in (self.leaves_path, self.path):
                _heal(path)
            yield

    def _lock(self) -> IO[str]:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return open(self.path.with_name(f"{self.path.name}.lock"), "a", opener=_private)
        except OSError as error:
            raise BadInput(
                f"{self.path.parent} can't be written ({error.strerror})",
                "Set AI_CLOSE_STATE_DIR to a folder of your own.",
            ) from None

    def append_seals(self, seals: Iterable[Mapping[str, Any]], kept_at: str) -> None:
        """Append blocks that were checked; to be called while held."""
        seals = list(seals)
        rows = [{"leaves": seal["leaves"], "number": seal["number"], "root": seal["root"]} for seal in seals]
        _append(self.leaves_path, rows)
        _append(
            self.path,
            [
                *self._introduction(),
                *(
                    {"kind": "seal", **header_of(seal), "root": seal["root"], "kept_at": kept_at}
                    for seal in seals
                ),
            ],
        )

    def append_gap(self, gap: Mapping[str, Any], common: int, kept_at: str) -> None:
        """Append that a controller accepted a gap; the blocks behind `common` stay, but count no more."""
        names = ("number", "root", "by", "at", "reason")
        row = {"kind": "gap", **{name: gap[name] for name in names}, "common": common, "kept_at": kept_at}
        _append(self.path, [*self._introduction(), row])

    def _introduction(self) -> list[dict[str, Any]]:
        """Return the line that says whose roots these are, where it does not stand there yet."""
        if not self.path.exists() or not self.path.stat().st_size:
            return [{"kind": "head", "format": 1, "company_id": self._company_id, **self._identity}]
        known = self.known()
        pairs = zip(known.database_uuids, known.places, strict=True)
        if (self._identity["database_uuid"], self._identity["place"]) in set(pairs):
            return []
        return [{"kind": "place", **self._identity}]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, 0o600)


def _append(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append lines and return when they stand on the disk."""
    if not rows:
        return
    text = b"".join(canonical_bytes(row) + b"\n" for row in rows)
    new = not path.exists()
    with open(path, "ab", opener=_private) as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    if new:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _heal(path: Path) -> None:
    """Take a torn last line off: its writer was killed before it could rely on it."""
    if not path.exists():
        return
    with open(path, "rb+") as handle:
        size = handle.seek(0, os.SEEK_END)
        end = size
        while end > 0:
            step = min(65536, end)
            handle.seek(end - step)
            cut = handle.read(step).rfind(b"\n")
            if cut >= 0:
                end = end - step + cut + 1
                break
            end -= step
        if end < size:
            handle.truncate(end)
            os.fsync(handle.fileno())
