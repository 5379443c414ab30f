"""A year of closes by random people: whatever they do, the rules hold and the trail tells of it.

`AI_CLOSE_SEED` lives the same year again; `AI_CLOSE_YEAR=all` (`make test-year`) lives whole years of a
thousand acts each, `make test` the beginning of one.
"""

import os
import secrets

import pytest

from tests.year.world import MONTHS, World
from tests.year.year import Broken, Year
from tools.paths import var_dir

ALL = os.environ.get("AI_CLOSE_YEAR") == "all"
ACTS, YEARS = (1000, 3) if ALL else (100, 1)
FIRST = int(os.environ.get("AI_CLOSE_SEED") or secrets.randbelow(10**6))


@pytest.mark.parametrize("seed", [FIRST + number for number in range(YEARS)])
def test_no_rule_breaks_in_a_year(seed):
    log = var_dir("tests") / f"year-{seed % YEARS}.log"
    with World(f"year_{seed % YEARS}") as world:
        year = Year(world, seed)
        try:
            year.live(ACTS)
        except Broken as broken:
            pytest.fail(f"{broken}\n\nall acts: {log}; again: AI_CLOSE_SEED={seed}", pytrace=False)
        finally:
            log.write_text("\n".join([f"seed {seed}", *year.acts]))
        present = year.work.month()
    done = MONTHS.index(present) if present else len(MONTHS)
    print(f"seed {seed}: {dict(year.count)}, {done} months locked")
    # a year in which nothing is refused, or nothing gets done, proves nothing
    assert year.count["done"] > ACTS / 3
    assert year.count["refused"] > ACTS / 20
    assert done >= (len(MONTHS) if ALL else 1)
