"""AM Depreciation that an asset module has to run.

**What it does** Where a module depreciates assets itself (OCA's `account_asset_management`), tells which of
its entries due by the closing date are not posted. Findings only: a second depreciation beside it would count
twice.

**Why it matters** Completeness: an asset module depreciates when somebody runs it, and nothing is missing on
any list when nobody did.

**Method** The module's own table: rows of depreciation of assets that run or are drafts still, dated by the
closing date, without a posted entry; opening balances are none. Example: two of forty assets have no entry
for October → one finding, two assets, their amounts in sum.

**False positives** None known: who stops an asset closes or removes it in the module.

**Source** IAS 16.55; `account.asset.line`.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from agent_service.core.findings import MAX_RECORDS, Finding, Record, concern
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "AM"
TITLE = "Depreciation by an asset module"
DUE = "asset_lines"
_NAMES_SHOWN = 5
_WHY = "What is not depreciated stands too high in the balance, and its cost is missing in the result."


def propose(books: Books, policy: Policy, period: Period, decided: Mapping[str, str]) -> Sequence[Finding]:
    """Return a finding for assets that run and one for drafts; none without a module, or when it ran."""
    if not period.is_over or not books.has(DUE):
        return []
    due = books.frame(DUE).filter(
        pl.col("date") <= period.end, ~pl.col("posted").fill_null(value=False), pl.col("amount") != 0
    )
    parts = (
        ("not-run", "open", "was not run", "Run the asset module's computation for the month, and post it."),
        (
            "draft-asset",
            "draft",
            "waits: they are drafts",
            "Confirm the assets in the asset module, or remove those that are none; then run it.",
        ),
    )
    return [
        _finding(books, period, rows, facet, what, remedy)
        for facet, state, what, remedy in parts
        if (rows := due.filter(pl.col("state") == state).sort("asset", "date", "id")).height
    ]


def _finding(books: Books, period: Period, rows: pl.DataFrame, facet: str, what: str, remedy: str) -> Finding:
    assets = dict(rows.select("asset_id", "asset").unique(keep="first", maintain_order=True).iter_rows())
    amount, since = int(rows["amount"].sum()), rows["date"].min()
    named = ", ".join(name or f"asset {key}" for key, name in list(assets.items())[:_NAMES_SHOWN])
    more = len(assets) - _NAMES_SHOWN
    count = f"{len(assets)} {'asset' if len(assets) == 1 else 'assets'}"
    return concern(
        CODE,
        TITLE,
        facet,
        Record("res.company", books.company.id, books.company.name),
        f"Depreciation of {count} {what}",
        f"{rows.height} depreciations due from {since} to {period.end}, {books.show(amount)} in all, have no "
        f"posted entry: {named}{f' and {more} more' if more > 0 else ''}.",
        why=_WHY,
        remedy=remedy,
        amount=amount,
        severity="high" if facet == "not-run" else "medium",
        records=tuple(
            Record("account.asset", key, name or "") for key, name in list(assets.items())[:MAX_RECORDS]
        ),
        evidence={"assets": len(assets), "entries": rows.height, "since": f"{since}"},
    )
