"""The words that a text to or from a model may hold: one closed list for both directions.

What is not on the list may be a name, a number in words or a claim that nobody signed. Outwards it is
replaced, inwards the text is refused: neither can be got round by a format that no pattern knew.
"""

import functools
import re
from importlib import resources

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
"""A run of letters of any script, with an apostrophe inside."""

_POSSESSIVE = re.compile(r"['’]s$")


@functools.cache
def words() -> frozenset[str]:
    """Return the list, in lower case."""
    return frozenset(word for line in _rows("vocabulary.txt") for word in line.split())


@functools.cache
def sense(name: str) -> frozenset[str]:
    """Return the words of a sense, as senses.txt calls it: `up`, `down`, `denial`, `hedge` and others."""
    rows = (line.partition(": ") for line in _rows("senses.txt"))
    return frozenset(word for key, _, told in rows if key == name for word in told.split())


def _rows(name: str) -> list[str]:
    text = (resources.files(__package__) / name).read_text("utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def is_ours(word: str) -> bool:
    """Tell whether a word stands on the list; letters that only look like Latin ones do not count as such."""
    return word.isascii() and _POSSESSIVE.sub("", word.lower()) in words()
