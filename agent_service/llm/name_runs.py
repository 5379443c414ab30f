"""Known names as people really write them: turned round, cut off, without accents, with initials.

A whole name in its own spelling is found by redaction.py.  What else people write of one ("Field, Bill",
"B. Field", "Rose May" for Rosé May, "Global Freight Services" of a name cut at 35 characters) matters only
where its words are ordinary ones: every other word leaves as a code anyway.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Set

_WORD = re.compile(r"[^\W_]+")
_GAP = 3
"""Signs between two words of one name, at most: ", " and "&" and ". "."""

_FILLERS = frozenset(
    (
        *("a", "an", "and", "at", "by", "de", "for", "in", "la", "of", "on", "the", "to", "van", "von"),
        *("ab", "ag", "aps", "bv", "gmbh", "inc", "kg", "llc", "ltd", "nv", "oy", "plc", "sa", "sarl", "spa"),
        *("srl", "limited", "co", "company", "corp", "corporation", "group"),
    )
)
"""Words that make nobody known: two of them beside each other are no name."""


def folded(text: str) -> list[str]:
    """Return the words of a text without case, accents and what can't be seen."""
    return [word for word, _start, _end in _words(text)]


def telling(words: Iterable[str]) -> set[str]:
    """Return the words of a name, as folded, that make somebody known."""
    return {word for word in words if word not in _FILLERS and len(word) > 1}


def makes_known(said: Set[str], name: list[str]) -> bool:
    """Tell whether some words, folded, are enough of a name to know whose it is."""
    own, told = set(name), telling(name)
    here = told & said
    if len(here) >= 2 or (own and own <= said):
        return True
    others = {word[0] for word in told - here}
    return bool(here) and any(len(word) == 1 and word in others for word in said)


def runs(text: str, names: Iterable[Iterable[str]]) -> list[tuple[int, int]]:
    """Return where words of one of ``names`` stand beside each other, as (start, end), first to last.

    A run counts with two telling words of one name in any order, with one beside the initial of another, or
    with all words of the name.  Runs of several names that touch are one.

    Args:
        text: what is searched.
        names: each as its folded words.
    """
    words = list(_words(text))
    found = sorted(span for name in names for span in _of_name(text, words, list(name)))
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _of_name(text: str, words: list[tuple[str, int, int]], name: list[str]) -> Iterator[tuple[int, int]]:
    own, told = set(name), telling(name)
    initials = {word[0] for word in told}
    run: list[tuple[str, int, int]] = []
    for each in [*words, ("", len(text) + 2 * _GAP, 0)]:
        word, start, _end = each
        far = bool(run) and start - run[-1][2] > _GAP
        if far or (word not in own and word not in initials):
            if makes_known({one for one, *_ in run}, name):
                yield run[0][1], run[-1][2]
            run = []
        if word in own or word in initials:
            run.append(each)


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words of a text, folded, with where they stand."""
    for match in _WORD.finditer(text):
        apart = unicodedata.normalize("NFKD", match.group().casefold())
        yield "".join(char for char in apart if not unicodedata.combining(char)), *match.span()
