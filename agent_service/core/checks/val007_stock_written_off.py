"""VAL007 Unusual write-off of stock.

**What it does** Reports a product of which far more was scrapped or adjusted away (or found) in P than usual.
Facets: *written_off*, *found*.

**Why it matters** Valuation (IAS 2.34) and theft: a write-off is where goods that were sold past the books,
spoiled or never delivered end up.

**Method** Done moves between stock and places of usage 'inventory' (scrap too), net by product and month.
Against the product's own months with such moves in two years, with fewer than eight against those of all
products: flag from `writeoff_min_amount` on if ln(1+net) lies `writeoff_z` spreads above the median. Where
there were fewer than eight such months at all, but half a year of stock moves, a first write-off of that size
is reported. Example: months with 12 to 40 written off, then 2,600.00 of one product → one finding.

**False positives** A count (at least `count_products` products adjusted on one day, up and down); a move
taken back within `opposite_days`; what was found elsewhere in the month.

**Source** IAS 2.34; ADA inventory; `stock.move`, `stock.scrap`."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import polars as pl

from agent_service.core.findings import MAX_RECORDS, Finding, Record
from agent_service.core.model import Books
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy
from agent_service.core.statistics import log_amount, scaled
from agent_service.core.stock import product_names, valued_moves

CODE = "VAL007"
TITLE = "Unusual write-off of stock"
SEVERITY = "medium"
WHY = "Goods that were sold past the books, spoiled or never delivered end up as a write-off."
REMEDY = "Ask for the count sheet or the scrap's reason; take back what nobody can explain."
PARAMETERS = {"writeoff_min_amount": "0.05 M", "writeoff_z": 5, "opposite_days": 7, "count_products": 8}

_HISTORY_MONTHS, _LEAST, _STOCK_MONTHS = 24, 8, 6


@dataclass(frozen=True)
class _Usual:
    """What earlier months tell: the logs of their write-offs and whose they are."""

    values: list[float]
    basis: str


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each product and direction; the amount is the net value."""
    own = policy.parameters(CODE, PARAMETERS)
    least, cut = max(policy.amount(own, "writeoff_min_amount"), 1), float(own.decimal("writeoff_z"))
    moves = valued_moves(books).filter(
        pl.col("local_date") >= add_months(period.start, -_HISTORY_MONTHS), pl.col("product_id").is_not_null()
    )
    begun = moves["local_date"].min()
    adjusted = _without_counts(moves.filter(pl.col("lost") != 0), own.integer("count_products"))
    # a correction of the first days after P still takes back what P wrote off
    around = adjusted.filter(
        pl.col("local_date") <= period.as_of + timedelta(days=own.integer("opposite_days"))
    )
    kept = _without_pairs(around, own.integer("opposite_days"))
    kept = kept.filter(pl.col("local_date") <= period.as_of)
    monthly = (
        kept.group_by("product_id", month=pl.col("local_date").dt.truncate("1mo"))
        .agg(net=pl.col("lost").sum(), ids=pl.col("id").sort())
        .filter(pl.col("net") != 0)
        .sort("product_id", "month")
    )
    now = monthly.filter(pl.col("month") == period.start, pl.col("net").abs() >= least)
    past = monthly.filter(pl.col("month") < period.start)
    old_enough = begun is not None and begun <= add_months(period.start, -_STOCK_MONTHS)
    names, decimals = product_names(books), books.company.currency.decimals
    found = []
    for row in now.iter_rows(named=True):
        usual = _usual(past.filter((pl.col("net") > 0) == (row["net"] > 0)), row["product_id"], decimals)
        if usual is None:
            if old_enough:
                found.append(_finding(books, row, None, None, names))
            continue
        base = scaled(usual.values)
        z = base.z(log_amount(row["net"], decimals))
        if z >= cut:
            found.append(_finding(books, row, usual, z, names))
    return found


def _usual(past: pl.DataFrame, product: int, decimals: int) -> _Usual | None:
    for frame, basis in (
        (past.filter(pl.col("product_id") == product), "this product"),
        (past, "all products"),
    ):
        if frame.height >= _LEAST:
            return _Usual([log_amount(one, decimals) for one in frame["net"].to_list()], basis)
    return None


def _without_counts(moves: pl.DataFrame, products: int) -> pl.DataFrame:
    """Leave out the days of a count: many products adjusted, up and down; scrap is no count."""
    counted = moves.filter(~pl.col("scrap").fill_null(value=False)).group_by("local_date").agg(
        products=pl.col("product_id").n_unique(),
        both=(pl.col("lost") > 0).any() & (pl.col("lost") < 0).any(),
    ).filter(pl.col("products") >= products, "both")["local_date"]  # fmt: skip
    scrap = pl.col("scrap").fill_null(value=False)
    return moves.filter(scrap | ~pl.col("local_date").is_in(counted.implode()))


def _without_pairs(moves: pl.DataFrame, days: int) -> pl.DataFrame:
    """Leave out each move that an equal one the other way took back within some days."""
    both = moves.group_by("product_id", size=pl.col("lost").abs()).agg(signs=pl.col("lost").n_unique())
    doubtful = moves.with_columns(size=pl.col("lost").abs()).join(
        both.filter(pl.col("signs") > 1), on=["product_id", "size"], how="semi"
    )
    gone: set[int] = set()
    for part in doubtful.sort("product_id", "size", "local_date", "id").partition_by("product_id", "size"):
        rows = part.to_dicts()
        for place, one in enumerate(rows):
            for other in rows[place + 1 :]:
                if (other["local_date"] - one["local_date"]).days > days:
                    break
                if one["id"] not in gone and other["id"] not in gone and one["lost"] == -other["lost"]:
                    gone |= {one["id"], other["id"]}
    return moves.filter(~pl.col("id").is_in(sorted(gone)))


def _finding(
    books: Books, row: dict, usual: _Usual | None, z: float | None, names: dict[int, str]
) -> Finding:
    name = names.get(row["product_id"], f"product {row['product_id']}")
    away = row["net"] > 0
    what = "written off" if away else "found"
    score = str(Decimal(z).quantize(Decimal("0.1"), ROUND_HALF_UP)) if z is not None else ""
    told = (
        f"against {len(usual.values)} months of {usual.basis} that is z = {score}"
        if usual
        else "there was next to nothing of the kind before"
    )
    anchor = Record("product.product", row["product_id"], name)
    return Finding(
        facet="written_off" if away else "found",
        anchor=anchor,
        title=f"{name}: {books.show(abs(row['net']))} {what}",
        message=f"{books.show(abs(row['net']))} of {name} were {what} in {row['month']:%B %Y}; {told}.",
        amount=abs(row["net"]),
        records=(anchor, *(Record("stock.move", one) for one in row["ids"][: MAX_RECORDS - 1])),
        evidence={
            "net": books.company.currency.text(row["net"]),
            "moves": len(row["ids"]),
            "z": score,
            "basis": usual.basis if usual else "",
            "n": len(usual.values) if usual else 0,
        },
    )
