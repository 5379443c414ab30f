"""`/jsonrpc`: the API of Odoo up to 19. The key stands in place of the password, beside a user id."""

from itertools import count
from typing import Any

from agent_service.odoo_client import faults
from agent_service.odoo_client.transport_base import HttpClient
from agent_service.secret import Secret


class JsonRpc:
    """Calls `object.execute_kw`; asks for the user's id once."""

    name = "jsonrpc"

    def __init__(self, http: HttpClient, database: str, login: str, key: Secret) -> None:
        """Keep what each call carries; the login is looked up at the first call."""
        self._http = http
        self._database = database
        self._login = login
        self._key = key
        self._uid: int | None = None
        self._ids = count(1)

    def close(self) -> None:
        """Close open connections."""
        self._http.close()

    def call(self, model: str, method: str, /, **kwargs: Any) -> Any:
        """Call a method with keyword arguments (`ids` gives the records) and return its result."""
        if self._uid is None:
            self._uid = self._authenticate()
        args = [list(kwargs.pop("ids"))] if "ids" in kwargs else []
        sent = [self._database, self._uid, self._key.reveal(), model, method, args, kwargs]
        return self._rpc("object", "execute_kw", sent, f"{model}.{method}")

    def _authenticate(self) -> int:
        sent = [self._database, self._login, self._key.reveal(), {}]
        uid = self._rpc("common", "authenticate", sent, "authenticate")
        if not isinstance(uid, int) or isinstance(uid, bool):
            raise faults.AuthenticationFailed(
                f"Odoo refuses the API key for the login {self._login!r}",
                f"{faults.KEY_REMEDY} The login is AI_CLOSE_LOGIN.",
            )
        return uid

    def _rpc(self, service: str, method: str, args: list[Any], call: str) -> Any:
        body = {
            "jsonrpc": "2.0",
            "id": next(self._ids),
            "method": "call",
            "params": {"service": service, "method": method, "args": args},
        }
        answer = self._http.post("/jsonrpc", body)
        value = answer.value
        if not isinstance(value, dict) or ("error" not in value and value.get("jsonrpc") != "2.0"):
            raise faults.no_json(self._http.endpoint.url, answer.status, "?")
        if "error" in value:
            data = (value["error"] or {}).get("data") or {}
            raise faults.from_exception(
                str(data.get("name") or ""),
                str(data.get("message") or ""),
                call=call,
                database=self._database,
            )
        return value.get("result")  # Odoo leaves the member out for None
