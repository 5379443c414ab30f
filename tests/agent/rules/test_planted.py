"""Each rule finds the fault that it is meant for, in a ledger that is clean but for it."""

import pytest

from tests.agent.rules import plants_accounting, plants_close, plants_misuse
from tests.agent.rules.book import Book

NAMED = {**vars(plants_accounting), **vars(plants_misuse), **vars(plants_close)}
PLANTS = [
    value
    for name, value in sorted(NAMED.items())
    if name[:3] in ("acc", "exf", "cut", "cmp", "val", "cls", "sta") and name[3:6].isdigit()
]


@pytest.mark.parametrize("plant", PLANTS, ids=lambda one: one.__name__)
def test_a_planted_fault_is_found_by_its_rule(plant, tmp_path):
    book = Book(tmp_path)
    table, number, reason = plant(book)
    rows = book.found(plant.__name__[:6].upper())
    hits = [row for row in rows if [table, number] in row["records"]]
    assert hits, (table, number, [(row["reason"], row["records"][:4]) for row in rows])
    assert reason in {
        row["reason"].split(":")[0] if reason == "broken_link" else row["reason"] for row in hits
    }
    assert len(rows) <= 3, [row["explanation"] for row in rows]
    assert all(row["explanation"] and row["remedy"] and float(row["amount"]) >= 0 for row in rows)
