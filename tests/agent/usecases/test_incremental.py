"""A run that reads and judges what changed comes to what a run comes to that reads and judges everything."""

import json
from collections import Counter

import pytest

from agent_service.core.checks import rules
from agent_service.mirror import ParquetMirror
from agent_service.usecases.follow import read_whole
from agent_service.usecases.run_close import run_close
from tests.agent.usecases.busy_books import People, books_as_rows
from tests.agent.usecases.fake_port import FakePort

SEEDS = ((3, 2), pytest.param(71, 1, marks=pytest.mark.slow))
DEEDS, FEW = 60, 10
"""What people do on the first day and on the others; a merged partner alone reaches every month."""


def port_of(ledger):
    port = FakePort(ledger)
    port.params |= {
        "rules": {one.code: {"enabled": True} for one in rules()},
        "materiality": "300.00",
        "timezone": "Europe/Berlin",
        "settings": {
            "approval_limits": [5000, 25000],
            "analytic_required": [{"account_prefix": "63"}],
            "vague_words": ["misc", "x"],
        },
    }
    return port


def run(port, mirror=None, **more):
    return run_close(
        run=port, reader=port, sink=port, company=1, period="2026-10", run_key="key", mirror=mirror, **more
    )


def found(port):
    return json.loads(json.dumps(port.proposals, sort_keys=True))


@pytest.mark.parametrize(("seed", "days"), SEEDS)
def test_what_changed_alone_comes_to_the_same_as_everything(seed, days, tmp_path):
    ledger = books_as_rows(tmp_path / "books", seed)
    people, port = People(ledger, seed), port_of(ledger)
    folder, seen, units = tmp_path / "copy", Counter(), set()
    run(port, ParquetMirror(folder))
    for day in range(days):
        deeds = people.day_of_work(FEW if day else DEEDS)
        port.note()
        mirror = ParquetMirror(folder)
        report = run(port, mirror)
        assert report.reading["mode"] == "incremental", report.reading
        assert report.reading["rows_read"] < report.reading["rows"] / 5
        assert report.reading["rules_whole"] < report.reading["rules"]
        again, months = report.reading["months_again"], report.reading["months"]
        assert 0 < again < months if day else again <= months, deeds
        whole = port_of(ledger)
        everything = run(whole)
        assert found(port).keys() == found(whole).keys()
        for kind in found(whole):
            mine, theirs = found(port)[kind], found(whole)[kind]
            assert mine.keys() == theirs.keys(), (day, deeds)
            for key, row in theirs.items():
                assert mine[key] == row, (day, deeds)
        assert list(report.outcome.failures) == list(everything.outcome.failures)
        kept = ParquetMirror(folder).load()
        fresh = whole_books(whole)
        for name, frame in fresh.items():
            assert kept.read.frames[name].equals(frame), (name, day, deeds)
        seen.update(row["rule"] for row in found(port)["finding"].values())
        units |= {code for code in report.outcome.former.findings if code not in report.outcome.whole}
    assert units == {one.code for one in rules() if one.unit} - silent(report)
    assert len(units & seen.keys()) >= 4, "rules with a unit had something to find"


def test_a_transaction_that_stays_open_elsewhere_keeps_nothing_from_a_run(tmp_path):
    """The mark stands still; what ended since is read all the same, once a run."""
    ledger = books_as_rows(tmp_path / "books", 5)
    people, port = People(ledger, 5), port_of(ledger)
    run(port, ParquetMirror(tmp_path / "copy"))
    port.held = port.xid
    people.day_of_work(20)
    port.note()
    whole = port_of(ledger)
    run(whole)
    for night in range(2):
        report = run(port, ParquetMirror(tmp_path / "copy"))
        assert (report.reading["mode"], report.settled, report.rounds) == ("incremental", True, 1)
        assert (report.reading["entries_changed"] > 0) == (night == 0)
        assert found(port) == found(whole)


def silent(report):
    return {one["code"] for one in report.outcome.failures}


def whole_books(port):
    start = port.begin(1, "2026-10", "k", "0" * 64, "cli")
    return read_whole(port, start, lambda _what: None).frames
