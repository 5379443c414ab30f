"""Lines that pay no item: bank fees, interest, pay, taxes, own transfers, lines that cancel each other."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from agent_service.core.matching.learned import Learned
from agent_service.core.matching.model import Key, Line, ProposalKind, Rates, Reason, Settings


class Verdict(NamedTuple):
    """What a line is when it pays no item.

    `lines` are all lines of the same proposal, in order of day (two for a transfer seen on both sides and for
    lines that cancel each other); `features` are what the probability was made of.
    """

    kind: ProposalKind
    probability: float
    reasons: tuple[Reason, ...]
    account: Key | None
    lines: tuple[Key, ...]
    features: Mapping[str, float]


def classify(
    lines: Sequence[Line], settings: Settings, learned: Learned | None = None, rates: Rates | None = None
) -> dict[Key, Verdict]:
    """Return, by line id, the likeliest kind without an item; a line without any sign of one is absent.

    Both lines of a pair have the same verdict. The probability is the line's own, before explanations with
    items compete with it (`confidence.compete`). Same for every order of the lines.
    """
    del lines, settings, learned, rates
    return {}
