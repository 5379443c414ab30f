"""The same seed gives the same bytes; another seed another company; every seed a sound one."""

import hashlib
import json
import os
import subprocess
import sys

import pytest

from agent_service.sample import generate, plan_file


def files(sample: generate.Sample) -> tuple[bytes, bytes, bytes]:
    return generate.dump(sample.plan), generate.dump(sample.truth), sample.camt


def test_same_seed_same_bytes(sample):
    assert files(generate.make()) == files(sample)


def test_other_seed_other_books(sample):
    for ours, theirs in zip(files(sample), files(generate.make(seed=8)), strict=True):
        assert ours != theirs


def test_neither_hash_seed_nor_time_zone_nor_locale_changes_a_byte(sample, tmp_path):
    command = [sys.executable, "-m", "agent_service.sample", "generate", "--out", str(tmp_path)]
    changed = {"PYTHONHASHSEED": "4711", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    subprocess.run(command, env={**os.environ, **changed}, check=True, capture_output=True)
    written = [
        (tmp_path / name).read_bytes()
        for name in ("plan.json", "truth.json", generate.statement_file_name("2026-10"))
    ]
    assert [hashlib.sha256(data).hexdigest() for data in written] == [
        hashlib.sha256(data).hexdigest() for data in files(sample)
    ]


@pytest.mark.parametrize("seed", range(1, 21))
def test_every_seed_makes_a_company(seed):
    months = 1 + seed % 4
    made = generate.make(seed=seed, months=months, end=f"2026-{1 + seed % 12:02d}")
    assert len(made.plan.full) == months
    assert made.truth["slice"]["matches"]["auto"] >= 5
    assert json.loads(generate.dump(made.truth))["seed"] == seed


def test_a_year_three_times_as_big():
    made = generate.make(months=12, scale=3)
    assert len([order for order in made.plan.orders if order.kind == "sale"]) > 12 * 3 * 30
    assert len(made.plan.history) >= 9


def test_light_months_reach_back_a_year_in_all(sample):
    assert len(sample.plan.history) + len(sample.plan.full) >= 12
    assert 9 <= len(sample.plan.history) <= 12


def test_plan_reads_back_as_it_was_written(sample, tmp_path):
    generate.write(sample, tmp_path)
    assert plan_file.read(tmp_path / "plan.json") == sample.plan
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    "wrong",
    [{"months": 0}, {"scale": 0}, {"months": 25}, {"end": "2026-13"}, {"end": "October"}, {"end": ""}],
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValueError):
        generate.make(**wrong)
