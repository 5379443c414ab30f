"""A progress bar on stderr for what takes longer than two seconds; none where nobody looks."""

import sys
import time
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

_PATIENCE_S = 2.0
_VERBS = {"read": "reading", "submit": "handing in"}


class Progress:
    """Hears what the run does and shows it, once it has taken long enough to be wondered about."""

    def __init__(self, console: Console | None = None, patience_s: float = _PATIENCE_S) -> None:
        """Show nothing yet."""
        self._console = console or Console(stderr=True)
        self._patience_s = patience_s
        self._bars: Bars | None = None
        self._tasks: dict[tuple[str, str], Any] = {}
        self._start = time.monotonic()

    def __enter__(self) -> "Progress":
        """Begin to count the time."""
        self._start = time.monotonic()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Take the bars away."""
        if self._bars:
            self._bars.stop()
            self._bars = None

    def told(self, verb: str, what: str, done: int, total: int | None) -> None:
        """Hear of one step."""
        if not self._console.is_terminal or time.monotonic() - self._start < self._patience_s:
            return
        if self._bars is None:
            self._bars = Bars(
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=self._console,
                transient=True,
            )
            self._bars.start()
        text = f"{_VERBS.get(verb, verb)} {what.replace('_', ' ')}"
        if (verb, what) not in self._tasks:
            self._tasks[verb, what] = self._bars.add_task(text, total=total)
        self._bars.update(self._tasks[verb, what], completed=done, total=total)
        sys.stderr.flush()
