"""Who may take which step up to which amount: the policy's optional section ``duties``.

The kernel's tables of steps are the floor.  A policy may take roles away from a step, for all amounts or
above one, and never adds any.  The one exception is the profile ``small_team``, which is documented and has
its own compensating control (docs/roles.md).
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from .money import parse
from .shape import Choice, Many, MapOf, Maybe, Money, PayloadError, Record
from .sod import CONTROLLER, PEOPLE, PREPARER, REVIEWER
from .transitions import TABLES

STANDARD, SMALL_TEAM = "standard", "small_team"
PASSWORD_KINDS = ("lock", "reopen", "policy")
# So many people a small team has; whoever signs its monthly list is not one of them.
SMALL_TEAM_PEOPLE = 2

_BAND = Record({"up_to": Maybe(Money(low=0)), "roles": Many(Choice(PREPARER, REVIEWER, CONTROLLER), 3, 1)})
DUTIES = Record(
    {
        "profile": Choice(STANDARD, SMALL_TEAM),
        "steps": MapOf(Many(_BAND, 20, 1), 100),
        "password": Many(Choice(*PASSWORD_KINDS), len(PASSWORD_KINDS)),
    },
    optional=("profile", "steps", "password"),
)


def floor() -> dict[str, frozenset[str]]:
    """Return the steps that people take (by the name that the audit gives them) and the roles that may."""
    found: dict[str, frozenset[str]] = {}
    for table in TABLES.values():
        for step in table.values():
            people = step.roles & PEOPLE
            if people:
                found[step.action] = found.get(step.action, frozenset()) | people
    return found


def check_duties(params: Mapping[str, Any]) -> None:
    """Raise PayloadError where the duties of a policy would loosen the kernel's floor or leave a gap."""
    steps = (params.get("duties") or {}).get("steps") or {}
    known = floor()
    for action, bands in steps.items():
        path = f"duties.steps.{action}"
        if action not in known:
            raise PayloadError(path, "there is no such step that people take")
        limits = [None if band["up_to"] is None else parse(band["up_to"]) for band in bands]
        if limits[-1] is not None or None in limits[:-1]:
            raise PayloadError(path, "the last band, and no other, has no limit (up_to is null)")
        finite = [limit for limit in limits if limit is not None]
        if any(low >= high for low, high in pairwise(finite)):
            raise PayloadError(path, "the limits of the bands rise")
        for band in bands:
            added = set(band["roles"]) - known[action]
            if added:
                raise PayloadError(
                    path,
                    f"{', '.join(sorted(added))} may never take this step; a policy only takes roles away",
                )


def roles_for(
    duties: Mapping[str, Any] | None, action: str | None, amount: Decimal | None
) -> frozenset[str] | None:
    """Return the roles that the policy leaves for a step of this amount; None where it says nothing.

    What has no amount counts as the largest: its band is the last.
    """
    bands = ((duties or {}).get("steps") or {}).get(action)
    if not bands:
        return None
    for band in bands:
        if band["up_to"] is None or (amount is not None and abs(amount) <= parse(band["up_to"])):
            return frozenset(band["roles"])
    return frozenset()


def narrowed(
    roles: Iterable[str], duties: Mapping[str, Any] | None, action: str | None, amount: Decimal | None
) -> frozenset[str]:
    """Return those of ``roles`` that the policy leaves; what machines may do is not its business."""
    roles = frozenset(roles)
    left = roles_for(duties, action, amount)
    return roles if left is None else (roles & left) | (roles - PEOPLE)


def wants_password(duties: Mapping[str, Any] | None, kind: str) -> bool:
    """Does the policy ask for the password again before this kind of approval?"""
    return kind in ((duties or {}).get("password") or ())


def is_small_team(duties: Mapping[str, Any] | None) -> bool:
    """Does the policy choose the profile for two people?"""
    return (duties or {}).get("profile") == SMALL_TEAM
