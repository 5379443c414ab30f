"""`ai-close doctor`: looks at everything a run needs, and says how to mend what is wrong."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from agent_service import __version__
from agent_service.bootstrap import Agent
from agent_service.errors import AgentError, ExitCode
from agent_service.odoo_client.endpoint import Endpoint
from agent_service.odoo_client.port import Port
from agent_service.odoo_client.retry import ONCE
from agent_service.odoo_client.transport_base import HttpClient, Transport, server_version
from agent_service.state import StateDir

OK, WARN, FAIL = "ok", "warn", "fail"
_SKEW_WARN_S, _SKEW_FAIL_S = 60, 600
_KEY_WARN_DAYS = 14
# A user that may write one of these is no agent: people post, the port stages.
_NOT_WRITABLE = (
    "account.move",
    "account.move.line",
    "account.bank.statement.line",
    "account.payment",
    "res.company",
    "ai.close.entry",
    "ai.close.match",
    "ai.close.lock",
)
_WRITES = ("create", "write", "unlink")


@dataclass(frozen=True)
class Check:
    """One line of the doctor: what was looked at, how it is, and how to mend it."""

    name: str
    level: str
    message: str
    remedy: str = ""
    exit_code: int = ExitCode.OK

    def shown(self) -> dict[str, str]:
        """Return the line for machines."""
        return {key: value for key, value in asdict(self).items() if key != "exit_code"}


def exit_code(checks: list[Check]) -> int:
    """Return the code of the first failure, which is what the later ones mostly come from."""
    return next((int(check.exit_code) for check in checks if check.level == FAIL), ExitCode.OK)


def worst(checks: list[Check]) -> str:
    """Return the worst level."""
    return max((check.level for check in checks), key=(OK, WARN, FAIL).index, default=OK)


def failed(name: str, error: AgentError) -> Check:
    """Return the check that an error makes."""
    return Check(name, FAIL, str(error), error.remedy, error.exit_code)


def examine(agent: Agent, now: Callable[[], float] = time.time) -> Iterator[Check]:
    """Yield one check after the other; what can't be looked at without an earlier one is left out."""
    settings = agent.settings
    try:
        _key = settings.key
        StateDir(settings.state_dir)
    except AgentError as error:
        yield failed("settings", error)
        return
    yield Check("settings", OK, f"key file {settings.key_file}, state in {settings.state_dir}")
    try:
        with closing(HttpClient(Endpoint.parse(settings.url), timeout_s=settings.timeout_s)) as http:
            version = server_version(http)
        transport = agent.transport()
    except AgentError as error:
        yield failed("connection", error)
        return
    shown = ".".join(map(str, version))
    yield Check("connection", OK, f"{settings.url} is Odoo {shown}, spoken to over {transport.name}")
    with closing(transport):
        yield from _inside(agent, transport, now)
    yield _model(agent)


def _inside(agent: Agent, transport: Transport, now: Callable[[], float]) -> Iterator[Check]:
    """Yield what only a user of the database can see."""
    before = now()
    try:
        hello = Port(transport, ONCE, agent.metrics.observe_call).hello()
    except AgentError as error:
        yield failed("add-on" if error.exit_code == ExitCode.VERSION else "rights", error)
        return
    middle = (before + now()) / 2
    yield _fit(str(hello.get("addon_version")))
    yield _rights(transport, dict(hello.get("user") or {}))
    yield _clock(str(hello.get("now")), middle)
    yield _expiry(hello.get("key_expires_at"), middle)
    yield from _companies(list(hello.get("companies") or ()))


def major(version: str) -> str:
    """Return the part of a version that must agree; an add-on's may stand behind Odoo's series."""
    parts = version.split(".")
    return parts[2] if len(parts) == 5 else parts[0]


def _fit(addon: str) -> Check:
    if major(addon) == major(__version__):
        return Check("add-on", OK, f"add-on {addon} and agent {__version__} fit")
    older = "the add-on" if _number(major(addon)) < _number(major(__version__)) else "the agent"
    return Check(
        "add-on",
        FAIL,
        f"add-on {addon} and agent {__version__} don't fit",
        f"Upgrade {older}: it is the older one.",
        ExitCode.VERSION,
    )


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _rights(transport: Transport, user: dict[str, Any]) -> Check:
    """Ask Odoo itself what the user may do: its answer counts, not the names of groups."""
    login = user.get("login", "?")
    try:
        may = [
            f"{operation} {model}"
            for model in _NOT_WRITABLE
            for operation in _WRITES
            if transport.call(model, "has_access", ids=[], operation=operation) is not False
        ]
        reads = transport.call("account.move", "has_access", ids=[], operation="read") is True
    except AgentError as error:
        return failed("rights", error)
    if may:
        return Check(
            "rights",
            FAIL,
            f"{login} may {', '.join(may[:3])}{' and more' if len(may) > 3 else ''}",
            "Take every role from this user but AI Close / Agent.",
            ExitCode.CONNECTION,
        )
    if not reads:
        return Check(
            "rights",
            FAIL,
            f"{login} may not read journal entries",
            "Give it the role AI Close / Agent.",
            ExitCode.CONNECTION,
        )
    return Check("rights", OK, f"{login} has the agent's role, reads the books and writes no model")


def _clock(said: str, local: float) -> Check:
    try:
        skew_s = abs(datetime.fromisoformat(said).timestamp() - local)
    except ValueError:
        return Check("clock", WARN, "Odoo tells no time", "Upgrade the add-on.")
    if skew_s > _SKEW_WARN_S:
        level = FAIL if skew_s > _SKEW_FAIL_S else WARN
        text = f"this machine's clock and Odoo's are {skew_s:.0f} s apart"
        return Check("clock", level, text, "Let both follow a time server.", ExitCode.PARTLY_FAILED)
    return Check("clock", OK, f"clocks agree within {max(1.0, skew_s):.0f} s")


def _expiry(said: str | None, local: float) -> Check:
    if not said:
        return Check(
            "key", WARN, "the key never ends", "Run `ai-close key rotate`: the new one ends by itself."
        )
    end = datetime.fromisoformat(said)
    days = int((end.timestamp() - local) // 86400)
    until = end.astimezone(UTC).date().isoformat()
    if days < _KEY_WARN_DAYS:
        return Check("key", WARN, f"the key ends on {until}, in {days} days", "Run `ai-close key rotate`.")
    return Check("key", OK, f"the key is good until {until}")


def _companies(companies: list[dict[str, Any]]) -> Iterator[Check]:
    enabled = [company for company in companies if company.get("enabled")]
    if not enabled:
        known = ", ".join(str(company["name"]) for company in companies) or "none"
        yield Check(
            "companies",
            WARN,
            f"no company uses AI Close (of: {known})",
            "AI Close, Configuration, Set up a company.",
        )
    for company in enabled:
        name = f"{company['name']} ({company['id']})"
        if "policy_version" in company and company["policy_version"] is None:
            yield Check(
                "companies",
                WARN,
                f"{name} has no policy in force",
                "AI Close, Configuration, Set up a company.",
            )
        elif not company.get("tz"):
            yield Check(
                "companies",
                WARN,
                f"{name} has no time zone, UTC is used",
                "Choose it when the company is set up.",
            )
        else:
            version = company.get("policy_version")
            policy = f", policy {version}" if version else ""
            yield Check("companies", OK, f"{name} is enabled{policy}, time zone {company['tz']}")


def _model(agent: Agent) -> Check:
    settings = agent.settings
    if not settings.llm_url:
        return Check("language model", OK, "none is configured, texts come from templates")
    try:
        # the library takes a second to load, which nobody without a model should wait for
        from agent_service.llm.probe import probe

        found = probe(settings.llm_url, settings.llm_key, settings.llm_model)
    except AgentError as error:
        return failed("language model", error)
    code = ExitCode.CONNECTION if found.level == FAIL else ExitCode.OK
    return Check("language model", found.level, found.message, found.remedy, code)
