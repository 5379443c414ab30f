"""Who pays: partners by their names, found through words of a bank's text, misspelt and cut-off ones too.

A word weighs what it tells apart: the logarithm of how many partners there are for each one that bears it.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from math import log

from agent_service.core.matching.texts import readable
from agent_service.core.matching.vocabulary import FURNITURE, LEGAL_FORMS
from agent_service.core.text import chunks, unspaced

MOST_PER_WORD = 60
"""A word that so many partners bear is looked at only beside another one."""
MOST_WORDS = 60
"""So many words of a line are looked at."""
MOST_FOUND = 8
UNKNOWN = 40
"""So many payers are thought of beside those with open items: names tell something in the smallest books."""
_LEAST_FUZZY = 5
_CUT_LEAST = 4
_BEGUN_LEAST = 9


def name_words(text: str) -> tuple[str, ...]:
    """Return the words of a name that tell it apart; all of them where nothing else is left."""
    bare = readable(text[:300]).replace(".", "")
    found = chunks(bare)
    told = tuple(
        dict.fromkeys(word for word in found if word not in LEGAL_FORMS and (len(word) > 1 or unspaced(word)))
    )
    return told or tuple(dict.fromkeys(found))


def _deletions(word: str) -> Iterable[str]:
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


class Names:
    """Partners by the words of their names."""

    def __init__(self, names: Iterable[tuple[int, str]]) -> None:
        """Take pairs of partner and name; a partner may have several."""
        self.words_of: dict[int, list[tuple[str, ...]]] = defaultdict(list)
        self.by_word: dict[str, list[int]] = defaultdict(list)
        self.by_compact: dict[str, list[int]] = defaultdict(list)
        for partner, name in names:
            words = name_words(name)
            if not words or words in self.words_of[partner]:
                continue
            self.words_of[partner].append(words)
            for word in words:
                places = self.by_word[word]
                if not places or places[-1] != partner:
                    places.append(partner)
            self.by_compact["".join(words)].append(partner)
        self.count = max(1, len(self.words_of))
        self._by_deletion: dict[str, list[str]] | None = None
        self._by_start: dict[str, list[str]] = {}
        self._weights: dict[str, float] = {}
        self._compacts: list[str] | None = None

    def weight(self, word: str) -> float:
        """Return how much a word tells, from nearly nothing up to the logarithm of all partners."""
        known = self._weights.get(word)
        if known is None:
            known = log((self.count + UNKNOWN) / (len(self.by_word.get(word, ())) + 0.5))
            # Words of banks and few letters tell less.
            if word in FURNITURE or len(word) < 3:
                known *= 0.3
            elif word.isdigit():
                known *= 0.5
            self._weights[word] = known = max(known, 0.05)
        return known

    def _fuzzy_index(self) -> dict[str, list[str]]:
        if self._by_deletion is None:
            index: dict[str, list[str]] = defaultdict(list)
            starts: dict[str, list[str]] = defaultdict(list)
            for word in sorted(self.by_word):
                if len(word) >= _LEAST_FUZZY and word.isalpha():
                    for key in _deletions(word[:16]):
                        index[key].append(word)
                    starts[word[:_CUT_LEAST]].append(word)
            self._by_deletion, self._by_start = dict(index), dict(starts)
        return self._by_deletion

    def similar(self, word: str) -> list[tuple[str, float]]:
        """Return known words one slip away from a word, with how alike they are (0 to 1)."""
        if len(word) < _CUT_LEAST or not word.isalpha():
            return []
        index = self._fuzzy_index()
        found: dict[str, float] = {}
        for key in _deletions(word[:16]) if len(word) >= _LEAST_FUZZY else ():
            for other in index.get(key, ())[:20]:
                if abs(len(other) - len(word)) <= 1:
                    found[other] = 0.85
        for other in self._by_start.get(word[:_CUT_LEAST], ())[:200]:
            if len(other) > len(word) and other.startswith(word) and other not in found:
                found[other] = 0.55 + 0.3 * len(word) / len(other)
        return sorted(found.items())

    def heard(self, words: list[str], *, fuzzy: bool = True) -> dict[str, float]:
        """Return the known words that a text holds, with how sure each is."""
        sure: dict[str, float] = {}
        for word in words[:MOST_WORDS]:
            if word in self.by_word:
                sure[word] = 1.0
        if fuzzy:
            for word in words[:MOST_WORDS]:
                if word not in self.by_word:
                    for other, how in self.similar(word)[:12]:
                        if how > sure.get(other, 0.0):
                            sure[other] = how
        return sure

    def partners(self, words: list[str], *, fuzzy: bool = True) -> list[tuple[int, float, float]]:
        """Return partners that a text names: partner, how much it tells, how much of the name is there.

        The most telling first, at most `MOST_FOUND`, ties in order of the partner's number.
        """
        sure = self.heard(words, fuzzy=fuzzy)
        told: dict[int, float] = defaultdict(float)
        for word in sorted(sure, key=lambda one: (len(self.by_word[one]), one))[:20]:
            places = self.by_word[word]
            if len(places) <= MOST_PER_WORD:
                for partner in places:
                    told[partner] += 1.0
            elif told:
                rare = set(places) & set(told) if len(places) < 5000 else ()
                for partner in rare:
                    told[partner] += 1.0
        found = []
        for partner in told:
            best = max((self._share(one, sure) for one in self.words_of[partner]), default=(0.0, 0.0))
            found.append((partner, *best))
        for start in range(min(len(words), 12)):  # names written in one word
            joined = words[start]
            for word in words[start + 1 : start + 5]:
                joined += word
                known = self.by_compact.get(joined, ())[:3]
                found += [(one, log(self.count + UNKNOWN), 1.0) for one in known]
            alone = self.by_compact.get(words[start], ())[:3]
            found += [(one, log(self.count + UNKNOWN) * 0.9, 1.0) for one in alone]
        found += self._begun(words)
        best_of: dict[int, tuple[float, float]] = {}
        for partner, weight, share in found:
            if share >= 0.4 and (weight, share) > best_of.get(partner, (0.0, 0.0)):
                best_of[partner] = (weight, share)
        ordered = sorted(best_of.items(), key=lambda one: (-one[1][0] * one[1][1], one[0]))
        return [(partner, weight, share) for partner, (weight, share) in ordered[:MOST_FOUND]]

    def _begun(self, words: list[str]) -> list[tuple[int, float, float]]:
        """Return partners whose name alone begins with what the text holds: banks cut names off."""
        if self._compacts is None:
            self._compacts = sorted(self.by_compact)
        found = []
        for start in range(min(len(words), 30)):
            joined = ""
            for word in words[start : start + 5]:
                joined += word
                if len(joined) < _BEGUN_LEAST:
                    continue
                place = bisect_left(self._compacts, joined)
                if place >= len(self._compacts) or not self._compacts[place].startswith(joined):
                    break
                after = place + 1
                if after < len(self._compacts) and self._compacts[after].startswith(joined):
                    continue
                partners = self.by_compact[self._compacts[place]]
                if len(partners) == 1:
                    found.append((partners[0], log(self.count + UNKNOWN), 0.85))
        return found

    def _share(self, name: tuple[str, ...], sure: dict[str, float]) -> tuple[float, float]:
        weights = [self.weight(word) for word in name]
        heard = sum(w * sure.get(word, 0.0) for w, word in zip(weights, name, strict=True))
        return heard, heard / (sum(weights) or 1.0)
