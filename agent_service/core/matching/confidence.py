"""How sure an explanation is: a probability from its named features, and the band that the company set.

Every feature is a reason that a person can read, between 0 and 1, and has a published weight (`weights.py`)
or one that was learned. A feature that has none is an error, never silently nothing.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import exp, log

from agent_service.core.errors import MatcherError
from agent_service.core.matching.learned import Learned
from agent_service.core.matching.model import Band, Settings
from agent_service.core.matching.weights import WEIGHTS

SUREST = 0.9999
"""Nothing is stated as certain, nor as impossible (1 - SUREST)."""

_FOUR_DIGITS = Decimal("0.0001")


def probability(family: str, features: Mapping[str, float], learned: Learned | None = None) -> float:
    """Return how probable an explanation is by its features, before it competes with others.

    Nothing is bent here: what is stated is bent once, when the competition is over (`engine`).
    Raises MatcherError for a family or a feature without a weight.
    """
    try:
        published = WEIGHTS[family]
    except KeyError as error:
        raise MatcherError(f"no confidence for explanations of the family {family}") from error
    own = learned.weights.get(family, {}) if learned else {}
    score = own.get("bias", published["bias"])
    for name, value in features.items():
        if value:
            try:
                score += own.get(name, published[name]) * value
            except KeyError as error:
                raise MatcherError(f"the feature {name} of {family} has no weight") from error
    return bounded(sigmoid(score))


def compete(probabilities: Sequence[float]) -> list[float]:
    """Return the probabilities of explanations of which at most one is true, in their order.

    Each keeps its odds against "none of these"; two that are equally sure end at just under a half.
    """
    odds = [one / (1 - one) for one in map(bounded, probabilities)]
    whole = 1 + sum(odds)
    return [bounded(one / whole) for one in odds]


def stated(value: float) -> Decimal:
    """Return a probability as it is shown and kept: four digits, never 0 or 1. Rounded down: 0.95 is 0.95."""
    return Decimal(repr(bounded(value) + 1e-12)).quantize(_FOUR_DIGITS, "ROUND_DOWN")


def band(value: Decimal, settings: Settings) -> Band:
    """Return the band of a stated confidence."""
    if value >= settings.auto_from:
        return "auto"
    return "review" if value >= settings.review_from else "ask"


def bent(value: float, points: Sequence[tuple[float, float]]) -> float:
    """Return a probability on a rising curve of points (stated, measured), straight between them.

    The curve runs from (0, 0) to (1, 1) around the points given; without points nothing is bent.
    """
    if not points:
        return value
    before = (0.0, 0.0)
    for after in (*points, (1.0, 1.0)):
        if value <= after[0]:
            width = after[0] - before[0]
            share = (value - before[0]) / width if width else 1.0
            return before[1] + share * (after[1] - before[1])
        before = after
    return value


def bounded(value: float) -> float:
    """Return a probability that is neither certain nor impossible."""
    return min(max(value, 1 - SUREST), SUREST)


def sigmoid(score: float) -> float:
    """Return the probability of a score in natural logarithms of odds."""
    return 1 / (1 + exp(-max(-40.0, min(40.0, score))))


def logit(value: float) -> float:
    """Return the natural logarithm of a probability's odds."""
    value = bounded(value)
    return log(value / (1 - value))
