"""RB Missing recurring bills.

**What it does** Accrues the bill that a vendor always sends and that isn't there at the closing date: rent,
utilities, subscriptions, audit fees; by vendor and expense account, one entry each.

**Why it matters** Completeness and cut-off: the month used the service, whenever the bill comes.

**Method** Bills on the account (posted, accounting date up to D, without order lines, net of recoverable
tax), each for the month that its text or its dates name, else its own month. At least 80 % of the distances
make a rhythm: monthly, quarterly, yearly. Expected is the median of the last 12 bills (quarterly 8), its
range ± the greater of 3 robust deviations, 2 % and 1.00; a seasonal series is read against the same month
last year; after a step of the price the history begins anew. A quarter's bill accumulates by thirds. A draft,
or a bill posted after D for the month, is the amount itself. Dr expense, Cr `accrued_liability`, a line a
month of service; foreign bills at D's closing rate; reversed on D+1. Example: rent of 3,200.00 twelve times,
October missing → Dr rent 3,200.00, Cr accrued liability 3,200.00, range 3,136.00–3,264.00.

**False positives** A contract that ended, an archived vendor, a final bill: nothing. One older month missing
too: both, low confidence; two: no entry, the finding asks whether it stopped. Fewer than 6 bills: low
confidence; fewer than 3: a finding. A month that was left out last year as well isn't expected. Where the
amounts differ wildly, and neither texts nor days of the month are regular, it was bought now and then:
nothing. What people accrued by hand, and a like bill on another account, are said and nothing is proposed.
A person's edit of an estimate stays. Group companies are IC's where their documents can be read.

**Source** IAS 1.27, IAS 37.11; ADJUSTMENTS.md section 2; `account.move`, `account.move.line`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import polars as pl

from agent_service.core.adjustments import intercompany
from agent_service.core.adjustments.bill_series import Series, series_of
from agent_service.core.adjustments.by_hand import APART, STOP
from agent_service.core.adjustments.expected_bills import (
    FINAL_WORDS,
    Due,
    Expected,
    booked_by_hand,
    booked_elsewhere,
    contracts_of,
    due_of,
    months_text,
)
from agent_service.core.adjustments.mirrors import peers
from agent_service.core.adjustments.recurring_findings import no_entry, not_taken_back
from agent_service.core.adjustments.reversals import Family, families, first_open_day, not_reversed
from agent_service.core.adjustments.staging import Paper, Required, Slot, need_roles, staged
from agent_service.core.analysis.rates import closing_rate
from agent_service.core.entries import Entry
from agent_service.core.errors import EvidenceMissing
from agent_service.core.facts import account_names, partner_names
from agent_service.core.findings import Finding, Record
from agent_service.core.ledger import own_move_ids
from agent_service.core.model import Books
from agent_service.core.period import Period, month_index
from agent_service.core.policy import Policy
from agent_service.core.text import plain, runs

CODE = "RB"
TITLE = "Missing recurring bill"
ROLES = ("accrued_liability",)
PARAMETERS = {"closing_rate_max_age_days": 3, "by_hand": STOP}

COLUMNS = ("Service month", "Rests on", "Expected", "Range", "Share", "Rate")
NO_VENDOR = 0
LONGEST_NAME = 60
_MONTHS = re.compile(r"\d{4}-\d\d(?:\.\.\d{4}-\d\d)?")


def propose(
    books: Books, policy: Policy, period: Period, decided: Mapping[str, str]
) -> list[Entry | Finding]:
    """Return an entry for each vendor and account whose bill is missing, and findings where none is made.

    Nothing before the period is over: a bill that is still to come isn't missing. Raises EvidenceMissing.
    """
    if not period.is_over:
        return []
    accrued = need_roles(books, policy, *ROLES)["accrued_liability"]
    all_series = series_of(books, period.end)
    dues = _dues(books, policy, period, all_series, accrued)
    posted = _posted(books, period, accrued, dues)
    found: list[Entry | Finding] = []
    names, accounts = partner_names(books), account_names(books)
    for key in sorted({*dues, *posted}):
        partner, account = key
        vendor = (names.get(partner) or "Accrual by hand")[:LONGEST_NAME]
        cost = (accounts.get(account) or f"account {account}")[:LONGEST_NAME]
        older, current = not_reversed(posted.get(key, ()), period)
        for one in older:
            found += _take_back(books, period, decided, one, key, vendor)
        due = dues.get(key)
        left = _left(current)
        if partner == NO_VENDOR:
            continue
        if due and due.problem:
            found.append(no_entry(CODE, TITLE, due, vendor, cost, period))
        if due and due.items and not due.problem and left and _stands(due, books, current, account):
            continue
        try:
            found += _entries(books, policy, period, decided, key, due, left, (vendor, cost), accrued)
        except EvidenceMissing as error:
            if due:
                due = replace(due, problem="rate", problem_text="; ".join(error.reasons))
                found.append(no_entry(CODE, TITLE, due, vendor, cost, period))
    return found


def _dues(
    books: Books, policy: Policy, period: Period, all_series: Sequence[Series], accrued: int
) -> dict[tuple[int, int], Due]:
    contracts = contracts_of(books)
    words = policy.words("final_bill_words", FINAL_WORDS)
    gone = _archived(books, "partners") | _in_group(books, policy)
    closed = _archived(books, "accounts")
    heeds = policy.parameters(CODE, PARAMETERS).values["by_hand"] != APART
    own = own_move_ids(books, people=False)
    by_hand = booked_by_hand(books, period.end, accrued, own).to_dicts() if heeds else []
    by_vendor: dict[int, list[Series]] = defaultdict(list)
    for one in all_series:
        by_vendor[one.partner_id].append(one)
    there = {(one.partner_id, one.account_id) for one in all_series}
    more = [
        Series(partner, account, ())
        for partner, account in sorted(contracts, key=str)
        if account is not None and (partner, account) not in there
    ]
    names = partner_names(books)
    found = {}
    for one in [*all_series, *more]:
        if one.partner_id in gone:
            continue
        key = (one.partner_id, one.account_id)
        given = contracts.get(key) or contracts.get((one.partner_id, None)) or []
        due = due_of(one, books, period.end, given, words)
        if due is None or not (due.items or due.problem):
            continue
        if due.items and not due.problem:
            due = _unless_there(
                due, by_hand, by_vendor[one.partner_id], period, names.get(one.partner_id, "")
            )
        if one.account_id in closed and due.items:
            due = replace(due, items=(), problem="archived", problem_text="nothing can be posted to it")
        found[key] = due
    return found


def _in_group(books: Books, policy: Policy) -> set[int]:
    """Return the companies whose own documents prove what is missing: IC accrues it, once is enough."""
    if not policy.enabled(intercompany.CODE) or not policy.role_ids(*intercompany.ROLES):
        return set()
    if not books.has("group_documents"):
        return set()
    return {one.partner_id for one in peers(books) if one.readable}


def _archived(books: Books, dataset: str) -> set[int]:
    frame = books.frame(dataset)
    return set(frame.filter(~pl.col("active").fill_null(value=True))["id"].to_list())


def _unless_there(
    due: Due, by_hand: Sequence[Mapping], others: Sequence[Series], period: Period, vendor: str
) -> Due:
    """Return what is due, or the reason why nothing is: somebody booked it already in another way."""
    low, high = sum(one.low for one in due.items), sum(one.high for one in due.items)
    words = {one for one in runs(plain(vendor)) if len(one) > 3}
    for row in by_hand:
        if row["account_id"] != due.series.account_id:
            continue
        alike = low <= row["balance"] <= high or bool(words & set(runs(plain(row["text"]))))
        if row["partner_id"] == due.series.partner_id or (row["partner_id"] is None and alike):
            text = "an entry by a person accrues it; until that is reversed nothing is proposed"
            return replace(due, items=(), problem="hand", problem_text=text)
    other = booked_elsewhere(due, others, month_index(period.end))
    if other:
        text = f"{other.label} has a like amount and stands on another account"
        return replace(due, items=(), problem="elsewhere", problem_text=text)
    return due


def _posted(
    books: Books, period: Period, accrued: int, dues: Mapping[tuple[int, int], Due]
) -> dict[tuple[int, int], list[Family]]:
    """Return our posted accruals by vendor and expense account.

    An accrual by hand that a person adopted may name no vendor: it is that of the account's one missing bill.
    """
    found: dict[tuple[int, int], list[Family]] = defaultdict(list)
    lines = books.frame("lines").filter(pl.col("move_id").is_in(sorted(own_move_ids(books, CODE))))
    slots: dict[int, set[tuple[int | None, int]]] = defaultdict(set)
    for move, account, partner in lines.select("move_id", "account_id", "partner_id").iter_rows():
        slots[move].add((partner, account))
    for one in families(books, CODE, period.end):
        keys = sorted((key for key in slots[one.root] if key[1] != accrued), key=str)
        if not keys or len(keys) == len(slots[one.root]):
            continue
        partner, account = keys[0]
        there = [key for key in dues if key[1] == account]
        if partner is not None:
            found[partner, account].append(one)
        else:
            found[there[0] if len(there) == 1 else (NO_VENDOR, account)].append(one)
    return found


def _left(current: Iterable[Family]) -> dict[Slot, tuple[int, int]]:
    sums: dict[Slot, list[int]] = defaultdict(lambda: [0, 0])
    for one in current:
        for slot, (balance, foreign) in one.left.items():
            sums[slot][0] += balance
            sums[slot][1] += foreign
    return {slot: (one[0], one[1]) for slot, one in sums.items() if any(one)}


def _stands(due: Due, books: Books, current: Sequence[Family], account: int) -> bool:
    """Tell whether the same months are accrued already: what a person approved, or adopted, stays."""
    if any(one.is_exact for one in due.items):
        return False
    lines = books.frame("lines").filter(
        pl.col("move_id").is_in([one.root for one in current]), pl.col("account_id") == account
    )
    told = {month for name in lines["name"].drop_nulls() for month in _MONTHS.findall(name)}
    return not told or told == {one.gap.name for one in due.items}


def _entries(
    books: Books,
    policy: Policy,
    period: Period,
    decided: Mapping[str, str],
    key: tuple[int, int],
    due: Due | None,
    left: Mapping[Slot, tuple[int, int]],
    names: tuple[str, str],
    accrued: int,
) -> list[Entry]:
    partner, account = key
    items = due.items if due else ()
    if due is None or not items:
        about, months = names[0], "nothing is missing any more"
        paper = Paper(CODE, TITLE, COLUMNS, (), (), (f"{names[0]}, {names[1]}: {months}.",), reverses=True,
                      part=_part(key), about=about)  # fmt: skip
        return staged(books, period, decided, (), paper, left)
    own, rate = books.company.currency, None
    if due.currency != own:
        max_age = policy.parameters(CODE, PARAMETERS).integer("closing_rate_max_age_days")
        rate = closing_rate(books, due.currency.id, period.end, max_age)

    def converted(minor: int) -> int:
        exact = Fraction(minor, 10**due.currency.decimals)
        return minor if rate is None else own.minor(exact * Fraction(rate))

    shares = due.history[-1].analytic if due.history else ""
    required, rows = [], []
    for item in items:
        amount = converted(item.amount)
        label = f"{names[0]}: {item.gap.name} not billed"
        for role, sign, analytic in ((account, 1, shares), (accrued, -1, "")):
            required.append(
                Required(role, partner, due.currency, sign * amount, sign * item.amount, label,
                         item.gap.name, analytic)
            )  # fmt: skip
        rows.append((_cells(due, item, rate), amount))
    exact = all(one.is_exact for one in items)
    paper = Paper(
        code=CODE,
        title=TITLE,
        columns=COLUMNS,
        rows=tuple(rows),
        sources=_sources(due, names[0]),
        narration=(
            f"{names[0]} bills {names[1]} {due.rhythm}; {months_text(items)} is not billed.",
            *due.notes,
        ),
        reverses=True,
        confidence=due.confidence,
        part=_part(key),
        about=names[0],
        low=sum(converted(one.low) for one in items),
        high=sum(converted(one.high) for one in items),
        is_estimate=not exact,
    )
    return staged(books, period, decided, required, paper, left)


def _part(key: tuple[int, int]) -> str:
    return f"partner-{key[0]}:account-{key[1]}"


def _cells(due: Due, item: Expected, rate: Decimal | None) -> tuple[str, ...]:
    gap, text = item.gap, due.currency.text
    share = "" if gap.months == gap.step else f"{gap.months} of {gap.step} months"
    band = f"{text(item.low)} to {text(item.high)}"
    return (gap.name, item.basis, f"{text(item.amount)} {due.currency.name}", band, share, f"{rate or ''}")


def _sources(due: Due, vendor: str) -> tuple[Record, ...]:
    """Return the contract, the bills, and the vendor: its facts change when the missing bill comes."""
    given = [Record("ai.close.contract", due.contract.id, due.contract.name)] if due.contract else []
    bills = [one for item in due.items for one in item.bills] + list(due.history)
    found = {one.move_id: Record("account.move", one.move_id, one.label) for one in bills}
    return (*given, *found.values(), Record("res.partner", due.series.partner_id, vendor))


def _take_back(
    books: Books, period: Period, decided: Mapping[str, str], old: Family, key: tuple[int, int], vendor: str
) -> list[Entry | Finding]:
    """Return the finding for an accrual that nobody reversed, and its reversal on the first open day."""
    found: list[Entry | Finding] = [not_taken_back(CODE, TITLE, books, old, vendor, period)]
    day = first_open_day(books, period)
    if day is None:
        return found
    required = [
        Required(slot[0], slot[1], books.currency(slot[2]), -balance, -foreign, f"Reversal of {old.label}",
                 analytic=slot[3])
        for slot, (balance, foreign) in old.left.items()
    ]  # fmt: skip
    cells = (f"Reversal of {old.label}", f"posted on {old.day}", "", "", "", "")
    paper = Paper(
        CODE, TITLE, COLUMNS, ((cells, old.debits),), (old.record,),
        (f"{old.label} was due to be reversed and wasn't.",),
        reverses=False, part=f"{_part(key)}:reversal-{old.root}", about=f"{vendor}, reversal of {old.label}",
    )  # fmt: skip
    return [*found, *(replace(one, day=day) for one in staged(books, period, decided, required, paper, {}))]
