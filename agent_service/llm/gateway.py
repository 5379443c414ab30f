"""Ask a model, believe nothing: what comes back is read by the question itself, else the template stands.

Off by default. With a model: cache, budget, pace, breaker, one call, one retry with the reason, and then the
template. Whatever the weather, `ask` returns an answer and raises nothing; the run tells what was asked and
why not.
"""

import hashlib
import json
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import openai
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from agent_service.llm.answers import Answers
from agent_service.llm.exchange import Exchange
from agent_service.llm.grounding import Ungrounded
from agent_service.llm.prompts import Prompt, load
from agent_service.llm.question import Question
from agent_service.llm.weather import Breaker, Budget, Pace, Usage
from agent_service.llm.wire import Said, WireError, at_most, call, messages

T = TypeVar("T")
TEMPLATE, TAKEN = "template", "taken"
ATTEMPTS = 3
"""Calls for one answer when the wire fails; a text that is refused is asked for once more only."""


@dataclass(frozen=True)
class Told(Generic[T]):
    """An answer, and whose it is: `template`, or the model's name. ``why`` says why it is the template's.

    ``refused`` tells that the model answered, and that none of its answers held. ``exchange`` names what was
    asked and said; none where nothing was.
    """

    answer: T
    author: str = TEMPLATE
    why: str = ""
    exchange: str = ""
    refused: bool = False


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
    answers: Answers = field(default_factory=Answers)
    exchanges: list[Exchange] = field(default_factory=list)
    outcomes: Counter = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Take over what a process before asked and could not tell: it is told, and paid, by this one."""
        for one in self.answers.untold():
            self.exchanges.append(one)
            self.budget.usage += one.usage

    def begins(self, *, resumed: bool) -> None:
        """Hear that a run begins; one that goes on pays what its earlier process told without its end."""
        self.budget.usage += self.answers.begins(resumed=resumed)

    def taken_exchanges(self) -> list[Exchange]:
        """Return what was asked since the last look."""
        taken, self.exchanges = self.exchanges, []
        return taken

    def was_told(self, exchanges: Iterable[Exchange]) -> None:
        """Hear that these were handed in, so that nobody tells or counts them again."""
        self.answers.told(one.key for one in exchanges)

    def is_known(self, question: Question[T]) -> bool:
        """Tell whether a question needs no call: it was answered, or refused, before."""
        return self.client is None or self.answers.knows(self._digest(load(question.task), question))

    def ask(self, question: Question[T]) -> Told[T]:
        """Return an answer: the model's where it holds, the template's otherwise."""
        if self.client is None:
            return self._otherwise(question, "no language model is configured")
        prompt = load(question.task)
        digest = self._digest(prompt, question)
        kept = self.answers.get(digest)
        if kept is not None:
            try:
                answer = question.read(kept)
            except Ungrounded:
                kept = None  # held once, by rules that have changed since
            else:
                self.outcomes["cached"] += 1
                return Told(answer, self.model, exchange=digest)
        before = self.answers.refusal(digest)
        if before is not None:
            self.outcomes["cached"] += 1
            return self._otherwise(question, before, refused=True)
        return self._asked(question, prompt, digest)

    def _asked(self, question: Question[T], prompt: Prompt, digest: str) -> Told[T]:
        corrections: list[tuple[str, str]] = []
        used, why, failed = Usage(), "", False
        while len(corrections) < 2:
            rows = messages(prompt, question.payload, corrections)
            try:
                said = self._called(prompt, rows)
            except WireError as error:
                why, used, failed = str(error), used + error.usage, True
                break
            used += said.usage
            try:
                answer = question.read(said.text)
            except Ungrounded as error:
                why = str(error)
                corrections.append((said.text, why))
                continue
            self.answers.keep(digest, said.text)
            self._keep(question, prompt, digest, [*(text for text, _ in corrections), said.text], TAKEN, used)
            return Told(answer, self.model, exchange=digest)
        if not failed:
            self.answers.refuse(digest, why)
        if used.calls or corrections:
            self._keep(question, prompt, digest, [text for text, _ in corrections], why, used)
        return self._otherwise(question, why, refused=not failed)

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
        made = Exchange(
            # an answer is known by its question; what brought none may be asked again in the same run
            digest if outcome == TAKEN else secrets.token_hex(32),
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
        self.exchanges.append(made)
        self.answers.note(made)

    def _otherwise(self, question: Question[T], why: str, *, refused: bool = False) -> Told[T]:
        self.outcomes[TEMPLATE] += 1
        return Told(question.otherwise, why=why, refused=refused)
