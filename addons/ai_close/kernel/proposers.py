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
}
