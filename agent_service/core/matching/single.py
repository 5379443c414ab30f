"""Explanations of a line by one item: exactly paid, or short or over by what a rule of payment explains."""

from collections.abc import Iterable, Iterator, Mapping
from math import exp, log

from rapidfuzz import process
from rapidfuzz.distance import OSA

from agent_service.core.matching.catalog import Catalog
from agent_service.core.matching.evidence import STRONG_PARTNER, evidence, support
from agent_service.core.matching.explanations import SCALE, Explanation, Part, scored, written_off
from agent_service.core.matching.model import Settings
from agent_service.core.matching.numbers import FULL, digits_in, is_date, numbers_of, spellings
from agent_service.core.matching.relations import FEE_MOST, Relation, relations
from agent_service.core.matching.views import Named, Reader, View, converted

MOST_SAME_AMOUNT = 40
MOST_OF_PARTNER = 60
SPREAD = 0.03
"""A payment converted by a bank may be so far from the day's rate."""
LEAST_CHANCE = 0.006
SHORTEST_TAIL = 4
"""A number that is cut off at the text's end shows so many characters at least."""


def amount_feature(chance: float, features: Mapping[str, float]) -> float:
    """Return what an amount proves beside number and payer, -1 to 1: the rarer by chance, the more."""
    left = chance * exp(-0.7 * min(support(features), 12.0))
    return max(-SCALE, log(4.0 / max(left, LEAST_CHANCE))) / SCALE


class Single:
    """Finds single items for lines."""

    def __init__(self, reader: Reader, settings: Settings, weights: Mapping[str, float]) -> None:
        """Take what lines are explained with."""
        self.reader, self.settings, self.weights = reader, settings, weights
        self.catalog: Catalog = reader.catalog
        self._compacts: dict[int, tuple[str, ...]] = {}

    def explain(self, place: int, view: View) -> list[Explanation]:
        """Return the explanations of one line by single items, unordered."""
        made: list[Explanation] = []
        for item in self._candidates(view):
            self._slips(view, item)
            made += self._of_item(place, view, item)
        return made

    def _candidates(self, view: View) -> list[int]:
        catalog = self.catalog
        found: dict[int, None] = {}
        named = sorted(view.named, key=lambda one: (-view.named[one].telling, one))
        found |= dict.fromkeys(named[:MOST_OF_PARTNER])
        partners = sorted(
            (one for one, (_code, telling) in view.partners.items() if telling >= 2.0),
            key=lambda one: (-view.partners[one][1], one),
        )[:4]
        for face in view.faces:
            same = catalog.by_amount.get(face, ())
            if len(same) <= MOST_SAME_AMOUNT:
                found |= dict.fromkeys(same)
            same = catalog.by_discount.get(face, ())
            if len(same) <= MOST_SAME_AMOUNT:
                found |= dict.fromkeys(same)
        for partner in partners:
            found |= dict.fromkeys(self._of_partner(view, partner))
        if not view.partners and not named:
            return sorted(found)
        for currency, low, high in self._abroad(view):
            found |= dict.fromkeys(catalog.near(currency, low, high, MOST_SAME_AMOUNT))
        return sorted(found)

    def _of_partner(self, view: View, partner: int) -> Iterable[int]:
        """Return the items of a partner that one payment may concern, those near in amount first."""
        items = self.catalog.of_partner[partner]
        if len(items) <= MOST_OF_PARTNER:
            return items
        faces = dict(view.faces)

        def far(item: int) -> tuple:
            one = self.catalog.items[item]
            paid = faces.get(one.currency)
            if paid is None:
                return (2, 0, item)
            off = abs(one.residual_currency - paid)
            return (0 if off <= FEE_MOST else 1, off, abs(self.catalog.due[item] - view.day), item)

        return sorted(items[:20_000], key=far)[:MOST_OF_PARTNER]

    def _abroad(self, view: View) -> Iterator[tuple[str, int, int]]:
        """Yield the line's amount in each other currency of the items, with the spread around it."""
        paid, amount = view.faces[0]
        known = {currency for currency, _amount in view.faces}
        for currency in sorted(self.catalog.sorted_amounts)[:40]:
            if currency in known:
                continue
            value = converted(amount, paid, currency, view.line.day, self.settings, self.reader.rates)
            if value:
                width = int(abs(value) * SPREAD) + 1
                yield currency, value - width, value + width

    def _slips(self, view: View, item: int) -> None:
        """Look for the item's number with one slip, or cut off at the text's end, where it is not named."""
        best: Named | None = view.named.get(item)
        if best is not None and best.level in ("full", "digits", "typo"):
            return
        if not view.slips:
            tails = _tails(view)
            view.slips = (_number_like(view), tails, frozenset(one[:SHORTEST_TAIL] for one in tails))
        windows, tails, heads = view.slips
        for compact in self._numbers(item):
            near = windows.get(len(compact))
            close = (
                process.extract(compact, near, scorer=OSA.distance, score_cutoff=1, limit=3) if near else ()
            )
            for raw, distance, _place in close:
                if distance == 1:
                    telling = max(0.5, 0.7 * self.catalog.telling(FULL, compact) - 1.5)
                    if raw in self.catalog.by_key[FULL]:  # it is another item's own number
                        telling *= 0.5 if best is None else 0.0
                    if best is None or telling > best.telling:
                        best = Named("typo", telling, raw)
            tail = _cut(tails, compact) if compact[:SHORTEST_TAIL] in heads else ""
            if tail:
                telling = min(0.6 * self.catalog.telling(FULL, tail), self.catalog.telling_begin(tail))
                if telling > 0.4 and (best is None or telling > best.telling):
                    best = Named("cut", telling, tail)
        if best is not None:
            view.named[item] = best

    def _numbers(self, item: int) -> tuple[str, ...]:
        known = self._compacts.get(item)
        if known is None:
            one = self.catalog.items[item]
            known = tuple(
                dict.fromkeys(
                    key
                    for text in (one.move_name, one.ref, one.label)
                    if text
                    for number in numbers_of(text)
                    for key, level in spellings(number)
                    if level == FULL and len(key) >= 5 and not is_date(key)
                )
            )
            self._compacts[item] = known
        return known

    def _of_item(self, place: int, view: View, item: int) -> Iterator[Explanation]:
        catalog, one = self.catalog, self.catalog.items[item]
        paid = dict(view.faces).get(one.currency)
        if paid is None:
            yield from self._abroad_item(place, view, item)
            return
        days = (one.discount_day.toordinal() - view.day) if one.discount_day else None
        found = relations(
            paid,
            one.residual_currency,
            discount=one.discount,
            days_to_discount=days,
            topics=view.topics,
            tolerances=self.settings.tolerances,
        )
        if not found or (found[0].partial and not self._supported(view, item)):
            return  # most candidates end here: what speaks for them need not be put together
        base = evidence(catalog, view, (item,))
        for relation in found:
            features = base | dict(relation.features)
            features["amount"] = amount_feature(self._chance(relation, one.currency, paid), features)
            if relation.partial and support(features) < STRONG_PARTNER:
                continue
            if relation.name not in ("exact", "discount") and _loose(features):
                features["loose"] = 1.0
            write_offs = () if relation.partial else written_off(catalog, [view], (item,), relation.parts)
            made = Explanation(
                (place,), (item,), "items", features, write_offs, relation.partial, how=relation.name
            )
            yield scored(made, self.weights)

    def _chance(self, relation: Relation, currency: str, paid: int) -> float:
        catalog = self.catalog
        if relation.name == "bank_fee":
            return max(0.3, catalog.count_near(currency, paid + 1, paid + FEE_MOST) / 3)
        if relation.name == "partial":
            return max(1.0, len(catalog.items) / 2)
        times = {"exact": 1.0, "discount": 1.0, "rounding": 8.0, "withholding": 20.0}[relation.name]
        return catalog.chance(currency, paid) * times

    def _supported(self, view: View, item: int) -> bool:
        """Tell whether number and payer prove so much together that an amount may differ."""
        named = view.named.get(item)
        ref = min(named.telling, SCALE) if named else 0.0
        payer = view.partners.get(self.catalog.partner[item], ("", 0.0))[1]
        return ref + min(max(payer, 0.0), SCALE) >= STRONG_PARTNER - 1e-6

    def _abroad_item(self, place: int, view: View, item: int) -> Iterator[Explanation]:
        catalog, one = self.catalog, self.catalog.items[item]
        paid, amount = view.faces[0]
        value = converted(amount, paid, one.currency, view.line.day, self.settings, self.reader.rates)
        if not value or (value < 0) != (one.residual_currency < 0):
            return
        off = abs(value - one.residual_currency) / abs(one.residual_currency)
        if off > SPREAD or not self._supported(view, item):
            return
        base = evidence(catalog, view, (item,))
        if support(base) < STRONG_PARTNER:
            return
        width = int(abs(value) * SPREAD) + 1
        chance = max(0.02, catalog.count_near(one.currency, value - width, value + width) / 2)
        features = base | {"write_off_fx": 1.0, "fx_spread": off / SPREAD}
        if features.get("ref", 0.0) < 0.25:
            features["fx_unnamed"] = 1.0
        features["amount"] = amount_feature(chance, features)
        parts: tuple[Part, ...] = ()
        made = Explanation(
            (place,), (item,), "items", features, written_off(catalog, [view], (item,), parts), how="fx"
        )
        yield scored(made, self.weights)


def _loose(features: Mapping[str, float]) -> bool:
    """Tell whether no number names the item; a part of one does if the payer is known."""
    ref = features.get("ref", 0.0)
    return ref < (0.05 if features.get("payer", 0.0) * SCALE >= STRONG_PARTNER else 0.25)


def _number_like(view: View) -> dict[int, list[str]]:
    """Return spelled-together neighbours of the texts that may be a number, by possible length."""
    found: dict[int, list[str]] = {}
    for raw in view.number_like():
        for length in range(len(raw) - 1, len(raw) + 2):
            found.setdefault(length, []).append(raw)
    return found


def _tails(view: View) -> tuple[str, ...]:
    """Return the ends of the label, written together, in which a number may be cut off."""
    tails, tail = [], ""
    for run in reversed(view.text.runs[-5:]):
        tail = run + tail
        if len(tail) >= SHORTEST_TAIL and digits_in(tail) >= 2:
            tails.append(tail)
    return tuple(tails)


def _cut(tails: tuple[str, ...], compact: str) -> str:
    """Return the end of the label if the number begins with it and is cut off there, else nothing."""
    for tail in tails:
        if len(tail) >= len(compact):
            return ""
        if 2 * len(tail) >= len(compact) - 1 and compact.startswith(tail):
            return tail
    return ""
