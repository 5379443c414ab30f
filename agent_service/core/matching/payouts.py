"""Payouts of card processors that name no batch: what came in on one day or a few, less the processor's fee.

The bank's text and the outstanding payments bear the processor's name. Which days a payout covers and what
the processor keeps is told by its other payouts: the same distance in days and the same share each time.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agent_service.core.matching.catalog import Catalog
from agent_service.core.matching.explanations import Explanation, Part, scored, written_off
from agent_service.core.matching.texts import taken_apart, words
from agent_service.core.matching.views import View
from agent_service.core.matching.vocabulary import FURNITURE, MONTHS

MOST_SHARE = 0.065
MOST_EACH = 50
"""Beside its share a processor keeps at most so many minor units a payment."""
MOST_DAYS_BEFORE = 12
MOST_GROUPS = 5
MOST_ITEMS = 2_000
LEAST_BORNE = 4
SAME_SHARE = 0.004
_SAME = (
    (frozenset({"AMEX"}), frozenset({"AMERICAN", "EXPRESS"})),
    (frozenset({"PAYPAL"}), frozenset({"PP"})),
    (frozenset({"SQUARE"}), frozenset({"SQ"}), frozenset({"SQUAREUP"})),
    (frozenset({"ZETTLE"}), frozenset({"IZETTLE"})),
)
"""Names of one processor, long and short."""
_GENERAL = frozenset(
    [
        "CARD",
        "CARDS",
        "PAYMENT",
        "PAYMENTS",
        "CUSTOMER",
        "SALE",
        "SALES",
        "ORDER",
        "ORDERS",
        "ONLINE",
        "INVOICE",
        "THE",
        "FOR",
        "FROM",
        "AND",
        "BANK",
        "CHECK",
        "CHEQUE",
        "CASH",
        "OUTSTANDING",
        "RECEIPT",
        "RECEIPTS",
        "DEPOSIT",
        "PAID",
        "TRANSACTION",
        "WEB",
        "SHOP",
        "STORE",
        "CREDIT",
        "DEBIT",
    ]
)


@dataclass(slots=True)
class _Candidate:
    line: int
    word: str
    items: tuple[int, ...]
    total: int
    fee: int
    lag: int
    days: int

    @property
    def share(self) -> float:
        return self.fee / self.total


class Payouts:
    """Finds the payments of some days that lines may pay out; explained when all lines were looked at."""

    def __init__(self, catalog: Catalog, weights: Mapping[str, float]) -> None:
        """Read the outstanding payments' texts."""
        self.catalog, self.weights = catalog, weights
        self._by_word = _by_word(catalog)
        self._found: dict[str, list[_Candidate]] = defaultdict(list)

    def look(self, place: int, view: View) -> None:
        """Keep what a line may pay out."""
        if self._by_word:
            for word in _spoken(view, self._by_word):
                self._found[word] += _of_line(self.catalog, place, view, word, self._by_word[word])

    def explained(self, views: Sequence[View]) -> Iterator[Explanation]:
        """Yield explanations of lines by a processor's payments of some days, less what it may keep."""
        for word in sorted(self._found):
            candidates = self._found[word]
            beside = _Beside(candidates)
            for one in candidates:
                yield _explained(self.catalog, views, self.weights, one, beside)


def _by_word(catalog: Catalog) -> dict[str, dict[int, list[int]]]:
    """Return outstanding payments by the words of their texts and by day."""
    by_word: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    counts: dict[str, int] = defaultdict(int)
    cache: dict[str, frozenset[str]] = {}
    for place, item in enumerate(catalog.items):
        if item.kind not in ("outstanding", "cash"):
            continue
        for word in _words(item.label, cache) | _words(item.ref, cache):
            by_word[word][catalog.day[place]].append(place)
            counts[word] += 1
    return {word: by_word[word] for word in by_word if counts[word] >= LEAST_BORNE}


def _words(text: str, cache: dict[str, frozenset[str]]) -> frozenset[str]:
    known = cache.get(text)
    if known is None:
        known = frozenset(
            word
            for word in words(taken_apart(text[:200]))
            if len(word) >= 3
            and word.isalpha()
            and word not in FURNITURE
            and word not in MONTHS
            and word not in _GENERAL
        )
        if len(cache) < 20_000:
            cache[text] = known
    return known


def _spoken(view: View, by_word: Mapping[str, object]) -> list[str]:
    spoken = {word for text in view.texts for word in words(text)}
    spoken |= set(words(taken_apart(view.line.partner_name)))
    for names in _SAME:
        if any(name <= spoken for name in names):
            spoken |= {word for name in names for word in name}
    return sorted(spoken & by_word.keys())[:4]


def _of_line(
    catalog: Catalog, place: int, view: View, word: str, by_day: Mapping[int, Sequence[int]]
) -> list[_Candidate]:
    faces = dict(view.faces)
    days = [day for day in sorted(by_day) if view.day - MOST_DAYS_BEFORE <= day <= view.day]
    made = []
    for first in range(len(days)):
        items: list[int] = []
        total = 0
        for count, day in enumerate(days[first : first + MOST_GROUPS], start=1):
            for item in by_day[day]:
                one = catalog.items[item]
                paid = faces.get(one.currency)
                if paid is not None and (one.residual_currency < 0) == (paid < 0):
                    items.append(item)
                    total += one.residual_currency
            if len(items) < 2 or len(items) > MOST_ITEMS:
                continue
            paid = faces[catalog.items[items[0]].currency]
            fee = total - paid
            if 0 <= fee <= MOST_SHARE * abs(total) + MOST_EACH * len(items) and fee < abs(total) * 0.15:
                made.append(_Candidate(place, word, tuple(items), total, fee, view.day - day, count))
    return made


class _Beside:
    """What one processor's candidates have in common, counted by lines."""

    def __init__(self, candidates: Sequence[_Candidate]) -> None:
        shares: dict[int, list[float]] = defaultdict(list)
        self.of_days: dict[tuple[int, int], set[int]] = defaultdict(set)
        for one in candidates:
            shares[one.line].append(one.share)
            self.of_days[one.lag, one.days].add(one.line)
        self.shares = {line: sorted(own) for line, own in shares.items()}

    def counts(self, one: _Candidate) -> tuple[int, int, int]:
        """Return how many other lines there are, with the same days, and of those with the same share too."""
        same_days = self.of_days[one.lag, one.days] - {one.line}
        both = sum(_near(self.shares[line], one.share) for line in same_days)
        return len(self.shares) - 1, len(same_days), both


def _near(shares: Sequence[float], wanted: float) -> bool:
    """Tell whether one of some sorted shares is the wanted one, or nearly."""
    at = bisect_left(shares, wanted)
    return any(abs(one - wanted) <= SAME_SHARE for one in shares[max(at - 1, 0) : at + 1])


def _explained(
    catalog: Catalog, views: Sequence[View], weights: Mapping[str, float], one: _Candidate, beside: _Beside
) -> Explanation:
    others, same_days, both = beside.counts(one)
    most = max(others, 1)
    features = {
        "payout_days": 1.0,
        "payout_same_share": both / most,
        "payout_same_days": same_days / most,
        "payout_more_days": (one.days - 1) / 4,
    }
    if "payout" in views[one.line].topics:
        features["payout_said"] = 1.0
    parts = (Part("bank_fee", one.fee),) if one.fee else ()
    if not one.fee:
        features["amount_exact"] = 1.0
    write_offs = written_off(catalog, [views[one.line]], one.items, parts)
    made = Explanation((one.line,), tuple(sorted(one.items)), "items", features, write_offs, how="payout")
    return scored(made, weights)
