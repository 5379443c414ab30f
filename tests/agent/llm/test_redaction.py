"""Nothing of a person, a partner or an account leaves, in formats known and unknown."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_service.llm.redaction import Redactor

END = date(2026, 10, 31)
NAMES = ("Bill Field", "Lessor SA", "ACME Trading GmbH", "Rose May")

SECRETS = [
    "DE89 3704 0044 0532 0130 00",
    "DE89370400440532013000",
    "de89-3704-0044-0532-0130-00",
    "GB29NWBK60161331926819",
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "+49 (30) 1234-567",
    "0049.30.1234567",
    "(555) 010-9999",
    "bill.field@example.org",
    "bill field@example",
    "BE0477472701",
    "ATU12345675",
    "CHE-123.456.788 MWST",
    "12.03.1971",
    "10115 Berlin",
    "Hauptstraße 5",
    "Jörg Müller",
    "MÜLLER/JOERG",
    "山田太郎",
    "Иванов Иван",
    "ＤＥ８９３７０４",
    "B​ill Field",
    "BILL  FIELD",
    "rose\tmay",
    "Acme Trading GmbH",
    "https://pay.example.org/x?id=77",
    "SEPA//4711/ABC-99",
    "x'; Zjfkq y",
]


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", ["rent {} for october", "{}", "({}),{}"])
def test_secrets_leave_as_codes(secret, around):
    redactor = Redactor(NAMES, END)
    left = redactor.redacted(around.replace("{}", secret))
    rest = re.sub(r"\[(NAME|MAIL|WORD|NUMBER)_\d+\]", " ", left)
    assert not any(char.isdigit() for char in rest)
    left_words = set(re.findall(r"[^\W\d_]+", rest.casefold()))
    assert not left_words & (set(re.findall(r"[^\W\d_]+", secret.casefold())) - {"bill", "field"})
    for name in NAMES:
        assert _bare(name) not in _bare(rest)


def test_dates_near_the_period_stay_and_others_do_not():
    redactor = Redactor((), END)
    assert redactor.redacted("Service 01.10.2026 - 31.12.2026") == "service 2026-10-01 - 2026-12-31"
    assert redactor.redacted("from Oct 2026 to 5 March 2027") == "from 2026-10-01 to 2027-03-05"
    for older in ("12.03.1971", "1971-03-12", "31.02.2026", "99.99.2026"):
        assert redactor.redacted(older).startswith("[NUMBER_")


def test_words_of_ours_stay_readable():
    assert Redactor(NAMES, END).redacted("Office rent, October") == "office rent, october"


def test_one_text_has_one_code_and_comes_back():
    redactor = Redactor(NAMES, END)
    first, second = redactor.redacted("rent Lessor SA"), redactor.redacted("LESSOR SA 4711")
    assert first.split()[-1] == second.split()[0]
    assert redactor.restored(first) == "rent Lessor SA"
    assert redactor.restored("[NAME_99]") == "[NAME_99]"


def test_a_code_in_a_label_names_nobody_else():
    redactor = Redactor(NAMES, END)
    code = redactor.redacted("Lessor SA")
    assert code not in redactor.redacted(f"pay {code} now")


@settings(max_examples=200)
@given(st.text(max_size=80))
def test_no_digit_or_foreign_letter_leaves(text):
    left = Redactor(NAMES, END).redacted(text)
    rest = re.sub(r"\[(NAME|MAIL|WORD|NUMBER)_\d+\]|\d{4}-\d{2}-\d{2}", "", left)
    assert rest.isascii()
    assert not any(char.isdigit() for char in rest)
