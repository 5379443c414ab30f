"""What a policy may say of each proposer of the agent: its settings, typed, and the accounts that it needs.

A contract test holds both against the agent's own: a setting that it reads and nobody may say, or the other
way round, fails there.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from .account_roles import ROLES
from .money import parse
from .proposers import NAMES
from .rule_book import fits
from .shape import Int, Many, Maybe, Money, PayloadError, Record

PROPOSER = re.compile(r"[A-Z]{2}")
MAX_BUCKETS, MAX_LISTED = 20, 500

_ID = Int(low=1)
PERCENT = Money(low=0, high=100)


class Setting(NamedTuple):
    """One setting: what it means, what holds where a policy is silent, and what it may be.

    ``kind`` is integer, amount, choice, weekdays, month_day, ageing, individual or accounts; ``options`` are
    the words of a choice, or the least and the most of a whole number.
    """

    meaning: str
    kind: str
    default: str = ""
    options: tuple = ()


_RATE = {
    "closing_rate_max_age_days": Setting(
        "a closing rate is at most so many days old on the closing date", "integer", "3", (0, 31)
    )
}
_BY_HAND = {
    "by_hand": Setting(
        "what people booked on its accounts: stop until they decide, or apart (something else)",
        "choice",
        "stop",
        ("stop", "apart"),
    )
}
_SPREAD = {
    "method": Setting(
        "how a line with dates and without a schedule is spread", "choice", "days", ("days", "months")
    ),
    "text_min_amount": Setting("dates in a text count from this amount beyond the month", "amount", "0.02 M"),
    "text_min_days": Setting(
        "dates in a text count from so many days beyond the month", "integer", "45", (0, 3660)
    ),
}

SETTINGS: dict[str, dict[str, Setting]] = {
    "GR": _RATE | _BY_HAND,
    "GS": _RATE | _BY_HAND,
    "DN": _RATE | _BY_HAND,
    "RB": _RATE | _BY_HAND,
    "IN": _RATE | _BY_HAND,
    "PY": {
        "holidays": Setting(
            "a paid holiday is a working day, or the policy's holidays are none",
            "choice",
            "paid",
            ("paid", "unpaid"),
        ),
        "working_weekdays": Setting("working days, 1 is Monday and 7 is Sunday", "weekdays", "12345"),
        **_BY_HAND,
    },
    "HO": {
        "advance_days": Setting(
            "days taken in advance: count as none, or are recovered", "choice", "none", ("none", "recovered")
        )
    },
    "PP": _SPREAD,
    "DR": _SPREAD,
    "DP": {},
    "AM": {},
    "RC": {
        "fiscal_year_end": Setting("last day of the fiscal year, month and day", "month_day", "12-31"),
    },
    "IC": _RATE | _BY_HAND,
    "SV": {},
    "FX": {
        **_RATE,
        **_BY_HAND,
        "monetary_accounts": Setting("further accounts that are revalued", "accounts"),
    },
    "BD": {
        **_RATE,
        "ageing": Setting("ageing table: days past due and percent", "ageing"),
        "individual": Setting("customers and entries that people judge one by one", "individual"),
    },
    "AC": {
        "accrual_age_months": Setting(
            "an accrual of so many month ends without a bill is told", "integer", "3", (1, 36)
        )
    },
    "FL": {
        "min_amount": Setting("a balance that moved by less needs no explanation", "amount", "0.1 M"),
        "min_percent": Setting(
            "nor one that moved by less percent of what it is compared with", "integer", "10", (0, 1000)
        ),
        "against": Setting(
            "what it is compared with; the month before where nothing is expected",
            "choice",
            "expected",
            ("expected", "month", "year"),
        ),
        "blocks": Setting(
            "the close waits until every such explanation is signed", "choice", "no", ("no", "yes")
        ),
    },
}

# The roles whose accounts a proposer books on; without them it proposes nothing, or not all of it.
NEEDS: dict[str, tuple[str, ...]] = {
    "GR": ("grni", "billed_not_received"),
    "GS": ("grni", "billed_not_received"),
    "DN": ("accrued_income", "deferred_revenue", "cogs", "stock_variation"),
    "RB": ("accrued_liability",),
    "IN": ("interest_expense", "accrued_interest"),
    "PY": ("wages", "social", "accrued_payroll"),
    "HO": ("holiday_expense", "accrued_holiday"),
    "PP": ("prepaid",),
    "DR": ("deferred_revenue",),
    "DP": ("accum_depreciation", "depreciation"),
    "RC": ("fixed_asset",),
    "IC": ("ic_payable", "management_fee", "ic_receivable", "recharge_income"),
    "SV": ("stock_valuation", "stock_variation"),
    "FX": ("fx_gain", "fx_loss"),
    "BD": ("allowance", "bad_debt"),
    "AC": (),
    "AM": (),
    "FL": (),
}

_INDIVIDUAL = Many(Record({"partner": _ID, "move": _ID}, optional=("partner", "move")), MAX_LISTED)
_BUCKET_DAYS = Maybe(Int(low=0, high=3660))


def lacking(code: str, roles: Mapping[str, object]) -> list[str]:
    """Return the labels of the roles that a proposer needs and that no account, or more than one, plays."""
    return [
        ROLES[role].label
        for role in NEEDS[code]
        if not (value := roles.get(role)) or (isinstance(value, list) and len(value) > 1)
    ]


def simple(code: str) -> dict[str, Setting]:
    """Return the settings of a proposer that are one word or number."""
    return {
        name: one
        for name, one in SETTINGS[code].items()
        if one.kind not in ("ageing", "individual", "accounts")
    }


def wanted(setting: Setting) -> str:
    """Say what a setting of one word or number may be."""
    if setting.kind == "choice":
        return f"one of {', '.join(setting.options)}"
    if setting.kind == "integer":
        return f"a whole number from {setting.options[0]} to {setting.options[1]}"
    return {
        "amount": "an amount like 250.00, or a share of materiality like 0.05 M",
        "weekdays": "days of the week from 1 (Monday) to 7 (Sunday), like 12345",
        "month_day": "a month and a day like 12-31",
    }[setting.kind]


def suits(setting: Setting, value: object) -> bool:
    """Tell whether a whole number or a text may stand for a setting."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return False
    text = str(value).strip()
    if setting.kind == "integer":
        return (
            text.isascii() and text.isdecimal() and setting.options[0] <= int(text[:9]) <= setting.options[1]
        )
    if setting.kind == "amount":
        return fits({"kind": "amount"}, value)
    if not isinstance(value, str):
        return False
    if setting.kind == "choice":
        return value in setting.options
    if setting.kind == "weekdays":
        return bool(re.fullmatch("[1-7]{1,7}", value)) and len(set(value)) == len(value)
    return _is_month_day(value)


def _is_month_day(text: str) -> bool:
    if not re.fullmatch(r"\d\d-\d\d", text, re.ASCII):
        return False
    try:
        # a leap year, so that a year may end on 29 February
        date(2028, int(text[:2]), int(text[3:]))
    except ValueError:
        return False
    return True


def check_ageing(table: object, path: str = "ageing") -> None:
    """Raise PayloadError unless it is ``[[days, percent], ...]`` with rising days and an open last row."""
    if not isinstance(table, list) or not 1 <= len(table) <= MAX_BUCKETS:
        raise PayloadError(path, f"a table of 1 to {MAX_BUCKETS} rows is expected")
    before = -1
    for place, row in enumerate(table):
        at, is_last = f"{path}[{place}]", place == len(table) - 1
        if not isinstance(row, list) or len(row) != 2:
            raise PayloadError(at, "days past due and a percent are expected")
        days, percent = row
        _BUCKET_DAYS.check(days, at)
        PERCENT.check(percent, at)
        if (days is None) != is_last:
            raise PayloadError(at, "the last row, and no other, is open: what is older has a percent too")
        if days is not None and days <= before:
            raise PayloadError(at, f"days rise from row to row; {days} comes after {before}")
        before = before if days is None else days


def check_individual(listed: object, path: str = "individual") -> None:
    """Raise PayloadError unless each member names a customer or an entry, and only one of them."""
    _INDIVIDUAL.check(listed, path)
    for place, one in enumerate(listed):
        if len(one) != 1:
            raise PayloadError(f"{path}[{place}]", "names a customer or an entry, one of them")


def ageing_rows(table: Iterable) -> list[tuple[str, str]]:
    """Return an ageing table as ``(days past due, percent)`` in words."""
    rows, before = [], None
    for days, percent in table:
        if days is None:
            label = "older" if before is not None else "all"
        elif days == 0:
            label = "not due"
        else:
            label = f"{(before or 0) + 1}-{days} days"
        rows.append((label, f"{plain(percent)} %"))
        before = days if days is not None else before
    return rows


def plain(percent: str) -> str:
    """Return a percent without needless zeros: 0.500 is 0.5."""
    text = format(parse(percent), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def check_proposers(params: Mapping) -> None:
    """Raise PayloadError unless what a policy says of proposers is of the agreed types."""
    for code, values in params["rules"].items():
        if PROPOSER.fullmatch(code):
            _check(code, values)
    successors = (params.get("settings") or {}).get("successors") or ()
    replaced = [one["account"] for one in successors]
    if len(set(replaced)) != len(replaced):
        raise PayloadError("settings.successors", "an account has one successor")
    if any(one["account"] == one["successor"] for one in successors):
        raise PayloadError("settings.successors", "an account is no successor of itself")


def _check(code: str, values: Mapping) -> None:
    path = f"rules.{code}"
    if code not in NAMES:
        raise PayloadError(path, f"there is no such proposer; there are {', '.join(sorted(NAMES))}")
    known = SETTINGS[code]
    for name, value in values.items():
        at = f"{path}.{name}"
        if name == "enabled":
            if not isinstance(value, bool):
                raise PayloadError(at, "true or false is expected")
        elif name not in known:
            raise PayloadError(
                path, f"there is no setting {name}; the proposer has: {', '.join(known) or 'none'}"
            )
        elif known[name].kind == "ageing":
            check_ageing(value, at)
        elif known[name].kind == "individual":
            check_individual(value, at)
        elif known[name].kind == "accounts":
            Many(_ID, MAX_LISTED).check(value, at)
        elif not suits(known[name], value):
            raise PayloadError(at, f"{wanted(known[name])} is expected, not {value}")
