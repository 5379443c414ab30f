"""Logs without secrets, and metrics on this machine's own address."""

import io
import json
import logging
import socket
import urllib.request

import pytest
import structlog

from agent_service.errors import BadInput
from agent_service.telemetry import STRUCK, Metrics, configure_logs, redact

KEY = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def lines():
    stream = io.StringIO()
    before = logging.getLogger().handlers[:]
    configure_logs("debug", stream)
    yield lambda: [json.loads(row) for row in stream.getvalue().splitlines()]
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = before


def test_a_log_is_a_line_of_json_with_time_and_level(lines):
    structlog.get_logger().info("run_done", company=1)
    (row,) = lines()
    assert (row["event"], row["level"], row["company"]) == ("run_done", "info", 1)
    assert row["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "value",
    [
        {"key": KEY},
        {"api_key": KEY},
        {"Authorization": f"bearer {KEY}"},
        {"outer": {"lease": KEY}},
        {"rows": [{"password": KEY}]},
        {"note": f"the key {KEY} was used"},
        {"header": "Bearer abc.def"},
        {"data": {"debug": "Traceback (most recent call last):\n  secret frame"}},
        {"text": "it said Traceback (most recent call last):\n  secret frame"},
    ],
)
def test_secrets_are_struck_wherever_they_stand(lines, value):
    structlog.get_logger().warning("odd", given=value)
    text = json.dumps(lines())
    assert STRUCK in text
    for secret in (KEY, "abc.def", "secret frame"):
        assert secret not in text


def test_an_exception_is_named_without_its_text(lines):
    try:
        raise ValueError(f"with {KEY} inside")
    except ValueError:
        structlog.get_logger().exception("broken")
        logging.getLogger("somebody").exception("broken too")
    ours, theirs = lines()
    assert ours["error_class"] == theirs["error_class"] == "ValueError"
    assert KEY not in json.dumps([ours, theirs])
    assert "Traceback" not in json.dumps([ours, theirs])


def test_logs_of_libraries_are_json_and_redacted_too(lines):
    logging.getLogger("urllib3").warning("retrying with %s", KEY)
    logging.getLogger("urllib3").info("not heard")
    (row,) = lines()
    assert row["event"] == f"retrying with {STRUCK}"


def test_plain_values_stay_what_they_are():
    assert redact({"n": 1, "none": None, "on": True, "names": ("a", "b")}) == {
        "n": 1,
        "none": None,
        "on": True,
        "names": ["a", "b"],
    }


def test_metrics_are_served_on_loopback_only():
    metrics = Metrics()
    metrics.observe_run("Northwind Trading", "done", 3.0)
    metrics.observe_call("extract", "ok", 0.1)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = metrics.serve(port)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=5) as answer:
            text = answer.read().decode()
        assert 'ai_close_runs_total{company="Northwind Trading",state="done"} 1.0' in text
        assert 'ai_close_port_calls_total{method="extract",outcome="ok"} 1.0' in text
        assert server._server.server_address[0] == "127.0.0.1"
        with pytest.raises(BadInput, match="can't be used"):
            metrics.serve(port)
    finally:
        server.stop()
