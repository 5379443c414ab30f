"""Two lines that explain each other: a transfer seen in two own journals, and lines that cancel.

An amount alone is no proof: each pair needs a second sign, such as a word for it, an own account, one
reference in both texts, or the same payer. Candidates come from indexes and are bounded per line; the
surest pair goes first and no line stands in two.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from agent_service.core.matching.cancelling import cancelling
from agent_service.core.matching.confidence import probability
from agent_service.core.matching.learned import Learned
from agent_service.core.matching.line_facts import Facts
from agent_service.core.matching.model import Key, Rates, Reason, Settings
from agent_service.core.matching.pair_facts import Candidate, order
from agent_service.core.matching.transfers import transfers

LEFT_FROM = 0.5
"""A transfer that is more probable than not, and was not made, leaves its lines in doubt."""


class Pair(NamedTuple):
    """Two lines that belong together, the earlier or outgoing one first."""

    kind: str
    lines: tuple[Key, Key]
    probability: float
    features: dict[str, float]
    reasons: tuple[Reason, ...]


def pairs(
    told: Sequence[Facts], settings: Settings, learned: Learned, rates: Rates
) -> tuple[list[Pair], set[Key]]:
    """Return the pairs among lines, each line in at most one; the same for every order of the lines.

    Beside them the lines that would be a transfer's side as well, had another pair not taken the other side.
    """
    candidates = [*cancelling(told, learned), *transfers(told, settings, learned, rates)]
    candidates.sort(key=lambda one: (-round(one.score, 6), one.gap, order(one.first), order(one.second)))
    crowd: dict[Key, list[Candidate]] = defaultdict(list)
    for one in candidates:
        crowd[one.first.line.id].append(one)
        crowd[one.second.line.id].append(one)
    taken: set[Key] = set()
    found = []
    for one in candidates:
        ids = (one.first.line.id, one.second.line.id)
        if taken & set(ids):
            continue
        taken |= set(ids)
        features = dict(one.features)
        if _rivals(one, crowd):
            features["pair_rivals"] = 1
        found.append(
            Pair(
                one.kind,
                ids,
                probability("without_items", features, learned),
                features,
                _reasons(one, features),
            )
        )
    left = {
        key
        for one in candidates
        if one.kind == "internal_transfer" and one.score >= LEFT_FROM
        for key in (one.first.line.id, one.second.line.id)
        if key not in taken
    }
    return found, left


def _rivals(one: Candidate, crowd: dict[Key, list[Candidate]]) -> bool:
    """Tell whether another pair explains one of the lines as well, at the same distance in days."""
    ids = {one.first.line.id, one.second.line.id}
    return any(
        rival is not one and rival.gap == one.gap and rival.score >= one.score - 0.02
        for key in ids
        for rival in crowd[key]
    )


_TEXTS = {
    "pair_words": {
        "offset": "The text says that it was returned or reversed",
        "internal_transfer": "The text says so",
    },
    "pair_same_reference": "Both texts hold the same reference",
    "pair_same_party": "The same payer on both sides",
    "pair_same_text": "Both texts read alike",
    "pair_own_account": "The other side is an account of the company",
    "pair_own_name": "The other side is the company itself",
    "pair_rate": "Worth as much at the day's rate",
    "pair_bare": "Both texts say nothing but that money was moved between accounts",
    "pair_other_account": "The text names another account",
    "pair_amount_only": "Beside the amount nothing says which line was returned",
    "pair_rivals": "Another line fits as well",
    "document_named": "The label names a document",
}


_DOUBTS = ("pair_rivals", "pair_amount_only", "pair_other_account", "document_named")


def _reasons(one: Candidate, features: dict[str, float]) -> tuple[Reason, ...]:
    first, second = one.first.line, one.second.line
    where = f" in {second.journal}" if one.kind == "internal_transfer" else ""
    opening = {
        "offset": f"A line of {first.day} and one of {second.day} cancel each other",
        "internal_transfer": f"Out of {first.journal} on {first.day}, in on {second.day}{where}",
    }[one.kind]
    reasons = [Reason("pair_same_amount", opening, f"{first.id}, {second.id}")]
    for name, text in _TEXTS.items():
        if features.get(name):
            code = f"doubt_{name}" if name in _DOUBTS else name
            reasons.append(Reason(code, text[one.kind] if isinstance(text, dict) else text))
    return tuple(reasons)
