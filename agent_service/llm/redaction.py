"""What leaves for a provider: words of ours, dates near the period, and codes for everything else.

Patterns find account numbers of the formats that somebody thought of; a closed list finds the rest. So a
word that is not on the list of vocabulary.py and a number that is no date leave as a code, whatever they
are: IBANs, cards, VAT numbers, phones, mail and postal addresses, names, in formats that nobody has seen
yet. Names that the company knows are replaced before, since "Bill Field" is made of words of ours.

One code stands for one text throughout a question, so that a model may still see that two texts name the
same.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from agent_service.llm.name_runs import folded, runs
from agent_service.llm.vocabulary import is_ours

NEAR = timedelta(days=3 * 366)
"""Dates within this of the period stay: service periods are read from them. Older ones may be somebody's
birthday."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        1,
    )
    for name in names
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_EDGE, _END = r"(?<![\w@./+-])", r"(?![\w@/+-]|\.\d)"
_DATE = re.compile(
    rf"{_EDGE}(?:(?P<y>\d{{4}})-(?P<m>\d{{2}})-(?P<d>\d{{2}})"
    rf"|(?P<d2>\d{{1,2}})[./](?P<m2>\d{{1,2}})[./](?P<y2>\d{{4}})"
    rf"|(?P<d3>\d{{1,2}})\.?\s+(?P<m3>{_MONTH})\s+(?P<y3>\d{{4}})"
    rf"|(?P<m4>{_MONTH})\s+(?:(?P<d4>\d{{1,2}}),?\s+)?(?P<y4>\d{{4}}))"
    rf"{_END}",
    re.IGNORECASE,
)
_SOME = r"[^\s<>()\[\],;]+"
_AT = r"(?:\s{0,2}@\s{0,2}|\s{0,2}[(\[{<]\s?(?:at|@)\s?[)\]}>]\s{0,2})"
_DOT = r"(?:\s{1,2}\.\s{0,2}|\s{0,2}[(\[{<]\s?(?:dot|\.)\s?[)\]}>]\s{0,2})"
_MAIL = re.compile(rf"{_SOME}{_AT}{_SOME}(?:{_DOT}{_SOME})*|\b(?:https?://|www\.)\S+", re.IGNORECASE)
_PIECE = re.compile(r"\w+(?:['’.&/-]\w+)*|[^\w\s]|\s+")
_KEPT_SIGNS = frozenset(".,;:()-/'")
_CODE = re.compile(r"\[(?:NAME|MAIL|WORD|NUMBER)_\d+\]")


@dataclass
class Redactor:
    """Replaces and restores the texts of one question.

    ``names`` are what the company knows: partners, people, their banks; ``period_end`` is what dates are
    near to.  Of ``names`` a part is coded too where it makes somebody known (name_runs.py), of ``wholes``
    not.
    """

    names: Iterable[str]
    period_end: date
    wholes: Iterable[str] = ()
    _codes: dict[str, str] = field(default_factory=dict, repr=False)
    _texts: dict[str, str] = field(default_factory=dict, repr=False)
    _known: re.Pattern[str] | None = field(default=None, repr=False)
    _parts: list[list[str]] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        """Compile the names, the longest first: a company's name may hold a person's."""
        named, wholes = set(map(_plain, self.names)) - {""}, set(map(_plain, self.wholes)) - {""}
        self._parts = [words for name in sorted(named) if (words := folded(name))]
        known = sorted(named | wholes, key=lambda name: (-len(name), name))
        if known:
            joined = "|".join(r"\s+".join(re.escape(part) for part in name.split()) for name in known)
            self._known = re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE)

    def redacted(self, text: str | None) -> str:
        """Return the text with codes; the same text always gives the same codes within one question."""
        found = _plain(text)
        found = _MAIL.sub(lambda match: self._code("MAIL", match.group()), _without_codes(found))
        if self._known:
            found = self._known.sub(lambda match: self._code("NAME", match.group()), found)
        found = self._between(found, self._named)
        parts, at = [], 0
        for match in _DATE.finditer(found):
            kept = self._near(match)
            if kept:
                parts += [self._words(found[at : match.start()]), kept.isoformat() if kept.day else ""]
                at = match.end()
        parts.append(self._words(found[at:]))
        return " ".join("".join(parts).split())

    def restored(self, text: str) -> str:
        """Return a text with what the codes stand for; a code that was never given stays as it is."""
        return _CODE.sub(lambda match: self._texts.get(match.group(), match.group()), text)

    def _near(self, match: re.Match[str]) -> date | None:
        """Return the day that is written there, if there is such a day near the period."""
        part = match.groupdict()
        year = part["y"] or part["y2"] or part["y3"] or part["y4"]
        month = part["m"] or part["m2"] or part["m3"] or part["m4"]
        day = part["d"] or part["d2"] or part["d3"] or part["d4"] or "1"
        number = int(month) if month.isdigit() else _MONTHS[month.lower()]
        try:
            found = date(int(year), number, int(day))
        except ValueError:
            return None
        return found if abs(found - self.period_end) <= NEAR else None

    def _words(self, text: str) -> str:
        """Return text in which every word that is not ours and every number is a code."""
        return self._between(text, self._pieces)

    def _between(self, text: str, done: Callable[[str], str]) -> str:
        """Return text with what stands between its codes done."""
        parts, at = [], 0
        for match in _CODE.finditer(text):
            parts += [done(text[at : match.start()]), match.group()]
            at = match.end()
        return "".join([*parts, done(text[at:])])

    def _named(self, text: str) -> str:
        """Return text with codes for what is part of a name."""
        parts, at = [], 0
        for start, end in runs(text, self._parts):
            parts += [text[at:start], self._code("NAME", text[start:end])]
            at = end
        return "".join([*parts, text[at:]])

    def _pieces(self, text: str) -> str:
        return "".join(self._piece(match.group()) for match in _PIECE.finditer(text))

    def _piece(self, piece: str) -> str:
        if piece.isspace():
            return " "
        if len(piece) == 1 and not piece.isalnum():
            return piece if piece in _KEPT_SIGNS else " "
        if is_ours(piece):
            return piece.lower()
        if re.fullmatch(r"[^\W\d_]+(?:[/-][^\W\d_]+)+", piece):
            return "".join(each if each in "/-" else self._piece(each) for each in re.split(r"([/-])", piece))
        return self._code("NUMBER" if any(char.isdigit() for char in piece) else "WORD", piece)

    def _code(self, kind: str, text: str) -> str:
        key = f"{kind}:{text.casefold()}"
        if key not in self._codes:
            code = f"[{kind}_{len(self._codes) + 1}]"
            self._codes[key], self._texts[code] = code, text
        return self._codes[key]


def _plain(text: str | None) -> str:
    """Return text in one form of its characters; what can't be seen (controls, zero widths) is gone.

    So are marks that made no letter with the one before: they would make two words of a name.
    """
    shaped = unicodedata.normalize("NFKC", text or "")
    seen = (char for char in shaped if not unicodedata.combining(char))
    return "".join(char if char.isprintable() else " " if char.isspace() else "" for char in seen).strip()


def _without_codes(text: str) -> str:
    """Return text in which nobody wrote a code himself: a label may try to name somebody else's."""
    return _CODE.sub(" ", text)
