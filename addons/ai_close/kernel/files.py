"""Digests of the add-on's own files: what is run, told apart from what is only read or translated."""

import hashlib
import os
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
    # Plain strings: each begin of a run looks at some hundred files, and paths as objects cost most of it.
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in SKIPPED]
        inner = os.path.relpath(place, folder.parent).replace(os.sep, "/")
        for name in names:
            full = f"{place}/{name}"
            if os.path.splitext(name)[1] in SUFFIXES and os.path.isfile(full):
                with open(full, "rb") as file:
                    found[f"{inner}/{name}"] = short(file.read())
    return dict(sorted(found.items()))


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
