"""Reads the tables of a ledger: a folder of CSV or Parquet files named after their tables."""

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from agent_service.errors import BadInput
from agent_service.ledger_files.parse import Bad, bad_values, first_lines, typed
from agent_service.ledger_files.tables import TABLES, Table

ENDINGS = (".parquet", ".csv")


@dataclass(frozen=True)
class Files:
    """The typed tables that were there; `absent` names the columns that no file had.

    Amounts are still decimal texts: their currency isn't known before all tables are read. `twice` holds
    (table, id) of rows whose id had come before; the first row counts.
    """

    tables: dict[str, pl.DataFrame]
    absent: frozenset[tuple[str, str]]
    twice: tuple[tuple[str, int], ...] = field(default=())

    def has(self, table: str, column: str) -> bool:
        """Tell whether a table came with a column."""
        return table in self.tables and (table, column) not in self.absent


def read_ledger(folder: Path, zone: str = "UTC") -> Files:
    """Return the ledger of a folder. Raises BadInput, which names file, row and column."""
    if not folder.is_dir():
        raise BadInput(f"{folder} is no folder", "Name the folder that holds moves.csv and lines.csv.")
    tables: dict[str, pl.DataFrame] = {}
    absent: set[tuple[str, str]] = set()
    twice: list[tuple[str, int]] = []
    problems: list[Bad] = []
    for table in TABLES.values():
        path = _file_of(folder, table)
        if path is None:
            continue
        raw = _raw(path)
        missing = [one for one in table.required if one not in raw.columns]
        if missing:
            raise BadInput(f"{path.name} comes without {', '.join(missing)}", "Add the column.")
        frame, wrong = _typed(table, raw, path.name, zone)
        problems += wrong
        absent |= {(table.name, one) for one in table.columns if one not in raw.columns}
        repeated = frame.filter(~pl.col("id").is_first_distinct())["id"].drop_nulls().unique().sort()
        twice += [(table.name, one) for one in repeated.to_list()]
        tables[table.name] = frame.unique("id", keep="first", maintain_order=True) if len(repeated) else frame
    if problems:
        raise BadInput(first_lines(problems), "Mend the file and run again.")
    return Files(tables, frozenset(absent), tuple(twice))


def _file_of(folder: Path, table: Table) -> Path | None:
    found = [path for ending in ENDINGS if (path := folder / f"{table.name}{ending}").is_file()]
    if len(found) > 1:
        raise BadInput(f"{found[0].name} and {found[1].name} both hold {table.name}", "Keep one of them.")
    if not found and not table.optional:
        raise BadInput(
            f"{folder} has no {table.name}.csv or {table.name}.parquet", "A ledger needs this table."
        )
    return found[0] if found else None


def _raw(path: Path) -> pl.DataFrame:
    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(path)
        return pl.read_csv(path, infer_schema=False, encoding="utf8", raise_if_empty=False)
    except OSError as error:
        raise BadInput(f"{path} can't be read ({error.strerror or error})") from None
    except pl.exceptions.PolarsError as error:
        text = str(error).split("\n", maxsplit=1)[0]
        kind = "Parquet" if path.suffix == ".parquet" else "CSV in UTF-8 with a header and commas"
        raise BadInput(f"{path.name} can't be read: {text}", f"It should be {kind}.") from None


def _typed(table: Table, raw: pl.DataFrame, file: str, zone: str) -> tuple[pl.DataFrame, list[Bad]]:
    series: list[pl.Series] = []
    problems: list[Bad] = []
    for column, kind in table.columns.items():
        if column not in raw.columns:
            series.append(pl.Series(column, [None] * raw.height, dtype=_EMPTY[kind]))
            continue
        values = raw[column]
        if values.dtype == pl.String:
            values = _empty_is_none(values)
        try:
            made = typed(values, kind, zone)
        except pl.exceptions.PolarsError as error:
            raise BadInput(
                f"{file}, column {column}: {str(error).splitlines()[0]}", "Mend the column's type."
            ) from None
        problems += bad_values(values, made, kind, file)
        series.append(made.alias(column))
        if column == "id" and made.null_count():
            problems += [
                Bad(file, place + 2, "id", "", "a whole number")
                for place in (values.is_null()).arg_true().head(20)
            ]
    return pl.DataFrame(series), problems


def _empty_is_none(values: pl.Series) -> pl.Series:
    return pl.select(pl.when(values.str.strip_chars() != "").then(values)).to_series().alias(values.name)


_EMPTY = {
    "id": pl.Int64, "text": pl.String, "date": pl.Date, "time": pl.String, "bool": pl.Boolean,
    "amount": pl.String, "number": pl.String, "list": pl.String,
}  # fmt: skip
