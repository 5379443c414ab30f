"""What a run leaves for the next one: the books as it read them, and what each rule found in them.

It is a copy that can be thrown away at any time; Odoo's books are the only truth. `fits` says when it may be
used at all, in words that people read.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Protocol

import polars as pl

from agent_service.core.history import MASTERS as HISTORY_MASTERS
from agent_service.core.incremental import HISTORY, MASTERS, Former, Judge
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.core.schema import SCHEMA
from agent_service.usecases.follow import Read
from agent_service.usecases.ports import RunStart
from agent_service.usecases.rules_digest import rules_digest

FULL_EVERY_DAYS = 7
"""After so many days everything is read again: the change log can't tell what nobody wrote down in it."""


@dataclass
class Kept:
    """The books as they were read, up to which transaction, and what was found."""

    identity: Mapping[str, str]
    watermark: str
    read_on: str
    read: Read
    former: Former
    changed: Mapping[str, set[int]] | None = None
    """The ids of rows that differ from the copy before, by dataset; None where everything is new."""


class Mirror(Protocol):
    """Where a run's copy of the books is kept."""

    def load(self) -> Kept | None:
        """Return the copy of the last run; None where there is none that can be read."""
        ...

    def save(self, kept: Kept) -> None:
        """Keep a copy for the next run."""
        ...


def identity_of(start: RunStart, datasets: frozenset[str], given: Mapping[str, str]) -> dict[str, str]:
    """Return what a copy must have in common with a run to be of use to it."""
    shape = hashlib.sha256(repr(sorted(SCHEMA.items())).encode()).hexdigest()
    return {
        **given,
        "company": str(start.company_id),
        "period": start.period,
        "currency": str(start.currency),
        "datasets": " ".join(sorted(datasets)),
        "shape of the data": shape,
    }


def misfit(kept: Kept, identity: Mapping[str, str], start: RunStart, day: int) -> str:
    """Return why a copy can't be used, "" where it can; `day` is the day of the snapshot as a number."""
    for name in sorted(identity.keys() | kept.identity.keys()):
        if identity.get(name) != kept.identity.get(name):
            return f"another {name}"
    if not kept.watermark.isdecimal() or not start.snapshot_xmin.isdecimal():
        return "no mark to go on from"
    if int(kept.watermark) > int(start.snapshot_xmin):
        return "the database is older than the copy"
    age = day - int(kept.read_on)
    if not 0 <= age < FULL_EVERY_DAYS:
        return f"everything was last read {age} days ago"
    return ""


def stamps_of(rules: Iterable[Judge], books: Books, policy: Policy, period: Period) -> dict[str, str]:
    """Return a digest of what each rule's verdict rests on besides entries: code, policy, day and masters.

    Under HISTORY stands what closed months in short rest on: code and fewer masters.
    """
    shared = hashlib.sha256(rules_digest().encode())
    for name in MASTERS:
        if name in books.frames:
            shared.update(f"{name}\n{books.frames[name].rows()!r}\n".encode())
    everybody = {one.name: getattr(policy, one.name) for one in fields(policy) if one.name != "rules"}
    facts = [sorted(books.frames), sorted(books.absent), books.company, period, everybody]
    shared.update(repr(facts).encode())
    common = shared.hexdigest()
    rested = hashlib.sha256(rules_digest().encode())
    for name in HISTORY_MASTERS:
        if name in books.frames:
            rested.update(f"{name}\n{books.frames[name].rows()!r}\n".encode())
    rested.update(repr([sorted(books.frames), sorted(books.absent), books.company, pl.__version__]).encode())
    return {HISTORY: rested.hexdigest()} | {
        one.code: hashlib.sha256(
            f"{common}\n{sorted(policy.rules.get(one.code, {}).items())!r}".encode()
        ).hexdigest()
        for one in rules
    }
