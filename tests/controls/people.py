"""Who makes attempts: each with the session of the web client, the agent with its key."""

from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count

import requests

# login -> roles of the close that count for it
ROLES = {
    "anna": {"preparer"}, "paul": {"preparer"}, "ben": {"reviewer"}, "rita": {"reviewer"},
    "carla": {"controller"}, "dirk": {"controller"}, "audrey": {"auditor"}, "ivy": {"invoice"}, "nora": set(),
    "olga": {"controller"}, "agent": {"agent"},
}  # fmt: skip
# One of each role makes the single attempts.
ACTORS = ("agent", "anna", "ben", "carla", "audrey", "ivy", "nora")
AGENT_LOGIN = "ai-close-agent"
TIMEOUT_S = 120
_calls = count(1)


@dataclass
class Answer:
    """What the server said."""

    ok: bool
    result: object = None
    error: str = ""
    message: str = ""

    @property
    def broke(self) -> bool:
        """Tell whether the server answered with a fault of its own instead of a refusal."""
        return not self.ok and self.error.split(".")[-1] in BROKEN


# Errors that no guard raises on purpose.
BROKEN = {"IntegrityError", "InternalError", "OperationalError", "ProgrammingError", "SerializationFailure",
          "DeadlockDetected", "InFailedSqlTransaction", "LockNotAvailable",
          "InternalServerError"}  # fmt: skip


@dataclass
class Person:
    """One user's session."""

    url: str
    database: str
    login: str
    secret: str
    uid: int = 0
    companies: tuple[int, ...] = ()
    http: requests.Session = field(default_factory=requests.Session, repr=False)

    @property
    def roles(self) -> set[str]:
        """Return the roles that count for this person."""
        return ROLES[self.login]

    def _post(self, path: str, params: dict) -> dict:
        body = {"jsonrpc": "2.0", "id": next(_calls), "method": "call", "params": params}
        answer = self.http.post(self.url + path, json=body, timeout=TIMEOUT_S)
        if answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR:
            # Odoo can't put every answer into JSON (the bytes of a file, say).  What the call changed is
            # judged all the same.
            return {"error": {"data": {"name": "InternalServerError", "message": f"HTTP 500 for {path}"}}}
        answer.raise_for_status()
        return answer.json()

    def log_in(self) -> "Person":
        """Open the session; the agent has a key and needs none."""
        if self.login == "agent":
            return self
        found = self._post(
            "/web/session/authenticate", {"db": self.database, "login": self.login, "password": self.secret}
        )
        if "result" not in found or not found["result"].get("uid"):
            raise RuntimeError(f"{self.login} can't log in to {self.database}: {found}")
        self.uid = found["result"]["uid"]
        return self

    def call(self, model: str, method: str, args: list | None = None, kwargs: dict | None = None) -> Answer:
        """Call a method the way the web client (or the agent) does."""
        args, kwargs = list(args or []), dict(kwargs or {})
        if model.startswith("/"):
            # One of Odoo's own addresses beside the models, which often act as superuser.
            return self._answer(self._post(model, kwargs))
        if self.login != "agent":
            # The web client always says which companies are ticked.
            context = {"allowed_company_ids": list(self.companies), **(kwargs.get("context") or {})}
            kwargs["context"] = context
            found = self._post(
                f"/web/dataset/call_kw/{model}/{method}",
                {"model": model, "method": method, "args": args, "kwargs": kwargs},
            )
        else:
            found = self._post(
                "/jsonrpc",
                {
                    "service": "object",
                    "method": "execute_kw",
                    "args": [self.database, self.uid, self.secret, model, method, args, kwargs],
                },
            )
        return self._answer(found)

    def _answer(self, found: dict) -> Answer:
        if "error" not in found:
            return Answer(True, found.get("result"))
        data = found["error"].get("data") or {}
        return Answer(False, None, data.get("name", ""), str(data.get("message", found["error"])))
