"""A text that is made of its facts is shown; any other is refused, with what to change."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_service.llm.facts import Fact, Facts
from agent_service.llm.grounding import MAX_CHARS, Ungrounded, grounded


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{account} rose by {change}.", "6100 Rent rose by +4,000.00 EUR."),
        (
            "The balance is {actual}; before it was {prior}.",
            "The balance is 12,000.00 EUR (October 2026); before it was 8,000.00 EUR (September 2026).",
        ),
        (
            "The increase is mainly due to {lessor}, which is {part} of it.",
            "The increase is mainly due to Lessor SA +4,000.00 EUR, which is 100.0 % of it.",
        ),
        (
            "the balance of {account} in {month} was {actual}.",
            "The balance of 6100 Rent in October 2026 was 12,000.00 EUR.",
        ),
        (
            "{account} rose from {prior} to {actual}.",
            "6100 Rent rose from 8,000.00 EUR (September 2026) to 12,000.00 EUR (October 2026).",
        ),
    ],
)
def test_facts_are_put_in(rent, text, shown):
    told = grounded(text, rent)
    assert told.text == shown


def test_what_was_used_is_told_in_its_order(rent):
    assert grounded("{lessor} explains {change}. {change} came late.", rent).used == ("lessor", "change")


REFUSED = {
    "an invented figure": ("{account} rose by 4,000.00 EUR.", "digit"),
    "an invented percentage": ("{account} rose by 50 %.", "digit"),
    "a figure in words": ("{account} rose by four thousand.", "'four'"),
    "a multiple in words": ("{account} doubled by {change}.", "'doubled'"),
    "digits of another script": ("{account} rose by ٤٠٠٠.", "digit"),
    "full-width digits": ("{account} rose by ４０００.", "digit"),
    "roman digits": ("{account} rose by Ⅳ.", "character"),
    "a fraction sign": ("{account} rose by ½.", "character"),
    "an invented name": ("The change comes from Globex, {lessor}.", "'Globex'"),
    "an invented name in lower case": ("The change comes from globex, {lessor}.", "'globex'"),
    "words of ours as a name": ("{lessor} and the Bank Field are the change.", "like a name"),
    "a homoglyph": ("The bаlance is {actual}.", "character"),
    "an unknown fact": ("{account} rose by {other}.", "{other}"),
    "a right figure in a wrong month": ("In {before} the balance was {actual}.", "{actual}"),
    "a right figure in another wrong month": ("The balance of {month} was {prior}.", "{prior}"),
    "the other direction": ("{account} fell by {change}.", "direction"),
    "both directions": ("{account} rose and fell by {change}.", "both ways"),
    "a denial": ("The balance is not {actual}.", "denies"),
    "a hedge": ("The balance is more than {actual}.", "more than"),
    "a hedge of two words": ("The balance is up to {actual}.", "up to"),
    "a cause without a fact": ("{account} rose by {change} because people travel.", "'because'"),
    "a sentence without a fact": ("All is as expected. {account} rose by {change}.", "rests on no fact"),
    "a decision": ("{account} is approved.", "'approved'"),
    "markup": ("<b>{account}</b> rose by {change}.", "character"),
    "a link": ("[{account}](javascript) rose.", "character"),
    "an address": ("{account}: see mail@x.", "character"),
    "a template of another kind": ("{{account}} rose by {change}.", "character"),
    "nothing": ("  ", "empty"),
    "too much": ("{account} rose. " * (MAX_CHARS // 15 + 1), "longer"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_fact_is_refused(rent, case):
    text, why = REFUSED[case]
    with pytest.raises(Ungrounded) as refused:
        grounded(text, rent)
    assert why in str(refused.value)


@settings(max_examples=150)
@given(st.text(max_size=60), st.sampled_from(["{change}", "{actual}", "{account}", ""]), st.text(max_size=30))
def test_no_character_of_a_text_is_shown_that_is_not_a_word_of_ours(before, reference, after):
    facts = Facts(
        (
            Fact("account", "name", "an account", "ACCOUNT"),
            Fact("change", "amount", "change", "CHANGE", sign=1),
            Fact("actual", "amount", "balance", "ACTUAL"),
        )
    )
    try:
        shown = grounded(f"{before}{reference}{after}", facts).text
    except Ungrounded:
        return
    assert not any(char.isdigit() or char in "%€$£¥<>[]{}@/\\" for char in shown)
    assert shown.isascii() or "’" in shown


def test_facts_have_keys_of_their_own_and_known_names():
    with pytest.raises(ValueError, match="twice"):
        Facts((Fact("a", "name", "x", "x"), Fact("a", "name", "y", "y")))
    with pytest.raises(ValueError, match="not among"):
        Facts((Fact("a", "amount", "x", "x", about=frozenset({"b"})),))
    with pytest.raises(ValueError, match="no key"):
        Facts((Fact("a b", "name", "x", "x"),))


def test_a_name_never_leaves_as_a_fact(rent):
    told = str(rent.told())
    for name in ("Rent", "Lessor", "October 2026"):
        assert name not in told
    assert "12000.00" in told
