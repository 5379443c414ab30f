"""What is said of a recurring bill where no entry is made, and of an accrual that nobody reversed."""

from agent_service.core.adjustments.expected_bills import Due
from agent_service.core.adjustments.reversals import Family
from agent_service.core.findings import Finding, Record, concern
from agent_service.core.model import Books
from agent_service.core.period import Period

WHY = "A bill that always came and didn't is a cost that nobody sees; a guess would be a wrong one."
_TITLES = {
    "stopped": "stopped?",
    "thin": "too few bills for an accrual",
    "months": "late bill, months unknown",
    "hand": "accrued by hand",
    "elsewhere": "a like bill stands on another account",
    "rate": "no rate for the accrual",
    "archived": "the account is archived",
}
_REMEDIES = {
    "stopped": "Ask the vendor; archive it or end the contract if it stopped, else stage the entry by hand.",
    "thin": "Judge by the contract whether a bill is missing, and stage the entry by hand.",
    "months": "Judge by the contract which months are missing, and stage the entry by hand.",
    "hand": "Adopt the entry under 'Booked by hand', or reject it there; then the proposal comes back.",
    "elsewhere": "Reclassify the bill, or stage the entry by hand when it is another one.",
    "rate": "Load the rate, then run again.",
    "archived": "Book the vendor's next bill on the account's successor, or open the account again.",
}


def no_entry(code: str, rule_title: str, due: Due, vendor: str, cost: str, period: Period) -> Finding:
    """Return the finding for a series of bills for which nothing is proposed, with its reason."""
    series, last = due.series, due.series.last
    anchor = Record("res.partner", series.partner_id, vendor)
    records = [anchor, Record("account.account", series.account_id, cost)]
    if last:
        records.append(Record("account.move", last.move_id, last.label))
    return concern(
        code,
        rule_title,
        f"{due.problem} account {series.account_id}",
        anchor,
        f"{vendor}, {cost}: {_TITLES[due.problem]}",
        f"{vendor} bills {cost} {due.rhythm}, last on {last.document_day if last else 'no day'}; "
        f"at {period.end}: {due.problem_text}.",
        why=WHY,
        remedy=_REMEDIES[due.problem],
        amount=last.balance if last else 0,
        severity="low" if due.problem in ("thin", "months") else "medium",
        records=tuple(records),
        evidence={"rhythm": due.rhythm, "bills": [one.label for one in due.history[-6:]]},
    )


def not_taken_back(
    code: str, rule_title: str, books: Books, old: Family, vendor: str, period: Period
) -> Finding:
    """Return the finding for an accrual of an earlier month that is still in the books."""
    return concern(
        code,
        rule_title,
        "reversal",
        old.record,
        f"{vendor}: the accrual {old.label} was not reversed",
        f"{old.label} of {old.day} accrued {books.show(old.debits)} and is still in the books on "
        f"{period.end}; when the bill comes the cost stands there twice.",
        why="An accrual that isn't reversed counts the cost twice as soon as the bill is booked.",
        remedy="Approve the reversal that is proposed, or reverse the entry.",
        amount=old.debits,
        severity="high",
    )
