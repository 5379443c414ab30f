"""IN Interest on loans.

**What it does** Accrues the interest that a loan has cost since it was last paid.

**Why it matters** Completeness: the bank asks for a quarter's interest in one bill; each month has its share.

**Method** Days from the last day through which interest is paid (included) to D+1 (excluded) by the loan's
own convention, parted where principal or rate change: `round(sum(principal × rate × part of the year))`,
once a loan, in its currency; foreign ones then at D's closing rate. Dr `interest_expense`, Cr
`accrued_interest`, reversed on D+1. Example: 250,000.00 at 4.8 %, actual/365, paid through 14 Sep → 47
days, Dr interest 1,545.21, Cr accrued_interest 1,545.21 at 31 Oct.

**False positives** Interest that was paid and isn't among the loan's movements yet. An accrual by hand
stops the proposal for its lender until a person decides.

**Source** IFRS 9.5.4.1, ISDA 2006 4.16 (day counts); `loans`, `loan_movements`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from agent_service.core.adjustments.by_hand import PARAMETERS as BY_HAND
from agent_service.core.adjustments.by_hand import by_hand, told
from agent_service.core.adjustments.day_count import CONVENTIONS, days_between, year_fraction
from agent_service.core.adjustments.staging import Paper, Required, need_roles, posted_by, staged
from agent_service.core.analysis.rates import Rate, rate_of
from agent_service.core.entries import Entry
from agent_service.core.errors import EvidenceMissing
from agent_service.core.findings import Finding, Record
from agent_service.core.model import Books
from agent_service.core.money import Currency
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "IN"
TITLE = "Interest on loans"
EXPENSE, ACCRUED = "interest_expense", "accrued_interest"
ROLES = (ACCRUED,)
PARAMETERS = {"closing_rate_max_age_days": 3, **BY_HAND}
COLUMNS = ("Loan", "From", "To", "Days", "Principal", "Rate", "Day count", "In currency", "Closing rate")
_KINDS = ("principal", "rate", "interest")


@dataclass(frozen=True)
class Part:
    """Days of one principal (minor units of the loan's currency) and one rate (percent)."""

    start: date
    end: date
    principal: int
    rate: Decimal


@dataclass(frozen=True)
class Accrued:
    """A loan's interest as of a day: in its currency and in the company's."""

    loan: Mapping[str, Any]
    currency: Currency
    parts: tuple[Part, ...]
    amount_currency: int
    amount: int
    rate: Rate | None


def propose(
    books: Books, policy: Policy, period: Period, decided: Mapping[str, str]
) -> list[Entry | Finding]:
    """Return one entry for all loans, and findings where people accrued by hand. Raises EvidenceMissing."""
    if not books.has("loans"):
        return []
    max_age = policy.parameters(CODE, PARAMETERS).integer("closing_rate_max_age_days")
    accrued = _accrued(books, period, max_age)
    posted = posted_by(books, CODE, period.end)
    if not accrued and not posted:
        return []
    roles = need_roles(books, policy, EXPENSE, ACCRUED)
    hand = by_hand(books, policy, CODE, [roles[ACCRUED]], period.end)
    waiting = {one.partner_id for one in hand}
    accrued = [one for one in accrued if not waiting & {None, one.loan["partner_id"]}]
    if waiting:
        posted = {slot: sums for slot, sums in posted.items() if not waiting & {None, slot[1]}}
    paper = Paper(
        code=CODE,
        title=TITLE,
        columns=COLUMNS,
        rows=tuple(_row(one) for one in accrued),
        sources=_sources(books, accrued, period.end),
        narration=(f"Interest on {len(accrued)} loans from the day it was last paid through {period.end}.",),
        reverses=True,
    )
    required = [line for one in accrued for line in _lines(one, roles)]
    return [*staged(books, period, decided, required, paper, posted), *told(books, CODE, TITLE, hand, roles)]


def _accrued(books: Books, period: Period, max_age: int) -> list[Accrued]:
    own, found = books.company.currency, []
    lacks: list[str] = []
    movements: dict[int, list[dict]] = {}
    if books.has("loan_movements"):
        for one in books.frame("loan_movements").sort("date", "id").iter_rows(named=True):
            movements.setdefault(one["loan_id"], []).append(one)
    for loan in books.frame("loans").iter_rows(named=True):
        try:
            parts = parts_of(loan, movements.get(loan["id"], ()), period.end)
            currency = books.currency(loan["currency"])
            in_currency = currency.minor(_interest(parts, loan["day_count"]) / 10**currency.decimals)
            rate = None
            if in_currency and currency != own:
                rate = rate_of(books, currency.id, period.end, max_age)
            amount = (
                own.minor(Fraction(in_currency, 10**currency.decimals) * Fraction(rate.value))
                if rate
                else in_currency
            )
        except EvidenceMissing as error:
            lacks += error.reasons
            continue
        if amount:
            found.append(Accrued(loan, currency, parts, in_currency, amount, rate))
    if lacks:
        raise EvidenceMissing(sorted(set(lacks)))
    return found


def parts_of(loan: Mapping[str, Any], movements: Iterable[Mapping[str, Any]], day: date) -> tuple[Part, ...]:
    """Return the days since interest was last paid through `day`, parted where principal or rate change.

    Movements are ordered by date and count up to `day`. Raises EvidenceMissing for what isn't known.
    """
    label = f"loan {loan['name'] or loan['id']}"
    lacks = [f"{label} has no {what}" for what in ("start", "principal", "rate") if loan[what] is None]
    if loan["day_count"] not in CONVENTIONS:
        lacks.append(f"{label}: the day count {loan['day_count']!r} is not known")
    if lacks:
        raise EvidenceMissing(lacks)
    known = [one for one in movements if one["date"] is not None and loan["start"] < one["date"] <= day]
    lacks = [f"{label}: a movement of {one['date']} is incomplete" for one in known if _lacking(one)]
    if lacks:
        raise EvidenceMissing(lacks)
    after = date.fromordinal(day.toordinal() + 1)
    stop = min(after, loan["end"]) if loan["end"] else after
    paid = max([loan["start"], *(one["date"] for one in known if one["kind"] == "interest")])
    principal, rate, since = loan["principal"], Decimal(loan["rate"]), loan["start"]
    parts: list[Part] = []
    for one in [*known, {"date": stop, "kind": "interest"}]:
        at = min(max(one["date"], since), stop)
        if at > max(since, paid) and principal:
            parts.append(Part(max(since, paid), at, principal, rate))
        since = at
        if one["kind"] == "principal":
            principal += one["amount"]
            if principal < 0:
                raise EvidenceMissing([f"{label}: more was repaid by {one['date']} than was owed"])
        elif one["kind"] == "rate":
            rate = Decimal(one["rate"])
    return _joined(parts)


def _joined(parts: Sequence[Part]) -> tuple[Part, ...]:
    joined: list[Part] = []
    for one in parts:
        last = joined[-1] if joined else None
        if last and (last.end, last.principal, last.rate) == (one.start, one.principal, one.rate):
            joined[-1] = Part(last.start, one.end, one.principal, one.rate)
        else:
            joined.append(one)
    return tuple(joined)


def _lacking(movement: Mapping[str, Any]) -> bool:
    kind = movement["kind"]
    wanted = {"principal": "amount", "rate": "rate"}.get(kind)
    return kind not in _KINDS or (wanted is not None and movement[wanted] is None)


def _interest(parts: Iterable[Part], convention: str) -> Fraction:
    """Return the exact interest in minor units."""
    return sum(
        (
            one.principal * Fraction(one.rate) / 100 * year_fraction(convention, one.start, one.end)
            for one in parts
        ),
        Fraction(0),
    )


def _lines(one: Accrued, roles: Mapping[str, int]) -> list[Required]:
    analytic = one.loan["analytic"] or ""
    return [
        Required(
            account_id=roles[role],
            partner_id=one.loan["partner_id"],
            currency=one.currency,
            balance=sign * one.amount,
            amount_currency=sign * one.amount_currency,
            name=f"Interest {one.loan['name'] or one.loan['id']}",
            analytic=analytic if role == EXPENSE else "",
        )
        for role, sign in ((EXPENSE, 1), (ACCRUED, -1))
    ]


def _row(one: Accrued) -> tuple[tuple[str, ...], int]:
    convention = one.loan["day_count"]
    rates = dict.fromkeys(f"{part.rate} %" for part in one.parts)
    cells = (
        one.loan["name"] or str(one.loan["id"]),
        str(one.parts[0].start),
        f"before {one.parts[-1].end}",
        " + ".join(str(days_between(convention, part.start, part.end)) for part in one.parts),
        " + ".join(one.currency.show(part.principal) for part in one.parts),
        " + ".join(rates),
        convention,
        one.currency.show(one.amount_currency) if one.rate else "",
        f"{one.rate.value} of {one.rate.day}" if one.rate else "",
    )
    return cells, one.amount


def _sources(books: Books, accrued: Sequence[Accrued], day: date) -> tuple[Record, ...]:
    loans = {one.loan["id"]: one.loan["name"] or "" for one in accrued}
    cited = [Record("ai.close.loan", number, name) for number, name in loans.items()]
    rates = {one.rate.id: one.currency.name for one in accrued if one.rate}
    cited += [Record("res.currency.rate", number, name) for number, name in rates.items()]
    if books.has("loan_movements"):
        for one in books.frame("loan_movements").iter_rows(named=True):
            if one["loan_id"] in loans and one["date"] <= day:
                label = f"{loans[one['loan_id']]} {one['kind']} {one['date']}"
                cited.append(Record("ai.close.loan.movement", one["id"], label))
    return tuple(cited)
