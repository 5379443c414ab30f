"""Finds the words of a kind in a bank's text: whole words, compounds, misspelt, cut off, of many languages.

A pattern is one or several words in order, a star for any letters at a word's end; between two words of a
pattern one other word may stand. Words that carry no meaning ("of", "de", "für") count on neither side.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from agent_service.core.text import chunks, plain, unspaced

LONGEST = 600
"""So many characters of a text are read."""
MISSPELT_FROM = 8
"""A word standing alone may be misspelt from so many letters on, within a phrase from `IN_PHRASE_FROM`."""
IN_PHRASE_FROM = 6
CUT_FROM = 6
"""A word that the text's end cut off keeps so many letters, and seven tenths of them."""

_STOP = frozenset(
    plain(
        """of the de du des la le les di del della delle dei da do dos das der die dem den und and et
        van het een en op su sur por para per for für fuer voor til till za ze na von vom zum zur
        im en el los las al au aux och og ja w z i a e y o u ki li des dell dall nell pour para"""
    ).split()
)
_SPELLINGS = (("Ä", "AE"), ("Ö", "OE"), ("Ü", "UE"), ("Ø", "OE"), ("Å", "AA"), ("Æ", "AE"), ("ß", "SS"))
_NUMBER = re.compile(r"\b([A-Z]{1,4}\d{0,4})[-/](?:\d{2,4}[-/])?\d{3,}\b")
_NAMED_BY_TAX = frozenset(["VAT", "TVA", "IVA", "BTW", "MVA", "UST", "GST", "HST", "KDV", "DPH"])
_OCR = str.maketrans("01580", "OISBO")


def _number_of_series(found: re.Match[str]) -> str:
    """Return nothing for a document's number ("F24-08334", "INT/2026/0042"), whose letters mean no kind."""
    return found[0] if found[1] in _NAMED_BY_TAX else " "


class Found(NamedTuple):
    """A pattern in a text: its meaning and strength, the words it covers, and whether it was spelt right."""

    meaning: str
    strength: str
    text: str
    start: int
    end: int
    exact: bool


class _Pattern(NamedTuple):
    meaning: str
    strength: str
    text: str
    atoms: tuple[int, ...]


def words_of(text: str) -> tuple[str, ...]:
    """Return a text's words that may mean something: no numbers, no stop words, digits read as letters."""
    told = plain(text[:LONGEST])
    if "-" in told or "/" in told:
        told = _NUMBER.sub(_number_of_series, told)
    found = (_mended(chunk) for chunk in chunks(told))
    return tuple(word for word in found if word and (len(word) > 1 or unspaced(word)) and word not in _STOP)


class Lexicon:
    """Patterns by meaning and strength, looked up by word."""

    def __init__(self, entries: Iterable[tuple[str, str, str]]) -> None:
        """Take (meaning, strength, comma-separated patterns); of equal patterns the first one holds."""
        self._ids: dict[str, int] = {}
        self._length: list[int] = []
        self._exact: dict[str, int] = {}
        self._before: dict[str, int] = {}
        self._after: dict[str, int] = {}
        self._cut: dict[str, set[int]] = {}
        self._near: dict[str, set[str]] = {}
        self._alone: dict[int, list[_Pattern]] = {}
        self._first: dict[int, dict[int, list[_Pattern]]] = {}
        self._inside: list[tuple[str, _Pattern]] = []
        known: set[tuple[int, ...]] = set()
        for meaning, strength, text in entries:
            for one in text.split(","):
                for spelling in _spellings(one.strip()):
                    self._add(meaning, strength, one.strip(), spelling, known)
        for word in self._exact:
            if len(word) >= IN_PHRASE_FROM:
                for short in _shortened(word):
                    self._near.setdefault(short, set()).add(word)
        self.atoms = lru_cache(maxsize=200_000)(self._atoms)

    def _add(
        self, meaning: str, strength: str, text: str, spelling: str, known: set[tuple[int, ...]]
    ) -> None:
        bare = "".join(spelling.split())
        if bare and unspaced(bare[0]):
            self._inside.append((bare, _Pattern(meaning, strength, text, ())))
            return
        atoms = tuple(self._atom(word) for word in _pattern_words(spelling))
        if strength == "phrase" and len(atoms) == 1 and len(spelling.split()) > 1:
            strength = "word"  # the rest of it are words that say nothing ("comision por")
        if not atoms or atoms in known:
            return
        known.add(atoms)
        pattern = _Pattern(meaning, strength, text, atoms)
        if len(atoms) == 1:
            self._alone.setdefault(atoms[0], []).append(pattern)
        else:
            self._first.setdefault(atoms[0], {}).setdefault(atoms[1], []).append(pattern)

    def _atom(self, word: str) -> int:
        place = self._ids.setdefault(word, len(self._ids))
        if place == len(self._length):
            bare = word.strip("*")
            self._length.append(len(bare))
            if word.startswith("*"):
                self._after[bare] = place
            elif word.endswith("*"):
                self._before[bare] = place
            else:
                self._exact[word] = place
            for length in range(max(CUT_FROM, len(bare) * 7 // 10), len(bare)):
                if not word.startswith("*"):
                    self._cut.setdefault(bare[:length], set()).add(place)
        return place

    def _atoms(self, word: str) -> tuple[dict[int, bool], frozenset[int]]:
        """Return what a word can be, with whether it is spelt so, and when the text ends there."""
        found = {}
        if word in self._exact:
            found[self._exact[word]] = True
        for length in range(3, len(word) + 1):
            for table, part in ((self._before, word[:length]), (self._after, word[-length:])):
                if part in table:
                    found[table[part]] = True
        if not found and len(word) >= IN_PHRASE_FROM:
            for short in (word, *_shortened(word)):
                near = {short} if short in self._exact else set()
                for other in near | self._near.get(short, set()):
                    if OSA.distance(word, other, score_cutoff=1) <= 1 and other[0] == word[0]:
                        found[self._exact[other]] = False
        return found, frozenset(self._cut.get(word, ()))

    def find(self, text: str) -> list[Found]:
        """Return the patterns in a text, those within a longer one left out, in the order of the text."""
        return self.find_in(words_of(text), text)

    def find_in(self, words: Sequence[str], text: str) -> list[Found]:
        """Return the patterns in a text whose words are known."""
        can_be = [self.atoms(word)[0] for word in words]
        if words and len(text) >= 30 and (cut := self.atoms(words[-1])[1]):
            can_be[-1] = dict.fromkeys(cut, False) | can_be[-1]
        found = []
        for place, atoms in enumerate(can_be):
            if not atoms:
                continue
            after = [other for beside in can_be[place + 1 : place + 3] for other in beside]
            for atom in atoms:
                begun = list(self._alone.get(atom, ()))
                if after and atom in self._first:
                    begun += [one for other in set(after) for one in self._first[atom].get(other, ())]
                found += [one for pattern in begun if (one := self._at(pattern, can_be, place))]
        if not text.isascii():
            found += self._within(text)
        return _longest(found) if len(found) > 1 else found

    def _at(self, pattern: _Pattern, can_be: list[dict[int, bool]], start: int) -> Found | None:
        place, exact = start, True
        for number, atom in enumerate(pattern.atoms):
            if number:
                place += 1
                gap = place < len(can_be) and atom not in can_be[place] and self._length[atom] > 3
                place += gap
            if place >= len(can_be) or atom not in can_be[place]:
                return None
            exact &= can_be[place][atom]
        alone = len(pattern.atoms) == 1
        if not exact and alone and self._length[pattern.atoms[0]] < MISSPELT_FROM:
            return None
        return Found(pattern.meaning, pattern.strength, pattern.text, start, place + 1, exact)

    def _within(self, text: str) -> list[Found]:
        bare = "".join(plain(text[:LONGEST]).split())
        if not any(unspaced(one) for one in bare):
            return []
        return [
            Found(
                one.meaning,
                one.strength,
                one.text,
                1000 + bare.index(part),
                1000 + bare.index(part) + len(part),
                True,
            )
            for part, one in self._inside
            if part in bare
        ]


def _longest(found: list[Found]) -> list[Found]:
    """Leave out what lies within a longer pattern ("payroll" in "payroll tax"), and repetitions."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, not one.exact, one.start)):
        inside = any(
            other.start <= one.start
            and one.end <= other.end
            and (other.end - other.start > one.end - one.start or other.meaning == one.meaning)
            and other.meaning != "trap"
            for other in kept
        )
        if not inside:
            kept.append(one)
    return sorted(kept, key=lambda one: (one.start, one.end, one.meaning))


def _spellings(text: str) -> set[str]:
    """Return a pattern as it stands without accents and as it is spelt where umlauts are two letters."""
    upper = text.upper()
    apart = upper
    for one, two in _SPELLINGS:
        apart = apart.replace(one, two)
    return {plain(upper), plain(apart)}


def _pattern_words(spelling: str) -> list[str]:
    words = []
    for word in spelling.split():
        star_before, star_after = word.startswith("*"), word.endswith("*")
        parts = [part for part in chunks(word) if len(part) > 1 and part not in _STOP]
        for place, part in enumerate(parts):
            inflected = not part.isascii() and len(part) >= 6 and not star_after
            last = place == len(parts) - 1
            if star_before and not place:
                words.append(f"*{part}")
            elif inflected:
                words.append(f"{part[:-1]}*")  # Greek and Cyrillic words end as their case wants
            else:
                words.append(f"{part}*" if star_after and last else part)
    return words


@lru_cache(maxsize=200_000)
def _mended(chunk: str) -> str:
    """Return a word without the numbers around it, its digits read as the letters they stand for."""
    if chunk.isalpha():
        return chunk
    letters = sum(map(str.isalpha, chunk))
    bare = chunk.strip("0123456789")
    misread = letters >= 5 and chunk[:1] in "0158" and not chunk[1].isdigit()
    if bare.isalpha() and len(bare) > 2 and not misread:
        return bare
    read = chunk.translate(_OCR)
    return read if letters >= 4 and letters * 2 > len(chunk) and read.isalpha() else _code(chunk)


def _code(chunk: str) -> str:
    """Return a short code of letters and digits as it stands ("F24", "R01", "AC04"); nothing for a number."""
    return chunk if len(chunk) <= 5 and chunk[0].isalpha() else ""


def _shortened(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))}
