"""Columns as they travel become typed frames: a page at a time, and by whole columns.

Values of the common shape are turned by the column; the rest one by one, so that what a value becomes never
depends on its neighbours.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from agent_service.core.errors import BooksError, MoneyError
from agent_service.core.money import Currency, parse_minor
from agent_service.core.schema import SCHEMA, optional

Columns = Mapping[str, Sequence[Any]]

DTYPES: dict[str, Any] = {
    "id": pl.Int64, "int": pl.Int64, "text": pl.String, "number": pl.String, "bool": pl.Boolean,
    "date": pl.Date, "money": pl.Int64,
}  # fmt: skip
_NUMBER = r"^-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,6})?$"
_DIGITS = 15
"""An amount with more digits before the point is turned one by one, where nothing overflows unseen."""


def empty(name: str) -> pl.DataFrame:
    """Return a dataset's frame without rows."""
    return pl.DataFrame(schema={column: dtype_of(kind) for column, kind in SCHEMA[name].items()})


def dtype_of(kind: str) -> Any:
    """Return the type of a column of a kind."""
    return DTYPES[kind.rstrip("?").partition(":")[0].partition("@")[0]]


class Typer:
    """Turns pages of a company's datasets into frames.

    `absent` collects the columns that a server left out. Journal items come before the partial settlements
    whose currency they tell: hand them over by `lines`.
    """

    def __init__(self, own: Currency, currencies: Mapping[int, Currency]) -> None:
        """Know the company's currency and all others."""
        self.own = own
        self.decimals = {one.id: one.decimals for one in currencies.values()}
        self.absent: set[tuple[str, str]] = set()
        self._line_currency: pl.DataFrame | None = None

    def lines(self, frame: pl.DataFrame) -> None:
        """Know the currency of journal items."""
        self._line_currency = frame.select("id", "currency")

    def whole(self, name: str, pages: Iterable[Columns]) -> pl.DataFrame:
        """Return a dataset from its pages, ordered by id; raises BooksError.

        A page's texts go as soon as it is typed, so that a ledger never stands in memory twice.
        """
        typed = [self.frame(name, page) for page in pages]
        joined = pl.concat(typed, rechunk=True) if typed else empty(name)
        return joined if joined["id"].is_sorted() else joined.sort("id")

    def frame(self, name: str, columns: Columns) -> pl.DataFrame:
        """Return a page of a dataset as a frame; raises BooksError when it isn't what was agreed."""
        height = len(_column(columns, "id", 0))
        # a column may be a polars series, which is neither true nor false
        if not height and not any(_filled(columns, column) for column in SCHEMA[name]):
            self.absent.update((name, column) for column in SCHEMA[name] if columns.get(column) is None)
            return empty(name)
        series = []
        for column, kind in SCHEMA[name].items():
            values = columns.get(column)
            if values is None:
                if not optional(kind) and height:
                    raise BooksError(f"{name}: the column {column} is missing")
                self.absent.add((name, column))
                series.append(pl.Series(column, [None] * height, dtype=dtype_of(kind)))
                continue
            if len(values) != height:
                raise BooksError(f"{name}: {column} has {len(values)} values, id has {height}")
            kind = kind.rstrip("?")
            try:
                series.append(self._series(column, kind, values, columns))
            except (MoneyError, TypeError, ValueError, InvalidOperation, pl.exceptions.PolarsError) as error:
                raise BooksError(f"{name}: {column} holds a value that is no {kind}: {error}") from error
        return pl.DataFrame(series)

    def _series(self, column: str, kind: str, values: Sequence[Any], columns: Columns) -> pl.Series:
        if kind == "bool":
            return _booleans(column, values)
        if kind.startswith("money"):
            return self._money(column, _texts(column, values), self._decimals(kind, columns, len(values)))
        if kind == "number":
            return _by_shape(_texts(column, [v if v is None or v is False else str(v) for v in values]
                                    if _other_than_text(values) else values),
                             _NUMBER, lambda one: one, _plain_number, pl.String)  # fmt: skip
        if kind == "date":
            return _texts(column, values).str.to_date("%Y-%m-%d")
        if kind == "text":
            return _texts(column, values)
        return pl.Series(column, _without_false(values), dtype=DTYPES[kind])

    def _decimals(self, kind: str, columns: Columns, height: int) -> pl.Series | int:
        """Return the decimals of each amount, or one number for all."""
        if kind == "money":
            return self.own.decimals
        source = _without_false(_column(columns, kind[6:], height))
        if kind.startswith("money@"):
            if self._line_currency is None:
                return self.own.decimals
            asked = pl.DataFrame({"id": pl.Series(source, dtype=pl.Int64)})
            source = asked.join(self._line_currency, on="id", how="left", maintain_order="left")["currency"]
        places = pl.Series("places", source, dtype=pl.Int64).replace_strict(
            self.decimals, default=self.own.decimals, return_dtype=pl.Int64
        )
        return int(places[0]) if places.len() and places.n_unique() == 1 else places

    def _money(self, column: str, texts: pl.Series, decimals: pl.Series | int) -> pl.Series:
        if isinstance(decimals, int):
            return _amounts(texts, decimals)
        parts = pl.DataFrame({"text": texts, "places": decimals}).with_row_index("at")
        made = [
            pl.DataFrame({"at": part["at"], column: _amounts(part["text"], part["places"][0])})
            for part in parts.partition_by("places")
        ]
        return pl.concat(made).sort("at")[column] if made else pl.Series(column, [], dtype=pl.Int64)


def _filled(columns: Columns, name: str) -> bool:
    values = columns.get(name)
    return values is not None and len(values) > 0


def _column(columns: Columns, name: str, height: int) -> Sequence[Any]:
    values = columns.get(name)
    return [None] * height if values is None else values


def _amounts(texts: pl.Series, decimals: int) -> pl.Series:
    """Return decimal strings as minor units."""
    tail = rf"\.[0-9]{{{decimals}}}" if decimals > 0 else ""
    return _by_shape(
        texts,
        rf"^-?[0-9]{{1,{_DIGITS}}}{tail}$" if decimals >= 0 else r"^$",
        lambda one: one.str.replace(".", "", literal=True).cast(pl.Int64),
        lambda text: parse_minor(text, decimals),
        pl.Int64,
    )


def _by_shape(
    texts: pl.Series,
    shape: str,
    whole: Callable[[pl.Expr], pl.Expr],
    single: Callable[[str], Any],
    dtype: Any,
) -> pl.Series:
    """Turn the values of the common shape together and each other one by itself."""
    name = texts.name
    common = texts.str.contains(shape)
    if common.all(ignore_nulls=True):
        return texts.to_frame().select(whole(pl.col(name))).to_series().cast(dtype)
    rest = texts.filter(~common)
    odd = {text: single(text) for text in rest.unique().to_list()}
    turned = pl.DataFrame({"text": list(odd), "odd": pl.Series(list(odd.values()), dtype=dtype)})
    frame = pl.DataFrame({"text": texts, "common": common}).join(
        turned, on="text", how="left", maintain_order="left"
    )
    kept = frame.with_columns(text=pl.when(pl.col("common")).then("text"))
    return kept.select(pl.coalesce(whole(pl.col("text")).cast(dtype), "odd").alias(name)).to_series()


def _plain_number(text: str) -> str:
    return str(Decimal(text))


def _other_than_text(values: Sequence[Any]) -> bool:
    return not isinstance(values, pl.Series) and any(
        not isinstance(one, str) and one is not None for one in values
    )


def _without_false(values: Sequence[Any]) -> Sequence[Any]:
    """Return ids with none for Odoo's false and an empty text."""
    if isinstance(values, pl.Series) or (False not in values and "" not in values):
        return values
    return [None if one is False or one == "" else one for one in values]


def _texts(column: str, values: Sequence[Any]) -> pl.Series:
    """Return texts with none for an empty one and for Odoo's false."""
    try:
        series = pl.Series(column, values, dtype=pl.String, strict=True)
    except (TypeError, pl.exceptions.PolarsError):
        bare = [None if one is False else one for one in values]
        series = pl.Series(column, bare, dtype=pl.String, strict=True)
    return series.to_frame().select(pl.when(pl.col(column) != "").then(pl.col(column))).to_series()


def _booleans(column: str, values: Sequence[Any]) -> pl.Series:
    try:
        return pl.Series(column, values, dtype=pl.Boolean, strict=True)
    except (TypeError, pl.exceptions.PolarsError):
        return pl.Series(column, [None if one is None else bool(one) for one in values], dtype=pl.Boolean)
