"""What does a proposed entry do? A reviewer's summary of facts; without a model the entry's own narration."""

from agent_service.core.entries import Entry
from agent_service.llm.derived import amount
from agent_service.llm.facts import Fact, Facts
from agent_service.llm.question import Question, text_question

TASK = "entry"


def facts_of(entry: Entry, kind: str) -> Facts:
    """Return what may be said of an entry; ``kind`` is what its proposer is called ("Goods received")."""
    rows = [
        Fact("kind", "name", "what kind of entry it is", kind),
        Fact("ref", "name", "its reference", entry.ref),
    ]
    about = ("kind", "ref")
    count = str(len({(one.model, one.id) for one in entry.sources}))
    rows += [
        amount("amount", "what it books in all", entry.debits, entry.own, about=about),
        Fact("sources", "count", "records that it rests on", count, value=count, about=frozenset(about)),
        _day("date", "its date", entry.day.isoformat(), about),
    ]
    if entry.reversal_day:
        rows.append(_day("reversal", "the day of its reversal", entry.reversal_day.isoformat(), about))
    if entry.is_estimate:
        rows += [
            amount("low", "the least it may turn out to be", entry.amount_min, entry.own, about=about),
            amount("high", "the most it may turn out to be", entry.amount_max, entry.own, about=about),
        ]
    return Facts(tuple(rows))


def _day(key: str, role: str, day: str, about: tuple[str, ...]) -> Fact:
    return Fact(key, "date", role, day, value=day, about=frozenset(about))


def entry_question(entry: Entry, kind: str) -> Question[str]:
    """Return the question for the summary of an entry."""
    return text_question(TASK, facts_of(entry, kind), entry.narration)
