"""STA002 Rare account pair.

**What it does** Reports a manual entry that joins two busy accounts which never meet, or that uses an account
which hardly anything is booked to. Facets: *pair*, *seldom*.

**Why it matters** Classification and fraud: cost hides where nobody looks for it, on an account that it never
had to do with.

**Method** Over N history entries, the judged one left out; a pair (debit account d, credit account c)
counts once an
entry, at most 10 × 10 pairs. Surprise = −log2[(n_dc+0.5)/(n_d+0.5·K)], K = credit accounts in use;
likewise from
c. Lift = log2[(n_dc+0.5)·(N+1)/((n_d+1)(n_c+1))]. Flag n_dc ≤ 1, n_d and n_c ≥ 30, both surprises ≥
`pair_surprise_bits`, lift < −2, N ≥ `pair_min_entries`, from `pair_min_amount` on. Example: Wages (n 480)
against Sales
(n 900), never together in 2,000 entries → one finding.

*seldom*: an account first used over a year before P with at most two entries in 24 months, from
`seldom_min_amount` on.

**False positives** A new account (under 90 days); an entry that came in the same season last year; what
another accuracy or classification rule explains.

**Source** ISA 520; MindBridge "unusual pair"."""

import math
from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import (
    about_entry,
    account_names,
    posted_entries,
    posted_since,
    posted_within,
)
from agent_service.core.findings import Finding
from agent_service.core.history import MONTH
from agent_service.core.model import Books
from agent_service.core.months import by_month, month
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy

CODE = "STA002"
TITLE = "Rare account pair"
SEVERITY = "medium"
WHY = "Accounts that never meet and now do are where cost is hidden, or put by mistake."
REMEDY = "Look at the entry; correct it, or explain why the two belong together."
PARAMETERS = {
    "pair_surprise_bits": 6, "pair_min_entries": 500, "pair_min_amount": "0.05 M",
    "seldom_min_amount": "0.2 M",
}  # fmt: skip
YIELDS_TO = ("ACC", "CLS")

_BUSY, _MOST_ACCOUNTS, _YOUNG_DAYS, _SELDOM = 30, 10, 90, 2


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each entry, with its rarest pair; the amount is the entry's size."""
    own = policy.parameters(CODE, PARAMETERS)
    bits, least = float(own.decimal("pair_surprise_bits")), policy.amount(own, "pair_min_amount")
    begin = add_months(period.start, -24)
    past = by_month(books, f"{CODE} met", _met, begin, period.start)
    total = _counted(past, pl.col("d").is_null() & pl.col("c").is_null()).select(pl.col("n").sum()).item()
    if total < own.integer("pair_min_entries"):
        return []
    debit = _counted(past, pl.col("c").is_null(), "d").rename({"n": "n_d"})
    credit = _counted(past, pl.col("d").is_null(), "c").rename({"n": "n_c"})
    met = _counted(past, pl.lit(value=True), "d", "c").rename({"n": "n_dc"})
    few = _few(_balanced(posted_since(books, period.start).filter(pl.col("date") <= period.as_of)))
    judged = posted_entries(books).filter(
        pl.col("manual"), pl.col("size") >= least, pl.col("date").is_between(period.start, period.as_of)
    )["id"]
    now = _pairs(few.filter(pl.col("move_id").is_in(judged.implode())))
    # an account that is used in the period alone has no past to be busy in
    first = by_month(books, f"{CODE} first", _first, begin, period.start)
    first = first.group_by("account_id").agg(pl.col("first").min())
    young = first.filter(pl.col("first") > period.start - timedelta(days=_YOUNG_DAYS))["account_id"]
    scored = (
        now.join(debit, on="d")
        .join(credit, on="c")
        .join(met, on=["d", "c"], how="left")
        .with_columns(pl.col("n_dc").fill_null(0))
        .filter(
            pl.col("n_dc") <= 1,
            pl.col("n_d") >= _BUSY,
            pl.col("n_c") >= _BUSY,
            ~pl.col("d").is_in(young.implode()),
            ~pl.col("c").is_in(young.implode()),
        )
        .with_columns(
            from_d=-((pl.col("n_dc") + 0.5) / (pl.col("n_d") + 0.5 * credit.height)).log(2),
            from_c=-((pl.col("n_dc") + 0.5) / (pl.col("n_c") + 0.5 * debit.height)).log(2),
            lift=((pl.col("n_dc") + 0.5) * (total + 1) / ((pl.col("n_d") + 1) * (pl.col("n_c") + 1))).log(2),
        )
        .filter(pl.col("from_d") >= bits, pl.col("from_c") >= bits, pl.col("lift") < -2)
        .with_columns(surprise=pl.min_horizontal("from_d", "from_c"))
        .sort("move_id", "surprise", "d", "c", descending=[False, True, False, False])
        .unique("move_id", keep="first", maintain_order=True)
    )
    names = account_names(books)
    pairs = [
        about_entry(
            books,
            row["move_id"],
            "pair",
            f"{{}} joins {names.get(row['d'])} and {names.get(row['c'])}",
            f"{{}} has {names.get(row['d'])} against {names.get(row['c'])}, which met {row['n_dc']} "
            f"times in {total} entries "
            f"({row['n_d']} and {row['n_c']} uses, {row['surprise']:.1f} bits).",
            amount=int(row["size"]),
            evidence={
                "n": total,
                "n_debit": row["n_d"],
                "n_credit": row["n_c"],
                "together": row["n_dc"],
                "surprise_bits": f"{math.floor(row['surprise'] * 10) / 10}",
                "lift_bits": f"{row['lift']:.1f}",
            },
        )
        for row in scored.iter_rows(named=True)
    ]
    told = set(scored["move_id"].to_list())
    return pairs + _seldom(books, period, policy.amount(own, "seldom_min_amount"), told)


def _seldom(books: Books, period: Period, least: int, told: set[int]) -> list[Finding]:
    """Report manual lines on an account over a year old that hardly anything was booked to."""
    begin, year = add_months(period.start, -24), add_months(period.start, -12)
    past = by_month(books, f"{CODE} used", _used, None, period.start)
    season = pl.col(MONTH).is_between(add_months(year, -1), add_months(year, 2), closed="left")
    used = past.group_by("account_id").agg(
        first=pl.col("first").min(),
        uses=pl.col("uses").filter(pl.col(MONTH) >= begin).sum(),
        yearly=season.any(),
    ).filter(pl.col("uses") <= _SELDOM, pl.col("first") < year, ~pl.col("yearly"))  # fmt: skip
    now = _moving(posted_since(books, period.start)).filter(
        pl.col("date") <= period.as_of, pl.col("manual").fill_null(value=False), ~exempt(CODE)
    ).join(used, on="account_id")  # fmt: skip
    sums = now.group_by("move_id", "account_id").agg(
        size=pl.col("balance").sum().abs(), uses=pl.col("uses").first(), ids=pl.col("id").sort()
    )
    odd = sums.filter(pl.col("size") >= max(least, 1), ~pl.col("move_id").is_in(sorted(told)))
    names = account_names(books)
    return [
        about_entry(
            books,
            row["move_id"],
            "seldom",
            f"{{}}: {books.show(row['size'])} on {names.get(row['account_id'])}, hardly ever used",
            f"{{}} books {books.show(row['size'])} to {names.get(row['account_id'])}, which had "
            f"{row['uses']} entries in two years.",
            amount=row["size"],
            lines=tuple(row["ids"]),
            evidence={"account": names.get(row["account_id"]), "entries_in_two_years": row["uses"]},
        )
        for row in odd.sort("move_id", "size", "account_id", descending=[False, True, False])
        .unique("move_id", keep="first", maintain_order=True)
        .iter_rows(named=True)
    ]


def _moving(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the items that move an account."""
    return lines.filter(pl.col("account_id").is_not_null(), pl.col("balance").fill_null(0) != 0)


def _balanced(lines: pl.DataFrame) -> pl.DataFrame:
    return _moving(lines).filter(~exempt(CODE))


def _few(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the accounts of each entry by side, without sides of more accounts than make sense as pairs."""
    sides = lines.group_by(month(), "move_id", "account_id", debit=pl.col("balance") > 0).agg(
        size=pl.col("balance").abs().sum()
    )
    return sides.filter(pl.len().over("move_id", "debit") <= _MOST_ACCOUNTS)


def _met(books: Books, months: Sequence[date]) -> pl.DataFrame:
    """Return how many entries of each month had a debit account, a credit account and both; and how many."""
    few = _few(_balanced(posted_within(books, months)))
    none = pl.lit(None, dtype=pl.Int64)
    sides = pl.concat(
        [
            few.select(MONTH, "move_id", d=none, c=none).unique(),
            few.filter("debit").select(MONTH, "move_id", d="account_id", c=none),
            few.filter(~pl.col("debit")).select(MONTH, "move_id", d=none, c="account_id"),
            _pairs(few).select(MONTH, "move_id", "d", "c"),
        ]
    )
    return sides.group_by(MONTH, "d", "c").agg(n=pl.len().cast(pl.Int64))


def _counted(past: pl.DataFrame, which: pl.Expr, *by: str) -> pl.DataFrame:
    """Return the sums over all months of the rows that have all of `by`."""
    rows = past.filter(which).drop_nulls(by) if by else past.filter(which)
    return rows.group_by(by).agg(pl.col("n").sum()) if by else rows


def _first(books: Books, months: Sequence[date]) -> pl.DataFrame:
    lines = _balanced(posted_within(books, months))
    return lines.group_by(month(), "account_id").agg(first=pl.col("date").min())


def _used(books: Books, months: Sequence[date]) -> pl.DataFrame:
    lines = _moving(posted_within(books, months))
    uses = pl.col("move_id").n_unique().cast(pl.Int64)
    return lines.group_by(month(), "account_id").agg(first=pl.col("date").min(), uses=uses)


def _pairs(sides: pl.DataFrame) -> pl.DataFrame:
    left = sides.filter("debit").select(MONTH, "move_id", "size", d="account_id")
    right = sides.filter(~pl.col("debit")).select("move_id", c="account_id")
    return left.join(right, on="move_id").filter(pl.col("d") != pl.col("c"))
