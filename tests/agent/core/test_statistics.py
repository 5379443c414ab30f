"""Robust statistics: worked numbers and bounds."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_service.core.statistics import FLOOR, amount_of, baseline, log_amount, median, scaled, wide


def test_median_and_spread_by_hand():
    assert median([3.0, 1.0, 2.0]) == 2.0
    assert median([4.0, 1.0, 2.0, 3.0]) == 2.5
    made = scaled([1.0, 2.0, 3.0, 4.0, 9.0])
    assert (made.median, made.spread, made.count) == (3.0, pytest.approx(1.4826), 5)


def test_the_mean_deviation_stands_in_where_most_values_agree():
    made = scaled([1.0, 1.0, 1.0, 1.0, 6.0])
    assert made.spread == pytest.approx(1.2533 * 1.0)


def test_a_spread_never_falls_under_five_percent():
    assert scaled([2.0] * 10).spread == FLOOR == math.log(1.05)


def test_only_the_last_twelve_count():
    assert baseline([9.0] * 50 + [1.0, 1.01, 0.99] * 4).median == pytest.approx(1.0)


def test_a_level_that_moved_counts_from_its_move():
    moved = baseline([1.0] * 9 + [2.0] * 3)
    assert (moved.median, moved.count, moved.shifted) == (2.0, 3, True)
    assert not baseline([1.0] * 9 + [2.0, 2.0, 1.0]).shifted
    assert not baseline([1.0] * 9 + [2.0, 0.1, 2.0]).shifted


@given(st.lists(st.floats(0, 30), min_size=1, max_size=40))
def test_the_baseline_lies_among_the_values(values):
    made = baseline(values)
    assert min(values) <= made.median <= max(values)
    assert made.spread >= FLOOR


@given(st.integers(-(10**12), 10**12))
def test_an_amounts_logarithm_turns_back(minor):
    assert amount_of(log_amount(minor, 2)) == pytest.approx(abs(minor) / 100)


def test_a_few_values_raise_the_cut_by_twelve_over_their_number():
    twelve, eight = baseline([0.0, 1.0] * 6), baseline([0.0, 1.0] * 4)
    at = [one.median + 6.5 * one.spread for one in (twelve, eight)]
    assert [one.stands_out(x, 6.0) for one, x in zip((twelve, eight), at, strict=True)] == [True, False]
    assert eight.stands_out(eight.median + 9.1 * eight.spread, 6.0)


def test_what_is_seldom_widens_the_spread_though_it_moves_no_middle():
    steady, mixed = [6.9] * 5 + [7.0] * 7, [6.9] * 5 + [7.0] * 5 + [4.3, 4.5]
    assert wide(steady).spread == pytest.approx(FLOOR, rel=0.2)
    assert scaled(mixed).spread == pytest.approx(0.1483, rel=0.01)
    assert wide(mixed).spread > 0.5
