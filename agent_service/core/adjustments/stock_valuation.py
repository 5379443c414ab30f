"""SV Stock valuation.

**What it does** Brings the stock valuation account to the value of what lies in stock.

**Why it matters** Valuation and cut-off (IAS 2.34): with periodic valuation nothing but this entry moves the
account; with perpetual valuation it is what the moves left open.

**Method** `stock value as of the end of D − balance of the valuation account as of D`, per account. Positive:
Dr stock_valuation, Cr stock_variation; negative the other way; never reversed. Example: 84,300.00 in stock,
79,950.00 in the ledger → Dr stock_valuation 4,350.00, Cr stock_variation 4,350.00.

**False positives** Goods in stock that nobody billed yet are accrued by GR; both entries together leave the
result untouched. A value read for another day than D is refused: a bare date loses the closing day. Odoo's
closing action is never called.

**Source** IAS 2.9, 2.34; dataset `stock_values` (`stock_value`, `stock_accounting_value`).
"""

from collections.abc import Mapping, Sequence

import polars as pl

from agent_service.core.adjustments.staging import Paper, Required, archived_accounts, need_roles, staged
from agent_service.core.entries import Entry
from agent_service.core.errors import EvidenceMissing, NoData
from agent_service.core.findings import Record
from agent_service.core.ledger import posted_lines
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.core.stock import product_names, valued_moves

CODE = "SV"
TITLE = "Stock valuation"
ROLES = ("stock_valuation",)

VARIATION = "stock_variation"
_LISTED = 20
"""Products and journal items that are named; the account's own facts hold its value and its balance."""


def propose(books: Books, policy: Policy, period: Period, decided: Mapping[str, str]) -> Sequence[Entry]:
    """Return the entry of all valuation accounts, or nothing. Raises EvidenceMissing."""
    if not period.is_over or not books.has("stock_values"):
        return []
    variation = need_roles(books, policy, VARIATION)[VARIATION]
    values = books.frame("stock_values").sort("account_id")
    booked = _booked(books, policy, period, values)
    own = books.company.currency
    required, rows, sources = [], [], []
    for row in values.iter_rows(named=True):
        account = row["account_id"]
        gap = row["stock_value"] - booked[account]
        if not gap:
            continue
        name = _names(books).get(account, f"account {account}")
        rows.append(((f"{name}: value of the stock", str(row["as_of"]), ""), row["stock_value"]))
        rows.append(((f"{name}: balance in the ledger", str(period.end), ""), -booked[account]))
        text = f"Stock valuation {period.name}"
        required.append(Required(account, None, own, gap, gap, text))
        required.append(Required(variation, None, own, -gap, -gap, text))
        sources += _sources(books, period, account, name)
    if not required:
        return []
    paper = Paper(
        code=CODE,
        title=TITLE,
        columns=("What", "As of", "Quantity"),
        rows=(*rows, *_moved(books, period)),
        sources=tuple(dict.fromkeys(sources)),
        narration=(
            f"What lies in stock at the end of {period.end} by quantity and cost, against the ledger.",
            "Goods received and not billed are accrued apart; both together leave the result untouched.",
        ),
        reverses=False,
        takes_back=False,
    )
    # The ledger's balance has in it what was posted for this before, by whomever.
    return staged(books, period, decided, required, paper, posted={})


def _booked(books: Books, policy: Policy, period: Period, values: pl.DataFrame) -> dict[int, int]:
    """Return the ledger's balance of each valuation account; raises EvidenceMissing for what isn't proved."""
    ours, archived, names = policy.role_ids(*ROLES), archived_accounts(books), _names(books)
    missing, found = [], {}
    for row in values.iter_rows(named=True):
        account = row["account_id"]
        name = names.get(account, f"account {account}")
        if account not in ours:
            missing.append(f"stock stands on {name}, which the policy doesn't name as stock_valuation")
        elif account in archived:
            missing.append(f"{name} is archived")
        if row["stock_value"] is None:
            missing.append(f"nobody knows the value of the stock on {name}")
        elif row["as_of"] != period.end:
            missing.append(f"the stock on {name} was valued as of {row['as_of']}, not {period.end}")
        found[account] = row["accounting_value"]
        if found[account] is None:
            lines = posted_lines(books, period.end, pl.col("account_id") == account)
            found[account] = int(lines["balance"].sum() or 0)
    if missing:
        raise EvidenceMissing(sorted(missing))
    return found


def _names(books: Books) -> dict[int, str]:
    rows = books.frame("accounts").select("id", "code", "name").iter_rows()
    return {one: f"{code} {name}" for one, code, name in rows}


def _sources(books: Books, period: Period, account: int, name: str) -> list[Record]:
    """Return the account (its facts are value and balance), its last postings and what moved the stock."""
    cited = [Record("account.account", account, name)]
    lines = posted_lines(books, period.end, pl.col("account_id") == account).sort("date", "id").tail(_LISTED)
    cited += [
        Record("account.move.line", one, label or "")
        for one, label in lines.select("id", "move_name").iter_rows()
    ]
    if not books.has("stock_moves"):
        return cited
    moves = books.frame("stock_moves").filter(
        pl.col("state") == "done", pl.col("local_date") <= period.end
    ).sort("local_date", "id").tail(_LISTED)  # fmt: skip
    for model, column in (("purchase.order.line", "purchase_line_id"), ("sale.order.line", "sale_line_id")):
        lines_of = moves[column].drop_nulls().unique().sort().to_list()
        cited += [Record(model, one, "moved the stock") for one in lines_of]
    return cited


def _moved(books: Books, period: Period) -> list[tuple[tuple[str, ...], int]]:
    """Return what changed the stock most in the period, by product: told, not added."""
    try:
        moves = valued_moves(books)
    except NoData:
        return []
    names = product_names(books)
    summed = (
        moves.filter(pl.col("local_date").is_between(period.start, period.end))
        .with_columns(sign=pl.when(pl.col("change") < 0).then(-1).otherwise(1))
        .group_by("product_id")
        .agg(pl.col("change").sum(), moved=(pl.col("quantity").abs() * pl.col("sign")).sum())
        .sort(pl.col("change").abs(), "product_id", descending=[True, False])
        .head(_LISTED)
    )
    return [
        (
            (
                f"{names.get(row['product_id'], 'product')}: moved by {books.show(row['change'])}",
                period.name,
                f"{row['moved']:g}",
            ),
            0,
        )
        for row in summed.iter_rows(named=True)
    ]
