"""Whom does the label of a bank line name? A choice among given partners, or none.

Names leave as codes, word by word, and one word has one code: a model sees that label and partner share
words, and which words are ours (legal forms, trades), never whose names they are.
"""

from collections.abc import Mapping

from agent_service.llm.question import Question, chosen
from agent_service.llm.redaction import Redactor

TASK = "payer"
MAX_CANDIDATES = 12


def payer_question(label: str, partners: Mapping[int, str], redactor: Redactor) -> Question[int | None]:
    """Return the question for the payer of a bank line; ``partners`` are ids and names, the likeliest first.

    The redactor must not know the partners' names as a whole, else nothing could be compared.
    """
    keys = {f"p{place}": one for place, one in enumerate(list(partners)[:MAX_CANDIDATES], 1)}
    told = [{"key": key, "name": redactor.redacted(partners[one])} for key, one in keys.items()]
    return Question(
        TASK, {"label": redactor.redacted(label), "candidates": told}, lambda said: chosen(said, keys), None
    )
