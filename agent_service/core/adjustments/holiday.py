"""HO Holidays that are owed.

**What it does** Brings the liability for days of holiday that people have left to what they are worth.

**Why it matters** Completeness: the days were earned by work of the months before (IAS 19.13).

**Method** For each key `round(days × day's pay × (1 + contributions))`; days taken in advance count as
none unless the policy recovers them (`advance_days: recovered`). The entry is the movement from the
balance of `accrued_holiday` at D to the sum, whoever booked it: Dr `holiday_expense`, Cr
`accrued_holiday`, or the opposite. It isn't reversed. Example: 12.5 × 240.00 and 4 × 310.00, both × 1.215
→ 5,151.60; balance 4,650.00 → Dr holiday expense 501.60, Cr accrued holiday 501.60 at 31 Oct.

**False positives** A key that had days at the date before and has no balance at D refuses the entry: who left
has 0 days. Balances that were read before the last leave was entered.

**Who sees what** Days and pay carry no names: a `key` tells people apart. Many read a staged entry who may
not know what one person earns: its calculation has the sum only and doesn't tell of how many, and one
balance stands as the source for all that count on the day. A sum of one would be that person's.

**Source** IAS 19.13 to 19.16 (accumulating absences); `holiday_balances`.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from agent_service.core.adjustments.staging import Paper, Required, need_roles, staged
from agent_service.core.entries import Entry
from agent_service.core.errors import EvidenceMissing
from agent_service.core.findings import Record
from agent_service.core.ledger import posted_lines
from agent_service.core.model import Books
from agent_service.core.money import percent
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "HO"
TITLE = "Holidays owed"
EXPENSE, ACCRUED = "holiday_expense", "accrued_holiday"
ROLES = (EXPENSE, ACCRUED)
PARAMETERS = {"advance_days": "none"}
COLUMNS = ("What",)


def propose(books: Books, policy: Policy, period: Period, decided: Mapping[str, str]) -> list[Entry]:
    """Return the entry for the movement, or none when the balance is right. Raises EvidenceMissing."""
    if not books.has("holiday_balances") or not books.frame("holiday_balances").height:
        return []
    recovered = policy.parameters(CODE, PARAMETERS).values["advance_days"] == "recovered"
    owed = _owed(books, period, recovered)
    roles = need_roles(books, policy, EXPENSE, ACCRUED)
    lines = posted_lines(books, period.end, pl.col("account_id") == roles[ACCRUED])
    balance = -int(lines["balance"].sum())
    due = sum(amount for _row, amount in owed)
    rows = [((f"days left on {period.end}, with contributions",), due)]
    if balance:
        rows.append(((f"balance of the account on {period.end}",), -balance))
    own = books.company.currency
    paper = Paper(
        code=CODE,
        title=TITLE,
        columns=COLUMNS,
        rows=tuple(rows),
        sources=(
            # the server reads all that count on its day with it
            Record("ai.close.holiday.balance", max(row["id"] for row, _amount in owed), TITLE),
            Record("account.account", roles[ACCRUED], "balance"),
        ),
        narration=(
            f"Holidays owed on {period.end} are worth {books.show(due)};",
            f"{books.show(balance)} are booked.",
            "Days and pay of each stand under Holidays owed, for controllers and auditors.",
        ),
        reverses=False,
        takes_back=False,
    )
    required = [
        Required(roles[EXPENSE], None, own, due - balance, due - balance, TITLE),
        Required(roles[ACCRUED], None, own, balance - due, balance - due, TITLE),
    ]
    return staged(books, period, decided, required, paper, {})


def _owed(books: Books, period: Period, recovered: bool) -> list[tuple[dict[str, Any], int]]:
    """Return the balances at the closing date with what each is worth, minor units."""
    own, lacks = books.company.currency, []
    found: list[tuple[dict[str, Any], int]] = []
    seen: set[str] = set()
    for row in books.frame("holiday_balances").filter(pl.col("as_of") == period.end).iter_rows(named=True):
        key = row["key"] or str(row["id"])
        missing = [what for what in ("days", "day_rate", "social_pct") if row[what] is None]
        if missing:
            lacks.append(f"the holiday balance {key} has no {', '.join(missing)}")
            continue
        if key in seen:
            lacks.append(f"the holiday balance {key} is given twice for {period.end}")
            continue
        seen.add(key)
        pay = Fraction(row["day_rate"], 10**own.decimals) * (1 + percent(row["social_pct"]))
        found.append((row, own.minor(_counting(row, recovered) * pay)))
    lacks += [f"the holiday balance {key} is missing on {period.end}" for key in _before(books, period, seen)]
    if not seen and not lacks:
        lacks.append(f"there is no holiday balance of {period.end}")
    if lacks:
        raise EvidenceMissing(lacks)
    return found


def _before(books: Books, period: Period, seen: set[str]) -> list[str]:
    """Return whose balance stood at the date before and isn't told any more: who left has 0 days."""
    former = books.frame("holiday_balances").filter(pl.col("as_of") < period.end)
    former = former.filter(pl.col("as_of") == pl.col("as_of").max())
    rows = former.select("key", "id", "days").iter_rows()
    return [key or str(number) for key, number, days in rows if Decimal(days or 0) and key not in seen]


def _counting(row: Mapping[str, Any], recovered: bool) -> Fraction:
    days = Fraction(Decimal(row["days"]))
    return days if recovered else max(days, Fraction(0))
