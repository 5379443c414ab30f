"""Key figures of a close as parts of wholes, so that months add up: 412 of 482, never 85.5 %.

Exact numbers only.  A figure that can't be known has a reason instead of a value, and is never 0.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .score import percent

DAYS, TIMES, SHARE, HOURS, COST = "days", "times", "share", "hours", "cost"
# What each is measured in; the order is the one of lists.
UNITS = {
    "close_days": DAYS,
    "reopens": TIMES,
    "auto_match": SHARE,
    "touchless": SHARE,
    "bulk": SHARE,
    "precision_match": SHARE,
    "precision_entry": SHARE,
    "precision_blind": SHARE,
    "undone_later": SHARE,
    "exception_age": DAYS,
    "handling": HOURS,
    "hours_saved": HOURS,
    "cost": COST,
}
# What people do after the lock still counts here: those are taken again when it changes.
LATER = frozenset({"precision_match", "precision_entry", "precision_blind", "undone_later"})
# A pause longer than this between two decisions of a person is no work on the second one.
PAUSE_S = 15 * 60
_DIGITS = Decimal("0.0001")


class Figure(NamedTuple):
    """``part`` of ``whole``; where it can't be known both are 0 and ``why`` is the reason's code."""

    part: Decimal
    whole: Decimal
    why: str | None = None


def share(part: int, whole: int, why: str) -> Figure:
    """Return ``part`` of ``whole``, or why there is none: nothing of nothing is no 0 %."""
    return Figure(Decimal(part), Decimal(whole)) if whole else unknown(why)


def once(value) -> Figure:
    """Return a figure of one close that is no share: its days, its cost."""
    return Figure(Decimal(value), Decimal(1))


def unknown(why: str) -> Figure:
    """Return a figure that is not measured."""
    return Figure(Decimal(0), Decimal(0), why)


def value(code: str, figure: Figure) -> Decimal | None:
    """Return the figure in its unit (a share in percent), four decimals, halves up; None if not measured."""
    if not figure.whole:
        return None
    factor = 100 if UNITS[code] == SHARE else 1
    return (factor * figure.part / figure.whole).quantize(_DIGITS, rounding=ROUND_HALF_UP)


def text(code: str, figure: Figure) -> str | None:
    """Print a figure without its unit's word; a share is rounded down.  None if it is not measured."""
    found = value(code, figure)
    if found is None:
        return None
    if UNITS[code] == SHARE:
        return percent(figure.part / figure.whole)
    digits = {DAYS: "0.1", HOURS: "0.1", TIMES: "1", COST: "0.01"}[UNITS[code]]
    printed = found.quantize(Decimal(digits), rounding=ROUND_HALF_UP)
    if printed == printed.to_integral() and UNITS[code] == DAYS:
        printed = printed.to_integral()
    return format(printed + 0, "f")


def handled_s(timed_s: Decimal, timed: int, untimed: int) -> Decimal | None:
    """Return the seconds that people spent deciding, or None where no decision could be timed.

    A decision that follows another one of the same person within ``PAUSE_S`` took the time between them;
    one that follows a longer pause counts as the average of those.
    """
    if not timed:
        return None if untimed else Decimal(0)
    return timed_s + untimed * timed_s / timed


class Baseline(NamedTuple):
    """Minutes that the work took by hand, measured before go-live: a bank line, an adjusting entry."""

    line_minutes: Decimal
    entry_minutes: Decimal


def saved(baseline: Baseline | None, facts: Mapping[str, int], handled: Decimal | None) -> Figure:
    """Return the hours that the agent's work saved: by hand less what people spent deciding about it."""
    if baseline is None:
        return unknown("no_baseline")
    if handled is None:
        return unknown("no_time")
    by_hand = baseline.line_minutes * facts["by_agent"] + baseline.entry_minutes * facts["entries_posted"]
    return once((by_hand / 60 - handled / 3600).quantize(_DIGITS, rounding=ROUND_HALF_UP))


def figures(facts: Mapping, baseline: Baseline | None) -> dict[str, Figure]:
    """Return every figure of one close from what was counted of it; the names are the table's above.

    ``facts``: ``days`` (or ``days_why``), ``version``, ``lines``, ``by_agent``, ``by_server``, ``accepted``,
    ``in_bulk``, ``match_right``, ``match_wrong``, ``undone``, ``blind_right``, ``blind_asked``,
    ``entry_right``, ``entry_wrong``, ``entries_posted``, ``open_findings``, ``open_days``, ``timed_s``,
    ``timed``, ``untimed``, ``runs``, ``cost``.
    """
    handled = handled_s(facts["timed_s"], facts["timed"], facts["untimed"])
    days = facts["days"]
    return {
        "close_days": unknown(facts["days_why"]) if days is None else once(days),
        "reopens": once(facts["version"] - 1) if days is not None else unknown(facts["days_why"]),
        "auto_match": share(facts["by_agent"], facts["lines"], "no_lines"),
        "touchless": share(facts["by_server"], facts["lines"], "no_lines"),
        "bulk": share(facts["in_bulk"], facts["accepted"], "none_accepted"),
        "precision_match": share(
            facts["match_right"], facts["match_right"] + facts["match_wrong"], "none_decided"
        ),
        "precision_entry": share(
            facts["entry_right"], facts["entry_right"] + facts["entry_wrong"], "none_decided"
        ),
        "precision_blind": share(facts["blind_right"], facts["blind_asked"], "no_sample"),
        "undone_later": share(facts["undone"], facts["accepted"] + facts["undone"], "none_accepted"),
        "exception_age": Figure(facts["open_days"], Decimal(facts["open_findings"]))
        if facts["open_findings"]
        else unknown("none_open"),
        "handling": unknown("no_time") if handled is None else once((handled / 3600).quantize(_DIGITS)),
        "hours_saved": saved(baseline, facts, handled),
        "cost": once(facts["cost"]) if facts["runs"] else unknown("no_run"),
    }
