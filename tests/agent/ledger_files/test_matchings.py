"""Matching numbers become partial reconciliations: what was open on a day can be told from files too."""

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from agent_service.ledger_files.matchings import partials_of

_SCHEMA = {
    "id": pl.Int64, "matching_number": pl.String, "account_id": pl.Int64, "date": pl.Date,
    "balance": pl.Int64, "amount_currency": pl.Int64,
}  # fmt: skip


def frame(*rows):
    return pl.DataFrame(
        [(number, mark, 1, date.fromisoformat(day), balance, balance) for number, mark, day, balance in rows],
        schema=_SCHEMA, orient="row",
    )  # fmt: skip


def pieces(*rows):
    made = partials_of(frame(*rows))
    return [
        (row["debit_move_id"], row["credit_move_id"], row["amount"], str(row["max_date"]))
        for row in made.iter_rows(named=True)
    ]


def test_one_invoice_and_two_payments():
    assert pieces(
        (1, "7", "2026-10-01", 10000), (2, "7", "2026-10-20", -3000), (3, "7", "2026-11-04", -7000)
    ) == [(1, 2, 3000, "2026-10-20"), (1, 3, 7000, "2026-11-04")]


def test_what_a_partial_matching_leaves_stays_open():
    assert pieces((1, "P3", "2026-10-01", 10000), (2, "P3", "2026-10-20", -3000)) == [
        (1, 2, 3000, "2026-10-20")
    ]


def test_lines_without_a_number_and_lone_ones_match_nothing():
    assert (
        pieces((1, None, "2026-10-01", 100), (2, None, "2026-10-01", -100), (3, "9", "2026-10-01", 5)) == []
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", None]), st.integers(1, 28), st.integers(-500, 500)
        ),
        max_size=30,
    )
)  # fmt: skip
def test_no_line_is_settled_beyond_itself_and_each_matching_as_far_as_it_goes(given_rows):
    rows = [(n, mark, f"2026-10-{day:02}", amount) for n, (mark, day, amount) in enumerate(given_rows, 1)]
    made = partials_of(frame(*rows))
    settled = {}
    for row in made.iter_rows(named=True):
        assert row["amount"] > 0
        for side in ("debit", "credit"):
            settled[row[f"{side}_move_id"]] = settled.get(row[f"{side}_move_id"], 0) + row["amount"]
    by_id = {number: (mark, amount) for number, mark, _day, amount in rows}
    assert all(amount <= abs(by_id[number][1]) for number, amount in settled.items())
    for mark in ("a", "b"):
        own = [amount for other, amount in by_id.values() if other == mark]
        debit, credit = sum(a for a in own if a > 0), -sum(a for a in own if a < 0)
        done = made.filter(pl.col("debit_move_id").is_in([n for n, (m, _a) in by_id.items() if m == mark]))
        assert done["amount"].sum() == min(debit, credit)
