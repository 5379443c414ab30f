"""A run that is killed at any call, and started again, ends as if nothing had happened."""

import json
import os
import shutil
import signal
from datetime import date
from pathlib import Path

import pytest

from tests.support.demo import Demo, proposals
from tests.support.people import People
from tools import sample

KILLER = "tests.faults.killer"
READING = ("hello", "heartbeat", "extract")
DECIDED = {"rejected", "explained"}
MOMENTS = [pytest.param("before", marks=pytest.mark.slow), "after"]
"""Before Odoo hears of a call, or after it has done it and nobody heard of that."""
ROOTS = "seals"
"""Asked for when the run has ended: whoever is killed there has nothing to resume."""


def _share(numbers: list[int], step: int) -> list[int]:
    """Return one in `step` of the calls, which ones the day decides; all with AI_CLOSE_FAULTS=all."""
    if os.environ.get("AI_CLOSE_FAULTS") == "all":
        return numbers
    return numbers[date.today().toordinal() % step :: step]


@pytest.fixture(scope="module")
def reference(finished) -> tuple[dict, list[str]]:
    """What an undisturbed run leaves, and the calls it made."""
    found = finished.proposals()
    assert found["findings"]
    assert found["matches"]
    assert found["entries"]
    assert found["running"] == []
    return found, finished.calls


def _killed(demo: Demo, when: str, number: int) -> None:
    done = demo.ai_close(*demo.run_arguments(), module=KILLER, AI_CLOSE_TEST_KILL=f"{when}:{number}")
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert done.stdout == ""


def _runs(demo: Demo) -> list[str]:
    return demo.sql("SELECT coalesce(json_agg(state ORDER BY id), '[]') FROM ai_close_run")


def _again(demo: Demo, reference: dict) -> dict:
    report = demo.run()
    assert proposals(demo) == reference
    assert demo.run_keys() == []
    return report


def test_killed_at_each_reading_call_one_after_the_other(odoo_demo, reference):
    """Reading changes nothing, so one database bears all these deaths; it stays one run throughout.

    For Odoo a death before a call is the death after the one before it.  Of the datasets, which are all read
    the same way, a share; which ones, the day decides.
    """
    expected, calls = reference
    first_submit = next(number for number, call in enumerate(calls, start=1) if call.startswith("submit"))
    reading = [
        number
        for number, call in enumerate(calls, start=1)
        if call.split()[0] in READING and number < first_submit
    ]
    keys = set()
    for number in sorted({*_share(reading, 24), reading[-1]}):
        _killed(odoo_demo, "after", number)
        keys.update(odoo_demo.run_keys())
        assert proposals(odoo_demo)["findings"] == []
    assert len(keys) == 1
    report = _again(odoo_demo, expected)
    assert _runs(odoo_demo) == ["done"]
    assert report["state"] == "done"


def _writing(calls: list[str]) -> list[int]:
    """Return the numbers of the calls that write, and of those that come after the first submit."""
    first_submit = next(number for number, call in enumerate(calls, start=1) if call.startswith("submit"))
    return [
        number
        for number, call in enumerate(calls, start=1)
        if call != ROOTS and (number >= first_submit or call.split()[0] not in READING)
    ]


def _finish(calls: list[str]) -> int:
    """Return the number of the call that ends the run."""
    return calls.index("finish") + 1


@pytest.mark.parametrize("when", MOMENTS)
def test_killed_at_each_writing_call_in_a_fresh_database(make_demo, reference, when):
    expected, calls = reference
    numbers = _writing(calls)
    if when == "before":  # between the first and the last it is the death after the call before
        numbers = [numbers[0], _finish(calls)]
    else:  # pages of one kind are handed in the same way
        numbers = [number for number in numbers if calls[number - 1] != calls[number - 2]]
        numbers = sorted({*_share(numbers, 8), numbers[0], _finish(calls)})
    for number in numbers:
        demo = make_demo()
        _killed(demo, when, number)
        (key,) = demo.run_keys()
        ended = (when, calls[number - 1]) == ("after", "finish")
        # what the import of the statement asked for stands there before the run takes it over
        begun = (when, calls[number - 1]) != ("before", "begin")
        state = "done" if ended else "running" if begun else "requested"
        assert _runs(demo) == [state], calls[number - 1]
        _again(demo, expected)
        states = _runs(demo)
        assert states == (["done", "done"] if ended else ["done"]), (key, calls[number - 1])


@pytest.mark.parametrize("when", MOMENTS)
def test_killed_while_roots_are_fetched_the_run_stands_and_the_next_one_fetches_them(
    make_demo, reference, when
):
    expected, calls = reference
    after = [number for number, call in enumerate(calls, start=1) if call == ROOTS]
    assert after
    assert min(after) > _finish(calls)
    demo = make_demo()
    _killed(demo, when, after[0])
    assert (demo.run_keys(), _runs(demo)) == ([], ["done"])
    kept = _again(demo, expected)["seals"]
    assert kept["new"] == kept["number"] >= 2
    assert _runs(demo) == ["done", "done"]


def test_killed_twice_at_different_calls(odoo_demo, reference):
    expected, calls = reference
    submits = [number for number, call in enumerate(calls, start=1) if call.startswith("submit")]
    _killed(odoo_demo, "after", submits[-1])
    _killed(odoo_demo, "after", submits[0])
    _killed(odoo_demo, "before", _finish(calls))
    _again(odoo_demo, expected)
    assert _runs(odoo_demo) == ["done"]


def test_three_runs_in_a_row_propose_the_same(finished, finished_demo, reference):
    expected, _calls = reference
    first = finished.report
    assert first["statuses"]["created"] > 0
    for _each in range(2):
        report = _again(finished_demo, expected)
        assert not report["statuses"].get("created")
        assert not report["statuses"].get("updated")
        assert report["findings"] == first["findings"]
        assert report["matches"] == first["matches"]
        assert report["entries"] == first["entries"]
    assert _runs(finished_demo) == ["done"] * 3


def test_what_people_decided_is_not_proposed_again(finished_demo, reference, sample_files):
    """A rejected match and a waived finding stay as they are, killed or not."""
    demo, (_expected, calls) = finished_demo, reference
    people = People(demo.url, demo.database, sample.logins(sample_files[1]))
    accountant = "anna"
    for model, state, action in (
        ("ai.close.match", "proposed", "action_reject"),
        ("ai.close.finding", "open", "action_explain"),
    ):
        found = people.result(accountant, model, "search", [("state", "=", state)], limit=1, order="id")
        people.result(accountant, model, action, found, "Known to us, it belongs to another payment.")
    before = proposals(demo)
    # without its copy of the books it reads all of them, in as many calls as the first run
    shutil.rmtree(demo.state_dir / "mirror")
    _killed(demo, "after", _finish(calls) - 1)
    demo.run()
    after = proposals(demo)
    kept = {row["key"]: row["state"] for row in after["matches"] + after["findings"]}
    decided = [row for row in before["matches"] + before["findings"] if row["state"] in DECIDED]
    assert {row["state"] for row in decided} == DECIDED
    assert {row["key"]: kept[row["key"]] for row in decided} == {row["key"]: row["state"] for row in decided}
    assert len(after["findings"]) == len(before["findings"])


def test_the_key_of_a_killed_run_is_no_open_door(odoo_demo):
    """Another machine without the state folder waits for the lease instead of breaking into the run."""
    _killed(odoo_demo, "after", 3)
    done = odoo_demo.ai_close(
        *odoo_demo.run_arguments(), AI_CLOSE_STATE_DIR=str(Path(odoo_demo.state_dir) / "other")
    )
    assert done.returncode == 5, done.stderr
    assert "[RUN001]" in done.stderr
    assert json.loads(odoo_demo.ai_close(*odoo_demo.run_arguments()).stdout)["state"] == "done"
