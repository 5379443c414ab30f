"""EXF002 Duplicate payment.

**What it does** Reports two outgoing payments of one amount to one vendor where the second settles nothing
of its own.

**Why it matters** Existence: money that left twice for one debt comes back only if somebody asks for it.

**Method** Outgoing payments and bank lines booked straight to a payable account, neither draft nor cancelled,
of one vendor (partner, or equal bank account), one currency and amount, at most `pay_window_days` apart, the
later in P: reported when both settle the same document, or the second is open or settles less than it paid.
Example: 1,250.00 to one vendor on 5 and 12 October, the first settles bill A, the second nothing → 1,250.00.

**False positives** Each settles another bill; a rent series; the first was rejected or cancelled.

**Source** AICPA audit data analytics; `account.payment`, Odoo's `duplicate_payment_ids`."""

from itertools import pairwise

import polars as pl

from agent_service.core.facts import about_entry, on_accounts, partner_names, posted_where
from agent_service.core.findings import Finding, Record
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.core.text import account_key

CODE = "EXF002"
TITLE = "Duplicate payment"
SEVERITY = "critical"
WHY = "Money that left twice for one debt is gone until somebody claims it back."
REMEDY = "Claim it back, and stop the payment file if it is still open."
PARAMETERS = {"pay_window_days": 30}

_DEAD = ("draft", "cancel", "canceled", "cancelled", "rejected")


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each second payment; the amount is what was paid, in company currency."""
    days = policy.parameters(CODE, PARAMETERS).integer("pay_window_days")
    books.need("payments")
    books.need("lines", "matching_number") if not books.has("partials") else None
    alike = ["payee", "currency", "amount"]
    here = pl.col("date").is_between(period.start, period.end)
    paid = _paid(books, period).sort("date", "id").filter(pl.len().over(alike) > 1, here.any().over(alike))
    settles = _settles(books, paid["move_id"])
    names = partner_names(books)
    found = []
    for part in paid.partition_by("payee", "currency", "amount", maintain_order=True):
        if part.height < 2 or not part["date"].is_between(period.start, period.end).any():
            continue
        rows = part.to_dicts()
        if _series(rows):
            continue
        for place, later in enumerate(rows):
            if not period.holds(later["date"]):
                continue
            before = [one for one in rows[:place] if (later["date"] - one["date"]).days <= days]
            first = next((one for one in reversed(before) if _doubled(one, later, settles)), None)
            if first is None:
                continue
            shown = books.currency(later["currency"]).show(later["amount"])
            found.append(
                about_entry(
                    books,
                    later["move_id"],
                    "payment",
                    f"{{}}: {shown} paid a second time",
                    f"{{}} of {later['date']} pays {shown} to "
                    f"{names.get(later['partner_id'], 'one account')}, as did "
                    f"a payment of {first['date']}; the second settles no document of its own.",
                    amount=later["company"] or later["amount"],
                    moves=(first["move_id"],),
                    more=tuple(Record(one["model"], one["id"]) for one in (later, first)),
                    evidence={
                        "first": str(first["date"]),
                        "second": str(later["date"]),
                        "amount": shown,
                        "settles_first": sorted(settles.get(first["move_id"], {})),
                        "settles_second": sorted(settles.get(later["move_id"], {})),
                    },
                )
            )
    return found


def _paid(books: Books, period: Period) -> pl.DataFrame:
    """Return outgoing money: payments, and bank lines that no payment stands behind."""
    columns = ["id", "model", "move_id", "date", "partner_id", "payee", "currency", "amount", "company"]
    payments = books.frame("payments").filter(
        pl.col("payment_type") == "outbound",
        ~pl.col("state").fill_null("").is_in(_DEAD),
        pl.col("move_id").is_not_null(),
        pl.col("date") <= period.end,
    )
    frames = [
        payments.with_columns(
            model=pl.lit("account.payment"),
            amount=pl.col("amount").abs(),
            account=account_key("bank_account"),
        )
    ]
    if books.has("statement_lines"):
        lines = books.frame("statement_lines").filter(pl.col("amount") < 0, pl.col("date") <= period.end)
        here = [
            one.filter(pl.col("date") >= period.start).select("currency", pl.col("amount").abs())
            for one in (payments, lines)
        ]
        lines = lines.join(
            pl.concat(here).unique().with_columns(amount=-pl.col("amount")),
            on=["currency", "amount"], how="semi", nulls_equal=True,
        )  # fmt: skip
        payable = on_accounts(books, "liability_payable")
        direct = posted_where(books, payable & pl.col("move_id").is_in(lines["move_id"].implode()))
        direct = direct.filter(pl.col("origin") == "statement_line")["move_id"].unique()
        lines = lines.filter(pl.col("move_id").is_in(direct.implode()))
        frames.append(
            lines.with_columns(
                model=pl.lit("account.bank.statement.line"),
                amount=pl.col("amount").abs(),
                account=account_key("account_number"),
            )
        )
    owners = _owners(books)
    joined = pl.concat(
        [
            one.select("id", "model", "move_id", "date", "partner_id", "currency", "amount", "account")
            for one in frames
        ]
    )
    # only what was paid in the period too can have been paid twice in it
    here = joined.filter(pl.col("date") >= period.start).select("currency", "amount").unique()
    joined = joined.join(here, on=["currency", "amount"], how="semi", nulls_equal=True)
    taken = on_accounts(books, "liability_payable") & (pl.col("balance") > 0)
    sizes = (
        posted_where(books, taken & pl.col("move_id").is_in(joined["move_id"].implode()))
        .group_by("move_id")
        .agg(company=pl.col("balance").sum())
    )
    joined = joined.with_columns(
        owner=pl.coalesce(
            "partner_id", pl.col("account").replace_strict(owners, default=None, return_dtype=pl.Int64)
        )
        if owners
        else pl.col("partner_id")
    ).filter(pl.col("owner").is_not_null() | pl.col("account").is_not_null())
    payee = pl.coalesce(pl.col("owner").cast(pl.String), pl.col("account"))
    return joined.with_columns(payee=payee).join(sizes, on="move_id", how="left").select(columns)


def _owners(books: Books) -> dict[str, int]:
    if not books.has("partner_banks"):
        return {}
    banks = books.frame("partner_banks").with_columns(account=account_key("number")).drop_nulls("account")
    alone = banks.filter(pl.col("partner_id").n_unique().over("account") == 1)
    return dict(alone.select("account", "partner_id").iter_rows())


def _settles(books: Books, payers: pl.Series) -> dict[int, dict[int, int]]:
    """Return by entry what it settles on payable accounts: other entry → amount."""
    payable = on_accounts(books, "liability_payable")
    paying = posted_where(books, payable & pl.col("move_id").is_in(payers.implode())).select("id", "move_id")
    partials = books.frame("partials").join(
        paying.rename({"id": "debit_move_id", "move_id": "payer"}), on="debit_move_id"
    )
    paid = posted_where(books, payable & pl.col("id").is_in(partials["credit_move_id"].implode()))
    partials = partials.join(
        paid.select(pl.col("id").alias("credit_move_id"), pl.col("move_id").alias("payee")),
        on="credit_move_id",
    )
    found: dict[int, dict[int, int]] = {}
    for payer, payee, amount in partials.select("payer", "payee", "amount").iter_rows():
        own = found.setdefault(payer, {})
        own[payee] = own.get(payee, 0) + amount
    return found


def _doubled(first: dict, later: dict, settles: dict[int, dict[int, int]]) -> bool:
    one, other = settles.get(first["move_id"], {}), settles.get(later["move_id"], {})
    if one and set(one) & set(other):
        return sum(other.values()) < (later["company"] or 0) or set(one) == set(other) == set(one) & set(
            other
        )
    return sum(other.values()) < (later["company"] or later["amount"])


def _series(rows: list[dict]) -> bool:
    """Tell whether the payments keep a rhythm of at least three: a standing order."""
    days = sorted(one["date"] for one in rows)
    gaps = [(after - before).days for before, after in pairwise(days)]
    return len(gaps) >= 2 and min(gaps) >= 6 and max(gaps) - min(gaps) <= 5
