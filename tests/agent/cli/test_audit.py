"""`ai-close audit ...`: what it prints, one line and an exit code for each error, known roots in a run."""

import json

import pytest

from tests.agent.audit.trail import Trail
from tests.agent.cli.conftest import BEGIN
from tests.agent.odoo_stub import Refusal
from tests.support import exports

RUN = ("run", "--company", "Northwind Trading", "--period", "2026-10")


@pytest.fixture
def trail():
    return Trail()


@pytest.fixture
def export(trail, tmp_path):
    return lambda: str(exports.write(tmp_path / "export.jsonl", trail.lines()))


@pytest.fixture
def kept(ai_close, port, trail):
    """Roots that the agent has fetched."""
    port.sealed = list(trail.seals)
    code, out, err = ai_close("audit", "roots", "--company", "1", "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_an_unbroken_export(ai_close, export, kept):
    code, out, err = ai_close("audit", "verify", export())
    assert (code, err) == (0, "")
    assert kept["file"] in out
    for words in ("UNBROKEN", "Northwind (1)", "3 blocks, 16 sealed events", "up to 3 confirmed"):
        assert words in out
    assert "2 events, the oldest for 51 s" in out


def test_json_is_what_machines_read(ai_close, export, trail):
    code, out, err = ai_close("audit", "verify", export(), "--json")
    report = json.loads(out)
    assert (code, err, report["result"], report["found"]) == (0, "", "unbroken", [])
    assert report["last"] == {"number": 3, "root": trail.seals[-1]["root"]}
    assert report["known_file"] is None


def test_a_tampered_export_is_exit_code_1_and_named(ai_close, export, trail):
    trail.change(2, 1, reason="[bold]other")
    code, out, err = ai_close("audit", "verify", export())
    assert (code, err) == (1, "")
    assert "BROKEN" in out
    assert "changed  Block 2: event 17: changed after sealing." in out
    report = json.loads(ai_close("audit", "verify", export(), "--json")[1])
    assert report["found"][0] | {"message": ""} == {
        "what": "changed", "block": 2, "events": [17], "count": 1, "message": "",
    }  # fmt: skip


def test_the_agents_own_file_is_taken_and_names_a_rewriting(ai_close, export, trail, kept, env, tmp_path):
    trail.change(2, 1, reason="other")
    trail.reseal()
    code, out, _err = ai_close("audit", "verify", export())
    assert code == 1
    assert "event 17" in out
    env("STATE_DIR", str(tmp_path / "elsewhere"))
    assert ai_close("audit", "verify", export())[0] == 0
    assert ai_close("audit", "verify", export(), "--known", kept["file"])[0] == 1


def test_offline_commands_need_no_settings(ai_close, export, monkeypatch):
    for name in ("URL", "DATABASE", "KEY_FILE", "STATE_DIR"):
        monkeypatch.delenv(f"AI_CLOSE_{name}")
    monkeypatch.setenv("XDG_STATE_HOME", "/nowhere")
    assert ai_close("audit", "verify", export())[0] == 0


def test_a_cut_off_export_is_exit_code_2_with_its_report(ai_close, trail, tmp_path):
    path = tmp_path / "cut.jsonl"
    path.write_bytes(b"\n".join(trail.lines())[:-100])
    code, out, err = ai_close("audit", "verify", str(path))
    assert (code, err) == (2, "")
    assert "DAMAGED" in out
    assert "cut off in line" in out


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nowhere", None, "can't be read"),
        ("empty", b"", "no export"),
        ("foreign", b"hello\n", "no export"),
        ("binary", bytes(range(256)), "no export"),
    ],
)
@pytest.mark.parametrize("command", [("verify",), ("prove", "--event", "12")])
def test_a_foreign_file_is_one_line_and_exit_code_2(ai_close, tmp_path, command, name, content, words):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    code, out, err = ai_close("audit", *command, str(path))
    assert (code, out) == (2, "")
    assert err.startswith("ai-close: ")
    assert err.count("\n") == 1
    assert words in err or "empty" in err


def test_a_folder_is_one_line_and_exit_code_2(ai_close, tmp_path):
    code, _out, err = ai_close("audit", "verify", str(tmp_path))
    assert code == 2
    assert "Traceback" not in err


def test_a_file_never_commands_the_terminal(ai_close, trail, export):
    trail.head = {"name": "\x1b[2J[red]Evil\x07"}
    code, out, _err = ai_close("audit", "verify", export())
    assert code == 0
    assert "\x1b" not in out
    assert "[red]Evil" in out


def test_known_roots_of_another_company_are_exit_code_2(ai_close, export, tmp_path):
    path = exports.write(
        tmp_path / "other",
        [
            exports.rfc6962.text(
                {"kind": "head", "format": 1, "company_id": 7, "database_uuid": "x", "place": "y"}
            ).encode()
        ],
    )
    code, _out, err = ai_close("audit", "verify", export(), "--known", str(path))
    assert code == 2
    assert "company 7" in err


def test_a_proof_is_made_and_checked(ai_close, export, trail, tmp_path):
    proof = tmp_path / "proof.json"
    code, out, _err = ai_close("audit", "prove", export(), "--event", "17", "--out", str(proof))
    assert code == 0
    assert "blocks 2 to 3" in out
    for seal in trail.seals[1:]:
        code, out, _err = ai_close("audit", "check-proof", str(proof), "--root", seal["root"])
        assert code == 0
        assert "PROVEN event 17" in out
        assert "Anna Müller" in out
    shown = json.loads(
        ai_close("audit", "check-proof", str(proof), "--root", trail.seals[1]["root"].upper(), "--json")[1]
    )
    assert (shown["proven"], shown["block"]) == (True, 2)
    printed = ai_close("audit", "prove", export(), "--event", "17")[1]
    assert json.loads(printed) == json.loads(proof.read_text())


def test_what_is_not_proven_is_exit_code_1(ai_close, export, trail, tmp_path):
    proof = tmp_path / "proof.json"
    ai_close("audit", "prove", export(), "--event", "17", "--out", str(proof))
    code, _out, err = ai_close("audit", "check-proof", str(proof), "--root", "ab" * 32)
    assert code == 1
    assert "Not proven" in err
    code, out, _err = ai_close("audit", "check-proof", str(proof), "--root", "ab" * 32, "--json")
    assert (code, json.loads(out)["proven"]) == (1, False)
    trail.change(2, 1, reason="other")
    code, _out, err = ai_close("audit", "prove", export(), "--event", "17")
    assert code == 1
    assert "block 2" in err


@pytest.mark.parametrize(
    ("event", "words"), [("999", "no event 999"), ("27", "not sealed yet"), ("x", "Invalid value")]
)
def test_an_event_that_cannot_be_proven_is_exit_code_2(ai_close, export, event, words):
    code, out, err = ai_close("audit", "prove", export(), "--event", event)
    assert (code, out) == (2, "")
    assert words in err


@pytest.mark.parametrize("content", [None, "", "{}", "[" * 50_000, "\ud800".encode("utf-8", "surrogatepass")])
def test_a_file_that_is_no_proof_is_exit_code_2(ai_close, tmp_path, content):
    path = tmp_path / "proof.json"
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    code, _out, err = ai_close("audit", "check-proof", str(path), "--root", "ab" * 32)
    assert code == 2
    assert err.count("\n") == 1


def test_roots_are_fetched_and_shown(ai_close, port, trail, kept):
    assert (kept["number"], kept["new"], kept["company"]) == (3, 3, "Northwind Trading")
    port.unsealed = {"count": 4, "oldest_at": exports.at(0)}
    code, out, _err = ai_close("audit", "roots", "--company", "Northwind Trading")
    assert code == 0
    for words in ("block 3 known, 0 new", "4 not sealed", trail.seals[-1]["root"], "more than a minute"):
        assert words in out


@pytest.mark.usefixtures("usecase")
def test_a_run_sends_the_last_known_root_and_keeps_the_new_ones(ai_close, port, trail):
    port.sealed = trail.seals[:2]
    assert ai_close(*RUN)[0] == 0
    assert "known_seal" not in port.begun[-1]
    port.sealed = trail.seals
    code, out, _err = ai_close(*RUN, "--json")
    assert (code, json.loads(out)["seals"]["new"]) == (0, 1)
    assert port.begun[-1]["known_seal"] == {"number": 2, "root": trail.seals[1]["root"]}
    assert "block 3 known, 0 new" in ai_close(*RUN)[1]


def test_what_is_wrong_with_events_of_no_company_is_told_and_stops_nobody(ai_close, port, trail, kept):
    blocks = exports.blocks_of([2, 2], first=200, company=None)
    port.sealed += exports.chain(blocks, company=0)
    assert ai_close("audit", "roots", "--company", "1")[0] == 0
    port.sealed = [*trail.seals, *exports.chain(blocks[:1], company=0)]
    code, out, _err = ai_close("audit", "roots", "--company", "1")
    assert code == 0
    assert "audit trail: The audit trail of events without a company does not have block 2" in out


@pytest.mark.usefixtures("usecase", "kept")
def test_a_server_that_refuses_an_older_database_is_exit_code_4(ai_close, stub):
    def begin(**_kwargs):
        raise Refusal("RUN013", "The database is older.")

    stub.port("begin", begin)
    code, out, err = ai_close(*RUN)
    assert (code, out) == (4, "")
    assert "[RUN013]" in err
    assert "a controller accepts the gap" in err


@pytest.mark.usefixtures("usecase", "kept")
def test_a_server_that_lets_an_older_database_pass_is_refused_all_the_same(ai_close, port):
    port.sealed = port.sealed[:2]
    code, out, err = ai_close(*RUN)
    assert (code, out) == (4, "")
    assert "block 3" in err
    assert port.failed[0]["failures"][0]["code"] == "DatabaseOlder"
    assert port.finished == []


@pytest.mark.usefixtures("usecase", "kept")
def test_after_an_accepted_gap_runs_work_again(ai_close, stub, port, trail, tmp_path):
    port.sealed = exports.chain([trail.blocks[0], *exports.blocks_of([2], first=60)])
    gap = {
        "number": 3, "root": trail.seals[-1]["root"], "by": "Carla", "at": exports.at(80), "reason": "disk",
    }  # fmt: skip
    stub.port("begin", lambda **kwargs: port.begun.append(kwargs) or {**BEGIN, "gap_accepted": gap})
    code, out, _err = ai_close(*RUN, "--json")
    assert (code, json.loads(out)["seals"]["number"]) == (0, 2)
    stub.port("begin", lambda **kwargs: port.begun.append(kwargs) or {**BEGIN, "gap_accepted": None})
    assert ai_close(*RUN)[0] == 0
    assert port.begun[-1]["known_seal"]["number"] == 2
    lines = exports.export(port.sealed, [trail.blocks[0], *exports.blocks_of([2], first=60)])
    code, out, _err = ai_close("audit", "verify", str(exports.write(tmp_path / "after.jsonl", lines)))
    assert code == 0
    assert "Accepted by Carla" in out


@pytest.mark.usefixtures("usecase")
def test_a_chain_that_does_not_compute_is_told_after_the_run(ai_close, port, trail):
    port.sealed = [*trail.seals[:2], {**trail.seals[2], "root": "ab" * 32}]
    code, _out, err = ai_close(*RUN)
    assert code == 6
    assert "audit trail of Northwind Trading is broken: the header of block 3" in err
    assert len(port.finished) == 1


@pytest.mark.usefixtures("usecase")
def test_roots_that_cannot_be_fetched_are_told_and_the_run_stands(ai_close, stub, port):
    real = stub.methods["ai.close.agent", "finish"]

    def finish(**kwargs):
        stub.faults.extend(["503"] * 2)
        return real(**kwargs)

    stub.methods["ai.close.agent", "finish"] = finish
    code, out, _err = ai_close(*RUN)
    assert code == 0
    assert "roots not kept: " in out


@pytest.mark.usefixtures("usecase")
def test_damaged_known_roots_stop_a_run_before_it_begins(ai_close, port, kept):
    with open(kept["file"], "a") as handle:
        handle.write("nothing\n")
    code, _out, err = ai_close(*RUN)
    assert code == 2
    assert "known roots" in err
    assert port.begun == []
