"""How a label names a document's number: levels, formats, and numbers that only look alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_service.core.matching.features import CUT, DIGITS, FULL, SHORT, cut_off, naming
from agent_service.core.matching.normalise import label, number

SERIES = frozenset({"INV", "BILL", "RINV", "PBNK"})


def level(text, ref, series=SERIES):
    return naming(label(text), number(ref), series)


@pytest.mark.parametrize(
    "text",
    [
        "INV/2026/00231",
        "inv/2026/00231",
        "Payment of INV-2026-00231, thank you",
        "INV 2026 00231",
        "INV2026/00231",
        "INV202600231",
        "INV/2026/231",
        "INV/2026/00231.",
        "(INV/2026/00231)",
        "INV#2026/00231 12.10.2026 EUR 1.190,00",
        "Acme GmbH//INV/2026/00231//Hamburg",
        "SVWZ+INV/2026/00231 EREF+NOTPROVIDED",
        "EREF+INV/2026/00231MREF+M-7712",
        "NOTPROVIDED INV/2026/00231",
        "/ROC/INV/2026/00231/RFB/9911",
        "ACH CREDIT ACME CORP INV/2026/00231 TRN 0091",
        "ÍNV—2026—00231",
        "IBAN: DE02120300000000202051 INV/2026/00231",
        "KREF+2026103100017 SVWZ+ INV 2026/00231",
    ],
)
def test_one_number_in_many_formats(text):
    assert level(text, "INV/2026/00231") == FULL


@pytest.mark.parametrize(
    "text",
    [
        "INV/2026/002311",
        "INV/2026/100231",
        "INV/2026/0023",
        "INV/2026/00232",
        "INV/2025/00231",
        "INV/2026/00231/1",
        "INV/2026/00231-2",
        "INV/2026/00231A",
        "RINV/2026/00231",
        "RINV2026/00231",
        "BILL/2026/00231",
        "BILL 2026 00231",
        "BILL202600231",
        "INV 00232 of 2026",
        "99202600231",
        "20260023155",
        "4/2026/00231",
        "2026-10-31 transfer 231,00",
        "MREF+INV/2026/00231 SVWZ+rent",
        "",
        "_",
        "%",
    ],
)
def test_numbers_that_only_look_alike(text):
    assert level(text, "INV/2026/00231") is None


@pytest.mark.parametrize(
    ("text", "ref", "expected"),
    [
        ("Invoice 2026/00231", "INV/2026/00231", DIGITS),
        ("Rechnung Nr. 202600231", "INV/2026/00231", DIGITS),
        ("your invoice 0231-88-2", "FA-0231-88-2", DIGITS),
        ("INV 231", "INV/2026/00231", SHORT),
        ("Rechnung 88121", "RE-88121", SHORT),
        ("RE-88121", "RE-88121", FULL),
        ("Facture 88121 merci", "88121", FULL),
        ("pago 4711", "4711", SHORT),
        ("INV/2026/0231", "INV/2026/00231", SHORT),
        ("INV/2026/0231 of Acme", "INV/2026/00231", FULL),
        ("INV/2026/00231", "INV/2026/231", SHORT),
        ("card 20.10.2026 shop", "2026-10", None),
        ("rent 10/2026", "10/2026", SHORT),
        ("RF18 5390 0754 7034", "RF18539007547034", FULL),
        ("+++090/9337/55493+++", "090933755493", FULL),
        ("090933755493", "+++090/9337/55493+++", FULL),
        ("Order A 118", "A118", SHORT),
        ("118 pieces", "A118", None),
        ("no digits here", "INV/2026/00231", None),
    ],
)
def test_levels(text, ref, expected):
    assert level(text, ref) == expected


def test_letters_in_front_speak_against_a_bare_number_only_when_they_name_a_series():
    assert level("BILL 2026/00231", "2026/00231") is None
    assert level("Acme 2026/00231", "2026/00231") == FULL
    assert level("BILL 2026/00231", "2026/00231", frozenset()) == FULL


def test_a_label_that_ends_inside_the_number():
    one = number("INV/2026/00231")
    assert cut_off(label("SEPA transfer Acme Corporation INV/2026/002"), one)
    assert not cut_off(label("SEPA transfer INV/2026/002 Acme"), one)
    assert not cut_off(label("SEPA transfer INV/2026/00231"), one), "that is whole"
    assert not cut_off(label("SEPA transfer INV/20"), one), "too little"
    assert not cut_off(label("SEPA transfer INV/2026/003"), one)
    assert CUT == "cut"


REFS = st.from_regex(r"\A[A-Z]{2,4}[/ -]?(2025|2026)[/-][0-9]{2,4}[1-9]\Z")
WORDS = st.sampled_from(["Zahlung", "thank you", "ref", "Ltd.", "EUR", "transfert", "ÅS", "+", "//"])


@given(
    REFS, st.lists(WORDS, max_size=3), st.lists(WORDS, max_size=3), st.sampled_from(["/", "-", " ", "", "."])
)
def test_a_number_is_found_whatever_stands_around_and_between(ref, before, after, separator):
    letters = ref.rstrip("0123456789/- ")
    digits = [run for run in ref[len(letters) :].replace("-", "/").replace(" ", "/").split("/") if run]
    written = separator.join([letters, *digits])
    assert level(" ".join([*before, written, *after]), ref) == FULL


@given(REFS, st.text("0123456789", min_size=1, max_size=3))
def test_more_digits_are_another_number(ref, more):
    assert level(f"pay {ref}{more}", ref) != FULL
    assert level(f"pay {ref}{more}", ref) is None


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_label_and_any_number_can_be_compared(text, ref):
    made = number(ref)
    if made:
        naming(label(text), made, SERIES)
        cut_off(label(text), made)
