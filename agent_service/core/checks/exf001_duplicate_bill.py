"""EXF001 Duplicate bill.

**What it does** Reports a vendor bill, credit note or receipt that looks like one entered before: the later
of the two, with both side by side. Facets: *ref*, *fuzzy*, *no_ref*, *twin*, *reused*.

**Why it matters** Existence: a bill entered twice is an expense that never was and, once paid, money gone.
Paid twice it is critical.

**Method** Pairs of one vendor (partner, or equal tax number), one currency, equal signed total (±T), at
most `dup_window_days` apart, drafts included, the later one in P. *ref*: equal number after normalising
(case, punctuation, leading zeros, O/0, I/1, year). *fuzzy*: numbers one edit or transposition apart, dates
at most `dup_date_days` apart. *no_ref*: a number is missing, same date and lines. *twin*: other number,
same date and lines, no separate orders. *reused*: equal number and year, amounts at most 1 % apart.
Example: "RE-0482/26" of 8 Oct over 1,250.00 and "re 482" of 12 Oct over 1,250.00 → *ref*, 1,250.00.

**False positives** A vendor's series in which number and date both rise (subscriptions); numbers that start
anew each year; a bill cancelled by its credit note and billed again; instalments under one contract number,
at least three and 20 days apart; bills of separate orders, or of one order line that has room for both.

**Source** Journal-entry tests of ISA 240; AICPA audit data analytics; odoo#68367. Bank accounts of vendors
and other companies' bills are not among the data of this version: only partner and tax number tell the
vendor."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import polars as pl
from rapidfuzz.distance import OSA

from agent_service.core.across import copies_across
from agent_service.core.findings import Finding, Record
from agent_service.core.ledger import move_label
from agent_service.core.model import Books
from agent_service.core.papers import alike, vendor_papers
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.core.references import SERIES_LEAST, Reference, reference, series_members

CODE = "EXF001"
TITLE = "Duplicate bill"
SEVERITY = "high"
WHY = "A bill that stands in the books twice is a cost that never was and, when paid, money gone."
REMEDY = "Compare the two papers; cancel the later entry, and claim back what was paid."
PARAMETERS = {"dup_window_days": 365, "dup_date_days": 10, "instalment_days": 20}

FACETS = ("ref", "fuzzy", "no_ref", "twin", "reused")
_SERIES_DAYS = 120
_PAID = ("paid", "in_payment")


@dataclass(frozen=True)
class Bill:
    """One vendor document as this rule compares it."""

    id: int
    label: str
    day: date
    total: int
    currency: int | None
    amount: int
    ref_text: str
    ref: Reference
    lines: tuple[tuple[int, int], ...]
    order_lines: frozenset[int]
    state: str
    paid: bool

    @property
    def order(self) -> tuple[date, int]:
        """Return what tells the later of two."""
        return self.day, self.id


@dataclass(frozen=True)
class _Limits:
    window_days: int
    date_days: int
    instalment_days: int
    tolerance: int


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each later copy; the amount is the copy's total in company currency."""
    parameters = policy.parameters(CODE, PARAMETERS)
    limits = _Limits(
        parameters.integer("dup_window_days"),
        parameters.integer("dup_date_days"),
        parameters.integer("instalment_days"),
        policy.tolerance_minor(2),
    )
    papers = vendor_papers(books, period)
    near = alike(papers, period, limits.window_days, limits.date_days, limits.tolerance)
    known = _known(books, papers, near)
    room = _order_room(books, (one for one, _series in known.values()))
    found = []
    for number, earlier in near.items():
        later, series = known[number]
        best = _best([known[one][0] for one in earlier], later, series, limits, room)
        if best:
            found.append(_finding(books, policy, best[0], best[1], later))
    return found + copies_across(books, period, limits.window_days, {one.anchor.id for one in found})


def _best(
    earlier: list[Bill], later: Bill, series: list[Bill], limits: _Limits, room: Mapping[int, bool]
) -> tuple[str, Bill] | None:
    """Return the strongest facet and the bill that it was found with, the nearest in time."""
    pairs = [
        (FACETS.index(facet), (later.day - one.day).days, one.id, facet, one)
        for one in earlier
        if (facet := _facet(one, later, series, limits, room))
    ]
    return min(pairs)[3:] if pairs else None


def _facet(
    one: Bill, later: Bill, series: list[Bill], limits: _Limits, room: Mapping[int, bool]
) -> str | None:
    days = (later.day - one.day).days
    equal_total = abs(later.total - one.total) <= limits.tolerance
    if one.ref and later.ref and one.ref.key == later.ref.key:
        if _loops(one, later, series) or _instalments(one, later, series, limits):
            return None
        if equal_total:
            return "ref"
        near = abs(later.total - one.total) * 100 <= abs(one.total)
        same_year = (one.ref.year or one.day.year) == (later.ref.year or later.day.year)
        return "reused" if near and same_year else None
    if not equal_total or _separate_orders(one, later, room):
        return None
    same_paper = days == 0 and one.lines == later.lines and bool(one.lines)
    if not one.ref or not later.ref:
        return "no_ref" if same_paper else None
    if days <= limits.date_days and _one_edit(one.ref, later.ref) and not _in_series(one, later, series):
        return "fuzzy"
    return "twin" if same_paper else None


def _one_edit(one: Reference, other: Reference) -> bool:
    long_enough = min(len(one.key), len(other.key)) >= 4
    return long_enough and OSA.distance(one.key, other.key, score_cutoff=1) == 1


def _in_series(one: Bill, later: Bill, series: list[Bill]) -> bool:
    """Tell whether both numbers belong to one strictly rising series of the vendor.

    Two bills alone are a series when the second number is the next one and its date is later.
    """
    like = [
        bill
        for bill in series
        if bill.ref.letters == later.ref.letters and abs((later.day - bill.day).days) <= _SERIES_DAYS
    ]
    if len(like) >= SERIES_LEAST:
        members = series_members([(bill.day, bill.ref) for bill in like])
        return {like.index(one), like.index(later)} <= members if one in like else False
    *head, first = one.ref.numbers or (0,)
    return one.day < later.day and (*head, first + 1) == later.ref.numbers


def _loops(one: Bill, later: Bill, series: list[Bill]) -> bool:
    """Tell whether the vendor's numbers start anew each year."""
    if one.ref.year and later.ref.year:
        return one.ref.year != later.ref.year
    between = [bill for bill in series if one.day < bill.day < later.day and bill.ref.key != one.ref.key]
    return one.day.year != later.day.year and len(between) >= 2


def _instalments(one: Bill, later: Bill, series: list[Bill], limits: _Limits) -> bool:
    """Tell whether the number is a contract's: at least three bills, each some weeks after the former."""
    until = [bill for bill in series if bill.order <= later.order]
    days = sorted(bill.day for bill in until if bill.ref.key == one.ref.key)
    apart = [(after - before).days for before, after in pairwise(days)]
    steady = len(days) >= SERIES_LEAST and min(apart) >= limits.instalment_days
    return steady and (later.day - one.day).days >= limits.instalment_days


def _separate_orders(one: Bill, later: Bill, room: Mapping[int, bool]) -> bool:
    """Tell whether each bill has an order of its own, or their common order lines have room for both."""
    if not one.order_lines or not later.order_lines:
        return False
    common = one.order_lines & later.order_lines
    return all(room.get(line, False) for line in common)


def _finding(books: Books, policy: Policy, facet: str, one: Bill, later: Bill) -> Finding:
    paid = one.paid and later.paid
    total = books.currency(later.currency).show(abs(later.total))
    how = {
        "ref": f"both carry the number {later.ref_text or one.ref_text}",
        "fuzzy": f"their numbers {one.ref_text} and {later.ref_text} differ in one place",
        "no_ref": "one has no number, but date and lines are the same",
        "twin": f"their numbers {one.ref_text} and {later.ref_text} differ, but date and lines are the same",
        "reused": f"both carry the number {later.ref_text} of one year, amounts within 1 %",
    }[facet]
    return Finding(
        facet=facet,
        anchor=Record("account.move", later.id, later.label),
        severity="critical" if paid else policy.severity(CODE, SEVERITY),
        title=f"{later.label} looks like {one.label}",
        message=f"{later.label} of {later.day} over {total} looks like {one.label} of {one.day}: {how}"
        + ("; both are paid." if paid else "."),
        amount=abs(later.amount),
        records=(
            Record("account.move", later.id, later.label),
            Record("account.move", one.id, one.label),
        ),
        evidence={"facet": facet, "paid": paid, "bills": [_side(books, one), _side(books, later)]},
    )


def _side(books: Books, bill: Bill) -> dict[str, Any]:
    return {
        "id": bill.id,
        "label": bill.label,
        "reference": bill.ref_text,
        "date": str(bill.day),
        "total": books.currency(bill.currency).show(bill.total),
        "state": bill.state,
        "paid": bill.paid,
    }


def _known(books: Books, papers: pl.DataFrame, near: Iterable[int]) -> dict[int, tuple[Bill, list[Bill]]]:
    """Return the documents of these ones' groups, each with its group in order of time."""
    asked = papers.filter(pl.col("id").is_in(sorted(near)))["group"]
    members = papers.filter(pl.col("group").is_in(asked.implode()))
    content = _content(books, members["id"])
    groups: dict[int, list[Bill]] = defaultdict(list)
    for row in members.iter_rows(named=True):
        groups[row["group"]].append(_bill(row, *content.get(row["id"], ((), frozenset()))))
    for bills in groups.values():
        bills.sort(key=lambda one: one.order)
    return {bill.id: (bill, bills) for bills in groups.values() for bill in bills}


def _bill(move: Mapping[str, Any], lines: tuple[tuple[int, int], ...], order_lines: frozenset[int]) -> Bill:
    return Bill(
        id=move["id"],
        label=move_label(move["name"], move["ref"], move["id"]),
        day=move["day"],
        total=move["total"],
        currency=move["currency"],
        amount=move["amount_total_signed"] or 0,
        ref_text=move["ref"] or "",
        ref=reference(move["ref"], move["day"]),
        lines=lines,
        order_lines=order_lines,
        state=move["state"],
        paid=move["payment_state"] in _PAID,
    )


def _content(books: Books, moves: pl.Series) -> dict[int, tuple[tuple[tuple[int, int], ...], frozenset[int]]]:
    """Return these documents' base lines (account, balance) and the order lines that they bill."""
    lines = books.frame("lines").filter(
        pl.col("move_id").is_in(moves.implode()), pl.col("display_type") == "product"
    )
    result: dict[int, tuple[list, set]] = defaultdict(lambda: ([], set()))
    for move, account, balance, order_line in lines.select(
        "move_id", "account_id", "balance", "purchase_line_id"
    ).iter_rows():
        result[move][0].append((account or 0, balance or 0))
        if order_line:
            result[move][1].add(order_line)
    return {move: (tuple(sorted(own)), frozenset(orders)) for move, (own, orders) in result.items()}


def _order_room(books: Books, bills: Iterable[Bill]) -> dict[int, bool]:
    """Return for each order line of some bills whether what was ordered covers all that was billed."""
    if not (books.has("purchase_lines") and books.has("purchase_bill_lines")):
        return {}
    wanted = pl.Series(sorted({one for bill in bills for one in bill.order_lines}), dtype=pl.Int64).implode()
    billed: dict[int, Fraction] = defaultdict(Fraction)
    lines = books.frame("purchase_bill_lines").filter(
        pl.col("purchase_line_id").is_in(wanted), pl.col("parent_state") != "cancel"
    )
    for line, quantity in lines.select("purchase_line_id", "quantity").iter_rows():
        billed[line] += Fraction(Decimal(quantity or "0"))
    ordered = books.frame("purchase_lines").filter(pl.col("id").is_in(wanted)).select("id", "product_qty")
    return {
        line: billed[line] <= Fraction(Decimal(quantity or "0")) for line, quantity in ordered.iter_rows()
    }
