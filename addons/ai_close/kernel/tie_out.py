"""Tie-outs: which kinds there are, where they stand in a list, and which of them a month has to have.

What is risky is tied out every month.  The others take turns, so that each is looked at once in so many
months; whatever does not tie, or has no data, is due at once.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from .shape import Bool, Choice, Int, Many, Record

AREAS = {
    "bank": "Bank",
    "partner": "Receivables and payables",
    "tax": "Tax",
    "stock": "Stock",
    "clearing": "Clearing",
    "schedule": "Prepayments, assets and loans",
    "group": "Group",
}
# kind -> (area, name)
KINDS = {
    "bank": ("bank", "Bank"),
    "outstanding": ("bank", "Outstanding payments"),
    "suspense": ("bank", "Suspense"),
    "receivable": ("partner", "Receivables"),
    "payable": ("partner", "Payables"),
    "tax": ("tax", "Tax"),
    "stock": ("stock", "Stock"),
    "clearing": ("clearing", "Clearing"),
    "payroll": ("clearing", "Payroll clearing"),
    "prepaid": ("schedule", "Prepayments and deferrals"),
    "asset": ("schedule", "Assets"),
    "loan": ("schedule", "Loans"),
    "intercompany": ("group", "Intercompany"),
}
HIGH_RISK = ("bank", "receivable", "payable", "tax", "stock", "suspense", "payroll")
# What holds where a policy says nothing: months, whether the lock waits, days (bank days for transfers).
DEFAULTS = {
    "rotation_months": 3,
    "blocks": False,
    "outstanding_days": 30,
    "transfer_days": 3,
    "payroll_days": 15,
}

SHAPE = Record(
    {
        # every month, whatever the others' turn
        "high_risk": Many(Choice(*KINDS), len(KINDS)),
        # the others once in so many months
        "rotation_months": Int(low=1, high=12),
        # whether the global lock waits for what is due and not signed
        "blocks": Bool(),
        # so long an item may lie between both sides and explain: days, bank days for transfers
        "outstanding_days": Int(low=0, high=366),
        "transfer_days": Int(low=0, high=60),
        "payroll_days": Int(low=0, high=366),
    },
    optional=(
        "high_risk",
        "rotation_months",
        "blocks",
        "outstanding_days",
        "transfer_days",
        "payroll_days",
    ),
)


def is_high_risk(params: Mapping[str, Any], kind: str) -> bool:
    """Tell whether the policy wants this kind every month."""
    return kind in (params.get("tie_outs") or {}).get("high_risk", HIGH_RISK)


def is_due(
    params: Mapping[str, Any], kind: str, accounts: Iterable[int], day: date, *, year_end: bool = False
) -> bool:
    """Tell whether a tie-out that ties is due for the month of ``day``.

    A risky kind always is, and every kind at the end of a fiscal year; the others by turns, which depend on
    the account alone: the same account is due again after exactly so many months.
    """
    if year_end or is_high_risk(params, kind):
        return True
    return (day.year * 12 + day.month + min(accounts, default=0)) % _said(params, "rotation_months") == 0


def blocks(params: Mapping[str, Any]) -> bool:
    """Tell whether the lock waits for tie-outs; a policy that says nothing doesn't let it."""
    return _said(params, "blocks")


def _said(params: Mapping[str, Any], name: str) -> Any:
    """Return what the policy says of a parameter, else what is usual."""
    return (params.get("tie_outs") or {}).get(name, DEFAULTS[name])
