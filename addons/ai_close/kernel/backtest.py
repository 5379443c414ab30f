"""What a backtest comes to: findings under two versions of a policy, held against what people decided.

A finding that people put right can't be found again in today's books under either version.  Of such a one is
judged what the parameters alone tell: a rule that goes off, a new exception, a raised minimum amount.
"""

from decimal import Decimal

from .money import MoneyError, parse
from .rule_book import book, parameters

CONFIRMED, DISMISSED = "confirmed", "dismissed"
ENOUGH = 30
UNCHANGED, VANISHES, UNKNOWN = "unchanged", "vanishes", "unknown"


def verdict(state):
    """Return what people said of a finding: there was something, there was nothing, or not yet."""
    if state in ("fixed", "closed", "waived"):
        return CONFIRMED
    return DISMISSED if state == "explained" else None


def is_on(params, code):
    """Tell whether a version judges by a rule."""
    return bool((params.get("rules") or {}).get(code, {}).get("enabled", True))


def cured(before, after, code, amount, partners, accounts):
    """Tell whether a finding that was put right would have been found under ``after`` as under ``before``.

    :param amount: what it was about, in company currency
    :param partners: ids of the partners it was about; ``accounts`` of the accounts
    :return: ``UNCHANGED``, ``VANISHES``, or ``UNKNOWN``: only the books as they were could tell
    """
    old, new = ((params.get("rules") or {}).get(code, {}) for params in (before, after))
    if old == new and before.get("settings") == after.get("settings"):
        return UNCHANGED
    if is_on(before, code) and not is_on(after, code):
        return VANISHES
    if excepted(new, partners, accounts) and not excepted(old, partners, accounts):
        return VANISHES
    unknown = before.get("settings") != after.get("settings")
    for name, parameter in (parameters(code) if code in book() else {}).items():
        values = [str(own.get(name, parameter["default"])) for own in (old, new)]
        if values[0] == values[1]:
            continue
        unknown = True
        if name.endswith("min_amount"):
            floors = [_currency(value, params) for value, params in zip(values, (before, after), strict=True)]
            if None not in floors and floors[0] <= abs(amount) < floors[1]:
                return VANISHES
    return UNKNOWN if unknown else UNCHANGED


def excepted(own, partners, accounts):
    """Tell whether one of a rule's exceptions is about these partners and accounts."""
    return any(
        one.get("partner") in {None, *partners} and one.get("account") in {None, *accounts}
        for one in own.get("dismissed", ())
        if one.get("partner") or one.get("account")
    )


def _currency(value, params):
    """Return an amount parameter in company currency."""
    text = value.strip()
    try:
        if text.upper().endswith("M"):
            return parse(text[:-1].strip()) * parse(params["materiality"])
        return Decimal(parse(text))
    except (MoneyError, KeyError):
        return None


def tally(figures, rows, decided):
    """Return the figures by rule and by month, and the totals.

    :param figures: ``[{rule, month, before, after}]``, every finding counted
    :param rows: ``[{rule, month, key, before, after}]``
    :param decided: what people said, ``{key: verdict}``
    """
    rules, months = {}, {}
    for one in figures:
        for table, name in ((rules, one["rule"]), (months, one["month"])):
            into = table.setdefault(name, _empty())
            into["before"] += one["before"]
            into["after"] += one["after"]
    counted = set()
    for row in rows:
        into = rules.setdefault(row["rule"], _empty())
        into["new"] += row["after"] and not row["before"]
        into["lost"] += row["before"] and not row["after"]
        said = decided.get(row["key"])
        if said is None or row["key"] in counted:
            continue
        counted.add(row["key"])
        into["decided"] += 1
        if said == DISMISSED:
            into["false_before"] += row["before"]
            into["false_after"] += row["after"]
        else:
            into["missed_before"] += not row["before"]
            into["missed_after"] += not row["after"]
    totals = {name: sum(one[name] for one in rules.values()) for name in _empty()}
    return {
        "rules": [
            {"rule": code, **one, "few": one["decided"] < ENOUGH} for code, one in sorted(rules.items())
        ],
        "months": [
            {"month": name, "before": one["before"], "after": one["after"]}
            for name, one in sorted(months.items())
        ],
        "totals": totals,
    }


def _empty():
    return dict.fromkeys(
        (
            *("before", "after", "new", "lost", "decided"),
            *("missed_before", "missed_after", "false_before", "false_after"),
        ),
        0,
    )
