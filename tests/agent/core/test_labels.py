"""Labels as bills of many countries write them: spans, words without blanks, tax numbers."""

from datetime import date

import pytest

from agent_service.core.checks.cls002_asset import _pattern
from agent_service.core.checks.cls003_prepayment import WORDS, _yearly_words
from agent_service.core.checks.exf014_vat_invalid import invalid
from agent_service.core.labels import span_named
from agent_service.core.text import plain, unspaced

YEAR = (date(2026, 9, 1), date(2027, 8, 31))


@pytest.mark.parametrize(
    "label",
    [
        "Licence 2026-09-01 - 2027-08-31",
        "01/09/2026 - 31/08/2027",
        "sep 2026 - aug 2027",
        "保険 2026/09/01～2027/08/31",
        "2026-09-01 〜 2027-08-31",
        "2026.09.01 - 2027.08.31",
        "2026年9月～2027年8月 保守",
        "2026年9月1日から2027年8月31日まで",
        "令和8年9月1日～令和9年8月31日 保険料",
        "保守料 R8.9.1～R9.8.31",
        "民國115年9月1日 - 民國116年8月31日",
        "平成38年9月〜令和9年8月",
    ],
)
def test_a_span_is_read_as_it_is_written(label):
    assert span_named(label) == YEAR


@pytest.mark.parametrize(
    "label",
    [
        "Invoice 2026/09/0012",
        "PO 2026.10.05 due 2026.11.05",
        "2026年13月～2027年8月",
        "Firmware R8.9.1",
        "Part AR8.9.1 - AR9.8.31",
    ],
)
def test_numbers_and_single_days_are_no_span(label):
    assert span_named(label) is None


@pytest.mark.parametrize(
    ("label", "found"),
    [("業務用製氷機 SZ-90", True), ("ノートパソコン 1台", True), ("Notebook", True), ("Bookbinding", False)],
)
def test_a_word_of_a_script_without_blanks_stands_inside_another(label, found):
    words = _pattern(("製氷機", "パソコン", "notebook", "book"))
    assert bool(words.search(plain(label))) is found


def test_what_is_paid_for_a_year_is_known_in_japanese_too():
    inside = tuple(filter(unspaced, WORDS))
    assert _yearly_words("施設賠償責任保険", None, WORDS, inside)
    assert not _yearly_words("食材", None, WORDS, inside)


def test_a_japanese_invoice_number_bears_a_t():
    assert invalid("T7000012050002", "JP") == invalid("7000012050002", "JP") == ""
    assert invalid("T7000012050003", "JP") == "JP"
