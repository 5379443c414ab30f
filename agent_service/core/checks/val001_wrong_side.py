"""VAL001 Balance on the wrong side.

**What it does** Reports a customer in credit and a vendor in debit for longer than a month.

**Why it matters** Presentation (IAS 1.32: no offsetting), and often an overpayment or a payment booked to
the wrong partner.

**Method** Partner × trade account at P end: what is open, by partials dated up to then; on the wrong side
by at
least `wrong_side_min_amount`, of items older than `wrong_side_days`. Example: a vendor whose only open
item is our
payment of 900.00 of 2 September → 900.00.

**False positives** Down payment with an open order; credit note awaiting refund; the partner's other trade
account offsets it.

**Source** IAS 1.32; `account.partial.reconcile.max_date`."""

from datetime import timedelta

import polars as pl

from agent_service.core.analysis.asof import residuals_of
from agent_service.core.exempt import exempt
from agent_service.core.facts import account_names, on_accounts, partner_names, posted_where, type_in
from agent_service.core.findings import MAX_RECORDS, Finding, Record
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "VAL001"
TITLE = "Balance on the wrong side"
SEVERITY = "medium"
WHY = "A balance on the wrong side is often money paid twice, or booked to somebody else."
REMEDY = "Match it, refund it, or reclassify it for the balance sheet."
PARAMETERS = {"wrong_side_min_amount": "0.02 M", "wrong_side_days": 30}
YIELDS_TO = ("EXF002:payable@res.partner",)


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each partner and account; the amount is the balance without sign."""
    own = policy.parameters(CODE, PARAMETERS)
    least = policy.amount(own, "wrong_side_min_amount")
    before = period.as_of - timedelta(days=own.integer("wrong_side_days"))
    trade = on_accounts(books, "asset_receivable", "liability_payable") & (pl.col("date") <= period.as_of)
    left = residuals_of(books, trade, period.as_of).filter(pl.col("residual") != 0).select("id", "residual")
    open_ = (
        posted_where(books, trade & pl.col("id").is_in(left["id"].implode()))
        .filter(pl.col("partner_id").is_not_null(), ~exempt(CODE))
        .with_columns(side=pl.when(type_in("asset_receivable")).then(1).otherwise(-1))
        .join(left, on="id", maintain_order="left")
    )
    wrong = (pl.col("residual") * pl.col("side")) < 0
    sums = (
        open_.group_by("partner_id", "account_id")
        .agg(
            side=pl.col("side").first(),
            net=pl.col("residual").sum(),
            old=pl.col("residual")
            .filter(wrong, pl.col("date") <= before, ~pl.col("move_type").is_in(["in_refund", "out_refund"]))
            .sum()
            .abs(),
            lines=pl.col("id").filter(wrong).sort(),
            moves=pl.col("move_id").filter(wrong).unique().sort(),
            oldest=pl.col("date").filter(wrong).min(),
        )
        .with_columns(size=pl.col("net").abs(), total=pl.col("net").sum().over("partner_id"))
    )
    odd = sums.filter(
        (pl.col("net") * pl.col("side")) < 0,
        pl.col("size") >= least,
        pl.col("old") >= least,
        (pl.col("total") * pl.col("side")) < 0,
    )
    waiting = _open_orders(books)
    names, accounts = partner_names(books), account_names(books)
    found = []
    for row in odd.sort("partner_id", "account_id").iter_rows(named=True):
        if row["partner_id"] in waiting:
            continue
        name, account = (
            names.get(row["partner_id"], "a partner"),
            accounts.get(row["account_id"], "an account"),
        )
        anchor = Record("res.partner", row["partner_id"], name)
        found.append(
            Finding(
                facet="receivable" if row["side"] > 0 else "payable",
                anchor=anchor,
                title=f"{name}: {books.show(row['net'])} on {account}",
                message=f"{name} stands at {books.show(row['net'])} on {account} on {period.as_of}, on "
                f"the wrong side since "
                f"{row['oldest']}.",
                amount=row["size"],
                records=(
                    anchor,
                    Record("account.account", row["account_id"], account),
                    *(Record("account.move.line", one) for one in row["lines"][:MAX_RECORDS]),
                    *(Record("account.move", one) for one in row["moves"][:MAX_RECORDS]),
                ),
                evidence={
                    "balance": books.company.currency.text(row["net"]),
                    "oldest": str(row["oldest"]),
                    "items": len(row["lines"]),
                },
            )
        )
    return found


def _open_orders(books: Books) -> set[int]:
    """Return the partners with an order that isn't delivered yet."""
    found: set[int] = set()
    for table, done in (("sale_lines", "qty_delivered"), ("purchase_lines", "qty_received")):
        if books.has(table, done):
            rest = books.frame(table).filter(
                pl.col(done).cast(pl.Float64, strict=False)
                < pl.col("product_qty").cast(pl.Float64, strict=False)
            )
            found |= set(rest["partner_id"].drop_nulls().to_list())
    return found
