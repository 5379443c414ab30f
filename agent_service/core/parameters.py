"""What the parameters of rules mean: kind, unit and a sentence for people who set them.

A parameter's kind and unit follow from its name (`_days`, `_pct`, `_amount`); only what a name can't say
stands here. A new rule needs no line: its parameter then goes by its name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agent_service.core.policy import Parameter

MEANINGS: Mapping[str, str] = {
    "attachment_entry_amount": "manual entries from this size on need an attachment",
    "attachment_min_amount": "bills from this size on need an attachment",
    "bank_changed_days": "a bank account made or changed within so many days counts as recently changed",
    "bank_rate_tolerance_pct": "a bank's own rate may be off the day's rate by so much",
    "below_cost_min_amount": "smaller losses on a sale under its cost are left alone",
    "benford_min_rows": "an account with fewer amounts a year is not judged",
    "capitalise_from_amount": "a purchase from this unit cost on may be an asset; set the national limit",
    "cheque_days": "so many days a cheque may stay uncleared",
    "cls_min_history": "so many earlier lines of partner and label are needed",
    "cls_share_pct": "from this share on the usual account is the usual one",
    "control_min_amount": "smaller manual lines on a control account are left alone",
    "count_products": "a day on which so many products are adjusted up and down is a count",
    "cutoff_min_amount": "smaller effects on the result are left alone",
    "dup_date_days": "two bills with almost equal numbers lie at most so many days apart",
    "dup_window_days": "two bills lie at most so many days apart",
    "gap_min_numbers": "a range of numbers with fewer entries is not judged",
    "gap_most": "a gap of more numbers is a new range, not a gap",
    "gap_tolerance_days": "so many days a recurring item may be late",
    "habit_share_pct": "a trait that this share of the last year's entries has is a habit",
    "instalment_days": "bills under one contract number come at least so many days apart",
    "last_days": "so many last days of the period are looked at",
    "limit_band_pct": "an amount so little under a limit is just under it",
    "margin_min_amount": "product lines with less revenue in the month are left alone",
    "margin_points": "the margin lies so many points off its median",
    "margin_z": "so many robust deviations from the usual margin; higher finds less",
    "match_min_amount": "smaller differences between bill and order are left alone",
    "max_amount": "a larger amount can't be right",
    "min_occurrences": "so often an item has to have come to be expected",
    "mirror_days": "a line and its counter-booking lie at most so many days apart",
    "new_vendor_days": "a vendor first seen within so many days is new",
    "night_hours": "from this hour to that hour it is night, in the company's time",
    "odd_hours_min_amount": "smaller entries at odd hours are left alone",
    "one_person_limit": "from this amount on one person alone is not enough",
    "opposite_days": "a write-off taken back within so many days is none",
    "order_min_bills": "so many bills of the vendor are needed to expect an order",
    "order_share_pct": "a vendor with this share of bills on orders always has one",
    "outlier_z": "so many robust deviations from the usual amount are an outlier; higher finds less",
    "outstanding_days": "so many days a payment may stay uncleared",
    "overdraft_limit_amount": "agreed overdraft of any bank account",
    "pair_days": "two companies' dates of one invoice may differ by so many days",
    "pair_min_amount": "smaller entries over a rare pair of accounts are left alone",
    "pair_min_entries": "a history with fewer entries is not judged",
    "pair_surprise_bits": "how surprising a pair of accounts has to be; higher finds less",
    "pay_window_days": "two payments lie at most so many days apart",
    "prepaid_min_amount": "a smaller part beyond the period is left alone",
    "prepaid_min_days": "the service reaches at least so many days past the period",
    "price_tolerance_pct": "a price may be off the order's by so much",
    "qty_tolerance_pct": "a quantity may be off the order's by so much",
    "rate_jump_pct": "a rate that jumps by so much and returns is doubtful",
    "rate_max_age_days": "an older rate is stale",
    "rate_tolerance_pct": "an amount may be off the day's rate by so much",
    "reversal_days": "an entry is taken back within so many days after the period",
    "reversal_min_amount": "smaller effects on the result are left alone",
    "round_digits": "so many zeros at the end make an amount round",
    "round_min_amount": "smaller round amounts are left alone",
    "score_min": "how far apart an entry has to stand, from 0.5 (as others) to 1; higher finds less",
    "score_min_amount": "smaller entries are left alone",
    "score_min_entries": "a type of journal with fewer entries is not judged",
    "score_most": "at most so many entries a period are told",
    "seldom_min_amount": "smaller amounts on an account that is hardly ever used are left alone",
    "sign_min_amount": "smaller amounts on the wrong side are left alone",
    "silent_min_months": "so many months in a row the journal had entries",
    "split_days": "parts of one purchase come within so many days",
    "split_least_pct": "a part of a split is at least this share of the limit",
    "sta_min_history": "so many earlier amounts of partner and account are needed",
    "sta_min_share": "a smaller distance from the usual amount, as a share of materiality, is left alone",
    "statement_lag_days": "the last statement may end so many days before the period does",
    "stock_min_amount": "smaller differences between stock and ledger are left alone",
    "stock_months": "so many months an account has to have followed the stock moves",
    "tax_min_history": "so many earlier lines of partner and account are needed",
    "tax_partners_at_once": "a tax changed for so many partners at once is a change of rate",
    "tax_share_pct": "from this share on the usual tax is the usual one",
    "tax_tolerance_units": "rounding units that a tax may be off by, at least",
    "text_min_amount": "smaller entries without a word of explanation are left alone",
    "transfer_days": "the other leg of a transfer may come so many bank days later",
    "twice_days": "two equal entries lie at most so many days apart",
    "vat_min_amount": "vendors with smaller bills a year are left alone",
    "writeoff_min_amount": "smaller write-offs of stock are left alone",
    "writeoff_z": "so many robust deviations from the usual write-off; higher finds less",
    "wrong_side_days": "so many days a balance may stand on the wrong side",
    "wrong_side_min_amount": "smaller balances on the wrong side are left alone",
}

_UNITS = (
    ("_pct", "decimal", "%"),
    ("_share", "decimal", "share"),
    ("_days", "integer", "days"),
    ("_months", "integer", "months"),
    ("_hours", "hours", "hours"),
    ("_units", "integer", "rounding units"),
    ("_bits", "decimal", "bits"),
    ("_digits", "integer", "digits"),
)


@dataclass(frozen=True)
class Meaning:
    """One parameter as people see it: amount, integer, decimal, hours or text."""

    name: str
    default: str
    kind: str
    unit: str
    meaning: str

    def row(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "name": self.name,
            "default": self.default,
            "kind": self.kind,
            "unit": self.unit,
            "meaning": self.meaning,
        }


def meaning_of(name: str, default: Parameter) -> Meaning:
    """Return what a parameter of this name and default is."""
    kind, unit = _kind(name, default)
    text = str(default)
    return Meaning(name, text, kind, unit, MEANINGS.get(name) or name.replace("_", " "))


def _kind(name: str, default: Parameter) -> tuple[str, str]:
    share_of_m = isinstance(default, str) and re.fullmatch(r"[\d.]+ ?M", default)
    if share_of_m or name.endswith(("_amount", "_limit")):
        return "amount", "company currency, or a share of materiality (M)"
    for ending, kind, unit in _UNITS:
        if name.endswith(ending):
            return kind, unit
    if isinstance(default, int):
        return "integer", ""
    return ("decimal", "") if isinstance(default, Decimal) else ("text", "")
