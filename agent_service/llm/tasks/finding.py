"""What did a check find? A text of facts; without a model the rule's own sentence stands."""

from agent_service.core.findings import Finding
from agent_service.core.money import Currency
from agent_service.llm.derived import amount
from agent_service.llm.facts import Fact, Facts
from agent_service.llm.question import Question, text_question
from agent_service.llm.redaction import Redactor

TASK = "finding"
MAX_RECORDS = 5


def facts_of(finding: Finding, currency: Currency, redactor: Redactor) -> Facts:
    """Return what may be said of a finding: its rule, its amount, and the records by name.

    The rule's title goes along redacted as the role of the rule, so that a model knows what it is about.
    """
    records = list(dict.fromkeys((finding.anchor, *finding.records)))
    rows = [
        Fact("rule", "name", f"the check: {redactor.redacted(finding.rule_title)}", finding.rule_title),
        *(
            Fact(f"r{place}", "name", f"a record of {one.model.replace('.', ' ')}", one.label or one.model)
            for place, one in enumerate(records[:MAX_RECORDS], 1)
        ),
    ]
    about = [fact.key for fact in rows]
    if finding.amount:
        rows.append(amount("amount", "what it is about in money", finding.amount, currency, about=about))
    if len(records) > 1:
        told = str(len(records))
        rows.append(Fact("count", "count", "records concerned", told, value=told, about=frozenset(about)))
    return Facts(tuple(rows))


def finding_question(finding: Finding, currency: Currency, redactor: Redactor) -> Question[str]:
    """Return the question for a finding's explanation."""
    return text_question(TASK, facts_of(finding, currency, redactor), finding.message)
