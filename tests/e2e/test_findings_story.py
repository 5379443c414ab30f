"""Five hundred findings on the screen: by cause, searched, assigned and explained in one go, on a phone.

Told in order, on one copy of the sample company.
"""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tools import odoo_cli, postgres

pytestmark = pytest.mark.slow

COUNT, SEED = 500, 20261031
SCRIPT = (Path(__file__).parent / "findings_shell.py").read_text()
STORY = "facet LIKE 'story%'"
UNNAMED = """() => [...document.querySelectorAll('.o_data_row button, .o_data_row a')]
    .filter(each => each.offsetParent && !(each.innerText || '').trim()
        && !['aria-label', 'title', 'data-tooltip'].some(name => each.getAttribute(name)))
    .map(each => each.className)"""


@pytest.fixture(scope="module")
def findings(october):
    """The sample company with five hundred more findings."""
    env = {"FINDINGS": str(COUNT), "FINDINGS_SEED": str(SEED)}
    odoo_cli.shell(postgres.TEST, october.database, SCRIPT, env=env)
    return october


def _count(books, where="true"):
    found = postgres.TEST.sql(
        f"SELECT count(*) FROM ai_close_finding WHERE {STORY} AND {where}", db=books.database
    )
    return int(found)


def _causes(books):
    found = postgres.TEST.sql(
        f"SELECT count(DISTINCT cause_id) FROM ai_close_finding WHERE {STORY}", db=books.database
    )
    return int(found)


def _select_all(page, causes):
    page.locator("thead .o_list_record_selector input").click()
    if causes > 80:  # more than a page: Odoo asks whether all are meant
        page.get_by_text(f"Select all {causes}").click()


def test_they_are_rows_by_cause(person, findings):
    anna = person("anna")
    anna.go("ai-close-causes")
    rows = anna.page.locator(".o_data_row")
    expect(rows.first).to_be_visible()
    assert COUNT > _causes(findings) > 50
    total = int(anna.page.locator(".o_pager_limit").first.inner_text().replace(",", ""))
    assert total >= _causes(findings)
    expect(rows.first.locator("td[name=severity]")).to_contain_text("Critical")
    assert anna.page.evaluate(UNNAMED) == []
    anna.picture("findings-causes")
    anna.picture("findings-causes-phone", phone=True)


def test_a_cause_opens_its_findings(person, findings):
    anna = person("anna")
    anna.go("ai-close-causes")
    many = anna.page.locator(".o_data_row").first
    expect(many).to_be_visible()
    many.locator("td[name=title]").click()
    expect(anna.page.locator(".o_form_view, .o_breadcrumb .o_back_button").first).to_be_visible()
    anna.picture("findings-opened")


def test_low_ones_are_explained_in_one_go(person, findings):
    anna = person("anna")
    anna.go("ai-close-causes")
    page = anna.page
    expect(page.locator(".o_data_row").first).to_be_visible()
    page.locator(".o_search_panel").get_by_text("Low", exact=True).click()
    expect(page.locator(".o_data_row .text-bg-danger")).to_have_count(0)
    low = _count(findings, "severity = 'low'")
    assert low > 50
    _select_all(page, 0)
    anna.picture("findings-selected")
    anna.press("Explain")
    anna.give_reason("Looked at with the vendors one by one; in order as they are.")
    assert _count(findings, "severity = 'low' AND state = 'explained'") == low


def test_all_of_them_are_assigned_in_one_go(person, findings):
    ben = person("ben")
    ben.go("ai-close-causes")
    page = ben.page
    expect(page.locator(".o_data_row").first).to_be_visible()
    open_now = _count(findings, "state = 'open'")
    assert open_now > 300
    limit = page.locator(".o_pager_limit").first
    everything = limit.inner_text()
    page.locator(".o_search_panel").get_by_text("Open", exact=True).click()
    expect(limit).not_to_have_text(everything)
    _select_all(page, int(limit.inner_text().replace(",", "")))
    ben.press("Assign to me")
    # what is assigned is not among the open ones any more
    expect(page.locator(".o_view_nocontent")).to_be_visible()
    page.locator(".o_search_panel").get_by_text("Open", exact=True).click()
    expect(page.locator(".o_data_row td[name=owner_id]", has_text="Ben").first).to_be_visible()
    ben.picture("findings-assigned")
    ours = "SELECT id FROM res_users WHERE login = 'ben'"
    assert _count(findings, f"state = 'assigned' AND owner_id = ({ours})") == open_now
