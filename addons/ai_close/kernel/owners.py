"""Whose a finding is and when it is due: the policy's sections ``owners`` and ``due_days``.  Pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from .shape import Int, Many, Record, Text

_ID = Int(low=1)
# Who looks after what: the first line that fits counts.  A line fits when each thing that it names fits.
OWNERS = Many(
    Record(
        {
            "user": _ID,
            "rules": Many(Text(6, pattern=r"[A-Z]{3}\d{0,3}"), 60),
            "journals": Many(_ID, 100),
            "accounts": Many(Text(20, pattern=r"[A-Za-z0-9.]+"), 100),
            "partners": Many(_ID, 500),
        },
        optional=("rules", "journals", "accounts", "partners"),
    ),
    200,
)
_DAYS = Int(high=60)
SEVERITIES = ("critical", "high", "medium", "low")
# Working days after the day on which the finding was first seen.
DUE_DAYS = Record(dict.fromkeys(SEVERITIES, _DAYS), optional=SEVERITIES)
DEFAULT_DAYS = {"critical": 1, "high": 2, "medium": 5, "low": 10}


class Facts(NamedTuple):
    """What a finding is about: its rule and the journals, account codes and partners of its records."""

    rule: str
    journals: Collection[int] = ()
    accounts: Collection[str] = ()
    partners: Collection[int] = ()


def fits(line: Mapping[str, Any], facts: Facts) -> bool:
    """Does this line of the policy fit the finding?  What it doesn't name fits everything."""
    if line.get("rules") and not facts.rule.startswith(tuple(line["rules"])):
        return False
    if line.get("journals") and not set(line["journals"]) & set(facts.journals):
        return False
    if line.get("partners") and not set(line["partners"]) & set(facts.partners):
        return False
    prefixes = tuple(line.get("accounts") or ())
    return not prefixes or any(code.startswith(prefixes) for code in facts.accounts)


def owner(lines: Iterable[Mapping[str, Any]], facts: Facts, able: Collection[int]) -> int | None:
    """Return the user of the first line that fits and is ``able`` to do it; None when there is none."""
    return next((line["user"] for line in lines if line["user"] in able and fits(line, facts)), None)


def due_days(params: Mapping[str, Any] | None, severity: str) -> int:
    """Return within how many working days a finding of this severity is to be decided."""
    return ((params or {}).get("due_days") or {}).get(severity, DEFAULT_DAYS[severity])
