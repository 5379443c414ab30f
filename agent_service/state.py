"""What the agent keeps between two processes: the key of a run until it ended, and nothing else.

A run that is killed is resumed under the key it began with, so that Odoo sees one run and not two.
A lock of the kernel keeps a second process of this machine from the same period; it goes with the
process, however that ends.
"""

import fcntl
import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from agent_service.errors import BadInput, Busy


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner only: no reader ever sees a half of it."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(name, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make a rename or a removal outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True)
class Scope:
    """What one run is about: a database (by its uuid, so that a restored copy is another), company, month."""

    database_uuid: str
    company_id: int
    period: str

    @property
    def file_stem(self) -> str:
        """Return a name for files: readable, and unique by a digest of the database."""
        digest = hashlib.sha256(self.database_uuid.encode()).hexdigest()[:12]
        return f"{digest}-{self.company_id}-{self.period}"


@dataclass
class HeldRun:
    """The run key of a scope, held against other processes of this machine."""

    path: Path
    scope: Scope
    run_key: str = field(repr=False)
    resumed: bool

    def renew(self) -> str:
        """Take a new key: the old one belongs to a run that has ended."""
        self.run_key = new_run_key()
        self.resumed = False
        self._write()
        return self.run_key

    def done(self) -> None:
        """Forget the key: the run has ended in Odoo."""
        with suppress(FileNotFoundError):
            self.path.unlink()
            _sync(self.path.parent)

    def _write(self) -> None:
        record = {
            "run_key": self.run_key,
            "company_id": self.scope.company_id,
            "period": self.scope.period,
            "database_uuid": self.scope.database_uuid,
        }
        write_private(self.path, json.dumps(record, indent=1, sort_keys=True) + "\n")


def new_run_key() -> str:
    """Return a key that nobody else will think of."""
    return f"run-{secrets.token_hex(16)}"


class StateDir:
    """The folder `AI_CLOSE_STATE_DIR`, private to its owner."""

    def __init__(self, path: Path) -> None:
        """Make the folder where it is missing."""
        self.runs = path / "runs"
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.runs.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise BadInput(
                f"{path} can't be made ({error.strerror})", "Set AI_CLOSE_STATE_DIR to a folder of your own."
            ) from None
        if not os.access(self.runs, os.W_OK | os.X_OK):
            raise BadInput(f"{self.runs} can't be written", "Set AI_CLOSE_STATE_DIR to a folder of your own.")

    @contextmanager
    def hold(self, scope: Scope, run_key: str | None = None) -> Iterator[HeldRun]:
        """Hold a scope and its run key; a key that is still there (a killed run) goes first."""
        what = f"works on {scope.period} of this company"
        with _locked(self.runs / f"{scope.file_stem}.lock", what):
            path = self.runs / f"{scope.file_stem}.json"
            former = _read_key(path, scope)
            held = HeldRun(path, scope, former or run_key or new_run_key(), former is not None)
            if not former:
                held._write()
            yield held

    @contextmanager
    def hold_keys(self) -> Iterator[None]:
        """Hold the right to change the key file."""
        with _locked(self.runs.parent / "key.lock", "changes the key"):
            yield


@contextmanager
def _locked(path: Path, what: str) -> Iterator[None]:
    with open(path, "a", opener=_private) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"Another ai-close on this machine {what}", "Wait until it ends.") from None
        yield


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, 0o600)


def _read_key(path: Path, scope: Scope) -> str | None:
    """Return the key of a run that did not end; a file that makes no sense counts as none."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    if not isinstance(record, dict) or record.get("database_uuid") != scope.database_uuid:
        return None
    key = record.get("run_key")
    return key if isinstance(key, str) and key else None
