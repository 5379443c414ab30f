"""One bill entered in two companies of the group: what the reader may see of the others beside one's own."""

from datetime import timedelta

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, entries, in_period, partner_names
from agent_service.core.findings import Finding
from agent_service.core.ledger import BILLS
from agent_service.core.model import Books
from agent_service.core.period import Period

_LEAST_KEY = 3


def copies_across(books: Books, period: Period, window_days: int, told: set[int]) -> list[Finding]:
    """Return one finding for each bill of P that another company of the group entered before.

    The same vendor (partner, or tax number), reference and amount in one currency, at most so many days
    apart; not bills between the companies themselves, nor entries that `told` names.
    """
    if not books.has("group_documents") or not books.frame("group_documents").height:
        return []
    others = books.frame("group_documents")
    group = set(others["company_partner_id"].drop_nulls().to_list())
    if books.has("companies"):
        group |= set(books.frame("companies")["partner_id"].drop_nulls().to_list())
    heads = books.frame("partners").select(pl.col("id").alias("commercial_partner_id"), own_vat=_key("vat"))
    own = (
        entries(books)
        .filter(
            pl.col("move_type").is_in(BILLS), pl.col("state") != "cancel", in_period(period),
            ~exempt("EXF001"),
            ~pl.col("id").is_in(sorted(told)), ~pl.col("commercial_partner_id").is_in(sorted(group)),
        )
        .join(heads, on="commercial_partner_id", how="left")
        .with_columns(key=_key("ref"), day=pl.coalesce("invoice_date", "date"))
        .filter(pl.col("key").str.len_chars() >= _LEAST_KEY)
    )  # fmt: skip
    theirs = (
        others.filter(pl.col("move_type").is_in(BILLS), pl.col("state") != "cancel")
        .with_columns(key=_key("ref"), other_day=pl.coalesce("invoice_date", "date"), other_vat=_key("vat"))
        .select(
            "key", "move_type", "currency", "amount_total", "other_day", "other_vat",
            other="id", other_name="name", other_partner="partner_id", company="company_id", entered="date",
        )
    )  # fmt: skip
    met = own.join(theirs, on=["key", "move_type", "currency", "amount_total"])
    same = (pl.col("other_partner") == pl.col("commercial_partner_id")) | (
        pl.col("own_vat") == pl.col("other_vat")
    ).fill_null(value=False)
    # the later of the two is the copy; on one day each company hears of the other's
    pairs = met.filter(
        same.fill_null(value=False),
        (pl.col("day") - pl.col("other_day")).abs() <= timedelta(days=window_days),
        (pl.col("entered") < pl.col("date"))
        | ((pl.col("entered") == pl.col("date")) & (pl.col("day") >= pl.col("other_day"))),
    )
    names, companies = partner_names(books), {}
    if books.has("companies"):
        companies = dict(books.frame("companies").select("id", "name").iter_rows())
    return [
        about_entry(
            books,
            row["id"],
            "group",
            f"{{}}: entered in {companies.get(row['company'], 'another company')} too",
            f"{{}} of {row['day']} from {names.get(row['commercial_partner_id'], 'the vendor')} over "
            f"{books.currency(row['currency']).show(row['amount_total'] or 0)} stands in "
            f"{companies.get(row['company'], 'another company of the group')} as "
            f"{row['other_name'] or 'a bill'} of {row['other_day']}.",
            amount=row["size"],
            moves=(row["other"],),
            evidence={
                "company": companies.get(row["company"], str(row["company"])),
                "other": row["other_name"] or "",
                "other_date": str(row["other_day"]),
                "reference": row["ref"] or "",
            },
        )
        for row in pairs.sort("id", "other")
        .unique("id", keep="first", maintain_order=True)
        .iter_rows(named=True)
    ]


def _key(column: str) -> pl.Expr:
    """Return a reference or tax number without case, signs and leading zeros; none for an empty one."""
    bare = pl.col(column).str.to_uppercase().str.replace_all(r"[^0-9A-Z]", "").str.strip_chars_start("0")
    return pl.when(bare.str.len_chars() > 0).then(bare)
