"""PY Wages of a pay run that reaches past the period.

**What it does** Accrues the days of a pay run that lie before the closing date, with the employer's own
contributions.

**Why it matters** Cut-off: the work was done in the month, the run is booked when it is paid.

**Method** `round(wages × days to D / days of the run)`, by working days (a paid holiday is one) or
calendar days as the run says; contributions are the exact share times their percentage, rounded once. Dr
`wages`, Dr `social`, Cr `accrued_payroll`, reversed on D+1. A run that is over and not booked by D is
accrued whole. Example: 26 Oct to 6 Nov, 48,000.00, 21.5 %: 5 of 10 working days → Dr wages 24,000.00, Dr
social 5,160.00, Cr accrued payroll 29,160.00 at 31 Oct.

**False positives** A run that is booked by D is not accrued; when it reaches past D a finding tells the
share that belongs to the next month. Holidays of the policy are paid unless it says `holidays: unpaid`. An
accrual by hand stops the proposal until a person decides.

**Source** IAS 19.11 (short-term benefits); `pay_runs`, the policy's `holidays`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from agent_service.core.adjustments.by_hand import PARAMETERS as BY_HAND
from agent_service.core.adjustments.by_hand import by_hand, told
from agent_service.core.adjustments.staging import Paper, Required, need_roles, posted_by, staged
from agent_service.core.entries import Entry
from agent_service.core.errors import EvidenceMissing
from agent_service.core.findings import Finding, Record, concern
from agent_service.core.model import Books
from agent_service.core.money import percent
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "PY"
TITLE = "Payroll not yet booked"
WAGES, SOCIAL, ACCRUED = "wages", "social", "accrued_payroll"
ROLES = (ACCRUED,)
PARAMETERS = {"holidays": "paid", "working_weekdays": "12345", **BY_HAND}
COLUMNS = ("Pay run", "From", "To", "Days", "Days by the closing date", "What", "Base", "Rate")
WORKING, CALENDAR = "working", "calendar"


@dataclass(frozen=True)
class Workdays:
    """Which days count as worked: weekdays (1 is Monday) without days that nobody is paid for."""

    weekdays: frozenset[int]
    unpaid: frozenset[date]

    def count(self, start: date, end: date) -> int:
        """Return how many lie between two days, both included."""
        days = (start + timedelta(days=one) for one in range((end - start).days + 1))
        return sum(day.isoweekday() in self.weekdays and day not in self.unpaid for day in days)


@dataclass(frozen=True)
class Accrued:
    """A pay run's share by the closing date; minor units of company currency."""

    run: Mapping[str, Any]
    days: int
    days_by: int
    wages: int
    social: int


def propose(
    books: Books, policy: Policy, period: Period, decided: Mapping[str, str]
) -> list[Entry | Finding]:
    """Return one entry for all pay runs, and findings for what a person decides. Raises EvidenceMissing."""
    if not books.has("pay_runs"):
        return []
    workdays = workdays_of(policy)
    accrued, early = _accrued(books, period, workdays)
    posted = posted_by(books, CODE, period.end)
    found = [_booked_early(books, one, period) for one in early]
    if not accrued and not posted:
        return found
    roles = need_roles(books, policy, WAGES, SOCIAL, ACCRUED)
    hand = by_hand(books, policy, CODE, [roles[ACCRUED]], period.end)
    if hand:
        return [*found, *told(books, CODE, TITLE, hand, roles)]
    paper = Paper(
        code=CODE,
        title=TITLE,
        columns=COLUMNS,
        rows=tuple(row for one in accrued for row in _rows(books, one)),
        sources=tuple(Record("ai.close.pay.run", one.run["id"], _label(one.run)) for one in accrued),
        narration=(f"{len(accrued)} pay runs with days by {period.end} that are not booked yet.",),
        reverses=True,
    )
    required = [line for one in accrued for line in _lines(books, one, roles)]
    return [*staged(books, period, decided, required, paper, posted), *found]


def workdays_of(policy: Policy) -> Workdays:
    """Return which days count as worked under the policy."""
    own = policy.parameters(CODE, PARAMETERS).values
    unpaid = policy.words("holidays") if own["holidays"] == "unpaid" else ()
    return Workdays(
        frozenset(int(one) for one in str(own["working_weekdays"]) if one in "1234567"),
        frozenset(date.fromisoformat(one) for one in unpaid),
    )


def _accrued(books: Books, period: Period, workdays: Workdays) -> tuple[list[Accrued], list[Accrued]]:
    """Return what is to be accrued, and runs that are booked while days of them lie after the period."""
    accrued, early, lacks = [], [], []
    for run in books.frame("pay_runs").sort("start", "id").iter_rows(named=True):
        missing = [what for what in ("start", "end", "amount", "social_pct") if run[what] is None]
        if missing or run["end"] < run["start"]:
            lacks.append(f"pay run {_label(run)} has no {', '.join(missing) or 'end after its start'}")
            continue
        if run["start"] > period.end:
            continue
        basis = run["basis"] or WORKING
        if basis not in (WORKING, CALENDAR):
            lacks.append(f"pay run {_label(run)}: the basis {basis!r} is not known")
            continue
        days, days_by = _days(run, period.end, basis, workdays)
        if not days:
            lacks.append(f"pay run {_label(run)} has no day that counts")
            continue
        booked = run["booked"] is not None and run["booked"] <= period.end
        if booked and days_by < days and period.holds(run["booked"]):
            early.append(_share(books, run, days, days - days_by))
        elif not booked and days_by:
            accrued.append(_share(books, run, days, days_by))
    if lacks:
        raise EvidenceMissing(sorted(set(lacks)))
    return accrued, early


def _days(run: Mapping[str, Any], day: date, basis: str, workdays: Workdays) -> tuple[int, int]:
    last = min(run["end"], day)
    if basis == CALENDAR:
        return (run["end"] - run["start"]).days + 1, (last - run["start"]).days + 1
    return workdays.count(run["start"], run["end"]), workdays.count(run["start"], last)


def _share(books: Books, run: Mapping[str, Any], days: int, part: int) -> Accrued:
    own = books.company.currency
    wages = Fraction(run["amount"], 10**own.decimals) * part / days
    return Accrued(run, days, part, own.minor(wages), own.minor(wages * percent(run["social_pct"])))


def _lines(books: Books, one: Accrued, roles: Mapping[str, int]) -> Iterable[Required]:
    own, name = books.company.currency, f"Pay run {_label(one.run)}"
    analytic = one.run["analytic"] or ""
    for role, amount, shares in (
        (WAGES, one.wages, analytic),
        (SOCIAL, one.social, analytic),
        (ACCRUED, -one.wages - one.social, ""),
    ):
        yield Required(roles[role], None, own, amount, amount, name, analytic=shares)


def _rows(books: Books, one: Accrued) -> Iterable[tuple[tuple[str, ...], int]]:
    run = one.run
    cells = (_label(run), str(run["start"]), str(run["end"]), str(one.days), str(one.days_by))
    base = books.show(run["amount"])
    yield (*cells, "wages", base, ""), one.wages
    if one.social:
        yield (*cells, "employer's contributions", base, f"{run['social_pct']} %"), one.social


def _booked_early(books: Books, one: Accrued, period: Period) -> Finding:
    record = Record("ai.close.pay.run", one.run["id"], _label(one.run))
    amount = one.wages + one.social
    return concern(
        CODE,
        "Pay run booked before its end",
        "booked-early",
        record,
        f"Pay run {_label(one.run)}: {books.show(amount)} belong to later days",
        f"The run {one.run['start']} to {one.run['end']} is booked on {one.run['booked']}; {one.days_by} of "
        f"its {one.days} days lie after {period.end}.",
        why="Cost of the next month stands in this one.",
        remedy="Defer the share, or explain why the run is the month's.",
        amount=amount,
        evidence={"days": one.days, "days_after": one.days_by, "booked": str(one.run["booked"])},
    )


def _label(run: Mapping[str, Any]) -> str:
    return run["name"] or str(run["id"])
