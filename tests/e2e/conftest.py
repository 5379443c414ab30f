"""The sample company with its bank statement and a finished run, a copy of it for each module's story."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.e2e.browser import Person, open_browser
from tests.e2e.colleague import Colleague
from tools import agent, odoo_cli, postgres, sample, template


@dataclass
class Books:
    """A running Odoo with the sample company, and all that a person or the agent needs to get in."""

    url: str
    database: str
    logins: dict[str, str]
    truth: dict
    folder: Path
    state_dir: Path
    period: str = sample.TEST_PERIOD
    company: str = sample.COMPANY

    def agent_env(self, **more: str) -> dict[str, str]:
        """Return the agent's environment for this server."""
        settings = agent.settings(self.url, self.database, self.folder / "agent.key", self.state_dir)
        # The contract tests speak /json/2; the end to end tests speak the other transport.
        return {**settings, "AI_CLOSE_TRANSPORT": "jsonrpc", **more}

    def run_agent(self) -> dict:
        """Run the agent for the period and return its report."""
        return agent.run_once(self.agent_env(), self.company, self.period)

    def backtest(self) -> list[dict]:
        """Let the agent answer the backtests that wait."""
        return agent.backtest(self.agent_env())

    def train(self) -> list[dict]:
        """Let the agent learn for the versions of the matcher that wait."""
        return agent.train(self.agent_env())


def _books(url: str, database: str, folder: Path, state_dir: Path) -> Books:
    truth = json.loads((folder / "truth.json").read_text())
    return Books(url, database, sample.logins(folder), truth, folder, state_dir)


@pytest.fixture(scope="session")
def finished_run(shared_server, sample_files, tmp_path_factory) -> Iterator[Books]:
    """The sample company with its bank statement and one finished run of the agent, to be copied."""
    server, ready = shared_server
    first, database = f"{ready}_run", f"{ready}_ran"
    template.reclone(ready, first)
    books = _books(server.url, first, sample_files[1], tmp_path_factory.mktemp("agent"))
    try:
        books.run_agent()
        # Under its new name nobody has it open, so it can be copied.
        template.rename(first, database, postgres.TEST)
        yield replace(books, database=database)
    finally:
        odoo_cli.drop(postgres.TEST, first)
        odoo_cli.drop(postgres.TEST, database)


@pytest.fixture(scope="module")
def october(request, finished_run, tmp_path_factory) -> Iterator[Books]:
    """A copy of the finished run for one module of tests, with what the agent remembers of it."""
    database = f"{finished_run.database}_{request.module.__name__.rpartition('.')[2]}"
    template.reclone(finished_run.database, database)
    state_dir = tmp_path_factory.mktemp("agent")
    shutil.copytree(finished_run.state_dir, state_dir, dirs_exist_ok=True)
    try:
        yield _books(finished_run.url, database, finished_run.folder, state_dir)
    finally:
        odoo_cli.drop(postgres.TEST, database)


@pytest.fixture(scope="session")
def browser():
    with open_browser() as running:
        yield running


@pytest.fixture
def person(browser, october):
    """Give people a browser each; a dirty console fails the test when they leave."""
    opened = []

    def login(name: str, **how: bool) -> Person:
        opened.append(Person(browser, october, name, **how))
        return opened[-1]

    yield login
    for each in opened:
        each.close()


@pytest.fixture
def colleague(october):
    """Give people an API session each, for what a story does too often to click."""
    return lambda name: Colleague(
        october.url, october.database, name, october.logins[name], again=october.run_agent
    )
