"""Bank labels and document numbers as runs of letters and digits, without payment formats' furniture."""

import re
from dataclasses import dataclass
from functools import cached_property

from agent_service.core.text import bare_number, plain

# Fields of SEPA and SWIFT remittance texts whose values are never a document number: mandate, creditor,
# bank's own reference, account numbers, payer's name and bank.
_FIELD = r"(?:MREF|CRED|DEBT|KREF|BREF|IBAN|BIC|COAM|OAMT|ABWA|ABWE|ANAM|PURP)"
_OTHER = r"(?:EREF|SVWZ|REMI|RTRN|ROC|RFB|INV|PREF|BENM|ORDP|ADDR|NAME|ISDT|CDTRREFTP)"
_VALUELESS = re.compile(rf"(?:{_FIELD}\+|\b{_FIELD}:)\s*\S*?(?=(?:{_FIELD}|{_OTHER})[+:]|/{_OTHER}/|\s|$)")
_EMPTY = re.compile(rf"\bNOT ?PROVIDED|(?:{_OTHER})\+|/(?:{_OTHER})/(?=\D)")
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")

LONG_NUMBER = 8
"""From so many digits on a number may stand in groups ("5390 0754 7034", "090/9337/55493")."""

GROUP_GAPS = (" ", "/", "-", ".")


@dataclass(frozen=True)
class Token:
    """A run of letters or of digits; `gap` is what stands between it and the run before."""

    raw: str
    gap: str

    @property
    def is_number(self) -> bool:
        """Tell digits from letters."""
        return self.raw.isdigit()

    @property
    def bare(self) -> str:
        """Return the run without leading zeros."""
        return bare_number(self.raw)


@dataclass(frozen=True)
class Label:
    """One text of a bank line, taken apart."""

    text: str
    tokens: tuple[Token, ...]

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Return every number that the label can be read to hold, groups of digits joined too."""
        found = {token.bare for token in self.tokens if token.is_number}
        for start in range(len(self.tokens)):
            joined = ""
            for token in self.tokens[start:]:
                if not token.is_number or (joined and token.gap not in GROUP_GAPS):
                    break
                joined += token.raw
                if len(joined) >= LONG_NUMBER:
                    found.add(bare_number(joined))
        return frozenset(found)

    @cached_property
    def compact(self) -> str:
        """Return letters and digits alone."""
        return "".join(token.raw for token in self.tokens)


def label(text: str | None) -> Label:
    """Return a bank line's text without case, accents and payment-format furniture, taken apart."""
    cleaned = _EMPTY.sub(" ", _VALUELESS.sub(" ", plain(text)))
    return Label(cleaned, _tokens(cleaned))


def _tokens(text: str) -> tuple[Token, ...]:
    found, end = [], 0
    for match in _TOKEN.finditer(text):
        found.append(Token(match[0], text[end : match.start()]))
        end = match.end()
    return tuple(found)


@dataclass(frozen=True)
class Number:
    """A document's number: its runs, and the ways in which a payer may write it."""

    text: str
    tokens: tuple[Token, ...]

    @cached_property
    def spellings(self) -> tuple[tuple[str, ...], ...]:
        """Return the runs to look for: as they stand, and with neighbouring digits joined."""
        apart = tuple(token.bare for token in self.tokens)
        joined: list[str] = []
        for token in self.tokens:
            if joined and joined[-1].isdigit() and token.is_number:
                joined[-1] += token.raw
            else:
                joined.append(token.raw)
        return tuple(dict.fromkeys((apart, tuple(bare_number(run) for run in joined))))

    @cached_property
    def compact(self) -> str:
        """Return letters and digits alone."""
        return "".join(token.raw for token in self.tokens)

    @cached_property
    def digits(self) -> str:
        """Return the digits alone."""
        return "".join(token.raw for token in self.tokens if token.is_number)

    @property
    def prefix(self) -> str:
        """Return the letters in front, which name the series."""
        return self.tokens[0].raw if self.tokens and not self.tokens[0].is_number else ""

    @cached_property
    def keys(self) -> frozenset[str]:
        """Return the numbers by which it can be found; a year only when there is nothing else."""
        runs = {run for spelling in self.spellings for run in spelling if run.isdigit()}
        if self.digits:
            runs.add(bare_number(self.digits))
        without_years = {run for run in runs if not _is_year(run)}
        return frozenset(without_years or runs)

    @property
    def is_strong(self) -> bool:
        """Tell whether finding it proves something: long enough, with digits, and no mere date."""
        if len(self.compact) < 5 or len(self.digits) < 3:
            return False
        return bool(self.prefix) or not _is_date(self.digits)


def number(text: str | None) -> Number | None:
    """Return a document's number taken apart; None when there is no digit in it."""
    tokens = _tokens(plain(text))
    made = Number(plain(text), tokens)
    return made if made.digits else None


def _is_year(run: str) -> bool:
    return len(run) == 4 and run[:2] in ("19", "20")


def _is_date(digits: str) -> bool:
    """Tell whether digits alone could be a year, a month or a day."""
    month = {6: (digits[4:], digits[:2]), 8: (digits[4:6], digits[2:4])}.get(len(digits))
    if month is None:
        return _is_year(digits)
    year_first = _is_year(digits[:4]) and "01" <= month[0] <= "12"
    year_last = _is_year(digits[-4:]) and "01" <= month[1] <= "12"
    return year_first or year_last
