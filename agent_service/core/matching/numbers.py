"""Document numbers: the spellings by which an item is found in a bank's text, and how much each proves.

A number is looked for by whole runs, whatever stands between them ("INV/2026/00231", "INV 2026-00231",
"INV202600231"), without leading zeros of a run, without its letters, or by its last run. Nothing here reads
the amount.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from agent_service.core.matching.texts import Text, readable

FULL, DIGITS, SHORT = 0, 1, 2
"""How much of a number a spelling holds: all of it, its digits, a part of it."""

MOST_IN_WINDOW = 9
LONGEST_NUMBER = 40
_RUN = re.compile(r"[0-9]+|[^\W\d_]+")
_WORD = re.compile(r"[^\s,;|]+")
_GLUE = ("/", "-", ".", "")
_AS_NINE = str.maketrans("012345678", "999999999")


class Spelling(NamedTuple):
    """One way to write a number, the level of it."""

    key: str
    level: int


def _is_year(run: str) -> bool:
    return len(run) == 4 and "1990" <= run <= "2049"


def is_date(digits: str) -> bool:
    """Tell whether digits alone could be a day of our time."""
    if len(digits) == 8:
        return (_is_year(digits[:4]) and "01" <= digits[4:6] <= "12" and "01" <= digits[6:] <= "31") or (
            _is_year(digits[4:]) and "01" <= digits[2:4] <= "12" and "01" <= digits[:2] <= "31"
        )
    return _is_year(digits)


def numbers_of(text: str) -> list[str]:
    """Return the numbers that an item's text holds: the text itself, or words of it with digits."""
    bare = readable(text[:400])
    if not any(char.isdigit() for char in bare):
        return []
    found = [bare] if len(bare) <= LONGEST_NUMBER and bare.count(" ") <= 2 else []
    if " " in bare or "," in bare or ";" in bare:
        found += [word for word in _WORD.findall(bare)[:60] if sum(map(str.isdigit, word)) >= 3]
    return list(dict.fromkeys(found))


def spellings(number: str) -> Iterator[Spelling]:
    """Yield the spellings of one number in plain text, each once, the fullest first."""
    runs = _RUN.findall(number)
    seen: set[str] = set()
    digits = [run for run in runs if run.isdigit()]
    if not digits or len(runs) > MOST_IN_WINDOW:
        return
    whole = "".join(runs)
    joined = "".join(digits)
    strong = len(whole) >= 5 and len(joined) >= 3 and not (whole == joined and is_date(joined))
    for key in (whole, "".join(run.lstrip("0") or "0" if run.isdigit() else run for run in runs)):
        if key not in seen and len(key) >= 3:
            seen.add(key)
            yield Spelling(key, FULL if strong else SHORT)
    if len(digits) < len(runs):
        rest = runs[next(at for at, run in enumerate(runs) if run.isdigit()) :]
        for key in ("".join(rest), joined):
            if len(key) >= 4 and key not in seen and not is_date(key):
                seen.add(key)
                yield Spelling(key, DIGITS if len(key) >= 6 else SHORT)
    last = digits[-1]
    bare = last.lstrip("0")
    for key in (runs[0] + bare, runs[0] + last) if not runs[0].isdigit() else ():
        if bare and key not in seen:
            seen.add(key)
            yield Spelling(key, SHORT)
    if len(digits) > 1 and not runs[0].isdigit() and any(_is_year(run) for run in digits):
        without = "".join(run for run in runs if not _is_year(run))
        if without not in seen and without != runs[0]:
            seen.add(without)
            yield Spelling(without, SHORT)
    for key in (last, bare):
        if len(key) >= 3 and key not in seen and not is_date(key):
            seen.add(key)
            yield Spelling(key, SHORT)


def digits_in(text: str) -> int:
    """Return how many characters are digits or sort before them, as most separators do."""
    return sum(map("9".__ge__, text))


def shape_of(key: str) -> str:
    """Return a number with its letters kept and each digit as 9: what numbers of one series share."""
    if key.isascii():
        return key.translate(_AS_NINE)  # several times faster, and nearly every number
    return "".join("9" if one.isdigit() else one for one in key)


class Window(NamedTuple):
    """Neighbouring runs of a text read as one number: first and last place and the two ways to write it."""

    first: int
    last: int
    raw: str
    bare: str


def windows(text: Text) -> Iterator[Window]:
    """Yield every run of neighbours with a digit that a number may be, the longest first for each start."""
    runs, gaps = text.runs, text.gaps
    bares = [run.lstrip("0") or "0" if run[0] <= "9" else run for run in runs]
    for start, first in enumerate(runs):
        if len(first) > LONGEST_NUMBER:
            continue
        raw, bare = first, bares[start]
        has_digit = first[0] <= "9"
        made = [Window(start, start, raw, bare)] if has_digit and len(raw) >= 3 else []
        for end in range(start + 1, min(start + MOST_IN_WINDOW, len(runs))):
            gap = gaps[end]
            if len(gap) > 3 or len(raw) + len(runs[end]) > LONGEST_NUMBER:
                break
            raw += runs[end]
            bare += bares[end]
            has_digit = has_digit or runs[end][0] <= "9"
            if has_digit:
                made.append(Window(start, end, raw, bare))
        yield from reversed(made)


def stands_alone(text: Text, first: int, last: int) -> bool:
    """Tell whether what was found is no part of a longer number: no digits glued to either end."""
    runs, gaps = text.runs, text.gaps
    after = last + 1
    glued = first and gaps[first] in _GLUE and runs[first - 1][0] <= "9" and runs[first][0] <= "9"
    if glued and not _listed(runs[first - 1], gaps[first], runs[first]):
        return False
    if after < len(runs) and gaps[after] in _GLUE:
        if gaps[after] and runs[after][0] <= "9":
            return runs[last][0] <= "9" and _listed(runs[last], gaps[after], runs[after])
        return bool(gaps[after]) or runs[last][0] > "9"
    return True


def _listed(one: str, gap: str, other: str) -> bool:
    """Tell whether two glued runs of digits are two numbers of a list ("06203/06211") and not one."""
    return gap == "/" and len(one) == len(other) >= 4 and not _is_year(one) and not _is_year(other)
