"""What the matcher needs to know, taken from the books: open bank lines, open items, rates and settings.

Amounts become minor units; ids stay Odoo's. An item is signed in Odoo as its bank line would be (debit
positive: a receivable is paid by money in), so no sign changes.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from agent_service.core.analysis.asof import residuals_of
from agent_service.core.bank import open_bank_lines
from agent_service.core.ledger import TRADE_TYPES, posted_lines
from agent_service.core.matching.model import Item, ItemKind, Line, Rates, Settings
from agent_service.core.model import Books
from agent_service.core.policy import Policy
from agent_service.core.rate_table import rates_by_day


@dataclass(frozen=True, slots=True)
class BookLine:
    """A bank line and what the books say it moved: minor units of company currency, money in positive."""

    line: Line
    moved: int


@dataclass(frozen=True)
class Open:
    """Everything that a run matches."""

    lines: tuple[BookLine, ...]
    items: tuple[Item, ...]
    rates: Rates
    settings: Settings
    as_of: date


def open_of(books: Books, policy: Policy, as_of: date, since: date | None = None) -> Open:
    """Return the open lines dated from `since` up to `as_of`, and what is open now for them to settle."""
    return Open(
        tuple(_lines(books, as_of, since)),
        tuple(_items(books, policy)),
        _rates(books),
        _settings(books, policy),
        as_of,
    )


def _lines(books: Books, as_of: date, since: date | None) -> list[BookLine]:
    frame = open_bank_lines(books, as_of).filter(
        pl.col("state") == "open",
        # what is settled in part is a person's work in progress
        pl.col("on_suspense") == -pl.col("on_bank"),
        pl.col("amount") != 0,
    )
    if since is not None:
        frame = frame.filter(pl.col("date") >= since)
    found = []
    for row in frame.iter_rows(named=True):
        foreign = row["foreign_currency"]
        line = Line(
            id=row["id"],
            day=row["date"],
            amount=row["amount"],
            currency=books.currency(row["currency"]).name,
            label=row["payment_ref"] or "",
            partner_name=row["partner_name"] or "",
            account_number=row["account_number"] or "",
            ref=row["ref"] or "",
            foreign_currency=books.currency(foreign).name if foreign else "",
            amount_currency=row["amount_currency"] if foreign else None,
            journal=row["journal_code"] or str(row["journal_id"]),
            partner_id=row["partner_id"],
        )
        found.append(BookLine(line, -row["on_suspense"]))
    return found


def _items(books: Books, policy: Policy) -> list[Item]:
    clearing = sorted(policy.role_ids("clearing"))
    accounts = books.frame("accounts").filter(pl.col("reconcile").fill_null(value=False))["id"]
    settles = pl.col("account_id").is_in(accounts.implode())
    left = residuals_of(books, settles, None)
    left = left.filter(pl.col("residual_currency") != 0, pl.col("residual") != 0)
    # the few that are open come first: facts of entry and account are for them alone
    open_ = settles & pl.col("id").is_in(left["id"].implode())
    lines = posted_lines(books, only=open_).filter(
        pl.col("move_statement_line_id").is_null(),
        pl.col("account_type").is_in(TRADE_TYPES)
        | pl.col("move_origin_payment_id").is_not_null()
        | pl.col("account_id").is_in(clearing),
    )
    lines = lines.join(left, on="id", maintain_order="left")
    names, banks, discounts = _names(books), _bank_accounts(books), _discounts(books)
    found = []
    for row in lines.iter_rows(named=True):
        discount_day, discount = discounts.get(row["id"], (None, None))
        found.append(
            Item(
                id=row["id"],
                day=row["move_invoice_date"] or row["date"],
                residual=row["residual"],
                currency=books.currency(row["currency"]).name,
                residual_currency=row["residual_currency"],
                due=row["date_maturity"],
                ref=row["move_ref"] or "",
                move_name=row["move_name"] or "",
                label=_label(row),
                partner_id=row["partner_id"],
                partner_name=names.get(row["partner_id"], ""),
                bank_accounts=banks.get(row["partner_id"], ()),
                discount_day=discount_day,
                discount=discount,
                kind=_kind(row, clearing),
                group=row["move_id"],
            )
        )
    return found


def _label(row: dict[str, Any]) -> str:
    """Return what the item says beyond its entry's number and reference."""
    known = {row["move_name"], row["move_ref"]}
    texts = [text for text in (row["move_payment_reference"], row["name"]) if text and text not in known]
    return " ".join(dict.fromkeys(texts))


def _kind(row: dict[str, Any], clearing: list[int]) -> ItemKind:
    if row["account_type"] == "asset_receivable":
        return "receivable"
    if row["account_type"] == "liability_payable":
        return "payable"
    return "cash" if row["account_id"] in clearing else "outstanding"


def _names(books: Books) -> dict[int, str]:
    rows = books.frame("partners").select("id", "name").iter_rows()
    return {partner: name or "" for partner, name in rows}


def _bank_accounts(books: Books) -> dict[int, tuple[str, ...]]:
    if not books.has("partner_banks"):
        return {}
    found: dict[int, list[str]] = defaultdict(list)
    for partner, number in books.frame("partner_banks").select("partner_id", "number").iter_rows():
        if partner and number:
            found[partner].append(number)
    return {partner: tuple(numbers) for partner, numbers in found.items()}


def _discounts(books: Books) -> dict[int, tuple[date, int]]:
    """Return the last day and what is paid then, in the item's own currency, of items with such terms."""
    if not books.has("discounts"):
        return {}
    names = ["discount_date", "discount_amount_currency"]
    rows = books.frame("discounts").drop_nulls(names).select("id", *names).iter_rows()
    return {line: (day, amount) for line, day, amount in rows}


def _rates(books: Books) -> Rates:
    if not books.has("rates") or not books.frame("rates").height:
        return Rates()
    found: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for currency, day, rate in rates_by_day(books).iter_rows():
        if currency in books.currencies and rate > 0:
            found[books.currency(currency).name].append((day, Decimal(repr(rate))))
    return Rates({name: tuple(sorted(days)) for name, days in found.items()})


def _settings(books: Books, policy: Policy) -> Settings:
    numbers = ()
    if books.has("journals", "bank_account"):
        numbers = tuple(sorted({one for one in books.frame("journals")["bank_account"].to_list() if one}))
    return Settings(
        company_currency=books.company.currency.name,
        decimals={one.name: one.decimals for one in books.currencies.values()},
        auto_from=policy.auto_from,
        review_from=policy.review_from,
        own_accounts=numbers,
        own_names=(books.company.name,),
    )
