"""A model that answers as asked: true sentences of the facts, the first candidate, the outer dates."""

import json
from typing import Any

from agent_service.llm.prompts import load, tasks
from tests.agent.llm.model_server import Handler, completion

MODEL = "polite"
USAGE = (1000, 100)


def said(asked: dict[str, Any]) -> dict[str, str]:
    """Return the answer to a question's payload."""
    if "facts" in asked:
        names = [one["key"] for one in asked["facts"] if one["kind"] == "name"]
        amounts = [one["key"] for one in asked["facts"] if one["kind"] == "amount"]
        return {"text": f"{{{names[0]}}} is at {{{amounts[0]}}}." if amounts else f"It is {{{names[0]}}}."}
    if "dates" in asked:
        keys = [one["key"] for one in asked["dates"]] or ["none"]
        return {"start": keys[0], "end": keys[-1]}
    return {"choice": asked["candidates"][0]["key"]}


def polite(handler: Handler, body: dict) -> None:
    """Answer a call."""
    asked = json.loads(body["messages"][1]["content"])
    handler.send(200, completion(json.dumps(said(asked)), usage=USAGE))


def given(**more: Any) -> dict[str, Any]:
    """Return what `begin` says where the model is approved with all prompts, without a limit."""
    return {
        "version": 1,
        "model": MODEL,
        "prompts": {task: load(task).digest for task in tasks()},
        "tasks": tasks(),
        "month_limit": None,
        "month_spent": "0",
        "currency": "USD",
        **more,
    }
