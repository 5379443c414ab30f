"""Reclassification of what the checks found: the worked numbers RC1 to RC3, both months, and refusals."""

import random

import pytest

from agent_service.core.adjustments import run_proposers
from agent_service.core.adjustments.reclass import propose
from agent_service.core.checks import rules
from agent_service.core.errors import PolicyError
from agent_service.core.findings import Finding, Record
from tests.agent.core.adjustments.posting import account, by_account, post
from tests.agent.core.builders import EUR, NOVEMBER, OCTOBER, Ledger

LIMIT = {"rules": {"CLS002": {"capitalise_from_amount": "1000.00"}}}


def company():
    ledger = Ledger()
    account(ledger, "1500", "Equipment", "asset_fixed", "fixed_asset")
    account(ledger, "1900", "Recoverable tax", "asset_current")
    return ledger


def rc1(amount="1450.00", **more):
    """A laptop of 14 October on office supplies, capitalised above 1,000.00."""
    ledger = company()
    bill = ledger.bill("2026-10-14", ledger.partner("Shop"), amount, **{"label": "Laptop for sales", **more})
    return ledger, bill.lines[0]


def checked(ledger, code, period=OCTOBER):
    """Return what one check finds."""
    policy = ledger.policy(**LIMIT)
    return next(one for one in rules() if one.code == code).findings(ledger.books(), policy, period)


def made(ledger, period=OCTOBER, decided=None, found=None):
    if found is None:
        found = checked(ledger, "CLS002", period)
    return propose(ledger.books(), ledger.policy(**LIMIT), period, decided or {}, found)


def wrong(item, target, rule="CLS001"):
    return [
        Finding(
            "account", Record("account.move", 1), "unusual", "unusual", rule=rule, targets=((item, target),)
        )
    ]


def moved(ledger, **more):
    (entry,) = made(ledger, **more)
    return by_account(ledger, entry)


def test_rc1_what_the_check_found_goes_to_the_asset():
    ledger, item = rc1()
    (entry,) = made(ledger)
    assert by_account(ledger, entry) == {"1500": "1450.00", "6000": "-1450.00"}
    assert (str(entry.day), entry.reversal_day) == ("2026-10-31", None)
    assert [(one.model, one.id) for one in entry.sources] == [("account.move.line", item)]
    assert entry.calculation.total == 145000
    assert entry.key == f"RC:1:2026-10:line-{item}"
    assert {line.partner_id for line in entry.lines} == {ledger.row("lines", item)["partner_id"]}


def test_rc1_approved_once_it_isnt_proposed_again_nor_in_november():
    ledger, _item = rc1()
    (entry,) = made(ledger)
    post(ledger, entry)
    for state in ("approved", "posted"):
        assert made(ledger, decided={entry.key: state}) == []
    assert made(ledger, NOVEMBER) == []


def test_rc1_in_a_run_the_proposer_is_given_what_the_checks_found():
    ledger, _item = rc1()
    run = run_proposers(ledger.books(), ledger.policy(**LIMIT), OCTOBER, {}, found=checked(ledger, "CLS002"))
    assert [one.proposer for one in run.entries] == ["RC"]
    del ledger.roles["fixed_asset"]
    run = run_proposers(ledger.books(), ledger.policy(**LIMIT), OCTOBER, {}, found=checked(ledger, "CLS002"))
    assert run.entries == (), "unmapped: not asked"


def test_rc2_the_booked_amount_moves_not_the_closing_rates():
    ledger = company()
    ledger.rate(EUR, "2026-10-31", repr(1 / 1.0842))
    bill = ledger.bill(
        "2026-10-14", ledger.partner("Quai"), "856.00", foreign="800.00", currency=EUR, label="Desk"
    )
    (entry,) = made(ledger, found=wrong(bill.lines[0], ledger.accounts["6100"]))
    assert [(line.balance, line.amount_currency, line.currency.name) for line in entry.lines] == [
        (85600, 80000, "EUR"),
        (-85600, -80000, "EUR"),
    ]


def test_rc3_what_is_moved_already_is_taken_off():
    ledger, item = rc1()
    ledger.entry("2026-10-20", ("1500", "450.00"), ("6000", "-450.00", {"reclassifies_id": item}))
    assert moved(ledger) == {"1500": "1000.00", "6000": "-1000.00"}
    (entry,) = made(ledger)
    assert [row[-1] for row in entry.row()["calculation"]["rows"]] == ["1450.00", "-450.00"]
    ledger.entry("2026-10-21", ("1500", "1000.00"), ("6000", "-1000.00", {"reclassifies_id": item}))
    assert made(ledger) == []


def test_the_usual_account_and_the_shares_of_the_item():
    ledger, partner = company(), None
    partner = ledger.partner("Power Co")
    for month in range(3, 10):
        ledger.bill(f"2026-{month:02}-10", partner, "240.00", account="6200", label="Power")
    bill = ledger.bill("2026-10-10", partner, "260.00", account="6100", label="Power")
    ledger.row("lines", bill.lines[0])["analytic"] = '{"7": 100.0}'
    found = checked(ledger, "CLS001")
    assert [one.targets for one in found] == [((bill.lines[0], ledger.accounts["6200"]),)]
    (entry,) = made(ledger, found=found)
    assert by_account(ledger, entry) == {"6200": "260.00", "6100": "-260.00"}
    assert {line.analytic for line in entry.lines} == {'{"7": 100.0}'}


def test_a_credit_goes_the_other_way():
    ledger = company()
    bill = ledger.refund("2026-10-14", ledger.partner("Shop"), "90.00", label="Returned")
    found = wrong(bill.lines[0], ledger.accounts["6100"])
    assert moved(ledger, found=found) == {"6000": "90.00", "6100": "-90.00"}


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("1100", "receivable or payable"),
        ("2000", "receivable or payable"),
        ("1010", "a bank account"),
        ("1020", "a suspense account"),
        ("1900", "a tax account"),
    ],
)
def test_rf_accounts_that_are_reconciled_or_taxed_are_refused(code, why):
    ledger, item = rc1()
    ledger.entry("2026-10-14", ("1900", "10.00", {"display_type": "tax"}), ("1010", "-10.00"))
    for one in (made(ledger, found=wrong(item, ledger.accounts[code])), stands_on(ledger, item, code)):
        assert [(found.rule, found.facet) for found in one] == [("RCF001", "refused")]
        assert why in one[0].message


def stands_on(ledger, item, code):
    was = ledger.row("lines", item)["account_id"]
    ledger.row("lines", item)["account_id"] = ledger.accounts[code]
    found = made(ledger, found=wrong(item, ledger.accounts["6100"]))
    ledger.row("lines", item)["account_id"] = was
    return found


def test_rf_an_archived_target_and_an_earlier_fiscal_year_are_refused():
    ledger, item = rc1()
    ledger.row("accounts", ledger.accounts["6100"])["active"] = False
    (found,) = made(ledger, found=wrong(item, ledger.accounts["6100"]))
    assert "archived" in found.message
    policy = ledger.policy(rules={"RC": {"fiscal_year_end": "10-14"}})
    to_rent = wrong(item, ledger.accounts["6200"])
    (found,) = propose(ledger.books(), policy, NOVEMBER, {}, to_rent)
    assert "fiscal year before 2026-10-15" in found.message
    with pytest.raises(PolicyError, match="fiscal_year_end"):
        propose(ledger.books(), ledger.policy(rules={"RC": {"fiscal_year_end": "no"}}), OCTOBER, {}, to_rent)


def test_a_reversed_or_later_or_draft_original_is_left_alone():
    ledger, item = rc1()
    found = checked(ledger, "CLS002")
    ledger.refund("2026-10-20", None, "1450.00", reversed_entry_id=ledger.row("lines", item)["move_id"])
    assert made(ledger, found=found) == []
    ledger, item = rc1()
    found = checked(ledger, "CLS002")
    ledger.row("lines", item)["date"] = "2026-11-01"
    assert made(ledger, found=found) == []


def test_debits_are_credits_and_what_was_moved_comes_to_nothing():
    rng = random.Random(4)
    for _ in range(3):
        ledger = company()
        found, amounts = [], []
        for _item in range(rng.randrange(1, 5)):
            amounts.append(f"{rng.randrange(1, 10**7) / 100:.2f}")
            bill = ledger.bill(f"2026-10-{rng.randrange(1, 32):02}", None, amounts[-1])
            found += wrong(bill.lines[0], ledger.accounts["6100"])
        entries = made(ledger, found=found)
        assert [one.own.text(one.debits) for one in entries] == amounts
        assert all(sum(line.balance for line in one.lines) == 0 for one in entries)
        assert made(ledger, found=found, decided={one.key: "approved" for one in entries}) == []
