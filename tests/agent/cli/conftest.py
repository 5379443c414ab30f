"""The command line against a protocol stub: a port that answers, settings in the environment."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from agent_service import bootstrap, cli
from agent_service.odoo_client.retry import Retry
from tests.agent.odoo_stub import DATABASE, KEY, OdooStub

UUID = "5f9d0c3e-0000-4000-8000-000000000000"
BEGIN = {
    "run_id": 3,
    "lease": "a-lease-of-the-run",
    "lease_until": "2026-11-02T00:10:00.000000Z",
    "lease_s": 600,
    "resumed": False,
    "company": {"id": 1, "name": "Northwind Trading", "currency": "USD", "currency_decimals": 2, "tz": "UTC"},
    "period": {"start": "2026-10-01", "end": "2026-10-31", "name": "2026-10"},
    "policy": {"id": 1, "version": 1, "params": {}},
    "snapshot": {"xmin": "900", "at": "2026-11-02T00:00:00.000000Z"},
    "watermark": None,
    "decisions": [],
    "locked": False,
}


def instant(**ahead: float) -> str:
    return (datetime.now(UTC) + timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass
class Port:
    """What the port answers; a test changes what it wants."""

    hello: dict
    begun: list = field(default_factory=list)
    finished: list = field(default_factory=list)
    sealed: list = field(default_factory=list)
    unsealed: dict = field(default_factory=lambda: {"count": 0, "oldest_at": None})
    failed: list = field(default_factory=list)


@dataclass
class Report:
    """What a use case gives back."""

    run_id: int = 3
    failures: list = field(default_factory=list)
    finish: dict = field(default_factory=lambda: {"close_id": 8, "checklist": {"done": 2, "total": 9}})

    def summary(self) -> dict:
        return {
            "run_id": self.run_id,
            "state": "done",
            "findings": {"high": 2, "low": 1},
            "rules": {"CMP001": 3},
            "matches": {"auto": 4, "review": 0, "ask": 1},
            "entries": {"GR": 1},
            "statuses": {"created": 9},
            "failures": self.failures,
            "rounds": 1,
        }


@pytest.fixture
def stub():
    with OdooStub() as server:
        yield server


@pytest.fixture
def port(stub):
    answers = Port(
        {
            "server_version": "19.0",
            "addon_version": "1.0.0",
            "database_uuid": UUID,
            "now": instant(),
            "user": {"id": 7, "name": "AI Close", "login": "ai-close-agent"},
            "roles": {"agent": True},
            "companies": [
                {"id": 1, "name": "Northwind Trading", "enabled": True, "tz": "UTC", "currency": "USD"},
                {"id": 2, "name": "Northwind Services", "enabled": False, "tz": None, "currency": "EUR"},
            ],
            "datasets": ["lines", "moves"],
            "key_expires_at": instant(days=60),
        }
    )

    def begin(**kwargs):
        answers.begun.append(kwargs)
        return BEGIN

    stub.port("hello", lambda: {**answers.hello, "now": answers.hello["now"] and instant()})
    stub.port("begin", begin)

    def seals(company, after, limit):
        behind = [each for each in answers.sealed if each["company_id"] == company and each["number"] > after]
        more = behind[limit - 1]["number"] if len(behind) > limit else None
        return {"seals": behind[:limit], "next": more, "unsealed": answers.unsealed}

    stub.port("seals", seals)
    stub.port("finish", lambda **kwargs: answers.finished.append(kwargs) or {"state": "done"})
    stub.port("fail", lambda **kwargs: answers.failed.append(kwargs) or {"state": "failed"})
    for model in ("account.move", "account.move.line", "account.bank.statement.line", "account.payment"):
        stub.methods[model, "has_access"] = lambda ids, operation: operation == "read"
    for model in ("res.company", "ai.close.entry", "ai.close.match", "ai.close.lock"):
        stub.methods[model, "has_access"] = lambda ids, operation: operation == "read"
    return answers


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "keys" / "agent.key"
    path.parent.mkdir()
    path.write_text(f"{KEY}\n")
    path.chmod(0o600)
    return path


@pytest.fixture(autouse=True)
def env(stub, tmp_path, key_file, monkeypatch):
    """The settings, and no patience: an error of the way is told at once."""
    for name in list(os.environ):
        if name.startswith("AI_CLOSE_"):
            monkeypatch.delenv(name)
    values = {
        "URL": stub.url,
        "DATABASE": DATABASE,
        "KEY_FILE": str(key_file),
        "STATE_DIR": str(tmp_path / "state"),
    }
    for name, value in values.items():
        monkeypatch.setenv(f"AI_CLOSE_{name}", value)
    monkeypatch.setattr(
        bootstrap, "Retry", lambda: Retry(attempts=2, first_s=0.01, longest_s=0.02, jitter_s=0)
    )
    return lambda name, value: monkeypatch.setenv(f"AI_CLOSE_{name}", value)


@pytest.fixture
def usecase(monkeypatch):
    """A use case that begins and finishes; a test may let it raise or report failures in between."""

    class UseCase:
        report = Report()
        between = staticmethod(lambda **_kwargs: None)

        def __call__(self, *, run, reader, sink, company, period, run_key, trigger, **_more):
            run.begin(company, period, run_key, "digest", trigger)
            self.between(run=run, reader=reader, sink=sink)
            run.finish({}, {"rules": []}, [], "0", None)
            return self.report

    case = UseCase()
    monkeypatch.setattr(bootstrap, "run_close", case)
    return case


@pytest.fixture
def ai_close(capsys):
    """Call the command line as a script does: exit code, stdout, stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.call(list(arguments))
        shown = capsys.readouterr()
        return int(code), shown.out, shown.err

    return call
