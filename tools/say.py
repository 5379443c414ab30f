"""Plain progress lines and subprocesses for the part that runs before `rich` is there."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


class CommandFailed(RuntimeError):
    """A command ended with an error; carries the end of its output."""


def line(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


def fail(text: str) -> None:
    """Stop with a message for a person."""
    sys.exit(f"\nerror: {text}")


@contextmanager
def step(text: str) -> Iterator[None]:
    """Print what is being done and how long it took."""
    start = time.monotonic()
    print(f"  {text} ...", end="" if sys.stdout.isatty() else "\n", flush=True)
    try:
        yield
    except BaseException:
        print(f"  {text}: failed after {time.monotonic() - start:.1f} s", flush=True)
        raise
    spent = time.monotonic() - start
    mark = "\r" if sys.stdout.isatty() else ""
    print(f"{mark}  {text}: done in {spent:.1f} s", flush=True)


def run(
    command: Sequence[str | Path],
    *,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    log: Path | None = None,
    stdin: str | None = None,
    timeout_s: float | None = None,
) -> str:
    """Run a command without a terminal and return its output; raise with its last lines on error."""
    merged = {**os.environ, **(env or {})}
    argv = [str(part) for part in command]
    done = subprocess.run(  # noqa: S603 - the commands are our own
        argv,
        env=merged,
        cwd=cwd,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=timeout_s,
        check=False,
    )
    if log:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a") as handle:
            handle.write(f"$ {' '.join(argv)}\n{done.stdout}")
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-25:])
        raise CommandFailed(f"{' '.join(argv)} ended with {done.returncode}\n{tail}")
    return done.stdout
