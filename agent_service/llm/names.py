"""The names that a company knows, found by their words: a redactor gets only those that matter."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date

from agent_service.llm.name_runs import folded, makes_known, telling
from agent_service.llm.redaction import Redactor
from agent_service.llm.vocabulary import is_ours

_WORD = re.compile(r"\w+")


class KnownNames:
    """Names of partners, people and companies, account and VAT numbers; any number of them."""

    def __init__(self, names: Iterable[str | None], period_end: date) -> None:
        """Index the names; ``period_end`` is what dates in a text are near to."""
        self.period_end = period_end
        self._by_word: dict[str, set[str]] = {}
        self._by_part: dict[str, set[str]] = {}
        for name in names:
            words = words_of(name)
            if words:
                self._by_word.setdefault(words[0], set()).add(str(name))
            for word in telling(folded(name or "")):
                if is_ours(word):  # any other leaves as a code whoever knows it
                    self._by_part.setdefault(word, set()).add(str(name))

    def redactor(self, *texts: str | None, also: Iterable[str] = (), but: Iterable[str] = ()) -> Redactor:
        """Return a redactor for these texts, that knows each name which may stand in one of them.

        ``also`` are further texts that are names wherever they stand; ``but`` are names that it doesn't know
        as a whole.
        """
        found = {name for text in texts for word in words_of(text) for name in self._by_word.get(word, ())}
        found |= {name for text in texts for name in self._in_part(text or "")}
        return Redactor(sorted(found - set(but)), self.period_end, tuple(also))

    def _in_part(self, text: str) -> set[str]:
        """Return the names of which two words, or one and an initial, stand in a text."""
        words = set(folded(text))
        said = {name for word in words for name in self._by_part.get(word, ())}
        return {name for name in said if makes_known(words, folded(name))}


def words_of(text: str | None) -> list[str]:
    """Return the words and numbers of a text, folded: as a redactor reads it, what can't be seen is gone."""
    shaped = unicodedata.normalize("NFKC", text or "")
    plain = "".join(char if char.isprintable() else " " if char.isspace() else "" for char in shaped)
    return _WORD.findall(plain.casefold())


def single_words(partners: Mapping[int, str]) -> list[str]:
    """Return the words of candidates' names, each a name of its own: so a label can be compared."""
    return sorted({word for name in partners.values() for word in words_of(name)})
