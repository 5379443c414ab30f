"""Closed months in short: what rules need of the months before the period, kept from run to run.

A summary rests on the entries of its month and on small masters, never on the policy, the day or a rate; so
it holds until an entry of the month changes. A full run makes all summaries, an incremental one those of
the months that were touched: both come to the same.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

MONTH = "month"
"""The column of a summary that names its month, by its first day."""

MASTERS = ("accounts", "journals", "currencies", "users", "companies", "taxes")
"""What summaries may rest on besides entries: a change of one makes all of them anew."""

UNSUMMED = {
    "moves": ("payment_state",),
    "lines": ("amount_residual", "amount_residual_currency", "matching_number", "reconciled"),
}
"""What no summary rests on: it changes when an item is settled, often months later."""


@dataclass
class History:
    """Summaries by name, and the months that each of them covers (a month may have no rows).

    `made` are the months that had to be summed up in this run, `changed` the names whose summaries differ
    from those that were kept.
    """

    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    months: dict[str, set[date]] = field(default_factory=dict)
    made: set[date] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)

    @property
    def all_months(self) -> set[date]:
        """Return the months that any of the summaries covers."""
        return set().union(*self.months.values())

    def without(self, touched: Iterable[date]) -> "History":
        """Return what still holds after entries of some months changed."""
        gone = {one.replace(day=1) for one in touched}
        left = History(changed=set(self.changed))
        for name, frame in self.frames.items():
            lost = self.months[name] & gone
            left.frames[name] = frame.filter(~_of_months(lost)) if lost else frame
            left.months[name] = self.months[name] - lost
            if lost:
                left.changed.add(name)
        return left

    def get(
        self, name: str, wanted: Sequence[date], make: Callable[[Sequence[date]], pl.DataFrame]
    ) -> pl.DataFrame:
        """Return the rows of some months in no order; what is missing is made, all at once."""
        missing = [one for one in wanted if one not in self.months.get(name, ())]
        if missing or name not in self.frames:
            made, held = make(missing), self.frames.get(name)
            self.frames[name] = made if held is None else pl.concat([held, made])
            self.months.setdefault(name, set()).update(missing)
            self.made.update(missing)
            self.changed.add(name)
        frame = self.frames[name]
        return frame if self.months[name] <= set(wanted) else frame.filter(_of_months(wanted))


def _of_months(months: Iterable[date]) -> pl.Expr:
    return pl.col(MONTH).is_in(pl.Series(sorted(months), dtype=pl.Date).implode())
