"""No signature stands beside a posting that it did not see, in whatever order two people act."""

from collections import Counter

import pytest

from tests.controls.shell_play import played_in_shell

ALL, SAMPLE = 420, 42


@pytest.fixture(scope="module")
def played(sample_files, tmp_path_factory, full, random_seed):
    """Play the runs in a copy of the sample's database; return what came of each."""
    folder = tmp_path_factory.mktemp("played")
    yield from played_in_shell("signing_plays", sample_files[0], folder, ALL if full else SAMPLE, random_seed)


def test_no_signature_stands_beside_an_unseen_posting(played):
    seed, runs, plays = played
    wrong = [play for play in plays if play["state"] not in _right(play) or play["unseen"]]
    assert not wrong, f"seed {seed}: {len(wrong)} of {runs}, the first is {wrong[0]}"
    assert len(plays) == runs


def _right(play):
    """What a person prepared is struck by any posting; what the server prepared may be signed after it."""
    if play["desk"] == "balance":
        # struck when it was signed first, opened again when it was only explained
        return {"open"} if play["by_server"] else {"stale", "open"}
    return {"stale", "signed"} if play["by_server"] else {"stale"}


def test_both_come_first_at_times(played):
    _seed, _runs, plays = played
    tasks = [play for play in plays if play["desk"] == "task"]
    assert {play["state"] for play in tasks if play["by_server"]} == {"stale", "signed"}


def test_every_posting_succeeds(played):
    """Posting is normal work: a signature may make it start again, and never refuses it."""
    seed, _runs, plays = played
    outcomes = Counter(play["poster"] for play in plays)
    assert set(outcomes) == {"done"}, f"seed {seed}: {outcomes}"


def test_who_signs_late_is_told(played):
    seed, _runs, plays = played
    for desk, refused, said in (
        ("task", "ENT001", "Posted after the sign-off"),
        ("balance", "ENT004", "The account was posted to"),
    ):
        own = [play for play in plays if play["desk"] == desk]
        outcomes = Counter(play["signer"] for play in own)
        # of the fewer plays of balances none may be late by chance
        assert outcomes.keys() - {refused} == {"done"}, f"seed {seed}: {desk} {outcomes}"
        assert refused in outcomes or desk == "balance", f"seed {seed}: {desk} {outcomes}"
        struck = [play["why"] for play in own if play["state"] == "stale"]
        assert all(said in why for why in struck), f"seed {seed}"


def test_the_orders_were_really_played(played):
    """Some began before the other one ended and were run again by Odoo."""
    _seed, _runs, plays = played
    assert {play["poster_tries"] for play in plays} >= {1, 2}
    assert {play["signer_tries"] for play in plays} >= {1, 2}
