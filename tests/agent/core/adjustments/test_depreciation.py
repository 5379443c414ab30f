"""Straight-line depreciation and disposal: the worked numbers DP1 and DP2, each month posted as proposed."""

from decimal import Decimal

import pytest

from agent_service.core.errors import EvidenceMissing
from tests.agent.core.adjustments.schedule_case import Scheduled, moved

USE = {"start_date": "2026-04-16", "end_date": "2029-04-15", "residual": "500.00", "name": "Lathe"}
ACCOUNTS = {"kind": "depreciation", "on": "1500", "result": None}


@pytest.fixture
def ledger():
    ledger = Scheduled()
    ledger.code = "DP"
    ledger.bill("2026-04-16", None, "10000.00", account="1500")
    return ledger


def lathe(ledger, method="months", **more):
    return ledger.schedule("10000.00", "2026-04-16", method=method, **ACCOUNTS, **{**USE, **more})


def month(amount):
    return moved(amount, "6400", "1590")


def disposed(amount, *lines):
    """Return the month's half and the entry that takes the asset out."""
    return [*month(amount), *lines]


def test_dp1_half_a_month_at_both_ends_the_last_takes_the_remainder(ledger):
    lathe(ledger)
    assert ledger.post("2026-04") == month("131.94")
    ledger.post("2026-09")
    assert ledger.post("2026-10") == ledger.post("2026-11") == month("263.89")
    assert ledger.balance("1590", "2026-10-31") == Decimal("-1715.28")
    assert ledger.balance("1500") + ledger.balance("1590", "2026-10-31") == Decimal("8284.72")
    assert ledger.lines("2029-03") == month(str(Decimal("263.89") * 28))
    ledger.post("2029-03")
    assert ledger.post("2029-04") == month("131.91")
    assert ledger.balance("1590") == -9500
    assert ledger.lines("2029-05") == [], "past its end it stops"


def test_dp1_by_days(ledger):
    lathe(ledger, method="days")
    months = ledger.run("2026-04", "2026-05")
    assert months == {"2026-04": month("130.02"), "2026-05": month("268.70")}


def test_dp1_a_first_run_catches_up_and_shows_each_month(ledger):
    lathe(ledger)
    row = ledger.entries("2026-10")[0].row()
    assert row["calculation"]["total"] == "1715.28"
    assert [one[-1] for one in row["calculation"]["rows"]] == ["131.94", *["263.89"] * 6]
    assert row["calculation"]["rows"][0][:4] == [
        "Lathe", "depreciation 2026-04", "1 of 72 half months", "10,000.00 USD − 500.00 USD",
    ]  # fmt: skip
    assert row["reversal_date"] is None


def test_dp1_what_people_booked_last_year_is_its_opening(ledger):
    asset = lathe(ledger)
    ledger.entry("2026-09-30", ("6400", "1450.00"), ("1590", "-1450.00"))
    ledger.change(asset, "opening", "2026-09-30", "1450.00")
    row = ledger.entries("2026-10")[0].row()
    assert [one[-1] for one in row["calculation"]["rows"]] == ["1.39", "263.89"]
    assert ledger.post("2026-10") == month("265.28")
    assert ledger.post("2026-11") == month("263.89")
    assert ledger.balance("1590", "2026-10-31") == Decimal("-1715.28")


def sold(ledger, proceeds, **more):
    asset = lathe(ledger)
    ledger.post("2026-10")
    invoice = ledger.invoice("2026-11-20", None, proceeds, account="4900")
    ledger.change(asset, "disposal", "2026-11-20", proceeds, move_line_id=invoice.lines[0], **more)
    return asset


def test_dp2_disposal_with_a_loss(ledger):
    sold(ledger, "7900.00")
    assert ledger.lines("2026-10") == []
    assert ledger.post("2026-11") == disposed(
        "131.94", ("1590", "1847.22"), ("4900", "7900.00"), ("6910", "252.78"), ("1500", "-10000.00")
    )
    assert [ledger.balance(one) for one in ("1500", "1590", "4900")] == [0, 0, 0]
    assert ledger.lines("2026-12") == ledger.lines("2026-11") == []


def test_dp2_disposal_with_a_gain(ledger):
    sold(ledger, "8400.00")
    assert ledger.post("2026-11") == disposed(
        "131.94", ("1590", "1847.22"), ("4900", "8400.00"), ("1500", "-10000.00"), ("4910", "-247.22")
    )
    assert ledger.lines("2026-12") == []


def test_dp2_the_disposal_is_an_entry_of_its_own(ledger):
    asset = sold(ledger, "7900.00")
    first, second = (one.row() for one in ledger.entries("2026-11"))
    assert (first["key"], second["key"]) == ("DP:1:2026-11", "DP:1:2026-11:disposal")
    assert [(one[1], one[-1]) for one in second["calculation"]["rows"]] == [
        ("accumulated depreciation", "1847.22"),
        ("proceeds", "7900.00"),
        ("loss", "252.78"),
    ]
    assert {"model": "ai.close.schedule", "id": asset, "label": "Lathe"} in second["sources"]


def test_dp2_a_second_asset_goes_later(ledger):
    sold(ledger, "7900.00")
    ledger.post("2026-11")
    ledger.bill("2026-11-01", None, "3600.00", account="1500")
    van = ledger.schedule("3600.00", "2026-11-01", method="months", name="Van", start_date="2026-11-01",
                          end_date="2029-10-31", **ACCOUNTS)  # fmt: skip
    assert ledger.post("2026-11") == month("100.00")
    ledger.change(van, "disposal", "2026-12-31", "0.00")
    assert ledger.post("2026-12") == disposed(
        "100.00", ("1590", "200.00"), ("6910", "3400.00"), ("1500", "-3600.00")
    )
    assert ledger.lines("2026-12") == ledger.lines("2027-01") == []


def test_dp2_without_an_account_for_the_loss_nothing_is_proposed(ledger):
    sold(ledger, "7900.00")
    del ledger.roles["disposal_loss"]
    with pytest.raises(EvidenceMissing, match="disposal_loss"):
        ledger.entries("2026-11")
    assert ledger.lines("2026-10") == [], "before the disposal it isn't needed"
