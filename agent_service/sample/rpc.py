"""A small client of Odoo's JSON-RPC for people with a password; the agent has its own."""

import itertools
import json
import urllib.error
import urllib.request

_TIMEOUT_S = 600
_DENIED = ("odoo.exceptions.AccessDenied", "odoo.exceptions.AccessError")


class RpcError(Exception):
    """Odoo refused a call; `denied` says whether for lack of rights."""

    def __init__(self, message: str, *, denied: bool = False) -> None:
        super().__init__(message)
        self.denied = denied


class ConnectionFailed(Exception):
    """Odoo was not reached, or the login failed."""


class Client:
    """A logged-in user of one database."""

    def __init__(self, url: str, database: str, login: str, password: str) -> None:
        if not url.startswith(("http://", "https://")):
            raise ConnectionFailed(f"not an address: {url}")
        self._url = url.rstrip("/") + "/jsonrpc"
        self._database = database
        self._password = password
        self._ids = itertools.count(1)
        try:
            self.uid = self._call("common", "authenticate", [database, login, password, {}])
        except RpcError as error:
            raise ConnectionFailed(f"login failed: {error}") from error
        if not self.uid:
            raise ConnectionFailed(f"{login} was not let in: wrong login, password or database")

    def call(self, model: str, method: str, *arguments: object, **named: object) -> object:
        """Call a public method; raise RpcError with Odoo's sentence where it refuses."""
        return self._call(
            "object",
            "execute_kw",
            [self._database, self.uid, self._password, model, method, list(arguments), named],
        )

    def _call(self, service: str, method: str, arguments: list) -> object:
        body = {
            "jsonrpc": "2.0",
            "method": "call",
            "id": next(self._ids),
            "params": {"service": service, "method": method, "args": arguments},
        }
        request = urllib.request.Request(  # noqa: S310 - the address was checked to be http
            self._url, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:  # noqa: S310
                answer = json.load(response)
        except (urllib.error.URLError, TimeoutError, ValueError) as error:
            raise ConnectionFailed(f"no answer from {self._url}: {error}") from error
        if "error" in answer:
            # The server's traceback in `debug` is nobody's business here.
            data = answer["error"].get("data") or {}
            text = str(data.get("message") or answer["error"].get("message") or "unknown error")
            raise RpcError(" ".join(text.split()), denied=data.get("name") in _DENIED)
        return answer.get("result")
