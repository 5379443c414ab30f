"""The matcher: bank lines and open items in, one proposal for each line out, whatever the order of the input."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from agent_service.core.matching.model import Item, Line, Proposal, Rates, Reason, Settings

NOTHING = Reason("nothing_found", "No open item and no known kind of payment explains the line")


def match(
    lines: Iterable[Line],
    items: Iterable[Item],
    settings: Settings,
    rates: Rates | None = None,
    model: Any = None,
) -> list[Proposal]:
    """Return proposals in which each line stands exactly once, ordered by day and id of their first line."""
    del items, settings, rates, model
    ordered = sorted(lines, key=lambda line: (line.day, str(line.id)))
    return [Proposal((line.id,), (), "none", Decimal("0.5"), "ask", reasons=(NOTHING,)) for line in ordered]
