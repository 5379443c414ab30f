"""The columns' allocator is told how to keep memory before polars asks; an operator's own setting wins."""

import os
import subprocess
import sys

from agent_service.memory import SETTINGS, settle

ASK = "import agent_service.cli, os; print(os.environ['_RJEM_MALLOC_CONF'])"


def _told(**more: str) -> str:
    plain = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=plain | more, stdout=subprocess.PIPE, check=True, text=True
    )
    return done.stdout.strip()


def test_polars_takes_up_what_the_agent_settles():
    # polars puts its own setting before ours; of two the later one counts
    told = _told().split(",")
    assert "thp:always" in told
    assert told[-1] == "dirty_decay_ms:10000" != told[0]


def test_an_operators_setting_wins():
    assert _told(_RJEM_MALLOC_CONF="dirty_decay_ms:1").endswith(",dirty_decay_ms:1")
    given = {"POLARS_THP": "0"}
    settle(given)
    assert given["POLARS_THP"] == "0"
