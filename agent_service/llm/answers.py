"""Answers that held, by the digest of their question: the same question is paid for once.

What was asked and not yet told to Odoo is kept too: a run that is killed loses no cost and no evidence.
"""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from agent_service.llm.exchange import Exchange
from agent_service.llm.weather import Usage
from agent_service.state import write_private

MAX_ANSWERS = 2000
MAX_FILES = 48
"""Of so many companies and months answers are kept; the oldest go first."""


class Answers:
    """Answers in memory: for a trial, and where nothing is to outlive the process."""

    def __init__(self) -> None:
        """Begin with none."""
        self._held: dict[str, str] = {}

    def get(self, digest: str) -> str | None:
        """Return an answer that held, or none."""
        return self._held.get(digest)

    def refusal(self, _digest: str) -> str | None:
        """Return why a question's answers were refused for good, or none."""
        return None

    def knows(self, digest: str) -> bool:
        """Tell whether a question has an answer, or was refused for good."""
        return self.get(digest) is not None or self.refusal(digest) is not None

    def keep(self, digest: str, text: str) -> None:
        """Keep an answer that held."""
        self._held[digest] = text

    def refuse(self, digest: str, why: str) -> None:
        """Hear that both answers to a question were refused."""

    def note(self, exchange: Exchange) -> None:
        """Keep what was asked until it was told."""

    def told(self, keys: Iterable[str]) -> None:
        """Forget what was told."""

    def untold(self) -> list[Exchange]:
        """Return what an earlier process asked and did not tell."""
        return []

    def begins(self, *, resumed: bool) -> Usage:
        """Return what earlier processes of this run told; one that is not resumed begins to count anew."""
        return Usage()


class KeptAnswers(Answers):
    """Answers of one company and month in a file of their own, readable by its owner only.

    A line a fact, appended as it comes; the last word on a digest counts. A line that makes no sense (the
    machine stopped while it was written) is passed over.
    """

    def __init__(self, path: Path) -> None:
        """Read what is there; the caller holds the month against other processes."""
        super().__init__()
        self.path = path
        self._refused: dict[str, str] = {}
        self._untold: dict[str, Exchange] = {}
        self._counted = Usage()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._read()
        self._drop_oldest_files()

    def refusal(self, digest: str) -> str | None:
        """Return why a question's answers were refused before, or none."""
        return self._refused.get(digest)

    def keep(self, digest: str, text: str) -> None:
        """Keep an answer that held."""
        super().keep(digest, text)
        self._refused.pop(digest, None)
        self._append({"held": digest, "text": text})

    def refuse(self, digest: str, why: str) -> None:
        """Keep that a question was refused twice: it would be again, and cost again."""
        self._held.pop(digest, None)
        self._refused[digest] = why
        self._append({"refused": digest, "text": why})

    def note(self, exchange: Exchange) -> None:
        """Keep what was asked until it was told."""
        self._untold[exchange.key] = exchange
        self._append({"asked": exchange.kept()})

    def told(self, keys: Iterable[str]) -> None:
        """Forget what was told."""
        gone = [one for key in keys if (one := self._untold.pop(key, None))]
        self._counted = sum((one.usage for one in gone), self._counted)
        if gone:
            self._append({"told": [one.key for one in gone]})

    def begins(self, *, resumed: bool) -> Usage:
        """Return what earlier processes of this run told; one that is not resumed begins to count anew."""
        # an older database may have come to light since the file was opened
        for kept in (self._held, self._refused, self._untold):
            kept.clear()
        self._counted = Usage()
        self._read()
        if not resumed:
            self._counted = Usage()
            self._append({"begins": True})
        return self._counted

    def untold(self) -> list[Exchange]:
        """Return what an earlier process asked and did not tell."""
        return list(self._untold.values())

    def _read(self) -> None:
        try:
            lines = self.path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return
        for line in lines:
            with suppress(ValueError, TypeError, KeyError, AttributeError):
                self._take(json.loads(line))
        for kept in (self._held, self._refused):
            for digest in list(kept)[:-MAX_ANSWERS]:
                del kept[digest]
        # what a run told that may still be resumed stands in the lines only
        if (
            self._counted == Usage()
            and len(lines) > 2 * (len(self._held) + len(self._refused) + len(self._untold)) + 50
        ):
            self._rewrite()

    def _take(self, row: dict[str, Any]) -> None:
        if "held" in row:
            self._refused.pop(row["held"], None)
            self._held.pop(row["held"], None)
            self._held[str(row["held"])] = str(row["text"])
        elif "refused" in row:
            self._held.pop(row["refused"], None)
            self._refused[str(row["refused"])] = str(row["text"])
        elif "asked" in row:
            exchange = Exchange.from_kept(row["asked"])
            self._untold[exchange.key] = exchange
        elif "told" in row:
            gone = [one for key in row["told"] if (one := self._untold.pop(key, None))]
            self._counted = sum((one.usage for one in gone), self._counted)
        elif "begins" in row:
            self._counted = Usage()
        elif "forgotten" in row:
            self._held.clear()
            self._refused.clear()

    def _rewrite(self) -> None:
        """Write the file anew without what nobody asks for any more."""
        rows = [
            *({"held": digest, "text": text} for digest, text in self._held.items()),
            *({"refused": digest, "text": why} for digest, why in self._refused.items()),
            *({"asked": one.kept()} for one in self._untold.values()),
        ]
        with suppress(OSError):
            write_private(self.path, "".join(json.dumps(row) + "\n" for row in rows))

    def _append(self, row: dict[str, Any]) -> None:
        """Add a line; a full disk costs the memory of it, not the run."""
        _append(self.path, row)

    def _drop_oldest_files(self) -> None:
        with suppress(OSError):
            found = sorted(self.path.parent.glob("*.jsonl"), key=lambda one: one.stat().st_mtime)
            for path in found[:-MAX_FILES]:
                if path != self.path:
                    path.unlink()


def forget(folder: Path, stem: str) -> None:
    """Forget the answers in all files whose names begin with ``stem``; what was asked and not told stays.

    An answer belongs to the database whose trail has its question: a restored one may lack it, and would
    refuse the text.
    """
    for path in folder.glob(f"{stem}*.jsonl"):
        _append(path, {"forgotten": True})


def _append(path: Path, row: dict[str, Any]) -> None:
    with suppress(OSError), open(path, "a", encoding="utf-8", opener=_private) as handle:
        handle.write(json.dumps(row) + "\n")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_CLOEXEC, 0o600)
