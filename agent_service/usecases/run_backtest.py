"""Run backtest: read the books of the past months, judge them under two versions of a policy, hand in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Protocol

from agent_service.core.backtest import BacktestResult, backtest
from agent_service.core.errors import BooksError, CoreError, PolicyError
from agent_service.core.model import Books
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy
from agent_service.usecases.follow import read_whole
from agent_service.usecases.ports import Reader, RunStart
from agent_service.usecases.read_books import period_of, policy_of
from agent_service.usecases.validate_moves import judging


class BacktestPort(Protocol):
    """Takes the result of a backtest."""

    def finish(self, result: Mapping[str, Any]) -> Mapping[str, Any]:
        """Hand it in."""
        ...


@dataclass(frozen=True)
class Wanted:
    """What is to be tested: the months, and the two versions as starts of a run."""

    months: tuple[str, ...]
    before: RunStart
    after: RunStart

    @classmethod
    def from_wire(cls, result: Mapping[str, Any]) -> "Wanted":
        """Return what the port's `backtest_begin` describes; raises KeyError on a missing name."""
        months = tuple(str(one) for one in result["months"])
        before, after = (
            RunStart.from_wire(
                {
                    "run_id": 0,
                    "company": result["company"],
                    "policy": result[name],
                    "snapshot": result["snapshot"],
                    "period": {"name": months[-1], **_days(months[-1])},
                }
            )
            for name in ("base", "policy")
        )
        return cls(months, before, after)

    def of_month(self, start: RunStart, month: str) -> RunStart:
        """Return a start that is about one of the months."""
        days = _days(month)
        return replace(
            start,
            period=month,
            period_start=date.fromisoformat(days["start"]),
            period_end=date.fromisoformat(days["end"]),
        )


def run_backtest(
    wanted: Wanted, reader: Reader, port: BacktestPort, told: Callable[[str], None] = lambda _what: None
) -> BacktestResult | None:
    """Judge and hand in; a policy or books that can't be read are handed in as the reason."""
    try:
        books = read_whole(reader, wanted.after, told).books(wanted.after)
        result = _judge(wanted, books, told)
    except (PolicyError, BooksError, CoreError) as error:
        port.finish({"figures": [], "rows": [], "left_out": 0, "failures": [], "failed": str(error)[:2000]})
        return None
    port.finish(
        {
            "figures": result.figures,
            "rows": result.rows,
            "left_out": result.left_out,
            "failures": result.failures,
            "failed": None,
        }
    )
    return result


def _judge(wanted: Wanted, books: Books, told: Callable[[str], None]) -> BacktestResult:
    periods = [period_of(wanted.of_month(wanted.after, month)) for month in wanted.months]

    def policies(period: Period) -> tuple[Policy, Policy]:
        return policy_of(wanted.before, books, period), policy_of(wanted.after, books, period)

    return backtest(books, periods, policies, judging(), told)


def _days(month: str) -> dict[str, str]:
    first = date.fromisoformat(f"{month}-01")
    return {"start": first.isoformat(), "end": (add_months(first, 1) - timedelta(days=1)).isoformat()}
