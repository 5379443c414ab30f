"""What a series of bills still owes at the closing date: months, amounts with their range, or why none.

A draft, or a bill posted with a later date, is the amount itself. A contract's amount goes before the
history. What people booked by hand for the vendor, or what came on another account, stands for the bill.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl

from agent_service.core.adjustments.bill_series import Bill, Series, days_apart, usual_day
from agent_service.core.adjustments.estimate import Estimate, estimate
from agent_service.core.adjustments.rhythm import FEWEST, LAST, Beat, Gap, beat_of, gaps
from agent_service.core.model import Books
from agent_service.core.money import Currency
from agent_service.core.period import month_index
from agent_service.core.text import plain

STOPPED_AFTER = 2
"""So many older bills missing, and nothing is booked: the vendor may have stopped."""

ENDED_AFTER = 6
"""A series silent for so many bills has ended; nobody is asked about it any more."""

STEADY_DAYS = 3
LIKE = (Fraction(9, 10), Fraction(11, 10))
FINAL_WORDS = (
    "final bill", "final invoice", "closing invoice", "schlussrechnung", "endabrechnung", "facture finale",
    "facture de cloture", "factura final", "fattura finale", "slotfactuur", "eindafrekening",
)  # fmt: skip


@dataclass(frozen=True)
class Contract:
    """What a person gave: its amount a bill (0 unknown), months between bills, first and last day."""

    id: int
    name: str
    amount: int
    currency: int
    step: int
    start: date | None
    end: date | None

    def covers(self, gap: Gap) -> bool:
        """Tell whether it was in force in the months of a gap."""
        starts_later = self.start is not None and month_index(self.start) > gap.start + gap.months - 1
        return not starts_later and not (self.end is not None and self.end < gap.first_day)


@dataclass(frozen=True)
class Expected:
    """A bill that is missing: amounts in minor units of its currency."""

    gap: Gap
    amount: int
    low: int
    high: int
    basis: str
    bills: tuple[Bill, ...] = ()
    is_exact: bool = False


@dataclass(frozen=True)
class Due:
    """What a series owes: bills to accrue, or `problem` (a word) with its text, or both."""

    series: Series
    currency: Currency
    rhythm: str
    items: tuple[Expected, ...] = ()
    confidence: Decimal = Decimal("0.90")
    notes: tuple[str, ...] = ()
    problem: str = ""
    problem_text: str = ""
    history: tuple[Bill, ...] = ()
    contract: Contract | None = None


def due_of(
    series: Series, books: Books, day: date, contracts: Sequence[Contract], final_words: Sequence[str]
) -> Due | None:
    """Return what is missing of a series as of a day, None when nothing is."""
    target, last = month_index(day), series.last
    contract = next((one for one in contracts if one.amount > 0), None)
    if last is not None and any(plain(one) in plain(last.text) for one in final_words):
        return None
    currency = books.currency(contract.currency if contract else last.currency if last else None)
    beat = beat_of(series.seen, target) or _beat_of(contract, series)
    if beat is None:
        return None
    own = [one for one in series.seen if one.currency == currency.id]
    if len(own) < len(series.seen):
        amounts = beat_of(own, target)
        beat = replace(beat, months=amounts.months if amounts else {})
    missing = [one for one in gaps(beat, target) if _is_expected(one, beat, contracts)]
    known = {one.end: found for one in missing if (found := _known(one, series, currency))}
    older = [one for one in missing[:-1] if one.end not in known]
    due = Due(series, currency, beat.name, history=tuple(own[-LAST[beat.step] :]), contract=contract)
    if not missing or len(older) > ENDED_AFTER:
        return None
    if len(older) >= STOPPED_AFTER:
        text = f"nothing came for {', '.join(one.name for one in older)} either; did it stop?"
        return replace(due, problem="stopped", problem_text=text, **_only_known(known))
    if not beat.is_phase_known:
        if beat.covered + beat.step > target and not known:
            return None
        what = "a bill came after the closing date" if known else f"the {beat.name} bill is late"
        text = f"{what}, and the bills don't say which months they are for"
        return replace(due, problem="months", problem_text=text)
    if not known and not contract and not _is_regular(series) and _is_wide(beat, missing, currency):
        return None  # bought now and then, once a month by chance
    return _estimated(due, beat, missing, known, older, contract)


def _is_wide(beat: Beat, missing: Sequence[Gap], currency: Currency) -> bool:
    found = _guess(beat, missing[-1], currency)
    return found is not None and found.is_wide


def _is_regular(series: Series) -> bool:
    """Tell whether the last bills name their months or come on about the same day of the month."""
    last = [one for one in series.seen if not one.is_refund][-LAST[1] :]
    days = [one.document_day.day for one in last]
    usual = usual_day(days)
    steady = sum(days_apart(usual, one) <= STEADY_DAYS for one in days)
    named = sum(one.is_named for one in last)
    return max(steady, named) * 5 >= len(last) * 4


def _estimated(
    due: Due,
    beat: Beat,
    missing: Sequence[Gap],
    known: Mapping[int, Expected],
    older: Sequence[Gap],
    contract: Contract | None,
) -> Due:
    items, notes, confidence = [], [], Decimal("0.97")
    for gap in missing:
        if gap.end in known:
            items.append(known[gap.end])
            continue
        found = _by_contract(contract, due.currency) if contract else _guess(beat, gap, due.currency)
        if found is None or not found.is_enough:
            count = len(found.values) if found else 0
            text = f"only {count} {'bill' if count == 1 else 'bills'}: too few to expect an amount"
            thin = found is None or _are_alike(found.values)
            return replace(due, problem="thin" if thin else "", problem_text=text, **_only_known(known))
        items.append(Expected(gap, *found.share(gap.months, gap.step), _basis(found, due.currency)))
        confidence = min(confidence, _confidence(found))
        if found.is_thin:
            notes.append(f"Thin evidence: {len(found.values)} bills.")
        if found.is_wide:
            notes.append("The bills differ so much that the range says little.")
    if older:
        confidence = min(confidence, Decimal("0.60"))
        notes.append(f"An older bill is missing too: {', '.join(one.name for one in older)}.")
    return replace(due, items=tuple(items), confidence=confidence, notes=tuple(dict.fromkeys(notes)))


def _beat_of(contract: Contract | None, series: Series) -> Beat | None:
    """Return the rhythm that a contract says, for a vendor whose bills are too few to show one."""
    if contract is None or not contract.start or contract.step not in FEWEST:
        return None
    covered = max([month_index(contract.start) - 1, *(one.end for one in series.seen)])
    return Beat(contract.step, covered, {}, is_phase_known=True)


def _is_expected(gap: Gap, beat: Beat, contracts: Sequence[Contract]) -> bool:
    """Tell whether a bill is to come: a contract is in force, and the month wasn't left out last year."""
    if contracts:
        return any(one.covers(gap) for one in contracts)
    before = gap.end - 12
    return beat.step != 1 or before in beat.months or not beat.months or before < min(beat.months)


def _known(gap: Gap, series: Series, currency: Currency) -> Expected | None:
    found = [one for one in series.known if gap.start <= one.end <= gap.end and one.currency == currency.id]
    if gap.step == 1:
        whole = sum((Fraction(one.amount, len(one.months)) for one in found), Fraction(0))
    else:
        whole = Fraction(sum(one.amount for one in found) * gap.months, gap.step)
    amount = currency.minor(whole / 10**currency.decimals)
    if amount <= 0:
        return None
    labels = ", ".join(one.label for one in found)
    return Expected(gap, amount, amount, amount, f"bill at hand: {labels}", tuple(found), is_exact=True)


def _only_known(known: Mapping[int, Expected]) -> dict:
    return {"items": tuple(known[one] for one in sorted(known)), "confidence": Decimal("0.97")}


def _guess(beat: Beat, gap: Gap, currency: Currency) -> Estimate | None:
    return estimate(
        beat.months, gap.end, currency, last=LAST[beat.step], fewest=FEWEST[beat.step], seasons=beat.step == 1
    )


def _by_contract(contract: Contract, currency: Currency) -> Estimate:
    half = max(Fraction(contract.amount, 50), Fraction(10**currency.decimals))
    middle = Fraction(contract.amount)
    low, how = max(Fraction(0), middle - half), f"contract {contract.name}"
    return Estimate(middle, low, middle + half, (), how, currency)


def _are_alike(values: Sequence[int]) -> bool:
    return LIKE[0] * max(values) <= LIKE[1] * min(values)


def _confidence(found: Estimate) -> Decimal:
    if found.is_wide:
        return Decimal("0.50")
    if found.is_thin:
        return Decimal("0.60")
    return Decimal("0.85") if found.how == "seasonal" else Decimal("0.90")


def _basis(found: Estimate, currency: Currency) -> str:
    values = ", ".join(currency.text(one) for one in found.values)
    return f"{found.how}: {values}" if values else found.how


def contracts_of(books: Books) -> dict[tuple[int, int | None], list[Contract]]:
    """Return the contracts that people gave, by vendor and expense account (None: any account)."""
    found: dict[tuple[int, int | None], list[Contract]] = defaultdict(list)
    if not books.has("contracts"):
        return found
    own = books.company.currency.id
    for row in books.frame("contracts").iter_rows(named=True):
        found[row["partner_id"], row["account_id"]].append(
            Contract(
                row["id"], row["name"] or f"#{row['id']}", row["amount"] or 0, row["currency"] or own,
                row["step_months"] or 1, row["start_date"], row["end_date"],
            )
        )  # fmt: skip
    return found


def booked_elsewhere(due: Due, others: Sequence[Series], target: int) -> Bill | None:
    """Return a bill of the vendor that looks like the missing one and stands on another account."""
    for item in due.items:
        if item.is_exact:
            continue
        for other in others:
            if other.account_id == due.series.account_id or beat_of(other.seen, target):
                continue
            for one in other.seen:
                same = one.currency == due.currency.id and item.low <= one.amount <= item.high
                if same and item.gap.start <= one.end <= item.gap.end:
                    return one
    return None


def booked_by_hand(books: Books, day: date, accrued: int, own: set[int]) -> pl.DataFrame:
    """Return what entries by people that touch the accrual account leave on cost accounts as of a day.

    Columns: account_id, partner_id, balance (minor units), text, move_id (the last one); of the closing month
    and the two before, and nothing where a reversal took it back.
    """
    moves = books.frame("moves").filter(
        pl.col("state") == "posted",
        pl.col("move_type") == "entry",
        pl.col("date") <= day,
        ~pl.col("id").is_in(sorted(own)),
    )
    since = date((month_index(day) - 2) // 12, (month_index(day) - 2) % 12 + 1, 1)
    lines = books.frame("lines").filter(
        pl.col("parent_state") == "posted", pl.col("move_id").is_in(moves["id"].implode())
    )
    touching = lines.filter(pl.col("account_id") == accrued)["move_id"].unique()
    return (
        lines.filter(
            pl.col("move_id").is_in(touching.implode()),
            pl.col("account_id") != accrued,
            pl.col("date") >= since,
        )
        .group_by("account_id", "partner_id")
        .agg(
            pl.col("balance").sum(),
            text=pl.col("name").drop_nulls().str.join(" "),
            move_id=pl.col("move_id").last(),
            is_now=(pl.col("date") >= date(day.year, day.month, 1)).any(),
        )
        .filter(pl.col("balance") > 0)
        .sort("account_id", "partner_id", nulls_last=True)
    )


def months_text(items: Sequence[Expected]) -> str:
    """Return "2026-09, 2026-10"."""
    return ", ".join(one.gap.name for one in items)
