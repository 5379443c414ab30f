"""Items that cancel each other: a payment that was voided, and the entry that took it back."""

from collections.abc import Iterator, Mapping

from agent_service.core.matching.catalog import Catalog
from agent_service.core.matching.explanations import Explanation, scored
from agent_service.core.matching.model import Item
from agent_service.core.matching.numbers import FULL, numbers_of, spellings
from agent_service.core.matching.texts import readable
from agent_service.core.matching.views import WORDS_ABOUT

_WORDS = frozenset(WORDS_ABOUT["void"].split())
MOST_PAIRS = 30


def voided(catalog: Catalog, weights: Mapping[str, float]) -> Iterator[Explanation]:
    """Yield pairs of one partner's items of opposite amounts of which one names or takes back the other."""
    for (currency, amount), places in catalog.by_amount.items():
        if amount <= 0 or len(places) > MOST_PAIRS:
            continue
        others = catalog.by_amount.get((currency, -amount), ())
        if not others or len(others) > MOST_PAIRS:
            continue
        for one in places:
            for other in others:
                features = _features(catalog.items[one], catalog.items[other])
                if features and catalog.partner[one] == catalog.partner[other]:
                    pair = tuple(sorted((one, other)))
                    yield scored(Explanation((), pair, "offset", features, how="voided"), weights)


def _features(one: Item, other: Item) -> dict[str, float]:
    """Return what speaks for two items cancelling each other, nothing where nothing does."""
    if one.residual != -other.residual:
        return {}
    payments = {one.kind, other.kind} <= {"outstanding", "cash"}
    words = {word for item in (one, other) for word in readable(_texts(item)).replace("/", " ").split()}
    linked = bool(_numbers(one) & _numbers(other))
    said = bool(words & _WORDS)
    if not (linked or said) or not (payments or (linked and said)):
        return {}
    features = {"voided": 1.0}
    if linked:
        features["voided_linked"] = 1.0
    if said:
        features["voided_said"] = 1.0
    if payments:
        features["voided_payments"] = 1.0
    return features


def _texts(item: Item) -> str:
    return " ".join((item.move_name, item.ref, item.label))[:600]


def _numbers(item: Item) -> frozenset[str]:
    return frozenset(
        key
        for text in (item.move_name, item.ref, item.label)
        if text
        for number in numbers_of(text)
        for key, level in spellings(number)
        if level == FULL
    )
