"""Checks a ledger in files by every rule: no Odoo, no network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from agent_service.core.checks import Rule, rules, run_checks
from agent_service.core.errors import CoreError, PeriodError
from agent_service.core.findings import SEVERITIES
from agent_service.core.ledger import posted_lines
from agent_service.core.materiality import derived_materiality
from agent_service.core.model import Books
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy
from agent_service.errors import BadInput
from agent_service.ledger_files import findings_file
from agent_service.ledger_files.books import books_of
from agent_service.ledger_files.policy_file import LedgerPolicy, read_policy
from agent_service.ledger_files.read import Files, read_ledger
from agent_service.ledger_files.shelf import Shelf, companies_of, shelf_of
from agent_service.ledger_files.twice import repeated_ids


@dataclass
class CheckReport:
    """What a check came to: rows to write, and per company which rules judged and which could not."""

    period: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    judged: set[str] = field(default_factory=set)
    not_judged: list[dict[str, str]] = field(default_factory=list)
    companies: list[int] = field(default_factory=list)
    entries: int = 0
    lines: int = 0

    def summary(self) -> dict[str, Any]:
        """Return the counts as JSON values."""
        return {
            "period": self.period,
            "companies": self.companies,
            "entries": self.entries,
            "lines": self.lines,
            "findings": {
                name: sum(row["severity"] == name for row in self.rows) for name in SEVERITIES
            },
            "rules": sorted(self.judged),
            "not_judged": self.not_judged,
        }  # fmt: skip


def check_ledger(
    folder: Path,
    policy_path: Path | None = None,
    period_name: str | None = None,
    chosen: Sequence[Rule] | None = None,
    told: Callable[[str], None] = lambda _what: None,
) -> CheckReport:
    """Return the findings of a ledger; raises BadInput when it, the policy or the period can't be read."""
    given = read_policy(policy_path)
    told("reading the ledger")
    files = read_ledger(folder, given.zone)
    shelf = shelf_of(files, given)
    period = _period(files, given, period_name)
    judges = rules() if chosen is None else tuple(chosen)
    report = CheckReport(period.name, companies=companies_of(shelf))
    report.entries, report.lines = shelf.tables["moves"].height, shelf.tables["lines"].height
    for company in report.companies:
        books = books_of(shelf, company)
        policy = _policy(shelf, given, books, period, judges)
        told(f"judging {books.company.name}")
        run = run_checks(books, policy, period, judges)
        found = [*run.findings, *(repeated_ids(files, books) if company == report.companies[0] else ())]
        codes = _codes(books)
        report.rows += [findings_file.row(one, books.company, period, codes) for one in found]
        report.judged |= set(run.completed)
        report.not_judged += findings_file.no_data_rows(run.failures, books.company)
    return report


def _policy(
    shelf: Shelf, given: LedgerPolicy, books: Books, period: Period, judges: Sequence[Rule]
) -> Policy:
    try:
        params = given.params(judges, shelf.tables.get("accounts"))
        policy = Policy.from_params(params, books.company.currency)
    except (CoreError, AttributeError, TypeError, ValueError) as error:
        raise BadInput(f"The policy can't be read: {error}", "Mend the policy file.") from None
    if policy.materiality_minor is None:
        try:
            policy = policy.with_materiality(derived_materiality(books, period) or _of_cost(books, period))
        except CoreError:  # without accounts nothing can be derived: rules that need M say so
            return policy
    return policy


def _period(files: Files, given: LedgerPolicy, name: str | None) -> Period:
    snapshot = given.snapshot_day()
    try:
        if name:
            return Period.of(name, snapshot)
        start, end = given.day("period_start"), given.day("period_end")
        if start and end:
            return Period.between(start, end, snapshot)
    except PeriodError as error:
        raise BadInput(str(error), "Write the month as YYYY-MM.") from None
    return Period.of(f"{_last_busy_month(files.tables['moves']):%Y-%m}", snapshot)


def _last_busy_month(moves: pl.DataFrame) -> date:
    """Return the last month with at least a tenth of the entries that a month usually has."""
    posted = moves.filter(pl.col("state") == "posted").drop_nulls("date")
    months = posted.group_by(pl.col("date").dt.truncate("1mo")).agg(pl.len()).sort("date")
    if not months.height:
        raise BadInput("The ledger has no posted entry", "Name the month with --period YYYY-MM.")
    usual = months["len"].median() or 0
    return months.filter(pl.col("len") * 10 >= usual)["date"].to_list()[-1]


def _codes(books: Books) -> dict[tuple[str, int], str]:
    """Return the codes of records that the files know by code."""
    journals = books.frames["journals"].select("id", "code").iter_rows()
    return {("account.journal", number): code for number, code in journals} | {
        ("res.currency", number): one.name for number, one in books.currencies.items()
    }


def _of_cost(books: Books, period: Period) -> int | None:
    """Return 0.5 % of twelve months' cost, for a ledger that holds neither income nor assets."""
    lines = posted_lines(books, period.as_of).filter(
        pl.col("account_type").fill_null("").str.starts_with("expense"),
        pl.col("date") >= add_months(period.start, -11),
    )
    cost = int(lines["balance"].sum() or 0)
    return cost // 200 or None if cost > 0 else None
