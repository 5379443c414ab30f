"""What people did with earlier proposals, from a file; its rows have the shape of `core.matching.history`."""

from pathlib import Path
from typing import Any

from agent_service.core.errors import MatcherError
from agent_service.core.matching.history import read
from agent_service.core.matching.learned import Learned
from agent_service.core.matching.learning import learn
from agent_service.core.matching.model import Settings
from agent_service.match_files.rows import BadRow, Skipped, read_rows


def read_history(path: Path | None, settings: Settings, skipped: Skipped) -> Learned:
    """Return what a file of past decisions teaches; the published version without a file.

    Raises BadInput for a file or, unless bad rows are skipped, a row that can't be read.
    """
    if path is None:
        return Learned.default()

    def make(row: dict[str, Any]) -> dict[str, Any]:
        try:
            read([row], settings)
        except MatcherError as error:
            raise BadRow(error.__cause__ or error) from error
        return row

    return learn(list(read_rows(path, make, skipped)), Learned.default(), settings)
