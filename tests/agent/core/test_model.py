"""The books take what the contract says and nothing else."""

from datetime import date

import pytest

from agent_service.core.errors import BooksError, NoData
from agent_service.core.materiality import derived_materiality
from agent_service.core.model import Books
from tests.agent.core.builders import EUR, JPY, OCTOBER, Ledger


def test_amounts_become_minor_units_of_their_own_currency():
    ledger = Ledger()
    ledger.entry(
        "2026-10-01", ("6000", "1.50", {"currency": JPY, "amount_currency": "230"}), ("1010", "-1.50")
    )
    lines = ledger.books().frame("lines")
    assert lines["balance"].to_list() == [150, -150]
    assert lines["amount_currency"].to_list() == [230, -150]
    assert lines["date"].to_list() == [date(2026, 10, 1)] * 2


def test_a_partials_amounts_are_in_its_items_currencies():
    ledger = Ledger()
    yen = ledger.entry(
        "2026-10-01", ("1100", "1.50", {"currency": JPY, "amount_currency": "230"}), ("4000", "-1.50")
    )
    paid = ledger.entry("2026-10-02", ("1010", "1.50"), ("1100", "-1.50"))
    ledger.reconcile(yen.lines[0], paid.lines[1], "1.50", "2026-10-02", debit_currency="230")
    partial = ledger.books().frame("partials").to_dicts()[0]
    assert (partial["debit_amount_currency"], partial["credit_amount_currency"]) == (230, 150)


def test_rows_come_in_any_order():
    ledger = Ledger()
    for day in ("2026-10-03", "2026-10-01", "2026-10-02"):
        ledger.entry(day, ("6000", "1.00"), ("1010", "-1.00"))
    straight = ledger.books()
    ledger.rows["lines"].reverse()
    assert straight.frame("lines").equals(ledger.books().frame("lines"))


def test_a_dataset_that_wasnt_read_is_no_data_and_an_empty_one_is_empty():
    books = Ledger().books("stock_moves")
    with pytest.raises(NoData):
        books.frame("stock_moves")
    assert books.frame("purchase_lines").is_empty()


def test_a_column_left_out_is_known_to_be():
    ledger = Ledger()
    ledger.left_out.add(("purchase_lines", "tax_cost"))
    ledger.order("1", "2.00")
    books = ledger.books()
    assert not books.has("purchase_lines", "tax_cost")
    assert books.has("purchase_lines", "name")
    assert books.frame("purchase_lines")["tax_cost"].to_list() == [None]


@pytest.mark.parametrize(
    ("dataset", "column", "value"),
    [
        ("lines", "balance", ["1.005", "-1.00"]),
        ("lines", "balance", ["much", "-1.00"]),
        ("lines", "date", ["31.10.2026", "2026-10-31"]),
        ("lines", "account_id", ["six", 1]),
        ("lines", "balance", ["1.00"]),
    ],
)
def test_what_the_contract_doesnt_say_is_refused(dataset, column, value):
    ledger = Ledger()
    ledger.entry("2026-10-01", ("6000", "1.00"), ("1010", "-1.00"))
    columns = ledger.columns()
    columns[dataset][column] = value
    with pytest.raises(BooksError, match=column):
        Books.from_columns(1, "X", "USD", columns)


def test_a_missing_column_is_refused_by_name():
    ledger = Ledger()
    ledger.left_out.add(("accounts", "account_type"))
    with pytest.raises(BooksError, match="account_type"):
        ledger.books()


def test_the_companys_currency_is_found_by_id_or_name_or_refused():
    columns = Ledger().columns()
    assert Books.from_columns(1, "X", EUR, columns).company.currency.name == "EUR"
    with pytest.raises(BooksError):
        Books.from_columns(1, "X", "XXX", columns)
    with pytest.raises(BooksError):
        Books.from_columns(1, "X", "USD", columns).currency(99)


def test_materiality_comes_from_income_else_from_assets():
    ledger = Ledger()
    assert derived_materiality(ledger.books(), OCTOBER) is None
    ledger.entry("2024-01-01", ("1010", "40000.00"), ("3000", "-40000.00"))
    assert derived_materiality(ledger.books(), OCTOBER) == 40000
    ledger.entry("2025-10-31", ("1010", "9000.00"), ("4000", "-9000.00"))
    assert derived_materiality(ledger.books(), OCTOBER) == 49000, "a year ago doesn't count as income"
    ledger.entry("2025-11-01", ("1010", "20000.00"), ("4000", "-20000.00"))
    assert derived_materiality(ledger.books(), OCTOBER) == 10000
