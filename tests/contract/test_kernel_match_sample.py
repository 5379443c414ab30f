"""The sample before a whole band, and up to what the server accepts by itself."""

from decimal import Decimal

import pytest

from tests.contract import kernel

sample = kernel.load("match_sample")
LAST = {"phase": "automatic", "automatic": {"kinds": ["match"], "max_amount": "100.00", "unattended": True}}


def _first(ids, count):
    return ids[:count]


def test_the_largest_half_is_in_the_sample_and_the_rest_is_chosen():
    amounts = [(each, each * 10) for each in range(1, 101)]
    assert sample.sample(amounts, 10, _first) == [100, 99, 98, 97, 96, 95, 94, 93, 92, 91]
    assert sample.sample(amounts, 5, lambda ids, count: ids[-count:]) == [100, 99, 98, 2, 1]
    assert sample.sample(amounts[:3], 10, _first) == [3, 2, 1]
    assert sample.sample([(7, 1)], 1, _first) == [7]


def test_the_size_is_the_policy_s():
    assert sample.size_of({}) == 10
    assert sample.size_of({"match_sample": {"size": 25}}) == 25


def test_the_gravest_reason_is_told():
    clean = dict.fromkeys(sample.REASONS, False)
    assert sample.left_reason(clean) is None
    for at, name in enumerate(sample.REASONS):
        assert sample.left_reason({**clean, **dict.fromkeys(sample.REASONS[at:], True)}) == name


@pytest.mark.parametrize(
    "params",
    [
        {},
        {**LAST, "phase": "supervised"},
        {**LAST, "automatic": {"kinds": ["entry"], "max_amount": "100.00"}},
        {"automatic": LAST["automatic"]},
        # a version from before there was such a word
        {**LAST, "automatic": {"kinds": ["match"], "max_amount": "100.00"}},
        {**LAST, "automatic": {**LAST["automatic"], "unattended": False}},
    ],
)
def test_nothing_is_accepted_unattended_unless_the_last_phase_names_matches(params):
    assert sample.unattended_limit(params) is None


def test_the_lower_limit_counts():
    assert sample.unattended_limit(LAST) == Decimal(100)
    assert sample.unattended_limit({**LAST, "limits": {"match": "50.00"}}) == Decimal(50)
    assert sample.unattended_limit({**LAST, "limits": {"match": "500.00"}}) == Decimal(100)
