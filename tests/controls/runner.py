"""Makes attempts one after the other, judges each by what changed in the database, and undoes it."""

import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.controls.attempts import Attempt, Made, Step
from tests.controls.database import Change
from tests.controls.facts import Before
from tests.controls.invariants import BOOKS, Case
from tests.controls.invariants_close import CLOSE
from tests.controls.people import Answer
from tests.controls.world import World

PORT = "ai.close.agent"
_SIGNATURE = re.compile(
    r"missing \d+ required|takes \d+ positional|unexpected keyword|multiple values"
    r"|Expected singleton: [\w.]+\(\)"
)
# Errors that tell somebody what is wrong.
CLEAR = ("odoo.exceptions.", "odoo.addons.ai_close.models.refusal.")


@dataclass
class Outcome:
    """What became of an attempt."""

    attempt: Attempt
    answers: list[Answer]
    broken: list[str]
    changed: bool

    def __str__(self) -> str:
        said = "\n    ".join(
            "-> ok " + repr(answer.result)[:120]
            if answer.ok
            else f"-> {answer.error}: {answer.message[:160]}"
            for answer in self.answers
        )
        return f"{self.attempt}\n    {said}\n    !! " + "\n    !! ".join(each[:600] for each in self.broken)


@dataclass
class Tally:
    """Counts of a session of attempts."""

    attempts: int = 0
    steps: int = 0
    several: int = 0
    changed: int = 0
    refused: int = 0
    kinds: Counter = field(default_factory=Counter)
    broken: list[Outcome] = field(default_factory=list)
    slow: list = field(default_factory=list)
    faults: Counter = field(default_factory=Counter)

    def line(self) -> str:
        """Return the counts in a line."""
        return (
            f"{self.attempts} attempts ({self.several} of several steps, {self.steps} calls):"
            f" {self.refused} refused, {self.changed} changed something, {len(self.broken)} broke a rule;"
            f" {dict(self.kinds)}"
        )


class Runner:
    """Makes attempts in one world."""

    def __init__(self, world: World) -> None:
        """Look at the world before anything happens."""
        self.world = world
        self.before = Before.of(world)
        self.tally = Tally()

    def make(self, attempts: Iterable[Attempt], verdict=None) -> Tally:
        """Make each attempt; ``verdict(attempt, answers, changes)`` may add sentences."""
        for attempt in attempts:
            start = time.monotonic()
            outcome = self.attempt(attempt, verdict)
            tally = self.tally
            tally.slow.append((time.monotonic() - start, str(attempt)))
            tally.attempts += 1
            tally.steps += len(attempt.steps)
            tally.several += len(attempt.steps) > 1
            tally.changed += outcome.changed
            tally.refused += any(not answer.ok for answer in outcome.answers)
            tally.kinds[attempt.kind] += 1
            if outcome.broken:
                tally.broken.append(outcome)
            for step, answer in zip(attempt.steps, outcome.answers, strict=True):
                if self._is_fault(step, answer):
                    tally.faults[f"{step.model}.{step.method}: {answer.error}: {answer.message[:80]}"] += 1
        return self.tally

    def _is_fault(self, step: Step, answer: Answer) -> bool:
        """Tell whether a step of ours ended with a fault of the program; wrong arguments are the caller's."""
        if answer.ok or answer.error.startswith(CLEAR) or not step.model.startswith("ai.close"):
            return False
        method = self.world.registry[step.model]["methods"].get(step.method, {"first": ""})
        return "ai_close" in method["first"] and not _SIGNATURE.search(answer.message)

    def attempt(self, attempt: Attempt, verdict=None) -> Outcome:
        """Make one attempt and undo it."""
        answers: list[Answer] = []
        for step in attempt.steps:
            answers.append(self._call(step, [answer.result for answer in answers]))
        touched = self.world.database.touched()
        changes = self.world.database.changes(touched) if touched else []
        broken = self.judge(attempt, changes) if changes else []
        if verdict:
            broken += verdict(attempt, answers, changes)
        if touched:
            self.world.database.put_back(touched)
        real = [each for each in changes if each.table not in ("ai_close_audit", "ai_close_refusal_tally")]
        return Outcome(attempt, answers, broken, bool(real))

    def judge(self, attempt: Attempt, changes: list[Change]) -> list[str]:
        """Return what is broken now."""
        people = [self.world.person(login) for login in attempt.actors]
        case = Case(
            changes=changes,
            actors=attempt.actors,
            uids={person.uid for person in people},
            companies=set().union(*(person.companies for person in people)),
            before=self.before,
            database=self.world.database,
            secure_group=self.before.secure_group,
            by_hand=any(
                step.model == "account.move" and step.method in ("create", "copy", "load", "name_create")
                for step in attempt.steps
            ),
            by_port=all(step.model == PORT for step in attempt.steps if step.login == "agent"),
        )
        return [f"{rule.__name__}: {sentence}" for rule in (*BOOKS, *CLOSE) for sentence in rule(case)]

    def _call(self, step: Step, results: list) -> Answer:
        fill = _Filler(results)
        return self.world.person(step.login).call(step.model, step.method, fill(step.args), fill(step.kwargs))


class _Filler:
    """Puts the ids that earlier steps returned where they are wanted."""

    def __init__(self, results: list) -> None:
        self.results = results

    def __call__(self, value):
        if isinstance(value, Made):
            return value.of(self.results)
        if isinstance(value, (list, tuple)):
            return [self(each) for each in value]
        if isinstance(value, dict):
            return {key: self(each) for key, each in value.items()}
        return value
