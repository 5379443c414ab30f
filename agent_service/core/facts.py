"""Entries with the facts that most rules ask for, made once for all of them; and journal items beside them.

`entries` has the moves with `origin` (kind of what made it, none for what people wrote), `pair` (reverses
another entry or was reversed), `document`, `manual`, `size` (sum of debits) and `result_effect` (on income
and expense accounts, without sign). Items bear facts of their entry and account; no rule asks for all of
them: what it needs of closed months comes from core/months.py.
"""

from collections.abc import Hashable, Sequence
from datetime import date

import polars as pl

from agent_service.core.by_id import rows_of
from agent_service.core.errors import NoData
from agent_service.core.findings import Finding, Record
from agent_service.core.ledger import DOCUMENTS, move_label
from agent_service.core.model import Books
from agent_service.core.months import in_months
from agent_service.core.period import Period

RESULT = "^(income|expense)"
CREDIT_TYPES = ("liability", "equity", "income")
SYSTEM_LOGINS = ("__system__", "odoobot", "system", "root")
"""Users that are no person."""

_ENTRY = (
    "journal_id",
    "move_type",
    "state",
    "reversed_entry_id",
    "origin",
    "pair",
    "document",
    "manual",
    "create_uid",
    "commercial_partner_id",
    "invoice_date",
)

_ITEM = (
    "id", "move_id", "date", "parent_state", "account_id", "journal_id", "partner_id", "name", "balance",
    "amount_currency", "currency", "display_type", "product_id", "purchase_line_id", "sale_line_id",
    "quantity", "tax_codes", "tax_line_of",
)  # fmt: skip
_SLICE = 250_000
"""So many items get their facts at a time: half made, a whole ledger of them takes much memory."""


def origin_kind(books: Books) -> pl.Expr:
    """Return what made an entry, from the column of that name or from the fields that Odoo keeps."""
    told = pl.col("origin_kind")
    for kind, column in (
        ("statement_line", "statement_line_id"),
        ("payment", "origin_payment_id"),
        ("staged", "ai_close_entry_id"),
    ):
        told = pl.coalesce(told, pl.when(pl.col(column).is_not_null()).then(pl.lit(kind)))
    if "partials" in books.frames:
        made = books.frame("partials")["exchange_move_id"].drop_nulls().unique()
        told = pl.coalesce(told, pl.when(pl.col("id").is_in(made.to_list())).then(pl.lit("exchange")))
    return told


def entries(books: Books) -> pl.DataFrame:
    """Return every entry with its facts, ordered by id."""
    return books.once("entries", _entries)


def _entries(books: Books) -> pl.DataFrame:
    moves = books.frame("moves")
    undone = books.where("moves", pl.col("state") == "posted", "reversed_entry_id")["reversed_entry_id"]
    undone = undone.drop_nulls().unique()
    robots: list[int] = []
    if books.has("users"):
        users = books.frame("users")
        robots = users.filter(pl.col("login").str.to_lowercase().is_in(SYSTEM_LOGINS))["id"].to_list()
    results = pl.Series([], dtype=pl.Int64)
    if books.has("accounts"):
        results = books.frame("accounts").filter(pl.col("account_type").str.contains(RESULT))["id"]
    framed = moves.with_columns(
        origin=origin_kind(books),
        pair=pl.col("reversed_entry_id").is_not_null() | pl.col("id").is_in(undone.to_list()),
        document=pl.col("move_type").is_in(DOCUMENTS).fill_null(value=False),
    )
    framed = framed.with_columns(
        manual=~pl.col("document")
        & pl.col("origin").is_null()
        & ~pl.col("create_uid").is_in(robots).fill_null(value=False)
    )
    sums = _sums(books.frame("lines"), results)
    return framed.join(
        sums, left_on="id", right_on="move_id", how="left", maintain_order="left"
    ).with_columns(pl.col("size", "net", "result_effect").fill_null(0), pl.col("line_count").fill_null(0))


def _sums(lines: pl.DataFrame, results: pl.Series) -> pl.DataFrame:
    """Return sums of each entry's items, ordered by entry.

    An entry's items mostly stand together: what has run up to its last one, less what had run up before, is
    found in a fraction of the time that grouping takes. Integers come round: nothing is lost however large.
    """
    balance = pl.col("balance").fill_null(0)
    own = lines.lazy().select(
        "move_id",
        size=balance.clip(lower_bound=0),
        net=balance,
        result_effect=pl.when(pl.col("account_id").is_in(results.implode())).then(balance).otherwise(0),
    )
    if lines["move_id"].null_count() or not lines["move_id"].is_sorted():
        own = own.drop_nulls("move_id").sort("move_id")
    up_to = pl.col("size", "net", "result_effect")
    last = (pl.col("move_id") != pl.col("move_id").shift(-1)).fill_null(value=True)
    run = own.select("move_id", up_to.cum_sum(), line_count=pl.int_range(1, pl.len() + 1)).filter(last)
    return run.select(
        pl.col("move_id").set_sorted(),
        *(pl.col(one) - pl.col(one).shift(1, fill_value=0) for one in ("size", "net", "result_effect")),
        line_count=(pl.col("line_count") - pl.col("line_count").shift(1, fill_value=0)).cast(pl.UInt32),
    ).with_columns(pl.col("result_effect").abs()).collect()  # fmt: skip


def items_where(books: Books, only: pl.Expr) -> pl.DataFrame:
    """Return the journal items whose own columns meet a condition; `kind` is their display type."""
    # lazily, so that columns which nobody asks for are never touched
    lines = books.frame("lines").lazy().filter(only).select(_ITEM).collect()
    facts = entries(books).lazy().filter(pl.col("id").is_in(lines["move_id"].unique().implode()))
    facts = facts.select(
        pl.col("id").alias("move_id"), *[one for one in _ENTRY if one != "journal_id"]
    ).collect()
    accounts = books.frame("accounts").select(
        pl.col("id").alias("account_id"),
        pl.col("code").alias("account_code"),
        pl.col("account_type").cast(pl.Categorical),
    )
    made = [_items(part, facts, accounts) for part in lines.iter_slices(_SLICE)]
    return pl.concat(made) if made else _items(lines, facts, accounts)


def _items(lines: pl.DataFrame, facts: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    joined = lines.join(facts, on="move_id", how="left", maintain_order="left")
    joined = joined.join(accounts, on="account_id", how="left", maintain_order="left")
    return joined.with_columns(
        kind=pl.col("display_type").fill_null("product").cast(pl.Categorical),
        partner_id=pl.coalesce("partner_id", "commercial_partner_id"),
        posted=(pl.col("parent_state") == "posted") & (pl.col("state") == "posted"),
    ).drop("display_type", "parent_state")


def posted_since(books: Books, day: date) -> pl.DataFrame:
    """Return the items of posted entries dated from a day on: at night a small part of all."""
    return posted_where(books, pl.col("date") >= day, ("posted_since", day))


def posted_within(books: Books, months: Sequence[date]) -> pl.DataFrame:
    """Return the items of posted entries dated in some months, given by their first days."""
    return posted_where(books, in_months(months), ("posted_within", *months))


def posted_where(books: Books, only: pl.Expr, name: Hashable = None) -> pl.DataFrame:
    """Return the items of posted entries whose own columns meet a condition, made once under a name."""
    if name is None:
        return items_where(books, only).filter(pl.col("posted").fill_null(value=False))
    return books.once(name, lambda one: posted_where(one, only))


def posted_entries(books: Books) -> pl.DataFrame:
    """Return the posted entries; made once, for nearly every rule asks."""
    return books.once("posted_entries", lambda one: entries(one).filter(pl.col("state") == "posted"))


def in_period(period: Period, column: str = "date") -> pl.Expr:
    """Tell whether a day lies in the period."""
    return pl.col(column).is_between(period.start, period.end).fill_null(value=False)


def is_result() -> pl.Expr:
    """Tell whether an item stands on an income or expense account."""
    return pl.col("account_type").cast(pl.String).fill_null("").str.contains(RESULT)


def on_accounts(books: Books, *kinds: str) -> pl.Expr:
    """Tell by an item's own columns whether its account has one of these types."""
    wanted = books.frame("accounts").filter(pl.col("account_type").is_in(kinds))["id"]
    return pl.col("account_id").is_in(wanted.implode()).fill_null(value=False)


def type_in(*kinds: str) -> pl.Expr:
    """Tell whether an item's account has one of these types."""
    return pl.col("account_type").cast(pl.String).is_in(kinds).fill_null(value=False)


def move_labels(books: Books, ids: list[int]) -> dict[int, str]:
    """Return how people know some entries."""
    moves = rows_of(books.frame("moves"), ids)
    return {
        one: move_label(name, ref, one) for one, name, ref in moves.select("id", "name", "ref").iter_rows()
    }


def partner_names(books: Books) -> dict[int, str]:
    """Return the names of partners."""
    if not books.has("partners"):
        return {}
    return books.once(
        "partner_names",
        lambda one: {
            key: name or f"partner {key}"
            for key, name in one.frame("partners").select("id", "name").iter_rows()
        },
    )


def user_names(books: Books) -> dict[int, str]:
    """Return the logins of users."""
    if not books.has("users"):
        return {}
    return dict(books.frame("users").select("id", "login").iter_rows())


def account_names(books: Books) -> dict[int, str]:
    """Return "6000 Supplies" by account."""
    if not books.has("accounts"):
        return {}
    rows = books.frame("accounts").select("id", "code", "name").iter_rows()
    return {one: f"{code or ''} {name or ''}".strip() or f"account {one}" for one, code, name in rows}


def tax_text(books: Books, codes: str | None) -> str:
    """Return the names of taxes by their codes ("15;20"), the codes where they have none."""
    if not books.has("taxes", "name"):
        return codes or ""
    names = dict(books.frame("taxes").select("code", "name").iter_rows())
    return "; ".join(names.get(one) or one for one in (codes or "").split(";"))


def need_result_accounts(books: Books) -> None:
    """Raise NoData where accounts come without their types."""
    if books.frame("accounts")["account_type"].null_count() == books.frame("accounts").height:
        raise NoData("no data: accounts come without account_type")


def about_entry(
    books: Books,
    move_id: int,
    facet: str,
    title: str,
    message: str,
    *,
    amount: int = 0,
    lines: tuple[int, ...] = (),
    moves: tuple[int, ...] = (),
    evidence: dict | None = None,
    severity: str = "",
    more: tuple[Record, ...] = (),
    anchor: Record | None = None,
    targets: tuple[tuple[int, int], ...] = (),
) -> Finding:
    """Return a finding whose anchor is an entry; `lines` and `moves` are linked beside it.

    "{}" in title and message stands for the entry's label.
    """
    labels = move_labels(books, [move_id, *moves])
    label = labels.get(move_id) or move_label(None, None, move_id)
    records = (
        Record("account.move", move_id, label),
        *(Record("account.move.line", one) for one in lines),
        *(Record("account.move", one, labels.get(one, "")) for one in moves),
        *more,
    )
    return Finding(
        facet=facet,
        anchor=anchor or records[0],
        title=title.replace("{}", label),
        message=message.replace("{}", label),
        amount=abs(amount),
        records=records,
        evidence=evidence or {},
        severity=severity,
        targets=targets,
    )


def day_text(day: date | None) -> str:
    """Return a day as people read it here, "" for none."""
    return str(day) if day else ""


def credit_accounts(books: Books) -> set[int]:
    """Return the accounts that grow by their credit side: debt, equity and income."""
    kinds = books.frame("accounts").select("id", "account_type").iter_rows()
    return {account for account, kind in kinds if (kind or "").startswith(CREDIT_TYPES)}
