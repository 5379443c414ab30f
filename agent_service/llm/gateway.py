"""Ask a model, believe nothing: what comes back is read by the question itself, else the template stands.

Off by default. With a model: cache, budget, pace, breaker, one call, one retry with the reason, and then the
template. Whatever the weather, `ask` returns an answer and raises nothing; the run tells what was asked and
why not.
"""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import openai
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from agent_service.llm.grounding import Ungrounded
from agent_service.llm.prompts import Prompt, load
from agent_service.llm.question import Question
from agent_service.llm.weather import Breaker, Budget, Pace, Usage
from agent_service.llm.wire import Said, WireError, at_most, call, messages

T = TypeVar("T")
TEMPLATE = "template"
ATTEMPTS = 3
"""Calls for one answer when the wire fails; a text that is refused is asked for once more only."""


@dataclass(frozen=True)
class Told(Generic[T]):
    """An answer, and whose it is: `template`, or the model's name. ``why`` says why it is the template's."""

    answer: T
    author: str = TEMPLATE
    why: str = ""
    exchange: str = ""


@dataclass(frozen=True)
class Exchange:
    """What a provider saw and said, so that the step can be done again; texts are as they left, redacted."""

    key: str
    task: str
    prompt: str
    prompt_digest: str
    model: str
    request_digest: str
    request: str
    answers: tuple[str, ...]
    outcome: str
    usage: Usage

    def row(self) -> dict[str, Any]:
        """Return it as the run tells it."""
        return {
            "task": self.task,
            "prompt": self.prompt,
            "prompt_digest": self.prompt_digest,
            "model": self.model,
            "request_digest": self.request_digest,
            "request": self.request,
            "answers": list(self.answers),
            "outcome": self.outcome,
            "tokens_in": self.usage.tokens_in,
            "tokens_out": self.usage.tokens_out,
        }


@dataclass
class Gateway:
    """The only way to a model. Without a client it is the way to the templates."""

    client: openai.OpenAI | None = None
    model: str = ""
    budget: Budget = field(default_factory=Budget)
    pace: Pace = field(default_factory=Pace)
    breaker: Breaker = field(default_factory=Breaker)
    timeout_s: float = 30.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    exchanges: list[Exchange] = field(default_factory=list)
    outcomes: Counter = field(default_factory=Counter)
    _answers: dict[str, str] = field(default_factory=dict)

    def ask(self, question: Question[T]) -> Told[T]:
        """Return an answer: the model's where it holds, the template's otherwise."""
        if self.client is None:
            return self._otherwise(question, "no language model is configured")
        prompt = load(question.task)
        digest = self._digest(prompt, question)
        kept = self._answers.get(digest)
        if kept is not None:
            self.outcomes["cached"] += 1
            return Told(question.read(kept), self.model, exchange=digest)
        return self._asked(question, prompt, digest)

    def _asked(self, question: Question[T], prompt: Prompt, digest: str) -> Told[T]:
        corrections: list[tuple[str, str]] = []
        used, why = Usage(), ""
        while len(corrections) < 2:
            rows = messages(prompt, question.payload, corrections)
            try:
                said = self._called(prompt, rows)
            except WireError as error:
                why, used = str(error), used + error.usage
                break
            used += said.usage
            try:
                answer = question.read(said.text)
            except Ungrounded as error:
                why = str(error)
                corrections.append((said.text, why))
                continue
            self._answers[digest] = said.text
            self._keep(
                question, prompt, digest, [*(text for text, _ in corrections), said.text], "taken", used
            )
            return Told(answer, self.model, exchange=digest)
        self._keep(question, prompt, digest, [text for text, _ in corrections], why, used)
        return self._otherwise(question, why)

    def _called(self, prompt: Prompt, rows: list) -> Said:
        """Call until there is an answer, three times at most; each try is paid, paced and counted."""
        spent = Usage()

        def once() -> Said:
            nonlocal spent
            refusal = self.budget.refusal(at_most(rows), self.clock())
            if refusal:
                raise WireError(refusal, passing=False)
            if self.breaker.is_open:
                raise WireError("the language model is out; it is asked again later", passing=False)
            self.pace.wait()
            try:
                said = call(self.client, self.model, prompt, rows, self.timeout_s)
            except WireError as error:
                self.budget.usage += error.usage
                spent += error.usage
                self.breaker.failed(for_good=not error.passing)
                raise
            self.budget.usage += said.usage
            spent += said.usage
            self.breaker.worked()
            return said

        tries = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.5, max=8),
            retry=retry_if_exception(lambda error: isinstance(error, WireError) and error.passing),
            sleep=self.sleep,
            reraise=True,
        )
        try:
            return Said(tries(once).text, spent)
        except WireError as error:
            raise WireError(str(error), passing=error.passing, usage=spent) from None

    def _digest(self, prompt: Prompt, question: Question) -> str:
        text = json.dumps([self.model, prompt.digest, question.payload], ensure_ascii=True, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _keep(
        self, question: Question, prompt: Prompt, digest: str, answers: list[str], outcome: str, used: Usage
    ) -> None:
        request = json.dumps(messages(prompt, question.payload), ensure_ascii=True, sort_keys=True)
        self.exchanges.append(
            Exchange(
                digest,
                question.task,
                prompt.name,
                prompt.digest,
                self.model,
                hashlib.sha256(request.encode()).hexdigest(),
                request,
                tuple(answers),
                outcome,
                used,
            )
        )

    def _otherwise(self, question: Question[T], why: str) -> Told[T]:
        self.outcomes[TEMPLATE] += 1
        return Told(question.otherwise, why=why)
