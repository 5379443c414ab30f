"""Which of these accounts fits a line? A choice among candidates that the books gave, or none."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent_service.llm.question import Question, chosen
from agent_service.llm.redaction import Redactor

TASK = "account"
MAX_CANDIDATES = 12


@dataclass(frozen=True)
class AccountCandidate:
    """An account that may be meant; ``used`` counts lines of the same kind that stand there already."""

    id: int
    name: str
    used: int = 0


def account_question(
    label: str, candidates: Sequence[AccountCandidate], redactor: Redactor
) -> Question[int | None]:
    """Return the question for the account of a line.

    Args:
        label: the line's own text, as people wrote it; it leaves redacted.
        candidates: accounts, the likeliest first; beyond twelve they aren't asked about.
        redactor: of this question.
    """
    keys = {f"a{place}": one for place, one in enumerate(candidates[:MAX_CANDIDATES], 1)}
    told = [
        {"key": key, "name": redactor.redacted(one.name), "used_before": one.used}
        for key, one in keys.items()
    ]
    ids = {key: one.id for key, one in keys.items()}
    return Question(
        TASK, {"text": redactor.redacted(label), "candidates": told}, lambda said: chosen(said, ids), None
    )
