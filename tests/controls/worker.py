"""One worker: its share of the attempts in a world of its own, reported as JSON.

python -m tests.controls.worker SEED NUMBER OF SINGLE SEVERAL REPORT
"""

import json
import os
import sys
from itertools import islice
from pathlib import Path
from random import Random

from tests.controls.attempts import Attempt, Drawer, singles
from tests.controls.runner import Outcome, Runner
from tests.controls.scenarios_desk import AllScenarios
from tests.controls.targets import Targets
from tests.controls.verdicts import Verdicts
from tests.controls.world import Worlds


def share(drawer: Drawer, number: int, of: int, wanted: int) -> list[Attempt]:
    """Return this worker's share of the single steps: all methods and fields of ours come first."""
    drawn = list(singles(drawer))
    drawer.rng.shuffle(drawn)
    return drawn[number::of][:wanted]


def main(seed: int, number: int, of: int, single: int, several: int, report: Path) -> None:
    """Make the attempts and write the report."""
    with Worlds(f"controls_{os.getpid()}_{number}") as world:
        drawer = Drawer(Targets(world), Random(f"{seed}:single"))
        first = share(drawer, number, of, single)
        drawer = Drawer(Targets(world), Random(f"{seed}:several:{number}"))
        runner = Runner(world)
        verdict = Verdicts(world.registry)
        runner.make(first, verdict)
        tally = runner.make(islice(AllScenarios(drawer).forever(), several), verdict)
        report.write_text(json.dumps({
            "attempts": tally.attempts, "several": tally.several, "refused": tally.refused,
            "changed": tally.changed, "kinds": tally.kinds, "line": tally.line(),
            "faults": tally.faults, "broken": [_as_dict(each) for each in tally.broken],
        }))  # fmt: skip
    print(tally.line())


def _as_dict(outcome: Outcome) -> dict:
    return {"text": str(outcome), "sentences": outcome.broken}


if __name__ == "__main__":
    *numbers, path = sys.argv[1:]
    main(*map(int, numbers), Path(path))
