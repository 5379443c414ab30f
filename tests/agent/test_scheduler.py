"""The service: who runs when, that one failure stays one, and how it stops."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from agent_service import scheduler
from agent_service.errors import AuthenticationFailed, Busy, Interrupted, PeriodLocked, Stopped
from agent_service.scheduler import Service, month_to_close, zone
from agent_service.telemetry import Metrics


class Agent:
    """Stands for the wiring: companies, what people asked for, and what each run does."""

    def __init__(self) -> None:
        self.settings = SimpleNamespace(nightly_hour=4, nightly_minute=10, metrics_port=None)
        self.metrics = Metrics()
        self.companies = [
            {"id": 1, "name": "Trading", "enabled": True, "tz": "America/New_York"},
            {"id": 2, "name": "Services", "enabled": True, "tz": None},
            {"id": 3, "name": "Asleep", "enabled": False, "tz": "UTC"},
        ]
        self.asked: list[dict] = []
        self.runs: list = []
        self.raises: dict = {}
        self.hello_raises: Exception | None = None
        self.kept: list = []
        self.wanted: list[str] = []
        self.trained: list[str] = []
        self.late = False

    @contextmanager
    def port(self):
        yield self

    def hello(self) -> dict:
        if self.hello_raises:
            raise self.hello_raises
        return {"companies": self.companies}

    def pending(self) -> list[dict]:
        return self.asked

    def pending_backtests(self):
        return []

    def pending_trainings(self):
        return [{"key": key, "company": "x"} for key in self.wanted]

    def train(self, key, told):
        told("train", "learned", 0, None)
        self.trained.append(key)
        return {"company": "x", "state": "proposed"}

    def run(self, request, told) -> dict:
        told("read", "lines", 1, None)
        self.runs.append((request.company, request.period, request.trigger, request.run_key))
        error = self.raises.get(request.company) or self.raises.get((request.company, request.period))
        if error:
            raise error
        return {"company": "x", "run_id": 1}

    def keep_roots(self, company) -> dict:
        self.kept.append(company)
        return {"company": "x", "number": 4, "new": 1, "unsealed": {"count": 0, "late": self.late}}


@pytest.fixture
def agent():
    return Agent()


@pytest.fixture
def service(agent):
    return Service(agent, now=lambda tz: datetime(2026, 11, 1, 2, 0, tzinfo=UTC).astimezone(tz))


def _jobs(service) -> dict:
    return {job.id: job for job in service.scheduler.get_jobs()}


def test_each_enabled_company_has_its_night_in_its_own_time_zone(service):
    service._sync()
    jobs = _jobs(service)
    assert set(jobs) == {"pending", "companies", "nightly-1", "nightly-2"}
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    york = jobs["nightly-1"].trigger.get_next_fire_time(None, noon)
    assert york == datetime(2026, 11, 22, 4, 10, tzinfo=ZoneInfo("America/New_York"))
    assert jobs["nightly-2"].trigger.get_next_fire_time(None, noon) == datetime(
        2026, 11, 22, 4, 10, tzinfo=UTC
    )


def test_a_night_that_was_missed_is_made_up_once_and_never_doubled(service):
    service._sync()
    defaults = service.scheduler._job_defaults
    assert (defaults["coalesce"], defaults["max_instances"]) == (True, 1)
    assert defaults["misfire_grace_time"] == 6 * 3600


def test_a_company_that_is_no_longer_enabled_loses_its_night(service, agent):
    service._sync()
    agent.companies[0]["enabled"] = False
    agent.companies[2]["enabled"] = True
    service.companies()
    assert set(_jobs(service)) == {"pending", "companies", "nightly-2", "nightly-3"}


def test_the_month_is_the_last_complete_one_where_the_company_is(service, agent):
    service.nightly(1, "Trading", "America/New_York")  # still October there
    service.nightly(2, "Services", None)
    assert agent.runs == [(1, "2026-09", "nightly", None), (2, "2026-10", "nightly", None)]
    assert month_to_close(datetime(2026, 1, 31).date()) == "2025-12"


@pytest.mark.parametrize("error", [None, PeriodLocked("locked"), Interrupted("away"), Busy("busy")])
def test_the_roots_are_fetched_every_night_whatever_became_of_the_run(service, agent, error):
    agent.raises[2] = error
    service.nightly(2, "Services", None)
    assert agent.kept == [2]


@pytest.mark.parametrize(("late", "level"), [(False, "info"), (True, "warning")])
def test_events_that_wait_too_long_for_their_seal_are_a_warning(service, agent, monkeypatch, late, level):
    rows = []
    log = SimpleNamespace(
        info=lambda event, **values: rows.append(("info", event, values)),
        warning=lambda event, **values: rows.append(("warning", event, values)),
    )
    monkeypatch.setattr(scheduler, "_log", log)
    agent.late = late
    service.nightly(2, "Services", None)
    (row,) = [row for row in rows if row[1] == "roots_kept"]
    assert (row[0], row[2]["number"]) == (level, 4)


def test_when_the_month_is_locked_the_current_one_is_run(service, agent):
    agent.raises[2, "2026-10"] = PeriodLocked("locked")
    service.nightly(2, "Services", "UTC")
    assert [run[1] for run in agent.runs] == ["2026-10", "2026-11"]


@pytest.mark.parametrize(
    "error",
    [Busy("busy"), Interrupted("gone"), AuthenticationFailed("no"), ValueError("bug"), Stopped("stop")],
)
def test_a_company_that_fails_does_not_stop_the_others(service, agent, error):
    agent.raises[1] = error
    service.nightly(1, "Trading", "UTC")
    service.nightly(2, "Services", "UTC")
    assert [run[0] for run in agent.runs] == [1, 2]


def test_what_people_asked_for_runs_under_the_key_they_made(service, agent):
    agent.asked = [
        {"run_key": "a", "company_id": 1, "company": "Trading", "period": "2026-10"},
        {"run_key": "b", "company_id": 2, "company": "Services", "period": "2026-09"},
    ]
    agent.raises[1] = ValueError("bug")
    agent.wanted = ["key of a training"]
    service.pending()
    assert agent.trained == agent.wanted
    assert agent.runs == [(1, "2026-10", "person", "a"), (2, "2026-09", "person", "b")]


def test_a_server_that_is_away_at_the_start_is_waited_for_and_a_wrong_key_is_not(service, agent):
    agent.hello_raises = Interrupted("down")
    service._first_look()
    agent.hello_raises = AuthenticationFailed("no")
    with pytest.raises(AuthenticationFailed):
        service._first_look()


def test_a_service_that_stops_begins_nothing_and_interrupts_what_works(service, agent):
    service._stopping.set()
    service.nightly(2, "Services", "UTC")
    service.pending()
    assert agent.runs == []
    with pytest.raises(Stopped):
        service._told("read", "lines", 1, None)


@pytest.mark.parametrize("name", [None, "", "Mars/Olympus", "../etc/passwd"])
def test_a_time_zone_that_nobody_knows_is_utc(name):
    assert zone(name) is UTC


def test_the_jobs_run_beside_each_other_and_stop_waits_for_them(agent, monkeypatch):
    monkeypatch.setattr(scheduler.signal, "signal", lambda *_args: None)
    began, ended = threading.Event(), []
    agent.asked = [{"run_key": "a", "company_id": 1, "company": "Trading", "period": "2026-10"}]

    def slow(request, told):
        began.set()
        for _each in range(500):
            time.sleep(0.01)
            try:
                told("read", "lines", 1, None)
            except Stopped:
                ended.append(request.run_key)
                raise
        return {}

    agent.run = slow
    service = Service(agent)
    thread = threading.Thread(target=service.start)
    thread.start()
    assert began.wait(5)
    service.stop()
    thread.join(5)
    assert not thread.is_alive()
    assert ended == ["a"]


_SERVE = """
import sys
sys.path.insert(0, {root!r})
from tests.agent.test_scheduler import Agent
from agent_service.scheduler import Service
from agent_service.telemetry import configure_logs
configure_logs("info")
Service(Agent()).start()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_cleanly(number):
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    script = textwrap.dedent(_SERVE.format(root=root))
    child = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True)
    watch = threading.Timer(30, child.kill)  # a service that does not stop must not stop the tests
    watch.start()
    events = []
    for row in child.stderr:
        events.append(json.loads(row)["event"])
        if events[-1] == "serving":
            child.send_signal(number)
    watch.cancel()
    child.stderr.close()
    assert child.wait(10) == 0
    assert events == ["serving", "stopping", "stopped"]


def test_a_stop_that_comes_before_the_start_is_not_forgotten(service, monkeypatch):
    service.stop()
    monkeypatch.setattr(scheduler.signal, "signal", lambda *_args: None)
    thread = threading.Thread(target=service.start)
    thread.start()
    thread.join(5)
    assert not thread.is_alive()
