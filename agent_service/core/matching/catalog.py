"""The open items behind indexes: by number, amount, partner and account. No step looks at all of them.

Columns are lists by an item's place; places follow the items' keys, so the order of the input never shows.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import log

from agent_service.core.matching.model import Item, Key, Settings
from agent_service.core.matching.names import Names
from agent_service.core.matching.numbers import (
    DIGITS,
    FULL,
    SHORT,
    digits_in,
    numbers_of,
    shape_of,
    spellings,
)
from agent_service.core.matching.periods import months_in
from agent_service.core.matching.texts import folded, taken_apart
from agent_service.core.text import sanitized

MOST_PER_KEY = 600
"""A number that more items share names none of them."""


def sort_key(key: Key) -> tuple[str, int, str]:
    """Return what orders keys of both kinds: whole numbers by value, texts by text."""
    return ("", key, "") if isinstance(key, int) else ("s", 0, key)


class Catalog:
    """Open items, ready to be asked."""

    def __init__(self, items: Iterable[Item], settings: Settings) -> None:
        """Build the indexes; items without an amount are left out."""
        self.items: list[Item] = sorted(
            (one for one in items if one.residual or one.residual_currency), key=lambda one: sort_key(one.id)
        )
        self.company = settings.company_currency
        self.day = [one.day.toordinal() for one in self.items]
        self.due = [(one.due or one.day).toordinal() for one in self.items]
        self.partner: list[int] = []
        self.partner_ids: list[Key | None] = []
        self.of_partner: dict[int, list[int]] = defaultdict(list)
        self.of_account: dict[str, list[int]] = defaultdict(list)
        self.partner_by_id: dict[Key, int] = {}
        self.by_key: tuple[dict[str, int | list[int]], ...] = ({}, {}, {})
        self.by_folded: dict[str, int | list[int]] = {}
        self.lengths: dict[tuple[int, int], int] = defaultdict(int)
        self.by_amount: dict[tuple[str, int], list[int]] = defaultdict(list)
        self.sorted_amounts: dict[str, tuple[list[int], list[int]]] = {}
        self.of_group: dict[Key, list[int]] = defaultdict(list)
        self.by_discount: dict[tuple[str, int], list[int]] = defaultdict(list)
        self._ordered: list[str] | None = None
        self._shapes: dict[int, frozenset[str]] = {}
        self._months: dict[int, frozenset[tuple[int, int]]] = {}
        self._partners()
        self._numbers()
        self._amounts()

    def _partners(self) -> None:
        names: dict[tuple[int, str], None] = {}
        by_name: dict[str, int] = {}
        for place, item in enumerate(self.items):
            if item.partner_id is not None:
                known = self.partner_by_id.get(item.partner_id)
                if known is None:
                    known = self.partner_by_id[item.partner_id] = len(self.partner_ids)
                    self.partner_ids.append(item.partner_id)
            elif item.partner_name.strip():
                key = " ".join(item.partner_name.upper().split())
                known = by_name.get(key)
                if known is None:
                    known = by_name[key] = len(self.partner_ids)
                    self.partner_ids.append(None)
            else:
                known = -1
            self.partner.append(known)
            if known >= 0:
                self.of_partner[known].append(place)
                if item.partner_name:
                    names[known, item.partner_name] = None
            for account in item.bank_accounts:
                bare = sanitized(account[:64])
                if len(bare) >= 4 and known >= 0:
                    owners = self.of_account[bare]
                    if known not in owners:
                        owners.append(known)
        self.names = Names(names)

    def _numbers(self) -> None:
        put = _put
        cache: dict[str, list[tuple[str, int]]] = {}
        for place, item in enumerate(self.items):
            keys: dict[str, int] = {}
            for text in {item.move_name, item.ref, item.label}:
                if not text:
                    continue
                known = cache.get(text)
                if known is None:
                    known = [tuple(one) for number in numbers_of(text) for one in spellings(number)]
                    if len(cache) < 50_000:
                        cache[text] = known
                for key, level in known:
                    if level < keys.get(key, 9):
                        keys[key] = level
            for key, level in keys.items():
                put(self.by_key[level], key, place)
                if level != SHORT:
                    fold = folded(key)
                    put(self.by_folded, key if fold == key else fold, place)
                self.lengths[level, len(key)] += 1

    def _amounts(self) -> None:
        per: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for place, item in enumerate(self.items):
            self.by_amount[item.currency, item.residual_currency].append(place)
            per[item.currency].append((item.residual_currency, place))
            if item.discount is not None and item.discount != item.residual_currency:
                self.by_discount[item.currency, item.discount].append(place)
            if item.group is not None:
                self.of_group[item.group].append(place)
        for currency, pairs in per.items():
            pairs.sort()
            self.sorted_amounts[currency] = ([a for a, _p in pairs], [p for _a, p in pairs])

    def months(self, place: int) -> frozenset[tuple[int, int]]:
        """Return the months that an item's own text names."""
        known = self._months.get(place)
        if known is None:
            item = self.items[place]
            text = f"{item.label} {item.ref}".strip()
            known = months_in(taken_apart(text[:300])) if text else frozenset()
            self._months[place] = known
        return known

    def shapes(self, place: int) -> frozenset[str]:
        """Return the shapes of an item's own whole numbers."""
        known = self._shapes.get(place)
        if known is None:
            item = self.items[place]
            known = frozenset(
                shape_of(key)
                for text in (item.move_name, item.ref)
                for number in numbers_of(text)
                for key, level in spellings(number)
                if level == FULL
            )
            self._shapes[place] = known
        return known

    def named(self, level: int, key: str) -> Sequence[int]:
        """Return the items that a spelling of a level names, none where too many share it."""
        found = self.by_key[level].get(key)
        if found is None:
            return ()
        return (found,) if isinstance(found, int) else found if len(found) <= MOST_PER_KEY else ()

    def named_folded(self, key: str) -> Sequence[int]:
        """Return the items that a spelling names when letters that look like digits are read as digits."""
        found = self.by_folded.get(key)
        if found is None:
            return ()
        return (found,) if isinstance(found, int) else found if len(found) <= 20 else ()

    def telling_begin(self, begin: str) -> float:
        """Return how much the beginning of a number proves, 0 to 8: the fewer numbers begin so, the more."""
        if self._ordered is None:
            self._ordered = sorted(self.by_key[FULL])
        first = bisect_left(self._ordered, begin)
        last = bisect_left(self._ordered, begin + "\uffff")
        return max(0.0, min(8.0, log((len(self._ordered) + 1) / max(last - first, 1)) - 0.5))

    def telling(self, level: int, key: str) -> float:
        """Return how much a spelling proves, 0 to 10: how unlikely it stands in a text by chance."""
        digits = digits_in(key)
        space = min(digits, 12) * 2.302 + (3.0 if digits < len(key) else 0.0)
        return max(0.5, min(10.0, space - log(self.lengths.get((level, len(key)), 0) + 1) + 1.5))

    def near(self, currency: str, low: int, high: int, most: int) -> list[int]:
        """Return the items of a currency whose open amount lies between two bounds, none beyond `most`."""
        if currency not in self.sorted_amounts:
            return []
        amounts, places = self.sorted_amounts[currency]
        first, last = bisect_left(amounts, low), bisect_right(amounts, high)
        return places[first:last] if last - first <= most else []

    def count_near(self, currency: str, low: int, high: int) -> int:
        """Return how many items lie between two amounts."""
        if currency not in self.sorted_amounts:
            return 0
        amounts, _places = self.sorted_amounts[currency]
        return bisect_right(amounts, high) - bisect_left(amounts, low)

    def chance(self, currency: str, amount: int) -> float:
        """Return how many items are to be expected at exactly an amount by chance alone.

        From how thick amounts of this size and sign lie, and how round it is: hundreds are met more often.
        """
        size = abs(amount)
        width = max(size // 5, 50)
        around = self.count_near(currency, amount - width, amount + width)
        step = 1
        for one in (100, 1000, 5000, 10000, 100000):
            if amount % one == 0:
                step = one
        crowd = {1: 1.0, 100: 8.0, 1000: 30.0, 5000: 60.0, 10000: 100.0, 100000: 300.0}[step]
        return (around + 0.5) / (2 * width + 1) * crowd


def _put(index: dict[str, int | list[int]], key: str, place: int) -> None:
    known = index.get(key)
    if known is None:
        index[key] = place
    elif isinstance(known, int):
        if known != place:
            index[key] = [known, place]
    elif known[-1] != place:
        known.append(place)


LEVELS = (FULL, DIGITS, SHORT)
