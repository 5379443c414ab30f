"""FL1-FL4: rows of balances that moved, with thresholds of the policy and a template's words."""

import json
from pathlib import Path

import jsonschema

from agent_service.core.adjustments import proposers, run_proposers
from agent_service.core.policy import Policy
from tests.agent.core.builders import OCTOBER, PARAMS, Ledger

FLUX = next(one for one in proposers() if one.code == "FL")
SCHEMA = json.loads(
    (Path(__file__).parents[4] / "addons/ai_close/agent/schemas/variance.json").read_text(encoding="utf-8")
)


def _rows(ledger, **rules):
    books = ledger.books()
    policy = Policy.from_params({**PARAMS, "rules": {"FL": rules}}, books.company.currency)
    run = run_proposers(books, policy, OCTOBER, {}, (FLUX,))
    assert (run.completed, run.failures, run.entries, run.findings) == (("FL",), (), (), ())
    rows = [one.row(books.company) for one in run.variances]
    for row in rows:
        jsonschema.validate(row, SCHEMA)
    return {row["account_id"]: row for row in rows}


def _rent():
    ledger = Ledger()
    lessor = ledger.partner("Lessor")
    for month, amount in (("2026-09", "8000.00"), ("2026-10", "12000.00")):
        who = {"partner_id": lessor}
        ledger.entry(f"{month}-05", ("6100", amount, who), ("1010", f"-{amount}", who))
    return ledger, ledger.accounts["6100"], lessor


def test_fl1_rent_half_as_high_again():
    ledger, rent, lessor = _rent()
    row = _rows(ledger)[rent]
    assert (row["actual"], row["month"], row["year"]) == ("12000.00", "8000.00", "0.00")
    assert row["expected"] is None
    assert (row["against"], row["min_amount"], row["min_percent"]) == ("month", "500.00", 10)
    assert row["explanation"] == (
        "12,000.00 USD against 8,000.00 USD a month before: 4,000.00 USD, a rise of 50.0 %."
        " Since a month before, by partner: Lessor 4,000.00 USD."
    )
    month = [one for one in row["drivers"] if (one["base"], one["dimension"]) == ("month", "partner")]
    assert month == [{"base": "month", "dimension": "partner", "id": lessor, "count": 1, "amount": "4000.00"}]
    assert row["key"] == f"FL:1:2026-10-31:{rent}"


def test_fl2_below_the_threshold_nothing_is_said():
    ledger, rent, _lessor = _rent()
    assert _rows(ledger, min_amount="4000.01")[rent]["explanation"] == ""
    assert _rows(ledger, min_percent=51)[rent]["explanation"] == ""
    assert _rows(ledger, min_amount="4000.00", min_percent=50)[rent]["explanation"]


def test_fl3_a_balance_is_its_closing_balance_and_drafts_dont_count():
    ledger, _rent_account, _lessor = _rent()
    ledger.entry("2026-10-20", ("1010", "99.00"), ("4000", "-99.00"), state="draft")
    row = _rows(ledger)[ledger.accounts["1010"]]
    assert (row["actual"], row["month"]) == ("-20000.00", "-8000.00")
    assert ledger.accounts["4000"] not in _rows(ledger)


def test_fl4_expected_by_the_median_of_the_months_before():
    ledger = Ledger()
    for month in range(5, 10):
        ledger.entry(f"2026-{month:02}-05", ("6200", f"{100 * month}.00"), ("1010", f"-{100 * month}.00"))
    ledger.entry("2026-10-05", ("6200", "3000.00"), ("1010", "-3000.00"))
    row = _rows(ledger)[ledger.accounts["6200"]]
    assert (row["expected"], row["method"], row["against"]) == ("700.00", "median", "expected")
    assert _rows(ledger, against="year")[ledger.accounts["6200"]]["against"] == "year"


def _told(row, via):
    """Return all amounts that the sentence by partner names, as the drivers of the row have them."""
    return [one["amount"] for one in row["drivers"] if (one["base"], one["dimension"]) == (via, "partner")]


def test_fl5_against_an_expectation_the_parts_add_up_to_the_change():
    ledger = Ledger()
    cloud = ledger.partner("Cloud Nine")
    for month, amount in ((7, "500.00"), (8, "500.00"), (9, "900.00"), (10, "3000.00")):
        who = {"partner_id": cloud}
        ledger.entry(f"2026-{month:02}-05", ("6200", amount, who), ("1010", f"-{amount}", who))
    row = _rows(ledger)[ledger.accounts["6200"]]
    assert (row["expected"], row["against"], _told(row, "month")) == ("500.00", "expected", ["2100.00"])
    assert row["explanation"] == (
        "3,000.00 USD against 500.00 USD expected: 2,500.00 USD, a rise of 500.0 %."
        " Of it 400.00 USD lies between what was expected and a month before."
        " Since a month before, by partner: Cloud Nine 2,100.00 USD."
    )


def test_fl6_income_expected_by_last_year_is_told_from_last_year():
    ledger = Ledger()
    partners = [ledger.partner(f"Customer {number}") for number in range(6)]
    for month, amount in (("2025-10", "600.00"), ("2026-10", "100.00")):
        for partner in partners:
            who = {"partner_id": partner}
            ledger.entry(f"{month}-05", ("4000", f"-{amount}", who), ("1010", amount, who))
    row = _rows(ledger)[ledger.accounts["4000"]]
    assert (row["expected"], row["method"], row["actual"]) == ("-3600.00", "seasonal", "-600.00")
    assert row["explanation"] == (
        "-600.00 USD against -3,600.00 USD expected: 3,000.00 USD, a fall of 83.3 %."
        " Since a year before, by partner: Customer 0 500.00 USD; Customer 1 500.00 USD;"
        " Customer 2 500.00 USD; 3 others 1,500.00 USD."
    )


def test_fl7_debt_that_grows_is_a_rise():
    ledger, _rent_account, _lessor = _rent()
    ledger.entry("2026-09-01", ("1010", "9000.00"), ("2000", "-9000.00"))
    ledger.entry("2026-10-01", ("1010", "3000.00"), ("2000", "-3000.00"))
    text = _rows(ledger)[ledger.accounts["2000"]]["explanation"]
    assert text.startswith(
        "-12,000.00 USD against -9,000.00 USD a month before: -3,000.00 USD, a rise of 33.3 %."
    )
