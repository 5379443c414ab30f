"""Progress bars of the demo: what is being done, how far it is, how long it took (needs rich)."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tools import say

Update = Callable[[int, int], None]
console = Console(highlight=False)


@contextmanager
def bar(text: str) -> Iterator[Update]:
    """Show a bar that the yielded function moves to `done` of `total`; plain lines without a terminal."""
    start = time.monotonic()
    columns = (TextColumn("  {task.description:<34}"), BarColumn(40), TimeElapsedColumn(),
               TextColumn("{task.fields[note]}"))
    say.quiet = True
    if not console.is_terminal:
        console.print(f"  {text} ...")
    try:
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            task = progress.add_task(text, total=None, note="")

            def update(done: int, total: int) -> None:
                progress.update(task, completed=done, total=total, note=f"{done}/{total}")

            yield update
            progress.update(task, completed=1, total=1, note="")
    finally:
        say.quiet = False
    if not console.is_terminal:
        console.print(f"  {text}: done in {time.monotonic() - start:.1f} s")
