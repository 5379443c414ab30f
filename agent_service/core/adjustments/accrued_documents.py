"""Group recharges that were accrued at a closing date, and the mirrors that came since."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction

import polars as pl

from agent_service.core.adjustments import intercompany
from agent_service.core.adjustments.accrued_lines import Accrued, posted_lines_of
from agent_service.core.adjustments.mirrors import Document, ours, paired, peers, theirs
from agent_service.core.findings import Record
from agent_service.core.model import Books
from agent_service.core.money import round_half_up
from agent_service.core.period import Period
from agent_service.core.policy import Policy

Came = tuple[Accrued, int | None, int]
"""What was accrued, and the mirror: in the document's currency (None: none came) and in the company's."""


def accrued_documents(books: Books, policy: Policy, period: Period, until: date) -> list[Came]:
    """Return the group documents accrued at the end of a period, each with its share of what was posted."""
    lines = posted_lines_of(books, intercompany.CODE, period)
    names = [one.partner_id for one in peers(books)]
    if not lines.height or not names or not books.has("group_documents"):
        return []
    known = theirs(books, period.end)
    had = paired(known, ours(books, names, period.end))
    missing = [one for one in known if one.id not in had and one.net]
    later = [one for one in ours(books, names, until) if one.date > period.end]
    mirrors = paired(missing, later)
    amounts = _amounts(books, (one.id for one in mirrors.values()))
    posted: dict[tuple, list[int]] = defaultdict(lambda: [0, 0])
    for row in lines.iter_rows(named=True):
        at = (row["account_id"], row["partner_id"], row["currency"])
        posted[at][0] += row["amount_currency"]
        posted[at][1] += row["balance"]
    groups: dict[tuple, list[Document]] = defaultdict(list)
    for one in missing:
        account = policy.role(intercompany.FEE if one.issued else intercompany.INCOME)
        groups[account, one.peer, one.currency.id].append(one)
    found: list[Came] = []
    for at, group in groups.items():
        nets = sum(one.sign * (one.net or 0) for one in group)
        if at not in posted or not nets:
            continue
        sign = 1 if group[0].issued else -1
        foreign, own = (sign * amount for amount in posted[at])
        for one in group:
            share = Fraction(one.sign * (one.net or 0), nets)
            accrued = Accrued(
                proposer=intercompany.CODE,
                day=period.end,
                partner_id=one.peer,
                account_id=at[0],
                source=Record("account.move", one.id, one.label),
                what=one.label,
                currency=one.currency,
                amount_currency=round_half_up(share * foreign),
                amount=round_half_up(share * own),
            )
            mirror = mirrors.get(one.id)
            came = amounts.get(mirror.id, (0, 0)) if mirror and mirror.currency == one.currency else None
            found.append((accrued, sign * came[0] if came else None, sign * came[1] if came else 0))
    return found


def _amounts(books: Books, moves: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return what documents book without tax, in their currency and the company's, debit positive."""
    lines = books.frame("lines").filter(
        pl.col("move_id").is_in(sorted(moves)),
        pl.col("display_type").fill_null("product") == "product",
        pl.col("tax_line_of").is_null(),
    )
    sums = lines.group_by("move_id").agg(pl.col("amount_currency", "balance").sum())
    return {move: (amount, balance) for move, amount, balance in sums.iter_rows()}
