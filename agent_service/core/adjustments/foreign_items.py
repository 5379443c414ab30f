"""Foreign monetary items as they were open on a day: what a revaluation looks at, and what it must not.

Receivables and payables item by item, bank accounts by their ledger balance. Other accounts are judged where
the policy says that they are monetary: by a role (`MONETARY_ROLES`), by the proposer's own parameter
`monetary_accounts` (ids), as a bank's suspense account or as an account of outstanding payments.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from agent_service.core.adjustments.by_hand import APART
from agent_service.core.adjustments.by_hand import PARAMETERS as BY_HAND
from agent_service.core.adjustments.revalued_by_hand import RevaluedByHand, account_label, revalued_by_hand
from agent_service.core.analysis.asof import residuals
from agent_service.core.errors import EvidenceMissing
from agent_service.core.ledger import (
    CASH_TYPES,
    TRADE_TYPES,
    own_move_ids,
    posted_lines,
)
from agent_service.core.model import Books
from agent_service.core.money import Currency
from agent_service.core.policy import Policy

MONETARY_ROLES = (
    "suspense", "transfer", "clearing", "payroll_clearing", "tax_payable", "withholding", "grni",
    "accrued_liability", "accrued_income", "accrued_interest", "accrued_payroll", "loan", "ic_payable",
    "ic_receivable",
)  # fmt: skip
NON_MONETARY_ROLES = (
    "prepaid", "deferred_revenue", "billed_not_received", "fixed_asset", "accum_depreciation",
    "stock_valuation", "stock_variation",
)  # fmt: skip
NON_MONETARY_TYPES = {
    "asset_prepayments": "a prepayment",
    "asset_fixed": "a fixed asset",
    "equity": "equity",
    "equity_unaffected": "equity",
}
RESULT_ROLES = ("fx_gain", "fx_loss")
PARAMETER = "monetary_accounts"


@dataclass(frozen=True)
class OpenItem:
    """An open item or an account's balance in a foreign currency; minor units, debit positive.

    `foreign` is in `currency`; `book` is what stands in company currency. `line_id` is 0 for a balance.
    """

    line_id: int
    account_id: int
    partner_id: int | None
    currency: Currency
    foreign: int
    book: int
    label: str
    day: date | None = None


@dataclass(frozen=True)
class LeftOut:
    """A foreign balance that is not revalued, and why."""

    account_id: int
    account: str
    currency: Currency
    foreign: int
    why: str
    is_open_question: bool


@dataclass(frozen=True)
class Exposure:
    """What stands in foreign currencies on a day."""

    items: tuple[OpenItem, ...]
    by_hand: tuple[RevaluedByHand, ...]
    left_out: tuple[LeftOut, ...]


def exposure(books: Books, policy: Policy, day: date, code: str) -> Exposure:
    """Return the open foreign items as of a day; the lines of `code`'s own entries are none.

    Raises EvidenceMissing where the policy calls an account monetary that can't be.
    """
    accounts = _accounts(books, policy, code)
    by_hand = policy.parameters(code, BY_HAND).values["by_hand"]
    lines = _foreign_lines(books, accounts, day)
    own, staged = own_move_ids(books, code), own_move_ids(books)
    kept = lines.filter(
        ~pl.col("move_id").is_in(sorted(own)),
        # An accrual of ours took the closing rate already and is reversed on the next day.
        pl.col("account_type").is_in([*TRADE_TYPES, *CASH_TYPES]) | ~pl.col("move_id").is_in(sorted(staged)),
    )
    judged = kept.filter("is_monetary")
    single = judged.filter("by_item")
    ids = accounts.filter("is_monetary", "by_item")["account_id"].to_list()
    hands, found_hands = revalued_by_hand(books, single, ids, policy.role_ids(*RESULT_ROLES), own, day)
    single = single.filter(~pl.col("id").is_in(hands.implode()))
    if by_hand == APART:
        found_hands = []  # such postings are something else: they stop nothing, and are no items either
    home = books.company.currency
    blocked = {(one.account_id, one.currency.id) for one in found_hands}
    items = [*_items(books, single, day, own), *_balances(books, judged.filter(~pl.col("by_item")))]
    return Exposure(
        tuple(one for one in items if not blocked & {(one.account_id, x.id) for x in (one.currency, home)}),
        tuple(found_hands),
        tuple(_left_out(books, kept.filter(~pl.col("is_monetary")))),
    )


def _accounts(books: Books, policy: Policy, code: str) -> pl.DataFrame:
    """Return the accounts with `is_monetary`, `by_item`, `why_not` and their own currency."""
    named = {int(one) for one in policy.parameters(code, {}).values.get(PARAMETER) or ()}
    monetary = named | policy.role_ids(*MONETARY_ROLES) | _of_banks(books)
    never = policy.role_ids(*NON_MONETARY_ROLES)
    if books.has("stock_values"):
        never |= set(books.frame("stock_values")["account_id"].drop_nulls().to_list())
    rows, wrong = [], []
    for one in books.frame("accounts").iter_rows(named=True):
        kind = one["account_type"] or ""
        why = NON_MONETARY_TYPES.get(kind, "")
        if not why and one["id"] in never:
            why = "no monetary item by its role"
        if why and one["id"] in named:
            wrong.append(
                f"{one['code']} {one['name']} is {why} and is never revalued, whatever {PARAMETER} says"
            )
        is_monetary = not why and (kind in (*TRADE_TYPES, *CASH_TYPES) or one["id"] in monetary)
        if kind.startswith(("income", "expense", "off")):
            continue
        by_item = kind in TRADE_TYPES or (bool(one["reconcile"]) and kind not in CASH_TYPES)
        rows.append((one["id"], is_monetary, by_item, why, one["currency"]))
    if wrong:
        raise EvidenceMissing(sorted(wrong))
    schema = {
        "account_id": pl.Int64, "is_monetary": pl.Boolean, "by_item": pl.Boolean, "why_not": pl.String,
        "account_currency": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _of_banks(books: Books) -> set[int]:
    """Return what stands between a bank and its items: suspense and outstanding payments."""
    found = set(books.frame("journals")["suspense_account_id"].drop_nulls().to_list())
    if books.has("payments", "outstanding_account_id"):
        found |= set(books.frame("payments")["outstanding_account_id"].drop_nulls().to_list())
    return found


def _foreign_lines(books: Books, accounts: pl.DataFrame, day: date) -> pl.DataFrame:
    """Return posted lines in a foreign currency, and any line on an account that is kept in one."""
    home = books.company.currency.id
    kept_in = accounts.filter(pl.col("account_currency").fill_null(home) != home)["account_id"]
    is_foreign = pl.col("currency").fill_null(home) != home
    wanted = pl.col("account_id").is_in(accounts["account_id"].implode()) & (
        is_foreign | pl.col("account_id").is_in(kept_in.implode())
    )
    lines = posted_lines(books, day, wanted).join(accounts, on="account_id", how="inner")
    # On an account that is kept in euros a line in company currency moves the book alone.
    owners = books.frame("partners").select(partner_id="id", commercial="commercial_partner_id")
    lines = lines.join(owners, on="partner_id", how="left")
    return lines.with_columns(
        # The books name who owes, not whom one writes to; so does the entry when it is posted.
        partner_id=pl.coalesce("commercial", "partner_id"),
        foreign=pl.when(is_foreign).then("amount_currency").otherwise(0).fill_null(0),
        currency=pl.when(is_foreign).then("currency").otherwise("account_currency"),
    ).sort("id")


def _items(books: Books, lines: pl.DataFrame, day: date, own: set[int]) -> list[OpenItem]:
    """Return each line's open amount as of the day, with what our own lines settled of it given back."""
    opened = lines.join(residuals(books, day), on="id", how="left").join(
        _given_back(books, day, own), on="id", how="left"
    )
    opened = opened.with_columns(
        book=pl.col("residual") + pl.col("back").fill_null(0),
        open_foreign=pl.col("residual_currency") + pl.col("back_currency").fill_null(0),
    ).filter((pl.col("book") != 0) | (pl.col("open_foreign") != 0))
    real = opened.filter(pl.col("foreign") != 0)
    found = [
        OpenItem(
            row["id"], row["account_id"], row["partner_id"], books.currency(row["currency"]),
            row["open_foreign"], row["book"], _label(row), row["date"],
        )
        for row in real.sort("account_id", "partner_id", "id").iter_rows(named=True)
    ]  # fmt: skip
    loose = (
        opened.filter(pl.col("foreign") == 0)
        .group_by("account_id", "account_code", "account_name", "partner_id", "currency")
        .agg(pl.col("book").sum(), pl.col("id").min())
        .filter(pl.col("book") != 0)
        .sort("account_id", "partner_id", "currency")
    )
    for row in loose.iter_rows(named=True):
        label = f"{account_label(row)}: exchange differences without an item"
        currency = books.currency(row["currency"])
        found.append(
            OpenItem(row["id"], row["account_id"], row["partner_id"], currency, 0, row["book"], label)
        )
    return found


def _given_back(books: Books, day: date, own: set[int]) -> pl.DataFrame:
    """Return what items were settled with our own revaluation lines, signed as the item."""
    lines = books.frame("lines").filter(pl.col("move_id").is_in(sorted(own)))["id"].implode()
    partials = books.frame("partials").filter(pl.col("max_date") <= day)
    debit_own, credit_own = pl.col("debit_move_id").is_in(lines), pl.col("credit_move_id").is_in(lines)
    debits = partials.filter(credit_own & ~debit_own).select(
        id="debit_move_id", back="amount", back_currency="debit_amount_currency"
    )
    credits = partials.filter(debit_own & ~credit_own).select(
        id="credit_move_id", back=-pl.col("amount"), back_currency=-pl.col("credit_amount_currency")
    )
    return (
        pl.concat([debits, credits]).group_by("id").agg(pl.col("back").sum(), pl.col("back_currency").sum())
    )


def _balances(books: Books, lines: pl.DataFrame) -> list[OpenItem]:
    """Return accounts by balance; what people booked on them by hand is in the book."""
    summed = (
        lines.group_by("account_id", "account_code", "account_name", "currency")
        .agg(pl.col("foreign").sum(), pl.col("balance").sum())
        .filter((pl.col("foreign") != 0) | (pl.col("balance") != 0))
        .sort("account_id", "currency")
    )
    return [
        OpenItem(
            0, row["account_id"], None, books.currency(row["currency"]), row["foreign"], row["balance"],
            f"{account_label(row)}: balance",
        )
        for row in summed.iter_rows(named=True)
    ]  # fmt: skip


def _left_out(books: Books, lines: pl.DataFrame) -> list[LeftOut]:
    summed = (
        lines.group_by("account_id", "account_code", "account_name", "why_not", "currency")
        .agg(pl.col("foreign").sum())
        .filter(pl.col("foreign") != 0)
        .sort("account_id", "currency")
    )
    return [
        LeftOut(
            row["account_id"],
            account_label(row),
            books.currency(row["currency"]),
            row["foreign"],
            row["why_not"] or "nobody said whether it is monetary",
            not row["why_not"],
        )
        for row in summed.iter_rows(named=True)
    ]


def _label(row: dict) -> str:
    number = row["move_name"] if row["move_name"] and row["move_name"] != "/" else f"#{row['move_id']}"
    return f"{number} ({row['move_ref']})" if row["move_ref"] else number
