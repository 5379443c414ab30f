"""Plays of two threads, run inside `odoo shell` in a copy of the sample's database."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from tests.support.demo import CLUSTER
from tools import odoo_cli, template

_SCRIPT = """
import importlib, json, logging, os, sys
sys.path.insert(0, os.getcwd())
logging.getLogger("odoo").setLevel(logging.CRITICAL)
module = importlib.import_module("tests.controls." + os.environ["PLAY"])
played = module.run(env, int(os.environ["PLAY_RUNS"]), int(os.environ["PLAY_SEED"]))
with open(os.environ["PLAY_RESULT"], "w") as result:
    json.dump(played, result)
"""


def played_in_shell(
    play: str, source: str, folder: Path, runs: int, seed: int
) -> Iterator[tuple[int, int, list[dict]]]:
    """Yield the seed, the number of runs and what came of each; the copy is dropped in the end."""
    database, result = f"{play}_{os.getpid()}", folder / "played.json"
    template.reclone(source, database)
    try:
        odoo_cli.shell(CLUSTER, database, _SCRIPT, env={
            "PLAY": play, "PLAY_RUNS": str(runs), "PLAY_SEED": str(seed), "PLAY_RESULT": str(result),
        })  # fmt: skip
        yield seed, runs, json.loads(result.read_text())
    finally:
        odoo_cli.drop(CLUSTER, database)
