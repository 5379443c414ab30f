"""ACC003 Tax against position and history.

**What it does** Reports a document line whose taxes differ from those that the same partner always had on the
same account (*history*), and a document whose fiscal position isn't its partner's, or a tax that its position
doesn't allow (*position*).

**Why it matters** Accuracy of tax: one bill with the wrong code is a wrong return, found at the audit.

**Method** Base lines of posted documents by partner, account and direction over 24 months before P: with at
least `tax_min_history` of them, `tax_share_pct` % of which carry one set of taxes, a line in P with a set
that was never used there is reported, one finding a document. Example: 14 bills of the telecom provider
with 20 %, the fifteenth of 120.00 without tax → one finding of 120.00. *position*: documents of P against the
position that the partner's setting or the automatic choice gives, and the taxes of their lines against those
that their own position allows.

**False positives** The same change for three or more partners at once (a rate changed by law); a new set
that the partner's later documents keep; an old set that no line of the ledger uses any more; a position that
the partner's documents have from a day of P on, because it was changed then.

**Source** Tax codes of the partner's own history; `account.move.line.tax_ids`, `fiscal_position_id`."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import (
    about_entry,
    account_names,
    partner_names,
    posted_since,
    posted_within,
    tax_text,
)
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.months import by_month, month
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy
from agent_service.core.tax_positions import positions

CODE = "ACC003"
TITLE = "Tax against position and history"
SEVERITY = "high"
WHY = "A document with another tax than all before it makes the tax return wrong."
REMEDY = "Correct the tax before the tax lock; after it, refund and bill anew."
PARAMETERS = {"tax_min_history": 6, "tax_share_pct": 95, "tax_partners_at_once": 3}

_GROUP = ["partner_id", "account_id", "side"]


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each document; the amount is the sum of the lines without sign."""
    own = policy.parameters(CODE, PARAMETERS)
    books.need("lines", "tax_codes")
    past = by_month(books, f"{CODE} sets", _past_sets, add_months(period.start, -24), period.start)
    sets = past.group_by(*_GROUP, "taxes").agg(pl.col("uses").sum())
    usual = (
        sets.sort("uses", "taxes", descending=[True, False])
        .group_by(_GROUP, maintain_order=True)
        .agg(
            usual=pl.col("taxes").first(),
            most=pl.col("uses").first(),
            total=pl.col("uses").sum(),
            seen=pl.col("taxes"),
        )
        .filter(
            pl.col("total") >= own.integer("tax_min_history"),
            pl.col("most") * 100 >= pl.col("total") * own.integer("tax_share_pct"),
        )
    )
    here = _base(posted_since(books, period.start).filter(pl.col("date") <= period.as_of))
    now = here.join(usual, on=_GROUP)
    odd = now.filter(pl.col("taxes") != pl.col("usual"), ~pl.col("taxes").is_in(pl.col("seen")))
    odd = odd.join(_at_once(odd, own.integer("tax_partners_at_once")), on=["usual", "taxes"], how="anti")
    odd = odd.join(_kept(now), on=[*_GROUP, "taxes"], how="anti")
    by_history = [
        _finding(books, part)
        for part in odd.sort("move_id", "id").partition_by("move_id", maintain_order=True)
    ]
    by_position = positions(books, period)
    told = {one.anchor for one in by_position}
    return by_position + [one for one in by_history if one.anchor not in told]


def _base(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the base lines of documents with a partner, and the set of taxes of each."""
    base = lines.filter(
        pl.col("document"),
        pl.col("kind") == "product",
        pl.col("partner_id").is_not_null(),
        pl.col("balance").fill_null(0) != 0,
        ~exempt(CODE),
    ).select("id", "move_id", "date", "partner_id", "account_id", "balance", "tax_codes", "move_type")
    codes = pl.col("tax_codes").fill_null("").str.split(";")
    return base.with_columns(
        taxes=codes.list.eval(pl.element().str.strip_chars()).list.sort().list.join(";"),
        side=pl.col("move_type").str.slice(0, 3),
    )


def _past_sets(books: Books, months: Sequence[date]) -> pl.DataFrame:
    base = _base(posted_within(books, months))
    return base.group_by(month(), *_GROUP, "taxes").agg(uses=pl.len().cast(pl.Int64))


def _at_once(odd: pl.DataFrame, least: int) -> pl.DataFrame:
    """Return the changes of sets that many partners made in this period."""
    counted = odd.group_by("usual", "taxes").agg(partners=pl.col("partner_id").n_unique())
    return counted.filter(pl.col("partners") >= least).select("usual", "taxes")


def _kept(now: pl.DataFrame) -> pl.DataFrame:
    """Return the sets that at least two documents of a group have, the last of them included."""
    by_document = now.group_by(*_GROUP, "taxes").agg(
        documents=pl.col("move_id").n_unique(), last=pl.struct("date", "move_id").max()
    )
    newest = now.group_by(_GROUP).agg(newest=pl.struct("date", "move_id").max())
    kept = by_document.join(newest, on=_GROUP).filter(
        pl.col("documents") >= 2, pl.col("last") == pl.col("newest")
    )
    return kept.select(*_GROUP, "taxes")


def _finding(books: Books, part: pl.DataFrame) -> Finding:
    row = part.to_dicts()[0]
    partner = partner_names(books).get(row["partner_id"], "the partner")
    account = account_names(books).get(row["account_id"], "the account")
    now = tax_text(books, row["taxes"]) or "no tax"
    usual = tax_text(books, row["usual"]) or "no tax"
    amount = int(part["balance"].abs().sum())
    return about_entry(
        books,
        row["move_id"],
        "history",
        f"{{}}: {now} instead of {usual}",
        f"{{}} of {partner} has {now} on {account}; {row['most']} of {row['total']} lines before had "
        f"{usual}.",
        amount=amount,
        lines=tuple(part["id"].to_list()),
        severity="medium",
        evidence={
            "taxes": now,
            "expected": usual,
            "lines_before": row["total"],
            "with_expected": row["most"],
        },
    )
