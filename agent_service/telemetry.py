"""Logs and metrics. Logs are JSON lines on stderr, with secrets struck out whatever the caller passes."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from agent_service.errors import BadInput

STRUCK = "***"
_NAMES = re.compile(
    r"(?:^|_)(?:key|password|passwd|secret|token|lease|authorization|cookie|debug|traceback)(?:$|_(?!id$|name$))",
    re.IGNORECASE,
)
# What an API key of Odoo, a bearer header or a traceback looks like inside a text.
_TEXTS = re.compile(
    r"\b[0-9a-f]{40}\b|(?i:bearer\s+)\S+|Traceback \(most recent call last\).*",
    re.DOTALL,
)
_DEPTH = 6


def redact(value: Any, depth: int = 0) -> Any:
    """Return a value without its secrets: by the name of a member, and by the look of a text."""
    if isinstance(value, str):
        return _TEXTS.sub(STRUCK, value)
    if isinstance(value, Mapping):
        if depth > _DEPTH:
            return STRUCK
        return {
            key: STRUCK if _NAMES.search(str(key)) else redact(each, depth + 1) for key, each in value.items()
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return STRUCK if depth > _DEPTH else [redact(each, depth + 1) for each in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return _TEXTS.sub(STRUCK, str(value))


def _redaction(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return redact(dict(event))


def _exception(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Name an exception by its class and place; its text may hold what must not be logged."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error_class"] = type(error).__name__
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        if frame is not None:
            event["error_place"] = f"{frame.tb_frame.f_code.co_name}:{frame.tb_lineno}"
    return event


class _Stderr:
    """Writes to the stderr of the moment, so that a test that replaces it is heard."""

    def write(self, text: str) -> int:
        """Write text."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Flush."""
        sys.stderr.flush()


def configure_logs(level: str = "info", stream: TextIO | None = None) -> None:
    """Send the logs of the agent and of its libraries to stderr as JSON lines."""
    number = logging.getLevelNamesMapping()[level.upper()]
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _exception,
        _redaction,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(sort_keys=True)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(stream or _Stderr()),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or _Stderr())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(sort_keys=True),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # libraries below WARNING say what we say ourselves; urllib3 would even name addresses
    root.setLevel(max(number, logging.WARNING))


class Metrics:
    """The figures of the agent, in a registry of their own."""

    def __init__(self) -> None:
        """Make the figures; nothing listens yet."""
        self.registry = CollectorRegistry()
        self.runs = Counter(
            "ai_close_runs", "Runs by how they ended", ["company", "state"], registry=self.registry
        )
        self.run_seconds = Histogram(
            "ai_close_run_seconds",
            "How long a run took",
            ["company"],
            buckets=(1, 5, 15, 30, 60, 120, 300, 900, 3600),
            registry=self.registry,
        )
        self.last_success = Gauge(
            "ai_close_last_success_timestamp_seconds",
            "When a run last ended well",
            ["company"],
            registry=self.registry,
        )
        self.calls = Counter(
            "ai_close_port_calls", "Calls of the port", ["method", "outcome"], registry=self.registry
        )
        self.call_seconds = Histogram(
            "ai_close_port_call_seconds",
            "How long a call of the port took",
            ["method"],
            buckets=(0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60),
            registry=self.registry,
        )

    def observe_call(self, method: str, outcome: str, spent_s: float) -> None:
        """Count one call of the port."""
        self.calls.labels(method, outcome).inc()
        self.call_seconds.labels(method).observe(spent_s)

    def observe_run(self, company: str, state: str, spent_s: float) -> None:
        """Count one run."""
        self.runs.labels(company, state).inc()
        self.run_seconds.labels(company).observe(spent_s)
        if state == "done":
            self.last_success.labels(company).set_to_current_time()

    def serve(self, port: int) -> "MetricsServer":
        """Answer `GET /metrics` on this machine's own address only."""
        try:
            server, thread = start_http_server(port, addr="127.0.0.1", registry=self.registry)
        except OSError as error:
            raise BadInput(
                f"Port {port} can't be used for metrics ({error.strerror})",
                "Set AI_CLOSE_METRICS_PORT to another.",
            ) from None
        return MetricsServer(server, thread)


class MetricsServer:
    """The endpoint of the metrics while the agent serves."""

    def __init__(self, server: Any, thread: Any) -> None:
        """Keep what must be stopped."""
        self._server = server
        self._thread = thread

    @property
    def port(self) -> int:
        """Return the port."""
        return self._server.server_port

    def stop(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)
