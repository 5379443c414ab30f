"""Vendors' documents by who, which currency and which direction; and which may be one paper entered twice."""

import math
from collections import defaultdict

import polars as pl

from agent_service.core.ledger import BILLS
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.references import reference
from agent_service.core.text import chunks, plain

_PAPER = (
    "id", "name", "ref", "move_type", "state", "payment_state", "date", "invoice_date", "currency",
    "amount_total", "amount_total_signed", "commercial_partner_id", "reversed_entry_id",
)  # fmt: skip


def vendor_papers(books: Books, period: Period) -> pl.DataFrame:
    """Return the vendor documents that count: neither cancelled, nor a bill's credit note, nor credited.

    `group` is equal for documents of one vendor, currency and direction.
    """
    counted = pl.col("move_type").is_in(BILLS) & pl.col("state").is_in(["draft", "posted"])
    moves = books.where("moves", counted, *_PAPER)
    total = pl.col("amount_total").fill_null(0)
    papers = (
        moves.filter(pl.col("reversed_entry_id").is_null(), pl.col("commercial_partner_id") > 0)
        .join(_credited(moves), left_on="id", right_on="reversed_entry_id", how="left")
        .with_columns(
            day=pl.coalesce("invoice_date", "date"),
            vendor=pl.col("commercial_partner_id").replace(_one_vendor(books)),
            total=pl.when(pl.col("move_type") == "in_refund").then(-total).otherwise(total),
        )
        .filter(
            pl.col("day") <= period.end,
            total != 0,
            pl.col("payment_state").fill_null("") != "reversed",
            (pl.col("credited").fill_null(0) == 0) | (pl.col("credited") < total),
        )
        .with_columns(entered=pl.coalesce("date", "day"), note=pl.col("total") < 0)
    )
    of_one = ["vendor", "currency", "note"]
    groups = papers.select(of_one).unique().with_row_index("group")
    return papers.join(groups, on=of_one, nulls_equal=True)


def alike(
    papers: pl.DataFrame, period: Period, window_days: int, date_days: int, tolerance: int
) -> dict[int, list[int]]:
    """Return for each document of the period the earlier ones of its group that may be the same paper.

    Their totals are equal and they lie at most `date_days` apart; or they bear equal numbers, and totals
    are at most 1 % apart. Sizes fall into steps of 2 %, so that only neighbours are compared.
    """
    floor = max(100 * tolerance, 1)
    size = pl.col("total").abs().cast(pl.Float64)
    sized = papers.select(
        "id", "group", "day", "entered", "ref", size=size,
        step=(pl.max_horizontal(size, pl.lit(float(floor))).log() / math.log(1.02)).floor().cast(pl.Int64),
    )  # fmt: skip
    here = [pl.col(one).is_between(period.start, period.end) for one in ("day", "entered")]
    now = sized.filter(pl.any_horizontal(here))
    beside = pl.concat([now.with_columns(step=pl.col("step") + shift) for shift in (-1, 0, 1)])
    apart = (pl.col("size") - pl.col("size_one")).abs()
    pairs = (
        beside.join(sized, on=["group", "step"], suffix="_one")
        .filter(
            (pl.col("day_one") < pl.col("day"))
            | ((pl.col("day_one") == pl.col("day")) & (pl.col("id_one") < pl.col("id"))),
            (pl.col("day") - pl.col("day_one")).dt.total_days() <= window_days,
        )
        .with_columns(
            equal=apart <= tolerance, close=(pl.col("day") - pl.col("day_one")).dt.total_days() <= date_days
        )
        .filter(pl.col("equal") | (apart * 100 <= pl.col("size_one") * (1 + 1e-9)))
    )
    keys: dict[int, str] = {}
    found: dict[int, list[int]] = defaultdict(list)
    pairs = pairs.with_columns(sure=pl.col("equal") & pl.col("close"))
    columns = ("sure", "id", "ref", "day", "id_one", "ref_one", "day_one")
    for sure, later, ref, day, one, ref_one, day_one in (
        pairs.select(columns).sort("id", "id_one").iter_rows()
    ):
        if not sure:
            for paper, text, dated in ((later, ref, day), (one, ref_one, day_one)):
                if paper not in keys:
                    keys[paper] = reference(text, dated).key
            if not keys[later] or keys[later] != keys[one]:
                continue
        found[later].append(one)
    return found


def _credited(moves: pl.DataFrame) -> pl.DataFrame:
    """Return what posted credit notes take back of each bill."""
    notes = moves.filter(pl.col("reversed_entry_id").is_not_null(), pl.col("state") == "posted")
    return notes.group_by("reversed_entry_id").agg(credited=pl.col("amount_total").sum())


def _one_vendor(books: Books) -> dict[int, int]:
    """Return the first of the partners that share a tax number, by each of them."""
    by_vat: dict[str, set[int]] = defaultdict(set)
    for partner, head, vat in (
        books.frame("partners").select("id", "commercial_partner_id", "vat").iter_rows()
    ):
        number = "".join(chunks(plain(vat)))
        if len(number) >= 5:
            by_vat[number].add(head or partner)
    return {one: min(partners) for partners in by_vat.values() if len(partners) > 1 for one in partners}
