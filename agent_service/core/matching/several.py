"""Explanations of one line by several items: those it names, and sets of one payer's open items."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import exp, log

from agent_service.core.matching.catalog import Catalog
from agent_service.core.matching.evidence import STRONG_PARTNER, STRONG_REF, evidence, support
from agent_service.core.matching.explanations import SCALE, Explanation, Part, scored, written_off
from agent_service.core.matching.model import Settings
from agent_service.core.matching.numbers import FULL
from agent_service.core.matching.relations import FEE_MOST, relations
from agent_service.core.matching.single import LEAST_CHANCE, SPREAD
from agent_service.core.matching.subsets import adding_up, by_chance
from agent_service.core.matching.views import Reader, View, converted

MOST_NAMED = 600
MOST_SEARCHED = 22
MOST_OPEN = 3_000
MOST_RUN = 120
MOST_BETWEEN = 40
NAMED_FROM = 2.5
PAYOUT_SHARE = 0.08
BY_CHANCE = 0.57
"""A set that was searched for and is so seldom met by chance (one in twenty) might be what was meant."""
SEARCHED = {"several_completed", "several_swapped", "several_found"}


class Several:
    """Finds sets of items for lines."""

    def __init__(self, reader: Reader, settings: Settings, weights: Mapping[str, float]) -> None:
        """Take what lines are explained with."""
        self.reader, self.settings, self.weights = reader, settings, weights
        self.catalog: Catalog = reader.catalog

    def explain(self, place: int, view: View, best: float) -> list[Explanation]:
        """Return explanations by sets; those that nobody named only where nothing scores above `best`."""
        found: dict[tuple[int, ...], Explanation] = {}
        for one in self._all(place, view, best):
            known = found.get(one.items)
            if known is None or one.score > known.score:
                found[one.items] = one
        return list(found.values())

    def _all(self, place: int, view: View, best: float) -> Iterator[Explanation]:
        yield from self._named(place, view)
        if best < 6.0:
            for partner, (_code, telling) in sorted(
                view.partners.items(), key=lambda one: (-one[1][1], one[0])
            )[:3]:
                if telling >= 2.0:
                    yield from self._open_of(place, view, partner)

    # named sets

    def _named(self, place: int, view: View) -> Iterator[Explanation]:
        named = self._listed(view)
        if not 1 <= len(named) <= MOST_NAMED:
            return
        by_currency: dict[str, list[int]] = defaultdict(list)
        for item in sorted(named):
            by_currency[self.catalog.items[item].currency].append(item)
        for currency, items in sorted(by_currency.items()):
            for group in self._groups(view, items):
                yield from self._of_named(place, view, currency, group)

    def _listed(self, view: View) -> list[int]:
        """Return the items that the text lists: by their numbers, or by parts of them beside others."""
        full = self.catalog.by_key[FULL]
        sure = {
            item
            for item, one in view.named.items()
            if one.telling >= NAMED_FROM and not (one.level == "typo" and one.text in full)
        }
        payers = {self.catalog.partner[item] for item in sure if view.named[item].telling >= STRONG_REF}
        payers |= {who for who, (_code, telling) in view.partners.items() if telling >= STRONG_REF}
        payers.discard(-1)
        taken = {view.named[item].text for item in sure}
        for item, one in view.named.items():
            part = one.level == "short" and item not in sure and len(one.text) >= 3
            if part and self.catalog.partner[item] in payers and one.text not in taken:
                sure.add(item)
        return sorted(sure)

    def _groups(self, view: View, items: list[int]) -> list[list[int]]:
        """Return the named items, and those of each partner where one number names items of several."""
        groups = [items]
        by_partner: dict[int, list[int]] = defaultdict(list)
        for item in items:
            by_partner[self.catalog.partner[item]].append(item)
        if len(by_partner) > 1:
            groups += [by_partner[one] for one in sorted(by_partner)][:10]
        by_key: dict[str, list[int]] = defaultdict(list)
        for item in items:
            by_key[view.named[item].text].append(item)
        if 1 < len(by_key) <= 6:
            groups += [group for _key, group in sorted(by_key.items()) if len(group) > 1]
        unique: dict[tuple[int, ...], None] = dict.fromkeys(tuple(group) for group in groups)
        return [list(group) for group in unique]

    def _of_named(self, place: int, view: View, currency: str, items: list[int]) -> Iterator[Explanation]:
        paid = self._paid(view, currency)
        if paid is None:
            yield from self._abroad(place, view, currency, items)
            return
        amounts = [self.catalog.items[item].residual_currency for item in items]
        total = sum(amounts)
        if len(items) > 1:
            yield from self._total(place, view, items, paid, "several_named")
            if total == paid:
                return
            if len(items) <= MOST_SEARCHED or total != paid:
                for places in adding_up(amounts, paid, 3):
                    chosen = [items[one] for one in places]
                    yield self._made(
                        place, view, chosen, (), {"several_named": 1.0, "named_left_out": 1.0}, 0.01
                    )
        partners = {self.catalog.partner[item] for item in items}
        if len(partners) == 1 and -1 not in partners:
            yield from self._completed(place, view, currency, items, partners.pop(), paid - total)

    def _completed(
        self, place: int, view: View, currency: str, items: list[int], partner: int, rest: int
    ) -> Iterator[Explanation]:
        """Yield the named items with others of the same payer: the text was cut, or a number mistyped."""
        catalog, named = self.catalog, set(items)
        pool = [
            one
            for one in catalog.of_partner[partner][:MOST_OPEN]
            if one not in named and catalog.items[one].currency == currency
        ]
        amounts = {one: catalog.items[one].residual_currency for one in pool}
        by_amount: dict[int, list[int]] = defaultdict(list)
        for one in pool:
            by_amount[amounts[one]].append(one)
        features = {"several_completed": 1.0}
        for wrong in items[:100]:  # one of the named is another one, mistyped
            wanted = rest + catalog.items[wrong].residual_currency
            for other in by_amount.get(wanted, ())[:2]:
                kept = sorted([*(one for one in items if one != wrong), other])
                if len(kept) > 1:
                    chance = len(items) * len(pool) / max(abs(wanted), 100)
                    yield self._made(place, view, kept, (), {"several_swapped": 1.0}, chance)
        # Payers list documents in order of their numbers: what follows the last one named comes first.
        last = max(items)
        after = sorted((one for one in pool if one > last), key=lambda one: one)
        for extra, ways in self._in_order(after, [one for one in pool if one < last], amounts, rest):
            chance = ways / max(abs(rest) / 2, 1.0)
            yield self._made(place, view, [*items, *extra], (), {**features, "several_in_order": 1.0}, chance)
        others = (after + sorted((one for one in pool if one < last), reverse=True))[:400]
        left = [amounts[one] for one in others]
        alone = [[one] for one in by_amount.get(rest, ())[:3]]
        more: list[tuple[list[int], float]] = [(one, len(pool) / max(abs(rest), 100)) for one in alone]
        for size in (MOST_SEARCHED, 45, 400):
            found = adding_up(left[:size], rest, 4)
            if found:
                more += [([others[at] for at in one], by_chance(left[:size], len(one))) for one in found]
                break
            if len(left) <= size:
                break
        for extra, chance in more:
            yield self._made(place, view, [*items, *extra], (), features, chance)

    def _in_order(
        self, after: list[int], before: list[int], amounts: Mapping[int, int], rest: int
    ) -> Iterator[tuple[list[int], float]]:
        """Yield runs of items that follow the last one named, with up to two from between that were misread.

        Each comes with the number of ways in which a sum could have been hit.
        """
        between = before[-MOST_BETWEEN:]
        single: dict[int, list[int]] = defaultdict(list)
        for one in between:
            single[amounts[one]].append(one)
        double: dict[int, tuple[int, int]] = {}
        for at, one in enumerate(between):
            for other in between[at + 1 :]:
                double.setdefault(amounts[one] + amounts[other], (one, other))
        running, found = 0, 0
        for count, one in enumerate([None, *after[:MOST_RUN]]):
            if one is not None:
                running += amounts[one]
            run, left = after[:count], rest - running
            if not left and count:
                found += 1
                yield run, float(count)
            for other in single.get(left, ())[:2]:
                found += 1
                yield [*run, other], float(count + 1) * len(between)
            if left in double:
                found += 1
                yield [*run, *double[left]], float(count + 1) * len(double)
            if found > 6:
                return

    def _abroad(self, place: int, view: View, currency: str, items: list[int]) -> Iterator[Explanation]:
        if len(items) < 2:
            return
        own, amount = view.faces[0]
        value = converted(amount, own, currency, view.line.day, self.settings, self.reader.rates)
        total = sum(self.catalog.items[item].residual_currency for item in items)
        if not value or not total or (value < 0) != (total < 0):
            return
        off = abs(value - total) / abs(total)
        if off <= SPREAD:
            features = {"several_named": 1.0, "write_off_fx": 1.0, "fx_spread": off / SPREAD}
            yield self._made(place, view, items, (), features, 0.05)

    def _total(self, place: int, view: View, items: list[int], paid: int, how: str) -> Iterator[Explanation]:
        """Yield the set as a whole: exactly, with its discounts, or short by a fee or rounding."""
        rows = [self.catalog.items[item] for item in items]
        total = sum(one.residual_currency for one in rows)
        if not total or (total < 0) != (paid < 0):
            return
        due = self._discounted(view, items)
        if due is not None and due != total and due == paid:
            parts = (Part("discount", total - paid),)
            yield self._made(place, view, items, parts, {how: 1.0, "write_off_discount": 1.0}, 0.01)
        late = sum(one.discount if one.discount is not None else one.residual_currency for one in rows)
        if late not in (total, due) and late == paid:
            parts = (Part("discount", total - paid),)
            features = {how: 1.0, "write_off_discount": 1.0, "discount_late": 0.6}
            yield self._made(place, view, items, parts, features, 0.01)
        for relation in relations(
            paid,
            total,
            discount=None,
            days_to_discount=None,
            topics=view.topics,
            tolerances=self.settings.tolerances,
        ):
            if relation.partial:
                continue
            yield self._made(
                place, view, items, relation.parts, {how: 1.0, **dict(relation.features)},
                0.01 if relation.name != "bank_fee" else 0.2,
            )  # fmt: skip
        fee = total - paid
        if 0 < fee <= PAYOUT_SHARE * abs(total) and fee > FEE_MOST and "payout" in view.topics:
            features = {how: 1.0, "payout": 1.0, "write_off_bank_fee": 1.0}
            yield self._made(place, view, items, (Part("bank_fee", fee),), features, 0.2)

    def _discounted(self, view: View, items: Sequence[int]) -> int | None:
        """Return what is due for items when each discount that is still open is taken, None without any."""
        total, any_taken = 0, False
        for item in items:
            one = self.catalog.items[item]
            taken = (
                one.discount is not None
                and one.discount_day is not None
                and view.line.day <= one.discount_day
            )
            any_taken = any_taken or taken
            total += one.discount if taken and one.discount is not None else one.residual_currency
        return total if any_taken else None

    # what a payer has open

    def _open_of(self, place: int, view: View, partner: int) -> Iterator[Explanation]:
        by_currency: dict[str, list[int]] = defaultdict(list)
        for item in self.catalog.of_partner[partner][:MOST_OPEN]:
            by_currency[self.catalog.items[item].currency].append(item)
        for currency, items in sorted(by_currency.items()):
            paid = self._paid(view, currency)
            if paid is None or len(items) < 2:
                continue
            yield from self._sets(place, view, items, paid)

    def _sets(self, place: int, view: View, items: list[int], paid: int) -> Iterator[Explanation]:
        catalog = self.catalog
        ordered = sorted(items, key=lambda one: (catalog.due[one], catalog.day[one], one))
        known = [one for one in ordered if catalog.day[one] <= view.day]
        structured: dict[tuple[int, ...], str] = {}
        structured[tuple(ordered)] = "several_all_open"
        structured.setdefault(tuple(known), "several_all_open")
        structured.setdefault(tuple(one for one in known if catalog.due[one] <= view.day + 5), "several_due")
        by_month: dict[tuple[int, int], list[int]] = defaultdict(list)
        by_day: dict[int, list[int]] = defaultdict(list)
        for one in known:
            day = catalog.items[one].day
            by_month[day.year, day.month].append(one)
            by_day[catalog.due[one]].append(one)
        for group in (*by_month.values(), *by_day.values()):
            structured.setdefault(tuple(group), "several_period")
        running = 0
        for count, one in enumerate(ordered, start=1):
            running += catalog.items[one].residual_currency
            if running == paid and count > 1:
                structured.setdefault(tuple(ordered[:count]), "several_oldest")
        near = self._near(view, -1, "", items)[:60]
        amounts = [catalog.items[one].residual_currency for one in near]
        searched = [*self._searched(place, view, near, amounts, paid, "several_found")]
        taken = [self._net(view, one) for one in near]
        if taken != amounts:
            searched += self._searched(place, view, near, taken, paid, "several_found")
        telling = [one.items for one in searched if one.features.get("by_chance", 1.0) <= BY_CHANCE]
        ways = 4 + len(by_month) + len(by_day) + len(ordered)
        for chosen, how in structured.items():
            if len(chosen) > 1:
                total = sum(catalog.items[one].residual_currency for one in chosen)
                if total == paid or self._discounted(view, chosen) == paid:
                    chance = ways / max(abs(paid) / 2, 1.0)
                    for made in self._total(place, view, list(chosen), paid, how):
                        # Everything that is open explains itself; what was chosen from it has a rival.
                        if how != "several_all_open" and any(one != made.items for one in telling):
                            made.features["several_other_set"] = 1.0
                        yield self._rated(made, chance)
        yield from searched

    def _net(self, view: View, item: int) -> int:
        one = self.catalog.items[item]
        in_time = one.discount is not None and one.discount_day and view.line.day <= one.discount_day
        return one.discount if in_time and one.discount is not None else one.residual_currency

    def _searched(
        self, place: int, view: View, near: list[int], amounts: list[int], paid: int, how: str
    ) -> Iterator[Explanation]:
        for places in adding_up(amounts, paid):
            chosen = sorted(near[one] for one in places)
            total = sum(self.catalog.items[one].residual_currency for one in chosen)
            parts = (Part("discount", total - paid),) if total != paid else ()
            features = {how: 1.0} | ({"write_off_discount": 1.0} if parts else {})
            yield self._made(place, view, chosen, parts, features, by_chance(amounts, len(places)))

    def _near(self, view: View, partner: int, currency: str, items: Sequence[int] = ()) -> list[int]:
        """Return a partner's items in a currency, those due near the line's day first."""
        catalog = self.catalog
        pool = items or [
            one for one in catalog.of_partner[partner][:MOST_OPEN] if catalog.items[one].currency == currency
        ]
        return sorted(pool, key=lambda one: (abs(catalog.due[one] - view.day), one))

    def _paid(self, view: View, currency: str) -> int | None:
        return dict(view.faces).get(currency)

    def _made(
        self,
        place: int,
        view: View,
        items: list[int],
        parts: Sequence[Part],
        how: Mapping[str, float],
        chance: float,
    ) -> Explanation:
        items = sorted(items)
        features = evidence(self.catalog, view, items) | dict(how)
        write_offs = written_off(self.catalog, [view], items, parts)
        made = Explanation((place,), tuple(items), "items", features, write_offs, how="several")
        return self._rated(made, chance)

    def _rated(self, made: Explanation, chance: float) -> Explanation:
        features = made.features
        # What is named stands for itself; what was searched for is as good as chance is small.
        searched = bool(features.keys() & SEARCHED) and "several_in_order" not in features
        if searched:
            features["by_chance"] = max(0.0, min(1.0, (log(chance + 1e-12) + 7.0) / 7.0))
        named = 0.0 if searched else features.get("ref", 0.0) * SCALE
        left = chance * exp(-0.7 * min(named, 12.0))
        features["amount"] = max(-SCALE, log(4.0 / max(left, LEAST_CHANCE))) / SCALE
        scored(made, self.weights)
        if searched:  # never surer than that no other set would have fitted
            made.score = min(made.score, log(0.5 / max(chance, 1e-9)))
        return made


def supported(features: Mapping[str, float]) -> bool:
    """Tell whether number or payer speak for an explanation at all."""
    return support(features) >= STRONG_PARTNER
