"""A server that speaks the protocol over a real socket, and misbehaves as a test asks for."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[["Handler", dict], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5
    server: "ModelServer"

    def log_message(self, *_args: object) -> None:
        """Stay quiet."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.requests.append(body)
            number = len(self.server.requests) - 1
        replies = self.server.replies
        replies[min(number, len(replies) - 1)](self, body)

    def send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class ModelServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock, self.requests, self.replies = threading.Lock(), [], [says("{}")]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


@contextmanager
def running():
    server = ModelServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def completion(
    text: str | None, *, end: str = "stop", refusal: str | None = None, usage: Any = (100, 20)
) -> bytes:
    counts = (
        {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
        if usage
        else None
    )
    message = {"role": "assistant", "content": text, "refusal": refusal}
    choice = {"index": 0, "finish_reason": end, "message": message, "logprobs": None}
    row = {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [choice],
        "usage": counts,
    }
    return json.dumps(row).encode()


def says(text: str | None, **more: Any) -> Reply:
    return lambda handler, _body: handler.send(200, completion(text, **more))


def tells(text: str, **more: Any) -> Reply:
    """Answer a question for a text."""
    return says(json.dumps({"text": text}), **more)


def status(code: int, headers: dict[str, str] | None = None) -> Reply:
    return lambda handler, _body: handler.send(code, b'{"error": {"message": "no", "type": "x"}}', headers)


def slow(seconds: float) -> Reply:
    def reply(handler: Handler, _body: dict) -> None:
        time.sleep(seconds)
        with suppress(OSError):  # nobody waits any more
            handler.send(200, completion('{"text": "late"}'))

    return reply


def raw(body: bytes) -> Reply:
    return lambda handler, _body: handler.send(200, body)


def hangs_up(handler: Handler, _body: dict) -> None:
    handler.close_connection = True
    handler.connection.close()


def half(handler: Handler, _body: dict) -> None:
    body = completion('{"text": "{account} rose."}')
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.close_connection = True
