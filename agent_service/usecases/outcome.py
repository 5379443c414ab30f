"""What the steps of a run come to: rows to submit, scopes that completed, failures; and the final report."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agent_service.core.control_totals import CODE as CONTROL_CODE
from agent_service.core.control_totals import Control
from agent_service.core.findings import RAISED_CODE, REFUSED_CODE, SEVERITIES, Finding
from agent_service.core.incremental import Former
from agent_service.core.model import Books
from agent_service.usecases.ports import Row, RowStatus

KINDS = ("finding", "match", "entry", "accuracy", "tie_out", "variance")
BANDS = ("auto", "review", "ask")
STATUSES = ("created", "updated", "unchanged", "superseded", "refused")


@dataclass(frozen=True)
class Outcome:
    """Rows by kind, names of what completed by scope, and what failed."""

    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    scopes: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    failures: Sequence[Row] = ()
    former: Former | None = None
    """What each rule found before precedence, for the next run."""
    whole: Sequence[str] = ()
    """The rules that judged every record, not only what changed."""
    found: Sequence[Finding] = ()
    """The findings of the rules as they stand, for the proposers that come after."""
    held_back: Mapping[str, str] = field(default_factory=dict)
    """Entries that aren't proposed again, by reference: people rejected the same in this period, and why."""

    @classmethod
    def joined(cls, parts: Sequence["Outcome"]) -> "Outcome":
        """Return several outcomes as one; the system's own findings always count as judged."""
        rows = {kind: [row for part in parts for row in part.rows.get(kind, ())] for kind in KINDS}
        scopes = {
            name: sorted({code for part in parts for code in part.scopes.get(name, ())})
            for name in ("rules", "matchers", "proposers", "tie_outs")
        }
        scopes["rules"] = sorted({*scopes["rules"], RAISED_CODE, REFUSED_CODE})
        for name in ("drafts_passed",):
            if any(name in part.scopes for part in parts):
                scopes[name] = sorted({each for part in parts for each in part.scopes.get(name, ())})
        return cls(
            rows,
            scopes,
            [failure for part in parts for failure in part.failures],
            next((part.former for part in parts if part.former), None),
            [code for part in parts for code in part.whole],
            held_back={ref: text for part in parts for ref, text in part.held_back.items()},
        )

    def controlled(self, control: Control, books: Books) -> "Outcome":
        """Return the outcome with what the control totals say; a run that compared them judged them."""
        scopes = {**self.scopes, "rules": sorted({*self.scopes.get("rules", ()), CONTROL_CODE})}
        if control.agrees:
            return replace(self, scopes=scopes)
        found = [*self.rows.get("finding", ()), control.finding(books).row(books.company)]
        failures = [*self.failures, control.failure().row()]
        return replace(self, rows={**self.rows, "finding": found}, scopes=scopes, failures=failures)

    def keys(self) -> frozenset[str]:
        """Return the keys of every row."""
        return frozenset(row["key"] for rows in self.rows.values() for row in rows)

    def counts(self) -> dict[str, dict[str, Any]]:
        """Return how many there are: findings by severity and rule, matches by band, entries by proposer.

        A line for which nothing is proposed counts as no match. What isn't proposed again is named.
        """
        findings, matches = self.rows.get("finding", ()), self.rows.get("match", ())
        severities = Counter(row["severity"] for row in findings)
        bands = Counter(row["band"] for row in matches if row["kind"] != "none")
        return {
            "findings": {name: severities[name] for name in SEVERITIES},
            "rules": dict(sorted(Counter(row["rule"] for row in findings).items())),
            "matches": {name: bands[name] for name in BANDS},
            "entries": dict(sorted(Counter(row["proposer"] for row in self.rows.get("entry", ())).items())),
            **({"not_proposed_again": dict(self.held_back)} if self.held_back else {}),
        }


@dataclass(frozen=True)
class RunReport:
    """What a finished run did, for people and machines; `finish` is the port's own answer."""

    run_id: int
    resumed: bool
    rounds: int
    settled: bool
    outcome: Outcome
    statuses: Sequence[RowStatus]
    finish: Mapping[str, Any]
    reading: Mapping[str, Any] = field(default_factory=dict)
    """What was read and judged: everything, or what changed."""
    language: Mapping[str, Any] = field(default_factory=dict)
    """What came of the language model; nothing where none is configured or approved."""

    @property
    def refused(self) -> tuple[RowStatus, ...]:
        """Return the rows that the server refused."""
        return tuple(one for one in self.statuses if one.status == "refused")

    def summary(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        given = Counter(one.status for one in self.statuses)
        return {
            "run_id": self.run_id,
            "state": str(self.finish.get("state") or "done"),
            "resumed": self.resumed,
            **self.outcome.counts(),
            "statuses": {name: given[name] for name in STATUSES},
            "refused": [{"key": one.key, "code": one.code, "reason": one.reason} for one in self.refused],
            "failures": [dict(one) for one in self.outcome.failures],
            "reading": dict(self.reading),
            "rounds": self.rounds,
            "settled": self.settled,
            **({"language": dict(self.language)} if self.language else {}),
        }
