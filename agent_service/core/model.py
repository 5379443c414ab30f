"""The books of one company as typed columns: every amount an integer of minor units, never a float."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from agent_service.core.errors import BooksError, MoneyError, NoData
from agent_service.core.money import Currency, parse_minor
from agent_service.core.schema import SCHEMA, optional

Columns = Mapping[str, Sequence[Any]]

_DTYPES: dict[str, Any] = {
    "id": pl.Int64, "int": pl.Int64, "text": pl.String, "number": pl.String, "bool": pl.Boolean,
}  # fmt: skip


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

    @classmethod
    def from_columns(
        cls, company_id: int, company_name: str, currency: int | str, datasets: Mapping[str, Columns]
    ) -> "Books":
        """Return books from the port's columns; `currency` is the company currency's id or name.

        Raises BooksError when a column is missing, lengths differ or a value isn't what its kind says.
        """
        currencies = _currencies(datasets.get("currencies") or {})
        own = next((c for c in currencies.values() if currency in (c.id, c.name)), None)
        if own is None:
            raise BooksError(f"the company's currency {currency!r} is not among the currencies")
        loader = _Loader(own, currencies)
        frames: dict[str, pl.DataFrame] = {}
        # Journal items come first: the currency of a partial reconciliation's amounts is that of its items.
        for name in sorted(set(datasets) & set(SCHEMA), key=lambda one: (one != "lines", one)):
            frames[name] = loader.frame(name, datasets[name])
        return cls(Company(company_id, company_name, own), currencies, frames, frozenset(loader.absent))

    def frame(self, name: str) -> pl.DataFrame:
        """Return a dataset, ordered by id; raises NoData when it wasn't read."""
        try:
            return self.frames[name]
        except KeyError:
            raise NoData(f"no data: {name} can't be read") from None

    def has(self, name: str, column: str | None = None) -> bool:
        """Tell whether a dataset, or a column of it, was delivered."""
        return name in self.frames and (column is None or (name, column) not in self.absent)

    def need(self, name: str, *columns: str) -> pl.DataFrame:
        """Return a dataset that holds rows and, in each column named, a value; raises NoData otherwise."""
        frame = self.frame(name)
        if not frame.height:
            raise NoData(f"no data: there are no {name}")
        empty = [one for one in columns if not self.has(name, one) or frame[one].null_count() == frame.height]
        if empty:
            raise NoData(f"no data: {name} come without {', '.join(empty)}")
        return frame

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


def _currencies(columns: Columns) -> dict[int, Currency]:
    ids = list(columns.get("id") or ())
    roundings = columns.get("rounding") or [None] * len(ids)
    rows = zip(ids, columns.get("name") or (), columns.get("decimals") or (), roundings, strict=True)
    return {
        int(one): Currency(int(one), str(name), int(decimals), Decimal(str(rounding or 0)))
        for one, name, decimals, rounding in rows
    }


class _Loader:
    """Turns the columns of a dataset into a typed frame."""

    def __init__(self, own: Currency, currencies: Mapping[int, Currency]) -> None:
        self.own = own
        self.currencies = currencies
        self.line_currency: dict[int, int | None] = {}
        self.absent: set[tuple[str, str]] = set()

    def frame(self, name: str, columns: Columns) -> pl.DataFrame:
        """Return the frame of one dataset, ordered by id."""
        height = len(columns.get("id") or ())
        series = []
        for column, kind in SCHEMA[name].items():
            values = columns.get(column)
            if values is None:
                if not optional(kind) and height:
                    raise BooksError(f"{name}: the column {column} is missing")
                self.absent.add((name, column))
                values = [None] * height
            if len(values) != height:
                raise BooksError(f"{name}: {column} has {len(values)} values, id has {height}")
            try:
                series.append(self._series(name, column, kind.rstrip("?"), values, columns))
            except (MoneyError, TypeError, ValueError, pl.exceptions.PolarsError) as error:
                raise BooksError(
                    f"{name}: {column} holds a value that is no {kind.rstrip('?')}: {error}"
                ) from error
        frame = pl.DataFrame(series).sort("id")
        if name == "lines":
            self.line_currency = dict(zip(frame["id"], frame["currency"], strict=True))
        return frame

    def _series(
        self, name: str, column: str, kind: str, values: Sequence[Any], columns: Columns
    ) -> pl.Series:
        if kind == "bool":
            return pl.Series(column, [bool(v) if v is not None else None for v in values], dtype=pl.Boolean)
        values = [None if v is False or v == "" else v for v in values]
        if kind == "date":
            return pl.Series(column, values, dtype=pl.String).str.to_date("%Y-%m-%d")
        if kind.startswith("money"):
            minors = [
                None if value is None else parse_minor(value, decimals)
                for value, decimals in zip(values, self._decimals(kind, columns, len(values)), strict=True)
            ]
            return pl.Series(column, minors, dtype=pl.Int64)
        if kind == "number":
            values = [None if v is None else str(Decimal(str(v))) for v in values]
        return pl.Series(column, values, dtype=_DTYPES[kind])

    def _decimals(self, kind: str, columns: Columns, height: int) -> list[int]:
        if kind == "money":
            return [self.own.decimals] * height
        source = columns.get(kind[6:]) or [None] * height
        if kind.startswith("money@"):
            source = [self.line_currency.get(line) for line in source]
        by_id = {one.id: one.decimals for one in self.currencies.values()}
        return [by_id.get(one, self.own.decimals) for one in source]
