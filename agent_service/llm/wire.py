"""One call over the wire: Chat Completions with a JSON schema, by any server that speaks the protocol."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import openai

from agent_service.llm.prompts import Prompt
from agent_service.llm.weather import Usage

MAX_TOKENS_OUT = 700
"""More than the longest text that is taken; an answer that is cut off there is none."""

_FREE = Usage(calls=1)
"""A call that was turned away: it left, and costs nothing."""
_NEVER_LEFT = frozenset(
    {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"}
)
"""Errors of the client's HTTP library before anything was sent, by name: it is no requirement of ours."""

_CHARS_A_TOKEN = 3
"""Fewer than any tokenizer of Latin text takes: a guess from it is never too low."""


class WireError(Exception):
    """No answer; ``passing`` tells whether waiting may help, ``usage`` what it cost all the same."""

    def __init__(self, why: str, *, passing: bool, usage: Usage = Usage()) -> None:  # noqa: B008 - frozen
        """Keep why, and what it cost."""
        super().__init__(why)
        self.passing, self.usage = passing, usage


@dataclass(frozen=True)
class Said:
    """What the model answered, and its usage."""

    text: str
    usage: Usage


def messages(prompt: Prompt, payload: Mapping[str, Any], corrections: Sequence[tuple[str, str]] = ()) -> list:
    """Return the messages of a question; ``corrections`` are answers that were refused, and why.

    Data goes as one JSON document, so that no text of it can close its quotes and speak for us.
    """
    rows = [
        {"role": "system", "content": prompt.text},
        {"role": "user", "content": json.dumps(payload, ensure_ascii=True, sort_keys=True)},
    ]
    for answer, why in corrections:
        rows += [
            {"role": "assistant", "content": answer},
            {"role": "user", "content": f"Refused: {why}. Answer again, as JSON."},
        ]
    return rows


def at_most(rows: Sequence[Mapping[str, str]]) -> Usage:
    """Return what a call may use at most, before it is made."""
    chars = sum(len(row["content"]) for row in rows)
    return Usage(chars // _CHARS_A_TOKEN + 4 * len(rows), MAX_TOKENS_OUT, 1)


def call(
    client: openai.OpenAI, model: str, prompt: Prompt, rows: Sequence[Mapping[str, str]], timeout_s: float
) -> Said:
    """Ask once.

    Raises:
        WireError: no answer, or one that is cut off, refused or no text.
    """
    try:
        answer = client.chat.completions.create(
            model=model,
            messages=list(rows),
            temperature=0,
            max_tokens=MAX_TOKENS_OUT,
            timeout=timeout_s,
            response_format={
                "type": "json_schema",
                "json_schema": {"name": prompt.task, "strict": True, "schema": dict(prompt.schema)},
            },
        )
    except (openai.AuthenticationError, openai.PermissionDeniedError, openai.NotFoundError) as error:
        why = f"the server refuses: HTTP {error.status_code}"
        raise WireError(why, passing=False, usage=_FREE) from None
    except openai.APITimeoutError as error:
        raise WireError("the server takes too long", passing=True, usage=_broken(error, rows)) from None
    except openai.APIConnectionError as error:
        raise WireError("no connection", passing=True, usage=_broken(error, rows)) from None
    except openai.APIStatusError as error:
        passing = error.status_code in (408, 409, 425, 429) or error.status_code >= 500
        raise WireError(f"HTTP {error.status_code}", passing=passing, usage=_FREE) from None
    except (openai.OpenAIError, ValueError, TypeError, AttributeError, KeyError):
        most = _usage(None, at_most(rows))
        raise WireError("the answer is not of the protocol", passing=True, usage=most) from None
    return _said(answer, at_most(rows))


def _broken(error: openai.APIConnectionError, rows: Sequence[Mapping[str, str]]) -> Usage:
    """Return what a call may have cost that broke: nothing where it never left, else the most."""
    if type(error.__cause__).__name__ in _NEVER_LEFT:
        return Usage()
    return _usage(None, at_most(rows))


def _said(answer: Any, most: Usage) -> Said:
    """Return the text of an answer, or why there is none; both cost."""
    usage = _usage(answer, most)
    try:
        choice = answer.choices[0]
        text, refusal, end = choice.message.content, choice.message.refusal, choice.finish_reason
    except (AttributeError, IndexError, TypeError):
        raise WireError("the answer is not of the protocol", passing=True, usage=usage) from None
    if refusal:
        raise WireError("the model refuses to answer", passing=True, usage=usage)
    if end not in (None, "stop"):
        raise WireError("the answer is cut off", passing=True, usage=usage)
    if not isinstance(text, str) or not text.strip():
        raise WireError("the answer is empty", passing=True, usage=usage)
    return Said(text, usage)


def _usage(answer: Any, most: Usage) -> Usage:
    """Return the tokens that the server counted, or what the call may have used at most."""
    told = getattr(answer, "usage", None)
    counts = (getattr(told, "prompt_tokens", None), getattr(told, "completion_tokens", None))
    if all(type(count) is int and 0 <= count <= 10_000_000 for count in counts):
        return Usage(*counts, calls=1)
    return Usage(most.tokens_in, most.tokens_out, calls=1, guessed=1)
