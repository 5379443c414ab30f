"""Receivables and payables: the control account against the open items of its partners."""

import polars as pl

from agent_service.core.analysis.tie_out import ledger
from agent_service.core.analysis.tie_out.parts import BESIDE, OPEN, Item, TieOut
from agent_service.core.facts import partner_names
from agent_service.core.findings import Record
from agent_service.core.model import Books
from agent_service.core.period import Period

PARTNERS = 100


def trade_tie_outs(books: Books, period: Period, kind: str, account_type: str) -> list[TieOut]:
    """Return one tie-out for each control account of a type that was ever used.

    The subledger is what its partners owe item by item: balance less settlements dated by the day, however
    much is open today. Not in it: items of no partner, and what is left in company currency of an item that
    is settled in its own (an exchange difference that nobody booked).
    """
    accounts = ledger.used(books, ledger.accounts_of_type(books, account_type), period.end)
    return [_tie_out(books, period, kind, one) for one in accounts]


def _tie_out(books: Books, period: Period, kind: str, account: int) -> TieOut:
    day = period.end
    opened = ledger.open_lines(books, [account], day)
    settled = (pl.col("residual_currency") == 0) & (pl.col("currency") != books.company.currency.id)
    settled = settled.fill_null(value=False)
    nobody, done = (
        opened.filter(pl.col("partner_id").is_null()),
        opened.filter(pl.col("partner_id").is_not_null(), settled),
    )
    owed = opened.filter(pl.col("partner_id").is_not_null(), ~settled)
    items = [
        Item(OPEN, what, ledger.label_of(row), row["residual"], row["date"], ledger.entry_of(row))
        for what, frame in (("no partner", nobody), ("exchange difference not booked", done))
        for row in frame.sort("date", "id").iter_rows(named=True)
        if row["residual"]
    ]
    return TieOut(
        kind=kind,
        name=ledger.name_of(books, account),
        account_ids=(account,),
        currency=books.company.currency,
        day=day,
        balance=ledger.balance_of(books, account, day),
        other=ledger.total(owed, "residual"),
        source=f"{owed.height} open items of {owed['partner_id'].n_unique()} partners as of {day}",
        items=(*items, *_by_partner(books, owed)),
    )


def _by_partner(books: Books, owed: pl.DataFrame) -> list[Item]:
    """Return what each partner owes or is owed, the largest first; the others in one."""
    names = partner_names(books)
    rows = (
        owed.group_by("partner_id")
        .agg(pl.col("residual").sum(), pl.col("date").min(), count=pl.len())
        .with_columns(size=pl.col("residual").abs())
        .sort(["size", "partner_id"], descending=[True, False])
        .to_dicts()
    )
    found = [
        Item(
            BESIDE,
            "open items of a partner",
            names.get(row["partner_id"], f"partner {row['partner_id']}"),
            row["residual"],
            row["date"],
            Record("res.partner", row["partner_id"]),
            row["count"],
        )
        for row in rows[:PARTNERS]
    ]
    others = rows[PARTNERS:]
    if others:
        found.append(
            Item(
                BESIDE,
                "open items of other partners",
                f"{len(others)} other partners",
                sum(row["residual"] for row in others),
                min(row["date"] for row in others),
                count=sum(row["count"] for row in others),
            )
        )
    return found
