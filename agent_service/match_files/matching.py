"""One matching of files: read, match, in the lines' order."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from agent_service.core.matching.engine import match
from agent_service.core.matching.model import Item, Line, Proposal, Reason
from agent_service.match_files.facts import Reader, read_items, read_lines
from agent_service.match_files.fields import places_of
from agent_service.match_files.history_file import read_history
from agent_service.match_files.policy_file import read_settings
from agent_service.match_files.rates_file import read_rates
from agent_service.match_files.rows import Skipped

LARGEST = 10**17
"""In minor units: what is beyond no bank moves. Sums of such amounts still fit 64 bits."""


@dataclass(frozen=True)
class Files:
    """Where the facts lie; `rates`, `history` and `policy` may be absent."""

    lines: Path
    items: Path
    rates: Path | None = None
    history: Path | None = None
    policy: Path | None = None


@dataclass(frozen=True)
class Matched:
    """The proposals in the order of the lines' file, then those without a line; and what was read."""

    proposals: tuple[Proposal, ...]
    lines: int
    items: int
    skipped: tuple[str, ...]
    places: int


def match_files(files: Files, company_currency: str, *, skip_bad_rows: bool = False) -> Matched:
    """Match the lines of a file to the items of another; raises BadInput for what can't be read."""
    settings = read_settings(files.policy, company_currency)
    skipped = Skipped(skip_bad_rows)
    rates = read_rates(files.rates, company_currency, skipped)
    reader = Reader(company_currency, settings.decimals, rates)
    lines = read_lines(files.lines, reader, skipped)
    reader.seen.clear()
    items = read_items(files.items, reader, skipped)
    model = read_history(files.history, settings, skipped)
    found = match([one for one in lines if _bearable(one)], _usable(items), settings, rates, model)
    found = [*found, *(_absurd(one) for one in lines if not _bearable(one))]
    return Matched(
        proposals=tuple(_in_order(found, lines)),
        lines=len(lines),
        items=len(items),
        skipped=tuple(skipped.told),
        places=places_of(settings.company_currency, settings.decimals),
    )


def _in_order(proposals: Sequence[Proposal], lines: Sequence[Line]) -> list[Proposal]:
    place = {one.id: number for number, one in enumerate(lines)}
    last = len(place)
    return sorted(proposals, key=lambda one: min((place[line] for line in one.lines), default=last))


def _bearable(line: Line) -> bool:
    return abs(line.amount) <= LARGEST and abs(line.amount_currency or 0) <= LARGEST


def _usable(items: Sequence[Item]) -> list[Item]:
    return [
        one
        for one in items
        if max(abs(one.residual), abs(one.residual_currency), abs(one.discount or 0)) <= LARGEST
    ]


def _absurd(line: Line) -> Proposal:
    why = Reason("AMOUNT_ABSURD", "The amount is beyond anything that a bank moves; look at the import.")
    return Proposal((line.id,), (), "none", Decimal(0), "ask", reasons=(why,))
