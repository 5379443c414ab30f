"""Sets of amounts that add up: the fast ways give what trying every set gives."""

import random
from itertools import combinations

import pytest

from agent_service.core.matching.numbers import shape_of
from agent_service.core.matching.subsets import MOST_HALVED, adding_up


def every(amounts, target):
    """Return all sets of two or more places that come to the target, small ones first."""
    places = range(len(amounts))
    return [
        chosen
        for size in range(2, len(amounts) + 1)
        for chosen in combinations(places, size)
        if sum(amounts[at] for at in chosen) == target
    ]


@pytest.mark.parametrize("seed", range(12))
def test_all_sets_of_few_amounts_are_found_whatever_their_signs(seed):
    chance = random.Random(seed)
    amounts = [chance.randrange(-400, 900) for _ in range(chance.randrange(2, 13))]
    target = sum(chance.sample(amounts, chance.randrange(1, len(amounts) + 1)))
    assert adding_up(amounts, target, 10_000) == every(amounts, target)


def test_what_nothing_adds_up_to_gives_nothing():
    assert adding_up([200, 400, 600] * 7, 1001) == []


def test_of_many_equal_amounts_only_so_many_sets_are_named():
    found = adding_up([100] * MOST_HALVED, 200, 6)
    assert len(found) == 6
    assert all(len(one) == 2 for one in found)


def test_a_number_s_shape_is_the_same_by_both_ways():
    assert shape_of("INV/2026/00777") == "INV/9999/99999"
    assert shape_of("РЕЕ٣7") == "РЕЕ99"
