"""ACC010 Record contradicts itself.

**What it does** Reports records that no sound ledger has. Facets: *no_account*, *no_amount*, *no_lines*,
*broken_link*, *date*, *amount*, *copy* (a line's date or state is not its entry's), *residual*.

**Why it matters** Accuracy of everything else: what contradicts itself can't be judged, and sums over it
mean nothing.

**Method** Lines without account or amount; posted entries without lines; links to records that aren't there
or belong to another company; `date` before 1990 or over 366 days after P; |amount| ≥ `max_amount`; stored
`amount_residual` against the partials. One finding a record and facet. Where over a fifth of a column's links
lead nowhere the table was exported in part, and the links aren't judged. Example: a posted line of 50.00
without account → *no_account*, 50.00.

**False positives** Section and note lines; a branch that uses its parent's journal; Community's 'paid'
without bank.

**Source** ODOO19 bypasses of stored fields (`write` of `amount_residual`, `parent_state`); foreign keys. It
spares nobody: no origin exempts."""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from agent_service.core.analysis.asof import residuals_of
from agent_service.core.facts import about_entry, entries
from agent_service.core.findings import Finding, Record
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "ACC010"
TITLE = "Record contradicts itself"
SEVERITY = "critical"
WHY = "What contradicts itself can't be judged, and sums over it mean nothing."
REMEDY = "Find out how it came about, and repair it with an audit row."
PARAMETERS = {"max_amount": 10**12}

_FIRST_DAY = date(1990, 1, 1)
_TEXT = "^line_"
_LINKS = (
    ("lines", "account_id", "accounts", "account"),
    ("lines", "partner_id", "partners", "partner"),
    ("lines", "purchase_line_id", "purchase_lines", "order line"),
    ("lines", "sale_line_id", "sale_lines", "order line"),
    ("moves", "partner_id", "partners", "partner"),
    ("moves", "reversed_entry_id", "moves", "reversed entry"),
    ("statement_lines", "move_id", "moves", "entry"),
    ("statement_lines", "statement_id", "statements", "statement"),
    ("payments", "move_id", "moves", "entry"),
)
_MODELS = {
    "lines": "account.move.line",
    "moves": "account.move",
    "statement_lines": "account.bank.statement.line",
    "payments": "account.payment",
}


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each entry (or record without one) and facet; the amount is the largest."""
    limit = policy.amount(policy.parameters(CODE, PARAMETERS), "max_amount")
    last = period.end + timedelta(days=366)
    odd_day = (pl.col("date") < _FIRST_DAY) | (pl.col("date") > last)
    here = pl.col("date").is_between(period.start, period.end) | odd_day | pl.col("date").is_null()
    kept = entries(books).lazy().filter(pl.col("state") != "cancel")
    moves = kept.filter(here).collect()
    close = _near(books, period)
    large = books.frame("lines").filter(pl.col("balance").abs() >= limit)
    asked = pl.col("id").is_in(pl.concat([close["move_id"], large["move_id"]]).unique().implode())
    live = kept.filter(asked)
    live = live.select(pl.col("id").alias("move_id"), pl.col("date").alias("of_entry"), "state").collect()
    here_line = pl.col("of_entry").is_between(period.start, period.end) | pl.col("of_entry").is_null()
    near = close.join(live, on="move_id", how="left", maintain_order="left").filter(
        here_line, ~pl.col("display_type").fill_null("").str.contains(_TEXT)
    )
    large = large.join(live, on="move_id", how="left")
    return [
        *_lines(books, near.filter(pl.col("account_id").is_null()), "no_account", "has no account"),
        *_lines(books, near.filter(pl.col("balance").is_null()), "no_amount", "has no amount"),
        *_lines(books, large, "amount", "is over any amount that can be"),
        *_lines(books, near.filter(_copied_wrong(books)), "copy", "has another date or state than its entry"),
        *_orphans(books, near),
        *_entries(
            books,
            moves.filter(pl.col("state") == "posted", pl.col("line_count") == 0),
            "no_lines",
            "has no lines",
        ),
        *_entries(
            books, moves.filter(odd_day | pl.col("date").is_null()), "date", "bears a date that can't be"
        ),
        *_foreign(books, moves, near),
        *_links(books, period),
        *_residuals(books, near),
    ]


def _near(books: Books, period: Period) -> pl.DataFrame:
    """Return the items of the entries of the period, and those that no dated entry says a day of."""
    cancelled = books.where("moves", pl.col("state").fill_null("") == "cancel", "id")["id"]
    return _here(books, period).filter(~pl.col("move_id").is_in(cancelled.implode()).fill_null(value=False))


def _here(books: Books, period: Period) -> pl.DataFrame:
    """Return the items of no entry that is dated outside the period; one pass over all items for all asks."""

    def made(one: Books) -> pl.DataFrame:
        far = one.where("moves", ~pl.col("date").is_between(period.start, period.end), "id")["id"]
        return one.frame("lines").filter(~pl.col("move_id").is_in(far.implode()).fill_null(value=False))

    return books.once((CODE, "here", period.start, period.end), made)


def _copied_wrong(books: Books) -> pl.Expr:
    if not books.has("lines", "date") or not books.has("lines", "parent_state"):
        return pl.lit(value=False)
    other_day = pl.col("date").is_not_null() & (pl.col("date") != pl.col("of_entry"))
    other_state = pl.col("parent_state").is_not_null() & (pl.col("parent_state") != pl.col("state"))
    return (other_day | other_state).fill_null(value=False)


def _lines(books: Books, wrong: pl.DataFrame, facet: str, what: str) -> Iterator[Finding]:
    known = wrong.filter(pl.col("state").is_not_null()).sort("move_id", "id")
    for part in known.partition_by("move_id", maintain_order=True) if known.height else ():
        amount = int(part["balance"].abs().max() or 0)
        ids = part["id"].to_list()
        yield about_entry(
            books,
            part["move_id"][0],
            facet,
            f"{{}}: a line {what}",
            f"{len(ids)} line{'s' * (len(ids) > 1)} of {{}} {'have' if len(ids) > 1 else 'has'} this "
            f"fault: it {what}.",
            amount=amount,
            lines=tuple(ids),
            evidence={"lines": len(ids)},
        )


def _foreign(books: Books, moves: pl.DataFrame, near: pl.DataFrame) -> Iterator[Finding]:
    """Report journals and accounts of a company that is neither this one nor above it."""
    if books.has("moves", "journal_company_ok"):
        yield from _entries(
            books,
            moves.filter(~pl.col("journal_company_ok")),
            "company",
            "stands in another company's journal",
        )
    if books.has("lines", "account_company_ok"):
        marked = books.frame("lines").filter(~pl.col("account_company_ok")).select("id")
        yield from _lines(
            books, near.join(marked, on="id", how="semi"), "company", "is on another company's account"
        )


def _orphans(books: Books, near: pl.DataFrame) -> Iterator[Finding]:
    lost = near.filter(pl.col("state").is_null()).sort("id")
    for row in lost.iter_rows(named=True):
        record = Record("account.move.line", row["id"], row["name"] or "")
        yield Finding(
            facet="broken_link",
            anchor=record,
            title=f"Line {row['id']} has no entry",
            message=f"Line {row['id']} over {books.show(row['balance'] or 0)} names the entry "
            f"{row['move_id'] or 'none'}, which isn't there.",
            amount=abs(row["balance"] or 0),
            records=(record,),
            evidence={"column": "move_id", "value": row["move_id"]},
        )


def _entries(books: Books, wrong: pl.DataFrame, facet: str, what: str) -> Iterator[Finding]:
    for row in wrong.sort("id").iter_rows(named=True):
        yield about_entry(
            books,
            row["id"],
            facet,
            f"{{}} {what}",
            f"{{}} of {row['date'] or 'no date'} {what}.",
            amount=row["size"],
            evidence={"date": str(row["date"] or ""), "lines": row["line_count"]},
        )


def _links(books: Books, period: Period) -> Iterator[Finding]:
    dated = pl.col("date").is_between(period.start, period.end) | pl.col("date").is_null()
    for table, column, target, what in _LINKS:
        if not books.has(table) or not books.has(target) or not books.frame(target).height:
            continue
        frame = books.frame(table)
        near = _here(books, period) if table == "lines" else frame.filter(dated)
        there = books.frame(target)["id"]
        asked = near[column].drop_nulls().unique()
        known = there.filter(there.is_in(asked.implode()))
        broken = near.filter(~pl.col(column).is_in(known.implode()))
        if not broken.height:
            continue
        # only where there is something to say the whole table tells whether it was exported in part
        named = frame.filter(pl.col(column).is_not_null())
        everywhere = named.filter(~pl.col(column).is_in(there.implode())).height
        if everywhere > 10 and everywhere * 5 > named.height:
            continue
        yield from _broken(books, broken, table, column, what)


def _broken(books: Books, broken: pl.DataFrame, table: str, column: str, what: str) -> Iterator[Finding]:
    known = set(books.frame("moves")["id"].to_list())
    for row in broken.sort("id").iter_rows(named=True):
        record = Record(_MODELS[table], row["id"], str(row.get("name") or ""))
        text = f"names the {what} {row[column]}, which isn't there"
        amount = row.get("balance") or 0
        move = row["id"] if table == "moves" else row.get("move_id")
        evidence = {"column": column, "value": row[column]}
        facet = f"broken_link:{column}"
        if move in known:
            line = (row["id"],) if table == "lines" else ()
            more = () if table in ("lines", "moves") else (record,)
            yield about_entry(
                books,
                move,
                facet,
                f"{{}} {text}",
                f"{{}}: {table} {row['id']} {text}.",
                amount=amount,
                lines=line,
                more=more,
                evidence=evidence,
            )
        elif table != "lines":
            yield Finding(
                facet=facet,
                anchor=record,
                title=f"{table} {row['id']} {text}",
                message=f"{table} {row['id']} {text}, or belongs to another company.",
                records=(record,),
                evidence=evidence,
            )


def _residuals(books: Books, near: pl.DataFrame) -> Iterator[Finding]:
    """Compare the stored residual of settled accounts with what the partials leave."""
    if not books.has("lines", "amount_residual") or not books.has("partials"):
        return
    accounts = books.frame("accounts").filter(pl.col("reconcile").fill_null(value=False))["id"]
    stored = near.filter(
        pl.col("account_id").is_in(accounts.to_list()),
        pl.col("amount_residual").is_not_null(),
        pl.col("state") == "posted",
    )
    left = residuals_of(books, pl.col("id").is_in(stored["id"].implode()), None)
    off = stored.join(left, on="id").filter(pl.col("amount_residual") != pl.col("residual"))
    yield from _lines(books, off, "residual", "stores another residual than its settlements leave")
