"""Read the books of a run: all of them, or only what changed since they were last read.

The change log names records; what the agent reads of one record may stand in rows of others (a line bears its
entry's state, an order line its product's unit). `LINKS` and `RELOAD` say which rows a change reaches. A
change that nobody foresaw, or one that reaches too much, raises Whole: then everything is read.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from agent_service.core.by_id import in_order, rows_of
from agent_service.core.errors import BooksError
from agent_service.core.history import UNSUMMED
from agent_service.core.model import Books, Company, currencies_of
from agent_service.core.schema import CORE_DATASETS, OPTIONAL_DATASETS
from agent_service.core.typed import Typer
from agent_service.usecases.ports import Columns, DatasetUnavailable, Reader, RunStart

BY_ID = (
    "lines", "moves", "partials", "statement_lines", "payments", "purchase_lines", "purchase_bill_lines",
    "sale_lines", "stock_moves", "partners",
)  # fmt: skip
"""Read by their ids; every other dataset is small and read whole each time. Partners come last: which of
them belong to the books depends on the rows before."""

LINKS: dict[str, tuple[tuple[str, str], ...]] = {
    "account.move": (
        ("moves", "id"), ("lines", "move_id"), ("statement_lines", "move_id"), ("payments", "move_id"),
        ("purchase_bill_lines", "move_id"),
    ),
    "account.move.line": (("lines", "id"), ("purchase_bill_lines", "id")),
    "account.partial.reconcile": (("partials", "id"),),
    "account.bank.statement.line": (("statement_lines", "id"), ("moves", "statement_line_id")),
    "account.bank.statement": (("statement_lines", "statement_id"),),
    "account.payment": (("payments", "id"), ("moves", "origin_payment_id")),
    "purchase.order": (("purchase_lines", "order_id"),),
    "purchase.order.line": (("purchase_lines", "id"), ("purchase_bill_lines", "purchase_line_id")),
    "sale.order": (("sale_lines", "order_id"),),
    "sale.order.line": (("sale_lines", "id"),),
    "stock.move": (("stock_moves", "id"),),
    "res.partner": (("partners", "id"),),
}  # fmt: skip
"""By model that changed: the dataset and the column that holds its id."""

RELOAD: dict[str, tuple[str, ...]] = {
    "res.partner.bank": ("payments",),
    "product.product": ("purchase_lines", "purchase_bill_lines", "sale_lines", "stock_moves"),
    "product.template": ("purchase_lines", "purchase_bill_lines", "sale_lines", "stock_moves"),
    "product.category": ("purchase_lines", "stock_moves"),
    **dict.fromkeys(
        ("account.account", "account.journal", "res.currency.rate", "res.users", "res.company"), ()
    ),
}
"""By model that changed: what is read whole besides the small datasets."""

MOST_SHARE = 5
LEAST_ROWS = 1000
"""From a fifth of a dataset on, and so many rows, reading everything costs no more."""

_PARTNER = ("partner_id", "commercial_partner_id")


class Whole(Exception):
    """What changed can't be followed, or isn't worth it: everything has to be read."""


@dataclass
class Read:
    """The books as they stand in memory, typed."""

    frames: dict[str, pl.DataFrame]
    absent: frozenset[tuple[str, str]]

    @property
    def rows(self) -> dict[str, int]:
        """Return how many rows there are by dataset."""
        return {name: frame.height for name, frame in self.frames.items()}

    def books(self, start: RunStart) -> Books:
        """Return the books of the run's company."""
        own, currencies = _currencies(start, self.frames)
        company = Company(start.company_id, start.company_name, own)
        frames = {name: in_order(frame) for name, frame in self.frames.items()}
        return Books(company, currencies, frames, self.absent, live=True)


@dataclass
class Touched:
    """What differs from the books before: ids by dataset, and the entries that any of it belongs to.

    `months` are the first days of the months whose summaries no longer hold.
    """

    rows: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    entries: set[int] = field(default_factory=set)
    months: set[date] = field(default_factory=set)
    read: int = 0

    def add(self, other: "Touched") -> None:
        """Take in what changed later."""
        for name, ids in other.rows.items():
            self.rows[name] |= ids
        self.entries |= other.entries
        self.months |= other.months
        self.read += other.read


def read_whole(reader: Reader, start: RunStart, told: Callable[[str], None]) -> Read:
    """Return the books; raises DatasetUnavailable for a dataset of the core.

    An optional dataset that can't be read is left out: what needs it reports that it has no data.
    """
    frames: dict[str, pl.DataFrame] = {}
    there = reader.datasets()
    typer: Typer | None = None
    for name in (*CORE_DATASETS, *(one for one in OPTIONAL_DATASETS if one in there)):
        told(f"read {name}")
        try:
            if typer is None:  # currencies come first
                columns = reader.read(name)
                typer = Typer(*currencies_of(start.currency, columns))
                frames[name] = typer.whole(name, [columns])
            else:
                frames[name] = typer.whole(name, reader.pages(name))
        except DatasetUnavailable:
            if name in CORE_DATASETS:
                raise
            continue
        if name == "lines":
            typer.lines(frames[name])
    return Read(frames, frozenset(typer.absent if typer else ()))


def follow(
    reader: Reader,
    start: RunStart,
    read: Read,
    changes: Iterable[tuple[str, int]],
    told: Callable[[str], None],
) -> Touched:
    """Bring `read` to what the books are now and return what differs; raises Whole where it can't be told."""
    return _Following(reader, start, read, told).run(changes)


class _Following:
    """One pass over a list of changes."""

    def __init__(self, reader: Reader, start: RunStart, read: Read, told: Callable[[str], None]) -> None:
        self.reader, self.read, self.told = reader, read, told
        self.typer = Typer(*_currencies(start, read.frames))
        self.touched = Touched()
        self.done: dict[str, set[int]] = defaultdict(set)
        self.around: dict[str, list[pl.DataFrame]] = defaultdict(list)

    def run(self, changes: Iterable[tuple[str, int]]) -> Touched:
        models: dict[str, set[int]] = defaultdict(set)
        for model, number in changes:
            models[model].add(number)
        unknown = sorted(models.keys() - LINKS.keys() - RELOAD.keys())
        if unknown:
            raise Whole(f"{unknown[0]} changed")
        self._small(set().union(*(RELOAD[model] for model in models if model in RELOAD)))
        self._renamed(models.get("res.partner", set()))
        wanted = self._wanted(models)
        for name in BY_ID[:-1]:
            self._again(name, wanted.get(name, set()))
            if name == "lines":
                self._again("moves", self._ids("lines", "move_id") - models.get("account.move", set()))
            elif name == "moves":
                # an entry that is posted now brings its bank line or payment into the books
                self._again("statement_lines", self._ids("moves", "statement_line_id"))
                self._again("payments", self._ids("moves", "origin_payment_id"))
        self._again("partners", wanted.get("partners", set()) | self._partners_used())
        self._entries()
        return self.touched

    # -- reading ---------------------------------------------------------------------------------------------

    def _small(self, more: set[str]) -> None:
        """Read the small datasets whole, and those that a change reaches through and through."""
        there = self.reader.datasets()
        for name in (*CORE_DATASETS, *(one for one in OPTIONAL_DATASETS if one in there)):
            if name in BY_ID and name not in more and name in self.read.frames:
                continue
            self.told(f"read {name}")
            try:
                columns = self.reader.read(name)
            except DatasetUnavailable:
                if name in CORE_DATASETS:
                    raise
                self._lost(name)
                continue
            if name not in self.read.frames:
                raise Whole(f"{name} can be read now") from None
            self._replace(name, self._typed(name, columns).sort("id"))

    def _lost(self, name: str) -> None:
        if name in self.read.frames:
            raise Whole(f"{name} can't be read any more") from None

    def _replace(self, name: str, frame: pl.DataFrame) -> None:
        former = self.read.frames[name]
        if not frame.equals(former):
            if name == "currencies":
                raise Whole("a currency changed")
            self.touched.rows[name] |= differing(former, frame)
            self.around[name] += [former, frame] if name in BY_ID else []
            self.read.frames[name] = frame
        self.touched.read += frame.height

    def _again(self, name: str, ids: set[int]) -> None:
        """Read some rows again; those that are gone go."""
        ids -= self.done[name]
        if not ids or name not in self.read.frames:
            return
        whole = self.read.frames[name]
        former = rows_of(whole, ids)
        if former.height > LEAST_ROWS and former.height * MOST_SHARE > whole.height:
            raise Whole(f"over a fifth of the {name} changed")
        self.done[name] |= ids
        self.told(f"read {len(ids)} {name}")
        if name == "partials":
            self.typer.lines(self.read.frames["lines"])
        try:
            page = self._typed(name, self.reader.read_ids(name, sorted(ids))).sort("id")
        except DatasetUnavailable:
            self._lost(name)
            raise
        self.touched.read += page.height
        changed = differing(former, page)
        if not changed:
            return
        self.touched.rows[name] |= changed
        ours = pl.col("id").is_in(_implode(changed))
        self.around[name] += [former.filter(ours), page.filter(ours)]
        self.read.frames[name] = replaced(whole, former, page)

    def _typed(self, name: str, columns: Columns) -> pl.DataFrame:
        frame = self.typer.frame(name, columns)
        if frame.height and any(one[0] == name for one in self.typer.absent ^ self.read.absent):
            raise Whole(f"the add-on gives other columns of {name}")
        return frame

    # -- what a change reaches -------------------------------------------------------------------------------

    def _wanted(self, models: Mapping[str, set[int]]) -> dict[str, set[int]]:
        wanted: dict[str, set[int]] = defaultdict(set)
        for model, numbers in models.items():
            for name, column in LINKS.get(model, ()):
                wanted[name] |= numbers if column == "id" else self._having(name, column, numbers)
        return wanted

    def _having(self, name: str, column: str, numbers: Iterable[int]) -> set[int]:
        if name not in self.read.frames:
            return set()
        return set(_where(self.read.frames[name], {column: numbers})["id"].to_list())

    def _renamed(self, partners: set[int]) -> None:
        """Where a partner belongs to another one now, each row that names either is read again."""
        if not partners:
            return
        self._again("partners", set(partners))
        parts = self.around["partners"]
        if len(parts) < 2:
            return
        heads = "commercial_partner_id"
        pairs = parts[0].join(parts[1], on="id", how="full", coalesce=True)
        moved = pairs.filter(~pl.col(heads).eq_missing(pl.col(f"{heads}_right")))
        if not moved.height:
            return
        names = {*moved["id"], *moved[heads], *moved[f"{heads}_right"]} - {None}
        for name in BY_ID[:-1]:
            frame = self.read.frames.get(name)
            for column in _PARTNER if frame is not None else ():
                if column in frame.columns:
                    self._again(name, self._having(name, column, names))

    def _partners_used(self) -> set[int]:
        """Return the partners that belong to the books, or did, because of rows that changed."""
        used: set[int] = set()
        for parts in self.around.values():
            for part in parts:
                for column in _PARTNER:
                    if column in part.columns:
                        used |= set(part[column].drop_nulls().to_list())
        return used | self._having("partners", "commercial_partner_id", used)

    def _ids(self, name: str, column: str) -> set[int]:
        """Return the values of a column in the rows of a dataset that changed, before and now."""
        return {one for part in self.around[name] for one in part[column].drop_nulls().to_list()}

    def _entries(self) -> None:
        """Name the entries that any changed row belongs to, or is said of."""
        found = set(self.touched.rows.get("moves", ())) | self._ids("moves", "reversed_entry_id")
        for name in ("lines", "statement_lines", "payments"):
            found |= self._ids(name, "move_id")
        found |= self._ids("partials", "exchange_move_id")
        settled = self._ids("partials", "debit_move_id") | self._ids("partials", "credit_move_id")
        lines = self.read.frames["lines"]
        tied = {"partner_id": "partners", "purchase_line_id": "purchase_lines", "sale_line_id": "sale_lines"}
        reached = {column: self.touched.rows.get(name, set()) for column, name in tied.items()}
        for part in (rows_of(lines, settled), _where(lines, reached)):
            found |= set(part["move_id"].drop_nulls().to_list())
        named = dict.fromkeys(_PARTNER, self.touched.rows.get("partners", set()))
        found |= set(_where(self.read.frames["moves"], named)["id"].to_list())
        self.touched.entries = found
        self._months()

    def _months(self) -> None:
        """Name the months of what changed, as it was and as it is, in a way that a summary can tell."""
        hit = self._ids("moves", "reversed_entry_id") | self._ids("partials", "exchange_move_id")
        days = []
        for name, left_out in UNSUMMED.items():
            parts = self.around[name]
            for former, now in zip(parts[::2], parts[1::2], strict=True):
                ids = differing(former.drop(left_out, strict=False), now.drop(left_out, strict=False))
                changed = [part.filter(pl.col("id").is_in(_implode(ids))) for part in (former, now)]
                days += [part["date"] for part in changed]
                hit |= ids if name == "moves" else set()
        days.append(rows_of(self.read.frames["moves"], hit)["date"])
        days.append(_where(self.read.frames["lines"].select("move_id", "date"), {"move_id": hit})["date"])
        self.touched.months = set(pl.concat(days).drop_nulls().dt.truncate("1mo").unique().to_list())


def replaced(whole: pl.DataFrame, former: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Return a dataset with some rows (`former`) as they are `now`, all three ordered by id.

    Where none came or went, as when entries are settled or renamed, only the columns that differ are written
    anew: most of a ledger's columns never change.
    """
    if not former["id"].equals(now["id"]):
        mine = pl.col("id").is_in(former["id"].implode())
        return whole.filter(~mine).merge_sorted(now, "id").rechunk()
    differ = [name for name in whole.columns if not former[name].equals(now[name], null_equal=True)]
    at = whole["id"].search_sorted(now["id"])
    return whole.with_columns(_placed(whole[name], at, now[name]) for name in differ)


def _placed(column: pl.Series, at: pl.Series, values: pl.Series) -> pl.Series:
    """Return a column with other values at some places."""
    count = len(column)
    places = pl.select(pl.int_range(0, count, dtype=pl.UInt32)).to_series()
    places = places.scatter(at, pl.select(pl.int_range(count, count + len(at), dtype=pl.UInt32)).to_series())
    return pl.concat([column, values]).rechunk().gather(places)


def differing(former: pl.DataFrame, now: pl.DataFrame) -> set[int]:
    """Return the ids of rows that came, went or changed."""
    columns = now.columns
    gone = former.join(now, on=columns, how="anti", nulls_equal=True)["id"]
    come = now.join(former, on=columns, how="anti", nulls_equal=True)["id"]
    return {*gone.to_list(), *come.to_list()}


def _where(frame: pl.DataFrame, wanted: Mapping[str, Iterable[int]]) -> pl.DataFrame:
    """Return the rows that name one of these ids in one of these columns; nothing is looked at for none."""
    named = {column: set(ids) for column, ids in wanted.items() if ids}
    if not named:
        return frame.clear()
    return frame.filter(pl.any_horizontal(pl.col(one).is_in(_implode(ids)) for one, ids in named.items()))


def _implode(ids: Iterable[int]) -> pl.Series:
    return pl.Series(sorted(ids), dtype=pl.Int64).implode()


def _currencies(start: RunStart, frames: Mapping[str, pl.DataFrame]):
    columns: dict[str, Sequence] = frames["currencies"].to_dict(as_series=False)
    try:
        return currencies_of(start.currency, columns)
    except BooksError as error:
        raise Whole(str(error)) from error
