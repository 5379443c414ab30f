"""The books of one company as typed columns: every amount an integer of minor units, never a float."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from agent_service.core.errors import BooksError, NoData, Nothing
from agent_service.core.history import History
from agent_service.core.money import Currency
from agent_service.core.schema import SCHEMA
from agent_service.core.typed import Columns, Typer

RECORDED = frozenset({("moves", "posted_at"), ("moves", "posted_by"), ("locks", "locked_at")})
"""Known from the day on which the server began to write it down: without a value nobody knows."""


@dataclass(frozen=True)
class Company:
    """The company whose books these are, with its own currency."""

    id: int
    name: str
    currency: Currency


@dataclass(frozen=True)
class Books:
    """Typed frames by dataset name; `frame` raises NoData for one that the server doesn't have."""

    company: Company
    currencies: Mapping[int, Currency]
    frames: Mapping[str, pl.DataFrame]
    absent: frozenset[tuple[str, str]] = field(default=frozenset())
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)
    live: bool = False
    """Read from a server, whose empty answer is an answer; a file that isn't there says nothing."""
    history: History = field(default_factory=History, compare=False, repr=False)

    @classmethod
    def from_columns(
        cls, company_id: int, company_name: str, currency: int | str, datasets: Mapping[str, Columns]
    ) -> "Books":
        """Return books from the port's columns; `currency` is the company currency's id or name.

        Raises BooksError when a column is missing, lengths differ or a value isn't what its kind says.
        """
        own, currencies = currencies_of(currency, datasets.get("currencies") or {})
        typer = Typer(own, currencies)
        frames: dict[str, pl.DataFrame] = {}
        # Journal items come first: the currency of a partial reconciliation's amounts is that of its items.
        for name in sorted(set(datasets) & set(SCHEMA), key=lambda one: (one != "lines", one)):
            frames[name] = typer.frame(name, datasets[name]).sort("id")
            if name == "lines":
                typer.lines(frames[name])
        return cls(
            Company(company_id, company_name, own), currencies, frames, frozenset(typer.absent), live=True
        )

    def frame(self, name: str) -> pl.DataFrame:
        """Return a dataset, ordered by id; raises NoData when it wasn't read."""
        try:
            return self.frames[name]
        except KeyError:
            raise NoData(f"no data: {name} can't be read") from None

    def where(self, name: str, only: pl.Expr, *columns: str) -> pl.DataFrame:
        """Return some columns of some rows: lazily, so that columns nobody asks for are never touched."""
        return self.frame(name).lazy().filter(only).select(columns).collect()

    def has(self, name: str, column: str | None = None) -> bool:
        """Tell whether a dataset, or a column of it, was delivered."""
        return name in self.frames and (column is None or (name, column) not in self.absent)

    def need(self, name: str, *columns: str) -> pl.DataFrame:
        """Return a dataset that holds rows and, in each column named, a value; raises NoData otherwise.

        A server that was asked and has none of them says so: then it is Nothing.
        """
        frame = self.frame(name)
        if not frame.height:
            raise self.lacking(f"there are no {name}")
        empty = [one for one in columns if not self.has(name, one) or frame[one].null_count() == frame.height]
        if empty:
            why = f"{name} come without {', '.join(empty)}"
            told = all(self.has(name, one) and (name, one) not in RECORDED for one in empty)
            raise self.lacking(why) if told else NoData(f"no data: {why}")
        return frame

    def lacking(self, why: str) -> NoData:
        """Return what a rule raises without what it rests on: for a server that was asked, Nothing."""
        return (Nothing if self.live else NoData)(f"no data: {why}")

    def once(self, what: Any, make: Callable[["Books"], Any]) -> Any:
        """Return what `make` gives for these books, made once for all rules that ask."""
        if what not in self.memo:
            self.memo[what] = make(self)
        return self.memo[what]

    def currency(self, currency_id: int | None) -> Currency:
        """Return a currency by id; none means the company's."""
        if currency_id is None:
            return self.company.currency
        try:
            return self.currencies[currency_id]
        except KeyError:
            raise BooksError(f"currency {currency_id} is not among the currencies") from None

    def show(self, minor: int) -> str:
        """Return an amount of company currency for people."""
        return self.company.currency.show(minor)


def currencies_of(own: int | str, columns: Columns) -> tuple[Currency, dict[int, Currency]]:
    """Return the company's currency, by id or name, and all; raises BooksError when it isn't among them."""
    currencies = _currencies(columns)
    found = next((one for one in currencies.values() if own in (one.id, one.name)), None)
    if found is None:
        raise BooksError(f"the company's currency {own!r} is not among the currencies")
    return found, currencies


def _currencies(columns: Columns) -> dict[int, Currency]:
    if "id" not in columns:
        return {}
    ids = list(columns["id"])
    roundings = columns["rounding"] if "rounding" in columns else [None] * len(ids)
    rows = zip(ids, columns["name"], columns["decimals"], roundings, strict=True)
    return {
        int(one): Currency(int(one), str(name), int(decimals), Decimal(str(rounding or 0)))
        for one, name, decimals, rounding in rows
    }
