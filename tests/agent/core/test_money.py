"""Money: exact, half-up, never two currencies at once."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_service.core.errors import MoneyError
from agent_service.core.money import Currency, Money, minor_text, parse_minor, round_half_up, significant

USD = Currency(1, "USD", 2, Decimal("0.01"))
EUR = Currency(2, "EUR", 2, Decimal("0.01"))
JPY = Currency(3, "JPY", 0, Decimal(1))
CHF_COINS = Currency(4, "CHF", 2, Decimal("0.05"))
BHD = Currency(5, "BHD", 3, Decimal("0.001"))


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("2393.9136", USD, 239391),
        ("0.005", USD, 1),
        ("-0.005", USD, -1),
        ("0.0049999", USD, 0),
        ("10.5", JPY, 11),
        ("-10.5", JPY, -11),
        ("1.0005", BHD, 1001),
        ("7.325", CHF_COINS, 735),
        ("7.3249", CHF_COINS, 730),
        ("-7.325", CHF_COINS, -735),
    ],
)
def test_amounts_round_half_up_to_the_currencys_step(amount, currency, minor):
    assert currency.minor(Decimal(amount)) == minor


@given(st.decimals(allow_nan=False, allow_infinity=False, places=5, min_value=-(10**9), max_value=10**9))
def test_half_up_is_decimals_own_half_up(value):
    assert round_half_up(value) == int(value.quantize(Decimal(1), ROUND_HALF_UP))


@given(st.integers(-(10**15), 10**15), st.integers(0, 4))
def test_text_and_minor_units_are_each_others_inverse(minor, decimals):
    assert parse_minor(minor_text(minor, decimals), decimals) == minor


@given(st.lists(st.integers(-(10**12), 10**12), max_size=30))
def test_sums_of_amounts_are_exact(minors):
    total = sum((Money(one, USD) for one in minors), Money(0, USD))
    assert Decimal(total.text) == sum((Decimal(minor_text(one, 2)) for one in minors), Decimal(0))


@given(
    st.fractions(min_value=Fraction(1, 10**9), max_value=10**9).filter(bool),
    st.integers(min_value=1, max_value=15),
)
def test_significant_digits_are_off_by_half_a_unit_at_most(value, digits):
    rounded = Fraction(significant(value, digits))
    assert abs(rounded - value) * 2 * 10 ** (digits - 1) <= max(value, rounded)
    assert len(significant(value, digits).as_tuple().digits) <= digits


@pytest.mark.parametrize("text", ["", "1,000.00", "12.345", "abc", "NaN", "Infinity", "1.2.3", "--1"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(MoneyError):
        parse_minor(text, 2)


@pytest.mark.parametrize(
    ("text", "minor"), [("-0.50", -50), ("1e2", 10000), (".5", 50), ("12.30000", 1230), ("7", 700)]
)
def test_shapes_of_decimal_strings(text, minor):
    assert parse_minor(text, 2) == minor


def test_a_float_is_refused():
    with pytest.raises(MoneyError):
        parse_minor(0.5, 2)


def test_two_currencies_dont_add():
    with pytest.raises(MoneyError):
        Money(1, USD) + Money(1, EUR)


def test_money_for_people_and_for_the_wire():
    amount = Money.of("-1234567.80", USD)
    assert (str(amount), amount.text) == ("-1,234,567.80 USD", "-1234567.80")
    assert (str(abs(amount)), bool(Money(0, USD)), (-amount).minor) == ("1,234,567.80 USD", False, 123456780)
    assert str(Money.of(Decimal("99.5"), JPY)) == "100 JPY"
    assert (amount - amount).minor == 0
