"""`ai-close doctor`: one line for each thing, how to mend it, and the exit code of the worst."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.agent.cli.conftest import instant
from tests.agent.odoo_stub import KEY, Refusal


@pytest.fixture
def seen(ai_close, port):
    """Return the exit code and the checks by name."""

    def look() -> tuple[int, dict]:
        code, out, err = ai_close("doctor", "--json")
        assert err == ""
        assert KEY not in out
        return code, {check["name"]: check for check in json.loads(out)["checks"]}

    return look


def test_all_is_well(seen):
    code, checks = seen()
    assert code == 0
    assert {name: check["level"] for name, check in checks.items()} == {
        "settings": "ok",
        "connection": "ok",
        "add-on": "ok",
        "rights": "ok",
        "clock": "ok",
        "key": "ok",
        "companies": "ok",
        "language model": "ok",
    }


def test_people_read_a_line_each_and_the_remedy(ai_close, port):
    port.hello["key_expires_at"] = instant(days=3)
    code, out, _err = ai_close("doctor")
    assert code == 0
    assert "ok    connection" in out
    assert "warn  key" in out
    assert "→ Run `ai-close key rotate`" in out


def test_settings_that_are_missing_are_said(ai_close, env):
    env("URL", "")
    code, out, _err = ai_close("doctor")
    assert code == 2
    assert "AI_CLOSE_URL is not set" in out


def test_a_server_that_is_down_is_a_failure_of_connection(seen, env):
    env("URL", "http://127.0.0.1:9")
    code, checks = seen()
    assert (code, checks["connection"]["level"]) == (3, "fail")
    assert "rights" not in checks


def test_a_wrong_key_is_a_failure_of_rights(seen, key_file):
    key_file.write_text("f" * 40)
    code, checks = seen()
    assert (code, checks["rights"]["level"]) == (3, "fail")
    assert "AI_CLOSE_KEY_FILE" in checks["rights"]["remedy"]


def test_a_user_without_the_role_is_a_failure_of_rights(seen, stub):
    def hello():
        raise Refusal("RUN008", "Only the agent.")

    stub.port("hello", hello)
    code, checks = seen()
    assert (code, checks["rights"]["level"]) == (3, "fail")
    assert "AI Close / Agent" in checks["rights"]["remedy"]


@pytest.mark.parametrize("operation", ["create", "write", "unlink"])
@pytest.mark.parametrize("model", ["account.move", "account.bank.statement.line", "ai.close.lock"])
def test_a_user_that_may_write_is_a_failure_of_rights(seen, stub, model, operation):
    stub.methods[model, "has_access"] = lambda ids, operation, may=operation: operation in ("read", may)
    code, checks = seen()
    assert (code, checks["rights"]["level"]) == (3, "fail")
    assert f"{operation} {model}" in checks["rights"]["message"]


def test_a_user_that_may_not_read_is_a_failure_of_rights(seen, stub):
    stub.methods["account.move", "has_access"] = lambda ids, operation: False
    code, checks = seen()
    assert (code, checks["rights"]["level"]) == (3, "fail")


def test_an_absent_add_on_is_a_failure_of_the_add_on(seen, stub):
    stub.methods = {("res.users", "context_get"): dict}
    code, checks = seen()
    assert (code, checks["add-on"]["level"]) == (4, "fail")


@pytest.mark.parametrize(
    ("version", "level", "code", "word"),
    [
        ("1.4.2", "ok", 0, "fit"),
        ("19.0.1.0.0", "ok", 0, "fit"),
        ("0.9.0", "fail", 4, "Upgrade the add-on"),
        ("19.0.2.0.0", "fail", 4, "Upgrade the agent"),
    ],
)
def test_versions_fit_by_their_first_number(seen, port, version, level, code, word):
    port.hello["addon_version"] = version
    exit_code, checks = seen()
    assert (exit_code, checks["add-on"]["level"]) == (code, level)
    assert word in checks["add-on"]["message"] + checks["add-on"]["remedy"]


@pytest.mark.parametrize(("apart_s", "level", "code"), [(0, "ok", 0), (120, "warn", 0), (4000, "fail", 6)])
def test_clocks_that_are_apart_are_told(seen, stub, port, apart_s, level, code):
    stub.port("hello", lambda: {**port.hello, "now": instant(seconds=-apart_s)})
    exit_code, checks = seen()
    assert (exit_code, checks["clock"]["level"]) == (code, level)


@pytest.mark.parametrize(("ends", "level"), [({"days": 60}, "ok"), ({"days": 5}, "warn"), (None, "warn")])
def test_a_key_that_ends_soon_or_never_is_a_warning(seen, port, ends, level):
    port.hello["key_expires_at"] = instant(**ends) if ends else None
    code, checks = seen()
    assert (code, checks["key"]["level"]) == (0, level)


@pytest.mark.parametrize(
    ("change", "level", "word"),
    [
        ({"enabled": False}, "warn", "no company uses"),
        ({"policy_version": None}, "warn", "no policy"),
        ({"policy_version": 2}, "ok", "policy 2"),
        ({"tz": None}, "warn", "UTC"),
    ],
)
def test_companies_are_told(seen, port, change, level, word):
    port.hello["companies"][0].update(change)
    code, checks = seen()
    assert (code, checks["companies"]["level"]) == (0, level)
    assert word in checks["companies"]["message"]


def test_a_language_model_that_answers_is_ok_and_one_that_does_not_is_a_failure(seen, env):
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_args: object) -> None:
            """Stay quiet."""

        def do_GET(self) -> None:
            body = b'{"object": "list", "data": [{"id": "small", "object": "model"}]}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    env("LLM_URL", f"http://127.0.0.1:{server.server_port}/v1")
    env("LLM_MODEL", "small")
    code, checks = seen()
    assert (code, checks["language model"]["level"]) == (0, "ok")
    server.shutdown()
    server.server_close()
    thread.join()
    code, checks = seen()
    assert (code, checks["language model"]["level"]) == (3, "fail")
