"""The datasets as the port gives them: names and kinds of their columns.

Kinds: `id`, `int`, `text`, `bool`, `date`; `number` is an exact decimal kept as text (quantities, rates);
`money` is company currency; `money:<column>` is in the currency whose id stands in that column;
`money@<column>` is in the currency of the journal item whose id stands in that column. A trailing `?` marks a
column that a server may leave out: it is then all null, and `Books.has` says so.
"""

SCHEMA: dict[str, dict[str, str]] = {
    "accounts": {
        "id": "id", "code": "text", "name": "text", "account_type": "text", "active": "bool",
        "reconcile": "bool", "currency": "id?", "include_initial_balance": "bool",
    },
    "journals": {
        "id": "id", "code": "text", "name": "text", "type": "text", "active": "bool",
        "default_account_id": "id", "suspense_account_id": "id", "is_self_billing": "bool?",
    },
    "partners": {
        "id": "id", "name": "text", "ref": "text?", "vat": "text", "commercial_partner_id": "id",
        "is_company": "bool?", "active": "bool?",
    },
    "currencies": {"id": "id", "name": "text", "decimals": "int", "rounding": "number?"},
    "rates": {"id": "id", "currency": "id", "company_id": "id?", "date": "date", "rate": "number"},
    "moves": {
        "id": "id", "name": "text", "ref": "text", "move_type": "text", "date": "date",
        "invoice_date": "date", "state": "text", "journal_id": "id", "partner_id": "id?",
        "commercial_partner_id": "id",
        "currency": "id", "amount_total": "money:currency", "amount_total_signed": "money?",
        "payment_state": "text", "reversed_entry_id": "id", "statement_line_id": "id",
        "origin_payment_id": "id", "create_uid": "id?", "create_date": "text?", "posted_at": "text?",
        "posted_by": "id?", "auto_post": "text", "payment_reference": "text", "ai_close_entry_id": "id",
        "ai_close_proposer": "text?", "has_attachment": "bool?",
    },
    "lines": {
        "id": "id", "move_id": "id", "date": "date", "parent_state": "text", "account_id": "id",
        "journal_id": "id", "partner_id": "id", "name": "text", "ref": "text?", "balance": "money",
        "amount_currency": "money:currency", "currency": "id", "display_type": "text", "product_id": "id",
        "reconciled": "bool?", "amount_residual": "money?", "amount_residual_currency": "money:currency?",
        "date_maturity": "date?", "purchase_line_id": "id?",
    },
    "partials": {
        "id": "id", "debit_move_id": "id", "credit_move_id": "id", "amount": "money",
        "debit_amount_currency": "money@debit_move_id", "credit_amount_currency": "money@credit_move_id",
        "max_date": "date", "exchange_move_id": "id",
    },
    "statement_lines": {
        "id": "id", "move_id": "id", "date": "date", "journal_id": "id", "payment_ref": "text",
        "ref": "text?", "partner_name": "text?", "account_number": "text?", "partner_id": "id",
        "amount": "money:currency", "currency": "id", "amount_currency": "money:foreign_currency",
        "foreign_currency": "id",
        "is_reconciled": "bool", "transaction_type": "text?", "statement_id": "id?",
    },
    "purchase_lines": {
        "id": "id", "order_id": "id", "order_name": "text", "order_state": "text", "order_date": "text?",
        "partner_id": "id", "product_id": "id?", "product_type": "text?", "account_id": "id", "name": "text",
        "product_qty": "number", "price_unit": "number?", "price_subtotal": "money:currency",
        "discount": "number?", "currency": "id", "display_type": "text", "is_downpayment": "bool",
        "qty_received_method": "text", "purchase_method": "text?", "tax_cost": "money:currency?",
    },
    "purchase_bill_lines": {
        "id": "id", "purchase_line_id": "id", "move_id": "id", "move_type": "text?", "date": "date",
        "parent_state": "text", "quantity": "number",
    },
    "stock_moves": {
        "id": "id", "purchase_line_id": "id", "state": "text", "local_date": "date", "quantity": "number",
        "direction": "text", "to_refund": "bool", "origin_returned_move_id": "id?",
    },
}  # fmt: skip

CORE_DATASETS = (
    "currencies",
    "accounts",
    "journals",
    "partners",
    "moves",
    "lines",
    "partials",
    "statement_lines",
)
"""Read in every run; without them there are no books."""

OPTIONAL_DATASETS = ("rates", "purchase_lines", "purchase_bill_lines", "stock_moves")
"""Read where the server has them; a rule or proposer that needs one reports `no_data` without it."""


def optional(kind: str) -> bool:
    """Tell whether a server may leave the column out."""
    return kind.endswith("?")
