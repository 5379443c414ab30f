"""Columns become typed frames: what a value becomes never depends on its neighbours or on its carrier."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_service.core.errors import BooksError
from agent_service.core.money import Currency, parse_minor
from agent_service.core.schema import SCHEMA
from agent_service.core.typed import Typer

CURRENCIES = {1: Currency(1, "USD", 2), 2: Currency(2, "JPY", 0), 3: Currency(3, "BHD", 3)}


def rates(**columns):
    height = len(next(iter(columns.values())))
    base = {"id": list(range(1, height + 1)), "currency": [1] * height, "company_id": [None] * height}
    return {**base, "date": ["2026-10-01"] * height, "rate": ["1"] * height, **columns}


def partials(amounts, currencies):
    height = len(amounts)
    typer = Typer(CURRENCIES[1], CURRENCIES)
    typer.lines(pl.DataFrame({"id": list(range(height)), "currency": currencies}))
    columns = {
        "id": list(range(1, height + 1)),
        "debit_move_id": list(range(height)),
        "credit_move_id": list(range(height)),
        "amount": ["1.00"] * height,
        "debit_amount_currency": amounts,
        "credit_amount_currency": amounts,
        "max_date": ["2026-10-01"] * height,
        "exchange_move_id": [False] * height,
    }
    return typer.frame("partials", columns)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(sorted(CURRENCIES)), st.integers(-(10**17), 10**17)), min_size=1))
def test_an_amount_has_the_decimals_of_its_own_currency(made):
    texts = [CURRENCIES[currency].text(minor) for currency, minor in made]
    frame = partials(texts, [currency for currency, _minor in made])
    assert frame["debit_amount_currency"].to_list() == [minor for _currency, minor in made]


@pytest.mark.parametrize("text", ["1", "1.5", "007.50", "1E+2", "-0.50", "12345678901234567.00", "0.10"])
def test_an_odd_amount_is_what_it_is_alone_among_common_ones(text):
    [alone] = partials([text], [1])["debit_amount_currency"].to_list()
    among = partials(["1.00", text, "-2.25", None], [1, 1, 1, 1])["debit_amount_currency"].to_list()
    assert among == [100, alone, -225, None]
    assert alone == parse_minor(text, 2)


@pytest.mark.parametrize("text", ["much", "1.005", "1,00", "½"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(BooksError, match="debit_amount_currency"):
        partials(["1.00", text], [1, 1])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=None), min_size=1, max_size=8))
def test_a_number_stays_exact(values):
    typer = Typer(CURRENCIES[1], CURRENCIES)
    frame = typer.frame("rates", rates(rate=[str(one) for one in values]))
    assert [Decimal(one) for one in frame["rate"]] == values
    for value in values:
        [alone] = typer.frame("rates", rates(rate=[str(value)]))["rate"]
        assert alone == str(value)


def test_a_column_may_come_as_a_list_or_as_a_series():
    columns = rates(rate=["1.10", "0.92"], company_id=[None, 7])
    carried = {
        name: pl.Series(name, values, dtype=pl.Int64 if isinstance(values[-1], int) else pl.String)
        for name, values in columns.items()
    }
    typer = Typer(CURRENCIES[1], CURRENCIES)
    assert typer.frame("rates", carried).equals(typer.frame("rates", columns))


def test_false_and_an_empty_text_are_none():
    typer = Typer(CURRENCIES[1], CURRENCIES)
    frame = typer.frame("rates", rates(company_id=[False, 7], rate=["", "1"]))
    assert frame["company_id"].to_list() == [None, 7]
    assert frame["rate"].to_list() == [None, "1"]


def test_an_empty_dataset_may_come_as_empty_series():
    columns = {name: pl.Series(name, [], dtype=pl.String) for name in SCHEMA["statement_lines"]}
    frame = Typer(CURRENCIES[1], CURRENCIES).frame("statement_lines", columns)
    assert frame.height == 0
    assert frame.columns == list(SCHEMA["statement_lines"])
