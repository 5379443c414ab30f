"""Separation of duties: the floor that no group, policy or context can lower.

Maker, checker and controller are three people.  The agent and the system are none.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

AGENT, SERVER = "agent", "server"
PREPARER, REVIEWER, CONTROLLER, AUDITOR = "preparer", "reviewer", "controller", "auditor"
PEOPLE = frozenset({PREPARER, REVIEWER, CONTROLLER})


class Verdict(NamedTuple):
    """Why a step is refused: a code of the registry and, for SOD001, the earlier step."""

    code: str
    step: str = ""


def effective_roles(groups: Iterable[str], *, is_system: bool) -> frozenset[str]:
    """Return the roles that really count for a user who stands in ``groups``.

    The agent's user is the agent and nothing else, whatever other groups somebody gave it; the
    system user is the server and nothing else.
    """
    if is_system:
        return frozenset({SERVER})
    held = frozenset(groups)
    return frozenset({AGENT}) if AGENT in held else held - {SERVER}


def judge(needed: Iterable[str], held: Iterable[str]) -> Verdict | None:
    """May somebody with the roles ``held`` take a step that one of the roles ``needed`` may take?"""
    needed, held = frozenset(needed), frozenset(held)
    if needed & held:
        return None
    if needed & PEOPLE and not held - {AGENT, SERVER}:
        return Verdict("SOD002")
    return Verdict("SOD003")


def distinct(uid: int, earlier: Mapping[str, int | None]) -> Verdict | None:
    """Refuse ``uid`` when it took one of the ``earlier`` steps (step name -> user id or nothing)."""
    for step, who in earlier.items():
        if who and who == uid:
            return Verdict("SOD001", step)
    return None
