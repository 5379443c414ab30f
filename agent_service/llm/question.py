"""A question to a model: what leaves, how its answer is read, and what stands there without a model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, StrictStr, ValidationError

from agent_service.llm.facts import Facts
from agent_service.llm.grounding import Ungrounded, grounded

T = TypeVar("T")
NONE = "none"
"""What a model answers where it doesn't know: as good an answer as any."""


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextReply(_Reply):
    """A text with references."""

    text: StrictStr


class ChoiceReply(_Reply):
    """The key of a candidate, or `none`."""

    choice: StrictStr


class SpanReply(_Reply):
    """The keys of two dates, or `none` twice."""

    start: StrictStr
    end: StrictStr


@dataclass(frozen=True)
class Question(Generic[T]):
    """One thing asked.

    ``payload`` is all that leaves, redacted already. ``read`` turns a model's answer into ours and raises
    Ungrounded with what to change; it is the only way from a model to a reader. ``otherwise`` is what stands
    there without a model: the template's text, or no choice.
    """

    task: str
    payload: Mapping[str, Any]
    read: Callable[[str], T]
    otherwise: T


def parsed(answer: str, shape: type[_Reply]) -> Any:
    """Return an answer in its shape.

    Raises:
        Ungrounded: it is no JSON of that shape.
    """
    try:
        return shape.model_validate_json(answer)
    except (ValidationError, ValueError):
        names = ", ".join(shape.model_fields)
        raise Ungrounded(f"the answer is no JSON object with exactly: {names}") from None


def text_question(task: str, facts: Facts, otherwise: str) -> Question[str]:
    """Return a question for a text made of facts; ``otherwise`` is the template's text."""

    def read(answer: str) -> str:
        return grounded(parsed(answer, TextReply).text, facts).text

    return Question(task, {"facts": facts.told()}, read, otherwise)


def chosen(answer: str, keys: Mapping[str, T]) -> T | None:
    """Return what a model chose among candidates, none for `none`.

    Raises:
        Ungrounded: the choice is not among the candidates.
    """
    choice = parsed(answer, ChoiceReply).choice
    if choice == NONE:
        return None
    if choice not in keys:
        raise Ungrounded("the choice is not among the candidates: answer with one of their keys, or none")
    return keys[choice]
