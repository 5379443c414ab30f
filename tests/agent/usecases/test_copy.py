"""When the copy of the books is used, when it isn't and why, and what becomes of a damaged one."""

import pytest

from agent_service.mirror import ParquetMirror
from agent_service.usecases.run_close import run_close
from tests.agent.core.builders import Ledger
from tests.agent.usecases.fake_port import FakePort


@pytest.fixture
def ledger():
    made = Ledger()
    acme = made.partner("Acme")
    made.bill("2026-10-28", acme, "420.00", ref="A-17", state="draft")
    made.bill("2026-10-09", acme, "250.00")
    return made


@pytest.fixture
def port(ledger):
    return FakePort(ledger)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mirror" / "one"


def run(port, folder, **more):
    given = {"company": 1, "period": "2026-10", "run_key": "key", "identity": {"database": "a"}, **more}
    report = run_close(run=port, reader=port, sink=port, mirror=ParquetMirror(folder), **given)
    return report.reading


def test_the_second_run_goes_on_from_the_copy(port, folder):
    assert run(port, folder)["reason"] == "there is no copy of the books"
    port.calls.clear()
    second = run(port, folder)
    assert (second["mode"], second["entries_changed"], second["months_again"]) == ("incremental", 0, 0)
    assert "read lines" not in port.calls
    assert "read accounts" in port.calls, "small tables are read whole"


def test_what_was_deleted_goes(port, folder, ledger):
    run(port, folder)
    assert any(key.startswith("CMP001") for key in port.proposals["finding"])
    gone = next(row["id"] for row in ledger.rows["moves"] if row["state"] == "draft")
    ledger.rows["lines"] = [row for row in ledger.rows["lines"] if row["move_id"] != gone]
    ledger.rows["moves"] = [row for row in ledger.rows["moves"] if row["id"] != gone]
    port.note()
    assert run(port, folder)["mode"] == "incremental"
    assert not any(key.startswith("CMP001") for key in port.proposals["finding"])
    assert gone not in ParquetMirror(folder).load().read.frames["moves"]["id"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"full": True}, "asked for"),
        ({"identity": {"database": "b"}}, "another database"),
        ({"period": "2026-09"}, "another period"),
    ],
)
def test_the_copy_of_something_else_is_of_no_use(port, folder, more, reason):
    run(port, folder)
    made = run(port, folder, **more)
    assert (made["mode"], made["reason"]) == ("full", reason)


def test_other_datasets_read_everything(port, folder):
    run(port, folder)
    port.missing.add("payments")
    assert run(port, folder)["reason"] == "another datasets"


def test_a_database_older_than_the_copy_is_read_whole(port, folder):
    run(port, folder)
    port.xid -= 50
    assert run(port, folder)["reason"] == "the database is older than the copy"


def test_after_a_week_everything_is_read(port, folder):
    run(port, folder)
    port.snapshot_at = "2026-11-27T02:00:00.000000Z"
    assert run(port, folder)["mode"] == "incremental"
    port.snapshot_at = "2026-11-28T02:00:00.000000Z"
    assert run(port, folder)["reason"] == "everything was last read 7 days ago"


def test_a_change_that_nobody_can_follow_reads_everything(port, folder):
    run(port, folder)
    port.change("account.tax", 3)
    assert run(port, folder)["reason"] == "account.tax changed"
    assert run(port, folder)["mode"] == "incremental", "the mark has moved on"


def test_a_late_entry_sums_up_its_month_again_and_no_other(port, folder, ledger):
    for month in range(1, 10):
        ledger.bill(f"2026-{month:02}-12", ledger.partner("Many"), "10.00", ref=f"M-{month}")
    assert run(port, folder)["months_again"] == 9
    ledger.bill("2026-08-30", ledger.partner("Many"), "12.00", ref="M-8b")
    port.note()
    late = run(port, folder)
    assert (late["mode"], late["months_again"], late["months"]) == ("incremental", 1, 9)
    port.snapshot_at = "2026-11-21T02:00:00.000000Z"
    assert run(port, folder)["months_again"] == 0, "another day changes no month"
    ledger.rows["accounts"][0]["name"] = "House bank"
    assert run(port, folder)["months_again"] == 9, "a master changes all"


def test_a_changed_rule_or_master_judges_everything(port, folder, ledger):
    run(port, folder)
    assert run(port, folder)["rules_whole"] < run(port, folder)["rules"]
    port.params["rules"] = {"CMP001": {"severity": "medium"}}
    one_more = run(port, folder)
    assert one_more["rules_whole"] == run(port, folder)["rules_whole"] + 1
    ledger.rows["accounts"][0]["name"] = "House bank"
    everything = run(port, folder)
    assert (everything["mode"], everything["rules_whole"]) == ("incremental", everything["rules"])


@pytest.mark.parametrize("damage", ["cut", "missing", "history", "shape", "meta"])
def test_a_damaged_copy_counts_as_none(port, folder, damage):
    run(port, folder)
    file = next(folder.glob("lines.*.parquet"))
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-100])
    elif damage == "missing":
        file.unlink()
    elif damage == "history":
        next(folder.glob("history.*.parquet")).write_bytes(b"PAR1")
    elif damage == "shape":
        next(folder.glob("found.*.json")).write_text("[]")
    else:
        (folder / "meta.json").write_text("{}")
    assert run(port, folder)["reason"] == "there is no copy of the books"
    assert run(port, folder)["mode"] == "incremental", "and a sound one takes its place"


def test_a_copy_is_its_owners_alone_and_small_changes_make_small_files(port, folder, ledger):
    for month in range(1, 10):
        for day in range(1, 9):
            ledger.bill(f"2026-{month:02}-{day:02}", ledger.partner("Many"), "10.00", ref=f"M-{month}-{day}")
    run(port, folder)
    ledger.rows["moves"][1]["ref"] = "B-1"
    port.note()
    run(port, folder)
    assert {oct(file.stat().st_mode & 0o777) for file in folder.iterdir()} == {"0o600"}
    assert folder.stat().st_mode & 0o077 == 0
    whole, part = next(folder.glob("moves.1.parquet")), next(folder.glob("moves.2.part.parquet"))
    assert part.stat().st_size < whole.stat().st_size
    kept = ParquetMirror(folder).load()
    assert kept.read.frames["moves"].filter(ref="B-1").height == 1
