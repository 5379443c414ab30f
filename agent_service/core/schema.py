"""The datasets as the port gives them: names and kinds of their columns.

Kinds: `id`, `int`, `text`, `bool`, `date`; `number` is an exact decimal kept as text (quantities, rates);
`money` is company currency; `money:<column>` is in the currency whose id stands in that column;
`money@<column>` is in the currency of the journal item whose id stands in that column. A trailing `?` marks
a column that a server may leave out: it is then all null, and `Books.has` says so.

`origin_kind` of an entry is one of statement_line, payment, exchange, cash_basis, asset, deferral, accrual,
recurring, staged, import, tax_closing, reconcile_model, stock, pos, expense, opening, or none; `origin_id`
is the record it names. Lists in a text (`tax_codes`, `factors`) are separated by `;`; `analytic` is JSON of
percents by account. `group_documents` are documents of other companies that the reader may see too. A
company is `readable` if its documents are among them; its books are closed through `closed_through`.
`group_balances` are what such companies' books show with ours at the period's end on receivables, payables
and the accounts between companies, by the currency of the items, debit positive as theirs.

`fiscal_position` is the name of an entry's position, `expected_position` of the one that its partner's
setting or the automatic choice gives ('-' for none; null where nobody knows); `position_taxes` are the
codes that the position allows on a line. `*_company_ok` is false for a journal or account of a company that
is neither this one nor above it. `discounts` are open items that less is paid for until a day: the amount
is what is paid then, signed as the item. `bank_account` of a journal is its own account's number.
`stock_values` has a row for each valuation account: what stands in stock by quantity and cost, and what the
ledger says. `readings` are received quantities that a person typed by hand, as they stood at the end of a
day: Odoo keeps no date for them, so that only a reading taken in time proves what was received.
`partner_matches` tells that a vendor's account or address is an employee's (`employee_account`,
`employee_address`), never whose.

`schedules` are the records by which people spread an amount: kind prepaid, deferred or depreciation; state
draft, running, ended or cancelled; method days or months; both dates included. `total` is net of tax, the
cost of an asset, and positive for an ordinary one; `booked_account_id` is the account that it was booked
on. Accounts that are null are the policy's. `schedule_changes` are of kind amount or end (a signed change
of the total, a new plan from `from_date`, an end at `new_end`), disposal (the proceeds), opening (what the
whole schedule left on its balance account as of a day), adopted (a line booked by hand that belongs to it)
or rejected (one that belongs to none). `start_date` and `end_date` of a line say what time its service
covers, both included. `loans` bear interest from `start` on until `end`, `rate` in percent a year by
`day_count` (actual/365, actual/360, actual/actual, 30E/360); `principal` is what was owed on `start`.
`loan_movements` are of a `kind`: `principal` (`amount` changes what is owed, a repayment is negative),
`rate` (`rate` holds from that day), `interest` (interest is paid for the days before that day). `pay_runs`
owe `amount` of wages for the days `start` to `end` and `social_pct` percent of the employer's own
contributions; `basis` is working or calendar days, `booked` the accounting date of the payroll entry (none
while there is none). `reclassifies_id` of a line is the item whose amount it moves to another account.
`holiday_balances` are days left as of a day at a day's pay; `key` tells people apart and is no name.
`contracts` are what people gave of a vendor's: the net amount of each bill (null: as the bills show), so
many months from one to the next, the expense account (null: any), and the days on which it begins and ends.
"""

SCHEMA: dict[str, dict[str, str]] = {
    "accounts": {
        "id": "id", "code": "text", "name": "text", "account_type": "text", "active": "bool",
        "reconcile": "bool", "currency": "id?", "include_initial_balance": "bool",
    },
    "journals": {
        "id": "id", "code": "text", "name": "text", "type": "text", "active": "bool",
        "default_account_id": "id", "suspense_account_id": "id", "is_self_billing": "bool?",
        "bank_account": "text?",
    },
    "partners": {
        "id": "id", "name": "text", "ref": "text?", "vat": "text", "commercial_partner_id": "id",
        "is_company": "bool?", "active": "bool?", "country": "text?",
    },
    "partner_banks": {"id": "id", "partner_id": "id", "number": "text"},
    "discounts": {
        "id": "id", "discount_date": "date", "currency": "id", "discount_amount_currency": "money:currency",
    },
    "users": {"id": "id", "login": "text"},
    "companies": {
        "id": "id", "name": "text", "partner_id": "id", "readable": "bool?", "closed_through": "date?",
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
        "ai_close_proposer": "text?", "has_attachment": "bool?", "due_date": "date?", "narration": "text?",
        "origin_kind": "text?", "origin_id": "id?", "fiscal_position": "text?",
        "expected_position": "text?", "journal_company_ok": "bool?",
    },
    "lines": {
        "id": "id", "move_id": "id", "date": "date", "parent_state": "text", "account_id": "id",
        "journal_id": "id", "partner_id": "id", "name": "text", "ref": "text?", "balance": "money",
        "amount_currency": "money:currency", "currency": "id", "display_type": "text", "product_id": "id",
        "reconciled": "bool?", "amount_residual": "money?", "amount_residual_currency": "money:currency?",
        "date_maturity": "date?", "purchase_line_id": "id?", "sale_line_id": "id?", "quantity": "number?",
        "tax_codes": "text?", "tax_line_of": "text?", "analytic": "text?", "matching_number": "text?",
        "position_taxes": "text?", "account_company_ok": "bool?",
        "reclassifies_id": "id?", "start_date": "date?", "end_date": "date?",
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
        "running_balance": "money:currency?", "import_batch": "text?",
    },
    "statements": {
        "id": "id", "journal_id": "id", "name": "text", "date": "date", "first_line_index": "text",
        "currency": "id", "balance_start": "money:currency", "balance_end": "money:currency",
        "balance_end_real": "money:currency",
    },
    "payments": {
        "id": "id", "move_id": "id", "journal_id": "id", "date": "date", "partner_id": "id",
        "payment_type": "text", "partner_type": "text", "amount": "money:currency", "currency": "id",
        "state": "text", "method": "text?", "bank_account": "text?", "bank_account_created_at": "text?",
        "bank_account_changed_at": "text?", "bank_account_changed_by": "id?", "outstanding_account_id": "id?",
    },
    "purchase_lines": {
        "id": "id", "order_id": "id", "order_name": "text", "order_state": "text", "order_date": "text?",
        "partner_id": "id", "product_id": "id?", "product_type": "text?", "account_id": "id", "name": "text",
        "product_qty": "number", "price_unit": "number?", "price_subtotal": "money:currency",
        "discount": "number?", "currency": "id", "display_type": "text", "is_downpayment": "bool",
        "qty_received_method": "text", "purchase_method": "text?", "tax_cost": "money:currency?",
        "qty_received": "number?", "created_by": "id?", "approved_by": "id?", "analytic": "text?",
    },
    "sale_lines": {
        "id": "id", "order_id": "id", "order_name": "text", "order_date": "text?", "partner_id": "id",
        "product_id": "id?", "product_qty": "number", "qty_delivered": "number?", "price_unit": "number?",
        "discount": "number?", "currency": "id", "invoice_policy": "text?", "is_downpayment": "bool",
        "created_by": "id?", "approved_by": "id?", "order_state": "text?", "name": "text?",
        "display_type": "text?", "price_subtotal": "money:currency?", "qty_delivered_method": "text?",
        "account_id": "id?", "analytic": "text?",
    },
    "readings": {"id": "id", "purchase_line_id": "id", "taken_on": "date", "quantity": "number"},
    "purchase_bill_lines": {
        "id": "id", "purchase_line_id": "id", "move_id": "id", "move_type": "text?", "date": "date",
        "parent_state": "text", "quantity": "number",
    },
    "stock_moves": {
        "id": "id", "purchase_line_id": "id", "state": "text", "local_date": "date", "quantity": "number",
        "direction": "text", "to_refund": "bool", "origin_returned_move_id": "id?", "sale_line_id": "id?",
        "product_id": "id?", "value": "money?", "location_usage": "text?", "location_dest_usage": "text?",
        "scrap": "bool?",
    },
    "products": {
        "id": "id", "name": "text", "category": "text?", "category_id": "id?", "valuation": "text?",
        "list_price": "number?", "is_storable": "bool?",
    },
    "stock_values": {
        "id": "id", "account_id": "id", "as_of": "date", "stock_value": "money", "accounting_value": "money?",
        "valuation": "text?", "closing_date": "date?",
    },
    "loans": {
        "id": "id", "name": "text", "partner_id": "id", "currency": "id", "principal": "money:currency",
        "rate": "number", "day_count": "text", "start": "date", "end": "date?", "analytic": "text?",
    },
    "loan_movements": {
        "id": "id", "loan_id": "id", "date": "date", "kind": "text", "currency": "id",
        "amount": "money:currency", "rate": "number?",
    },
    "pay_runs": {
        "id": "id", "name": "text", "start": "date", "end": "date", "amount": "money", "social_pct": "number",
        "basis": "text?", "booked": "date?", "analytic": "text?",
    },
    "asset_lines": {
        "id": "id", "asset_id": "id", "asset": "text?", "state": "text", "date": "date", "amount": "money",
        "posted": "bool",
    },
    "holiday_balances": {
        "id": "id", "key": "text", "as_of": "date", "days": "number", "day_rate": "money",
        "social_pct": "number",
    },
    "partner_matches": {"id": "id", "partner_id": "id", "kind": "text", "is_payee": "bool?"},
    "taxes": {
        "id": "id", "code": "text", "rate": "number", "type": "text", "factors": "text?",
        "cash_basis": "bool?", "name": "text?",
    },
    "contracts": {
        "id": "id", "partner_id": "id", "account_id": "id", "name": "text", "currency": "id",
        "amount": "money:currency", "step_months": "int", "start_date": "date", "end_date": "date",
    },
    "locks": {"id": "id", "through": "date", "locked_at": "text"},
    "reopenings": {"id": "id", "move_id": "id", "approved_by": "id?", "begin": "text?", "end": "text?"},
    "group_documents": {
        "id": "id", "company_id": "id", "company_partner_id": "id", "partner_id": "id", "move_type": "text",
        "name": "text", "ref": "text", "date": "date", "invoice_date": "date", "state": "text",
        "currency": "id", "amount_total": "money:currency", "vat": "text?",
        "amount_untaxed": "money:currency?",
    },
    "group_balances": {"id": "id", "company_id": "id", "currency": "id", "balance": "money:currency"},
    "schedules": {
        "id": "id", "name": "text", "kind": "text", "state": "text", "method": "text", "start_date": "date",
        "end_date": "date", "total": "money", "residual": "money?", "currency": "id",
        "total_currency": "money:currency?", "booked_on": "date", "booked_account_id": "id",
        "balance_account_id": "id?", "result_account_id": "id?", "partner_id": "id?", "analytic": "text?",
        "source_line_id": "id?",
    },
    "schedule_changes": {
        "id": "id", "schedule_id": "id?", "kind": "text", "date": "date", "from_date": "date?",
        "new_end": "date?", "amount": "money?", "currency": "id?", "amount_currency": "money:currency?",
        "account_id": "id?", "move_line_id": "id?", "label": "text?",
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

OPTIONAL_DATASETS = (
    "rates",
    "purchase_lines",
    "purchase_bill_lines",
    "readings",
    "stock_moves",
    "sale_lines",
    "products",
    "stock_values",
    "loans",
    "loan_movements",
    "pay_runs",
    "holiday_balances",
    "partner_matches",
    "statements",
    "payments",
    "partner_banks",
    "discounts",
    "taxes",
    "locks",
    "reopenings",
    "users",
    "companies",
    "group_documents",
    "group_balances",
    "schedules",
    "schedule_changes",
    "asset_lines",
    "contracts",
)
"""Read where the server has them; a rule or proposer that needs one reports `no_data` without it."""


def optional(kind: str) -> bool:
    """Tell whether a server may leave the column out."""
    return kind.endswith("?")
