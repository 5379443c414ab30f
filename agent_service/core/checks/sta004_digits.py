"""STA004 Digits.

**What it does** Reports an account whose amounts begin with other digits than amounts of many sizes do.

**Why it matters** Existence: people who invent amounts spread their digits evenly.

**Method** First digit of |amount| of an account's base lines over twelve months up to P end, under 10
units left out, n ≥
`benford_min_rows`, at least two orders of magnitude (p99/p1 ≥ 100), no amount over 5 % of the rows. MAD =
mean|f − b|;
flagged if MAD > 0.015 and > 0.478/√n. One finding an account. Example: 2,000 amounts with each first digit
equally
often, MAD 0.060 → one finding.

**False positives** Lines with a product (list prices), trade and bank accounts, what payments made; capped
or assigned numbers (the test of the span); small samples.

**Source** Nigrini, Benford's Law (2012), conformity by MAD; Frank Benford (1938)."""

import math

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import account_names, on_accounts, posted_where
from agent_service.core.findings import Finding, Record
from agent_service.core.model import Books
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy

CODE = "STA004"
TITLE = "Digits"
SEVERITY = "low"
WHY = "Invented amounts have other digits than grown ones."
REMEDY = "Look at the entries of the digits that come too often."
PARAMETERS = {"benford_min_rows": 1000}

_MARGINAL, _CHANCE = 0.015, 0.478
_ALIKE = 0.05
"""How alike the sizes of one partner's amounts are: the intraclass correlation of Kish's formula."""
_EXPECTED = {digit: math.log10(1 + 1 / digit) for digit in range(1, 10)}


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each account; it has no amount."""
    least = policy.parameters(CODE, PARAMETERS).integer("benford_min_rows")
    unit = 10**books.company.currency.decimals
    own = (
        pl.col("date").is_between(add_months(period.start, -11), period.as_of)
        & (pl.col("balance").abs() >= 10 * unit)
        & pl.col("account_id").is_not_null()
        & pl.col("product_id").is_null()
        & ~on_accounts(books, "asset_receivable", "liability_payable", "asset_cash")
    )
    lines = (
        posted_where(books, own)
        .filter(
            pl.col("kind") == "product",
            ~pl.col("origin").is_in(["payment", "statement_line"]).fill_null(value=False),
            ~exempt(CODE),
        )
        .select("id", "move_id", "account_id", "partner_id", size=pl.col("balance").abs())
    )
    counted = (
        lines.group_by("account_id")
        .agg(
            n=pl.len(),
            alone=pl.col("partner_id").is_null().sum(),
            partners=pl.col("partner_id").drop_nulls().n_unique(),
            low=pl.col("size").quantile(0.01),
            high=pl.col("size").quantile(0.99),
            most=pl.col("size").unique_counts().max(),
        )
        .filter(
            pl.col("n") >= least, pl.col("high") >= pl.col("low") * 100, pl.col("most") * 20 <= pl.col("n")
        )
    )
    digits = (
        lines.join(counted, on="account_id")
        .with_columns(digit=pl.col("size").cast(pl.String).str.slice(0, 1).cast(pl.Int64))
        .group_by("account_id", "digit")
        .agg(
            count=pl.len(),
            n=pl.col("n").first(),
            alone=pl.col("alone").first(),
            partners=pl.col("partners").first(),
            moves=pl.col("move_id").head(5),
        )
    )
    names = account_names(books)
    found = []
    for part in (
        digits.sort("account_id", "digit").partition_by("account_id", maintain_order=True)
        if digits.height
        else ()
    ):
        n = part["n"][0]
        shares = dict(part.select("digit", "count").iter_rows())
        off = {one: shares.get(one, 0) / n - expected for one, expected in _EXPECTED.items()}
        mad = math.fsum(abs(one) for one in off.values()) / 9
        if mad <= max(_MARGINAL, _CHANCE / math.sqrt(_independent(n, part["alone"][0], part["partners"][0]))):
            continue
        excess = sorted(off, key=lambda one: (-off[one], one))[:2]
        anchor = Record("account.account", part["account_id"][0], names.get(part["account_id"][0], ""))
        moves = [
            one
            for digit in excess
            for one in (part.filter(pl.col("digit") == digit)["moves"].explode().to_list())
        ]
        found.append(
            Finding(
                facet="first_digit",
                anchor=anchor,
                title=f"{anchor.label}: first digits are off",
                message=f"The first digits of {n} amounts on {anchor.label} are off by {mad:.4f} on "
                f"average (marginal is "
                f"{_MARGINAL}); too often: {excess[0]} and {excess[1]}.",
                records=(anchor, *(Record("account.move", one) for one in moves)),
                evidence={
                    "n": n,
                    "mad": f"{mad:.4f}",
                    "shares": {str(k): f"{shares.get(k, 0) / n:.3f}" for k in _EXPECTED},
                },
            )
        )
    return found


def _independent(n: int, alone: int, partners: int) -> float:
    """Return how many independent amounts so many are worth: those of one partner resemble each other."""
    if not partners:
        return float(n)
    members = (n - alone) / partners
    return alone + (n - alone) / (1 + (members - 1) * _ALIKE)
