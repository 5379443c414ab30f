"""CLS006 Account type unfit for the document.

**What it does** Reports a base line on a kind of account that its document has no business with.

**Why it matters** Classification: a purchase on an income account shrinks revenue instead of adding cost.

**Method** Vendor bills and receipts: income, receivable, bank or equity. Customer documents: payable, bank,
depreciation or equity. Any document: off-balance accounts. One finding an entry. Example: a bill for
cleaning of 240.00 on Sales → 240.00.

**False positives** A habit of the account (`habit_share_pct`); cost of goods lines; a vendor's rebate on a
credit note; down payments on a liability.

**Source** FinMaster category errors; `account.account.account_type`."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, account_names, posted_since, posted_within
from agent_service.core.findings import Finding
from agent_service.core.habit import counted_habit, counts
from agent_service.core.history import MONTH
from agent_service.core.model import Books
from agent_service.core.months import by_month
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy

CODE = "CLS006"
TITLE = "Account type unfit for the document"
SEVERITY = "high"
WHY = "The line stands in the wrong half of the accounts, and margins are wrong with it."
REMEDY = "Reclassify it."
PARAMETERS = {"habit_share_pct": 5}

_MONTHS = 6
"""In so many of twelve months an account is used as a matter of course."""


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each document; the amount is the sum of its lines without sign."""
    share = float(policy.parameters(CODE, PARAMETERS).decimal("habit_share_pct"))
    past = by_month(books, f"{CODE} documents", _past, add_months(period.start, -12), period.start)
    odd = _base(posted_since(books, period.start)).filter(pl.col("date") <= period.as_of, "unfit")
    by = ("partner_id", "side")
    odd = odd.join(counted_habit(past, period, share, by), on=list(by), how="anti", nulls_equal=True)
    own = ["account_id", "side"]
    steady = past.filter(pl.col("having") > 0).group_by(own).agg(months=pl.col(MONTH).n_unique())
    odd = odd.join(steady.filter(pl.col("months") >= _MONTHS), on=own, how="anti")
    names = account_names(books)
    found = []
    for part in odd.sort("move_id", "id").partition_by("move_id", maintain_order=True) if odd.height else ():
        row = part.to_dicts()[0]
        found.append(
            about_entry(
                books,
                row["move_id"],
                "type",
                f"{{}}: a line on {names.get(row['account_id'])}",
                f"{{}} ({row['move_type']}) has {books.show(row['balance'])} on "
                f"{names.get(row['account_id'])}, an account "
                f"of the type {row['account_type']}.",
                amount=int(part["balance"].abs().sum()),
                lines=tuple(part["id"].to_list()),
                evidence={"account_type": str(row["account_type"]), "move_type": row["move_type"]},
            )
        )
    return found


def _base(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the base lines of documents, `unfit` where the account's type is none of such a document."""
    kind = pl.col("account_type").cast(pl.String).fill_null("")
    buying = pl.col("move_type").is_in(["in_invoice", "in_receipt"])
    selling = pl.col("move_type").is_in(["out_invoice", "out_receipt", "out_refund"])
    unfit = (
        (buying & kind.str.contains("^(income|asset_receivable$|asset_cash$|equity)"))
        | (selling & kind.str.contains("^(liability_payable$|asset_cash$|expense_depreciation$|equity)"))
        | (kind == "off_balance")
    )
    own = pl.col("document") & (pl.col("kind") == "product") & (pl.col("balance").fill_null(0) != 0)
    return lines.filter(own, ~exempt(CODE)).with_columns(
        unfit=unfit, side=pl.col("move_type").str.slice(0, 3)
    )


def _past(books: Books, months: Sequence[date]) -> pl.DataFrame:
    return counts(_base(posted_within(books, months)), "unfit", ("partner_id", "account_id", "side"))
