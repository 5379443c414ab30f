"""Schedules that document lines name themselves, by their fields or in their text; PP7 and other findings."""

from decimal import Decimal

import pytest

from agent_service.core.findings import Finding
from tests.agent.core.adjustments.schedule_case import Scheduled, moved


@pytest.fixture
def ledger():
    return Scheduled()


def dated(ledger, day, total, begin, end, *, kind="bill", account="6300", **more):
    """Add a bill whose line has service dates."""
    bill = getattr(ledger, kind)(day, ledger.partner("Assurer"), total, account=account, **more)
    ledger.row("lines", bill.lines[0]).update(start_date=begin, end_date=end)
    return bill


def findings(ledger, month, **more):
    return [one for one in ledger.proposed(month, **more) if isinstance(one, Finding)]


def test_pp1_by_the_service_dates_of_the_line(ledger):
    bill = dated(ledger, "2026-03-15", "12000.00", "2026-03-15", "2027-03-14")
    entry = ledger.entries("2026-03")[0].row()
    assert entry["confidence"] == "0.9800"
    assert [one["id"] for one in entry["sources"]] == [bill.lines[0]]
    months = ledger.run("2026-03", "2026-05")
    assert months["2026-03"] == moved("11441.10", "1300", "6300")
    assert months["2026-04"] == moved("986.30")
    ledger.post("2027-02")
    assert ledger.post("2027-03") == moved("460.27")
    assert ledger.lines("2027-04") == []
    assert ledger.balance("1300") == 0


def test_pp7_wholly_past_is_no_schedule_but_a_finding(ledger):
    dated(ledger, "2026-10-10", "900.00", "2026-07-01", "2026-09-30")
    assert ledger.lines("2026-10") == []
    (found,) = findings(ledger, "2026-10")
    assert (found.rule, found.facet, found.amount) == ("PPF001", "past", 90000)
    assert "due at 2026-09-30" in found.message
    assert findings(ledger, "2026-11") == [], "it is said in the month of the bill"


def test_pp7_what_was_accrued_then_is_no_finding(ledger):
    bill = dated(ledger, "2026-10-10", "900.00", "2026-07-01", "2026-09-30")
    partner = ledger.row("lines", bill.lines[0])["partner_id"]
    ledger.entry("2026-09-30", ("6300", "900.00"), ("2100", "-900.00"), commercial_partner_id=partner,
                 ai_close_entry_id=7, ai_close_proposer="RB")  # fmt: skip
    assert findings(ledger, "2026-10") == []


def test_pp8_by_the_service_dates_of_the_line(ledger):
    dated(ledger, "2026-06-10", "1840.00", "2026-05-01", "2026-10-31")
    assert ledger.post("2026-06") == moved("1230.00", "1300", "6300")
    assert ledger.post("2026-07") == moved("310.00")


def test_pp9_by_the_service_dates_of_the_line(ledger):
    dated(ledger, "2026-10-28", "3650.00", "2027-01-01", "2027-12-31")
    assert ledger.post("2026-10") == moved("3650.00", "1300", "6300")
    assert ledger.post("2026-11") == []


def test_dr1_by_the_service_dates_of_the_line(ledger):
    ledger.code = "DR"
    dated(ledger, "2026-10-15", "2400.00", "2026-10-15", "2027-10-14", kind="invoice", account="4100")
    assert ledger.post("2026-10") == moved("2288.22", "4100", "2400")
    assert ledger.post("2026-11") == moved("197.26", "2400", "4100")


def test_a_line_within_its_month_is_not_spread(ledger):
    dated(ledger, "2026-10-28", "3650.00", "2026-10-01", "2026-10-31")
    assert ledger.proposed("2026-10") == []


def test_an_end_before_the_start_is_said_and_not_spread(ledger):
    dated(ledger, "2026-10-28", "3650.00", "2027-12-31", "2027-01-01")
    (found,) = ledger.proposed("2026-10")
    assert found.facet == "dates"


def test_a_schedule_that_people_made_takes_the_lines_place_even_as_a_draft(ledger):
    bill = dated(ledger, "2026-03-15", "12000.00", "2026-03-15", "2027-03-14")
    schedule = ledger.schedule("12000.00", "2026-03-15", on="6300", state="draft", method="months",
                               source_line_id=bill.lines[0])  # fmt: skip
    assert ledger.proposed("2026-03") == []
    ledger.row("schedules", schedule)["state"] = "running"
    assert ledger.lines("2026-03") == moved("11500.00", "1300", "6300")


def test_a_full_credit_note_takes_back_what_was_posted(ledger):
    bill = dated(ledger, "2026-03-15", "12000.00", "2026-03-15", "2027-03-14")
    ledger.post("2026-03")
    partner = ledger.row("lines", bill.lines[0])["partner_id"]
    ledger.refund("2026-04-20", partner, "12000.00", account="6300", reversed_entry_id=bill.move)
    assert ledger.post("2026-04") == moved("11441.10")
    assert (ledger.balance("1300"), ledger.balance("6300")) == (0, 0)


def test_tax_that_cant_be_recovered_is_spread_with_its_line(ledger):
    bill = dated(ledger, "2026-10-01", "1000.00", "2026-10-01", "2026-11-30")
    partner = ledger.row("lines", bill.lines[0])["partner_id"]
    ledger.add("lines", move_id=bill.move, date="2026-10-01", parent_state="posted", balance="100.00",
               account_id=ledger.accounts["6300"], amount_currency="100.00", currency=1, display_type="tax",
               partner_id=partner, journal_id=ledger.journals["BILL"])  # fmt: skip
    assert ledger.lines("2026-10") == moved("540.98", "1300", "6300"), "30 of 61 days of 1,100.00"


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        ("Insurance 15.03.2026 - 14.03.2027", "0.9000"),
        ("Versicherung 15.03.2026 bis 14.03.2027", "0.9000"),
        ("Assurance du 15/03/2026 au 14/03/2027", "0.9000"),
        ("Coverage 03/15/2026 to 03/14/2027", "0.9000"),
        ("Police 2026-03-15 / 2027-03-14", "0.9000"),
        ("保険 2026年3月15日から2027年3月14日まで", "0.9000"),
        ("Insurance 12 months from 15/03/2026", "0.9000"),
        ("Seguro 12 meses desde el 15-03-2026".replace("-", "."), "0.9000"),
    ],
)
def test_dates_in_the_text_of_a_line(ledger, text, confidence):
    ledger.bill("2026-03-15", ledger.partner("Assurer"), "12000.00", account="6300", label=text)
    (entry,) = ledger.entries("2026-03")
    row = entry.row()
    assert ledger.shown([entry]) == moved("11441.10", "1300", "6300")
    assert row["confidence"] == confidence
    assert row["key"].startswith("PP:1:2026-03:partner-")
    assert text in row["narration"]
    ledger.post("2026-03")
    assert ledger.lines("2026-03") == []
    assert ledger.lines("2026-04") == moved("986.30")


def test_days_and_months_that_may_be_swapped_are_less_sure_and_both_are_named(ledger):
    partner = ledger.partner("Assurer")
    ledger.bill("2026-06-05", partner, "3650.00", account="6300", label="Cover 05/06/2026 - 04/06/2027")
    row = ledger.entries("2026-06")[0].row()
    assert row["confidence"] == "0.7500"
    assert "2026-06-05 to 2027-06-04" in row["narration"]
    assert "it may also be 2026-05-06 to 2027-04-06" in row["narration"]
    other = Scheduled()
    other.bill("2026-06-05", partner, "3650.00", account="6300", label="Cover 05/06/2026 - 07/08/2027")
    assert other.entries("2026-06")[0].row()["confidence"] == "0.5000"


def test_small_and_short_texts_are_left_alone(ledger):
    partner = ledger.partner("Host")
    ledger.bill("2026-10-01", partner, "120.00", account="6300", label="Hosting 2026-10-01 - 2026-12-31")
    ledger.bill("2026-10-15", partner, "9000.00", account="6300", label="Hosting 2026-10-15 - 2026-11-14")
    ledger.bill("2026-10-15", partner, "9000.00", account="6300", label="Order 2026/10/0012, 4 pieces")
    assert ledger.proposed("2026-10") == []


def test_what_is_less_sure_stands_apart_from_what_people_scheduled(ledger):
    ledger.schedule("1200.00", "2026-10-01", start_date="2026-10-01", end_date="2027-09-30", method="months")
    ledger.bill("2026-10-01", ledger.partner("Assurer"), "12000.00", account="6300",
                label="Insurance 2026-10-01 - 2027-09-30")  # fmt: skip
    keys = [one.key for one in ledger.entries("2026-10")]
    assert len(keys) == 2
    assert keys[0] == "PP:1:2026-10"
    ledger.post("2026-10")
    assert ledger.lines("2026-10") == []
    assert sorted(ledger.lines("2026-11")) == sorted([*moved("100.00"), *moved("986.30")])


def test_prepaid_booked_by_a_bill_without_a_schedule_is_said(ledger):
    bill = ledger.bill("2026-10-05", ledger.partner("Assurer"), "700.00", account="1300")
    (found,) = ledger.proposed("2026-10")
    assert (found.facet, found.anchor.id, found.amount) == ("unscheduled", bill.lines[0], 70000)


def test_what_people_released_by_hand_stops_the_partner_until_it_is_taken_over(ledger):
    bill = dated(ledger, "2026-03-15", "12000.00", "2026-03-15", "2027-03-14")
    partner = ledger.row("lines", bill.lines[0])["partner_id"]
    hand = ledger.entry(
        "2026-09-30", ("1300", "5400.00"), ("6300", "-5400.00"), commercial_partner_id=partner
    )
    other = dated(ledger, "2026-10-01", "3650.00", "2027-01-01", "2027-12-31")
    assert ledger.lines("2026-10") == moved("3650.00", "1300", "6300"), "another partner goes on"
    (found,) = findings(ledger, "2026-10")
    assert (found.facet, found.amount) == ("by-hand", 540000)
    schedule = ledger.schedule("12000.00", "2026-03-15", on="6300", source_line_id=bill.lines[0],
                               partner_id=partner)  # fmt: skip
    ledger.change(schedule, "adopted", "2026-09-30", "5400.00", move_line_id=hand.lines[0])
    assert findings(ledger, "2026-10") == []
    ledger.post("2026-10")
    assert ledger.balance("1300") == Decimal("4405.48") + 3650
    assert ledger.row("lines", other.lines[0])["partner_id"] != partner


def test_an_opening_takes_over_what_stands_there_when_the_sums_agree(ledger):
    ledger.entry("2026-09-30", ("1300", "5424.66"), ("6300", "-5424.66"))
    schedule = ledger.schedule("12000.00", "2026-03-15", on="6300")
    assert ledger.lines("2026-10") == [], "a person has to say what it is"
    opening = ledger.change(schedule, "opening", "2026-09-30", "5424.66")
    assert ledger.post("2026-10") == moved("1019.18")
    assert ledger.balance("1300") == Decimal("4405.48")
    ledger.row("schedule_changes", opening)["amount"] = "5400.00"
    assert [one.facet for one in findings(ledger, "2026-11")] == ["by-hand"]


def test_an_archived_partner_is_named_and_only_its_schedules_wait(ledger):
    bill = dated(ledger, "2026-03-15", "12000.00", "2026-03-15", "2027-03-14")
    dated(ledger, "2026-10-01", "3650.00", "2027-01-01", "2027-12-31")
    ledger.post("2026-09")
    ledger.row("partners", ledger.row("lines", bill.lines[0])["partner_id"])["active"] = False
    assert ledger.lines("2026-10") == moved("3650.00", "1300", "6300")
    assert [one.facet for one in findings(ledger, "2026-10")] == ["archived-partner"]


def test_a_line_that_people_rejected_stops_nothing(ledger):
    deposit = ledger.entry("2026-09-30", ("1300", "500.00"), ("1010", "-500.00"))
    ledger.schedule("12000.00", "2026-10-01", on="6300", start_date="2026-10-01", end_date="2027-09-30")
    assert ledger.lines("2026-10") == []
    ledger.change(None, "rejected", "2026-09-30", move_line_id=deposit.lines[0])
    assert ledger.lines("2026-10") == moved("10980.82", "1300", "6300")
