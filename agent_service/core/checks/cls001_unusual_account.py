"""CLS001 Account unusual for partner and label.

**What it does** Reports a document line on another account than such lines of the partner always had.

**Why it matters** Classification: the total is right and two lines of the result are wrong.

**Method** Base lines of documents by partner and product, without product by the words of the label
(digits and
months left out): at least `cls_min_history` earlier ones, `cls_share_pct` % of them on one account, under
2 % on this one. A label that adds a word or two to one that the partner's cost always had counts with it. One
finding a document. Example: 12 bills for power on Power, the 13th on Rent → its amount.

**False positives** The usual account is used by nobody any more; a second, different kind of line on the same
bill.

**Source** MindBridge control point "unusual account"; `account.move.line.account_id`."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, account_names, partner_names, posted_since, posted_within
from agent_service.core.findings import Finding
from agent_service.core.history import MONTH
from agent_service.core.labels import NO_WORD
from agent_service.core.model import Books
from agent_service.core.months import by_month, month
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy

CODE = "CLS001"
TITLE = "Account unusual for partner and label"
SEVERITY = "medium"
WHY = "The total is right, but two lines of the result are wrong."
REMEDY = "Reclassify it to the usual account, or explain why this one is right."
PARAMETERS = {"cls_min_history": 5, "cls_share_pct": 90}
YIELDS_TO = ("CLS002", "CLS003", "CLS006")

_RARE_PCT, _MORE_WORDS, _TELLING = 2, 2, 4
_GROUP = ["partner_id", "side", "cluster"]


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each document; the amount is the sum of its unusual lines."""
    own = policy.parameters(CODE, PARAMETERS)
    past = by_month(books, f"{CODE} uses", _past_uses, add_months(period.start, -24), period.start)
    uses = past.group_by(*_GROUP, "account_id").agg(pl.col("uses").sum())
    base = _base(posted_since(books, period.start).filter(pl.col("date") <= period.as_of))
    usual = (
        uses.sort("uses", "account_id", descending=[True, False])
        .group_by(_GROUP, maintain_order=True)
        .agg(usual=pl.col("account_id").first(), most=pl.col("uses").first(), total=pl.col("uses").sum())
        .filter(
            pl.col("total") >= own.integer("cls_min_history"),
            pl.col("most") * 100 >= pl.col("total") * own.integer("cls_share_pct"),
        )
    )
    current = _like(base, past, usual)
    now = current.join(usual, on=_GROUP)
    odd = now.filter(pl.col("account_id") != pl.col("usual")).join(
        uses, on=[*_GROUP, "account_id"], how="left"
    )
    odd = odd.filter(pl.col("uses").fill_null(0) * 100 < pl.col("total") * _RARE_PCT)
    lately = past.filter(pl.col(MONTH) >= add_months(period.start, -2))["account_id"]
    alive = pl.concat([lately, base["account_id"]]).unique()
    also = base.select("move_id", usual="account_id").unique()
    odd = odd.filter(pl.col("usual").is_in(alive.implode())).join(also, on=["move_id", "usual"], how="anti")
    return [
        _finding(books, part)
        for part in odd.sort("move_id", "id").partition_by("move_id", maintain_order=True)
    ]


def _base(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the base lines of documents with a partner, and what each is told to be alike by."""
    base = lines.filter(
        pl.col("document"),
        pl.col("kind") == "product",
        pl.col("partner_id").is_not_null(),
        ~exempt(CODE),
        pl.col("account_id").is_not_null(),
        pl.col("balance").fill_null(0) != 0,
    ).select(
        *("id", "move_id", "date", "partner_id", "account_id", "balance", "product_id", "name"),
        pl.col("account_type").cast(pl.String),
        side=pl.col("move_type").str.slice(0, 3),
    )
    words = pl.col("name").fill_null("").str.replace_all(NO_WORD, " ").str.to_lowercase().str.strip_chars()
    return base.with_columns(cluster=pl.coalesce(pl.format("#{}", "product_id"), words))


def _past_uses(books: Books, months: Sequence[date]) -> pl.DataFrame:
    base = _base(posted_within(books, months))
    return base.group_by(month(), *_GROUP, "account_id", "account_type").agg(uses=pl.len().cast(pl.Int64))


def _like(current: pl.DataFrame, past: pl.DataFrame, usual: pl.DataFrame) -> pl.DataFrame:
    """Give a line of new words the cluster of the partner's lines to which it adds a word or two.

    Both must stand on cost: a deposit for the rent is no rent.
    """
    cost = pl.col("account_type").str.starts_with("expense").fill_null(value=False)
    fresh = current.filter(cost).join(past.select(_GROUP).unique(), on=_GROUP, how="anti")
    paid = past.filter(cost).select(_GROUP).unique()
    known: dict[tuple, list[str]] = {}
    candidates = usual.join(paid, on=_GROUP, how="semi").join(
        fresh.select("partner_id", "side").unique(), on=["partner_id", "side"], how="semi"
    )
    for partner, side, cluster in candidates.select(_GROUP).sort(_GROUP).iter_rows():
        if not cluster.startswith("#"):
            known.setdefault((partner, side), []).append(cluster)
    moved: dict[int, str] = {}
    for number, partner, side, cluster in fresh.select("id", *_GROUP).iter_rows():
        words = set(cluster.split())
        fits = [
            one
            for one in known.get((partner, side), ())
            if (own := set(one.split())) < words
            and len(words - own) <= _MORE_WORDS
            and max(map(len, own)) >= _TELLING
        ]
        if len(fits) == 1:
            moved[number] = fits[0]
    if not moved:
        return current
    return current.with_columns(cluster=pl.col("id").replace_strict(moved, default=pl.col("cluster")))


def _finding(books: Books, part: pl.DataFrame) -> Finding:
    row = part.to_dicts()[0]
    accounts, partner = account_names(books), partner_names(books).get(row["partner_id"], "the partner")
    this, usual = accounts.get(row["account_id"], ""), accounts.get(row["usual"], "")
    return about_entry(
        books,
        row["move_id"],
        "account",
        f"{{}}: {this} instead of {usual}",
        f"{{}} of {partner} has “{row['name'] or 'no label'}” on {this}; {row['most']} of {row['total']} "
        f"such lines were "
        f"on {usual}.",
        amount=int(part["balance"].abs().sum()),
        lines=tuple(part["id"].to_list()),
        evidence={"account": this, "usual": usual, "with_usual": row["most"], "before": row["total"]},
        targets=tuple(part.select("id", "usual").iter_rows()),
    )
