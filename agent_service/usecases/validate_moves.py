"""Validate moves: judge the books by every rule."""

from dataclasses import replace

from agent_service.core.checks import Rule, rules, run_checks
from agent_service.core.incremental import HISTORY, Changed, Former, Since
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.usecases.kept import stamps_of
from agent_service.usecases.outcome import Outcome


def judging() -> tuple[Rule, ...]:
    """Return the rules that judge a company's books: every one that its policy does not switch off.

    A rule that is switched off stands among them, so that its open findings close.
    """
    return rules()


def validate_moves(
    books: Books,
    policy: Policy,
    period: Period,
    changed: Changed | None = None,
    former: Former | None = None,
) -> Outcome:
    """Return the findings as rows, the rules that completed and those that did not.

    With what was found before, rules whose unit is an entry judge only the entries that changed again, and
    closed months in which nothing changed are taken as they were summed up.
    """
    chosen = judging()
    stamps = stamps_of(chosen, books, policy, period)
    since = None
    if changed is not None and former is not None:
        since = Since(changed.entries, former, stamps)
        books = replace(books, history=former.history_after(changed, stamps[HISTORY]))
    run = run_checks(books, policy, period, chosen, since)
    return Outcome(
        rows={"finding": tuple(one.row(books.company) for one in run.findings)},
        scopes={"rules": run.completed},
        failures=tuple(one.row() for one in run.failures),
        former=Former(run.raw, {code: stamps[code] for code in (*run.raw, HISTORY)}, books.history),
        whole=run.whole,
        found=run.findings,
    )
