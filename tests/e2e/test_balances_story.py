"""The controller's last look: balances as of a day, whether each ties, what moved and why, and the package.

Told in order, on one copy of the sample company.
"""

import datetime
import re

import pytest
from playwright.sync_api import expect

from tests.e2e import accessible
from tools import postgres

LIST, FORM = ".o_list_renderer", ".o_form_sheet"
EXPLAINED = "Two large customers ordered in November this year, see the order book of 20 October."
BORROWED = 4500.0
NOTE = "The bank's charge of October is booked in November; Anna clears it until the 5th."


def _tie_out(api, *which: tuple, order: str = "id") -> int:
    """Return the first tie-out of October that is like this."""
    domain = [("close_id", "=", api.close_id()), ("state", "in", ("open", "no_data")), *which]
    return api.search("ai.close.tie.out", domain, order=order, limit=1)[0]


def _moved(api) -> int:
    """Return the change of October that is the largest to be explained."""
    domain = [("close_id", "=", api.close_id()), ("is_over", "=", True), ("state", "=", "open")]
    return api.search("ai.close.variance", domain, order="size desc, id", limit=1)[0]


def _borrow(api, october) -> None:
    """Book a loan that nobody gives to the close, on an account that the policy names for loans."""
    own = {"context": {"allowed_company_ids": [api.company_id]}}
    asset, loan = (
        api.search("account.account", [("code", "=", code), ("company_ids", "in", api.company_id)], **own)[0]
        for code in ("151000", "220000")
    )
    draft = api.draft_entry(datetime.date(2026, 10, 20), amount=BORROWED, ref="Loan First Harbor Bank")
    lines = api.search("account.move.line", [("move_id", "=", draft)], order="balance desc")
    for line, account in zip(lines, (asset, loan), strict=True):
        api.call("account.move.line", "write", [line], {"account_id": account})
    api.call("account.move", "action_post", [draft])
    postgres.TEST.sql(
        f"UPDATE ai_close_policy SET params = jsonb_set(params, '{{roles,loan}}', '{loan}')"
        f" WHERE state = 'in_force' AND company_id = {api.company_id}",
        db=october.database,
        user=postgres.OWNER,
    )


def _amount(text: str) -> float:
    return float(re.sub(r"[^0-9.-]", "", text))


def test_a_balance_ties_and_a_change_is_explained(person, colleague):
    api = colleague("anna")
    tie_out, moved = _tie_out(api, ("ties", "=", True)), _moved(api)
    ben, carla = person("ben"), person("carla")

    ben.go("ai-close-tie-outs")
    expect(ben.page.locator(".o_menu_sections_more")).to_have_count(0)
    expect(ben.page.locator(f"{LIST} .o_data_row").first).to_be_visible()
    accessible.check(ben.page, LIST)
    ben.go(f"ai-close-tie-outs/{tie_out}")
    ben.press("Prepare")
    ben.state("To sign")
    ben.press("Sign")
    ben.refused("SOD00")
    carla.go(f"ai-close-tie-outs/{tie_out}")
    carla.press("Sign")
    carla.state("Signed")
    carla.picture("tie-out-signed")
    accessible.check(carla.page, FORM)

    ben.go(f"ai-close-flux/{moved}")
    sums = ben.page.locator(".o_ai_close_waterfall tbody tr", has_text=re.compile("^(Change|Now)"))
    expect(sums).to_have_count(2)
    ben.fill("explanation", EXPLAINED)
    ben.press("Hand on to sign")
    ben.state("Explained")
    expect(ben.page.locator("div[name=author]")).to_contain_text("Person")
    expect(ben.page.locator("div[name=written_by_id]")).to_contain_text("Ben")
    ben.press("Sign the explanation")
    ben.refused("SOD00")
    carla.go(f"ai-close-flux/{moved}")
    carla.press("Sign the explanation")
    carla.state("Signed")
    carla.to_top()
    carla.picture("flux-signed")
    accessible.check(carla.page, FORM)


def _drawn(someone) -> None:
    """Wait until the chart moves no more."""
    someone.page.wait_for_function(
        """() => {
            const last = window.drawn;
            window.drawn = document.querySelector(".o_graph_renderer canvas").toDataURL();
            return window.drawn === last;
        }""",
        polling=300,
    )


@pytest.mark.slow
def test_the_trial_balance_of_a_day_and_what_is_behind_a_row(person):
    carla = person("carla")
    carla.go("ai-close-tie-outs")
    carla.menu("Balances", "Trial balance")
    expect(carla.page.locator(".modal")).to_contain_text("Movement from")
    carla.page.locator(".modal div[name=date] button, .modal div[name=date] input").first.click()
    carla.page.locator(".modal div[name=date] input").first.fill("10/31/2026")
    carla.page.locator(".modal-title").click()
    carla.picture("trial-balance-asked")
    accessible.check(carla.page, ".modal")
    carla.press("Show the balances")
    rows = carla.page.locator("[name=line_ids] .o_data_row")
    expect(rows.first).to_be_visible()
    expect(carla.page.locator("div[name=total]")).to_contain_text("0.00")
    carla.picture("trial-balance")
    accessible.check(carla.page, FORM)
    closing = _amount(rows.first.locator("td[name=closing]").inner_text())
    rows.first.get_by_role("button").click()
    expect(carla.page.locator(".o_form_view")).to_have_count(0)
    expect(carla.page.locator(f"{LIST} .o_data_row").first).to_be_visible()
    carla.picture("trial-balance-items")
    assert closing
    carla.page.locator(".o_breadcrumb a", has_text="Trial balance").click()
    expect(rows.first).to_be_visible()
    carla.page.get_by_role("button", name="As a list").click()
    expect(carla.page.locator(f"{LIST} tfoot")).to_contain_text("0.00")
    carla.picture("trial-balance-list")
    accessible.check(carla.page, LIST)


@pytest.mark.slow
def test_ageing_as_of_a_day(person):
    carla = person("carla")
    carla.go("ai-close-tie-outs")
    carla.menu("Balances", "Ageing")
    carla.page.locator(".modal div[name=date] button, .modal div[name=date] input").first.click()
    carla.page.locator(".modal div[name=date] input").first.fill("10/31/2026")
    carla.page.keyboard.press("Tab")
    carla.press("Show the ageing")
    rows = carla.page.locator("[name=line_ids] .o_data_row")
    expect(rows.first).to_be_visible()
    carla.picture("ageing")
    accessible.check(carla.page, FORM)
    rows.first.get_by_role("button").click()
    expect(carla.page.locator(".o_form_view")).to_have_count(0)
    expect(carla.page.locator(f"{LIST} .o_data_row").first).to_be_visible()
    carla.picture("ageing-items")


@pytest.mark.slow
def test_a_difference_needs_a_note_and_no_data_somebody_who_knows(person, colleague, october):
    api = colleague("anna")
    _borrow(api, october)
    api.run_agent_again()
    differs = _tie_out(api, ("kind", "=", "suspense"), ("ties", "=", False))
    blind = _tie_out(api, ("source_state", "=", "no_data"))
    anna, ben = person("anna"), person("ben")
    anna.go("ai-close-tie-outs")
    expect(anna.page.locator(LIST)).to_contain_text("no data")
    expect(anna.page.locator(f"{LIST} tfoot")).to_contain_text("1 without data")
    anna.picture("tie-outs")
    accessible.check(anna.page, LIST)
    anna.go(f"ai-close-tie-outs/{differs}")
    expect(anna.page.locator("[name=item_ids] .o_data_row").first).to_be_visible()
    anna.picture("tie-out-difference")
    accessible.check(anna.page, FORM)
    anna.press("Prepare")
    anna.refused("say in a note what is left open")
    anna.page.get_by_role("tab", name="Notes").click()
    anna.fill("note", NOTE)
    anna.press("Prepare")
    anna.state("To sign")
    ben.go(f"ai-close-tie-outs/{differs}")
    ben.press("Sign")
    ben.state("Signed")

    anna.go(f"ai-close-tie-outs/{blind}")
    expect(anna.page.locator(".alert-danger")).to_contain_text("that is not zero")
    anna.picture("tie-out-no-data")
    accessible.check(anna.page, FORM)
    accessible.check(anna.page, ".alert-danger")
    anna.press("Give the other side")
    anna.page.locator(".modal div[name=amount] input").fill("-234500")
    anna.page.locator(".modal div[name=source] textarea").fill("Statement of First Harbor Bank of 31 October")
    anna.picture("tie-out-given")
    accessible.check(anna.page, ".modal")
    anna.press("Give the amount")
    expect(anna.page.locator(".modal")).to_have_count(0)
    anna.state("Open")
    anna.press("Prepare")
    anna.refused("attach what shows it")


@pytest.mark.slow
def test_what_moved_and_why(person, colleague):
    api, carla = colleague("anna"), person("carla")
    carla.go("ai-close-tie-outs")
    carla.menu("Balances", "Flux")
    expect(carla.page.locator(f"{LIST} .o_data_row, {LIST} .o_group_header").first).to_be_visible()
    carla.picture("flux")
    accessible.check(carla.page, LIST)
    carla.page.locator(".o_switch_view.o_pivot").click()
    expect(carla.page.locator(".o_pivot table")).to_contain_text("Expenses")
    carla.picture("flux-pivot")
    carla.page.locator(".o_switch_view.o_graph").click()
    expect(carla.page.locator(".o_graph_renderer canvas")).to_be_visible()
    _drawn(carla)
    carla.picture("flux-graph")
    carla.go(f"ai-close-flux/{_moved(api)}")
    drivers = carla.page.locator(".o_ai_close_waterfall")
    # the steps that stand there first end in the change of the headline, and say so
    change = carla.page.locator("div[name=change] span").first.inner_text()
    expect(drivers.locator(".o_ai_close_waterfall_says")).to_contain_text("the change above")
    expect(drivers.locator(".o_ai_close_waterfall_change")).to_have_text(change)
    expect(carla.page.locator("div[name=compared]")).to_contain_text(re.sub(r"[^0-9.,]", "", change))
    for name in ("Journal", "Product", "Partner"):
        drivers.get_by_role("button", name=name).click()
        expect(drivers.locator(f"table[data-dimension={name.lower()}]")).to_be_visible()
    drivers.scroll_into_view_if_needed()
    carla.picture("flux-drivers")
    accessible.check(carla.page, ".o_form_view")


@pytest.mark.slow
def test_the_package_of_the_close(person):
    carla = person("carla")
    carla.go("ai-close")
    carla.page.locator(".o_ai_close_package").click()
    expect(carla.page.locator(".o_form_view")).to_contain_text(".pdf")
    files = carla.page.locator("div[name=file_rows]")
    expect(files.locator("th")).to_have_text(["File", "Size", "Proof code (SHA-256)"])
    expect(files.locator("tbody tr")).to_have_count(3)
    carla.picture("package")
    accessible.check(carla.page, ".o_form_view")
