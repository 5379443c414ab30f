"""A whole run over a port in memory: what it hands in, when it reads again, what survives being killed."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from agent_service.core import checks
from agent_service.core.adjustments import proposers
from agent_service.core.checks import rules
from agent_service.core.errors import BooksError
from agent_service.core.findings import concern_code
from agent_service.usecases import propose_matches as matching_step
from agent_service.usecases.ports import DatasetUnavailable
from agent_service.usecases.read_books import period_of
from agent_service.usecases.rules_digest import rules_digest
from agent_service.usecases.run_close import MAX_ROUNDS, run_close
from agent_service.usecases.validate_moves import judging
from tests.agent.core.builders import EUR, Ledger
from tests.agent.usecases.fake_port import Cut, FakePort

SCHEMAS = Path(__file__).parents[3] / "addons" / "ai_close" / "agent" / "schemas"


@pytest.fixture
def ledger():
    """Books in which every rule, the matcher and the proposer have something to say."""
    made = Ledger()
    acme, timber = made.partner("Acme"), made.partner("Fjord Timber")
    made.bill("2026-10-28", acme, "420.00", ref="A-17", state="draft")
    made.bill("2026-10-09", acme, "250.00")
    made.bill("2026-10-08", timber, "1250.00", ref="RE-0482/26")
    made.bill("2026-10-12", timber, "1250.00", ref="re 482")
    for month in range(1, 10):
        made.bill(f"2026-{month:02}-05", acme, "300.00", ref=f"P-{month}", account="6200")
    made.bill("2026-10-05", acme, "3000.00", ref="P-10", account="6200")
    made.journals["PAY"] = made.journal("PAY", "Payroll", "general")
    for month in range(4, 10):
        made.entry(f"2026-{month:02}-25", ("7000", "8000.00"), ("1010", "-8000.00"), journal="PAY")
    made.entry("2026-10-12", ("1020", "37.00"), ("6000", "-37.00"))
    made.invoice("2026-09-10", acme, "1190.00", name="INV/2026/00231")
    made.bank("2026-10-03", "1190.00", "INV/2026/00231")
    made.bank("2026-10-30", "-18.50", "fee")
    order = made.order("100", "24.50", timber)
    made.receive(order, "85", "2026-10-12")
    made.billed(order, "40", "2026-10-20")
    return made


@pytest.fixture
def port(ledger):
    return FakePort(ledger)


UNRECORDED = [("rule", code, "no_data") for code in ("EXF004", "EXF009", "EXF010")]
"""These books say neither which import a bank line came by nor who posted an entry, and when."""


def failed(report):
    return [(one["scope"], one["code"], one["kind"]) for one in report.summary()["failures"]]


def run(port, **more):
    return run_close(
        run=port, reader=port, sink=port, company=1, period="2026-10", run_key="key-0001", **more
    )


def test_one_run_hands_in_what_every_part_found(port):
    report = run(port)
    assert report.summary() == {
        "run_id": 7,
        "state": "done",
        "resumed": False,
        "findings": {"critical": 0, "high": 5, "medium": 4, "low": 0},
        "rules": {
            "CLS001": 1,
            "CLS004": 1,
            "CMP001": 1,
            "CMP002": 1,
            "CMP004": 1,
            "CMP008": 1,
            "EXF001": 1,
            "STA001": 1,
            "VAL002": 1,
        },
        "matches": {"auto": 2, "review": 0, "ask": 0},
        "entries": {"GR": 1},
        "statuses": {"created": 24, "updated": 0, "unchanged": 0, "superseded": 0, "refused": 0},
        "refused": [],
        "failures": list(report.outcome.failures),
        "reading": {
            "mode": "full",
            "reason": "no copy is kept",
            "rows_read": 104,
            "rows": 104,
            "rules_whole": report.summary()["reading"]["rules_whole"],
            "rules": report.summary()["reading"]["rules"],
            "months": report.summary()["reading"]["months"],
            "months_again": report.summary()["reading"]["months"],
        },
        "rounds": 1,
        "settled": True,
    }
    assert report.finish["close_id"] == 5
    scopes = port.finished["scopes"]
    assert failed(report) == UNRECORDED
    judged = {one.code for one in rules()} - {code for _scope, code, _kind in UNRECORDED}
    codes = [one.code for one in proposers()]
    assert scopes["rules"] == sorted([*judged, *map(concern_code, codes), "SYS001", "SYS005"])
    assert (scopes["matchers"], scopes["proposers"]) == (["bank"], codes)
    assert "withdrawn" not in scopes
    told = {kind: len(rows) for kind, rows in port.proposals.items() if rows}
    assert told == {"finding": 9, "match": 2, "entry": 1, "tie_out": 4, "variance": 8}
    assert port.finished["watermark"] == "100"
    assert port.calls[0] == "begin"
    assert port.calls[-1] == "finish"


@pytest.mark.parametrize("kind", ["finding", "match", "entry"])
def test_rows_have_the_ports_shape(port, kind):
    run(port)
    schema = json.loads((SCHEMAS / f"{kind}.json").read_text())
    assert port.proposals[kind]
    for row in port.proposals[kind].values():
        jsonschema.validate(json.loads(json.dumps(row)), schema)


def test_the_end_of_a_run_has_the_ports_shape(port):
    port.missing.add("stock_moves")
    run(port)
    schema = json.loads((SCHEMAS / "finish.request.json").read_text())
    jsonschema.validate({"run_id": 7, "lease": "x" * 24, **port.finished}, schema)


def test_nothing_in_a_row_is_a_float(port):
    run(port)

    def floats(value):
        if isinstance(value, dict):
            return any(floats(one) for one in value.values())
        if isinstance(value, list | tuple):
            return any(floats(one) for one in value)
        return isinstance(value, float | Decimal)

    assert not floats([port.proposals, dict(port.finished)])


def test_a_second_run_changes_nothing(port):
    run(port)
    before = json.dumps(port.proposals, sort_keys=True)
    again = run(port)
    assert again.summary()["statuses"]["unchanged"] == 24
    assert json.dumps(port.proposals, sort_keys=True) == before


def test_a_finding_whose_cause_is_gone_is_closed(port, ledger):
    run(port)
    for row in ledger.rows["moves"]:
        row["state"] = "posted"
    run(port)
    assert not [key for key in port.proposals["finding"] if key.startswith("CMP001")]


class TestChanges:
    def test_a_write_before_anything_is_handed_in_makes_it_read_again(self, port, ledger):
        def write(name, _count):
            if name == "read statement_lines" and port.calls.count(name) == 1:
                ledger.bill("2026-10-29", ledger.partner("Late"), "5.00", ref="L-1", state="draft")
                port.note()

        port.on_call = write
        report = run(port)
        assert (report.rounds, report.settled) == (2, True)
        assert report.summary()["rules"]["CMP001"] == 2
        assert port.calls.count("submit finding") == 1, "nothing was handed in before the books stood still"
        assert port.asked_from == ["100", port.finished["watermark"], port.finished["watermark"]]
        assert port.calls.count("read lines") == 1, "what moved was read by its ids, not all over again"

    def test_a_write_while_handing_in_withdraws_what_is_gone(self, port, ledger):
        def write(name, _count):
            if name == "submit finding" and port.calls.count(name) == 1:
                for row in ledger.rows["moves"]:
                    row["state"] = "posted"
                port.note()

        port.on_call = write
        report = run(port)
        assert (report.rounds, report.settled) == (2, True)
        withdrawn = port.finished["scopes"]["withdrawn"]
        assert [key.split(":")[0] for key in withdrawn] == ["CMP001"]
        assert withdrawn[0] not in port.proposals["finding"]

    def test_books_that_never_stand_still_end_after_three_rounds(self, port):
        port.on_call = lambda name, _count: (
            port.change() if name.startswith("read lines") or name == "changes" else None
        )
        report = run(port)
        assert (report.rounds, report.settled) == (MAX_ROUNDS, False)
        assert int(port.finished["watermark"]) < port.xid, "what came too late is the next run's"

    def test_our_own_writes_are_no_change_of_the_books(self, port):
        port.on_call = lambda name, _count: (
            port.change("ai.close.finding") if name == "submit finding" else None
        )
        assert run(port).rounds == 1


def test_killed_at_any_call_and_started_again_ends_the_same(ledger):
    whole = FakePort(ledger)
    run(whole)
    total = len(whole.calls)
    for at in range(1, total + 1):
        port = FakePort(ledger)

        def kill(_name, count, at=at):
            if count == at:
                raise Cut

        port.on_call = kill
        with pytest.raises(Cut):
            run(port)
        assert port.failed is None, "the run can be resumed"
        port.on_call = lambda _name, _count: None
        assert run(port).resumed
        assert port.proposals == whole.proposals
        assert port.finished == whole.finished | {"counters": port.finished["counters"]}


class TestFailures:
    def test_an_optional_dataset_that_cant_be_read_leaves_its_part_open(self, port):
        run(port)
        port.unavailable.add("stock_moves")
        report = run(port)
        assert set(failed(report)) - set(UNRECORDED) == {
            ("proposer", "GR", "no_data"),
            *(("rule", code, "no_data") for code in ("CUT002", "VAL003", "VAL007", "VAL008")),
        }
        assert "GR" not in port.finished["scopes"]["proposers"]
        assert port.proposals["entry"], "the former proposal stays"

    def test_a_dataset_that_the_server_doesnt_have_isnt_asked_for(self, port):
        port.missing.add("rates")
        run(port)
        assert "read rates" not in port.calls

    def test_without_the_books_the_run_fails(self, port):
        port.unavailable.add("lines")
        with pytest.raises(DatasetUnavailable):
            run(port)
        assert port.failed[0]["kind"] == "no_data"
        assert port.finished is None

    def test_books_of_another_shape_end_the_run_as_failed(self, port, ledger):
        ledger.rows["lines"][0]["balance"] = "much"
        with pytest.raises(BooksError):
            run(port)
        assert port.failed[0]["message"] == "BooksError"

    def test_a_matcher_that_raises_stops_nobody(self, port, monkeypatch):
        def broken(*_args):
            raise ZeroDivisionError

        monkeypatch.setattr(matching_step, "propose", broken)
        report = run(port)
        assert report.summary()["entries"] == {"GR": 1}
        assert report.summary()["rules"]["SYS001"] == 1
        assert port.finished["scopes"]["matchers"] == []

    def test_a_missing_rate_is_a_finding_and_no_entry(self, port, ledger):
        ledger.receive(ledger.order("1", "10.00", currency=EUR), "1", "2026-10-05")
        report = run(port)
        assert report.summary()["rules"]["SYS005"] == 1
        assert report.summary()["entries"] == {}
        ledger.rate(EUR, "2026-10-31", "0.92")
        report = run(port)
        assert "SYS005" not in report.summary()["rules"]
        assert not [key for key in port.proposals["finding"] if key.startswith("SYS005")], (
            "it closes by itself"
        )


class TestDecisions:
    def test_a_bank_line_before_the_first_close_is_left_to_people(self, port):
        port.starts_on = "2026-10-03"
        assert run(port).summary()["matches"] == {"auto": 2, "review": 0, "ask": 0}
        port.starts_on = "2026-10-04"
        assert run(port).summary()["matches"] == {"auto": 1, "review": 0, "ask": 0}

    def test_a_rejected_match_is_not_proposed_again(self, port):
        run(port)
        [key, _fee] = port.proposals["match"]
        port.decisions = [{"kind": "match", "key": key, "state": "rejected"}]
        assert run(port).summary()["matches"] == {"auto": 1, "review": 0, "ask": 0}

    def test_a_rejected_entry_is_not_proposed_again_and_the_run_says_so(self, port, ledger):
        run(port)
        (key, row), *_none = port.proposals["entry"].items()
        lines = [{"account_id": one["account_id"], "balance": one["balance"]} for one in row["lines"]]
        said = {"kind": "entry", "key": key, "state": "rejected", "lines": lines}
        port.decisions = [{**said, "reason": "with the freight"}]
        report = run(port)
        assert report.summary()["entries"] == {}
        assert report.summary()["not_proposed_again"] == {
            row["ref"]: "1102.50 USD rejected: with the freight"
        }
        assert port.finished["counters"]["not_proposed_again"] == report.summary()["not_proposed_again"]
        assert "GR" in port.finished["scopes"]["proposers"], "nothing is wrong with the proposer"
        (order,) = ledger.rows["purchase_lines"]
        ledger.receive(order["id"], "5", "2026-10-30")
        run(port)
        assert f"{key}:again-2" in port.proposals["entry"]

    def test_a_posted_entry_gives_the_next_key_to_a_difference(self, port):
        run(port)
        port.decisions = [{"kind": "entry", "key": "GR:1:2026-10", "state": "posted"}]
        run(port)
        assert "GR:1:2026-10:2" in port.proposals["entry"]

    @pytest.mark.parametrize("matcher", ["bank", "exact"])
    def test_what_is_switched_off_is_judged_as_nothing(self, port, matcher):
        run(port)
        port.params["rules"] = {
            matcher: {"enabled": False},
            "GR": {"enabled": False},
            "CMP004": {"enabled": False},
        }
        report = run(port)
        assert report.summary()["entries"] == {}
        assert port.proposals["match"] == port.proposals["entry"] == {}
        assert not [key for key in port.proposals["finding"] if key.startswith("CMP004")]


@pytest.mark.parametrize(
    ("at", "tz", "as_of"),
    [
        ("2026-10-20T03:00:00.000000Z", "America/New_York", date(2026, 10, 19)),
        ("2026-10-20T23:00:00.000000Z", "Asia/Tokyo", date(2026, 10, 21)),
        ("2026-11-21T00:00:00.000000Z", "UTC", date(2026, 10, 31)),
    ],
)
def test_the_snapshots_day_is_the_companys(port, at, tz, as_of):
    port.snapshot_at, port.tz = at, tz
    start = port.begin(1, "2026-10", "key", "0" * 64, "cli")
    assert period_of(start).as_of == as_of


def test_materiality_is_derived_where_the_policy_has_none(port):
    port.params["materiality"] = None
    assert failed(run(port)) == UNRECORDED


def test_progress_is_told(port):
    told = []
    run(port, progress=told.append)
    assert told[0] == "read currencies"
    assert "judge" in told
    assert told[-1] == "finish"


def test_the_digest_of_the_rules_covers_every_module_of_the_core():
    root = Path(checks.__file__).parents[1]
    assert len(rules_digest()) == 64
    from agent_service.usecases import rules_digest as module

    covered = {name for name, _source in module.sources()}
    files = [path.relative_to(root).with_suffix("") for path in root.rglob("*.py")]
    expected = {".".join(("agent_service.core", *path.parts)).removesuffix(".__init__") for path in files}
    assert covered == expected


def test_every_rule_of_the_catalogue_judges():
    assert judging() == rules()
