"""Accruals against what came: AC1 to AC3, parts that stay open, the exchange rate's part."""

import json
from pathlib import Path

import jsonschema

from agent_service.core.adjustments import accrual_review, grni, proposers, run_proposers
from agent_service.core.adjustments.accuracy import grouped, measured, percent, summed
from agent_service.core.findings import Finding
from agent_service.core.period import Period
from tests.agent.core.adjustments.recurring_case import (
    NOVEMBER,
    OCTOBER,
    TELECOM,
    begin,
    bills,
    book,
    proposed,
)
from tests.agent.core.builders import EUR

SCHEMAS = Path(__file__).parents[4] / "addons" / "ai_close" / "agent" / "schemas"
SCHEMA = json.loads((SCHEMAS / "accuracy.json").read_text())
REVIEW = next(one for one in proposers() if one.code == "AC")
AUGUST, SEPTEMBER = Period.of("2026-08"), Period.of("2026-09")


def accrue_orders(ledger, period=OCTOBER):
    (made,) = grni.propose(ledger.books(), ledger.policy(), period, {})
    return book(ledger, made)


def accrue_bills(ledger, period=OCTOBER):
    for made in proposed(ledger, period)[0]:
        book(ledger, made)


def bill_order(ledger, order, vendor, day, quantity, amount, **more):
    doc = ledger.bill(day, vendor, amount, account="5000", order_line=order, **more)
    ledger.billed(order, quantity, day)
    return doc


def received(ledger, quantity, price, day="2026-10-12", **more):
    vendor = ledger.partner("Quarry")
    order = ledger.order(quantity, price, vendor, **more)
    ledger.receive(order, quantity, day)
    return order, vendor


def came(ledger, period=OCTOBER, seen_by=NOVEMBER.end):
    return measured(ledger.books(), ledger.policy(), period, seen_by)


def told(ledger, period):
    """Return what is said to people."""
    found = accrual_review.propose(ledger.books(), ledger.policy(), period, {})
    return [one for one in found if isinstance(one, Finding)]


def kept(ledger, period):
    """Return the rows that are kept, as the port takes them: (kind, proposer, accrued, actual, open)."""
    run = run_proposers(ledger.books(), ledger.policy(), period, {}, chosen=(REVIEW,))
    company = ledger.books().company
    rows = [one.row(company) for one in run.measures]
    for row in rows:
        jsonschema.validate(row, SCHEMA)
    assert len({row["key"] for row in rows}) == len(rows)
    return {
        (row["kind"], row["proposer"], row["date"][:7], row["accrued"], row["actual"], row["open"])
        for row in rows
    }


def test_ac1_bias_and_size_by_proposer_and_vendor():
    ledger, landlord = begin()
    telecom = ledger.partner("Telecom")
    bills(ledger, landlord, ["3200.00"] * 12)
    bills(ledger, telecom, TELECOM, account="6200")
    order, quarry = received(ledger, "45", "24.50")
    accrue_bills(ledger)
    accrue_orders(ledger)
    ledger.bill("2026-11-06", landlord, "3260.00", account="6100", label="Rent October")
    ledger.bill("2026-11-09", telecom, "401.90", account="6200", label="October 2026")
    bill_order(ledger, order, quarry, "2026-11-05", "45", "1120.50")
    items = came(ledger)
    assert {(one.proposer, one.partner_id): (one.accrued, one.actual, one.error) for one in items} == {
        ("RB", landlord): (320000, 326000, -6000),
        ("RB", telecom): (40868, 40190, 678),
        ("GR", quarry): (110250, 112050, -1800),
    }
    total = summed(items)
    assert (total.error, total.size, total.actual) == (-7122, 8478, 478240)
    assert (percent(total.bias), percent(total.spread)) == ("-1.49 %", "1.77 %")
    assert percent(grouped(items, lambda one: one.partner_id)[landlord].bias) == "-1.84 %"
    assert {code: one.error for code, one in grouped(items, lambda one: one.proposer).items()} == {
        "RB": -5322, "GR": -1800,
    }  # fmt: skip
    said = told(ledger, NOVEMBER)
    assert [(one.facet, one.amount) for one in said] == [("GR 2026-10", 1800), ("RB 2026-10", 6678)]
    assert said[1].evidence["vendors"][0]["error"] == "-60.00"
    assert kept(ledger, NOVEMBER) == {
        ("came", "RB", "2026-10", "3200.00", "3260.00", "0.00"),
        ("came", "RB", "2026-10", "408.68", "401.90", "0.00"),
        ("came", "GR", "2026-10", "1102.50", "1120.50", "0.00"),
    }
    assert kept(ledger, Period.of("2027-02")) == set(), "after three months nothing is measured any more"


def test_gr1_the_billed_part_is_measured_and_the_rest_stays_open():
    ledger, _landlord = begin()
    order, quarry = received(ledger, "45", "24.50")
    accrue_orders(ledger)
    bill_order(ledger, order, quarry, "2026-11-05", "20", "490.00")
    (one,) = came(ledger)
    assert (one.accrued, one.actual, one.error, one.open) == (49000, 49000, 0, 61250)
    assert kept(ledger, NOVEMBER) == {("came", "GR", "2026-10", "490.00", "490.00", "612.50")}
    bill_order(ledger, order, quarry, "2026-12-05", "25", "620.00")
    december = kept(ledger, Period.of("2026-12"))
    assert december == {("came", "GR", "2026-10", "1102.50", "1110.00", "0.00")}, "the rest came later"
    assert told(ledger, NOVEMBER) == []


def test_gr13_the_rates_part_is_told_apart():
    ledger, _landlord = begin()
    for day, rate in (("2026-10-31", 1.0842), ("2026-11-30", 1.0763)):
        ledger.rate(EUR, day, repr(1 / rate))
    order, quai = received(ledger, "120", "18.40", currency=EUR)
    (made,) = grni.propose(ledger.books(), ledger.policy(), OCTOBER, {})
    doc = book(ledger, made)
    for line, sign in zip(doc.lines, (1, -1), strict=True):
        ledger.row("lines", line).update(currency=EUR, amount_currency=f"{sign * 2208}.00")
    bill_order(ledger, order, quai, "2026-11-05", "120", "2382.43", currency=EUR, foreign="2208.00")
    (one,) = came(ledger)
    assert (one.currency.name, one.error, one.currency_effect) == ("EUR", 0, 1148)


def test_what_comes_after_three_months_is_no_answer():
    ledger, landlord = begin()
    bills(ledger, landlord, ["3200.00"] * 12)
    accrue_bills(ledger)
    bill = ledger.bill("2027-01-31", landlord, "3260.00", account="6100", label="Rent October 2026")
    late = Period.of("2027-03").end
    assert [one.error for one in came(ledger, seen_by=late)] == [-6000]
    ledger.row("moves", bill.move)["date"] = "2027-02-01"
    for line in bill.lines:
        ledger.row("lines", line)["date"] = "2027-02-01"
    assert [(one.is_billed, one.open) for one in came(ledger, seen_by=late)] == [(False, 320000)]


def test_a_quarters_bill_answers_each_month_by_a_third():
    ledger, auditor = begin()
    bills(ledger, auditor, ["4500"] * 6, step=3, day=28)
    accrue_bills(ledger)
    ledger.bill("2026-12-30", auditor, "4560", account="6100", label="Audit Q4 2026")
    (one,) = came(ledger, seen_by=Period.of("2026-12").end)
    assert (one.what, one.accrued, one.actual, one.error) == ("2026-10", 150000, 152000, -2000)


def test_ac3_goods_accrued_for_three_months_without_a_bill():
    ledger, _landlord = begin()
    order, quarry = received(ledger, "7", "100.00", "2026-08-10")
    for period in (AUGUST, SEPTEMBER):
        accrue_orders(ledger, period)
        assert told(ledger, period) == []
    (said,) = told(ledger, OCTOBER)
    assert (said.amount, said.evidence["age"], said.anchor.id) == (70000, 3, order)
    assert ("aged", "GR", "2026-08", "700.00", "0.00", "700.00") in kept(ledger, OCTOBER)
    (again,) = grni.propose(ledger.books(), ledger.policy(), OCTOBER, {})
    assert again.debits == 70000, "proved by receipt: a person decides"
    bill_order(ledger, order, quarry, "2026-10-20", "3", "300.00")
    assert told(ledger, OCTOBER) == []


def test_ac2_goods_whose_accrual_was_not_reversed_are_said():
    ledger, _landlord = begin()
    order, quarry = received(ledger, "45", "24.50")
    (made,) = grni.propose(ledger.books(), ledger.policy(), OCTOBER, {})
    posted = book(ledger, made, reverse=False)
    bill_order(ledger, order, quarry, "2026-11-05", "45", "1102.50")
    (said,) = told(ledger, NOVEMBER)
    assert (said.facet, said.anchor.id, said.amount) == ("reversal", posted.move, 110250)
    assert ("reversal", "GR", "2026-10", "1102.50", "0.00", "1102.50") in kept(ledger, NOVEMBER)
    (back,) = grni.propose(ledger.books(), ledger.policy(), NOVEMBER, {})
    assert back.debits == 110250, "taken off by the month's own proposal"


def test_without_entries_of_ours_there_is_nothing_to_say():
    ledger, landlord = begin()
    bills(ledger, landlord, ["3200.00"] * 12)
    assert told(ledger, NOVEMBER) == []
    assert percent(None) == "-"
