"""What a match may be, the account behind each kind, and the key that names it."""

import hashlib

WRITE_OFF_KINDS = ("bank_fee", "discount", "rounding", "fx", "withholding")
# Kinds that need an account and no item.
ACCOUNT_KINDS = ("bank_fee", "interest", "payroll", "tax")
# Kinds that go from line to line, or from item to item.
BETWEEN_KINDS = ("internal_transfer", "offset")
NONE = "none"
ITEMS = "items"
MAX_KEY_CHARS = 200


def kind_of(kind):
    """Return the kind that says how a match is settled: what names items in another way settles items."""
    return kind if kind in (*ACCOUNT_KINDS, *BETWEEN_KINDS, NONE) else ITEMS


def role_of(kind, amount):
    """Return the policy's role behind a kind of line or write-off.

    :param amount: company currency; of a line positive for money in, of a write-off debit positive
    """
    if kind == "interest":
        return "interest_income" if amount > 0 else "interest_expense"
    if kind == "discount":
        return "discount_given" if amount > 0 else "discount_taken"
    if kind == "fx":
        return "fx_loss" if amount > 0 else "fx_gain"
    return {
        "bank_fee": "bank_fees",
        "payroll": "payroll_clearing",
        "tax": "tax_payable",
        "rounding": "rounding",
        "withholding": "withholding",
        "internal_transfer": "transfer",
        "offset": "transfer",
    }[kind]


def key_of(company_id, line_ids, item_ids, kind=ITEMS):
    """Return the key of a proposal: company, bank lines, items, and the kind unless it settles items."""
    kind = kind_of(kind)
    lines, items = ("+".join(str(each) for each in sorted(ids)) for ids in (line_ids, item_ids))
    key = f"M:{company_id}:{lines}:{items}" + ("" if kind == ITEMS else f":{kind}")
    if len(key) <= MAX_KEY_CHARS:
        return key
    return f"M:{company_id}:#{hashlib.sha256(key.encode()).hexdigest()[:32]}"
