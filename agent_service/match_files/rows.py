"""Reads JSON Lines row by row; a row that can't be read is named by its file and number.

Rows are numbered from 1, as an editor counts them. Empty rows are passed over; a byte order mark and Windows
line ends are fine.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from agent_service.errors import BadInput

T = TypeVar("T")


class BadRow(Exception):
    """A row isn't what its file holds; the text says which key and what was expected."""


@dataclass
class Skipped:
    """What to do with bad rows: stop at the first one, or skip and keep what was wrong with each."""

    skip: bool = False
    told: list[str] = field(default_factory=list)

    def bad(self, path: Path, row: int, why: object) -> None:
        """Keep a bad row's reason, or raise BadInput with it."""
        text = f"{path}, row {row}: {why}"
        if not self.skip:
            raise BadInput(text, "Mend the row, or run with --skip-bad-rows.")
        self.told.append(text)


def read_rows(path: Path, make: Callable[[dict[str, Any]], T], skipped: Skipped) -> Iterator[T]:
    """Yield what `make` does of each row; raises BadInput for a file or, unless skipped, a bad row."""
    for number, row in _objects(path, skipped):
        try:
            made = make(row)
        except BadRow as error:
            skipped.bad(path, number, error)
            continue
        yield made


def _objects(path: Path, skipped: Skipped) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, raw in enumerate(_raw(path), 1):
        content = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
        if not content.strip():
            continue
        try:
            row = json.loads(content.decode("utf-8"), parse_constant=_no_constant)
        except UnicodeDecodeError:
            skipped.bad(path, number, "it isn't UTF-8")
            continue
        except (ValueError, RecursionError) as error:
            skipped.bad(path, number, f"it is no JSON ({error})")
            continue
        if not isinstance(row, dict):
            skipped.bad(path, number, "it is no object like {...}")
            continue
        yield number, row


def _raw(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from file
    except OSError as error:
        raise BadInput(f"{path} can't be read ({error.strerror})", "Name another file.") from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")
