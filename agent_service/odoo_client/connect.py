"""Choosing the transport: by the server's version, unless a setting names one."""

from typing import Literal

from agent_service.errors import VersionMismatch
from agent_service.odoo_client.endpoint import Endpoint
from agent_service.odoo_client.json2 import Json2
from agent_service.odoo_client.jsonrpc import JsonRpc
from agent_service.odoo_client.retry import Retry
from agent_service.odoo_client.transport_base import HttpClient, Transport, server_version
from agent_service.secret import Secret

TransportName = Literal["auto", "json2", "jsonrpc"]
_OLDEST = (19, 0)


def connect(
    url: str,
    database: str,
    login: str,
    key: Secret,
    *,
    transport: TransportName = "auto",
    timeout_s: float = 120.0,
    retry: Retry | None = None,
) -> Transport:
    """Return a transport to a database; asks the server for its version when none is named."""
    http = HttpClient(Endpoint.parse(url), timeout_s=timeout_s)
    if transport == "auto":
        version = (retry or Retry()).call("version", lambda: server_version(http))
        transport = choose(version)
    if transport == "json2":
        return Json2(http, database, key)
    return JsonRpc(http, database, login, key)


def choose(version: tuple[int, ...]) -> Literal["json2", "jsonrpc"]:
    """Return the transport for a server's version: /json/2 is there from 19 on."""
    if version < _OLDEST:
        shown = ".".join(map(str, version)) or "unknown"
        raise VersionMismatch(f"Odoo {shown} is too old for AI Close", "It needs Odoo 19.0.")
    return "json2"
