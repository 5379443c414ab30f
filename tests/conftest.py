"""Fixtures for tests that need a real Odoo: fresh copies of the sample company on one shared server.

Nothing is built for tests that don't ask for them.
"""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.demo import CLUSTER, FIRST_PORT, Demo, proposals
from tests.support.settled import wait_until_settled
from tools import odoo_cli, sample, template
from tools.odoo_server import OdooServer

# What is found has to be the same on a busy machine: an example may take its time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

_PREFIX = f"agt{os.getpid()}"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def sample_files() -> tuple[str, Path]:
    """The template database with the sample company, and its files (logins, key, statement, truth)."""
    return sample.ensure_template()


@pytest.fixture(scope="session")
def shared_server(sample_files) -> Iterator[tuple[OdooServer, str]]:
    """One Odoo that serves every copy of this session, and the copy that all others are made from.

    The bank statement of the month is imported once, as a person does it; then the copy is renamed, so
    that nobody has it open and it can be copied.
    """
    source, files = sample_files
    first, ready = f"{_PREFIX}_first", f"{_PREFIX}_ready"
    template.reclone(source, first)
    server = OdooServer(
        first, port=FIRST_PORT, name=f"{_PREFIX}-server", options={"dbfilter": f"^{_PREFIX}_"}
    )
    try:
        with server:
            sample.import_statement(server.url, first, files)
            # a run that finds the import unsettled reads it twice: its calls could not be counted
            wait_until_settled(first)
            template.rename(first, ready, CLUSTER)
            yield server, ready
    finally:
        odoo_cli.drop(CLUSTER, first)
        odoo_cli.drop(CLUSTER, ready)


class Demos:
    """Makes fresh copies of the sample company and drops them again."""

    def __init__(self, server: OdooServer, ready: str, files: Path, home: Path) -> None:
        """Keep where copies come from and where their files go."""
        self.server, self.ready, self.files, self.home = server, ready, files, home
        self.made: list[str] = []

    def make(self, source: str | None = None, **more: str) -> Demo:
        """Return a fresh copy of the sample company, or of another database."""
        database = f"{_PREFIX}_{next(_numbers)}"
        self.made.append(database)
        template.clone(source or self.ready, database)
        folder = self.home / database
        folder.mkdir()
        key_file = folder / "agent.key"
        shutil.copy(self.files / "agent.key", key_file)
        key_file.chmod(0o600)
        return Demo(self.server.url, database, key_file, folder / "state", **more)

    def drop(self) -> None:
        """Drop every copy."""
        for database in self.made:
            odoo_cli.drop(CLUSTER, database)


def _demos(shared_server, sample_files, home: Path) -> Iterator[Demos]:
    server, ready = shared_server
    demos = Demos(server, ready, sample_files[1], home)
    yield demos
    demos.drop()


@pytest.fixture(scope="module")
def demos(shared_server, sample_files, tmp_path_factory) -> Iterator[Demos]:
    """Copies of the sample company that live as long as a module's tests."""
    yield from _demos(shared_server, sample_files, tmp_path_factory.mktemp("demos"))


@pytest.fixture
def make_demo(shared_server, sample_files, tmp_path) -> Iterator[Callable[..., Demo]]:
    """Return a function that makes a fresh copy of the sample company; all copies end with the test."""
    for made in _demos(shared_server, sample_files, tmp_path):
        yield made.make


@pytest.fixture
def odoo_demo(make_demo) -> Demo:
    """A fresh copy of the sample company with its bank statement, ready for a run."""
    return make_demo()


@dataclass(frozen=True)
class Finished:
    """A database that nobody has open with one finished run, what the agent kept of it, and its report.

    `calls` are the calls of the port that the run made, in order.
    """

    database: str
    state_dir: Path
    report: dict
    calls: list[str]

    def proposals(self) -> dict[str, list]:
        """Return everything that the run left in the database."""
        return proposals(Demo("", self.database, Path(), self.state_dir))

    def copied(self, make: Callable[..., Demo]) -> Demo:
        """Return a copy of the database, with what the agent kept."""
        demo = make(self.database)
        shutil.copytree(self.state_dir, demo.state_dir)
        return demo


@pytest.fixture(scope="session")
def finished(shared_server, sample_files, tmp_path_factory) -> Iterator[Finished]:
    """One finished run for all tests that begin after it."""
    server, ready = shared_server
    first, database = f"{_PREFIX}_run", f"{_PREFIX}_ran"
    template.reclone(ready, first)
    try:
        home = tmp_path_factory.mktemp("finished")
        calls = home / "calls"
        demo = Demo(server.url, first, sample_files[1] / "agent.key", home / "state")
        report = demo.run(module="tests.faults.killer", AI_CLOSE_TEST_CALLS=str(calls))
        template.rename(first, database, CLUSTER)
        yield Finished(database, demo.state_dir, report, calls.read_text().splitlines())
    finally:
        odoo_cli.drop(CLUSTER, first)
        odoo_cli.drop(CLUSTER, database)


@pytest.fixture
def finished_demo(make_demo, finished) -> Demo:
    """A fresh copy of the sample company after one run."""
    return finished.copied(make_demo)
