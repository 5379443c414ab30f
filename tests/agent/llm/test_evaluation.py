"""The evaluation set, by command, against a server that answers as a good model does."""

import json
import os
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from agent_service import cli
from agent_service.llm.evaluation import Score, cases
from agent_service.llm.prompts import load, tasks
from agent_service.llm.trial import Trial
from agent_service.llm.weather import Usage
from tests.agent.llm.model_server import running
from tests.agent.llm.polite import polite

SCHEMAS = Path(__file__).parents[3] / "addons" / "ai_close" / "agent" / "schemas"
SCHEMA = SCHEMAS / "language_offer.request.json"


@pytest.fixture
def ai_close(monkeypatch, capsys):
    for name in list(os.environ):
        if name.startswith("AI_CLOSE_"):
            monkeypatch.delenv(name)

    def call(*words):
        code = cli.call(list(words))
        shown = capsys.readouterr()
        return int(code), shown.out, shown.err

    return call


def test_the_set_is_asked_and_scored(ai_close, monkeypatch):
    monkeypatch.setenv("AI_CLOSE_LLM_MODEL", "good")
    monkeypatch.setenv("AI_CLOSE_LLM_PRICE_IN", "2")
    monkeypatch.setenv("AI_CLOSE_LLM_PRICE_OUT", "10")
    monkeypatch.setenv("AI_CLOSE_LLM_PER_MINUTE", "10000")
    with running() as server:
        server.replies = [polite]
        monkeypatch.setenv("AI_CLOSE_LLM_URL", server.url)
        code, out, err = ai_close("llm", "evaluate", "--json")
        asked = [row for body in server.requests for row in body["messages"]]
    assert (code, err) == (0, "")
    told = json.loads(out)
    scores = told["tasks"]
    assert sum(score["cases"] for score in scores.values()) == len(list(cases())) == told["usage"]["calls"]
    assert scores.keys() == set(tasks())
    for task in ("variance", "finding", "entry"):
        assert scores[task]["taken"] == scores[task]["cases"] > 0
    assert (scores["account"]["right"], scores["account"]["checked"]) == (1, 8)
    assert told["cost"] == f"{len(list(cases())) * 0.003:.4f} USD"
    for name in ("Lessor", "Delta", "Anna", "Muster", "4711"):
        assert name.lower() not in str(asked).lower()


@pytest.mark.parametrize("command", ["evaluate", "offer"])
def test_without_a_model_it_says_what_to_set(ai_close, monkeypatch, command):
    for name, value in (("URL", "http://127.0.0.1:9"), ("DATABASE", "books"), ("KEY_FILE", "no.key")):
        monkeypatch.setenv(f"AI_CLOSE_{name}", value)
    code, _out, err = ai_close("llm", command)
    assert code == 2
    assert "AI_CLOSE_LLM_URL" in err


def test_an_offer_has_the_ports_shape_and_tells_no_path_and_no_user():
    scores = {"variance": Score(8, 7, 1, 0, 0, ["x"])}
    trial = Trial("org/small", scores, Usage(8000, 800, 8), Decimal("0.0024"), "USD")
    offer = trial.offer("https://me:secret@model.example:8443/v1")
    assert offer["address"] == "model.example:8443"
    assert offer["prompts"].keys() == set(tasks())
    jsonschema.validate({"company": 1, "agent_version": "1", "offer": offer}, json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize("task", tasks())
def test_a_prompt_has_a_version_and_a_closed_schema(task):
    prompt = load(task)
    assert prompt.version >= 1
    assert prompt.schema["additionalProperties"] is False
    assert set(prompt.schema["required"]) == set(prompt.schema["properties"])
    assert "data" in prompt.text


def test_a_name_that_the_label_shares_with_a_partner_leaves_as_one_code():
    told = next(
        case.question.payload
        for case in cases()
        if case.question.task == "payer" and "4711" not in case.question.payload["label"]
    )
    names = {word for row in told["candidates"] for word in row["name"].split()}
    assert any(word in names for word in told["label"].split() if word.startswith("["))
