"""Two versions of a policy on the same books: which findings of past months both, one or none would make.

A rule whose own parameters, and all that rules share, are the same under both versions judges a month once.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agent_service.core.checks import CheckRun, Rule, run_checks
from agent_service.core.errors import NoData
from agent_service.core.findings import RAISED_CODE, Failure, Finding
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

MAX_ROWS = 20_000


@dataclass
class BacktestResult:
    """Figures of every rule and month, and the findings behind them as rows of the port."""

    figures: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    failures: list[dict[str, str]] = field(default_factory=list)
    left_out: int = 0


def backtest(
    books: Books,
    months: Sequence[Period],
    policies: Callable[[Period], tuple[Policy, Policy]],
    chosen: Sequence[Rule],
    told: Callable[[str], None] = lambda _what: None,
) -> BacktestResult:
    """Judge each month by the version in force and by the proposed one (`policies` gives both)."""
    result = BacktestResult()
    for period in months:
        told(f"judge {period.name}")
        before, after = policies(period)
        memo: dict[str, Any] = {}
        old = _judged(books, before, period, chosen, memo, _alike(before, after))
        new = _judged(books, after, period, chosen, memo, _alike(before, after))
        _compare(books, period, old.findings, new.findings, result)
        result.failures += [_failure(period, one) for one in new.failures if one not in result.failures]
    differing = [row for row in result.rows if row["before"] != row["after"]]
    alike = [row for row in result.rows if row["before"] == row["after"]]
    result.rows = [*differing, *alike][:MAX_ROWS]
    result.left_out = len(differing) + len(alike) - len(result.rows)
    result.failures = result.failures[:200]
    return result


def _alike(before: Policy, after: Policy) -> Callable[[str], bool]:
    """Return what tells whether a rule judges alike under both versions."""
    same = replace(before, rules={}) == replace(after, rules={})

    def alike(code: str) -> bool:
        return same and before.rules.get(code, {}) == after.rules.get(code, {})

    return alike


def _judged(
    books: Books,
    policy: Policy,
    period: Period,
    chosen: Sequence[Rule],
    memo: dict[str, Any],
    alike: Callable[[str], bool],
) -> CheckRun:
    judges = [replace(rule, check=_once(rule, memo)) if alike(rule.code) else rule for rule in chosen]
    return run_checks(books, policy, period, judges)


def _once(rule: Rule, memo: dict[str, Any]) -> Callable[[Books, Policy, Period], list[Finding]]:
    """Return the rule's check, which remembers what it found in this month, or that it had no data."""

    def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
        if rule.code not in memo:
            try:
                memo[rule.code] = rule.check(books, policy, period)
            except NoData as error:
                memo[rule.code] = error
        if isinstance(memo[rule.code], NoData):
            raise memo[rule.code]
        return list(memo[rule.code])

    return check


def _compare(
    books: Books, period: Period, old: Sequence[Finding], new: Sequence[Finding], result: BacktestResult
) -> None:
    before, after = _by_key(books, old), _by_key(books, new)
    counts = [Counter(one.rule for one in found.values()) for found in (before, after)]
    result.figures += [
        {"rule": code, "month": period.name, "before": counts[0][code], "after": counts[1][code]}
        for code in sorted(counts[0].keys() | counts[1].keys())
    ]
    for key in sorted(before.keys() | after.keys()):
        one = after.get(key) or before[key]
        result.rows.append(
            {
                "month": period.name,
                "rule": one.rule,
                "key": key,
                "title": one.title[:500],
                "severity": one.severity,
                "amount": books.company.currency.text(one.amount),
                "anchor": {"model": one.anchor.model, "id": one.anchor.id},
                "before": key in before,
                "after": key in after,
            }
        )


def _by_key(books: Books, findings: Sequence[Finding]) -> Mapping[str, Finding]:
    return {one.key(books.company): one for one in findings if one.rule != RAISED_CODE}


def _failure(period: Period, one: Failure) -> dict[str, str]:
    return {**one.row(), "message": f"{period.name}: {one.message}"[:2000]}
