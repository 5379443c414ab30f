"""Both transports, over a real socket: what arrives, what comes back, and what each fault is called."""

import socket
import traceback
from decimal import Decimal

import pytest

from agent_service.errors import (
    AgentError,
    AuthenticationFailed,
    BadInput,
    ConnectionFailed,
    Contended,
    ExitCode,
    Interrupted,
    PortRefused,
    ServerFailed,
    VersionMismatch,
)
from agent_service.odoo_client.connect import choose, connect
from agent_service.odoo_client.endpoint import Endpoint
from agent_service.odoo_client.retry import Retry
from agent_service.odoo_client.transport_base import HttpClient, server_version
from agent_service.secret import Secret
from tests.agent.odoo_stub import DATABASE, KEY, LOGIN, NO_DATABASE, OdooError

PORT = "ai.close.agent"


def test_a_call_arrives_with_its_keywords_and_its_answer_comes_back(stub, open_transport):
    answer = open_transport().call(PORT, "extract", run_id=3, dataset="lines", after=0)
    assert answer == {"ok": True, "result": {"run_id": 3, "dataset": "lines", "after": 0}}
    assert stub.calls == [(PORT, "extract", {"run_id": 3, "dataset": "lines", "after": 0})]


def test_ids_are_the_records_in_both_protocols(stub, open_transport):
    stub.methods["account.move", "has_access"] = lambda ids, operation: [ids, operation]
    assert open_transport().call("account.move", "has_access", ids=[], operation="write") == [[], "write"]


def test_money_travels_as_decimal_text_and_numbers_come_back_without_float(stub, open_transport):
    stub.methods[PORT, "echo"] = lambda amount: [amount, 0.1]
    assert open_transport().call(PORT, "echo", amount=Decimal("1E+3")) == ["1000", Decimal("0.1")]


def test_an_answer_of_none_is_none(stub, open_transport):
    stub.methods[PORT, "nothing"] = lambda: None
    assert open_transport().call(PORT, "nothing") is None


def test_the_login_is_looked_up_once(stub):
    transport = connect(stub.url, DATABASE, LOGIN, Secret(KEY), transport="jsonrpc")
    transport.call(PORT, "hello")
    transport.call(PORT, "hello")
    methods = [body["params"]["method"] for _path, _headers, body in stub.requests]
    assert methods == ["authenticate", "execute_kw", "execute_kw"]


def test_no_cookie_is_ever_sent_back(stub, open_transport):
    transport = open_transport()
    for _each in range(2):
        transport.call(PORT, "hello")
    assert not any("Cookie" in headers for _path, headers, _body in stub.requests)


def _fault(transport) -> AgentError:
    with pytest.raises(AgentError) as caught:
        transport.call(PORT, "hello")
    return caught.value


def test_a_wrong_key_is_an_authentication_error(open_transport):
    error = _fault(open_transport(key="f" * 40))
    assert type(error) is AuthenticationFailed
    assert error.exit_code == ExitCode.CONNECTION
    assert "AI_CLOSE_KEY_FILE" in error.line


def test_a_wrong_login_is_an_authentication_error_that_names_the_setting(stub):
    transport = connect(stub.url, DATABASE, "somebody", Secret(KEY), transport="jsonrpc")
    assert "AI_CLOSE_LOGIN" in _fault(transport).line


def test_a_wrong_database_is_said_plainly(open_transport):
    error = _fault(open_transport(database="nowhere"))
    assert type(error) is AuthenticationFailed
    assert "AI_CLOSE_DATABASE" in error.line


def test_an_absent_add_on_is_a_version_error(stub, open_transport):
    stub.methods = {("res.users", "context_get"): dict}
    error = _fault(open_transport())
    assert type(error) is VersionMismatch
    assert error.exit_code == ExitCode.VERSION
    assert "not installed" in error.line


def test_an_add_on_without_the_method_is_a_version_error(stub, open_transport):
    del stub.methods[PORT, "hello"]
    error = _fault(open_transport())
    assert type(error) is VersionMismatch
    assert "doesn't know ai.close.agent.hello" in error.line


def test_an_add_on_with_other_arguments_is_a_version_error(stub, open_transport):
    stub.methods[PORT, "hello"] = lambda who: who
    assert type(_fault(open_transport())) is VersionMismatch


@pytest.mark.parametrize(
    ("name", "text", "status", "kind"),
    [
        ("psycopg2.errors.SerializationFailure", "could not serialize access", 500, Contended),
        ("psycopg2.errors.LockNotAvailable", "canceling statement", 500, Contended),
        ("odoo.exceptions.ConcurrencyError", "stale", 500, Contended),
        ("odoo.exceptions.LockError", "locked", 409, Contended),
        ("psycopg2.OperationalError", "server closed the connection unexpectedly", 500, Interrupted),
        ("psycopg2.pool.PoolError", "The Connection Pool Is Full", 500, Interrupted),
        (
            "odoo.exceptions.AccessError",
            "You may not.\n\nContact your administrator",
            403,
            AuthenticationFailed,
        ),
        ("odoo.exceptions.AccessError", "Private methods (such as 'x._y') cannot", 403, VersionMismatch),
        ("odoo.exceptions.UserError", "Not this way", 422, PortRefused),
        ("builtins.ZeroDivisionError", "secret numbers 4711", 500, ServerFailed),
    ],
)
def test_each_error_of_the_server_has_its_kind(stub, open_transport, name, text, status, kind):
    def fail(**_kwargs):
        raise OdooError(name, text, status)

    stub.methods[PORT, "hello"] = fail
    error = _fault(open_transport())
    assert type(error) is kind
    assert "4711" not in error.line
    assert "\n" not in error.line


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("html", ConnectionFailed, "a web page instead of data"),
        ("empty", ConnectionFailed, "nothing instead of data"),
        ("404", ConnectionFailed, "HTTP 404"),
        ("redirect", ConnectionFailed, "elsewhere.example"),
        ("502", Interrupted, "HTTP 502"),
        ("503", Interrupted, "HTTP 503"),
        ("504", Interrupted, "HTTP 504"),
        ("reset", Interrupted, "No connection"),
        ("serialization", Contended, "busy with changes"),
    ],
)
def test_each_fault_on_the_way_has_its_kind_and_words(stub, open_transport, fault, kind, words):
    stub.faults = [fault, fault]
    error = _fault(open_transport())
    assert type(error) is kind
    assert words in error.line


def test_a_slow_answer_is_a_fault_that_names_the_setting(stub, open_transport):
    transport = open_transport(timeout_s=0.2)
    transport.call(PORT, "hello")
    stub.faults, stub.slow_s = ["slow"], 0.6
    error = _fault(transport)
    assert type(error) is Interrupted
    assert "AI_CLOSE_TIMEOUT_S" in error.line


def test_a_server_that_is_down_is_said_plainly(open_transport):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    error = _fault(open_transport(url=f"http://127.0.0.1:{port}"))
    assert error.exit_code == ExitCode.CONNECTION
    assert "that Odoo runs" in error.line


@pytest.mark.parametrize("fault", ["reset", "serialization", "502", "html", "401"])
def test_no_fault_tells_the_key_or_a_traceback(stub, open_transport, fault):
    stub.faults = [fault]
    with pytest.raises(AgentError) as caught:
        open_transport().call(PORT, "hello", lease="f" * 40)
    shown = "".join(traceback.format_exception(caught.value, chain=True)) + caught.value.line
    assert KEY not in shown
    assert "secret_place" not in shown
    assert caught.value.__cause__ is None
    for frame, _line in traceback.walk_tb(caught.value.__traceback__):
        assert not any(KEY in repr(value) for value in frame.f_locals.values() if _is_ours(frame, value))


def _is_ours(frame, value) -> bool:
    """The frame that sends must hold what it sends; what an error carries away must not."""
    return frame.f_code.co_name not in ("call", "_rpc", "_authenticate", "post") and not callable(value)


def test_a_proxy_is_not_asked_for_this_machine(stub, open_transport, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert open_transport().call(PORT, "hello")["ok"] is True


def test_a_netrc_file_does_not_replace_the_key(stub, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    http = HttpClient(Endpoint.parse(stub.url))
    http._session.trust_env = True
    http.post("/json/2/x/y", {}, {"Authorization": "bearer mine", "X-Odoo-Database": DATABASE})
    assert stub.requests[-1][1]["Authorization"] == "bearer mine"
    http.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://books.example", "in the clear"),
        ("http://localhost.example:8069", "in the clear"),
        ("http://127.0.0.1.example", "in the clear"),
        ("ftp://books.example", "no http address"),
        ("books.example", "not an http address"),
        ("https://", "not an http address"),
        ("https://me:pass@books.example", "more than an address"),
        ("https://books.example/?db=x", "more than an address"),
        ("https://books.example:99999", "not an address"),
    ],
)
def test_an_address_that_would_betray_the_key_is_refused(url, words):
    with pytest.raises(BadInput) as caught:
        Endpoint.parse(url)
    assert words.replace("no http", "not an http") in caught.value.line
    assert "pass@" not in caught.value.line


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://127.0.0.1:8069/", "http://127.0.0.1:8069"),
        ("http://127.8.8.8:1", "http://127.8.8.8:1"),
        ("http://[::1]:8069", "http://[::1]:8069"),
        ("http://localhost", "http://localhost"),
        ("https://books.example/odoo/", "https://books.example/odoo"),
    ],
)
def test_an_address_is_kept_without_its_final_slash(url, kept):
    assert Endpoint.parse(url).url == kept


def test_the_transport_is_chosen_by_the_version_of_the_server(stub):
    assert connect(stub.url, DATABASE, LOGIN, Secret(KEY)).name == "json2"
    assert choose((19, 0)) == choose((20, 0)) == "json2"
    stub.version = [18, 0, 0, "final", 0, ""]
    with pytest.raises(VersionMismatch, match=r"18\.0 is too old"):
        connect(stub.url, DATABASE, LOGIN, Secret(KEY))


@pytest.mark.parametrize(
    ("said", "read"), [([19, 0, 0, "final"], (19, 0)), (["saas~19", 2, 0], (19, 2)), ([20], (20,))]
)
def test_the_version_is_read_without_a_key(stub, said, read):
    stub.version = said
    http = HttpClient(Endpoint.parse(stub.url))
    assert server_version(http) == read
    assert KEY not in str(stub.requests)
    http.close()


def test_a_server_that_is_not_odoo_is_said_plainly(stub):
    stub.version = []
    with pytest.raises(ConnectionFailed, match="doesn't answer like Odoo"):
        connect(stub.url, DATABASE, LOGIN, Secret(KEY), retry=Retry(attempts=1))


def test_odoos_page_for_no_database_is_known():
    assert "No database is selected" in NO_DATABASE
