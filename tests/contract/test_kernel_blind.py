"""A blind sample: the same for the same seed, and the right answer stands once, anywhere."""

from hypothesis import given
from hypothesis import strategies as st

from tests.contract import kernel

blind = kernel.load("blind")
ITEMS = st.lists(st.integers(1, 50), min_size=1, max_size=4, unique=True)


@given(st.text(max_size=8), st.sets(st.integers(1, 10**6), max_size=40), st.integers(-3, 12))
def test_a_sample_is_the_seeds(seed, ids, count):
    found = blind.drawn(seed, ids, count)
    assert found == blind.drawn(seed, sorted(ids, reverse=True), count)
    assert len(found) == len(set(found)) == min(max(count, 0), len(ids))
    assert set(found) <= ids


@given(st.text(max_size=8), ITEMS, st.lists(ITEMS | st.just([]), max_size=8))
def test_the_right_answer_stands_once(seed, right, others):
    found = blind.answers(seed, right, others)
    sets = [tuple(sorted(items)) for _key, items in found]
    assert len(sets) == len(set(sets)) <= len(blind.KEYS)
    assert sets.count(tuple(sorted(right))) == 1
    assert [key for key, _items in found] == list(blind.KEYS[: len(found)])


def test_the_right_answer_stands_anywhere():
    keys = [
        next(key for key, items in blind.answers(f"seed {one}", [1], [[2], [3], [4]]) if items == [1])
        for one in range(400)
    ]
    assert all(70 <= keys.count(key) <= 130 for key in blind.KEYS)
