"""Prepaid expenses: the worked numbers PP1 to PP10, month after month, each month posted as proposed."""

from decimal import Decimal

import pytest

from tests.agent.core.adjustments.schedule_case import Scheduled, moved
from tests.agent.core.builders import EUR

PP1 = [
    "558.90", "986.30", "1019.18", "986.30", "1019.18", "1019.18", "986.30", "1019.18", "986.30", "1019.18",
    "1019.18", "920.55", "460.27",
]  # fmt: skip


@pytest.fixture
def ledger():
    return Scheduled()


def billed(ledger, total="12000.00", day="2026-03-15", on="1300", **more):
    """Add the bill and its schedule."""
    bill = ledger.bill(day, None, total, account=on)
    return ledger.schedule(total, day, on=on, source_line_id=bill.lines[0], **more)


def releases(months):
    return [dict(lines).get("6300") for lines in months.values()]


def test_pp1_days_on_prepaid(ledger):
    billed(ledger)
    months = ledger.run("2026-03", "2027-04")
    assert releases(months) == [*PP1, None]
    assert months["2026-03"] == moved("558.90")
    assert months["2026-10"] == moved("1019.18")
    assert ledger.balance("1300", "2026-04-30") == Decimal("10454.80")
    assert ledger.balance("1300", "2026-10-31") == Decimal("4405.48")
    assert ledger.balance("1300", "2026-11-30") == Decimal("4405.48") - Decimal("986.30")
    assert ledger.balance("1300") == 0


def test_pp1_days_on_the_expense_account(ledger):
    billed(ledger, on="6300", result=None)
    assert ledger.post("2026-03") == moved("11441.10", "1300", "6300")
    assert ledger.post("2026-04") == moved("986.30")
    ledger.post("2026-09")
    assert ledger.post("2026-10") == moved("1019.18")
    assert ledger.balance("1300", "2026-10-31") == Decimal("4405.48")
    assert ledger.post("2026-11") == moved("986.30")
    ledger.post("2027-03")
    assert ledger.balance("1300") == 0
    assert ledger.balance("6300") == 12000


def test_pp1_the_entry_is_a_working_paper(ledger):
    schedule = billed(ledger)
    ledger.post("2026-09")
    row = ledger.entries("2026-10")[0].row()
    assert row["key"] == "PP:1:2026-10"
    assert (row["date"], row["reversal_date"], row["is_estimate"]) == ("2026-10-31", None, False)
    assert row["calculation"]["columns"] == ["Schedule", "What", "Time", "Of", "Amount"]
    assert row["calculation"]["rows"] == [
        ["Insurance", "released 2026-10", "31 of 365 days", "12,000.00 USD", "1019.18"]
    ]
    line = ledger.row("schedules", schedule)["source_line_id"]
    assert row["sources"] == [
        {"model": "ai.close.schedule", "id": schedule, "label": "Insurance"},
        {"model": "account.move.line", "id": line, "label": "Insurance"},
    ]
    assert (row["amount_min"], row["amount_max"]) == ("1019.18", "1019.18")
    assert [line["name"] for line in row["lines"]] == ["Insurance", "Insurance"], "no correction"


def test_a_contacts_schedule_is_its_companys(ledger):
    company, contact = ledger.partner("Assurer"), ledger.partner("Assurer, Jo")
    ledger.row("partners", contact)["commercial_partner_id"] = company
    ledger.schedule("12000.00", "2026-03-15", partner_id=contact)
    entry = ledger.entries("2026-03")[0]
    assert {line.partner_id for line in entry.lines} == {company}


def test_a_first_run_catches_up_and_shows_each_month(ledger):
    billed(ledger)
    row = ledger.entries("2026-05")[0].row()
    assert [one[-1] for one in row["calculation"]["rows"]] == PP1[:3]
    assert row["calculation"]["total"] == "2564.38"
    assert ledger.post("2026-05") == moved("2564.38")
    assert ledger.lines("2026-06") == moved("986.30")


def test_pp2_months_with_half_a_month_at_both_ends(ledger):
    billed(ledger, method="months")
    assert ledger.shown_months("2027-03") == ["500.00", *["1000.00"] * 11, "500.00"]


def test_pp3_the_last_month_takes_the_remainder(ledger):
    billed(ledger, "1250.00", method="months")
    assert ledger.shown_months("2027-03") == ["52.08", *["104.17"] * 11, "52.05"]


def test_pp4_a_leap_years_february_has_29_days(ledger):
    billed(ledger, day="2027-03-15", start_date="2027-03-15", end_date="2028-03-14")
    found = ledger.shown_months("2028-03")
    assert (found[0], found[11], found[12]) == ("557.38", "950.82", "459.02")


def test_pp5_a_price_cut_changes_the_months_to_come(ledger):
    schedule = billed(ledger)
    ledger.post("2026-07")
    note = ledger.refund("2026-08-20", None, "600.00", account="1300")
    ledger.change(schedule, "amount", "2026-08-20", "-600.00", on="1300", from_date="2026-09-01",
                  move_line_id=note.lines[0])  # fmt: skip
    assert ledger.post("2026-08") == moved("1019.18")
    assert ledger.balance("1300", "2026-08-31") == Decimal("5810.96")
    assert ledger.post("2026-09") == moved("893.99")
    assert ledger.post("2026-10") == moved("923.79")
    ledger.post("2027-02")
    assert ledger.post("2027-03") == moved("417.22")
    assert ledger.balance("1300") == 0


def test_pp6_cancelled_the_rest_is_cost_of_the_month_in_which_that_is_known(ledger):
    schedule = billed(ledger)
    ledger.post("2026-09")
    assert ledger.balance("1300") == Decimal("5424.66")
    note = ledger.refund("2026-10-05", None, "5000.00", account="1300")
    ledger.change(schedule, "end", "2026-10-05", "-5000.00", on="1300", new_end="2026-09-30",
                  move_line_id=note.lines[0])  # fmt: skip
    assert ledger.post("2026-10") == moved("424.66")
    assert ledger.balance("1300") == 0
    assert ledger.lines("2026-11") == []


def test_pp6_a_credit_note_on_the_expense_account_leaves_the_refund_to_be_taken_over(ledger):
    schedule = billed(ledger)
    ledger.post("2026-09")
    ledger.refund("2026-10-05", None, "5000.00", account="6300")
    ledger.change(schedule, "end", "2026-10-05", "-5000.00", on="6300", new_end="2026-09-30")
    assert ledger.post("2026-10") == moved("5424.66")
    assert (ledger.balance("1300"), ledger.balance("6300")) == (0, 7000)


def test_pp8_partly_past_the_months_before_the_bill_are_released_with_it(ledger):
    billed(ledger, "1840.00", "2026-06-10", start_date="2026-05-01", end_date="2026-10-31")
    assert ledger.lines("2026-05") == []
    assert ledger.post("2026-06") == moved("610.00")
    assert ledger.balance("1300") == Decimal("1230.00")
    assert ledger.lines("2026-07") == moved("310.00")


def test_pp9_before_it_starts_all_of_it_is_prepaid(ledger):
    billed(ledger, "3650.00", "2026-10-28", on="6300", start_date="2027-01-01", end_date="2027-12-31")
    months = ledger.run("2026-10", "2027-01")
    assert months["2026-10"] == moved("3650.00", "1300", "6300")
    assert months["2026-11"] == []
    assert months["2027-01"] == moved("310.00")


def test_pp9_a_price_cut_before_it_starts_is_spread_from_the_start(ledger):
    schedule = billed(ledger, "3650.00", "2026-10-28", start_date="2027-01-01", end_date="2027-12-31")
    note = ledger.refund("2026-11-10", None, "365.00", account="1300")
    ledger.change(schedule, "amount", "2026-11-10", "-365.00", on="1300", move_line_id=note.lines[0])
    assert ledger.lines("2026-11") == ledger.lines("2026-12") == []
    assert ledger.lines("2027-01") == moved("279.00")


def test_pp10_foreign_amounts_stay_at_the_documents_rate(ledger):
    ledger.bill("2026-10-01", None, "9630.00", account="1300", currency=EUR, foreign="9000.00")
    ledger.schedule("9630.00", "2026-10-01", currency=EUR, total_currency="9000.00", start_date="2026-10-01",
                    end_date="2027-09-30")  # fmt: skip
    entry = ledger.entries("2026-10")[0].row()
    assert [(one["balance"], one["amount_currency"], one["currency"]) for one in entry["lines"]] == [
        ("817.89", "764.38", "EUR"),
        ("-817.89", "-764.38", "EUR"),
    ]
    ledger.post("2026-10")
    assert ledger.balance("1300", "2026-10-31") == Decimal("8812.11")
    assert ledger.post("2026-11") == moved("791.51")
    ledger.post("2027-08")
    assert ledger.post("2027-09") == moved("791.50")
    assert ledger.balance("1300") == 0
    ledger.rate(EUR, "2026-11-30", "0.5")
    assert ledger.lines("2026-11") == [], "it is never revalued"
