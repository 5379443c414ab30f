"""What both transports share: one session, one way to post, one reading of what went wrong.

A transport makes one call, once. Repeating a call is `retry.py`, and what an answer of the port
means is `port.py`.
"""

import json
from collections.abc import Mapping
from decimal import Decimal
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests

from agent_service.errors import AgentError, ConnectionFailed, Interrupted
from agent_service.odoo_client import faults
from agent_service.odoo_client.endpoint import Endpoint

_CONNECT_S = 10.0
_FOR_A_MOMENT = frozenset({429, 502, 503, 504})


class Transport(Protocol):
    """One way to call a method of a model of Odoo."""

    name: str

    def call(self, model: str, method: str, /, **kwargs: Any) -> Any:
        """Call a method with keyword arguments (`ids` gives the records) and return its result."""

    def close(self) -> None:
        """Close open connections."""


class _NoAuth(requests.auth.AuthBase):
    """Keeps `requests` from looking for a password in ~/.netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class HttpClient:
    """Posts JSON to one server and returns JSON, or raises an `AgentError`."""

    def __init__(self, endpoint: Endpoint, *, timeout_s: float = 120.0) -> None:
        """Open no connection yet: that is left to the first call."""
        self.endpoint = endpoint
        self.timeout_s = timeout_s
        self._session = requests.Session()
        self._session.auth = _NoAuth()
        self._session.trust_env = not endpoint.loopback  # no proxy stands before this machine
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers["User-Agent"] = "ai-close-agent"

    def close(self) -> None:
        """Close open connections."""
        self._session.close()

    def post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> "Answer":
        """Post a JSON object; an answer that is no JSON raises."""
        try:
            response = self._session.post(
                f"{self.endpoint.url}{path}",
                data=json.dumps(body, ensure_ascii=False, default=_wire).encode(),
                headers={"Content-Type": "application/json", "Accept": "application/json", **(headers or {})},
                timeout=(_CONNECT_S, self.timeout_s),
                allow_redirects=False,
            )
        except requests.exceptions.RequestException as error:
            failure = self._failure(error)
        else:
            return self._answer(response)
        # raised here, so that the request with its key is not in the chain of exceptions
        raise failure

    def _failure(self, error: requests.exceptions.RequestException) -> AgentError:
        where = self.endpoint.url
        if isinstance(error, requests.exceptions.SSLError):
            return ConnectionFailed(
                f"The certificate of {where} is not trusted",
                "Mend it, or name your authority's file in REQUESTS_CA_BUNDLE.",
            )
        if isinstance(error, requests.exceptions.ConnectTimeout):
            return Interrupted(f"{where} doesn't answer", "Check AI_CLOSE_URL and the network.")
        if isinstance(error, requests.exceptions.Timeout):
            return Interrupted(
                f"{where} took longer than {self.timeout_s:g} s", "Run again, or raise AI_CLOSE_TIMEOUT_S."
            )
        if isinstance(error, requests.exceptions.ProxyError):
            return ConnectionFailed(f"The proxy before {where} refuses", "Check HTTPS_PROXY and NO_PROXY.")
        if isinstance(error, (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            return Interrupted(f"No connection to {where}", "Check AI_CLOSE_URL and that Odoo runs.")
        return ConnectionFailed(f"{where} can't be called ({type(error).__name__})", "Check AI_CLOSE_URL.")

    def _answer(self, response: requests.Response) -> "Answer":
        status = response.status_code
        if 300 <= status < 400:
            target = urlsplit(response.headers.get("Location", ""))
            raise ConnectionFailed(
                f"{self.endpoint.url} sends us elsewhere"
                + (f" ({target.scheme}://{target.hostname})" if target.hostname else ""),
                "Set AI_CLOSE_URL to Odoo's own address: the key is not sent to another one.",
            )
        if status in _FOR_A_MOMENT:
            raise Interrupted(
                f"{self.endpoint.url} is overloaded or restarting (HTTP {status})", "Run again."
            )
        try:
            value = json.loads(response.content, parse_float=Decimal)
        except ValueError:
            raise faults.no_json(self.endpoint.url, status, response.text) from None
        return Answer(status, value)


class Answer:
    """An HTTP status with the JSON that came with it."""

    __slots__ = ("status", "value")

    def __init__(self, status: int, value: Any) -> None:
        """Keep both."""
        self.status = status
        self.value = value


def _wire(value: object) -> str:
    """Write money as a decimal string; anything else that JSON doesn't know is a mistake of ours."""
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} has no form on the wire")


def server_version(http: HttpClient) -> tuple[int, ...]:
    """Return the version of the server, such as (19, 0), without a key."""
    answer = http.post("/web/webclient/version_info", {"jsonrpc": "2.0", "method": "call", "params": {}})
    value = answer.value if isinstance(answer.value, dict) else {}
    info = (value.get("result") or {}).get("server_version_info")
    if not isinstance(info, list) or not info:
        raise ConnectionFailed(f"{http.endpoint.url} doesn't answer like Odoo", "Check AI_CLOSE_URL.")
    major = str(info[0]).rpartition("~")[2].removeprefix("saas-")
    return tuple(int(part) for part in (major, *info[1:2]) if str(part).isdigit())
