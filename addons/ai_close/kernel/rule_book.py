"""The agent's rules as a policy may set them: which there are, and what each parameter may be.

``data/rules.json`` is printed from the agent's own rules, so both sides mean the same by a code and a name.
"""

import json
import re
from functools import cache
from pathlib import Path

from .money import MoneyError, parse
from .shape import Day, Either, Int, Many, Money, PayloadError, Record, Text

FILE = Path(__file__).parents[1] / "data" / "rules.json"
SEVERITIES = ("critical", "high", "medium", "low")
RULE = re.compile(r"[A-Z]{3}\d{3}")
MAX_EXCEPTIONS = 500

_ID = Int(low=1)
_WORDS = Many(Text(80, min_chars=1), 200)

# What rules share: the names are those of the offline check's policy.json.
SETTINGS = {
    "approval_limits": Many(Money(low=0), 40),
    "holidays": Many(Day(), 1000),
    # dates, or days of each month
    "close_days": Many(Either(Day(), Text(2, pattern=r"[1-9]|[12]\d|3[01]")), 400),
    "asset_words": _WORDS,
    "vague_words": _WORDS,
    "factoring_accounts": Many(Text(64, min_chars=1), 100),
    "analytic_required": Many(
        Record({"account_prefix": Text(20, min_chars=1), "plan": Text(100)}, optional=("plan",)), 100
    ),
    "overdraft_limits": Many(Record({"account": _ID, "amount": Money(low=0)}), 100),
    # an archived account, and the one that took its place
    "successors": Many(Record({"account": _ID, "successor": _ID}), 500),
}
SETTINGS_SHAPE = Record(SETTINGS, optional=tuple(SETTINGS))

# A dismissal that people approved: the rule stays silent for this partner, this account, or the two together.
EXCEPTIONS = Many(Record({"partner": _ID, "account": _ID}, optional=("partner", "account")), MAX_EXCEPTIONS)


@cache
def book():
    """Return ``{code: rule}`` in the order of the codes; a rule has its title, severity and parameters."""
    return {rule["code"]: rule for rule in json.loads(FILE.read_text(encoding="utf-8"))}


def parameters(code):
    """Return ``{name: parameter}`` of a rule."""
    return {one["name"]: one for one in book()[code]["parameters"]}


def allowed(parameter):
    """Say what a parameter may be."""
    return {
        "amount": "an amount like 250.00, or a share of materiality like 0.05 M",
        "integer": "a whole number from 0",
        "decimal": "a number from 0, like 2.5",
        "hours": "two hours like 22-6",
        "text": "a text of at most 200 characters",
    }[parameter["kind"]]


def fits(parameter, value):
    """Tell whether ``value`` (a whole number or a text) may stand for ``parameter``."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return False
    text, kind = str(value).strip(), parameter["kind"]
    if kind == "text":
        return len(text) <= 200
    if kind == "hours":
        found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text)
        return bool(found) and all(int(hour) <= 24 for hour in found.groups())
    if kind == "amount" and text.upper().endswith("M"):
        text = text[:-1].strip()
    try:
        number = parse(text)
    except MoneyError:
        return False
    return number >= 0 and (kind != "integer" or number == int(number))


def check_rules(params):
    """Raise PayloadError unless the rules and the settings that they share say something that there is."""
    for code, values in params["rules"].items():
        if RULE.fullmatch(code):
            _check_rule(code, values)


def _check_rule(code, values):
    path = f"rules.{code}"
    if code not in book():
        raise PayloadError(path, "there is no such rule")
    known = parameters(code)
    for name, value in values.items():
        if name == "enabled":
            if not isinstance(value, bool):
                raise PayloadError(f"{path}.enabled", "true or false is expected")
        elif name == "severity":
            if value not in SEVERITIES:
                raise PayloadError(f"{path}.severity", f"one of {', '.join(SEVERITIES)} is expected")
        elif name == "dismissed":
            EXCEPTIONS.check(value, f"{path}.dismissed")
            if not all(one.get("partner") or one.get("account") for one in value):
                raise PayloadError(f"{path}.dismissed", "an exception names a partner or an account")
        elif name not in known:
            there = ", ".join(known) or "none"
            raise PayloadError(path, f"there is no setting {name}; the rule has: {there}")
        elif not fits(known[name], value):
            raise PayloadError(f"{path}.{name}", f"{allowed(known[name])} is expected, not {value}")


def judges_otherwise(old, new):
    """Tell whether rules may find something else by ``new`` parameters than by ``old``."""
    return any(_said(old, name) != _said(new, name) for name in ("rules", "settings"))


def _said(params, name):
    """Return a section without what says nothing: a rule that is on, an empty list."""
    found = {}
    for key, value in ((params or {}).get(name) or {}).items():
        if isinstance(value, dict):
            value = {inner: own for inner, own in value.items() if (inner, own) != ("enabled", True)}
        if value not in ({}, []):
            found[key] = value
    return found
