"""What the entries of each proposer of the agent are called; a contract test holds it against the agent's."""

NAMES = {
    "GR": "Goods received, not invoiced",
    "GS": "Services received, not invoiced",
    "DN": "Delivered, not invoiced",
    "RB": "Missing recurring bill",
    "IN": "Interest on loans",
    "PY": "Payroll not yet booked",
    "HO": "Holidays owed",
    "PP": "Prepaid expenses",
    "DR": "Deferred revenue",
    "DP": "Depreciation",
    "RC": "Reclassification",
    "IC": "Group recharges without a mirror",
    "SV": "Stock valuation",
    "FX": "Revaluation of foreign items",
    "BD": "Allowance for doubtful receivables",
    "AC": "Accruals against what came",
    "AM": "Depreciation by an asset module",
    "FL": "Balances that moved",
}

# A proposer's ``by_hand``: what people booked on its accounts is something else, and stops nothing.
APART = "apart"
# On which roles' accounts a proposer waits for a decision about what people booked there, and whether only
# journal entries count (documents, payments and bank lines belong there).
BY_HAND_WRITTEN = {
    "GR": ("grni", "billed_not_received"),
    "GS": ("grni", "billed_not_received"),
    "DN": ("accrued_income",),
    "RB": ("accrued_liability",),
    "IC": ("ic_payable", "ic_receivable"),
}
BY_HAND_ANY = {"IN": ("accrued_interest",), "PY": ("accrued_payroll",)}
# Adopted by a change of a schedule, as its opening or as a line that belongs to it.
BY_HAND_SCHEDULED = {
    "PP": ("prepaid",),
    "DR": ("deferred_revenue",),
    "DP": ("accum_depreciation",),
}
# Told apart by what they do to the book of open items, not by an account.
REVALUED = "FX"
REVALUED_ROLES = ("fx_gain", "fx_loss")
# Whose open items are revalued, beside receivables and payables, and whose never are, whatever a policy says
# (IAS 21.16): prepayments, assets in kind, equity, results.
REVALUED_ITEM_ROLES = (
    "suspense",
    "transfer",
    "clearing",
    "payroll_clearing",
    "tax_payable",
    "withholding",
    "grni",
    "accrued_liability",
    "accrued_income",
    "accrued_interest",
    "accrued_payroll",
    "loan",
    "ic_payable",
    "ic_receivable",
)
NON_MONETARY_ROLES = (
    "prepaid",
    "deferred_revenue",
    "billed_not_received",
    "fixed_asset",
    "accum_depreciation",
    "stock_valuation",
    "stock_variation",
)
NON_MONETARY_TYPES = ("asset_prepayments", "asset_fixed", "equity", "equity_unaffected")
ADOPTABLE = (*BY_HAND_WRITTEN, *BY_HAND_ANY, REVALUED)


def accounts_of(roles, wanted):
    """Return ``{account: set of proposers}`` of a policy's ``roles`` for a table of the kind above."""
    found = {}
    for code, names in wanted.items():
        for name in names:
            value = roles.get(name)
            for account in value if isinstance(value, list) else [value] if value else []:
                found.setdefault(account, set()).add(code)
    return found
