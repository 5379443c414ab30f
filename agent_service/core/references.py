"""Vendors' document numbers, compared as a person would compare two papers."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from agent_service.core.text import bare_number, chunks, plain, runs

_LOOKALIKES = str.maketrans("OI", "01")


@dataclass(frozen=True)
class Reference:
    """A document number taken apart.

    `key` is what stays equal when somebody types the number anew: no case, punctuation, leading zeros, no
    year, O for 0 and I for 1. `year` is the year that it names, if it does. `letters` and `numbers` order a
    vendor's series.
    """

    key: str
    year: int | None
    letters: tuple[str, ...]
    numbers: tuple[int, ...]

    def __bool__(self) -> bool:
        """Tell whether there is a number at all."""
        return bool(self.key)


def reference(text: str | None, day: date) -> Reference:
    """Return the number of a document of that day, taken apart."""
    words = [
        word.translate(_LOOKALIKES) if any(char.isdigit() for char in word) else word
        for word in chunks(plain(text))
    ]
    parts = [bare_number(run) for word in words for run in runs(word)]
    place, year = _year(parts, day)
    rest = parts if place is None else parts[:place] + parts[place + 1 :]
    return Reference(
        key="".join(rest),
        year=year,
        letters=tuple(run for run in parts if not run.isdigit()),
        numbers=tuple(int(run) for run in parts if run.isdigit()),
    )


def _year(parts: list[str], day: date) -> tuple[int | None, int | None]:
    """Return where a number names its year, and which; only beside another run of digits."""
    digits = [place for place, run in enumerate(parts) if run.isdigit()]
    if len(digits) < 2:
        return None, None
    for place in digits:
        if len(parts[place]) == 4 and abs(int(parts[place]) - day.year) <= 1:
            return place, int(parts[place])
    for place in (digits[0], digits[-1]):
        if len(parts[place]) == 2 and abs(int(parts[place]) - day.year % 100) <= 1:
            return place, day.year - day.year % 100 + int(parts[place])
    return None, None


def rising(members: list[tuple[date, Reference]]) -> bool:
    """Tell whether documents are one series: one pattern of letters, number and date both strictly rising."""
    ordered = sorted(members, key=lambda one: (one[0], one[1].numbers))
    return all(
        before.letters == after.letters
        and len(before.numbers) == len(after.numbers)
        and day < later
        and before.numbers < after.numbers
        for (day, before), (later, after) in pairwise(ordered)
    )
