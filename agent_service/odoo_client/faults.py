"""One reading of Odoo's errors for both transports: the exception's name and text, never `debug`.

The names and texts were recorded from a running 19.0; /jsonrpc and /json/2 word the same fault
differently.
"""

import re

from agent_service.errors import (
    AgentError,
    AuthenticationFailed,
    ConnectionFailed,
    Contended,
    Interrupted,
    PortRefused,
    ServerFailed,
    VersionMismatch,
    one_line,
)

_CONTENDED = frozenset({
    "SerializationFailure", "LockNotAvailable", "DeadlockDetected", "ConcurrencyError", "LockError",
    "TransactionRollbackError",
})  # fmt: skip
_DATABASE_AWAY = frozenset({"OperationalError", "InterfaceError", "PoolError", "AdminShutdown"})
_FOR_PEOPLE = frozenset({"UserError", "ValidationError", "MissingError", "RedirectWarning", "CloseRefusal"})
_ABSENT = re.compile(r"(?:the model '|object )ai\.close\.agent\b", re.IGNORECASE)
_NO_METHOD = re.compile(r"the method '[\w.]+' does not exist", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"unexpected keyword argument|missing a? ?required|missing \d+ required", re.IGNORECASE
)
_CODE = re.compile(r"\[([A-Z]{3}\d{3})\]\s*$")

KEY_REMEDY = "Check AI_CLOSE_KEY_FILE, and that the key has not expired (`ai-close doctor`)."
ADDON_REMEDY = "Install or upgrade the add-on ai_close in this database."


def key_refused() -> AuthenticationFailed:
    """Return the error for a key, or a user, that Odoo doesn't know."""
    return AuthenticationFailed("Odoo refuses the API key", KEY_REMEDY)


def no_database(name: str) -> AuthenticationFailed:
    """Return the error for a database that the server can't open."""
    return AuthenticationFailed(f"Odoo has no database {name!r} for us", "Check AI_CLOSE_DATABASE.")


def no_json(url: str, status: int, text: str) -> AgentError:
    """Return the error for an answer that is a web page, or nothing at all."""
    if "No database is selected" in text:
        return AuthenticationFailed(
            "Odoo can't open the database", "Check AI_CLOSE_DATABASE and that its PostgreSQL runs."
        )
    what = "a web page" if "<" in text[:200] else "something that is no JSON" if text.strip() else "nothing"
    return ConnectionFailed(
        f"{url} answers with {what} instead of data (HTTP {status})", "Check AI_CLOSE_URL: is that Odoo 19?"
    )


def from_exception(name: str, message: str, *, call: str, database: str) -> AgentError:
    """Return the error for an exception of the server, given its class and its text."""
    short = name.rpartition(".")[2]
    text = one_line(message, 300)
    if short == "AccessDenied" or short in ("Unauthorized", "SessionExpiredException"):
        return key_refused()
    if _ABSENT.search(text):
        return VersionMismatch("The add-on ai_close is not installed in this database", ADDON_REMEDY)
    if _NO_METHOD.search(text) or text.startswith("Private methods"):
        return VersionMismatch(f"The add-on doesn't know {call}", ADDON_REMEDY)
    if short in ("UnprocessableEntity", "TypeError") and _SIGNATURE.search(text):
        return VersionMismatch(
            f"The add-on wants other arguments for {call}", "Install the agent and the add-on of one release."
        )
    if short == "AccessError":
        return AuthenticationFailed(
            f"The agent's user may not call {call}: {_sentence(message)}",
            "Give it the role AI Close / Agent, and nothing more.",
        )
    if short in _CONTENDED:
        return Contended("Odoo was busy with changes of others", "Run again.")
    if short in _DATABASE_AWAY:
        if "does not exist" in text:
            return no_database(database)
        return Interrupted("Odoo has lost its PostgreSQL for a moment", "Run again.")
    if short in _FOR_PEOPLE:
        found = _CODE.search(text)
        return PortRefused(text, code=found[1] if found else None)
    return ServerFailed(
        f"Odoo failed in {call} ({short or 'unknown error'})",
        "Its log has the reason; nothing of this call was written.",
    )


def _sentence(message: str) -> str:
    """Return the first line of a message of Odoo, which goes on about groups and menus."""
    lines = message.strip().splitlines()
    return one_line(lines[0], 200).rstrip(".") if lines else "no reason given"
