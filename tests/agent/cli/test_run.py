"""`ai-close run`: what it prints, which key it keeps, one line and an exit code for each error."""

import hashlib
import json

import pytest

from agent_service.core.errors import BooksError, PolicyError
from agent_service.state import Scope, StateDir
from agent_service.usecases.ports import DatasetUnavailable
from tests.agent.cli.conftest import UUID, Report
from tests.agent.odoo_stub import KEY, OdooError, Refusal

STEM = hashlib.sha256(UUID.encode()).hexdigest()[:12]
RUN = ("run", "--company", "Northwind Trading", "--period", "2026-10")
pytestmark = pytest.mark.usefixtures("port", "usecase")


@pytest.fixture
def keys(tmp_path):
    """The run keys that are kept."""
    return lambda: [
        json.loads(path.read_text())["run_key"] for path in (tmp_path / "state/runs").glob("*.json")
    ]


def test_json_is_what_machines_read(ai_close, stub, tmp_path):
    code, out, err = ai_close(*RUN, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "company": "Northwind Trading",
        "period": "2026-10",
        "run_id": 3,
        "state": "done",
        "findings": {"high": 2, "low": 1},
        "rules": {"CMP001": 3},
        "matches": {"auto": 4, "review": 0, "ask": 1},
        "entries": {"GR": 1},
        "statuses": {"created": 9},
        "failures": [],
        "rounds": 1,
        "checklist": {"done": 2, "total": 9},
        "url": f"{stub.url}/odoo/ai.close/8",
        "seals": {
            "number": None,
            "root": None,
            "new": 0,
            "unsealed": {"count": 0, "oldest_at": None, "age_s": None, "late": False},
            "file": str(tmp_path / "state" / "audit" / f"{STEM}-1.roots.jsonl"),
            "without_company": {
                "number": None,
                "root": None,
                "new": 0,
                "unsealed": {"count": 0, "oldest_at": None, "age_s": None, "late": False},
                "file": str(tmp_path / "state" / "audit" / f"{STEM}-0.roots.jsonl"),
            },
        },
    }


def test_a_table_is_what_people_read(ai_close, stub):
    code, out, err = ai_close(*RUN)
    assert (code, err) == (0, "")
    for words in (
        "Northwind Trading",
        "high 2, low 1",
        "auto 4, ask 1",
        "GR 1",
        "2 of 9 done",
        "/odoo/ai.close/8",
    ):
        assert words in out


@pytest.mark.parametrize("company", ["1", "Northwind Trading"])
def test_a_company_is_an_id_or_its_exact_name(ai_close, port, company):
    assert ai_close("run", "--company", company, "--period", "2026-10")[0] == 0
    assert (port.begun[0]["company"], port.begun[0]["trigger"]) == (1, "cli")


def test_a_run_that_ended_leaves_no_key(ai_close, port, keys):
    ai_close(*RUN)
    ai_close(*RUN)
    assert keys() == []
    first, second = (begun["run_key"] for begun in port.begun)
    assert first != second


def _one_line(shown: tuple[int, str, str], code: int, *words: str) -> None:
    exit_code, out, err = shown
    assert (exit_code, out) == (code, "")
    assert err.startswith("ai-close: ")
    assert err.count("\n") == 1
    assert KEY not in err
    for word in words:
        assert word in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), ("A command is needed",)),
        (("run",), ("--company",)),
        (("run", "--company", "x"), ("--period",)),
        (("run", "--compny", "x"), ("No such option",)),
        (("rum",), ("No such command",)),
        (("run", "--company", "Nobody", "--period", "2026-10"), ("Nobody", "Northwind Trading (1)")),
        (("run", "--company", "northwind trading", "--period", "2026-10"), ("no company",)),
        (("run", "--company", "99", "--period", "2026-10"), ("no company",)),
        (("run", "--company", "1", "--period", "2026-13"), ("2026-13", "YYYY-MM")),
        (("run", "--company", "1", "--period", "October"), ("October", "YYYY-MM")),
        (("--env-file", "/nowhere", "run", "--company", "1", "--period", "2026-10"), ("/nowhere",)),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(ai_close, port, arguments, words):
    _one_line(ai_close(*arguments), 2, *words)
    assert port.begun == []


@pytest.mark.parametrize(
    ("name", "value", "code", "word"),
    [
        ("KEY_FILE", "/nowhere/key", 2, "AI_CLOSE_KEY_FILE"),
        ("URL", "http://books.example", 2, "in the clear"),
        ("URL", "", 2, "AI_CLOSE_URL is not set"),
        ("URL", "http://127.0.0.1:9", 3, "that Odoo runs"),
        ("DATABASE", "nowhere", 3, "AI_CLOSE_DATABASE"),
        ("STATE_DIR", "/proc/nowhere", 2, "AI_CLOSE_STATE_DIR"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(ai_close, env, name, value, code, word):
    env(name, value)
    _one_line(ai_close(*RUN), code, word)


def test_a_wrong_key_is_exit_code_3(ai_close, key_file):
    key_file.write_text("f" * 40)
    _one_line(ai_close(*RUN), 3, "AI_CLOSE_KEY_FILE")


def test_a_key_that_others_can_read_is_exit_code_2(ai_close, key_file):
    key_file.chmod(0o644)
    _one_line(ai_close(*RUN), 2, "chmod 600")


def test_an_absent_add_on_is_exit_code_4(ai_close, stub):
    stub.methods = {("res.users", "context_get"): dict}
    _one_line(ai_close(*RUN), 4, "not installed")


@pytest.mark.parametrize(
    ("code", "exit_code", "keeps"),
    [
        ("RUN001", 5, False),
        ("RUN004", 2, False),
        ("RUN005", 5, False),
        ("RUN006", 2, False),
        ("RUN007", 4, False),
        ("RUN008", 3, True),
    ],
)
def test_a_run_that_the_server_refuses_has_its_exit_code(ai_close, stub, keys, code, exit_code, keeps):
    def begin(**_kwargs):
        raise Refusal(code, "Not so.")

    stub.port("begin", begin)
    _one_line(ai_close(*RUN), exit_code, f"[{code}]")
    assert bool(keys()) is keeps


def test_a_period_that_another_process_of_this_machine_works_on_is_exit_code_5(ai_close, tmp_path, port):
    with StateDir(tmp_path / "state").hold(Scope(UUID, 1, "2026-10")):
        _one_line(ai_close(*RUN), 5, "works on 2026-10")
    assert port.begun == []


def test_a_key_whose_run_has_ended_is_replaced_by_a_new_one(ai_close, stub, port, keys):
    """Killed after the commit of `finish`, before its answer: the next run is a new one."""

    def begin(**kwargs):
        port.begun.append(kwargs)
        if len(port.begun) == 1:
            raise Refusal("RUN009", "Used.", "give_up")
        from tests.agent.cli.conftest import BEGIN

        return BEGIN

    stub.port("begin", begin)
    assert ai_close(*RUN)[0] == 0
    first, second = (begun["run_key"] for begun in port.begun)
    assert first != second
    assert keys() == []


def test_a_connection_that_breaks_leaves_the_key_for_the_next_run(ai_close, stub, port, usecase, keys):
    usecase.between = lambda **_kwargs: stub.faults.extend(["503"] * 2)
    _one_line(ai_close(*RUN), 3, "HTTP 503")
    (kept,) = keys()
    usecase.between = lambda **_kwargs: None
    assert ai_close(*RUN)[0] == 0
    assert [begun["run_key"] for begun in port.begun] == [kept, kept]
    assert port.failed == keys() == []


def test_repeated_calls_are_logged_for_whoever_asks(ai_close, env, stub, usecase):
    env("LOG_LEVEL", "warning")
    usecase.between = lambda **_kwargs: stub.faults.append("503")
    code, _out, err = ai_close(*RUN)
    (row,) = map(json.loads, err.splitlines())
    assert (code, row["event"], row["call"]) == (0, "call_repeated", "finish")


def test_an_error_that_stays_ends_the_run_as_failed(ai_close, stub, port, usecase, keys):
    def broken(**_kwargs):
        raise OdooError("builtins.ZeroDivisionError", "division by zero")

    usecase.between = lambda **_kwargs: stub.methods.update({("ai.close.agent", "finish"): broken})
    _one_line(ai_close(*RUN), 6, "ZeroDivisionError", "log")
    assert port.failed[0]["failures"][0]["kind"] == "raised"
    assert keys() == []


def test_an_error_of_ours_is_one_line_and_exit_code_6(ai_close, usecase):
    def bug(**_kwargs):
        raise KeyError(KEY)

    usecase.between = bug
    code, out, err = ai_close(*RUN)
    assert (code, out) == (6, "")
    assert KEY not in err
    assert "Traceback" not in err
    assert err.splitlines()[-1].startswith("ai-close: an error that nobody foresaw (KeyError)")


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (PolicyError("materiality: not a number"), 2, "materiality"),
        (BooksError("lines: no column id"), 4, "no column id"),
        (DatasetUnavailable("lines: not allowed [RUN012]"), 3, "may not read lines"),
        (DatasetUnavailable("partials"), 4, "no dataset partials"),
    ],
)
def test_what_the_use_case_cannot_work_with_is_said_plainly(ai_close, usecase, keys, error, code, words):
    def fail(**_kwargs):
        raise error

    usecase.between = fail
    _one_line(ai_close(*RUN), code, words)
    assert keys() == []


@pytest.mark.parametrize(("kind", "code"), [("raised", 6), ("no_data", 0), ("refused", 0)])
def test_a_part_that_failed_is_told_and_only_a_broken_one_is_exit_code_6(ai_close, usecase, kind, code):
    usecase.report = Report(
        failures=[{"scope": "rule", "code": "STA001", "kind": kind, "message": "no lines"}]
    )
    shown = ai_close(*RUN)
    assert shown[0] == code
    assert f"not complete: rule STA001 {kind} no lines" in shown[1]
    assert ai_close(*RUN, "--json")[0] == code


def test_the_version_is_printed(ai_close):
    assert ai_close("--version") == (0, "ai-close 1.0.0\n", "")


def test_help_names_settings_and_exit_codes(ai_close):
    code, out, _err = ai_close("--help")
    assert code == 0
    for words in ("AI_CLOSE_KEY_FILE", "5 busy or locked", "doctor", "serve"):
        assert words in out
