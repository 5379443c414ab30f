"""The evaluation set, by command, against a server that answers as a good model does."""

import json
import os

import pytest

from agent_service import cli
from agent_service.llm.evaluation import cases
from agent_service.llm.prompts import load, tasks
from tests.agent.llm.model_server import completion, running


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


def _good(handler, body):
    """Answer texts with true sentences, choices with the first candidate, periods with the outer dates."""
    asked = json.loads(body["messages"][1]["content"])
    if "facts" in asked:
        answer = {"text": "{account} is at {actual}."}
    elif "dates" in asked:
        keys = [one["key"] for one in asked["dates"]] or ["none"]
        answer = {"start": keys[0], "end": keys[-1]}
    else:
        answer = {"choice": asked["candidates"][0]["key"]}
    handler.send(200, completion(json.dumps(answer), usage=(1000, 100)))


def test_the_set_is_asked_and_scored(ai_close, monkeypatch):
    monkeypatch.setenv("AI_CLOSE_LLM_MODEL", "good")
    monkeypatch.setenv("AI_CLOSE_LLM_PRICE_IN", "2")
    monkeypatch.setenv("AI_CLOSE_LLM_PRICE_OUT", "10")
    monkeypatch.setenv("AI_CLOSE_LLM_PER_MINUTE", "10000")
    with running() as server:
        server.replies = [_good]
        monkeypatch.setenv("AI_CLOSE_LLM_URL", server.url)
        code, out, err = ai_close("llm", "evaluate", "--json")
        asked = [row for body in server.requests for row in body["messages"]]
    assert (code, err) == (0, "")
    told = json.loads(out)
    scores = told["tasks"]
    assert sum(score["cases"] for score in scores.values()) == len(list(cases())) == told["usage"]["calls"]
    assert scores["variance"]["taken"] == scores["variance"]["cases"]
    assert (scores["account"]["right"], scores["account"]["checked"]) == (1, 8)
    assert told["cost"] == f"{len(list(cases())) * 0.003:.4f} USD"
    for name in ("Lessor", "Delta", "Anna", "Muster", "4711"):
        assert name.lower() not in str(asked).lower()


def test_without_a_model_it_says_what_to_set(ai_close):
    code, _out, err = ai_close("llm", "evaluate")
    assert code == 2
    assert "AI_CLOSE_LLM_URL" in err


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
