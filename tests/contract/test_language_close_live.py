"""The close with a language model that can't be reached, and within a month's limit: on a real Odoo.

Two copies of the sample company after its first run: in one nobody ever heard of a model, in the other people
approved one, and its server is gone when the run asks.  What the controller gets is the same.
"""

import base64
import json
import socket
from decimal import Decimal

import pytest

from agent_service.llm.prompts import tasks
from tests.agent.llm.model_server import running
from tests.agent.llm.polite import MODEL, USAGE, polite
from tests.support.demo import proposals
from tests.support.people import People
from tools import sample

A_CALL = Decimal("0.15") * USAGE[0] / 10**6 + Decimal("0.60") * USAGE[1] / 10**6
"""What a call costs at the prices below."""
LIMIT = "0.01"
REACHED = "the month's limit for the language model is reached"


@pytest.fixture(scope="module")
def model():
    with running() as server:
        server.replies = [polite]
        yield server


def settings(url: str) -> dict[str, str]:
    """Return the agent's environment of a model."""
    return {
        "AI_CLOSE_LLM_URL": url,
        "AI_CLOSE_LLM_MODEL": MODEL,
        "AI_CLOSE_LLM_PRICE_IN": "0.15",
        "AI_CLOSE_LLM_PRICE_OUT": "0.60",
        "AI_CLOSE_LLM_PER_MINUTE": "10000",
        "AI_CLOSE_LLM_TIMEOUT_S": "2",
    }


def nowhere() -> str:
    """Return an address at which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{bound.getsockname()[1]}/v1"


def people_of(demo, sample_files) -> People:
    return People(demo.url, demo.database, sample.logins(sample_files[1]))


def package(demo, people) -> dict:
    """Return what the controller's package of the month holds."""
    (close,) = people.result("carla", "ai.close", "search", [("period_end", "=", "2026-10-31")])
    made = people.result("carla", "ai.close", "action_package", [close])["res_id"]
    (row,) = people.result("carla", "ai.close.package", "read", [made], ["state", "files", "message"])
    assert (row["state"], row["message"]) == ("done", False)
    assert len(row["files"]) == 3
    (kept,) = [one["id"] for one in row["files"] if one["name"].endswith(".json")]
    (file,) = people.result("carla", "ir.attachment", "read", [kept], ["datas"])
    return json.loads(base64.b64decode(file["datas"]))


@pytest.fixture(scope="module")
def plain(demos, finished, sample_files):
    """The package of the sample company, of which no model was ever asked."""
    demo = finished.copied(demos.make)
    return package(demo, people_of(demo, sample_files))


@pytest.fixture(scope="module")
def cut_off(demos, finished, sample_files, model):
    """The sample company after a run whose approved model was out of reach, its people, and the report."""
    demo = finished.copied(demos.make)
    people = people_of(demo, sample_files)
    done = demo.ai_close("llm", "offer", "--company", demo.company, "--json", **settings(model.url))
    assert done.returncode == 0, done.stderr
    (version,) = people.result("ben", "ai.close.language", "search", [])
    people.result("ben", "ai.close.language", "action_propose", [version], "Its results are good enough.")
    people.result("carla", "ai.close.language", "action_approve", [version])
    model.requests.clear()
    return demo, people, demo.run(**settings(nowhere()))


@pytest.fixture(scope="module")
def limited(cut_off, model):
    """The same company after a run that used a month's limit up: its people, and the report."""
    demo, people, _report = cut_off
    section = json.dumps({"is_on": True, "tasks": tasks(), "month_limit": LIMIT})
    demo.execute(  # as a new version of the policy would
        f"UPDATE ai_close_policy SET params = params || jsonb_build_object('language', '{section}'::jsonb)"
        " WHERE state = 'in_force'"
    )
    model.requests.clear()
    return demo, people, demo.run(**settings(model.url))


def parts(book: dict) -> dict[str, dict[str, list]]:
    """Return the rows of a package by section and table, without its runs and language models."""
    (versions,) = [one for one in book["sections"] if one["code"] == "versions"]
    assert {"Runs of the agent", "Language model"} <= {table["title"] for table in versions["tables"]}
    return {
        section["code"]: {
            "facts": section["facts"],
            "notices": section["notices"],
            **{
                table["title"]: [table["columns"], table["rows"]]
                for table in section["tables"]
                if table["title"] not in ("Runs of the agent", "Language model")
            },
        }
        for section in book["sections"]
    }


def rows_of(book: dict, title: str) -> list[list]:
    """Return the rows of a table."""
    (rows,) = [
        table["rows"]
        for section in book["sections"]
        for table in section["tables"]
        if table["title"] == title
    ]
    return rows


def reasons(people, run: int) -> dict[str, int]:
    """Return why templates speak, as the run's form tells it."""
    (row,) = people.result("carla", "ai.close.run", "read", [run], ["language_reasons"])
    return {one["why"]: one["times"] for one in row["language_reasons"] or ()}


def spent(demo, run: int) -> Decimal:
    """Return the cost of a run, exactly."""
    return Decimal(demo.sql(f"SELECT to_json(cost::text) FROM ai_close_run WHERE id = {run}"))


def test_with_the_model_unreachable_the_run_ends_and_says_so(cut_off, finished):
    demo, people, report = cut_off
    assert (report["state"], report["failures"], report["language"]["taken"]) == ("done", [], 0)
    assert report["language"]["template"] == sum(report["language"]["why"].values()) > 20
    assert reasons(people, report["run_id"]) == report["language"]["why"]
    assert report["language"]["why"]["no connection"] > 0
    assert (spent(demo, report["run_id"]), report["language"]["calls"]) == (0, 0)
    assert proposals(demo) == finished.proposals()


def test_with_the_model_unreachable_the_package_is_complete(cut_off, plain):
    demo, people, _report = cut_off
    book = package(demo, people)
    left, right = parts(plain), parts(book)
    assert left.keys() == right.keys()
    for code in left:
        assert left[code] == right[code], code
    assert len(rows_of(book, "Runs of the agent")) == len(rows_of(plain, "Runs of the agent")) + 1
    assert rows_of(plain, "Language model") == []
    ((version, name, _prompts, runs, _cost, texts, *_signed),) = rows_of(book, "Language model")
    assert (version, name, runs, texts) == (1, MODEL, 1, 0)
    told = demo.sql(
        "SELECT json_agg(json_build_array(author, explanation <> '')) FROM ai_close_variance WHERE is_over"
    )
    assert told
    assert {tuple(one) for one in told} == {("template", True)}


@pytest.mark.slow
def test_a_run_stops_at_the_months_limit_and_proposes_the_same(limited, model, finished):
    demo, people, report = limited
    calls, language = len(model.requests), report["language"]
    assert (report["state"], report["failures"]) == ("done", [])
    assert language["calls"] == language["taken"] == calls > 10
    assert spent(demo, report["run_id"]) == calls * A_CALL
    assert Decimal(LIMIT) * 9 / 10 < calls * A_CALL <= Decimal(LIMIT)
    assert reasons(people, report["run_id"]) == language["why"]
    assert language["why"][REACHED] == language["template"] > 0
    left, right = proposals(demo), finished.proposals()
    for name in left:
        assert left[name] == right[name], name


@pytest.mark.slow
def test_the_next_run_of_the_month_asks_nothing_and_says_why(limited, model):
    demo, people, first = limited
    calls = len(model.requests)
    report = demo.run(**settings(model.url))
    assert len(model.requests) == calls
    assert (spent(demo, report["run_id"]), report["language"]["calls"]) == (0, 0)
    assert (
        reasons(people, report["run_id"])
        == report["language"]["why"]
        == {REACHED: first["language"]["template"]}
    )
    assert report["language"]["taken"] == report["language"]["cached"] == first["language"]["taken"]
