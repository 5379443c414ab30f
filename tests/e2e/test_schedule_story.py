"""A bill for a year becomes a schedule: spread from its line, reviewed by another, looked at on a phone.

Told in order, on one copy of the sample company.
"""

import pytest
from playwright.sync_api import expect

from tests.e2e.colleague import Refused

CARRIED = "Prepaid insurance"


def _line(anna) -> dict:
    """A posted line of a vendor's bill that is not spread yet."""
    wanted = [
        ("move_id.move_type", "=", "in_invoice"), ("parent_state", "=", "posted"),
        ("display_type", "=", "product"), ("company_id", "=", anna.company_id),
        ("currency_id.name", "=", "USD"), ("balance", ">", 500), ("purchase_line_id", "=", False),
        ("date", ">=", "2026-10-01"), ("date", "<=", "2026-10-31"),
    ]  # fmt: skip
    return anna.search_read("account.move.line", wanted, ["move_id", "balance", "name", "date"])[0]


def _wide_and_narrow(person, name: str) -> None:
    """Take both pictures; on a phone nothing may be wider than the screen."""
    person.picture(name)
    person.picture(f"{name}-phone", phone=True)
    person.page.set_viewport_size({"width": 390, "height": 844})
    # Odoo draws the form anew for the smaller screen a moment later
    person.page.wait_for_function("() => document.documentElement.scrollWidth <= window.innerWidth")
    person.page.set_viewport_size({"width": 1366, "height": 768})


def test_a_line_is_spread_reviewed_and_ties_or_says_so(person, colleague):
    api = colleague("anna")
    line = _line(api)
    colleague("carla").call(
        "account.account", "create",
        [{"code": "141900", "name": CARRIED, "account_type": "asset_prepayments",
          "company_ids": [[6, 0, [api.company_id]]]}],
    )  # fmt: skip
    anna = person("anna")
    anna.go(f"account.move/{line['move_id'][0]}")
    anna.page.locator("button[name=action_ai_close_spread]").first.click()
    anna.state("Draft")
    anna.fill("start_date", "10/01/2026")
    anna.fill("end_date", "09/30/2027")
    carried = anna.page.locator(".o_form_view div[name=balance_account_id] input").first
    carried.fill(CARRIED)
    anna.page.locator(".o-autocomplete--dropdown-menu li", has_text=CARRIED).first.click()
    anna.press("Prepare")
    anna.state("To review")
    schedule = api.record_of(anna.page.url)
    expect(anna.page.locator("div[name=total] input")).to_have_count(0)
    with pytest.raises(Refused, match="SOD003"):
        api.call("ai.close.schedule", "action_review", [schedule])

    ben = person("ben")
    ben.go(f"ai-close-schedules/{schedule}")
    ben.press("Review")
    ben.state("Running")
    expect(ben.page.locator(".o_ai_close_signatures [data-step=reviewed]")).to_contain_text("Ben")
    # twelve months, and what is carried stands nowhere yet: the form says so aloud
    ben.page.get_by_role("tab", name="Month by month").click()
    expect(ben.page.locator("div[name=month_rows] tbody tr")).to_have_count(12)
    expect(ben.page.locator(".o_form_view .alert-danger[role=alert]")).to_contain_text(CARRIED)
    _wide_and_narrow(ben, "schedule")

    ben.go("ai-close-schedules")
    row = ben.page.locator(".o_data_row", has_text=CARRIED)
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Running")
    ben.picture("schedules")
