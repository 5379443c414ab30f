"""Random tampering by SQL, as superuser and with the triggers off: each on sealed rows is found and named.

The normal run does about a hundred; AI_CLOSE_CONTROLS=all (`make test-tampering`) does ten thousand.
AI_CLOSE_SEED does the same ones again.
"""

import json
import os
import random
import subprocess

import pytest

from tools import odoo_cli, postgres, template
from tools.paths import ROOT, var_dir

CLUSTER = postgres.TEST
COUNT = 10_000 if os.environ.get("AI_CLOSE_CONTROLS") == "all" else 100
SEED = int(os.environ.get("AI_CLOSE_SEED") or random.SystemRandom().randrange(2**32))
_SCRIPT = "from tests.tampering import harness\nharness.main(env, {count}, {seed})\n"


@pytest.fixture(scope="module")
def told():
    """What the harness printed, from a database of its own."""
    database = f"tampering_{os.getpid()}"
    template.clone(template.with_addons(), database)
    config = odoo_cli.write_config(var_dir("run") / f"{database}.conf", CLUSTER, {"db_user": postgres.OWNER})
    print(f"{COUNT} tamperings, AI_CLOSE_SEED={SEED}")
    try:
        done = subprocess.run(
            odoo_cli.command(config, "shell", "-d", database, "--no-http", "--log-level=error"),
            env={**os.environ, **odoo_cli.environment(CLUSTER), "PGUSER": postgres.OWNER}, cwd=ROOT,
            input=_SCRIPT.format(count=COUNT, seed=SEED), capture_output=True, text=True, check=False,
        )  # fmt: skip
        rows = [row.removeprefix("TAMPERING ") for row in done.stdout.splitlines() if row.startswith("TAMP")]
        assert rows, done.stderr[-3000:]
        assert "Traceback" not in done.stdout + done.stderr, (done.stdout + done.stderr)[-3000:]
        yield [json.loads(row) for row in rows]
    finally:
        config.unlink()
        odoo_cli.drop(CLUSTER, database)


def test_the_honest_trail_is_unbroken(told):
    honest = told[0]
    assert (honest["honest"], honest["found"]) == ("unbroken", [])
    assert honest["events"] > 100
    assert honest["unsealed"] > 0


def test_every_tampering_is_found_and_named(told):
    missed = [row for row in told if "problem" in row]
    assert missed == [], f"AI_CLOSE_SEED={SEED}"
    end = told[-1]
    print(json.dumps(end))
    assert (end["done"], end["missed"]) == (COUNT, 0)


def test_every_kind_of_deed_was_done(told):
    kinds = told[-1]["kinds"]
    assert sum(kinds.values()) == COUNT
    assert len(kinds) >= (16 if COUNT >= 10_000 else 8)
    assert sum(told[-1]["idle"].values()) < COUNT
