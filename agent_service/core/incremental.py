"""Judge again only what changed: findings of a rule's other units are kept from the time before.

A rule that declares `UNIT = "entry"` says: its verdict on an entry follows from that entry's own rows,
from what reverses or settles it, and from the masters. Where that holds, entries that nothing touched
keep their findings; any other rule, and any rule whose code, parameters, period or masters differ, judges
everything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Protocol

import polars as pl

from agent_service.core.by_id import rows_of
from agent_service.core.findings import Cause, Finding, Record
from agent_service.core.history import History
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

ENTRY = "entry"
HISTORY = "history"

MASTERS = (
    "accounts", "journals", "currencies", "users", "companies", "taxes", "rates", "locks", "reopenings",
)  # fmt: skip
"""Small tables that any entry's verdict may rest on: a change of one judges everything."""


TIED = frozenset(
    {
        *MASTERS, "moves", "lines", "partials", "statement_lines", "payments", "partners", "purchase_lines",
        "purchase_bill_lines", "sale_lines",
    }
)  # fmt: skip
"""What a slice of the books holds: masters, and rows that are tied to an entry."""


class Unforeseen(Exception):
    """A rule asked a slice for data that it doesn't hold: its unit is no entry."""


class Judge(Protocol):
    """A rule, as far as this module knows it."""

    code: str
    unit: str

    def findings(self, books: Books, policy: Policy, period: Period) -> list[Finding]:
        """Return the rule's findings in their order."""
        ...


class Slice(Books):
    """The books of some entries; whether there is data at all is told by the whole books."""

    def frame(self, name: str) -> pl.DataFrame:
        """Return a dataset of the slice; raises Unforeseen for one that no entry is tied to."""
        if name not in TIED:
            raise Unforeseen(name)
        return super().frame(name)

    def has(self, name: str, column: str | None = None) -> bool:
        """Tell whether a dataset, or a column of it, was delivered."""
        if name not in TIED:
            raise Unforeseen(name)
        return super().has(name, column)

    def need(self, name: str, *columns: str) -> pl.DataFrame:
        """Return a dataset of the slice; raises NoData where the whole books would."""
        self.memo["whole"].need(name, *columns)
        return self.frame(name)


def slice_of(books: Books, entries: Iterable[int]) -> Slice:
    """Return the books of some entries and of what they are tied to: reversals, settlements, orders."""
    moves = books.frame("moves")
    near = set(entries)
    near |= set(moves.filter(_in("reversed_entry_id", near))["id"].to_list())
    near |= set(rows_of(moves, near)["reversed_entry_id"].drop_nulls().to_list())
    frames = {name: frame for name, frame in books.frames.items() if name in TIED}
    frames["moves"] = rows_of(moves, near)
    frames["lines"] = lines = books.frame("lines").filter(_in("move_id", near))
    held = lines["id"].to_list()
    partials = books.frame("partials")
    tied = _in("debit_move_id", held) | _in("credit_move_id", held) | _in("exchange_move_id", near)
    frames["partials"] = partials.filter(tied)
    for name in ("statement_lines", "payments", "purchase_bill_lines"):
        if name in frames:
            frames[name] = frames[name].filter(_in("move_id", near))
    for name, column in (("purchase_lines", "purchase_line_id"), ("sale_lines", "sale_line_id")):
        if name in frames:
            linked = lines[column].drop_nulls().to_list()
            frames[name] = frames[name].filter(_in("id", linked))
    return Slice(books.company, books.currencies, frames, books.absent, {"whole": books}, books.live)


def _in(column: str, ids: Iterable[int]) -> pl.Expr:
    return pl.col(column).is_in(pl.Series(sorted(set(ids)), dtype=pl.Int64).implode())


@dataclass(frozen=True)
class Changed:
    """The entries that differ from the time before, and the months that they are, or were, dated in."""

    entries: frozenset[int]
    months: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Former:
    """What was found before, by rule and before precedence, and what each rule's verdict rested on.

    `history` has the closed months in short; what they rest on stands among the stamps as HISTORY.
    """

    findings: Mapping[str, tuple[Finding, ...]]
    stamps: Mapping[str, str]
    history: History = field(default_factory=History)

    def history_after(self, changed: Changed, stamp: str) -> History:
        """Return the closed months that still hold; none where what they rest on is another."""
        if self.stamps.get(HISTORY, "") != stamp:
            return History()
        return self.history.without(changed.months)


@dataclass(frozen=True)
class Since:
    """What to judge again: the entries that changed, the findings of the time before, and today's stamps."""

    entries: frozenset[int]
    former: Former
    stamps: Mapping[str, str]

    def holds(self, rule: "Judge") -> bool:
        """Tell whether a rule judged before, by the same code, parameters, period and masters."""
        return (
            rule.unit == ENTRY
            and rule.code in self.former.findings
            and self.former.stamps.get(rule.code, "") == self.stamps[rule.code]
        )

    def findings(self, rule: "Judge", books: Books, policy: Policy, period: Period) -> list[Finding] | None:
        """Return a rule's findings: kept for entries that nothing touched, new for the others.

        None where a finding isn't about an entry, or where the rule asks for more than that entry has: then
        it has no such unit, and judges everything.
        """
        former = self.former.findings[rule.code]
        part = books.once("slice", lambda one: slice_of(one, self.entries))
        try:
            new = rule.findings(part, policy, period)
        except Unforeseen:
            return None
        if any(one.anchor.model != "account.move" for one in (*former, *new)):
            return None
        found = [one for one in former if one.anchor.id not in self.entries]
        found += [one for one in new if one.anchor.id in self.entries]
        return sorted(found, key=lambda one: (one.anchor, one.facet))


def to_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON values."""
    made: dict[str, Any] = {one.name: getattr(finding, one.name) for one in fields(Finding)}
    made["anchor"] = _record(finding.anchor)
    made["records"] = [_record(one) for one in finding.records]
    made["evidence"] = dict(finding.evidence)
    made["cause"] = None if finding.cause is None else [finding.cause.key, finding.cause.title]
    return made


def from_json(made: Mapping[str, Any]) -> Finding:
    """Return the finding again; raises KeyError or TypeError for another shape."""
    values = {one.name: made[one.name] for one in fields(Finding)}
    values["anchor"] = Record(*made["anchor"])
    values["records"] = tuple(Record(*one) for one in made["records"])
    values["targets"] = tuple((line, account) for line, account in made["targets"])
    values["cause"] = None if made["cause"] is None else Cause(*made["cause"])
    return Finding(**values)


def _record(one: Record) -> list[Any]:
    return [one.model, one.id, one.label]
