"""What a run leaves for the next one: the books as it read them, and what each rule found in them.

It is a copy that can be thrown away at any time; Odoo's books are the only truth. `fits` says when it may be
used at all, in words that people read.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from agent_service.core.findings import Finding
from agent_service.core.incremental import Former, from_json, to_json
from agent_service.core.schema import SCHEMA
from agent_service.usecases.follow import Read
from agent_service.usecases.ports import RunStart

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
    shape = hashlib.sha256(json.dumps(SCHEMA, sort_keys=True).encode()).hexdigest()
    return {
        **given,
        "company": str(start.company_id),
        "period": start.period,
        "currency": str(start.currency),
        "datasets": " ".join(sorted(datasets)),
        "shape of the data": shape,
    }


def misfit(kept: Kept, identity: Mapping[str, str], start: RunStart, today: int) -> str:
    """Return why a copy can't be used, "" where it can; `today` is the day of the snapshot as a number."""
    for name in sorted(identity.keys() | kept.identity.keys()):
        if identity.get(name) != kept.identity.get(name):
            return f"another {name}"
    if not kept.watermark.isdecimal() or not start.snapshot_xmin.isdecimal():
        return "no mark to go on from"
    if int(kept.watermark) > int(start.snapshot_xmin):
        return "the database is older than the copy"
    age = today - int(kept.read_on)
    if not 0 <= age < FULL_EVERY_DAYS:
        return f"everything was last read {age} days ago"
    return ""


def former_text(former: Former) -> str:
    """Return what was found as JSON; a rule whose findings JSON can't hold is left out and judged anew."""
    held: dict[str, Any] = {}
    for code, findings in former.findings.items():
        try:
            held[code] = json.loads(json.dumps([to_json(one) for one in findings]))
        except (TypeError, ValueError):
            continue
    return json.dumps({"findings": held, "stamps": dict(former.stamps)}, sort_keys=True)


def former_of(text: str) -> Former:
    """Return what was found; raises ValueError, KeyError or TypeError for another shape."""
    made = json.loads(text)
    findings: dict[str, tuple[Finding, ...]] = {
        code: tuple(from_json(one) for one in rows) for code, rows in made["findings"].items()
    }
    return Former(findings, dict(made["stamps"]))
