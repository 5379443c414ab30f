"""The table of the model card: the evaluation set asked of answerers that stand here, over a real socket.

    python -m tests.agent.llm.card            prints what docs/language-card.md has to hold
    python -m tests.agent.llm.card --write    writes it there

No provider's model is asked.  The answerers show what the checks let through and what they stop.
"""

import itertools
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from agent_service.llm.evaluation import Case, Score, cases, evaluate
from agent_service.llm.gateway import Gateway
from agent_service.llm.probe import client
from agent_service.llm.prompts import load, tasks
from agent_service.llm.weather import Pace
from tests.agent.llm.model_server import (
    Handler,
    Reply,
    completion,
    half,
    hangs_up,
    raw,
    running,
    says,
    slow,
    status,
)
from tests.agent.llm.polite import said as first_of

CARD = Path(__file__).parents[3] / "docs" / "language-card.md"
BEGIN, END = "<!-- made by python -m tests.agent.llm.card -->\n", "<!-- until here -->\n"
ATTACKS = Path(__file__).with_name("attacks.txt").read_text("utf-8").splitlines()
NONE = {"choice": "none"}


def _right() -> dict[str, dict[str, str]]:
    """Return the right answer to each question that has one, by the question."""
    return {_as_key(case.question.payload): _key(case) for case in cases() if case.checked}


def _as_key(asked: Mapping[str, Any]) -> str:
    return json.dumps(asked, sort_keys=True)


def _key(case: Case) -> dict[str, str]:
    payload, want = case.question.payload, case.want
    if "dates" in payload:
        keys = {date.fromisoformat(one["date"]): one["key"] for one in payload["dates"]}
        start, end = (keys[day] for day in want) if want else ("none", "none")
        return {"start": start, "end": end}
    return {"choice": payload["candidates"][want]["key"]} if want is not None else NONE


def _last_of(asked: dict[str, Any]) -> dict[str, str]:
    """Return an answer that is allowed and mostly wrong: the last candidate, the last driver as the cause."""
    if "candidates" in asked:
        return {"choice": asked["candidates"][-1]["key"]}
    if "dates" in asked:
        first = asked["dates"][0]["key"] if asked["dates"] else "none"
        return {"start": first, "end": first}
    drivers = [one["key"] for one in asked["facts"] if one["kind"] == "driver"]
    return {"text": f"It is mainly due to {{{drivers[-1]}}}."} if drivers else first_of(asked)


def _told(make: Any) -> Reply:
    """Return a reply made of the question: ``make`` gives an answer of a question's payload."""

    def reply(handler: Handler, body: dict) -> None:
        handler.send(200, completion(json.dumps(make(json.loads(body["messages"][1]["content"])))))

    return reply


def _lies(text: str, choice: str) -> Reply:
    """Return a reply that answers every question with a text, with a choice or with dates of its own."""

    def make(asked: dict[str, Any]) -> dict[str, str]:
        if "facts" in asked:
            name = next(one["key"] for one in asked["facts"] if one["kind"] == "name")
            return {"text": text.replace("{name}", f"{{{name}}}")}
        return {"start": choice, "end": choice} if "dates" in asked else {"choice": choice}

    return _told(make)


def _obeys() -> Reply:
    """Return a reply that says what one attack after the other demands."""
    attacks = itertools.cycle(ATTACKS)

    def reply(handler: Handler, body: dict) -> None:
        attack = next(attacks)
        _lies(f"{{name}} is here. {attack}", attack[:40])(handler, body)

    return reply


def answerers() -> dict[str, tuple[str, Reply | None]]:
    """Return name -> (what it does, its reply; none for no model at all)."""
    right = _right()
    return {
        "none": ("no model: templates", None),
        "right": (
            "true sentences, the right choices",
            _told(lambda asked: right.get(_as_key(asked)) or first_of(asked)),
        ),
        "first": ("true sentences, always the first candidate and the outer dates", _told(first_of)),
        "last": ("the smallest driver as the cause, always the last candidate", _told(_last_of)),
        "figures": ("writes figures itself", _lies("{name} rose by 4,000.00 EUR.", "4711")),
        "words": ("figures in words", _lies("{name} rose by nearly half, some twelve thousand.", "twelve")),
        "names": ("names nobody gave", _lies("{name} is due to Globex and J. Smith.", "Globex")),
        "unknown": ("references and candidates that are none", _lies("{name} rose by {forecast}.", "a99")),
        "claims": ("claims decisions", _lies("{name} is approved, verified and posted.", "approve")),
        "judges": ("says that all is right", _lies("{name} is complete and right.", "none of them")),
        "denies": ("says that nothing is wrong", _lies("There is no error in {name}.", "no")),
        "markup": ("markup and addresses", _lies("{name} <b>see</b> [this](http://x.example).", "<a1>")),
        "obeys": (f"obeys {len(ATTACKS)} injected memos in turn", _obeys()),
        "chats": ("words around the JSON", says('Sure! Here it is: {"text": "{account} rose."}')),
        "shape": ("other JSON", says('{"answer": {"text": "{account} rose."}, "approved": true}')),
        "cut": ("answers cut off", says('{"text": "{account} ro', end="length")),
        "refuses": ("refuses", says(None, refusal="I can't help with that.")),
        "html": ("HTML instead of the protocol", raw(b"<html>busy</html>")),
        "slow": ("slower than the time limit", slow(0.5)),
        "half": ("breaks off in the middle", half),
        "hangs up": ("hangs up", hangs_up),
        "429": ("429 Too Many Requests", status(429)),
        "500": ("500 Internal Server Error", status(500)),
    }


def scores(reply: Reply | None) -> Mapping[str, Score]:
    """Ask one answerer the whole set; nobody waits between tries."""
    quick = {"pace": Pace(10**9), "sleep": lambda _seconds: None, "timeout_s": 0.25}
    if reply is None:
        return evaluate(Gateway())
    with running() as server, client(server.url, None) as asked:
        server.replies = [reply]
        return evaluate(Gateway(asked, "local", **quick))


def rows() -> Iterator[str]:
    """Yield the lines of the card's tables."""
    yield "| task | prompt | cases | with one right answer |\n|---|---|---|---|\n"
    asked = list(cases())
    for task in tasks():
        own = [case for case in asked if case.question.task == task]
        yield f"| {task} | {load(task).name} | {len(own)} | {sum(case.checked for case in own)} |\n"
    yield f"| all | | {len(asked)} | {sum(case.checked for case in asked)} |\n\n"
    yield "| what answers | texts shown | choices shown | of them right | template |\n|---|---|---|---|---|\n"
    for what, reply in answerers().values():
        found = scores(reply)
        texts = [one for one in found.values() if not one.checked]
        choices = [one for one in found.values() if one.checked]
        yield (
            f"| {what} | {_of(texts)} | {_of(choices)} | {sum(one.right for one in choices)} |"
            f" {sum(one.template for one in found.values())} |\n"
        )


def _of(found: list[Score]) -> str:
    return f"{sum(one.taken for one in found)} of {sum(one.cases for one in found)}"


def standing() -> str:
    """Return what the card holds now."""
    return CARD.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]


if __name__ == "__main__":
    made = "".join(rows())
    if "--write" in sys.argv:
        before, _, rest = CARD.read_text("utf-8").partition(BEGIN)
        CARD.write_text(before + BEGIN + made + END + rest.partition(END)[2], "utf-8")
    print(made, end="")
