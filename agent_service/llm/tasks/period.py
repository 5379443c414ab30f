"""For which period does a bill charge a service? Two dates that stand in its own text, or none.

The program finds the dates, the model only says which are meant; so no day is ever made up.
"""

import re
from datetime import date, timedelta

from agent_service.llm.grounding import Ungrounded
from agent_service.llm.question import NONE, Question, SpanReply, parsed
from agent_service.llm.redaction import Redactor

TASK = "period"
LONGEST = timedelta(days=3 * 366)
_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def period_question(text: str, redactor: Redactor) -> Question[tuple[date, date] | None]:
    """Return the question for a service period.

    What leaves is the redacted text, in which only dates near the redactor's period stand, as ISO dates.
    """
    redacted = redactor.redacted(text)
    days = sorted({date.fromisoformat(found) for found in _ISO.findall(redacted)})
    keys = {f"d{place}": day for place, day in enumerate(days, 1)}

    def read(answer: str) -> tuple[date, date] | None:
        said = parsed(answer, SpanReply)
        if said.start == said.end == NONE:
            return None
        if said.start not in keys or said.end not in keys:
            raise Ungrounded("a date is not among those of the text: answer with their keys, or none twice")
        start, end = keys[said.start], keys[said.end]
        if not start <= end <= start + LONGEST:
            raise Ungrounded("the period ends before it begins, or lasts for more than three years")
        return start, end

    told = [{"key": key, "date": day.isoformat()} for key, day in keys.items()]
    return Question(TASK, {"text": redacted, "dates": told}, read, None)
