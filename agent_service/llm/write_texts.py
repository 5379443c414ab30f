"""Ask a language model for texts about what a run proposed, and hand in those that hold.

It comes last, after every proposal was handed in: nothing of it can change a row of another kind. Whatever
goes wrong in here is counted and told, and the run goes on; only errors of the port to Odoo pass through, as
they do everywhere, so that a killed run goes on under its key.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.llm.choice_items import choice_items
from agent_service.llm.exchange import Exchange
from agent_service.llm.prompts import Prompt, load, tasks
from agent_service.llm.question import Question
from agent_service.llm.text_items import Chosen, Item, known_names, text_items
from agent_service.llm.weather import Budget, plain
from agent_service.usecases.ports import Row, RowStatus, Run, Sink
from agent_service.usecases.texts import Texts

MAX_TEXTS = 200
MAX_CHARS = 2000
BATCH = 20
"""So many texts are handed in together: what a killed run asked is not asked again all the same."""
BEAT_S = 20.0
NO_MODEL = "no language model is configured"
NOT_APPROVED = "no language model is approved for this company, or the policy switches it off"


class Answered(Protocol):
    """What a model, or the template, says to a question; see `llm/gateway.py`."""

    answer: Any
    author: str
    why: str
    exchange: str
    refused: bool


class Asker(Protocol):
    """The way to a model: answers every question, and raises nothing whatever the weather is."""

    model: str
    budget: Budget

    def begins(self, *, resumed: bool) -> None:
        """Hear that a run begins, or goes on in a new process."""
        ...

    def ask(self, question: Question) -> Answered:
        """Return the model's answer where it holds, the template's otherwise."""
        ...

    def is_known(self, question: Question) -> bool:
        """Tell whether a question needs no call."""
        ...

    def taken_exchanges(self) -> list[Exchange]:
        """Return what was asked since the last look."""
        ...

    def was_told(self, exchanges: Iterable[Exchange]) -> None:
        """Hear that these were handed in."""
        ...


@dataclass(frozen=True)
class TextWriter:
    """The writer of a run's texts.

    ``asker`` is the way to the model; without one the templates stand. At most ``most`` new questions are
    asked, those that were answered before are free. ``clock`` gives seconds, for heartbeats.
    """

    asker: Asker | None
    most: int = MAX_TEXTS
    clock: Callable[[], float] = time.monotonic

    def write(
        self,
        rows: Mapping[str, Sequence[Row]],
        books: Callable[[], Books],
        period: Period,
        language: Mapping[str, Any] | None,
        run: Run,
        sink: Sink,
        *,
        resumed: bool,
        told: Callable[[str], None],
    ) -> Texts:
        """Ask about the rows of a run, hand in exchanges and texts, and return what came of it.

        Args:
            rows: what was handed in, by kind.
            books: gives the books as read; asked only where there is something to ask.
            period: the month that is closed.
            language: what `begin` says may be asked; none: nothing.
            run: kept alive between questions.
            sink: takes exchanges, then the texts that name them.
            resumed: whether an earlier process of this run was killed.
            told: hears of progress.
        """
        asker = self.asker
        texts = Texts(done=tuple(tasks()), is_told=bool(asker or language))
        if asker is None or language is None:
            if texts.is_told:
                texts.why[NO_MODEL if asker is None else NOT_APPROVED] += 1
            return texts
        allowed, why = _allowed(language, asker.model)
        why = why or _limit_month(language, asker)
        if why:
            texts.why[why] += 1
            return texts
        for task in language["tasks"]:
            if task not in allowed:
                texts.why[f"{task}: the prompt isn't the approved one"] += 1
        asker.begins(resumed=resumed)
        writer = _Writer(texts, allowed, asker, run, sink, self.most, told, self.clock)
        try:
            read = books()
            names = known_names(read, period)
            parts = [text_items(rows, read, period, names), choice_items(rows, read, names)]
        except Exception as error:
            texts.why[f"stopped with {type(error).__name__}"] += 1
            parts = []
            texts.done = ()
        for part in parts:
            writer.go(part)
        writer.hand_in()
        texts.cost, used = plain(asker.budget.cost), asker.budget.usage
        texts.calls, texts.tokens_in, texts.tokens_out = used.calls, used.tokens_in, used.tokens_out
        return texts


def _allowed(language: Mapping[str, Any], model: str) -> tuple[dict[str, Prompt], str]:
    """Return the prompts that may be asked; where none may, also why."""
    if language["model"] != model:
        return {}, f"the model {model} isn't the approved one"
    wanted = {task: load(task) for task in tasks() if task in language["tasks"]}
    found = {
        task: prompt for task, prompt in wanted.items() if language["prompts"].get(task) == prompt.digest
    }
    if found:
        return found, ""
    return {}, "the prompts aren't the approved ones" if wanted else "no task is asked for"


def _limit_month(language: Mapping[str, Any], asker: Asker) -> str:
    """Set the limit of the month; return why it can't be kept to, or ""."""
    if language["month_limit"] is None:
        return ""
    own = asker.budget.price.currency
    if language["currency"] != own:
        return f"the month's limit is in {language['currency']}, the agent's prices are in {own}"
    asker.budget.month_limit = Decimal(language["month_limit"])
    asker.budget.spent_before = Decimal(language["month_spent"])
    return ""


@dataclass
class _Writer:
    texts: Texts
    allowed: Mapping[str, Prompt]
    asker: Asker
    run: Run
    sink: Sink
    most: int
    told: Callable[[str], None]
    clock: Callable[[], float]
    rows: list[Row] = field(default_factory=list)
    asked: int = 0
    beat: float | None = None

    def go(self, items: Iterator[Item]) -> None:
        """Ask one part after the other; where our own code fails, what is left keeps its template."""
        while True:
            try:
                item = next(items, None)
                row = None if item is None else self._answer(item)
            except Exception as error:  # the run goes on, and says so
                self.texts.why[f"stopped with {type(error).__name__}"] += 1
                self.texts.done = ()
                return
            if item is None:
                return
            if row is not None:
                self.rows.append(row)
            if len(self.rows) >= BATCH:
                self.hand_in()
            self._keep_alive()

    def _answer(self, item: Item) -> Row | None:
        """Return the row of an item; none where the template stands or there is nothing to say."""
        prompt = self.allowed.get(item.task)
        if prompt is None:
            return None
        is_known = self.asker.is_known(item.question)
        if not is_known and self.asked >= self.most:
            return self._template(f"more than {self.most} texts are wanted")
        self.asked += not is_known
        self.told(f"ask about {item.about['kind']} {self.asked}")
        answered = self.asker.ask(item.question)
        self.texts.cached += is_known
        if answered.author != self.asker.model:
            return self._template(_reason(item, answered))
        said = item.told(answered.answer)
        if said is None:
            return self._template("the model chose none")
        text, choice = said
        if len(text) > MAX_CHARS:
            return self._template(f"the text is longer than {MAX_CHARS} characters")
        self.texts.taken += 1
        return _row(item, text, choice, answered.exchange, prompt, self.asker.model)

    def _template(self, why: str) -> None:
        self.texts.template += 1
        self.texts.why[why] += 1

    def hand_in(self) -> None:
        """Hand in what was asked, then the texts that came of it."""
        exchanges = self.asker.taken_exchanges()
        for first in range(0, len(exchanges), BATCH):
            part = exchanges[first : first + BATCH]
            price = self.asker.budget.price
            rows = [
                {**one.row(), "outcome": one.outcome[:500], "cost": plain(price.cost(one.usage))}
                for one in part
            ]
            self._count(self.sink.submit("exchange", rows))
            self.asker.was_told(part)
        rows, self.rows = self.rows, []
        if rows:
            refused = self._count(self.sink.submit("text", rows))
            self.texts.taken -= refused
            self.texts.template += refused

    def _count(self, statuses: Sequence[RowStatus]) -> int:
        refused = [one for one in statuses if one.status == "refused"]
        for one in refused:
            self.texts.why[f"refused by Odoo: {one.code or one.reason or 'no reason'}"[:200]] += 1
        return len(refused)

    def _keep_alive(self) -> None:
        now = self.clock()
        if self.beat is None or now - self.beat >= BEAT_S:
            self.run.heartbeat()
            self.beat = now


def _reason(item: Item, answered: Answered) -> str:
    """Return why the template stands, in words that don't repeat what the model wrote."""
    if not answered.refused:
        return answered.why
    if item.kind == "statement_line" or item.task in ("account", "period"):
        return "the choice is not among the candidates"
    return "the text is not made of its facts"


def _row(item: Item, text: str, choice: Chosen | None, exchange: str, prompt: Prompt, model: str) -> Row:
    return {
        "key": f"{item.task}:{item.key}",
        "task": item.task,
        "about": item.about,
        "text": text,
        "choice": choice.row() if choice else None,
        "facts": list(item.facts),
        "exchange": exchange,
        "prompt": prompt.name,
        "prompt_digest": prompt.digest,
        "model": model,
    }
