"""Plain progress lines and subprocesses for the part that runs before `rich` is there."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path


class CommandFailed(RuntimeError):
    """A command ended with an error; carries the end of its output."""


quiet = False  # set while another display (tools.progress) owns the screen


def line(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


def fail(text: str) -> None:
    """Stop with a message for a person."""
    sys.exit(f"\nerror: {text}")


@contextmanager
def step(text: str) -> Iterator[None]:
    """Print what is being done and how long it took."""
    if quiet:
        yield
        return
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


def stream(
    command: Sequence[str | Path],
    on_line: Callable[[str], None],
    *,
    env: dict[str, str],
    cwd: Path,
    log: Path,
    stdin: str = "",
    on_end: Callable[[float], None] | None = None,
) -> None:
    """Run a command, hand each line of its output on as it comes, keep all in `log`.

    `on_end` hears how many seconds of processor it took, with whatever it started and waited for.
    """
    argv = [str(part) for part in command]
    log.parent.mkdir(parents=True, exist_ok=True)
    tail: list[str] = []
    with log.open("a") as handle:
        handle.write(f"$ {' '.join(argv)}\n")
        with subprocess.Popen(
            argv, env={**os.environ, **env}, cwd=cwd, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        ) as process:
            with suppress(BrokenPipeError):  # what it says before it ends is the better message
                process.stdin.write(stdin)
                process.stdin.close()
            for row in process.stdout:
                handle.write(row)
                tail = [*tail[-24:], row.rstrip()]
                on_line(row.rstrip())
            _pid, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
    if on_end:
        on_end(used.ru_utime + used.ru_stime)
    if process.returncode:
        text = "\n".join(tail)
        raise CommandFailed(f"{' '.join(argv)} ended with {process.returncode}, see {log}\n{text}")


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
    done = subprocess.run(
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
