"""The ledger of all companies as one: names turned to numbers, amounts to minor units."""

from dataclasses import dataclass, field

import polars as pl

from agent_service.errors import BadInput
from agent_service.ledger_files.parse import Bad, first_lines, minors
from agent_service.ledger_files.policy_file import LedgerPolicy
from agent_service.ledger_files.read import Files
from agent_service.ledger_files.tables import COMPANY_AMOUNTS, TABLES


@dataclass
class Shelf:
    """The ledger of all companies with what they share: names turned to numbers, amounts to minor units."""

    files: Files
    policy: LedgerPolicy
    currency: str
    currencies: dict[str, int] = field(default_factory=dict)
    journals: dict[tuple[int, str], int] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)


def shelf_of(files: Files, policy: LedgerPolicy) -> Shelf:
    """Return the ledger with numbered names and whole amounts; raises BadInput for amounts that don't fit."""
    shelf = Shelf(files, policy, policy.company_currency or _usual_currency(files))
    names = {shelf.currency}
    users: set[str] = set()
    journals: set[tuple[int, str]] = set()
    tables = {name: _with_company(name, frame, files) for name, frame in files.tables.items()}
    for frame in tables.values():
        if "currency" in frame.columns:
            names |= set(frame["currency"].drop_nulls().unique().to_list())
        for column in ("created_by", "posted_by", "approved_by", "bank_account_changed_by"):
            if column in frame.columns:
                users |= set(frame[column].drop_nulls().unique().to_list())
        if "journal" in frame.columns:
            pairs = frame.select("company", "journal").drop_nulls().unique()
            journals |= set(pairs.iter_rows())
    users |= policy.users()
    shelf.currencies = {name: place for place, name in enumerate(sorted(names), 1)}
    shelf.users = {name: place for place, name in enumerate(sorted(users), 1)}
    shelf.journals = {pair: place for place, pair in enumerate(sorted(journals), 1)}
    problems: list[Bad] = []
    for name, frame in tables.items():
        shelf.tables[name], wrong = _in_minors(name, frame, shelf.currency)
        problems += wrong
    if problems:
        raise BadInput(first_lines(problems), "Mend the file and run again.")
    return shelf


def companies_of(shelf: Shelf) -> list[int]:
    """Return the companies that have entries, in order."""
    return sorted(shelf.tables["moves"]["company"].unique().drop_nulls().to_list())


def _with_company(name: str, frame: pl.DataFrame, files: Files) -> pl.DataFrame:
    """Give each row its company: a line its entry's; where none is named, the lowest that has entries."""
    moves = files.tables["moves"]
    first = moves["company"].min() if files.has("moves", "company") else None
    first = 1 if first is None else first
    if name == "lines":
        frame = frame.join(
            moves.select(pl.col("id").alias("move"), "company", pl.col("currency").alias("move_currency")),
            on="move",
            how="left",
            maintain_order="left",
        )
    if "company" in frame.columns and name != "rates":
        frame = frame.with_columns(pl.col("company").fill_null(first))
    return frame


def _usual_currency(files: Files) -> str:
    """Return the currency that most lines have whose amount in currency equals their balance."""
    lines, moves = files.tables["lines"], files.tables["moves"]
    same = lines.filter(pl.col("amount_currency") == pl.col("balance"))["currency"].drop_nulls()
    named = same if same.len() else moves["currency"].drop_nulls()
    if not named.len():
        return "USD"
    counted = named.value_counts().sort(["count", named.name], descending=[True, False])
    return str(counted[named.name][0])


def _in_minors(name: str, frame: pl.DataFrame, own: str) -> tuple[pl.DataFrame, list[Bad]]:
    problems: list[Bad] = []
    for column, kind in TABLES[name].columns.items():
        if kind != "amount":
            continue
        currency: pl.Series | str = own
        if (name, column) not in COMPANY_AMOUNTS and "currency" in frame.columns:
            named = frame["currency"]
            if "move_currency" in frame.columns:
                named = frame.select(pl.coalesce("currency", "move_currency"))["currency"]
            currency = named.fill_null(own)
        made, wrong = minors(frame[column], currency, f"{name}")
        frame = frame.with_columns(made.alias(column))
        problems += wrong
    return frame, problems
