"""What does a proposed entry do? A reviewer's summary of facts; without a model the entry's own narration."""

from dataclasses import dataclass
from datetime import date

from agent_service.core.money import Currency
from agent_service.llm.derived import amount
from agent_service.llm.facts import Fact, Facts
from agent_service.llm.question import Question, text_question

TASK = "entry"


@dataclass(frozen=True)
class Summed:
    """What may be said of an entry: minor units of ``currency``; ``kind`` is what its proposer is called.

    ``debits`` is what it books in all, ``least`` and ``most`` what an estimate may turn out to be (none for
    no estimate), ``sources`` how many records it rests on.
    """

    kind: str
    ref: str
    day: date
    debits: int
    sources: int
    currency: Currency
    narration: str = ""
    reversal_day: date | None = None
    least: int | None = None
    most: int | None = None


def facts_of(entry: Summed) -> Facts:
    """Return what may be said of an entry, by key."""
    rows = [
        Fact("kind", "name", "what kind of entry it is", entry.kind),
        Fact("ref", "name", "its reference", entry.ref),
    ]
    about = ("kind", "ref")
    count = str(entry.sources)
    rows += [
        amount("amount", "what it books in all", entry.debits, entry.currency, about=about),
        Fact("sources", "count", "records that it rests on", count, value=count, about=frozenset(about)),
        _day("date", "its date", entry.day, about),
    ]
    if entry.reversal_day:
        rows.append(_day("reversal", "the day of its reversal", entry.reversal_day, about))
    if entry.least is not None and entry.most is not None:
        rows += [
            amount("low", "the least it may turn out to be", entry.least, entry.currency, about=about),
            amount("high", "the most it may turn out to be", entry.most, entry.currency, about=about),
        ]
    return Facts(tuple(rows))


def _day(key: str, role: str, day: date, about: tuple[str, ...]) -> Fact:
    told = day.isoformat()
    return Fact(key, "date", role, told, value=told, about=frozenset(about))


def entry_question(entry: Summed) -> Question[str]:
    """Return the question for the summary of an entry."""
    return text_question(TASK, facts_of(entry), entry.narration)
