"""One column of a file as typed values, without a loop over rows; what can't be read is named by its row."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from agent_service.ledger_files.tables import decimals_of

_AMOUNT = r"^-?\d{1,18}(\.\d*)?$"
_TIME = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00:?00)?$"
_DAY = r"^\d{4}-\d\d-\d\d$"
_WANTED = {
    "id": "a whole number",
    "date": "a date like 2026-10-31",
    "time": "a UTC time like 2026-10-31T08:15:00Z",
    "bool": "true or false",
    "amount": "a decimal amount like -12.50",
    "number": "a decimal number like 2.5",
}


@dataclass(frozen=True)
class Bad:
    """A value that isn't what its column holds; row 1 is the file's header."""

    file: str
    row: int
    column: str
    value: str
    wanted: str

    def __str__(self) -> str:
        """Say where it stands and what was expected."""
        return f"{self.file}, row {self.row}, column {self.column}: {self.value!r} is not {self.wanted}"


def typed(raw: pl.Series, kind: str, zone: str) -> pl.Series:
    """Return a column as its kind's type; a value that can't be read becomes null (see `bad_values`)."""
    if kind in ("text", "list"):
        return _text(raw)
    if kind == "bool":
        return _bool(raw)
    if kind == "date":
        return _date(raw, zone)
    if kind == "time":
        return _time(raw)
    if kind == "id":
        return _id(raw)
    return _decimal(raw)


def bad_values(raw: pl.Series, made: pl.Series, kind: str, file: str, most: int = 20) -> list[Bad]:
    """Return the values that were there and came to nothing."""
    if kind in ("text", "list") or raw.null_count() == made.null_count():
        return []
    wrong = (raw.is_not_null() & made.is_null()).arg_true().head(most).to_list()
    return [Bad(file, place + 2, raw.name, str(raw[place]), _WANTED[kind]) for place in wrong]


def minors(amounts: pl.Series, currency: pl.Series | str, file: str) -> tuple[pl.Series, list[Bad]]:
    """Return decimal texts as minor units of their currency, and those that the currency can't hold."""
    frame = pl.DataFrame({"text": amounts})
    names = currency if isinstance(currency, pl.Series) else pl.Series([currency] * amounts.len())
    known = {name: decimals_of(name) for name in names.unique().drop_nulls().to_list()}
    frame = frame.with_columns(
        places=names.replace_strict(known, default=2, return_dtype=pl.Int64).fill_null(2),
        # whole units and up to nine decimals, as one integer
        scaled=_scaled(pl.col("text")),
    )
    unit = pl.lit(10).cast(pl.Int128).pow(9 - pl.col("places"))
    frame = frame.with_columns(minor=pl.col("scaled") // unit, rest=pl.col("scaled") % unit)
    frame = frame.with_columns(
        minor=pl.when(pl.col("rest") == 0).then(pl.col("minor")).cast(pl.Int64, strict=False)
    )
    made = frame["minor"].alias(amounts.name)
    wrong = (frame["text"].is_not_null() & made.is_null()).arg_true().head(20).to_list()
    return made, [
        Bad(
            file, place + 2, amounts.name, frame["text"][place],
            f"an amount with at most {frame['places'][place]} decimals and 16 digits",
        )
        for place in wrong
    ]  # fmt: skip


def _scaled(text: pl.Expr) -> pl.Expr:
    whole = text.str.extract(r"^(-?\d+)", 1)
    rest = text.str.extract(r"\.(\d*)$", 1).fill_null("").str.pad_end(9, "0")
    return pl.when(text.is_not_null()).then((whole + rest).cast(pl.Int128, strict=False))


def _text(raw: pl.Series) -> pl.Series:
    if isinstance(raw.dtype, pl.List):
        return raw.cast(pl.List(pl.String)).list.join(";")
    text = raw if raw.dtype == pl.String else raw.cast(pl.String)
    return pl.select(pl.when(text != "").then(text)).to_series().alias(raw.name)


def _bool(raw: pl.Series) -> pl.Series:
    if raw.dtype == pl.Boolean:
        return raw
    words = raw.cast(pl.String).str.strip_chars().str.to_lowercase()
    known = {"true": True, "false": False, "1": True, "0": False}
    return words.replace_strict(known, default=None, return_dtype=pl.Boolean)


def _id(raw: pl.Series) -> pl.Series:
    if raw.dtype.is_integer():
        return raw.cast(pl.Int64)
    text = raw.cast(pl.String).str.strip_chars()
    if raw.dtype.is_float():
        text = text.str.replace(r"\.0$", "")
    return text.cast(pl.Int64, strict=False)


def _date(raw: pl.Series, zone: str) -> pl.Series:
    if raw.dtype == pl.Date:
        return raw
    if isinstance(raw.dtype, pl.Datetime):
        moment = raw if raw.dtype.time_zone else raw.dt.replace_time_zone("UTC")
        return moment.dt.convert_time_zone(zone).dt.date()
    text = raw.cast(pl.String).str.strip_chars()
    days = _where(text, _DAY).str.to_date("%Y-%m-%d", strict=False)
    times = _where(text, _TIME)
    if times.null_count() == times.len():
        return days.alias(raw.name)
    moments = _moments(times).dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.date()
    return pl.select(pl.coalesce(days, moments)).to_series().alias(raw.name)


def _time(raw: pl.Series) -> pl.Series:
    """Return times as UTC text of one shape, "2026-10-08T12:00:00Z"."""
    if isinstance(raw.dtype, pl.Datetime):
        moment = raw.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if raw.dtype.time_zone else raw
        return moment.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    made = _moments(_where(raw.cast(pl.String).str.strip_chars(), _TIME))
    return made.dt.strftime("%Y-%m-%dT%H:%M:%SZ").alias(raw.name)


def _moments(text: pl.Series) -> pl.Series:
    plain = text.str.replace(" ", "T").str.slice(0, 19).str.replace(r"(T\d\d:\d\d)[Z+.].*$", "$1")
    plain = plain.str.replace(r"T(\d\d:\d\d)$", "T$1:00")
    return plain.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False)


def _decimal(raw: pl.Series) -> pl.Series:
    """Return decimals as plain text: floats of Parquet files to nine places, trailing zeros off."""
    if raw.dtype.is_integer():
        return raw.cast(pl.String)
    if raw.dtype.is_float():
        exact = raw.fill_nan(None).round(9).cast(pl.Decimal(38, 9), strict=False)
        return exact.cast(pl.String).str.replace(r"\.?0+$", "")
    text = raw.cast(pl.String).str.strip_chars()
    text = _where(text, _AMOUNT)
    return text.str.replace(r"(\.\d*?)0+$", "$1").str.replace(r"\.$", "").alias(raw.name)


def _where(text: pl.Series, pattern: str) -> pl.Series:
    return pl.select(pl.when(text.str.contains(pattern)).then(text)).to_series().alias(text.name)


def first_lines(problems: Sequence[Bad], most: int = 3) -> str:
    """Return the first problems as one sentence."""
    shown = "; ".join(str(one) for one in problems[:most])
    return shown + (f"; and {len(problems) - most} more" if len(problems) > most else "")
