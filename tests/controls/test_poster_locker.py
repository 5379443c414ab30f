"""No entry stands in a locked period that the lock did not see, in whatever order two people act."""

from collections import Counter

import pytest

from tests.controls.shell_play import played_in_shell

ALL, SAMPLE = 1000, 32


@pytest.fixture(scope="module")
def played(sample_files, tmp_path_factory, full, random_seed):
    """Play the runs in a copy of the sample's database; return what came of each."""
    folder = tmp_path_factory.mktemp("played")
    yield from played_in_shell("poster_locker", sample_files[0], folder, ALL if full else SAMPLE, random_seed)


def test_nothing_comes_into_a_locked_period(played):
    seed, runs, plays = played
    wrong = [play for play in plays if play["changed_items"] or play["undone"]]
    assert not wrong, f"seed {seed}: {len(wrong)} of {runs}, the first is {wrong[0]}"
    assert len(plays) == runs


def test_every_lock_is_applied(played):
    seed, _runs, plays = played
    missing = [play for play in plays if play["locker"] != "done" or play["locked"] != "2019-12-31"]
    assert not missing, f"seed {seed}: {len(missing)}, the first is {missing[0]}"


def test_who_comes_late_is_refused_in_words(played, full):
    """It was posted before the lock, or refused by its rule; nothing else comes of it."""
    seed, _runs, plays = played
    outcomes = Counter((play["poster"], play["outcome"]) for play in plays)
    allowed = {
        "post": {"done", "LCK002"},
        "add_line": {"done", "LCK010"},
        # settling changes no balance of the period: it may come late
        "reconcile": {"done"},
        "unreconcile": {"done", "LCK010"},
    }
    strange = {key: count for key, count in outcomes.items() if key[1] not in allowed[key[0]]}
    assert not strange, f"seed {seed}: {strange}"
    wanted = {(poster, outcome) for poster, codes in allowed.items() for outcome in codes}
    # a sample need not meet every one of them, but both kinds
    assert set(outcomes) == wanted or not full
    assert {outcome == "done" for _poster, outcome in outcomes} == {True, False}


def test_the_orders_were_really_played(played):
    """Some posters had begun before the lock and met the gate: Odoo ran them again."""
    _seed, _runs, plays = played
    assert {play["tries"] for play in plays} >= {1, 2}
