"""Revaluation of foreign items: the worked numbers FX1 to FX5, both months."""

from decimal import Decimal
from random import Random

import pytest

from agent_service.core.adjustments import run_proposers
from agent_service.core.adjustments.revaluation import propose
from agent_service.core.errors import EvidenceMissing
from tests.agent.core.adjustments.closing_case import account, lines, post, proposed
from tests.agent.core.builders import EUR, GBP, NOVEMBER, OCTOBER, Ledger

BANK, GAIN, LOSS, EXCHANGE = "1015", "7100", "7200", "EXCH"
RATES = (
    (EUR, "2026-10-31", "1.0842"),
    (EUR, "2026-11-30", "1.0763"),
    (GBP, "2026-10-31", "1.2715"),
    (GBP, "2026-11-30", "1.2840"),
)


def rate(ledger, currency, day, value):
    """Add a rate as Odoo stores it, units per USD, with float's digits."""
    return ledger.rate(currency, day, repr(1 / float(value)))


@pytest.fixture
def ledger():
    made = Ledger()
    account(made, BANK, "Bank EUR", "asset_cash", currency=EUR)
    account(made, GAIN, "Exchange gain", "income_other", role="fx_gain")
    account(made, LOSS, "Exchange loss", "expense", role="fx_loss")
    made.journals[EXCHANGE] = made.journal(EXCHANGE, "Exchange differences", "general")
    for one in RATES:
        rate(made, *one)
    return made


def euros(amount):
    return {"currency": EUR, "amount_currency": amount}


def paid(ledger, day, foreign, usd, partner):
    """Pay euros into the bank, straight to the receivable; return the line on it."""
    doc = ledger.entry(
        day,
        (BANK, usd, euros(foreign)),
        ("1100", f"-{usd}", euros(f"-{foreign}") | {"partner_id": partner}),
        journal="BANK",
    )
    return doc.open_line


def fx1(ledger):
    """Fill in the table of FX1; November's events are in the books, too."""
    customer, vendor = ledger.partner("Kunde"), ledger.partner("Vendor")

    def invoice(day, usd, eur):
        return ledger.invoice(day, customer, usd, currency=EUR, foreign=eur)

    invoice("2026-09-10", "11000.00", "10000.00")
    ledger.bill("2026-10-05", vendor, "5000.00", currency=GBP, foreign="4000.00")
    # With what d paid, the bank holds EUR 25,300.00 at 27,214.50.
    ledger.entry("2026-09-01", (BANK, "24489.50", euros("22800.00")), ("3000", "-24489.50"))
    d = invoice("2026-09-20", "6540.00", "6000.00")
    part = paid(ledger, "2026-10-20", "2500.00", "2725.00", customer)
    ledger.reconcile(
        d.open_line, part, "2725.00", "2026-10-20", debit_currency="2500.00", credit_currency="2500.00"
    )
    e = invoice("2026-10-01", "2190.00", "2000.00")
    invoice("2026-10-31", "1624.65", "1500.00")
    payment = paid(ledger, "2026-11-04", "2000.00", "2158.00", customer)
    ledger.reconcile(
        e.open_line, payment, "2158.00", "2026-11-04", debit_currency="2000.00", credit_currency="2000.00"
    )
    settle_difference(ledger, e.open_line, "32.00", "2026-11-04", customer)
    return customer, vendor


def settle_difference(ledger, item, loss, day, partner):
    """Book what Odoo books at reconciliation: the realised loss."""
    made = ledger.entry(
        day, ("1100", f"-{loss}", euros("0.00") | {"partner_id": partner}), (LOSS, loss), journal=EXCHANGE
    )
    ledger.reconcile(
        item, made.lines[0], loss, day, debit_currency="0.00", credit_currency="0.00", exchange=made.move
    )
    return made


OCTOBERS = {BANK: "215.76", LOSS: "285.90", "1100": "-198.25", "2000": "-86.00", GAIN: "-217.41"}
NOVEMBERS = {BANK: "10.49", LOSS: "431.15", "1100": "-295.15", "2000": "-136.00", GAIN: "-10.49"}


def test_fx1_both_months_account_closing_28_and_47_l10n_thailand_383(ledger):
    customer, vendor = fx1(ledger)
    october, concerns = proposed(propose, ledger)
    assert lines(ledger, october) == OCTOBERS
    assert concerns == []
    assert (str(october.day), str(october.reversal_day)) == ("2026-10-31", "2026-11-01")
    facts = {(line.partner_id, line.currency.name, line.amount_currency) for line in october.lines}
    assert facts == {
        (None, "EUR", 0), (customer, "EUR", 0), (vendor, "GBP", 0),
        (None, "USD", 28590), (None, "USD", -21741),
    }  # fmt: skip
    post(ledger, october)
    november, concerns = proposed(propose, ledger, NOVEMBER)
    assert lines(ledger, november) == NOVEMBERS
    assert concerns == []
    table = [(cells[2], cells[3], cells[4], cells[6], amount) for cells, amount in november.calculation.rows]
    assert ("10,000.00 EUR", "11000.00", "1.0763", "10763.00", -23700) in table
    assert ("27,300.00 EUR", "29372.50", "1.0763", "29382.99", 1049) in table
    assert november.calculation.total == -42066


def test_fx1_twice_gives_nothing_and_the_result_is_what_the_proof_says(ledger):
    fx1(ledger)
    for period in (OCTOBER, NOVEMBER):
        entry, _concerns = proposed(propose, ledger, period)
        post(ledger, entry)
        assert proposed(propose, ledger, period, {entry.key: "posted"}) == (None, [])
    results = {ledger.accounts[GAIN], ledger.accounts[LOSS]}

    def result(first, last):
        """Return what stands in gains and losses, as a result: a loss is negative."""
        found = [
            Decimal(row["balance"])
            for row in ledger.rows["lines"]
            if row["account_id"] in results and first <= row["date"] <= last
        ]
        return -sum(found)

    assert result("2026-11-01", "2026-11-30") == Decimal("-384.17")
    assert result("2026-10-01", "2026-11-30") == Decimal("-452.66")


def test_fx1_a_payable_dated_the_first_of_november_is_out_in_october_and_in_in_november(ledger):
    vendor = ledger.partner("Vendor")
    ledger.bill("2026-11-01", vendor, "1000.00", currency=GBP, foreign="800.00", dated="2026-10-28")
    assert proposed(propose, ledger) == (None, [])
    entry, _concerns = proposed(propose, ledger, NOVEMBER)
    assert lines(ledger, entry) == {"2000": "-27.20", LOSS: "27.20"}


def test_fx1_prepaid_fixed_assets_stock_and_equity_are_refused_by_name(ledger):
    fx1(ledger)
    stock = account(ledger, "1400", "Stock", "asset_current")
    account(ledger, "1500", "Machines", "asset_fixed")
    ledger.add("stock_values", account_id=stock, as_of="2026-10-31", stock_value="0.00")
    for code in ("1300", "1400", "1500"):
        ledger.entry(
            "2026-10-01", (code, "9630.00", euros("9000.00")), ("3000", "-9630.00", euros("-9000.00"))
        )
    entry, concerns = proposed(propose, ledger)
    assert lines(ledger, entry) == OCTOBERS
    for name in ("1300 Prepaid", "1400 Stock", "1500 Machines", "3000 Capital"):
        assert f"Not revalued: {name}" in entry.narration
    assert concerns == []


def test_fx1_a_non_monetary_account_that_the_policy_names_is_refused_by_name(ledger):
    fx1(ledger)
    with pytest.raises(EvidenceMissing, match="1300 Prepaid is a prepayment"):
        proposed(propose, ledger, rules={"FX": {"monetary_accounts": [ledger.accounts["1300"]]}})


def test_what_nobody_called_monetary_is_a_finding_until_somebody_does(ledger):
    loan = account(ledger, "2500", "Loan", "liability_non_current")
    ledger.entry("2026-10-01", ("2500", "-10700.00", euros("-10000.00")), ("3000", "10700.00"))
    entry, concerns = proposed(propose, ledger)
    assert entry is None
    assert [one.title for one in concerns] == ["2500 Loan: -10,000.00 EUR not revalued"]
    entry, concerns = proposed(propose, ledger, rules={"FX": {"monetary_accounts": [loan]}})
    assert lines(ledger, entry) == {"2500": "-142.00", LOSS: "142.00"}
    assert concerns == []


def test_fx1_f_an_item_of_the_closing_day_is_in_account_closing_167(ledger):
    customer = ledger.partner("Kunde")
    ledger.invoice("2026-10-31", customer, "1624.65", currency=EUR, foreign="1500.00")
    entry, _concerns = proposed(propose, ledger)
    assert lines(ledger, entry) == {"1100": "1.65", GAIN: "-1.65"}


def test_rf4_rf5_an_archived_account_or_partner_is_refused_by_name(ledger):
    fx1(ledger)
    ledger.row("accounts", ledger.accounts["2000"])["active"] = False
    ledger.rows["partners"][0]["active"] = False
    with pytest.raises(EvidenceMissing) as caught:
        proposed(propose, ledger)
    assert any("is archived: 2000 Payable" in one for one in caught.value.reasons)
    assert sum("is archived: Kunde" in one for one in caught.value.reasons) == 4


def test_a_contacts_item_is_its_companys_so_that_a_second_run_adds_nothing(ledger):
    company, contact = ledger.partner("Kunde"), ledger.partner("Frau Kunde")
    ledger.row("partners", contact)["commercial_partner_id"] = company
    ledger.entry(
        "2026-10-01", ("1100", "1100.00", euros("1000.00") | {"partner_id": contact}), ("4000", "-1100.00")
    )
    entry, _concerns = proposed(propose, ledger)
    assert {line.partner_id for line in entry.lines} == {company, None}
    post(ledger, entry)
    assert proposed(propose, ledger) == (None, [])


def test_fx2_missing_reversal(ledger):
    fx1(ledger)
    october, _concerns = proposed(propose, ledger)
    post(ledger, october, reverse=False)
    november, concerns = proposed(propose, ledger, NOVEMBER)
    assert november.calculation.total == -35217
    assert lines(ledger, november) == {
        BANK: "-205.27", "1100": "-96.90", "2000": "-50.00", LOSS: "145.25", GAIN: "206.92"
    }  # fmt: skip
    assert [(one.rule, one.facet) for one in concerns] == [("FXF001", "not-reversed")]
    assert "2026-10-31" in concerns[0].title


def late_exchange(ledger, *, reconciled=True, exchange="2026-11-05"):
    customer = ledger.partner("Kunde")
    item = ledger.invoice("2026-10-01", customer, "1100.00", currency=EUR, foreign="1000.00").open_line
    # into an account that isn't revalued, so that the receivable alone shows
    payment = ledger.entry(
        "2026-10-20", ("1010", "1080.00"), ("1100", "-1080.00", euros("-1000.00") | {"partner_id": customer})
    ).open_line
    if reconciled:
        ledger.reconcile(
            item, payment, "1080.00", "2026-10-20", debit_currency="1000.00", credit_currency="1000.00"
        )
        settle_difference(ledger, item, "20.00", exchange, customer)


def test_fx3_late_exchange_entry_odoo_287229(ledger):
    late_exchange(ledger)
    october, _concerns = proposed(propose, ledger)
    assert lines(ledger, october) == {LOSS: "20.00", "1100": "-20.00"}
    assert str(october.reversal_day) == "2026-11-01"
    post(ledger, october)
    assert proposed(propose, ledger, NOVEMBER) == (None, [])


def test_fx3_read_before_the_reconciliation(ledger):
    late_exchange(ledger, reconciled=False)
    october, _concerns = proposed(propose, ledger)
    assert lines(ledger, october) == {LOSS: "20.00", "1100": "-20.00"}
    assert sorted(amount for _cells, amount in october.calculation.rows) == [-1580, -420]


def test_fx3_exchange_entry_of_the_same_month(ledger):
    late_exchange(ledger, exchange="2026-10-31")
    assert proposed(propose, ledger) == (None, [])


def one_item(*rates):
    made = Ledger()
    account(made, GAIN, "Exchange gain", "income_other", role="fx_gain")
    account(made, LOSS, "Exchange loss", "expense", role="fx_loss")
    customer = made.partner("Kunde")
    made.invoice("2026-09-10", customer, "11000.00", currency=EUR, foreign="10000.00")
    made.bill("2026-09-10", customer, "1250.00", currency=GBP, foreign="1000.00")
    rate(made, GBP, "2026-10-31", "1.2715")
    for day, value in rates:
        rate(made, EUR, day, value)
    return made


def test_fx4_fridays_rate_serves_a_saturday():
    ledger = one_item(("2026-10-28", "1.0842"))
    entry, _concerns = proposed(propose, ledger)
    assert lines(ledger, entry) == {"1100": "-158.00", "2000": "-21.50", LOSS: "179.50"}


@pytest.mark.parametrize(
    ("rates", "why"),
    [
        ([("2026-10-12", "1.09")], "newest rate of EUR is of 2026-10-12, 19 days before 2026-10-31"),
        ([("2026-10-27", "1.09")], "EUR is of 2026-10-27, 4 days"),
        ([], "no rate of EUR is dated 2026-10-31 or before"),
        ([("2026-11-03", "1.09")], "no rate of EUR is dated 2026-10-31 or before"),
    ],
)
def test_fx4_a_missing_or_old_rate_stops_the_whole_revaluation(rates, why):
    ledger = one_item(*rates)
    with pytest.raises(EvidenceMissing, match=why):
        proposed(propose, ledger)
    run = run_proposers(ledger.books(), ledger.policy(), OCTOBER, {})
    assert [one for one in run.entries if one.proposer == "FX"] == []
    assert [one.evidence["code"] for one in run.findings] == ["FX"]
    assert why in run.findings[0].message


def test_fx4_a_rate_of_nothing_is_none():
    ledger = one_item()
    ledger.rate(EUR, "2026-10-31", "0")
    with pytest.raises(EvidenceMissing, match="rate of EUR of 2026-10-31 is 0"):
        proposed(propose, ledger)


def test_fx5_the_stored_reciprocal_gives_the_rate_that_was_meant():
    ledger = one_item(("2026-10-31", "1.0842"))
    entry, _concerns = proposed(propose, ledger)
    assert {cells[4] for cells, _amount in entry.calculation.rows} == {"1.0842", "1.2715"}
    cited = {(one.model, one.label) for one in entry.sources}
    assert ("res.currency.rate", "EUR 2026-10-31: 1.0842") in cited


def test_an_item_settled_with_our_own_line_is_still_the_whole_item(ledger):
    customer = ledger.partner("Kunde")
    item = ledger.invoice("2026-09-10", customer, "11000.00", currency=EUR, foreign="10000.00").open_line
    entry, _concerns = proposed(propose, ledger)
    made, _back = post(ledger, entry, reverse=False)
    ledger.reconcile(
        item, made.lines[0], "158.00", "2026-10-31", debit_currency="0.00", credit_currency="0.00"
    )
    assert proposed(propose, ledger) == (None, [])


def by_hand(ledger, day, amount):
    return ledger.entry(day, ("1100", amount, euros("0.00")), (LOSS, str(-Decimal(amount))))


def test_what_people_revalued_by_hand_stops_that_account_until_it_is_taken_back(ledger):
    fx1(ledger)
    by_hand(ledger, "2026-10-31", "-170.00")
    entry, concerns = proposed(propose, ledger)
    assert lines(ledger, entry) == {BANK: "215.76", LOSS: "86.00", "2000": "-86.00", GAIN: "-215.76"}
    assert [(one.facet, one.amount) for one in concerns] == [("by-hand-EUR", 17000)]
    apart, concerns = proposed(propose, ledger, rules={"FX": {"by_hand": "apart"}})
    assert (lines(ledger, apart), concerns) == (OCTOBERS, [])
    by_hand(ledger, "2026-10-31", "170.00")
    entry, concerns = proposed(propose, ledger)
    assert (lines(ledger, entry), concerns) == (OCTOBERS, [])


def test_a_revaluation_by_hand_in_company_currency_stops_the_account_too(ledger):
    fx1(ledger)
    ledger.entry("2026-10-31", ("1100", "-170.00"), (LOSS, "170.00"))
    entry, concerns = proposed(propose, ledger)
    assert lines(ledger, entry) == {BANK: "215.76", LOSS: "86.00", "2000": "-86.00", GAIN: "-215.76"}
    assert [(one.facet, one.amount) for one in concerns] == [("by-hand-USD", 17000)]
    # taken back on the next day it is no part of November
    ledger.entry("2026-11-01", ("1100", "170.00"), (LOSS, "-170.00"))
    assert lines(ledger, proposed(propose, ledger, NOVEMBER)[0]) == NOVEMBERS


def test_one_in_company_currency_that_a_person_adopted_counts_as_ours(ledger):
    fx1(ledger)
    ledger.entry("2026-10-31", ("1100", "-170.00"), (LOSS, "170.00"), ai_close_proposer="FX")
    entry, concerns = proposed(propose, ledger)
    assert concerns == []
    left = {code: Decimal(amount) for code, amount in OCTOBERS.items()}
    left["1100"] += Decimal("170.00")
    left[LOSS] -= Decimal("170.00")
    assert {code: Decimal(amount) for code, amount in lines(ledger, entry).items()} == left


def test_a_realised_difference_that_people_booked_and_reconciled_is_no_revaluation(ledger):
    customer, _vendor = fx1(ledger)
    item = ledger.invoice("2026-10-01", customer, "110.00", currency=EUR, foreign="100.00").open_line
    part = paid(ledger, "2026-10-20", "100.00", "108.42", customer)
    ledger.reconcile(item, part, "108.42", "2026-10-20", debit_currency="100.00", credit_currency="100.00")
    made = by_hand(ledger, "2026-10-20", "-1.58")
    ledger.reconcile(item, made.lines[0], "1.58", "2026-10-20", debit_currency="0.00", credit_currency="0.00")
    entry, concerns = proposed(propose, ledger)
    assert (lines(ledger, entry), concerns) == (OCTOBERS, [])


def test_a_person_may_revalue_the_bank_the_book_has_it(ledger):
    fx1(ledger)
    ledger.entry("2026-10-31", (BANK, "215.76", euros("0.00")), (GAIN, "-215.76"))
    entry, concerns = proposed(propose, ledger)
    assert BANK not in lines(ledger, entry)
    assert concerns == []


def test_nothing_before_the_period_is_over(ledger):
    fx1(ledger)
    running = OCTOBER.between(OCTOBER.start, OCTOBER.end, OCTOBER.start)
    assert proposed(propose, ledger, running) == (None, [])


@pytest.mark.parametrize("seed", range(4))
def test_any_items_come_to_the_closing_rate_and_a_second_run_adds_nothing(seed):
    random = Random(seed)
    ledger = one_item(("2026-10-30", "1.0842"))
    for _each in range(40):
        foreign = Decimal(random.randrange(1, 900000)) / 100
        usd = str((foreign * Decimal(random.randrange(95, 140)) / 100).quantize(Decimal("0.01")))
        make = random.choice([ledger.invoice, ledger.bill, ledger.refund])
        day = f"2026-{random.randrange(6, 12):02}-{random.randrange(1, 29):02}"
        make(
            day, ledger.partner(f"P{random.randrange(5)}"), usd, currency=random.choice([EUR, GBP]),
            foreign=str(foreign),
        )  # fmt: skip
    entry, _concerns = proposed(propose, ledger)
    assert entry.calculation.total == sum(
        int(Decimal(cells[6]) * 100) - int(Decimal(cells[3]) * 100)
        for cells, _amount in entry.calculation.rows
    )
    post(ledger, entry)
    assert proposed(propose, ledger, decided={entry.key: "posted"}) == (None, [])
