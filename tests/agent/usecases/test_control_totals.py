"""Control totals: what was judged equals the server's own sums, or the run reads again and says so."""

from decimal import Decimal

import pytest

from agent_service.usecases.run_close import MAX_ROUNDS
from tests.agent.core.builders import Ledger
from tests.agent.usecases.fake_port import FakePort
from tests.agent.usecases.test_run_close import run

CODE = "SYS006"


@pytest.fixture
def port():
    ledger = Ledger()
    acme = ledger.partner("Acme")
    ledger.bill("2026-10-09", acme, "250.00", ref="A-1")
    ledger.bill("2026-10-28", acme, "420.00", ref="A-17", state="draft")
    ledger.entry("2026-10-12", ("1020", "37.00"), ("6000", "-37.00"))
    port = FakePort(ledger)
    port.totals = lambda: server_totals(ledger)
    return port


def server_totals(ledger, later=0):
    """Return what the server sums up, worked out row by row with decimals."""
    lines = ledger.columns()["lines"]
    totals = {}
    for journal, state, text in zip(
        lines["journal_id"], lines["parent_state"], lines["balance"], strict=True
    ):
        row = totals.setdefault(journal, [0, Decimal(0), Decimal(0), 0])
        balance = Decimal(str(text))
        if state != "posted":
            row[3] += 1
            continue
        row[0] += 1
        row[1 if balance > 0 else 2] += abs(balance)
    return {
        "id": list(totals),
        "count": [row[0] for row in totals.values()],
        "debit": [f"{row[1]:.2f}" for row in totals.values()],
        "credit": [f"{row[2]:.2f}" for row in totals.values()],
        "drafts": [row[3] for row in totals.values()],
        "later": [later] * len(totals),
    }


def found(report):
    return [row for row in report.outcome.rows["finding"] if row["rule"] == CODE]


def test_equal_totals_are_told_and_count_as_judged(port):
    report = run(port)
    told = port.finished["counters"]["control_totals"]
    assert (told["agree"], told["differing"], told["items"], told["drafts"]) == (True, 0, 4, 2)
    assert (told["debit"], told["credit"]) == ("287.00", "287.00")
    assert CODE in report.outcome.scopes["rules"]
    assert found(report) == []
    assert report.rounds == 1


@pytest.mark.parametrize(
    ("column", "value"), [("count", 99), ("debit", "0.01"), ("credit", "9.99"), ("drafts", 5), ("id", 77)]
)
def test_any_difference_that_stays_is_a_critical_finding(port, column, value):
    def wrong():
        columns = server_totals(port.ledger)
        columns[column][0] = value
        return columns

    port.totals = wrong
    report = run(port)
    (row,) = found(report)
    assert row["severity"] == "critical"
    assert report.rounds == MAX_ROUNDS
    assert port.finished["counters"]["control_totals"]["agree"] is False
    assert CODE in {failure["code"] for failure in report.outcome.failures}


def test_a_line_that_was_missed_is_read_in_the_next_round(port):
    whole, compared = port.ledger.dataset, []

    def short(name):
        columns = whole(name)
        if name != "lines" or compared:
            return columns
        return {column: values[:-1] for column, values in columns.items()}

    port.totals = lambda: compared.append(1) or server_totals(port.ledger)
    port.ledger.dataset = short
    report = run(port)
    assert (report.rounds, found(report)) == (2, [])
    assert port.finished["counters"]["control_totals"]["agree"] is True


def test_with_writers_at_work_a_difference_proves_nothing(port):
    def wrong():
        columns = server_totals(port.ledger, later=3)
        columns["count"][0] += 1
        return columns

    port.totals = wrong
    report = run(port)
    assert (report.rounds, found(report)) == (3, [])
    assert CODE not in report.outcome.scopes["rules"]
    assert port.finished["counters"]["control_totals"]["later"] is True


def test_a_server_without_totals_is_not_judged_by_them(port):
    port.totals = None
    report = run(port)
    assert "control_totals" not in port.finished["counters"]
    assert CODE not in report.outcome.scopes["rules"]
