"""CLS006 Account type unfit for the document.

**What it does** Reports a base line on a kind of account that its document has no business with.

**Why it matters** Classification: a purchase on an income account shrinks revenue instead of adding cost.

**Method** Vendor bills and receipts: income, receivable, bank or equity. Customer documents: payable, bank,
depreciation or equity. Any document: off-balance accounts. One finding an entry. Example: a bill for
cleaning of 240.00 on Sales → 240.00.

**False positives** A habit of the account (`habit_share_pct`); cost of goods lines; a vendor's rebate on a
credit note; down payments on a liability.

**Source** FinMaster category errors; `account.account.account_type`."""

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, account_names, in_period, posted_items
from agent_service.core.findings import Finding
from agent_service.core.habit import monthly, not_habitual
from agent_service.core.model import Books
from agent_service.core.period import Period, add_months
from agent_service.core.policy import Policy

CODE = "CLS006"
TITLE = "Account type unfit for the document"
SEVERITY = "high"
WHY = "The line stands in the wrong half of the accounts, and margins are wrong with it."
REMEDY = "Reclassify it."
PARAMETERS = {"habit_share_pct": 5}


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each document; the amount is the sum of its lines without sign."""
    share = float(policy.parameters(CODE, PARAMETERS).decimal("habit_share_pct"))
    kind = pl.col("account_type").cast(pl.String).fill_null("")
    buying = pl.col("move_type").is_in(["in_invoice", "in_receipt"])
    selling = pl.col("move_type").is_in(["out_invoice", "out_receipt", "out_refund"])
    unfit = (
        (buying & kind.str.contains("^(income|asset_receivable$|asset_cash$|equity)"))
        | (selling & kind.str.contains("^(liability_payable$|asset_cash$|expense_depreciation$|equity)"))
        | (kind == "off_balance")
    )
    base = (
        posted_items(books)
        .filter(
            pl.col("document"),
            pl.col("kind") == "product",
            ~exempt(CODE),
            pl.col("balance").fill_null(0) != 0,
            pl.col("date").is_between(add_months(period.start, -12), period.as_of),
        )
        .with_columns(unfit=unfit, side=pl.col("move_type").str.slice(0, 3))
    )
    odd = base.filter(in_period(period), "unfit")
    odd = not_habitual(odd, base, "unfit", period, share, ("partner_id", "side"))
    odd = odd.join(
        monthly(base.filter("unfit"), ("account_id", "side"), period), on=["account_id", "side"], how="anti"
    )
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
