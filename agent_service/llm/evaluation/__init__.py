"""The evaluation set: made-up cases a task, against which a prompt or a model is tried before its use.

No figure or name of anybody's books is in it.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from typing import Any

from agent_service.core.money import Currency, Money
from agent_service.llm.gateway import TEMPLATE, Gateway
from agent_service.llm.question import Question
from agent_service.llm.redaction import Redactor
from agent_service.llm.tasks.account import AccountCandidate, account_question
from agent_service.llm.tasks.entry import Summed, entry_question
from agent_service.llm.tasks.finding import Seen, finding_question
from agent_service.llm.tasks.payer import payer_question
from agent_service.llm.tasks.period import period_question
from agent_service.llm.tasks.variance import Moved, variance_question

PERIOD_END = date(2026, 10, 31)
_EUR = Currency(1, "EUR", 2)


@dataclass(frozen=True)
class Case:
    """A question and the right answer; ``checked`` is off where a text has no single right one."""

    question: Question
    want: Any = None
    checked: bool = False


@dataclass
class Score:
    """What became of the cases of one task."""

    cases: int = 0
    taken: int = 0
    template: int = 0
    right: int = 0
    checked: int = 0
    reasons: list[str] = field(default_factory=list)


def cases() -> Iterator[Case]:
    """Return the cases of the set."""
    text = (resources.files(__package__) / "cases.jsonl").read_text("utf-8")
    for line in text.splitlines():
        row = json.loads(line)
        yield _MAKE[row["task"]](row)


Progress = Callable[[str, str, int, int | None], None]


def _silent(_verb: str, _what: str, _done: int, _total: int | None) -> None:
    """Tell nobody."""


def evaluate(gateway: Gateway, progress: Progress = _silent) -> dict[str, Score]:
    """Ask every case and return the scores by task; a choice counts as right only where the model made it."""
    scores: dict[str, Score] = defaultdict(Score)
    asked = list(cases())
    for place, case in enumerate(asked):
        progress("asking", case.question.task, place, len(asked))
        told = gateway.ask(case.question)
        score = scores[case.question.task]
        score.cases += 1
        score.checked += case.checked
        if told.author == TEMPLATE:
            score.template += 1
            score.reasons.append(told.why)
        else:
            score.taken += 1
            score.right += case.checked and told.answer == case.want
    return dict(scores)


def _minor(text: str) -> int:
    return Money.of(text, _EUR).minor


def _variance(row: Mapping[str, Any]) -> Case:
    drivers = [(kind, name, _minor(part)) for kind, name, part in row["drivers"]]
    moved = Moved(
        row["account"],
        row["month"],
        row["before"],
        _minor(row["actual"]),
        _minor(row["prior"]),
        _EUR,
        drivers,
        is_credit=row.get("is_credit", False),
    )
    return Case(variance_question(moved))


def _account(row: Mapping[str, Any]) -> Case:
    given = [AccountCandidate(place, name, used) for place, (name, used) in enumerate(row["candidates"])]
    return Case(account_question(row["text"], given, Redactor((), PERIOD_END)), row["want"], checked=True)


def _payer(row: Mapping[str, Any]) -> Case:
    given = dict(enumerate(row["candidates"]))
    return Case(payer_question(row["text"], given, Redactor((), PERIOD_END)), row["want"], checked=True)


def _period(row: Mapping[str, Any]) -> Case:
    want = tuple(map(date.fromisoformat, row["want"])) if row["want"] else None
    return Case(period_question(row["text"], Redactor((), PERIOD_END)), want, checked=True)


def _finding(row: Mapping[str, Any]) -> Case:
    records = [(model, label) for model, label in row["records"]]
    seen = Seen(row["rule"], "", _minor(row["amount"]), _EUR, records, row.get("count", len(records)))
    return Case(finding_question(seen, Redactor((), PERIOD_END)))


def _entry(row: Mapping[str, Any]) -> Case:
    back = row.get("reversal")
    summed = Summed(
        row["kind"],
        row["ref"],
        date.fromisoformat(row["day"]),
        _minor(row["amount"]),
        row["sources"],
        _EUR,
        reversal_day=date.fromisoformat(back) if back else None,
        least=_minor(row["least"]) if "least" in row else None,
        most=_minor(row["most"]) if "most" in row else None,
    )
    return Case(entry_question(summed))


_MAKE = {
    "variance": _variance,
    "finding": _finding,
    "entry": _entry,
    "account": _account,
    "payer": _payer,
    "period": _period,
}
