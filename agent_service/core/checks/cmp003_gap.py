"""CMP003 Gap in numbering.

**What it does** Reports numbers that are missing from a journal's sequence.

**Why it matters** Completeness: a number that isn't there was given to a document that somebody took away.

**Method** Per journal, prefix, suffix and width of `name` (the last run of digits is the number): a number
missing
between the first and the highest in P, of all entries whatever their state; when the former range goes on
without a reset, between its last and P's. One finding a range. Example: INV/2026/00118, 00119, 00121 → 00120.

**False positives** A number held by a draft or cancelled entry; own prefixes (credit notes, payments);
bills that bear the vendor's own number; prefixes with fewer than `gap_min_numbers` numbers.

**Source** Journal-entry tests of ISA 240 (completeness of the population); odoo#284516: `made_sequence_gap`
differs between builds, so the numbers are counted anew."""

import polars as pl

from agent_service.core.facts import move_labels
from agent_service.core.findings import Finding, Record
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "CMP003"
TITLE = "Gap in numbering"
SEVERITY = "medium"
WHY = "A missing number belonged to a document that somebody took away."
REMEDY = "Explain it with the cancelled document, or find the entry."
PARAMETERS = {"gap_min_numbers": 5, "gap_most": 100}

_PREFIXES = 50
"""From so many prefixes on, reading every name costs no more."""
_NUMBER = r"^(?<prefix>.*?)(?<digits>\d+)(?<suffix>\D*)$"


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each range of a journal; it has no amount."""
    own = policy.parameters(CODE, PARAMETERS)
    least, most = own.integer("gap_min_numbers"), own.integer("gap_most")
    books.need("moves", "name", "journal_id")
    group = ["journal_id", "prefix", "suffix"]
    inside = pl.col("date").is_between(period.start, period.end)
    known = books.frame("moves").filter(
        pl.col("name").is_not_null(), pl.col("name") != "/", pl.col("date").is_not_null()
    )
    # only what the period numbers is judged: names that begin otherwise needn't be read
    begins = _numbered(known.filter(inside))["prefix"].unique().to_list()
    if len(begins) <= _PREFIXES:
        like = [pl.col("name").str.starts_with(one) for one in begins]
        known = known.filter(pl.any_horizontal(like) if like else pl.lit(value=False))
    named = _numbered(known)
    ranges = (
        named.group_by(group)
        .agg(
            first=pl.col("number").filter(inside).min(),
            last=pl.col("number").filter(inside).max(),
            before=pl.col("number").filter(pl.col("date") < period.start).max(),
            count=pl.col("number").n_unique(),
            total=pl.len(),
        )
        .drop_nulls("last")
        .filter(pl.col("count") >= least)
    )
    # the former range goes on; a first number of 1 is a reset, and the numbers before 1 never were
    begin = pl.when(pl.col("before") < pl.col("first")).then(pl.col("before")).otherwise(pl.col("first"))
    ranges = ranges.with_columns(begin=begin).with_columns(
        begin=pl.when(pl.col("before").is_null() & (pl.col("first") <= 3)).then(0).otherwise("begin")
    )
    wanted = (
        ranges.filter((pl.col("last") - pl.col("begin")).is_between(1, 1_000_000))
        .with_columns(number=pl.int_ranges(pl.col("begin") + 1, pl.col("last") + 1))
        .explode("number")
    )
    missing = wanted.join(
        named.select(*group, "number").unique(), on=[*group, "number"], how="anti", nulls_equal=True
    )
    sizes = dict(
        wanted.group_by("journal_id", "prefix", "suffix")
        .agg(pl.len())
        .select(pl.struct(group).alias("g"), "len")
        .with_columns(pl.col("g").struct.json_encode())
        .iter_rows()
    )
    journals = dict(books.frame("journals").select("id", "code").iter_rows())
    found = []
    for part in missing.sort(*group, "number").partition_by(group, maintain_order=True):
        key = part.select(pl.struct(group).struct.json_encode()).to_series()[0]
        if part.height > most or part.height * 5 > sizes.get(key, 0) + 5:
            continue  # no sequence: numbers of others, or ids
        found.append(_finding(books, named, part, group, journals))
    return found


def _numbered(moves: pl.DataFrame) -> pl.DataFrame:
    """Return entries with the prefix, digits, suffix and number of their names, where there is one."""
    parts = moves.select(
        "id", "journal_id", "date", "state", "name", parts=pl.col("name").str.extract_groups(_NUMBER)
    ).unnest("parts")
    return parts.with_columns(number=pl.col("digits").cast(pl.Int64, strict=False)).drop_nulls("number")


def _finding(
    books: Books, named: pl.DataFrame, part: pl.DataFrame, group: list[str], journals: dict
) -> Finding:
    row = part.to_dicts()[0]
    numbers = part["number"].to_list()
    near = named.join(part.select(group).unique(), on=group, how="semi", nulls_equal=True).sort("number")
    below = near.filter(pl.col("number") < numbers[0]).tail(1)["id"].to_list()
    above = near.filter(pl.col("number") > numbers[-1]).head(1)["id"].to_list()
    labels = move_labels(books, below + above)
    width = near["digits"].str.len_chars().min() or 1
    shown = [f"{row['prefix']}{one:0{width}}{row['suffix']}" for one in numbers]
    journal = journals.get(row["journal_id"], "a journal")
    anchor = Record("account.journal", row["journal_id"] or 0, journal)
    return Finding(
        facet=f"gap:{row['prefix']}{row['suffix']}",
        anchor=anchor,
        title=f"{journal}: {', '.join(shown[:3])}{' …' if len(shown) > 3 else ''} missing",
        message=f"{len(shown)} number{'s' * (len(shown) > 1)} of {row['prefix']}… "
        f"{'are' if len(shown) > 1 else 'is'} "
        f"missing: {', '.join(shown[:10])}.",
        records=(anchor, *(Record("account.move", one, labels.get(one, "")) for one in below + above)),
        evidence={"missing": shown[:50], "between": [labels.get(one, "") for one in below + above]},
    )
