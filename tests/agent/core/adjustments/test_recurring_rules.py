"""Missing recurring bills beside the worked numbers: what counts as a bill, what is refused, what stays."""

import json
import random
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from agent_service.core.adjustments import run_proposers
from agent_service.core.period import Period
from tests.agent.core.adjustments.recurring_case import (
    NOVEMBER,
    OCTOBER,
    begin,
    bills,
    book,
    entry,
    findings,
    proposed,
    told,
)
from tests.agent.core.builders import EUR

SCHEMAS = Path(__file__).parents[4] / "addons" / "ai_close" / "agent" / "schemas"


@pytest.fixture
def rent():
    """RB1: twelve bills of 3,200.00, October's missing."""
    ledger, vendor = begin()
    bills(ledger, vendor, ["3200.00"] * 12)
    return ledger, vendor


def test_a_company_that_maps_no_role_is_not_asked(rent):
    ledger, _vendor = rent
    del ledger.roles["accrued_liability"]
    run = run_proposers(ledger.books(), ledger.policy(), OCTOBER, {})
    assert "RB" in run.completed
    assert not [one for one in run.entries if one.proposer == "RB"]


def test_nothing_is_missing_before_the_month_is_over(rent):
    ledger, _vendor = rent
    assert told(ledger, Period.of("2026-10", OCTOBER.start)) is None


def test_a_bill_on_an_order_belongs_to_goods_received(rent):
    ledger, vendor = rent
    order = ledger.order("1", "3200.00", vendor)
    ledger.bill("2026-10-05", vendor, "3200.00", account="6100", order_line=order)
    assert told(ledger)[0] == "3200.00"
    other = ledger.partner("Orders only")
    for one in bills(ledger, other, ["70.00"] * 12):
        ledger.row("lines", one.lines[0])["purchase_line_id"] = order
    assert told(ledger)[0] == "3200.00"


def test_tax_that_cannot_be_recovered_belongs_to_the_cost():
    ledger, vendor = begin()
    for one in bills(ledger, vendor, ["1000.00"] * 12):
        ledger.add("lines", **{**ledger.row("lines", one.lines[0]), "id": one.lines[0] + 5000,
                               "balance": "100.00", "amount_currency": "100.00",
                               "display_type": "tax"})  # fmt: skip
    assert told(ledger)[0] == "1100.00"


def test_a_bill_taken_back_is_no_bill(rent):
    ledger, vendor = rent
    wrong = ledger.bill("2026-10-05", vendor, "3200.00", account="6100")
    assert told(ledger) is None
    ledger.refund("2026-10-09", vendor, "3200.00", account="6100", reversed_entry_id=wrong.move)
    assert told(ledger) == ("3200.00", "3136.00", "3264.00")


def test_a_persons_edit_of_an_estimate_stays_until_the_bill_comes(rent):
    ledger, vendor = rent
    book(ledger, entry(ledger), edit="3500.00")
    assert entry(ledger) is None
    ledger.bill("2026-10-31", vendor, "3210.00", account="6100")
    back = entry(ledger, decided={entry(ledger).key: "posted"})
    assert [line.balance for line in back.lines] == [350000, -350000]
    assert back.key.endswith(":2")
    codes = {account: code for code, account in ledger.accounts.items()}
    assert [codes[line.account_id] for line in back.lines] == ["2120", "6100"]


def test_a_draft_that_turns_up_after_the_accrual_corrects_it(rent):
    ledger, vendor = rent
    first = entry(ledger)
    book(ledger, first)
    ledger.bill("2026-10-20", vendor, "3260.00", account="6100", state="draft")
    assert told(ledger, decided={first.key: "posted"})[0] == "60.00"


def test_an_accrual_by_hand_beside_ours(rent):
    ledger, vendor = rent
    doc = ledger.entry("2026-10-31", ("6100", "3200.00", {"partner_id": vendor}), ("2120", "-3200.00"))
    assert (told(ledger), findings(ledger)) == (None, ["hand"])
    ledger.entry(
        "2026-10-31", ("6100", "-3200.00", {"partner_id": vendor}), ("2120", "3200.00"),
        reversed_entry_id=doc.move,
    )  # fmt: skip
    assert (told(ledger)[0], findings(ledger)) == ("3200.00", [])


def test_an_accrual_by_hand_that_a_person_adopted_counts_as_ours(rent):
    ledger, vendor = rent
    doc = ledger.entry("2026-10-31", ("6100", "3150.00"), ("2120", "-3150.00"))
    assert findings(ledger) == ["hand"]
    ledger.row("moves", doc.move)["ai_close_proposer"] = "RB"
    assert proposed(ledger) == ([], [])
    (back, more), said = proposed(ledger, NOVEMBER)
    assert [one.facet for one in said] == ["reversal"]
    assert (back.debits, more.debits) == (315000, 640000)
    ledger.bill("2026-11-06", vendor, "3260.00", account="6100", label="Rent October")
    ledger.bill("2026-11-28", vendor, "3200.00", account="6100", label="Rent November")
    (back,), said = proposed(ledger, NOVEMBER)
    assert ([one.facet for one in said], back.debits) == (["reversal"], 315000)


def test_a_policy_that_says_postings_by_hand_are_something_else(rent):
    ledger, vendor = rent
    ledger.entry("2026-10-31", ("6100", "3200.00", {"partner_id": vendor}), ("2120", "-3200.00"))
    assert told(ledger, rules={"RB": {"by_hand": "apart"}})[0] == "3200.00"


def test_go_live_with_september_accrued_by_hand_and_reversed(rent):
    ledger, _vendor = rent
    ledger.entry("2026-09-30", ("6100", "3200.00"), ("2120", "-3200.00"))
    ledger.entry("2026-10-01", ("6100", "-3200.00"), ("2120", "3200.00"))
    assert told(ledger)[0] == "3200.00"


def test_a_like_bill_on_another_account_is_said(rent):
    ledger, vendor = rent
    ledger.bill("2026-10-05", vendor, "3210.00", account="6000")
    assert (told(ledger), findings(ledger)) == (None, ["elsewhere"])


def test_two_bills_are_a_finding_and_a_chance_pair_is_nothing():
    ledger, vendor = begin()
    bills(ledger, vendor, ["250", "255"])
    assert (told(ledger), findings(ledger)) == (None, ["thin"])
    ledger, vendor = begin()
    bills(ledger, vendor, ["250", "980"])
    assert proposed(ledger) == ([], [])


def test_no_rhythm_no_entry():
    ledger, vendor = begin()
    for day in ("2025-01-10", "2025-02-02", "2025-07-19", "2026-01-05", "2026-03-30", "2026-09-01"):
        ledger.bill(day, vendor, "100.00", account="6100")
    assert proposed(ledger) == ([], [])


def test_a_series_that_ended_long_ago_is_left_alone():
    ledger, vendor = begin()
    bills(ledger, vendor, ["100.00"] * 12, last="2026-01")
    assert proposed(ledger) == ([], [])


def test_a_month_that_was_left_out_last_year_too_is_not_expected():
    ledger, vendor = begin()
    bills(ledger, vendor, ["100.00"] * 6, last="2025-07")
    bills(ledger, vendor, ["100.00"] * 11, last="2026-07")
    august = Period.of("2026-08")
    assert proposed(ledger, august) == ([], [])
    assert told(ledger, Period.of("2026-09"))[0] == "100.00"


def test_a_contracts_amount_goes_before_the_history(rent):
    ledger, vendor = rent
    ledger.add(
        "contracts", partner_id=vendor, account_id=ledger.accounts["6100"], name="Lease 12", currency=1,
        amount="3300.00", step_months=1, start_date="2024-01-01",
    )  # fmt: skip
    assert told(ledger) == ("3300.00", "3234.00", "3366.00")
    fresh = ledger.partner("Cleaners")
    ledger.add(
        "contracts", partner_id=fresh, account_id=ledger.accounts["6000"], name="Cleaning", currency=1,
        amount="300.00", step_months=3, start_date="2026-10-01",
    )  # fmt: skip
    assert [one.debits for one in proposed(ledger)[0]] == [330000, 10000]


def test_a_foreign_bill_takes_the_closing_rate_and_says_when_there_is_none():
    ledger, vendor = begin()
    bills(ledger, vendor, ["1100.00"] * 12, currency=EUR, foreign="1000.00")
    entries, said = proposed(ledger)
    assert (entries, [one.facet.split()[0] for one in said]) == ([], ["rate"])
    ledger.rate(EUR, "2026-10-31", repr(1 / 1.0842))
    one = entry(ledger)
    assert told(ledger) == ("1084.20", "1062.52", "1105.88")
    assert [line.amount_currency for line in one.lines] == [100000, -100000]


def test_a_quarter_billed_early_does_not_say_which_months_it_is_for():
    ledger, vendor = begin()
    bills(ledger, vendor, ["900"] * 6, step=3, last="2026-07", day=3)
    assert (told(ledger, Period.of("2026-09")), findings(ledger, Period.of("2026-09"))) == (None, [])
    assert (told(ledger), findings(ledger)) == (None, ["months"])


def test_a_quarters_bill_that_came_later_and_names_no_month_is_a_question():
    ledger, vendor = begin()
    bills(ledger, vendor, ["900"] * 6, step=3, last="2026-07", day=20)
    ledger.bill("2026-10-20", vendor, "900", account="6100")
    september = Period.of("2026-09")
    assert (told(ledger, september), findings(ledger, september)) == (None, ["months"])


def test_what_is_bought_now_and_then_is_no_recurring_bill():
    ledger, vendor = begin()
    days = (3, 17, 9, 28, 12, 24, 6, 19, 2, 27, 14, 8)
    amounts = (423, 216, 419, 130, 69, 251, 189, 119, 188, 139, 67, 135)
    months = OCTOBER.months_before(12)
    made = [
        ledger.bill(f"{month:%Y-%m}-{day:02}", vendor, f"{amount}.00", account="6000")
        for month, day, amount in zip(months, days, amounts, strict=True)
    ]
    assert proposed(ledger) == ([], [])
    for doc, month in zip(made, months, strict=True):
        ledger.row("lines", doc.lines[0])["name"] = f"Power {month:%Y-%m}"
    (one,), _said = proposed(ledger)
    assert (one.debits, str(one.confidence)) == (16350, "0.50")


def test_a_yearly_bill_accumulates_by_twelfths():
    ledger, vendor = begin()
    for year in range(2022, 2026):
        ledger.bill(f"{year + 1}-01-20", vendor, "12000.00", account="6100", label=f"Audit {year}")
    assert told(ledger) == ("10000.00", "9800.00", "10200.00")


def test_rows_have_the_ports_shape():
    ledger, vendor = begin()
    ledger.row("partners", vendor)["name"] = "Ä" * 250
    bills(ledger, vendor, ["3200.00"] * 12, last="2026-08")
    bills(ledger, ledger.partner("Cleaners"), ["250", "255"])
    for period in (OCTOBER, NOVEMBER):
        entries, said = proposed(ledger, period)
        for kind, rows in (
            ("entry", [one.row() for one in entries]),
            ("finding", [one.row(ledger.books().company) for one in said]),
        ):
            schema = json.loads((SCHEMAS / f"{kind}.json").read_text())
            for row in rows:
                jsonschema.validate(row, schema)
        for one in entries:
            book(ledger, one, reverse=False)
    assert entries
    assert said


def test_the_series_analytic_shares_are_carried():
    ledger, vendor = begin()
    for one in bills(ledger, vendor, ["50.00"] * 12):
        ledger.row("lines", one.lines[0])["analytic"] = '{"7": "100"}'
    assert [line.analytic for line in entry(ledger).lines] == ['{"7": "100"}', ""]


def test_ac2_a_missing_reversal_is_said_and_proposed_on_the_first_open_day(rent):
    ledger, vendor = rent
    posted = book(ledger, entry(ledger), reverse=False)
    ledger.bill("2026-11-06", vendor, "3260.00", account="6100", label="Rent October")
    ledger.bill("2026-11-28", vendor, "3200.00", account="6100", label="Rent November")
    ledger.add("locks", through="2026-11-04", locked_at="2026-11-05T00:00:00Z")
    (back,), (said,) = proposed(ledger, NOVEMBER)
    assert (said.facet, said.anchor.id, said.amount) == ("reversal", posted.move, 320000)
    assert (str(back.day), back.reversal_day) == ("2026-11-05", None)
    codes = {account: code for code, account in ledger.accounts.items()}
    assert [(codes[line.account_id], line.balance) for line in back.lines] == [
        ("2120", 320000), ("6100", -320000),
    ]  # fmt: skip
    book(ledger, back)
    assert proposed(ledger, NOVEMBER) == ([], [])
    assert proposed(ledger, Period.of("2026-12"))[1] == []


@pytest.mark.parametrize("seed", range(3))
def test_random_series_balance_stay_in_their_range_and_are_proposed_once(seed):
    draw = random.Random(seed)
    ledger, _vendor = begin()
    for number in range(4):
        partner = ledger.partner(f"Vendor {number}")
        base = draw.randrange(5_000, 900_000)
        amounts = [Decimal(base + draw.randrange(-base // 20, base // 20)) / 100 for _ in range(12)]
        last = draw.choice(["2026-08", "2026-09", "2026-10"])
        bills(ledger, partner, amounts, last=last, day=draw.randrange(1, 28))
    entries, _said = proposed(ledger)
    for one in entries:
        assert sum(line.balance for line in one.lines) == 0
        assert one.calculation.total == one.debits
        assert 0 <= one.amount_min <= one.debits <= one.amount_max
        book(ledger, one)
    assert proposed(ledger)[0] == []
    assert [one for one in proposed(ledger, NOVEMBER)[1] if one.facet == "reversal"] == []
