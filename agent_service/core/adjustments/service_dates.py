"""Schedules that nobody had to make: document lines that say themselves what time they are for.

By their fields (`start_date`, `end_date`), or by two dates in their text or the document's reference. A text
counts from an amount and a number of days beyond its month on, and is less sure where days and months may be
swapped. What lies wholly before the document's month is no schedule but a cut-off error of then: a finding.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from agent_service.core.adjustments.deferral import Side
from agent_service.core.adjustments.schedule_rows import claimed_lines
from agent_service.core.adjustments.schedules import Schedule
from agent_service.core.adjustments.spread import ONE_DAY
from agent_service.core.errors import NoData
from agent_service.core.facts import entries
from agent_service.core.findings import Finding, Record, concern
from agent_service.core.labels import Span, is_whole_months, spans_named
from agent_service.core.ledger import own_move_ids, posted_lines
from agent_service.core.model import Books
from agent_service.core.money import round_half_up
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy

PARAMETERS = {"method": "days", "text_min_amount": "0.02 M", "text_min_days": 45}
FIELDS, TEXT, WHOLE, AMBIGUOUS = Decimal("0.98"), Decimal("0.90"), Decimal("0.75"), Decimal("0.50")
"""How sure a span is: by the line's fields; by one reading of its text; by the one of several readings that
is whole months; by the first of several."""
_LONGEST = timedelta(days=6 * 366)
_MAY_BE_DATES = r"\d{4}|\d[./]\d{1,2}[./]\d|[A-Za-z]{3}\.? '?\d\d"
"""What a text without can't name a span with years by: looked at first, since most texts have none."""


@dataclass(frozen=True)
class Dated:
    """A document line with the time that it is for."""

    row: Mapping[str, Any]
    span: Span
    confidence: Decimal
    note: str

    @property
    def month(self) -> date:
        """Return the first day of the month in which it was booked."""
        return self.row["date"].replace(day=1)


def schedules_by_dates(
    books: Books, policy: Policy, period: Period, side: Side, balance_account: int
) -> tuple[list[Schedule], list[Finding]]:
    """Return schedules for the lines whose time reaches beyond their month, and findings about others."""
    method = str(policy.parameters(side.code, PARAMETERS).values["method"])
    lines = _lines(books, policy, period, side)
    if not lines.height:
        return [], []
    taxes = _tax_shares(books, lines)
    found, findings = [], []
    for row in lines.sort("id").iter_rows(named=True):
        if row["start_date"] and row["end_date"] and row["end_date"] < row["start_date"]:
            findings += [_turned(books, side, row)] if period.holds(row["date"]) else []
            continue
        dated = _dated(row)
        if dated is None:
            continue
        end = dated.span[1]
        after = add_months(dated.month, 1)
        if end < dated.month:
            findings += list(_past(books, period, side, dated))
        elif end >= max(after, period.start) and (
            dated.confidence == FIELDS or _counts(policy, side, dated, after - ONE_DAY)
        ):
            found.append(_schedule(books, side, dated, method, balance_account, taxes.get(row["id"], (0, 0))))
    return found, findings


def _lines(books: Books, policy: Policy, period: Period, side: Side) -> pl.DataFrame:
    """Return posted lines of cost or revenue that nobody made a schedule for and that may name a time."""
    deferred = entries(books).filter(pl.col("origin") == "deferral")["origin_id"].drop_nulls().unique()
    accounts = books.frame("accounts").filter(
        pl.col("account_type").fill_null("").str.starts_with(side.account_type)
    )
    has_dates = pl.all_horizontal(pl.col("start_date", "end_date").is_not_null())
    wanted = (
        (pl.col("date") >= period.start - _LONGEST)
        & pl.col("account_id").is_in(accounts["id"].to_list())
        & (pl.col("display_type").fill_null("product") == "product")
        & (has_dates | (pl.col("balance").abs() >= _least(policy, side)))
    )
    texts = pl.col("name").fill_null("") + " " + pl.col("move_ref").fill_null("")
    return posted_lines(books, period.end, wanted).filter(
        pl.col("move_move_type").is_in(side.documents),
        ~pl.col("id").is_in(sorted({*claimed_lines(books), *deferred.to_list()})),
        ~pl.col("move_id").is_in([*_undone(books, period.end), *deferred.to_list()]),
        has_dates | texts.str.contains(_MAY_BE_DATES),
    )


def _undone(books: Books, day: date) -> list[int]:
    """Return documents that another one reversed in full by a day, with those that did."""
    moves = books.frame("moves").filter(pl.col("state") == "posted", pl.col("date") <= day)
    undoing = moves.filter(pl.col("reversed_entry_id").is_not_null()).select(
        "reversed_entry_id", "amount_total", pl.col("id").alias("by")
    )
    pairs = moves.join(
        undoing, left_on=["id", "amount_total"], right_on=["reversed_entry_id", "amount_total"]
    )
    return sorted({*pairs["id"].to_list(), *pairs["by"].to_list()})


def _dated(row: Mapping[str, Any]) -> Dated | None:
    if row["start_date"] and row["end_date"]:
        return Dated(row, (row["start_date"], row["end_date"]), FIELDS, "the service dates of the line")
    for text in (row["name"], row["move_ref"]):
        spans = spans_named(text)
        if spans:
            several = len(spans) > 1
            sure = is_whole_months(*spans[0]) and not (several and is_whole_months(*spans[1]))
            confidence = TEXT if not several else WHOLE if sure else AMBIGUOUS
            doubt = f"; it may also be {spans[1][0]} to {spans[1][1]}" if several else ""
            return Dated(row, spans[0], confidence, f"the text “{text}”{doubt}")
    return None


def _counts(policy: Policy, side: Side, dated: Dated, month_end: date) -> bool:
    """Tell whether a span read from a text is worth an entry: time and amount beyond its month."""
    own = policy.parameters(side.code, PARAMETERS)
    begin, end = dated.span
    beyond = (end - max(month_end, begin - ONE_DAY)).days
    if (end - month_end).days < own.integer("text_min_days"):
        return False
    return abs(dated.row["balance"]) * beyond >= _least(policy, side) * ((end - begin).days + 1)


def _least(policy: Policy, side: Side) -> int:
    """Return the least amount for a text to count; without materiality every amount does."""
    try:
        return policy.amount(policy.parameters(side.code, PARAMETERS), "text_min_amount")
    except NoData:
        return 0


def _tax_shares(books: Books, lines: pl.DataFrame) -> dict[int, tuple[int, int]]:
    """Return by line its share of the tax that can't be recovered, which stands on the line's own account."""
    moves = lines["move_id"].unique().to_list()
    all_lines = books.frame("lines").filter(pl.col("move_id").is_in(moves))
    sums: dict[tuple[int, int], list[int]] = {}
    wanted = all_lines.filter(pl.col("display_type").fill_null("product").is_in(["product", "tax"]))
    for row in wanted.select(
        "move_id", "account_id", "display_type", "balance", "amount_currency"
    ).iter_rows():
        at = sums.setdefault((row[0], row[1]), [0, 0, 0])
        if row[2] == "tax":
            at[1] += row[3]
            at[2] += row[4] or 0
        else:
            at[0] += row[3]
    found = {}
    for one, move, account, balance in lines.select("id", "move_id", "account_id", "balance").iter_rows():
        base, tax, foreign = sums.get((move, account), (0, 0, 0))
        if base and tax:
            share = Fraction(balance, base)
            found[one] = round_half_up(tax * share), round_half_up(foreign * share)
    return found


def _schedule(
    books: Books, side: Side, dated: Dated, method: str, balance_account: int, tax: tuple[int, int]
) -> Schedule:
    row, own = dated.row, books.company.currency
    currency = books.currency(row["currency"])
    total = side.sign * (row["balance"] + tax[0])
    foreign = total if currency == own else side.sign * ((row["amount_currency"] or 0) + tax[1])
    return Schedule(
        id=None,
        name=_label(row),
        kind=side.kind,
        method=method,
        start=dated.span[0],
        end=dated.span[1],
        total=total,
        total_currency=foreign,
        own=own,
        currency=currency,
        booked_on=row["date"],
        booked_account_id=row["account_id"],
        balance_account_id=balance_account,
        result_account_id=row["account_id"],
        partner_id=row["partner_id"],
        analytic=row["analytic"] or "",
        source_line_id=row["id"],
        confidence=dated.confidence,
        note=dated.note,
    )


def _label(row: Mapping[str, Any]) -> str:
    first = (row["name"] or row["move_ref"] or "").split("\n")[0].strip()
    return f"{row['move_name'] or row['move_id']}: {first[:60]}".rstrip(": ")


def _past(books: Books, period: Period, side: Side, dated: Dated) -> Iterator[Finding]:
    """Say that a document is for a time before its month, unless that was accrued then."""
    row, (begin, end) = dated.row, dated.span
    if not period.holds(row["date"]) or _accrued(books, row, end):
        return
    due = add_months(end, 1) - ONE_DAY
    yield concern(
        side.code,
        f"{side.title}: time before the document",
        "past",
        Record("account.move.line", row["id"], _label(row)),
        f"{_label(row)} is for {begin} to {end}",
        f"{_label(row)}, {books.show(abs(row['balance']))}, was booked on {row['date']} for {begin} to "
        f"{end}, by {dated.note}: it was due at {due}.",
        why="Cost or revenue of an earlier month stands in this one.",
        remedy="Accrue it in the month it belongs to when that is open; else explain it.",
        amount=row["balance"],
        evidence={"begin": str(begin), "end": str(end), "due": str(due)},
    )


def _accrued(books: Books, row: Mapping[str, Any], end: date) -> bool:
    """Tell whether a staged entry stood for this partner and account at the end of the time."""
    own = sorted(own_move_ids(books))
    found = books.frame("lines").filter(
        pl.col("move_id").is_in(own),
        pl.col("account_id") == row["account_id"],
        pl.col("partner_id").eq_missing(pl.lit(row["partner_id"])),
        pl.col("date").is_between(end, row["date"]),
    )
    return found.height > 0


def _turned(books: Books, side: Side, row: Mapping[str, Any]) -> Finding:
    return concern(
        side.code,
        f"{side.title}: dates that can't be",
        "dates",
        Record("account.move.line", row["id"], _label(row)),
        f"{_label(row)} ends before it starts",
        f"{_label(row)}, {books.show(abs(row['balance']))}, names {row['start_date']} to {row['end_date']}; "
        "nothing is spread.",
        why="What can't be read is not spread, and may be cost or revenue of other months.",
        remedy="Put the dates right, or make a schedule.",
        amount=row["balance"],
    )
