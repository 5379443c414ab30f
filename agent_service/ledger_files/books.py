"""From the tables of a ledger in files to the books of each company, as the port would give them."""

from typing import Any

import polars as pl

from agent_service.core.model import Books, Company
from agent_service.core.money import Currency
from agent_service.core.schema import SCHEMA
from agent_service.ledger_files.documents import document_facts
from agent_service.ledger_files.matchings import partials_of
from agent_service.ledger_files.others import group_documents
from agent_service.ledger_files.read import Files
from agent_service.ledger_files.shelf import Shelf
from agent_service.ledger_files.tables import decimals_of

_DTYPES = {
    "id": pl.Int64, "int": pl.Int64, "text": pl.String, "number": pl.String, "bool": pl.Boolean,
    "date": pl.Date,
}  # fmt: skip
_SOURCES = {
    "moves": {
        "partner_id": "partner", "reversed_entry_id": "reversed_entry", "create_date": "created_at",
        "move_currency": "currency",
    },
    "lines": {
        "move_id": "move", "account_id": "account", "partner_id": "partner", "name": "label",
        "product_id": "product", "purchase_line_id": "purchase_line", "sale_line_id": "sale_line",
    },
    "purchase_lines": {"partner_id": "partner", "product_id": "product", "product_qty": "quantity"},
    "sale_lines": {"partner_id": "partner", "product_id": "product", "product_qty": "quantity"},
    "stock_moves": {
        "local_date": "date", "product_id": "product", "purchase_line_id": "purchase_line",
        "sale_line_id": "sale_line",
    },
    "statement_lines": {
        "move_id": "move", "partner_id": "partner", "payment_ref": "label", "statement_id": "statement",
    },
    "payments": {"move_id": "move", "partner_id": "partner"},
    "rates": {"company_id": "company"}, "stock_values": {"account_id": "account"},
    "partner_matches": {"partner_id": "partner"},
}  # fmt: skip


def books_of(shelf: Shelf, company: int) -> Books:
    """Return the books of one company; a table or column that no file had is absent from them."""
    files = shelf.files
    tables = {
        name: frame.filter((pl.col("company") == company) | (name == "rates" and pl.col("company").is_null()))
        if "company" in frame.columns and name not in ("lines", "rates")
        else frame
        for name, frame in shelf.tables.items()
    }
    if "rates" in tables:
        tables["rates"] = tables["rates"].filter((pl.col("company") == company) | pl.col("company").is_null())
    moves = _moves(shelf, tables["moves"])
    lines = _lines(shelf, tables["lines"].filter(pl.col("company") == company), moves)
    frames: dict[str, pl.DataFrame] = {"currencies": _currencies(shelf)}
    if files.has("lines", "matching_number"):
        frames["partials"] = _exchange(partials_of(lines), lines, moves)
    frames["moves"] = document_facts(moves, lines, frames.get("partials"), tables.get("accounts"))
    frames["lines"] = lines
    frames["journals"] = _journals(shelf, company, tables, lines)
    for name in ("accounts", "partners", "rates", "statements", "statement_lines", "payments", "stock_moves",
                 "purchase_lines", "sale_lines", "products", "stock_values", "partner_matches"):  # fmt: skip
        if name in tables:
            frames[name] = _TABLE.get(name, _plain)(shelf, name, tables[name])
    if "accounts" not in frames or "partners" in frames:
        _bank_accounts(tables, frames)
    frames["users"] = pl.DataFrame(
        {"id": list(shelf.users.values()), "login": list(shelf.users)},
        schema={"id": pl.Int64, "login": pl.String},
    )
    frames |= shelf.policy.frames(company, shelf.users)
    others = group_documents(shelf, company)
    if others is not None:
        frames["group_documents"] = others
    absent: set[tuple[str, str]] = set()
    made = {name: _shaped(name, frame, absent) for name, frame in sorted(frames.items())}
    absent |= _absent(files, made)
    own = Currency(shelf.currencies[shelf.currency], shelf.currency, decimals_of(shelf.currency))
    known = {number: Currency(number, name, decimals_of(name)) for name, number in shelf.currencies.items()}
    return Books(Company(company, shelf.policy.company_name(company), own), known, made, frozenset(absent))


def _numbered(column: str, numbers: dict[str, int]) -> pl.Expr:
    return pl.col(column).replace_strict(numbers, default=None, return_dtype=pl.Int64)


def _journal(shelf: Shelf, frame: pl.DataFrame) -> pl.DataFrame:
    """Add `journal_id`."""
    known = pl.DataFrame(
        [(company, code, number) for (company, code), number in shelf.journals.items()],
        schema={"company": pl.Int64, "journal": pl.String, "journal_id": pl.Int64},
        orient="row",
    )
    return frame.join(known, on=["company", "journal"], how="left", maintain_order="left")


def _moves(shelf: Shelf, frame: pl.DataFrame) -> pl.DataFrame:
    own = shelf.currencies[shelf.currency]
    origin = pl.col("origin").str.strip_chars()
    frame = _journal(shelf, frame).with_columns(
        currency=_numbered("currency", shelf.currencies).fill_null(own),
        create_uid=_numbered("created_by", shelf.users),
        posted_by=_numbered("posted_by", shelf.users),
        origin_kind=origin.str.extract(r"^([a-z_]+)", 1),
        origin_id=origin.str.extract(r":(\d+)$", 1).cast(pl.Int64, strict=False),
        move_type=pl.col("move_type").fill_null("entry"),
        has_attachment=pl.col("attachments").cast(pl.Float64, strict=False) > 0
        if shelf.files.has("moves", "attachments")
        else pl.lit(None, dtype=pl.Boolean),
        auto_post=pl.lit("no"),
        **_made_by(shelf),
        commercial_partner_id=_commercial(shelf, "partner"),
    )
    return _renamed("moves", frame)


def _made_by(shelf: Shelf) -> dict[str, pl.Expr]:
    """Return Odoo's fields for the origins that have one; the tables' own links count as well."""
    found: dict[str, pl.Expr] = {}
    origin = pl.col("origin").str.strip_chars()
    number = origin.str.extract(r":(\d+)$", 1).cast(pl.Int64, strict=False)
    for kind, column, table in (
        ("statement_line", "statement_line_id", "statement_lines"),
        ("payment", "origin_payment_id", "payments"),
        ("staged", "ai_close_entry_id", ""),
    ):
        made = pl.when(origin.str.starts_with(kind)).then(pl.coalesce(number, pl.lit(0, dtype=pl.Int64)))
        if table in shelf.tables:
            links = dict(shelf.tables[table].drop_nulls("move").select("move", "id").iter_rows())
            if links:
                linked = pl.col("id").replace_strict(links, default=None, return_dtype=pl.Int64)
                made = pl.coalesce(made, linked)
        found[column] = made
    return found


def _commercial(shelf: Shelf, column: str) -> pl.Expr:
    partners = shelf.tables.get("partners")
    if partners is None:
        return pl.col(column)
    heads = partners.filter(pl.col("commercial_partner").is_not_null())
    known = dict(heads.select("id", "commercial_partner").iter_rows())
    return pl.col(column).replace(known) if known else pl.col(column)


def _lines(shelf: Shelf, frame: pl.DataFrame, moves: pl.DataFrame) -> pl.DataFrame:
    facts = moves.select(
        pl.col("id").alias("move"), "date", "journal_id", pl.col("state").alias("parent_state"),
        pl.col("commercial_partner_id").alias("move_partner"), pl.col("move_type"),
    )  # fmt: skip
    frame = frame.join(facts, on="move", how="left", maintain_order="left")
    own = shelf.currencies[shelf.currency]
    stated = _numbered("currency", shelf.currencies)
    frame = frame.with_columns(
        partner=pl.coalesce(_commercial(shelf, "partner"), "move_partner"),
        currency=stated if shelf.files.has("lines", "currency") else pl.lit(own, dtype=pl.Int64),
    )
    if not shelf.files.has("lines", "amount_currency"):
        frame = frame.with_columns(amount_currency=pl.col("balance"))
    return _renamed("lines", _with_kind(shelf, frame).drop("move_partner", "move_type"))


def _with_kind(shelf: Shelf, frame: pl.DataFrame) -> pl.DataFrame:
    """Fill in `display_type` where a file leaves it out: by tax, by the document's trade account."""
    trade: list[int] = []
    if "accounts" in shelf.tables:
        accounts = shelf.tables["accounts"]
        trade = accounts.filter(
            pl.col("account_type").is_in(["asset_receivable", "liability_payable"])
        )["id"].to_list()  # fmt: skip
    document = pl.col("move_type").fill_null("entry") != "entry"
    guessed = (
        pl.when(pl.col("tax_line_of").is_not_null())
        .then(pl.lit("tax"))
        .when(document & pl.col("account").is_in(trade))
        .then(pl.lit("payment_term"))
        .otherwise(pl.lit("product"))
    )
    return frame.with_columns(display_type=pl.coalesce("display_type", guessed))


def _exchange(partials: pl.DataFrame, lines: pl.DataFrame, moves: pl.DataFrame) -> pl.DataFrame:
    """Name the exchange entry on the partials that one of its own lines belongs to."""
    marked = moves.filter(pl.col("origin_kind") == "exchange").select(pl.col("id").alias("move_id"))
    own = lines.join(marked, on="move_id").select("id", "move_id")
    for side in ("debit", "credit"):
        partials = partials.join(
            own.rename({"id": f"{side}_move_id", "move_id": f"{side}_exchange"}),
            on=f"{side}_move_id", how="left",
        )  # fmt: skip
    return partials.with_columns(exchange_move_id=pl.coalesce("debit_exchange", "credit_exchange")).drop(
        "debit_exchange", "credit_exchange"
    )


def _journals(
    shelf: Shelf, company: int, tables: dict[str, pl.DataFrame], lines: pl.DataFrame
) -> pl.DataFrame:
    rows = [
        {"id": number, "code": code, "name": code, "active": True}
        for (owner, code), number in shelf.journals.items()
        if owner == company
    ]
    frame = pl.DataFrame(
        rows, schema={"id": pl.Int64, "code": pl.String, "name": pl.String, "active": pl.Boolean}
    )
    moves = tables["moves"].filter(pl.col("journal_type").is_not_null())
    kinds = moves.group_by(pl.col("journal").alias("code")).agg(
        type=pl.col("journal_type").mode().sort().first()
    )
    frame = frame.join(kinds, on="code", how="left")
    money = frame.filter(pl.col("type").is_in(["bank", "cash", "credit"]))["id"].to_list()
    banks: dict[int, int] = {}
    if "accounts" in tables:
        accounts = tables["accounts"].filter(
            pl.col("account_type").is_in(["asset_cash", "liability_credit_card"])
        )["id"]
        used = lines.filter(pl.col("journal_id").is_in(money), pl.col("account_id").is_in(accounts.to_list()))
        counted = used.group_by("journal_id", "account_id").agg(pl.len()).sort("len", "account_id")
        banks = dict(counted.select("journal_id", "account_id").iter_rows())
    suspense = shelf.policy.account_ids("suspense_account", tables.get("accounts"))
    return frame.with_columns(
        default_account_id=pl.col("id").replace_strict(banks, default=None, return_dtype=pl.Int64)
        if banks
        else pl.lit(None, dtype=pl.Int64),
        suspense_account_id=pl.when(pl.col("id").is_in(money)).then(
            pl.lit(suspense[0] if suspense else None, dtype=pl.Int64)
        ),
    )


def _plain(shelf: Shelf, name: str, frame: pl.DataFrame) -> pl.DataFrame:
    own = shelf.currencies[shelf.currency]
    changes: dict[str, Any] = {}
    if "currency" in frame.columns:
        changes["currency"] = _numbered("currency", shelf.currencies).fill_null(own)
    for column in ("created_by", "approved_by", "bank_account_changed_by"):
        if column in frame.columns:
            changes[column] = _numbered(column, shelf.users)
    if name in ("purchase_lines", "sale_lines"):
        orders = {one: place for place, one in enumerate(sorted(frame["order"].drop_nulls().unique()), 1)}
        changes |= {"order_name": pl.col("order"), "order_id": _numbered("order", orders)}
        changes["order_date"] = pl.col("order_date").cast(pl.String)
        changes["is_downpayment"] = pl.col("is_downpayment").fill_null(value=False)
    if name in ("purchase_lines", "sale_lines", "payments", "statement_lines"):
        changes["partner"] = _commercial(shelf, "partner")
    if "journal" in frame.columns:
        frame = _journal(shelf, frame)
    return _renamed(name, frame.with_columns(**changes))


def _statements(shelf: Shelf, name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """A statement's currency is that of its lines."""
    lines = shelf.tables.get("statement_lines")
    frame = frame.with_columns(currency=pl.lit(shelf.currency))
    if lines is not None:
        own = lines.drop_nulls(["statement", "currency"]).group_by(pl.col("statement").alias("id")).agg(
            named=pl.col("currency").first()
        )  # fmt: skip
        frame = frame.join(own, on="id", how="left").with_columns(currency=pl.coalesce("named", "currency"))
    return _plain(shelf, name, frame)


def _stock_moves(shelf: Shelf, name: str, frame: pl.DataFrame) -> pl.DataFrame:
    inside = ("internal", "transit")
    came = pl.col("location_dest_usage").is_in(inside) & ~pl.col("location_usage").is_in(inside)
    went = pl.col("location_usage").is_in(inside) & ~pl.col("location_dest_usage").is_in(inside)
    direction = pl.when(came).then(pl.lit("in")).when(went).then(pl.lit("out"))
    return _plain(shelf, name, frame.with_columns(direction=direction, to_refund=pl.lit(value=True)))


def _accounts(_shelf: Shelf, name: str, frame: pl.DataFrame) -> pl.DataFrame:
    carried = ~pl.col("account_type").fill_null("").str.contains("^(income|expense)")
    trade = pl.col("account_type").is_in(["asset_receivable", "liability_payable"])
    return _renamed(
        name,
        frame.with_columns(
            active=pl.lit(value=True),
            include_initial_balance=carried,
            reconcile=pl.coalesce("reconcile", trade),
        ),
    )


def _partners(_shelf: Shelf, name: str, frame: pl.DataFrame) -> pl.DataFrame:
    return _renamed(
        name,
        frame.with_columns(
            commercial_partner_id=pl.coalesce("commercial_partner", "id"), active=pl.lit(value=True)
        ),
    )


def _payments(shelf: Shelf, name: str, frame: pl.DataFrame) -> pl.DataFrame:
    accounts = shelf.tables.get("accounts")
    found = pl.lit(None, dtype=pl.Int64)
    if accounts is not None:
        codes = dict(accounts.drop_nulls("code").select("code", "id").iter_rows())
        ids = {str(one): one for one in accounts["id"].to_list()}
        known = {**ids, **codes}
        if known:
            found = pl.col("outstanding_account").replace_strict(known, default=None, return_dtype=pl.Int64)
    return _plain(shelf, name, frame.with_columns(outstanding_account_id=found))


_TABLE = {
    "statements": _statements, "stock_moves": _stock_moves, "accounts": _accounts, "partners": _partners,
    "payments": _payments,
}  # fmt: skip


def _bank_accounts(tables: dict[str, pl.DataFrame], frames: dict[str, pl.DataFrame]) -> None:
    if "partners" not in tables:
        return
    numbers = (
        tables["partners"]
        .select(pl.col("id").alias("partner_id"), number=pl.col("bank_accounts").str.split(";"))
        .explode("number")
        .with_columns(pl.col("number").str.strip_chars())
        .filter(pl.col("number") != "")
        .with_row_index("id", 1)
        .with_columns(pl.col("id").cast(pl.Int64))
    )
    frames["partner_banks"] = numbers


def _currencies(shelf: Shelf) -> pl.DataFrame:
    names = list(shelf.currencies)
    return pl.DataFrame(
        {
            "id": list(shelf.currencies.values()),
            "name": names,
            "decimals": [decimals_of(one) for one in names],
            "rounding": [str(10.0 ** -decimals_of(one)) for one in names],
        }
    )


def _renamed(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Give the columns the core's names."""
    for core, own in _SOURCES.get(name, {}).items():
        if own in frame.columns and core not in frame.columns:
            frame = frame.with_columns(pl.col(own).alias(core))
    return frame


def _shaped(name: str, frame: pl.DataFrame, absent: set[tuple[str, str]]) -> pl.DataFrame:
    """Return the frame with exactly the schema's columns, ordered by id."""
    columns = []
    for column, kind in SCHEMA[name].items():
        dtype = _DTYPES.get(kind.rstrip("?"), pl.Int64)
        if column in frame.columns:
            columns.append(pl.col(column).cast(dtype))
        else:
            absent.add((name, column))
            columns.append(pl.lit(None, dtype=dtype).alias(column))
    return frame.select(columns).sort("id")


def _absent(files: Files, made: dict[str, pl.DataFrame]) -> set[tuple[str, str]]:
    """Return the core's columns whose own column no file had."""
    names = {
        (table, own): core for table, sources in _SOURCES.items() for core, own in sources.items()
    }  # fmt: skip
    names |= {
        ("moves", "created_by"): "create_uid", ("moves", "attachments"): "has_attachment",
        ("moves", "origin"): "origin_kind", ("moves", "journal"): "journal_id",
        ("purchase_lines", "order"): "order_id", ("sale_lines", "order"): "order_id",
        ("payments", "outstanding_account"): "outstanding_account_id",
        ("statements", "journal"): "journal_id", ("statement_lines", "journal"): "journal_id",
        ("payments", "journal"): "journal_id",
    }  # fmt: skip
    filled = {("lines", "currency"), ("lines", "amount_currency"), ("lines", "display_type"),
              ("accounts", "reconcile")}  # fmt: skip
    return {
        (table, names.get((table, column), column))
        for table, column in files.absent
        if table in made and (table, column) not in filled
    }
