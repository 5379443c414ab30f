"""The open documents that a bank line may settle, found through an index, never by trying all of them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from agent_service.core.analysis.asof import residuals
from agent_service.core.ledger import TRADE_TYPES, move_label, posted_lines
from agent_service.core.matching.normalise import Label, Number, label, number
from agent_service.core.model import Books

AMOUNT_CROWD = 200
"""So many equal amounts say nothing: a cut-off number is not looked for among them."""


@dataclass(frozen=True)
class Item:
    """An open journal item: what is left of it, signed as it stands (debit positive), in minor units."""

    id: int
    due: date
    residual: int
    residual_currency: int


@dataclass(frozen=True)
class Document:
    """The open items of one entry with one partner and currency, and the numbers it goes by."""

    move_id: int
    label: str
    day: date
    partner_id: int | None
    currency: int
    items: tuple[Item, ...]
    numbers: tuple[Number, ...]

    @property
    def total(self) -> int:
        """Return what is left of the document in its own currency."""
        return sum(item.residual_currency for item in self.items)


@dataclass(frozen=True)
class BankLine:
    """An open statement line: what it moves, in the currency that it is compared in."""

    id: int
    day: date
    amount: int
    currency: int
    partner_id: int | None
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Index:
    """Documents by the numbers they go by and by what is left of them."""

    documents: tuple[Document, ...]
    prefixes: frozenset[str]
    by_number: dict[str, list[int]] = field(default_factory=dict)
    by_amount: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, documents: Iterable[Document], prefixes: frozenset[str]) -> "Index":
        """Return the index of documents; `prefixes` are the letters that number series begin with."""
        ordered = tuple(sorted(documents, key=lambda one: one.items[0].id))
        by_number: dict[str, list[int]] = defaultdict(list)
        by_amount: dict[tuple[int, int], list[int]] = defaultdict(list)
        for place, document in enumerate(ordered):
            for key in {key for one in document.numbers for key in one.keys}:
                by_number[key].append(place)
            for amount in {document.total, *(item.residual_currency for item in document.items)}:
                by_amount[document.currency, amount].append(place)
        return cls(ordered, prefixes, dict(by_number), dict(by_amount))

    def named(self, line: BankLine) -> list[Document]:
        """Return the documents that share a number with the line's labels."""
        keys = {key for one in line.labels for key in one.numbers}
        places = {place for key in keys for place in self.by_number.get(key, ())}
        return [self.documents[place] for place in sorted(places)]

    def of_amount(self, line: BankLine) -> list[Document]:
        """Return the documents of exactly the line's amount, or none where there is a crowd of them."""
        places = self.by_amount.get((line.currency, line.amount), [])
        return [self.documents[place] for place in places] if len(places) <= AMOUNT_CROWD else []


def open_documents(books: Books, as_of: date) -> list[Document]:
    """Return what may be matched: open as of the day and still now, by partials, not by stored residual.

    Receivables and payables, and the outstanding lines of payments; never the lines of bank statements.
    """
    then = residuals(books, as_of)
    now = residuals(books, None).rename({"residual": "residual_now", "residual_currency": "currency_now"})
    lines = posted_lines(books).filter(
        pl.col("account_reconcile").fill_null(value=False),
        pl.col("move_statement_line_id").is_null(),
        pl.col("account_type").is_in(TRADE_TYPES) | pl.col("move_origin_payment_id").is_not_null(),
    )
    # What was settled after the day is gone for a match of today, though it was open then.
    later = pl.col("date") > as_of
    same = (pl.col("residual_currency") == pl.col("currency_now")) & (
        pl.col("residual") == pl.col("residual_now")
    )
    open_lines = (
        lines.join(then, on="id")
        .join(now, on="id")
        .filter(same | later, pl.col("currency_now") != 0, pl.col("residual_now") != 0)
    )
    grouped: dict[tuple, list[dict]] = defaultdict(list)
    for row in open_lines.iter_rows(named=True):
        currency = row["currency"] or books.company.currency.id
        grouped[row["move_id"], row["account_id"], row["partner_id"], currency].append(row)
    return [_document(rows, partner, currency) for (_m, _a, partner, currency), rows in grouped.items()]


def _document(rows: list[dict], partner: int | None, currency: int) -> Document:
    first = rows[0]
    texts = [first["move_name"], first["move_ref"], first["move_payment_reference"]]
    if first["move_move_type"] == "entry":
        texts += [row["name"] for row in rows]  # a document's lines only repeat its number
    numbers = {one.compact: one for text in texts if (one := number(text)) is not None}
    items = (
        Item(row["id"], row["date_maturity"] or row["date"], row["residual_now"], row["currency_now"])
        for row in rows
    )
    return Document(
        move_id=first["move_id"],
        label=move_label(first["move_name"], first["move_ref"], first["move_id"]),
        day=first["date"],
        partner_id=partner,
        currency=currency,
        items=tuple(sorted(items, key=lambda one: (one.due, one.id))),
        numbers=tuple(one for _compact, one in sorted(numbers.items())),
    )


def number_prefixes(books: Books) -> frozenset[str]:
    """Return the letters that the company's own numbers begin with (INV, BILL, RINV): they name a series."""
    names = books.frame("moves")["name"].drop_nulls().unique().to_list()
    made = (number(name) for name in names)
    return frozenset(one.prefix for one in made if one is not None and one.prefix)


def bank_lines(books: Books, as_of: date) -> list[BankLine]:
    """Return the statement lines up to the day that are not reconciled."""
    lines = books.frame("statement_lines").filter(
        pl.col("date") <= as_of, ~pl.col("is_reconciled").fill_null(value=False)
    )
    found = []
    for row in lines.iter_rows(named=True):
        foreign = row["foreign_currency"]
        amount = row["amount_currency"] if foreign else row["amount"]
        if not amount:
            continue
        labels = tuple(label(text) for text in (row["payment_ref"], row["ref"]) if text)
        currency = foreign or row["currency"] or books.company.currency.id
        found.append(BankLine(row["id"], row["date"], amount, currency, row["partner_id"], labels))
    return sorted(found, key=lambda one: (one.day, one.id))
