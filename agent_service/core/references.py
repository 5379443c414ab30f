"""Vendors' document numbers, compared as a person would compare two papers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from agent_service.core.text import bare_number, chunks, plain, runs

SERIES_LEAST = 3
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


def series_members(documents: Sequence[tuple[date, Reference]]) -> frozenset[int]:
    """Return the places of the documents that surely belong to one series: number and date strictly rising.

    Those are the members of every longest rising chain. A mistyped number stands outside of it, or makes two
    chains of one length possible, and is in none of them for sure. A chain has at least three members.
    """
    order = sorted(
        range(len(documents)), key=lambda place: (documents[place][0], documents[place][1].numbers)
    )
    before = _chain_lengths([documents[place] for place in order], _follows)
    after = _chain_lengths([documents[place] for place in reversed(order)], lambda a, b: _follows(b, a))[::-1]
    longest = max(before, default=0)
    if longest < SERIES_LEAST:
        return frozenset()
    ranks = [one if one + other - 1 == longest else 0 for one, other in zip(before, after, strict=True)]
    return frozenset(order[at] for at, rank in enumerate(ranks) if rank and ranks.count(rank) == 1)


def _follows(earlier: tuple[date, Reference], later: tuple[date, Reference]) -> bool:
    (day, before), (next_day, after) = earlier, later
    alike = before.letters == after.letters and len(before.numbers) == len(after.numbers)
    return alike and day < next_day and before.numbers < after.numbers


def _chain_lengths(
    documents: Sequence[tuple[date, Reference]],
    follows: Callable[[tuple[date, Reference], tuple[date, Reference]], bool],
) -> list[int]:
    """Return for each document how long the longest chain is that ends with it."""
    lengths: list[int] = []
    for place, one in enumerate(documents):
        lengths.append(
            1 + max((lengths[at] for at in range(place) if follows(documents[at], one)), default=0)
        )
    return lengths
