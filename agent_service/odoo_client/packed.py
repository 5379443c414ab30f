"""Packed columns: how the port sends many rows. A column is one text, which becomes a polars series.

Forms: `int`, `bool` (1 or 0) and `text` are values joined by commas, an empty one is none; `words` is a JSON
list of texts, for those that may hold a comma themselves; `json` a JSON list of anything.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl


def unpack(packed: Mapping[str, Any], count: int) -> dict[str, Sequence[Any]]:
    """Return packed columns of `count` rows as series (or lists); raises ValueError for what is none."""
    found = {}
    for name, column in packed.items():
        try:
            form, values = column["form"], column["values"]
            series = _FORMS[form](values) if count else pl.Series(name, [], dtype=_EMPTY.get(form, pl.String))
        except (KeyError, TypeError, AttributeError, pl.exceptions.PolarsError) as error:
            raise ValueError(f"{name}: {type(error).__name__}") from None
        found[name] = series.alias(name) if isinstance(series, pl.Series) else series
    return found


def _text(values: str) -> pl.Series:
    split = pl.DataFrame({"value": [values]}).select(pl.col("value").str.split(",").explode())
    return split.select(pl.when(pl.col("value") != "").then(pl.col("value")))["value"]


def _int(values: str) -> pl.Series:
    return _text(values).cast(pl.Int64)


def _bool(values: str) -> pl.Series:
    return _int(values).cast(pl.Boolean)


def _words(values: str) -> pl.Series:
    return pl.Series(json.loads(values), dtype=pl.String)


_FORMS: dict[str, Callable[[str], Any]] = {
    "int": _int,
    "bool": _bool,
    "text": _text,
    "words": _words,
    "json": json.loads,
}
_EMPTY: dict[str, Any] = {"int": pl.Int64, "bool": pl.Boolean}
