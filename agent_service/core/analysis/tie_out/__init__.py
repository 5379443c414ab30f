"""Tie-outs: does a balance of the ledger equal what else is known of it; one kind a file.

A kind's module has `KIND`, `TITLE` and `tie_outs(books, policy, period)`, which returns one `TieOut` for
each balance that it compares. What the other side can't be known of is a tie-out without data, never a zero
and never left out. Everything is as of the end of the period: what is settled or booked later doesn't
count.
"""

import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from agent_service.core.analysis.tie_out.parts import TieOut
from agent_service.core.errors import NoData
from agent_service.core.findings import Failure
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

SCOPE = "tie_out"


@dataclass(frozen=True)
class Kind:
    """One kind of tie-out, as its file describes it."""

    kind: str
    title: str
    tie_outs: Callable[[Books, Policy, Period], Sequence[TieOut]]


@dataclass(frozen=True)
class TieOutRun:
    """The tie-outs of all kinds, the kinds that completed, and those that did not."""

    tie_outs: tuple[TieOut, ...]
    completed: tuple[str, ...]
    failures: tuple[Failure, ...]


@cache
def kinds() -> tuple[Kind, ...]:
    """Return every kind of the package, ordered by name."""
    modules = [import_module(f"{__name__}.{one.name}") for one in pkgutil.iter_modules(__path__)]
    found = [Kind(one.KIND, one.TITLE, one.tie_outs) for one in modules if hasattr(one, "KIND")]
    return tuple(sorted(found, key=lambda one: one.kind))


def run_tie_outs(
    books: Books, policy: Policy, period: Period, chosen: Sequence[Kind] | None = None
) -> TieOutRun:
    """Compute the tie-outs; a kind that raised isn't complete, so that what it found before stays."""
    found: list[TieOut] = []
    completed: list[str] = []
    failures: list[Failure] = []
    for one in kinds() if chosen is None else chosen:
        try:
            found += one.tie_outs(books, policy, period)
        except NoData as error:
            failures.append(Failure(SCOPE, one.kind, "no_data", str(error)))
        except Exception as error:  # the run goes on without this kind
            failures.append(Failure(SCOPE, one.kind, "raised", type(error).__name__))
        else:
            completed.append(one.kind)
    return TieOutRun(tuple(found), tuple(completed), tuple(failures))
