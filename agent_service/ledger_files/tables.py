"""The tables of a ledger in files: their columns, what kind each is, and which must be there.

Kinds: `id` a whole number; `text`; `date` YYYY-MM-DD (or a time, taken as its day in the policy's time zone);
`time` UTC ISO 8601 with Z; `bool` true or false; `amount` a decimal (its currency says how many places);
`number` a decimal of any places; `list` values separated by `;`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """One table: kinds of its columns by name, and the names that can't be left out."""

    name: str
    columns: dict[str, str]
    required: tuple[str, ...]
    optional: bool = False


def _table(name: str, required: str, more: str, *, optional: bool = False) -> Table:
    columns = dict(one.split(":") for one in f"{required} {more}".split())
    return Table(name, columns, tuple(one.split(":")[0] for one in required.split()), optional)


_ORDER = (
    "product:id quantity:number price_unit:number discount:number currency:text is_downpayment:bool "
    "order_date:date created_by:text approved_by:text"
)

TABLES = {
    table.name: table
    for table in (
        _table(
            "moves",
            "id:id date:date state:text",
            "company:id name:text journal:text journal_type:text move_type:text invoice_date:date "
            "due_date:date partner:id ref:text currency:text narration:text "
            "created_at:time created_by:text posted_at:time posted_by:text reversed_entry:id origin:text "
            "attachments:number",
        ),
        _table(
            "lines",
            "id:id move:id account:id balance:amount",
            "partner:id label:text currency:text amount_currency:amount display_type:text product:id "
            "quantity:number tax_codes:list tax_line_of:text analytic:text purchase_line:id sale_line:id "
            "matching_number:text",
        ),
        _table("accounts", "id:id account_type:text", "code:text name:text reconcile:bool", optional=True),
        _table(
            "partners",
            "id:id name:text",
            "vat:text country:text is_company:bool bank_accounts:list commercial_partner:id",
            optional=True,
        ),
        _table(
            "purchase_lines",
            "id:id",
            f"company:id order:text partner:id qty_received:number purchase_method:text {_ORDER}",
            optional=True,
        ),
        _table(
            "sale_lines",
            "id:id",
            f"company:id order:text partner:id qty_delivered:number invoice_policy:text {_ORDER}",
            optional=True,
        ),
        _table(
            "stock_moves",
            "id:id",
            "company:id product:id date:date state:text quantity:number value:amount location_usage:text "
            "location_dest_usage:text scrap:bool purchase_line:id sale_line:id",
            optional=True,
        ),
        _table(
            "statements",
            "id:id",
            "company:id journal:text name:text date:date first_line_index:text balance_start:amount "
            "balance_end:amount "
            "balance_end_real:amount",
            optional=True,
        ),
        _table(
            "statement_lines",
            "id:id",
            "company:id journal:text statement:id move:id date:date amount:amount currency:text "
            "label:text partner:id "
            "account_number:text is_reconciled:bool running_balance:amount import_batch:text",
            optional=True,
        ),
        _table(
            "payments",
            "id:id",
            "company:id move:id journal:text date:date partner:id payment_type:text partner_type:text "
            "amount:amount "
            "currency:text state:text method:text bank_account:text bank_account_created_at:time "
            "bank_account_changed_at:time bank_account_changed_by:text outstanding_account:text",
            optional=True,
        ),
        _table("products", "id:id", "name:text category:text", optional=True),
        _table(
            "stock_values",
            "id:id account:id stock_value:amount",
            "company:id as_of:date accounting_value:amount valuation:text closing_date:date",
            optional=True,
        ),
        _table("partner_matches", "id:id partner:id kind:text", "is_payee:bool", optional=True),
        _table("rates", "id:id currency:text", "company:id date:date rate:number", optional=True),
    )
}

COMPANY_AMOUNTS = frozenset(
    {
        ("lines", "balance"), ("stock_moves", "value"), ("stock_values", "stock_value"),
        ("stock_values", "accounting_value"),
    }
)  # fmt: skip
"""Amounts in company currency; all others are in the currency of their row."""

_NO_PLACES = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_PLACES = "BHD IQD JOD KWD LYD OMR TND"
PLACES = dict.fromkeys(_NO_PLACES.split(), 0) | dict.fromkeys(_THREE_PLACES.split(), 3)


def decimals_of(currency: str | None) -> int:
    """Return how many decimals a currency has by ISO 4217; two when it isn't known."""
    return PLACES.get((currency or "").strip().upper(), 2)
