"""Documents against the fiscal position that their partner calls for, and their taxes against their own."""

import polars as pl

from agent_service.core.exempt import exempt
from agent_service.core.facts import about_entry, in_period, partner_names, posted_entries, posted_since
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.period import Period

NONE_EXPECTED = "-"


def positions(books: Books, period: Period) -> list[Finding]:
    """Return one finding for each document of P; empty where nobody delivers positions."""
    found = _other_position(books, period)
    told = {one.anchor.id for one in found}
    return found + [one for one in _not_allowed(books, period) if one.anchor.id not in told]


def _other_position(books: Books, period: Period) -> list[Finding]:
    if not books.has("moves", "expected_position"):
        return []
    judged = posted_entries(books).filter(
        pl.col("document"), in_period(period), pl.col("expected_position").is_not_null(), ~exempt("ACC003")
    ).with_columns(has=pl.col("fiscal_position").fill_null(NONE_EXPECTED))  # fmt: skip
    odd = judged.filter(pl.col("has") != pl.col("expected_position"))
    # the partner was changed within P: what came before had another position by right
    right = judged.filter(pl.col("has") == pl.col("expected_position"))
    since = (
        right.sort("date", "id")
        .group_by("commercial_partner_id")
        .agg(last_day=pl.col("date").last(), last_id=pl.col("id").last())
    )
    odd = odd.join(since, on="commercial_partner_id", how="left").filter(
        pl.col("last_day").is_null()
        | (pl.col("date") > pl.col("last_day"))
        | ((pl.col("date") == pl.col("last_day")) & (pl.col("id") > pl.col("last_id")))
    )
    names = partner_names(books)
    return [
        about_entry(
            books,
            row["id"],
            "position",
            f"{{}}: {_said(row['has'])} instead of {_said(row['expected_position'])}",
            f"{{}} of {row['date']} has {_said(row['has'])}; "
            f"{names.get(row['commercial_partner_id'], 'its partner')} calls for "
            f"{_said(row['expected_position'])}.",
            amount=row["size"],
            evidence={"position": row["has"], "expected": row["expected_position"]},
        )
        for row in odd.sort("id").iter_rows(named=True)
    ]


def _said(position: str) -> str:
    return "no fiscal position" if position == NONE_EXPECTED else f"the fiscal position {position}"


def _not_allowed(books: Books, period: Period) -> list[Finding]:
    if not books.has("lines", "position_taxes"):
        return []
    allowed = books.frame("lines").select("id", "position_taxes").drop_nulls()
    lines = posted_since(books, period.start).filter(
        pl.col("document"), pl.col("kind") == "product", in_period(period), ~exempt("ACC003"),
        pl.col("tax_codes").is_not_null(),
    ).join(allowed, on="id")  # fmt: skip
    odd = lines.with_columns(
        wrong=pl.col("tax_codes").str.split(";").list.set_difference(pl.col("position_taxes").str.split(";"))
    ).filter(pl.col("wrong").list.len() > 0)
    names = {}
    if books.has("taxes"):
        names = dict(books.frame("taxes").select(pl.col("id").cast(pl.String), "code").iter_rows())
    found = []
    for part in odd.sort("move_id", "id").partition_by("move_id", maintain_order=True) if odd.height else ():
        wrong = sorted({names.get(one, one) for one in part["wrong"].explode().to_list()})
        found.append(
            about_entry(
                books,
                part["move_id"][0],
                "position",
                f"{{}}: {', '.join(wrong)} isn't a tax of its fiscal position",
                f"{{}} of {part['date'][0]} has {', '.join(wrong)} on {part.height} "
                f"line{'s' * (part.height > 1)}, which its fiscal position doesn't allow.",
                amount=int(part["balance"].abs().sum()),
                lines=tuple(part["id"].to_list()),
                evidence={"taxes": wrong, "lines": part.height},
            )
        )
    return found
