"""CLS004 Suspense or private account with a balance."""

import pytest

from agent_service.core.checks.cls004_suspense_balance import check
from tests.agent.core.builders import OCTOBER, Ledger


@pytest.fixture
def ledger():
    return Ledger()


def found(ledger, **roles):
    ledger.roles.update(roles)
    return check(ledger.books(), ledger.policy(), OCTOBER)


def test_a_manual_entry_left_on_suspense(ledger):
    ledger.bank("2026-10-30", "1208.50", "open line")
    stray = ledger.entry("2026-10-12", ("1020", "37.00"), ("6000", "-37.00"))
    one = found(ledger)[0]
    assert (one.anchor.id, one.facet, one.amount) == (ledger.accounts["1020"], "suspense", 3700)
    assert one.evidence["balance"] == "-1171.50"
    assert one.evidence["explained_by_bank_lines"] == "-1208.50"
    assert [(each["line"], each["age_days"]) for each in one.evidence["items"]] == [(stray.lines[0], 19)]


def test_open_bank_lines_explain_all(ledger):
    ledger.bank("2026-10-30", "1208.50")
    ledger.bank("2026-10-30", "-1.50")
    assert found(ledger) == []


def test_a_bank_line_of_next_month_explains_nothing_of_this(ledger):
    ledger.entry("2026-10-12", ("1020", "-10.00"), ("6000", "10.00"))
    ledger.bank("2026-11-02", "10.00")
    assert [one.amount for one in found(ledger)] == [1000]


def test_what_cancels_out_is_zero(ledger):
    ledger.entry("2026-10-12", ("1020", "37.00"), ("6000", "-37.00"))
    ledger.entry("2026-10-20", ("1020", "-37.00"), ("6100", "37.00"))
    ledger.entry("2026-11-20", ("1020", "5.00"), ("6100", "-5.00"))
    ledger.entry("2026-10-20", ("1020", "5.00"), ("6100", "-5.00"), state="draft")
    assert found(ledger) == []


@pytest.mark.parametrize(("amount", "count"), [("0.01", 0), ("0.02", 1)])
def test_tolerance_is_one_unit_a_line(ledger, amount, count):
    ledger.entry("2026-10-12", ("1020", amount), ("6000", f"-{amount}"))
    assert len(found(ledger)) == count


def test_a_private_account_is_watched_when_the_policy_names_it(ledger):
    ledger.entry("2026-10-12", ("1300", "80.00"), ("1010", "-80.00"))
    assert found(ledger) == []
    one = found(ledger, private=[ledger.accounts["1300"]])[0]
    assert (one.facet, one.amount) == ("private", 8000)


class TestTransfer:
    def transfer(self, ledger, day):
        return ledger.entry(day, ("1040", "500.00"), ("1010", "-500.00"))

    @pytest.mark.parametrize(("day", "count"), [("2026-10-27", 1), ("2026-10-28", 0), ("2026-10-30", 0)])
    def test_the_other_leg_has_three_bank_days(self, ledger, day, count):
        # 31 October 2026 is a Saturday: three bank days before it is Wednesday the 28th
        self.transfer(ledger, day)
        assert len(found(ledger, transfer=ledger.accounts["1040"])) == count

    def test_it_arrived(self, ledger):
        gone = self.transfer(ledger, "2026-10-05")
        came = ledger.entry("2026-10-06", ("1010", "500.00"), ("1040", "-500.00"))
        ledger.reconcile(gone.lines[0], came.lines[1], "500.00", "2026-10-06")
        assert found(ledger, transfer=ledger.accounts["1040"]) == []

    def test_it_arrived_after_the_period(self, ledger):
        gone = self.transfer(ledger, "2026-10-05")
        came = ledger.entry("2026-11-06", ("1010", "500.00"), ("1040", "-500.00"))
        ledger.reconcile(gone.lines[0], came.lines[1], "500.00", "2026-11-06")
        assert [one.amount for one in found(ledger, transfer=ledger.accounts["1040"])] == [50000]
