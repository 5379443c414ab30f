"""Bank: the account's balance against the last statement, in the journal's own currency.

**What it does** Compares the ledger balance of each bank account with the closing balance of the last
statement dated by D, and lists what lies between both.

**Why it matters** Existence: the bank's own figure is the best evidence there is of cash.

**Method** Balance of posted items by D, in the currency of the statements. What explains: bank lines that
came after the last statement, and payments booked straight on the bank account that the bank has not shown
for at most `outstanding_days`. What is open: such payments when they are older, other entries without a
bank line, bank lines that no statement holds, and a gap before the first statement. Beside stand bank lines
that are not matched yet and payments on the outstanding accounts: they are on both sides or on neither.
Example: ledger 40,112.40, statement of 30 October 40,524.58, a line of 31 October −400.00 → difference
−412.18, explained −400.00, open −12.18.

**False positives** A journal that never had a statement has no other side: no data.

**Source** `account.bank.statement.balance_end_real`, `account.bank.statement.line`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from agent_service.core.analysis.tie_out import ledger
from agent_service.core.analysis.tie_out.outstanding import outstanding_accounts
from agent_service.core.analysis.tie_out.parts import BESIDE, EXPLAINS, OPEN, Item, TieOut, no_data
from agent_service.core.bank import open_bank_lines
from agent_service.core.findings import Record
from agent_service.core.model import Books
from agent_service.core.money import Currency
from agent_service.core.period import Period
from agent_service.core.policy import Policy

KIND, TITLE = "bank", "Bank against the last statement"
CODE = "TIE"
PARAMETERS = {"outstanding_days": 30}


def tie_outs(books: Books, policy: Policy, period: Period) -> Sequence[TieOut]:
    """Return one tie-out for each account of a bank, credit card or cash journal that was ever used."""
    journals = books.frame("journals").filter(
        pl.col("type").is_in(["bank", "cash", "credit"]), pl.col("default_account_id").is_not_null()
    )
    days = policy.parameters(CODE, PARAMETERS).integer("outstanding_days")
    return [
        _tie_out(books, row, period.end, days)
        for row in journals.sort("code", "id").iter_rows(named=True)
        if ledger.used(books, [row["default_account_id"]], period.end)
    ]


def _tie_out(books: Books, journal: dict, day: date, days: int) -> TieOut:
    account = journal["default_account_id"]
    currency = _currency(books, journal)
    foreign = currency != books.company.currency
    column = "amount_currency" if foreign else "balance"
    lines = ledger.plain_of(books, account, day)
    if foreign:
        lines = lines.filter(pl.col("currency") == currency.id)
    made = TieOut(
        kind=KIND,
        name=f"{journal['code']} {ledger.name_of(books, account)}",
        account_ids=(account,),
        currency=currency,
        day=day,
        balance=ledger.total(lines, column),
        other=None,
        source="statement",
        by_currency=foreign,
        # two journals may book on one account
        part=str(journal["id"]),
    )
    statements = _statements(books, journal["id"], day)
    if not statements:
        return no_data(made, f"{journal['code']} has no statement by {day}.")
    last, start = statements[-1], _first_day(books, journal["id"], statements[0])
    items = [
        *_before_first(statements[0], start, lines, column),
        *_without_statement(books, journal, start, last, day),
        *_without_bank_line(books, start, lines, column, day, days),
        *_beside(books, journal, day, currency),
    ]
    return replace(
        made,
        other=last["balance_end_real"],
        source=f"{last['name'] or 'statement'} of {last['date']}",
        items=tuple(items),
    )


def _currency(books: Books, journal: dict) -> Currency:
    """Return the currency of a journal's statements and lines, the company's where there are none."""
    for name in ("statements", "statement_lines"):
        if books.has(name):
            rows = books.frame(name).filter(pl.col("journal_id") == journal["id"])
            known = rows["currency"].drop_nulls()
            if known.len():
                return books.currency(known[-1])
    return books.company.currency


def _statements(books: Books, journal: int, day: date) -> list[dict]:
    """Return a journal's statements dated by a day that name a closing balance, oldest first."""
    if not books.has("statements"):
        return []
    order = pl.coalesce("first_line_index", pl.col("date").cast(pl.String))
    rows = books.frame("statements").filter(
        pl.col("journal_id") == journal, pl.col("date") <= day, pl.col("balance_end_real").is_not_null()
    )
    return rows.sort("date", order, "id").to_dicts()


def _bank_lines(books: Books, journal: int) -> pl.DataFrame:
    return books.frame("statement_lines").filter(pl.col("journal_id") == journal)


def _first_day(books: Books, journal: int, first: dict) -> date:
    """Return the day of the first line of a journal's first statement."""
    own = _bank_lines(books, journal).filter(pl.col("statement_id") == first["id"])["date"].min()
    return min(first["date"], own) if own else first["date"]


def _before_first(first: dict, start: date, lines: pl.DataFrame, column: str) -> list[Item]:
    """Return the gap between the books and where the first statement begins, if there is one."""
    before = ledger.total(lines.filter(pl.col("date") < start), column)
    gap = before - (first["balance_start"] or 0)
    if not gap:
        return []
    label = f"before {first['name'] or 'the first statement'} of {first['date']}"
    return [
        Item(
            OPEN,
            "before the first statement",
            label,
            gap,
            start,
            Record("account.bank.statement", first["id"]),
        )
    ]


def _without_statement(books: Books, journal: dict, start: date, last: dict, day: date) -> list[Item]:
    """Return bank lines that the last statement doesn't hold: later ones explain, earlier ones are open.

    What is older than the first statement is part of the gap before it.
    """
    later = books.frame("statements").filter(pl.col("date") > day)["id"]
    rows = _bank_lines(books, journal["id"]).filter(
        pl.col("date").is_between(start, day),
        pl.col("statement_id").is_null() | pl.col("statement_id").is_in(later.implode()),
    )
    found = []
    for row in rows.sort("date", "id").iter_rows(named=True):
        after = row["date"] > last["date"] or row["statement_id"] is not None
        what = "bank line after the last statement" if after else "bank line in no statement"
        found.append(_line_item(EXPLAINS if after else OPEN, what, row))
    return found


def _line_item(effect: str, what: str, row: dict) -> Item:
    label = row["payment_ref"] or row["ref"] or f"bank line {row['id']}"
    return Item(
        effect, what, label, row["amount"], row["date"], Record("account.bank.statement.line", row["id"])
    )


def _without_bank_line(
    books: Books, start: date, lines: pl.DataFrame, column: str, day: date, days: int
) -> list[Item]:
    """Return entries on the bank account itself that the bank never showed, since the first statement."""
    # an entry older than what is read of entries bears no facts: it stays in the rest
    without = pl.col("statement_line_id").is_null() & pl.col("state").is_not_null()
    moves = books.where("moves", without, "id")["id"]
    lines = lines.filter(
        pl.col("date") >= start, pl.col(column) != 0, pl.col("move_id").is_in(moves.implode())
    )
    rows = ledger.with_facts(books, lines)
    found = []
    for row in rows.sort("date", "id").iter_rows(named=True):
        paid = row["move_origin_payment_id"] is not None
        explains = paid and (day - row["date"]).days <= days
        what = "payment not on a statement" if paid else "entry without a bank line"
        found.append(
            Item(
                EXPLAINS if explains else OPEN,
                what,
                ledger.label_of(row),
                row[column],
                row["date"],
                ledger.entry_of(row),
            )
        )
    return found


def _beside(books: Books, journal: dict, day: date, currency: Currency) -> list[Item]:
    """Return what isn't settled yet: bank lines without a match, payments that wait on outstanding
    accounts."""
    waiting = open_bank_lines(books, day).filter(pl.col("journal_id") == journal["id"])
    found = [_line_item(BESIDE, "bank line not matched", row) for row in waiting.iter_rows(named=True)]
    accounts = outstanding_accounts(books, day)
    rows = ledger.open_lines(books, accounts, day).filter(pl.col("journal_id") == journal["id"])
    own = books.company.currency
    for row in rows.sort("date", "id").iter_rows(named=True):
        if currency == own:
            amount = row["residual"]
        elif row["currency"] == currency.id:
            amount = row["residual_currency"]
        else:
            continue  # another currency than the bank's: the outstanding account's own tie-out has it
        found.append(
            Item(
                BESIDE, "outstanding payment", ledger.label_of(row), amount, row["date"], ledger.entry_of(row)
            )
        )
    return found
