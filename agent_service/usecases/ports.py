"""What the use cases need from the outside, as protocols.

The adapters in `odoo_client/` fill them in: one object a run may well be all three. Nothing here knows
about JSON-RPC, keys or leases; an adapter keeps the lease to itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

Columns = Mapping[str, Sequence[Any]]
"""A dataset as the port gives it: column name to values, all of one length, pages already joined."""

Row = Mapping[str, Any]
"""One proposal as the port takes it: JSON values, money as decimal strings."""


class DatasetUnavailable(Exception):
    """The server has no such dataset, or this user may not read it: a rule then has no data."""


@dataclass(frozen=True)
class Decision:
    """What people decided about an earlier proposal.

    Of a rejected entry also what was proposed, by account in decimal strings (debit positive), and why not.
    """

    kind: str
    key: str
    state: str
    amounts: Mapping[int, str] = field(default_factory=dict)
    reason: str = ""

    @classmethod
    def from_wire(cls, row: Mapping[str, Any]) -> "Decision":
        """Return the decision that a row of `begin`'s result describes; an older add-on tells no amounts."""
        return cls(
            str(row["kind"]),
            str(row["key"]),
            str(row["state"]),
            {int(one["account_id"]): str(one["balance"]) for one in row.get("lines") or ()},
            str(row.get("reason") or ""),
        )


@dataclass(frozen=True)
class RunStart:
    """The answer of `begin`, without the lease."""

    run_id: int
    resumed: bool
    company_id: int
    company_name: str
    currency: int | str
    currency_decimals: int
    tz: str
    period: str
    period_start: date
    period_end: date
    policy_id: int
    policy_version: int
    params: Mapping[str, Any]
    snapshot_xmin: str
    snapshot_at: str
    watermark: str | None = None
    decisions: tuple[Decision, ...] = ()
    starts_on: date | None = None
    """First day of the company's first close; an add-on that knows none leaves it out."""
    matcher: Mapping[str, Any] | None = None
    """The version of the matcher in use, as `core/matching/versions.py` reads it; None: as delivered."""
    language: Mapping[str, Any] | None = None
    """Which language model may be asked what; None: templates only."""
    takes_texts: bool = False
    """Whether the add-on knows texts of a language model at all."""

    @classmethod
    def from_wire(cls, result: Mapping[str, Any]) -> "RunStart":
        """Return the run that the port's `begin` result describes; raises KeyError on a missing name."""
        company, period = result["company"], result["period"]
        policy, snapshot = result["policy"], result["snapshot"]
        return cls(
            run_id=int(result["run_id"]),
            resumed=bool(result.get("resumed")),
            company_id=int(company["id"]),
            company_name=str(company["name"]),
            currency=company["currency"],
            currency_decimals=int(company["currency_decimals"]),
            tz=str(company.get("tz") or "UTC"),
            period=str(period["name"]),
            period_start=date.fromisoformat(period["start"]),
            period_end=date.fromisoformat(period["end"]),
            policy_id=int(policy["id"]),
            policy_version=int(policy["version"]),
            params=dict(policy.get("params") or {}),
            snapshot_xmin=str(snapshot["xmin"]),
            snapshot_at=str(snapshot["at"]),
            watermark=None if result.get("watermark") is None else str(result["watermark"]),
            decisions=tuple(map(Decision.from_wire, result.get("decisions") or ())),
            starts_on=date.fromisoformat(company["starts_on"]) if company.get("starts_on") else None,
            matcher=result.get("matcher"),
            language=result.get("language"),
            takes_texts="language" in result,
        )


@dataclass(frozen=True)
class RowStatus:
    """What became of one submitted row: created, updated, unchanged, superseded or refused."""

    key: str
    status: str
    reason: str | None = None
    code: str | None = None

    @classmethod
    def from_wire(cls, row: Mapping[str, Any]) -> "RowStatus":
        """Return the status that one row of the `submit` result describes."""
        return cls(str(row["key"]), str(row["status"]), row.get("reason"), row.get("code"))


@dataclass(frozen=True)
class Changes:
    """What was written since a watermark: (model, id) pairs, and the watermark to ask from next time.

    `marks` names each pair's last change: from the same watermark the same change comes again.
    """

    watermark: str
    rows: tuple[tuple[str, int], ...] = field(default=())
    marks: tuple[int, ...] = field(default=())


class Reader(Protocol):
    """Reads one run's company, with the agent's own rights."""

    def datasets(self) -> frozenset[str]:
        """Return the names of the datasets that the server has."""
        ...

    def read(self, dataset: str) -> Columns:
        """Return a whole dataset, ordered by id; raises DatasetUnavailable."""
        ...

    def pages(self, dataset: str) -> Iterator[Columns]:
        """Yield a whole dataset page by page, ordered by id; raises DatasetUnavailable."""
        ...

    def read_ids(self, dataset: str, ids: Sequence[int]) -> Columns:
        """Return these records of a dataset, ordered by id; raises DatasetUnavailable.

        One that is absent is gone, or no longer belongs to the dataset.
        """
        ...

    def changes(self, after: str) -> Changes:
        """Return what was written with a transaction id of at least `after` and is settled now."""
        ...


class Sink(Protocol):
    """Takes proposals."""

    def submit(self, kind: str, rows: Sequence[Row]) -> list[RowStatus]:
        """Hand in rows of one kind, as `outcome.KINDS` names them; one status a row, in order."""
        ...


class Run(Protocol):
    """Begins and ends the run of one company and period."""

    def begin(
        self, company: int | str, period: str, run_key: str, rules_digest: str, trigger: str
    ) -> RunStart:
        """Open the run of this key, or resume it."""
        ...

    def heartbeat(self) -> None:
        """Keep the right to work on it; raises when somebody else took it over."""
        ...

    def finish(
        self,
        counters: Mapping[str, Any],
        scopes: Mapping[str, Sequence[str]],
        failures: Sequence[Row],
        cost: str,
        watermark: str | None,
    ) -> Mapping[str, Any]:
        """End the run and name what completed; the server closes what is absent only there."""
        ...

    def fail(self, failures: Sequence[Row]) -> None:
        """End the run as failed: nothing is closed."""
        ...
