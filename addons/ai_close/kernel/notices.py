"""What is told about a close without being asked: when, to whom, and whether there is anything new."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .shape import Bool, Choice, Either, Int, Many, Record
from .sod import AUDITOR, CONTROLLER, PREPARER, REVIEWER

READERS = (PREPARER, REVIEWER, CONTROLLER, AUDITOR)

REPORT = Record(
    {
        # who gets the risk report: roles by name, users by id
        "to": Many(Either(Choice(*READERS), Int(low=1)), 50),
        # so many working days before the due day it is sent by itself
        "days": Int(high=15),
        # the morning's lines in the channel, and one mail a person with what is his
        "digest": Bool(),
        "mine": Bool(),
        # from this hour on it is morning, in the company's zone
        "hour": Int(high=23),
        "amounts": Bool(),
        # who gets the close package once a period is locked
        "package_to": Many(Either(Choice(*READERS), Int(low=1)), 50),
    },
    optional=("to", "days", "digest", "mine", "hour", "amounts", "package_to"),
)

# After the due day the report still goes out when the server was down on the days before it.
LATE_DAYS = 7


@dataclass(frozen=True)
class Settings:
    """The section as it holds.  Without one nothing is sent by itself, and no amount leaves the house."""

    to: tuple = ()
    days: int = 2
    digest: bool = False
    mine: bool = False
    hour: int = 7
    amounts: bool = False
    package_to: tuple = ()

    @property
    def anything(self) -> bool:
        """Is there anything that is sent unasked?"""
        return bool(self.to or self.digest or self.mine)


def settings(params) -> Settings:
    """Return what the parameters of a policy say; missing members have the defaults above."""
    section = dict((params or {}).get("report") or {})
    for name in ("to", "package_to"):
        section[name] = tuple(section.get(name) or ())
    return Settings(**section)


def is_morning(local: datetime, hour: int) -> bool:
    """Is it the morning's hour or later?  What was missed is made up for the same day, not at night."""
    return hour <= local.hour


def is_near(today: date, due: date | None, reach: date | None) -> bool:
    """Does ``due`` come close?

    :param reach: the last day that counts as close, ``days`` working days after ``today``
    """
    if not due or not reach:
        return False
    return today - timedelta(days=LATE_DAYS) <= due <= max(reach, today)


def is_news(facts, former, today: date, due: date | None, near_days: int = 3) -> bool:
    """Is it worth telling?  The same as last time is not, unless the due day is at hand or gone."""
    if not former or facts != former:
        return True
    return bool(due) and due <= today + timedelta(days=near_days)


def moved(now: int | None, before: int | None) -> str:
    """Return how a figure moved since last time, " (+5)"; nothing where it did not or is new."""
    if now is None or before is None or now == before:
        return ""
    return f" ({now - before:+d})"
