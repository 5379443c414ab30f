"""What did a check find? A text of facts; without a model the rule's own sentence stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent_service.core.money import Currency
from agent_service.llm.derived import amount
from agent_service.llm.facts import Fact, Facts
from agent_service.llm.question import Question, text_question
from agent_service.llm.redaction import Redactor

TASK = "finding"
MAX_RECORDS = 5


@dataclass(frozen=True)
class Seen:
    """What may be said of a finding: ``records`` are (model, label), the one that it is about first.

    ``amount`` is minor units of ``currency``, never negative; ``count`` is how many records there are in all.
    """

    rule_title: str
    message: str
    amount: int
    currency: Currency
    records: Sequence[tuple[str, str]] = ()
    count: int = 1


def facts_of(seen: Seen, redactor: Redactor) -> Facts:
    """Return the facts of a finding: its rule, its amount, and the records by name.

    The rule's title goes along redacted as the role of the rule, so that a model knows what it is about.
    """
    rows = [
        Fact("rule", "name", f"the check: {redactor.redacted(seen.rule_title)}", seen.rule_title),
        *(
            Fact(f"r{place}", "name", f"a record of {model.replace('.', ' ')}", label or model)
            for place, (model, label) in enumerate(seen.records[:MAX_RECORDS], 1)
        ),
    ]
    about = [fact.key for fact in rows]
    if seen.amount:
        rows.append(amount("amount", "what it is about in money", seen.amount, seen.currency, about=about))
    if seen.count > 1:
        told = str(seen.count)
        rows.append(Fact("count", "count", "records concerned", told, value=told, about=frozenset(about)))
    return Facts(tuple(rows))


def finding_question(seen: Seen, redactor: Redactor) -> Question[str]:
    """Return the question for a finding's explanation."""
    return text_question(TASK, facts_of(seen, redactor), seen.message)
