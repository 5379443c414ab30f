"""Two ways of doing the same thing, timed in turn, so that the machine's mood strikes both alike."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Comparison:
    """Times of ours and of what it is compared with, pair by pair; a ratio below 1 means ours is faster."""

    ours: str
    theirs: str
    ours_s: list[float] = field(default_factory=list)
    theirs_s: list[float] = field(default_factory=list)
    note: str = ""

    @property
    def ratios(self) -> list[float]:
        """Return ours / theirs of each pair."""
        return [a / b for a, b in zip(self.ours_s, self.theirs_s, strict=True)]

    @property
    def ours_median(self) -> float:
        """Return the median of ours in seconds."""
        return statistics.median(self.ours_s)

    @property
    def theirs_median(self) -> float:
        """Return the median of the other in seconds."""
        return statistics.median(self.theirs_s)

    @property
    def ratio_text(self) -> str:
        """Return median, minimum and maximum of the ratio."""
        ratios = self.ratios
        return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"

    def as_dict(self) -> dict[str, object]:
        """Return the comparison as it is kept in a file."""
        return {
            "ours": self.ours,
            "theirs": self.theirs,
            "pairs": len(self.ratios),
            "ours_median_s": round(self.ours_median, 4),
            "theirs_median_s": round(self.theirs_median, 4),
            "ratio": self.ratio_text,
            "note": self.note,
        }


def compare(
    ours: tuple[str, Callable[[], object]],
    theirs: tuple[str, Callable[[], object]],
    *,
    pairs: int = 5,
    note: str = "",
) -> Comparison:
    """Run both once to warm up, then in turn (A B, B A, A B ...), and return their times."""
    result = Comparison(ours[0], theirs[0], note=note)
    ours[1]()
    theirs[1]()
    for number in range(pairs):
        order = [(ours[1], result.ours_s), (theirs[1], result.theirs_s)]
        for action, times in order if number % 2 == 0 else reversed(order):
            start = time.perf_counter()
            action()
            times.append(time.perf_counter() - start)
    return result
