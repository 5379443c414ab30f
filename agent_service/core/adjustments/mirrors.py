"""Documents between the companies of a group, and which of them the other side has booked by a day.

A document's mirror is the one of the opposite type with the issuer's number as its reference, else one of the
same pair, currency and net amount within ten days. Each document mirrors one other at most.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from agent_service.core.ledger import posted_lines, posted_moves
from agent_service.core.model import Books
from agent_service.core.money import Currency
from agent_service.core.text import sanitized

NEAR_DAYS = 10
MIRROR = {
    "out_invoice": "in_invoice",
    "in_invoice": "out_invoice",
    "out_refund": "in_refund",
    "in_refund": "out_refund",
}


@dataclass(frozen=True)
class Document:
    """An invoice, bill or credit note between this company and another of the group.

    `peer` is the other company's partner, whoever's document it is; `net` is without tax, minor units of its
    currency, without sign; none where nobody told.
    """

    id: int
    peer: int
    move_type: str
    name: str
    ref: str
    date: date
    day: date
    currency: Currency
    net: int | None
    total: int

    @property
    def issued(self) -> bool:
        """Tell whether the company whose document it is issued it."""
        return self.move_type.startswith("out")

    @property
    def number(self) -> str:
        """Return the issuer's number: its own name, or the reference that the other entered."""
        return sanitized(self.name if self.issued else self.ref)

    @property
    def label(self) -> str:
        """Return how people know it."""
        return self.name if self.issued else f"{self.ref or self.name}"

    @property
    def sign(self) -> int:
        """Return 1 for an invoice or bill, -1 for a credit note."""
        return -1 if self.move_type.endswith("refund") else 1


@dataclass(frozen=True)
class Peer:
    """Another company of the group."""

    company_id: int
    partner_id: int
    name: str
    readable: bool
    closed_through: date | None


def peers(books: Books) -> list[Peer]:
    """Return the other companies that are known, ordered; empty when there are none."""
    if not books.has("companies"):
        return []
    rows = books.frame("companies").sort("id").iter_rows(named=True)
    return [
        Peer(
            row["id"],
            row["partner_id"],
            row["name"] or f"company {row['id']}",
            row["readable"] is not False,
            row["closed_through"],
        )
        for row in rows
        if row["id"] != books.company.id and row["partner_id"] is not None
    ]


def theirs(books: Books, day: date) -> list[Document]:
    """Return the posted documents of other companies with this one, up to a day.

    What is as old as our own history is left out: its mirror may lie before it.
    """
    companies = books.frame("companies")
    mine = companies.filter(pl.col("id") == books.company.id)["partner_id"].drop_nulls().to_list()
    start = books.frame("lines")["date"].min()
    frame = books.frame("group_documents").filter(
        pl.col("state") == "posted",
        pl.col("date") <= day,
        pl.col("partner_id").is_in(mine),
        pl.col("company_partner_id").is_not_null(),
        pl.col("company_id") != books.company.id,
        pl.col("move_type").is_in(list(MIRROR)),
    )
    if start is not None:
        frame = frame.filter((pl.col("date") - pl.lit(start)).dt.total_days() > NEAR_DAYS)
    return [
        _document(books, row, row["company_partner_id"], row["amount_untaxed"])
        for row in frame.sort("date", "id").iter_rows(named=True)
    ]


def ours(books: Books, partners: Iterable[int], day: date) -> list[Document]:
    """Return this company's posted documents with some partners, up to a day."""
    moves = posted_moves(books, day).filter(
        pl.col("move_type").is_in(list(MIRROR)), pl.col("commercial_partner_id").is_in(sorted(set(partners)))
    )
    lines = posted_lines(books, day, pl.col("move_id").is_in(moves["id"].to_list()))
    base = lines.filter(
        pl.col("display_type").fill_null("product") == "product", pl.col("tax_line_of").is_null()
    )
    nets = dict(base.group_by("move_id").agg(pl.col("amount_currency").sum()).iter_rows())
    if not books.has("group_documents", "amount_untaxed"):
        nets = {}
    return [
        _document(books, row, row["commercial_partner_id"], nets.get(row["id"]))
        for row in moves.sort("date", "id").iter_rows(named=True)
    ]


def paired(documents: Iterable[Document], others: Iterable[Document]) -> dict[int, Document]:
    """Return {id of a document: its mirror}, by number first, then by amount; of several the nearest day."""
    documents, others = list(documents), list(others)
    found: dict[int, Document] = {}
    taken: set[int] = set()
    for key in (_number, _net, _total):
        free: dict[Any, list[Document]] = defaultdict(list)
        for other in others:
            free[key(other, MIRROR[other.move_type])].append(other)
        for one in documents:
            if one.id in found or key(one, one.move_type) is None:
                continue
            fits = [other for other in free[key(one, one.move_type)] if other.id not in taken]
            if key is not _number:
                fits = [other for other in fits if abs((other.day - one.day).days) <= NEAR_DAYS]
            if fits:
                best = min(fits, key=lambda other: (abs((other.day - one.day).days), other.id))
                found[one.id] = best
                taken.add(best.id)
    return found


def _number(one: Document, move_type: str) -> Any:
    return (one.peer, move_type, one.number) if one.number else None


def _net(one: Document, move_type: str) -> Any:
    return None if one.net is None else (one.peer, move_type, one.currency.id, one.net)


def _total(one: Document, move_type: str) -> Any:
    """Where net amounts aren't told the whole ones are compared."""
    return (one.peer, move_type, one.currency.id, one.total) if one.net is None else None


def _document(books: Books, row: dict[str, Any], peer: int, net: int | None) -> Document:
    return Document(
        id=row["id"],
        peer=peer,
        move_type=row["move_type"],
        name=row["name"] or "",
        ref=row["ref"] or "",
        date=row["date"],
        day=row["invoice_date"] or row["date"],
        currency=books.currency(row["currency"]),
        net=None if net is None else abs(net),
        total=abs(row["amount_total"] or 0),
    )
