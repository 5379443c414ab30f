"""Run keys: kept until the run ended, held by one process, never half written."""

import json
import os
import signal
import subprocess
import sys
import textwrap

import pytest

from agent_service.errors import BadInput, Busy, ExitCode
from agent_service.state import Scope, StateDir, write_private

SCOPE = Scope("0f0f-uuid", 1, "2026-10")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "state"


def test_a_key_is_kept_until_the_run_is_done(folder):
    with StateDir(folder).hold(SCOPE) as first:
        assert not first.resumed
    with StateDir(folder).hold(SCOPE) as again:
        assert (again.run_key, again.resumed) == (first.run_key, True)
        again.done()
    with StateDir(folder).hold(SCOPE) as later:
        assert later.run_key != first.run_key


def test_a_key_that_people_asked_for_is_taken_when_none_is_left(folder):
    with StateDir(folder).hold(SCOPE, "asked") as held:
        assert held.run_key == "asked"
    with StateDir(folder).hold(SCOPE, "other") as held:
        assert held.run_key == "asked"


def test_a_renewed_key_is_the_one_that_is_kept(folder):
    with StateDir(folder).hold(SCOPE, "old") as held:
        new = held.renew()
    with StateDir(folder).hold(SCOPE) as held:
        assert held.run_key == new != "old"


@pytest.mark.parametrize(
    "other",
    [Scope("restored", 1, "2026-10"), Scope("0f0f-uuid", 2, "2026-10"), Scope("0f0f-uuid", 1, "2026-09")],
)
def test_another_database_company_or_month_has_its_own_key(folder, other):
    state = StateDir(folder)
    with state.hold(SCOPE) as one, state.hold(other) as two:
        assert one.run_key != two.run_key


def test_a_second_holder_is_refused_at_once(folder):
    state = StateDir(folder)
    with state.hold(SCOPE), pytest.raises(Busy) as caught, StateDir(folder).hold(SCOPE):
        pass
    assert caught.value.exit_code == ExitCode.BUSY


def test_a_killed_process_leaves_its_key_and_frees_its_lock(folder):
    script = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from agent_service.state import Scope, StateDir
        with StateDir(Path(sys.argv[1])).hold(Scope("0f0f-uuid", 1, "2026-10")) as held:
            print(held.run_key, flush=True)
            time.sleep(60)
        """
    )
    child = subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True)
    key = child.stdout.readline().strip()
    with pytest.raises(Busy), StateDir(folder).hold(SCOPE):
        pass
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    with StateDir(folder).hold(SCOPE) as held:
        assert (held.run_key, held.resumed) == (key, True)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"run_key": 5}', '{"run_key": "x"}'])
def test_a_file_that_makes_no_sense_counts_as_none(folder, text):
    state = StateDir(folder)
    with state.hold(SCOPE) as held:
        path = held.path
    path.write_text(text)
    with state.hold(SCOPE) as held:
        assert not held.resumed
        assert json.loads(path.read_text())["run_key"] == held.run_key


def test_everything_is_private(folder):
    before = os.umask(0)
    try:
        with StateDir(folder).hold(SCOPE) as held:
            modes = {
                path: path.stat().st_mode & 0o777
                for path in (folder, held.path.parent, *held.path.parent.iterdir())
            }
    finally:
        os.umask(before)
    assert {mode & 0o077 for mode in modes.values()} == {0}


def test_a_write_that_fails_leaves_the_former_file(tmp_path, monkeypatch):
    path = tmp_path / "file"
    write_private(path, "former")

    def broken(_descriptor):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="disk full"):
        write_private(path, "later")
    assert path.read_text() == "former"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="can't be made") as caught:
        StateDir(tmp_path / "file" / "state")
    assert "AI_CLOSE_STATE_DIR" in caught.value.line
