"""The workbench: locks, names of the machine, counting of tests, ports and digests."""

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tools import apt, odoo_server, postgres, registry, run_tests, sample, say, template

ROOT = Path(__file__).resolve().parents[2]
LOCKS = [ROOT / "requirements.txt", ROOT / "requirements-dev.txt", registry.REQUIREMENTS / "uv.txt"]


def tracked() -> list[Path]:
    """Return the files that git knows."""
    command = ["git", "-C", str(ROOT), "ls-files", "-c"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [path for path in (ROOT / name for name in listed.splitlines()) if path.is_file()]


def requirements(lock: Path) -> dict[str, str]:
    """Return name -> whole entry of a lock."""
    text = re.sub(r"\\\n", " ", lock.read_text())
    rows = [row for row in text.splitlines() if row and not row.lstrip().startswith("#")]
    return {re.match(r"[\w.-]+", row)[0].lower(): row for row in rows}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_locks_are_pinned_and_hashed(lock):
    entries = requirements(lock)
    assert entries
    for name, row in entries.items():
        assert re.match(r"[\w.-]+==\S+", row), name
        assert "--hash=sha256:" in row, name
    assert not re.search(r"--(extra-)?index-url|--find-links|file://|https?://", lock.read_text())


def test_locks_hold_what_is_asked_for():
    for source, lock in (("agent.in", LOCKS[0]), ("agent.in", LOCKS[1]), ("dev.in", LOCKS[1])):
        rows = (registry.REQUIREMENTS / source).read_text().splitlines()
        asked = [re.match(r"[\w.-]+", row)[0].lower() for row in rows if row and row[0] not in "#-"]
        assert set(asked) <= set(requirements(lock)), (source, lock.name)


def test_both_locks_agree():
    small, large = requirements(LOCKS[0]), requirements(LOCKS[1])
    for name, row in small.items():
        assert row.split()[0] == large[name].split()[0]


def test_no_file_names_a_registry_or_this_checkout():
    hosts = ["py" + "pi.org", "python" + "hosted.org", "deb." + "debian.org", "registry." + "npmjs"]
    # A checkout near the root has a name that any text may hold: "/src/" betrays nobody.
    words = [*hosts, *([f"{ROOT}/"] if len(ROOT.parts) > 2 else [])]
    for path in tracked():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        found = [word for word in words if word in text]
        assert not found, path.relative_to(ROOT)


def test_failed_tests_are_named(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="a.b" name="test_x"><failure message="assert 1 == 2'
        '&#10;more">...</failure></testcase><testcase classname="a.b" name="test_y"/>'
        "</testsuite></testsuites>"
    )
    assert run_tests.failed_tests(report) == ["a.b::test_x: assert 1 == 2"]
    assert run_tests.failed_tests(tmp_path / "none.xml") == []


def test_every_target_is_in_the_help():
    text = (ROOT / "Makefile").read_text()
    declared = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split())
    explained = set(re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE))
    assert declared == explained
    assert {"demo", "test", "serve", "stop", "reset", "lint", "bench", "help"} <= explained


@pytest.mark.parametrize(
    ("endings", "expected"),
    [
        (["", "", ""], (3, 0, 0)),
        (["", "", "<failure/>", "<error/>", "<skipped/>"], (2, 2, 1)),
        (["<failure/><failure/>", "<skipped/><error/>"], (0, 2, 0)),
        ([], (0, 0, 0)),
    ],
)
def test_reports_are_counted(tmp_path, endings, expected):
    cases = "".join(f'<testcase name="test_{n}">{text}</testcase>' for n, text in enumerate(endings))
    report = tmp_path / "report.xml"
    report.write_text(f'<testsuites><testsuite tests="99">{cases}</testsuite></testsuites>')
    assert run_tests.read_report(report) == expected


def test_a_missing_report_counts_nothing(tmp_path):
    assert run_tests.read_report(tmp_path / "none.xml") == (0, 0, 0)


@pytest.fixture
def small_suite(tmp_path, monkeypatch):
    """Return a function that runs one test file as a stage."""
    monkeypatch.setattr(run_tests, "ROOT", tmp_path)
    monkeypatch.setattr(run_tests, "var_dir", lambda *_: tmp_path)
    folder = tmp_path / "suite"

    def run(text: str) -> run_tests.Result:
        folder.mkdir()
        (folder / "test_it.py").write_text(text)
        return run_tests._pytest("suite", [folder], {}, "-p", "no:odoo")

    return run


def test_a_stage_that_passes(small_suite):
    result = small_suite("def test_one(): pass\n")
    assert (result.passed, result.failed) == (1, 0)
    assert result.processor_s > 0


def test_a_stage_without_tests_fails(small_suite):
    result = small_suite("x = 1\n")
    assert (result.passed, result.failed) == (0, 1)
    assert "no test ran" in result.reasons[0]


def test_a_skipped_test_fails_the_stage(small_suite):
    mark = "import pytest\n@pytest.mark." + "skip\n"
    result = small_suite(mark + "def test_one(): pass\ndef test_two(): pass\n")
    assert (result.passed, result.failed) == (1, 1)
    assert "skipped" in result.reasons[0]


def test_a_broken_file_fails_the_stage(small_suite):
    result = small_suite("import no_such_module_anywhere\n")
    assert result.failed == 1


def test_odoo_that_ran_nothing_fails_the_stage(small_suite):
    line = "0 failed, 0 error(s) of " + "0 tests"
    result = small_suite(f"def test_one(): print('{line}'); assert True\n")
    assert result.failed == 0  # pytest keeps what a passing test prints
    assert run_tests._NOTHING_RAN.search(line)


def test_a_stage_without_its_folder_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(run_tests, "ROOT", tmp_path)
    result = run_tests._pytest("gone", [tmp_path / "tests" / "gone"], {})
    assert result.failed == 1
    assert "tests/gone" in result.reasons[0]


def test_a_port_in_use_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert odoo_server.free_port(port) > port


def test_digests_follow_the_files(tmp_path):
    folder = tmp_path / "addon"
    (folder / "tests").mkdir(parents=True)
    (folder / "a.py").write_text("1")
    first = template.digest(["x"], [folder])
    (folder / "tests" / "test_a.py").write_text("only a test")
    assert template.digest(["x"], [folder]) == first
    (folder / "a.py").write_text("2")
    assert template.digest(["x"], [folder]) != first


def test_the_last_period_is_a_complete_month():
    from datetime import date

    assert sample.last_period(date(2026, 11, 21)) == "2026-10"
    assert sample.last_period(date(2026, 1, 1)) == "2025-12"


def test_the_mirror_is_the_machines_own(monkeypatch):
    rows = "http://a/ubuntu/|main\nhttp://b/debian-security/|main\nhttp://c/debian/|main\n"
    monkeypatch.setattr(apt.shutil, "which", lambda name: name)
    monkeypatch.setattr(say, "run", lambda *_a, **_k: rows)
    assert apt.mirror() == ("http://c/debian/", "main")


def test_a_machine_without_a_mirror_says_so(monkeypatch):
    monkeypatch.setattr(apt.shutil, "which", lambda name: name)
    monkeypatch.setattr(say, "run", lambda *_a, **_k: "http://a/ubuntu/|main\n")
    with pytest.raises(apt.NoMirror):
        apt.mirror()


def test_the_installers_environment_is_not_bent(monkeypatch):
    monkeypatch.setenv("PIP_FIND_LINKS", "somewhere")
    assert "PIP_FIND_LINKS" not in registry.clean_env()


@pytest.mark.parametrize(
    ("prefix", "configured", "expected"),
    [
        ("/home/me/.pyenv/versions/3", "'--enable-shared'", True),
        ("/home/me/.pyenv/versions/3", "'--enable-optimizations' '--with-lto'", False),
        ("/usr", "", False),
    ],
)
def test_an_unoptimised_python_makes_room(monkeypatch, tmp_path, prefix, configured, expected):
    """The system's own takes its place, if it has this version and a whole library."""
    minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    twin = tmp_path / f"python{minor}"
    twin.symlink_to(sys.executable)
    monkeypatch.setattr(registry, "SYSTEM_PYTHONS", tmp_path)
    monkeypatch.setattr(registry.sys, "base_prefix", prefix)
    monkeypatch.setattr(registry.sys, "platform", "linux")
    monkeypatch.setattr(registry.sysconfig, "get_config_var", lambda _name: configured)
    assert registry.which_python() == (str(twin) if expected else sys.executable)
    twin.unlink()
    twin.write_text("#!/bin/sh\necho 3.4\n")
    twin.chmod(0o755)
    assert registry.which_python() == sys.executable


def test_clusters_differ_in_durability():
    assert postgres.DEMO.fsync is True
    assert postgres.TEST.fsync is False
    assert "fsync='off'" in postgres.TEST._options()
    assert "fsync" not in postgres.DEMO._options()
    assert "listen_addresses=''" in postgres.DEMO._options()


def test_data_without_its_stamp_is_never_overwritten(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "var_dir", lambda *_: tmp_path)
    cluster = postgres.Cluster("lost", fsync=False)
    (tmp_path / "lost").mkdir()
    (tmp_path / "lost" / "something").write_text("precious")
    with pytest.raises(SystemExit):
        cluster._initdb()
    assert (tmp_path / "lost" / "something").read_text() == "precious"
