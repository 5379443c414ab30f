"""Texts of a language model about a run: they change nothing else, and nothing keeps the run from its end."""

import json
import re
import socket
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from agent_service.llm.answers import KeptAnswers
from agent_service.llm.gateway import Gateway
from agent_service.llm.probe import client
from agent_service.llm.prompts import tasks
from agent_service.llm.weather import Budget, Pace, Price
from agent_service.llm.write_texts import MAX_TEXTS, TextWriter
from agent_service.usecases.run_close import run_close
from tests.agent.core.builders import Ledger
from tests.agent.llm.model_server import running, says, status, tells
from tests.agent.llm.polite import MODEL, USAGE, given, polite
from tests.agent.usecases.fake_port import Cut, FakePort

SCHEMAS = Path(__file__).parents[3] / "addons" / "ai_close" / "agent" / "schemas"
PRICE = Price(Decimal("0.15"), Decimal("0.60"))
OTHERS = ("finding", "match", "entry", "accuracy", "tie_out", "variance")


@pytest.fixture
def ledger():
    """Books with findings that offer a choice, an entry, a variance, and a line that nobody knows."""
    made = Ledger()
    acme, timber = made.partner("Acme Rose"), made.partner("Bill Field")
    for month in range(1, 10):
        made.bill(f"2026-{month:02}-05", acme, "300.00", ref=f"P-{month}", account="6200")
    made.bill("2026-10-05", acme, "3000.00", ref="P-10", account="6000")
    made.bill("2026-10-07", timber, "9000.00", ref="licence 2026-10-01 - 2027-09-30", account="6200")
    made.bill("2026-10-08", timber, "1250.00", ref="RE-0482/26")
    made.bill("2026-10-12", timber, "1250.00", ref="re 482")
    made.bank("2026-10-03", "777.00", "transfer Bill Field DE89370400440532013000 +49 30 1234567 x@y.org")
    order = made.order("100", "24.50", timber)
    made.receive(order, "85", "2026-10-12")
    return made


@pytest.fixture
def port(ledger):
    made = FakePort(ledger)
    made.language = given()
    return made


@pytest.fixture
def server():
    with running() as one:
        one.replies = [polite]
        yield one


@contextmanager
def asking(url, *, answers=None, **limits):
    with client(url, None, timeout_s=2) as asked:
        budget = Budget(PRICE, **limits)
        more = {"answers": KeptAnswers(answers)} if answers else {}
        yield Gateway(asked, MODEL, budget, Pace(10**9), timeout_s=2, sleep=lambda _s: None, **more)


def run(port, asker=None, most=MAX_TEXTS, **more):
    writer = TextWriter(asker, most)
    return run_close(
        run=port,
        reader=port,
        sink=port,
        company=1,
        period="2026-10",
        run_key="key-0001",
        writer=writer,
        **more,
    )


def told(port):
    return port.finished["counters"]["language"]


def test_a_run_with_a_model_proposes_what_it_would_without(ledger, port, server):
    plain = FakePort(ledger)
    run(plain)
    assert "texts" not in plain.finished["scopes"]
    with asking(server.url) as asker:
        report = run(port, asker)
    for kind in OTHERS:
        assert port.proposals[kind] == plain.proposals[kind]
    counters = {key: value for key, value in port.finished["counters"].items() if key != "language"}
    assert counters == plain.finished["counters"]
    scopes = {key: value for key, value in port.finished["scopes"].items() if key != "texts"}
    assert (scopes, port.finished["scopes"]["texts"]) == (plain.finished["scopes"], tasks())
    language = told(port)
    assert language["taken"] == len(port.proposals["text"]) > 5
    assert {row["task"] for row in port.proposals["text"].values()} == set(tasks())
    assert report.summary()["language"] == language


def test_rows_have_the_ports_shape_and_the_cost_is_the_servers(port, server):
    with asking(server.url) as asker:
        run(port, asker)
    for kind in ("text", "exchange"):
        schema = json.loads((SCHEMAS / f"{kind}.json").read_text())
        assert port.proposals[kind]
        for row in port.proposals[kind].values():
            jsonschema.validate(json.loads(json.dumps(row)), schema)
    schema = json.loads((SCHEMAS / "finish.request.json").read_text())
    jsonschema.validate({"run_id": 7, "lease": "x" * 24, **port.finished}, schema)
    calls = len(server.requests)
    assert (told(port)["calls"], told(port)["tokens_in"]) == (calls, calls * USAGE[0])
    costs = sum(Decimal(row["cost"]) for row in port.proposals["exchange"].values())
    assert Decimal(port.finished["cost"]) == costs == calls * (Decimal("0.15") + Decimal("0.06")) / 1000
    exchanges = port.proposals["exchange"].keys()
    assert all(row["exchange"] in exchanges for row in port.proposals["text"].values())


def test_exchanges_go_before_the_texts_that_name_them(port, server):
    with asking(server.url) as asker:
        run(port, asker)
    order = [call for call in port.calls if call in ("submit exchange", "submit text")]
    assert order[0] == "submit exchange"
    assert port.calls.index("submit text") > port.calls.index("submit variance")


def test_no_name_and_no_number_leaves(port, server):
    with asking(server.url) as asker:
        run(port, asker)
    asked = [json.loads(body["messages"][1]["content"]) for body in server.requests]
    left = json.dumps(asked).casefold()
    for name in ("bill field", "acme", "rose", "field", "re-0482", "de89", "1234567", "y.org", "harbour"):
        assert name not in left, name
    labels = [one["label"] for one in asked if "label" in one]
    assert labels
    words = {code for one in asked if "label" in one for code in re.findall(r"\[\w+\]", one["label"])}
    names = " ".join(row["name"] for one in asked if "label" in one for row in one["candidates"])
    assert any(code in names for code in words), "label and candidate can't be compared"


def test_an_unreachable_model_leaves_the_templates_and_says_so(port):
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/v1"
        with asking(url) as asker:
            report = run(port, asker)
    assert report.finish["state"] == "done"
    assert not port.proposals["text"]
    assert told(port)["taken"] == 0 < told(port)["template"]
    assert "no connection" in told(port)["why"]
    assert port.finished["cost"] == "0"


@pytest.mark.parametrize(
    ("language", "why"),
    [
        (None, "no language model is approved"),
        (given(model="another"), "the model polite isn't the approved one"),
        (given(prompts={"variance": "0" * 64}), "the prompts aren't the approved ones"),
        (given(tasks=[]), "no task is asked for"),
        (given(month_limit="1.00", currency="EUR"), "the month's limit is in EUR"),
    ],
)
def test_what_is_not_approved_is_not_asked(port, server, language, why):
    port.language = language
    with asking(server.url) as asker:
        run(port, asker)
    assert not server.requests
    [said] = told(port)["why"]
    assert said.startswith(why)
    assert port.finished["scopes"]["texts"] == tasks()


def test_only_the_tasks_of_the_policy_are_asked(port, server):
    port.language = given(tasks=["entry", "variance"])
    port.language["prompts"]["variance"] = "0" * 64
    with asking(server.url) as asker:
        run(port, asker)
    assert {row["task"] for row in port.proposals["text"].values()} == {"entry"}
    assert told(port)["why"] == {"variance: the prompt isn't the approved one": 1}


def test_without_a_model_nothing_is_told(port):
    port.language = None
    run(port)
    assert "language" not in port.finished["counters"]
    assert port.finished["scopes"]["texts"] == tasks()


def test_an_agent_without_a_model_says_so_where_one_is_approved(port):
    run(port)
    assert told(port)["why"] == {"no language model is configured": 1}


def test_the_months_limit_stops_asking(port, server):
    port.language = given(month_limit="0.0010", month_spent="0.0001")
    with asking(server.url) as asker:
        run(port, asker)
    assert told(port)["why"]["the month's limit for the language model is reached"] > 0
    assert Decimal(port.finished["cost"]) + Decimal("0.0001") <= Decimal("0.0010")
    assert 0 < len(server.requests) < told(port)["taken"] + told(port)["template"]


def test_more_texts_than_wanted_keep_their_template(port, server):
    with asking(server.url) as asker:
        run(port, asker, most=2)
    assert (told(port)["taken"], len(server.requests)) == (2, 2)
    assert told(port)["why"]["more than 2 texts are wanted"] == told(port)["template"]


def test_the_next_run_asks_nothing_again(port, server, tmp_path):
    kept = tmp_path / "llm" / "scope.jsonl"
    with asking(server.url, answers=kept) as asker:
        run(port, asker)
    first, asked = dict(port.proposals["text"]), len(server.requests)
    port.proposals["exchange"].clear()
    port.calls.clear()  # another run, not the same one resumed
    with asking(server.url, answers=kept) as asker:
        run(port, asker)
    assert (len(server.requests), port.finished["cost"]) == (asked, "0")
    assert port.proposals["text"] == first
    assert not port.proposals["exchange"]
    assert told(port)["cached"] == told(port)["taken"]
    assert kept.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("where", ["submit exchange", "submit text", "finish"])
def test_what_a_killed_run_asked_is_told_and_paid_when_it_goes_on(port, server, tmp_path, where):
    kept = tmp_path / "llm" / "scope.jsonl"

    def cut(name, _count):
        if name == where:
            raise Cut

    port.on_call = cut
    with asking(server.url, answers=kept) as asker, pytest.raises(Cut):
        run(port, asker)
    asked = len(server.requests)
    port.on_call = lambda _name, _count: None
    with asking(server.url, answers=kept) as asker:
        run(port, asker)
    calls = len(server.requests)
    assert calls == len(port.proposals["exchange"]) >= asked > 0
    assert told(port)["calls"] == calls
    assert Decimal(port.finished["cost"]) == sum(
        Decimal(row["cost"]) for row in port.proposals["exchange"].values()
    )


@pytest.mark.parametrize("reply", [tells("It rose by 4,000.00."), says("no"), status(500)])
def test_a_model_that_misbehaves_leaves_the_templates(port, server, reply, tmp_path):
    server.replies = [reply]
    with asking(server.url, answers=tmp_path / "llm" / "a.jsonl") as asker:
        report = run(port, asker)
    assert (report.finish["state"], port.proposals["text"]) == ("done", {})
    assert all("4,000" not in why for why in told(port)["why"])
    assert port.proposals["exchange"]


def test_what_was_refused_is_not_asked_again_the_next_night(port, server, tmp_path):
    server.replies = [tells("no")]
    kept = tmp_path / "llm" / "a.jsonl"
    with asking(server.url, answers=kept) as asker:
        run(port, asker)
    asked = len(server.requests)
    with asking(server.url, answers=kept) as asker:
        run(port, asker)
    assert len(server.requests) == asked
    assert told(port)["why"]["the text is not made of its facts"] > 0


def test_an_error_of_ours_ends_the_texts_and_not_the_run(port, server):
    with asking(server.url) as asker:
        asker.is_known = lambda _question: 1 / 0
        report = run(port, asker)
    assert report.finish["state"] == "done"
    assert told(port)["why"] == {"stopped with ZeroDivisionError": 2}
    assert port.finished["scopes"]["texts"] == []


def test_a_file_of_answers_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path):
    path = tmp_path / "llm" / "a.jsonl"
    KeptAnswers(path).keep("a" * 64, "yes")
    with path.open("a") as handle:
        handle.write('["x"]\n{"held": "b", "te')
    kept = KeptAnswers(path)
    assert (kept.get("a" * 64), kept.get("b")) == ("yes", None)
