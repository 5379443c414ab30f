"""A blind second look: a reviewer draws accepted matches and tells what each line pays, not knowing it.

Told on a copy of the sample company.
"""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow


def test_a_reviewer_answers_what_somebody_else_accepted(person, colleague, october):
    api = colleague("anna")
    sure = [("state", "=", "proposed"), ("band", "=", "auto"), ("item_ids", "!=", False)]
    matches = api.search("ai.close.match", sure, limit=12)
    api.call("ai.close.match", "action_accept", matches)
    ben = person("ben")
    ben.page.goto(f"{ben.url}/odoo/ai-close-periods/{api.close_id()}")
    ben.page.locator(".o_form_view").wait_for()
    ben.press("Blind sample")
    rows = ben.page.locator(".o_list_view .o_data_row")
    expect(rows).to_have_count(10)
    rows.first.click()
    ben.state("To look at")
    answers = ben.page.locator("div[name=answer_rows] tbody tr")
    expect(answers.first).to_be_visible()
    expect(ben.page.get_by_role("button", name="None of these")).to_be_visible()
    ben.picture("blind-sample")
    ben.press("A")
    ben.state("Answered")
    expect(ben.page.locator("div[name=answered_by_id]")).to_contain_text("Ben")
    ben.picture("blind-answered")
