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
from datetime import timedelta

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, account_names, posted_entries, posted_items
from agent_service.core.findings import Finding
from agent_service.core.model import Books
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
    lines = posted_items(books).filter(
        pl.col("date").is_between(add_months(period.start, -24), period.as_of),
        pl.col("balance").fill_null(0) != 0,
        pl.col("account_id").is_not_null(),
        ~exempt(CODE),
    )
    sides = lines.group_by("move_id", "account_id", debit=pl.col("balance") > 0).agg(
        pl.col("date").first(), size=pl.col("balance").abs().sum()
    )
    few = sides.filter(pl.len().over("move_id", "debit") <= _MOST_ACCOUNTS)
    past = few.filter(pl.col("date") < period.start)
    total = past["move_id"].n_unique()
    if total < own.integer("pair_min_entries"):
        return []
    debit = past.filter("debit").group_by(d="account_id").agg(n_d=pl.len())
    credit = past.filter(~pl.col("debit")).group_by(c="account_id").agg(n_c=pl.len())
    met = _pairs(past).group_by("d", "c").agg(n_dc=pl.len())
    judged = posted_entries(books).filter(
        pl.col("manual"), pl.col("size") >= least, pl.col("date").is_between(period.start, period.as_of)
    )["id"]
    now = _pairs(few.filter(pl.col("move_id").is_in(judged.implode())))
    young = (
        lines.group_by("account_id")
        .agg(first=pl.col("date").min())
        .filter(pl.col("first") > period.start - timedelta(days=_YOUNG_DAYS))["account_id"]
    )
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
    lines = posted_items(books).filter(
        pl.col("account_id").is_not_null(),
        pl.col("balance").fill_null(0) != 0,
        pl.col("date") <= period.as_of,
    )
    past = lines.filter(pl.col("date") < period.start)
    begin, year = add_months(period.start, -24), add_months(period.start, -12)
    used = past.group_by("account_id").agg(
        first=pl.col("date").min(),
        uses=pl.col("move_id").filter(pl.col("date") >= begin).n_unique(),
        yearly=pl.col("date").is_between(add_months(year, -1), add_months(year, 2), closed="left").any(),
    ).filter(pl.col("uses") <= _SELDOM, pl.col("first") < year, ~pl.col("yearly"))  # fmt: skip
    now = lines.filter(
        pl.col("date") >= period.start, pl.col("manual").fill_null(value=False), ~exempt(CODE)
    ).join(used, on="account_id")
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


def _pairs(sides: pl.DataFrame) -> pl.DataFrame:
    left = sides.filter("debit").select("move_id", "size", d="account_id")
    right = sides.filter(~pl.col("debit")).select("move_id", c="account_id")
    return left.join(right, on="move_id").filter(pl.col("d") != pl.col("c"))
