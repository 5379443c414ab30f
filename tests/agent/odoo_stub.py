"""A server that speaks Odoo 19's two protocols as recorded from a running one. For unit tests only.

It knows the port's methods as plain functions; the bodies of its errors, their HTTP status and their
content types are Odoo's own.
"""

import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "0123456789abcdef0123456789abcdef01234567"
LOGIN = "ai-close-agent"
DATABASE = "books"
UID = 7
DEBUG = "Traceback (most recent call last):\n  File odoo/secret_place.py, line 1\nkey in a frame"
NO_DATABASE = (
    "<!DOCTYPE html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>No database is selected and the "
    "requested URL was not found in the server-wide controllers.</p>"
)
WRONG_TYPE = "<!doctype html>\n<html lang=en>\n<title>415 Unsupported Media Type</title>"


class OdooError(Exception):
    """An exception raised inside Odoo: its class, its text, and the status /json/2 gives it."""

    def __init__(self, name: str, message: str, status: int = 500) -> None:
        super().__init__(message)
        self.name, self.message, self.status = name, message, status

    def body(self) -> dict:
        return {
            "name": self.name,
            "message": self.message,
            "arguments": [self.message],
            "context": {},
            "debug": DEBUG,
        }


SERIALIZATION = OdooError(
    "psycopg2.errors.SerializationFailure", "could not serialize access due to concurrent update"
)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that was cut off or went away is what these tests are about."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, ValueError)):
            super().handle_error(request, client_address)


class OdooStub:
    """A server on a free port of this machine; `methods` maps `(model, method)` to a function of kwargs."""

    def __init__(self) -> None:
        self.methods: dict[tuple[str, str], Callable[..., Any]] = {}
        self.faults: list[str] = []
        self.requests: list[tuple[str, dict, Any]] = []
        self.calls: list[tuple[str, str, dict]] = []
        self.version: list = [19, 0, 0, "final", 0, ""]
        self.keys = {KEY}
        self.lose = False
        self.slow_s = 1.0
        stub = self

        class Handler(_Handler):
            odoo = stub

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "OdooStub":
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def port(self, name: str, function: Callable[..., Any]) -> None:
        """Let a method of the port answer inside its envelope; a raised `Refusal` becomes an error."""

        def enveloped(**kwargs: Any) -> dict:
            try:
                return {"ok": True, "result": function(**kwargs)}
            except Refusal as refusal:
                return {"ok": False, "error": refusal.error}

        self.methods["ai.close.agent", name] = enveloped

    def names(self) -> list[str]:
        """Return the methods called, in order."""
        return [method for _model, method, _kwargs in self.calls]

    def run(self, model: str, method: str, ids: list | None, kwargs: dict) -> Any:
        """Call a method; what Odoo says about unknown ones is said by the two protocols."""
        self.calls.append((model, method, kwargs))
        return self.methods[model, method](**({"ids": ids} if ids is not None else {}), **kwargs)


class Refusal(Exception):
    """An answer `{"ok": false}` of the port."""

    def __init__(self, code: str, message: str, kind: str = "person") -> None:
        super().__init__(message)
        self.error = {"code": code, "name": code, "kind": kind, "message": f"{message} [{code}]"}


class _Handler(BaseHTTPRequestHandler):
    odoo: OdooStub

    def log_message(self, *_args: object) -> None:
        """Stay quiet."""

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Type") != "application/json":
            self._html(415, WRONG_TYPE)
            return
        body = json.loads(raw)
        self.odoo.requests.append((self.path, dict(self.headers), body))
        is_version = self.path == "/web/webclient/version_info"
        fault = self.odoo.faults.pop(0) if self.odoo.faults and not is_version else ""
        before, _, after = fault.partition("+")
        if before != "commit" and before and self._fault(before):
            return
        if self.path == "/web/webclient/version_info":
            self._json(200, {"jsonrpc": "2.0", "id": None, "result": self._version()})
        elif self.path == "/jsonrpc":
            self._jsonrpc(body, after)
        elif self.path.startswith("/json/2/"):
            self._json2(body, after)
        else:
            self._html(404, "<!doctype html>\n<title>404 Not Found</title>")

    def _version(self) -> dict:
        return {"server_version": "19.0", "server_version_info": self.odoo.version, "protocol_version": 1}

    def _fault(self, fault: str) -> bool:
        """Do what the name says; True when the request has got its answer (or none)."""
        if fault == "reset":
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.rfile.close()
            self.wfile.close()
            self.connection.close()
            self.close_connection = True
            return True
        if fault == "slow":
            time.sleep(self.odoo.slow_s)
            return False
        if fault == "redirect":
            self._send(302, "text/html", b"", {"Location": "https://elsewhere.example/json/2"})
            return True
        if fault == "html":
            self._html(200, "<!doctype html><title>Welcome</title>")
            return True
        if fault == "empty":
            self._send(200, "application/json", b"")
            return True
        if fault == "serialization":
            self._error(SERIALIZATION)
            return True
        self._html(int(fault), f"<html><title>{fault}</title></html>")
        return True

    def _lost(self, after: str) -> bool:
        """Lose the answer of a call that was made."""
        if self.odoo.lose:
            self.odoo.lose, after = False, "reset"
        return bool(after) and self._fault(after)

    def _error(self, error: OdooError) -> None:
        if self.path == "/jsonrpc":
            data = {"code": 0, "message": "Odoo Server Error", "data": error.body()}
            self._json(200, {"jsonrpc": "2.0", "id": 1, "error": data})
        else:
            self._json(error.status, error.body())

    def _jsonrpc(self, body: dict, after: str) -> None:
        params = body["params"]
        service, method, args = params["service"], params["method"], params["args"]
        try:
            if args and args[0] != DATABASE:
                raise OdooError("psycopg2.OperationalError", f'FATAL:  database "{args[0]}" does not exist')
            if (service, method) == ("common", "authenticate"):
                result = UID if args[1] == LOGIN and args[2] in self.odoo.keys else False
            else:
                result = self._execute(args)
        except OdooError as error:
            self._error(error)
            return
        answer = {"jsonrpc": "2.0", "id": body["id"]}
        if result is not None:
            answer["result"] = result
        if not self._lost(after):
            self._json(200, answer)

    def _execute(self, args: list) -> Any:
        _db, uid, key, model, method, positional, kwargs = args
        if uid != UID or key not in self.odoo.keys:
            raise OdooError("odoo.exceptions.AccessDenied", "Access Denied", 403)
        if not any(known == model for known, _name in self.odoo.methods):
            raise OdooError("odoo.exceptions.UserError", f"Object {model} doesn't exist", 422)
        if (model, method) not in self.odoo.methods:
            raise OdooError("builtins.AttributeError", f"The method '{model}.{method}' does not exist")
        try:
            return self.odoo.run(model, method, positional[0] if positional else None, kwargs)
        except TypeError as error:
            raise OdooError("builtins.TypeError", str(error)) from None

    def _json2(self, body: dict, after: str) -> None:
        _empty, _json, _two, model, method = self.path.split("/")
        if self.headers.get("X-Odoo-Database") != DATABASE:
            self._html(404, NO_DATABASE)
            return
        if (self.headers.get("Authorization") or "").removeprefix("bearer ") not in self.odoo.keys:
            self._error(OdooError("werkzeug.exceptions.Unauthorized", "Invalid apikey", 401))
            return
        ids = body.pop("ids", None)
        try:
            if not any(known == model for known, _name in self.odoo.methods):
                raise OdooError("werkzeug.exceptions.NotFound", f"the model '{model}' does not exist", 404)
            if (model, method) not in self.odoo.methods:
                text = f"The method '{model}.{method}' does not exist"
                raise OdooError("werkzeug.exceptions.NotFound", text, 404)
            result = self.odoo.run(model, method, ids, body)
        except TypeError as error:
            self._error(OdooError("werkzeug.exceptions.UnprocessableEntity", str(error), 422))
        except OdooError as error:
            self._error(error)
        else:
            if not self._lost(after):
                self._json(200, result)

    def _json(self, status: int, value: Any) -> None:
        self._send(status, "application/json; charset=utf-8", json.dumps(value).encode())

    def _html(self, status: int, text: str) -> None:
        self._send(status, "text/html; charset=utf-8", text.encode())

    def _send(self, status: int, kind: str, body: bytes, headers: dict | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "session_id=must-not-come-back; Path=/")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
