"""Thousands of attempts to get round the controls; each is judged by what it changed in the database.

Made by two workers in processes of their own, each with a copy of the world and a server.
"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.controls import known, world
from tools.paths import ROOT

WORKERS = 2
# Attempts of each worker: of one step, and of several.
SAMPLE, FULL = (120, 120), (4500, 4500)


@pytest.fixture(scope="module")
def reports(full, random_seed, tmp_path_factory):
    """The reports of all workers."""
    world.ensure()
    single, several = FULL if full else SAMPLE
    folder = tmp_path_factory.mktemp("attempts")
    running = []
    for number in range(WORKERS):
        report = folder / f"{number}.json"
        command = [sys.executable, "-m", "tests.controls.worker", str(random_seed), str(number), str(WORKERS),
                   str(single), str(several), str(report)]  # fmt: skip
        with (folder / f"{number}.log").open("w") as log:
            running.append((subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log), report, log.name))
    ended = [(process.wait(), log) for process, _report, log in running]
    for code, log in ended:
        assert code == 0, Path(log).read_text()[-3000:]
    return [json.loads(report.read_text()) for _process, report, _log in running]


def test_no_attempt_gets_round_the_controls(reports, random_seed):
    broken = [
        each for report in reports for each in report["broken"]
        if not all(known.is_known(sentence) for sentence in each["sentences"])
    ]  # fmt: skip
    shown = "\n\n".join(each["text"] for each in broken[:20])
    kinds = Counter(sentence.split(":")[0] for each in broken for sentence in each["sentences"][:1])
    assert not broken, f"seed {random_seed}: {len(broken)} bypasses {dict(kinds)}\n{shown}"


def test_enough_was_attempted(reports, full):
    total = sum(report["attempts"] for report in reports)
    several = sum(report["several"] for report in reports)
    for report in reports:
        print(report["line"])
    assert total >= (3000 if full else 450)
    assert several * 2 >= total
    # Attempts that are all refused, or that all go through, attack nothing.
    assert sum(report["refused"] for report in reports) > total / 4
    assert sum(report["changed"] for report in reports) > total / 20


def test_every_kind_of_detour_was_taken(reports):
    kinds = Counter()
    for report in reports:
        kinds.update(report["kinds"])
    assert len(kinds) > 25, kinds
    assert min(kinds.values()) > 2, kinds


def test_our_own_steps_never_break(reports):
    """Bad input is answered by a sentence, not by a fault of the program."""
    faults = Counter()
    for report in reports:
        faults.update(report["faults"])
    assert not faults, "\n".join(f"{count} {fault}" for fault, count in faults.items())
