"""A proxy between the agent and Odoo that forwards each call and, when told, breaks the connection.

`lost:finish` forwards the first call of `finish`, waits for Odoo's answer and throws it away with a reset of
the connection; `cut:finish` resets before anything reaches Odoo; `gateway:finish` answers 502 after Odoo has
answered.
"""

import json
import socket
import struct
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_KEPT = ("Content-Type", "Authorization", "X-Odoo-Database", "Accept")


class LossyProxy:
    """Listens on a free port of this machine, before one Odoo."""

    def __init__(self, target: str, plan: list[str]) -> None:
        """Keep where to forward to and what to break; each item of the plan breaks one call."""
        self.target = target
        self.plan = list(plan)
        self.broken: list[str] = []
        self._lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"proxy": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """Return the address for the agent."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "LossyProxy":
        """Listen."""
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def harm(self, method: str) -> str:
        """Return what to do to a call of a method, once for each item of the plan."""
        with self._lock:
            for item in self.plan:
                what, _, wanted = item.partition(":")
                if wanted == method:
                    self.plan.remove(item)
                    self.broken.append(item)
                    return what
        return ""


class _Handler(BaseHTTPRequestHandler):
    proxy: LossyProxy

    def log_message(self, *_args: object) -> None:
        """Stay quiet."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        harm = self.proxy.harm(self._method(body))
        if harm == "cut":
            self._reset()
            return
        status, kind, answer = self._forward(body)
        if harm == "lost":
            self._reset()
            return
        if harm == "gateway":
            status, kind, answer = 502, "text/html", b"<html><title>502 Bad Gateway</title></html>"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def _method(self, body: bytes) -> str:
        """Return the method of the port that is called, in either protocol."""
        if self.path.startswith("/json/2/"):
            return self.path.rpartition("/")[2]
        args = json.loads(body).get("params", {}).get("args") or []
        return str(args[4]) if len(args) > 4 else ""

    def _forward(self, body: bytes) -> tuple[int, str, bytes]:
        headers = {name: self.headers[name] for name in _KEPT if self.headers.get(name)}
        request = urllib.request.Request(self.proxy.target + self.path, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers["Content-Type"], error.read()

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def finish(self) -> None:
        """Close what is left open; a reset connection has nothing to flush."""
        try:
            super().finish()
        except (ConnectionError, ValueError):
            self.close_connection = True
