"""`ai-close serve`: every company at night in its own time zone, and what people asked for each minute.

Companies are independent: what fails in one is logged and counted, and the others go on. On SIGTERM
a run that works stops at its next call and goes on, under its key, when the service is back.
"""

import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers import SchedulerNotRunningError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from agent_service.bootstrap import Agent, Request
from agent_service.errors import AgentError, Busy, PeriodLocked, Stopped

_PENDING_EVERY_S = 60
_COMPANIES_EVERY_S = 900
_MISFIRE_GRACE_S = 6 * 3600
_AT_ONCE = 2
_LOOK_S = 0.2

_log = structlog.get_logger(__name__)


def zone(name: str | None) -> tzinfo:
    """Return a time zone; UTC where the name is empty or unknown."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        _log.warning("unknown_time_zone", tz=name)
        return UTC


def month_to_close(today: date) -> str:
    """Return the last complete month as YYYY-MM."""
    return (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


class Service:
    """The jobs, their schedule, and how they stop."""

    def __init__(
        self,
        agent: Agent,
        now: Callable[[tzinfo], datetime] = datetime.now,
        pending_every_s: float = _PENDING_EVERY_S,
    ) -> None:
        """Make the schedule; nothing runs yet."""
        self.agent = agent
        self._now = now
        self._stopping = threading.Event()
        self._signal: int | None = None
        self.scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(_AT_ONCE), "pending": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": _MISFIRE_GRACE_S},
        )
        self.scheduler.add_job(
            self.pending,
            IntervalTrigger(seconds=pending_every_s, timezone=UTC),
            id="pending",
            executor="pending",
            next_run_time=datetime.now(UTC),
        )
        self.scheduler.add_job(
            self.companies,
            IntervalTrigger(seconds=_COMPANIES_EVERY_S, timezone=UTC),
            id="companies",
            executor="pending",
            next_run_time=datetime.now(UTC) + timedelta(seconds=_COMPANIES_EVERY_S),
        )

    def start(self) -> None:
        """Work until a signal ends it; raises at once when Odoo refuses us for good."""
        self._first_look()
        server = (
            self.agent.metrics.serve(self.agent.settings.metrics_port)
            if self.agent.settings.metrics_port
            else None
        )
        former = {each: signal.signal(each, self._on_signal) for each in (signal.SIGTERM, signal.SIGINT)}
        try:
            self.scheduler.start()
            _log.info("serving", jobs=sorted(job.id for job in self.scheduler.get_jobs()))
            while self._signal is None and not self._stopping.is_set():
                time.sleep(_LOOK_S)
            _log.info("stopping", signal=self._signal and signal.Signals(self._signal).name)
        finally:
            self.stop()
            for each, handler in former.items():
                signal.signal(each, handler)
            if server:
                server.stop()
        _log.info("stopped")

    def stop(self) -> None:
        """Begin no job any more, let working ones stop at their next call, then return."""
        self._stopping.set()
        with suppress(SchedulerNotRunningError):
            self.scheduler.shutdown(wait=True)

    def _on_signal(self, number: int, _frame: Any) -> None:
        # only noted here: whatever takes a lock (logs, events, threads) may hang inside a signal handler
        self._signal = number

    def _first_look(self) -> None:
        """Learn the companies; a server that is only away for now is waited for, a wrong key is not."""
        try:
            self._sync()
        except AgentError as error:
            if not error.retryable:
                raise
            _log.warning("odoo_is_away", reason=str(error))

    def companies(self) -> None:
        """Give every enabled company its night, and take it from those that are no longer enabled."""
        self._guarded("companies", self._sync)

    def _sync(self) -> None:
        with self.agent.port() as port:
            companies = {
                each["id"]: each for each in port.hello().get("companies") or () if each.get("enabled")
            }
        settings = self.agent.settings
        for key, company in companies.items():
            trigger = CronTrigger(
                hour=settings.nightly_hour, minute=settings.nightly_minute, timezone=zone(company.get("tz"))
            )
            self.scheduler.add_job(
                self.nightly,
                trigger,
                args=[key, company["name"], company.get("tz")],
                id=f"nightly-{key}",
                replace_existing=True,
            )
        for job in self.scheduler.get_jobs():
            if job.id.startswith("nightly-") and int(job.id.removeprefix("nightly-")) not in companies:
                job.remove()

    def nightly(self, company_id: int, name: str, tz: str | None) -> None:
        """Run the last complete month of a company, and the current one when that is locked."""
        today = self._now(zone(tz)).date()

        def night() -> None:
            try:
                self._run(Request(company_id, month_to_close(today), "nightly"))
            except PeriodLocked:
                self._run(Request(company_id, today.strftime("%Y-%m"), "nightly"))

        self._guarded("nightly", night, company=name)
        # whatever became of the run: the roots of the day leave Odoo's machine tonight
        self._guarded("nightly_roots", lambda: self._roots(company_id), company=name)

    def pending(self) -> None:
        """Run what people asked for in Odoo."""
        wanted: list[dict[str, Any]] = []
        tests: list[dict[str, Any]] = []
        trainings: list[dict[str, Any]] = []

        def ask() -> None:
            with self.agent.port() as port:
                wanted.extend(port.pending())
                tests.extend(port.pending_backtests())
                trainings.extend(port.pending_trainings())

        self._guarded("pending", ask)
        for each in wanted:
            request = Request(each["company_id"], each["period"], "person", each["run_key"])
            self._guarded("pending_run", lambda request=request: self._run(request), company=each["company"])
        for each in tests:
            self._guarded("backtest", lambda key=each["key"]: self._backtest(key), company=each["company"])
        for each in trainings:
            self._guarded("training", lambda key=each["key"]: self._train(key), company=each["company"])

    def _backtest(self, key: str) -> None:
        _log.info("backtest_done", **self.agent.backtest(key, self._told))

    def _train(self, key: str) -> None:
        _log.info("training_done", **self.agent.train(key, self._told))

    def _run(self, request: Request) -> None:
        summary = self.agent.run(request, self._told)
        _log.info(
            "run_done", **{name: summary.get(name) for name in ("company", "period", "run_id", "statuses")}
        )

    def _roots(self, company_id: int) -> None:
        kept = self.agent.keep_roots(company_id)
        unsealed = kept["unsealed"]
        log = _log.warning if unsealed["late"] else _log.info
        log("roots_kept", company=kept["company"], number=kept["number"], new=kept["new"], unsealed=unsealed)

    def _told(self, _verb: str, _what: str, _done: int, _total: int | None) -> None:
        if self._stopping.is_set():
            raise Stopped("The service stops")

    def _guarded(self, what: str, job: Callable[[], None], **context: Any) -> None:
        """Do a job; whatever it raises ends here, so that the next job has its turn."""
        if self._stopping.is_set():
            return
        try:
            job()
        except Stopped:
            _log.info("job_stopped", job=what, **context)
        except Busy as error:
            _log.info("job_put_off", job=what, reason=str(error), **context)
        except AgentError as error:
            _log.error("job_failed", job=what, reason=str(error), remedy=error.remedy, **context)
        except Exception:
            _log.exception("job_broken", job=what, **context)
