"""Missing recurring bills: the worked numbers RB1 to RB8, both months."""

from datetime import date

import polars as pl

from agent_service.core.period import Period
from tests.agent.core.adjustments.recurring_case import (
    NOVEMBER,
    TELECOM,
    UTILITY,
    begin,
    bills,
    book,
    entry,
    findings,
    told,
)


def lines(ledger, one):
    codes = {account: code for code, account in ledger.accounts.items()}
    return [(codes[line.account_id], line.balance) for line in one.lines]


def test_rb1_rent_missing_in_october():
    ledger, vendor = begin()
    bills(ledger, vendor, ["3200.00"] * 12)
    one = entry(ledger)
    assert told(ledger) == ("3200.00", "3136.00", "3264.00")
    assert lines(ledger, one) == [("6100", 320000), ("2120", -320000)]
    assert (str(one.day), str(one.reversal_day), one.is_estimate) == ("2026-10-31", "2026-11-01", True)
    assert one.key == f"RB:1:2026-10:partner-{vendor}:account-{ledger.accounts['6100']}"
    assert all(line.partner_id == vendor for line in one.lines)
    assert one.confidence >= ledger.policy().review_from
    assert (one.sources[-1].model, one.sources[-1].id, len(one.sources)) == ("res.partner", vendor, 13)
    book(ledger, one)
    assert entry(ledger, decided={one.key: "posted"}) is None, "a second run gives nothing"
    ledger.bill("2026-11-06", vendor, "3260.00", account="6100", label="Rent October")
    ledger.bill("2026-11-28", vendor, "3200.00", account="6100", label="Rent November")
    assert told(ledger, NOVEMBER) is None
    books = ledger.books()
    november = books.frame("lines").filter(
        pl.col("account_id") == ledger.accounts["6100"], pl.col("date") >= date(2026, 11, 1)
    )
    assert november["balance"].sum() == 6000 + 320000, "60.00 and November's own"


def test_rb1_without_a_word_about_the_month_the_earlier_of_two_bills_fills_the_empty_month():
    ledger, vendor = begin()
    bills(ledger, vendor, ["3200.00"] * 12)
    ledger.bill("2026-11-06", vendor, "3260.00", account="6100")
    ledger.bill("2026-11-28", vendor, "3200.00", account="6100")
    assert (told(ledger, NOVEMBER), findings(ledger, NOVEMBER)) == (None, [])


def test_rb7_a_late_bill_that_names_no_month_fills_the_empty_one():
    ledger, vendor = begin()
    bills(ledger, vendor, ["3200.00"] * 12, day=28)
    late = ledger.bill("2026-11-06", vendor, "3260.00", account="6100")
    assert told(ledger) == ("3260.00", "3260.00", "3260.00")
    assert entry(ledger).sources[0].id == late.move
    assert told(ledger, NOVEMBER) == ("3200.00", "3136.00", "3264.00"), "November's own isn't there"


def test_rb2_telecom_median_and_deviation():
    ledger, vendor = begin()
    bills(ledger, vendor, TELECOM)
    assert told(ledger) == ("408.68", "382.22", "435.14")
    ledger.bill("2026-11-05", vendor, "401.90", account="6100", label="October 2026")
    ledger.bill("2026-11-20", vendor, "408.00", account="6100", label="November 2026")
    assert told(ledger, NOVEMBER) is None


def audits():
    ledger, vendor = begin()
    amounts = ["4500", "4500", "4500", "4620", "4500", "4560"]
    bills(ledger, vendor, amounts, step=3, day=28)
    return ledger, vendor


def test_rb3_a_quarter_accumulates_by_thirds():
    ledger, vendor = audits()
    assert told(ledger) == ("1500.00", "1470.00", "1530.00")
    book(ledger, entry(ledger))
    assert told(ledger, NOVEMBER) == ("3000.00", "2940.00", "3060.00")
    december = Period.of("2026-12")
    assert told(ledger, december) == ("4500.00", "4410.00", "4590.00")
    ledger.bill("2026-12-30", vendor, "4500", account="6100")
    assert told(ledger, december) is None


def test_rb3_the_quarter_that_the_text_names():
    ledger, vendor = begin()
    amounts = ["4500", "4500", "4500", "4620", "4500", "4560"]
    names = ["Q2 2025", "Q3 2025", "Q4 2025", "Q1 2026", "Q2 2026", "Q3 2026"]
    days = ["2025-07-20", "2025-10-20", "2026-01-20", "2026-04-20", "2026-07-20", "2026-10-20"]
    for day, amount, quarter in zip(days, amounts, names, strict=True):
        ledger.bill(day, vendor, amount, account="6100", label=f"Audit {quarter}")
    assert told(ledger) == ("1500.00", "1470.00", "1530.00")
    assert told(ledger, NOVEMBER) == ("3000.00", "2940.00", "3060.00")


def test_rb4_a_utility_is_read_against_last_year():
    ledger, vendor = begin()
    bills(ledger, vendor, UTILITY, account="6200")
    assert told(ledger) == ("821.60", "786.46", "856.74")
    assert "seasonal" in entry(ledger).calculation.rows[0][0][1]
    ledger.bill("2026-10-30", vendor, "821.60", account="6200")
    # 30 Nov: 1,019.20 a year before × the median of the last twelve ratios, 1.04.
    assert told(ledger, NOVEMBER) == ("1059.97", "1014.64", "1105.30")


def test_rb5_thin_evidence_is_said():
    ledger, vendor = begin()
    bills(ledger, vendor, ["250", "262", "255", "259"])
    one = entry(ledger)
    assert told(ledger) == ("257.00", "225.00", "288.20")
    assert "4 bills" in one.narration
    assert one.confidence < ledger.policy().review_from
    ledger.bill("2026-10-05", vendor, "260", account="6100")
    assert told(ledger, NOVEMBER) == ("259.00", "225.00", "288.20")


def test_rb6_after_a_step_the_history_begins_anew():
    ledger, vendor = begin()
    bills(ledger, vendor, ["3000"] * 9 + ["3150"] * 3)
    assert told(ledger) == ("3150.00", "2835.00", "3465.00")
    assert "3 bills" in entry(ledger).narration
    ledger.bill("2026-10-05", vendor, "3150", account="6100")
    assert told(ledger, NOVEMBER) == ("3150.00", "2835.00", "3465.00")


def test_rb7_a_draft_is_the_amount():
    ledger, vendor = begin()
    bills(ledger, vendor, ["3200.00"] * 12)
    draft = ledger.bill("2026-10-20", vendor, "3260.00", account="6100", state="draft")
    one = entry(ledger)
    assert told(ledger) == ("3260.00", "3260.00", "3260.00")
    assert (one.sources[0].id, one.is_estimate) == (draft.move, False)
    ledger.row("moves", draft.move)["state"] = "posted"
    for line in draft.lines:
        ledger.row("lines", line)["parent_state"] = "posted"
    assert told(ledger) is None, "posting the draft with an October date withdraws it"
    assert told(ledger, NOVEMBER) == ("3200.00", "3136.00", "3264.00")


def test_rb7_a_bill_posted_with_a_later_date():
    ledger, vendor = begin()
    bills(ledger, vendor, ["3200.00"] * 12)
    late = ledger.bill("2026-11-06", vendor, "3260.00", account="6100", label="Rent 10/2026")
    assert told(ledger) == ("3260.00", "3260.00", "3260.00")
    assert entry(ledger).sources[0].id == late.move
    assert told(ledger, NOVEMBER) == ("3200.00", "3136.00", "3264.00")


def test_rb8_one_older_month_missing_too():
    ledger, vendor = begin()
    bills(ledger, vendor, ["3200.00"] * 12, last="2026-08")
    one = entry(ledger)
    assert told(ledger) == ("6400.00", "6272.00", "6528.00")
    assert one.confidence < ledger.policy().review_from
    assert [line.name[-18:] for line in one.lines if line.balance > 0] == [
        "2026-09 not billed", "2026-10 not billed",
    ]  # fmt: skip
    assert (told(ledger, NOVEMBER), findings(ledger, NOVEMBER)) == (None, ["stopped"])


def test_rb8_two_older_months_missing_is_a_question():
    ledger, vendor = begin()
    bills(ledger, vendor, ["3200.00"] * 12, last="2026-07")
    assert (told(ledger), findings(ledger)) == (None, ["stopped"])
    assert (told(ledger, NOVEMBER), findings(ledger, NOVEMBER)) == (None, ["stopped"])


def test_rb8_an_archived_vendor_a_final_bill_a_contract_that_ended():
    ledger, vendor = begin()
    bills(ledger, vendor, ["3200.00"] * 12)
    ledger.row("partners", vendor)["active"] = False
    assert (told(ledger), findings(ledger)) == (None, [])
    ledger.row("partners", vendor)["active"] = True
    ledger.add("contracts", partner_id=vendor, name="Lease", start_date="2024-01-01", end_date="2026-09-30")
    assert (told(ledger), findings(ledger)) == (None, [])
    ledger.rows["contracts"][0]["end_date"] = "2026-10-31"
    assert told(ledger) == ("3200.00", "3136.00", "3264.00")
    assert told(ledger, NOVEMBER)[0] == "3200.00", "October's bill is still missing, November's isn't due"
    ledger.rows["lines"][-2]["name"] = "Schlussrechnung"
    assert (told(ledger), findings(ledger)) == (None, [])
