"""CMP002 Silent journal.

**What it does** Reports an active journal without a posted entry in the period although each of the last
six months has one.

**Why it matters** Completeness: a batch that always comes and didn't (payroll, a bank's statement, the
point of sale) leaves no trace of itself.

**Method** Count posted entries by journal and month; flag a journal with none in P and at least one in each
of the `silent_min_months` months before. Example: the payroll journal has entries in April to September and
none in October → one finding. It is judged once the period is over.

**False positives** An archived journal; a quarterly rhythm (a month without entries among the six); a
journal that was silent in the same month last year too, though it was in use before.

**Source** AICPA audit data analytics, completeness; `account.journal`, `account.move.journal_id`.
"""

from datetime import date

import polars as pl

from agent_service.core.findings import Finding, Record
from agent_service.core.model import Books
from agent_service.core.period import Period, add_months, month_index
from agent_service.core.policy import Policy

CODE = "CMP002"
TITLE = "Silent journal"
SEVERITY = "medium"
WHY = "A batch that always comes and didn't is missing from the period's result."
REMEDY = "Import or post what is missing, or explain why this month has none."
PARAMETERS = {"silent_min_months": 6}
YIELDS_TO = ("CMP005.late@account.journal", "CMP005.chain@account.journal")


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each journal that fell silent; it has no amount."""
    if not period.is_over:
        return []
    needed = policy.parameters(CODE, PARAMETERS).integer("silent_min_months")
    counts = _entries_by_month(books, period)
    this_month = month_index(period.start)
    wanted = [month_index(month) for month in period.months_before(needed)]
    found = []
    for journal in books.frame("journals").filter(pl.col("active")).iter_rows(named=True):
        months = counts.get(journal["id"], {})
        if this_month in months or any(month not in months for month in wanted):
            continue
        last_year = month_index(add_months(period.start, -12))
        if last_year not in months and min(months) < last_year:
            continue
        label = f"{journal['code']} {journal['name']}"
        record = Record("account.journal", journal["id"], label)
        found.append(
            Finding(
                facet="silent",
                anchor=record,
                title=f"No entries in {label}",
                message=f"{label} has no posted entry in {period.name}, though each of the last "
                f"{needed} months has one (last month {months[this_month - 1]}).",
                records=(record,),
                evidence={"entries": {_month_name(month): months[month] for month in wanted}},
            )
        )
    return found


def _entries_by_month(books: Books, period: Period) -> dict[int, dict[int, int]]:
    """Return the number of posted entries by journal id and running month."""
    counted = (pl.col("state") == "posted") & (pl.col("date") <= period.as_of)
    moves = books.where("moves", counted, "journal_id", "date")
    month = pl.col("date").dt.year().cast(pl.Int64) * 12 + pl.col("date").dt.month().cast(pl.Int64) - 1
    counted = moves.group_by("journal_id", month.alias("month")).agg(entries=pl.len())
    result: dict[int, dict[int, int]] = {}
    for journal, index, entries in counted.iter_rows():
        result.setdefault(journal, {})[index] = entries
    return result


def _month_name(index: int) -> str:
    return f"{date(index // 12, index % 12 + 1, 1):%Y-%m}"
