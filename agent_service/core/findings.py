"""A finding: what a rule saw, where, what it costs and what puts it right."""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from agent_service.core.model import Company

SEVERITIES = ("critical", "high", "medium", "low")
RAISED_CODE, REFUSED_CODE = "SYS001", "SYS005"
"""A rule, matcher or proposer stopped with an error; a proposer lacks the evidence for an entry."""

MAX_RECORDS = 50
"""Links that a finding carries at most; the evidence names the full count."""


@dataclass(frozen=True, order=True)
class Record:
    """A link to a record of the books."""

    model: str
    id: int
    label: str = field(default="", compare=False)

    def row(self) -> dict[str, Any]:
        """Return the link as it travels."""
        return {"model": self.model, "id": self.id, "label": self.label}


@dataclass(frozen=True)
class Cause:
    """What several findings have in common; `key` is the same from run to run, `severity` that of all."""

    key: str
    title: str
    severity: str = ""

    def row(self) -> dict[str, str]:
        """Return the cause as it travels."""
        told = {"key": self.key, "title": self.title}
        return told | ({"severity": self.severity} if self.severity else {})


@dataclass(frozen=True)
class Finding:
    """An exception; `amount` is minor units of company currency, never negative.

    A rule fills in what it saw; the code, title, why and remedy of its file are stamped on by the registry.
    `severity` empty means the rule's own. Evidence holds JSON values without floats.
    """

    facet: str
    anchor: Record
    title: str
    message: str
    amount: int = 0
    severity: str = ""
    records: tuple[Record, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)
    rule: str = ""
    rule_title: str = ""
    why: str = ""
    remedy: str = ""
    cause: Cause | None = None
    targets: tuple[tuple[int, int], ...] = ()
    """Journal items and the account on which each belongs, where the rule knows: for the reclassification."""

    def key(self, company: Company) -> str:
        """Return what identifies the finding from run to run: no amount and no member is in it."""
        facet = "-".join(self.facet.split())  # a key holds no space
        return f"{self.rule}:{company.id}:{self.anchor.model},{self.anchor.id}:{facet}"

    def touches(self) -> frozenset[tuple[str, int]]:
        """Return the entries and journal items that the finding is about."""
        wanted = ("account.move", "account.move.line")
        linked = (self.anchor, *self.records)
        return frozenset((one.model, one.id) for one in linked if one.model in wanted)

    def row(self, company: Company) -> dict[str, Any]:
        """Return the finding as the port takes it."""
        return {
            "key": self.key(company),
            "rule": self.rule,
            "rule_title": self.rule_title,
            "severity": self.severity,
            "facet": self.facet,
            "title": self.title,
            "message": self.message,
            "why": self.why,
            "remedy": self.remedy,
            "amount": company.currency.text(self.amount),
            "anchor": {"model": self.anchor.model, "id": self.anchor.id},
            "records": [one.row() for one in self.records[:MAX_RECORDS]],
            "evidence": dict(self.evidence),
            **({"cause": self.cause.row()} if self.cause else {}),
        }


@dataclass(frozen=True)
class Failure:
    """Something that was not judged, and why: never to be read as clean."""

    scope: str
    code: str
    kind: str
    message: str

    def row(self) -> dict[str, str]:
        """Return the failure as the port takes it."""
        return {"scope": self.scope, "code": self.code, "kind": self.kind, "message": self.message}


def group_severity(severity: str, members: int, total: int, materiality: int | None) -> str:
    """Return a group's severity: up by one from M on, down by one under 0.01 M.

    Nothing becomes or ceases to be critical by its amount, and one member alone is no group.
    """
    if members < 2 or materiality is None or severity == "critical":
        return severity
    step = -1 if total >= materiality else 1 if total * 100 < materiality else 0
    place = SEVERITIES.index(severity) + step
    return SEVERITIES[min(max(place, 1), len(SEVERITIES) - 1)]


def raised_finding(code: str, title: str, error: Exception, company: Company) -> Finding:
    """Return the finding for code that failed; the error's text may hold business data and stays out."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return Finding(
        rule=RAISED_CODE,
        rule_title="Rule failed",
        facet=code,
        severity="high",
        anchor=Record("res.company", company.id, company.name),
        title=f"{code} could not be judged",
        message=f"{code} ({title}) stopped with {type(error).__name__}; the rest of the run went on.",
        why="What was not judged is not clean: an exception of this kind may stand in the books unseen.",
        remedy="Report the error with the place named in the evidence; judge the rule by hand until then.",
        records=(Record("res.company", company.id, company.name),),
        evidence={"code": code, "error": type(error).__name__, "where": where},
    )


def concern_code(proposer: str) -> str:
    """Return the rule's code under which a proposer says what a person has to look at ("RB": "RBF001")."""
    return f"{proposer}F001"


def concern(
    proposer: str,
    rule_title: str,
    facet: str,
    anchor: Record,
    title: str,
    message: str,
    *,
    why: str,
    remedy: str,
    amount: int = 0,
    severity: str = "medium",
    records: tuple[Record, ...] = (),
    evidence: Mapping[str, Any] | None = None,
) -> Finding:
    """Return what a proposer says instead of an entry, or beside it; facet and anchor identify it."""
    return Finding(
        rule=concern_code(proposer),
        rule_title=rule_title,
        facet=facet,
        severity=severity,
        anchor=anchor,
        title=title,
        message=message,
        why=why,
        remedy=remedy,
        amount=abs(amount),
        records=records or (anchor,),
        evidence=dict(evidence or {}),
    )


def refused_finding(code: str, title: str, reasons: tuple[str, ...], company: Company) -> Finding:
    """Return the finding for an entry that can't be proposed because its evidence is missing."""
    return Finding(
        rule=REFUSED_CODE,
        rule_title="Entry refused",
        facet=code,
        severity="high",
        anchor=Record("res.company", company.id, company.name),
        title=f"{title}: no entry, evidence is missing",
        message=f"{code} proposed nothing: {'; '.join(reasons)}.",
        why="An entry without evidence would be a guess; an amount that can't be proved is not 0.",
        remedy="Supply what is missing, then run again.",
        records=(Record("res.company", company.id, company.name),),
        evidence={"code": code, "missing": list(reasons)},
    )
