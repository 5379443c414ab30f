"""CMP002 Silent journal."""

from datetime import date

import pytest

from agent_service.core.checks.cmp002_silent_journal import check
from agent_service.core.period import Period
from tests.agent.core.builders import OCTOBER, Ledger


@pytest.fixture
def ledger():
    ledger = Ledger()
    ledger.journals["PAY"] = ledger.journal("PAY", "Payroll", "general")
    return ledger


def payroll(ledger, *months):
    for month in months:
        ledger.entry(f"{month}-25", ("7000", "8000.00"), ("1010", "-8000.00"), journal="PAY")


HALF_YEAR = ("2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09")


def found(ledger, period=OCTOBER, **policy):
    return check(ledger.books(), ledger.policy(**policy), period)


def test_a_journal_that_fell_silent(ledger):
    payroll(ledger, *HALF_YEAR)
    one = found(ledger)[0]
    assert (one.anchor.model, one.anchor.id, one.amount) == ("account.journal", ledger.journals["PAY"], 0)
    assert one.evidence["entries"] == dict.fromkeys(HALF_YEAR, 1)


def test_it_spoke_at_last(ledger):
    payroll(ledger, *HALF_YEAR, "2026-10")
    assert found(ledger) == []


def test_a_draft_is_no_voice(ledger):
    payroll(ledger, *HALF_YEAR)
    ledger.entry("2026-10-25", ("7000", "1.00"), ("1010", "-1.00"), journal="PAY", state="draft")
    assert len(found(ledger)) == 1


def test_five_months_are_no_habit(ledger):
    payroll(ledger, *HALF_YEAR[1:])
    assert found(ledger) == []
    assert len(found(ledger, rules={"CMP002": {"silent_min_months": 5}})) == 1


def test_a_quarterly_rhythm(ledger):
    payroll(ledger, "2026-01", "2026-04", "2026-07")
    assert found(ledger) == []


def test_an_archived_journal(ledger):
    payroll(ledger, *HALF_YEAR)
    ledger.row("journals", ledger.journals["PAY"])["active"] = False
    assert found(ledger) == []


def test_the_same_month_was_silent_last_year_too(ledger):
    payroll(ledger, "2025-08", "2025-09", "2025-11", *HALF_YEAR)
    assert found(ledger) == []


def test_a_journal_that_is_younger_than_a_year_has_no_last_year(ledger):
    payroll(ledger, "2025-11", *HALF_YEAR)
    assert len(found(ledger)) == 1


def test_a_month_that_isnt_over_may_still_speak(ledger):
    payroll(ledger, *HALF_YEAR)
    assert found(ledger, Period.of("2026-10", date(2026, 10, 30))) == []
