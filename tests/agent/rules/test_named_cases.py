"""Complaints that users of Odoo filed, by the number of their thread: what went unseen there is told here."""

from datetime import date

from tests.agent.rules.book import Book
from tests.agent.rules.plants_close import cut005


def test_odoo_287229_and_126665_an_exchange_difference_dated_in_the_next_month(tmp_path):
    """Odoo dates the difference on the day somebody matches, so that it leaks into the month after."""
    book = Book(tmp_path)
    _table, move, _reason = cut005(book)
    (row,) = book.found("CUT005")
    assert ["moves", move] in row["records"]
    assert row["period"] == "2026-10"
    assert "2026-10-05" in row["explanation"] or "October" in row["explanation"]


def test_odoo_174004_drafts_that_no_lock_but_the_hard_one_waits_for(tmp_path):
    """Each draft of the month is a finding that keeps the books open, whichever lock is asked for."""
    book = Book(tmp_path)
    drafts = [
        book.bill("2026-10-20", "900.00", state="draft"),
        book.bill("2026-10-30", "4.00", state="draft"),
    ]
    late = book.bill("2026-11-03", "900.00", state="draft", invoice_date=date(2026, 10, 30))
    rows = book.found("CMP001")
    named = {row["records"][0][1]: row["severity"] for row in rows}
    assert dict.fromkeys((*drafts, late), "high") == {move: named.get(move) for move in (*drafts, late)}
