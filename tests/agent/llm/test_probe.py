"""The language model's server, over a real socket that speaks OpenAI's protocol."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from agent_service.errors import BadInput
from agent_service.llm.probe import probe
from agent_service.secret import Secret

KEY = "sk-test-0123456789"


class _Handler(BaseHTTPRequestHandler):
    answer = (200, "application/json", b"")
    seen: list

    def log_message(self, *_args: object) -> None:
        """Stay quiet."""

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers.get("Authorization")))
        status, kind, body = self.answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:9/v1/models")
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def model_server():
    handler = type("Handler", (_Handler,), {"seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    handler.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield handler
    server.shutdown()
    server.server_close()
    thread.join()


def _models(*names: str) -> tuple[int, str, bytes]:
    data = [{"id": name, "object": "model", "created": 1, "owned_by": "us"} for name in names]
    return 200, "application/json", json.dumps({"object": "list", "data": data}).encode()


def _error(status: int) -> tuple[int, str, bytes]:
    body = {"error": {"message": f"secret {KEY}", "type": "x", "param": None, "code": None}}
    return status, "application/json", json.dumps(body).encode()


def test_a_model_that_is_there_is_ok(model_server):
    model_server.answer = _models("small", "large")
    found = probe(model_server.url, Secret(KEY), "small")
    assert found.level == "ok"
    assert model_server.seen == [("/v1/models", f"Bearer {KEY}")]


def test_a_server_without_a_key_is_asked_too(model_server):
    model_server.answer = _models("small")
    assert probe(model_server.url, None, "small").level == "ok"


@pytest.mark.parametrize(("model", "words"), [(None, "no model is named"), ("other", "doesn't list")])
def test_a_model_that_is_not_there_is_a_warning(model_server, model, words):
    model_server.answer = _models("small")
    found = probe(model_server.url, None, model)
    assert (found.level, words in found.message) == ("warn", True)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (_error(401), "refuses the key"),
        (_error(404), "HTTP 404"),
        (_error(500), "HTTP 500"),
        ((302, "text/html", b""), "HTTP 302"),
        ((200, "text/html", b"<html>hello</html>"), "protocol"),
        ((200, "application/json", b"[1, 2]"), "protocol"),
        ((200, "application/json", b'{"data": [7]}'), "protocol"),
        ((200, "application/json", b"{"), "protocol"),
    ],
)
def test_each_fault_is_said_plainly_and_tells_no_key(model_server, answer, words):
    model_server.answer = answer
    found = probe(model_server.url, Secret(KEY), "small")
    assert found.level == "fail"
    assert words in found.message
    assert KEY not in found.message + found.remedy
    assert len(model_server.seen) == 1


def test_a_server_that_is_down_is_said_plainly():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/v1"
    assert "No connection" in probe(url, None, "small").message


def test_plain_http_to_another_machine_is_refused():
    with pytest.raises(BadInput, match="AI_CLOSE_LLM_URL"):
        probe("http://model.example/v1", Secret(KEY), "small")
