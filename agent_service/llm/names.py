"""The names that a company knows, found by their first word: a redactor gets only those that matter."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date

from agent_service.llm.redaction import Redactor

_WORD = re.compile(r"\w+")


class KnownNames:
    """Names of partners, people and companies, account and VAT numbers; any number of them."""

    def __init__(self, names: Iterable[str | None], period_end: date) -> None:
        """Index the names; ``period_end`` is what dates in a text are near to."""
        self.period_end = period_end
        self._by_word: dict[str, set[str]] = {}
        for name in names:
            words = words_of(name)
            if words:
                self._by_word.setdefault(words[0], set()).add(str(name))

    def redactor(self, *texts: str | None, also: Iterable[str] = (), but: Iterable[str] = ()) -> Redactor:
        """Return a redactor for these texts, that knows each name which may stand in one of them.

        ``also`` are further texts that are names wherever they stand; ``but`` are names that it doesn't know
        as a whole.
        """
        found = {name for text in texts for word in words_of(text) for name in self._by_word.get(word, ())}
        return Redactor([*sorted(found - set(but)), *also], self.period_end)


def words_of(text: str | None) -> list[str]:
    """Return the words and numbers of a text, folded: as a redactor reads it, what can't be seen is gone."""
    shaped = unicodedata.normalize("NFKC", text or "")
    plain = "".join(char if char.isprintable() else " " if char.isspace() else "" for char in shaped)
    return _WORD.findall(plain.casefold())


def single_words(partners: Mapping[int, str]) -> list[str]:
    """Return the words of candidates' names, each a name of its own: so a label can be compared."""
    return sorted({word for name in partners.values() for word in words_of(name)})
