"""What the close lets go of when somebody deletes the record of Odoo's that it was about."""

from tests.controls.database import Change

LINKS = {
    "ai_close_finding": {"note_id"},
    "ai_close_match": {"statement_line_id", "journal_id"},
    "ai_close_match_line": {"statement_line_id"},
}
"""Links that the database itself empties."""


def let_go(change: Change) -> set[str]:
    """Return the columns of a change that only say that what they were about is gone.

    A bank line of a match is no longer an open one without its statement line.
    """
    if not change.new:
        return set()
    gone = {name for name in LINKS.get(change.table, ()) if name in change.columns and not change.now(name)}
    closed = change.table == "ai_close_match_line" and "is_open" in change.columns
    return gone | {"is_open"} if gone and closed and not change.now("is_open") else gone
