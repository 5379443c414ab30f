"""The port: its envelope, its refusals, and what is repeated."""

import pytest

from agent_service.errors import (
    AgentError,
    AuthenticationFailed,
    BadInput,
    Busy,
    Contended,
    ExitCode,
    Interrupted,
    LeaseLost,
    PeriodLocked,
    PortRefused,
    RunKeyUsed,
    ServerFailed,
    VersionMismatch,
)
from agent_service.odoo_client.port import Lease, Port
from agent_service.odoo_client.retry import Retry
from tests.agent.odoo_stub import Refusal

LEASE = Lease(3, "a-lease")


@pytest.fixture
def port(open_transport, patient):
    return Port(open_transport(), patient)


def _refuse(code, kind="person"):
    def refuse(**_kwargs):
        raise Refusal(code, "Not so.", kind)

    return refuse


@pytest.mark.parametrize(
    ("code", "kind", "error", "exit_code"),
    [
        ("RUN001", "retry", Busy, ExitCode.BUSY),
        ("RUN002", "give_up", LeaseLost, ExitCode.BUSY),
        ("RUN003", "person", BadInput, ExitCode.BAD_INPUT),
        ("RUN004", "person", BadInput, ExitCode.BAD_INPUT),
        ("RUN005", "person", PeriodLocked, ExitCode.BUSY),
        ("RUN006", "person", BadInput, ExitCode.BAD_INPUT),
        ("RUN007", "person", VersionMismatch, ExitCode.VERSION),
        ("RUN008", "person", AuthenticationFailed, ExitCode.CONNECTION),
        ("RUN009", "give_up", RunKeyUsed, ExitCode.BUSY),
        ("RUN010", "give_up", VersionMismatch, ExitCode.VERSION),
        ("RUN900", "give_up", ServerFailed, ExitCode.PARTLY_FAILED),
        ("ENT007", "person", PortRefused, ExitCode.PARTLY_FAILED),
    ],
)
def test_each_refusal_has_its_kind_and_exit_code_and_is_not_repeated(
    stub, port, waits, code, kind, error, exit_code
):
    stub.port("hello", _refuse(code, kind))
    with pytest.raises(AgentError) as caught:
        port.hello()
    assert type(caught.value) is error
    assert caught.value.exit_code == exit_code
    assert caught.value.code == code
    assert caught.value.line.count(f"[{code}]") == 1
    assert stub.names() == ["hello"]
    assert waits == []


def test_a_conflict_is_repeated(stub, port, waits):
    answers = iter([Refusal("RUN901", "Changed.", "retry"), None])

    def hello():
        refusal = next(answers)
        if refusal:
            raise refusal
        return {"now": "now"}

    stub.port("hello", hello)
    assert port.hello() == {"now": "now"}
    assert len(waits) == 1


@pytest.mark.parametrize("fault", ["reset", "502", "503", "504", "serialization"])
def test_a_fault_on_the_way_is_repeated_with_growing_pauses(stub, port, waits, fault):
    port.hello()
    stub.faults = [fault, fault]
    assert port.hello()["addon_version"] == "19.0.1.0.0"
    assert len(waits) == 2
    assert 0.5 <= waits[0] <= 0.6
    assert 1.0 <= waits[1] <= 1.1


def test_an_answer_lost_after_the_commit_is_asked_again(stub, port):
    port.hello()
    stub.calls.clear()
    stub.faults = ["commit+reset"]
    port.extract(LEASE, "lines")
    assert stub.names() == ["extract", "extract"]
    assert stub.calls[0] == stub.calls[1]


def test_patience_ends_with_the_last_error(stub, port, waits):
    port.hello()
    stub.faults = ["503"] * 9
    with pytest.raises(Interrupted):
        port.hello()
    assert len(waits) == 3


def test_what_needs_a_person_is_not_repeated(stub, open_transport, patient, waits):
    with pytest.raises(AuthenticationFailed):
        Port(open_transport(key="f" * 40), patient).hello()
    assert waits == []


def test_a_new_key_is_asked_for_once(stub, port, waits):
    port.hello()
    stub.faults = ["commit+reset"]
    with pytest.raises(Interrupted):
        port.rotate_key()
    assert stub.names().count("rotate_key") == 1
    assert waits == []


@pytest.mark.parametrize(
    "answer", [None, [], {"ok": True}, {"ok": "yes", "result": {}}, {"result": {}}, "ok"]
)
def test_an_answer_of_no_known_shape_is_refused(stub, port, answer):
    stub.methods["ai.close.agent", "hello"] = lambda: answer
    with pytest.raises(ServerFailed, match="no known shape"):
        port.hello()


def test_each_call_is_observed(stub, open_transport):
    seen = []
    port = Port(open_transport(), Retry(attempts=1), lambda *what: seen.append(what[:2]))
    port.hello()
    stub.port("hello", _refuse("RUN008"))
    with pytest.raises(AuthenticationFailed):
        port.hello()
    stub.faults = ["503"]
    with pytest.raises(Interrupted):
        port.hello()
    assert seen == [("hello", "ok"), ("hello", "refused"), ("hello", "failed")]


def test_the_words_of_each_call_are_the_agreed_ones(stub, port):
    for name in ("begin", "submit", "heartbeat", "finish", "fail", "drop_other_keys", "pending"):
        stub.port(name, lambda **kwargs: {"said": kwargs, "rows": [], "runs": []})
    held = {"run_id": 3, "lease": "a-lease"}
    assert port.begin(1, "2026-10", "k", "1.0.0", "d")["said"] == {
        "company": 1,
        "period": "2026-10",
        "run_key": "k",
        "agent_version": "1.0.0",
        "rules_digest": "d",
        "trigger": "cli",
    }
    assert port.extract(LEASE, "lines", 5, 10) == {**held, "dataset": "lines", "after": 5, "limit": 10}
    assert port.heartbeat(LEASE)["said"] == held
    assert port.fail(LEASE, ["x"])["said"] == {**held, "failures": ["x"]}
    assert port.drop_other_keys("n")["said"] == {"keep_name": "n"}
    assert port.pending() == []
    port.submit(LEASE, "finding", [{"key": "K"}])
    assert stub.calls[-1][2] == {**held, "kind": "finding", "rows": [{"key": "K"}]}
    assert port.finish(LEASE, {"rows": 1}, {"rules": ("A",)}, [], "0", "9")["said"] == {
        **held,
        "counters": {"rows": 1},
        "scopes": {"rules": ["A"]},
        "failures": [],
        "cost": "0",
        "watermark": "9",
    }


def test_a_lease_does_not_show_its_token():
    assert "a-lease" not in repr(LEASE)


def test_a_kind_of_error_that_may_be_repeated_says_so():
    assert Interrupted("x").retryable
    assert Contended("x").retryable
    assert not Busy("x").retryable
