"""What can go wrong at the agent's edges, each with the exit code that tells a script about it.

A message is one line that says what happened; `remedy` is one line that says what to do about it.
Neither ever carries a key, a lease or a server's traceback.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of `ai-close`, fixed for good."""

    OK = 0
    FOUND = 1
    BAD_INPUT = 2
    CONNECTION = 3
    VERSION = 4
    BUSY = 5
    PARTLY_FAILED = 6


class AgentError(Exception):
    """An error that a person can act on."""

    exit_code = ExitCode.PARTLY_FAILED
    retryable = False

    def __init__(self, message: str, remedy: str = "", *, code: str | None = None) -> None:
        """Keep one line of text, one line of advice and, from the port, the refusal's code."""
        super().__init__(one_line(message))
        self.remedy = one_line(remedy)
        self.code = code

    @property
    def line(self) -> str:
        """Return what a person reads: what happened, then what to do."""
        text = str(self).rstrip(".")
        return f"{text}. {self.remedy}" if self.remedy else f"{text}."


class BadInput(AgentError):
    """A setting, an option or a file is wrong."""

    exit_code = ExitCode.BAD_INPUT


class ConnectionFailed(AgentError):
    """Odoo can't be reached or doesn't answer like Odoo."""

    exit_code = ExitCode.CONNECTION


class Interrupted(ConnectionFailed):
    """The connection broke or the server was overloaded for a moment: the call may be repeated."""

    retryable = True


class AuthenticationFailed(AgentError):
    """The key, the user or the database is refused, or the user lacks the agent's role."""

    exit_code = ExitCode.CONNECTION


class VersionMismatch(AgentError):
    """The add-on is absent, or its version and the agent's don't fit."""

    exit_code = ExitCode.VERSION


class Busy(AgentError):
    """Somebody else works on this period, or it is locked."""

    exit_code = ExitCode.BUSY


class Contended(Busy):
    """The database gave up on concurrent changes: the call may be repeated."""

    retryable = True


class LeaseLost(Busy):
    """Another process has taken this run over."""


class PeriodLocked(Busy):
    """The period is locked: nothing is left to propose."""


class RunKeyUsed(Busy):
    """The run of this key has ended already: a new run needs a new key."""


class Stopped(Busy):
    """The agent was asked to stop in the middle of a run; the run goes on under its key later."""


class DatabaseOlder(AgentError):
    """The server's audit trail does not have the last block that the agent knows: a backup was restored."""

    exit_code = ExitCode.VERSION


class SealsBroken(AgentError):
    """The blocks that the server shows are no unbroken chain."""


class PortRefused(AgentError):
    """The port refused a call for a reason that has no class of its own."""


class DatasetRefused(PortRefused):
    """The server has no such dataset, or doesn't let this user read it."""


class ServerFailed(AgentError):
    """Odoo raised an error that nobody foresaw; its log has the details."""


def one_line(text: str, limit: int = 400) -> str:
    """Return text on one line and of a bearable length."""
    joined = " ".join(str(text).split())
    return joined if len(joined) <= limit else f"{joined[: limit - 1]}…"


_PORT: dict[str, tuple[type[AgentError], str]] = {
    "RUN001": (Busy, "Wait until the other run ends, then run again."),
    "RUN002": (LeaseLost, "Run again: a run that was taken over is not continued."),
    "RUN003": (BadInput, "Use an id or the exact name; `ai-close doctor` lists the companies."),
    "RUN004": (BadInput, "Write the month as YYYY-MM."),
    "RUN005": (PeriodLocked, "Choose an open period."),
    "RUN006": (
        BadInput,
        "Enable AI Close for the company in Odoo first (AI Close, Configuration, Set up a company).",
    ),
    "RUN007": (VersionMismatch, "Install the agent and the add-on of the same release."),
    "RUN008": (AuthenticationFailed, "Give this user the role AI Close / Agent in Odoo."),
    "RUN009": (RunKeyUsed, "Run again."),
    "RUN010": (VersionMismatch, "Install the agent and the add-on of the same release."),
    "RUN011": (DatasetRefused, "Install the bridge for this data, or go without it."),
    "RUN012": (DatasetRefused, "Give the agent's role the right to read it, or go without it."),
    "RUN013": (
        DatabaseOlder,
        "If a backup was restored, a controller accepts the gap in Odoo (Reporting, Gaps of the trail).",
    ),
    "RUN900": (ServerFailed, "Odoo's log has the reason; nothing of this call was written."),
    "RUN901": (Contended, "Run again."),
    "POL011": (BadInput, "Run the first month of the close or a later one."),
    "LCK001": (PeriodLocked, "Choose an open period."),
}


def from_port(error: dict) -> AgentError:
    """Return the error for a refusal of the port, `{"code", "name", "kind", "message"}`."""
    code = str(error.get("code") or "")
    message = one_line(error.get("message") or error.get("name") or "Odoo refused the call")
    kind, remedy = _PORT.get(code, (PortRefused, ""))
    if code not in _PORT and error.get("kind") == "retry":
        kind, remedy = Contended, "Run again."
    if code and f"[{code}]" not in message:
        message = f"{message.rstrip('.')} [{code}]"
    return kind(message, remedy, code=code or None)
