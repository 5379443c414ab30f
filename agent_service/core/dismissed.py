"""Exceptions that people approved: a rule stays silent about a partner, an account, or the two together.

The policy holds them as `rules.<code>.dismissed`, a list of `{"partner": id, "account": id}` with either or
both. A finding is about the partner of its anchor, and about the accounts of its anchor, else of the items
and accounts that it links, else of the base lines of its entry.
"""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.policy import Policy

SPARES_NOBODY = ("ACC006", "ACC010")
"""An entry that doesn't balance or a broken record has no exception."""

_OF_PARTNER = {
    "account.move": ("moves", "commercial_partner_id"),
    "account.payment": ("payments", "partner_id"),
    "account.bank.statement.line": ("statement_lines", "partner_id"),
    "res.partner": ("partners", "commercial_partner_id"),
}


def without_dismissed(findings: Sequence[Finding], books: Books, policy: Policy) -> list[Finding]:
    """Return the findings that no approved exception of their rule is about."""
    code = findings[0].rule if findings else ""
    given = policy.rules.get(code, {}).get("dismissed") or ()
    exceptions = [one for one in given if one.get("partner") or one.get("account")]
    if not exceptions or code in SPARES_NOBODY:
        return list(findings)
    subjects = _Subjects(books, findings)
    return [one for one in findings if not subjects.spared(one, exceptions)]


class _Subjects:
    """Partners and accounts of some findings, looked up at once."""

    def __init__(self, books: Books, findings: Iterable[Finding]) -> None:
        wanted: dict[str, set[int]] = {}
        for finding in findings:
            for one in (finding.anchor, *finding.records):
                wanted.setdefault(one.model, set()).add(one.id)
        self.partner: dict[tuple[str, int], int | None] = {}
        for model, (dataset, column) in _OF_PARTNER.items():
            if books.has(dataset, column):
                frame = books.frame(dataset).filter(pl.col("id").is_in(sorted(wanted.get(model, ()))))
                self.partner |= {(model, key): who for key, who in frame.select("id", column).iter_rows()}
        self.account: dict[int, int] = {}
        self.base: dict[int, set[int]] = {}
        moves = sorted(wanted.get("account.move", ()))
        lines = books.frame("lines").filter(
            pl.col("id").is_in(sorted(wanted.get("account.move.line", ()))) | pl.col("move_id").is_in(moves)
        )
        columns = ("id", "move_id", "partner_id", "account_id", "display_type")
        for key, move, who, account, kind in lines.select(columns).iter_rows():
            self.partner["account.move.line", key] = who or self.partner.get(("account.move", move))
            if account is None:
                continue
            self.account[key] = account
            if kind in (None, "product"):
                self.base.setdefault(move, set()).add(account)
        self.heads: dict[int, int] = {}
        if books.has("partners"):
            people = sorted({who for who in self.partner.values() if who})
            frame = books.frame("partners").filter(pl.col("id").is_in(people))
            self.heads = {
                key: head or key for key, head in frame.select("id", "commercial_partner_id").iter_rows()
            }

    def spared(self, finding: Finding, exceptions: Iterable[Mapping[str, int]]) -> bool:
        """Tell whether one of the exceptions is about the finding."""
        who = self.partner.get((finding.anchor.model, finding.anchor.id))
        partners = {who, self.heads.get(who, who)} if who else set()
        accounts = self._accounts(finding)
        return any(
            one.get("partner") in {None, *partners} and one.get("account") in {None, *accounts}
            for one in exceptions
        )

    def _accounts(self, finding: Finding) -> set[int]:
        found = self._account_of(finding.anchor.model, finding.anchor.id)
        if not found:
            found = {account for one in finding.records for account in self._account_of(one.model, one.id)}
        if not found and finding.anchor.model == "account.move":
            found = self.base.get(finding.anchor.id, set())
        return found

    def _account_of(self, model: str, key: int) -> set[int]:
        if model == "account.account":
            return {key}
        return {self.account[key]} if model == "account.move.line" and key in self.account else set()
