"""What people give (contracts, loans, pay runs, holidays) is signed by two; what is computed, and what came.

Told in order, on one copy of the sample company.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import accessible
from tests.e2e.colleague import Refused
from tools import agent

pytestmark = pytest.mark.slow

FORM = ".o_form_sheet"
LENDER = "First Harbor Bank"
HOLIDAYS = (("P-0147", 12.5, 240), ("P-0152", 4, 310), ("P-0160", -2, 200))
# The accounts that the sample's first policy does not name.
ROLES = {
    "accrued_interest": ("211700", "Accrued interest"),
    "accrued_payroll": ("211800", "Accrued payroll"),
    "accrued_holiday": ("211900", "Accrued holidays"),
    "wages": ("630000", None),
    "social": ("631000", None),
    "holiday_expense": ("630000", None),
}


def _name_accounts(colleague) -> None:
    """Give the company the accounts that it lacks, and name them in the next version of its policy."""
    ben, carla = colleague("ben"), colleague("carla")
    own = {"context": {"allowed_company_ids": [carla.company_id]}}
    holding = [("state", "=", "in_force"), ("company_id", "=", carla.company_id)]
    (policy,) = ben.search("ai.close.policy", holding)
    draft = ben.call("ai.close.policy", "action_draft_next", [policy])["res_id"]
    form = {"context": {"active_model": "ai.close.policy", "active_id": draft}}
    edit = ben.call("ai.close.policy.edit", "create", [{}], **form)
    for role, (code, name) in ROLES.items():
        if name:
            vals = {"name": name, "code": code, "account_type": "liability_current"}
            carla.call("account.account", "create", [vals], **own)
        found = carla.search("account.account", [("code", "=", code)], **own)
        line = ben.search("ai.close.policy.edit.role", [("edit_id", "in", edit), ("role", "=", role)])
        ben.call("ai.close.policy.edit.role", "write", line, {"account_ids": [(6, 0, found)]})
    ben.call("ai.close.policy.edit", "action_save", edit)
    ben.call("ai.close.policy", "action_propose", [draft], "Loans, pay and holidays are accrued", ben.today())
    carla.call("ai.close.policy", "action_approve", [draft])


def _fill(someone, field: str, value: str) -> None:
    """Type into a field of the form and leave it; a date shows a button until it is clicked."""
    place = someone.page.locator(f".o_form_view div[name={field}]").first
    if place.locator("button.o_datetime_button, button.o_field_date").count():
        place.locator("button").first.click()
    box = place.locator("input, textarea").first
    box.fill(value)
    box.press("Tab")


def _choose(someone, field: str, text: str) -> None:
    """Choose a record by its name."""
    box = someone.page.locator(f".o_form_view div[name={field}] input").first
    box.fill(text)
    someone.page.locator(".o-autocomplete--dropdown-item", has_text=text).first.click()


def _sign(someone, model: str, step: str, ids) -> None:
    someone.call(model, step, ids)


def _own_work_is_refused(someone, picture: str) -> None:
    someone.press("Review")
    refusal = someone.page.locator(".modal-body, .o_notification").first
    expect(refusal).to_contain_text("SOD00")
    someone.picture(picture)
    someone.page.keyboard.press("Escape")
    expect(someone.page.locator(".modal")).to_have_count(0)


def _reviewed_by(someone, path: str, picture: str) -> None:
    """Open it as another person, look at it and sign."""
    someone.go(path)
    someone.state("To review")
    someone.picture(picture)
    accessible.check(someone.page, FORM)
    someone.press("Review")
    someone.state("Counts")


def test_a_contract_a_loan_and_a_pay_run_take_two(person, colleague):
    api = colleague("anna")
    _name_accounts(colleague)
    anna, ben = person("anna"), person("ben")
    anna.go("ai-close-contracts")
    expect(anna.page.locator(".o_view_nocontent")).to_contain_text("No contract yet")
    anna.picture("contracts-empty")
    anna.page.keyboard.press("Alt+c")
    anna.state("Draft")
    _fill(anna, "name", "Lease Main Street 12")
    _choose(anna, "partner_id", LENDER)
    _fill(anna, "amount", "3200")
    _fill(anna, "start_date", "01/01/2026")
    anna.press("Prepare")
    refusal = anna.page.locator(".modal-body, .o_notification").first
    expect(refusal).to_contain_text("Attach the contract, or copy the passage")
    anna.picture("contract-refused")
    anna.page.keyboard.press("Escape")
    _fill(anna, "terms", "3,200.00 a month, due on the first, until terminated with three months' notice")
    anna.page.keyboard.press("Alt+q")
    anna.state("To review")
    _own_work_is_refused(anna, "contract-own-work-refused")
    contract = api.record_of(anna.page.url)
    _reviewed_by(ben, f"ai-close-contracts/{contract}", "contract")
    ben.picture("contract-phone", phone=True)

    anna.go("ai-close-loans/new")
    _fill(anna, "name", "Investment loan 2024")
    _choose(anna, "partner_id", LENDER)
    _fill(anna, "principal", "250000")
    _fill(anna, "rate", "4.8")
    _fill(anna, "start_date", "09/15/2026")
    anna.press("Prepare")
    anna.state("To review")
    loan = api.record_of(anna.page.url)
    _reviewed_by(ben, f"ai-close-loans/{loan}", "loan-to-review")
    anna.go(f"ai-close-loans/{loan}")
    anna.page.get_by_role("button", name="Movements").first.click()
    anna.page.get_by_role("button", name="New", exact=True).first.click()
    anna.state("Draft")
    _fill(anna, "label", "Instalment of October")
    _fill(anna, "date", "10/15/2026")
    _fill(anna, "amount", "-10000")
    anna.picture("loan-movement")
    anna.press("Prepare")
    anna.state("To review")
    _own_work_is_refused(anna, "loan-movement-own-work-refused")
    ben.go("ai-close-loan-movements")
    ben.page.locator("thead .o_list_record_selector input").click()
    ben.press("Review")
    expect(ben.page.locator(".o_data_row")).to_contain_text("Counts")
    anna.go(f"ai-close-loans/{loan}")
    expect(anna.page.locator("[name=outstanding]").first).to_contain_text("240,000.00")
    anna.page.get_by_role("tab", name="Movements").click()
    anna.picture("loan")
    accessible.check(anna.page, FORM)

    anna.go("ai-close-pay-runs/new")
    _fill(anna, "name", "2026-22 workers")
    _fill(anna, "amount", "48000")
    _fill(anna, "social_pct", "21.5")
    _fill(anna, "start_date", "10/26/2026")
    _fill(anna, "end_date", "11/06/2026")
    anna.press("Prepare")
    anna.state("To review")
    _reviewed_by(ben, f"ai-close-pay-runs/{api.record_of(anna.page.url)}", "pay-run")


def test_what_a_day_is_worth_is_the_controllers_alone(person, colleague):
    carla, dirk, anna = person("carla"), person("dirk"), person("anna")
    carla.go("ai-close-holiday-balances/new")
    key, days, rate = HOLIDAYS[0]
    _fill(carla, "key", "Petra Holm")
    _fill(carla, "as_of", "10/31/2026")
    _fill(carla, "days", str(days))
    _fill(carla, "day_rate", str(rate))
    _fill(carla, "social_pct", "21.5")
    carla.press("Prepare")
    expect(carla.page.locator(".modal-body, .o_notification").first).to_contain_text("is no name")
    carla.page.keyboard.press("Escape")
    _fill(carla, "key", key)
    carla.press("Prepare")
    carla.state("To review")
    carla.picture("holiday")
    accessible.check(carla.page, FORM)
    _own_work_is_refused(carla, "holiday-own-work-refused")
    api = colleague("carla")
    for key, days, rate in HOLIDAYS[1:]:
        vals = {"key": key, "as_of": "2026-10-31", "days": days, "day_rate": rate, "social_pct": 21.5}
        made = api.call("ai.close.holiday.balance", "create", vals)
        api.call("ai.close.holiday.balance", "action_prepare", [made])
    dirk.go("ai-close-holiday-balances")
    dirk.page.locator("thead .o_list_record_selector input").click()
    dirk.press("Review")
    expect(dirk.page.locator(".o_data_row", has_text="Counts")).to_have_count(len(HOLIDAYS))
    dirk.picture("holidays")
    accessible.check(dirk.page, ".o_list_renderer")
    # Who may not know what a person earns doesn't find the way there, and is refused where the way is typed.
    anna.go("ai-close-contracts")
    anna.menu("Adjusting entries")
    expect(anna.page.get_by_role("menuitem", name="Pay runs")).to_be_visible()
    expect(anna.page.get_by_role("menuitem", name="Holidays owed")).to_have_count(0)
    with pytest.raises(Refused, match="not allowed to access"):
        colleague("anna").search_read("ai.close.holiday.balance", [], ["key"])


def _entry(api, proposer: str) -> int:
    (found,) = api.search("ai.close.entry", [("proposer", "=", proposer), ("state", "=", "proposed")])
    return found


def _calculation(someone, entry: int):
    someone.go(f"ai-close-entries/{entry}")
    someone.page.get_by_role("tab", name="Calculation").click()
    return someone.page.locator(".o_notebook_content .tab-pane.active")


def test_the_entries_tell_sums_and_are_computed_again(person, colleague):
    api = colleague("anna")
    api.run_agent_again()
    holidays = _entry(api, "HO")
    anna = person("anna")
    told = _calculation(anna, holidays)
    expect(told).to_contain_text("5,151.60")
    assert "3 balances" not in told.inner_text(), "of how many people a sum is tells what one earns"
    assert not re.search(r"P-0147|240\.00|3,?645\.00", anna.page.locator(".o_form_view").inner_text())
    anna.picture("entry-holidays")
    expect(_calculation(anna, _entry(api, "PY"))).to_contain_text("29,160.00")
    anna.picture("entry-payroll")

    # 47 days, of which the last 17 at what is owed after the instalment.
    interest = _entry(api, "IN")
    expect(_calculation(anna, interest)).to_contain_text("1,522.85")
    anna.picture("entry-interest")
    anna.press("Prepare")
    anna.state("Prepared")
    ben = person("ben")
    ben.go(f"ai-close-entries/{interest}")
    ben.press("Review")
    ben.state("Reviewed")

    # A second instalment becomes known between the review and the approval.
    (loan,) = api.search("ai.close.loan", [("state", "=", "reviewed")])
    vals = {"loan_id": loan, "date": "2026-10-22", "amount": -5000, "label": "Extra instalment"}
    movement = api.call("ai.close.loan.movement", "create", vals)
    api.call("ai.close.loan.movement", "action_prepare", [movement])
    colleague("ben").call("ai.close.loan.movement", "action_review", [movement])
    carla = person("carla")
    carla.go(f"ai-close-entries/{interest}")
    changed = carla.page.locator(".o_ai_close_changed_sources")
    expect(changed).to_contain_text("sources changed since the review")
    carla.picture("entry-changed-loan")
    accessible.check(carla.page, ".o_ai_close_changed_sources")
    accessible.check(carla.page, FORM)
    carla.press("Approve and post")
    carla.page.locator(".modal footer button.btn-primary").first.click()
    expect(carla.page.locator(".modal-body").last).to_contain_text("ENT004")
    carla.page.keyboard.press("Escape")
    carla.go(f"ai-close-entries/{interest}")
    carla.press("Compute again")
    expect(carla.page.locator(".o_notification")).to_contain_text("The agent takes it up within a minute")
    api.run_agent_again()
    carla.go(f"ai-close-entries/{interest}")
    carla.state("Proposed")
    expect(carla.page.locator(".o_ai_close_changed_sources")).to_have_count(0)
    expect(carla.page.locator(".o_ai_close_signatures")).not_to_contain_text("Ben")
    carla.page.get_by_role("tab", name="History of changes").click()
    expect(carla.page.locator(".o_notebook_content .tab-pane.active")).to_contain_text("computed again")
    carla.picture("entry-computed-again")
    accessible.check(carla.page, FORM)


def _bill(anna, entry: int, amount: float) -> None:
    """Book the bill that an accrual was waiting for, in November."""
    (line,) = anna.search_read(
        "ai.close.entry.line", [("entry_id", "=", entry), ("balance", ">", 0)],
        ["partner_id", "account_id", "name"],
    )  # fmt: skip
    like = anna.search_read(
        "account.move",
        [("move_type", "=", "in_invoice"), ("partner_id", "=", line["partner_id"][0]),
         ("company_id", "=", anna.company_id)], ["journal_id", "currency_id"],
    )[0]  # fmt: skip
    product = {
        "account_id": line["account_id"][0],
        "quantity": 1,
        "price_unit": amount,
        "name": "October 2026",
    }
    bill = anna.call(
        "account.move", "create",
        {"move_type": "in_invoice", "partner_id": line["partner_id"][0], "ref": f"LATE/{entry}",
         "journal_id": like["journal_id"][0], "currency_id": like["currency_id"][0],
         "invoice_date": "2026-11-05", "date": "2026-11-05",
         "invoice_line_ids": [(0, 0, {**product, "quantity": 1, "tax_ids": [(5, 0, 0)]})]},
    )  # fmt: skip
    anna.call("account.move", "action_post", [bill])


def test_what_came_stands_against_what_was_accrued(person, colleague, october):
    anna, ben, carla = colleague("anna"), colleague("ben"), colleague("carla")
    waiting = anna.search_read(
        "ai.close.entry",
        [("proposer", "in", ("RB", "GR")), ("state", "=", "proposed")],
        ["amount_total", "proposer"],
    )
    assert {row["proposer"] for row in waiting} == {"GR", "RB"}
    for row in waiting:
        anna.call("ai.close.entry", "action_prepare", [row["id"]])
        ben.call("ai.close.entry", "action_review", [row["id"]])
        carla.call("ai.close.entry", "action_approve", [row["id"]])
        if row["proposer"] == "RB":
            _bill(anna, row["id"], row["amount_total"] - 25)
    agent.run_once(october.agent_env(), october.company, "2026-11")
    screen = person("carla")
    screen.go("ai-close-accuracy")
    expect(screen.page.locator(".o_data_row").first).to_be_visible()
    screen.picture("accuracy")
    accessible.check(screen.page, ".o_list_renderer")
    screen.page.locator(".o_switch_view.o_pivot").click()
    expect(screen.page.locator(".o_pivot table")).to_contain_text("Missing recurring bill")
    screen.picture("accuracy-pivot")
    screen.page.locator(".o_switch_view.o_graph").click()
    expect(screen.page.locator(".o_graph_renderer canvas")).to_be_visible()
    screen.picture("accuracy-graph")
    screen.go("ai-close-accuracy")
    screen.picture("accuracy-phone", phone=True)
