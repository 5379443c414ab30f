"""RC What stands on the wrong account.

**What it does** Moves journal items that the run's checks found on the wrong account to the one where they
belong.

**Why it matters** Classification: the total is right and two lines of the statements are wrong.

**Method** For each item that a finding names with its account (CLS001: the usual one), or that looks like
an asset (CLS002: `fixed_asset`): its company and foreign amounts, partner and analytic shares as they were
booked, dated D, less what is moved already. Dr target, Cr the item's account (a credit the other way); one
entry an item; not reversed. Example: a laptop of 1,450.00 on office supplies → Dr fixed asset 1,450.00, Cr
office supplies 1,450.00; of EUR 800.00 booked at 1.0700 the 856.00 move, not the closing rate's 867.36.

**False positives** Those of the finding. Refused and told: receivable, payable, bank, suspense and tax
accounts on either side, archived targets, and items of an earlier fiscal year (`fiscal_year_end`). An item
whose entry was reversed, or that an approved entry moves already, is left alone.

**Source** IAS 1.29, IAS 8.41; the original `account.move.line`. Switched on by mapping `fixed_asset`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from agent_service.core.adjustments.staging import (
    POSTED,
    Paper,
    Required,
    archived_accounts,
    staged,
)
from agent_service.core.entries import Entry
from agent_service.core.errors import PolicyError
from agent_service.core.facts import account_names
from agent_service.core.findings import Finding, Record, concern
from agent_service.core.ledger import CASH_TYPES, TRADE_TYPES, move_label, posted_lines
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "RC"
TITLE = "Reclassification"
ASSET = "fixed_asset"
ROLES = (ASSET,)
PARAMETERS = {"fiscal_year_end": "12-31"}
READS_FINDINGS = True
COLUMNS = ("Journal item", "From", "To", "Finding", "In currency")
_CONFIDENCE = Decimal("0.85")
_AS_ASSET = "CLS002"


@dataclass(frozen=True)
class Wrong:
    """An item on the wrong account, what is still to be moved of it, and the finding that says so."""

    item: Mapping[str, Any]
    target: int
    finding: Finding
    balance: int
    amount_currency: int

    @property
    def label(self) -> str:
        """Return how people know it."""
        move = move_label(self.item["move_name"], self.item["move_ref"], self.item["move_id"])
        return f"{move}: {self.item['name']}" if self.item["name"] else move


def propose(
    books: Books,
    policy: Policy,
    period: Period,
    decided: Mapping[str, str],
    findings: Sequence[Finding] = (),
) -> list[Entry | Finding]:
    """Return one entry for each item to be moved, and a finding where moving it is refused."""
    asset = policy.role(ASSET)
    targets = _targets(findings, asset)
    if not targets:
        return []
    made: list[Entry | Finding] = []
    refusals = _Refusals(books, policy, period)
    for one in _wrong(books, period, targets):
        if decided.get(f"{CODE}:{books.company.id}:{period.name}:{_part(one.item)}") in POSTED:
            continue  # people decided how much of it moves
        why = refusals.of(one)
        made += [_refused(books, one, why)] if why else staged(*_entry(books, period, decided, one), {})
    return made


def _targets(findings: Sequence[Finding], asset: int | None) -> dict[int, tuple[int, Finding]]:
    """Return {item: (account where it belongs, finding)}; what looks like an asset goes before the usual."""
    found: dict[int, tuple[int, Finding]] = {}
    for one in findings:
        for item, account in one.targets:
            found.setdefault(item, (account, one))
    for one in findings:
        if one.rule == _AS_ASSET and asset is not None:
            items = [record.id for record in one.records if record.model == "account.move.line"]
            found |= dict.fromkeys(items, (asset, one))
    return found


def _wrong(books: Books, period: Period, targets: Mapping[int, tuple[int, Finding]]) -> list[Wrong]:
    lines = posted_lines(books, period.end, pl.col("id").is_in(sorted(targets)))
    moves = books.frame("moves").filter(pl.col("state") == "posted", pl.col("date") <= period.end)
    undone = set(moves["reversed_entry_id"].drop_nulls().to_list())
    moved = _moved(books, period.end, sorted(targets))
    found = []
    for item in lines.iter_rows(named=True):
        target, finding = targets[item["id"]]
        gone, gone_currency = moved.get((item["id"], item["account_id"]), (0, 0))
        balance, amount_currency = item["balance"] + gone, (item["amount_currency"] or 0) + gone_currency
        if item["move_id"] in undone or target == item["account_id"] or not balance:
            continue
        found.append(Wrong(item, target, finding, balance, amount_currency))
    return found


def _moved(books: Books, day: date, items: Sequence[int]) -> dict[tuple[int, int], tuple[int, int]]:
    """Return what entries that are linked to an item booked on its account since, both currencies."""
    if not books.has("lines", "reclassifies_id"):
        return {}
    lines = posted_lines(books, day, pl.col("reclassifies_id").is_in(items))
    sums = lines.group_by("reclassifies_id", "account_id").agg(
        pl.col("balance").sum(), pl.col("amount_currency").sum()
    )
    return {(item, account): (balance, foreign) for item, account, balance, foreign in sums.iter_rows()}


def _entry(
    books: Books, period: Period, decided: Mapping[str, str], one: Wrong
) -> tuple[Books, Period, Mapping[str, str], list[Required], Paper]:
    currency, names = books.currency(one.item["currency"]), account_names(books)
    home = currency == books.company.currency
    foreign = one.balance if home else one.amount_currency
    shares = one.item["analytic"] if books.has("lines", "analytic") else None
    required = [
        Required(
            account_id=account,
            partner_id=one.item["partner_id"],
            currency=currency,
            balance=sign * one.balance,
            amount_currency=sign * foreign,
            name=f"Reclassified: {one.label}",
            analytic=shares or "",
        )
        for account, sign in ((one.target, 1), (one.item["account_id"], -1))
    ]
    source, target = (names.get(account, str(account)) for account in (one.item["account_id"], one.target))
    own, whole = one.item["balance"], one.item["amount_currency"] or 0
    rows = [((one.label, source, target, one.finding.rule, "" if home else currency.show(whole)), own)]
    if one.balance != own:
        rows.append((("moved already", target, source, "", ""), one.balance - own))
    paper = Paper(
        code=CODE,
        title=TITLE,
        columns=COLUMNS,
        rows=tuple(rows),
        sources=(Record("account.move.line", one.item["id"], one.label),),
        narration=(
            f"{one.label} of {one.item['date']} goes from {source} to {target}",
            f"({one.finding.rule}: {one.finding.title}).",
        ),
        reverses=False,
        confidence=_CONFIDENCE,
        part=_part(one.item),
        about=one.label[:80],
        takes_back=False,
    )
    return books, period, decided, required, paper


def _part(item: Mapping[str, Any]) -> str:
    return f"line-{item['id']}"


class _Refusals:
    """Why an item isn't moved: its kind of account, the target's, or its year."""

    def __init__(self, books: Books, policy: Policy, period: Period) -> None:
        accounts = books.frame("accounts").select("id", "account_type")
        self.types: dict[int, str | None] = dict(accounts.iter_rows())
        self.archived = archived_accounts(books)
        self.suspense = set(policy.role_ids("suspense"))
        self.suspense |= set(books.frame("journals")["suspense_account_id"].drop_nulls().to_list())
        taxed = books.frame("lines").filter(
            (pl.col("display_type") == "tax") | pl.col("tax_line_of").is_not_null()
        )
        self.taxes = set(taxed["account_id"].drop_nulls().unique().to_list())
        self.year = _year_start(str(policy.parameters(CODE, PARAMETERS).values["fiscal_year_end"]), period)

    def of(self, one: Wrong) -> str:
        """Return the reason, "" when there is none."""
        if one.item["date"] < self.year:
            return f"it is dated {one.item['date']}, in the fiscal year before {self.year}"
        if one.target in self.archived:
            return "the account where it belongs is archived"
        for account, which in ((one.item["account_id"], "stands"), (one.target, "belongs")):
            kind = self._kind(account)
            if kind:
                return f"the account where it {which} is {kind}"
        return ""

    def _kind(self, account: int) -> str:
        if account in self.suspense:
            return "a suspense account"
        if account in self.taxes:
            return "a tax account"
        known = self.types.get(account)
        if known in TRADE_TYPES:
            return "a receivable or payable account"
        return "a bank account" if known in CASH_TYPES else "" if known else "not known"


def _year_start(end: str, period: Period) -> date:
    """Return the first day of the fiscal year of the period; raises PolicyError for no month and day."""
    try:
        month, day = (int(one) for one in end.split("-"))
        last = [_last(year, month, day) for year in (period.end.year - 1, period.end.year)]
    except ValueError as error:
        raise PolicyError(f"{CODE}: fiscal_year_end should be like 12-31, not {end!r}") from error
    return date.fromordinal(max(one for one in last if one < period.start).toordinal() + 1)


def _last(year: int, month: int, day: int) -> date:
    """Return a day of a year; the 29th of February is the 28th where there is none."""
    return date(year, 2, 28) if (month, day) == (2, 29) and year % 4 else date(year, month, day)


def _refused(books: Books, one: Wrong, why: str) -> Finding:
    record = Record("account.move.line", one.item["id"], one.label)
    return concern(
        CODE,
        "Reclassification refused",
        "refused",
        record,
        f"{one.label} isn't reclassified",
        f"{one.finding.rule} finds {one.label} on the wrong account; no entry is proposed: {why}.",
        why="Such a line is part of a reconciliation, a tax return or a year that is closed.",
        remedy="Correct the document itself, or reclassify by an entry of your own.",
        amount=one.balance,
        records=(record, Record("account.move", one.item["move_id"], one.item["move_name"] or "")),
        evidence={"finding": one.finding.key(books.company), "reason": why},
    )
