"""Who is there to take a step: roles, absences and delegations against the days that are left.

Pure: people and steps come as plain values, so that a cockpit can ask about days to come.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Lent:
    """Roles that somebody absent delegated for some days, the last one included."""

    absent: int
    roles: frozenset[str]
    first: date
    last: date


@dataclass(frozen=True)
class Person:
    """Somebody who can log in: own roles, days away (first and last, both included), roles lent to him."""

    uid: int
    name: str
    roles: frozenset[str]
    away: tuple[tuple[date, date], ...] = ()
    lent: tuple[Lent, ...] = ()

    def is_away(self, day: date) -> bool:
        """Is this person away on ``day``?"""
        return any(first <= day <= last for first, last in self.away)


@dataclass(frozen=True)
class Step:
    """A step that waits: what it is called, the roles that may take it, and whose work it must not be."""

    label: str
    roles: frozenset[str]
    makers: frozenset[int] = field(default_factory=frozenset)


def may(person: Person, step: Step, day: date) -> bool:
    """May ``person`` take ``step`` on ``day``, in his own name or for somebody absent?"""
    if person.is_away(day) or person.uid in step.makers:
        return False
    if person.roles & step.roles:
        return True
    return any(
        lent.first <= day <= lent.last and lent.roles & step.roles and lent.absent not in step.makers
        for lent in person.lent
    )


def takers(people: Iterable[Person], step: Step, days: Iterable[date]) -> list[Person]:
    """Return who may take ``step`` on one of ``days`` at least."""
    days = list(days)
    return [person for person in people if any(may(person, step, day) for day in days)]


def uncovered(
    people: Iterable[Person], steps: Iterable[Step], days: Iterable[date]
) -> list[tuple[Step, Mapping[str, list[str]]]]:
    """Return each step that nobody may take on any of ``days``, with the reasons, by name.

    The reasons: ``away`` (who could, and is on leave), ``took_part`` (who could, and made it himself).
    """
    people, days, found = list(people), list(days), []
    for step in steps:
        if takers(people, step, days):
            continue
        able = [person for person in people if person.roles & step.roles]
        found.append(
            (
                step,
                {
                    "took_part": [person.name for person in able if person.uid in step.makers],
                    "away": [person.name for person in able if person.uid not in step.makers],
                },
            )
        )
    return found
