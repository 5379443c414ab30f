"""Which names a redactor knows: those that may stand in its texts, however many the company has."""

from datetime import date

from agent_service.llm.names import KnownNames, single_words

END = date(2026, 10, 31)


def test_a_name_of_ordinary_words_leaves_as_one_code_wherever_it_stands():
    names = KnownNames(["Bill Field", "Rose May", None, "", "--"], END)
    text = "rent for BILL  FIELD, october"
    assert names.redactor(text).redacted(text) == "rent for [NAME_1], october"
    hidden = "rent B\u200bill Field"
    assert names.redactor(hidden).redacted(hidden) == "rent [NAME_1]"


def test_only_names_that_may_be_there_are_known():
    names = KnownNames([f"Customer {number}" for number in range(50_000)] + ["Rose May"], END)
    redactor = names.redactor("may rose")
    assert list(redactor.names) == ["Rose May"]


def test_words_of_candidates_leave_as_codes_that_can_be_compared():
    partners = {1: "Bill Field", 2: "Blue Rail"}
    names = KnownNames(partners.values(), END)
    label = "transfer field bill"
    redactor = names.redactor(label, also=single_words(partners), but=partners.values())
    left = redactor.redacted(label)
    first, second = redactor.redacted(partners[1]), redactor.redacted(partners[2])
    assert set(first.split()) == set(left.split()) - {"transfer"}
    assert not set(second.split()) & set(left.split())
    assert "field" not in left + first
