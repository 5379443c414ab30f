"""A group of four companies with a year of closes: one page for all, drawings of the year, and the way in.

The other companies and the months before October are rows that a shell writes: nobody closes forty months
in a test.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import accessible
from tests.e2e.browser import DESK, PHONE
from tools import odoo_cli, postgres

pytestmark = pytest.mark.slow

_SHELL = """
from datetime import date
from odoo.addons.ai_close.kernel.periods import month_end
main = env["res.company"].search([("name", "=", NAME)])
people = env["res.users"].search([("login", "in", ("anna", "ben", "carla", "dirk", "audrey"))])
closes, figures = env["ai.close"]._guarded(), env["ai.close.figure"]._guarded()
days = (12, 11, 11, 9, 10, 8, 8, 7, 9, 6, 6)
COUNTERS = {"run": [1, 1], "bank lines": [40, 52], "findings": [3, 8], "entries": [2, 4], "tasks": [9, 14]}

def year(company, last):
    for number in range(11 if last else 12):
        first = date(2025 + (10 + number) // 12, (10 + number) % 12 + 1, 1)
        locked = first < date(2026, 10, 1)
        close = closes.create({
            "name": first.strftime("%B %Y"), "company_id": company.id, "period_start": first,
            "period_end": month_end(first), "state": "locked" if locked else "working",
            "readiness_pct": 100 if locked else 73, "date_due": "2026-11-05",
            "readiness_counters": {name: {"done": done, "total": total}
                                   for name, (done, total) in COUNTERS.items()},
            "readiness_at": "2026-11-03 07:00:00"})
        shares = (("close_days", "days", days[number % 11], 1), ("touchless", "share", 3 * number, 100),
                  ("auto_match", "share", 60 + 3 * number, 100))
        for code, unit, part, whole in shares if locked else ():
            figures.create({
                "close_id": close.id, "company_id": company.id, "period_end": close.period_end,
                "figure": code, "unit": unit, "part": part, "whole": whole, "current": True, "frozen": True,
                "value": 100 * part / whole if unit == "share" else part, "measured": True, "revision": 1,
                "version": 1})

year(main, True)
for name, parent in (("Gent", main), ("Iberia", False), ("Baltics", False)):
    company = env["res.company"].create({"name": name, "currency_id": main.currency_id.id,
                                         "parent_id": parent and parent.id})
    people.write({"company_ids": [(4, company.id)]})
    year(company, False)
env.cr.commit()
"""


@pytest.fixture(scope="module")
def group(october):
    odoo_cli.shell(postgres.TEST, october.database, f"NAME = {october.company!r}\n{_SHELL}")
    return october


def test_the_year_is_drawn(group, person):
    anna = person("anna")
    anna.go("ai-close")
    days = anna.page.locator("[data-chart=days]")
    expect(days.locator("canvas")).to_have_attribute("aria-label", re.compile("last 12 periods"))
    days.scroll_into_view_if_needed()
    anna.picture("cockpit-charts")
    days.get_by_role("button", name=re.compile("Table")).click()
    expect(days.locator("tbody tr")).to_have_count(12)
    expect(days.locator("tbody tr").last).to_contain_text("not measured")
    accessible.check(anna.page, ".o_ai_close_cockpit")
    anna.page.set_viewport_size(PHONE)
    anna.page.locator("[data-chart=touchless]").scroll_into_view_if_needed()
    anna.picture("cockpit-charts-phone", phone=True)


def test_the_key_figures_of_the_year(group, person):
    carla = person("carla")
    carla.go("ai-close-key-figures")
    pivot = carla.page.locator("div.o_pivot")
    expect(pivot).to_contain_text("Days to close")
    # different figures have no average
    expect(pivot.locator("tbody tr").first.locator("td").first).to_have_text("")
    carla.picture("key-figures")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["wide", "narrow"])
def test_all_companies_on_one_page(group, person, size):
    audrey = person("audrey")
    page = audrey.page
    page.set_viewport_size(size)
    audrey.go("ai-close-group")
    rows = page.locator(".o_ai_close_company_row")
    expect(rows).to_have_count(4)
    names = [row.get_attribute("data-company") for row in rows.all()]
    assert names.index("Gent") < names.index(group.company), "a branch stands before its parent"
    accessible.check(page, ".o_ai_close_all")
    audrey.picture("cockpit-group" if size == DESK else "cockpit-group-phone", phone=size == PHONE)
    # a company that isn't selected in the browser is selected first
    gent = page.locator("[data-company=Gent]")
    page.set_viewport_size(size)
    gent.get_by_role("button", name=re.compile("Show October 2026 of Gent")).click()
    shown = gent.locator("button[data-open=tasks], .o_ai_close_period")
    expect(shown.or_(page.locator(".o_ai_close_company").filter(has_text="Gent")).first).to_be_visible()
