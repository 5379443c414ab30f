"""A bank line's text taken apart: runs of letters and digits, without what banks put around it.

Text is bounded (`LONGEST`), freed of control and direction marks, put into upper case without accents, and
split fields of payment formats are joined again ("?21" of MT940 may stand in the middle of a number).
"""

import re
from typing import NamedTuple

from agent_service.core.text import plain

LONGEST = 4_000
"""So many characters of a text are read: room for a hundred document numbers, and a bound."""
MOST_RUNS = 700
"""So many runs of a text are read."""

_MARKS = dict.fromkeys((*range(32), 127, *range(128, 160)), " ")
_MARKS |= dict.fromkeys(
    (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF), None
)
_MARKS[0xAD] = None
for _zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50):
    _MARKS |= {_zero + digit: str(digit) for digit in range(10)}
_SUBFIELD = re.compile(r"\?(2[0-9]|6[0-3])")
_OTHER_FIELD = re.compile(r"\?(0[0-9]|1[0-9]|3[0-9])")
_TAG = re.compile(
    r"\b(?:EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|COAM|OAMT|IBAN|BIC|PREF|NREF|REMI|PURP)\+"
    r"|\b(?:MREF|CRED|DEBT|KREF|BREF|IBAN|BIC)[:/ ]\s*[^\s/]{4,40}"
    r"|\bNOT ?PROVIDED\b"
)
_MONEY = re.compile(r"(?<![0-9A-Z/.,-])[0-9]{1,3}(?:[.,' ][0-9]{3})*[.,][0-9]{2}(?![0-9A-Z]|[.,/-][0-9])")
_RUN = re.compile(r"[0-9]+|[^\W\d_]+")
_LOOKALIKE = str.maketrans("OQDILZSBGT", "0001125867")


class Text(NamedTuple):
    """A text's runs in order, what stands before each of them, and its amounts in minor units of 1/100."""

    plain: str
    runs: tuple[str, ...]
    gaps: tuple[str, ...]
    amounts: tuple[int, ...]


def readable(text: str | None) -> str:
    """Return a text in plain upper case, bounded, without marks that nobody sees."""
    if not text:
        return ""
    if len(text) > LONGEST:
        text = text[:LONGEST]
    if not (text.isascii() and text.isprintable()):
        text = text.translate(_MARKS)
    return plain(text)


def taken_apart(text: str | None) -> Text:
    """Return a bank text's runs, without amounts and payment formats' tags."""
    bare = readable(text)
    if "?" in bare:
        bare = _OTHER_FIELD.sub(" ", _SUBFIELD.sub("", bare))
    if "+" in bare or ":" in bare or "PROVIDED" in bare or "IBAN" in bare or "BIC" in bare:
        bare = _TAG.sub(" ", bare)
    amounts: tuple[int, ...] = ()
    if "," in bare or "." in bare:
        found = _MONEY.findall(bare)
        if found:
            amounts = tuple(int(re.sub(r"[^0-9]", "", one)[:15]) for one in found)
            bare = _MONEY.sub(" ", bare)
    runs, gaps, end = [], [], 0
    for match in _RUN.finditer(bare):
        start = match.start()
        runs.append(match[0])
        gaps.append(bare[end:start] if start > end else "")
        end = match.end()
        if len(runs) == MOST_RUNS:
            break
    return Text(bare, tuple(runs), tuple(gaps), amounts)


def folded(compact: str) -> str:
    """Return letters that read like digits as those digits (O and 0, I and 1, S and 5, B and 8)."""
    return compact.translate(_LOOKALIKE)


def words(text: Text) -> list[str]:
    """Return the words of a text: letters and digits together where nothing stands between."""
    made: list[str] = []
    for run, gap in zip(text.runs, text.gaps, strict=True):
        if gap or not made:
            made.append(run)
        else:
            made[-1] += run
    return made
