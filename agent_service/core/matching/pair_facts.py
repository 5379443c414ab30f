"""What two lines that explain each other have in common; used by `cancelling` and `transfers`."""

from typing import NamedTuple

from rapidfuzz import fuzz

from agent_service.core.matching.line_facts import Facts
from agent_service.core.matching.model import Line
from agent_service.core.matching.payers import name_key
from agent_service.core.matching.vocabulary import FURNITURE
from agent_service.core.matching.words_traps import INVOICE_WORDS
from agent_service.core.text import sanitized

NEIGHBOURS = 12
"""So many lines of the opposite amount are looked at for one line, the nearest days first."""


class Candidate(NamedTuple):
    """Two lines, the earlier or outgoing one first, what speaks for them, the days between them."""

    score: float
    gap: int
    first: Facts
    second: Facts
    kind: str
    features: dict[str, float]


def order(one: Facts) -> tuple:
    """Return what puts lines in order."""
    return one.line.day, str(one.line.id)


def _telling(one: Facts) -> list[str]:
    return [word for word in one.words if word not in FURNITURE and word not in INVOICE_WORDS]


def same_text(one: Facts, other: Facts, least: int = 2) -> float:
    """Return how alike two texts read, 0 to 1; 0 where they have fewer words than `least` or aren't alike."""
    words, others = _telling(one), _telling(other)
    shortest = min(len(words), len(others))
    if shortest < least:
        return 0.0
    alike = fuzz.token_set_ratio(" ".join(words), " ".join(others)) / 100
    return (alike - 0.6) / 0.4 * min(1.0, shortest / 2) if alike >= 0.8 else 0.0


def same_party(one: Line, other: Line) -> bool:
    """Tell whether two lines name one account or one name, a letter more or less."""
    account, other_account = sanitized(one.account_number[:64]), sanitized(other.account_number[:64])
    name, other_name = name_key(one.partner_name[:140]), name_key(other.partner_name[:140])
    return bool(account and account == other_account) or bool(
        name and other_name and (name == other_name or fuzz.ratio(name, other_name) >= 88)
    )


def other_party(one: Line, other: Line) -> bool:
    """Tell whether both lines name somebody; asked where they don't name the same."""
    name, other_name = name_key(one.partner_name[:140]), name_key(other.partner_name[:140])
    return bool(name and other_name)


def days_between(one: Facts, other: Facts) -> int:
    """Return the days between two lines, whichever is earlier."""
    return abs((one.line.day - other.line.day).days)


def when(one: Facts, other: Facts, days: int) -> dict[str, float]:
    """Return the feature of two lines' distance, as a share of the days it may take at most."""
    gap = days_between(one, other)
    return {"pair_same_day": 1} if gap <= 1 else {"pair_days_apart": min(1.0, gap / days)}
