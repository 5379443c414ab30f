"""No signature stands beside a posting that it did not see, in whatever order two people act."""

import json
import os
from collections import Counter

import pytest

from tests.support.demo import CLUSTER
from tools import odoo_cli, template

DATABASE = f"desk{os.getpid()}"
ALL, SAMPLE = 280, 32
SCRIPT = """
import json, logging, os, sys
sys.path.insert(0, os.getcwd())
logging.getLogger("odoo").setLevel(logging.CRITICAL)
from tests.controls import signer_poster
played = signer_poster.run(env, int(os.environ["DESK_RUNS"]), int(os.environ["DESK_SEED"]))
with open(os.environ["DESK_RESULT"], "w") as result:
    json.dump(played, result)
"""


@pytest.fixture(scope="module")
def played(sample_files, tmp_path_factory, full, random_seed):
    """Play the runs in a copy of the sample's database; return what came of each."""
    result = tmp_path_factory.mktemp("desk") / "played.json"
    runs = ALL if full else SAMPLE
    template.reclone(sample_files[0], DATABASE)
    try:
        odoo_cli.shell(CLUSTER, DATABASE, SCRIPT, env={
            "DESK_RUNS": str(runs), "DESK_SEED": str(random_seed), "DESK_RESULT": str(result),
        })  # fmt: skip
        yield random_seed, runs, json.loads(result.read_text())
    finally:
        odoo_cli.drop(CLUSTER, DATABASE)


def test_no_signature_stands_beside_an_unseen_posting(played):
    seed, runs, plays = played
    wrong = [play for play in plays if play["state"] not in _right(play) or play["unseen"]]
    assert not wrong, f"seed {seed}: {len(wrong)} of {runs}, the first is {wrong[0]}"
    assert len(plays) == runs


def _right(play):
    """What a person prepared is struck by any posting; what the server prepared may be signed after it."""
    return {"stale", "signed"} if play["by_server"] else {"stale"}


def test_both_come_first_at_times(played):
    _seed, _runs, plays = played
    assert {play["state"] for play in plays if play["by_server"]} == {"stale", "signed"}


def test_every_posting_succeeds(played):
    """Posting is normal work: a signature may make it start again, and never refuses it."""
    seed, _runs, plays = played
    outcomes = Counter(play["poster"] for play in plays)
    assert set(outcomes) == {"done"}, f"seed {seed}: {outcomes}"


def test_who_signs_late_is_told(played):
    seed, _runs, plays = played
    outcomes = Counter(play["signer"] for play in plays)
    assert set(outcomes) == {"done", "ENT001"}, f"seed {seed}: {outcomes}"
    struck = [play["why"] for play in plays if play["state"] == "stale"]
    assert all("Posted after the sign-off" in why for why in struck), f"seed {seed}"


def test_the_orders_were_really_played(played):
    """Some began before the other one ended and were run again by Odoo."""
    _seed, _runs, plays = played
    assert {play["poster_tries"] for play in plays} >= {1, 2}
    assert {play["signer_tries"] for play in plays} >= {1, 2}
