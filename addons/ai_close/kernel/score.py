"""How proposals compare with what people booked: counts, shares, and whether they say anything yet."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

# Below so many proposals a share says nothing.
FEW = 30


class Tally(NamedTuple):
    """Counts of one kind of proposal.

    ``hits`` people booked the same way, ``extra`` otherwise or not at all, ``misses`` they booked and nobody
    proposed so; ``waiting`` is not booked either way yet.  ``misses`` is None where nobody can know them.
    """

    hits: int = 0
    extra: int = 0
    misses: int | None = 0
    waiting: int = 0

    def __add__(self, other):
        misses = None if None in (self.misses, other.misses) else self.misses + other.misses
        return Tally(self.hits + other.hits, self.extra + other.extra, misses, self.waiting + other.waiting)

    @property
    def judged(self) -> int:
        """Return how many proposals could be compared."""
        return self.hits + self.extra

    @property
    def few(self) -> bool:
        """Tell whether there are too few of them to go by."""
        return self.judged < FEW

    @property
    def precision(self) -> Decimal | None:
        """Return the share of the compared proposals that people booked the same way."""
        return _share(self.hits, self.judged)

    @property
    def recall(self) -> Decimal | None:
        """Return the share of what people booked that was proposed so."""
        return None if self.misses is None else _share(self.hits, self.hits + self.misses)


def _share(part, whole):
    return Decimal(part) / Decimal(whole) if whole else None


def percent(share) -> str:
    """Print a share, rounded down: nothing is claimed that was not reached."""
    if share is None:
        return "–"
    return f"{(share * 100).quantize(Decimal('0.1'), rounding=ROUND_FLOOR)} %"


def fits(
    proposed: Mapping[int, Decimal],
    booked: Mapping[int, Decimal],
    tolerance: Decimal,
    span: tuple[Decimal, Decimal] | None = None,
) -> bool:
    """Tell whether an entry was booked as proposed: the same accounts, each amount within ``tolerance``.

    :param span: for an estimate the least and the most that its debits may come to instead
    """
    if proposed.keys() != booked.keys():
        return False
    if all(abs(proposed[account] - booked[account]) <= tolerance for account in proposed):
        return True
    if not span or any(proposed[account] * booked[account] < 0 for account in proposed):
        return False
    debits = sum((amount for amount in booked.values() if amount > 0), Decimal(0))
    return span[0] - tolerance <= debits <= span[1] + tolerance


def pair(proposals: Mapping, booked: Mapping, same) -> tuple[dict, set]:
    """Pair each proposal with one booked entry that ``same`` accepts, each of them once.

    Returns the pairs and the booked ones that are left.
    """
    left, pairs = dict(booked), {}
    for key, proposal in proposals.items():
        for other, entry in left.items():
            if same(proposal, entry):
                pairs[key] = other
                del left[other]
                break
    return pairs, set(left)


def tally_items(proposed: Mapping[int, Iterable[int]], booked: Mapping[int, Iterable[int]], settled) -> dict:
    """Judge matches: bank line -> "hit", "extra" (settled otherwise) or "waiting"; "miss" without a hit.

    :param proposed: bank line -> the items proposed for it
    :param booked: bank line -> the items that people settled with it
    :param settled: the bank lines that people dealt with, also by an account alone
    """
    verdicts = {}
    for line, items in proposed.items():
        if line not in settled:
            verdicts[line] = "waiting"
        else:
            verdicts[line] = "hit" if set(items) == set(booked.get(line, ())) else "extra"
    for line, items in booked.items():
        if items and line not in verdicts:
            verdicts[line] = "miss"
    return verdicts
