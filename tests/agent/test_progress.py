"""Progress: only for people who wait, only after two seconds, only on stderr."""

import io

import pytest
from rich.console import Console

from agent_service.progress import Progress


@pytest.fixture
def screen():
    return io.StringIO()


def _told(progress: Progress) -> None:
    with progress:
        progress.told("read", "statement_lines", 50, None)
        progress.told("read", "statement_lines", 70, 70)
        progress.told("submit", "finding", 200, 400)


def test_what_takes_long_is_shown(screen):
    _told(Progress(Console(file=screen, force_terminal=True, width=100), patience_s=0))
    for words in ("reading statement lines", "handing in finding", "200/400"):
        assert words in screen.getvalue()


def test_what_is_done_soon_is_not_shown(screen):
    _told(Progress(Console(file=screen, force_terminal=True), patience_s=60))
    assert screen.getvalue() == ""


def test_where_nobody_looks_nothing_is_shown(screen):
    _told(Progress(Console(file=screen), patience_s=0))
    assert screen.getvalue() == ""


def test_the_screen_is_left_clean_when_the_run_breaks(screen):
    progress = Progress(Console(file=screen, force_terminal=True), patience_s=0)
    with pytest.raises(ValueError, match="invalid literal"), progress:
        _break(progress)
    assert progress._bars is None


def _break(progress: Progress) -> None:
    progress.told("read", "lines", 1, None)
    int("broken")
