"""The closes that end one fiscal year, and the journal entries that count as their adjusting entries."""

from ..kernel.periods import ADJUSTMENT, YEAR

BOOKED = ("posted", "reversed")
ADOPTED = "adopt"


def closes(source):
    """Return the closes that end the fiscal year of this one: its last period, then its adjustment close."""
    found = source.env["ai.close"].search(
        [
            ("company_id", "=", source.company.id),
            ("period_end", "=", source.close.period_end),
            ("kind", "in", (YEAR, ADJUSTMENT)),
        ]
    )
    return found.sorted(lambda close: (close.kind == ADJUSTMENT, close.id))


def adjusting_entries(source, close, company):
    """Return ``[(journal entry, who approved it)]`` of ``close`` in the books of ``company``, by date.

    What the close staged and posted, with a reversal that still falls into the year, and what was booked by
    hand in its period and adopted by two people.
    """
    found = {}
    for entry in close.entry_ids.filtered(lambda entry: entry.state in BOOKED):
        for move in entry.move_id | entry.reversal_move_id:
            found.setdefault(move, source.who(entry.approved_by_id))
    if close.kind == YEAR:
        for one in _adopted(source, close, company):
            found.setdefault(one.move_id, source.who(one.prepared_by_id | one.reviewed_by_id))
    counted = [
        (move, by)
        for move, by in found.items()
        if move.state == "posted" and move.company_id == company and move.date <= close.period_end
    ]
    return sorted(counted, key=lambda pair: (pair[0].date, pair[0].id))


def _adopted(source, close, company):
    return source.env["ai.close.adoption"].search(
        [
            ("company_id", "=", company.id),
            ("state", "=", "reviewed"),
            ("decision", "=", ADOPTED),
            ("move_id.date", ">=", close.period_start),
            ("move_id.date", "<=", close.period_end),
        ],
        order="id",
    )
