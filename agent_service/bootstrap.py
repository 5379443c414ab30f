"""The only wiring: settings to transport, port, run, reader, sink and the use case."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from agent_service import __version__
from agent_service.audit.keep import SealKeeper
from agent_service.audit.store import RootStore
from agent_service.bootstrap_llm import asker_of
from agent_service.core.errors import BooksError, PolicyError
from agent_service.core.matching.versions import from_wire
from agent_service.errors import (
    AgentError,
    AuthenticationFailed,
    BadInput,
    ConnectionFailed,
    LeaseLost,
    RunKeyUsed,
    Stopped,
    VersionMismatch,
)
from agent_service.llm.answers import forget
from agent_service.llm.write_texts import TextWriter
from agent_service.mirror import ParquetMirror
from agent_service.odoo_client.backtest import BacktestRun
from agent_service.odoo_client.connect import connect
from agent_service.odoo_client.matcher import TrainingRun
from agent_service.odoo_client.port import Port
from agent_service.odoo_client.reader import PortReader
from agent_service.odoo_client.retry import Retry
from agent_service.odoo_client.run import PortRun, Told
from agent_service.odoo_client.sink import PortSink
from agent_service.odoo_client.transport_base import Transport
from agent_service.secret import Secret
from agent_service.settings import Settings
from agent_service.state import HeldRun, Scope, StateDir
from agent_service.telemetry import Metrics
from agent_service.usecases.ports import DatasetUnavailable
from agent_service.usecases.rules_digest import rules_digest
from agent_service.usecases.run_backtest import Wanted, run_backtest
from agent_service.usecases.run_close import run_close
from agent_service.usecases.train_matcher import Wanted as Training
from agent_service.usecases.train_matcher import train_matcher

_log = structlog.get_logger(__name__)
_NO_COMPANY = {"id": 0, "name": "events without a company"}
_FIRST_ATTEMPTS = 3  # somebody waits, and an address that never answered is mostly a wrong one
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


def _nobody(_verb: str, _what: str, _done: int, _total: int | None) -> None:
    """Hear nothing."""


@dataclass(frozen=True)
class Request:
    """Which run is wanted."""

    company: int | str
    period: str
    trigger: str = "cli"
    run_key: str | None = field(default=None, repr=False)
    full: bool = False
    """Read and judge everything, not only what changed since the run before."""


class Agent:
    """What the command line and the scheduler call; every call opens its own connection."""

    def __init__(
        self, settings: Settings, *, retry: Retry | None = None, metrics: Metrics | None = None
    ) -> None:
        """Keep the settings; nothing is opened yet."""
        self.settings = settings
        self.metrics = metrics or Metrics()
        self._retry = retry or Retry()

    def transport(self, key: Secret | None = None) -> Transport:
        """Return a connection with the key of the key file, or with another one."""
        return connect(
            self.settings.url,
            self.settings.database,
            self.settings.login,
            key or self.settings.key,
            transport=self.settings.transport,
            timeout_s=self.settings.timeout_s,
            retry=replace(self._retry, attempts=_FIRST_ATTEMPTS),
        )

    @contextmanager
    def port(self, key: Secret | None = None) -> Iterator[Port]:
        """Open the port and close it again."""
        port = Port(self.transport(key), self._retry, self.metrics.observe_call)
        try:
            yield port
        finally:
            port.close()

    def run(self, request: Request, told: Told = _nobody) -> dict[str, Any]:
        """Run one company and period to its end and return the summary for people and machines."""
        if not _MONTH.fullmatch(request.period):
            raise BadInput(f"{request.period!r} is not a month", "Write the month as YYYY-MM.")
        start, ended = time.monotonic(), "failed"
        name = str(request.company)
        try:
            with self.port() as port:
                hello = port.hello()
                company = find_company(hello, request.company)
                name = str(company["name"])
                scope = Scope(str(hello["database_uuid"]), int(company["id"]), request.period)
                with StateDir(self.settings.state_dir).hold(scope, request.run_key) as held:
                    summary = self._held(port, hello, held, request, told)
                summary["seals"] = self._kept(port, hello, company)
            ended = "done"
        except Stopped:
            ended = "stopped"
            raise
        finally:
            self.metrics.observe_run(name, ended, time.monotonic() - start)
        return {"company": name, "period": request.period, **summary}

    def backtests(self) -> list[dict[str, Any]]:
        """Return the backtests that people asked for in Odoo."""
        with self.port() as port:
            return port.pending_backtests()

    def backtest(self, key: str, told: Told = _nobody) -> dict[str, Any]:
        """Judge past months under two versions of a policy, as people asked in Odoo, and hand in."""
        with self.port() as port:
            hello = port.hello()
            run = BacktestRun(port, key, told)
            wanted = Wanted.from_wire(run.begin(__version__, rules_digest()))
            reader = PortReader(run, set(hello.get("datasets") or ()))
            result = run_backtest(wanted, reader, run, lambda what: told("backtest", what, 0, None))
        return {
            "company": wanted.after.company_name,
            "months": list(wanted.months),
            "findings": len(result.rows) if result else None,
        }

    def trainings(self) -> list[dict[str, Any]]:
        """Return the versions of the matcher that were asked for in Odoo."""
        with self.port() as port:
            return port.pending_trainings()

    def train(self, key: str, told: Told = _nobody) -> dict[str, Any]:
        """Learn from what people decided on matches, and hand the version in for a controller to decide."""
        with self.port() as port:
            run = TrainingRun(port, key, told)
            begun = run.begin(__version__)
            wanted = Training.from_wire(begun, from_wire(begun["current"]))
            trained = train_matcher(wanted, run, lambda what: told("train", what, 0, None))
        return {
            "company": wanted.company,
            "version": wanted.version,
            "state": trained.state if trained else "failed",
            "learned_from": trained.taught if trained else None,
            "held_out": trained.held_out if trained else None,
        }

    def offer_language(self, offer: dict[str, Any], company: int | str | None) -> list[dict[str, Any]]:
        """Hand in a language model for a company, or for all that the agent may read; people decide on it."""
        with self.port() as port:
            hello = port.hello()
            found = [find_company(hello, company)] if company is not None else list(hello["companies"])
            return [
                {"company": str(one["name"]), **port.language_offer(int(one["id"]), __version__, offer)}
                for one in found
            ]

    def keep_roots(self, company: int | str) -> dict[str, Any]:
        """Fetch the seals of a company's audit trail that are new, check them and keep their roots."""
        with self.port() as port:
            hello = port.hello()
            found = find_company(hello, company)
            kept = self._fetched(port, hello, found)
        return {"company": str(found["name"]), **kept}

    def _keeper(self, port: Port, hello: dict[str, Any], company: dict[str, Any]) -> SealKeeper:
        place = f"{self.settings.url} {self.settings.database}"
        book = RootStore(self.settings.state_dir).book(str(hello["database_uuid"]), int(company["id"]), place)
        scope = Scope(str(hello["database_uuid"]), int(company["id"]), "")

        def at_gap() -> None:
            forget(self.settings.state_dir / "llm", scope.file_stem)

        return SealKeeper(port, book, int(company["id"]), str(company["name"]), at_gap=at_gap)

    def _fetched(self, port: Port, hello: dict[str, Any], company: dict[str, Any]) -> dict[str, Any]:
        """Keep the new roots of a company, and those of the events that belong to none."""
        keeper = self._keeper(port, hello, company)
        kept = keeper.keep()
        others = self._keeper(port, hello, _NO_COMPANY).keep_beside(keeper.gaps())
        if "problem" in others:
            _log.warning("roots_without_company", reason=others["problem"])
        return {**kept, "without_company": others}

    def _kept(self, port: Port, hello: dict[str, Any], company: dict[str, Any]) -> dict[str, Any]:
        """Keep the new roots after a run; the run is done, so what keeps us from asking is only told."""
        try:
            return self._fetched(port, hello, company)
        except (ConnectionFailed, VersionMismatch) as error:
            _log.warning("roots_not_kept", reason=str(error))
            return {"not_kept": str(error)}

    def _held(
        self, port: Port, hello: dict[str, Any], held: HeldRun, request: Request, told: Told
    ) -> dict[str, Any]:
        try:
            return self._once(port, hello, held, request, told)
        except RunKeyUsed:
            # the run of this key ended, only its answer was lost: this is a new one
            held.renew()
            return self._once(port, hello, held, request, told)

    def _once(
        self, port: Port, hello: dict[str, Any], held: HeldRun, request: Request, told: Told
    ) -> dict[str, Any]:
        company = next(each for each in hello["companies"] if each["id"] == held.scope.company_id)
        run = PortRun(port, __version__, told=told, seals=self._keeper(port, hello, company))
        reader = PortReader(run, hello.get("datasets") or ())
        answers = self.settings.state_dir / "llm" / f"{held.scope.file_stem}.jsonl"
        try:
            with asker_of(self.settings, answers) as asker:
                report = run_close(
                    run=run,
                    reader=reader,
                    sink=PortSink(run),
                    company=held.scope.company_id,
                    period=held.scope.period,
                    run_key=held.run_key,
                    trigger=request.trigger,
                    mirror=ParquetMirror(self.settings.state_dir / "mirror" / held.scope.file_stem),
                    identity={
                        "database": held.scope.database_uuid,
                        "version of the agent": __version__,
                        "version of the add-on": str(hello.get("addon_version") or ""),
                    },
                    full=request.full,
                    writer=TextWriter(asker, self.settings.llm_max_texts),
                )
        except RunKeyUsed:
            raise
        except AgentError as error:
            if not resumable(error):
                self._give_up(run, held, error)
            raise
        except Exception as error:
            held.done()  # the use case has ended the run as failed
            raise explained(error, reader) from None
        held.done()
        finish = dict(report.finish or {})
        close_id = finish.get("close_id")
        return {
            **report.summary(),
            "checklist": finish.get("checklist"),
            "url": f"{self.settings.url}/odoo/ai.close/{close_id}"
            if close_id
            else f"{self.settings.url}/odoo",
        }

    def _give_up(self, run: PortRun, held: HeldRun, error: AgentError) -> None:
        """End a run that no repetition can mend, so that nobody waits for its lease."""
        if run.begun:
            failure = {"scope": "run", "code": error.code or type(error).__name__, "kind": "raised"}
            try:
                run.fail([{**failure, "message": str(error)}])
            except AgentError:
                return  # the key stays: the next process resumes the run
        held.done()


def explained(error: Exception, reader: PortReader) -> Exception:
    """Return what a person can do about an error of the use case; a mistake of ours stays what it is."""
    if isinstance(error, PolicyError):
        return BadInput(
            f"The policy can't be used: {error}",
            "Ask a controller to look at it in Odoo (AI Close, Configuration, Policies).",
        )
    if isinstance(error, BooksError):
        return VersionMismatch(
            f"The add-on's data is not the agreed one: {error}",
            "Install the agent and the add-on of one release.",
        )
    if isinstance(error, DatasetUnavailable):
        if str(error) not in reader.datasets() and ":" not in str(error):
            return VersionMismatch(f"The add-on has no dataset {error}", "Upgrade the add-on.")
        return AuthenticationFailed(
            f"The agent's user may not read {error}",
            "Give it the role AI Close / Agent, then ask `ai-close doctor`.",
        )
    return error


def resumable(error: AgentError) -> bool:
    """Tell whether the same run may go on under its key when the cause is gone."""
    return error.retryable or isinstance(error, (ConnectionFailed, AuthenticationFailed, LeaseLost, Stopped))


def find_company(hello: dict[str, Any], wanted: int | str) -> dict[str, Any]:
    """Return the company of an id or an exact name among those that the agent may read."""
    companies = list(hello.get("companies") or ())
    text = str(wanted)
    found = [each for each in companies if each["name"] == text]
    if not found and text.isdigit():
        found = [each for each in companies if each["id"] == int(text)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{each['name']} ({each['id']})" for each in companies) or "none"
    if found:
        raise BadInput(f"Several companies are named {text!r}", f"Use the id: {known}.")
    raise BadInput(f"There is no company {text!r} for the agent", f"It may read: {known}.")
