"""Residuals as of a day come from partials by their date, in both currencies."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from agent_service.core.analysis.asof import balances, residuals
from agent_service.core.ledger import own_move_ids, posted_lines
from tests.agent.core.builders import EUR, Ledger

OCTOBER_END = date(2026, 10, 31)


def left(ledger, line, day):
    row = next(row for row in residuals(ledger.books(), day).to_dicts() if row["id"] == line)
    return row["residual"], row["residual_currency"]


def test_a_payment_counts_from_its_own_day():
    ledger = Ledger()
    invoice = ledger.invoice("2026-09-10", ledger.partner("Acme"), "100.00")
    early = ledger.entry("2026-10-20", ("1010", "30.00"), ("1100", "-30.00"))
    late = ledger.entry("2026-11-04", ("1010", "70.00"), ("1100", "-70.00"))
    ledger.reconcile(invoice.open_line, early.lines[1], "30.00", "2026-10-20")
    ledger.reconcile(invoice.open_line, late.lines[1], "70.00", "2026-11-04")
    assert left(ledger, invoice.open_line, date(2026, 10, 19)) == (10000, 10000)
    assert left(ledger, invoice.open_line, date(2026, 10, 20)) == (7000, 7000)
    assert left(ledger, invoice.open_line, OCTOBER_END) == (7000, 7000)
    assert left(ledger, invoice.open_line, None) == (0, 0)
    assert left(ledger, late.lines[1], OCTOBER_END) == (-7000, -7000)


def test_what_was_settled_by_an_entry_back_in_draft_is_open_again():
    ledger = Ledger()
    invoice = ledger.invoice("2026-09-10", ledger.partner("Acme"), "100.00")
    payment = ledger.entry("2026-10-20", ("1010", "60.00"), ("1100", "-60.00"), state="draft")
    ledger.reconcile(invoice.open_line, payment.lines[1], "60.00", "2026-10-20")
    assert left(ledger, invoice.open_line, OCTOBER_END) == (10000, 10000)
    assert left(ledger, invoice.open_line, None) == (10000, 10000)


def test_fx3_the_exchange_difference_of_a_later_month_stays_open_in_company_currency():
    ledger = Ledger()
    acme = ledger.partner("Acme")
    invoice = ledger.invoice("2026-09-10", acme, "1100.00", foreign="1000.00", currency=EUR)
    paid = ledger.entry(
        "2026-10-20",
        ("1010", "1080.00"),
        ("1100", "-1080.00", {"currency": EUR, "amount_currency": "-1000.00"}),
    )
    exchange = ledger.entry(
        "2026-11-05", ("7000", "20.00"), ("1100", "-20.00", {"currency": EUR, "amount_currency": "0.00"})
    )
    ledger.reconcile(
        invoice.open_line, paid.lines[1], "1080.00", "2026-10-20",
        debit_currency="1000.00", credit_currency="1000.00", exchange=exchange.move,
    )  # fmt: skip
    ledger.reconcile(
        invoice.open_line,
        exchange.lines[1],
        "20.00",
        "2026-11-05",
        debit_currency="0.00",
        credit_currency="0.00",
    )
    assert left(ledger, invoice.open_line, OCTOBER_END) == (2000, 0)
    assert left(ledger, invoice.open_line, date(2026, 11, 5)) == (0, 0)


def test_the_stored_residual_is_never_looked_at():
    ledger = Ledger()
    invoice = ledger.invoice("2026-09-10", ledger.partner("Acme"), "100.00")
    ledger.row("lines", invoice.open_line).update(amount_residual="0.00", reconciled=True)
    assert left(ledger, invoice.open_line, None) == (10000, 10000)


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=8), st.integers(0, 9))
def test_what_is_settled_of_one_side_is_settled_of_the_other(parts, shown):
    ledger = Ledger()
    total = sum(parts)
    debit = ledger.entry("2026-10-01", ("1100", f"{total / 100:.2f}"), ("4000", f"{-total / 100:.2f}"))
    for day, part in enumerate(parts, start=1):
        amount = f"{part / 100:.2f}"
        paid = ledger.entry("2026-10-01", ("1010", amount), ("1100", f"-{amount}"))
        ledger.reconcile(debit.lines[0], paid.lines[1], amount, f"2026-10-{day:02}")
    seen = residuals(ledger.books(), date(2026, 10, max(1, shown)))
    codes = [ledger.accounts["1100"]]
    ids = [row["id"] for row in ledger.rows["lines"] if row["account_id"] in codes]
    rows = [row for row in seen.to_dicts() if row["id"] in ids]
    assert sum(row["residual"] for row in rows) == 0
    assert rows[0]["residual"] == sum(parts[max(1, shown) :])


def test_posted_needs_the_lines_word_and_the_entrys():
    ledger = Ledger()
    ledger.entry("2026-10-01", ("6000", "5.00"), ("1010", "-5.00"))
    lying = ledger.entry("2026-10-01", ("6000", "7.00"), ("1010", "-7.00"), state="draft")
    for line in lying.lines:
        ledger.row("lines", line)["parent_state"] = "posted"
    ledger.entry("2026-11-01", ("6000", "9.00"), ("1010", "-9.00"))
    ledger.add(
        "lines", move_id=999999, date="2019-01-01", parent_state="posted", account_id=ledger.accounts["1010"],
        journal_id=ledger.journals["MISC"], balance="1.00", currency=1, amount_currency="1.00",
    )  # fmt: skip
    found = balances(posted_lines(ledger.books(), OCTOBER_END))
    assert found == {ledger.accounts["6000"]: 500, ledger.accounts["1010"]: -400}


def test_our_entries_are_told_with_their_reversals_and_by_proposer():
    ledger = Ledger()
    ours = ledger.entry(
        "2026-09-30", ("5000", "5.00"), ("2100", "-5.00"), ai_close_entry_id=1, ai_close_proposer="GR"
    )
    back = ledger.entry("2026-10-01", ("5000", "-5.00"), ("2100", "5.00"), reversed_entry_id=ours.move)
    again = ledger.entry("2026-10-02", ("5000", "5.00"), ("2100", "-5.00"), reversed_entry_id=back.move)
    rent = ledger.entry(
        "2026-09-30", ("6100", "5.00"), ("2100", "-5.00"), ai_close_entry_id=2, ai_close_proposer="RB"
    )
    ledger.entry("2026-09-30", ("6100", "5.00"), ("2100", "-5.00"))
    books = ledger.books()
    assert own_move_ids(books, "GR") == {ours.move, back.move, again.move}
    assert own_move_ids(books) == {ours.move, back.move, again.move, rent.move}
    ledger.left_out.add(("moves", "ai_close_proposer"))
    assert own_move_ids(ledger.books(), "GR") == own_move_ids(books)
