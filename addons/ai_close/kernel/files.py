"""Digests of the add-on's own files: what is run, told apart from what is only read or translated."""

import hashlib
from pathlib import Path

# What changes what the add-on does; tests, caches, texts and pictures don't.
SUFFIXES = frozenset({".py", ".sql", ".xml", ".js", ".csv", ".scss", ".json"})
SKIPPED = frozenset({"__pycache__", "tests", "i18n", "readme", "description"})
SHORT = 32


def short(data: bytes) -> str:
    """Return the first half of the SHA-256 of ``data``: enough to tell files apart on purpose or not."""
    return hashlib.sha256(data).hexdigest()[:SHORT]


def digests(folder: Path) -> dict[str, str]:
    """Return path (below the folder's parent) -> digest of every file of ``folder`` that matters."""
    found = {}
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if path.suffix in SUFFIXES and not SKIPPED.intersection(inner.parts) and path.is_file():
            found[f"{folder.name}/{inner.as_posix()}"] = short(path.read_bytes())
    return found


def compare(former: dict[str, str], present: dict[str, str]) -> list[tuple[str, str]]:
    """Return ``(path, what)`` for each file that was changed, removed or added, in order of the paths."""
    found = []
    for path in sorted(former.keys() | present.keys()):
        if path not in present:
            found.append((path, "removed"))
        elif path not in former:
            found.append((path, "added"))
        elif former[path] != present[path]:
            found.append((path, "changed"))
    return found
